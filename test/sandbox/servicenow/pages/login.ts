import { form, type Request, redirect } from '../http.ts';
import type { Instance } from '../instance.ts';
import type { Session } from '../sessions.ts';
import type { Reply } from '../types.ts';
import { escapeHtml, message, page } from './layout.ts';

/** Only paths of this instance: a login must not be a way to send people elsewhere. */
export const safeNext = (next: string | null): string => (next && /^\/(?![/\\])[^\\\s]*$/.test(next) ? next : '/');

export const toLogin = (path: string): Reply => redirect(`/oauth_login.do?next=${encodeURIComponent(path)}`);

export function loginPage(instance: Instance, request: Request, known: Session | undefined): Reply {
  const next = safeNext(request.url.searchParams.get('next'));
  const session = known ?? instance.sessions.start();
  return loginForm(instance, session, next, '');
}

function loginForm(instance: Instance, session: Session, next: string, problem: string): Reply {
  const hidden = `<input type="hidden" name="csrf" value="${session.csrf}"><input type="hidden" name="next" value="${escapeHtml(next)}">`;
  const people = instance.db
    .rows('sys_user')
    .filter((row) => instance.passwords.has(row['user_name'] ?? ''))
    .map((row) => {
      const roles = row['locked_out'] === 'true' ? 'locked out' : (row['title'] ?? '');
      return `<li><form method="post" action="/login.do">${hidden}<input type="hidden" name="user_name" value="${escapeHtml(row['user_name'] ?? '')}">
<input type="hidden" name="user_password" value="${escapeHtml(instance.passwords.get(row['user_name'] ?? '') ?? '')}">
<button class="plain">${escapeHtml(row['name'] ?? '')}<small class="soft">${escapeHtml(row['email'] ?? '')}${roles ? ` · ${escapeHtml(roles)}` : ''}</small></button></form></li>`;
    });
  return page({
    title: 'Log in',
    narrow: true,
    headers: { 'Set-Cookie': instance.sessions.setCookie(session) },
    body: `<h1>Log in</h1>${problem ? `<p class="warn" role="alert">${escapeHtml(problem)}</p>` : ''}
<h2>As one of the sandbox's people</h2><ul class="people">${people.join('')}</ul>
<h2>Or with a password</h2>
<div class="card"><form method="post" action="/login.do">${hidden}
<label for="user_name">User name</label><input id="user_name" name="user_name" autocomplete="username" required>
<label for="user_password">Password</label><input id="user_password" name="user_password" type="password" autocomplete="current-password" required>
<button>Log in</button></form></div>`,
  });
}

export function login(instance: Instance, request: Request, session: Session | undefined): Reply {
  const params = form(request);
  if (!session || params.get('csrf') !== session.csrf)
    return message('That form is out of date', 'Go back, reload the page and try again.', 403);
  const next = safeNext(params.get('next'));
  const userName = params.get('user_name') ?? '';
  const row = instance.db.rows('sys_user').find((person) => person['user_name'] === userName);
  const right = instance.passwords.get(userName) === params.get('user_password');
  const usable =
    row?.['active'] === 'true' && row['locked_out'] !== 'true' && row['web_service_access_only'] !== 'true';
  if (!row || !right || !usable) return loginForm(instance, session, next, 'User name or password invalid');
  instance.sessions.end(session);
  return redirect(next, { 'Set-Cookie': instance.sessions.setCookie(instance.sessions.start(row['sys_id'])) });
}

export function logout(instance: Instance, request: Request, session: Session | undefined): Reply {
  const params = form(request);
  if (session && params.get('csrf') === session.csrf) instance.sessions.end(session);
  return toLogin(safeNext(params.get('next')));
}
