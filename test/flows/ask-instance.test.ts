import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { parseConfig } from '../../src/config.ts';
import { askInstance } from '../../src/operator/ask-instance/ask.ts';
import { QUESTIONS, TITLE } from '../../src/operator/ask-instance/questions.ts';
import { inWords } from '../../src/operator/ask-instance/report.ts';
import { MOODS, type MoodName, type Moods, usualMoods } from '../sandbox/servicenow/moods.ts';
import type { PersonName } from '../sandbox/slack/server.ts';
import { type Flow, startFlow } from '../support/flow.ts';

/** The question by which each mood is noticed, or why none can notice it. */
const NOTICED: Record<MoodName, string | { notAsked: string }> = {
  reuseAccessTokens: { notAsked: 'the code grant needs a browser; a refresh gives a new token here' },
  tokenErrorStyle: 'How does the token endpoint refuse?',
  tokenEndpoint401: 'How does the token endpoint refuse?',
  revocationPost: 'How is a token revoked?',
  currentUser: 'Whose token is it?',
  ownUserHidden: { notAsked: 'the service desk sees everything; below it is asked as somebody without a role' },
  attachmentColumnsHidden: { notAsked: 'the bridge bears it without a difference that anybody would see' },
  correlationQueries: 'May people look for a ticket by correlation_id?',
  patchShowsJournal: 'Does the answer to a comment show it?',
  duplicateSysId: 'May the caller choose the sys_id?',
  textIndex: { notAsked: 'a search without an index is only slower' },
  invalidQuery: 'How does a list answer?',
  honourCallerSysId: 'May the caller choose the sys_id?',
  denyStyle: { notAsked: 'nobody presses Deny here' },
  dateLiterals: 'In which zone are dates in queries read?',
  collation: { notAsked: 'names are compared by the bridge as well' },
  futureRows: { notAsked: 'the cursor never passes the clock of the instance' },
  assignedToQueries: { notAsked: 'a refused source of the poll is said in the log' },
  approvalSubject: { notAsked: 'it takes an approval' },
  refusalLanguage: { notAsked: 'it takes a refusal' },
  totalCount: 'How does a list answer?',
  columnValues: 'How does a list answer?',
  choiceLists: 'Are choice lists and files there?',
  attachmentApi: 'Are choice lists and files there?',
  userQueries: 'May people look for others by user name?',
  journalHeaders: 'Does the answer to a comment show it?',
  saves: 'Does the answer to a comment show it?',
  returnedCookies: { notAsked: 'the bridge returns no cookies' },
};

/** Entries that no single question can tell from the usual one. */
const ALIKE: Partial<Record<MoodName, readonly unknown[]>> = {
  // A made-up token is forgotten either way; only a live one would tell.
  revocationPost: ['ignored'],
  // One comment has no order.
  journalHeaders: ['oldest-first'],
  // Only what scripts save is not counted.
  saves: ['uncounted'],
};

/** Who asks: somebody whose clock is not UTC's, where that matters. */
const ASKED_BY: Partial<Record<MoodName, PersonName>> = { dateLiterals: 'ada' };

const ASKED = (Object.keys(MOODS) as MoodName[]).flatMap((name) => {
  const question = NOTICED[name];
  return typeof question === 'string'
    ? [...MOODS[name]]
        .slice(1)
        .filter((entry) => !ALIKE[name]?.includes(entry))
        .map((entry) => ({ name, entry: String(entry), mood: { [name]: entry } as Partial<Moods>, question }))
    : [];
});

describe('the questions to a new instance', () => {
  let flow: Flow;
  beforeAll(async () => {
    flow = await startFlow({ role: 'both' });
    await flow.link('bob');
    await flow.link('ada');
  });
  afterEach(() => {
    flow.serviceNow.setMoods(usualMoods());
  });
  afterAll(() => flow.close());

  const questionTickets = () => flow.serviceNow.db.rows('incident').filter((row) => row['short_description'] === TITLE);
  const ask = (name?: PersonName) => {
    const config = parseConfig(flow.env);
    return askInstance(config, config.instances[0], name && flow.person(name).id);
  };

  test('the usual instance is as expected; one ticket is filed and cancelled, and the link lives on', async () => {
    const report = await ask('bob');
    expect(report.answers.filter(({ answer }) => !answer.asAssumed)).toEqual([]);
    expect(report.answers).toHaveLength(12);
    expect(questionTickets()).toEqual([expect.objectContaining({ number: report.ticket?.number, state: '8' })]);
    const words = inWords(report);
    expect(words).toContain('Everything is as expected.');
    for (const secret of [...flow.serviceNow.tokens.issued(), flow.serviceNow.clientSecret])
      expect(words).not.toContain(secret);
    const { body } = await flow.person('bob').command('whoami');
    expect(JSON.stringify(body)).toContain('bob.agent');
  });

  test('who may not cancel a ticket is told which one is left', async () => {
    const report = await ask('ada');
    expect(report.ticket).toMatchObject({ isCancelled: false });
    expect(inWords(report)).toContain(
      `${report.ticket?.number} was filed for the questions. This person may not cancel it`,
    );
  });

  test('without a name there must be one person to ask as', async () => {
    await expect(ask()).rejects.toThrow('Say as whom to ask');
  });

  test.each(ASKED)('$name: $entry is noticed', async ({ name, mood, question }) => {
    flow.serviceNow.setMoods(mood);
    const { answers } = await ask(ASKED_BY[name] ?? 'bob');
    expect(answers.filter(({ answer }) => !answer.asAssumed).map(({ name }) => name)).toContain(question);
  });

  test('active is hidden from somebody without a role, and that is noticed', async () => {
    flow.serviceNow.settings.ownUserHidden = 'active';
    const { answers } = await ask('ada');
    expect(answers.find(({ name }) => name === 'May people read their own user record?')?.answer).toMatchObject({
      found: 'one row, without active',
      asAssumed: false,
    });
  });

  test('every question is known by its name once', () => {
    expect(new Set(QUESTIONS.map(({ name }) => name)).size).toBe(QUESTIONS.length);
  });

  test('somebody who is not connected is told so', async () => {
    await expect(ask('carl')).rejects.toThrow('is not connected');
  });
});
