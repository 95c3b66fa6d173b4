import { ANY_TASK, RECORD_TYPES, type RecordType, type RecordTypeName, type Verb, type VerbName } from './table.ts';

export { ANY_TASK, DECISION, type RecordTypeName, USUAL_TYPE, type VerbName } from './table.ts';

/** One column of a record: the stored form, and the form shown to the person whose token read it. */
export type Field = { value: string; displayValue: string };

/** A record as one person may see it. Columns hidden from them are simply absent. */
export type ServiceNowRecord = {
  sysId: string;
  fields: Readonly<Record<string, Field>>;
  /** It has more entries than we read, so the record was read without them. */
  isJournalTooLong?: true;
};

export const RECORD_TYPE_NAMES = Object.keys(RECORD_TYPES) as [RecordTypeName, ...RecordTypeName[]];

export const recordType = (name: RecordTypeName): RecordType => RECORD_TYPES[name];

const TYPE_OF_TABLE = new Map<string, RecordTypeName>(
  RECORD_TYPE_NAMES.map((name) => [RECORD_TYPES[name].table, name]),
);

/** A table that has no row extends `task`, as far as we know: what does not is not found there. */
export const typeOfTable = (table: string): RecordTypeName => TYPE_OF_TABLE.get(table) ?? ANY_TASK;

/** The record's own table, which attachments and its page are filed under, whatever table it was read from. */
export function tableOf(name: RecordTypeName, record: ServiceNowRecord): string {
  const { isTask, table } = recordType(name);
  const own = storedValue(record, 'sys_class_name');
  return isTask && TABLE.test(own) ? own : table;
}

const TABLE = /^[a-z][a-z0-9_]*$/;

/** The table of a kind of record and what it extends, nearest first: where its columns' labels and choices are kept. */
export function tablesOf(name: RecordTypeName): string[] {
  const { isTask, table } = recordType(name);
  return isTask ? [...new Set([table, recordType(ANY_TASK).table])] : [table];
}

/** Whether a person could tell it from others: what is approved may be hidden from its approver, or have no name. */
export const isNamed = (name: RecordTypeName, record: ServiceNowRecord): boolean =>
  shownValue(record, recordType(name).numberField) !== '';

/** By the base system's numbers; undefined where an instance has states of its own. */
const meaningOf = (name: RecordTypeName, record: ServiceNowRecord) =>
  recordType(name).states.find(({ value }) => value === storedValue(record, 'state'))?.means;

/** Over for good: closed or cancelled, whatever an instance calls that. What is resolved is still active. */
export const hasEnded = (name: RecordTypeName, record: ServiceNowRecord): boolean =>
  recordType(name).isTask ? storedValue(record, 'active') === 'false' : meaningOf(name, record) === 'over';

export const verbOf = (name: RecordTypeName, verb: VerbName): Verb | undefined => recordType(name).verbs[verb];

/** Whether a verb fits the state; where an instance has others than the base system, its answer decides. */
export function fits(name: RecordTypeName, verb: VerbName, record: ServiceNowRecord): boolean {
  const means = meaningOf(name, record);
  return means !== undefined && verbOf(name, verb)?.from.includes(means) === true;
}

/** Whether a record is as the verb leaves it. */
export const isDone = (verb: Verb | undefined, record: ServiceNowRecord): boolean =>
  verb !== undefined && Object.entries(verb.sets).every(([field, value]) => storedValue(record, field) === value);

/** Columns to ask for, so that a card can be drawn from the answer. */
export function cardColumns(name: RecordTypeName): string[] {
  const { isTask, numberField, titleField, cardFields } = recordType(name);
  const common = [
    'sys_id',
    numberField,
    titleField,
    'description',
    'state',
    'active',
    'sys_mod_count',
    'sys_updated_on',
    ...(isTask ? ['sys_class_name'] : []),
  ];
  return [...new Set([...common, ...cardFields.map(({ field }) => field)])];
}

export const shownValue = (record: ServiceNowRecord, field: string): string => record.fields[field]?.displayValue ?? '';
export const storedValue = (record: ServiceNowRecord, field: string): string => record.fields[field]?.value ?? '';
