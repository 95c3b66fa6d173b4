import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { sign } from '../../../sandbox/slack/delivery.ts';
import { actorOf, type SlackRecord } from '../corpus.ts';
import { defineDoor, Finding, must } from '../door.ts';
import { type Change, changes, type Damage, damaged, damages, mutate, toJson } from '../mutate.ts';

type Case = { which: number; list: Change[]; damage: Damage; fresh: boolean };

const ANSWER_MS = 3_000;
const JSON_TYPE = 'application/json';
const FORM_TYPE = 'application/x-www-form-urlencoded';

export const slackRequests = defineDoor<Case>({
  name: 'slack-requests',
  oracle:
    'a signed request of Slack’s, however changed, is answered within three seconds and never with 5xx; ServiceNow is asked only as whoever the request names; a ticket comes only from a submission that was accepted; no rule of Slack’s or ServiceNow’s is broken, nobody is pinged, no secret is in the log',
  share: 40,
  chunk: 100,
  async open(around) {
    const live = await around.live();
    const { slack } = await around.corpus();
    const { flow } = live;
    const url = `${flow.publicUrl}/slack/events`;
    const incidents = () => flow.serviceNow.db.rows('incident').length;
    let before = incidents();
    let submitted = 0;

    const changed = ({ which, list, fresh }: Case): { record: SlackRecord; payload: unknown } => {
      const record = slack[which % slack.length];
      if (!record) throw new Finding('nothing was recorded');
      return { record, payload: mutate(fresh ? renewed(record) : record.payload, list) };
    };

    return {
      arbitrary: fc.record({
        which: fc.nat(slack.length - 1),
        list: changes(3),
        damage: damages,
        fresh: fc.boolean(),
      }),
      async run(input) {
        const { record, payload } = changed(input);
        const isEvent = record.kind === 'event';
        const body = damaged(isEvent ? toJson(payload) : encoded(record.kind, payload), input.damage);
        for (const user of actorsIn(record.kind, payload)) live.acting.add(user);
        const timestamp = String(Math.floor(Date.now() / 1000));
        // Slack signs the bytes that it sends.
        const signature = sign(flow.slack.signingSecret, timestamp, body.toString());
        const response = await fetch(url, {
          method: 'POST',
          body,
          redirect: 'manual',
          signal: AbortSignal.timeout(ANSWER_MS),
          headers: {
            'content-type': isEvent ? JSON_TYPE : FORM_TYPE,
            'x-slack-request-timestamp': timestamp,
            'x-slack-signature': signature,
          },
        });
        const text = await response.text();
        must(response.status < 500, `${record.kind} is answered with ${response.status}${whyNot(flow.logLines)}`);
        if (text.includes('"response_action":"update"')) submitted += 1;
        return `${record.kind} ${response.status}`;
      },
      async after() {
        const [allowed, known] = [submitted, before];
        submitted = 0;
        try {
          await live.look();
        } finally {
          // What this look met is not held against the next one.
          before = incidents();
        }
        must(before - known <= allowed, `${before - known} tickets of ${allowed} accepted submissions`);
      },
      show: (input) => {
        const { record, payload } = changed(input);
        return `${record.kind} ${input.damage.kind} ${toJson(payload)}`;
      },
    };
  },
});

/** What the bridge has written about it: the same cause is the same failure. */
function whyNot(logLines: string[]): string {
  const line = logLines.findLast((each) => each.includes('slack request failed'));
  const { err } = JSON.parse(line ?? '{}') as { err?: { message?: string; stack?: string } };
  return `: ${err?.message} ${err?.stack?.split('\n')[0]?.trim()}`;
}

/** As Slack encodes it: a command's members one by one, anything else as one member. */
function encoded(kind: SlackRecord['kind'], payload: unknown): string {
  if (kind !== 'slash_command') return new URLSearchParams({ payload: toJson(payload) }).toString();
  const members = Object.entries(typeof payload === 'object' && payload !== null ? payload : { payload });
  return new URLSearchParams(
    members.map(([name, value]): [string, string] => [name, typeof value === 'string' ? value : toJson(value)]),
  ).toString();
}

/** Whom the request names as the one who acts; where a change made it say two things, either. */
function actorsIn(kind: SlackRecord['kind'], payload: unknown): string[] {
  if (typeof payload !== 'object' || payload === null) return [];
  const record = payload as Record<string, unknown>;
  const event = record['event'] as { user?: unknown; previous_message?: { user?: unknown } } | null | undefined;
  return [actorOf({ kind, payload: record }), event?.user, event?.previous_message?.user].filter(
    (user) => typeof user === 'string',
  );
}

/** New ids wherever the bridge recognises a repetition by one, so that the inside is reached again and again. */
function renewed({ kind, payload }: SlackRecord): Record<string, unknown> {
  const id = randomBytes(6).toString('hex').toUpperCase();
  if (kind === 'event') return { ...payload, event_id: `Ev${id}` };
  const view = payload['view'];
  const isSubmission = payload['type'] === 'view_submission';
  return {
    ...payload,
    trigger_id: `${id}.1.${id}`,
    ...(isSubmission && view ? { view: { ...(view as object), id: `V${id}` } } : {}),
  };
}
