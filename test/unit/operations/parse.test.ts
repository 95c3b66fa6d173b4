import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Message } from '../../../src/blocks/message.ts';
import type { Wish } from '../../../src/operations/define.ts';
import { nextOf, OPERATIONS, operationCalled } from '../../../src/operations/index.ts';
import type { Known } from '../../../src/operations/known.ts';
import { type Parse, parseAddressed, parseCommand } from '../../../src/operations/parse.ts';
import { T } from '../support.ts';

/** Those that can be typed. */
const TYPED = OPERATIONS.flatMap(({ name, words, usage = [], summary }) =>
  words && summary ? [{ name, words, usage, summary }] : [],
);

/** What becomes of it: an operation, or words. */
type Read = { wish: Wish } | { message: Message };
const spoken = (parse: Parse): Read => ('wish' in parse ? parse : { message: parse.say(T) });
const read = (text: string, prefix?: string): Read => spoken(parseCommand(text, prefix));

/** Which command it was, or what was said instead. */
function answerTo(text: string, prefix?: string): string {
  const parse = read(text, prefix);
  return 'wish' in parse ? parse.wish.operation : saidIn(parse).text;
}
function saidIn(parse: Read): Message {
  if ('wish' in parse) throw new Error('nothing was said');
  return parse.message;
}
const argsOf = (text: string) => {
  const parse = read(text);
  return 'wish' in parse ? parse.wish.args : undefined;
};
/** The usage examples with something typed in place of what stands for it. */
const typed = (usage: string) =>
  usage
    .replace('<what is wrong>', 'VPN is down')
    .replace('<words>', 'vpn home')
    .replace('[topic]', 'list')
    .replace('[mine|assigned]', 'assigned')
    .replace('[open|all]', 'all');

describe('the table', () => {
  test('no word has two meanings, and none is a number', () => {
    const words = TYPED.flatMap((command) => command.words);
    expect(new Set(words).size).toBe(words.length);
    for (const word of words) expect(word).toMatch(/^([a-z]+|\?)$/);
  });
  test.each(TYPED.map((command) => [command.words[0], command] as const))('%s is complete', (_word, command) => {
    expect(command.usage.length).toBeGreaterThan(0);
    expect(T(command.summary)).toMatch(/^\S.{5,}[^.]$/);
    for (const usage of command.usage) {
      const parse = read(typed(usage));
      expect('wish' in parse && nextOf(parse.wish)?.kind).toMatch(/work|answer|form/);
    }
    for (const synonym of command.words) expect(read(`${synonym} INC0010023`)).toBeTruthy();
    expect(read(typed(command.usage.at(-1) ?? ''))).toMatchObject({
      wish: { operation: command.name === 'incident' ? 'show' : command.name },
    });
  });
  test('every placeholder of a usage line has words in this test', () => {
    for (const { usage } of TYPED) for (const each of usage) expect(typed(each)).not.toMatch(/[[<]/);
  });
});

describe('what is typed', () => {
  test.each<[string, string]>([
    ['', 'help'],
    ['   ', 'help'],
    ['?', 'help'],
    ['/help', 'help'],
    ['HELP', 'help'],
    ['hello!', 'help'],
    ['connect', 'connect'],
    ['CONNECT.', 'connect'],
    ['disconnect', 'disconnect'],
    ['whoami?', 'whoami'],
    ['incident', 'incident'],
    ['Incident VPN is down', 'incident'],
    ['incident: VPN is down', 'incident'],
    ['incident\nVPN is down', 'incident'],
    ['incident INC0010023', 'show'],
    ['INC0010023', 'show'],
    ['inc10023', 'show'],
    ['INC-123', 'show'],
    ['#INC0010023', 'show'],
    ['INC0010023?', 'show'],
    ['`INC0010023`', 'show'],
    ['“INC0010023”', 'show'],
    ['INC\u200b0010023', 'show'],
    ['INC 0010023', 'show'],
    ['inc\u00a010023.', 'show'],
    ['ＩＮＣ００１００２３', 'show'],
    ['show INC 0010023', 'show'],
    ['incident INC 0010023', 'show'],
    ['`/snow list`', 'list'],
    ['“list”', 'list'],
    ['l\u00adist', 'list'],
    ['list, assigned.', 'list'],
    ['disconnect !', 'disconnect'],
    ['INC 5 printers are down', 'incident'],
    ['INC0010023 what about it', 'show'],
    ['show ritm12', 'show'],
    ['list', 'list'],
    ['LIST Assigned ALL', 'list'],
    ['search vpn', 'search'],
  ])('%j is %s', (text, word) => {
    expect(answerTo(text)).toBe(word);
  });

  test.each<[string, object]>([
    ['INC0010023', { type: 'incident', candidates: ['INC0010023'] }],
    ['inc10023', { type: 'incident', candidates: ['INC0010023', 'INC10023'] }],
    ['Inc-123', { type: 'incident', candidates: ['INC0000123', 'INC123'] }],
    ['show SCTASK7', { type: 'catalogTask', candidates: ['SCTASK0000007', 'SCTASK7'] }],
    ['incident inc10023', { type: 'incident', candidates: ['INC0010023', 'INC10023'] }],
    ['incident  VPN  is\ndown ', { text: 'VPN  is\ndown' }],
    ['incident', { text: '' }],
    ['list', { list: { kind: 'mine', state: 'open' }, cursor: { offset: 0, skip: 0 } }],
    ['list all assigned', { list: { kind: 'assigned', state: 'all' }, cursor: { offset: 0, skip: 0 } }],
    ['search “vpn down”', { words: 'vpn down', cursor: { offset: 0, skip: 0 } }],
    ['incident “vpn down”', { text: 'vpn down' }],
    ['INC0010023', { type: 'incident', candidates: ['INC0010023'] }],
    ['INC 0010023: it is back', { type: 'incident', candidates: ['INC0010023'], words: 'it is back' }],
    ['show INC0010023 , still broken', { type: 'incident', candidates: ['INC0010023'], words: ', still broken' }],
    ['search  VPN  home', { words: 'VPN home', cursor: { offset: 0, skip: 0 } }],
    ['help  List', { topic: 'list' }],
  ])('%j carries %j', (text, args) => {
    expect(argsOf(text)).toEqual(args);
  });

  test('a case nobody thought of is the same word', () => {
    const words = TYPED.flatMap(({ words: each }) => each).filter((word) => word !== '?');
    fc.assert(
      fc.property(
        fc.constantFrom(...words).chain((word) => fc.tuple(fc.constant(word), fc.mixedCase(fc.constant(word)))),
        ([word, mixed]) => {
          // What is not carried out quotes the words as they were typed.
          const lower = (text: string) => JSON.stringify(read(text)).toLowerCase();
          expect(lower(`${mixed} INC0010023`)).toBe(lower(`${word} INC0010023`));
          expect(read(mixed)).toEqual(read(word));
        },
      ),
    );
  });
});

describe('what is not understood is answered', () => {
  test.each([
    ['incidnet', 'incident'],
    ['Incidnet VPN is down', 'incident'],
    ['serach', 'search'],
    ['conect', 'connect'],
    ['lsit', 'list'],
    ['hlep', 'help'],
  ])('%s: did you mean %s?', (text, suggestion) => {
    expect(answerTo(text)).toContain(`Did you mean “/snow ${suggestion}”?`);
  });
  test.each(['xyzzy', 'printer is on fire', 'qq', 'my keyboard is broken', '-', 'constructor', '__proto__', '12345'])(
    '%s: no guess',
    (text) => {
      expect(answerTo(text)).toContain('Type “/snow help”');
      expect(answerTo(text)).not.toContain('Did you mean');
    },
  );
  test('the sentence begins as the person began', () => {
    expect(answerTo('incidnet', '')).toContain('Did you mean “incident”?');
  });
  test('what was typed can be filed instead, whole', () => {
    const { blocks } = saidIn(read('my printer is on fire'));
    expect(JSON.stringify(blocks)).toContain('"value":"my printer is on fire"');
  });
  test.each([
    ['list yesterday', '/snow list'],
    ['list mine open please', '/snow list'],
    ['show', '/snow show'],
    ['show me everything', '/snow show'],
    ['search why is it that vpn does not work', '/snow search'],
    ['search', '/snow search'],
    ['search ^ , *', '/snow search'],
  ])('%s: a known word with a rest that does not fit gets an example', (text, example) => {
    expect(answerTo(text)).toContain(example);
  });
});

/** From public reports of bots that took a sentence for a command, and such sentences of our own. */
const SENTENCES = [
  'Disconnect drops my VPN every hour',
  'disconnect me from the guest wifi, it is slow',
  'Disconnect!! it keeps doing that',
  'Logout does not work on the portal',
  'logout button is missing',
  'Unlink my old phone from the account, it was stolen',
  'Login fails with error 500',
  'Login page is blank',
  'login: password expired',
  'Connect please',
  'connect my laptop to the printer on floor 3',
  'Connect to VPN fails',
  'Link in the welcome mail is broken',
  'link to the wiki gives 404',
  'whoami shows the wrong user on server 4',
  'me too',
  'me and my team cannot print',
  'Me: locked out again',
  'Hi, my VPN is down',
  'Hi there',
  'hello, is anybody here?',
  'Hello my screen is black',
  'Help, my screen is black',
  'help me reset my password',
  'help desk phone is always busy',
  '? what is going on',
  'status page is down',
  'Status of my laptop order please',
  'status?? nobody answers',
  'show stopper: the tills do not start',
  'view is not updated in the app',
  'Get me a new mouse',
  'get an error when I print',
  'New laptop needed',
  'new joiner on Monday needs an account',
  'File server is down',
  'file cannot be opened',
  'Ticket machine in the garage is broken',
  'ticket for the train was not refunded',
  'Tickets are not loading in the app',
  'List of printers is empty',
  'list price is wrong in the shop',
  'mine is broken',
  'Mine does not charge any more',
  'ls gives permission denied on the share',
  'Watch out, the server room is hot',
  'watch does not sync with my phone',
  'Follow up on my request from Tuesday',
  'follow-up from yesterday, still no mouse',
  'unfollow does not work in the portal',
  'unwatch is greyed out in the portal',
  'Approvals are stuck since Monday',
  'approve INC0010023',
  'approve my holiday please',
  'Subscribe me to the newsletter',
  'subscribe to it-news fails',
  'unsubscribe me from these mails',
  'Subscriptions of Adobe have expired',
  'Settings are gone after the update',
  'settings page is white',
  'Preferences cannot be saved',
  'preferences of Outlook are lost',
  'Find out who deleted my files last night please',
  'search in Outlook finds nothing since the last update',
  'DISCONNECT drops MY vpn',
  '“Disconnect drops my VPN every hour”',
  '`logout` does nothing',
];

describe('a sentence that only begins like a command', () => {
  test.each(SENTENCES)('%s', (sentence) => {
    const parse = read(sentence);
    // Not understood or asked about: either way its author decides, and files it whole if they like.
    const { text, blocks } = saidIn(parse);
    expect(text).toMatch(/^(Shall I file|I don't know) “/);
    const typed = sentence.replaceAll(/[“”]/g, '');
    expect(JSON.stringify(blocks)).toContain(JSON.stringify(typed).slice(1, -1));
    expect(JSON.stringify(blocks)).toContain('"action_id":"file-incident"');
  });

  test('whatever follows a word that stands alone, nothing is done', () => {
    const words = TYPED.filter(({ usage, words: [name] }) => usage.join() === name).flatMap((each) => each.words);
    expect(words).toEqual(
      expect.arrayContaining(['connect', 'disconnect', 'logout', 'whoami', 'approvals', 'settings']),
    );
    const rest = fc.stringMatching(/^[a-z]{1,8}( [a-z]{1,8}){0,5}$/);
    fc.assert(
      fc.property(fc.constantFrom(...words), fc.constantFrom(' ', ', ', ': ', '\n', '! '), rest, (word, gap, more) => {
        expect(read(`${word}${gap}${more}`)).toHaveProperty('message');
      }),
    );
  });

  test('the bare word is named, for whoever meant it', () => {
    expect(answerTo('Connect please')).toContain('type “/snow connect” alone');
    expect(answerTo('Connect please', '')).toContain('type “connect” alone');
  });
});

describe('words for one ticket, or for staff, are never offered to be filed where others read them', () => {
  test.each([
    'note INC0010023 HR is involved',
    'Note: HR is involved',
    'notes INC0010023 do not tell them',
    'nte INC0010023 do not tell them',
    'work note INC0010023 suspected fraud',
    'worknote INC0010023: suspected fraud',
    'work_note: suspected fraud',
    'add a note to INC0010023: suspected fraud',
    'internal note: suspected fraud',
    'internal: suspected fraud',
    'staff only: suspected fraud',
    'confidential – suspected fraud',
    '“note” INC0010023 suspected fraud',
    'comment INC0010023 it is my fault',
    'comments: it is my fault',
    'coment INC0010023 it is my fault',
    'reply INC0010023 it is my fault',
    'add comment to INC0010023 it is my fault',
    'frobnicate INC0010023 now',
  ])('%s', (typed) => {
    const { blocks } = saidIn(read(typed));
    expect(JSON.stringify(blocks)).not.toContain('file-incident');
    expect(JSON.stringify(blocks)).not.toMatch(/"value":"[^"]*(fraud|HR is|do not tell)/);
  });
  test('a comment for a known ticket leads to its card, with the words', () => {
    const { blocks } = saidIn(read('comment INC0010023 still broken'));
    expect(JSON.stringify(blocks)).toContain('"value":"INC0010023 still broken"');
  });
  test.each([
    'Notebook does not start',
    'Not able to log in',
    'node 4 is down',
    'Content is missing',
    'notepad crashes',
  ])('but %s is an incident', (typed) => {
    expect(JSON.stringify(saidIn(read(typed)).blocks)).toContain('file-incident');
  });
});

test('whatever is typed has an answer, and what it carries can be carried out later', () => {
  const word = fc.constantFrom(...TYPED.flatMap(({ words }) => words), 'INC1', '');
  const anything = fc
    .tuple(word, fc.string({ unit: 'binary', maxLength: 200 }))
    .map(([first, rest]) => `${first}${rest}`);
  const spaced = fc.tuple(word, fc.string({ unit: 'grapheme' })).map(([first, rest]) => `${first} ${rest}`);
  fc.assert(
    fc.property(fc.oneof(anything, spaced, fc.string({ maxLength: 6000, unit: 'grapheme' })), (text) => {
      const parse = read(text);
      if ('message' in parse) expect(parse.message.text.length).toBeGreaterThan(0);
      else expect(nextOf(JSON.parse(JSON.stringify(parse.wish)))).toBeDefined();
    }),
    { numRuns: 500 },
  );
});

describe('what was kept for later', () => {
  test.each<[string, object, string]>([
    ['incident', { text: 'VPN is down' }, 'form'],
    ['incident', { text: 'x', more: true }, 'form'],
    ['incident', { prefill: { source: { channel: 'C1', ts: '1.2', author: 'U1' } } }, 'form'],
    ['subscribe', {}, 'form'],
    ['disconnect', {}, 'work'],
    ['connect', { a: 1 }, 'answer'],
  ])('%s with %j is a %s', (operation, args, kind) => {
    expect(nextOf({ operation, args })?.kind).toBe(kind);
  });
  test('is carried out without what a newer release put in', () => {
    expect(nextOf({ operation: 'disconnect', args: { more: true } })).toEqual({ kind: 'work', args: {} });
  });
  test.each<[string, unknown]>([
    ['frobnicate', {}],
    ['incident', undefined],
    ['incident', { text: 7 }],
    ['show', { type: 'incident', candidates: ['x^ORactive=true'] }],
    ['show', { type: 'sys_user', candidates: ['INC0010023'] }],
    ['list', { list: { kind: 'everything' }, cursor: { offset: 0, skip: 0 } }],
    ['list', { list: { kind: 'mine', state: 'open' }, cursor: { offset: -1, skip: 0 } }],
    ['__proto__', {}],
  ])('%s with %j is no longer understood', (operation, args) => {
    expect(nextOf({ operation, args })).toBeUndefined();
  });
});

describe('help', () => {
  const helpText = async (topic: string) => {
    const next = operationCalled('help')?.next(topic ? { topic } : {});
    if (next?.kind !== 'answer') throw new Error('help said nothing');
    return next.say({} as Known, T);
  };
  test('names every word and what it does', async () => {
    const { text } = await helpText('');
    for (const { words, summary } of TYPED) {
      expect(text).toContain(T(summary));
      expect(text).toContain(`/snow ${words[0] === 'show' ? 'INC0010023' : words[0]}`);
    }
  });
  test('of a topic says more, by any of its words', async () => {
    expect((await helpText('list')).text).toContain('Without more words');
    expect(await helpText('ls')).toEqual(await helpText('list'));
    expect((await helpText('list')).text).not.toContain('/snow connect');
    expect((await helpText('connect')).text).toContain('Also understood: login, link.');
  });
  test('of an unknown topic is the overview', async () => {
    expect(await helpText('frobnicate')).toEqual(await helpText(''));
  });
});

describe('an alias in front of a command', () => {
  const ALIASES = ['it', 'hr'];
  test.each<[string, string | undefined, string]>([
    ['hr list', 'hr', 'list'],
    ['HR list all', 'hr', 'list all'],
    ['/snow hr list', 'hr', 'list'],
    ['“hr list”', 'hr', 'list'],
    ['hr INC0010023', 'hr', 'INC0010023'],
    ['hr incident VPN is down', 'hr', 'incident VPN is down'],
    ['hr', 'hr', ''],
    ['connect hr', 'hr', 'connect'],
    ['hr connect', 'hr', 'connect'],
    ['logout HR', 'hr', 'logout'],
    ['list', undefined, 'list'],
    ['pr list', undefined, 'pr list'],
    // Sentences may begin like an alias.
    ['It is broken again', undefined, 'It is broken again'],
    ['it', 'it', ''],
    ['connect it to the network', undefined, 'connect it to the network'],
    ['list hr', undefined, 'list hr'],
  ])('%j', (typed, alias, command) => {
    const addressed = parseAddressed(typed, ALIASES);
    expect(addressed.alias).toBe(alias);
    const prefix = alias && typed.toLowerCase().includes(`${alias} `) ? `/snow ${alias} ` : undefined;
    expect(spoken(addressed.parse)).toEqual(read(command, prefix));
  });

  test('words for a ticket behind an alias are as private as without it', () => {
    const { alias, parse } = parseAddressed('hr note INC0010023 she is ill', ALIASES);
    expect(alias).toBe('hr');
    expect(JSON.stringify(saidIn(spoken(parse)).blocks)).not.toContain('file-incident');
  });

  test('with one instance no word is an alias', () => {
    fc.assert(
      fc.property(fc.string(), (typed) => {
        const { alias, parse } = parseAddressed(typed, []);
        expect([alias, spoken(parse)]).toEqual([undefined, read(typed)]);
      }),
    );
  });
});
