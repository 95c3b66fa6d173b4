import { canReadParent, canReadRow, canUpdate, isStaff } from './acl.ts';
import { demandJson, json, noSuchResource, type Request } from './http.ts';
import type { Instance } from './instance.ts';
import { renderRow } from './render.ts';
import { isTable } from './schema.ts';
import { aclAllows, applyQuery } from './table-query.ts';
import { ApiError, aclRefusal, noRecord, type Reply, type Row, type User } from './types.ts';

/** `/api/now/attachment` (fact sheet §4.1). */
export function attachmentApi(instance: Instance, request: Request, user: User, path: string[]): Reply {
  if (instance.settings.attachmentApi === 403 && !user.roles.has('admin'))
    throw new ApiError(403, 'User Not Authorized', 'Failed API level ACL Validation');
  const [first, second, ...more] = path;
  if (more.length > 0) throw noSuchResource();
  if (first === 'file' && second === undefined) {
    if (request.method !== 'POST') throw new ApiError(405, 'Method not supported');
    return upload(instance, request, user);
  }
  if (first === undefined) return list(instance, request, user);
  const row = visible(instance, user, first);
  if (second === 'file' && request.method === 'GET') return download(instance, user, row);
  if (second !== undefined) throw noSuchResource();
  if (request.method === 'GET') {
    demandJson(request, false);
    return json(200, { result: metadata(instance, user, row) });
  }
  if (request.method === 'DELETE') {
    if (!mayChange(instance, user, row['table_name'] ?? '', row['table_sys_id'] ?? '')) throw aclRefusal('Delete');
    instance.db.remove('sys_attachment', first);
    instance.files.delete(first);
    return { status: 204, body: '' };
  }
  throw new ApiError(405, 'Method not supported');
}

function visible(instance: Instance, user: User, sysId: string): Row {
  const row = instance.db.get('sys_attachment', sysId);
  if (!row || !canReadRow(instance.db, user, 'sys_attachment', row)) throw noRecord();
  return row;
}

function mayChange(instance: Instance, user: User, table: string, sysId: string): boolean {
  const parent = instance.db.get(table, sysId);
  return parent !== undefined && canUpdate(user, instance.db.classOf(table, sysId), parent);
}

function upload(instance: Instance, request: Request, user: User): Reply {
  const params = request.url.searchParams;
  const [table, sysId, name] = ['table_name', 'table_sys_id', 'file_name'].map((key) => params.get(key) ?? '');
  if (!table || !sysId || !name) throw new ApiError(400, 'Invalid request', 'Missing required query parameter');
  const contentType = request.headers['content-type'];
  if (!contentType) throw new ApiError(400, 'Invalid request', 'Missing Content-Type header');
  if (!isTable(table)) throw new ApiError(400, `Invalid table ${table}`);
  if (!canReadParent(instance.db, user, table, sysId)) throw noRecord();
  const extension = name.split('.').pop()?.toLowerCase() ?? '';
  const blocked = instance.settings.blockedExtensions.includes(extension);
  if (blocked || !mayChange(instance, user, table, sysId)) throw aclRefusal('Insert');
  const row = instance.db.insert(
    'sys_attachment',
    {
      file_name: name,
      content_type: contentType,
      size_bytes: String(request.body.length),
      table_name: table,
      table_sys_id: sysId,
      compressed: 'true',
    },
    user,
  );
  const id = row['sys_id'] ?? '';
  instance.files.set(id, request.body);
  return json(201, { result: metadata(instance, user, row) }, { Location: `${instance.url}/api/now/attachment/${id}` });
}

function list(instance: Instance, request: Request, user: User): Reply {
  if (request.method !== 'GET') throw new ApiError(405, 'Method not supported');
  demandJson(request, false);
  const context = { instance, request, user, version: '', table: 'sys_attachment' };
  const limit = Number(request.url.searchParams.get('sysparm_limit') ?? 1000);
  const offset = Number(request.url.searchParams.get('sysparm_offset') ?? 0);
  const found = applyQuery(context);
  const page = found.slice(offset, offset + limit).filter((row) => aclAllows(context, row));
  return json(
    200,
    { result: page.map((row) => metadata(instance, user, row)) },
    instance.settings.totalCount === 'there' ? { 'X-Total-Count': String(found.length) } : {},
  );
}

function download(instance: Instance, user: User, row: Row): Reply {
  return {
    status: 200,
    headers: {
      'Content-Type': row['content_type'] ?? 'application/octet-stream',
      'Content-Disposition': `attachment;filename*=UTF-8''${encodeURIComponent(row['file_name'] ?? '')}`,
      'X-Attachment-Metadata': encodeAscii(JSON.stringify(metadata(instance, user, row))),
    },
    body: instance.files.get(row['sys_id'] ?? '') ?? Buffer.alloc(0),
  };
}

/** A header cannot carry other than Latin-1. */
const encodeAscii = (text: string): string =>
  text.replace(/[^\x20-\x7e]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);

function metadata(instance: Instance, user: User, row: Row): Record<string, unknown> {
  const shape = {
    display: 'false' as const,
    excludeLink: true,
    api: `${instance.url}/api/now`,
    reader: user,
    values: instance.settings.columnValues,
  };
  const shown = renderRow(instance.db, 'sys_attachment', row, undefined, shape);
  if (instance.settings.attachmentColumnsHidden && !isStaff(user))
    for (const column of ['size_bytes', 'sys_created_by']) delete shown[column];
  return {
    ...shown,
    download_link: `${instance.url}/api/now/attachment/${row['sys_id']}/file`,
  };
}
