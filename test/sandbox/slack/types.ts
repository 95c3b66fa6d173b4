/** What callers of the simulated Slack see: the workspace, its people, and everything that went over the wire. */
import type { SlackMoods } from './moods.ts';
import type { PageMessage, PageOption, PageView } from './protocol.ts';
import type { FileOddity } from './workspace.ts';

export type Json = Record<string, unknown>;

/** The parts of an app manifest that decide how Slack treats the app. Other keys may be there and are ignored. */
export type SlackManifest = {
  display_information: { name: string; description?: string };
  features?: {
    app_home?: { home_tab_enabled?: boolean; messages_tab_enabled?: boolean; messages_tab_read_only_enabled?: boolean };
    bot_user?: { display_name: string; always_online?: boolean };
    slash_commands?: { command: string; description?: string; usage_hint?: string; should_escape?: boolean }[];
    shortcuts?: { type: 'global' | 'message'; callback_id: string; name: string; description?: string }[];
    unfurl_domains?: string[];
  };
  oauth_config?: { redirect_urls?: string[]; scopes?: { bot?: string[]; bot_optional?: string[]; user?: string[] } };
  settings?: {
    event_subscriptions?: { bot_events?: string[]; request_url?: string };
    interactivity?: { is_enabled?: boolean; request_url?: string; message_menu_options_url?: string };
    socket_mode_enabled?: boolean;
    token_rotation_enabled?: boolean;
  };
};

export type DeliveryKind =
  | 'slash_command'
  | 'event'
  | 'block_actions'
  | 'view_submission'
  | 'view_closed'
  | 'block_suggestion'
  | 'shortcut'
  | 'message_action'
  | 'raw';

/** One request sent to the app, and what came back. */
export type Delivery = {
  kind: DeliveryKind;
  /** The event's own type (`message`, `app_mention`, …), or the same as `kind`. */
  type: string;
  transport: 'http' | 'socket';
  at: number;
  payload: Json;
  rawBody: string;
  headers: Record<string, string>;
  retryNum: number;
  /** `null`: no answer within Slack's limit, or no connection. Over Socket Mode an ack counts as 200. */
  status: number | null;
  /** The app's answer: parsed JSON where it is JSON, else the text. */
  body: unknown;
  latencyMs: number;
  /** What Slack makes of it: `operation_timeout`, `dispatch_failed`, `http_error` …; absent when accepted. */
  error?: string;
};

export type ApiCall = {
  method: string;
  /** Without the token; JSON arguments are parsed. */
  args: Json;
  at: number;
  ok: boolean;
  error?: string;
  status: number;
};

type FaultKind = 'ratelimited' | '500' | 'slow' | 'drop-after-commit' | 'error';

export type Fault = {
  /** Every method if absent. `response_url` and `files.download` count as methods here. */
  method?: string | RegExp;
  kind: FaultKind;
  /** The error code of kind `error`. */
  error?: string;
  /** The delay of kind `slow`. */
  ms?: number;
  /** `Retry-After` of kind `ratelimited`; default 1. */
  retryAfterSeconds?: number;
  /** How many calls it hits; default every one until cleared. */
  times?: number;
  /** Default 1. */
  probability?: number;
};

export type PersonName = 'ada' | 'carl' | 'bob' | 'eve' | 'ann' | 'mallory';

/** Of another company, met in a channel that the two share; and a guest of ours. */
export type OutsiderName = 'zoe' | 'gus';

export type Where = { view?: string } | { channel: string; ts: string };

export type PostedMessage = PageMessage & {
  channel: string;
  /** The ephemeral message's only reader. */
  onlyFor?: string;
  metadata?: Json;
  /** Who would be notified because of the message's mark-up: user ids, `!channel`, `!here`, `!everyone`, `!subteam^S…`. */
  pings: string[];
};

/** `blocks`, `attachments`: what the composer makes of a GIF or a forwarded message. */
export type SayOptions = { threadTs?: string; fileIds?: string[]; blocks?: Json[]; attachments?: Json[] };

/** A state element as Slack sends it, or a plain string that is turned into one by the element's type. */
export type FillValue = string | string[] | Json;

export type SlackPerson = {
  id: string;
  email: string;
  command(text: string, options?: { command?: string; channel?: string }): Promise<Delivery>;
  say(channel: string, text: string, options?: SayOptions): Promise<{ ts: string; deliveries: Delivery[] }>;
  mention(channel: string, text: string, options?: SayOptions): Promise<{ ts: string; deliveries: Delivery[] }>;
  /** Slack's own "Forward message": the other message comes along as an attachment. */
  forward(
    from: { channel: string; ts: string },
    to: string,
    options?: SayOptions & { text?: string },
  ): Promise<{ ts: string; deliveries: Delivery[] }>;
  edit(channel: string, ts: string, text: string): Promise<Delivery[]>;
  delete(channel: string, ts: string): Promise<Delivery[]>;
  react(channel: string, ts: string, name: string): Promise<Delivery[]>;
  globalShortcut(callbackId: string): Promise<Delivery>;
  messageShortcut(callbackId: string, channel: string, ts: string): Promise<Delivery>;
  modal(): PageView | undefined;
  click(where: Where, actionIdOrPrefix: string, element?: Json): Promise<Delivery>;
  options(where: Where, blockId: string, actionId: string, query: string): Promise<PageOption[]>;
  fill(values: Record<string, FillValue>): void;
  submit(): Promise<Delivery>;
  closeModal(options?: { clearAll?: boolean }): Promise<Delivery[]>;
  openHome(tab?: 'home' | 'messages'): Promise<Delivery[]>;
  home(): PageView | undefined;
  upload(name: string, bytes: Uint8Array | string, mimetype: string, oddity?: FileOddity): string;
  dm(): { channel: string; messages: PostedMessage[] };
  ephemeral(channel?: string): PostedMessage[];
  notices(): string[];
  deactivate(): Promise<Delivery[]>;
  /** Their profile has another time zone now. */
  moveTo(timeZone: string): Promise<Delivery[]>;
  /** Their Slack has another language now. */
  speak(locale: string): Promise<Delivery[]>;
};

export type RawRequest = {
  rawBody: string;
  headers?: Record<string, string>;
  timestampOffsetSeconds?: number;
  badSignature?: boolean;
  /** Default: JSON if the body starts with `{`, else form. */
  contentType?: string;
};

/** The language of somebody's Slack, as `de-DE`. */
export type Locales = Partial<Record<string, string>>;

export type SlackOptions = {
  port?: number;
  /** Where the page's links to the neighbours lead. */
  links?: { serviceNow?: string };
  manifest: SlackManifest;
  signingSecret?: string;
  now?: () => number;
  /** OAuth installation instead of a bot token that exists from the start. */
  multiWorkspace?: boolean;
  rateLimits?: 'strict' | 'off';
  /** When a failed event is sent again after the first attempt; Slack's own times by default. */
  retryDelaysMs?: number[];
  /** How long the app has to answer; Slack's 3 s by default. */
  ackTimeoutMs?: number;
  random?: () => number;
  moods?: Partial<SlackMoods>;
  /** The first workspace belongs to an organisation. */
  enterprise?: boolean;
  /** So many more people than the seeded ones, in each workspace. */
  crowd?: number;
  /** Whose Slack is not in English. */
  locales?: Locales;
};
