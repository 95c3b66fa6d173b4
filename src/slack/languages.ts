import { z } from 'zod';
import type { Log } from '../log.ts';
import { readCached, writeCached } from '../redis/cache.ts';
import type { RedisClient } from '../redis/connection.ts';
import { keys, type Person, personName, TTL } from '../redis/keys.ts';
import { withinTime } from '../within-time.ts';
import { languageOf, type T, wordsOf } from '../words/index.ts';

const DAY_MS = 24 * 60 * 60_000;
const KEPT_MS = 10 * 60_000;
/** So long after Slack did not say it, it is not asked again. */
const UNSAID_MS = 60_000;
const MOST_KEPT = 10_000;
/** Somebody waits for the answer that these words are for. */
const LOOK_MS = 200;

const storedSchema = z.object({ locale: z.string(), askedAt: z.number() });
type Stored = z.infer<typeof storedSchema>;

/** Which language somebody reads: the locale of their Slack profile, kept by this process and in the store. */
export function createLanguages(parts: {
  redis: RedisClient;
  /** @throws {BridgeError} where Slack does not say it */
  ask: (person: Person) => Promise<string | undefined>;
  now: () => number;
  log: Log;
}) {
  const { redis, ask, now, log } = parts;
  const kept = new Map<string, Stored & { until: number }>();
  const asking = new Map<string, Promise<string | undefined>>();

  const isOld = ({ askedAt }: Stored) => now() - askedAt > DAY_MS;

  function keep(person: Person, stored: Stored, forMs = KEPT_MS): void {
    if (kept.size >= MOST_KEPT) kept.clear();
    kept.set(personName(person), { ...stored, until: now() + forMs });
  }

  async function note(person: Person, locale: string): Promise<void> {
    const known = kept.get(personName(person));
    if (known?.locale === locale && !isOld(known)) return;
    const stored = { locale, askedAt: now() };
    keep(person, stored);
    // Whoever reads it wrong once is better off than whoever reads nothing.
    await writeCached(redis, keys.locale(person), TTL.locale, stored).catch((err: unknown) =>
      log.info({ err }, 'the language of a person was not kept'),
    );
  }

  /** Asks Slack, once at a time; where it does not say, what was known stays, or else English. */
  function learn(person: Person): Promise<string | undefined> {
    const name = personName(person);
    const before = kept.get(name)?.locale;
    const running = asking.get(name);
    if (running) return running;
    const asked = ask(person)
      .then(async (locale = 'en') => {
        await note(person, locale);
        return locale;
      })
      .catch((err: unknown) => {
        log.info({ err }, 'the language of a person is not known for now');
        keep(person, { locale: before ?? '', askedAt: now() }, UNSAID_MS);
        return before;
      })
      .finally(() => asking.delete(name));
    asking.set(name, asked);
    return asked;
  }

  async function look(person: Person): Promise<Stored | undefined> {
    const known = kept.get(personName(person));
    if (known && known.until > now()) return known;
    const stored = await readCached(redis, keys.locale(person), storedSchema);
    if (stored) keep(person, stored);
    return stored;
  }

  return {
    note,

    /** For whoever answers Slack: as far as it is known here, else English. Slack is asked meanwhile, for the next time. */
    async atOnce(person: Person): Promise<T> {
      const known = await withinTime(LOOK_MS, look(person), () => new Error('no answer')).catch(() =>
        kept.get(personName(person)),
      );
      if (!known || isOld(known)) void learn(person);
      return wordsOf(languageOf(known?.locale));
    },

    /** For whoever can wait until Slack has said it. */
    async of(person: Person): Promise<T> {
      const known = await look(person);
      if (known && isOld(known)) void learn(person);
      return wordsOf(languageOf(known ? known.locale : await learn(person)));
    },
  };
}
