import { readSlackText } from '../blocks/marks.ts';
import { personFrom } from '../slack/app.ts';
import type { Listening } from '../slack/dispatch.ts';
import { type ReplyTarget, sealResponseUrl } from '../slack/reply.ts';
import { performParse } from './perform.ts';
import type { Served } from './served.ts';

export const SLASH_COMMAND = '/snow';

export function registerCommands(app: Listening, served: Served): void {
  app.command(SLASH_COMMAND, async ({ command, ack, client, context }) => {
    const person = personFrom(context, command.user_id);
    const { services, parse } = served.typed(person, command.channel_id, readSlackText(command.text ?? ''));
    const key = `command-${command.trigger_id}`;
    const reply: ReplyTarget = {
      kind: 'private',
      channel: command.channel_id,
      responseUrl: sealResponseUrl(services.vault, person, command.response_url, false, services.now()),
    };
    let acknowledged = false;
    await performParse(
      services,
      {
        person,
        key,
        correlationId: key,
        client,
        triggerId: command.trigger_id,
        reply,
        acknowledge: () => {
          acknowledged = true;
          return ack();
        },
        // The acknowledgement itself can carry the answer, but only once.
        answer: (message) =>
          acknowledged
            ? services.enqueue('answer', { v: 1, correlationId: key, person, reply, message }, `answer-${key}`)
            : ack({ response_type: 'ephemeral', ...services.mark.message(message) }),
        answerIsKept: false,
      },
      parse,
    );
  });
}
