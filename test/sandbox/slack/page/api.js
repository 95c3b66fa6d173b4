// @ts-check
/** The only module that talks to the server. */

/** @typedef {import('../protocol.ts').PageState} PageState */
/** @typedef {import('../protocol.ts').PageAct} PageAct */
/** @typedef {import('../protocol.ts').PageAnswer} PageAnswer */
/** @typedef {import('../protocol.ts').PageFile} PageFile */

let user = '';

/** @param {string} id */
export function actAs(id) {
  user = id;
}

/**
 * @param {string} id empty: whoever the server thinks of first
 * @returns {Promise<PageState>}
 */
export async function loadState(id) {
  const response = await fetch(`/page/state${id ? `?user=${encodeURIComponent(id)}` : ''}`, { cache: 'no-store' });
  if (!response.ok) throw new Error(`The server answered ${response.status}`);
  return response.json();
}

/**
 * @param {PageAct} act
 * @returns {Promise<PageAnswer>}
 */
export async function act(act) {
  try {
    const response = await fetch('/page/act', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ user, act }),
    });
    const answer = await response.json().catch(() => null);
    if (answer && typeof answer.ok === 'boolean') return answer;
    return { ok: false, error: `The server answered ${response.status}` };
  } catch {
    return { ok: false, error: 'The simulated Slack cannot be reached' };
  }
}

/**
 * @param {File} file
 * @returns {Promise<{ ok: true, file: PageFile } | { ok: false, error: string }>}
 */
export async function uploadFile(file) {
  const query = new URLSearchParams({ user, name: file.name, type: file.type || 'application/octet-stream' });
  try {
    const response = await fetch(`/page/files?${query}`, { method: 'POST', body: file });
    const answer = await response.json().catch(() => null);
    if (answer?.ok) return answer;
    return { ok: false, error: answer?.error ?? `The server answered ${response.status}` };
  } catch {
    return { ok: false, error: 'The simulated Slack cannot be reached' };
  }
}

export async function reset() {
  await fetch('/page/reset', { method: 'POST' });
}

/**
 * State after state, for as long as the page is open.
 * @param {{ onState: (state: PageState) => void, onConnection: (up: boolean) => void }} listener
 */
export function connect({ onState, onConnection }) {
  let delay = 500;
  let seen = 0;
  const open = () => {
    const source = new EventSource(`/page/stream?user=${encodeURIComponent(user)}`);
    source.addEventListener('state', (event) => {
      seen++;
      onState(JSON.parse(event.data));
    });
    source.addEventListener('open', () => {
      delay = 500;
      onConnection(true);
      // What happened while the stream was away; a newer state from the stream wins.
      const asked = seen;
      loadState(user).then(
        (state) => asked === seen && onState(state),
        () => {},
      );
    });
    source.addEventListener('error', () => {
      onConnection(false);
      source.close();
      setTimeout(open, delay);
      delay = Math.min(delay * 2, 5000);
    });
  };
  open();
}
