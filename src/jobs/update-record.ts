import type { Link } from '../accounts/links.ts';
import { notice } from '../blocks/messages/notice.ts';
import { forwardOwn } from '../cards/own.ts';
import { showCard } from '../cards/run.ts';
import type { Lane } from '../conversation/replies.ts';
import { takeTurn } from '../conversation/turn.ts';
import type { Desk } from '../desk/desk.ts';
import { type Change, type Part, partsOf } from '../desk/proof.ts';
import type { Receipt } from '../desk/write-once.ts';
import { fateOf, LinkRequiredError, reasonFor, sentenceFor } from '../errors.ts';
import { watchedColumns } from '../records/changes.ts';
import { messageKey, refOf } from '../records/journal.ts';
import {
  cardColumns,
  isVerb,
  type RecordTypeName,
  recordType,
  type ServiceNowRecord,
  shownValue,
  tableOf,
  verbOf,
} from '../records/types.ts';
import { lastWord, unlessRefused } from './answer-failure.ts';
import { hasBegun, mustAskForLane } from './ask-for-lane.ts';
import { attachFiles } from './attach-files.ts';
import type { Update } from './deeds.ts';
import type { JobContext, Processor } from './define.ts';
import { notingOwn, settingIds } from './own-writes.ts';

type Payload = Update;

const CONFIRMED = 'The person who asked for it says that it is fixed.';

/** Changes a record as the person, once: the comment carries a reference by which a retry finds it. */
export const updateRecordJob: Processor<Update> = {
  async process(asked, context) {
    const payload = await inNames(asked, context);
    const { person, ref, update, key } = payload;
    const link = await context.links.find(person);
    if (!link) throw new LinkRequiredError('none');
    if (link.status === 'broken') throw new LinkRequiredError('broken');
    const isUnfinished = (act: string, as?: string) => context.isUnfinished(context.jobIdOf(act), as);
    await takeTurn(payload, { ...context, isUnfinished });
    if (await isHeldBack(payload, context)) return;
    if (await correctsNothing(payload, context)) return;

    const desk = context.desk(person, link);
    const columns = columnsOf(ref);
    const lane = await laneOf(payload, context);
    const change = changeOf(payload, lane);
    const look = await hasBegun(payload, context);
    const messageTs = payload.message?.ts;
    const about = messageTs ?? payload.corrects?.ts;
    // From here on it is decided who may read it. Where it has begun before, its author was told that nobody knew what came of it.
    const isWanted = await context.replies.begin(person, { ref, lane }, { messageTs, about }, [refOf(key)]);
    if (!isWanted && !look) return;
    if (!isWanted) return tellOfDeleted(payload, context, await desk.lookForWrite(ref, change, { key, columns }));
    const begin = notingOwn(person, ref.sysId, context);
    const receipt = await desk.writeOnce(ref, change, { key, userName: link.user.userName, look, columns, begin });
    const { record } = receipt;
    const fileIds = update.kind === 'comment' ? update.fileIds : [];
    const own = record ? tableOf(ref.type, record) : recordType(ref.type).table;
    const unattached = await attachFiles(desk, { person, table: own, sysId: ref.sysId, fileIds, look }, context);
    if (record) await tellOutcome(payload, link, context, { ...receipt, record }, partsOf(change, key), unattached);
  },
  async onGiveUp(payload, error, context) {
    const { person, correlationId, message, ref } = payload;
    const parts = partsOf(changeOf(payload, 'comment'), payload.key);
    await context.replies.forgetOwn(person, ref.sysId, settingIds(parts));
    // Deleted before it began: its author knows that it was not sent.
    if (message && (await context.replies.isDeleted(person, message.ts)) && !(await hasBegun(payload, context))) return;
    const words = notice(await whatBecame(payload, error, context));
    await lastWord({ person, reply: threadOf(payload), correlationId }, words, context);
  },
};

/** For the last word: what was tried may be there although no answer came, so it is looked for once more. */
async function whatBecame(asked: Payload, error: unknown, context: JobContext): Promise<string> {
  const payload = await inNames(asked, context).catch(() => asked);
  const t = await context.wordsFor(asked.person);
  const { person, ref, update, key } = payload;
  const hasFiles = update.kind === 'comment' && update.fileIds.length > 0;
  if (await hasBegun(payload, context)) {
    const act = { key, columns: columnsOf(ref) };
    const found = await context
      .desk(person)
      .lookForWrite(ref, changeOf(payload, 'comment'), act)
      .catch(() => null);
    if (found && found.arrived !== 'nothing') {
      const number = shownValue(found.record, recordType(ref.type).numberField);
      return found.arrived === 'all' && update.kind === 'comment' && !hasFiles
        ? DONE.comment(number)
        : `Only a part of that is on ${number} for sure. Look there before you send the rest again.`;
    }
    // A refusal to show it to us says no more than silence; that it is not there, together with a refusal to write, does.
    const isKnown = found !== null && (found || fateOf(error).kind === 'give-up');
    if (!isKnown || (hasFiles && context.failedBefore))
      return `${reasonFor(error, t)} What you sent may be on the ticket all the same: look in ServiceNow before you send it again.`;
  }
  return `That did not reach ServiceNow. ${sentenceFor(error, t)}`;
}

/** On the ticket, people are called by their names. */
async function inNames(payload: Payload, { named }: JobContext): Promise<Payload> {
  const { person, update } = payload;
  if (update.kind === 'confirm-fixed') return payload;
  return { ...payload, update: { ...update, text: await named(person, update.text) } };
}

const columnsOf = ({ type }: Payload['ref']) => [...new Set([...cardColumns(type), ...watchedColumns(type)])];

/** Pure: what is to be written. */
function changeOf({ ref, update, corrects }: Payload, lane: Lane): Change {
  const said = update.kind === 'confirm-fixed' ? CONFIRMED : update.text.trim();
  const text = corrects ? `Correction: ${said}` : said;
  const journal = lane === 'note' ? 'work_notes' : 'comments';
  return { fields: { ...setBy(ref.type, update.kind)?.sets }, words: { journal, text } };
}

const setBy = (type: RecordTypeName, kind: Payload['update']['kind']) =>
  isVerb(kind) ? verbOf(type, kind) : undefined;

/** A correction must not be read by more people than what it corrects. */
async function laneOf({ person, update, corrects }: Payload, { replies }: JobContext): Promise<Lane> {
  if (update.kind !== 'comment') return 'comment';
  const place = corrects && (await replies.placeOfMessage(person, corrects.ts));
  return place?.lane ?? update.lane ?? 'comment';
}

/** A reply waits where its person has to say first who may read it. */
async function isHeldBack({ update, message, ...payload }: Payload, context: JobContext): Promise<boolean> {
  if (update.kind !== 'comment' || update.lane || !message) return false;
  return mustAskForLane({ ...payload, ...update, message }, context);
}

/** What still waits for an answer is changed itself, and what never went to ServiceNow needs no correction there. */
async function correctsNothing({ person, reply, update, corrects }: Payload, context: JobContext): Promise<boolean> {
  if (!corrects || update.kind !== 'comment') return false;
  const { replies } = context;
  if (await replies.revise(person, corrects.ts, update.text)) return true;
  if (await hasBegun({ person, key: messageKey(person, corrects) }, context)) return false;
  const words = 'What you changed has not reached ServiceNow, so there is nothing to correct. Please write it anew.';
  await context.reply(person, reply, notice(words));
  return true;
}

/** Says what came of it, quietly where it went well, and brings the card up to date without telling the person of themselves. */
async function tellOutcome(
  { person, ref, update, key, message, corrects, reply }: Payload,
  link: Link,
  context: JobContext,
  { record, hasWords, untaken }: Receipt & { record: ServiceNowRecord },
  parts: Part[],
  unattached: string[],
): Promise<void> {
  const number = shownValue(record, recordType(ref.type).numberField);
  const hasFiles = update.kind === 'comment' && update.fileIds.length > 0;
  // All of none is no success.
  const isThere = (parts.length > 0 || hasFiles) && hasWords;
  if (isThere) await context.replies.noteWritten(person, [refOf(key)]);
  const problems = [
    ...refusals(update.kind, number, isThere, setBy(ref.type, update.kind) !== undefined && untaken.length === 0),
    ...(unattached.length > 0 ? [`These files could not be attached: ${unattached.join(', ')}.`] : []),
  ];
  let hearsMore = true;
  await unlessRefused(context, async () => {
    const card = await forwardOwn({ person, ref, user: link.user, record }, context);
    if (card) await showCard(card, { person, ref, me: link.user }, record, context);
    else hearsMore = await context.watches.has(person, ref);
  });
  await context.replies.forgetOwn(person, ref.sysId, settingIds(parts));

  const isDeleted = message !== undefined && (await context.replies.isDeleted(person, message.ts));
  const tick = () => message && context.messenger.react(person, message, 'white_check_mark');
  if (message && !isDeleted && problems.length === 0 && (await unlessRefused(context, tick)) && hearsMore) return;
  const thread = threadOf({ reply, message });
  const done = isDeleted ? arrivedBefore(number) : corrects ? CORRECTED : DONE[update.kind](number);
  const words = [
    ...(problems.length > 0 ? problems : [done]),
    ...(message && !hearsMore ? [`To hear of ${number} again, type /snow watch ${number}.`] : []),
  ].join(' ');
  await unlessRefused(context, () => context.reply(person, thread, notice(words)));
}

/** It was deleted in Slack while it was on its way: what became of it, and that it goes no further. */
async function tellOfDeleted(
  payload: Payload,
  context: JobContext,
  found: Awaited<ReturnType<Desk['lookForWrite']>>,
): Promise<void> {
  const { person, ref, update } = payload;
  const number = found && shownValue(found.record, recordType(ref.type).numberField);
  const words = !number
    ? 'I do not see that ticket any more, so I cannot say whether that is there. I do not send it again.'
    : found?.arrived !== 'nothing'
      ? arrivedBefore(number)
      : `That did not reach ${number}, and I do not send it any more.`;
  const files = update.kind === 'comment' && update.fileIds.length > 0 ? ' Its files may be there: please look.' : '';
  await context.reply(person, threadOf(payload), notice(words + files));
}

const arrivedBefore = (number: string) =>
  `That reached ${number} before you deleted it here, and it stays there. If it should not count, write so here.`;

/** Where it was written, so that it is clear what is meant. */
const threadOf = ({ reply, message }: Pick<Payload, 'reply' | 'message'>) =>
  message ? { ...reply, threadTs: reply.threadTs ?? message.ts } : reply;

/** What ServiceNow dropped without a word, by what is there now. */
function refusals(kind: Payload['update']['kind'], number: string, isThere: boolean, isSet: boolean): string[] {
  if (kind === 'reopen' && !isSet)
    return [`ServiceNow did not let you reopen ${number}${isThere ? ', but your comment is there for the team' : ''}.`];
  if (isThere) return [];
  if (kind === 'reopen') return [`${number} is open again, but ServiceNow did not take your comment.`];
  if (kind === 'comment')
    return [`ServiceNow did not take your comment on ${number}. You may not be allowed to comment there.`];
  return isSet ? [] : [`ServiceNow did not take your word that ${number} is fixed. Please tell the team.`];
}

const CORRECTED = 'ServiceNow keeps what was written, so I added your change as a correction.';

const DONE: Record<Payload['update']['kind'], (number: string) => string> = {
  comment: (number) => `Your comment is on ${number}.`,
  reopen: (number) => `${number} is open again, and the team knows why.`,
  'confirm-fixed': (number) => `Thank you. The team knows that ${number} is fixed.`,
};
