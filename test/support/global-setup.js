// One store for each of Jest's workers, in which every house has a database of its own (own-database.ts). Jest runs this file
// without its transform, so TypeScript comes through tsx.
import { tsImport } from 'tsx/esm/api';

export default async function startStores({ maxWorkers }) {
  const { startStore } = await tsImport('../sandbox/redis.ts', import.meta.url);
  const stores = await Promise.all(Array.from({ length: maxWorkers }, () => startStore()));
  process.env.TEST_STORES = JSON.stringify(stores.map(({ url, databases, kind }) => ({ url, databases, kind })));
  globalThis.endStores = () => Promise.all(stores.map((store) => store.close()));
  // A store ends when its process exits, and a signal alone is no exit.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(1));
}
