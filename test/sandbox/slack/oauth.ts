/** Installing and leaving: the consent page, codes, bot tokens, and what the app hears when it is removed. */

import { type Sim, scopesOf } from './core.ts';
import { track } from './delivery.ts';
import { ApiError } from './errors.ts';
import { sendEvent } from './events.ts';
import { asText } from './json.ts';
import type { Delivery, Json } from './types.ts';
import type { Call } from './web-api/method.ts';
import type { Installation, Workspace } from './workspace.ts';

const CODE_LIFE_MS = 10 * 60_000;
const ROTATED_TOKEN_LIFE_SECONDS = 43_200;

/** A valid bot token; the same one as before if the app is still installed. */
export function install(sim: Sim, workspace: Workspace, scopes: string[]): Installation {
  const { installation } = workspace;
  const rotates = sim.manifest.settings?.token_rotation_enabled === true;
  if (!installation.installed || rotates) {
    installation.botToken = `${rotates ? 'xoxe.' : ''}xoxb-${workspace.team.id}-${sim.ids.secret('bot_token')}`;
    sim.secrets.add(installation.botToken);
    if (rotates) {
      installation.refreshToken = `xoxe-1-${sim.ids.secret('refresh_token')}`;
      installation.expiresAt = sim.now() + ROTATED_TOKEN_LIFE_SECONDS * 1000;
      sim.secrets.add(installation.refreshToken);
    }
  }
  installation.installed = true;
  installation.scopes = [...new Set(scopes)];
  const { botToken, expiresAt } = installation;
  sim.botTokens.set(botToken, { workspace, installation, ...(expiresAt === undefined ? {} : { expiresAt }) });
  sim.changed();
  return installation;
}

/** auth.revoke: the token dies and with the last token the app leaves. */
export function revokeBotToken(sim: Sim, workspace: Workspace): void {
  void uninstallApp(sim, workspace);
}

/** The token is invalid before the app hears of it. */
export async function uninstallApp(sim: Sim, workspace: Workspace): Promise<Delivery[]> {
  workspace.installation.installed = false;
  workspace.modals.clear();
  workspace.homes.clear();
  sim.changed();
  const evenIfUninstalled = { evenIfUninstalled: true };
  const revoked = { type: 'tokens_revoked', tokens: { oauth: [], bot: [workspace.bot.userId] } };
  const sent = await track(
    sim,
    Promise.all([
      sendEvent(sim, workspace, 'tokens_revoked', revoked, evenIfUninstalled),
      sendEvent(sim, workspace, 'app_uninstalled', { type: 'app_uninstalled' }, evenIfUninstalled),
    ]),
  );
  return sent.flat();
}

/** Throws what the consent page would show instead of the Allow button. */
export function checkAuthorization(sim: Sim, query: URLSearchParams): { scopes: string[]; redirectUri: string } {
  if (query.get('client_id') !== sim.app.clientId) throw new ApiError('invalid_client_id');
  const allowed = scopesOf(sim.manifest);
  const scopes = (query.get('scope') ?? '').split(/[,\s]+/).filter(Boolean);
  if (scopes.length === 0 || scopes.some((scope) => !allowed.includes(scope))) throw new ApiError('invalid_scope');
  const urls = sim.manifest.oauth_config?.redirect_urls ?? [];
  const redirectUri = query.get('redirect_uri') ?? urls[0] ?? '';
  if (!URL.canParse(redirectUri) || (urls.length > 0 && !urls.some((url) => redirectUri.startsWith(url))))
    throw new ApiError('bad_redirect_uri');
  return { scopes, redirectUri };
}

/** The person pressed Allow: where the browser goes next. */
export function allow(sim: Sim, workspace: Workspace, userId: string, query: URLSearchParams): string {
  const { scopes, redirectUri } = checkAuthorization(sim, query);
  const code = `${sim.ids.next('')}.${sim.ids.secret('code')}`;
  sim.oauthCodes.set(code, { workspace, scopes, redirectUri, userId, issuedAt: sim.now(), used: false });
  const target = new URL(redirectUri);
  target.searchParams.set('code', code);
  target.searchParams.set('state', query.get('state') ?? '');
  return target.href;
}

export function deny(sim: Sim, query: URLSearchParams): string {
  const target = new URL(checkAuthorization(sim, query).redirectUri);
  target.searchParams.set('error', 'access_denied');
  target.searchParams.set('state', query.get('state') ?? '');
  return target.href;
}

export function exchangeCode({ sim, args, basicAuth }: Call): Json {
  const id = basicAuth?.id ?? args['client_id'];
  const secret = basicAuth?.secret ?? args['client_secret'];
  if (id !== sim.app.clientId) throw new ApiError('invalid_client_id');
  if (secret !== sim.app.clientSecret) throw new ApiError('bad_client_secret');
  if (args['grant_type'] === 'refresh_token') return refresh(sim, asText(args['refresh_token']));
  const code = sim.oauthCodes.get(asText(args['code']));
  if (!code) throw new ApiError('invalid_code');
  if (code.used) throw new ApiError('code_already_used');
  if (sim.now() - code.issuedAt > CODE_LIFE_MS) throw new ApiError('invalid_code');
  if (asText(args['redirect_uri']) && args['redirect_uri'] !== code.redirectUri) throw new ApiError('bad_redirect_uri');
  code.used = true;
  return grant(sim, code.workspace, install(sim, code.workspace, code.scopes), code.userId);
}

function refresh(sim: Sim, refreshToken: string): Json {
  const workspace = sim.workspaces.find((one) => one.installation.refreshToken === refreshToken);
  if (!refreshToken || !workspace?.installation.installed) throw new ApiError('invalid_refresh_token');
  return grant(sim, workspace, install(sim, workspace, workspace.installation.scopes));
}

function grant(sim: Sim, workspace: Workspace, installation: Installation, userId?: string): Json {
  const { botToken, scopes, refreshToken } = installation;
  return {
    app_id: sim.app.id,
    ...(userId ? { authed_user: { id: userId } } : {}),
    scope: scopes.join(','),
    token_type: 'bot',
    access_token: botToken,
    bot_user_id: workspace.bot.userId,
    ...(refreshToken ? { refresh_token: refreshToken, expires_in: ROTATED_TOKEN_LIFE_SECONDS } : {}),
    team: { id: workspace.team.id, name: workspace.team.name },
    enterprise: workspace.enterprise ?? null,
    is_enterprise_install: false,
  };
}
