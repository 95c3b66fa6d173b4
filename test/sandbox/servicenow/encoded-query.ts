import type { Database } from './database.ts';
import type { Moods } from './moods.ts';
import { matches } from './query-operators.ts';
import { type Field, fieldOf } from './schema.ts';
import { toUtc } from './time.ts';
import type { Row, User } from './types.ts';

/** Encoded queries (fact sheet §2.4). `^` always separates: there is no escape for it. */

const operators = [
  'ISNOTEMPTY',
  'ISEMPTY',
  'EMPTYSTRING',
  'ANYTHING',
  'NOT LIKE',
  'NOT IN',
  'STARTSWITH',
  'ENDSWITH',
  'RELATIVEGE',
  'RELATIVELE',
  'RELATIVEGT',
  'RELATIVELT',
  'BETWEEN',
  'NSAMEAS',
  'SAMEAS',
  'DYNAMIC',
  'LIKE',
  'IN',
  'ON',
  '!=',
  '<=',
  '>=',
  '=',
  '<',
  '>',
  '%',
];

type Condition = { path: string; operator: string; value: string };

export type Query = {
  /** OR of groups, each an AND of clauses, each an OR of conditions. */
  groups: Condition[][][];
  order: { path: string; descending: boolean }[];
  /** Parts that could not be understood, or name a field that does not exist. */
  invalid: string[];
  /** `javascript:` values other than the few that are evaluated. */
  scripts: string[];
};

/** How an instance reads a date in a condition. */
export type DateLiterals = 'utc' | 'user-zone';

const FULL_TEXT = '123TEXTQUERY321';

export function parseQuery(db: Database, table: string, text: string, user: User, literals: DateLiterals): Query {
  const query: Query = { groups: [], order: [], invalid: [], scripts: [] };
  const zone = literals === 'utc' ? 'UTC' : user.timeZone;
  for (const part of text.split('^NQ')) {
    const clauses: Condition[][] = [];
    for (const term of part.split('^')) {
      if (term === '' || term === 'EQ' || term.startsWith('GROUPBY')) continue;
      if (term.startsWith('ORDERBY')) {
        addOrder(query, table, term);
        continue;
      }
      const alternative = term.startsWith('OR');
      const condition = parseCondition(db, table, alternative ? term.slice(2) : term, { user, zone }, query);
      if (!condition) query.invalid.push(term);
      else if (alternative && clauses.length > 0) clauses.at(-1)?.push(condition);
      else clauses.push([condition]);
    }
    query.groups.push(clauses);
  }
  return query;
}

function addOrder(query: Query, table: string, term: string): void {
  const descending = term.startsWith('ORDERBYDESC');
  const path = term.slice(descending ? 11 : 7);
  if (fieldAt(table, path)) query.order.push({ path, descending });
  else query.invalid.push(term);
}

type Asker = { user: User; zone: string };

function parseCondition(
  db: Database,
  table: string,
  term: string,
  { user, zone }: Asker,
  query: Query,
): Condition | undefined {
  if (term.startsWith(`${FULL_TEXT}=`)) {
    return { path: FULL_TEXT, operator: 'TEXT', value: term.slice(FULL_TEXT.length + 1) };
  }
  const path = /^[a-z_][a-z0-9_.]*/.exec(term)?.[0];
  if (!path || !fieldAt(table, path)) return undefined;
  const rest = term.slice(path.length);
  const operator = operators.find((name) => rest.startsWith(name));
  if (!operator) return undefined;
  // The one dynamic filter that is seeded is "Me".
  if (operator === 'DYNAMIC') return { path, operator: '=', value: user.sysId };
  const given = rest.slice(operator.length);
  const isLiteral = fieldAt(table, path)?.kind === 'datetime' && LITERAL.test(given);
  const value = isLiteral ? given.replace(LITERAL, (local) => toUtc(local, zone)) : evaluate(db, given, user, query);
  return value === undefined ? { path, operator: 'NEVER', value: '' } : { path, operator, value };
}

const LITERAL = /\b\d{4}-\d{2}-\d{2}(?: \d{2}:\d{2}:\d{2})?(?=$|@)/g;

/** The server-side script sandbox, reduced to what the product may use. */
function evaluate(db: Database, value: string, user: User, query: Query): string | undefined {
  const script = /^\s*javascript:(.*)$/is.exec(value)?.[1];
  if (script === undefined) return value;
  const call = /^gs\.(getUserID|getUserName|hoursAgo|daysAgo)\((\d*)\);?$/.exec(script.trim());
  if (call?.[1] === 'getUserID') return user.sysId;
  if (call?.[1] === 'getUserName') return user.userName;
  if (call?.[1] && call[2]) {
    const hours = Number(call[2]) * (call[1] === 'daysAgo' ? 24 : 1);
    return new Date(db.now() - hours * 3_600_000).toISOString().slice(0, 19).replace('T', ' ');
  }
  query.scripts.push(value);
  return undefined;
}

/** The field at the end of a dot-walk, if every step exists. */
function fieldAt(table: string, path: string): Field | undefined {
  const [first = '', ...rest] = path.split('.');
  const field = fieldOf(table, first);
  if (!field || rest.length === 0) return field;
  return field.to && field.kind === 'reference' ? fieldAt(field.to, rest.join('.')) : undefined;
}

export function valueAt(db: Database, table: string, row: Row | undefined, path: string): string {
  const [first = '', ...rest] = path.split('.');
  const value = row?.[first] ?? '';
  const target = fieldOf(table, first)?.to;
  if (rest.length === 0 || !target) return value;
  return valueAt(db, target, db.get(target, value), rest.join('.'));
}

type Collation = Moods['collation'];

export function runQuery(db: Database, table: string, query: Query, collation: Collation = 'accents'): Row[] {
  const groups = query.groups.length > 0 ? query.groups : [[]];
  const rows = db
    .rows(table)
    .filter((row) =>
      groups.some((clauses) =>
        clauses.every((clause) => clause.some((condition) => holds(db, table, row, condition, collation))),
      ),
    );
  return rows.sort((a, b) => {
    for (const { path, descending } of query.order) {
      const [left, right] = [valueAt(db, table, a, path), valueAt(db, table, b, path)];
      const by = fieldAt(table, path)?.kind === 'integer' ? Number(left) - Number(right) : compareText(left, right);
      if (by !== 0) return descending ? -by : by;
    }
    return 0;
  });
}

const compareText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

/** As a collation that knows no accents compares. */
const bare = (text: string): string => text.normalize('NFD').replaceAll(/\p{M}/gu, '');

function holds(
  db: Database,
  table: string,
  row: Row,
  { path, operator, value }: Condition,
  collation: Collation,
): boolean {
  if (operator === 'TEXT') return fullText(row, value);
  const left = valueAt(db, table, row, path);
  const other = operator.endsWith('SAMEAS') ? valueAt(db, table, row, value) : value;
  return collation === 'accents'
    ? matches(left, operator, other, db.now())
    : matches(bare(left), operator, bare(other), db.now());
}

/** Every word has to occur somewhere in the texts of the record. */
function fullText(row: Row, words: string): boolean {
  const names = ['number', 'short_description', 'description', 'text', 'name', 'close_notes'];
  const text = names
    .map((name) => row[name] ?? '')
    .join(' ')
    .toLowerCase();
  return words
    .toLowerCase()
    .split(/\s+/)
    .filter(Boolean)
    .every((word) => text.includes(word));
}
