import type { Delivery, Json } from '../sandbox/slack/server.ts';
import type { Flow } from './flow.ts';

/** The payload of a click or a submission, changed as somebody with the right to sign could not, but a client may. */
export function tamper(rawBody: string, change: (payload: Json) => void): string {
  const payload = JSON.parse(new URLSearchParams(rawBody).get('payload') ?? '{}') as Json;
  change(payload);
  return new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
}

/** What Slack would send for an act, held back before it reaches the bridge. */
export async function heldBack(flow: Flow, act: () => Promise<unknown>): Promise<Delivery> {
  flow.slack.connectApp('http://127.0.0.1:1/held-back');
  const before = flow.slack.deliveries.length;
  await act();
  flow.slack.connectApp(`${flow.publicUrl}/slack/events`);
  const held = flow.slack.deliveries[before];
  if (!held) throw new Error('nothing was sent');
  return held;
}
