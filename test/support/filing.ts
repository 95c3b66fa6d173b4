import { expect } from '@jest/globals';
import { Queue } from 'bullmq';
import { QUEUES, type QueueName } from '../../src/jobs/define.ts';
import { queuePrefix } from '../../src/redis/keys.ts';
import type { Row } from '../sandbox/servicenow/server.ts';
import type { Delivery, FillValue, PersonName, PostedMessage, SlackPerson } from '../sandbox/slack/server.ts';
import type { Flow } from './flow.ts';
import { instancesOf, prefixOf } from './store.ts';
import { until } from './until.ts';

/** What the bot says to somebody by DM, as they read it. */
const dmTexts = (person: SlackPerson): string[] => person.dm().messages.map(({ text }) => text);

export const dmsWith = (person: SlackPerson, text: string | RegExp): PostedMessage[] =>
  person.dm().messages.filter((each) => (typeof text === 'string' ? each.text.includes(text) : text.test(each.text)));

export const toldByDm = (person: SlackPerson, text: string | RegExp, limitMs = 10_000): Promise<PostedMessage> =>
  until(`a DM with ${text}; there are ${JSON.stringify(dmTexts(person))}`, () => dmsWith(person, text).at(-1), limitMs);

/** The form, opened by command and filled in. Values are by block id. */
export async function openForm(person: SlackPerson, title: string, values: Record<string, FillValue> = {}) {
  const before = person.modal()?.id;
  await person.command(`incident ${title}`);
  const form = await until('the form', () => {
    const modal = person.modal();
    return modal?.view.callback_id === 'incident-form' && modal.id !== before ? modal : undefined;
  });
  if (Object.keys(values).length > 0) person.fill(values);
  return form;
}

/** Opens, fills in and submits. @returns the id of the modal */
export async function fileIncident(
  person: SlackPerson,
  title: string,
  values: Record<string, FillValue> = {},
): Promise<string> {
  const { id } = await openForm(person, title, values);
  const delivery = await person.submit();
  expect(delivery).toMatchObject({ status: 200, body: { response_action: 'update' } });
  return id;
}

export const incidentsCalled = (flow: Pick<Flow, 'serviceNow'>, title: string): Row[] =>
  flow.serviceNow.db.rows('incident').filter((row) => row['short_description'] === title);

/** Titles that one modal has shown after its submission, in order. */
export const shownInModal = (flow: Pick<Flow, 'slack'>, viewId: string): string[] =>
  flow.slack.calls
    .filter(({ method, args, ok }) => method === 'views.update' && ok && args['view_id'] === viewId)
    .map(({ args }) => (args['view'] as { title: { text: string } }).title.text);

/** The ephemeral or DM answer to what was just done: the first visible message of the bot after `act` that fits. */
export async function answerTo(
  flow: Pick<Flow, 'slack'>,
  act: () => Promise<Delivery | { deliveries: Delivery[] } | Delivery[]>,
): Promise<PostedMessage> {
  const before = new Set(flow.slack.postedMessages().map(({ channel, ts }) => `${channel}/${ts}`));
  await act();
  return until('an answer', () =>
    flow.slack.postedMessages().find(({ channel, ts }) => !before.has(`${channel}/${ts}`)),
  );
}

/** Links several people, one after the other. */
export async function linkAll(flow: Flow, ...names: Exclude<PersonName, 'mallory'>[]): Promise<void> {
  for (const name of names) await flow.link(name);
}

/** Longer waits are those for a person to connect. */
const PARKED_MS = 60_000;

/** Everything is done: no job waits, runs or is about to, and Slack waits for no answer. Failed and parked jobs stay. */
export async function settled(flow: Pick<Flow, 'redis' | 'slack' | 'env'>, limitMs = 20_000): Promise<void> {
  const queues = instancesOf(flow).flatMap((instance) =>
    (Object.keys(QUEUES) as QueueName[]).map(
      (name) => new Queue(name, { connection: flow.redis, prefix: queuePrefix(name, instance), skipMetasUpdate: true }),
    ),
  );
  const busy = async (queue: Queue) =>
    (await queue.getJobCountByTypes('waiting', 'active', 'prioritized')) > 0 ||
    (await queue.getDelayed()).some((job) => job.delay < PARKED_MS && !job.repeatJobKey);
  try {
    // Jobs move and make others while we look, so only a second quiet look counts.
    let quiet = 0;
    await until(
      'all jobs to be done',
      async () => {
        quiet = (await Promise.all(queues.map(busy))).includes(true) ? 0 : quiet + 1;
        return quiet === 2;
      },
      limitMs,
    );
  } finally {
    await Promise.all(queues.map((queue) => queue.close()));
  }
  await flow.slack.idle();
}

/** Nobody broke a rule of Slack's or ServiceNow's, and nobody was pinged. */
export function expectNoViolations(flow: Pick<Flow, 'slack' | 'serviceNow'>): void {
  expect(flow.slack.violations).toEqual([]);
  expect(flow.serviceNow.violations).toEqual([]);
  expect(flow.slack.broadcasts()).toEqual([]);
}

/** What the schedule does once a day. */
export async function aDayBegins(flow: Pick<Flow, 'env' | 'redis' | 'slack'>): Promise<void> {
  const queue = new Queue('sync', { connection: flow.redis, prefix: prefixOf(flow, 'sync'), skipMetasUpdate: true });
  for (const job of ['warn-of-ends', 'end-watches']) await queue.add(job, { v: 1, correlationId: 'today' });
  await settled(flow);
  await queue.close();
}
