import type { AboutSubscription } from '../about-subscription.ts';
import type { Act, Tools } from '../tools.ts';

export type Result = 'adopted' | 'has-ended' | 'elsewhere' | 'was-taken';

export async function run(
  { me, subscriptions }: Pick<Tools, 'me' | 'subscriptions'>,
  { id }: AboutSubscription,
  { person, channel, madeAt, again }: Act,
): Promise<Result> {
  await me();
  const before = await subscriptions.find(id);
  if (!before) return 'has-ended';
  // The id came through a client: what it names must belong to the conversation in which it was pressed.
  if (before.channel !== channel || before.owner.tenant !== person.tenant) return 'elsewhere';
  // A retry meets what it did itself.
  if (!before.paused) return again && before.owner.user === person.user ? 'adopted' : 'was-taken';
  await subscriptions.save({ ...before, owner: person, paused: false, createdAt: madeAt });
  return 'adopted';
}
