import {
  type ChangeQuestion,
  createInstanceClock,
  earlier,
  type InstanceClock,
  later,
  minutesBack,
  secondsBefore,
  updatedOn,
} from '../desk/changed-since.ts';
import type { Desk } from '../desk/desk.ts';
import { BridgeError, fateOf, LinkRequiredError } from '../errors.ts';
import { changeCorrelationId, changeJobId, type KnownValues, type RecordChange } from '../records/change-notice.ts';
import type { Condition } from '../records/query.ts';
import { FILTER_COLUMNS } from '../records/table.ts';
import {
  ANY_TASK,
  DECISION,
  fits,
  type RecordTypeName,
  recordType,
  type ServiceNowRecord,
  storedValue,
  tableOf,
  typeOfTable,
} from '../records/types.ts';
import { type Person, personName } from '../redis/keys.ts';
import type { ProcessorOf } from './catalogue.ts';
import type { JobContext } from './define.ts';

type Uses = Pick<
  JobContext,
  'asService' | 'desk' | 'enqueue' | 'links' | 'log' | 'now' | 'peopleBehind' | 'poll' | 'subscriptions' | 'watches'
>;

/** What is read again each time: clocks of nodes differ, and a transaction may commit late. */
const OVERLAP_SECONDS = 60;
const WINDOW = 1_000;
/** The next cycle goes on where this one stopped. */
const LONGEST_CYCLE_MS = 45_000;
/** Without a service identity people's own tokens poll, so many of them a cycle. */
const PEOPLE_PER_CYCLE = 20;
/** Whoever watches very much takes others' turns in this cycle; who is left out comes first in the next. */
const REQUESTS_PER_CYCLE = 100;
/** An encoded query stays well below the 2 kB that every edge lets through. */
const IDS_PER_QUERY = 40;

/** A table that is asked for changes; `task` holds all kinds of ticket. */
type Polled = { table: string; columns: string[]; toChange: (record: ServiceNowRecord) => RecordChange[] };

const polled = (type: RecordTypeName): Polled => {
  const { table, isTask, turn, filters } = recordType(type);
  const own = isTask ? ['sys_class_name', ...filters] : ['state'];
  const columns = ['sys_id', 'sys_mod_count', 'sys_updated_on', turn.field, ...own];
  return { table, columns, toChange: (record) => [toChange(type, record)] };
};

const TASKS = polled(ANY_TASK);
const DECISIONS = polled(DECISION);
const FILES: Polled = {
  table: 'sys_attachment',
  columns: ['sys_id', 'table_name', 'table_sys_id', 'sys_updated_on'],
  toChange: toAttachmentChange,
};

/** Who asks, and how long. */
type Cycle = {
  ask: (question: ChangeQuestion) => ReturnType<Desk['changedSince']>;
  clock: InstanceClock;
  deadline: number;
};
type Source = { polled: Polled; name: string; where: Condition[] };

/**
 * Asks what changed since the largest server time seen that is not in the future. With a service identity that is one query
 * per table and cycle, whatever the number of watches; without one, people take turns with their own tokens.
 */
export const pollChanges: ProcessorOf<'poll-changes'> = {
  async process(_payload, context: Uses) {
    const release = await context.poll.lock();
    if (!release) return;
    const clock = createInstanceClock(context.now);
    const deadline = context.now() + LONGEST_CYCLE_MS;
    try {
      const service = await context.asService();
      if (!service) return await pollInTurns(clock, deadline, context);
      for (const polled of [TASKS, DECISIONS, FILES]) {
        const source = { polled, name: `service-${polled.table}`, where: [] };
        await unlessRefused(source.name, context, () =>
          pollTable({ ask: (question) => service.changedSince(clock, question), clock, deadline }, source, context),
        );
      }
    } finally {
      await release();
    }
  },
  // The next cycle begins where this one should have; nothing is lost.
  onGiveUp: async (_payload, error, { log }: Uses) =>
    log.warn({ err: error }, 'poll failed; the next one makes up for it'),
};

/** A person's turn is never cut short, but the cycle ends after it: its cost must not follow the number of watches. */
async function pollInTurns(clock: InstanceClock, deadline: number, context: Uses): Promise<void> {
  let sent = 0;
  const asking =
    (desk: Desk): Cycle['ask'] =>
    (question) => {
      sent += 1;
      return desk.changedSince(clock, question);
    };
  for (const person of await context.poll.duePeople(PEOPLE_PER_CYCLE)) {
    if (context.now() >= deadline || sent >= REQUESTS_PER_CYCLE) return;
    await pollAs(person, { ask: asking(context.desk(person)), clock, deadline }, context);
  }
}

async function pollAs(person: Person, cycle: Cycle, context: Uses): Promise<void> {
  await context.poll.polled(person, context.now());
  const link = await context.links.find(person);
  if (link?.status !== 'linked') return;
  const name = (source: string) => `${personName(person)}-${source}`;
  const mine = (field: string): Condition[] => [{ field, is: 'equal', value: link.user.sysId }];
  const own = (await context.subscriptions.ofOwner(person)).filter(({ paused }) => !paused);
  const tables: Source[] = [
    { polled: TASKS, name: name('assigned'), where: mine(recordType(ANY_TASK).turn.field) },
    { polled: DECISIONS, name: name('approvals'), where: mine(recordType(DECISION).turn.field) },
    ...(own.length > 0
      ? [{ polled: TASKS, name: name('subscribed'), where: ofTypes([...new Set(own.map(({ type }) => type))]) }]
      : []),
  ];
  try {
    await unlessRefused(name('watched'), context, () => pollWatched(person, name('watched'), cycle, context));
    for (const source of tables) await unlessRefused(source.name, context, () => pollTable(cycle, source, context));
  } catch (error) {
    // One person's trouble is not the others'.
    if (!(error instanceof BridgeError)) throw error;
    if (!(error instanceof LinkRequiredError)) context.log.info({ err: error }, 'poll as one person failed');
  }
}

/** What may not be asked, or is answered with nonsense, is the matter of that source; what is passing is everybody's. */
async function unlessRefused(source: string, { log }: Uses, poll: () => Promise<void>): Promise<void> {
  try {
    await poll();
  } catch (err) {
    if (fateOf(err).kind !== 'give-up') throw err;
    log.warn({ err, source }, 'a source of the poll was refused; the others go on');
  }
}

/** Whether a ticket fits is judged later, with all that is known of it: one that leaves a filter is news, too. */
function ofTypes(types: RecordTypeName[]): Condition[] {
  const field = 'sys_class_name';
  return types.includes(ANY_TASK) ? [] : [{ field, is: 'in', values: types.map((type) => recordType(type).table) }];
}

/**
 * What a person watches, some ids at a time, with one cursor for all of them: an id that moves from one question to another
 * is not lost, and a turn that breaks off is repeated whole. The first turn passes everything on, because what changed
 * before it was told to nobody; watchers compare.
 */
async function pollWatched(person: Person, source: string, { ask, clock }: Cycle, context: Uses): Promise<void> {
  const cursor = await context.poll.cursor(source);
  const since = (now: string) => cursor && secondsBefore(earlier(cursor, now), OVERLAP_SECONDS);
  const watched = (await context.watches.of(person)).filter(({ type }) => recordType(type).isTask);
  let began: string | undefined;
  let newest: string | undefined;
  for (let start = 0; start < watched.length; start += IDS_PER_QUERY) {
    const values = watched.slice(start, start + IDS_PER_QUERY).map(({ sysId }) => sysId);
    const where: Condition[] = [{ field: 'sys_id', is: 'in', values }];
    const question = { ...TASKS, where, since, limit: IDS_PER_QUERY };
    const { records } = await ask(question);
    await passOn(records, TASKS, context);
    // What changed while the turn went on may be news for an earlier question, and is read once more in the next one.
    began ??= clock.now();
    newest = newestOf(records, began, newest ?? earlier(cursor ?? began, began));
  }
  if (newest) await context.poll.advance(source, newest);
}

/** Pure: a row that is dated in the future moves no cursor, or nothing before that time would ever be seen. */
const newestOf = (records: ServiceNowRecord[], now: string, before: string): string =>
  records
    .map(updatedOn)
    .filter((at) => at <= now)
    .reduce(later, before);

/**
 * Goes through what changed in the order in which it changed, window by window. Each window begins at the minute at which the
 * last one ended. Where that is the same minute only an offset helps, and it grows by half a window: rows that change
 * meanwhile move to the end, and the beginning moves with the instance's clock, so an offset alone would step over rows.
 */
async function pollTable({ ask, clock, deadline }: Cycle, source: Source, context: Uses): Promise<void> {
  const { polled, name, where } = source;
  const cursor = await context.poll.cursor(name);
  // The first time there is no cursor: then the poll begins where the instance's clock stands.
  let since = (now: string) => secondsBefore(earlier(cursor ?? now, now), OVERLAP_SECONDS);
  let newest = cursor;
  let offset = 0;
  let isHidden = false;
  const began = clock.now();
  while (context.now() < deadline) {
    const question = { ...polled, where, limit: WINDOW, offset, since };
    const { records, total, minutes } = await ask(question);
    await passOn(records, polled, context);
    const now = clock.now();
    const last = newestOf(records, now, earlier(newest ?? now, now));
    newest = last;
    isHidden ||= records.some((record) => !updatedOn(record));
    // Hidden rows count in the total. Those that are dated in the future come last.
    const isAll = offset + WINDOW >= total || records.some((record) => updatedOn(record) > now);
    if (isAll && isHidden)
      context.log.warn({ table: polled.table }, 'sys_updated_on is hidden from the poll, so it may miss changes');
    await context.poll.advance(name, isAll && isHidden ? later(last, earlier(began, now)) : last);
    if (isAll) return;
    since = () => last;
    offset = minutesBack(last, now) < minutes ? 0 : offset + WINDOW / 2;
  }
}

async function passOn(records: ServiceNowRecord[], { toChange }: Polled, context: Uses): Promise<void> {
  const changes = records.flatMap(toChange);
  for (const change of await wantedByAnyone(changes, context))
    await context.enqueue(
      'fan-out-change',
      { v: 1, correlationId: changeCorrelationId(change), change },
      changeJobId(change),
    );
}

/** A ticket is its assignee's turn, and a decision its approver's while it waits for one. */
function toChange(type: RecordTypeName, record: ServiceNowRecord): RecordChange {
  const { isTask, turn } = recordType(type);
  const user = isTask || fits(type, 'approve', record) ? asId(storedValue(record, turn.field)) : undefined;
  return {
    table: tableOf(type, record),
    sysId: record.sysId,
    modCount: Number(storedValue(record, 'sys_mod_count')) || 0,
    values: valuesIn(record),
    ...(user ? { [turn.reason === 'assigned' ? 'assignedTo' : 'approver']: user } : {}),
  };
}

/** A column that is hidden, or that not all tasks have, is not known. */
const valuesIn = ({ fields }: ServiceNowRecord): KnownValues =>
  Object.fromEntries(FILTER_COLUMNS.flatMap((column) => (fields[column] ? [[column, fields[column].value]] : [])));

function toAttachmentChange(record: ServiceNowRecord): RecordChange[] {
  const table = storedValue(record, 'table_name');
  const sysId = asId(storedValue(record, 'table_sys_id'));
  return sysId ? [{ table, sysId, modCount: 0, attachment: record.sysId }] : [];
}

const asId = (value: string) => (/^[0-9a-f]{32}$/.test(value) ? value : undefined);

/** Most changes concern nobody here; finding that out costs no request to ServiceNow. */
async function wantedByAnyone(
  changes: RecordChange[],
  { watches, peopleBehind, subscriptions }: Uses,
): Promise<RecordChange[]> {
  if (changes.length === 0) return [];
  // Files are for people.
  const wanting = await Promise.all(
    changes.map(async ({ table, values, attachment }) =>
      attachment ? false : (await subscriptions.wanting(typeOfTable(table), values)).length > 0,
    ),
  );
  const watched = await watches.watchedAmong(changes.map(({ sysId }) => sysId));
  const people = await peopleBehind(
    changes.flatMap(({ assignedTo, approver }) => [assignedTo, approver].filter((user) => user !== undefined)),
  );
  return changes.filter(
    ({ sysId, assignedTo, approver }, index) =>
      watched.has(sysId) ||
      wanting[index] ||
      (assignedTo !== undefined && people.has(assignedTo)) ||
      (approver !== undefined && people.has(approver)),
  );
}
