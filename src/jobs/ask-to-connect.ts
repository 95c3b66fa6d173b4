import { connectPrompt, reconnectNotice } from '../blocks/messages/account.ts';
import { fateOf, LinkRequiredError, OutsiderError } from '../errors.ts';
import type { Person } from '../redis/keys.ts';
import type { JobContext } from './define.ts';
import type { Envelope } from './envelope.ts';
import { backoff } from './waits.ts';

type Uses = Pick<JobContext, 'connect' | 'enqueue' | 'jobId' | 'links' | 'log' | 'now' | 'reply' | 'run' | 'wordsFor'>;

/**
 * Where the person typed something and waits, there; otherwise by DM, and only once until they connect.
 * @returns when to ask again, where Slack did not take the question; or why this person is not to be asked
 */
export async function askToConnect(
  error: unknown,
  { person, reply, correlationId }: Envelope & { person: Person },
  context: Uses,
): Promise<number | OutsiderError | undefined> {
  const { links, connect, enqueue, jobId, run, now, log } = context;
  const reason = error instanceof LinkRequiredError ? error.reason : 'broken';
  try {
    // The address is a secret, so it goes out at once and never lies in a queue.
    await connect.admit(person);
    if (reply) {
      const t = await context.wordsFor(person);
      const prompt = connectPrompt(await connect.begin(person), reason, t);
      await context.reply(person, reply, prompt, reconnectNotice(reason, t));
    } else if (!(await links.wasAsked(person))) {
      const content = { kind: 'reconnect', reason } as const;
      // One for each link that broke, however many jobs find that out at the same time.
      const id = `reconnect-${person.tenant}-${person.user}-${(await links.find(person))?.id ?? jobId}`;
      await enqueue('deliver-message', { v: 1, correlationId, person, content }, id);
      await links.noteAsked(person);
    }
  } catch (err) {
    if (err instanceof OutsiderError) return err;
    log.warn({ err }, 'could not ask to connect');
    const fate = fateOf(err);
    if (fate.kind === 'wait') return fate.until;
    if (fate.kind === 'retry' || fate.kind === 'stand-by') return now() + backoff(run);
  }
  return undefined;
}
