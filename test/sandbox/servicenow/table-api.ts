import { canDelete, canInsert, canReadRow, canUpdate, isStaff, writable } from './acl.ts';
import { isSysId } from './database.ts';
import { storedValues } from './display-input.ts';
import { demandJson, json, jsonObject, noSuchResource, type Request } from './http.ts';
import type { Instance } from './instance.ts';
import { renderRow, type Shape } from './render.ts';
import { isTable } from './schema.ts';
import { aclAllows, applyQuery } from './table-query.ts';
import { ApiError, aclRefusal, noRecord, type Reply, type Row, type User } from './types.ts';

/** `/api/now[/v1|/v2]/table/{table}[/{sys_id}]` (fact sheet §2). */
export function tableApi(instance: Instance, request: Request, user: User, version: string, path: string[]): Reply {
  const [table = '', sysId, ...more] = path;
  if (table === '' || more.length > 0) throw noSuchResource();
  const override = request.headers['x-http-method-override'];
  const method = request.method === 'POST' && typeof override === 'string' ? override.toUpperCase() : request.method;
  const writes = method === 'POST' || method === 'PUT' || method === 'PATCH';
  demandJson(request, writes);
  if (!isTable(table)) throw new ApiError(400, `Invalid table ${table}`);
  const context = { instance, request, user, version, table };
  if (sysId === undefined) {
    if (method === 'GET' || method === 'HEAD') return list(context);
    if (method === 'POST') return create(context);
    throw new ApiError(405, 'Method not supported');
  }
  if (method === 'GET' || method === 'HEAD') return read(context, sysId);
  if (method === 'PATCH' || method === 'PUT') return update(context, sysId);
  if (method === 'DELETE') return remove(context, sysId);
  throw new ApiError(405, 'Method not supported');
}

export type Context = { instance: Instance; request: Request; user: User; version: string; table: string };

function shapeOf({ instance, request, user, version }: Context): Shape {
  const display = request.url.searchParams.get('sysparm_display_value');
  return {
    display: display === 'true' || display === 'all' ? display : 'false',
    excludeLink: request.url.searchParams.get('sysparm_exclude_reference_link') === 'true',
    api: `${instance.url}/api/now${version ? `/${version}` : ''}`,
    reader: user,
    values: instance.settings.columnValues,
  };
}

function rendered(context: Context, row: Row): Record<string, unknown> {
  const names = (context.request.url.searchParams.get('sysparm_fields') ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean);
  const { instance, table, user } = context;
  const own = table === 'sysapproval_approver' ? asApproval(instance, row) : row;
  const shown = renderRow(instance.db, table, own, names.length > 0 ? names : undefined, shapeOf(context));
  if (table === 'sys_user' && !isStaff(user)) delete shown[instance.settings.ownUserHidden];
  return shown;
}

/** Where approvals are of documents, the task is one among others. */
function asApproval({ db, settings }: Instance, row: Row): Row {
  const task = row['sysapproval'];
  if (settings.approvalSubject === 'task' || !task) return row;
  const source = row['source_table'] || db.classOf('task', task);
  return { ...row, sysapproval: '', document_id: row['document_id'] || task, source_table: source };
}

function list(context: Context): Reply {
  const { request } = context;
  const params = request.url.searchParams;
  const found = applyQuery(context);
  const limit = count(params.get('sysparm_limit'), 10_000);
  const offset = count(params.get('sysparm_offset'), 0);
  // The limit cuts before the access rules look: a page may be short or empty while later ones have rows.
  const page = found.slice(offset, offset + limit).filter((row) => aclAllows(context, row));
  if (context.version === 'v1' && page.length === 0) {
    throw new ApiError(
      404,
      'No Record found',
      'Records matching query not found. Check query parameter or offset parameter',
    );
  }
  const headers: Record<string, string> = {};
  const counts = context.instance.settings.totalCount === 'there' && params.get('sysparm_no_count') !== 'true';
  if (counts) {
    headers['X-Total-Count'] = String(found.length);
    const link = links(context, found.length, limit, offset);
    if (link && params.get('sysparm_suppress_pagination_header') !== 'true') headers['Link'] = link;
  }
  return json(200, { result: page.map((row) => rendered(context, row)) }, headers);
}

function count(text: string | null, fallback: number): number {
  return text !== null && /^\d+$/.test(text) ? Number(text) : fallback;
}

function links(context: Context, total: number, limit: number, offset: number): string {
  if (limit === 0 || total <= limit) return '';
  const at = (rel: string, start: number) => {
    const url = new URL(context.request.url.pathname + context.request.url.search, context.instance.url);
    url.searchParams.set('sysparm_limit', String(limit));
    url.searchParams.delete('sysparm_offset');
    url.searchParams.append('sysparm_offset', String(start));
    return `<${url.href}>;rel="${rel}"`;
  };
  const parts = [at('first', 0)];
  if (offset > 0) parts.push(at('prev', Math.max(0, offset - limit)));
  if (offset + limit < total) parts.push(at('next', offset + limit));
  parts.push(at('last', Math.floor((total - 1) / limit) * limit));
  return parts.join(',');
}

/** A record that may not be read does not exist, as far as the API is concerned. */
function visible({ instance, user, table }: Context, sysId: string): Row {
  const row = isSysId(sysId) ? instance.db.get(table, sysId) : undefined;
  if (!row || !canReadRow(instance.db, user, table, row)) throw noRecord();
  return row;
}

const read = (context: Context, sysId: string): Reply =>
  json(200, { result: rendered(context, visible(context, sysId)) });

function create(context: Context): Reply {
  const { instance, user, table } = context;
  const body = written(context, table);
  if (!canInsert(user, table)) throw aclRefusal('Insert');
  const fields = writable(user, table, body, undefined);
  if (!instance.settings.honourCallerSysId) delete fields['sys_id'];
  if (fields['sys_id'] && instance.db.get(table, fields['sys_id'])) {
    const mood = instance.settings.duplicateSysId;
    if (mood === 500) throw new ApiError(500, 'Operation Failed', 'Duplicate entry for key PRIMARY');
    if (mood === 'another-id') delete fields['sys_id'];
  }
  const row = instance.db.insert(table, fields, user);
  // The row stays, although its creator may not see it and is told of a failure (KB2697679).
  if (!canReadRow(instance.db, user, table, row)) throw aclRefusal('Insert');
  const location = `${shapeOf(context).api}/table/${table}/${row['sys_id']}`;
  return answer(context, 201, row, { Location: location });
}

function update(context: Context, sysId: string): Reply {
  const { instance, user, table } = context;
  const own = instance.db.classOf(table, sysId);
  const body = written(context, own);
  const row = visible(context, sysId);
  if (!canUpdate(user, own, row)) throw aclRefusal('Update');
  const fields = writable(user, own, body, row);
  const stale = instance.settings.patchShowsJournal ? {} : journalIn(rendered(context, row));
  const updated = instance.db.update(own, sysId, fields, user);
  return answer(context, 200, updated, {}, stale);
}

const journalIn = (shown: Record<string, unknown>) =>
  Object.fromEntries(
    Object.entries(shown).filter(([name]) => /^(comments|work_notes|comments_and_work_notes)$/.test(name)),
  );

function remove(context: Context, sysId: string): Reply {
  const { instance, user, table } = context;
  visible(context, sysId);
  if (!canDelete(user, instance.db.classOf(table, sysId))) throw aclRefusal('Delete');
  instance.db.remove(table, sysId);
  return { status: 204, body: '' };
}

function answer(
  context: Context,
  status: number,
  row: Row,
  headers: Record<string, string> = {},
  instead: Record<string, unknown> = {},
): Reply {
  if (context.request.headers['x-no-response-body'] === 'true') return { status, headers, body: '' };
  return json(status, { result: { ...rendered(context, row), ...instead } }, headers);
}

/** The columns of a write, as they are stored. */
function written({ instance, request, user }: Context, table: string): Row {
  const body = strings(jsonObject(request));
  const isShown = request.url.searchParams.get('sysparm_input_display_value') === 'true';
  return isShown ? storedValues(instance.db, table, body, user) : body;
}

/** Writes accept strings, numbers and booleans; everything is stored as a string. */
function strings(body: Record<string, unknown>): Row {
  const row: Row = {};
  for (const [name, value] of Object.entries(body)) {
    if (value === null) row[name] = '';
    else if (['string', 'number', 'boolean'].includes(typeof value)) row[name] = String(value);
  }
  return row;
}
