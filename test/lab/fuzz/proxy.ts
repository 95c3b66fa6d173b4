import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Answer = { status: number; headers: Record<string, string>; body: Buffer };
/** An answer with what it was the answer to. */
export type Recorded = Answer & { method: string; path: string };

/** Stands between the bridge and the simulated instance: records what it says, and may change it. */
export type InBetween = {
  url: string;
  recorded: Recorded[];
  /** Given an answer on its way; undefined cuts the connection in the middle of it. */
  change: ((answer: Recorded) => Answer | undefined) | undefined;
  close(): Promise<void>;
};

const KEPT_HEADERS = ['content-type', 'x-total-count', 'location', 'x-attachment-metadata', 'retry-after'];
const PASSED_HEADERS = ['accept', 'authorization', 'content-type', 'cookie'];
const MOST_RECORDED = 400;

export async function startProxy(target: string): Promise<InBetween> {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const answer = await fetch(target + (request.url ?? '/'), {
        method: request.method ?? 'GET',
        redirect: 'manual',
        headers: passed(request.headers),
        ...(chunks.length > 0 ? { body: Buffer.concat(chunks) } : {}),
      });
      const path = new URL(request.url ?? '/', target).pathname;
      const recorded: Recorded = {
        method: request.method ?? 'GET',
        path,
        status: answer.status,
        headers: Object.fromEntries(
          KEPT_HEADERS.flatMap((name) => {
            const value = answer.headers.get(name);
            return value === null ? [] : [[name, value] as const];
          }),
        ),
        body: Buffer.from(await answer.arrayBuffer()),
      };
      if (proxy.recorded.length < MOST_RECORDED && recorded.status < 300) proxy.recorded.push(recorded);
      const changed = proxy.change ? proxy.change(recorded) : recorded;
      if (!changed) {
        response.writeHead(recorded.status, { ...recorded.headers, 'content-length': recorded.body.length + 1 });
        response.write(recorded.body, () => response.destroy());
        return;
      }
      response.writeHead(changed.status, { ...changed.headers, 'content-length': changed.body.length });
      response.end(changed.body);
    } catch {
      response.destroy();
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const proxy: InBetween = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    recorded: [],
    change: undefined,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
  return proxy;
}

const passed = (headers: IncomingHttpHeaders): Record<string, string> =>
  Object.fromEntries(
    PASSED_HEADERS.flatMap((name) => {
      const value = headers[name];
      return typeof value === 'string' ? [[name, value] as const] : [];
    }),
  );
