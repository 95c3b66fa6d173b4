/** An app that answers what a test tells it to, without Bolt in between: for answers that Bolt would never give. */
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Slack } from '../../sandbox/slack/server.ts';

export type Answer = { status?: number; body?: string | object; headers?: Record<string, string>; silent?: boolean };
export type Received = { headers: IncomingHttpHeaders; body: string; fields: URLSearchParams };

export async function startAnsweringApp(slack: Slack) {
  const received: Received[] = [];
  let answer: (request: Received) => Answer | Promise<Answer> = () => ({});
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const one = { headers: request.headers, body, fields: new URLSearchParams(body) };
    received.push(one);
    const { status = 200, body: content = '', headers = {}, silent } = await answer(one);
    if (silent) return;
    const json = typeof content === 'object';
    response.writeHead(status, { ...(json ? { 'content-type': 'application/json' } : {}), ...headers });
    response.end(json ? JSON.stringify(content) : content);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  slack.connectApp(`http://127.0.0.1:${(server.address() as AddressInfo).port}/slack/events`);
  return {
    received,
    answer: (next: Answer | ((request: Received) => Answer | Promise<Answer>)) => {
      answer = typeof next === 'function' ? next : () => next;
    },
    stop: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** A Web API call as the SDK makes it: form fields, structured ones as JSON text. */
export async function api(
  slack: Slack,
  method: string,
  args: Record<string, unknown> = {},
  token: string = slack.botToken,
): Promise<Record<string, unknown> & { ok: boolean; error?: string }> {
  const fields = Object.entries(args).map(([key, value]): [string, string] => [
    key,
    typeof value === 'object' ? JSON.stringify(value) : String(value),
  ]);
  const response = await fetch(slack.apiUrl + method, {
    method: 'POST',
    body: new URLSearchParams(fields),
    headers: token ? { authorization: `Bearer ${token}` } : {},
  });
  return (await response.json()) as Record<string, unknown> & { ok: boolean; error?: string };
}

export const plain = (text: string) => ({ type: 'plain_text', text });
export const section = (text: string, extra: object = {}) => ({
  type: 'section',
  text: { type: 'mrkdwn', text },
  ...extra,
});
export const modal = (extra: object = {}) => ({
  type: 'modal',
  title: plain('A form'),
  submit: plain('Send'),
  blocks: [
    {
      type: 'input',
      block_id: 'what',
      label: plain('What?'),
      optional: true,
      element: { type: 'plain_text_input', action_id: 'value' },
    },
  ],
  ...extra,
});
