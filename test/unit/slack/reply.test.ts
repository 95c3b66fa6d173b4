import { expect, test } from '@jest/globals';
import type { Installations } from '../../../src/slack/installations.ts';
import { createReply } from '../../../src/slack/reply.ts';
import type { Untold } from '../../../src/slack/untold.ts';
import { ADA, NOON, readableLog, vault } from '../support.ts';

test('an answer that Slack has taken is given once, although the store cannot say what was kept before', async () => {
  const posted: unknown[] = [];
  const chat = { postMessage: async (message: unknown) => posted.push(message) };
  const { log, lines } = readableLog();
  const reply = createReply({
    installations: { client: async () => ({ chat }) } as unknown as Installations,
    vault,
    apiUrl: 'https://slack.com/api/',
    now: () => NOON,
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
