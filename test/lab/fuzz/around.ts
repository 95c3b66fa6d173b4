import { type Corpus, record } from './corpus.ts';
import type { Around } from './door.ts';
import { type Live, openLive } from './live.ts';

/** Opens what the doors ask for, once, and closes it. */
export function openAround(): Around & { close(): Promise<void> } {
  let live: Promise<Live> | undefined;
  let corpus: Promise<Corpus> | undefined;
  const around: Around = {
    live: () => (live ??= openLive()),
    corpus: () => (corpus ??= around.live().then(record)),
  };
  return { ...around, close: async () => (await live)?.close() };
}
