import { randomBytes } from 'node:crypto';
import type { RequestListener } from 'node:http';
import { HTTPReceiver } from '@slack/bolt';
import type { Config } from '../config.ts';
import type { Log } from '../log.ts';
import { languageAccepted, wordsOf } from '../words/index.ts';
import { boltLogger } from './app.ts';
import { webClientOptions } from './call.ts';
import type { Installations } from './installations.ts';

export const INSTALL_PATH = '/slack/install';
export const REDIRECT_PATH = '/slack/oauth_redirect';

/** Scopes that the bridge needs; `manifest.yml` gives the reason for each, and a test compares the two. */
export const BOT_SCOPES = [
  'app_mentions:read',
  'channels:read',
  'chat:write',
  'commands',
  'files:read',
  'files:write',
  'groups:read',
  'im:history',
  'im:write',
  'reactions:write',
  'users:read',
  'users:read.email',
];

/** `/slack/install` and the way back, where many workspaces may install the app. At any other address it throws. */
export function createInstallFlow(
  { slack, publicUrl }: Config,
  installations: Installations,
  log: Log,
): RequestListener | undefined {
  const { install, apiUrl } = slack;
  if (!install) return undefined;
  return new HTTPReceiver({
    // Nothing signed arrives here, so a secret that nobody knows closes the door.
    signingSecret: randomBytes(32).toString('hex'),
    endpoints: [],
    logger: boltLogger(log),
    clientId: install.clientId,
    clientSecret: install.clientSecret,
    stateSecret: install.stateSecret,
    scopes: BOT_SCOPES,
    redirectUri: publicUrl + REDIRECT_PATH,
    installationStore: installations.store,
    installerOptions: {
      installPath: INSTALL_PATH,
      redirectUriPath: REDIRECT_PATH,
      directInstall: true,
      callbackOptions: {
        afterInstallation: async (installation, _options, request, response) => {
          if (installations.isWelcome(installation)) return true;
          log.warn(
            { team: installation.team?.id, enterprise: installation.enterprise?.id },
            'installation turned away',
          );
          await installations.turnAway(installation).catch((err) => log.warn({ err }, 'its token was not revoked'));
          const t = wordsOf(languageAccepted(request.headers['accept-language']));
          response.writeHead(403, { 'content-type': 'text/plain; charset=utf-8' }).end(t('pages.not-welcome'));
          return false;
        },
      },
      // GovSlack and simulators have their own hosts, so this follows SLACK_API_URL.
      authorizationUrl: new URL('/oauth/v2/authorize', apiUrl).href,
      clientOptions: webClientOptions(apiUrl),
    },
  }).requestListener;
}
