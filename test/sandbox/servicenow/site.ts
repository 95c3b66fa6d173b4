import { html, type Request, redirect } from './http.ts';
import { type Instance, userOf } from './instance.ts';
import { approvalsPage } from './pages/approvals.ts';
import { consentPage, decide } from './pages/consent.ts';
import { incidentPage } from './pages/incident.ts';
import { incidentList } from './pages/incidents.ts';
import { message } from './pages/layout.ts';
import { login, loginPage, logout, safeNext, toLogin } from './pages/login.ts';
import { newRecordPage } from './pages/new-record.ts';
import { recordPage } from './pages/record.ts';
import { isTable } from './schema.ts';
import type { Reply } from './types.ts';

/** The pages that people see in a browser. */
export function site(instance: Instance, request: Request): Reply {
  if (!['GET', 'HEAD', 'POST'].includes(request.method)) return html(405, '');
  const session = instance.sessions.find(request.headers.cookie);
  const isPost = request.method === 'POST';
  switch (request.url.pathname) {
    case '/oauth_auth.do':
      return isPost ? decide(instance, request, session) : consentPage(instance, request, session);
    case '/oauth_login.do':
    case '/login.do':
      return isPost ? login(instance, request, session) : loginPage(instance, request, session);
    case '/logout.do':
      return logout(instance, request, session);
    default:
      break;
  }
  const user = session?.userSysId ? userOf(instance, session.userSysId) : undefined;
  if (!session || !user) return toLogin(request.url.pathname + request.url.search);
  const visit = { instance, request, session, user };
  const { pathname, searchParams } = request.url;
  if (pathname === '/' || pathname === '/incident_list.do') return incidentList(visit);
  if (pathname === '/approvals') return approvalsPage(visit);
  const target = inner(request.url);
  if (target) return redirect(target);
  const table = /^\/([a-z_0-9]+)\.do$/.exec(pathname)?.[1] ?? '';
  const sysId = searchParams.get('sys_id') ?? '';
  if (sysId === '-1' && isTable(table)) return newRecordPage(visit, table);
  if (table === 'incident') return incidentPage(visit, sysId);
  if (isTable(table)) return recordPage(visit, table, sysId);
  return message('Page not found', 'The page you are looking for could not be found.', 404);
}

/** The page inside the frames that real links name: `nav_to.do`, the classic target of the new shell, the portal. */
function inner({ pathname, searchParams }: URL): string | undefined {
  const classic = /^\/now\/nav\/ui\/classic\/params\/target\/(.+)$/.exec(pathname)?.[1];
  const uri = pathname === '/nav_to.do' ? searchParams.get('uri') : classic && decoded(classic);
  if (uri) return safeNext(uri.startsWith('/') ? uri : `/${uri}`);
  const table = searchParams.get('table');
  if (pathname === '/sp' && table && isTable(table)) return `/${table}.do?sys_id=${searchParams.get('sys_id') ?? ''}`;
  return undefined;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}
