import type { BlockAction, ButtonAction, OverflowAction } from '@slack/bolt';
import type { KnownBlock, ModalView } from '@slack/types';
import { ACTIONS } from '../blocks/actions.ts';
import { notice } from '../blocks/messages/notice.ts';
import { readLevels, withPriority } from '../blocks/views/incident-form.ts';
import { withKind } from '../blocks/views/subscription-form.ts';
import { parseCommand } from '../commands/parse.ts';
import { listRecordsArgs } from '../jobs/work-types.ts';
import { readJson } from '../redis/cache.ts';
import { fingerprint } from '../redis/vault.ts';
import { personFrom } from '../slack/app.ts';
import { refusedWith, slackCall } from '../slack/call.ts';
import type { Listening } from '../slack/dispatch.ts';
import { type ReplyTarget, sealResponseUrl } from '../slack/reply.ts';
import { CARD_CLICKS, type Click, type OnClick } from './card-clicks.ts';
import type { House } from './house.ts';
import { type Asked, carryOut, once, openIncidentForm, orTell, performCommand, performParse } from './perform.ts';

/** What each button does. `value` came through the person's client: it is parsed, and proves nothing. */
const CLICKS: Record<string, OnClick> = {
  ...CARD_CLICKS,
  // These open an address; Slack wants to be told all the same.
  [ACTIONS.openInServiceNow]: (_house, { asked }) => asked.acknowledge(),
  [ACTIONS.connect]: (_house, { asked }) => asked.acknowledge(),

  [ACTIONS.connectAgain]: (house, { asked }) => performCommand(house, asked, { word: 'connect', args: {} }),
  [ACTIONS.disconnect]: (house, { asked }) => performCommand(house, asked, { word: 'disconnect', args: {} }),
  [ACTIONS.fileIncident]: (house, { asked, value }) =>
    performCommand(house, asked, { word: 'incident', args: { text: value } }),
  [ACTIONS.resumePending]: async (house, { asked }) => {
    const pending = await house.pending.take(asked.person);
    try {
      await carryOut(house, asked, pending ?? { word: 'incident', args: { text: '' } });
    } catch (error) {
      // The button is still there, so what it stands for has to be, too.
      if (pending) await house.pending.keep(asked.person, pending);
      throw error;
    }
  },
  [ACTIONS.showTicket]: (house, { asked, value }) => performParse(house, asked, parseCommand(`show ${value}`)),
  [ACTIONS.listMine]: (house, { asked }) => performParse(house, asked, parseCommand('list mine open')),
  [ACTIONS.showHelp]: (house, { asked }) => performParse(house, asked, parseCommand('help')),
  [`${ACTIONS.turnPage}-0`]: turnPage,
  [`${ACTIONS.turnPage}-1`]: turnPage,

  [ACTIONS.tryAgain]: async (house, { asked, value }) => {
    const again = await house.keptWork.tryAgain(asked.person, value);
    await asked.answer(
      notice(
        again
          ? 'I am trying again, and will tell you how it went.'
          : 'That is no longer waiting: it was filed, or tried again already.',
      ),
    );
  },
  [ACTIONS.editAndFile]: async (house, { asked, value }) => {
    const draft = await house.keptWork.draft(asked.person, value);
    if (!draft) return asked.answer(notice('That is no longer waiting: it was filed, or tried again already.'));
    await openIncidentForm(house, asked, { ...draft, replaces: value }, undefined);
  },
};

async function turnPage(house: House, { asked, value }: Click): Promise<void> {
  const args = readJson(listRecordsArgs, value);
  if (!args) return asked.answer(notice('That list is too old to turn its pages. Please ask for it again.'));
  await performCommand(house, asked, { word: 'list', args });
}

/** One listener for every button and select: Bolt walks through all that there are in each request, whatever it is. */
export function registerActions(app: Listening, house: House): void {
  app.action<BlockAction<ButtonAction | OverflowAction>>(
    { type: 'block_actions' },
    async ({ body, action, ack, client, context }) => {
      const { action_id: actionId } = action;
      const person = personFrom(context, body.user.id);
      const redraw = Object.hasOwn(REDRAWS, actionId) ? REDRAWS[actionId] : undefined;
      if (redraw) {
        await ack();
        return redrawForm(house, person, body, client, redraw);
      }
      const asked = askedByClick(house, person, body, action, client, ack, actionId.startsWith(ACTIONS.turnPage));
      const act = (Object.hasOwn(CLICKS, actionId) && CLICKS[actionId]) || outOfDate;
      await orTell(house, asked, () =>
        act(house, { asked, value: valueIn(action), deed: deedOf(person, body, action) }),
      );
    },
  );
}

/** A button of an earlier release: whoever presses it hears so, instead of Slack's warning. */
const outOfDate: OnClick = (_house, { asked }) =>
  asked.answer(notice('I no longer know that button. Please ask for a fresh message.'));

type Redraw = (blocks: KnownBlock[], values: unknown, house: House, person: Asked['person']) => Promise<KnownBlock[]>;

/** The forms' own live parts. Both levels show the priority that would follow. */
const showPriority: Redraw = async (blocks, values) => {
  const { impact, urgency } = readLevels(values);
  return withPriority(blocks, impact, urgency);
};

const REDRAWS: Record<string, Redraw> = {
  [ACTIONS.previewPriority]: showPriority,
  [ACTIONS.previewPriorityUrgency]: showPriority,
  [ACTIONS.chooseKind]: async (blocks, values, house, person) =>
    withKind(blocks, values, await house.categories(person)),
};

export const CLICK_IDS = [...Object.keys(CLICKS), ...Object.keys(REDRAWS)];

async function redrawForm(
  house: House,
  person: Asked['person'],
  { view }: BlockAction,
  client: Asked['client'],
  redraw: Redraw,
): Promise<void> {
  if (!view) return;
  try {
    const shown: ModalView = {
      type: 'modal',
      callback_id: view.callback_id,
      title: view.title,
      ...(view.submit ? { submit: view.submit } : {}),
      ...(view.close ? { close: view.close } : {}),
      private_metadata: view.private_metadata,
      blocks: await redraw(view.blocks as KnownBlock[], view.state.values, house, person),
    };
    await slackCall(() => client.views.update({ view_id: view.id, hash: view.hash, view: shown }));
  } catch (err) {
    // A quicker second choice has already drawn it, or the form was closed.
    if (!refusedWith(err, 'hash_conflict', 'not_found')) house.log.warn({ err }, 'form not redrawn');
  }
}

function askedByClick(
  house: House,
  person: Asked['person'],
  body: BlockAction<ButtonAction | OverflowAction>,
  action: ButtonAction | OverflowAction,
  client: Asked['client'],
  ack: () => Promise<void>,
  replace: boolean,
): Asked {
  const acknowledge = once(ack);
  const key = `click-${body.trigger_id}-${action.action_ts}`;
  const channel = body.channel?.id;
  // An ephemeral message is not sent along, but its container says where it is.
  const threadTs = body.message?.['thread_ts'] ?? body.container?.['thread_ts'];
  const reply: ReplyTarget = {
    // A click on the Home tab has no conversation, so its answer comes by DM. What only one person sees may stand in a DM
    // that is not ours, between two people.
    kind: channel && (isForOneOnly(body) || !channel.startsWith('D')) ? 'private' : 'dm',
    channel: channel ?? person.user,
    ...(typeof threadTs === 'string' ? { threadTs } : {}),
    ...(body.response_url
      ? { responseUrl: sealResponseUrl(house.vault, person, body.response_url, replace, house.now()) }
      : {}),
  };
  return {
    person,
    key,
    correlationId: key,
    client,
    triggerId: body.trigger_id,
    reply,
    acknowledge,
    answer: async (message) => {
      await house.enqueue('answer', { v: 1, correlationId: key, person, reply, message }, `answer-${key}`);
      await acknowledge();
    },
    answerIsKept: true,
    answerAtOnce: async (message) => {
      await acknowledge();
      await house.say(person, reply, message);
    },
  };
}

/**
 * Each press has a trigger of its own; the message, its buttons and the one that was pressed stay the same, and Slack names
 * a block anew when its message is drawn anew.
 */
export function deedOf(
  { tenant, user }: Asked['person'],
  { container, trigger_id: trigger }: Pick<BlockAction, 'container' | 'trigger_id'>,
  action: ButtonAction | OverflowAction,
): string {
  const { channel_id: channel, message_ts: ts, view_id: view } = container ?? {};
  const place = ts === undefined && view === undefined ? [trigger] : [channel, ts, view];
  const pressed = [...place, action.block_id, action.action_id, valueIn(action)];
  return `press-${tenant}-${user}-${fingerprint(JSON.stringify(pressed))}`;
}

const isForOneOnly = ({ container }: BlockAction): boolean => container?.['is_ephemeral'] === true;

const valueIn = (action: ButtonAction | OverflowAction): string =>
  (action.type === 'overflow' ? action.selected_option.value : action.value) ?? '';
