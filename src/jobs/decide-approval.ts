import { notice } from '../blocks/messages/notice.ts';
import { forwardOwn } from '../cards/own.ts';
import { showCard } from '../cards/run.ts';
import { type Change, isLastWriter, partsOf } from '../desk/proof.ts';
import { fateOf, LinkRequiredError, reasonFor, unlessGivenUp } from '../errors.ts';
import { watchedColumns } from '../records/changes.ts';
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
import { answerFailure, lastWord, unlessRefused } from './answer-failure.ts';
import type { Decision } from './deeds.ts';
import type { Processor } from './define.ts';
import { notingOwn, settingIds } from './own-writes.ts';

const VERBS = { approved: 'approve', rejected: 'reject' } as const;

/** The columns prove it: an approval is decided once, and nobody should read a reference below its comment. */
const changeOf = ({ ref, decision, comment }: Decision): Change => ({
  fields: { ...verbOf(ref.type, VERBS[decision])?.sets },
  words: { journal: 'comments', text: comment, isUnsigned: true },
});

/** Approves or rejects as the person. Somebody else may have been quicker, so it looks first, and changes nothing then. */
export const decideApproval: Processor<Decision> = {
  async process(asked, context) {
    const { person, reply, ref, decision } = asked;
    const link = await context.links.find(person);
    if (!link) throw new LinkRequiredError('none');
    const desk = context.desk(person, link);
    const verb = verbOf(ref.type, VERBS[decision]);
    const before = verb ? await desk.readWatched(ref) : undefined;
    if (!before)
      return context.reply(person, reply, notice('That approval does not exist any more, or you may not see it.'));
    const number = shownValue(before, recordType(ref.type).numberField) || 'The approval';
    const isOpen = fits(ref.type, VERBS[decision], before);
    const change = changeOf(asked);
    const act = {
      key: context.jobId,
      userName: link.user.userName,
      look: context.again,
      columns: watchedColumns(ref.type),
      known: before,
      begin: notingOwn(person, ref.sysId, context),
    };
    const written = isOpen ? (await desk.writeOnce(ref, change, act)).record : undefined;
    // Who has decided may be allowed to read no more of it than the answer.
    const after = written ? ((await unlessGivenUp(desk.readWatched(ref), context)) ?? over(before, written)) : before;

    const card = await forwardOwn({ person, ref, user: link.user, record: after }, context);
    await context.replies.forgetOwn(person, ref.sysId, settingIds(partsOf(change, context.jobId)));
    if (card) await unlessRefused(context, () => showCard(card, { person, ref, me: link.user }, after, context));

    // A retry meets its own decision; it is no news that it was decided "already".
    const isDecided = isDone(verb, after) && (isOpen || context.again);
    const inWhoseName = isOpen || isLastWriter(after, link.user.userName) ? ' in your name' : '';
    await context.reply(
      person,
      reply,
      notice(
        isDecided
          ? `${number} is ${decision}${inWhoseName}.`
          : outcome(number, after, fits(ref.type, VERBS[decision], after)),
      ),
    );
  },
  async onGiveUp(asked, error, context) {
    await context.replies.forgetOwn(asked.person, asked.ref.sysId, settingIds(partsOf(changeOf(asked), context.jobId)));
    const { kind } = fateOf(error);
    const isUnsure = kind === 'retry' || (kind === 'park' && context.failedBefore);
    if (!isUnsure) return answerFailure(asked, error, context);
    const t = await context.wordsFor(asked.person);
    const words = `${reasonFor(error, t)} Your decision may have arrived all the same. Press the button again in a while: I look first, and nothing is decided twice.`;
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
