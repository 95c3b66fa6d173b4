import type { Change } from '../../desk/proof.ts';
import { messageKey, refOf } from '../../records/journal.ts';
import type { MessageRef } from '../../records/place.ts';
import { asCorrection } from '../../records/written.ts';
import type { Act, Tools } from '../tools.ts';
import { hasBegun, lookFor, lookForRemains, numberIn, type Remains, type Written, write } from '../writing.ts';
import type { Args } from './index.ts';

export type Result =
  | (Written & { kind: 'written'; isCorrection: boolean; message: MessageRef | undefined; isDeleted: boolean })
  /** What was to be corrected never went to ServiceNow. */
  | { kind: 'nothing-to-correct' }
  /** Its person deleted it while it was on its way; `number`: undefined where they do not see the ticket any more. */
  | { kind: 'deleted'; number: string | undefined; arrived: 'all' | 'some' | 'nothing'; hasFiles: boolean };

type Uses = Pick<Tools, 'me' | 'desk' | 'own' | 'replies' | 'attach' | 'takeTurn' | 'holdBack' | 'named'>;

/** Puts words on a record, once and in the order in which they were written. */
export async function run(tools: Uses, asked: Args, act: Act): Promise<Result | undefined> {
  const { ref, message, corrects, lane, fileIds } = asked;
  const { replies } = tools;
  const { person, key } = act;
  const args = { ...asked, text: await tools.named(asked.text) };
  await tools.me();
  await tools.takeTurn(ref, corrects);
  if (!lane && message && (await tools.holdBack({ ref, text: args.text, fileIds, message }))) return undefined;
  if (corrects) {
    // What still waits for an answer is changed itself, and what never went to ServiceNow needs no correction there.
    if (await replies.revise(person, corrects.ts, args.text)) return undefined;
    if (!(await hasBegun(tools, { person, key: messageKey(person, corrects) }))) return { kind: 'nothing-to-correct' };
  }
  // A correction must not be read by more people than what it corrects.
  const place = corrects && (await replies.placeOfMessage(person, corrects.ts));
  const goesTo = place?.lane ?? lane ?? 'comment';
  const writing = { ref, change: changeOf(args, goesTo), fileIds };
  const look = await hasBegun(tools, act);
  const about = message?.ts ?? corrects?.ts;
  // From here on it is decided who may read it. Where it has begun before, its author was told that nobody knew what came of it.
  const isWanted = await replies.begin(person, { ref, lane: goesTo }, { messageTs: message?.ts, about }, [refOf(key)]);
  if (!isWanted && !look) return undefined;
  if (!isWanted) {
    const found = await lookFor(tools, writing, act);
    const arrived = found?.arrived ?? 'nothing';
    return { kind: 'deleted', number: found && numberIn(ref, found.record), arrived, hasFiles: fileIds.length > 0 };
  }
  const written = await write(tools, writing, act, look);
  const isDeleted = message !== undefined && (await replies.isDeleted(person, message.ts));
  return written && { kind: 'written', ...written, isCorrection: corrects !== undefined, message, isDeleted };
}

/** What became of it, after the last attempt. */
export async function lookBack(tools: Uses, asked: Args, act: Act, error: unknown): Promise<Remains> {
  const { ref, message, fileIds } = asked;
  const text = await tools.named(asked.text).catch(() => asked.text);
  const remains = await lookForRemains(
    tools,
    { ref, change: changeOf({ ...asked, text }, 'comment'), fileIds },
    act,
    error,
  );
  const isWithdrawn =
    message && (await tools.replies.isDeleted(act.person, message.ts)) && !(await hasBegun(tools, act));
  return isWithdrawn ? { kind: 'withdrawn' } : remains;
}

/** Pure: what is to be written. */
function changeOf({ text, corrects }: Args, lane: 'comment' | 'note'): Change {
  const said = text.trim();
  return {
    words: { journal: lane === 'note' ? 'work_notes' : 'comments', text: corrects ? asCorrection(said) : said },
  };
}
