/** What the app answers to commands and through response URLs, turned into messages. */
import { RESPONSE_URL_LIFE_MS, RESPONSE_URL_USES } from './capabilities.ts';
import { type ResponseUrl, type Sim, violation } from './core.ts';
import { ApiError } from './errors.ts';
import { asFlag, asJson, asText, isJson } from './json.ts';
import { addMessage, announce, changeMessage, checkContent, deleteMessage } from './messages.ts';
import type { Json } from './types.ts';
import { findMessage } from './workspace.ts';

const MAX_TEXT = 40_000;

/** Posts, replaces or deletes as the answer says; throws Slack's error for what it may not contain. */
function render(sim: Sim, at: ResponseUrl, answer: Json): void {
  const { workspace } = at;
  const channel = workspace.channels.get(at.channelId);
  if (!channel) throw new ApiError('channel_not_found');
  const original = at.original ? findMessage(channel, at.original) : undefined;
  if (asFlag(answer['delete_original'])) {
    if (original) void deleteMessage(sim, workspace, channel, original);
    return;
  }
  const content = {
    text: asText(answer['text']),
    blocks: answer['blocks'],
    attachments: answer['attachments'],
    metadata: answer['metadata'],
  };
  checkContent(content, MAX_TEXT);
  if (asFlag(answer['replace_original']) && original) {
    void changeMessage(sim, workspace, channel, original, {
      editor: workspace.bot.userId,
      ...content,
      blocks: content.blocks ?? [],
      attachments: content.attachments ?? [],
    });
    return;
  }
  const threadTs = asText(answer['thread_ts']);
  const inChannel = answer['response_type'] === 'in_channel';
  const message = addMessage(sim, workspace, channel, {
    ...content,
    user: workspace.bot.userId,
    botId: workspace.bot.id,
    ...(threadTs ? { threadTs } : {}),
    ...(inChannel ? {} : { onlyFor: at.userId }),
  });
  if (inChannel) void announce(sim, workspace, channel, message);
}

export type HttpAnswer = { status: number; body: string; type?: string };

const refused = (status: number, error: string): HttpAnswer => ({
  status,
  body: JSON.stringify({ ok: false, error }),
  type: 'application/json',
});

export function useResponseUrl(sim: Sim, path: string, body: unknown): HttpAnswer {
  const at = sim.responseUrls.get(path);
  if (!at) return refused(404, 'no_such_url');
  if (!at.workspace.installation.installed) return refused(404, 'account_inactive');
  if (sim.now() - at.issuedAt > RESPONSE_URL_LIFE_MS) return refused(404, 'expired_url');
  if (at.uses >= RESPONSE_URL_USES) return refused(404, 'used_url');
  if (!isJson(body)) return refused(400, 'invalid_payload');
  at.uses += 1;
  try {
    render(sim, at, body);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    violation(sim, `response_url: ${error.code} ${JSON.stringify(error.details)}`);
    return refused(error.code === 'no_text' ? 400 : 404, error.code);
  }
  return { status: 200, body: 'ok' };
}

/** A command's immediate answer: nothing, plain text, or a message as JSON. */
export function answerToCommand(sim: Sim, at: ResponseUrl, body: unknown): string | undefined {
  if (body === '' || body === undefined) return undefined;
  const answer = isJson(body) ? body : { text: String(body) };
  // Bolt acknowledges with an empty JSON object now and then; Slack shows nothing for it.
  if (Object.keys(asJson(answer)).length === 0) return undefined;
  try {
    render(sim, at, answer);
    return undefined;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    violation(sim, `command answer: ${error.code} ${JSON.stringify(error.details)}`);
    return 'invalid_command_response';
  }
}
