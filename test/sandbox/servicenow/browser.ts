import type { Person } from './types.ts';

const unescapeHtml = (text: string): string =>
  text.replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));

/** Plays the browser through login and consent; returns where it is finally sent: the callback with code or error. */
export async function authorize(
  instanceUrl: string,
  person: Person,
  authorizeUrl: string,
  decision: 'allow' | 'deny',
): Promise<string> {
  const jar = new Map<string, string>();
  let url = new URL(authorizeUrl, instanceUrl);
  let body: URLSearchParams | undefined;
  let triedLogin = false;
  for (let step = 0; step < 12; step += 1) {
    const response = await fetch(url, {
      method: body ? 'POST' : 'GET',
      redirect: 'manual',
      headers: { cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; '), accept: 'text/html' },
      ...(body ? { body } : {}),
    });
    for (const cookie of response.headers.getSetCookie()) {
      const [pair = ''] = cookie.split(';');
      jar.set(pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1));
    }
    const text = await response.text();
    const location = response.headers.get('location');
    if (location !== null) {
      url = new URL(location, url);
      body = undefined;
      if (url.origin !== new URL(instanceUrl).origin) return url.href;
      continue;
    }
    const csrf = /name="csrf" value="([^"]*)"/.exec(text)?.[1];
    const isLogin = text.includes('name="user_password"');
    if (csrf === undefined || (isLogin && triedLogin)) throw new Error(`stopped at ${url.pathname}: ${plain(text)}`);
    if (isLogin) {
      triedLogin = true;
      const next = unescapeHtml(/name="next" value="([^"]*)"/.exec(text)?.[1] ?? '/');
      body = new URLSearchParams({ csrf, next, user_name: person.userName, user_password: person.password });
      url = new URL('/login.do', url);
    } else {
      body = new URLSearchParams({ csrf, decision });
    }
  }
  throw new Error('the browser was sent around in circles');
}

const plain = (page: string): string =>
  page
    .replace(/<(style|title)>[\s\S]*?<\/\1>/g, ' ')
    .replace(/<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ')
    .slice(0, 300);
