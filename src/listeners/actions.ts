import type { BlockAction, ButtonAction, OverflowAction } from '@slack/bolt';
import type { KnownBlock, ModalView } from '@slack/types';
import { ACTIONS, menuAction } from '../blocks/actions.ts';
import { notice } from '../blocks/messages/notice.ts';
import { readLevels, withPriority } from '../blocks/views/incident-form.ts';
import { withKind } from '../blocks/views/subscription-form.ts';
import { incident } from '../operations/incident/index.ts';
import { buttonIds, wishBehind } from '../operations/index.ts';
import { fingerprint } from '../redis/vault.ts';
import { personFrom } from '../slack/app.ts';
import { refusedWith, slackCall } from '../slack/call.ts';
import type { Listening } from '../slack/dispatch.ts';
import { type ReplyTarget, sealResponseUrl } from '../slack/reply.ts';
import { type Asked, carryOut, once, orTell } from './perform.ts';
import type { Served } from './served.ts';
import type { Services } from './services.ts';

type Click = {
  asked: Asked;
  value: string;
  /** Names what the button stands for: the same however often it is pressed, until its message is drawn anew. */
  deed: string;
};
type OnClick = (services: Services, click: Click) => Promise<void>;

/** The few clicks that are no operation by themselves. */
const CLICKS: Record<string, OnClick> = {
  // These open an address; Slack wants to be told all the same.
  [ACTIONS.openInServiceNow]: (_house, { asked }) => asked.acknowledge(),
  [ACTIONS.connect]: (_house, { asked }) => asked.acknowledge(),

  [ACTIONS.resumePending]: async (services, { asked }) => {
    const kept = await services.waiting.take(asked.person);
    if (!kept) return carryOut(services, asked, { operation: incident.name, args: { text: '' } });
    try {
      await carryOut(services, { ...asked, channel: kept.channel }, kept);
    } catch (error) {
      // The button is still there, so what it stands for has to be, too.
      await services.waiting.keep(asked.person, kept);
      throw error;
    }
  },
};

/** What was pressed: an operation of the table, or one of the few that are none. `value` came through the person's client. */
function onClick(actionId: string, value: string): OnClick {
  const own = Object.hasOwn(CLICKS, actionId) ? CLICKS[actionId] : undefined;
  if (own) return own;
  const { isKnown, wish } = wishBehind(actionId, value);
  if (!isKnown) return outOfDate;
  return (services, { asked, deed }) =>
    wish ? carryOut(services, { ...asked, deed }, wish) : sayGone(services, { asked });
}

/** One listener for every button and select: Bolt walks through all that there are in each request, whatever it is. */
export function registerActions(app: Listening, served: Served): void {
  app.action<BlockAction<ButtonAction | OverflowAction>>(
    { type: 'block_actions' },
    async ({ body, action, ack, client, context }) => {
      const { action_id: actionId } = action;
      const person = personFrom(context, body.user.id);
      const redraw = Object.hasOwn(REDRAWS, actionId) ? REDRAWS[actionId] : undefined;
      if (redraw) {
        await ack();
        const { services } = served.marked(body.view?.private_metadata ?? '');
        return services && redrawForm(services, person, body, client, redraw);
      }
      const { services = served.main, isServed, id, value } = pressed(served, action);
      const asked = askedByClick(services, person, body, action, client, ack, isPager(actionId));
      const act = isServed ? onClick(id, value) : outOfDate;
      await orTell(services, asked, () => act(services, { asked, value, deed: deedOf(person, body, action) }));
    },
  );
}

/** Its value says nothing to us. */
const sayGone = async (services: Services, { asked }: Pick<Click, 'asked'>) =>
  asked.answer(notice((await services.wordsFor(asked.person))('press.gone')));

/** A button of an earlier release: whoever presses it hears so, instead of Slack's warning. */
const outOfDate: OnClick = async (services, { asked }) =>
  asked.answer(notice((await services.wordsFor(asked.person))('press.out-of-date')));

type Redraw = (
  blocks: KnownBlock[],
  values: unknown,
  services: Services,
  person: Asked['person'],
) => Promise<KnownBlock[]>;

/** The forms' own live parts. Both levels show the priority that would follow. */
const showPriority: Redraw = async (blocks, values, services, person) => {
  const { impact, urgency } = readLevels(values);
  return withPriority(blocks, impact, urgency, await services.wordsFor(person));
};

const REDRAWS: Record<string, Redraw> = {
  [ACTIONS.previewPriority]: showPriority,
  [ACTIONS.previewPriorityUrgency]: showPriority,
  [ACTIONS.chooseKind]: async (blocks, values, services, person) =>
    withKind(blocks, values, await services.categories(person), await services.wordsFor(person)),
};

export const CLICK_IDS = [...Object.keys(CLICKS), ...buttonIds(), ...Object.keys(REDRAWS)];

async function redrawForm(
  services: Services,
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
      blocks: await redraw(view.blocks as KnownBlock[], view.state.values, services, person),
    };
    await slackCall(() => client.views.update({ view_id: view.id, hash: view.hash, view: shown }));
  } catch (err) {
    // A quicker second choice has already drawn it, or the form was closed.
    if (!refusedWith(err, 'hash_conflict', 'not_found')) services.log.warn({ err }, 'form not redrawn');
  }
}

function askedByClick(
  services: Services,
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
      ? { responseUrl: sealResponseUrl(services.vault, person, body.response_url, replace, services.now()) }
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
      await services.enqueue('answer', { v: 1, correlationId: key, person, reply, message }, `answer-${key}`);
      await acknowledge();
    },
    answerIsKept: true,
    answerAtOnce: async (message) => {
      await acknowledge();
      await services.say(person, reply, message);
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

/** A page takes the place of the one that was turned. */
const isPager = (actionId: string) => [ACTIONS.turnPage, ACTIONS.turnFound].some((id) => actionId.startsWith(id));

type Pressed = { services: Services | undefined; isServed: boolean; id: string; value: string };

/** An item of a menu is an action of its own; the rest of its value is what it is about. */
function pressed(served: Served, action: ButtonAction | OverflowAction): Pressed {
  const { services, text: value } = served.marked(valueIn(action));
  const whose = { services, isServed: services !== undefined };
  if (action.type !== 'overflow') return { ...whose, id: action.action_id, value };
  const [item = '', ...rest] = value.split(':');
  return { ...whose, id: menuAction(item), value: rest.join(':') };
}

const valueIn = (action: ButtonAction | OverflowAction): string =>
  (action.type === 'overflow' ? action.selected_option.value : action.value) ?? '';
