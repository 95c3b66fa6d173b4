import { createHmac, randomBytes } from 'node:crypto';
import { EVENTS_PATH } from '../../../src/slack/app.ts';
import type { Delivery } from '../../sandbox/slack/server.ts';
import type { Shot } from './load.ts';

type Kind = 'command' | 'interaction' | 'event';

/** A request as the simulated Slack really sent it, to be sent again and again as if somebody had done it anew. */
export type Template = { kind: Kind; payload: Record<string, unknown> };

export function templateOf({ kind, payload }: Delivery): Template {
  const form = kind === 'slash_command' ? 'command' : kind === 'event' ? 'event' : 'interaction';
  return { kind: form, payload };
}

const fresh = () => randomBytes(8).toString('hex').toUpperCase();

/** New ids wherever the bridge recognises a repetition by one. */
function renewed({ kind, payload }: Template): Record<string, unknown> {
  const id = fresh();
  if (kind === 'event') return { ...payload, event_id: `Ev${id}` };
  const { view, container } = payload;
  const isSubmission = payload['type'] === 'view_submission';
  return {
    ...payload,
    trigger_id: `${id}.1.${id}`,
    ...(isSubmission ? { view: { ...(view as object), id: `V${id}` } } : {}),
    ...(container ? { container } : {}),
  };
}

export function shot(template: Template, signingSecret: string): Shot {
  const payload = renewed(template);
  const body =
    template.kind === 'event'
      ? JSON.stringify(payload)
      : template.kind === 'command'
        ? new URLSearchParams(
            Object.entries(payload).map(([name, value]): [string, string] => [name, String(value)]),
          ).toString()
        : new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
  const timestamp = String(Math.floor(Date.now() / 1000));
  const signature = createHmac('sha256', signingSecret).update(`v0:${timestamp}:${body}`).digest('hex');
  return {
    path: EVENTS_PATH,
    body,
    headers: {
      'content-type': template.kind === 'event' ? 'application/json' : 'application/x-www-form-urlencoded',
      'x-slack-request-timestamp': timestamp,
      'x-slack-signature': `v0=${signature}`,
    },
  };
}

export const shots = (template: Template, signingSecret: string, count: number): Shot[] =>
  Array.from({ length: count }, () => shot(template, signingSecret));
