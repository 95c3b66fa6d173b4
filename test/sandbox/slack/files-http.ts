/** File bytes: uploads by the app, downloads with the bot token. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import type { Sim } from './core.ts';
import { html, readBody, reply } from './http.ts';
import { takeFault } from './web-api/faults.ts';

const LOGIN_PAGE =
  '<!DOCTYPE html><html><head><title>Slack</title></head><body>Sign in to your workspace</body></html>';

/**
 * Slack does not answer 401 to a download without a good token: it shows the login page, with status 200. An app that
 * does not look at the content type stores that page as the file.
 */
export function download(sim: Sim, request: IncomingMessage, response: ServerResponse, path: string): undefined {
  const [, , place = ''] = path.split('/');
  const [teamId = '', fileId = ''] = place.split('-');
  const token = (request.headers.authorization ?? '').replace(/^Bearer /, '');
  const holder = sim.botTokens.get(token)?.workspace;
  const { installation } = holder ?? {};
  const fault = takeFault(sim, 'files.download');
  sim.calls.push({
    method: 'files.download',
    args: { file: fileId },
    at: sim.now(),
    ok: fault === undefined,
    status: fault ? 500 : 200,
  });
  if (fault) return reply(response, 500, 'Internal Server Error');
  const mayRead =
    holder?.team.id === teamId &&
    installation?.installed &&
    installation.botToken === token &&
    installation.scopes.includes('files:read');
  if (!mayRead) return html(response, 200, LOGIN_PAGE);
  const file = holder.files.get(fileId);
  if (!file) return html(response, 404, '<!DOCTYPE html><title>Not found</title>');
  // A network in front of the files may compress what compresses well, for whoever takes it; then the length is another one.
  const isZipped = file.mimetype.startsWith('text/') && /\bgzip\b/.test(String(request.headers['accept-encoding']));
  const bytes = isZipped ? gzipSync(file.bytes) : file.bytes;
  reply(response, 200, bytes, {
    'content-type': file.mimetype,
    ...(isZipped ? { 'content-encoding': 'gzip' } : {}),
    ...(file.unmeasured ? {} : { 'content-length': String(bytes.length) }),
  });
}

/** The bytes for an upload URL, raw or as the first part of a form. */
export async function takeUpload(
  sim: Sim,
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
): Promise<undefined> {
  const upload = sim.uploads.get(path.split('/')[3] ?? '');
  const body = await readBody(request);
  if (!upload) return reply(response, 404, 'no such upload');
  const bytes = firstPart(request.headers['content-type'] ?? '', body);
  if (bytes.length !== upload.length) return reply(response, 400, `expected ${upload.length} bytes`);
  upload.bytes = bytes;
  reply(response, 200, `OK - ${bytes.length}`);
}

function firstPart(contentType: string, body: Buffer): Buffer {
  const boundary = /^multipart\/form-data;.*boundary="?([^";]+)/.exec(contentType)?.[1];
  if (!boundary) return body;
  const start = body.indexOf('\r\n\r\n') + 4;
  return body.subarray(start, body.indexOf(`\r\n--${boundary}`, start));
}
