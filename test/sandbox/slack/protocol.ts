/**
 * What the simulated Slack's web page and its server say to each other. Slack has no such protocol of its own for us
 * to follow; everything that the *bridge* sees is Slack's real one and lives in the other files of this folder.
 *
 *   GET  /                      the page
 *   GET  /page/state?user=U…    PageState: all that this person sees
 *   GET  /page/stream?user=U…   server-sent events; each `state` event carries a whole PageState
 *   POST /page/act              { user, act: PageAct } -> PageAnswer
 *   POST /page/files?user=U…&name=…&type=…   raw bytes -> { ok: true, file: PageFile }
 *   POST /page/reset            empties conversations, views and files
 */
import type { View } from '@slack/types';

/** Block Kit as it was stored by the server: valid by then, but wider than what @slack/types knows. */
export type AnyBlock = { type: string; block_id: string; [key: string]: unknown };

export type PageUser = { id: string; name: string; realName: string; initials: string; colour: string; isBot: boolean };

export type PageFile = { id: string; name: string; mimetype: string; size: number; url: string };

export type PageMessage = {
  ts: string;
  threadTs?: string;
  user: string;
  text: string;
  blocks: AnyBlock[];
  ephemeral: boolean;
  edited: boolean;
  files: PageFile[];
  reactions: { name: string; count: number }[];
  replyCount: number;
};

export type PageConversation = {
  id: string;
  kind: 'channel' | 'dm';
  /** `general`, or for a DM the other person's id. */
  name: string;
  unread: number;
  /** Roots and thread replies alike, by ts; ephemeral ones only for the person who may see them. */
  messages: PageMessage[];
};

export type PageView = {
  id: string;
  hash: string;
  view: View & { blocks: AnyBlock[] };
  /** Field errors of the last submission, by block id. */
  errors: Record<string, string>;
  /** Waiting for the app's answer to a submission. */
  busy: boolean;
};

export type PageState = {
  team: { id: string; name: string };
  me: PageUser;
  users: PageUser[];
  app: {
    botUserId: string;
    name: string;
    commands: { command: string; description: string; usageHint: string }[];
    globalShortcuts: { callbackId: string; name: string; description: string }[];
    messageShortcuts: { callbackId: string; name: string; description: string }[];
  };
  conversations: PageConversation[];
  /** The stack of open modals, the top one last. */
  modals: PageView[];
  home: PageView | null;
  /** What Slack itself would show as a red line, such as "/snow failed because the app did not respond". */
  notices: { id: string; text: string }[];
};

/** Values of a view's inputs by block id and action id, in the shape of Slack's `view.state.values`. */
export type PageViewValues = Record<string, Record<string, Record<string, unknown>>>;

export type PageContainer = { kind: 'message'; channel: string; ts: string } | { kind: 'view'; viewId: string };

export type PageAct =
  | { kind: 'send'; channel: string; threadTs?: string; text: string; fileIds?: string[] }
  | { kind: 'edit'; channel: string; ts: string; text: string }
  | { kind: 'delete'; channel: string; ts: string }
  | { kind: 'command'; channel: string; command: string; text: string }
  | { kind: 'globalShortcut'; callbackId: string }
  | { kind: 'messageShortcut'; callbackId: string; channel: string; ts: string }
  /** A click or a choice. `element` carries the chosen values as Slack would (`selected_option`, `value`, …). */
  | {
      kind: 'action';
      container: PageContainer;
      blockId: string;
      actionId: string;
      element: Record<string, unknown>;
      values?: PageViewValues;
    }
  | { kind: 'options'; container: PageContainer; blockId: string; actionId: string; query: string }
  | { kind: 'submit'; viewId: string; values: PageViewValues }
  | { kind: 'closeView'; viewId: string; clearAll?: boolean }
  | { kind: 'openTab'; tab: 'home' | 'messages' }
  | { kind: 'read'; channel: string }
  | { kind: 'dismissNotice'; id: string };

export type PageOption = { text: { type: 'plain_text'; text: string }; value: string };

export type PageAnswer =
  | {
      ok: true;
      options?: PageOption[];
      optionGroups?: { label: { type: 'plain_text'; text: string }; options: PageOption[] }[];
    }
  | { ok: false; error: string };
