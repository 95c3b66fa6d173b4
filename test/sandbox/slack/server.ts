/**
 * A simulated Slack: Web API, Events API, interactivity, Socket Mode, OAuth, files, and a web page, over real HTTP, with
 * people whose hands are functions. As strict as Slack; see DESIGN §9. The app under test knows nothing of it: it is
 * pointed here by `SLACK_API_URL`, and sends and receives what it would with the real one.
 */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { CrowdName } from '../crowd.ts';
import { type Sim, scopesOf } from './core.ts';
import { deliverRaw } from './delivery.ts';
import { channelShared } from './events.ts';
import { createIds } from './ids.ts';
import { addMessage } from './messages.ts';
import { type SlackMoods, usualSlackMoods } from './moods.ts';
import { allow, install, uninstallApp } from './oauth.ts';
import { createPageApi } from './page-api.ts';
import { postedMessage } from './page-state.ts';
import { createPerson } from './people/person.ts';
import { createListener } from './routes.ts';
import { createSocketHub } from './socket-mode.ts';
import type {
  ApiCall,
  Delivery,
  Fault,
  OutsiderName,
  PersonName,
  PostedMessage,
  RawRequest,
  SlackOptions,
  SlackPerson,
} from './types.ts';
import {
  addOutsider,
  createWorkspace,
  emptyWorkspace,
  findChannel,
  openBetween,
  userByName,
  type Workspace,
} from './workspace.ts';

export type * from './types.ts';

type PostedFilter = { channel?: string; text?: string | RegExp; threadTs?: string; ephemeral?: boolean };

export type Slack = {
  url: string;
  apiUrl: string;
  signingSecret: string;
  /** The first workspace's token; empty until the app is installed there. */
  readonly botToken: string;
  appToken: string;
  clientId: string;
  clientSecret: string;
  appId: string;
  team: { id: string; name: string };
  botUserId: string;
  channels: { general: string; itHelp: string };
  connectApp(requestUrl: string): void;
  person(name: PersonName | CrowdName, teamId?: string): SlackPerson;
  /** Somebody of another company, or a guest, comes into #it-help. Their own administrator chose the e-mail address. */
  outsider(name: OutsiderName, email: string): SlackPerson;
  /** Another company comes into a channel. */
  shareChannel(channel: string): Promise<Delivery[]>;
  /** A DM between two people, which the app is not in; commands can be typed there all the same. @returns its id */
  directMessage(one: PersonName, other: PersonName): string;
  /** Another workspace with people of the same names, in which the app is not installed yet. */
  addWorkspace(name: string): { team: { id: string; name: string }; botUserId: string };
  /** What an admin does on the consent page that the app's install URL leads to; the answer is where the browser goes. */
  allowInstall(authorizeUrl: string, teamId?: string): string;
  uninstall(teamId?: string): Promise<Delivery[]>;
  /** Another app writes in a channel, with blocks, attachments and files of its own. */
  otherAppSays(
    channel: string,
    message: { text?: string; blocks?: unknown[]; attachments?: unknown[]; files?: Record<string, string> },
  ): { channel: string; ts: string };
  deliveries: Delivery[];
  deliver(raw: RawRequest): Promise<{ status: number | null; body: unknown }>;
  calls: ApiCall[];
  /** Which of the things that Slack does one way or another it does from now on. */
  moods: SlackMoods;
  faults: { set(fault: Fault): void; clear(): void };
  /** What the app has posted and is still there, oldest first. */
  postedMessages(filter?: PostedFilter): PostedMessage[];
  /** Messages of the app that would notify somebody, with whom. */
  broadcasts(): { channel: string; ts: string; pings: string[] }[];
  violations: string[];
  secrets(): string[];
  disconnectSockets(reason?: 'warning' | 'refresh_requested' | 'link_disabled'): void;
  /** Resolves when no request to the app is under way. Retries that are only planned do not count. */
  idle(): Promise<void>;
  reset(): void;
  /** Replaces what the page's Reset button does, which else is `reset`. */
  onPageReset(run: () => Promise<void>): void;
  close(): Promise<void>;
};

function createSim(options: SlackOptions): Sim {
  const now = options.now ?? Date.now;
  const ids = createIds(now);
  const { manifest } = options;
  const sim: Sim = {
    now,
    random: options.random ?? Math.random,
    ids,
    manifest,
    url: '',
    requestUrl: undefined,
    app: {
      id: ids.next('A'),
      name: manifest.display_information.name,
      clientId: '1000000000001.1000000000002',
      clientSecret: ids.secret('client_secret'),
      signingSecret: options.signingSecret ?? randomBytes(16).toString('hex'),
      appToken: `xapp-1-${ids.next('A')}-${ids.secret('app_token')}`,
      verificationToken: ids.secret('verification_token'),
    },
    ackTimeoutMs: options.ackTimeoutMs ?? 3000,
    retryDelaysMs: options.retryDelaysMs ?? [0, 60_000, 300_000],
    rateLimits: options.rateLimits ?? 'strict',
    multiWorkspace: options.multiWorkspace ?? false,
    moods: { ...usualSlackMoods(), ...options.moods },
    workspaces: [],
    botTokens: new Map(),
    oauthCodes: new Map(),
    triggers: new Map(),
    responseUrls: new Map(),
    uploads: new Map(),
    secrets: new Set(),
    deliveries: [],
    calls: [],
    violations: [],
    faults: [],
    budgets: new Map(),
    sockets: createSocketHub(() => sim),
    timers: new Set(),
    inFlight: new Set(),
    closed: false,
    changed: () => {},
  };
  sim.workspaces.push(
    createWorkspace('Sandbox', sim.app.name, scopesOf(manifest), ids, now(), options.crowd, options.locales),
  );
  if (options.enterprise)
    Object.assign(sim.workspaces[0] ?? {}, { enterprise: { id: ids.next('E'), name: 'Sandbox Inc.' } });
  for (const secret of [sim.app.signingSecret, sim.app.clientSecret, sim.app.appToken]) sim.secrets.add(secret);
  return sim;
}

function resetSim(sim: Sim): void {
  for (const timer of sim.timers) clearTimeout(timer);
  sim.timers.clear();
  for (const workspace of sim.workspaces) emptyWorkspace(workspace);
  for (const map of [sim.triggers, sim.responseUrls, sim.uploads, sim.budgets, sim.oauthCodes]) map.clear();
  for (const list of [sim.deliveries, sim.calls, sim.violations, sim.faults]) list.length = 0;
  const first = sim.workspaces[0];
  if (first && !sim.multiWorkspace && !first.installation.installed) install(sim, first, scopesOf(sim.manifest));
  sim.changed();
}

function ownMessages(sim: Sim, filter: PostedFilter): PostedMessage[] {
  const fits = (message: PostedMessage) =>
    (filter.channel === undefined || message.channel === filter.channel) &&
    (filter.threadTs === undefined || message.threadTs === filter.threadTs) &&
    (filter.ephemeral === undefined || message.ephemeral === filter.ephemeral) &&
    (filter.text === undefined ||
      (typeof filter.text === 'string' ? message.text.includes(filter.text) : filter.text.test(message.text)));
  return sim.workspaces
    .flatMap((workspace) => [...workspace.channels.values()])
    .flatMap((channel) =>
      channel.messages.filter((one) => one.botId).map((message) => postedMessage(sim, channel, message)),
    )
    .filter(fits)
    .sort((left, right) => Number(left.ts) - Number(right.ts));
}

function mustFindWorkspace(sim: Sim, teamId?: string): Workspace {
  const workspace = sim.workspaces.find((one) => teamId === undefined || one.team.id === teamId);
  if (!workspace) throw new Error(`there is no workspace ${teamId}`);
  return workspace;
}

const channelCalled = (workspace: Workspace, name: string): string =>
  [...workspace.channels.values()].find((channel) => channel.name === name)?.id ?? '';

export async function startSlack(options: SlackOptions): Promise<Slack> {
  const sim = createSim(options);
  const first = mustFindWorkspace(sim);
  let resetByPage: () => void | Promise<void> = () => resetSim(sim);
  const page = createPageApi(
    () => sim,
    () => resetByPage(),
    options.links,
  );
  const server = createServer(createListener(() => sim, page));
  server.on('upgrade', (request, socket, head) => sim.sockets.upgrade(request, socket, head));
  server.listen(options.port ?? 0, '127.0.0.1');
  await once(server, 'listening');
  sim.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  sim.changed = () => page.changed();
  if (!sim.multiWorkspace) install(sim, first, scopesOf(options.manifest));
  const persons = new Map<string, SlackPerson>();

  const { signingSecret, appToken, clientId, clientSecret, id: appId } = sim.app;
  return {
    url: sim.url,
    apiUrl: `${sim.url}/api/`,
    signingSecret,
    get botToken() {
      return first.installation.botToken;
    },
    appToken,
    clientId,
    clientSecret,
    appId,
    team: { id: first.team.id, name: first.team.name },
    botUserId: first.bot.userId,
    channels: { general: channelCalled(first, 'general'), itHelp: channelCalled(first, 'it-help') },
    connectApp: (requestUrl) => {
      sim.requestUrl = requestUrl;
    },
    person: (name, teamId) => {
      const workspace = mustFindWorkspace(sim, teamId);
      const key = `${workspace.team.id}:${name}`;
      const person = persons.get(key) ?? createPerson(sim, workspace, name);
      persons.set(key, person);
      return person;
    },
    outsider: (name, email) => {
      addOutsider(first, name, email, sim.ids, sim.now());
      sim.changed();
      return createPerson(sim, first, name);
    },
    shareChannel: async (id) => {
      const channel = first.channels.get(id);
      if (!channel) throw new Error(`there is no channel ${id}`);
      const teamId = sim.ids.next('T');
      channel.connected.add(teamId);
      return channelShared(sim, first, channel, teamId);
    },
    directMessage: (...names) => {
      const [one, other] = names.map((name) => userByName(first, name));
      if (!one || !other) throw new Error(`nobody is called ${names.join(' or ')}`);
      return openBetween(first, [one, other], sim.ids.next('D')).id;
    },
    addWorkspace: (name) => {
      const workspace = createWorkspace(
        name,
        sim.app.name,
        scopesOf(options.manifest),
        sim.ids,
        sim.now(),
        options.crowd,
        options.locales,
      );
      sim.workspaces.push(workspace);
      return { team: { id: workspace.team.id, name }, botUserId: workspace.bot.userId };
    },
    allowInstall: (authorizeUrl, teamId) => {
      const workspace = mustFindWorkspace(sim, teamId);
      const admin = [...workspace.users.values()].find((user) => user.isAdmin);
      return allow(sim, workspace, admin?.id ?? '', new URL(authorizeUrl).searchParams);
    },
    uninstall: (teamId) => uninstallApp(sim, mustFindWorkspace(sim, teamId)),
    otherAppSays: (key, { text = '', blocks, attachments, files = {} }) => {
      const [workspace] = sim.workspaces;
      const channel = workspace && findChannel(workspace, key);
      if (!channel) throw new Error(`there is no channel ${key}`);
      const created = Math.floor(sim.now() / 1000);
      const fileIds = Object.entries(files).map(([name, words]) => {
        const id = sim.ids.next('F');
        const bytes = Buffer.from(words);
        const file = {
          id,
          name,
          title: name,
          mimetype: 'text/plain',
          bytes,
          user: 'U0OTHERAPP',
          created,
          channels: [],
        };
        workspace.files.set(id, file);
        return id;
      });
      const content = { text, blocks, attachments, fileIds, user: 'U0OTHERAPP', otherApp: 'Monitor' };
      const { ts } = addMessage(sim, workspace, channel, content);
      return { channel: channel.id, ts };
    },
    deliveries: sim.deliveries,
    deliver: (raw) => deliverRaw(sim, raw),
    calls: sim.calls,
    moods: sim.moods,
    faults: {
      set: (fault) => void sim.faults.push({ ...fault }),
      clear: () => {
        sim.faults.length = 0;
      },
    },
    postedMessages: (filter = {}) => ownMessages(sim, filter),
    broadcasts: () =>
      ownMessages(sim, {})
        .filter((message) => message.pings.length > 0)
        .map(({ channel, ts, pings }) => ({ channel, ts, pings })),
    violations: sim.violations,
    secrets: () => [...sim.secrets],
    disconnectSockets: (reason = 'refresh_requested') => sim.sockets.disconnect(reason),
    idle: async () => {
      while (sim.inFlight.size > 0) await Promise.allSettled([...sim.inFlight]);
    },
    reset: () => resetSim(sim),
    onPageReset: (run) => {
      resetByPage = run;
    },
    close: async () => {
      sim.closed = true;
      for (const timer of sim.timers) clearTimeout(timer);
      page.close();
      await sim.sockets.close();
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
