import { expect, test } from '@jest/globals';
import { keys } from '../../../src/redis/keys.ts';
import { createLanguages } from '../../../src/slack/languages.ts';
import { until } from '../../support/until.ts';
import { ADA, clockAt, emptyRedis, NOON, readableLog } from '../support.ts';

const DAY_MS = 24 * 60 * 60_000;

/** @param locale what Slack says; nothing where it does not answer */
async function languagesWith(locale: () => string | undefined) {
  const redis = await emptyRedis();
  const clock = clockAt(NOON);
  const asked: string[] = [];
  const inProcess = () =>
    createLanguages({
      redis,
      ask: async ({ user }) => {
        asked.push(user);
        const said = locale();
        if (said === undefined) throw new Error('Slack is away');
        return said;
      },
      now: clock.now,
      log: readableLog().log,
    });
  return { redis, clock, asked, inProcess };
}

test('whoever answers Slack does not wait for it: the first words are English, the next ones are theirs', async () => {
  const { asked, inProcess } = await languagesWith(() => 'de-AT');
  const languages = inProcess();
  expect((await languages.atOnce(ADA)).language).toBe('en');
  await until('what Slack says', async () => (await languages.atOnce(ADA)).language === 'de');
  expect(asked).toEqual(['U0ADA']);
  // Another process, and after a while this one, too, reads it in the store.
  expect((await inProcess().atOnce(ADA)).language).toBe('de');
  expect(asked).toHaveLength(1);
});

test('whoever can wait for Slack does; a day later it is asked again, and nobody waits for that', async () => {
  let locale = 'de-DE';
  const { asked, clock, inProcess } = await languagesWith(() => locale);
  const languages = inProcess();
  expect((await languages.of(ADA)).language).toBe('de');
  locale = 'en-GB';
  clock.advance(DAY_MS + 1);
  expect((await languages.of(ADA)).language).toBe('de');
  await until('the new language', async () => (await languages.of(ADA)).language === 'en');
  expect(asked).toHaveLength(2);
});

test('where Slack is away it is English, or what was known; Slack is left alone for a minute', async () => {
  let locale: string | undefined;
  const { asked, clock, inProcess } = await languagesWith(() => locale);
  const languages = inProcess();
  for (const _ of [1, 2, 3]) expect((await languages.of(ADA)).language).toBe('en');
  expect(asked).toHaveLength(1);
  locale = 'de-DE';
  clock.advance(60_001);
  expect((await languages.of(ADA)).language).toBe('de');
  locale = undefined;
  clock.advance(DAY_MS + 1);
  for (const _ of [1, 2, 3]) expect((await languages.of(ADA)).language).toBe('de');
  expect(asked).toHaveLength(3);
});

test('what Slack says of itself counts at once, and a damaged entry is no entry', async () => {
  const { asked, redis, inProcess } = await languagesWith(() => 'en-US');
  await redis.set(keys.locale(ADA), '{"locale":7}');
  const languages = inProcess();
  await languages.note(ADA, 'de-DE');
  expect((await languages.of(ADA)).language).toBe('de');
  expect((await inProcess().of(ADA)).language).toBe('de');
  expect(asked).toEqual([]);
  await redis.set(keys.locale(ADA), '{"locale":7}');
  expect((await inProcess().of(ADA)).language).toBe('en');
});
