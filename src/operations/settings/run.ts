import type { Act, Tools } from '../tools.ts';
import type { Args } from './index.ts';

/** Times of day are meant in the person's own time zone, which Slack knows. */
export async function run(
  { preferences: store, timeZone, log }: Pick<Tools, 'preferences' | 'timeZone' | 'log'>,
  { preferences }: Args,
  { person }: Act,
): Promise<'saved'> {
  await store.write(person, { ...preferences, timeZone: await timeZone() });
  log.info('settings saved');
  return 'saved';
}
