import { expect } from '@jest/globals';
import type { PostedMessage, SlackPerson } from '../sandbox/slack/server.ts';
import { directMessages } from './conversation.ts';
import { settled } from './filing.ts';
import type { Flow, FlowOptions } from './flow.ts';
import { until } from './until.ts';

const SECRET = 'a-plainly-fake-webhook-secret';

/** Options for a house that hears of changes by push alone. */
export const byPush = (options: FlowOptions = {}): FlowOptions => ({
  ...options,
  env: { SERVICENOW_WEBHOOK_SECRET: SECRET, SERVICENOW_POLL_SECONDS: '0', ...options.env },
});

/** The instance's admin sets up the shipped script. */
export const letPush = ({ serviceNow, publicUrl }: Flow): void =>
  serviceNow.push.configure({ url: `${publicUrl}/servicenow/events`, secret: SECRET, retryBaseMs: 50 });

export const pushing =
  (start: (options?: FlowOptions) => Promise<Flow>) =>
  async (options: FlowOptions = {}): Promise<Flow> => {
    const flow = await start(byPush(options));
    letPush(flow);
    return flow;
  };

/** A ticket by its title. */
export function ticketCalled({ serviceNow }: Pick<Flow, 'serviceNow'>, title: string) {
  const row = serviceNow.db.rows('task').find((each) => each['short_description'] === title);
  if (!row) throw new Error(`there is no ${title}`);
  return { sysId: row['sys_id'] ?? '', number: row['number'] ?? '', table: row['sys_class_name'] ?? '' };
}

const isCard = ({ threadTs, ts, text }: PostedMessage, number: string) =>
  (!threadTs || threadTs === ts) && text.includes(number) && /told because|Filed INC/.test(text);

export const cardsOf = (person: SlackPerson, number: string): PostedMessage[] =>
  directMessages(person).filter((message) => isCard(message, number));

export const cardOf = (person: SlackPerson, number: string, limitMs?: number): Promise<PostedMessage> =>
  until(
    `a card about ${number}; there are ${JSON.stringify(directMessages(person).map(({ text }) => text))}`,
    () => cardsOf(person, number).at(-1),
    limitMs,
  );

/** What the bot said below a card. */
export const threadOf = (person: SlackPerson, card: { ts: string }): PostedMessage[] =>
  directMessages(person).filter(({ threadTs, ts }) => threadTs === card.ts && ts !== card.ts);

export const toldInThread = (
  person: SlackPerson,
  card: { ts: string },
  text: string | RegExp,
  limitMs?: number,
): Promise<PostedMessage> =>
  until(
    `“${text}” below the card; there is ${JSON.stringify(threadOf(person, card).map((each) => each.text))}`,
    () =>
      threadOf(person, card).find((each) =>
        typeof text === 'string' ? each.text.includes(text) : text.test(each.text),
      ),
    limitMs,
  );

/** Somebody watches a ticket, and has its card. */
export async function watching(person: SlackPerson, number: string): Promise<PostedMessage> {
  await person.command(`watch ${number}`);
  return cardOf(person, number);
}

/** How often words were said to a person, wherever. */
export const timesSaid = (person: SlackPerson, text: string): number =>
  directMessages(person).filter((each) => each.text.includes(text)).length;

export async function metric({ publicUrl }: Pick<Flow, 'publicUrl'>, token: string, line: string): Promise<number> {
  const text = await (await fetch(`${publicUrl}/metrics`, { headers: { authorization: `Bearer ${token}` } })).text();
  const found = text.split('\n').find((each) => each.startsWith(line));
  return Number(found?.split(' ').at(-1) ?? '0');
}

export const expectOnce = (person: SlackPerson, text: string): void =>
  expect({ text, times: timesSaid(person, text) }).toEqual({ text, times: 1 });

/** The card has just been posted; what comes now is no part of the same burst, so nobody waits for that to settle. */
export const burstSettles = (flow: Pick<Flow, 'pass'>): Promise<void> => flow.pass(4_000);

export const VPN = 'VPN drops every ten minutes';

/** Somebody writes a comment in ServiceNow. */
export const comment = (flow: Flow, sysId: string, comments: string, by = flow.serviceNow.people.agent) =>
  flow.serviceNow.db.update('incident', sysId, { comments }, by);

/** Ada watches the VPN ticket, and the house is quiet. */
export async function adaWatches(flow: Flow, title = VPN) {
  await flow.link('ada');
  const ada = flow.person('ada');
  const ticket = ticketCalled(flow, title);
  const card = await watching(ada, ticket.number);
  await settled(flow);
  await burstSettles(flow);
  return { ada, card, ...ticket };
}
