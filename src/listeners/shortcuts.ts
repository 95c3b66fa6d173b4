import { readMessage } from '../blocks/shown-message.ts';
import { truncate } from '../blocks/text.ts';
import { prefillFromText } from '../blocks/views/incident-form.ts';
import { incident } from '../operations/incident/index.ts';
import { MAX_DESCRIPTION, MAX_FILES } from '../records/draft.ts';
import { personFrom } from '../slack/app.ts';
import { slackCall } from '../slack/call.ts';
import type { Listening } from '../slack/dispatch.ts';
import { type Asked, once, perform } from './perform.ts';
import type { Served } from './served.ts';
import type { Services } from './services.ts';

export const SHORTCUTS = { file: 'file_incident', fileFromMessage: 'file_incident_from_message' } as const;

export function registerShortcuts(app: Listening, served: Served): void {
  app.shortcut({ callback_id: SHORTCUTS.file, type: 'shortcut' }, async ({ shortcut, ack, client, context }) => {
    const person = personFrom(context, shortcut.user.id);
    const services = served.at(person);
    const asked = fromMenu(services, person, shortcut.trigger_id, client, ack);
    await perform(services, asked, { operation: incident.name, args: { text: '' } });
  });

  app.shortcut(
    { callback_id: SHORTCUTS.fileFromMessage, type: 'message_action' },
    async ({ shortcut, ack, client, context }) => {
      const { message, channel, user, trigger_id } = shortcut;
      const person = personFrom(context, user.id);
      const services = served.at(person, channel.id);
      const asked = fromMenu(services, person, trigger_id, client, ack);
      const shown = readMessage(message);
      const text = await services.named(person, shown.text);
      const prefill = {
        ...prefillFromText(text),
        description: truncate(text, MAX_DESCRIPTION),
        shownFileIds: shown.fileIds.slice(0, MAX_FILES),
        source: { channel: channel.id, ts: message.ts, ...(message.user ? { author: message.user } : {}) },
      };
      await perform(services, asked, { operation: incident.name, args: { prefill } });
    },
  );
}

/** A menu entry has no conversation to answer in, so answers come by DM. */
function fromMenu(
  { mark }: Services,
  person: Asked['person'],
  triggerId: string,
  client: Asked['client'],
  ack: () => Promise<void>,
): Asked {
  const acknowledge = once(ack);
  const key = `shortcut-${triggerId}`;
  return {
    person,
    key,
    correlationId: key,
    client,
    triggerId,
    reply: { kind: 'dm', channel: person.user },
    acknowledge,
    answer: async (message) => {
      await acknowledge();
      await slackCall(() => client.chat.postMessage({ channel: person.user, ...mark.message(message) }));
    },
    answerIsKept: false,
  };
}
