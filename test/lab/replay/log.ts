/**
 * Reads the audit log of a ServiceNow instance: one row is a record after one update (`../shared/data/README.md`). Dates are
 * day-first. `?` means unknown, and a state that nobody knows leaves the state as it was.
 */
export type LogRow = {
  number: string;
  /** ms, to the minute. */
  at: number;
  modCount: number;
  state: string;
  impact: string;
  urgency: string;
  group: string;
  assignee: string;
  caller: string;
  by: string;
};

const COLUMNS = {
  number: 'number',
  at: 'sys_updated_at',
  modCount: 'sys_mod_count',
  state: 'incident_state',
  impact: 'impact',
  urgency: 'urgency',
  group: 'assignment_group',
  assignee: 'assigned_to',
  caller: 'caller_id',
  by: 'sys_updated_by',
} as const satisfies Record<keyof LogRow, string>;

/** @returns rows in the order in which they happened; those of one ticket in the order of their versions */
export function parseLog(text: string): LogRow[] {
  const [header = [], ...lines] = text
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '')
    .map(splitLine);
  const missing = Object.values(COLUMNS).filter((name) => !header.includes(name));
  if (missing.length > 0) throw new Error(`the log has no column ${missing.join(', ')}`);
  const rows = lines.map((cells): LogRow => {
    const cell = (name: keyof LogRow) => known(cells[header.indexOf(COLUMNS[name])] ?? '');
    return {
      number: cell('number'),
      at: parseDate(cell('at')),
      modCount: Number(cell('modCount')),
      state: cell('state'),
      impact: cell('impact'),
      urgency: cell('urgency'),
      group: cell('group'),
      assignee: cell('assignee'),
      caller: cell('caller'),
      by: cell('by'),
    };
  });
  return inOrder(rows.filter(({ number, modCount }) => number !== '' && Number.isInteger(modCount)));
}

/** By time, but never against the versions of one ticket: its clock is as coarse as a minute. */
export function inOrder(rows: LogRow[]): LogRow[] {
  const latest = new Map<string, number>();
  return rows
    .toSorted((a, b) => (a.number === b.number ? a.modCount - b.modCount : a.number < b.number ? -1 : 1))
    .map((row) => {
      const at = Math.max(Number.isNaN(row.at) ? 0 : row.at, latest.get(row.number) ?? 0);
      latest.set(row.number, at);
      return { ...row, at };
    })
    .sort((a, b) => a.at - b.at || a.modCount - b.modCount);
}

const known = (cell: string) => (cell.trim() === '?' ? '' : cell.trim());

/** `29-02-2016 01:16` */
export function parseDate(text: string): number {
  const match = /^(\d{1,2})[-/](\d{1,2})[-/](\d{4}) (\d{1,2}):(\d{2})/.exec(text);
  if (!match) return Number.NaN;
  const [day = 0, month = 0, year = 0, hour = 0, minute = 0] = match.slice(1).map(Number);
  return Date.UTC(year, month - 1, day, hour, minute);
}

function splitLine(line: string): string[] {
  if (!line.includes('"')) return line.split(',');
  const cells: string[] = [];
  for (const match of line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g))
    cells.push((match[1] ?? match[2] ?? '').replaceAll('""', '"'));
  return cells;
}

export function groupBy<T>(all: Iterable<T>, by: (one: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const one of all) {
    const group = groups.get(by(one));
    if (group) group.push(one);
    else groups.set(by(one), [one]);
  }
  return groups;
}
