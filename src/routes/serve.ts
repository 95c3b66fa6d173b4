import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 15_000;
/** How often Node looks for requests that take too long; its own half minute would be added to the limits above. */
const LOOK_MS = 1_000;
const DRAIN_MS = 5_000;
/** Longer than a balancer or an instance keeps a connection: where the server ends it first, a request may meet its end. */
const IDLE_MS = 75_000;

export type Serving = { port: number; close(): Promise<void> };

/** @throws where the port is taken */
export async function serve(handle: RequestListener, port: number): Promise<Serving> {
  const server = createServer(
    {
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      keepAliveTimeout: IDLE_MS,
      connectionsCheckingInterval: LOOK_MS,
    },
    handle,
  );
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, resolve));
  return {
    port: (server.address() as AddressInfo).port,
    /** Idle connections go at once, busy ones when they are answered or time is up. */
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      const timer = setTimeout(() => server.closeAllConnections(), DRAIN_MS);
      await closed;
      clearTimeout(timer);
    },
  };
}
