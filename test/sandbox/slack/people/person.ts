/** One person, with everything that their hands can do in Slack. */

import type { CrowdName } from '../../crowd.ts';
import type { Sim } from '../core.ts';
import { track } from '../delivery.ts';
import { NotPossible } from '../errors.ts';
import { homeOpened, userChanged } from '../events.ts';
import { asList } from '../json.ts';
import { pageView, postedMessage } from '../page-state.ts';
import type { PageContainer } from '../protocol.ts';
import type { Json, OutsiderName, PersonName, PostedMessage, SlackPerson, Where } from '../types.ts';
import { stackOf } from '../views.ts';
import { type Channel, dmOf, userByName, type Workspace } from '../workspace.ts';
import { click, globalShortcut, messageShortcut, suggest } from './acting.ts';
import { closeView, fill, mustFindModal, submit } from './forms.ts';
import { type Actor, mustBeAbleToAct } from './payloads.ts';
import { edit, forward, react, remove, runCommand, say, upload } from './typing.ts';

export async function openHome(actor: Actor, tab: 'home' | 'messages') {
  const { sim, workspace, user } = actor;
  mustBeAbleToAct(actor);
  const dm = dmOf(workspace, user.id);
  return dm ? track(sim, homeOpened(sim, workspace, dm, user.id, tab)) : [];
}

export function createPerson(sim: Sim, workspace: Workspace, name: PersonName | OutsiderName | CrowdName): SlackPerson {
  const user = userByName(workspace, name);
  if (!user) throw new Error(`nobody is called ${name}`);
  const actor: Actor = { sim, workspace, user };
  /** Options that a type-ahead has shown, so that `fill` can choose one by name. */
  const offered = new Map<string, Json[]>();

  const container = (where: Where): PageContainer => {
    if ('channel' in where) return { kind: 'message', channel: where.channel, ts: where.ts };
    return { kind: 'view', viewId: where.view ?? mustFindModal(actor).id };
  };
  const visible = (channel: Channel): PostedMessage[] =>
    channel.messages
      .filter((message) => !message.onlyFor || message.onlyFor === user.id)
      .map((message) => postedMessage(sim, channel, message));

  const change = async (profile: { deleted: true } | { timeZone: string } | { locale: string }) => {
    Object.assign(user, profile, { updated: Math.floor(sim.now() / 1000) });
    sim.changed();
    return track(sim, userChanged(sim, workspace, user));
  };

  return {
    id: user.id,
    email: user.email,
    command: (text, options) => runCommand(actor, text, options),
    say: (channel, text, options) => say(actor, channel, text, options),
    mention: (channel, text, options) => say(actor, channel, `<@${workspace.bot.userId}> ${text}`, options),
    forward: (from, to, options) => forward(actor, from, to, options),
    edit: async (channel, ts, text) => edit(actor, channel, ts, text),
    delete: async (channel, ts) => remove(actor, channel, ts),
    react: async (channel, ts, reaction) => react(actor, channel, ts, reaction),
    globalShortcut: (callbackId) => globalShortcut(actor, callbackId),
    messageShortcut: (callbackId, channel, ts) => messageShortcut(actor, callbackId, channel, ts),
    modal: () => {
      const top = stackOf(workspace, user.id).at(-1);
      return top && pageView(top);
    },
    home: () => {
      const view = workspace.homes.get(user.id);
      return view && pageView(view);
    },
    click: async (where, actionId, element) => click(actor, container(where), actionId, element),
    options: async (where, blockId, actionId, query) => {
      const { options = [] } = await suggest(actor, container(where), blockId, actionId, query);
      offered.set(actionId, asList(options) as Json[]);
      return options;
    },
    fill: (values) => fill(actor, values, (actionId) => offered.get(actionId) ?? []),
    submit: () => submit(actor),
    closeModal: (options) => closeView(actor, undefined, options?.clearAll),
    openHome: (tab = 'home') => openHome(actor, tab),
    upload: (fileName, bytes, mimetype, oddity) => upload(actor, fileName, bytes, mimetype, oddity),
    dm: () => {
      const channel = dmOf(workspace, user.id);
      if (!channel) throw new NotPossible('there is no DM');
      return { channel: channel.id, messages: visible(channel) };
    },
    ephemeral: (channelKey) =>
      [...workspace.channels.values()]
        .filter((channel) => !channelKey || channel.id === channelKey || channel.name === channelKey.replace(/^#/, ''))
        .flatMap(visible)
        .filter((message) => message.ephemeral),
    notices: () => (workspace.notices.get(user.id) ?? []).map((one) => one.text),
    deactivate: () => change({ deleted: true }),
    moveTo: (timeZone) => change({ timeZone }),
    speak: (locale) => change({ locale }),
  };
}
