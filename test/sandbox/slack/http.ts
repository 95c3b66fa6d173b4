/** Small helpers for the HTTP side. */
import type { IncomingMessage, ServerResponse } from 'node:http';

const MAX_BODY_BYTES = 100 * 1024 * 1024;

export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += (chunk as Buffer).length;
    if (size > MAX_BODY_BYTES) throw new Error('the request is too large');
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}

export function reply(
  response: ServerResponse,
  status: number,
  body: string | Buffer | object,
  headers: Record<string, string> = {},
): undefined {
  const json = typeof body === 'object' && !Buffer.isBuffer(body);
  response.writeHead(status, { ...(json ? { 'content-type': 'application/json; charset=utf-8' } : {}), ...headers });
  response.end(json ? JSON.stringify(body) : body);
}

export const html = (response: ServerResponse, status: number, body: string): undefined =>
  reply(response, status, body, { 'content-type': 'text/html; charset=utf-8' });

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
export const escapeHtml = (text: string): string => text.replaceAll(/[&<>"]/g, (one) => ENTITIES[one] ?? '');
