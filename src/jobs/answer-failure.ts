import type { Message } from '../blocks/message.ts';
import { failure } from '../blocks/messages/notice.ts';
import type { Person } from '../redis/keys.ts';
import type { ReplyTarget } from '../slack/reply.ts';
import type { JobContext } from './define.ts';

type Uses = Pick<JobContext, 'enqueue' | 'jobId' | 'log' | 'reply' | 'run' | 'wordsFor'>;

type Asked = { person: Person; reply: ReplyTarget; correlationId: string };

/** For jobs that answer a question: the failure is the answer. */
export async function answerFailure(asked: Asked, error: unknown, context: Uses): Promise<void> {
  const t = await context.wordsFor(asked.person);
  await lastWord(asked, failure(error, asked.correlationId, t), context);
}

/** What a job says before it ends. Where Slack does not take it now, it is a job of its own. */
export async function lastWord(
  { person, reply, correlationId }: Asked,
  message: Message,
  { reply: say, enqueue, jobId, run, log }: Uses,
): Promise<void> {
  try {
    await say(person, reply, message);
  } catch (err) {
    log.warn({ err }, 'the last word of a job has to wait');
    await enqueue('answer', { v: 1, correlationId, person, reply, message }, `last-${jobId}-${run}`);
  }
}
