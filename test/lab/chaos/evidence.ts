import type { Person, Row } from '../../sandbox/servicenow/server.ts';
import type { World } from '../../sandbox/world.ts';
import { collectPosted, watcherOf } from '../replay/evidence.ts';
import type { History, Posted } from '../replay/reckoning.ts';
import type { Held } from './check.ts';
import { handsOf } from './hands.ts';
import type { StoreKill } from './processes.ts';

/** A request of a killed process goes on in the instance, where nobody can count it. */
const OVER_THE_LIMIT = 'more than 16 requests at once';

/** Writes down what both simulators hold now. */
export function collect(
  { slack, serviceNow }: World,
  known: { people: Person[]; tickets: Row[]; histories: History[]; storeKills: StoreKill[] },
): Held {
  const { people, tickets, histories, storeKills } = known;
  const ids = new Set(tickets.map((row) => row['sys_id'] ?? ''));
  const marked = new Map<string, number>();
  for (const { method, ok, args } of slack.calls)
    if (method === 'reactions.add' && ok) {
      const place = `${args['channel']}/${args['timestamp']}`;
      marked.set(place, (marked.get(place) ?? 0) + 1);
    }
  const acknowledged = new Set<string>();
  for (const { kind, status, error, payload } of slack.deliveries) {
    if (kind !== 'event' || status !== 200 || error) continue;
    const { channel, ts } = payload['event'] as { channel?: string; ts?: string };
    acknowledged.add(`${channel}/${ts}`);
  }
  return {
    people,
    tickets,
    histories,
    journal: serviceNow.db
      .rows('sys_journal_field')
      .filter((row) => ids.has(row['element_id'] ?? ''))
      .map((row) => ({
        sysId: row['element_id'] ?? '',
        element: row['element'] ?? '',
        by: row['sys_created_by'] ?? '',
        value: row['value'] ?? '',
      })),
    dms: new Map(
      people.map((person) => [person.userName, handsOf({ slack } as World, person).slack.dm().messages] as const),
    ),
    acknowledged,
    marked,
    storeKills,
    posted: collectPosted(slack, people.map(watcherOf)).map(asCard),
    violations: [
      ...serviceNow.violations.filter((words) => words !== OVER_THE_LIMIT),
      ...slack.violations,
      ...slack.broadcasts().map(({ ts }) => `pinged by ${ts}`),
    ],
  };
}

/** The message that says “filed” is the card of its ticket from the start, in slightly other words. */
function asCard(posted: Posted): Posted {
  const inCardsWords = (text: string) =>
    text.replace(/^Filed (.* State: .*?\. Priority: .*?\.) .*$/s, '$1 You are told because you filed it.');
  return {
    ...posted,
    key: posted.key.replace(/^j-filed-([0-9a-f]{32})$/, 'card-$1-filed'),
    text: inCardsWords(posted.text),
    firstText: inCardsWords(posted.firstText),
  };
}
