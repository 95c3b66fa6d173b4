import { describe, expect, test } from '@jest/globals';
import { NO_MARK } from '../../../src/instances/mark.ts';
import type { Installations } from '../../../src/slack/installations.ts';
import { createReply, isSlacks } from '../../../src/slack/reply.ts';
import type { Untold } from '../../../src/slack/untold.ts';
import { ADA, NOON, readableLog, T, vault } from '../support.ts';

test('an answer that Slack has taken is given once, although the store cannot say what was kept before', async () => {
  const posted: unknown[] = [];
  const chat = { postMessage: async (message: unknown) => posted.push(message) };
  const { log, lines } = readableLog();
  const reply = createReply({
    installations: { client: async () => ({ chat }) } as unknown as Installations,
    vault,
    apiUrl: 'https://slack.com/api/',
    mark: NO_MARK,
    now: () => NOON,
    wordsFor: async () => T,
    untold: {
      read: async () => {
        throw new Error('the store is away');
      },
    } as unknown as Untold,
    log,
  });
  // Whoever it threw to would give the answer again.
  await reply(ADA, { kind: 'dm', channel: 'D1' }, { text: 'Done.', blocks: [] });
  expect(posted).toHaveLength(1);
  expect(lines.join()).toContain('what was refused before has to wait longer');
});

describe('whose address is it', () => {
  const API = 'https://slack.com/api/';
  test.each<[string, boolean]>([
    ['https://hooks.slack.com/commands/T1/2/abc', true],
    ['https://slack.com/x', true],
    ['https://files.slack.com/files-pri/T1-F1/a.png', true],
    ['https://files.slack-files.com/a.png', true],
    ['https://hooks.slack-gov.com/commands/T1', true],
    ['http://hooks.slack.com/commands/T1', false],
    ['https://evilslack.com/', false],
    ['https://slack.com.evil.example/', false],
    ['https://hooks.slack.com@evil.example/', false],
    ['https://evil.example/#hooks.slack.com', false],
    ['https://evil.example/hooks.slack.com', false],
    ['https://slack.community/', false],
    ['https://hooks.slack.co/', false],
    ['http://169.254.169.254/latest/meta-data', false],
    ['http://localhost:6379/', false],
    ['file:///etc/passwd', false],
    ['ftp://slack.com/', false],
    ['javascript:alert(1)', false],
    ['//slack.com/', false],
    ['', false],
  ])('%s: %s', (url, expected) => {
    expect(isSlacks(url, API)).toBe(expected);
  });
  test('a simulator answers for its own origin only', () => {
    expect(isSlacks('http://127.0.0.1:4010/commands/1', 'http://127.0.0.1:4010/api/')).toBe(true);
    expect(isSlacks('http://127.0.0.1:4011/commands/1', 'http://127.0.0.1:4010/api/')).toBe(false);
    expect(isSlacks('https://127.0.0.1:4010/commands/1', 'http://127.0.0.1:4010/api/')).toBe(false);
  });
});
