import { canReadRow, canReadTable } from './acl.ts';
import { valueAt } from './encoded-query.ts';
import { demandJson, json, noSuchResource, type Request } from './http.ts';
import type { Instance } from './instance.ts';
import { displayOf } from './render.ts';
import { fieldOf, isTable } from './schema.ts';
import { applyQuery } from './table-query.ts';
import { ApiError, type Reply, type Row, type User } from './types.ts';

/** `/api/now/stats/{table}` (fact sheet §4.4). Only what the person may read is counted; numbers are strings. */
export function statsApi(instance: Instance, request: Request, user: User, path: string[]): Reply {
  const [table = '', ...more] = path;
  if (table === '' || more.length > 0) throw noSuchResource();
  if (request.method !== 'GET') throw new ApiError(405, 'Method not supported');
  demandJson(request, false);
  if (!isTable(table)) throw new ApiError(400, `Invalid table ${table}`);
  if (!canReadTable(user, table)) {
    throw new ApiError(403, 'Insufficient rights to query records', `No permission to read table '${table}'`);
  }
  const rows = applyQuery({ instance, request, user, version: '', table }).filter((row) =>
    canReadRow(instance.db, user, table, row),
  );
  const params = request.url.searchParams;
  const groupBy = names(params.get('sysparm_group_by')).filter((name) => fieldOf(table, name));
  if (groupBy.length === 0) return json(200, { result: { stats: stats(params, rows) } });

  const display = params.get('sysparm_display_value');
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const key = JSON.stringify(groupBy.map((name) => valueAt(instance.db, table, row, name)));
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  const result = [...groups.values()].map((group) => ({
    stats: stats(params, group),
    groupby_fields: groupBy.map((name) => {
      const value = group[0]?.[name] ?? '';
      const field = fieldOf(table, name);
      const shown = field ? displayOf(instance.db, table, field, name, value, user) : value;
      if (display === 'all') return { field: name, value, display_value: shown };
      return { field: name, value: display === 'true' ? shown : value };
    }),
  }));
  return json(200, { result });
}

const names = (text: string | null): string[] => (text ?? '').split(',').filter(Boolean);

function stats(params: URLSearchParams, rows: Row[]): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  if (params.get('sysparm_count') === 'true') result['count'] = String(rows.length);
  for (const kind of ['avg', 'min', 'max', 'sum'] as const) {
    const wanted = names(params.get(`sysparm_${kind}_fields`));
    if (wanted.length > 0) {
      result[kind] = Object.fromEntries(wanted.map((name) => [name, calculate(kind, rows, name)]));
    }
  }
  return result;
}

function calculate(kind: 'avg' | 'min' | 'max' | 'sum', rows: Row[], name: string): string {
  const texts = rows.map((row) => row[name] ?? '').filter(Boolean);
  if (texts.length === 0) return '';
  if (kind === 'min' || kind === 'max') {
    const sorted = texts.sort((a, b) => Number(a) - Number(b) || (a < b ? -1 : 1));
    return (kind === 'min' ? sorted[0] : sorted.at(-1)) ?? '';
  }
  const sum = texts.reduce((total, text) => total + Number(text), 0);
  return String(kind === 'sum' ? sum : sum / texts.length);
}
