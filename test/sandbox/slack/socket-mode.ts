/** Socket Mode: envelopes over a WebSocket instead of HTTP requests; an ack carries the answer. */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Sim } from './core.ts';
import type { Outgoing } from './delivery.ts';
import { asJson, asText } from './json.ts';

export type SocketHub = {
  isConnected(): boolean;
  /** A URL for one connection. */
  ticket(): string;
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  send(outgoing: Outgoing): Promise<{ status: number | null; body: unknown; error?: string }>;
  /** Slack asks clients to reconnect now and then. */
  disconnect(reason: 'warning' | 'refresh_requested' | 'link_disabled'): void;
  /** Lets each client finish the closing handshake. */
  close(): Promise<void>;
};

const ENVELOPES: Record<string, string> = { slash_command: 'slash_commands', event: 'events_api' };
/** An event needs no answer beyond the ack itself. */
const acceptsPayload = (kind: string): boolean => kind !== 'event';

const PING_EVERY_MS = 10_000;
const CLOSE_WITHIN_MS = 500;

export function createSocketHub(sim: () => Sim): SocketHub {
  const server = new WebSocketServer({ noServer: true });
  const tickets = new Set<string>();
  const connections: WebSocket[] = [];
  const waiting = new Map<string, (payload: unknown) => void>();
  let turn = 0;

  const welcome = (socket: WebSocket) => {
    connections.push(socket);
    const pinger = setInterval(() => socket.ping(), PING_EVERY_MS);
    pinger.unref();
    socket.on('close', () => {
      clearInterval(pinger);
      const index = connections.indexOf(socket);
      if (index >= 0) connections.splice(index, 1);
    });
    socket.on('message', (data) => {
      const message = asJson(JSON.parse(String(data)));
      const id = asText(message['envelope_id']);
      waiting.get(id)?.(message['payload']);
    });
    socket.send(
      JSON.stringify({
        type: 'hello',
        num_connections: connections.length,
        connection_info: { app_id: sim().app.id },
        debug_info: { host: 'applink-sandbox', build_number: 1, approximate_connection_time: 18_060 },
      }),
    );
  };

  return {
    isConnected: () => connections.length > 0,
    ticket: () => {
      const ticket = sim().ids.secret('socket_ticket');
      tickets.add(ticket);
      return `${sim().url.replace('http', 'ws')}/link/?ticket=${ticket}&app_id=${sim().app.id}`;
    },
    upgrade: (request, socket, head) => {
      const url = new URL(request.url ?? '/', 'http://slack');
      if (url.pathname !== '/link/' || !tickets.delete(url.searchParams.get('ticket') ?? '')) {
        socket.end('HTTP/1.1 408 Request Timeout\r\n\r\n');
        return;
      }
      server.handleUpgrade(request, socket, head, welcome);
    },
    send: ({ kind, payload, retryNum, retryReason }) => {
      // Slack spreads envelopes over an app's connections.
      turn += 1;
      const socket = connections[turn % connections.length];
      if (!socket) return Promise.resolve({ status: null, body: '', error: 'dispatch_failed' });
      const id = sim().ids.secret('envelope');
      return new Promise((resolve) => {
        const timer = setTimeout(() => {
          waiting.delete(id);
          resolve({ status: null, body: '', error: 'operation_timeout' });
        }, sim().ackTimeoutMs);
        waiting.set(id, (answer) => {
          clearTimeout(timer);
          waiting.delete(id);
          resolve({ status: 200, body: answer ?? '' });
        });
        socket.send(
          JSON.stringify({
            envelope_id: id,
            payload,
            type: ENVELOPES[kind] ?? 'interactive',
            accepts_response_payload: acceptsPayload(kind),
            ...(kind === 'event' ? { retry_attempt: retryNum ?? 0, retry_reason: retryReason ?? '' } : {}),
          }),
        );
      });
    },
    disconnect: (reason) => {
      for (const socket of [...connections]) {
        socket.send(JSON.stringify({ type: 'disconnect', reason, debug_info: { host: 'applink-sandbox' } }));
        if (reason !== 'warning') socket.close();
      }
    },
    close: async () => {
      const gone = connections.map((socket) => {
        const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
        socket.close(1001);
        const timer = setTimeout(() => socket.terminate(), CLOSE_WITHIN_MS);
        return closed.finally(() => clearTimeout(timer));
      });
      await Promise.all(gone);
      server.close();
    },
  };
}
