import { z } from 'zod';
import type { AsPerson } from '../servicenow/client.ts';
import { attachedAnswer, attachmentsAnswer } from '../servicenow/schema.ts';

export type Attachment = { name: string; type: string; bytes: number; open: () => Promise<ReadableStream> };

const UPLOAD_TIMEOUT_MS = 5 * 60_000;

/** Names and sizes of what a record has: uploading again would double it, so a retry looks first. */
export async function listAttachments(request: AsPerson, table: string, sysId: string) {
  return request({
    method: 'GET',
    path: '/api/now/attachment',
    query: { sysparm_query: `table_name=${table}^table_sys_id=${sysId}` },
    answer: attachmentsAnswer,
  });
}

/** @returns the attachment's own id, where it is told */
export async function attachFile(
  request: AsPerson,
  table: string,
  sysId: string,
  file: Attachment,
): Promise<string | undefined> {
  return request({
    method: 'POST',
    path: '/api/now/attachment/file',
    query: { table_name: table, table_sys_id: sysId, file_name: file.name },
    body: { type: file.type, bytes: file.bytes, open: file.open },
    answer: attachedAnswer,
    timeoutMs: UPLOAD_TIMEOUT_MS,
  });
}

/** @throws {RefusedError} where it is larger than `limit` bytes, or may not be read */
export async function readFile(request: AsPerson, sysId: string, limit: number): Promise<Uint8Array> {
  if (!/^[0-9a-f]{32}$/.test(sysId)) throw new TypeError('not a sys_id');
  return request({
    method: 'GET',
    path: `/api/now/attachment/${sysId}/file`,
    answer: z.instanceof(Uint8Array),
    fileLimit: limit,
    timeoutMs: UPLOAD_TIMEOUT_MS,
  });
}
