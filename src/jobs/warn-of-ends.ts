import { CorruptDataError } from '../errors.ts';
import type { ProcessorOf } from './catalogue.ts';
import type { JobContext } from './define.ts';

type Uses = Pick<JobContext, 'enqueue' | 'links' | 'log' | 'now'>;

const DAY_MS = 24 * 60 * 60_000;
/** ServiceNow's refresh tokens do not rotate and die so long after issue, unless an administrator has set another life. */
const REFRESH_LIFE_MS = 100 * DAY_MS;
const WARN_BEFORE_MS = 7 * DAY_MS;
const PAGE = 100;

/** Pure: whether somebody is to be told that their connection ends. After its end, the first use of it says so. */
export function endOf(refreshIssuedAt: number, now: number): { kind: 'warn'; endsAt: number } | { kind: 'let-be' } {
  const endsAt = refreshIssuedAt + REFRESH_LIFE_MS;
  return now >= endsAt - WARN_BEFORE_MS && now < endsAt ? { kind: 'warn', endsAt } : { kind: 'let-be' };
}

/** Once a day: people whose connection ends within a week are told, once for each link. Costs what there is to tell. */
export const warnOfEnds: ProcessorOf<'warn-of-ends'> = {
  async process(_payload, context: Uses) {
    const { links, now } = context;
    for (;;) {
      const people = await links.agedBefore(now() - REFRESH_LIFE_MS + WARN_BEFORE_MS, PAGE);
      for (const person of people) {
        await warn(person, context);
        // After the telling: a crash in between tells again, under the same name, which adds nothing.
        await links.forgetAge(person);
      }
      if (people.length < PAGE) return;
    }
  },
  onGiveUp: async (_payload, error, { log }: Uses) =>
    log.error({ err: error }, 'people were not told that their links end'),
};

async function warn(person: Parameters<Uses['links']['find']>[0], context: Uses): Promise<void> {
  const { links, enqueue, now, log } = context;
  try {
    const link = await links.find(person);
    if (link?.status !== 'linked') return;
    const end = endOf(links.tokens(person, link).refreshIssuedAt, now());
    if (end.kind !== 'warn') return;
    const correlationId = `ends-${link.id}`;
    const content = { kind: 'connection-ends', endsAt: end.endsAt } as const;
    await enqueue('deliver-message', { v: 1, correlationId, person, content }, correlationId);
  } catch (err) {
    // Whoever uses a link that cannot be read is asked to connect again then.
    if (!(err instanceof CorruptDataError)) throw err;
    log.info({ err }, 'a link cannot be read, so nobody is warned of its end');
  }
}
