import type { HeldCard } from '../cards/store.ts';
import { CorruptDataError } from '../errors.ts';
import type { Ending } from '../notifications/endings.ts';
import type { ProcessorOf } from './catalogue.ts';
import type { JobContext } from './define.ts';

type Uses = Pick<JobContext, 'cards' | 'endings' | 'log' | 'watches'>;

const PAGE = 100;

/** Once a day: what lies here about tickets that ended a month ago, or that nobody wants to hear of, goes. Costs what there is to end. */
export const endWatches: ProcessorOf<'end-watches'> = {
  async process(_payload, context: Uses) {
    for (;;) {
      const due = await context.endings.due(PAGE);
      for (const ending of due) await look(ending, context);
      if (due.length < PAGE) return;
    }
  },
  onGiveUp: async (_payload, error, { log }: Uses) => log.error({ err: error }, 'old watches were not ended'),
};

async function look(ending: Ending, context: Uses): Promise<void> {
  const { watches, endings, cards } = context;
  const held = await cards.hold(ending.watcher, ending.sysId);
  // They are being told something just now.
  if (!held) return endings.postpone(ending);
  try {
    if (await isOver(ending, held, context)) await watches.end(ending);
    // Last, so that a crash before it looks again.
    await endings.done(ending);
  } finally {
    await held.release();
  }
}

/** By what was told last: whoever was told of a reopened ticket goes on watching it. */
async function isOver(ending: Ending, held: HeldCard, { watches, log }: Uses): Promise<boolean> {
  if (await watches.isDeclined(ending)) return true;
  try {
    return (await held.find())?.told.ended === true;
  } catch (err) {
    // The next change begins a new card, and that one will end.
    if (!(err instanceof CorruptDataError)) throw err;
    log.info({ err }, 'a card cannot be read, so its watch goes on');
    return false;
  }
}
