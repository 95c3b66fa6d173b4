import { connect, createServer, type Socket } from 'node:net';

/** A balancer of the plainest kind: each new connection goes to the next port, and nothing is tried twice. */
export type Balancer = {
  port: number;
  /** The next so many answers never arrive: the bridge did its work, and whoever asked sees an error. */
  dropAnswers(count: number): void;
  close(): Promise<void>;
};

export async function startBalancer(targets: readonly number[]): Promise<Balancer> {
  const sockets = new Set<Socket>();
  let next = 0;
  let toDrop = 0;
  const server = createServer((near) => {
    const far = connect(targets[next++ % targets.length] ?? 0, '127.0.0.1');
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        sockets.delete(one);
        other.destroy();
      });
    }
    near.on('data', (chunk) => far.write(chunk));
    far.on('data', (chunk) => {
      if (toDrop > 0) {
        toDrop--;
        near.destroy();
      } else near.write(chunk);
    });
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    dropAnswers: (count) => {
      toDrop += count;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
