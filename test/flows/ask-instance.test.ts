import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { parseConfig } from '../../src/config.ts';
import { askInstance } from '../../src/operator/ask-instance/ask.ts';
import { QUESTIONS, TITLE } from '../../src/operator/ask-instance/questions.ts';
import { inWords } from '../../src/operator/ask-instance/report.ts';
import { MOODS, type MoodName, type Moods, usualMoods } from '../sandbox/servicenow/moods.ts';
import type { PersonName } from '../sandbox/slack/server.ts';
import { type Flow, startFlow } from '../support/flow.ts';

/** The question by which each mood is noticed, or why none can notice it. */
const NOTICED: Partial<Record<MoodName, string | { notAsked: string }>> = {
  reuseAccessTokens: { notAsked: 'the code grant needs a browser; a refresh gives a new token here' },
  tokenErrorStyle: 'How does the token endpoint refuse?',
  invalidQuery: 'How does a list answer?',
  honourCallerSysId: 'May the caller choose the sys_id?',
  denyStyle: { notAsked: 'nobody presses Deny here' },
};

const ASKED = (Object.keys(MOODS) as MoodName[]).flatMap((name) => {
  const question = NOTICED[name];
  return typeof question === 'string'
    ? MOODS[name]
        .slice(1)
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
    Object.assign(flow.serviceNow.settings, usualMoods());
  });
  afterAll(() => flow.close());

  const questionTickets = () => flow.serviceNow.db.rows('incident').filter((row) => row['short_description'] === TITLE);
  const ask = (name?: PersonName) => askInstance(parseConfig(flow.env), name && flow.person(name).id);

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

  test.each(ASKED)('$name: $entry is noticed', async ({ mood, question }) => {
    Object.assign(flow.serviceNow.settings, mood);
    const { answers } = await ask('bob');
    expect(answers.filter(({ answer }) => !answer.asAssumed).map(({ name }) => name)).toContain(question);
  });

  test('every question is known by its name once', () => {
    expect(new Set(QUESTIONS.map(({ name }) => name)).size).toBe(QUESTIONS.length);
  });

  test('somebody who is not connected is told so', async () => {
    await expect(ask('carl')).rejects.toThrow('is not connected');
  });
});
