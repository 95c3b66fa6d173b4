/** Slack's own JSON for people, conversations, messages and files. */
import type { Sim } from './core.ts';
import type { Json } from './types.ts';
import type { Channel, Message, StoredFile, User, View, Workspace } from './workspace.ts';

export const homeOf = (workspace: Workspace, user: User): { id: string; domain: string } =>
  user.home?.team ?? workspace.team;

const enterpriseUser = ({ enterprise, team }: Workspace, user: User): Json => ({
  id: user.id,
  enterprise_id: enterprise?.id,
  enterprise_name: enterprise?.name,
  is_admin: false,
  is_owner: false,
  teams: [team.id],
});

/** Everybody has these, drawn from their name until they choose one. */
const pictures = (user: User): Json =>
  Object.fromEntries(
    [24, 32, 48, 72, 192, 512].map((size) => [
      `image_${size}`,
      `https://avatars.example.com/${user.colour}/${size}.png`,
    ]),
  );

export function userJson(workspace: Workspace, user: User, options: { email: boolean; locale: boolean }): Json {
  const [first = '', last = ''] = user.realName.split(' ');
  return {
    id: user.id,
    team_id: homeOf(workspace, user).id,
    name: user.name,
    deleted: user.deleted,
    color: user.colour,
    real_name: user.realName,
    tz: user.timeZone,
    tz_label: 'Central European Time',
    tz_offset: 3600,
    profile: {
      title: '',
      phone: '',
      skype: '',
      real_name: user.realName,
      real_name_normalized: user.realName,
      display_name: user.name,
      display_name_normalized: user.name,
      status_text: '',
      status_emoji: '',
      status_expiration: 0,
      avatar_hash: `g${user.colour}`,
      ...pictures(user),
      first_name: first,
      last_name: last,
      ...(options.email && user.email ? { email: user.email } : {}),
      ...(user.isBot ? { bot_id: workspace.bot.id, always_active: true } : {}),
      team: homeOf(workspace, user).id,
    },
    is_admin: user.isAdmin,
    is_owner: user.isAdmin,
    is_primary_owner: user.isAdmin,
    is_restricted: user.guest === true,
    is_ultra_restricted: false,
    is_bot: user.isBot,
    is_stranger: false,
    ...(workspace.enterprise && !user.home ? { enterprise_user: enterpriseUser(workspace, user) } : {}),
    is_app_user: false,
    updated: user.updated,
    is_email_confirmed: !user.isBot,
    who_can_share_contact_card: 'EVERYONE',
    ...(options.locale ? { locale: user.locale } : {}),
  };
}

export function channelJson(workspace: Workspace, channel: Channel): Json {
  const shared = {
    id: channel.id,
    created: channel.created,
    is_archived: false,
    is_org_shared: false,
    updated: channel.created * 1000,
  };
  if (channel.kind === 'dm')
    return {
      ...shared,
      is_im: true,
      user: channel.name,
      is_open: true,
      priority: 0,
      context_team_id: workspace.team.id,
    };
  return {
    ...shared,
    name: channel.name,
    name_normalized: channel.name,
    is_channel: true,
    is_group: false,
    is_im: false,
    is_mpim: false,
    is_private: false,
    is_general: channel.name === 'general',
    is_shared: channel.connected.size > 0,
    is_ext_shared: channel.connected.size > 0,
    is_pending_ext_shared: false,
    is_member: channel.members.has(workspace.bot.userId),
    unlinked: 0,
    creator: [...channel.members][0],
    context_team_id: workspace.team.id,
    shared_team_ids: [workspace.team.id, ...channel.connected],
    pending_shared: [],
    pending_connected_team_ids: [],
    previous_names: [],
    topic: { value: '', creator: '', last_set: 0 },
    purpose: { value: '', creator: '', last_set: 0 },
  };
}

export function fileJson(sim: Sim, workspace: Workspace, file: StoredFile): Json {
  const path = `${workspace.team.id}-${file.id}`;
  const extension = file.name.includes('.') ? file.name.split('.').at(-1) : 'binary';
  const url = `${sim.url}/files-pri/${path}/${encodeURIComponent(file.name)}`;
  return {
    id: file.id,
    created: file.created,
    timestamp: file.created,
    name: file.name,
    title: file.title,
    mimetype: file.mimetype,
    filetype: extension,
    pretty_type: String(extension).toUpperCase(),
    user: file.user,
    user_team: workspace.team.id,
    editable: false,
    size: file.announced ?? file.bytes.length,
    mode: file.external ? 'external' : 'hosted',
    is_external: file.external !== undefined,
    external_type: file.external ? 'gdrive' : '',
    is_public: false,
    public_url_shared: false,
    display_as_bot: false,
    username: '',
    url_private: file.external ?? url,
    ...(file.external ? {} : { url_private_download: `${url}?download=1` }),
    permalink: `${sim.url}/files/${file.user}/${file.id}/${encodeURIComponent(file.name)}`,
    has_rich_preview: false,
    file_access: 'visible',
    channels: file.channels.filter((id) => id.startsWith('C')),
    groups: [],
    ims: file.channels.filter((id) => id.startsWith('D')),
  };
}

const botProfile = (sim: Sim, workspace: Workspace): Json => ({
  id: workspace.bot.id,
  app_id: sim.app.id,
  user_id: workspace.bot.userId,
  name: sim.app.name,
  icons: { image_36: '', image_48: '', image_72: '' },
  deleted: false,
  updated: 0,
  team_id: workspace.team.id,
});

export type MessageJsonOptions = { metadata?: boolean; channel?: Channel };

export function messageJson(sim: Sim, workspace: Workspace, message: Message, options: MessageJsonOptions = {}): Json {
  const files = message.fileIds.flatMap((id) => workspace.files.get(id) ?? []);
  const replies = options.channel?.messages.filter(
    (other) => other.threadTs === message.ts && other.ts !== message.ts && !other.onlyFor,
  );
  const last = replies?.at(-1);
  const author = workspace.users.get(message.user);
  const authorTeam = author ? homeOf(workspace, author).id : workspace.team.id;
  const channelIsShared = options.channel && options.channel.connected.size > 0;
  return {
    type: 'message',
    ...(message.otherApp
      ? { subtype: 'bot_message', bot_id: 'B0OTHERAPP', app_id: 'A0OTHERAPP', username: message.otherApp }
      : { user: message.user }),
    ...(files.length > 0 && !message.botId && !message.otherApp ? { subtype: 'file_share' } : {}),
    ts: message.ts,
    ...(message.clientMsgId ? { client_msg_id: message.clientMsgId } : {}),
    ...(message.botId ? { bot_id: message.botId, app_id: sim.app.id, bot_profile: botProfile(sim, workspace) } : {}),
    text: message.text,
    team: authorTeam,
    ...(channelIsShared ? { user_team: authorTeam, source_team: authorTeam } : {}),
    ...(message.blocks.length > 0 ? { blocks: message.blocks } : {}),
    ...(message.attachments ? { attachments: message.attachments } : {}),
    ...(files.length > 0 ? { files: files.map((file) => fileJson(sim, workspace, file)), upload: false } : {}),
    ...(message.threadTs ? { thread_ts: message.threadTs } : {}),
    ...(message.threadTs && message.threadTs !== message.ts && options.channel
      ? { parent_user_id: options.channel.messages.find((one) => one.ts === message.threadTs)?.user }
      : {}),
    ...(last && replies
      ? {
          thread_ts: message.ts,
          reply_count: replies.length,
          reply_users: [...new Set(replies.map((reply) => reply.user))],
          reply_users_count: new Set(replies.map((reply) => reply.user)).size,
          latest_reply: last.ts,
          is_locked: false,
          subscribed: true,
        }
      : {}),
    ...(message.edited ? { edited: message.edited } : {}),
    ...(message.reactions.length > 0
      ? { reactions: message.reactions.map((one) => ({ ...one, count: one.users.length })) }
      : {}),
    ...(options.metadata && message.metadata ? { metadata: message.metadata } : {}),
  };
}

export function viewJson(sim: Sim, workspace: Workspace, view: View): Json {
  const { source } = view;
  return {
    id: view.id,
    team_id: workspace.team.id,
    type: view.type,
    blocks: source.blocks,
    private_metadata: source['private_metadata'] ?? '',
    callback_id: source['callback_id'] ?? '',
    state: { values: view.values },
    hash: view.hash,
    title: source['title'] ?? { type: 'plain_text', text: 'View Title', emoji: true },
    clear_on_close: source['clear_on_close'] ?? false,
    notify_on_close: source['notify_on_close'] ?? false,
    close: source['close'] ?? null,
    submit: source['submit'] ?? null,
    previous_view_id: view.previousViewId,
    root_view_id: view.rootViewId,
    app_id: sim.app.id,
    external_id: view.externalId,
    app_installed_team_id: workspace.team.id,
    bot_id: workspace.bot.id,
  };
}
