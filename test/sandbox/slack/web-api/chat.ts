import { ApiError } from '../errors.ts';
import { isTs } from '../ids.ts';
import { asFlag, asJson, asText } from '../json.ts';
import { addMessage, announce, type Content, changeMessage, checkContent, deleteMessage } from '../messages.ts';
import { messageJson } from '../shapes.ts';
import type { Channel, Message } from '../workspace.ts';
import { findMessage } from '../workspace.ts';
import { type Call, channelArg, type Methods, mustBeMember } from './method.ts';

/** docs.slack.dev: chat.update refuses what chat.postMessage would still take. */
const MAX_POST = 40_000;
const MAX_UPDATE = 4000;

function contentOf({ args }: Call): Content {
  const markdown = asText(args['markdown_text']);
  if (markdown && (args['text'] || args['blocks'])) throw new ApiError('markdown_text_conflict');
  return {
    text: asText(args['text']),
    blocks: markdown ? [{ type: 'markdown', text: markdown }] : args['blocks'],
    attachments: args['attachments'],
    metadata: args['metadata'],
  };
}

function threadOf({ sim }: Call, channel: Channel, given: unknown): string | undefined {
  const ts = asText(given);
  if (!ts) return undefined;
  if (!isTs(ts)) throw new ApiError('invalid_thread_ts');
  const parent = findMessage(channel, ts);
  if (!parent && sim.moods.goneThread === 'accept') return ts;
  if (!parent || parent.onlyFor) throw new ApiError('thread_not_found');
  return parent.threadTs ?? parent.ts;
}

function ownMessage(call: Call, channel: Channel, denied: string): Message {
  const message = findMessage(channel, asText(call.args['ts']));
  if (!message || message.onlyFor) throw new ApiError('message_not_found');
  if (message.user !== call.workspace.bot.userId) throw new ApiError(denied);
  return message;
}

export const chatMethods: Methods = {
  'chat.postMessage': {
    tier: 'post',
    scopes: ['chat:write'],
    required: ['channel'],
    run: (call) => {
      const { sim, workspace, args } = call;
      const channel = channelArg(call, { orUser: true });
      if (!channel.members.has(workspace.bot.userId)) {
        if (!call.scopes.includes('chat:write.public')) throw new ApiError('not_in_channel');
      }
      const content = contentOf(call);
      checkContent(content, MAX_POST);
      const threadTs = threadOf(call, channel, args['thread_ts']);
      const message = addMessage(sim, workspace, channel, {
        ...content,
        user: workspace.bot.userId,
        botId: workspace.bot.id,
        ...(threadTs ? { threadTs } : {}),
      });
      void announce(sim, workspace, channel, message);
      return {
        channel: channel.id,
        ts: message.ts,
        message: messageJson(sim, workspace, message, { metadata: true }),
      };
    },
  },
  'chat.postEphemeral': {
    tier: 4,
    scopes: ['chat:write'],
    required: ['channel', 'user'],
    run: (call) => {
      const { sim, workspace, args } = call;
      const channel = channelArg(call, { orUser: true });
      mustBeMember(call, channel);
      const user = workspace.users.get(asText(args['user']));
      if (!user || user.deleted || !channel.members.has(user.id)) throw new ApiError('user_not_in_channel');
      const content = contentOf(call);
      checkContent(content, MAX_POST);
      const threadTs = threadOf(call, channel, args['thread_ts']);
      const message = addMessage(sim, workspace, channel, {
        ...content,
        user: workspace.bot.userId,
        botId: workspace.bot.id,
        onlyFor: user.id,
        ...(threadTs ? { threadTs } : {}),
      });
      return { message_ts: message.ts };
    },
  },
  'chat.update': {
    tier: 3,
    scopes: ['chat:write'],
    required: ['channel', 'ts'],
    run: (call) => {
      const { sim, workspace } = call;
      const channel = channelArg(call);
      const message = ownMessage(call, channel, 'cant_update_message');
      const { metadata, ...content } = contentOf(call);
      checkContent({ ...content, ...(metadata === undefined ? {} : { metadata }) }, MAX_UPDATE);
      void changeMessage(sim, workspace, channel, message, {
        editor: workspace.bot.userId,
        ...(call.args['text'] === undefined ? {} : { text: content.text }),
        // What is not mentioned stays.
        ...(content.blocks === undefined ? {} : { blocks: content.blocks }),
        ...(content.attachments === undefined ? {} : { attachments: content.attachments }),
        ...(metadata === undefined ? {} : { metadata }),
      });
      // The message inside says neither when nor in which thread it is.
      const { ts: _, thread_ts: __, ...shown } = messageJson(sim, workspace, message, { metadata: true });
      return { channel: channel.id, ts: message.ts, text: message.text, message: shown };
    },
  },
  'chat.delete': {
    tier: 3,
    scopes: ['chat:write'],
    required: ['channel', 'ts'],
    run: (call) => {
      const channel = channelArg(call);
      const message = ownMessage(call, channel, 'cant_delete_message');
      void deleteMessage(call.sim, call.workspace, channel, message);
      return { channel: channel.id, ts: message.ts };
    },
  },
  'chat.getPermalink': {
    tier: 'many',
    required: ['channel', 'message_ts'],
    run: (call) => {
      const channel = channelArg(call);
      const message = findMessage(channel, asText(call.args['message_ts']));
      if (!message || message.onlyFor) throw new ApiError('message_not_found');
      const thread = message.threadTs ? `?thread_ts=${message.threadTs}&cid=${channel.id}` : '';
      const path = `/archives/${channel.id}/p${message.ts.replace('.', '')}${thread}`;
      return { channel: channel.id, permalink: `${call.sim.url}${path}` };
    },
  },
  'chat.unfurl': {
    tier: 3,
    scopes: ['links:write'],
    run: (call) => {
      const { args } = call;
      const channel = channelArg(call);
      const message = findMessage(channel, asText(args['ts']));
      if (!message) throw new ApiError('cannot_unfurl_message');
      const unfurls = asJson(args['unfurls']);
      const asked = asFlag(args['user_auth_required']) || args['user_auth_message'] || args['user_auth_blocks'];
      if (Object.keys(unfurls).length === 0 && !asked && !args['metadata']) throw new ApiError('missing_unfurls');
      for (const url of Object.keys(unfurls))
        if (!message.text.includes(url.replaceAll('&', '&amp;'))) throw new ApiError('cannot_unfurl_url');
      for (const unfurl of Object.values(unfurls))
        checkContent({ text: '-', blocks: asJson(unfurl)['blocks'] }, MAX_POST);
      Object.assign(message.unfurls, unfurls);
      message.attachments = Object.entries(message.unfurls).map(([url, unfurl]) => ({
        ...asJson(unfurl),
        from_url: url,
        is_app_unfurl: true,
        app_unfurl_url: url,
      }));
      call.sim.changed();
      return undefined;
    },
  },
  'reactions.add': {
    tier: 3,
    scopes: ['reactions:write'],
    required: ['channel', 'name', 'timestamp'],
    run: (call) => {
      const { workspace, args } = call;
      const channel = channelArg(call);
      mustBeMember(call, channel);
      const message = findMessage(channel, asText(args['timestamp']));
      if (!message) throw new ApiError('message_not_found');
      const name = asText(args['name']).replaceAll(':', '');
      if (!/^[a-z0-9_+'-]+$/.test(name)) throw new ApiError('invalid_name');
      const reaction = message.reactions.find((one) => one.name === name);
      if (reaction?.users.includes(workspace.bot.userId)) throw new ApiError('already_reacted');
      if (reaction) reaction.users.push(workspace.bot.userId);
      else message.reactions.push({ name, users: [workspace.bot.userId] });
      call.sim.changed();
      return undefined;
    },
  },
};
