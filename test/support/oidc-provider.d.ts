/** The few parts of oidc-provider that we use; it ships no types of its own. */
declare module 'oidc-provider' {
  import type { RequestListener } from 'node:http';

  type Grant = { accountId?: string };
  export default class Provider {
    constructor(issuer: string, configuration: Record<string, unknown>);
    callback(): RequestListener;
    AccessToken: { find(value: string): Promise<Grant | undefined> };
    RefreshToken: { find(value: string): Promise<(Grant & { consumed?: unknown }) | undefined> };
    on(event: string, listener: (...args: unknown[]) => void): this;
  }
}
