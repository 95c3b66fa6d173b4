import { z } from 'zod';
import { clientOf, type Store, startStore, withDatabase } from '../sandbox/redis.ts';

const storesSchema = z.array(
  z.object({ url: z.string(), databases: z.number(), kind: z.enum(['valkey-server', 'redis-server', 'embedded']) }),
);

/** Of this file; the next one begins anew, and skips what a house that fell has left behind. */
let next = 0;

/**
 * A database of this house's own: in the store of this Jest worker, which global-setup.js has started, or, where there is none,
 * in one that is started here. Never in a store that somebody else started.
 */
export async function ownDatabase(): Promise<Store> {
  const stores = storesSchema.parse(JSON.parse(process.env['TEST_STORES'] ?? '[]'));
  const shared = stores[Number(process.env['JEST_WORKER_ID'] ?? '1') - 1];
  if (!shared) return startStore();
  for (let tries = 0; tries < shared.databases; tries += 1) {
    next = (next + 1) % shared.databases;
    const url = withDatabase(shared.url, next);
    if ((await keysIn(url)) === 0) return { url, kind: shared.kind, databases: 1, close: () => emptied(url) };
  }
  throw new Error(`none of the ${shared.databases} databases of the tests' store is empty`);
}

/** @throws where it holds anything: then it is not this house's own, and nothing in it is touched */
export async function refuseUsed(url: string): Promise<void> {
  const keys = await keysIn(url);
  if (keys > 0) throw new Error(`the database holds ${keys} keys: a story begins with an empty one, and empties none`);
}

async function keysIn(url: string): Promise<number> {
  const client = clientOf(url);
  try {
    return await client.dbsize();
  } finally {
    client.disconnect();
  }
}

async function emptied(url: string): Promise<void> {
  const client = clientOf(url);
  try {
    await client.flushdb();
  } finally {
    client.disconnect();
  }
}
