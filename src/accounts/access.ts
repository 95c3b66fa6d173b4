import { CorruptDataError, GrantRefusedError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Person } from '../redis/keys.ts';
import type { OAuth, TokenSet } from '../servicenow/oauth.ts';
import type { Links } from './links.ts';

/** What became of an access that is not needed: `in-use` where another link uses the same tokens. */
export type Access = 'revoked' | 'in-use' | 'unproved';

/** Ends what was granted on one instance. */
export function createAccess({ links, oauth, log }: { links: Links; oauth: OAuth; log: Log }) {
  /**
   * Has ServiceNow forget tokens that their holder needs no more, unless somebody else uses them. The access token is revoked,
   * too: it would work for another half hour.
   */
  async function giveBack(tokens: TokenSet, holder: string | Person): Promise<Access> {
    try {
      if (!(await links.letGo(tokens, holder))) return 'in-use';
      if (await revokeAndProve(tokens)) return 'revoked';
      log.warn('ServiceNow did not forget an access');
    } catch (err) {
      log.warn({ err }, 'could not revoke an access');
    }
    return 'unproved';
  }

  /** The POST first: it keeps tokens out of access logs. */
  async function revokeAndProve(tokens: TokenSet): Promise<boolean> {
    const all = [tokens.refreshToken, tokens.accessToken].filter((token) => token !== undefined);
    for (const method of ['POST', 'GET'] as const) {
      for (const token of all) await oauth.revoke(token, method);
      const survivor = await refreshed(tokens);
      if (!survivor) return true;
      // The proof itself has made another one.
      all.push(survivor.accessToken);
    }
    return false;
  }

  /** New tokens where the old ones still give some, which they should not. */
  async function refreshed(tokens: TokenSet): Promise<TokenSet | undefined> {
    try {
      return await oauth.refresh(tokens);
    } catch (error) {
      if (error instanceof GrantRefusedError) return undefined;
      throw error;
    }
  }

  return {
    giveBack,

    /**
     * Has ServiceNow forget the tokens, proves it with one request, and deletes the link.
     * @returns `unproved` where ServiceNow could not be convinced, or nobody can read any more what to revoke
     */
    async disconnect(person: Person): Promise<'was-not-linked' | Access> {
      try {
        const link = await links.find(person);
        if (!link) return 'was-not-linked';
        const access = await giveBack(links.tokens(person, link), person);
        await links.remove(person, link);
        return access;
      } catch (err) {
        if (!(err instanceof CorruptDataError)) throw err;
        log.error({ err, tenant: person.tenant, user: person.user }, 'an unreadable link was deleted, not revoked');
        await links.remove(person);
        return 'unproved';
      }
    },
  };
}

export type AccessEnd = ReturnType<typeof createAccess>;
