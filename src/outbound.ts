import { type Agent, EnvHttpProxyAgent } from 'undici';

const CONNECT_TIMEOUT_MS = 5_000;

/**
 * The way out: through the proxy of `HTTPS_PROXY` (or, without that, `HTTP_PROXY`), except to what `NO_PROXY` names. undici reads
 * these itself, in either case of letters, as every program does; `config.ts` refuses what it could not use.
 */
export const wayOut = (options: Agent.Options = {}) =>
  new EnvHttpProxyAgent({ connect: { timeout: CONNECT_TIMEOUT_MS }, ...options });

/** Node's own fetch, which knows Node's own forms and files, over the way out. It is typed for another release of undici. */
export function fetchOutside(): typeof fetch {
  const dispatcher = wayOut() as unknown as NonNullable<RequestInit['dispatcher']>;
  return (input, init) => fetch(input, { ...init, dispatcher });
}
