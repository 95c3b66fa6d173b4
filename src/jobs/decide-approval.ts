import { notice } from '../blocks/messages/notice.ts';
import { forwardOwn } from '../cards/own.ts';
import { showCard } from '../cards/run.ts';
import { fateOf, reasonFor, unlessGivenUp } from '../errors.ts';
import { ownWrites, watchedColumns } from '../records/changes.ts';
import { neutralise } from '../records/draft.ts';
import {
  DECISION,
  fits,
  isDone,
  recordType,
  type ServiceNowRecord,
  shownValue,
  storedValue,
  verbOf,
} from '../records/types.ts';
import { updateRecord } from '../servicenow/table.ts';
import { answerFailure, lastWord, unlessRefused } from './answer-failure.ts';
import type { ProcessorOf } from './catalogue.ts';

const VERBS = { approved: 'approve', rejected: 'reject' } as const;

/** Approves or rejects as the person. Somebody else may have been quicker, so it looks first, and changes nothing then. */
export const decideApproval: ProcessorOf<'decide-approval'> = {
  async process({ person, reply, ref, decision, comment }, context) {
    const link = await context.links.find(person);
    const request = context.asPerson(person, link);
    const desk = context.desk(person, link);
    const { table, numberField } = recordType(ref.type);
    const verb = verbOf(ref.type, VERBS[decision]);
    const before = verb ? await desk.readWatched(ref) : undefined;
    if (!before)
      return context.reply(person, reply, notice('That approval does not exist any more, or you may not see it.'));
    const number = shownValue(before, numberField) || 'The approval';
    const open = fits(ref.type, VERBS[decision], before);
    const fields = { ...verb?.sets, ...(comment ? { comments: neutralise(comment) } : {}) };
    const own = ownWrites(context.jobId, fields);
    if (open) await context.replies.noteOwn(person, ref.sysId, own);
    const written = open ? await updateRecord(request, table, ref.sysId, fields) : undefined;
    // Who has decided may be allowed to read no more of it than the answer.
    const after = written ? ((await unlessGivenUp(desk.readWatched(ref), context)) ?? over(before, written)) : before;

    const card = link && (await forwardOwn({ person, ref, user: link.user, record: after }, context));
    await context.replies.forgetOwn(
      person,
      ref.sysId,
      own.flatMap((write) => ('sets' in write ? [write.id] : [])),
    );
    if (card) await unlessRefused(context, () => showCard(card, { person, ref, me: link?.user }, after, context));

    // A retry meets its own decision; it is no news that it was decided "already".
    const decided = isDone(verb, after) && (open || context.again);
    await context.reply(
      person,
      reply,
      notice(
        decided
          ? `${number} is ${decision} in your name.`
          : outcome(number, after, fits(ref.type, VERBS[decision], after)),
      ),
    );
  },
  async onGiveUp(asked, error, context) {
    const own = ownWrites(context.jobId, { ...verbOf(asked.ref.type, VERBS[asked.decision])?.sets }).map(
      ({ id }) => id,
    );
    await context.replies.forgetOwn(asked.person, asked.ref.sysId, own);
    const { kind } = fateOf(error);
    const isUnsure = kind === 'retry' || (kind === 'park' && context.failedBefore);
    if (!isUnsure) return answerFailure(asked, error, context);
    const words = `${reasonFor(error)} Your decision may have arrived all the same. Press the button again in a while: I look first, and nothing is decided twice.`;
    await lastWord(asked, notice(words), context);
  },
};

/** What was read before, with what of it is known to be newer. */
const over = (before: ServiceNowRecord, { fields }: ServiceNowRecord): ServiceNowRecord => {
  const newer = watchedColumns(DECISION).flatMap((name) => (fields[name] ? [[name, fields[name]] as const] : []));
  return { ...before, fields: { ...before.fields, ...Object.fromEntries(newer) } };
};

const outcome = (number: string, record: ServiceNowRecord, isOpen: boolean) =>
  isOpen
    ? `ServiceNow did not take your decision on ${number}. You may not be allowed to decide it.`
    : `${number} was decided before: ${shownValue(record, 'state')}${storedValue(record, 'sys_updated_by') ? `, by ${shownValue(record, 'sys_updated_by')}` : ''}. Nothing was changed.`;
