import { randomBytes } from 'node:crypto';

/** Lifetimes in seconds (fact sheet §1.3). */
const CODE_SECONDS = 60;
export const ACCESS_SECONDS = 1800;
const REFRESH_SECONDS = 8_640_000;

type Code = {
  userSysId: string;
  redirectUri: string;
  scope: string;
  challenge: string | undefined;
  expiresAt: number;
};
export type Token = { kind: 'access' | 'refresh'; userSysId: string; scope: string; expiresAt: number };

const opaque = (bytes: number) => randomBytes(bytes).toString('base64url');

/** Codes and tokens of the one registered client. */
export class TokenStore {
  readonly #now: () => number;
  #codes = new Map<string, Code>();
  #tokens = new Map<string, Token>();
  #issued: string[] = [];
  refreshRequests = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  clear(): void {
    this.#codes.clear();
    this.#tokens.clear();
    this.refreshRequests = 0;
  }

  issueCode(code: Omit<Code, 'expiresAt'>): string {
    const value = opaque(32);
    this.#codes.set(value, { ...code, expiresAt: this.#now() + CODE_SECONDS * 1000 });
    return value;
  }

  /** A code works once, whatever then becomes of the request. */
  takeCode(value: string): Code | undefined {
    const code = this.#codes.get(value);
    this.#codes.delete(value);
    return code && code.expiresAt > this.#now() ? code : undefined;
  }

  issue(kind: Token['kind'], userSysId: string, scope: string): string {
    const value = opaque(kind === 'access' ? 64 : 48);
    const seconds = kind === 'access' ? ACCESS_SECONDS : REFRESH_SECONDS;
    this.#tokens.set(value, { kind, userSysId, scope, expiresAt: this.#now() + seconds * 1000 });
    this.#issued.push(value);
    return value;
  }

  find(kind: Token['kind'], value: string): Token | undefined {
    const token = this.#tokens.get(value);
    return token?.kind === kind && token.expiresAt > this.#now() ? token : undefined;
  }

  /** A still valid token of that user, as instances hand it out again. */
  live(kind: Token['kind'], userSysId: string): string | undefined {
    for (const [value, token] of this.#tokens) {
      if (token.userSysId === userSysId && this.find(kind, value)) return value;
    }
    return undefined;
  }

  secondsLeft(value: string): number {
    const token = this.#tokens.get(value);
    return token ? Math.max(0, Math.floor((token.expiresAt - this.#now() - 1) / 1000)) : 0;
  }

  revoke(value: string): void {
    this.#tokens.delete(value);
  }

  expireAccess(userSysId?: string): void {
    for (const token of this.#tokens.values()) {
      if (token.kind === 'access' && (!userSysId || token.userSysId === userSysId)) token.expiresAt = this.#now();
    }
  }

  /** As an administrator does on *Manage Tokens*, or the person on *My Connected Apps*. */
  revokeAll(userSysId?: string): void {
    for (const [value, token] of this.#tokens) {
      if (!userSysId || token.userSysId === userSysId) this.#tokens.delete(value);
    }
  }

  /** Every token ever issued, dead ones too: what a scan for leaks looks for. */
  issued(): string[] {
    return [...this.#issued];
  }
}
