import { describe, expect, test } from '@jest/globals';
import { RefusedError, UnavailableError } from '../../../src/errors.ts';
import { say } from '../../../src/operations/comment/say.ts';
import type { Act, Tools } from '../../../src/operations/tools.ts';
import { lookForRemains, type Written } from '../../../src/operations/writing.ts';
import { ADA, NOON, row, T } from '../support.ts';

const REF = { type: 'incident', sysId: 'a'.repeat(32) } as const;
const AWAY = new UnavailableError('servicenow-unavailable', 'away');
const REFUSED = new RefusedError('forbidden', 403, 'no', ['errors.forbidden']);
const record = row({ number: 'INC0010023' });

type Found = { arrived: 'all' | 'some' | 'nothing' } | 'unseen' | 'unheard';

/** What is said to remain of a comment whose last attempt failed. */
async function remains(
  { hasBegun = true, found, files = 0 }: { hasBegun?: boolean; found: Found; files?: number },
  error: unknown,
  failedBefore = false,
) {
  const looked = found === 'unseen' ? undefined : { record, arrived: found === 'unheard' ? 'nothing' : found.arrived };
  const tools = {
    replies: { ownMarks: async (_person: unknown, marks: string[]) => new Set(hasBegun ? marks : []) },
    desk: { lookForWrite: async () => (found === 'unheard' ? Promise.reject(AWAY) : looked) },
    own: { forget: async () => {} },
  } as unknown as Tools;
  const act: Act = { person: ADA, key: 'k', jobId: 'j-k', channel: 'D1', madeAt: NOON, again: true, failedBefore };
  const change = { words: { journal: 'comments', text: 'It is down' } } as const;
  const fileIds = Array.from({ length: files }, (_, index) => `F${index}`);
  return (await lookForRemains(tools, { ref: REF, change, fileIds }, act, error)).kind;
}

describe('what remains of a comment after the last attempt', () => {
  test.each<[string, Parameters<typeof remains>, string]>([
    ['was never begun', [{ hasBegun: false, found: { arrived: 'nothing' } }, AWAY], 'none'],
    ['is there although nobody heard so', [{ found: { arrived: 'all' } }, AWAY], 'all'],
    ['is there, but its files were not looked for', [{ found: { arrived: 'all' }, files: 1 }, AWAY], 'some'],
    ['is there in part', [{ found: { arrived: 'some' } }, AWAY], 'some'],
    ['is not there', [{ found: { arrived: 'nothing' } }, AWAY], 'none'],
    ['is not there, but a file may be', [{ found: { arrived: 'nothing' }, files: 1 }, AWAY, true], 'unknown'],
    ['cannot be looked for', [{ found: 'unheard' }, REFUSED], 'unknown'],
    ['cannot be seen after silence', [{ found: 'unseen' }, AWAY], 'unknown'],
    ['cannot be seen and was refused', [{ found: 'unseen' }, REFUSED], 'none'],
  ])('%s', async (_what, given, kind) => {
    expect(await remains(...given)).toBe(kind);
  });
});

describe('what is said of a comment', () => {
  const message = { channel: 'D1', ts: '1.2' };
  const written: Written = { number: 'INC0010023', isThere: true, isSet: false, unattached: [], hears: true };
  const said = (changes: object) =>
    say({ kind: 'written', ...written, message, isCorrection: false, isDeleted: false, ...changes }, T);

  test('a tick is enough, unless its writer hears no more of the ticket', () => {
    expect(said({})?.tick).toEqual({ on: message, isEnough: true });
    expect(said({ hears: false })?.tick?.isEnough).toBe(false);
    expect(said({ hears: false })?.text).toContain('/snow watch INC0010023');
  });
  test('what did not go well, or was deleted meanwhile, gets none', () => {
    expect(said({ isThere: false })).toMatchObject({ text: expect.stringContaining('did not take your comment') });
    for (const changes of [{ isThere: false }, { isDeleted: true }, { message: undefined }])
      expect(said(changes)).not.toHaveProperty('tick');
  });
});
