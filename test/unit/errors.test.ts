import { expect, test } from '@jest/globals';
import { reasonFor, SlowDownError, sentenceFor } from '../../src/errors.ts';
import { T } from './support.ts';

test.each([
  ['slack', 'Slack asked me to slow down.'],
  ['servicenow', 'ServiceNow asked me to slow down.'],
] as const)('%s is named where it slows us down; what goes on by itself asks for nothing', (peer, words) => {
  const error = new SlowDownError(peer, 'person', Date.parse('2026-11-23T12:00:00Z'));
  expect(sentenceFor(error, T)).toBe(`${words} Please try again in a few minutes.`);
  expect(reasonFor(error, T)).toBe(`${words} I will carry on as soon as it lets me.`);
});
