// @ts-check
/** The last state that the server sent, and the look-ups that everything that renders needs. */

/** @typedef {import('../protocol.ts').PageState} PageState */
/** @typedef {import('../protocol.ts').PageUser} PageUser */
/** @typedef {import('../protocol.ts').PageConversation} PageConversation */

/** @type {{ state: PageState | null }} */
export const store = { state: null };

/** @param {string} id */
export const userById = (id) =>
  store.state?.users.find((u) => u.id === id) ?? (store.state?.me.id === id ? store.state.me : undefined);

/** @param {string} id */
export const conversationById = (id) => store.state?.conversations.find((c) => c.id === id);

/** @param {string} id */
export const nameOf = (id) => userById(id)?.realName || userById(id)?.name || id;

/** @param {PageConversation} conversation */
export const isAppDm = (conversation) => conversation.kind === 'dm' && conversation.name === store.state?.app.botUserId;

/** @param {PageConversation} conversation */
export function titleOf(conversation) {
  if (conversation.kind === 'channel') return conversation.name;
  if (isAppDm(conversation)) return store.state?.app.name ?? nameOf(conversation.name);
  return conversation.name === store.state?.me.id ? `${nameOf(conversation.name)} (you)` : nameOf(conversation.name);
}

/** What `@…` and `#…` can mean. */
export function names() {
  const state = store.state;
  const users = (state?.users ?? []).map((u) => ({ id: u.id, name: u.name, realName: u.realName }));
  const channels = (state?.conversations ?? [])
    .filter((c) => c.kind === 'channel')
    .map((c) => ({ id: c.id, name: c.name }));
  return { users, channels };
}

/** What deeper modules ask of the page as a whole; app.js fills it in. */
export const hooks = {
  /** A red line that only this page knows of. @type {(text: string) => void} */
  notify: () => {},
  /** @type {(channel: string, threadTs?: string) => void} */
  openConversation: () => {},
};
