import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { answerTo, dmsWith, expectNoViolations, settled } from '../support/filing.ts';
import { type Flow, startFlow } from '../support/flow.ts';
import { until } from '../support/until.ts';
import { wordsOf } from '../support/words-of.ts';

/** The same words everywhere: after `/snow`, as a message to the bot, after a mention, and inside a thread. */
let flow: Flow;
beforeAll(async () => {
  flow = await startFlow({ slack: { rateLimits: 'off' } });
  await flow.link('ada');
}, 30_000);
afterEach(() => expectNoViolations(flow));
afterAll(() => flow.close());

const IT_HELP = 'it-help';

type Surface = {
  name: string;
  ask: (words: string) => Promise<unknown>;
  where: () => { channel: string; onlyFor?: string };
};

const ada = () => flow.person('ada');
const surfaces: Surface[] = [
  {
    name: 'as /snow in a channel',
    ask: (words) => ada().command(words, { channel: IT_HELP }),
    where: () => ({ channel: flow.slack.channels.itHelp, onlyFor: ada().id }),
  },
  {
    name: 'as /snow in a channel that the bot is not in',
    ask: (words) => ada().command(words, { channel: 'general' }),
    where: () => ({ channel: flow.slack.channels.general, onlyFor: ada().id }),
  },
  {
    name: 'as a message to the bot',
    ask: (words) => ada().say(ada().dm().channel, words),
    where: () => ({ channel: ada().dm().channel }),
  },
  {
    name: 'after a mention in a channel',
    ask: (words) => ada().mention(IT_HELP, words),
    where: () => ({ channel: flow.slack.channels.itHelp, onlyFor: ada().id }),
  },
];

const ASKED: [words: string, answer: RegExp][] = [
  ['help', /What I can do for you/],
  ['help list', /How to use it[\s\S]*list \[mine\|assigned\] \[open\|all\]/],
  ['lst', /I don't know “lst”\. Did you mean “(\/snow )?list”\?/],
  ['frobnicate the printer', /I don't know “frobnicate the printer”/],
  ['list', /Your open incidents[\s\S]*VPN drops every ten minutes/],
  ['search battery', /Incidents with “battery”[\s\S]*Laptop battery lasts an hour/],
  ['whoami', /You are connected as Ada Requester/],
  ['LIST Assigned ALL', /Nothing is assigned to you/],
];

describe.each(surfaces)('typed $name', ({ ask, where }) => {
  test.each(ASKED)('“%s” is answered there, to nobody else', async (words, answer) => {
    const told = await answerTo(flow, () => ask(words) as Promise<never>);
    const { channel, onlyFor } = where();
    expect(told).toMatchObject({ channel, ...(onlyFor ? { ephemeral: true, onlyFor } : { ephemeral: false }) });
    expect(wordsOf(told.blocks).replaceAll(/\s+/g, ' ')).toMatch(answer);
    // The plain-text twin says the same to a screen reader.
    expect(told.text.length).toBeGreaterThan(10);
  });

  test('a number alone shows the ticket', async () => {
    const vpn = flow.serviceNow.db.rows('incident').find((row) => row['short_description']?.startsWith('VPN drops'));
    const told = await answerTo(flow, () => ask(`${vpn?.['number']}`) as Promise<never>);
    expect(told.text).toContain(`${vpn?.['number']}: VPN drops every ten minutes.`);
    expect(told.text).toContain('State: In Progress.');
  });
});

test('nothing at all is a question for help, wherever it is asked', async () => {
  for (const { ask } of [surfaces[0], surfaces[3]] as Surface[])
    expect((await answerTo(flow, () => ask('') as Promise<never>)).text).toContain('What you can type:');
});

test('“cafe” finds “Café” where the instance compares without accents', async () => {
  const { db, people, settings } = flow.serviceNow;
  const title = 'Café menu screen is dark';
  db.insert('incident', { short_description: title, caller_id: people.requester.sysId, state: '1', active: 'true' });
  settings.collation = 'no-accents';
  try {
    expect((await answerTo(flow, () => ada().command('search cafe'))).text).toContain(title);
  } finally {
    settings.collation = 'accents';
  }
});

describe('inside a thread, where Slack allows no slash commands', () => {
  test('a mention is answered in that thread, visible only to the person', async () => {
    const carl = flow.person('carl');
    const { ts: threadTs } = await carl.say(IT_HELP, 'Anybody else with VPN trouble?');
    const told = await answerTo(flow, () => ada().mention(IT_HELP, 'list', { threadTs }));
    expect(told).toMatchObject({ threadTs, ephemeral: true, onlyFor: ada().id, channel: flow.slack.channels.itHelp });
    expect(carl.ephemeral(IT_HELP)).toEqual([]);
  });

  test('and so is a click on what it answered', async () => {
    const { ts: threadTs } = await flow.person('carl').say(IT_HELP, 'And my laptop?');
    const list = await answerTo(flow, () => ada().mention(IT_HELP, 'search battery', { threadTs }));
    const card = await answerTo(flow, () => ada().click({ channel: list.channel, ts: list.ts }, 'show-ticket'));
    expect(card).toMatchObject({ threadTs, ephemeral: true, onlyFor: ada().id });
    expect(card.text).toContain('Laptop battery lasts an hour');
  });

  test('in a DM thread, too', async () => {
    const { channel } = ada().dm();
    const { ts: threadTs } = await ada().say(channel, 'help');
    await settled(flow);
    const told = await answerTo(flow, () => ada().say(channel, 'whoami', { threadTs }));
    expect(told).toMatchObject({ threadTs, channel });
  });
});

describe('where Slack lets us open no form', () => {
  test.each([
    ['a message to the bot', () => ada().say(ada().dm().channel, 'incident Projector & screen <flicker>')],
    ['a mention', () => ada().mention(IT_HELP, 'incident Projector & screen <flicker>')],
  ])('%s that wants to file gets a button, and the button opens the form with the words', async (_where, ask) => {
    const offer = await answerTo(flow, ask);
    expect(ada().modal()).toBeUndefined();
    await ada().click({ channel: offer.channel, ts: offer.ts }, 'file-incident');
    const form = await until('the form', () => ada().modal());
    expect(form.view.blocks[0]).toMatchObject({ element: { initial_value: 'Projector & screen <flicker>' } });
    await ada().closeModal();
  });

  test('what was not understood can be filed as an incident', async () => {
    const told = await answerTo(flow, () => ada().say(ada().dm().channel, 'my screen is upside down'));
    await ada().click({ channel: told.channel, ts: told.ts }, 'file-incident');
    const form = await until('the form', () => ada().modal());
    expect(form.view.blocks[0]).toMatchObject({ element: { initial_value: 'my screen is upside down' } });
    await ada().closeModal();
  });

  test('help is a click away from there', async () => {
    const told = await answerTo(flow, () => ada().say(ada().dm().channel, 'qwertyuiop'));
    const help = await answerTo(flow, () => ada().click({ channel: told.channel, ts: told.ts }, 'show-help'));
    expect(help.text).toContain('What you can type:');
  });

  test.each(['of-an-earlier-release', 'constructor'])('a button that is not known any more says so: %s', async (id) => {
    const told = await answerTo(flow, () => ada().say(ada().dm().channel, 'qwertyuiop'));
    const { payload } = await ada().click({ channel: told.channel, ts: told.ts }, 'show-help');
    await settled(flow);
    const [action] = payload['actions'] as object[];
    const pressed = { ...payload, actions: [{ ...action, action_id: id, action_ts: `1.${id.length}` }] };
    const rawBody = new URLSearchParams({ payload: JSON.stringify(pressed) }).toString();
    const answer = await answerTo(flow, async () => {
      await flow.slack.deliver({ rawBody });
      return [];
    });
    expect(answer.text).toContain('I no longer know that button.');
  });
});

describe('a sentence', () => {
  test('that begins with “Disconnect” leaves the account connected, and can be filed', async () => {
    const told = await answerTo(flow, () => ada().say(ada().dm().channel, 'Disconnect drops my VPN every hour'));
    expect(told.text).toContain('Shall I file “Disconnect drops my VPN every hour” as an incident?');
    expect((await answerTo(flow, () => ada().command('whoami'))).text).toContain('You are connected as Ada Requester');
    await ada().click({ channel: told.channel, ts: told.ts }, 'file-incident');
    const form = await until('the form', () => ada().modal());
    expect(form.view.blocks[0]).toMatchObject({ element: { initial_value: 'Disconnect drops my VPN every hour' } });
    await ada().closeModal();
  });

  test('after a number shows the ticket, and becomes a comment only by a press', async () => {
    const vpn = flow.serviceNow.db.rows('incident').find((row) => row['short_description']?.startsWith('VPN drops'));
    const card = await answerTo(flow, () => ada().command(`${vpn?.['number']} is still broken`));
    expect(card.text).toContain(`Shall I add it to ${vpn?.['number']} as a comment?`);
    await settled(flow);
    const comments = () => flow.serviceNow.journal(vpn?.['sys_id'] ?? '').map(({ value }) => value);
    expect(comments().join()).not.toContain('is still broken');
    await ada().click({ channel: card.channel, ts: card.ts }, 'add-comment');
    const form = await until('the form', () => ada().modal());
    expect(form.view.blocks[0]).toMatchObject({ element: { initial_value: 'is still broken' } });
    await ada().submit();
    await until('the comment', () => comments().join().includes('is still broken'));
    await settled(flow);
  });

  test('for staff is offered to nobody', async () => {
    const vpn = flow.serviceNow.db.rows('incident').find((row) => row['short_description']?.startsWith('VPN drops'));
    const card = await answerTo(flow, () => ada().command(`${vpn?.['number']} note: HR is involved`));
    expect(card.text).toContain(
      'I sent nothing of what you typed after the number. Work notes are written in ServiceNow.',
    );
    expect(JSON.stringify(card.blocks)).not.toContain('HR is involved');
  });
});

describe('somebody who is not connected', () => {
  const mallory = () => flow.person('mallory');

  test.each(['list', 'search vpn', 'INC0010001', 'whoami', 'connect'])('/snow %s offers to connect', async (words) => {
    const told = await answerTo(flow, () => mallory().command(words));
    expect(told).toMatchObject({ ephemeral: true, onlyFor: mallory().id });
    expect(told.text).toMatch(/Connect your ServiceNow account first.*servicenow\/connect\?id=/);
  });

  test('asks for the form, hears once that connecting comes first, and gets no second message', async () => {
    const told = await answerTo(flow, () => mallory().command('incident My chair squeaks'));
    expect(told.text).toContain('Connect your ServiceNow account first');
    await settled(flow);
    expect(dmsWith(mallory(), 'Connect your ServiceNow account first').filter(({ ephemeral }) => !ephemeral)).toEqual(
      [],
    );
  });

  test('a mention puts no secret address where it is stored: a button fetches a fresh one', async () => {
    const told = await answerTo(flow, () => mallory().mention(IT_HELP, 'whoami'));
    expect(JSON.stringify(told)).not.toContain('/servicenow/connect');
    await mallory().click({ channel: told.channel, ts: told.ts }, 'connect-again');
    const view = await until('the connect view', () => mallory().modal());
    expect(JSON.stringify(view.view)).toContain(`${flow.publicUrl}/servicenow/connect?id=`);
  });
});

test('what only Slack itself or another app says is not answered', async () => {
  const { channel } = ada().dm();
  const { ts } = await ada().say(channel, 'help');
  await settled(flow);
  const before = flow.slack.postedMessages().length;
  await ada().edit(channel, ts, 'list');
  await ada().delete(channel, ts);
  await settled(flow);
  expect(flow.slack.postedMessages()).toHaveLength(before);
});
