import type { Request } from './http.ts';
import type { Instance } from './instance.ts';
import { consentPage, decide } from './pages/consent.ts';
import { message } from './pages/layout.ts';
import { login, loginPage, logout } from './pages/login.ts';
import type { Reply } from './types.ts';

/** The pages that people see in a browser. */
export function site(instance: Instance, request: Request): Reply {
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
      return message('Page not found', 'The page you are looking for could not be found.', 404);
  }
}
