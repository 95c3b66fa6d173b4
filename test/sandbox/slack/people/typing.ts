/** A person at the composer: commands, messages, edits, files. */
import { answerToCommand } from '../answers.ts';
import { issueResponseUrl, issueTrigger } from '../capabilities.ts';
import { notice, violation } from '../core.ts';
import { deliver, track } from '../delivery.ts';
import { NotPossible } from '../errors.ts';
import { sendEvent } from '../events.ts';
import { addMessage, announce, changeMessage, deleteMessage } from '../messages.ts';
import { encodeCommand, encodeTyped, typedBlocks } from '../mrkdwn.ts';
import { fileJson, homeOf } from '../shapes.ts';
import type { Delivery, SayOptions } from '../types.ts';
import { dmOf, type FileOddity, findMessage, type Message } from '../workspace.ts';
import { type Actor, channelRef, mustBeAbleToAct, mustFindChannel } from './payloads.ts';

export async function runCommand(
  actor: Actor,
  text: string,
  options: { command?: string; channel?: string } = {},
): Promise<Delivery> {
  const { sim, workspace, user } = actor;
  mustBeAbleToAct(actor);
  const name = options.command ?? '/snow';
  const command = sim.manifest.features?.slash_commands?.find((one) => one.command === name);
  if (!command) throw new NotPossible(`${name} is not a valid command.`);
  const channel = mustFindChannel(actor, options.channel ?? dmOf(workspace, user.id)?.id ?? '');
  const responseUrl = issueResponseUrl(sim, workspace, { channelId: channel.id, userId: user.id, kind: 'commands' });
  const delivery = await deliver(sim, {
    kind: 'slash_command',
    type: 'slash_command',
    encoding: 'form',
    payload: {
      token: sim.app.verificationToken,
      team_id: homeOf(workspace, user).id,
      team_domain: homeOf(workspace, user).domain,
      ...(workspace.enterprise && !user.home
        ? { enterprise_id: workspace.enterprise.id, enterprise_name: workspace.enterprise.name }
        : {}),
      channel_id: channel.id,
      channel_name: channelRef(channel)['name'],
      user_id: user.id,
      user_name: user.name,
      command: name,
      text: encodeCommand(workspace, text.trim(), command.should_escape ?? false),
      api_app_id: sim.app.id,
      is_enterprise_install: 'false',
      response_url: responseUrl,
      trigger_id: issueTrigger(sim, workspace, user.id),
    },
  });
  if (delivery.error === 'operation_timeout')
    notice(sim, workspace, user.id, `${name} failed because the app did not respond (operation_timeout).`);
  else if (delivery.error || delivery.status !== 200) {
    delivery.error = 'dispatch_failed';
    notice(sim, workspace, user.id, `${name} failed with the error "dispatch_failed".`);
  } else {
    const at = sim.responseUrls.get(responseUrl.slice(sim.url.length));
    const problem = at && answerToCommand(sim, at, delivery.body);
    if (problem) {
      delivery.error = problem;
      notice(sim, workspace, user.id, `${name} failed with the error "${problem}".`);
    }
  }
  return delivery;
}

export async function say(
  actor: Actor,
  channelKey: string,
  text: string,
  options: SayOptions = {},
): Promise<{ ts: string; deliveries: Delivery[] }> {
  const { sim, workspace, user } = actor;
  if (user.deleted) throw new NotPossible(`${user.realName} is deactivated`);
  const channel = mustFindChannel(actor, channelKey);
  const home = sim.manifest.features?.app_home;
  if (channel.kind === 'dm' && (home?.messages_tab_enabled === false || home?.messages_tab_read_only_enabled))
    throw new NotPossible('Sending messages to this app has been turned off.');
  if (options.threadTs && !findMessage(channel, options.threadTs)) throw new NotPossible('there is no such thread');
  if (!text && !options.fileIds?.length && !options.blocks?.length && !options.attachments?.length)
    throw new NotPossible('there is nothing to send');
  const encoded = encodeTyped(workspace, text);
  const message = addMessage(sim, workspace, channel, {
    user: user.id,
    text: encoded,
    blocks: options.blocks ?? (text ? typedBlocks(encoded, sim.ids.next('b')) : []),
    ...(options.attachments ? { attachments: options.attachments } : {}),
    clientMsgId: sim.ids.secret('client_msg_id'),
    ...(options.threadTs ? { threadTs: options.threadTs } : {}),
    ...(options.fileIds ? { fileIds: options.fileIds } : {}),
  });
  const files = (options.fileIds ?? []).map((fileId) =>
    track(
      sim,
      sendEvent(sim, workspace, 'file_shared', {
        type: 'file_shared',
        file_id: fileId,
        user_id: user.id,
        file: { id: fileId },
        channel_id: channel.id,
      }),
    ),
  );
  const deliveries = await Promise.all([announce(sim, workspace, channel, message), ...files]);
  return { ts: message.ts, deliveries: deliveries.flat() };
}

/** A forwarded message: its text lies in an attachment, and `text` is empty where its sender adds nothing. */
export function forward(
  actor: Actor,
  from: { channel: string; ts: string },
  to: string,
  { text = '', ...options }: SayOptions & { text?: string } = {},
) {
  const { sim, workspace } = actor;
  const channel = mustFindChannel(actor, from.channel);
  const message = findMessage(channel, from.ts);
  if (!message || message.onlyFor) throw new NotPossible('there is no such message');
  const author = workspace.users.get(message.user);
  const url = `${sim.url}/archives/${channel.id}/p${message.ts.replace('.', '')}`;
  const shared = {
    id: 1,
    ts: message.ts,
    is_msg_unfurl: true,
    is_share: true,
    channel_id: channel.id,
    channel_team: workspace.team.id,
    author_id: message.user,
    author_name: author?.realName ?? '',
    author_subname: author?.name ?? '',
    from_url: url,
    original_url: url,
    fallback: `[${message.ts}] ${author?.name}: ${message.text}`,
    text: message.text,
    mrkdwn_in: ['text'],
    message_blocks: [
      { team: workspace.team.id, channel: channel.id, ts: message.ts, message: { blocks: message.blocks } },
    ],
    ...(message.fileIds.length > 0
      ? {
          files: message.fileIds
            .flatMap((id) => workspace.files.get(id) ?? [])
            .map((file) => fileJson(sim, workspace, file)),
        }
      : {}),
    footer: 'Slack Conversation',
  };
  return say(actor, to, text, { ...options, attachments: [shared] });
}

function ownMessage(
  actor: Actor,
  channelKey: string,
  ts: string,
): { channel: ReturnType<typeof mustFindChannel>; message: Message } {
  const channel = mustFindChannel(actor, channelKey);
  const message = findMessage(channel, ts);
  if (message?.user !== actor.user.id) throw new NotPossible('only own messages can be changed');
  return { channel, message };
}

export function edit(actor: Actor, channelKey: string, ts: string, text: string): Promise<Delivery[]> {
  const { sim, workspace, user } = actor;
  const { channel, message } = ownMessage(actor, channelKey, ts);
  const encoded = encodeTyped(workspace, text);
  const blocks = typedBlocks(encoded, sim.ids.next('b'));
  return changeMessage(sim, workspace, channel, message, { editor: user.id, text: encoded, blocks });
}

export function remove(actor: Actor, channelKey: string, ts: string): Promise<Delivery[]> {
  const { channel, message } = ownMessage(actor, channelKey, ts);
  return deleteMessage(actor.sim, actor.workspace, channel, message);
}

export function react(actor: Actor, channelKey: string, ts: string, name: string): Promise<Delivery[]> {
  const { sim, workspace, user } = actor;
  const channel = mustFindChannel(actor, channelKey);
  const message = findMessage(channel, ts);
  if (!message) throw new NotPossible('there is no such message');
  const reaction = message.reactions.find((one) => one.name === name);
  if (reaction) reaction.users.push(user.id);
  else message.reactions.push({ name, users: [user.id] });
  sim.changed();
  if (!channel.members.has(workspace.bot.userId)) return Promise.resolve([]);
  const item = { type: 'message', channel: channel.id, ts };
  const event = { type: 'reaction_added', user: user.id, reaction: name, item, item_user: message.user };
  return track(sim, sendEvent(sim, workspace, 'reaction_added', event));
}

export function upload(
  actor: Actor,
  name: string,
  bytes: Uint8Array | string,
  mimetype: string,
  oddity: FileOddity = {},
): string {
  const { sim, workspace, user } = actor;
  if (typeof bytes !== 'string' && bytes.length === 0) violation(sim, `upload of an empty file ${name}`);
  const id = sim.ids.next('F');
  const created = Math.floor(sim.now() / 1000);
  workspace.files.set(id, {
    id,
    name,
    title: name,
    mimetype,
    bytes: Buffer.from(bytes),
    user: user.id,
    created,
    channels: [],
    ...oddity,
  });
  return id;
}
