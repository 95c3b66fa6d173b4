import { ApiError } from '../errors.ts';
import { isTs } from '../ids.ts';
import { asFlag, asText } from '../json.ts';
import { channelJson, messageJson } from '../shapes.ts';
import type { Json } from '../types.ts';
import { type Channel, dmOf, findMessage, type Message } from '../workspace.ts';
import { type Call, channelArg, type Methods, mustBeMember, needScope } from './method.ts';

/** Which scope opens a conversation depends on its kind. */
const scopeFor = (channel: Channel, right: 'read' | 'history'): string =>
  `${channel.kind === 'dm' ? 'im' : 'channels'}:${right}`;

function limitArg(args: Json, fallback: number): number {
  if (args['limit'] === undefined || args['limit'] === '') return fallback;
  const limit = Number(args['limit']);
  if (!Number.isInteger(limit) || limit < 1 || limit > 999) throw new ApiError('invalid_limit');
  return limit;
}

function cursorArg(args: Json): number {
  const cursor = asText(args['cursor']);
  if (!cursor) return 0;
  const start = Number(Buffer.from(cursor, 'base64').toString().replace('next:', ''));
  if (!Number.isInteger(start)) throw new ApiError('invalid_cursor');
  return start;
}

/** One page of a list in Slack's way: `has_more` and a cursor. */
function page<T>(all: T[], args: Json, fallback: number): { items: T[]; rest: Json } {
  const start = cursorArg(args);
  const end = start + limitArg(args, fallback);
  const more = end < all.length;
  const next = more ? Buffer.from(`next:${end}`).toString('base64') : '';
  return { items: all.slice(start, end), rest: { has_more: more, response_metadata: { next_cursor: next } } };
}

function within(args: Json): (message: Message) => boolean {
  const oldest = asText(args['oldest']) || '0';
  const latest = asText(args['latest']) || '99999999999';
  const inclusive = asFlag(args['inclusive']);
  return ({ ts }) =>
    inclusive
      ? Number(ts) >= Number(oldest) && Number(ts) <= Number(latest)
      : Number(ts) > Number(oldest) && Number(ts) < Number(latest);
}

const shown = (call: Call, channel: Channel, messages: Message[]): Json[] =>
  messages.map((message) =>
    messageJson(call.sim, call.workspace, message, {
      channel,
      metadata: asFlag(call.args['include_all_metadata']),
    }),
  );

export const conversationMethods: Methods = {
  'conversations.open': {
    tier: 3,
    scopes: ['im:write'],
    run: (call) => {
      const { workspace, args } = call;
      const given = asText(args['channel']);
      const users = asText(args['users']).split(',').filter(Boolean);
      if (!given && users.length === 0) throw new ApiError('users_list_not_supplied');
      if (users.length > 1)
        throw new ApiError('missing_scope', { needed: 'mpim:write', provided: call.scopes.join(',') });
      if (given && workspace.channels.get(given)?.kind !== 'dm') throw new ApiError('channel_not_found');
      const user = workspace.users.get(given ? (workspace.channels.get(given)?.name ?? '') : (users[0] ?? ''));
      if (!user) throw new ApiError('user_not_found');
      if (user.deleted) throw new ApiError('user_disabled');
      if (user.isBot) throw new ApiError('cannot_dm_bot');
      const dm = dmOf(workspace, user.id);
      if (!dm) throw new ApiError('channel_not_found');
      const channel = asFlag(args['return_im']) ? channelJson(workspace, dm) : { id: dm.id };
      return { no_op: true, already_open: true, channel };
    },
  },
  'conversations.info': {
    tier: 3,
    required: ['channel'],
    run: (call) => {
      const channel = channelArg(call);
      needScope(call, scopeFor(channel, 'read'));
      const members = asFlag(call.args['include_num_members']) ? { num_members: channel.members.size } : {};
      return { channel: { ...channelJson(call.workspace, channel), ...members } };
    },
  },
  'conversations.members': {
    tier: 4,
    required: ['channel'],
    run: (call) => {
      const channel = channelArg(call);
      needScope(call, scopeFor(channel, 'read'));
      const { items, rest } = page([...channel.members], call.args, 100);
      return { members: items, response_metadata: rest['response_metadata'] };
    },
  },
  'conversations.history': {
    tier: 3,
    required: ['channel'],
    run: (call) => {
      const channel = channelArg(call);
      needScope(call, scopeFor(channel, 'history'));
      mustBeMember(call, channel);
      const roots = channel.messages.filter(
        (message) => !message.onlyFor && (!message.threadTs || message.threadTs === message.ts),
      );
      const { items, rest } = page(roots.filter(within(call.args)).reverse(), call.args, 100);
      return { messages: shown(call, channel, items), ...rest, pin_count: 0 };
    },
  },
  'conversations.replies': {
    tier: 3,
    required: ['channel', 'ts'],
    run: (call) => {
      const channel = channelArg(call);
      needScope(call, scopeFor(channel, 'history'));
      mustBeMember(call, channel);
      const ts = asText(call.args['ts']);
      const parent = isTs(ts) ? findMessage(channel, ts) : undefined;
      if (!parent || parent.onlyFor) throw new ApiError('thread_not_found');
      const root = parent.threadTs ?? parent.ts;
      const inRange = within(call.args);
      const replies = channel.messages.filter(
        (message) => !message.onlyFor && (message.ts === root || (message.threadTs === root && inRange(message))),
      );
      const { items, rest } = page(replies, call.args, 1000 - 1);
      return { messages: shown(call, channel, items), ...rest };
    },
  },
};
