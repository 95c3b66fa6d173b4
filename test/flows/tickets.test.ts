import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { PostedMessage } from '../sandbox/slack/server.ts';
import { answerTo, expectNoViolations, linkAll, settled } from '../support/filing.ts';
import { type Flow, startFlow } from '../support/flow.ts';
import { until } from '../support/until.ts';

/** Finding and reading tickets, each with one's own rights. */
let flow: Flow;
beforeAll(async () => {
  flow = await startFlow({ slack: { rateLimits: 'off' } });
  await linkAll(flow, 'ada', 'carl', 'bob');
}, 30_000);
beforeEach(() => {
  flow.serviceNow.settings.invalidQuery = 'drop';
});
afterEach(() => expectNoViolations(flow));
afterAll(() => flow.close());

const ada = () => flow.person('ada');
const bob = () => flow.person('bob');
const people = () => flow.serviceNow.people;

/** Lines of a list: one for each ticket. */
const lines = (told: PostedMessage): string[] => told.text.split('\n').slice(1);
const numberOf = (title: string) => {
  const row = flow.serviceNow.db.rows('incident').find((each) => each['short_description'] === title);
  return row?.['number'] ?? '';
};
const insert = (fields: Record<string, string>, by = people().requester) =>
  flow.serviceNow.db.insert('incident', { caller_id: by.sysId, ...fields }, by);

describe('a list', () => {
  test('of my open incidents leaves closed ones and those of others out', async () => {
    const told = await answerTo(flow, () => ada().command('list'));
    expect(lines(told)).toHaveLength(3);
    expect(told.text).toContain('VPN drops every ten minutes');
    expect(told.text).not.toContain('Printer prints blank pages');
    // She is on its watch list and may read it, but it is not hers.
    expect(told.text).not.toContain('Mail arrives hours late');
  });

  test('of all my incidents has the closed one, too', async () => {
    const told = await answerTo(flow, () => ada().command('list mine all'));
    expect(told.text).toContain('Printer prints blank pages');
    expect(lines(told).every((line) => /^INC\d{7} · \w/.test(line))).toBe(true);
  });

  test('of what is assigned to an agent, open and all', async () => {
    const open = await answerTo(flow, () => bob().command('list assigned'));
    expect(open.text).toContain('Open tickets assigned to you');
    expect(open.text).toContain('VPN drops every ten minutes');
    const all = await answerTo(flow, () => bob().command('list assigned all'));
    expect(lines(all).length).toBeGreaterThanOrEqual(lines(open).length);
  });

  test('does not take words that it does not know', async () => {
    const told = await answerTo(flow, () => ada().command('list yours'));
    expect(told.text).toMatch(/I can list “mine” or “assigned”/);
  });

  test('is turned page by page, in place, and back to the first one', async () => {
    const carl = flow.person('carl');
    for (let index = 1; index <= 12; index++)
      insert({ short_description: `Numbered ${String(index).padStart(2, '0')}` }, people().colleague);
    const first = await answerTo(flow, () => carl.command('list mine open', { channel: 'it-help' }));
    const at = { channel: first.channel, ts: first.ts };
    const shown = () => carl.ephemeral('it-help').find(({ ts }) => ts === first.ts)?.text ?? '';
    const messages = flow.slack.postedMessages().length;

    const seen = new Set(lines(first));
    for (let page = 2; page <= 3; page++) {
      const before = shown();
      await carl.click(at, page === 2 ? 'turn-page-0' : 'turn-page-1');
      await until(`page ${page}`, () => shown() !== before);
      for (const line of shown().split('\n').slice(1)) seen.add(line);
    }
    // 12 new ones and carl's open seeded ones: each seen once, none missed.
    const own = flow.serviceNow.db
      .rows('incident')
      .filter((row) => row['caller_id'] === people().colleague.sysId && row['active'] === 'true');
    expect(seen.size).toBe(own.length);
    expect(own.every((row) => [...seen].some((line) => line.startsWith(row['number'] ?? '?')))).toBe(true);

    await carl.click(at, 'turn-page-0');
    await until('the first page again', () => shown() === first.text);
    expect(flow.slack.postedMessages()).toHaveLength(messages);
  });
});

describe('a search', () => {
  test('is done with the asking person’s own rights', async () => {
    const hers = await answerTo(flow, () => ada().command('search payroll'));
    expect(hers.text).toContain('I found nothing that you may see');
    const his = await answerTo(flow, () => bob().command('search payroll'));
    expect(his.text).toContain('Payroll shows the wrong month');
  });

  test('wants all the words, in any place and case', async () => {
    const told = await answerTo(flow, () => ada().command('search MINUTES vpn'));
    expect(lines(told)).toHaveLength(1);
    expect((await answerTo(flow, () => ada().command('search vpn banana'))).text).toContain('I found nothing');
  });

  test('finds by the text index or, where there is none, by title, and never searches through descriptions', async () => {
    const before = flow.serviceNow.requests.length;
    const { settings, faults } = flow.serviceNow;
    const find = async (how: string) => {
      const told = await answerTo(flow, () => ada().command('search battery'));
      expect({ how, text: told.text }).toEqual({ how, text: expect.stringContaining('Laptop battery lasts an hour') });
    };
    await find('index');
    settings.textIndex = 'absent';
    for (const invalidQuery of ['drop', 'norows', 'deny403'] as const) {
      settings.invalidQuery = invalidQuery;
      await find(invalidQuery);
    }
    Object.assign(settings, { textIndex: 'there', invalidQuery: 'drop' });
    faults.set({ kind: 'timeout-after-commit', path: /\/table\/incident$/, times: 1 });
    await find('too slow');
    const queries = flow.serviceNow.requests.slice(before).map(({ query }) => query['sysparm_query'] ?? '');
    expect(queries.filter((query) => /(^|[^_])descriptionLIKE/.test(query))).toEqual([]);
    expect(queries.filter((query) => query.startsWith('short_descriptionLIKEbattery'))).toHaveLength(3);
  });

  test('without words asks for some', async () => {
    expect((await answerTo(flow, () => ada().command('search'))).text).toContain('What shall I look for?');
  });

  test('finds what is behind many rows that the person may not see', async () => {
    for (const title of ['Zebra one', 'Zebra two', 'Zebra three']) insert({ short_description: title });
    for (let index = 0; index < 70; index++)
      insert({ short_description: `Zebra of somebody else ${index}` }, people().colleague);
    // The instance cuts the first sixty before it hides what she may not see.
    const told = await answerTo(flow, () => ada().command('search zebra'));
    expect(lines(told)).toHaveLength(3);
    expect(told.text).not.toContain('somebody else');
  });

  const HOSTILE = [
    'vpn^ORsys_idISNOTEMPTY',
    'vpn^NQactive=true',
    '^NQsys_idISNOTEMPTY',
    'javascript:gs.getUserID()',
    'JavaScript : alert(1)',
    '  javascript:deleteAll()^ORactive=true',
    'active=true^ORDERBYnumber',
    '%',
    '\u202e\u0000vpn',
  ];
  test.each(HOSTILE)('with the hostile words %j finds only what has these words', async (words) => {
    const told = await answerTo(flow, () => bob().command(`search ${words}`));
    const found = lines(told).filter((line) => /^INC\d+/.test(line));
    for (const line of found) expect(line.toLowerCase()).toContain('vpn');
    for (const { path, query } of flow.serviceNow.requests
      .slice(-5)
      .filter((each) => each.path.endsWith('/incident'))) {
      expect(`${path} ${query['sysparm_query']}`).not.toMatch(/\^NQ|javascript\s*:|sys_idISNOTEMPTY(?!.*LIKE)/i);
      // Every condition is one of ours, with the person's words inside it.
      for (const part of (query['sysparm_query'] ?? '').split('^'))
        expect(part).toMatch(
          /^(123TEXTQUERY321=|short_descriptionLIKE)[^^]*$|^ORDERBYDESCsys_updated_on$|^ORDERBYsys_id$/,
        );
    }
    expect(flow.serviceNow.violations).toEqual([]);
  });
});

describe('a single ticket', () => {
  test('that is not hers and one that does not exist are told of in the same friendly words', async () => {
    const foreign = numberOf('Payroll shows the wrong month');
    const hidden = await answerTo(flow, () => ada().command(`show ${foreign}`));
    const missing = await answerTo(flow, () => ada().command('show INC0099999'));
    expect(hidden.text).toBe(`I found no incident ${foreign}. It may not exist, or you may not see it.`);
    expect(missing.text).toBe(hidden.text.replace(foreign, 'INC0099999'));
  });

  test.each([
    ['without its zeros', (number: string) => `INC${Number(number.slice(3))}`],
    ['in lower case', (number: string) => number.toLowerCase()],
    ['with a dash', (number: string) => `inc-${Number(number.slice(3))}`],
    ['after the word incident', (number: string) => `incident ${number}`],
  ])('is found by its number %s', async (_how, write) => {
    const number = numberOf('VPN drops every ten minutes');
    const told = await answerTo(flow, () => ada().command(write(number)));
    expect(told.text).toContain(`${number}: VPN drops every ten minutes.`);
    expect(JSON.stringify(told.blocks)).toContain(`${flow.serviceNow.url}/nav_to.do`);
  });

  test('whose short number could be two is asked about', async () => {
    insert({ number: 'INC0000042', short_description: 'The long forty-two' });
    insert({ number: 'INC42', short_description: 'The short forty-two' });
    const told = await answerTo(flow, () => ada().command('INC42'));
    expect(told.text).toMatch(/There are INC\d+ and INC\d+\. Type the one you mean with all its digits\./);
    const long = await answerTo(flow, () => ada().command('INC0000042'));
    expect(long.text).toContain('The long forty-two');
  });

  test.each(['request', 'requested item', 'change', 'problem'])('may be a %s as well', async (label) => {
    const table = {
      request: 'sc_request',
      'requested item': 'sc_req_item',
      change: 'change_request',
      problem: 'problem',
    }[label] as string;
    const [row] = flow.serviceNow.db.rows(table);
    const told = await answerTo(flow, () => bob().command(`${row?.['number']}`));
    expect(told.text).toContain(`${row?.['number']}: ${row?.['short_description']}.`);
  });

  test('comes from the Details button of a list', async () => {
    const list = await answerTo(flow, () => ada().command('search battery'));
    const told = await answerTo(flow, () => ada().click({ channel: list.channel, ts: list.ts }, 'show-ticket'));
    expect(told.text).toContain('Laptop battery lasts an hour');
    expect(told.ephemeral).toBe(true);
    // The list is still there.
    expect(
      ada()
        .dm()
        .messages.some(({ ts }) => ts === list.ts),
    ).toBe(true);
  });

  test('never shows a requester what only agents may read', async () => {
    const told = await answerTo(flow, () => ada().command(numberOf('VPN drops every ten minutes')));
    expect(JSON.stringify(told)).not.toContain('Gateway log shows resets');
  });
});

describe.each(['drop', 'norows', 'deny403'] as const)('on an instance that treats odd queries by “%s”', (mode) => {
  beforeEach(() => {
    flow.serviceNow.settings.invalidQuery = mode;
  });

  test('lists, search and single tickets work for a requester', async () => {
    expect(lines(await answerTo(flow, () => ada().command('list')))).toHaveLength(5);
    expect((await answerTo(flow, () => ada().command('list assigned'))).text).toContain('Nothing is assigned to you');
    expect((await answerTo(flow, () => ada().command('search battery'))).text).toContain('Laptop battery');
    const number = numberOf('VPN drops every ten minutes');
    expect((await answerTo(flow, () => ada().command(number))).text).toContain('VPN drops every ten minutes');
    const missing = await answerTo(flow, () => ada().command('INC0099999'));
    expect(missing.text).toContain('I found no incident INC0099999');
  });
});

describe('what is assigned to somebody', () => {
  const assign = (table: string, to: { sysId: string }, title: string) =>
    flow.serviceNow.db.insert(table, { assigned_to: to.sysId, short_description: title, active: 'true' });

  test('may be of a kind that only this customer has, and is shown like any other', async () => {
    const { number, sys_id: sysId } = assign('u_facility_task', people().agent, 'Drain the old boiler');
    const told = await answerTo(flow, () => bob().command('list assigned'));
    expect(told.text).toContain(`${number} · `);
    const card = await answerTo(flow, () => bob().command(`${number}`));
    expect(card.text).toContain('Drain the old boiler');
    expect(JSON.stringify(card.blocks)).toContain(encodeURIComponent(`u_facility_task.do?sys_id=${sysId}`));
  });

  test('may begin far behind what they may not see; until then it is not said that there is nothing', async () => {
    for (let count = 0; count < 241; count++) assign('problem', people().requester, `Hidden ${count}`);
    const told = await answerTo(flow, () => ada().command('list assigned'));
    expect(told.text).toContain('There is nothing on this page that you may see');
    await ada().click(told, 'turn-page-0');
    // The page is turned in its place.
    const shown = () =>
      ada()
        .ephemeral()
        .find(({ ts }) => ts === told.ts)?.text;
    expect(await until('the next page', () => shown() !== told.text && shown())).toContain('That was all.');
  });
});

describe('while ServiceNow is in trouble', () => {
  test('a question is answered with what is wrong and a reference', async () => {
    flow.serviceNow.faults.set({ kind: 'hibernate' });
    const told = await answerTo(flow, () => ada().command('list'));
    flow.serviceNow.faults.clear();
    expect(told.text).toMatch(/The ServiceNow instance is asleep or offline.*\(Reference: command-/);
    await settled(flow);
  });

  test('a question whose answer would come much later is not left hanging', async () => {
    flow.serviceNow.faults.set({
      kind: 'rate-limit',
      user: people().requester.sysId,
      times: 1,
      retryAfterSeconds: 3600,
    });
    const told = await answerTo(flow, () => ada().command('list'));
    expect(told.text).toContain('ServiceNow asked me to slow down');
    // Only she was asked to wait.
    expect((await answerTo(flow, () => bob().command('list assigned'))).text).toContain('assigned to you');
    await flow.restart();
  });
});
