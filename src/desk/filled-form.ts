import { column } from '../servicenow/query.ts';

/** What the edge of an instance still takes as an address. */
const LONGEST_PATH = 2000;

/**
 * The instance's own form for a new record with these fields filled in. The last one is cut where the address would become
 * too long. Values are escaped as a person's words are, because the form reads them as it reads a query.
 */
export function filledForm(table: string, fields: Record<string, string>): { path: string; isWhole: boolean } {
  const parts = Object.entries(fields).map(([name, value]) => [column(name), formText(value)] as const);
  const written = parts.map(([name, value]) => `${name}=${value}`);
  const path = (some: string[]) => `/${table}.do?sys_id=-1&sysparm_query=${encodeURIComponent(some.join('^'))}`;
  const last = written.pop() ?? '';
  const letters = [...last];
  let kept = letters.length;
  while (kept > 0 && path([...written, letters.slice(0, kept).join('')]).length > LONGEST_PATH)
    kept = Math.floor(kept * 0.9);
  return { path: path([...written, letters.slice(0, kept).join('')]), isWhole: kept === letters.length };
}

const formText = (text: string): string =>
  text
    .normalize('NFC')
    .replaceAll('\r\n', '\n')
    .replace(/(?!\n)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}^]/gu, ' ')
    .replace(/javascript[\s:]*:/gi, 'javascript ')
    .trim();
