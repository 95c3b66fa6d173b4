/** One workspace: who and what is in it. Only data and look-ups; what Slack does with it lives in the other files. */
import { type CrowdName, crowdOf } from '../crowd.ts';
import type { Ids } from './ids.ts';
import type { AnyBlock, PageViewValues } from './protocol.ts';
import type { Json, Locales, OutsiderName, PersonName } from './types.ts';

export type User = {
  id: string;
  name: string;
  realName: string;
  email: string;
  colour: string;
  isBot: boolean;
  isAdmin: boolean;
  deleted: boolean;
  timeZone: string;
  /** The language of their Slack, as `de-DE`. */
  locale: string;
  updated: number;
  /** Where they come from, if not from here. */
  home?: { team: { id: string; domain: string } };
  /** A guest of this workspace. */
  guest?: true;
};

export type Message = {
  ts: string;
  threadTs?: string;
  user: string;
  botId?: string;
  /** The name of another app, whose message it is. */
  otherApp?: string;
  text: string;
  blocks: AnyBlock[];
  attachments?: unknown[];
  fileIds: string[];
  metadata?: Json;
  edited?: { user: string; ts: string };
  clientMsgId?: string;
  /** The only person who sees it. */
  onlyFor?: string;
  reactions: { name: string; users: string[] }[];
  pings: string[];
  unfurls: Json;
  /** Current values of the stateful elements in its blocks, by person. */
  values: Record<string, PageViewValues>;
};

export type Channel = {
  id: string;
  kind: 'channel' | 'dm';
  /** The channel's name, or for a DM the person's id. */
  name: string;
  created: number;
  members: Set<string>;
  /** Other companies whose people are here, too. */
  connected: Set<string>;
  messages: Message[];
  /** By person: the last message they have seen. */
  read: Map<string, string>;
};

export type View = {
  id: string;
  hash: string;
  userId: string;
  type: 'modal' | 'home';
  /** As the app sent it, with block ids filled in. */
  source: Json & { blocks: AnyBlock[] };
  rootViewId: string;
  previousViewId: string | null;
  externalId: string;
  values: PageViewValues;
  errors: Record<string, string>;
  busy: boolean;
};

export type StoredFile = {
  id: string;
  name: string;
  title: string;
  mimetype: string;
  bytes: Buffer;
  user: string;
  created: number;
  channels: string[];
} & FileOddity;

/** What Slack says of a file that its bytes do not bear out. */
export type FileOddity = {
  /** The announced size, where it is not the real one. */
  announced?: number;
  /** The download says nothing of its size. */
  unmeasured?: true;
  /** It lies there, and Slack has only the address. */
  external?: string;
};

/** The app in this workspace. */
export type Installation = {
  installed: boolean;
  botToken: string;
  scopes: string[];
  refreshToken?: string;
  expiresAt?: number;
};

export type Workspace = {
  team: { id: string; name: string; domain: string };
  /** The organisation that it belongs to. */
  enterprise?: { id: string; name: string };
  bot: { id: string; userId: string; name: string };
  installation: Installation;
  users: Map<string, User>;
  channels: Map<string, Channel>;
  files: Map<string, StoredFile>;
  modals: Map<string, View[]>;
  homes: Map<string, View>;
  notices: Map<string, { id: string; text: string }[]>;
};

const PEOPLE: { name: PersonName | CrowdName; realName: string; colour: string; isAdmin?: true }[] = [
  { name: 'ada', realName: 'Ada Requester', colour: '9f69e7' },
  { name: 'carl', realName: 'Carl Colleague', colour: '4bbe2e' },
  { name: 'bob', realName: 'Bob Agent', colour: 'e7392d' },
  { name: 'eve', realName: 'Eve Approver', colour: '3c989f' },
  { name: 'ann', realName: 'Ann Admin', colour: '674b1b', isAdmin: true },
  { name: 'mallory', realName: 'Mallory', colour: 'e96699' },
];

export function createWorkspace(
  name: string,
  appName: string,
  scopes: string[],
  ids: Ids,
  now: number,
  crowd = 0,
  locales: Locales = {},
): Workspace {
  const bot = { id: ids.next('B'), userId: ids.next('U'), name: appName.toLowerCase().replaceAll(/[^a-z0-9]+/g, '_') };
  const workspace: Workspace = {
    team: { id: ids.next('T'), name, domain: name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-') },
    bot,
    installation: { installed: false, botToken: '', scopes },
    users: new Map(),
    channels: new Map(),
    files: new Map(),
    modals: new Map(),
    homes: new Map(),
    notices: new Map(),
  };
  const updated = Math.floor(now / 1000);
  const others: typeof PEOPLE = crowdOf(crowd).map((member) => ({
    name: member.name,
    realName: member.realName,
    colour: '827327',
  }));
  for (const person of [...PEOPLE, ...others]) {
    const id = ids.next('U');
    const email = `${person.name}@example.com`;
    workspace.users.set(id, {
      ...person,
      id,
      email,
      isBot: false,
      isAdmin: person.isAdmin ?? false,
      deleted: false,
      timeZone: 'Europe/Amsterdam',
      locale: locales[person.name] ?? 'en-US',
      updated,
    });
  }
  const colour = '4a154b';
  workspace.users.set(bot.userId, {
    id: bot.userId,
    name: bot.name,
    realName: appName,
    email: '',
    colour,
    isBot: true,
    isAdmin: false,
    deleted: false,
    timeZone: 'Europe/Amsterdam',
    locale: 'en-US',
    updated,
  });
  const people = [...workspace.users.values()].filter((user) => !user.isBot).map((user) => user.id);
  const add = (kind: Channel['kind'], prefix: string, channelName: string, members: string[]) => {
    const id = ids.next(prefix);
    const channel: Channel = {
      id,
      kind,
      name: channelName,
      created: updated,
      members: new Set(members),
      connected: new Set(),
      messages: [],
      read: new Map(),
    };
    workspace.channels.set(id, channel);
  };
  add('channel', 'C', 'general', people);
  add('channel', 'C', 'it-help', [...people, bot.userId]);
  for (const person of people) add('dm', 'D', person, [person, bot.userId]);
  return workspace;
}

/** Somebody comes who is not of this workspace. Their administrator, or they, chose the e-mail address. */
export function addOutsider(workspace: Workspace, name: OutsiderName, email: string, ids: Ids, now: number): User {
  const user: User = {
    id: ids.next('U'),
    name,
    realName: name === 'zoe' ? 'Zoe Elsewhere' : 'Gus Guest',
    email,
    colour: '827327',
    isBot: false,
    isAdmin: false,
    deleted: false,
    timeZone: 'Europe/Amsterdam',
    locale: 'en-US',
    updated: Math.floor(now / 1000),
    ...(name === 'zoe' ? { home: { team: { id: ids.next('T'), domain: 'elsewhere' } } } : { guest: true }),
  };
  workspace.users.set(user.id, user);
  for (const channel of workspace.channels.values())
    if (channel.name === 'it-help') {
      channel.members.add(user.id);
      if (user.home) channel.connected.add(user.home.team.id);
    }
  // With a stranger the app has no DM: it is not installed where they are at home.
  if (user.guest) {
    const id = ids.next('D');
    const members = new Set([user.id, workspace.bot.userId]);
    workspace.channels.set(id, {
      id,
      kind: 'dm',
      name: user.id,
      created: user.updated,
      members,
      connected: new Set(),
      messages: [],
      read: new Map(),
    });
  }
  return user;
}

/** A DM between two people, which no app sees into. */
export function openBetween(workspace: Workspace, [one, other]: readonly [User, User], id: string): Channel {
  const channel: Channel = {
    id,
    kind: 'dm',
    name: `${one.id}-${other.id}`,
    created: one.updated,
    members: new Set([one.id, other.id]),
    connected: new Set(),
    messages: [],
    read: new Map(),
  };
  workspace.channels.set(id, channel);
  return channel;
}

/** Takes conversations, views and files away; people, channels and ids stay, so that links to them keep working. */
export function emptyWorkspace(workspace: Workspace): void {
  for (const channel of workspace.channels.values()) {
    channel.messages.length = 0;
    channel.read.clear();
    if (channel.kind === 'channel') channel.members.delete(workspace.bot.userId);
    if (channel.name === 'it-help') channel.members.add(workspace.bot.userId);
  }
  for (const user of workspace.users.values()) user.deleted = false;
  workspace.files.clear();
  workspace.modals.clear();
  workspace.homes.clear();
  workspace.notices.clear();
}

export const userByName = (workspace: Workspace, name: string): User | undefined =>
  [...workspace.users.values()].find((user) => user.name === name);

export const dmOf = (workspace: Workspace, userId: string): Channel | undefined =>
  [...workspace.channels.values()].find((channel) => channel.kind === 'dm' && channel.name === userId);

/** By id, by `#name` or bare name, or by the id of the person at the other end of a DM. */
export function findChannel(workspace: Workspace, key: string): Channel | undefined {
  const byId = workspace.channels.get(key);
  if (byId) return byId;
  if (workspace.users.has(key)) return dmOf(workspace, key);
  const name = key.replace(/^#/, '');
  return [...workspace.channels.values()].find((channel) => channel.kind === 'channel' && channel.name === name);
}

export const findMessage = (channel: Channel, ts: string): Message | undefined =>
  channel.messages.find((message) => message.ts === ts);

export function findView(workspace: Workspace, viewId: string): View | undefined {
  for (const stack of workspace.modals.values()) {
    const found = stack.find((view) => view.id === viewId);
    if (found) return found;
  }
  return [...workspace.homes.values()].find((view) => view.id === viewId);
}
