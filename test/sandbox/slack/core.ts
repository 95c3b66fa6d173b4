/** What all parts of the simulated Slack share. Built once, in server.ts. */
import type { Ids } from './ids.ts';
import type { SlackMoods } from './moods.ts';
import type { SocketHub } from './socket-mode.ts';
import type { ApiCall, Delivery, Fault, SlackManifest } from './types.ts';
import type { Installation, Workspace } from './workspace.ts';

export type Trigger = { workspace: Workspace; userId: string; issuedAt: number; used: boolean; viewId?: string };

export type ResponseUrl = {
  workspace: Workspace;
  channelId: string;
  userId: string;
  issuedAt: number;
  uses: number;
  /**
   * The message whose button was pressed. A command has none: there `replace_original` posts a new message
   * (slackapi/bolt-js#2287).
   */
  original?: string;
};

type BotToken = { workspace: Workspace; installation: Installation; expiresAt?: number };

type OAuthCode = {
  workspace: Workspace;
  scopes: string[];
  redirectUri: string;
  userId: string;
  issuedAt: number;
  used: boolean;
};

export type Sim = {
  now: () => number;
  random: () => number;
  ids: Ids;
  manifest: SlackManifest;
  /** `http://127.0.0.1:PORT` */
  url: string;
  requestUrl: string | undefined;
  app: {
    id: string;
    name: string;
    clientId: string;
    clientSecret: string;
    signingSecret: string;
    appToken: string;
    verificationToken: string;
  };
  ackTimeoutMs: number;
  retryDelaysMs: number[];
  rateLimits: 'strict' | 'off';
  multiWorkspace: boolean;
  moods: SlackMoods;
  workspaces: Workspace[];
  botTokens: Map<string, BotToken>;
  oauthCodes: Map<string, OAuthCode>;
  triggers: Map<string, Trigger>;
  responseUrls: Map<string, ResponseUrl>;
  uploads: Map<string, { workspace: Workspace; name: string; length: number; bytes?: Buffer }>;
  secrets: Set<string>;
  deliveries: Delivery[];
  calls: ApiCall[];
  violations: string[];
  faults: Fault[];
  /** By budget name, the times of the calls that count. */
  budgets: Map<string, number[]>;
  sockets: SocketHub;
  timers: Set<NodeJS.Timeout>;
  inFlight: Set<Promise<unknown>>;
  closed: boolean;
  /** Something that a person can see is different now. */
  changed: () => void;
};

export function violation(sim: Sim, text: string): void {
  sim.violations.push(text);
}

/** A red line that Slack itself shows to one person. */
export function notice(sim: Sim, workspace: Workspace, userId: string, text: string): void {
  const list = workspace.notices.get(userId) ?? [];
  list.push({ id: sim.ids.next('N'), text });
  workspace.notices.set(userId, list);
  sim.changed();
}

export const scopesOf = (manifest: SlackManifest): string[] => [
  ...(manifest.oauth_config?.scopes?.bot ?? []),
  ...(manifest.oauth_config?.scopes?.bot_optional ?? []),
];
