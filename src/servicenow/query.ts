import type { Condition, Query } from '../records/query.ts';

const FIELD = /^[a-z][a-z0-9_.]*$/;
const EXACT = /^[\w .:@+-]*$/;

/**
 * Encoded queries, built from conditions and never from strings. `^` separates conditions and no escape is reliable over
 * REST; `javascript:` at the start of a value is evaluated on the server. So a value that could do either never gets in.
 */
export function encodeQuery({ where, orderBy }: Query): string {
  const parts = where.map(encodeCondition);
  // The id breaks ties, so that pages neither repeat nor skip a row.
  if (orderBy) parts.push(`ORDERBY${orderBy.descending ? 'DESC' : ''}${column(orderBy.field)}`, 'ORDERBYsys_id');
  return parts.join('^');
}

function encodeCondition(condition: Condition): string {
  switch (condition.is) {
    case 'equal':
      return `${column(condition.field)}=${exact(condition.value)}`;
    case 'in':
      return `${column(condition.field)}IN${condition.values.map(exact).join(',')}`;
    case 'contains':
      return `${column(condition.field)}LIKE${freeText(condition.text)}`;
    case 'starts':
      return `${column(condition.field)}STARTSWITH${freeText(condition.text)}`;
    case 'within':
      return `${column(condition.field)}RELATIVEGE@minute@ago@${whole(condition.minutes)}`;
    case 'matching':
      return `123TEXTQUERY321=${freeText(condition.text)}`;
    case 'myself':
      return 'sys_id=javascript:gs.getUserID()';
    case 'any':
      return condition.of.map(encodeCondition).join('^OR');
  }
}

export function column(name: string): string {
  if (!FIELD.test(name)) throw new TypeError('not a column name');
  return name;
}

/** Ids, numbers and e-mails: what does not fit is our mistake, not the person's, and must not be sent. */
function exact(value: string): string {
  if (!EXACT.test(value) || /^\s*javascript:/i.test(value)) throw new TypeError('not an exact value for a query');
  return value;
}

function whole(count: number): number {
  if (!Number.isSafeInteger(count) || count < 0) throw new TypeError('not a number of minutes');
  return count;
}

/** A person's words: what has a meaning of its own in a query becomes a space, and a script becomes mere words. */
export function freeText(text: string): string {
  return text
    .normalize('NFC')
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}^]+/gu, ' ')
    .replace(/javascript[\s:]*:/gi, 'javascript ')
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/(?<=^.{100}).+/su, '')
    .trim();
}

/** True where nothing would be left to search for. An empty condition matches the whole table. */
export const isBlank = (text: string): boolean => freeText(text) === '';
