import type { Delivery, DeliveryKind, SlackPerson } from '../../sandbox/slack/server.ts';
import { until } from '../../support/until.ts';
import { type Live, WEBHOOK_SECRET } from './live.ts';
import type { Recorded } from './proxy.ts';

export type SlackRecord = { kind: DeliveryKind; type: string; payload: Record<string, unknown>; user: string };
type JobRecord = { name: string; data: unknown };

/** What a short story of four people left behind: real payloads of every kind, to be changed. */
export type Corpus = { slack: SlackRecord[]; pushes: string[]; answers: Recorded[]; jobs: JobRecord[] };

/** Ends the installation or a person's data when it is believed, and Slack's word for that is good. */
const LEFT_OUT = new Set(['app_uninstalled', 'tokens_revoked', 'user_change']);

export async function record(live: Live): Promise<Corpus> {
  const { flow } = live;
  flow.serviceNow.push.configure({
    url: `${flow.publicUrl}/servicenow/events`,
    secret: WEBHOOK_SECRET,
    retryBaseMs: 5,
  });
  for (const tell of STORY) await tell(live);
  await until('the bridge to be quiet', async () => {
    live.acting.clear();
    for (const name of ['ada', 'carl', 'bob', 'eve'] as const) live.acting.add(flow.person(name).id);
    return true;
  });
  await flow.serviceNow.push.idle();
  const slack = flow.slack.deliveries
    .filter(({ kind, type }) => kind !== 'raw' && !LEFT_OUT.has(type))
    .map(({ kind, type, payload }) => ({
      kind,
      type,
      payload: structuredClone(payload),
      user: actorOf({ kind, payload }),
    }));
  const pushes = flow.serviceNow.push.deliveries.map(({ body }) => body);
  const jobs: JobRecord[] = [];
  for (const queue of Object.values(live.queues))
    for (const job of await queue.getJobs(['completed', 'failed', 'delayed']))
      jobs.push({ name: job.name, data: job.data });
  const answers = live.proxy.recorded.splice(0);
  flow.serviceNow.push.configure(undefined);
  await live.look();
  return { slack: distinct(slack), pushes, answers: distinctAnswers(answers), jobs: distinctJobs(jobs) };
}

/** Who did it, as the bridge takes it from the request. */
export function actorOf({ kind, payload }: Pick<Delivery, 'kind' | 'payload'>): string {
  const at = (value: unknown, ...path: string[]): unknown =>
    path.reduce((inner: unknown, key) => (inner as Record<string, unknown> | null | undefined)?.[key], value);
  const found =
    kind === 'slash_command'
      ? at(payload, 'user_id')
      : kind === 'event'
        ? (at(payload, 'event', 'previous_message', 'user') ?? at(payload, 'event', 'user'))
        : at(payload, 'user', 'id');
  return typeof found === 'string' ? found : '';
}

const MOST_ALIKE = 3;

function distinct(all: SlackRecord[]): SlackRecord[] {
  const seen = new Map<string, number>();
  return all.filter(({ kind, type, payload }) => {
    const actions = payload['actions'] as { action_id?: string }[] | undefined;
    const view = payload['view'] as { callback_id?: string } | undefined;
    const event = payload['event'] as { subtype?: string } | undefined;
    const name = [kind, type, actions?.[0]?.action_id, view?.callback_id, event?.subtype].join('/');
    const count = seen.get(name) ?? 0;
    seen.set(name, count + 1);
    return count < (kind === 'slash_command' ? 20 : MOST_ALIKE);
  });
}

function distinctAnswers(all: Recorded[]): Recorded[] {
  const seen = new Set<string>();
  return all.filter(({ method, path, body }) => {
    const name = `${method} ${path.replace(/[0-9a-f]{32}/g, ':id')} ${Math.round(Math.log2(body.length + 1))}`;
    if (seen.has(name) || !path.startsWith('/api/')) return false;
    seen.add(name);
    return true;
  });
}

function distinctJobs(all: JobRecord[]): JobRecord[] {
  const seen = new Map<string, number>();
  return all.filter(({ name, data }) => {
    const kind = `${name} ${(data as { operation?: string }).operation}`;
    const count = seen.get(kind) ?? 0;
    seen.set(kind, count + 1);
    return count < MOST_ALIKE;
  });
}

const form = (person: SlackPerson, callbackId: string) =>
  until(`the form ${callbackId}`, () => {
    const modal = person.modal();
    return modal?.view.callback_id === callbackId ? modal : undefined;
  });

type Scene = (live: Live) => Promise<unknown>;

const commands =
  (name: 'ada' | 'carl' | 'bob' | 'eve', ...texts: string[]): Scene =>
  async ({ flow }) => {
    for (const text of texts) await flow.person(name).command(text);
  };

const STORY: Scene[] = [
  commands(
    'ada',
    '',
    'help list',
    'whoami',
    'list',
    'list all',
    'search vpn',
    'hlep',
    'INC0010001',
    'connect',
    'list watched',
  ),
  commands('bob', 'list assigned', 'watch INC0010001', 'unwatch INC0010001', 'INC10002'),
  commands('eve', 'approvals', 'list mine open'),
  async ({ flow }) => {
    const ada = flow.person('ada');
    await ada.command('incident Printer on fire');
    const opened = await form(ada, 'incident-form');
    ada.fill({ description: 'It smells', urgency: '1' });
    await ada.options({ view: opened.id }, 'item', 'find-item', 'gate');
    await ada.options({ view: opened.id }, 'caller', 'find-caller', 'ada');
    await ada.submit();
    const card = await until('the card', () => ada.dm().messages.find(({ text }) => text.includes('Filed INC')));
    const row = await until('the row', () =>
      flow.serviceNow.db.rows('incident').find((each) => each['short_description'] === 'Printer on fire'),
    );
    const sysId = row['sys_id'] ?? '';
    const { agent } = flow.serviceNow.people;
    flow.serviceNow.db.update('incident', sysId, { state: '2', assigned_to: agent.sysId }, agent);
    flow.serviceNow.db.update('incident', sysId, { comments: 'Is it still burning?' }, agent);
    const told = await until('the comment in the thread', () =>
      ada.dm().messages.find(({ text }) => text.includes('Is it still burning?')),
    );
    const said = await ada.say(ada.dm().channel, 'Only a little', { threadTs: told.threadTs ?? card.ts });
    await until('the comment on the ticket', () =>
      flow.serviceNow.journal(sysId).find(({ value }) => value.startsWith('Only a little')),
    );
    await ada.edit(ada.dm().channel, said.ts, 'Only a very little');
    await ada.delete(ada.dm().channel, said.ts);
    flow.serviceNow.db.update(
      'incident',
      sysId,
      { state: '6', close_code: 'Solution provided', close_notes: 'Out.' },
      agent,
    );
    await until('the button on the card', () =>
      JSON.stringify(ada.dm().messages.find(({ ts }) => ts === card.ts)?.blocks).includes('confirm-fixed'),
    );
    const where = { channel: ada.dm().channel, ts: card.ts };
    await ada.click(where, 'card-menu').catch(() => undefined);
    await ada.click(where, 'reopen');
    await form(ada, 'reopen');
    ada.fill({ words: 'It burns again' });
    await ada.submit();
    await ada.click(where, 'add-comment').catch(() => undefined);
  },
  async ({ flow }) => {
    const carl = flow.person('carl');
    await carl.command('settings');
    await form(carl, 'settings');
    await carl.submit();
    await carl.command('subscribe', { channel: flow.slack.channels.itHelp });
    await form(carl, 'subscription-form');
    await carl.submit();
    await carl.command('unsubscribe', { channel: flow.slack.channels.itHelp });
    await carl.openHome();
    await carl.say(carl.dm().channel, 'list');
    const { ts } = await carl.mention(flow.slack.channels.itHelp, 'the wifi is <b>gone</b> & so am I');
    await carl.globalShortcut('file_incident');
    await form(carl, 'incident-form');
    await carl.closeModal();
    await carl.messageShortcut('file_incident_from_message', flow.slack.channels.itHelp, ts);
    await form(carl, 'incident-form');
    await carl.submit();
    const file = carl.upload('burning.txt', 'smoke', 'text/plain');
    await carl.say(carl.dm().channel, 'help', { fileIds: [file] });
  },
  async ({ flow }) => {
    const eve = flow.person('eve');
    const waiting = await until('the approvals', () =>
      eve.ephemeral().find(({ blocks }) => JSON.stringify(blocks).includes('approve')),
    ).catch(() => undefined);
    if (!waiting) return;
    await eve.click({ channel: waiting.channel, ts: waiting.ts }, 'approve').catch(() => undefined);
  },
  async ({ flow }) => {
    const ada = flow.person('ada');
    const list = await until('a list', () =>
      ada.ephemeral().find(({ blocks }) => JSON.stringify(blocks).includes('show-ticket')),
    );
    await ada.click({ channel: list.channel, ts: list.ts }, 'show-ticket');
  },
];
