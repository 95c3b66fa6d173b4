import { z } from 'zod';
import { LinkRequiredError } from '../errors.ts';
import { type Reason, type Watcher, watcherId } from '../notifications/watches.ts';
import { changeSchema, type RecordChange, versionOf } from '../records/change-notice.ts';
import { matches } from '../records/filter.ts';
import { cardColumns, type RecordTypeName, recordType, typeOfTable } from '../records/types.ts';
import type { Person } from '../redis/keys.ts';
import { getRecord } from '../servicenow/table.ts';
import { defineJob, type JobContext } from './define.ts';

/** Finds out who watches a record, and gives each of them their own job. */
export const fanOutChange = defineJob({
  queue: 'notify',
  schema: z.strictObject({ v: z.literal(1), correlationId: z.string(), change: changeSchema }),
  attempts: 300,
  withoutLink: 'give-up',
  async process({ change, correlationId }, context) {
    const type = typeOfTable(change.table);
    if (!type) return;
    const ref = { type, sysId: change.sysId };
    await addAutomatic(change, type, context);

    const notify = (watcher: Watcher, person: Person, reason: Reason) =>
      context.enqueue(
        'notify-watcher',
        { v: 1, correlationId, person, watcher, ref, reason },
        `notify-${versionOf(change)}-${watcherId(watcher)}`,
      );
    for (const { person, reason } of await context.watches.watchersOf(change.sysId))
      await notify({ kind: 'person', person }, person, reason);
    await notifyChannels(ref, context, (subscription, owner) =>
      notify({ kind: 'channel', subscription }, owner, 'subscribed'),
    );
  },
  onGiveUp: async (_payload, error, { log }) => log.error({ err: error }, 'a change could not be passed on'),
});

/** What is assigned to somebody, or waits for their approval, is watched without being asked for. */
async function addAutomatic(
  { assignedTo, approver, sysId: id }: RecordChange,
  type: RecordTypeName,
  context: JobContext,
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

/** A subscription runs with its owner's rights: what they may not see, the channel does not hear of. */
async function notifyChannels(
  { type, sysId: id }: { type: RecordTypeName; sysId: string },
  context: JobContext,
  notify: (subscription: string, owner: Person) => Promise<void>,
): Promise<void> {
  const candidates = (await context.subscriptions.all()).filter(
    ({ filter, paused }) => filter.type === type && !paused,
  );
  for (const subscription of candidates) {
    const { owner, filter } = subscription;
    try {
      const columns = [...cardColumns(type), 'category', 'assignment_group'];
      const record = await getRecord(context.asPerson(owner), recordType(type).table, id, columns);
      const known = await context.cards.find(watcherId({ kind: 'channel', subscription: subscription.id }), id);
      // Once told of, a ticket stays told of, even where it leaves the filter: "resolved" is the news.
      if (record && (known || matches(filter, record))) await notify(subscription.id, owner);
    } catch (error) {
      if (!(error instanceof LinkRequiredError)) throw error;
      await context.enqueue(
        'pause-subscription',
        { v: 1, correlationId: `pause-${subscription.id}`, person: owner, subscription: subscription.id },
        `pause-${subscription.id}-${subscription.createdAt}`,
      );
    }
  }
}
