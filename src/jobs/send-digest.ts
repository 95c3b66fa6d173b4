import { z } from 'zod';
import { digestMessage } from '../blocks/messages/notification.ts';
import { NotYetError } from '../errors.ts';
import { watcherId } from '../notifications/watches.ts';
import { type Change, changesSince, type Snapshot, snapshotOf, watchedColumns } from '../records/changes.ts';
import { parseRef, type RecordRef } from '../records/ref.ts';
import { toTicket } from '../records/ticket.ts';
import { cardColumns, recordType } from '../records/types.ts';
import { getRecord } from '../servicenow/table.ts';
import { defineJob } from './define.ts';
import { basePayload } from './payload.ts';

type Entry = { ref: RecordRef; snapshot: Snapshot; number: string; title: string; url: string; changes: Change[] };

const SKEW_MS = 60_000;

/** One message with what collected since the last one. */
export const sendDigest = defineJob({
  queue: 'notify',
  schema: z.strictObject({ ...basePayload, at: z.number() }),
  attempts: 300,
  withoutLink: 'park',
  async process({ person, at }, context) {
    const { asPerson, cards, preferences, instanceUrl, messenger, jobId, again, now } = context;
    if (at > now()) throw new NotYetError('the digest is not due', at);
    const watcher = watcherId({ kind: 'person', person });
    const { kinds } = await preferences.read(person);
    const entries: Entry[] = [];
    for (const text of await context.digestEntries(person)) {
      const ref = parseRef(text);
      const card = ref ? await cards.find(watcher, ref.sysId) : undefined;
      if (!ref || !card) continue;
      const columns = [...new Set([...cardColumns(ref.type), ...watchedColumns(ref.type)])];
      const record = await getRecord(asPerson(person), recordType(ref.type).table, ref.sysId, columns);
      const changes = record
        ? changesSince(ref.type, card.told, record).filter(({ kind }) => kinds.includes(kind))
        : [];
      if (!record || changes.length === 0) {
        await context.leaveDigest(person, ref);
        continue;
      }
      const { number, title, url } = toTicket(ref.type, record, instanceUrl);
      entries.push({ ref, snapshot: snapshotOf(ref.type, record), number, title, url, changes });
    }
    if (entries.length === 0) return;
    await messenger.postDirect(person, {
      message: digestMessage(entries),
      key: jobId,
      lookSince: again ? at - SKEW_MS : undefined,
    });
    for (const { ref, snapshot } of entries) {
      await context.forwardCard(person, ref, (card) => ({ ...card, told: snapshot, toldAt: now() }));
      await context.leaveDigest(person, ref);
    }
  },
  onGiveUp: async (_payload, error, { log }) => log.error({ err: error }, 'a digest could not be sent'),
});
