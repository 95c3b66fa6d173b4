import { form, type Request, redirect } from '../http.ts';
import { type Instance, userOf } from '../instance.ts';
import type { Session } from '../sessions.ts';
import type { Reply } from '../types.ts';
import { escapeHtml, message, page } from './layout.ts';
import { toLogin } from './login.ts';

/** `/oauth_auth.do`: the authorization request, the consent page, and the decision (fact sheet §1.2). */

type Authorization = { redirectUri: string; state: string; scope: string; challenge: string | undefined };

/** The request's parts, or the page that ends it without a redirect. */
function check(instance: Instance, params: URLSearchParams): Authorization | Reply {
  if (params.get('client_id') !== instance.clientId) {
    return message('Invalid request', 'unauthorized_client: The client identifier is not valid or not trusted.');
  }
  if (params.get('response_type') !== 'code') {
    return message('Invalid request', 'unsupported_response_type: The response type is not supported.');
  }
  const state = params.get('state');
  if (!state) return message('Invalid request', 'Missing State parameter in request');
  const [first] = instance.redirectUris;
  if (first === undefined) return message('Invalid request', 'invalid_request: No redirect URL is registered.');
  const asked = params.get('redirect_uri');
  const challenge = params.get('code_challenge') ?? undefined;
  if (challenge !== undefined && params.get('code_challenge_method') !== 'S256') {
    return message('Invalid request', 'invalid_request: The code challenge method is not supported.');
  }
  return {
    // None that matches: the first registered one is used, and nobody is told.
    redirectUri: asked !== null && instance.redirectUris.includes(asked) ? asked : first,
    state,
    scope: params.get('scope') ?? 'useraccount',
    challenge,
  };
}

export function consentPage(instance: Instance, request: Request, session: Session | undefined): Reply {
  const checked = check(instance, request.url.searchParams);
  if ('status' in checked) return checked;
  const here = request.url.pathname + request.url.search;
  const user = session?.userSysId ? userOf(instance, session.userSysId) : undefined;
  if (!session || !user) return toLogin(here);
  const csrf = `<input type="hidden" name="csrf" value="${session.csrf}">`;
  return page({
    title: 'Allow access',
    narrow: true,
    body: `<h1>${escapeHtml(instance.appName)} would like to use your account</h1>
<div class="card"><p>It will be able to read and write everything that you can, on this instance and as you.</p>
<form method="post" action="${escapeHtml(here)}">${csrf}<div class="row">
<button name="decision" value="allow">Allow</button><button class="plain" name="decision" value="deny">Deny</button></div></form></div>
<form class="soft" method="post" action="/logout.do">${csrf}<input type="hidden" name="next" value="${escapeHtml(here)}">
You are logged in as <strong>${escapeHtml(user.name)}</strong>. <button class="link">Not you?</button></form>`,
  });
}

export function decide(instance: Instance, request: Request, session: Session | undefined): Reply {
  const checked = check(instance, request.url.searchParams);
  if ('status' in checked) return checked;
  const params = form(request);
  if (!session?.userSysId || !userOf(instance, session.userSysId))
    return toLogin(request.url.pathname + request.url.search);
  if (params.get('csrf') !== session.csrf)
    return message('That form is out of date', 'Go back, reload the page and try again.', 403);
  const back = new URL(checked.redirectUri);
  if (params.get('decision') === 'allow') {
    const { redirectUri, scope, challenge } = checked;
    back.searchParams.set(
      'code',
      instance.tokens.issueCode({ userSysId: session.userSysId, redirectUri, scope, challenge }),
    );
  } else {
    if (instance.settings.denyStyle === 'dead-end') {
      return message(
        'Access denied',
        `${instance.appName} was not allowed to use your account. You are still logged in.`,
      );
    }
    back.searchParams.set('error', 'access_denied');
  }
  back.searchParams.set('state', checked.state);
  return redirect(back.href);
}
