/** What the web page shows to one person. */
import type { Sim } from './core.ts';
import type { PageConversation, PageFile, PageMessage, PageState, PageUser, PageView } from './protocol.ts';
import type { PostedMessage } from './types.ts';
import { stackOf } from './views.ts';
import type { Channel, Message, StoredFile, User, View, Workspace } from './workspace.ts';

export const pageFile = (file: StoredFile): PageFile => ({
  id: file.id,
  name: file.name,
  mimetype: file.mimetype,
  size: file.bytes.length,
  url: `/page/files/${file.id}`,
});

const pageUser = (user: User): PageUser => ({
  id: user.id,
  name: user.name,
  realName: user.realName,
  initials: user.realName
    .split(' ')
    .map((word) => word[0] ?? '')
    .join('')
    .slice(0, 2)
    .toUpperCase(),
  colour: `#${user.colour}`,
  isBot: user.isBot,
});

export const pageView = (view: View): PageView => ({
  id: view.id,
  hash: view.hash,
  view: view.source as unknown as PageView['view'],
  errors: { ...view.errors },
  busy: view.busy,
});

function pageMessage(channel: Channel, message: Message, files: PageFile[]): PageMessage {
  return {
    ts: message.ts,
    ...(message.threadTs ? { threadTs: message.threadTs } : {}),
    user: message.user,
    text: message.text,
    blocks: message.blocks,
    ephemeral: message.onlyFor !== undefined,
    edited: message.edited !== undefined,
    files,
    reactions: message.reactions.map(({ name, users }) => ({ name, count: users.length })),
    replyCount: channel.messages.filter((one) => one.threadTs === message.ts && one.ts !== message.ts && !one.onlyFor)
      .length,
  };
}

const filesOf = (workspace: Workspace | undefined, message: Message): PageFile[] =>
  message.fileIds.flatMap((id) => workspace?.files.get(id) ?? []).map(pageFile);

export function postedMessage(sim: Sim, channel: Channel, message: Message): PostedMessage {
  const workspace = sim.workspaces.find((one) => one.channels.get(channel.id) === channel);
  return {
    ...pageMessage(channel, message, filesOf(workspace, message)),
    channel: channel.id,
    ...(message.onlyFor ? { onlyFor: message.onlyFor } : {}),
    ...(message.metadata ? { metadata: message.metadata } : {}),
    pings: message.pings,
  };
}

function pageConversation(workspace: Workspace, channel: Channel, me: User): PageConversation {
  const seen = channel.read.get(me.id) ?? '';
  const messages = channel.messages.filter((message) => !message.onlyFor || message.onlyFor === me.id);
  return {
    id: channel.id,
    kind: channel.kind,
    name: channel.kind === 'dm' ? workspace.bot.userId : channel.name,
    unread: messages.filter((message) => message.ts > seen && message.user !== me.id).length,
    messages: messages.map((message) => pageMessage(channel, message, filesOf(workspace, message))),
  };
}

export function pageState(sim: Sim, workspace: Workspace, me: User): PageState {
  const { features } = sim.manifest;
  const shortcuts = (type: 'global' | 'message') =>
    (features?.shortcuts ?? [])
      .filter((one) => one.type === type)
      .map((one) => ({ callbackId: one.callback_id, name: one.name, description: one.description ?? '' }));
  const home = workspace.homes.get(me.id);
  return {
    team: { id: workspace.team.id, name: workspace.team.name },
    me: pageUser(me),
    users: [...workspace.users.values()].map(pageUser),
    app: {
      botUserId: workspace.bot.userId,
      name: sim.app.name,
      commands: (features?.slash_commands ?? []).map((one) => ({
        command: one.command,
        description: one.description ?? '',
        usageHint: one.usage_hint ?? '',
      })),
      globalShortcuts: shortcuts('global'),
      messageShortcuts: shortcuts('message'),
    },
    conversations: [...workspace.channels.values()]
      .filter((channel) => channel.members.has(me.id))
      .map((channel) => pageConversation(workspace, channel, me)),
    modals: stackOf(workspace, me.id).map(pageView),
    home: home ? pageView(home) : null,
    notices: [...(workspace.notices.get(me.id) ?? [])],
  };
}
