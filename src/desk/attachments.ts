import { z } from 'zod';
import type { AsPerson } from '../servicenow/client.ts';
import { attachedAnswer, attachmentsAnswer } from '../servicenow/schema.ts';

export type Attachment = { name: string; type: string; bytes: number; open: () => Promise<ReadableStream> };

/** The record that has them. */
export type Holder = { table: string; sysId: string };

const UPLOAD_TIMEOUT_MS = 5 * 60_000;

/** Names and sizes of what a record has. */
export const listAttachments = (request: AsPerson, { table, sysId }: Holder) =>
  request({
    method: 'GET',
    path: '/api/now/attachment',
    query: { sysparm_query: `table_name=${table}^table_sys_id=${sysId}` },
    answer: attachmentsAnswer,
  });

const upload = (request: AsPerson, { table, sysId }: Holder, file: Attachment) =>
  request({
    method: 'POST',
    path: '/api/now/attachment/file',
    query: { table_name: table, table_sys_id: sysId, file_name: file.name },
    body: { type: file.type, bytes: file.bytes, open: file.open },
    answer: attachedAnswer,
    timeoutMs: UPLOAD_TIMEOUT_MS,
  });

/**
 * Gives a record the files of one act, one after another and each once. No id of ours goes along, so what is there is told
 * from what is missing by name and size.
 * @param look an earlier run, or another job for the same act, may have brought some already
 */
export function attachOnce(request: AsPerson, to: Holder, look: boolean) {
  let present: Awaited<ReturnType<typeof listAttachments>> | undefined = look ? undefined : [];
  return {
    /** What is there was looked at, so a file that was refused is not there. */
    hasLooked: () => present !== undefined,

    /** @returns the attachment's own id, where it is told */
    async attach(file: Attachment): Promise<string | undefined> {
      present ??= await listAttachments(request, to);
      // Each one that is there stands for one file: two pasted screenshots may share name and size.
      const at = present.findIndex(({ name, bytes = file.bytes }) => name === file.name && bytes === file.bytes);
      const [there] = at < 0 ? [] : present.splice(at, 1);
      return there ? there.sysId : upload(request, to, file);
    },
  };
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
