/** A person clicking: buttons, menus, shortcuts, type-ahead. */
import { elementsOf, inSlacksWords, validateOptions } from '../block-kit/validate.ts';
import { issueResponseUrl, issueTrigger } from '../capabilities.ts';
import { notice, violation } from '../core.ts';
import { deliver } from '../delivery.ts';
import { NotPossible, TROUBLE } from '../errors.ts';
import { asJson, asList, asText } from '../json.ts';
import { valuesFor } from '../messages.ts';
import type { AnyBlock, PageAnswer, PageContainer, PageOption, PageViewValues } from '../protocol.ts';
import { messageJson, viewJson } from '../shapes.ts';
import type { Delivery, Json } from '../types.ts';
import { optionsOf, stateRule } from '../view-state.ts';
import { type Channel, findMessage, findView, type Message, type View } from '../workspace.ts';
import { type Actor, channelRef, interaction, mustBeInteractive, mustFindChannel } from './payloads.ts';

type Place =
  | { kind: 'view'; view: View; blocks: AnyBlock[]; values: PageViewValues }
  | { kind: 'message'; channel: Channel; message: Message; blocks: AnyBlock[]; values: PageViewValues };

export function placeOf(actor: Actor, container: PageContainer): Place {
  const { workspace, user } = actor;
  if (container.kind === 'view') {
    const view = findView(workspace, container.viewId);
    if (view?.userId !== user.id) throw new NotPossible(`${user.realName} sees no view ${container.viewId}`);
    return { kind: 'view', view, blocks: view.source.blocks, values: view.values };
  }
  const channel = mustFindChannel(actor, container.channel);
  const message = findMessage(channel, container.ts);
  if (!message || (message.onlyFor && message.onlyFor !== user.id))
    throw new NotPossible(`${user.realName} sees no message ${container.ts}`);
  const blocks = [
    ...message.blocks,
    ...asList(message.attachments).flatMap((one) => asList(asJson(one)['blocks']) as AnyBlock[]),
  ];
  return { kind: 'message', channel, message, blocks, values: valuesFor(message, user.id) };
}

type Target = { block: AnyBlock; element: Json };

function findElement(place: Place, actionId: string, blockId?: string): Target {
  const all = place.blocks
    .filter((block) => !blockId || block.block_id === blockId)
    .flatMap((block) => elementsOf(block).map(({ element }) => ({ block, element })));
  const exact = all.find(({ element }) => element['action_id'] === actionId);
  const found = exact ?? all.find(({ element }) => asText(element['action_id']).startsWith(actionId));
  if (found) return found;
  const known = all.map(({ element }) => asText(element['action_id'])).join(', ');
  throw new NotPossible(`there is nothing called ${actionId} to click; there is: ${known || 'nothing'}`);
}

/** `{ value: 'x' }` is short for choosing the option with that value. */
function chosen(element: Json, given: Json): Json {
  const key = element['type'] === 'overflow' ? 'selected_option' : stateRule(element)?.key;
  if (!key || key in given || !('value' in given) || key === 'value') return given;
  const option = optionsOf(element).find((one) => one['value'] === given['value']);
  if (!option) throw new NotPossible(`there is no option ${String(given['value'])}`);
  return { [key]: key === 'selected_options' ? [option] : option };
}

const BUTTON_KEYS = ['text', 'value', 'style', 'url'];

function actionFor(actor: Actor, { block, element }: Target, given: Json): Json {
  const type = asText(element['type']);
  const base = { type, block_id: block.block_id, action_id: element['action_id'], action_ts: actor.sim.ids.ts() };
  if (type === 'button' || type === 'icon_button' || type === 'workflow_button')
    return {
      ...Object.fromEntries(BUTTON_KEYS.filter((key) => key in element).map((key) => [key, element[key]])),
      ...base,
    };
  return { ...chosen(element, given), ...base };
}

function container(actor: Actor, place: Place): Json {
  const { sim, workspace } = actor;
  if (place.kind === 'view')
    return { container: { type: 'view', view_id: place.view.id }, view: viewJson(sim, workspace, place.view) };
  const { channel, message, values } = place;
  return {
    container: {
      type: 'message',
      message_ts: message.ts,
      channel_id: channel.id,
      is_ephemeral: Boolean(message.onlyFor),
      ...(message.threadTs ? { thread_ts: message.threadTs } : {}),
    },
    channel: channelRef(channel),
    // An ephemeral message is not stored, so Slack has none to send along.
    ...(message.onlyFor ? {} : { message: messageJson(sim, workspace, message, { channel }) }),
    state: { values },
  };
}

function responseUrlFor(actor: Actor, place: Place): Json {
  if (place.kind === 'view') return {};
  const { sim, workspace, user } = actor;
  const at = { channelId: place.channel.id, userId: user.id, original: place.message.ts, kind: 'actions' } as const;
  return { response_url: issueResponseUrl(sim, workspace, at) };
}

function remember(place: Place, { block, element }: Target, action: Json): void {
  const rule = stateRule(element);
  const values = place.values[block.block_id];
  if (rule && values)
    values[asText(element['action_id'])] = { type: element['type'], [rule.key]: action[rule.key] ?? rule.empty() };
}

export async function click(
  actor: Actor,
  at: PageContainer,
  actionId: string,
  given: Json = {},
  blockId?: string,
): Promise<Delivery> {
  mustBeInteractive(actor);
  const { sim, workspace, user } = actor;
  const place = placeOf(actor, at);
  const target = findElement(place, actionId, blockId);
  const action = actionFor(actor, target, given);
  remember(place, target, action);
  if (target.block.type === 'input' && target.block['dispatch_action'] !== true)
    throw new NotPossible(`${actionId} is an input without dispatch_action: Slack tells the app only on submission`);
  const viewId = place.kind === 'view' ? place.view.id : undefined;
  const delivery = await deliver(sim, {
    kind: 'block_actions',
    type: 'block_actions',
    encoding: 'payload',
    payload: {
      ...interaction(actor, 'block_actions'),
      ...container(actor, place),
      trigger_id: issueTrigger(sim, workspace, user.id, viewId),
      ...responseUrlFor(actor, place),
      actions: [action],
    },
  });
  complain(actor, delivery);
  return delivery;
}

/** A warning sign beside the button, in Slack's client. */
function complain({ sim, workspace, user }: Actor, delivery: Delivery): void {
  if (!delivery.error && delivery.status === 200) return;
  delivery.error ??= 'dispatch_failed';
  const why = delivery.error === 'operation_timeout' ? 'operation_timeout' : 'dispatch_failed';
  notice(sim, workspace, user.id, `The action failed because the app did not respond (${why}).`);
}

/** Slack's own default for external selects. */
const MIN_QUERY_LENGTH = 3;

type Suggestions = Extract<PageAnswer, { ok: true }>;

export async function suggest(
  actor: Actor,
  at: PageContainer,
  blockId: string,
  actionId: string,
  query: string,
): Promise<Suggestions> {
  mustBeInteractive(actor);
  const { sim, workspace, user } = actor;
  const place = placeOf(actor, at);
  const { block, element } = findElement(place, actionId, blockId);
  if (!asText(element['type']).endsWith('external_select'))
    throw new NotPossible(`${actionId} has no options to look up`);
  if ([...query].length < Number(element['min_query_length'] ?? MIN_QUERY_LENGTH)) return { ok: true, options: [] };
  const { state: _, ...where } = container(actor, place);
  const delivery = await deliver(sim, {
    kind: 'block_suggestion',
    type: 'block_suggestion',
    encoding: 'payload',
    payload: {
      ...interaction(actor, 'block_suggestion'),
      ...where,
      action_id: element['action_id'],
      block_id: block.block_id,
      value: query,
    },
  });
  const errors = delivery.status === 200 ? validateOptions(delivery.body) : [];
  if (delivery.status !== 200 || errors.length > 0) {
    delivery.error ??= 'invalid_options';
    for (const error of errors) violation(sim, `options for ${actionId}: ${inSlacksWords(error)}`);
    notice(sim, workspace, user.id, TROUBLE);
    return { ok: true, options: [] };
  }
  const { options, option_groups: groups } = asJson(delivery.body);
  return {
    ok: true,
    options: (options ?? asList(groups).flatMap((group) => asList(asJson(group)['options']))) as PageOption[],
    ...(groups ? { optionGroups: groups as NonNullable<Suggestions['optionGroups']> } : {}),
  };
}

export async function globalShortcut(actor: Actor, callbackId: string): Promise<Delivery> {
  mustBeInteractive(actor);
  const { sim, workspace, user } = actor;
  findShortcut(actor, 'global', callbackId);
  const delivery = await deliver(sim, {
    kind: 'shortcut',
    type: 'shortcut',
    encoding: 'payload',
    payload: {
      ...interaction(actor, 'shortcut'),
      action_ts: sim.ids.ts(),
      callback_id: callbackId,
      trigger_id: issueTrigger(sim, workspace, user.id),
    },
  });
  complain(actor, delivery);
  return delivery;
}

export async function messageShortcut(
  actor: Actor,
  callbackId: string,
  channelKey: string,
  ts: string,
): Promise<Delivery> {
  mustBeInteractive(actor);
  const { sim, workspace, user } = actor;
  findShortcut(actor, 'message', callbackId);
  const channel = mustFindChannel(actor, channelKey);
  const message = findMessage(channel, ts);
  if (!message || message.onlyFor) throw new NotPossible('there is no such message');
  const at = { channelId: channel.id, userId: user.id, kind: 'app' } as const;
  const delivery = await deliver(sim, {
    kind: 'message_action',
    type: 'message_action',
    encoding: 'payload',
    payload: {
      ...interaction(actor, 'message_action'),
      action_ts: sim.ids.ts(),
      callback_id: callbackId,
      trigger_id: issueTrigger(sim, workspace, user.id),
      response_url: issueResponseUrl(sim, workspace, at),
      message_ts: ts,
      channel: channelRef(channel),
      message: messageJson(sim, workspace, message, { channel }),
    },
  });
  complain(actor, delivery);
  return delivery;
}

function findShortcut({ sim }: Actor, type: 'global' | 'message', callbackId: string): void {
  const shortcuts = sim.manifest.features?.shortcuts ?? [];
  if (!shortcuts.some((one) => one.type === type && one.callback_id === callbackId))
    throw new NotPossible(`the manifest has no ${type} shortcut ${callbackId}`);
}
