import { expect, test } from '@jest/globals';
import { createDesk } from '../../../src/desk/desk.ts';
import { mustAskForLane } from '../../../src/jobs/ask-for-lane.ts';
import type { JobContext } from '../../../src/jobs/define.ts';
import type { AsPerson } from '../../../src/servicenow/client.ts';
import { tooLong } from '../../../src/servicenow/response.ts';
import { ADA, NOON, T } from '../support.ts';

const SYS_ID = 'a'.repeat(32);
const MESSAGE = { channel: 'D1', ts: '1700000000.1' };

/** A reply to a ticket without a card, whose work notes are these for its writer; undefined for more than is read. */
async function isAsked(notes: string | undefined): Promise<boolean> {
  const request: AsPerson = async ({ query, answer }) => {
    if (notes === undefined && query?.['sysparm_fields']?.includes('work_notes')) throw tooLong(true, 1);
    return answer.parse({ result: { sys_id: SYS_ID, work_notes: { value: '', display_value: notes ?? '' } } });
  };
  const held: unknown[] = [];
  const context = {
    replies: {
      decided: async () => undefined,
      ownMarks: async () => new Set(),
      hold: async (...what: unknown[]) => void held.push(what),
    },
    cards: { find: async () => undefined },
    desk: () => createDesk(request),
    messenger: { postIn: async () => MESSAGE },
    wordsFor: async () => T,
    enqueue: async () => {},
    now: () => NOON,
  } as unknown as JobContext;
  const must = await mustAskForLane(
    {
      person: ADA,
      correlationId: 'c',
      ref: { type: 'incident', sysId: SYS_ID },
      key: 'k',
      text: 'Do not tell them',
      fileIds: [],
      message: MESSAGE,
      reply: { kind: 'dm', channel: 'D1' },
    },
    context,
  );
  expect(held).toHaveLength(must ? 1 : 0);
  return must;
}

test.each<[string, string | undefined, boolean]>([
  ['has work notes', '2026-02-03 10:15:00 - Bob Agent (Work notes)\nHR is involved', true],
  ['has none, or none that its writer may read', '', false],
  ['has more of them than can be read', undefined, true],
])('without a card, who may read a reply is asked where the ticket %s', async (_, notes, expected) => {
  expect(await isAsked(notes)).toBe(expected);
});
