import { notice } from '../blocks/messages/notice.ts';
import { sentenceFor } from '../errors.ts';
import type { Person } from '../redis/keys.ts';
import type { ReplyTarget } from '../slack/reply.ts';
import type { JobContext } from './define.ts';

/** For jobs that answer a question: the failure is the answer. */
export async function answerFailure(
  { person, reply, correlationId }: { person: Person; reply: ReplyTarget; correlationId: string },
  error: unknown,
  context: JobContext,
): Promise<void> {
  await context.reply(person, reply, notice(`${sentenceFor(error)} (Reference: ${correlationId})`));
}
