/** Posting, changing and deleting messages, whoever does it. */
import { inSlacksWords, validateBlocks } from './block-kit/validate.ts';
import type { Sim } from './core.ts';
import { track } from './delivery.ts';
import { ApiError } from './errors.ts';
import { messageChanged, messageDeleted, messagePosted } from './events.ts';
import { asJson, asList, isJson } from './json.ts';
import { pingsOf } from './mrkdwn.ts';
import type { AnyBlock } from './protocol.ts';
import { messageJson } from './shapes.ts';
import type { Delivery, Json } from './types.ts';
import { initialValues } from './view-state.ts';
import type { Channel, Message, Workspace } from './workspace.ts';

/** Slack stores text objects with their defaults, and gives ids to blocks and elements that have none. */
export function normaliseBlocks(sim: Sim, blocks: unknown[]): AnyBlock[] {
  const text = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(text);
    if (!isJson(value)) return value;
    const copy = Object.fromEntries(Object.entries(value).map(([key, part]) => [key, text(part)]));
    if (copy['type'] === 'plain_text') return { emoji: true, ...copy };
    if (copy['type'] === 'mrkdwn') return { verbatim: false, ...copy };
    return copy;
  };
  const withActionId = (value: unknown): unknown => {
    if (!isJson(value) || value['type'] === 'image' || typeof value['type'] !== 'string') return value;
    return /button|select|input|picker|checkboxes|overflow/.test(value['type'])
      ? { action_id: sim.ids.next('a'), ...value }
      : value;
  };
  return blocks.map((one) => {
    const block = asJson(text(one));
    for (const key of ['element', 'accessory']) if (key in block) block[key] = withActionId(block[key]);
    if (Array.isArray(block['elements'])) block['elements'] = block['elements'].map(withActionId);
    return { ...block, type: String(block['type']), block_id: String(block['block_id'] || sim.ids.next('b')) };
  });
}

export type Content = { text: string; blocks?: unknown; attachments?: unknown; metadata?: unknown };

/** The checks that chat.postMessage and its relatives share; throws Slack's error. */
export function checkContent({ text, blocks, attachments, metadata }: Content, maxText: number): void {
  if (blocks !== undefined && !Array.isArray(blocks)) throw new ApiError('invalid_blocks_format');
  if (attachments !== undefined && !Array.isArray(attachments)) throw new ApiError('invalid_attachments');
  const errors = validateBlocks(blocks ?? [], 'message');
  asList(attachments).forEach((one, index) => {
    const nested = asJson(one)['blocks'];
    if (nested !== undefined) errors.push(...validateBlocks(nested, 'message', `/attachments/${index}/blocks`));
  });
  if (errors.length > 0)
    throw new ApiError('invalid_blocks', {
      errors: errors.map((error) => inSlacksWords(error).replace('[ERROR] ', '')),
      response_metadata: { messages: errors.map(inSlacksWords) },
    });
  if (!text && asList(blocks).length === 0 && asList(attachments).length === 0) throw new ApiError('no_text');
  if ([...text].length > maxText) throw new ApiError('msg_too_long');
  if (metadata !== undefined) {
    const { event_type: type, event_payload: payload } = asJson(metadata);
    if (typeof type !== 'string' || !isJson(payload)) {
      if (!Array.isArray(asJson(metadata)['entities'])) throw new ApiError('invalid_metadata_format');
    }
    if (JSON.stringify(metadata).length > 8192) throw new ApiError('metadata_too_large');
  }
}

export type NewMessage = Content & {
  user: string;
  botId?: string;
  otherApp?: string;
  threadTs?: string;
  fileIds?: string[];
  onlyFor?: string;
  clientMsgId?: string;
};

export function addMessage(sim: Sim, workspace: Workspace, channel: Channel, given: NewMessage): Message {
  const blocks = normaliseBlocks(sim, asList(given.blocks));
  const message: Message = {
    ts: sim.ids.ts(),
    ...(given.threadTs ? { threadTs: given.threadTs } : {}),
    user: given.user,
    ...(given.botId ? { botId: given.botId } : {}),
    ...(given.otherApp ? { otherApp: given.otherApp } : {}),
    text: given.text,
    blocks,
    ...(given.attachments ? { attachments: asList(given.attachments) } : {}),
    fileIds: given.fileIds ?? [],
    ...(given.metadata ? { metadata: asJson(given.metadata) } : {}),
    ...(given.clientMsgId ? { clientMsgId: given.clientMsgId } : {}),
    ...(given.onlyFor ? { onlyFor: given.onlyFor } : {}),
    reactions: [],
    pings: pingsOf(given.text, blocks, given.attachments),
    unfurls: {},
    values: {},
  };
  channel.messages.push(message);
  for (const id of message.fileIds) workspace.files.get(id)?.channels.push(channel.id);
  channel.read.set(given.user, message.ts);
  sim.changed();
  return message;
}

/** Tells the app about a new message; the caller may wait for the first attempt. */
export const announce = (sim: Sim, workspace: Workspace, channel: Channel, message: Message): Promise<Delivery[]> =>
  track(sim, messagePosted(sim, workspace, channel, message));

export function changeMessage(
  sim: Sim,
  workspace: Workspace,
  channel: Channel,
  message: Message,
  given: { editor: string; text?: string; blocks?: unknown; attachments?: unknown; metadata?: unknown },
): Promise<Delivery[]> {
  const previous = messageJson(sim, workspace, message, { channel });
  if (given.text !== undefined) message.text = given.text;
  if (given.blocks !== undefined) {
    message.blocks = normaliseBlocks(sim, asList(given.blocks));
    message.values = {};
  }
  if (given.attachments !== undefined) message.attachments = asList(given.attachments);
  if (given.metadata !== undefined) message.metadata = asJson(given.metadata);
  message.edited = { user: given.editor, ts: sim.ids.ts() };
  message.pings = pingsOf(message.text, message.blocks, message.attachments);
  sim.changed();
  if (message.onlyFor) return Promise.resolve([]);
  return track(sim, messageChanged(sim, workspace, channel, message, previous));
}

export function deleteMessage(sim: Sim, workspace: Workspace, channel: Channel, message: Message): Promise<Delivery[]> {
  const previous: Json = messageJson(sim, workspace, message, { channel });
  channel.messages.splice(channel.messages.indexOf(message), 1);
  sim.changed();
  if (message.onlyFor) return Promise.resolve([]);
  return track(sim, messageDeleted(sim, workspace, channel, message.ts, previous));
}

/** What this person has chosen in a message's menus so far. */
export function valuesFor(message: Message, userId: string): Message['values'][string] {
  message.values[userId] ??= initialValues(message.blocks);
  return message.values[userId];
}
