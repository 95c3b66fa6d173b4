import { connect, createServer, type Socket } from 'node:net';
import { addressOf, databaseOf, withDatabase } from '../sandbox/redis.ts';

/** A wire between the bridge and its store that can be cut, or go dead without a word, whatever store it is. */
export type Wire = {
  url: string;
  /** Ends every connection and refuses new ones. */
  cut(): Promise<void>;
  /** Accepts everything and answers nothing, as behind a firewall that drops packets. */
  silence(): void;
  /** The host behind it vanishes: connections that are there go dead without a word, and new ones reach this store. */
  moveTo(storeUrl: string): void;
  /** A name that now means another store: connections that are there stay where they are. */
  rename(storeUrl: string): void;
  /** What the store says waits, or all that is said either way, until it is let go. */
  hold(what: 'answers' | 'everything'): void;
  /** What the store says waits from the moment in which this is asked of it. */
  holdFrom(question: string): void;
  letGo(): void;
  mend(): Promise<void>;
  close(): Promise<void>;
};

export async function startWire(storeUrl: string): Promise<Wire> {
  const sockets = new Set<Socket>();
  let silent = false;
  let behind = storeUrl;
  const dead = new WeakSet<Socket>();
  let holding: 'nothing' | 'answers' | 'everything' = 'nothing';
  let awaited: string | undefined;
  let held: (() => void)[] = [];
  const target = () => connect(addressOf(behind));

  const server = createServer((near) => {
    const far = target();
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one);
      one.on('data', (chunk) => {
        if (silent || dead.has(one)) return;
        if (one === near && awaited !== undefined && chunk.includes(awaited)) holding = 'answers';
        if (holding === 'everything' || (holding === 'answers' && one === far)) held.push(() => other.write(chunk));
        else other.write(chunk);
      });
      one.on('error', () => other.destroy());
      one.on('close', () => {
        sockets.delete(one);
        other.destroy();
      });
    }
  });
  const listen = (port: number) =>
    new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve));
  await listen(0);
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;

  async function cut(): Promise<void> {
    for (const socket of sockets) socket.destroy();
    if (server.listening) await new Promise<void>((resolve) => server.close(() => resolve()));
  }
  return {
    url: withDatabase(`redis://127.0.0.1:${port}`, databaseOf(storeUrl)),
    cut,
    silence: () => {
      silent = true;
    },
    moveTo: (to) => {
      for (const socket of sockets) dead.add(socket);
      behind = to;
    },
    rename: (to) => {
      behind = to;
    },
    hold: (what) => {
      holding = what;
    },
    holdFrom: (question) => {
      awaited = question;
    },
    letGo: () => {
      holding = 'nothing';
      awaited = undefined;
      for (const pass of held) pass();
      held = [];
    },
    async mend() {
      silent = false;
      // What was sent into the silence is lost, so the connections begin anew.
      for (const socket of sockets) socket.destroy();
      if (!server.listening) await listen(port);
    },
    close: cut,
  };
}
