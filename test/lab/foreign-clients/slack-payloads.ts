import type { ModalView } from '@slack/types';
import type { Delivery } from '../../sandbox/slack/server.ts';
import { plain, type Stage } from './slack-stage.ts';

/** What Slack sends by itself: each kind of payload that the bridge listens to, and the recording that shows it. */
export type Payload = {
  sample: string;
  /** In the reference, or newer than the recording. */
  documented?: string[];
  play(stage: Stage): Promise<Delivery | undefined>;
};

/** A conversation that is shared with another company names the one in whose context it happened. */
const CONTEXT = ['context_team_id', 'context_enterprise_id'];

const first = async (sent: Promise<Delivery[]>): Promise<Delivery | undefined> => (await sent)[0];

async function modal({ client, trigger }: Stage): Promise<void> {
  const view: ModalView = {
    type: 'modal',
    title: plain('A form'),
    submit: plain('File'),
    callback_id: 'form',
    notify_on_close: true,
    blocks: [
      {
        type: 'input',
        block_id: 'words',
        label: plain('Words'),
        element: { type: 'plain_text_input', action_id: 'words' },
      },
    ],
  };
  await client.views.open({ trigger_id: await trigger(), view });
}

export const PAYLOADS: Payload[] = [
  // A form knows no booleans, the recording is typed.
  {
    sample: 'interactions/SlashCommandPayload',
    documented: ['is_enterprise_install'],
    play: ({ ada }) => ada.command('incident VPN is down'),
  },
  {
    sample: 'interactions/BlockActionPayload',
    documented: ['message.bot_profile.user_id'],
    play: async ({ client, dm, ada }) => {
      const button = { type: 'button' as const, action_id: 'press', text: plain('Press'), value: 'one' };
      const { ts = '' } = await client.chat.postMessage({
        channel: dm,
        text: 'A card',
        blocks: [{ type: 'actions', elements: [button] }],
      });
      return ada.click({ channel: dm, ts }, 'press');
    },
  },
  {
    sample: 'interactions/ViewSubmissionPayload',
    documented: ['response_urls'],
    play: async (stage) => {
      await modal(stage);
      stage.ada.fill({ words: 'VPN is down' });
      return stage.ada.submit();
    },
  },
  {
    sample: 'interactions/ViewClosedPayload',
    play: async (stage) => {
      await modal(stage);
      return first(stage.ada.closeModal());
    },
  },
  {
    sample: 'interactions/MessageShortcutPayload',
    play: async ({ ada, channel }) => {
      const { ts } = await ada.say(channel, 'VPN is down');
      return ada.messageShortcut('file_incident_from_message', channel, ts);
    },
  },
  { sample: 'events/AppHomeOpenedPayload', documented: CONTEXT, play: ({ ada }) => first(ada.openHome()) },
  {
    sample: 'events/MessagePayload',
    documented: CONTEXT,
    play: async ({ ada, dm }) => (await ada.say(dm, 'hello')).deliveries[0],
  },
  {
    sample: 'events/MessageChangedPayload',
    documented: CONTEXT,
    play: async ({ ada, dm }) => first(ada.edit(dm, (await ada.say(dm, 'hello')).ts, 'good morning')),
  },
  {
    sample: 'events/MessageDeletedPayload',
    documented: CONTEXT,
    play: async ({ ada, dm }) => first(ada.delete(dm, (await ada.say(dm, 'hello')).ts)),
  },
  {
    sample: 'events/AppMentionPayload',
    documented: CONTEXT,
    play: async ({ ada, channel }) =>
      (await ada.mention(channel, 'list')).deliveries.find(({ type }) => type === 'app_mention'),
  },
  {
    sample: 'events/UserChangePayload',
    documented: [...CONTEXT, 'event.event_ts'],
    play: ({ ada }) => first(ada.moveTo('Asia/Tokyo')),
  },
  {
    sample: 'events/TokensRevokedPayload',
    documented: CONTEXT,
    play: async ({ slack }) => (await slack.uninstall()).find(({ type }) => type === 'tokens_revoked'),
  },
  {
    sample: 'events/AppUninstalledPayload',
    documented: CONTEXT,
    play: async ({ slack }) => slack.deliveries.find(({ type }) => type === 'app_uninstalled'),
  },
];
