import type { ViewOutput } from '@slack/bolt';
import { isUnheard } from '../errors.ts';
import type { Operation } from '../operations/define.ts';
import { OPERATIONS } from '../operations/index.ts';
import type { Person } from '../redis/keys.ts';
import { fingerprint } from '../redis/vault.ts';
import { personFrom } from '../slack/app.ts';
import type { Listening } from '../slack/dispatch.ts';
import type { ReplyTarget } from '../slack/reply.ts';
import type { T } from '../words/index.ts';
import { knownOf } from './known.ts';
import type { Served } from './served.ts';
import type { Services } from './services.ts';

type Form = NonNullable<Operation['form']>;
type Errors = Record<string, string>;

/** A form closes, or turns into something else, once its work is safe; otherwise it stays open with all that was typed. */
export function registerViews(app: Listening, served: Served): void {
  for (const { name: operation, form } of OPERATIONS)
    if (form)
      app.view(form.id, async ({ view, body, ack, context }) => {
        const { services, text: metadata } = served.marked(view.private_metadata);
        const person = personFrom(context, body.user.id);
        if (!services) return ack(notServed(view, await served.main.wordsFor(person)));
        const correlationId = `${operation}-${view.id}`;
        try {
          const t = await services.wordsFor(person);
          const sent = await take(services, { person, correlationId, operation, form, view, metadata }, t);
          if ('errors' in sent) return await ack({ response_action: 'errors', errors: sent.errors });
          const shown = form.becomes?.(sent.args, t);
          await (shown ? ack({ response_action: 'update', view: shown }) : ack());
        } catch (err) {
          services.log.error({ err, correlationId }, 'submission not saved');
          const [block = ''] = Object.keys(view.state.values);
          const t = await services.wordsFor(person);
          const button = view.submit?.text ?? t('form.the-button');
          const sentence = t(isUnheard(err) ? 'form.perhaps-saved' : 'form.not-saved', { button });
          await ack({ response_action: 'errors', errors: { [block]: sentence } });
        }
      });
}

/** It was opened for an instance that has been taken out of the configuration since. */
const notServed = ({ state }: { state: { values: object } }, t: T) => ({
  response_action: 'errors' as const,
  errors: { [Object.keys(state.values)[0] ?? '']: t('form.not-served') },
});

/** @returns the arguments, once they are in the queue; or what is wrong with the form */
async function take(
  services: Services,
  given: {
    person: Person;
    correlationId: string;
    operation: string;
    form: Form;
    view: ViewOutput;
    metadata: string;
  },
  t: T,
): Promise<{ args: unknown } | { errors: Errors }> {
  const { person, correlationId, operation, form, view, metadata } = given;
  const submission = `${person.tenant}-${view.id}`;
  const sent = { state: view.state.values, metadata, viewId: view.id, submission };
  const reading = await form.read(sent, knownOf(services, { person, channel: '', correlationId }), t);
  if ('errors' in reading) return reading;
  const { args, channel, replaces } = reading;
  const reply = channel === undefined ? {} : { reply: replyIn(channel, person) };
  const key = form.sentBefore ? `${operation}-${submission}` : `${operation}-${submission}-${wordsOf(args)}`;
  await services.enqueue('operate', { v: 1, correlationId, person, ...reply, operation, args, key }, key);
  const errors = form.sentBefore?.(await before(services, person, key, args), args, t);
  if (errors) return { errors };
  // It is done whatever becomes of the old one, which had the same identity.
  if (replaces)
    await services.keptWork
      .discard(person, replaces)
      .catch((err) => services.log.warn({ err, correlationId }, 'replaced work was not discarded'));
  return { args };
}

const wordsOf = (args: unknown): string => fingerprint(JSON.stringify(args)).slice(0, 16);

/** As it was sent first: its job stays, whatever is added later. */
async function before(services: Services, person: Person, key: string, now: unknown): Promise<unknown> {
  const first = await services.keptWork.argsOf(person, key).catch((err) => {
    services.log.warn({ err }, 'a submission could not be compared with what was sent before');
    return undefined;
  });
  return first ?? now;
}

/** Only the person sees it, wherever the form was opened; a DM is their own, whatever their client says. */
const replyIn = (channel: string, { user }: Person): ReplyTarget =>
  channel.startsWith('C') || channel.startsWith('G') ? { kind: 'private', channel } : { kind: 'dm', channel: user };
