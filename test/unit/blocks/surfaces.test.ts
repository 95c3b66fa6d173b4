import { describe, expect, test } from '@jest/globals';
import { button } from '../../../src/blocks/actions.ts';
import { type Message, message } from '../../../src/blocks/message.ts';
import { connected, connectPrompt, reconnectNotice, whoAmI } from '../../../src/blocks/messages/account.ts';
import { approvalList } from '../../../src/blocks/messages/approval.ts';
import { filingFailed, filingQueued, ticketFiled } from '../../../src/blocks/messages/filing.ts';
import { helpMessage } from '../../../src/blocks/messages/help.ts';
import { notice, notUnderstood, openFormOffer } from '../../../src/blocks/messages/notice.ts';
import {
  arrivalsMessage,
  changeMessage,
  digestMessage,
  laneQuestion,
  REASONS,
  watchCard,
  whyMessage,
} from '../../../src/blocks/messages/notification.ts';
import {
  subscriptionList,
  subscriptionPaused,
  subscriptionShutOut,
} from '../../../src/blocks/messages/subscription.ts';
import { ticketCard } from '../../../src/blocks/messages/ticket-card.ts';
import { ticketPage } from '../../../src/blocks/messages/ticket-list.ts';
import { untoldMessage } from '../../../src/blocks/messages/untold.ts';
import { connectView } from '../../../src/blocks/views/connect.ts';
import { failedView, filedView, filingView, queuedView } from '../../../src/blocks/views/filing-status.ts';
import { homeView } from '../../../src/blocks/views/home.ts';
import { incidentForm, prefillFromText } from '../../../src/blocks/views/incident-form.ts';
import { readSettings, settingsForm } from '../../../src/blocks/views/settings.ts';
import { readSubscriptionForm, subscriptionForm } from '../../../src/blocks/views/subscription-form.ts';
import { readWordsForm, wordsForm } from '../../../src/blocks/views/words-form.ts';
import { UnavailableError } from '../../../src/errors.ts';
import { createMark } from '../../../src/instances/mark.ts';
import type { Change } from '../../../src/records/changes.ts';
import { DEFAULT_PREFERENCES } from '../../../src/records/preferences.ts';
import { parseRef } from '../../../src/records/ref.ts';
import type { Ticket } from '../../../src/records/ticket.ts';
import { LANGUAGES, type Language, type T, wordsOf } from '../../../src/words/index.ts';
import { inSlacksWords, validateBlocks, validateView } from '../../sandbox/slack/block-kit/validate.ts';
import { pingsOf } from '../../sandbox/slack/mrkdwn.ts';
import type { AnyBlock } from '../../sandbox/slack/protocol.ts';
import { ADA, T as EN, NOON } from '../support.ts';

const HOSTILE = '<!channel> <!here> <@U0BOB> <https://evil.example|Click> *b* _i_ `c` ~s~ & :boom: "q" \\ </script>';
const TEXTS: [string, string][] = [
  ['normal', 'VPN is down'],
  ['empty', ''],
  ['blank', ' \n\t '],
  ['huge', 'x'.repeat(10_000)],
  ['huge without blanks to cut at, in emoji', '😀'.repeat(10_000)],
  ['huge families', 'a👨‍👩‍👧'.repeat(2_000)],
  ['right to left', 'הרשת לא עובדת '.repeat(300)],
  ['combining', `e${'\u0301'.repeat(5_000)}`],
  ['hostile', HOSTILE],
  ['hugely hostile', HOSTILE.repeat(100)],
  ['controls', 'a\u0000b\u202ec\u200bd\r\ne'],
];

const URL = 'https://dev98042.service-now.com/nav_to.do?uri=incident.do%3Fsys_id%3D1';
const ticket = (text: string): Ticket => ({
  type: 'incident',
  sysId: '9d385017c611228701d22104cc95c371',
  number: 'INC0010023',
  title: text,
  description: text,
  state: text,
  active: true,
  url: URL,
  fields: [
    { label: 'Priority', text },
    { label: 'Team', text },
  ],
});
const account = (text: string) => ({ name: text, userName: text, instance: 'dev98042.service-now.com' });
const unattached = (name: string) => ({ name, cause: '', isUnsure: false });
const remarks = (text: string) => ({ changed: ['Impact', text], unattached: [unattached(text), unattached(text)] });
const AWAY = new UnavailableError('servicenow-unavailable', 'away');
const failed = (title: string, isUnsure: boolean) => ({
  title,
  jobId: 'j-file-T-V',
  isUnsure,
  form: { url: 'https://dev1.service-now.com/incident.do', isWhole: false },
});
const many = (text: string) => Array.from({ length: 60 }, () => ticket(text));
const ID = '62826bf03710200044e0bfc8bcbe5df1';
const reference = (text: string) => ({ sysId: ID, label: text });

const REF = `incident/${ID}`;
const ALL = { canReopen: true, canConfirm: true, canDecide: false };
const changes = (text: string): Change[] => [
  { kind: 'state', label: 'State', from: text, to: text },
  { kind: 'comments', internal: false, author: text, text, isMixed: false },
  { kind: 'comments', internal: true, author: 'Bob', text, isMixed: false },
];
const times = <A>(count: number, make: () => A): A[] => Array.from({ length: count }, make);
const news = (text: string) => ({ number: 'INC0010023', title: text, url: URL, changes: changes(text) });
const arrival = (text: string, reason: 'assigned' | 'approval') => ({
  number: 'INC0010023',
  title: text,
  ref: { type: 'incident', sysId: 'a'.repeat(32) } as const,
  reason,
});
const subscription = (text: string) => ({
  id: 'subscription-1',
  channel: 'C1',
  owner: ADA,
  createdAt: NOON,
  paused: text.length % 2 === 0,
  filter: {
    type: 'incident' as const,
    priorities: ['1', '2'],
    states: ['1'],
    assignmentGroup: { value: ID, label: text },
    category: { value: 'c', label: text },
  },
});

const page = (text: string) => ({
  heading: text,
  empty: text,
  tickets: [] as Ticket[],
  isFirst: true,
  next: undefined,
  first: undefined,
  turn: 'turn-page',
});

const MESSAGES: Record<string, (text: string, t: T) => Message> = {
  notice,
  notUnderstood: (text, t) => notUnderstood(text, 'incident', '/snow ', t),
  'notUnderstood without a guess': (text, t) => notUnderstood(text, undefined, '', t),
  openFormOffer,
  connectPrompt: (_, t) =>
    connectPrompt(`https://bridge.example.com/servicenow/connect?id=${'x'.repeat(43)}`, 'none', t),
  'connectPrompt, broken': (_, t) => connectPrompt('https://bridge.example.com/servicenow/connect?id=x', 'broken', t),
  reconnectNotice: (_, t) => reconnectNotice('broken', t),
  'reconnectNotice, none': (_, t) => reconnectNotice('none', t),
  connected: (text, t) => connected(account(text), undefined, t),
  'connected, with something pending': (text, t) => connected(account(text), 'incident', t),
  whoAmI: (text, t) => whoAmI(account(text), NOON, t),
  ticketFiled: (text, t) => ticketFiled(ticket(text), remarks(text), true, t),
  'ticketFiled without remarks': (text, t) => ticketFiled(ticket(text), { changed: [], unattached: [] }, false, t),
  filingQueued: (text, t) => filingQueued(text, AWAY, t),
  filingFailed: (text, t) => filingFailed(failed(text, false), AWAY, t),
  'filingFailed, perhaps': (text, t) => filingFailed(failed(text, true), AWAY, t),
  helpMessage: (text, t) => helpMessage(t, [{ usage: text, summary: text }]),
  'helpMessage on a topic': (text, t) => helpMessage(t, [{ usage: 'list', summary: text }], { details: [text, text] }),
  ticketCard: (text, t) => ticketCard(ticket(text), undefined, t),
  'ticketCard of little': (text, t) =>
    ticketCard({ ...ticket(text), fields: [], description: undefined }, undefined, t),
  ticketPage: (text, t) => ticketPage({ ...page(text), tickets: [ticket(text)], next: text, first: text }, t),
  'ticketPage of nothing': (text, t) => ticketPage(page(text), t),
  watchCard: (text, t) => watchCard(ticket(text), REF, 'asked', ALL, t),
  'watchCard of an approval': (text, t) => watchCard(ticket(text), REF, 'approval', { ...ALL, canDecide: true }, t),
  'watchCard in a channel': (text, t) => watchCard(ticket(text), REF, 'subscribed', ALL, t),
  changeMessage: (text, t) => changeMessage('INC0010023', changes(text), text, t),
  'changeMessage of many': (text, t) => changeMessage('INC0010023', times(20, () => changes(text)).flat(), '', t),
  whyMessage: (_, t) => whyMessage('INC0010023', 'filed', REF, t),
  digestMessage: (text, t) => digestMessage([news(text)], t),
  'digestMessage of many': (text, t) =>
    digestMessage(
      times(60, () => ({ ...news(text), changes: times(5, () => changes(text)).flat() })),
      t,
    ),
  arrivalsMessage: (text, t) => arrivalsMessage([arrival(text, 'assigned'), arrival(text, 'approval')], t),
  'arrivalsMessage of many': (text, t) =>
    arrivalsMessage(
      times(60, () => arrival(text, 'assigned')),
      t,
    ),
  laneQuestion: (_, t) => laneQuestion('1795452069.000100', true, t),
  approvalList: (text, t) => approvalList([{ ticket: ticket(text), ref: REF, canDecide: true }], false, t),
  'approvalList of nothing': (_, t) => approvalList([], false, t),
  'approvalList of many': (text, t) =>
    approvalList(
      many(text).map((each) => ({ ticket: each, ref: REF, canDecide: true })),
      true,
      t,
    ),
  subscriptionList: (text, t) => subscriptionList([subscription(text)], t),
  'subscriptionList of nothing': (_, t) => subscriptionList([], t),
  'subscriptionList of many': (text, t) =>
    subscriptionList(
      times(60, () => subscription(text)),
      t,
    ),
  subscriptionShutOut: (text, t) => subscriptionShutOut({ ...subscription(text), channel: 'C0HELP' }, t),
  subscriptionPaused: (text, t) => subscriptionPaused(subscription(text), t),
  untoldMessage: (text, t) =>
    untoldMessage(
      times(10, () => text),
      t,
    ),
  'ticketPage of many': (text, t) => ticketPage({ ...page(text), tickets: many(text) }, t),
};

const VIEWS: Record<string, (text: string, t: T) => object> = {
  connectView: (_, t) => connectView('https://bridge.example.com/servicenow/connect?id=x', t),
  filingView: (text, t) => filingView(text, t),
  queuedView: (text, t) => queuedView(text, AWAY, t),
  filedView: (text, t) => filedView(ticket(text), remarks(text), t),
  failedView: (text, t) => failedView(failed(text, false), AWAY, t),
  'homeView, none': (_, t) => homeView({ sections: [{ link: 'none' }] }, t),
  'homeView, broken': (_, t) => homeView({ sections: [{ link: 'broken' }] }, t),
  'homeView, ServiceNow away': (text, t) =>
    homeView({ sections: [{ link: 'linked', account: account(text), tickets: undefined }] }, t),
  'homeView, nothing open': (text, t) =>
    homeView({ sections: [{ link: 'linked', account: account(text), tickets: [] }] }, t),
  homeView: (text, t) =>
    homeView({ sections: [{ link: 'linked', account: account(text), tickets: [ticket(text), ticket(text)] }] }, t),
  'homeView with what was refused elsewhere': (text, t) =>
    homeView({ sections: [{ link: 'broken' }], untold: times(10, () => text) }, t),
  'homeView of many': (text, t) =>
    homeView({ sections: [{ link: 'linked', account: account(text), tickets: many(text) }] }, t),
  'homeView of two instances': (text, t) =>
    homeView(
      {
        sections: ['it', 'hr'].map((alias) => ({
          link: 'linked' as const,
          account: account(text),
          tickets: [ticket(text)],
          among: { alias, instance: text, mark: createMark(alias, alias).blocks },
        })),
      },
      t,
    ),
  'incidentForm, empty': (text, t) => incidentForm({ prefill: {}, me: { sysId: ID, name: text }, categories: [] }, t),
  incidentForm: (text, t) =>
    incidentForm(
      {
        prefill: {
          title: text,
          description: text,
          impact: '1',
          urgency: '2',
          category: 'c1',
          item: reference(text),
          caller: reference(text),
          source: { channel: 'C1', ts: '1.2', author: 'U1' },
        },
        me: { sysId: ID, name: text },
        categories: Array.from({ length: 150 }, (_, index) => ({ value: `c${index}`, label: text })),
      },
      t,
    ),
  settingsForm: (_, t) => settingsForm(DEFAULT_PREFERENCES, t),
  'settingsForm of one who wants nothing': (_, t) =>
    settingsForm(
      {
        ...DEFAULT_PREFERENCES,
        kinds: [],
        automatic: { filed: false, assigned: false, approval: false },
        quiet: { from: '22:00', to: '07:00' },
        digestAt: '08:00',
      },
      t,
    ),
  subscriptionForm: (text, t) =>
    subscriptionForm(
      {
        id: 'subscription-1',
        channel: 'C1',
        filter: subscription(text).filter,
        categories: Array.from({ length: 150 }, (_, index) => ({ value: `c${index}`, label: text })),
      },
      t,
    ),
  'subscriptionForm, empty': (_, t) =>
    subscriptionForm({ id: 'subscription-1', channel: 'C1', filter: undefined, categories: [] }, t),
  'wordsForm to comment': (_, t) => wordsForm('comment', REF, 'D1', '', t),
  'wordsForm to reopen': (_, t) => wordsForm('reopen', REF, 'D1', '', t),
  'wordsForm to reject': (_, t) => wordsForm('reject', REF, 'D1', '', t),
  'incidentForm from what was typed': (text, t) =>
    incidentForm({ prefill: prefillFromText(text), me: { sysId: ID, name: 'Ada' }, categories: [] }, t),
};

/** Everything that Slack would parse for mark-up, and every string at all. */
function walk(value: unknown, see: (object: Record<string, unknown>) => void): void {
  if (Array.isArray(value)) for (const each of value) walk(each, see);
  else if (typeof value === 'object' && value !== null) {
    see(value as Record<string, unknown>);
    for (const each of Object.values(value)) walk(each, see);
  }
}
function parsedTexts(surface: unknown): unknown[] {
  const found: unknown[] = [];
  walk(surface, ({ type, text }) => {
    if (type === 'mrkdwn' || type === 'markdown') found.push(text);
  });
  return found;
}
function brokenTexts(surface: unknown): string[] {
  const found: string[] = [];
  walk(surface, (object) => {
    for (const each of Object.values(object))
      if (typeof each === 'string' && /\p{Cs}/u.test(each)) found.push(each.slice(-20));
  });
  return found;
}

/** What people write is cut alike in each language, so of others than English only the extremes are tried. */
const EXTREMES = ['normal', 'empty', 'huge', 'hostile'];
const textsFor = (language: Language) => TEXTS.filter(([kind]) => language === 'en' || EXTREMES.includes(kind));

const surfaces = <B>(builders: Record<string, B>) =>
  Object.entries(builders).flatMap(([name, build]) =>
    LANGUAGES.flatMap((language) =>
      textsFor(language).map(
        ([kind, text]) => [`${name}, ${kind}, ${language}`, build, text, wordsOf(language)] as const,
      ),
    ),
  );

describe('every message', () => {
  test.each(surfaces(MESSAGES))('%s', (_, build, text, t) => {
    const { text: twin, blocks } = build(text, t);
    expect(validateBlocks(JSON.parse(JSON.stringify(blocks)), 'message').map(inSlacksWords)).toEqual([]);
    expect(parsedTexts(blocks)).toEqual([]);
    expect(brokenTexts({ twin, blocks })).toEqual([]);
    if (text.trim()) expect(twin.trim()).not.toBe('');
    expect(twin.length).toBeLessThanOrEqual(4000);
    expect(twin).not.toMatch(/[<>]/);
    expect(pingsOf(twin, blocks as unknown as AnyBlock[], undefined)).toEqual([]);
  });
});

describe('every view', () => {
  test.each(surfaces(VIEWS))('%s', (_, build, text, t) => {
    const view = build(text, t);
    expect(validateView(JSON.parse(JSON.stringify(view))).map(inSlacksWords)).toEqual([]);
    expect(parsedTexts(view)).toEqual([]);
    expect(brokenTexts(view)).toEqual([]);
  });
});

describe('what the surfaces say', () => {
  const blocksOf = ({ blocks }: Message) => JSON.stringify(blocks);

  test('a card and its twin carry the same', () => {
    const card = ticketCard(
      { ...ticket('In Progress'), title: 'VPN is down', description: 'Since noon' },
      undefined,
      EN,
    );
    for (const each of ['INC0010023', 'VPN is down', 'In Progress', 'Priority']) {
      expect(card.text).toContain(each);
      expect(blocksOf(card)).toContain(each);
    }
    expect(card.text).toContain(URL);
  });
  test('a list of subscriptions says how many it has no room for', () => {
    const all = times(26, () => subscription('x'));
    const list = subscriptionList(all, EN);
    expect(list.blocks).toHaveLength(50);
    expect(blocksOf(list)).toContain('no room here for 2 more');
    expect(list.text).toContain('no room here for 2 more');
    expect(blocksOf(subscriptionList(all.slice(2), EN))).not.toContain('no room');
  });
  test('a description that only repeats the title is left out', () => {
    const same = blocksOf(
      ticketCard({ ...ticket('x'), title: 'VPN is down', description: 'VPN is down' }, undefined, EN),
    );
    expect(same.split('VPN is down')).toHaveLength(2);
  });
  test('what ServiceNow changed and what could not be attached is told', () => {
    const { text } = ticketFiled(ticket('x'), { changed: ['Impact'], unattached: [unattached('log.txt')] }, true, EN);
    expect(text).toContain('ServiceNow set these differently from what you entered: Impact.');
    expect(text).toContain('These files could not be attached: log.txt.');
  });
  test('buttons of several rows say to a screen reader which one they are', () => {
    expect(blocksOf(ticketCard(ticket('x'), undefined, EN))).toContain(
      '"accessibility_label":"Open INC0010023 in ServiceNow"',
    );
  });
  test('Continue is offered only where something is pending', () => {
    expect(blocksOf(connected(account('Ada'), 'incident', EN))).toContain('resume-pending');
    expect(blocksOf(connected(account('Ada'), undefined, EN))).not.toContain('resume-pending');
  });
  test('who I am: name, user name, instance and since when', () => {
    expect(whoAmI({ name: 'Ada Byron', userName: 'ada', instance: 'dev1' }, NOON, EN).text).toBe(
      'You are connected as Ada Byron (ada) on dev1 since November 23, 2026.',
    );
  });
  test('a pager has only the ways that lead somewhere', () => {
    const list = (next?: object, first?: object) => blocksOf(ticketPage({ ...page('x'), next, first }, EN));
    expect(list()).not.toContain('turn-page');
    expect(list({ n: 1 })).toContain('Next page');
    expect(list({ n: 1 })).not.toContain('First page');
    expect(list(undefined, { n: 0 })).toContain('First page');
  });
  test.each(REASONS)('a card says why it came: %s', (reason) => {
    const { text, blocks } = watchCard(ticket('x'), REF, reason, ALL, EN);
    for (const said of [text, JSON.stringify(blocks)]) expect(said).toContain(EN(`told.${reason}`));
    expect(JSON.stringify(blocks).includes('card-menu')).toBe(reason !== 'subscribed');
  });
  test('a change says who, what, from where to where; an internal note says that it is one', () => {
    const { text } = changeMessage('INC0010023', changes('x'), 'Bob Agent', EN);
    expect(text).toContain('State: x → x by Bob Agent');
    expect(text).toContain('Comment by x: x');
    expect(text).toContain('Work note (internal, staff only) by Bob: x');
  });
  test('a message of many long texts stays one that Slack takes', () => {
    const long: Change = { kind: 'other', label: 'Notes', from: 'ä'.repeat(900), to: 'ö'.repeat(900) };
    const entries = times(20, () => ({ ...news('x'), changes: times(6, () => long) }));
    const said = ({ blocks }: Message) => (JSON.stringify(blocks).match(/[äö]/g) ?? []).length;
    expect(said(digestMessage(entries, EN))).toBeLessThan(10_000);
    expect(
      said(
        changeMessage(
          'INC1',
          times(20, () => long),
          '',
          EN,
        ),
      ),
    ).toBeLessThan(10_000);
  });
  test('whoever changed nothing from nothing is told “none”, and how much is left out', () => {
    const gone = changeMessage('INC1', [{ kind: 'assignment', label: 'Team', from: 'Desk', to: '' }], '', EN);
    expect(gone.text).toContain('Team: Desk → none');
    expect(
      changeMessage(
        'INC1',
        times(25, () => changes('x')[0] as Change),
        '',
        EN,
      ).text,
    ).toContain('and 5 more');
    expect(
      JSON.stringify(digestMessage([{ ...news('x'), changes: times(9, () => changes('x')[0] as Change) }], EN)),
    ).toContain('and 3 more');
  });
  test('forms are read back as they were made, and nothing else is', () => {
    const state = (fields: Record<string, object>) =>
      Object.fromEntries(Object.entries(fields).map(([block, value]) => [block, { value }]));
    const words = wordsForm('reopen', REF, 'D1', '', EN);
    expect(readWordsForm('reopen', state({ words: { value: ' why ' } }), words.private_metadata ?? '', EN)).toEqual({
      ref: parseRef(REF),
      channel: 'D1',
      words: 'why',
    });
    const tooLong = JSON.stringify({ purpose: 'reopen', ref: REF, channel: '\n'.repeat(1_500) });
    for (const metadata of ['', '{', '{}', '{"purpose":"delete","ref":"x","channel":"D1"}', tooLong])
      expect(readWordsForm('reopen', state({ words: { value: 'why' } }), metadata, EN)).toHaveProperty('errors');
    expect(readWordsForm('reopen', state({ words: { value: ' ' } }), words.private_metadata ?? '', EN)).toHaveProperty(
      'errors',
    );

    expect(readSettings(state({ 'quiet-from': { selected_time: '22:00' } }), EN)).toEqual({
      errors: { 'quiet-to': 'Until when shall I be quiet?' },
    });
    expect(readSettings(state({ 'quiet-to': { selected_time: '22:00' } }), EN)).toHaveProperty('errors.quiet-from');
    expect(readSettings(state({}), EN)).toMatchObject({ preferences: { kinds: [], quiet: null, digestAt: null } });
    for (const nonsense of [null, 1, { kinds: 1 }, state({ digest: { selected_time: 'soon' } })])
      expect(readSettings(nonsense, EN)).toHaveProperty('errors');

    const form = subscriptionForm({ id: 'subscription-1', channel: 'C1', filter: undefined, categories: [] }, EN);
    const chosen = { type: { selected_option: { value: 'incident', text: { text: 'incident' } } } };
    expect(readSubscriptionForm(state(chosen), form.private_metadata ?? '', EN)).toEqual({
      id: 'subscription-1',
      channel: 'C1',
      filter: { type: 'incident', priorities: [], states: [], assignmentGroup: undefined, category: undefined },
    });
    for (const metadata of ['', '{}', '{"id":"../../x","channel":"C1"}', '{"id":"subscription-1","channel":""}'])
      expect(readSubscriptionForm(state(chosen), metadata, EN)).toHaveProperty('errors');
    expect(readSubscriptionForm(state({}), form.private_metadata ?? '', EN)).toHaveProperty('errors');
    const noTeam = { ...chosen, group: { selected_option: { value: '', text: { text: 'Network' } } } };
    expect(readSubscriptionForm(state(noTeam), form.private_metadata ?? '', EN)).toHaveProperty('errors');
  });
  test('Home offers to connect or to work', () => {
    expect(JSON.stringify(homeView({ sections: [{ link: 'broken' }] }, EN))).toContain('connect-again');
    const linked = JSON.stringify(
      homeView({ sections: [{ link: 'linked', account: account('Ada'), tickets: undefined }] }, EN),
    );
    expect(linked).toContain('file-incident');
    expect(linked).toContain('not answering');
  });
});

test('a value too long for a button is cut, not refused', () => {
  const made = button({ action: 'x', text: 'X', value: '😀'.repeat(2_000) });
  expect(validateBlocks([{ type: 'actions', elements: [made] }], 'message')).toEqual([]);
  expect(message('x', []).text).toBe('x');
});
