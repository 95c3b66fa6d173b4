import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { HomeView, ModalView } from '@slack/types';
import { type WebAPICallResult, WebClient } from '@slack/web-api';
import { z } from 'zod';
import { webClientOptions } from '../../../src/slack/call.ts';
import { type Slack, type SlackPerson, startSlack } from '../../sandbox/slack/server.ts';
import { readManifest } from '../../sandbox/world.ts';
import { departures, type Shape } from './slack-shapes.ts';

/** Slack's own SDK calls the simulated Slack, with the scopes of our manifest: each method that the bridge calls. */
export type Stage = {
  slack: Slack;
  client: WebClient;
  /** With the token of the app, or with none. */
  app: WebClient;
  nobody: WebClient;
  ada: SlackPerson;
  channel: string;
  dm: string;
  /** A fresh one; an interaction gives it. */
  trigger(): Promise<string>;
};

export type Call = {
  method: string;
  about?: string;
  play(stage: Stage): Promise<WebAPICallResult>;
  /** What the reference of the method says that comes always. */
  answers: z.ZodType;
  /** In the reference, and in no recording. */
  documented?: string[];
};

export type Refusal = { method: string; error: string; play(stage: Stage): Promise<WebAPICallResult>; says?: RegExp };

export const plain = (text: string) => ({ type: 'plain_text' as const, text });
export const modal = (title: string): ModalView => ({
  type: 'modal',
  title: plain(title),
  blocks: [{ type: 'section', text: plain('Words') }],
});
export const home: HomeView = { type: 'home', blocks: [{ type: 'divider' }] };

export async function posted({ client, dm }: Stage, text = 'A card', thread?: string): Promise<string> {
  const { ts: at } = await client.chat.postMessage({ channel: dm, text, ...(thread ? { thread_ts: thread } : {}) });
  return at ?? '';
}

export async function opened(stage: Stage): Promise<{ view_id: string; hash: string }> {
  const answer = await stage.client.views.open({ trigger_id: await stage.trigger(), view: modal('First') });
  return { view_id: answer.view?.id ?? '', hash: answer.view?.hash ?? '' };
}

/** @returns what the answer lacks, and where it is of another shape than each of the recorded ones */
export async function wrongIn(stage: Stage, call: Call, shapes: Shape[]): Promise<string[]> {
  const answer = await call.play(stage);
  const { error } = call.answers.safeParse(answer);
  const lacking = (error?.issues ?? []).map(({ path, message: why }) => `${path.join('.')}: ${why}`);
  return [...lacking, ...shapes.flatMap((shape) => departures(asSent(answer), shape, call.documented))];
}

/** The SDK adds the scopes, which come as headers. */
function asSent({ response_metadata, ...answer }: WebAPICallResult): Record<string, unknown> {
  const { scopes: _, acceptedScopes: __, ...rest } = response_metadata ?? {};
  return { ...answer, ...(Object.keys(rest).length > 0 ? { response_metadata: rest } : {}) };
}

const refusal = z.object({
  data: z.looseObject({
    ok: z.literal(false),
    error: z.string(),
    needed: z.string().optional(),
    provided: z.string().optional(),
    response_metadata: z.looseObject({ messages: z.array(z.string()).optional() }).optional(),
  }),
});

export async function wrongInRefusal(stage: Stage, { play, error, says }: Refusal): Promise<string[]> {
  const thrown: unknown = await play(stage).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  const { data } = refusal.safeParse(thrown);
  if (!data) return [`was not refused, but ${String(thrown)}`];
  const { error: code, needed, provided, response_metadata } = data.data;
  const messages = response_metadata?.messages?.join('\n') ?? '';
  return [
    ...(code === error ? [] : [`${code} instead`]),
    ...(code === 'missing_scope' && !(needed && provided) ? ['it does not say which scope'] : []),
    ...(says && !says.test(messages) ? [`it says “${messages}”`] : []),
  ];
}

export async function withStage(play: (stage: Stage) => Promise<void>): Promise<void> {
  const slack = await startSlack({ manifest: readManifest(), rateLimits: 'off' });
  const app = createServer((request, response) => {
    request.resume();
    response.end();
  });
  await new Promise<void>((resolve) => app.listen(0, '127.0.0.1', resolve));
  slack.connectApp(`http://127.0.0.1:${(app.address() as AddressInfo).port}/slack/events`);
  const ada = slack.person('ada');
  const client = (token?: string) => new WebClient(token, webClientOptions(slack.apiUrl));
  try {
    await play({
      slack,
      client: client(slack.botToken),
      app: client(slack.appToken),
      nobody: client(),
      ada,
      channel: slack.channels.itHelp,
      dm: ada.dm().channel,
      trigger: async () => {
        const { rawBody } = await ada.command('help');
        return new URLSearchParams(rawBody).get('trigger_id') ?? '';
      },
    });
  } finally {
    await slack.close();
    app.close();
    app.closeAllConnections();
  }
}
