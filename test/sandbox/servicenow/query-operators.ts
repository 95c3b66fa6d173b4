import { fromStored, toStored } from './time.ts';

const numeric = (text: string) => /^-?\d+(\.\d+)?$/.test(text);
const isDate = (text: string) => /^\d{4}-\d{2}-\d{2}/.test(text);
const msOf: Record<string, number> = { minute: 60_000, hour: 3_600_000, dayofweek: 86_400_000, day: 86_400_000 };

/** Below, equal or above, comparing numbers as numbers and times as times (plain literals are UTC). */
function compare(left: string, right: string): number {
  if (numeric(left) && numeric(right)) return Number(left) - Number(right);
  if (isDate(left) && isDate(right)) return fromStored(left) - fromStored(right);
  const [a, b] = [left.toLowerCase(), right.toLowerCase()];
  return a < b ? -1 : a > b ? 1 : 0;
}

/** `@hour@ago@1` as a stored time. */
function relative(value: string, now: number): string {
  const [unit = '', direction, count = '0'] = value.replace(/^@/, '').split('@');
  return toStored(now + (direction === 'ago' ? -1 : 1) * (Number(count) || 0) * (msOf[unit] ?? 0));
}

export function matches(left: string, operator: string, value: string, now: number): boolean {
  const [low, text] = [left.toLowerCase(), value.toLowerCase()];
  const items = () => value.split(',').map((item) => item.trim().toLowerCase());
  switch (operator) {
    case '=':
      return isDate(left) && isDate(value) ? compare(left, value) === 0 : low === text;
    case '!=':
    case 'NSAMEAS':
      return low !== text;
    case 'SAMEAS':
      return low === text;
    // An empty column is NULL, and NULL is neither below nor above anything.
    case '<':
      return left !== '' && compare(left, value) < 0;
    case '<=':
      return left !== '' && compare(left, value) <= 0;
    case '>':
      return left !== '' && compare(left, value) > 0;
    case '>=':
      return left !== '' && compare(left, value) >= 0;
    case 'LIKE':
      return low.includes(text);
    case 'NOT LIKE':
      return !low.includes(text);
    case 'STARTSWITH':
      return low.startsWith(text);
    case 'ENDSWITH':
    case '%':
      return low.endsWith(text);
    case 'IN':
      return items().includes(low);
    case 'NOT IN':
      return !items().includes(low);
    case 'ISEMPTY':
    case 'EMPTYSTRING':
      return left === '';
    case 'ISNOTEMPTY':
      return left !== '';
    case 'ANYTHING':
      return true;
    case 'BETWEEN': {
      const [from = '', to = ''] = value.split('@');
      return left !== '' && compare(left, from) >= 0 && compare(left, to) <= 0;
    }
    case 'ON':
      return left.slice(0, 10) === (value.startsWith('Today') ? toStored(now) : value).slice(0, 10);
    case 'RELATIVEGE':
      return left !== '' && compare(left, relative(value, now)) >= 0;
    case 'RELATIVELE':
      return left !== '' && compare(left, relative(value, now)) <= 0;
    case 'RELATIVEGT':
      return left !== '' && compare(left, relative(value, now)) > 0;
    case 'RELATIVELT':
      return left !== '' && compare(left, relative(value, now)) < 0;
    default:
      return false;
  }
}
