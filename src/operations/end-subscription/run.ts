import type { AboutSubscription } from '../about-subscription.ts';
import type { Act, Tools } from '../tools.ts';

export type Result = 'ended' | 'has-ended' | 'elsewhere';

export async function run(
  { me, subscriptions }: Pick<Tools, 'me' | 'subscriptions'>,
  { id }: AboutSubscription,
  { person, channel }: Act,
): Promise<Result> {
  await me();
  const before = await subscriptions.find(id);
  if (!before) return 'has-ended';
  if (before.channel !== channel || before.owner.tenant !== person.tenant) return 'elsewhere';
  await subscriptions.remove(id);
  return 'ended';
}
