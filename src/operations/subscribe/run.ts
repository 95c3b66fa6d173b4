import type { Filter } from '../../records/filter.ts';
import type { Act, Tools } from '../tools.ts';
import type { Args } from './index.ts';

export type Result =
  | 'elsewhere'
  | { id: string; filter: Filter }
  /** `isShared`: undefined where Slack does not say. */
  | { id: string; paused: true; isShared: boolean | undefined };

/** Makes or changes a channel's subscription. It runs with the rights of whoever made it. */
export async function run(
  { me, subscriptions, isShared }: Pick<Tools, 'me' | 'subscriptions' | 'isShared'>,
  { id, channel, filter }: Args,
  { person, madeAt }: Act,
): Promise<Result> {
  await me();
  const before = await subscriptions.find(id);
  // The id came through a client, and channels that two organisations share have one id in both.
  if (before && (before.channel !== channel || before.owner.tenant !== person.tenant)) return 'elsewhere';
  // Whoever has let it go on there before need not be asked again.
  const isNew = !before || before.paused;
  const shared = isNew ? await isShared(channel) : false;
  const paused = shared !== false;
  await subscriptions.save({ id, channel, owner: person, filter, createdAt: madeAt, paused });
  return paused ? { id, paused, isShared: shared } : { id, filter };
}
