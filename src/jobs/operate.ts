import { notice } from '../blocks/messages/notice.ts';
import { reasonFor, unlessGivenUp } from '../errors.ts';
import type { Operation, Said } from '../operations/define.ts';
import { operationCalled } from '../operations/index.ts';
import type { Act } from '../operations/tools.ts';
import type { ReplyTarget } from '../slack/reply.ts';
import { answerFailure, lastWord } from './answer-failure.ts';
import type { PayloadOf, ProcessorOf } from './catalogue.ts';
import type { JobContext } from './define.ts';
import { type ToolParts, toolsFor } from './operation-tools.ts';

type Uses = ToolParts & Pick<JobContext, 'again' | 'failedBefore' | 'reply' | 'wordsFor'>;

type Payload = PayloadOf<'operate'>;

/** Carries out what a person wants, whichever way they said so, and tells them what came of it. */
export const operate: ProcessorOf<'operate'> = {
  async process(payload, context: Uses) {
    const operation = operationOf(payload);
    const tools = await toolsFor(payload, placeFor(payload), context);
    const inWords = await operation.carryOut(tools, payload.args, actOf(payload, context));
    const said = inWords(await context.wordsFor(payload.person));
    if (!said) return;
    const id = said.card ? `filed-${said.card.ref.sysId}` : `said-${context.jobId}`;
    if (operation.kind === 'question') return tell(payload, said, id, context);
    // Done is done: that the news of it is refused is no reason to say that it is not.
    await unlessGivenUp(tell(payload, said, id, context), context);
  },

  async onDelay(payload, error, { isFirst, isLong }, context: Uses) {
    const { correlationId, person } = payload;
    const operation = operationOf(payload);
    if (operation.kind === 'question' || !(isFirst || isLong)) return;
    const { jobId } = context;
    const t = await context.wordsFor(person);
    const said = await operation.delayed(payload.args, error, t);
    if (said && isFirst) await deliver(payload, said, `queued-${jobId}`, context, jobId);
    if (said || !isLong) return;
    const message = notice(t('errors.kept-trying', { reason: reasonFor(error, t) }));
    const reply = placeFor(payload);
    await context.enqueue('answer', { v: 1, correlationId, person, reply, message }, `delayed-${jobId}`);
  },

  async onGiveUp(payload, error, context: Uses) {
    const tools = await toolsFor(payload, placeFor(payload), context);
    const inWords = await operationOf(payload).giveUp(tools, payload.args, actOf(payload, context), error);
    const asked = { ...payload, reply: placeFor(payload) };
    if (!inWords) return answerFailure(asked, error, context);
    const said = inWords(await context.wordsFor(payload.person));
    if (!said) return;
    const { jobId, run } = context;
    if (isByDm(payload, said)) return deliver(payload, said, `failed-${jobId}-${run}`, context);
    await lastWord(asked, said, context);
  },
};

/** Where nobody waits at a certain place, it is a job of its own: a message that is posted once, and perhaps a card. */
const isByDm = ({ reply }: Payload, { card, modal }: Said) => !reply || card !== undefined || modal !== undefined;

/** @param until it is true until this job has ended */
async function deliver(
  { person, correlationId }: Payload,
  { text, blocks, card, modal }: Said,
  id: string,
  { enqueue }: Pick<JobContext, 'enqueue'>,
  until?: string,
): Promise<void> {
  const content = { kind: 'said', message: { text, blocks }, card, modal, until } as const;
  await enqueue('deliver-message', { v: 1, correlationId, person, content }, id);
}

function operationOf({ operation }: Payload): Operation {
  const found = operationCalled(operation);
  if (!found) throw new TypeError(`no operation called ${operation}`);
  return found;
}

const placeFor = ({ person, reply }: Payload): ReplyTarget => reply ?? { kind: 'dm', channel: person.user };

async function tell(payload: Payload, said: Said, id: string, context: Uses): Promise<void> {
  if (isByDm(payload, said)) return deliver(payload, said, id, context);
  const { person } = payload;
  const { tick, text, blocks } = said;
  const isTicked =
    tick &&
    (await unlessGivenUp(
      context.messenger.react(person, tick.on, TICK).then(() => true),
      context,
    ));
  if (!isTicked || !tick.isEnough) await context.reply(person, placeFor(payload), { text, blocks });
}

const TICK = 'white_check_mark';

function actOf(payload: Payload, { jobId, madeAt, again, failedBefore }: Uses): Act {
  const { person, key } = payload;
  return { person, key, jobId, channel: placeFor(payload).channel, madeAt, again, failedBefore };
}
