import { createLinks } from '../../../src/accounts/links.ts';
import type { Card } from '../../../src/cards/store.ts';
import { createCards } from '../../../src/cards/store.ts';
import { createEndings } from '../../../src/notifications/endings.ts';
import { createWatches, watcherId } from '../../../src/notifications/watches.ts';
import { snapshotOf } from '../../../src/records/changes.ts';
import type { ServiceNowRecord } from '../../../src/records/types.ts';
import type { Person } from '../../../src/redis/keys.ts';
import { createVault } from '../../../src/redis/vault.ts';
import type { CrowdName } from '../../sandbox/crowd.ts';
import type { Row } from '../../sandbox/servicenow/server.ts';
import type { SlackPerson } from '../../sandbox/slack/server.ts';
import { hostOf } from '../bench/ada.ts';
import { type House, inBatches } from '../bench/house.ts';

/** Somebody of the crowd, on both sides, and a ticket of theirs. */
export type Member = { person: Person; hands: SlackPerson; sysId: string; userName: string; ticket: Row };

const HALF_AN_HOUR_MS = 1_790_000;

/** What lies in the store, through the product's own stores, without anybody having to press a button. */
export function createSettlers(house: House) {
  const { redis, serviceNow, slack } = house;
  const vault = createVault((house.env['ENCRYPTION_KEYS'] ?? '').split(',').map((key) => Buffer.from(key, 'base64')));
  const links = createLinks(redis, vault, hostOf(house), Date.now);
  const endings = createEndings(redis, hostOf(house), Date.now);
  const watches = createWatches(redis, hostOf(house), endings);
  const cards = createCards(redis, vault, hostOf(house), endings);

  function memberOf({ sysId, userName, name, email }: House['serviceNow']['crowd'][number]) {
    const hands = slack.person(userName as CrowdName);
    const person: Person = { tenant: slack.team.id, team: slack.team.id, user: hands.id };
    return { person, hands, sysId, userName, name, email };
  }

  /** @param expired as if they had done nothing for half an hour: the next request begins with a refresh */
  async function link(user: House['serviceNow']['crowd'][number], expired: boolean): Promise<void> {
    const { person, sysId, userName, name, email } = memberOf(user);
    const { access, refresh } = serviceNow.tokens.grant(sysId);
    const now = Date.now();
    await links.save(
      person,
      { sysId, userName, name, email, active: true },
      {
        accessToken: access,
        refreshToken: refresh,
        accessExpiresAt: expired ? now - 1 : now + HALF_AN_HOUR_MS,
        refreshIssuedAt: now,
      },
      `link-${person.user}`,
    );
  }

  return {
    linkAll: (expired: boolean, from = 0, to = serviceNow.crowd.length) =>
      inBatches(serviceNow.crowd.slice(from, to), (user) => link(user, expired)),

    /** People who will do something: each has a ticket of their own. */
    members: (from: number, to: number, title: string): Member[] =>
      serviceNow.crowd.slice(from, to).map((user) => {
        const { person, hands, sysId, userName } = memberOf(user);
        const ticket = serviceNow.db.insert('incident', { short_description: title, caller_id: sysId });
        return { person, hands, sysId, userName, ticket };
      }),

    /** Watches of tickets of which the instance need not even know. */
    watchAll: (people: readonly Person[], each: number, ticketOf: (person: number, nth: number) => string) =>
      inBatches(
        people.flatMap((person, index) =>
          Array.from({ length: each }, (_, nth) => ({ person, sysId: ticketOf(index, nth) })),
        ),
        async ({ person, sysId }) => void (await watches.add(person, { type: 'incident', sysId }, 'asked')),
      ),

    cardAll: (
      people: readonly Person[],
      each: number,
      like: Row,
      ticketOf: (person: number, nth: number) => string,
    ) => {
      const told = snapshotOf('incident', asRecord(like));
      const card: Card = {
        message: { channel: slack.channels.general, ts: '1700000000.000100' },
        reason: 'asked',
        told,
        toldAt: 0,
        files: [],
      };
      return inBatches(
        people.flatMap((person, index) =>
          Array.from({ length: each }, (_, nth) => ({ person, sysId: ticketOf(index, nth) })),
        ),
        ({ person, sysId }) => cards.add(watcherId({ kind: 'person', person }), sysId, card),
      );
    },

    everybody: (): Person[] => serviceNow.crowd.map((user) => memberOf(user).person),
  };
}

const asRecord = (row: Row): ServiceNowRecord => ({
  sysId: row['sys_id'] ?? '',
  fields: Object.fromEntries(Object.entries(row).map(([name, value]) => [name, { value, displayValue: value }])),
});
