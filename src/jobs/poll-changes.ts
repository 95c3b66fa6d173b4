import { z } from 'zod';
import { BridgeError, LinkRequiredError } from '../errors.ts';
import { changeCorrelationId, changeJobId, type RecordChange } from '../records/change-notice.ts';
import { type ServiceNowRecord, storedValue, typeOfTable } from '../records/types.ts';
import type { Person } from '../redis/keys.ts';
import type { AsPerson } from '../servicenow/client.ts';
import { type Condition, secondsBefore } from '../servicenow/query.ts';
import { queryWindow } from '../servicenow/table.ts';
import { defineJob, type JobContext } from './define.ts';

/** What is read again each time: clocks of nodes differ, and a transaction may commit late. */
const OVERLAP_SECONDS = 60;
const WINDOW = 200;
/** The next cycle goes on where this one stopped. */
const LONGEST_CYCLE_MS = 45_000;
/** Without a service identity people's own tokens poll, so many of them a cycle. */
const PEOPLE_PER_CYCLE = 20;
/** Whoever watches very much takes others' turns in this cycle; who is left out comes first in the next. */
const REQUESTS_PER_CYCLE = 100;
/** An encoded query stays well below the 2 kB that every edge lets through. */
const IDS_PER_QUERY = 40;

const TABLES = {
  task: ['sys_id', 'sys_class_name', 'sys_mod_count', 'sys_updated_on', 'assigned_to'],
  sysapproval_approver: ['sys_id', 'sys_mod_count', 'sys_updated_on', 'approver', 'state'],
  sys_attachment: ['sys_id', 'table_name', 'table_sys_id', 'sys_updated_on'],
} as const;

type Table = keyof typeof TABLES;

/**
 * Asks what changed since the largest server time seen. With a service identity that is one query per table and cycle,
 * whatever the number of watches; without one, people take turns with their own tokens.
 */
export const pollChanges = defineJob({
  queue: 'sync',
  schema: z.strictObject({ v: z.literal(1), correlationId: z.string() }),
  attempts: 1,
  withoutLink: 'give-up',
  async process(_payload, context) {
    const release = await context.poll.lock();
    if (!release) return;
    const deadline = context.now() + LONGEST_CYCLE_MS;
    try {
      const service = await context.asService();
      if (service)
        for (const table of Object.keys(TABLES) as Table[])
          await pollTable({ request: service, table, source: `service-${table}`, where: [], deadline }, context);
      else await pollInTurns(deadline, context);
    } finally {
      await release();
    }
  },
  // The next cycle begins where this one should have; nothing is lost.
  onGiveUp: async (_payload, error, { log }) => log.warn({ err: error }, 'poll failed; the next one makes up for it'),
});

/** A person's turn is never cut short, but the cycle ends after it: its cost must not follow the number of watches. */
async function pollInTurns(deadline: number, context: JobContext): Promise<void> {
  let sent = 0;
  const counted =
    (send: AsPerson): AsPerson =>
    (request) => {
      sent += 1;
      return send(request);
    };
  for (const person of await context.poll.duePeople(PEOPLE_PER_CYCLE)) {
    if (context.now() >= deadline || sent >= REQUESTS_PER_CYCLE) return;
    await pollAs(person, counted(context.asPerson(person)), deadline, context);
  }
}

async function pollAs(person: Person, request: AsPerson, deadline: number, context: JobContext): Promise<void> {
  await context.poll.polled(person, context.now());
  const link = await context.links.find(person);
  if (link?.status !== 'linked') return;
  const mine = (field: string): Condition[] => [{ field, is: 'equal', value: link.user.sysId }];
  const source = (name: string) => `${person.tenant}.${person.user}-${name}`;
  try {
    const assigned = {
      request,
      table: 'task',
      source: source('assigned'),
      where: mine('assigned_to'),
      deadline,
    } as const;
    await pollTable(assigned, context);
    await pollWatched(request, person, source('watched'), context);
    const table = 'sysapproval_approver';
    await pollTable({ request, table, source: source('approvals'), where: mine('approver'), deadline }, context);
  } catch (error) {
    // One person's trouble is not the others'.
    if (!(error instanceof BridgeError)) throw error;
    if (!(error instanceof LinkRequiredError)) context.log.info({ err: error }, 'poll as one person failed');
  }
}

/**
 * What a person watches, some ids at a time, with one cursor for all of them: an id that moves from one question to another
 * is not lost, and a turn that breaks off is repeated whole. The first turn passes everything on, because what changed
 * before it was told to nobody; watchers compare.
 */
async function pollWatched(request: AsPerson, person: Person, source: string, context: JobContext): Promise<void> {
  const cursor = (await context.poll.cursor(source)) ?? EPOCH;
  const field = 'sys_updated_on';
  const since: Condition = { field, is: 'since', value: secondsBefore(cursor, OVERLAP_SECONDS) };
  const watched = (await context.watches.of(person)).filter(({ type }) => type !== 'approval');
  let newest = cursor;
  for (let start = 0; start < watched.length; start += IDS_PER_QUERY) {
    const values = watched.slice(start, start + IDS_PER_QUERY).map(({ sysId }) => sysId);
    const { records } = await queryWindow(
      request,
      'task',
      { where: [{ field: 'sys_id', is: 'in', values }, since], orderBy: { field } },
      { columns: [...TABLES.task], limit: IDS_PER_QUERY },
    );
    await passOn(records, 'task', context);
    newest = records.map((record) => storedValue(record, field)).reduce(later, newest);
  }
  if (watched.length > 0) await context.poll.advance(source, newest);
}

type Question = { request: AsPerson; table: Table; source: string; where: Condition[]; deadline: number };

/**
 * Goes through what changed in the order in which it changed, window by window. Each window begins at the time at which the
 * last one ended: rows that change meanwhile move to the end, and an offset alone would step over their neighbours.
 */
async function pollTable(question: Question, context: JobContext): Promise<void> {
  const { request, table, source, where, deadline } = question;
  const cursor = await context.poll.cursor(source);
  if (cursor === undefined) return startCursor(question, context);
  let since = secondsBefore(cursor, OVERLAP_SECONDS);
  let offset = 0;
  while (context.now() < deadline) {
    const { records, total } = await queryWindow(
      request,
      table,
      {
        where: [...where, { field: 'sys_updated_on', is: 'since', value: since }],
        orderBy: { field: 'sys_updated_on' },
      },
      { columns: [...TABLES[table]], limit: WINDOW, offset },
    );
    await passOn(records, table, context);
    const last = records.map((record) => storedValue(record, 'sys_updated_on')).reduce(later, since);
    // Hidden rows count in the total, and a second may hold more rows than a window; then only the offset helps.
    offset = last > since ? 0 : offset + WINDOW;
    const more = offset === 0 ? records.length > 0 && total > WINDOW : offset < total;
    since = last;
    await context.poll.advance(source, later(cursor, last));
    if (!more) return;
  }
}

const later = (one: string, another: string) => (another > one ? another : one);

async function passOn(records: ServiceNowRecord[], table: Table, context: JobContext): Promise<void> {
  const changes = records.flatMap((record) => toChange(table, record));
  for (const change of await wantedByAnyone(changes, context))
    await context.enqueue(
      'fan-out-change',
      { v: 1, correlationId: changeCorrelationId(change), change },
      changeJobId(change),
    );
}

/** The first time there is no "since": the newest change of all is where the next poll begins, by the instance's clock. */
async function startCursor({ request, table, source, where }: Question, context: JobContext): Promise<void> {
  const { records } = await queryWindow(
    request,
    table,
    { where, orderBy: { field: 'sys_updated_on', descending: true } },
    { columns: ['sys_id', 'sys_updated_on'], limit: 1 },
  );
  const [record] = records;
  const newest = record ? storedValue(record, 'sys_updated_on') : EPOCH;
  // A time that this user may not read is no beginning; with the right to read it, the next turn finds one.
  if (!newest) return context.log.warn({ table }, 'poll cannot begin: sys_updated_on is hidden');
  await context.poll.advance(source, newest);
}

const EPOCH = '2000-01-01 00:00:00';

function toChange(table: Table, record: ServiceNowRecord): RecordChange[] {
  if (table === 'sys_attachment') return toAttachmentChange(record);
  const className = table === 'task' ? storedValue(record, 'sys_class_name') : table;
  if (!typeOfTable(className)) return [];
  const pending = storedValue(record, 'state') === 'requested';
  const assignedTo = asId(storedValue(record, 'assigned_to'));
  const approver = pending ? asId(storedValue(record, 'approver')) : undefined;
  return [
    {
      table: className,
      sysId: record.sysId,
      modCount: Number(storedValue(record, 'sys_mod_count')) || 0,
      ...(assignedTo ? { assignedTo } : {}),
      ...(approver ? { approver } : {}),
    },
  ];
}

function toAttachmentChange(record: ServiceNowRecord): RecordChange[] {
  const table = storedValue(record, 'table_name');
  const sysId = asId(storedValue(record, 'table_sys_id'));
  return typeOfTable(table) && sysId ? [{ table, sysId, modCount: 0, attachment: record.sysId }] : [];
}

const asId = (value: string) => (/^[0-9a-f]{32}$/.test(value) ? value : undefined);

/** Most changes concern nobody here; finding that out costs no request to ServiceNow. */
async function wantedByAnyone(
  changes: RecordChange[],
  { watches, peopleBehind, subscriptions }: JobContext,
): Promise<RecordChange[]> {
  if (changes.length === 0) return [];
  const types = new Set((await subscriptions.all()).map(({ filter }) => filter.type));
  const watched = await watches.watchedAmong(changes.map(({ sysId }) => sysId));
  const people = await peopleBehind(
    changes.flatMap(({ assignedTo, approver }) => [assignedTo, approver].filter((user) => user !== undefined)),
  );
  return changes.filter(({ table, sysId, assignedTo, approver }) => {
    const type = typeOfTable(table);
    return (
      watched.has(sysId) ||
      (type !== undefined && types.has(type)) ||
      (assignedTo !== undefined && people.has(assignedTo)) ||
      (approver !== undefined && people.has(approver))
    );
  });
}
