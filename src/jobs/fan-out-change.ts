import { type Reason, type Watcher, watcherId } from '../notifications/watches.ts';
import { type RecordChange, versionOf } from '../records/change-notice.ts';
import { type RecordTypeName, typeOfTable } from '../records/types.ts';
import type { Person } from '../redis/keys.ts';
import type { ProcessorOf } from './catalogue.ts';
import type { JobContext } from './define.ts';

type Uses = Pick<JobContext, 'enqueue' | 'log' | 'peopleBehind' | 'preferences' | 'subscriptions' | 'watches'>;

/** Finds out who watches a record, and gives each of them their own job. */
export const fanOutChange: ProcessorOf<'fan-out-change'> = {
  async process({ change, correlationId, anew = false }, context: Uses) {
    const type = typeOfTable(change.table);
    await addAutomatic(change, type, context);

    const notify = (watcher: Watcher, person: Person, type: RecordTypeName, reason: Reason) =>
      context.enqueue(
        'notify-watcher',
        { v: 1, correlationId, person, watcher, ref: { type, sysId: change.sysId }, reason },
        `notify-${versionOf(change)}-${watcherId(watcher)}`,
        { anew },
      );
    for (const watch of await context.watches.watchersOf(change.sysId))
      await notify({ kind: 'person', person: watch.person }, watch.person, watch.type, watch.reason);
    // Whether it fits is read with each owner's own rights, so one owner's trouble is not the other channels'.
    for (const { id, owner } of await channelsFor(change, type, context))
      await notify({ kind: 'channel', subscription: id }, owner, type, 'subscribed');
  },
  onGiveUp: async (_payload, error, { log }: Uses) => log.error({ err: error }, 'a change could not be passed on'),
};

/** Those that may want a change like this one, and those that were told of the record before. Files are for people. */
async function channelsFor(
  { sysId: id, values, attachment }: RecordChange,
  type: RecordTypeName,
  { subscriptions, watches }: Uses,
): Promise<{ id: string; owner: Person }[]> {
  if (attachment) return [];
  const wanting = await subscriptions.wanting(type, values);
  const known = new Set(wanting.map((each) => each.id));
  const told = (await watches.channelsOf(id)).filter((each) => !known.has(each));
  return [...wanting, ...(await subscriptions.entriesOf(told)).filter(({ paused }) => !paused)];
}

/** What is assigned to somebody, or waits for their approval, is watched without being asked for. */
async function addAutomatic(
  { assignedTo, approver, sysId: id }: RecordChange,
  type: RecordTypeName,
  context: Uses,
): Promise<void> {
  const wanted = [assignedTo, approver].filter((user) => user !== undefined);
  const people = await context.peopleBehind(wanted);
  for (const [user, reason] of [
    [assignedTo, 'assigned'],
    [approver, 'approval'],
  ] as const) {
    for (const person of user ? (people.get(user) ?? []) : []) {
      const { automatic } = await context.preferences.read(person);
      if (automatic[reason]) await context.watches.add(person, { type, sysId: id }, reason);
    }
  }
}
