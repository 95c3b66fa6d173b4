import { randomMoods, unusual } from '../../sandbox/servicenow/moods.ts';
import { seededRandom } from '../../sandbox/servicenow/random.ts';
import { randomSlackMoods, unusualSlack } from '../../sandbox/slack/moods.ts';
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
    async drawMoods(seed) {
      const moods = randomMoods(seededRandom(seed));
      const slackMoods = randomSlackMoods(seededRandom(seed + 1));
      if (live) {
        const { serviceNow, slack } = (await live).flow;
        serviceNow.setMoods(moods);
        Object.assign(slack.moods, slackMoods);
      }
      return { ...unusual(moods), ...unusualSlack(slackMoods) };
    },
  };
  return { ...around, close: async () => (await live)?.close() };
}
