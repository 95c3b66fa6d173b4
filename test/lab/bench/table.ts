import type { Result } from './row.ts';
import type { Spread } from './stats.ts';

const COLUMNS = ['', 'bridge', 'low–high', 'floor', 'ratio', 'low–high', 'target', ''];

/** Three significant digits are all that such a measurement has. */
export function figure(value: number): string {
  if (!Number.isFinite(value)) return '–';
  if (Math.abs(value) >= 100) return String(Math.round(value));
  return String(Number(value.toPrecision(value < 1 ? 2 : 3)));
}

const range = ({ low, high, repetitions }: Spread) => (repetitions > 1 ? `${figure(low)}–${figure(high)}` : '');

const verdict = ({ target }: Result) => (target ? (target.met ? 'met' : 'missed') : '');

export function table(title: string, results: readonly Result[]): string {
  const lines = results.map((result) => [
    result.name,
    `${figure(result.subject.median)} ${result.unit}`,
    range(result.subject),
    result.floor ? `${figure(result.floor.median)} ${result.unit}` : '',
    result.ratio ? `× ${figure(result.ratio.median)}` : '',
    result.ratio ? range(result.ratio) : '',
    result.target?.words ?? '',
    verdict(result),
  ]);
  const notes = results.flatMap(({ name, note }) => (note ? [`  ${name}: ${note}`] : []));
  return [title, ...align([COLUMNS, ...lines]), ...notes, ''].join('\n');
}

/** Lines of cells, the first of each to the left and the others to the right. */
export function align(rows: readonly (readonly string[])[]): string[] {
  const columns = Math.max(...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  );
  return rows.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
}
