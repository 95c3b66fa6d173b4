import { z } from 'zod';
import { notice } from '../blocks/messages/notice.ts';
import { laneQuestion, watchCard } from '../blocks/messages/notification.ts';
import { LinkRequiredError, NotYetError, RefusedError, sentenceFor } from '../errors.ts';
import { watcherId } from '../notifications/watches.ts';
import { modCountOf, snapshotOf, watchedColumns } from '../records/changes.ts';
import { neutralise } from '../records/draft.ts';
import { refOf, signature, splitText } from '../records/journal.ts';
import { recordRefSchema, refKey } from '../records/ref.ts';
import { toTicket } from '../records/ticket.ts';
import { cardColumns, recordType, type ServiceNowRecord, shownValue, storedValue } from '../records/types.ts';
import { attachFile, listAttachments } from '../servicenow/attachments.ts';
import type { AsPerson } from '../servicenow/client.ts';
import { getRecord, updateRecord } from '../servicenow/table.ts';
import { cardStateOf } from './card-state.ts';
import { defineJob, type JobContext } from './define.ts';
import { withReply } from './payload.ts';

/** A Slack message holds 40,000 characters; a little is added to some. */
const MAX_TEXT = 41_000;

/** What somebody wants done to a record. */
const updateSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('comment'),
    text: z.string().max(MAX_TEXT),
    fileIds: z.array(z.string().regex(/^F[A-Z0-9]+$/)).max(10),
    /** Absent: a comment, unless the last word of the thread was internal; then the person is asked. */
    lane: z.enum(['comment', 'note']).optional(),
  }),
  z.strictObject({ kind: z.literal('reopen'), text: z.string().max(MAX_TEXT) }),
  z.strictObject({ kind: z.literal('confirm-fixed') }),
]);

export const updateRecordPayload = z.strictObject({
  ...withReply,
  ref: recordRefSchema,
  update: updateSchema,
  /** What Slack calls the act; the marker in the journal follows from it. */
  key: z.string(),
  /** The message that the comment was, to be marked as taken. */
  message: z.strictObject({ channel: z.string(), ts: z.string() }).optional(),
});

type Payload = z.infer<typeof updateRecordPayload>;

const TURN_MS = 500;

const CONFIRMED = 'The person who asked for it says that it is fixed.';

/** Changes a record as the person, once: the comment carries a reference by which a retry finds it. */
export const updateRecordJob = defineJob({
  queue: 'interactive',
  schema: updateRecordPayload,
  attempts: 300,
  isDeed: true,
  withoutLink: 'park',
  async process(payload, context) {
    const { person, ref, update, key } = payload;
    const link = await context.links.find(person);
    if (!link) throw new LinkRequiredError('none');
    await takeTurn(payload, context);
    if (await mustAskForLane(payload, context)) return;

    const request = context.asPerson(person, link);
    const { table } = recordType(ref.type);
    const columns = [...new Set([...cardColumns(ref.type), ...watchedColumns(ref.type)])];
    const parts = partsOf(update, key);
    const lane = update.kind === 'comment' ? (update.lane ?? 'comment') : 'comment';
    for (const { mark } of parts) await context.replies.remember(person, { ref, lane }, payload.message?.ts, mark);

    let record = context.again ? await getRecord(request, table, ref.sysId, columns) : undefined;
    for (const { mark, fields } of parts)
      if (!record || !journalOf(record).includes(mark)) record = await updateRecord(request, table, ref.sysId, fields);
    const unattached = update.kind === 'comment' ? await attachAll(request, payload, context) : [];
    record ??= await getRecord(request, table, ref.sysId, columns);
    if (record)
      await tellOutcome(
        payload,
        link.user.userName,
        context,
        record,
        parts.map(({ mark }) => mark),
        unattached,
      );
  },
  async onGiveUp({ person, reply, message }, error, context) {
    // In the thread where it was written, so that it is clear what was not sent.
    const target = message ? { ...reply, threadTs: reply.threadTs ?? message.ts } : reply;
    await context.reply(person, target, notice(`That did not reach ServiceNow. ${sentenceFor(error)}`));
  },
});

/** @throws {NotYetError} while something that the person wrote earlier about this record is not done */
async function takeTurn({ person, ref, key }: Payload, context: JobContext): Promise<void> {
  const { replies, jobIdOf, isUnfinished, now } = context;
  for (const earlier of await replies.aheadOf(person, ref, key)) {
    if (await isUnfinished(jobIdOf(earlier))) throw new NotYetError('an earlier reply comes first', now() + TURN_MS);
    await replies.leaveLine(person, ref, earlier);
  }
}

const journalOf = (record: ServiceNowRecord) =>
  `${shownValue(record, 'comments')}\n${shownValue(record, 'work_notes')}`;

/** Journal entries hold 4,000 characters by default, and the signature must not be what is cut off. */
const MAX_ENTRY = 3_900;

type Part = { mark: string; fields: Record<string, string> };

/** One write, or several where there are more words than an entry holds; each is recognised by a mark of its own. */
function partsOf(update: Payload['update'], key: string): Part[] {
  const text = update.kind === 'confirm-fixed' ? CONFIRMED : neutralise(update.text.trim());
  return splitText(text, MAX_ENTRY).map((words, index) => {
    const mark = refOf(index === 0 ? key : `${key}-${index + 1}`);
    const isNote = update.kind === 'comment' && update.lane === 'note';
    return {
      mark,
      fields: {
        ...(index === 0 ? STATE_AFTER[update.kind] : {}),
        [isNote ? 'work_notes' : 'comments']: `${words}\n\n${signature(mark)}`,
      },
    };
  });
}

const STATE_AFTER = {
  comment: {},
  reopen: { state: '2' },
  // Closing belongs to the instance's own rules; where the person may do it themselves, this does.
  'confirm-fixed': { state: '7' },
} as const;

/** A reply right below an internal note could tell the caller what was meant for staff. */
async function mustAskForLane({ person, ref, update, message, reply }: Payload, context: JobContext): Promise<boolean> {
  if (update.kind !== 'comment' || update.lane || !message) return false;
  const card = await context.cards.find(watcherId({ kind: 'person', person }), ref.sysId);
  if (!card?.internal) return false;
  await context.replies.hold(person, {
    ref,
    text: update.text,
    fileIds: update.fileIds,
    message,
    threadTs: reply.threadTs,
  });
  await context.reply(person, { ...reply, threadTs: reply.threadTs ?? message.ts }, laneQuestion(message.ts));
  return true;
}

async function attachAll(request: AsPerson, { person, ref, update }: Payload, context: JobContext): Promise<string[]> {
  if (update.kind !== 'comment' || update.fileIds.length === 0) return [];
  const { table } = recordType(ref.type);
  // One that was sent by an earlier run stands for one file: two pasted screenshots may share name and size.
  const present = context.again ? await listAttachments(request, table, ref.sysId) : [];
  const unattached: string[] = [];
  for (const fileId of update.fileIds) {
    let name = 'a file';
    try {
      const file = await context.files.find(person, fileId);
      name = file.name;
      const there = present.findIndex((each) => each.name === file.name && each.bytes === file.bytes);
      if (there >= 0) present.splice(there, 1);
      else await attachFile(request, table, ref.sysId, file);
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error;
      unattached.push(name);
    }
  }
  return unattached;
}

/** Says what came of it, quietly where it went well, and brings the card up to date without telling the person of themselves. */
async function tellOutcome(
  { person, ref, update, message, reply }: Payload,
  me: string,
  context: JobContext,
  record: ServiceNowRecord,
  marks: string[],
  unattached: string[],
): Promise<void> {
  const number = shownValue(record, recordType(ref.type).numberField);
  const isThere = marks.every((mark) => journalOf(record).includes(mark));
  const problems = [
    ...(update.kind === 'comment' && update.text.trim() && !isThere
      ? [`ServiceNow did not take your comment on ${number}. You may not be allowed to comment there.`]
      : []),
    ...(update.kind === 'reopen' && storedValue(record, 'state') !== '2'
      ? [`ServiceNow did not let you reopen ${number}${isThere ? ', but your comment is there for the team' : ''}.`]
      : []),
    ...(unattached.length > 0 ? [`These files could not be attached: ${unattached.join(', ')}.`] : []),
  ];
  // Where there is nothing but this between what was told and now, it never comes back as news.
  const isOwn = storedValue(record, 'sys_updated_by') === me;
  const card = await context.forwardCard(person, ref, (before) =>
    isOwn && before.told.modCount === modCountOf(record) - marks.length
      ? { ...before, told: snapshotOf(ref.type, record) }
      : before,
  );
  if (card) {
    const ticket = toTicket(ref.type, record, context.instanceUrl);
    await context.messenger.update(
      person,
      card.message,
      watchCard(ticket, refKey(ref), card.reason, cardStateOf(ref.type, record)),
    );
  }

  const thread = message ? { ...reply, threadTs: reply.threadTs ?? message.ts } : reply;
  if (problems.length > 0) await context.reply(person, thread, notice(problems.join(' ')));
  else if (message) await context.messenger.react(person, message, 'white_check_mark');
  else await context.reply(person, reply, notice(DONE[update.kind](number)));
}

const DONE: Record<Payload['update']['kind'], (number: string) => string> = {
  comment: (number) => `Your comment is on ${number}.`,
  reopen: (number) => `${number} is open again, and the team knows why.`,
  'confirm-fixed': (number) => `Thank you. The team knows that ${number} is fixed.`,
};
