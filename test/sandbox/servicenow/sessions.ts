import { randomBytes } from 'node:crypto';

export type Session = { id: string; csrf: string; userSysId: string | undefined };

const random = () => randomBytes(24).toString('base64url');

/** Browser sessions of the login, consent and agent pages. API tokens never make one. */
export class Sessions {
  #sessions = new Map<string, Session>();
  /** Carries the port, because browsers share cookies between ports of one host. */
  cookieName = 'glide_session_store';

  clear(): void {
    this.#sessions.clear();
  }

  find(cookieHeader: string | undefined): Session | undefined {
    for (const pair of (cookieHeader ?? '').split(';')) {
      const [name, value] = pair.trim().split('=');
      if (name === this.cookieName && value) return this.#sessions.get(value);
    }
    return undefined;
  }

  start(userSysId?: string): Session {
    const session = { id: random(), csrf: random(), userSysId };
    this.#sessions.set(session.id, session);
    return session;
  }

  end(session: Session): void {
    this.#sessions.delete(session.id);
  }

  setCookie(session: Session): string {
    return `${this.cookieName}=${session.id}; Path=/; HttpOnly; SameSite=Lax`;
  }
}
