/** What every request about a person's interaction carries. */
import type { Sim } from '../core.ts';
import { NotPossible } from '../errors.ts';
import { homeOf } from '../shapes.ts';
import type { Json } from '../types.ts';
import type { Channel, User, Workspace } from '../workspace.ts';

export type Actor = { sim: Sim; workspace: Workspace; user: User };

/** Every act goes through here: a deactivated person, or an app that is gone, can do nothing. */
export function mustBeAbleToAct({ workspace, user }: Actor): void {
  if (user.deleted) throw new NotPossible(`${user.realName} is deactivated`);
  if (!workspace.installation.installed) throw new NotPossible(`the app is not installed in ${workspace.team.name}`);
}

export function mustBeInteractive(actor: Actor): void {
  mustBeAbleToAct(actor);
  if (!actor.sim.manifest.settings?.interactivity?.is_enabled)
    throw new NotPossible('the manifest has no settings.interactivity.is_enabled: true');
}

/** In a channel that two companies share, `team` is that of the person and not that of the app. */
export function interaction({ sim, workspace, user }: Actor, type: string): Json {
  const team = homeOf(workspace, user);
  const enterprise = !user.home && sim.moods.namesEnterprise === 'always' ? workspace.enterprise : undefined;
  return {
    type,
    user: { id: user.id, ...namesIn(type, user), team_id: team.id },
    // A shortcut does not say whose it is.
    ...(isShortcut(type) ? {} : { api_app_id: sim.app.id }),
    token: sim.app.verificationToken,
    team: { id: team.id, domain: team.domain },
    enterprise: enterprise ?? null,
    is_enterprise_install: false,
  };
}

const isShortcut = (type: string) => type === 'shortcut' || type === 'message_action';

/** Each kind of shortcut calls a person's name by another name. */
const namesIn = (type: string, { name }: User): Json => ({
  ...(type === 'message_action' ? {} : { username: name }),
  ...(type === 'shortcut' ? {} : { name }),
});

export const channelRef = (channel: Channel): Json => ({
  id: channel.id,
  name: channel.kind === 'dm' ? 'directmessage' : channel.name,
});

export function mustFindChannel({ workspace, user }: Actor, key: string): Channel {
  const channel =
    workspace.channels.get(key) ??
    [...workspace.channels.values()].find((one) => one.kind === 'channel' && one.name === key.replace(/^#/, ''));
  if (!channel?.members.has(user.id)) throw new NotPossible(`${user.realName} is in no conversation ${key}`);
  return channel;
}
