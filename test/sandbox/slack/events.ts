/** Events API: what the app has subscribed to and may see, in Slack's envelope. */
import { type Sim, scopesOf } from './core.ts';
import { deliverEvent } from './delivery.ts';
import { messageJson, userJson, viewJson } from './shapes.ts';
import type { Delivery, Json } from './types.ts';
import type { Channel, Message, User, Workspace } from './workspace.ts';

/** The scope without which Slack refuses the subscription. */
const SCOPE_FOR: Record<string, string | undefined> = {
  app_mention: 'app_mentions:read',
  'message.im': 'im:history',
  'message.channels': 'channels:history',
  user_change: 'users:read',
  link_shared: 'links:read',
  file_shared: 'files:read',
  reaction_added: 'reactions:read',
  member_joined_channel: 'channels:read',
  channel_shared: 'channels:read',
};

/** The app's own end carries no time of its own. */
const TIMELESS = ['tokens_revoked', 'app_uninstalled'];

function isSubscribed(sim: Sim, subscription: string): boolean {
  const scope = SCOPE_FOR[subscription];
  const events = sim.manifest.settings?.event_subscriptions?.bot_events ?? [];
  return events.includes(subscription) && (!scope || scopesOf(sim.manifest).includes(scope));
}

export async function sendEvent(
  sim: Sim,
  workspace: Workspace,
  subscription: string,
  event: Json,
  options: { evenIfUninstalled?: boolean } = {},
): Promise<Delivery[]> {
  if (!isSubscribed(sim, subscription)) return [];
  if (!workspace.installation.installed && !options.evenIfUninstalled) return [];
  const payload = {
    token: sim.app.verificationToken,
    team_id: workspace.team.id,
    context_team_id: workspace.team.id,
    context_enterprise_id: workspace.enterprise?.id ?? null,
    api_app_id: sim.app.id,
    event: { ...(TIMELESS.includes(subscription) ? {} : { event_ts: sim.ids.ts() }), ...event },
    type: 'event_callback',
    event_id: sim.ids.next('Ev'),
    event_time: Math.floor(sim.now() / 1000),
    authorizations: [
      {
        enterprise_id: workspace.enterprise?.id ?? null,
        team_id: workspace.team.id,
        user_id: workspace.bot.userId,
        is_bot: true,
        is_enterprise_install: false,
      },
    ],
    is_ext_shared_channel: (workspace.channels.get(String(event['channel']))?.connected.size ?? 0) > 0,
    event_context: `4-${sim.ids.secret('event_context')}`,
  };
  return [await deliverEvent(sim, String(event['type']), payload)];
}

const subscriptionFor = (channel: Channel): string => (channel.kind === 'dm' ? 'message.im' : 'message.channels');
const sees = (workspace: Workspace, channel: Channel): boolean => channel.members.has(workspace.bot.userId);

/** A new message: to the app as `message` where it listens, as `app_mention`, and as `link_shared`. */
export async function messagePosted(
  sim: Sim,
  workspace: Workspace,
  channel: Channel,
  message: Message,
): Promise<Delivery[]> {
  if (!sees(workspace, channel) || message.onlyFor) return [];
  const { team: _, ...json } = { ...messageJson(sim, workspace, message, { channel }) };
  const place = { team: workspace.team.id, channel: channel.id, event_ts: message.ts };
  const sent = [
    sendEvent(sim, workspace, subscriptionFor(channel), {
      ...json,
      ...place,
      channel_type: channel.kind === 'dm' ? 'im' : 'channel',
    }),
  ];
  if (channel.kind === 'channel' && !message.botId && message.text.includes(`<@${workspace.bot.userId}>`)) {
    const { subtype: _subtype, upload: _upload, parent_user_id: _parent, ...mention } = json as Json;
    sent.push(sendEvent(sim, workspace, 'app_mention', { ...mention, type: 'app_mention', ...place }));
  }
  const links = linksIn(sim, message.text);
  if (links.length > 0 && !message.botId)
    sent.push(
      sendEvent(sim, workspace, 'link_shared', {
        type: 'link_shared',
        channel: channel.id,
        user: message.user,
        message_ts: message.ts,
        ...(message.threadTs ? { thread_ts: message.threadTs } : {}),
        is_bot_user_member: sees(workspace, channel),
        links,
        unfurl_id: `${channel.id}.${message.ts}.${sim.ids.secret('unfurl')}`,
        source: 'conversations_history',
        event_ts: message.ts,
      }),
    );
  return (await Promise.all(sent)).flat();
}

function linksIn(sim: Sim, text: string): { url: string; domain: string }[] {
  const domains = sim.manifest.features?.unfurl_domains ?? [];
  return [...text.matchAll(/<(https?:\/\/[^|>]+)/g)].flatMap(([, url = '']) => {
    const host = URL.canParse(url) ? new URL(url).hostname : '';
    const domain = domains.find((one) => host === one || host.endsWith(`.${one}`));
    return domain ? [{ url: url.replaceAll('&amp;', '&'), domain: host }] : [];
  });
}

export function messageChanged(
  sim: Sim,
  workspace: Workspace,
  channel: Channel,
  message: Message,
  previous: Json,
): Promise<Delivery[]> {
  if (!sees(workspace, channel)) return Promise.resolve([]);
  return sendEvent(sim, workspace, subscriptionFor(channel), {
    type: 'message',
    subtype: 'message_changed',
    message: messageJson(sim, workspace, message, { channel }),
    previous_message: previous,
    channel: channel.id,
    hidden: true,
    ts: sim.ids.ts(),
    channel_type: channel.kind === 'dm' ? 'im' : 'channel',
  });
}

export function messageDeleted(
  sim: Sim,
  workspace: Workspace,
  channel: Channel,
  deletedTs: string,
  previous: Json,
): Promise<Delivery[]> {
  if (!sees(workspace, channel)) return Promise.resolve([]);
  return sendEvent(sim, workspace, subscriptionFor(channel), {
    type: 'message',
    subtype: 'message_deleted',
    previous_message: previous,
    channel: channel.id,
    hidden: true,
    deleted_ts: deletedTs,
    ts: sim.ids.ts(),
    channel_type: channel.kind === 'dm' ? 'im' : 'channel',
  });
}

/** Another company has come into the channel. */
export const channelShared = (sim: Sim, workspace: Workspace, channel: Channel, teamId: string): Promise<Delivery[]> =>
  sees(workspace, channel)
    ? sendEvent(sim, workspace, 'channel_shared', {
        type: 'channel_shared',
        connected_team_id: teamId,
        channel: channel.id,
      })
    : Promise.resolve([]);

export function userChanged(sim: Sim, workspace: Workspace, user: User): Promise<Delivery[]> {
  const email = workspace.installation.scopes.includes('users:read.email');
  return sendEvent(sim, workspace, 'user_change', {
    type: 'user_change',
    user: userJson(workspace, user, { email, locale: true }),
    cache_ts: Math.floor(sim.now() / 1000),
  });
}

export function homeOpened(
  sim: Sim,
  workspace: Workspace,
  channel: Channel,
  userId: string,
  tab: 'home' | 'messages',
): Promise<Delivery[]> {
  const view = workspace.homes.get(userId);
  return sendEvent(sim, workspace, 'app_home_opened', {
    type: 'app_home_opened',
    user: userId,
    channel: channel.id,
    tab,
    ...(tab === 'home' && view ? { view: viewJson(sim, workspace, view) } : {}),
  });
}
