import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { toFields } from '../../src/records/draft.ts';
import { attacker } from '../support/attacker.ts';
import { answered, at, directMessages, toldByDm } from '../support/conversation.ts';
import { expectNoViolations, fileIncident, incidentsCalled, openForm, settled } from '../support/filing.ts';
import { type Flow, startFlow } from '../support/flow.ts';
import { heldBack, tamper } from '../support/raw.ts';
import { until } from '../support/until.ts';
import { wordsOf } from '../support/words-of.ts';

let flow: Flow;
/** Somebody's machine inside the network, who should never be asked anything. */
let inside: Server;
const asked: string[] = [];

beforeAll(async () => {
  flow = await startFlow({ slack: { rateLimits: 'off' } });
  await flow.link('ada');
  await settled(flow);
  inside = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.end('ok');
  });
  await new Promise<void>((resolve) => inside.listen(0, '127.0.0.1', resolve));
}, 30_000);

beforeEach(() => {
  flow.serviceNow.requests.length = 0;
});

afterAll(async () => {
  inside.close();
  await flow.close();
  expectNoViolations(flow);
});

const INJECTIONS = [
  'javascript:gs.getUserID()',
  'JaVaScRiPt\u200b:gs.getUserID()',
  'java\u0000script:x',
  'x^NQactive=true',
  'x^ORsys_idISNOTEMPTY',
  '^EQ^GOTO',
  'x\n^NQactive=true',
  'x\u2028^ORactive=true',
  'INC0010001^NQactive=true',
  'INC0010001,javascript:x',
  "x' OR 1=1--",
  '123TEXTQUERY321=x',
  'RLQUERYsys_user.manager,>=1^ENDRLQUERY',
  'DYNAMIC90d1921e5f510100a9ad2572f2b477fe',
];

/** Every condition begins as ours do, and nothing of the person's is outside of a value. */
const OURS =
  /^(OR|ORDERBY(DESC)?)?(number|name|user_name|email|active|caller_id|opened_by|assigned_to|approver|state|short_description|description|sys_updated_on|sys_created_on|sys_id|element|language|inactive|sequence)(=|IN|LIKE|STARTSWITH|$)[^^]*$/;

/** A search asks the text index, and that is how its query begins; anywhere else it would be somebody's words. */
const INDEXED = /^123TEXTQUERY321=/;

function expectOwnQueries(): void {
  for (const { path, query } of flow.serviceNow.requests) {
    const encoded = query['sysparm_query'];
    if (encoded === undefined) continue;
    expect({ path, encoded }).not.toMatchObject({
      encoded: expect.stringMatching(/javascript\s*:|[\p{Cc}\u2028\u200b]/iu),
    });
    const [first = '', ...others] = encoded.split('^');
    for (const part of INDEXED.test(first) ? others : [first, ...others])
      expect({ path, part }).toEqual({ path, part: expect.stringMatching(OURS) });
  }
}

test.each(INJECTIONS)('no field lets %j become a part of a query', async (words) => {
  const ada = flow.person('ada');
  const typed = ['search', 'show', 'watch', 'unwatch', 'incident', 'list', 'help', ''];
  for (const word of typed) await ada.command(`${word} ${words}`);
  if (ada.modal()) await ada.closeModal();
  await openForm(ada, 'With options');
  const view = ada.modal()?.id ?? '';
  for (const [block, action] of [
    ['caller', 'find-caller'],
    ['item', 'find-item'],
  ] as const)
    await ada.options({ view }, block, action, words);
  await ada.closeModal();
  await ada.command('subscribe', { channel: '#it-help' });
  const form = await until('the form', () => ada.modal());
  await ada.options({ view: form.id }, 'group', 'find-group', words);
  await ada.closeModal();
  const press = await attacker(flow, ada);
  const page = JSON.stringify({ list: { kind: 'search', words }, cursor: { offset: 0, skip: 0 } });
  for (const value of [words, page, JSON.stringify({ list: { kind: words, state: words }, cursor: {} })])
    for (const actionId of ['turn-page-0', 'show-ticket', 'approve', 'edit-subscription'])
      await press({ actionId, value });
  await settled(flow);
  expect(flow.serviceNow.requests.length).toBeGreaterThan(0);
  expectOwnQueries();
});

test('whoever calls themselves [code] in Slack has nothing rendered in the ticket that others file from their words', () => {
  const draft = { title: '[code]x[/code]', description: '[CODE]y', impact: '3', urgency: '3', fileIds: [] } as const;
  const fields = toFields({ ...draft, fileIds: [] }, '0'.repeat(32), 'From a Slack message by [code]<b>Mallory[/code]');
  expect(Object.values(fields).filter((text) => /\[\/?code\]/i.test(text))).toEqual([]);
  expect(fields['description']).toContain('Mallory');
});

test('choices of a form that nobody offered are refused or end up as what they are', async () => {
  const ada = flow.person('ada');
  for (const [block, value] of [
    ['caller', 'javascript:gs.getUserID()'],
    ['caller', `${'0'.repeat(31)}^`],
    ['item', '../../sys_user/1'],
    ['impact', '0'],
    ['urgency', 'javascript:1'],
  ] as const) {
    await openForm(ada, `Chosen ${value}`);
    const { rawBody } = await heldBack(flow, () => ada.submit());
    const changed = tamper(rawBody, ({ view }) => {
      const { state } = view as { state: { values: Record<string, Record<string, unknown>> } };
      const [action = 'value'] = Object.keys(state.values[block] ?? {});
      state.values[block] = { [action]: { selected_option: { value, text: { type: 'plain_text', text: 'Mine' } } } };
    });
    const { body } = await flow.slack.deliver({ rawBody: changed });
    expect({ block, body }).toMatchObject({ block, body: { response_action: 'errors' } });
    await ada.closeModal();
    expect(incidentsCalled(flow, `Chosen ${value}`)).toEqual([]);
  }
});

test('a ticket full of Slack’s markup pings nobody and links nowhere', async () => {
  const ada = flow.person('ada');
  const title = '<!channel> <@U0101P3Q> <https://evil.example|Reset your password> *bold* &lt;';
  await fileIncident(ada, title);
  await toldByDm(ada, 'Filed INC');
  await ada.command('search password');
  const list = await answered(ada, 'Incidents with “password”');
  expect(wordsOf(list.blocks)).toContain('<https://evil.example|Reset your password>');
  expect(flow.slack.broadcasts()).toEqual([]);
  for (const { pings, text } of [...directMessages(ada), ...ada.ephemeral()]) {
    expect(pings).toEqual([]);
    expect(text).not.toMatch(/<https:\/\/evil|<!|<@/);
  }
});

test('an answer’s address that is not Slack’s is not followed, whoever signed it', async () => {
  const ada = flow.person('ada');
  const { port } = inside.address() as AddressInfo;
  const addresses = [
    `http://127.0.0.1:${port}/commands/x`,
    `http://localhost:${port}/actions/x`,
    `http://[::ffff:127.0.0.1]:${port}/`,
    `http://hooks.slack.com@127.0.0.1:${port}/`,
    'http://169.254.169.254/latest/meta-data/',
    'file:///etc/passwd',
    'https://hooks.slack.com.evil.example/',
    'not an address',
  ];
  const { rawBody } = await heldBack(flow, () => ada.command('list all'));
  for (const [index, address] of addresses.entries()) {
    const form = new URLSearchParams(rawBody);
    form.set('response_url', address);
    form.set('trigger_id', `${form.get('trigger_id')}.${index}`);
    const before = ada.ephemeral().length;
    expect((await flow.slack.deliver({ rawBody: form.toString() })).status).toBe(200);
    await until(`the answer despite ${address}`, () => ada.ephemeral().length > before);
  }
  await settled(flow);
  expect(asked).toEqual([]);
});

test('a button’s address that is not Slack’s is not followed either', async () => {
  const ada = flow.person('ada');
  const { port } = inside.address() as AddressInfo;
  await ada.command('hlep');
  const odd = await answered(ada, 'I don');
  const { rawBody } = await heldBack(flow, () =>
    ada.click(at(odd), 'list-mine').catch(() => ada.click(at(odd), 'show-help')),
  );
  const changed = tamper(rawBody, (payload) => {
    payload['response_url'] = `http://127.0.0.1:${port}/actions/x`;
  });
  await flow.slack.deliver({ rawBody: changed });
  await settled(flow);
  expect(asked).toEqual([]);
});
