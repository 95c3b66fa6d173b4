import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addressOf, databaseOf, withDatabase } from '../sandbox/redis.ts';

/** One wait for Redis: from the first byte sent to the first byte of the answer. Pipelined commands share one. */
export type Turn = { commands: string[]; answeredAt: number };

export type RedisProxy = {
  url: string;
  turns: Turn[];
  count: { commands: number; bytesUp: number; bytesDown: number };
  close(): Promise<void>;
};

/** Stands between the bridge and its store, and counts what passes. */
export async function startRedisProxy(target: string): Promise<RedisProxy> {
  const directory = mkdtempSync(join(tmpdir(), 'bridge-bench-'));
  const path = join(directory, 's');
  const turns: Turn[] = [];
  const count = { commands: 0, bytesUp: 0, bytesDown: 0 };
  const open = new Set<Socket>();

  const server = createServer((client) => {
    const store = connect(addressOf(target));
    let turn: Turn | undefined;
    const read = commandReader((name) => {
      count.commands += 1;
      turn?.commands.push(name);
    });
    client.on('data', (chunk) => {
      turn ??= { commands: [], answeredAt: Number.NaN };
      count.bytesUp += chunk.length;
      read(chunk);
      store.write(chunk);
    });
    store.on('data', (chunk) => {
      count.bytesDown += chunk.length;
      if (turn) {
        turns.push({ ...turn, answeredAt: performance.now() });
        turn = undefined;
      }
      client.write(chunk);
    });
    for (const [one, other] of [
      [client, store],
      [store, client],
    ] as const) {
      open.add(one);
      one.setNoDelay(true);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        open.delete(one);
        other.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  return {
    url: withDatabase(`unix://${path}`, databaseOf(target)),
    turns,
    count,
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of open) socket.destroy();
      await closed;
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Reads commands (arrays of bulk strings) off a stream and calls back with each one's name. */
function commandReader(found: (name: string) => void): (chunk: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0);
  let parts = 0;
  let first = '';

  const line = (from: number) => {
    const end = rest.indexOf('\r\n', from);
    return end < 0 ? undefined : { text: rest.toString('latin1', from, end), next: end + 2 };
  };
  /** @returns how many bytes it has taken; 0 where more have to come */
  function step(): number {
    const head = line(0);
    if (!head) return 0;
    if (parts === 0) {
      parts = Number(head.text.slice(1));
      first = '';
      return head.next;
    }
    const end = head.next + Number(head.text.slice(1));
    if (rest.length < end + 2) return 0;
    first ||= rest.toString('latin1', head.next, end).toLowerCase();
    parts -= 1;
    if (parts === 0) found(first);
    return end + 2;
  }
  return (chunk) => {
    rest = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
    for (let taken = step(); taken > 0; taken = step()) rest = rest.subarray(taken);
  };
}
