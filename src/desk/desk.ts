import type { RecordNumber } from '../records/number.ts';
import type { RecordRef } from '../records/ref.ts';
import { type RecordTypeName, recordType, type ServiceNowRecord, tablesOf } from '../records/types.ts';
import type { AsPerson } from '../servicenow/client.ts';
import { nameOfUser } from '../servicenow/people.ts';
import { getRecord } from '../servicenow/table.ts';
import { attachOnce, type Holder, listAttachments, readFile } from './attachments.ts';
import { type ChangeQuestion, changedSince, type InstanceClock } from './changed-since.ts';
import { readChoices } from './choices.ts';
import { findInserted, type InsertAct, insertOnce } from './insert-once.ts';
import { readJournal } from './journal.ts';
import { type Cursor, FIRST_PAGE, type Listing, readList } from './list.ts';
import { findOptions, type OptionSource } from './options.ts';
import { type Order, type OrderAct, orderOnce } from './order-once.ts';
import type { Change } from './proof.ts';
import { findByNumber, readWatched, withSubject } from './records.ts';
import { lookForWrite, type WriteAct, writeOnce } from './write-once.ts';

/** How a desk asks. */
export type Manner = {
  /** Asked right before each request that changes something; what it throws keeps the request from the wire. */
  fence?: () => Promise<void>;
  /** Nobody waits for it, so people who wait come first. */
  isBackground?: boolean;
};

/**
 * All of ServiceNow for one actor: questions, and deeds that are done once whatever dies in between. Nobody else in the
 * bridge talks to the Table API. Every method sends requests as that actor, so any of them may throw `LinkRequiredError`.
 * @param send requests as the actor
 */
export function createDesk(send: AsPerson, { fence, isBackground = false }: Manner = {}) {
  const request: AsPerson = (asked) =>
    send({
      ...asked,
      ...(isBackground ? { isBackground } : {}),
      ...(fence && asked.method !== 'GET' ? { fence } : {}),
    });
  return {
    /** A record by its number, as a person typed it. */
    find: (number: RecordNumber) => findByNumber(request, number),
    /** @returns undefined where it does not exist, or the actor may not see it */
    read: (ref: RecordRef, columns: string[]) => getRecord(request, recordType(ref.type).table, ref.sysId, columns),
    /** With all that cards, filters and watchers look at; an approval with its subject. */
    readWatched: (ref: RecordRef) => readWatched(request, ref),
    /** A decision with what it is about, as far as its approver may see that. */
    withSubject: (type: RecordTypeName, decision: ServiceNowRecord) => withSubject(request, type, decision),
    /** One page of what a question finds. */
    list: (listing: Listing, size: number, cursor: Cursor = FIRST_PAGE) => readList(request, listing, size, cursor),
    /** The instance's own list for a column. Empty where it has none, or where the actor may not read it. */
    choices: (type: RecordTypeName, column: string) => readChoices(request, tablesOf(type), column),
    /** People, groups or items to choose from, by a few typed letters. */
    options: (source: OptionSource, text: string, timeoutMs: number) => findOptions(request, source, text, timeoutMs),
    /** The newest entries of a record's journals with their writers, for those few who may read that table. */
    journal: (ref: RecordRef) => readJournal(request, ref.sysId),
    /** A user's name by their user_name. */
    nameOf: (userName: string) => nameOfUser(request, userName),
    /** One window of what changed since a moment. */
    changedSince: (clock: InstanceClock, question: ChangeQuestion) => changedSince(request, clock, question),
    /** What a record has by way of files. */
    attachments: (of: Holder) => listAttachments(request, of),
    /** Makes a record once. */
    insertOnce: (act: InsertAct, fields: Record<string, string>, doubt: boolean) =>
      insertOnce(request, act, fields, doubt),
    /** What an act has made, where nobody heard of it. */
    findInserted: (act: Omit<InsertAct, 'cancel'>) => findInserted(request, act),
    /** Changes a record once. */
    writeOnce: (ref: RecordRef, change: Change, act: WriteAct) => writeOnce(request, ref, change, act),
    /** Gives a record the files of one act, each once. */
    attachOnce: (to: Holder, look: boolean) => attachOnce(request, to, look),
    /** Orders from the catalog once. */
    orderOnce: (order: Order, act: OrderAct) => orderOnce(request, order, act),
    /** How much of an act is on the record, where nobody heard of it; undefined where the record cannot be seen. */
    lookForWrite: (ref: RecordRef, change: Change, act: Pick<WriteAct, 'key' | 'columns'>) =>
      lookForWrite(request, ref, change, act),
    readFile: (sysId: string, limit: number) => readFile(request, sysId, limit),
  };
}

export type Desk = ReturnType<typeof createDesk>;
