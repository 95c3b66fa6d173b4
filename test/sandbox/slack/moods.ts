/**
 * What Slack does in one case and not in another, without saying which. The first entry of each row is how the simulator
 * behaves when nobody asks for anything else; the bridge bears every entry of every row. The storm draws them at random.
 */
const SLACK_MOODS = {
  /** A reply to a message that has gone: refused, or taken into a thread that nobody sees. */
  goneThread: ['refuse', 'accept'],
  /** On Grid: which payloads name the organisation. */
  namesEnterprise: ['always', 'commands-and-events'],
} as const;

type MoodName = keyof typeof SLACK_MOODS;
export type SlackMoods = { -readonly [Name in MoodName]: (typeof SLACK_MOODS)[Name][number] };

const moodsBy = (pick: (entries: readonly unknown[]) => unknown): SlackMoods =>
  Object.fromEntries(Object.entries(SLACK_MOODS).map(([name, entries]) => [name, pick(entries)])) as SlackMoods;

export const usualSlackMoods = (): SlackMoods => moodsBy(([usual]) => usual);

export function unusualSlack(moods: SlackMoods): Partial<SlackMoods> {
  const usual = usualSlackMoods();
  const names = Object.keys(usual) as MoodName[];
  return Object.fromEntries(names.filter((name) => moods[name] !== usual[name]).map((name) => [name, moods[name]]));
}

/** @param random 0 to 1; the same numbers give the same moods */
export const randomSlackMoods = (random: () => number): SlackMoods =>
  moodsBy((entries) => entries[Math.floor(random() * entries.length)]);
