// @ts-check
/** The page as a whole: which conversation is open, and what the latest state makes of it. */
import { act, actAs, connect, loadState, reset } from './api.js';
import { composer, forgetDrafts } from './composer.js';
import { ask } from './dialog.js';
import { h, icon, iconButton, keepFocus, reconcile } from './dom.js';
import { avatar } from './elements.js';
import { edit, isReply, onRepaint, renderMessages } from './messages.js';
import { renderHome, renderModals } from './modal.js';
import { flatten } from './mrkdwn.js';
import { conversationById, hooks, isAppDm, nameOf, names, store, titleOf } from './store.js';

/** @typedef {import('../protocol.ts').PageState} PageState */
/** @typedef {import('../protocol.ts').PageConversation} PageConversation */
/** @typedef {{ id: string, tab: 'home' | 'messages', thread?: string }} Route */

const $ = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));

/** @type {Route} */
let route = { id: '', tab: 'messages' };
/** What the main column and the thread panel were built for. */
let built = { main: '', thread: '' };
/** Messages that were there already, to say only new ones aloud. @type {Set<string> | null} */
let known = null;
/** First unread message of the open conversation when it was opened. @type {string | undefined} */
let newFrom;
/** @type {{ id: string, text: string }[]} */
let ownNotices = [];
/** @type {ReturnType<typeof composer> | null} */
let mainComposer = null;

/** @returns {Route} */
function readRoute() {
  const [, id = '', more = '', ts] = location.hash.split('/');
  return { id, tab: more === 'home' ? 'home' : 'messages', ...(more === 'thread' && ts ? { thread: ts } : {}) };
}

/** @param {string} id @param {string} [more] */
const href = (id, more) => `#/${id}${more ? `/${more}` : ''}`;

function appDm() {
  return store.state?.conversations.find(isAppDm);
}

hooks.openConversation = (channel, threadTs) => {
  location.hash = href(channel, threadTs ? `thread/${threadTs}` : undefined);
};
hooks.notify = (text) => {
  ownNotices.push({ id: `own-${Date.now()}-${ownNotices.length}`, text });
  renderNotices();
};

// Side bar

function renderSidebar() {
  const state = /** @type {PageState} */ (store.state);
  const by = (/** @type {PageConversation} */ a, /** @type {PageConversation} */ b) =>
    titleOf(a).localeCompare(titleOf(b));
  const channels = state.conversations.filter((c) => c.kind === 'channel').sort(by);
  const people = state.conversations.filter((c) => c.kind === 'dm' && !isAppDm(c)).sort(by);
  const apps = state.conversations.filter(isAppDm);
  /** @param {PageConversation} c */
  const entry = (c) => {
    const here = c.id === route.id;
    const face =
      c.kind === 'channel' ? h('span', { class: 'hash', 'aria-hidden': 'true' }, '#') : avatar(c.name, 'small');
    return h(
      'li',
      null,
      h(
        'a',
        {
          href: href(c.id),
          class: `${here ? 'here ' : ''}${c.unread ? 'unread' : ''}`,
          'aria-current': here ? 'page' : undefined,
          'data-testid': `conversation-${c.id}`,
          'data-focus': c.id,
          onclick: () => toggleMenu(false),
        },
        face,
        h('span', { class: 'entry-name' }, titleOf(c)),
        c.unread > 0 && h('span', { class: 'unread-badge', 'aria-label': `${c.unread} unread` }, String(c.unread)),
      ),
    );
  };
  const groups = [
    { title: 'Channels', list: channels },
    { title: 'Direct messages', list: people },
    { title: 'Apps', list: apps },
  ].filter((g) => g.list.length > 0);
  const nav = $('sidebar');
  nav.setAttribute('data-scope', 'sidebar');
  keepFocus(() =>
    reconcile(nav, [{ title: '', list: /** @type {PageConversation[]} */ ([]) }, ...groups], {
      key: (g) => g.title || 'team',
      signature: (g) =>
        JSON.stringify([state.team.name, ...g.list.map((c) => [c.id, titleOf(c), c.unread, c.id === route.id])]),
      build: (g) =>
        g.title
          ? h('section', { 'aria-label': g.title }, h('h2', null, g.title), h('ul', null, g.list.map(entry)))
          : h('div', { class: 'team' }, state.team.name),
    }),
  );
}

/** @param {boolean} [show] */
function toggleMenu(show) {
  const open = show ?? !document.body.classList.contains('menu-open');
  document.body.classList.toggle('menu-open', open);
  $('menu').setAttribute('aria-expanded', String(open));
}

// Main column

/** Scrollers that stay at their end whatever grows or shrinks around them. @type {WeakMap<Element, boolean>} */
const stuck = new WeakMap();
const resized = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    const scroller = target.closest('.scroller');
    if (scroller && stuck.get(scroller) !== false) toBottom(scroller);
  }
});

/** @param {Element} scroller */
function toBottom(scroller) {
  stuck.set(scroller, true);
  scroller.scrollTop = scroller.scrollHeight;
}

/**
 * The part of a column that scrolls, with its list of messages.
 * @param {string} label
 * @param {Record<string, string>} attrs of the list
 * @param {HTMLElement} [intro]
 */
function messageScroller(label, attrs, intro) {
  const list = h('ol', { class: 'messages', 'aria-label': 'Messages', ...attrs });
  const scroller = h('div', { class: 'scroller', tabindex: '0', role: 'region', 'aria-label': label }, intro, list);
  scroller.addEventListener('scroll', () => {
    stuck.set(scroller, scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 80);
  });
  resized.observe(scroller);
  resized.observe(list);
  return scroller;
}

function renderMain() {
  const state = /** @type {PageState} */ (store.state);
  const conversation = conversationById(route.id);
  const main = $('main');
  if (!conversation) {
    built.main = '';
    main.replaceChildren(h('div', { class: 'empty' }, h('p', null, 'There is no such conversation.')));
    return;
  }
  const app = isAppDm(conversation);
  const key = `${conversation.id}:${route.tab}`;
  if (built.main !== key) buildMain(conversation, app, key);
  if (app && route.tab === 'home') {
    const panel = $('home');
    const empty = /** @type {HTMLElement} */ (panel.querySelector('.home-empty'));
    const view = /** @type {HTMLElement} */ (panel.querySelector('.home-view'));
    empty.hidden = state.home !== null;
    if (state.home) renderHome(view, state.home);
    else view.replaceChildren();
    return;
  }
  const scroller = /** @type {HTMLElement} */ (main.querySelector('.scroller'));
  const list = /** @type {HTMLElement} */ (main.querySelector('.messages'));
  const intro = /** @type {HTMLElement} */ (main.querySelector('.intro'));
  const roots = conversation.messages.filter((m) => !isReply(m)).sort((a, b) => Number(a.ts) - Number(b.ts));
  const before = list.querySelector('.message:last-child')?.getAttribute('data-ts');
  renderMessages(list, conversation, roots, { inThread: false, newFrom });
  intro.classList.toggle('first-visit', app && roots.length === 0);
  const last = roots.at(-1);
  const mine = last && last.ts !== before && (last.user === state.me.id || last.ephemeral);
  if (stuck.get(scroller) !== false || mine) toBottom(scroller);
}

/**
 * @param {PageConversation} conversation
 * @param {boolean} app
 * @param {string} key
 */
function buildMain(conversation, app, key) {
  built.main = key;
  const state = /** @type {PageState} */ (store.state);
  const title = titleOf(conversation);
  const channel = conversation.kind === 'channel';
  const roots = conversation.messages.filter((m) => !isReply(m) && m.user !== state.me.id);
  newFrom = conversation.unread > 0 ? roots.at(-Math.min(conversation.unread, roots.length))?.ts : undefined;
  /** @param {'home' | 'messages'} tab @param {string} label */
  const tab = (tab, label) =>
    h(
      'a',
      {
        href: href(conversation.id, tab === 'home' ? 'home' : undefined),
        class: route.tab === tab ? 'tab here' : 'tab',
        'aria-current': route.tab === tab ? 'page' : undefined,
        'data-testid': `${tab}-tab`,
        'data-focus': `${tab}-tab`,
      },
      label,
    );
  const head = h(
    'header',
    { class: 'main-head', 'data-scope': 'main-head' },
    h(
      'h1',
      null,
      channel ? h('span', { class: 'hash', 'aria-hidden': 'true' }, '# ') : avatar(conversation.name, 'small'),
      h('span', { 'data-testid': 'conversation-title' }, title),
      app && h('span', { class: 'badge' }, 'APP'),
    ),
    app && h('nav', { class: 'tabs', 'aria-label': `${title} app` }, tab('home', 'Home'), tab('messages', 'Messages')),
  );
  const main = $('main');
  if (app && route.tab === 'home') {
    mainComposer = null;
    keepFocus(() =>
      main.replaceChildren(
        head,
        h(
          'section',
          { id: 'home', class: 'home scroller', 'data-testid': 'home', 'aria-label': `${title}: Home` },
          h(
            'div',
            { class: 'home-empty empty' },
            h('p', null, 'This is the app’s Home. The app has not filled it yet.'),
          ),
          h('div', { class: 'home-view blocks' }),
        ),
      ),
    );
    return;
  }
  mainComposer = composer({
    channel: conversation.id,
    label: `Message ${channel ? '#' : ''}${title}`,
    onEmptyUp: () => {
      const own = conversationById(conversation.id)
        ?.messages.filter((m) => m.user === state.me.id && !isReply(m) && !m.ephemeral)
        .at(-1);
      if (own) edit(conversation.id, own.ts);
    },
  });
  const first = state.app.commands[0];
  const example = `${first?.command ?? '/snow'} incident VPN is down`;
  const intro = h(
    'div',
    { class: 'intro' },
    h(
      'div',
      { class: 'intro-mark', 'aria-hidden': 'true' },
      channel ? h('span', { class: 'hash' }, '#') : avatar(conversation.name, 'large'),
    ),
    h('h2', null, channel ? `Welcome to #${title}` : title),
    h(
      'p',
      null,
      channel
        ? 'This is the very beginning of the channel.'
        : app
          ? `This is the very beginning of your direct messages with ${title}.`
          : `This conversation is just between you and ${title}.`,
    ),
    app &&
      h(
        'div',
        { class: 'hint-card', 'data-testid': 'first-visit' },
        h(
          'p',
          null,
          h('strong', null, 'Try it: '),
          'file your first ticket. Type the line below, or let it be typed for you.',
        ),
        h(
          'button',
          {
            type: 'button',
            class: 'hint-command',
            'data-testid': 'try-command',
            'aria-label': `Type ${example}`,
            onclick: () => mainComposer?.put(example),
          },
          h('code', null, example),
          h('span', null, 'Put it in the box'),
        ),
        h(
          'p',
          { class: 'hint-more' },
          'You can also ',
          h('a', { href: href(conversation.id, 'home') }, 'look at the Home tab'),
          ', use the ',
          h('kbd', null, '+'),
          ' button for shortcuts, or “More actions” on any message. At the top right you become somebody else; each browser tab can be another person.',
        ),
      ),
  );
  keepFocus(() =>
    main.replaceChildren(
      head,
      messageScroller(`Messages in ${title}`, { 'data-testid': 'messages' }, intro),
      /** @type {NonNullable<typeof mainComposer>} */ (mainComposer).node,
    ),
  );
}

function renderThread() {
  const state = /** @type {PageState} */ (store.state);
  const panel = $('thread');
  const conversation = conversationById(route.id);
  const root = route.thread ? conversation?.messages.find((m) => m.ts === route.thread && !m.ephemeral) : undefined;
  panel.hidden = !root;
  document.body.classList.toggle('thread-open', Boolean(root));
  if (!root || !conversation || !route.thread) {
    built.thread = '';
    panel.replaceChildren();
    return;
  }
  const key = `${conversation.id}:${root.ts}`;
  if (built.thread !== key) {
    built.thread = key;
    const where = conversation.kind === 'channel' ? `#${titleOf(conversation)}` : titleOf(conversation);
    const box = composer({ channel: conversation.id, threadTs: root.ts, label: 'Reply…' });
    const shut = () => {
      location.hash = href(conversation.id);
      mainComposer?.field.focus();
    };
    panel.replaceChildren(
      h(
        'header',
        { class: 'thread-head' },
        h('h2', null, 'Thread ', h('span', { class: 'thread-where' }, where)),
        iconButton('close', 'Close thread', { 'data-testid': 'thread-close', onclick: shut }),
      ),
      messageScroller('Messages in the thread', { 'data-testid': 'thread-messages' }),
      box.node,
    );
    panel.onkeydown = (event) => {
      if (event.key === 'Escape') shut();
    };
    box.field.focus();
  }
  const list = /** @type {HTMLElement} */ (panel.querySelector('.messages'));
  const scroller = /** @type {HTMLElement} */ (panel.querySelector('.scroller'));
  const replies = conversation.messages
    .filter((m) => isReply(m) && m.threadTs === root.ts)
    .sort((a, b) => Number(a.ts) - Number(b.ts));
  const grown = list.querySelector('.message:last-child')?.getAttribute('data-ts') !== (replies.at(-1) ?? root).ts;
  renderMessages(list, conversation, [root, ...replies], { inThread: true });
  if (stuck.get(scroller) !== false || (grown && replies.at(-1)?.user === state.me.id)) toBottom(scroller);
}

function renderNotices() {
  const list = [
    ...(store.state?.notices ?? []).map((n) => ({ ...n, own: false })),
    ...ownNotices.map((n) => ({ ...n, own: true })),
  ];
  reconcile($('notices'), list, {
    key: (n) => n.id,
    signature: (n) => n.text,
    build: (n) =>
      h(
        'div',
        { class: 'notice', role: 'alert', 'data-testid': 'notice' },
        icon('error'),
        h('span', null, n.text),
        iconButton('close', 'Dismiss', {
          onclick: () => {
            ownNotices = ownNotices.filter((o) => o.id !== n.id);
            if (!n.own) void act({ kind: 'dismissNotice', id: n.id });
            renderNotices();
          },
        }),
      ),
  });
}

function renderPerson() {
  const state = /** @type {PageState} */ (store.state);
  const select = /** @type {HTMLSelectElement} */ ($('person'));
  const people = state.users.filter((u) => !u.isBot);
  reconcile(select, people, {
    key: (u) => u.id,
    signature: (u) => u.realName,
    build: (u) => h('option', { value: u.id }, u.realName),
  });
  select.value = state.me.id;
  $('person-avatar').replaceChildren(avatar(state.me.id, 'small'));
}

/** Says new messages aloud, wherever they are. */
function announce() {
  const state = /** @type {PageState} */ (store.state);
  const first = known === null;
  known ??= new Set();
  const seen = known;
  for (const c of state.conversations) {
    for (const m of c.messages) {
      const key = `${c.id}:${m.ts}`;
      if (seen.has(key)) continue;
      seen.add(key);
      if (first || (m.user === state.me.id && !m.ephemeral)) continue;
      const where = c.id === route.id ? '' : ` in ${titleOf(c)}`;
      const live = $('live');
      live.append(
        h(
          'p',
          null,
          `${nameOf(m.user)}${where}: ${flatten(m.text, names()).slice(0, 300) || 'a message without text'}`,
        ),
      );
      while (live.childElementCount > 20) live.firstElementChild?.remove();
    }
  }
}

function markRead() {
  const conversation = conversationById(route.id);
  if (!conversation || conversation.unread === 0 || document.visibilityState !== 'visible') return;
  if (isAppDm(conversation) && route.tab === 'home') return;
  void act({ kind: 'read', channel: conversation.id });
}

function render() {
  const state = store.state;
  if (!state) return;
  renderPerson();
  renderSidebar();
  renderMain();
  renderThread();
  renderNotices();
  renderModals(state.modals, conversationById(route.id)?.id);
  announce();
  const unread = state.conversations.reduce((sum, c) => sum + c.unread, 0);
  const conversation = conversationById(route.id);
  document.title = `${unread > 0 ? `(${unread}) ` : ''}${conversation ? titleOf(conversation) : state.team.name} – ${state.team.name} – Simulated Slack`;
  markRead();
}

/** @param {PageState} state */
function take(state) {
  store.state = state;
  render();
}

function navigate() {
  const next = readRoute();
  if (next.id === 'main' || !location.hash.startsWith('#/')) {
    if (route.id) return;
    const start = appDm() ?? store.state?.conversations[0];
    if (!start) return;
    history.replaceState(null, '', `${location.search}${href(start.id)}`);
    return navigate();
  }
  const before = route;
  route = next;
  const conversation = conversationById(route.id);
  if (conversation && isAppDm(conversation) && (before.id !== route.id || before.tab !== route.tab)) {
    void act({ kind: 'openTab', tab: route.tab });
  }
  toggleMenu(false);
  render();
  if (before.id !== route.id && !route.thread && matchMedia('(min-width: 720px)').matches) mainComposer?.field.focus();
}

// The frame

function theme() {
  const button = $('theme');
  const dark = () =>
    (document.documentElement.dataset['theme'] ??
      (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light')) === 'dark';
  const draw = () => {
    button.replaceChildren(icon(dark() ? 'sun' : 'moon'));
    button.setAttribute('aria-label', dark() ? 'Use the light theme' : 'Use the dark theme');
    button.title = button.getAttribute('aria-label') ?? '';
  };
  try {
    const kept = localStorage.getItem('theme');
    if (kept === 'dark' || kept === 'light') document.documentElement.dataset['theme'] = kept;
  } catch {
    // no storage, no memory
  }
  button.addEventListener('click', () => {
    const next = dark() ? 'light' : 'dark';
    document.documentElement.dataset['theme'] = next;
    try {
      localStorage.setItem('theme', next);
    } catch {
      // as above
    }
    draw();
  });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', draw);
  draw();
}

async function start() {
  theme();
  $('menu').append(icon('menu'));
  $('menu').addEventListener('click', () => toggleMenu());
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && document.body.classList.contains('menu-open')) {
      toggleMenu(false);
      $('menu').focus();
    }
  });
  $('main').addEventListener('pointerdown', () => toggleMenu(false));
  const servicenow = document.querySelector('meta[name="servicenow-url"]')?.getAttribute('content') ?? '';
  const link = /** @type {HTMLAnchorElement} */ ($('servicenow'));
  if (/^https?:\/\//.test(servicenow)) {
    link.href = servicenow;
    link.hidden = false;
  }
  $('reset').addEventListener('click', async () => {
    const yes = await ask({
      title: 'Reset the sandbox',
      body: 'Everything is as on the first day again, for everybody: conversations, tickets, and who is connected.',
      confirm: 'Reset',
      deny: 'Cancel',
      danger: true,
      testid: 'reset-confirm',
    });
    if (!yes) return;
    await reset().catch(() => hooks.notify('The sandbox could not be reset.'));
    forgetDrafts();
    ownNotices = [];
    known = null;
    built = { main: '', thread: '' };
    if (route.thread) location.hash = href(route.id);
    else render();
  });
  $('person').addEventListener('change', (event) => {
    const id = /** @type {HTMLSelectElement} */ (event.target).value;
    const stay = conversationById(route.id)?.kind === 'channel' ? href(route.id) : '#';
    location.assign(`${location.pathname}?user=${encodeURIComponent(id)}${stay}`);
  });

  const wanted = new URLSearchParams(location.search).get('user') ?? '';
  let state = null;
  for (let delay = 250; !state; delay = Math.min(delay * 2, 4000)) {
    try {
      state = await loadState(wanted);
    } catch (error) {
      $('connection').hidden = false;
      $('connection').textContent =
        `The simulated Slack does not answer (${error instanceof Error ? error.message : error}). Trying again…`;
      await new Promise((resolve) => setTimeout(resolve, delay));
    }
  }
  $('connection').hidden = true;
  $('connection').textContent = 'Connection lost. Trying to reconnect…';
  if (state.me.id !== wanted)
    history.replaceState(null, '', `?user=${encodeURIComponent(state.me.id)}${location.hash}`);
  actAs(state.me.id);
  store.state = state;
  onRepaint(render);
  navigate();
  addEventListener('hashchange', navigate);
  document.addEventListener('visibilitychange', markRead);
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let down;
  connect({
    onState: take,
    onConnection: (up) => {
      clearTimeout(down);
      if (up) $('connection').hidden = true;
      else down = setTimeout(() => ($('connection').hidden = false), 800);
    },
  });
}

void start();
