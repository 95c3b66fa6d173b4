/** What a row of the method table says, and what a method gets. */
import type { Sim } from '../core.ts';
import { ApiError } from '../errors.ts';
import { asText } from '../json.ts';
import type { Json } from '../types.ts';
import { type Channel, findChannel, type User, type Workspace } from '../workspace.ts';

/** Calls per minute; `post` is one message a second in each channel, `many` hundreds a minute. */
export type Tier = 1 | 2 | 3 | 4 | 'post' | 'many';

export type Call = {
  sim: Sim;
  workspace: Workspace;
  scopes: string[];
  args: Json;
  basicAuth?: { id: string; secret: string };
};

export type Method = {
  tier: Tier;
  /** All of these are needed. */
  scopes?: readonly string[];
  token?: 'bot' | 'app' | 'none';
  required?: readonly string[];
  run: (call: Call) => Json | undefined | Promise<Json | undefined>;
};

export type Methods = Record<string, Method>;

export function needScope(call: Call, scope: string): void {
  if (!call.scopes.includes(scope))
    throw new ApiError('missing_scope', { needed: scope, provided: call.scopes.join(',') });
}

export function channelArg({ workspace, args }: Call, options: { orUser?: boolean } = {}): Channel {
  const key = asText(args['channel']);
  const channel = options.orUser ? findChannel(workspace, key) : workspace.channels.get(key);
  if (!channel) throw new ApiError('channel_not_found');
  // Of a DM between two people an app does not even learn that it is there.
  if (channel.kind === 'dm' && !channel.members.has(workspace.bot.userId)) throw new ApiError('channel_not_found');
  if (channel.kind === 'dm' && workspace.users.get(channel.name)?.deleted && options.orUser)
    throw new ApiError('user_disabled');
  return channel;
}

export function mustBeMember({ workspace }: Call, channel: Channel): void {
  if (!channel.members.has(workspace.bot.userId)) throw new ApiError('not_in_channel');
}

export function userArg({ workspace, args }: Call, name = 'user'): User {
  const user = workspace.users.get(asText(args[name]));
  if (!user) throw new ApiError('user_not_found');
  return user;
}
