import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { snapshotOf } from '../../../src/records/changes.ts';
import { type Draft, differences, draftSchema, neutralise, toFields } from '../../../src/records/draft.ts';
import { recordIdentity } from '../../../src/records/identity.ts';
import { parseAnyNumber, parseNumber } from '../../../src/records/number.ts';
import { expectedPriority, isLevel, LEVELS, type Level } from '../../../src/records/priority.ts';
import { answersSearch, searchWords } from '../../../src/records/search.ts';
import { recordUrl, ticketSchema, toTicket } from '../../../src/records/ticket.ts';
import {
  cardColumns,
  hasEnded,
  RECORD_TYPE_NAMES,
  type RecordTypeName,
  recordType,
} from '../../../src/records/types.ts';
import { row } from '../support.ts';

const ID = '9d385017c611228701d22104cc95c371';
const ME = '62826bf03710200044e0bfc8bcbe5df1';

describe('a number', () => {
  test.each<[string, string, string[]]>([
    ['INC0010023', 'incident', ['INC0010023']],
    [' inc10023 ', 'incident', ['INC0010023', 'INC10023']],
    ['INC-10023', 'incident', ['INC0010023', 'INC10023']],
    ['INC 10023', 'incident', ['INC0010023', 'INC10023']],
    ['“inc10023”?', 'incident', ['INC0010023', 'INC10023']],
    ['#inc1', 'incident', ['INC0000001', 'INC1']],
    ['INC123456789', 'incident', ['INC123456789']],
    ['REQ5', 'request', ['REQ0000005', 'REQ5']],
    ['RITM0000005', 'requestItem', ['RITM0000005']],
    ['sctask5', 'catalogTask', ['SCTASK0000005', 'SCTASK5']],
    ['chg5', 'change', ['CHG0000005', 'CHG5']],
    ['PRB5', 'problem', ['PRB0000005', 'PRB5']],
    ['ctask10', 'changeTask', ['CTASK0000010', 'CTASK10']],
    ['PTASK10', 'problemTask', ['PTASK0000010', 'PTASK10']],
  ])('%j', (text, type, candidates) => {
    expect(parseNumber(text)).toEqual({ type, candidates });
    expect(parseAnyNumber(text)).toEqual({ type, candidates });
  });
  test.each([
    ['FAC0012345', ['FAC0012345']],
    [' fac-12345 ', ['FAC0012345', 'FAC12345']],
    ['UTASK123456789', ['UTASK123456789']],
  ])('%j of an unknown kind is that of some task, and only where a number is expected', (text, candidates) => {
    expect(parseAnyNumber(text)).toEqual({ type: 'task', candidates });
    expect(parseNumber(text)).toBeUndefined();
  });
  test.each([
    '',
    'A12345',
    'HP4200',
    'COVID19',
    'FAC0012345 is broken',
    'FACILITYTASK12345',
    '12345',
    'FAC1234567890123',
  ])('%j is none of any kind', (text) => {
    expect(parseAnyNumber(text)).toBeUndefined();
  });
  test.each([
    '',
    'INC',
    '0010023',
    'INC 1002',
    'INC\n0010023',
    'INC0010023x',
    'xINC0010023',
    'INC--1',
    'KB0000001',
    'INC1234567890123',
    'INC1\nINC2',
    'INC١',
  ])('%j is none', (text) => {
    expect(parseNumber(text)).toBeUndefined();
  });
});

describe('identity', () => {
  test('is a sys_id and a correlation id, the same for the same act, another for another', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(fc.string(), (key) => {
        const { sysId, correlationId } = recordIdentity(key);
        expect(sysId).toMatch(/^[0-9a-f]{32}$/);
        expect(correlationId).toMatch(/^slack-[0-9a-f]{24}$/);
        expect(recordIdentity(key)).toEqual({ sysId, correlationId });
        expect(recordIdentity(`${key}.`).sysId).not.toBe(sysId);
        seen.add(sysId);
      }),
    );
    expect(seen.size).toBeGreaterThan(50);
  });
  test('does not change from release to release, or a retry after a deploy would file twice', () => {
    expect(recordIdentity('T0HOUSE-V0FORM')).toEqual({
      sysId: '18418cdac135a6f13c5b7e55985dc426',
      correlationId: 'slack-2f27779b6819443c7b75ddd7',
    });
  });
});

const draft = (parts: Partial<Draft> = {}): Draft =>
  draftSchema.parse({ title: 'VPN is down', impact: '2', urgency: '3', ...parts });

describe('a draft', () => {
  test('becomes columns, for the person who files', () => {
    expect(toFields(draft(), ME, '')).toEqual({
      short_description: 'VPN is down',
      caller_id: ME,
      impact: '2',
      urgency: '3',
      contact_type: 'chat',
    });
  });
  test('with everything, for somebody else', () => {
    const full = draft({
      title: '  VPN is down ',
      description: ' Since noon. ',
      category: 'network',
      item: { sysId: ID, label: 'VPN' },
      caller: { sysId: ID, label: 'Bob' },
    });
    expect(toFields(full, ME, 'From a Slack message.')).toEqual({
      short_description: 'VPN is down',
      description: 'Since noon.\n\nFrom a Slack message.',
      caller_id: ID,
      impact: '2',
      urgency: '3',
      category: 'network',
      cmdb_ci: ID,
      contact_type: 'chat',
    });
  });
  test('the footer alone is a description', () => {
    expect(toFields(draft(), ME, 'From Slack.')['description']).toBe('From Slack.');
  });
  test('cannot make ServiceNow render HTML', () => {
    const fields = toFields(draft({ title: '[code]<b>x', description: '[CODE]<script>[/Code]' }), ME, '');
    expect(fields['short_description']).toBe('[ code]<b>x');
    expect(fields['description']).toBe('[ code]<script>[/ code]');
    const pieces = fc.array(fc.constantFrom('[', ']', '/', 'code', 'CODE', '[code]', '[/code]', ' '), {
      maxLength: 30,
    });
    fc.assert(
      fc.property(pieces, (parts) => {
        expect(neutralise(parts.join(''))).not.toMatch(/\[\/?code\]/i);
      }),
    );
  });
  test.each<[string, object]>([
    ['no title', { title: '   ' }],
    ['a long title', { title: 'x'.repeat(161) }],
    ['another level', { impact: '4' }],
    ['an item that is no id', { item: { sysId: 'x^ORactive=true', label: '' } }],
    ['a file that is none of Slack', { fileIds: ['../../etc'] }],
    ['too many files', { fileIds: Array.from({ length: 11 }, (_, index) => `F${index}`) }],
    ['a file whose name has no end', { fileIds: [`F${'0'.repeat(64)}`] }],
    ['a source that is no place of Slack', { source: { channel: 'C1', ts: '1.2', author: '\u0000'.repeat(500) } }],
  ])('is refused with %s', (_, parts) => {
    expect(draftSchema.safeParse({ title: 'x', impact: '1', urgency: '1', ...parts }).success).toBe(false);
  });
  test('has nothing in it that it does not name', () => {
    const draft = { title: 'x', impact: '1', urgency: '1', admin: 'true' };
    expect(draftSchema.parse(draft)).not.toHaveProperty('admin');
  });
});

describe('differences', () => {
  const sent = { short_description: 'VPN', description: 'one\ntwo', impact: '1', caller_id: ME, contact_type: 'chat' };
  test.each<[string, Record<string, string>, string[]]>([
    ['none', {}, []],
    ['other line ends', { description: 'one\r\ntwo' }, []],
    ['blanks at the ends', { description: ' one\ntwo\r\n', short_description: 'VPN ' }, []],
    ['a rule changed a field', { impact: '3' }, ['Impact']],
    ['a field was dropped', { description: '' }, ['Description']],
    ['a line is lost', { description: 'one two' }, ['Description']],
    ['several', { impact: '3', caller_id: ID }, ['For', 'Impact']],
    ['what was not sent does not count', { category: 'software', urgency: '3' }, []],
    ['nor what the person did not choose', { contact_type: 'phone' }, []],
  ])('%s', (_, stored, expected) => {
    expect(differences(sent, row({ ...sent, ...stored }))).toEqual(expected);
  });
  test('a field that the person may not see is told as well', () => {
    expect(differences({ impact: '1' }, row({}))).toEqual(['Impact']);
  });
});

describe('priority', () => {
  test.each<[Level, Level, string]>([
    ['1', '1', '1'],
    ['1', '2', '2'],
    ['1', '3', '3'],
    ['2', '1', '2'],
    ['2', '2', '3'],
    ['2', '3', '4'],
    ['3', '1', '3'],
    ['3', '2', '4'],
    ['3', '3', '5'],
  ])('impact %s, urgency %s: %s', (impact, urgency, expected) => {
    expect(expectedPriority(impact, urgency)).toBe(expected);
  });
  test('levels', () => {
    expect(LEVELS.every(isLevel)).toBe(true);
    expect(['', '0', '4', '11'].some(isLevel)).toBe(false);
  });
});

describe('search words', () => {
  test.each<[string, string[]]>([
    ['', []],
    ['VPN home', ['VPN', 'home']],
    ['a vpn b', ['vpn']],
    ['one two three four five six', ['one', 'two', 'three', 'four', 'five']],
    ['*bold* _it_ <@U1> `x1`', ['bold', 'it', '@U1', 'x1']],
    ['vpn^ORsys_idISNOTEMPTY', ['vpn', 'ORsys', 'idISNOTEMPTY']],
    ['in\u200bvisible', ['invisible']],
    ['x'.repeat(60), ['x'.repeat(40)]],
    ['\u00fcber e\u0301t\u00e9', ['über', 'été']],
  ])('%j', (text, words) => {
    expect(searchWords(text)).toEqual(words);
  });
  test('are never cut through a character', () => {
    expect(searchWords(`${'x'.repeat(39)}😀😀`)).toEqual([`${'x'.repeat(39)}😀`]);
  });
  test.each<[string[], boolean]>([
    [['vpn'], true],
    [['VPN', 'berlin'], true],
    [['vpn', 'paris'], false],
    [['inc0010023'], false],
  ])('does a row answer %j: %s', (words, expected) => {
    const found = row({ short_description: 'Vpn is down', description: 'In the Berlin office', number: 'INC0010023' });
    expect(answersSearch(found, words)).toBe(expected);
  });

  test.each([
    ['cafe', 'Café menu screen'],
    ['Café', 'Cafe menu screen'],
    ['STRASSE', 'Drucker in der Hauptstraße'],
    ['jose', 'José cannot log in'],
    ['ＶＰＮ', 'vpn is down'],
  ])('what the instance found for %s is not thrown away because of accents: %s', (word, title) => {
    expect(answersSearch(row({ short_description: title }), [word])).toBe(true);
  });
});

describe('a record has ended', () => {
  test.each<[string, RecordTypeName, Record<string, string>, boolean]>([
    ['closed', 'incident', { state: '7', active: 'false' }, true],
    ['cancelled', 'change', { state: '4', active: 'false' }, true],
    ['resolved, which can be reopened', 'incident', { state: '6', active: 'true' }, false],
    ['of which the person may not see that', 'incident', { state: '7' }, false],
    ['asked for', 'approval', { state: 'requested' }, false],
    ['not yet asked for', 'approval', { state: 'not requested' }, false],
    ['approved', 'approval', { state: 'approved' }, true],
    ['rejected', 'approval', { state: 'rejected' }, true],
    ['not needed any more', 'approval', { state: 'not_required' }, true],
    ['cancelled', 'approval', { state: 'cancelled' }, true],
    ['in a state that we do not know', 'approval', { state: 'more_info' }, false],
  ])('%s: %s', (_, type, fields, expected) => {
    expect(hasEnded(type, row(fields))).toBe(expected);
    expect(snapshotOf(type, row(fields)).ended ?? false).toBe(expected);
  });
});

describe('a ticket', () => {
  const stored = row(
    {
      number: 'INC0010023',
      short_description: 'VPN is down',
      description: '[code]<b>Since noon</b>[/code]',
      state: { value: '2', displayValue: 'In Progress' },
      active: { value: 'true', displayValue: 'wahr' },
      priority: { value: '1', displayValue: '1 - Critical' },
      caller_id: { value: ME, displayValue: 'Ada Byron' },
      assignment_group: '',
    },
    ID,
  );
  test('shows display values, in the order of its kind, without empty ones', () => {
    expect(toTicket('incident', stored, 'https://dev1.service-now.com')).toEqual({
      type: 'incident',
      sysId: ID,
      number: 'INC0010023',
      title: 'VPN is down',
      description: 'Since noon',
      state: 'In Progress',
      active: true,
      url: `https://dev1.service-now.com/nav_to.do?uri=incident.do%3Fsys_id%3D${ID}`,
      fields: [
        { label: 'Priority', text: '1 - Critical' },
        { label: 'For', text: 'Ada Byron' },
      ],
    });
  });
  test('of which the person may see little is still one', () => {
    const ticket = toTicket('change', row({ number: 'CHG1' }), 'https://dev1.service-now.com');
    expect(ticket).toMatchObject({ title: '(no short description)', state: 'Unknown', fields: [], active: true });
    expect(ticketSchema.parse(JSON.parse(JSON.stringify(ticket)))).toEqual(ticket);
  });
  test('that is closed', () => {
    expect(toTicket('incident', row({ active: 'false' }), 'https://x').active).toBe(false);
  });
  test('its address is one parameter, whatever the id', () => {
    expect(recordUrl('https://x', 'incident', 'a&b=c')).toBe(
      'https://x/nav_to.do?uri=incident.do%3Fsys_id%3Da%26b%3Dc',
    );
  });
});

test('every kind of record has its own prefix and table, and asks for what its card shows', () => {
  const kinds = RECORD_TYPE_NAMES.map(recordType);
  const prefixes = kinds.map(({ prefix }) => prefix).filter(Boolean);
  expect(new Set(prefixes).size).toBe(prefixes.length);
  expect(new Set(kinds.map(({ table }) => table)).size).toBe(kinds.length);
  for (const name of RECORD_TYPE_NAMES) {
    const columns = cardColumns(name);
    expect(columns).toEqual(expect.arrayContaining(['sys_id', 'state', 'active']));
    expect(columns).toEqual(expect.arrayContaining(recordType(name).cardFields.map(({ field }) => field)));
    expect(new Set(columns).size).toBe(columns.length);
  }
});
