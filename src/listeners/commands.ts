import type { App } from '@slack/bolt';
import { readSlackText } from '../blocks/text.ts';
import { parseCommand } from '../commands/parse.ts';
import { personFrom } from '../slack/app.ts';
import { sealResponseUrl } from '../slack/reply.ts';
import type { House } from './house.ts';
import { performParse } from './perform.ts';

export const SLASH_COMMAND = '/snow';

export function registerCommands(app: App, house: House): void {
  app.command(SLASH_COMMAND, async ({ command, ack, client, context }) => {
    const person = personFrom(context, command.user_id);
    const key = `command-${command.trigger_id}`;
    await performParse(
      house,
      {
        person,
        key,
        correlationId: key,
        client,
        triggerId: command.trigger_id,
        reply: {
          kind: 'private',
          channel: command.channel_id,
          responseUrl: sealResponseUrl(house.vault, person, command.response_url, false, house.now()),
        },
        acknowledge: () => ack(),
        answer: (message) => ack({ response_type: 'ephemeral', ...message }),
      },
      parseCommand(readSlackText(command.text ?? '')),
    );
  });
}
