import type { SlackViewMiddlewareArgs } from '@slack/bolt';
import { z } from 'zod';
import { filingView } from '../blocks/views/filing-status.ts';
import { FORM_BLOCKS, INCIDENT_FORM, readIncidentForm, sentBefore } from '../blocks/views/incident-form.ts';
import { isUnheard } from '../errors.ts';
import { SEALED_FILES } from '../operations/incident/index.ts';
import { OPERATIONS } from '../operations/index.ts';
import { changedLabels, type Draft } from '../records/draft.ts';
import type { Person } from '../redis/keys.ts';
import { fingerprint } from '../redis/vault.ts';
import { personFrom } from '../slack/app.ts';
import type { Listening } from '../slack/dispatch.ts';
import type { ReplyTarget } from '../slack/reply.ts';
import type { House } from './house.ts';
import type { Houses } from './houses.ts';
import { knownOf } from './known.ts';

export function registerViews(app: Listening, houses: Houses): void {
  app.view(INCIDENT_FORM, async ({ view, body, ack, context }) => {
    const { house, text: metadata } = houses.marked(view.private_metadata);
    if (!house) return ack(notServed(view));
    const reading = readIncidentForm(view.state.values, metadata);
    if ('errors' in reading) return ack({ response_action: 'errors', errors: reading.errors });

    const person = personFrom(context, body.user.id);
    // The view's id names the submission: sent twice, it is still one ticket.
    const submission = `${person.tenant}-${view.id}`;
    const name = `file-${submission}`;
    const correlationId = `file-${view.id}`;
    try {
      const { replaces, sealedFiles } = reading;
      const draft = { ...reading.draft, ...filesOfMessage(house, person, sealedFiles) };
      const earlier = replaces ? await house.keptWork.key(person, replaces) : undefined;
      const takenOver = earlier ? { replaces: true as const } : {};
      const args = { submission: earlier ?? submission, draft, viewId: view.id, ...takenOver };
      await house.enqueue('operate', { v: 1, correlationId, person, operation: 'incident', args, key: name }, name);
      const changed = await changedSince(house, person, name, draft);
      if (changed.length > 0) return await ack({ response_action: 'errors', errors: sentBefore(changed) });
      // It is filed whatever becomes of the old one, under whose name there is one ticket anyway.
      if (replaces)
        await house.keptWork
          .discard(person, replaces)
          .catch((err) => house.log.warn({ err, correlationId }, 'replaced work was not discarded'));
      await ack({ response_action: 'update', view: filingView(draft.title) });
    } catch (err) {
      house.log.error({ err, correlationId }, 'submission not saved');
      // The form stays open with all that was typed, and a second press is the same submission.
      const sentence = isUnheard(err)
        ? 'I do not know yet whether I have this. Please press File incident again: it is filed once, however often you press.'
        : 'I could not save this just now, so nothing was filed. Please press File incident again.';
      await ack({ response_action: 'errors', errors: { [FORM_BLOCKS.title]: sentence } });
    }
  });
  for (const { name: operation, form } of OPERATIONS)
    if (form && form.id !== INCIDENT_FORM)
      app.view(form.id, async ({ view, body, ack, context }) => {
        const { house, text: metadata } = houses.marked(view.private_metadata);
        if (!house) return ack(notServed(view));
        const person = personFrom(context, body.user.id);
        const reading = form.read(
          view.state.values,
          metadata,
          knownOf(house, person, ''),
          await house.wordsFor(person),
        );
        if ('errors' in reading) return ack({ response_action: 'errors', errors: reading.errors });
        const { args, channel = person.user } = reading;
        const key = nameOf(operation, person, view, args);
        const correlationId = `${operation}-${view.id}`;
        const payload = { v: 1 as const, correlationId, person, reply: replyIn(channel, person), operation, args, key };
        await saved(house, ack, Object.keys(view.state.values)[0] ?? '', key, () =>
          house.enqueue('operate', payload, key),
        );
      });
}

/** It was opened for an instance that has been taken out of the configuration since. */
const notServed = ({ state }: { state: { values: object } }) => ({
  response_action: 'errors' as const,
  errors: { [Object.keys(state.values)[0] ?? '']: 'I no longer serve that ServiceNow instance, so nothing was done.' },
});

/** What the same form said when it was sent before, where that was something else: its job stays, whatever is added later. */
async function changedSince(house: House, person: Person, name: string, draft: Draft): Promise<string[]> {
  const submitted = await house.keptWork.submitted(person, name).catch((err) => {
    house.log.warn({ err }, 'a submission could not be compared with what was sent before');
    return undefined;
  });
  return submitted ? changedLabels(submitted, draft) : [];
}

/** Names a submission: the same form with the same words is one, with other words it is another. */
const nameOf = (kind: string, { tenant }: Person, view: { id: string }, said: unknown): string =>
  `${kind}-${tenant}-${view.id}-${fingerprint(JSON.stringify(said)).slice(0, 16)}`;

/** Whoever changed that brings no files along but their own. */
function filesOfMessage(house: House, person: Person, sealed: string | undefined): { shownFileIds?: string[] } {
  const opened = sealed && knownOf(house, person, '').unseal(sealed, SEALED_FILES);
  return opened ? { shownFileIds: z.array(z.string()).parse(JSON.parse(opened)) } : {};
}

/** Only the person sees it, wherever the form was opened; a DM is their own, whatever their client says. */
const replyIn = (channel: string, { user }: Person): ReplyTarget =>
  channel.startsWith('C') || channel.startsWith('G') ? { kind: 'private', channel } : { kind: 'dm', channel: user };

type Ack = SlackViewMiddlewareArgs['ack'];

/** Closes a form once its work is safe; otherwise it stays open with all that was typed. */
async function saved(
  house: House,
  ack: Ack,
  errorBlock: string,
  correlationId: string,
  save: () => Promise<void>,
): Promise<void> {
  try {
    await save();
    await ack();
  } catch (err) {
    house.log.error({ err, correlationId }, 'submission not saved');
    const sentence = isUnheard(err)
      ? 'I do not know yet whether I have this. Please press the button again: it is done once, however often you press.'
      : 'I could not save this just now, so nothing was done. Please press the button again.';
    await ack({ response_action: 'errors', errors: { [errorBlock]: sentence } });
  }
}
