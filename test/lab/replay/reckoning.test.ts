import { describe, expect, test } from '@jest/globals';
import { type Evidence, FIGURES, type Posted, reckon, type Step, type Watcher } from './reckoning.ts';

/** One ticket, one watcher; each case spoils one thing, and one figure must say so. */
const SYS_ID = 'a'.repeat(32);
const MAY: Watcher = { name: 'may', userName: 'may', sysId: 'm', staff: false };
const STATES = ['New', 'In Progress', 'On Hold', 'In Progress', 'Resolved'];

const steps = (): Step[] =>
  STATES.map((state, modCount) => ({
    modCount,
    at: modCount * 1000,
    by: 'bob',
    shown: { state, priority: '3 - Moderate', assigned_to: '' },
    callerId: 'm',
    assignedTo: '',
    words: modCount === 2 ? [{ word: 'word-INC1-2', internal: false }] : [],
  }));

const post = (ts: number, key: string, lines: string[], more: Partial<Posted> = {}): Posted => {
  const text = ['INC1 changed.', ...lines].join(' ');
  return { watcher: 'may', ts: `${ts}.0`, threadTs: '1.0', key, lines, text, firstText: text, ...more };
};
const cardText = (state: string) =>
  `INC1: Printer. State: ${state}. Priority: 3 - Moderate. You are told because you asked.`;
const card = (state: string): Posted => ({
  ...post(1, `card-${SYS_ID}-T.U-first`, []),
  threadTs: undefined,
  text: cardText(state),
  firstText: cardText('New'),
});
const range = (ts: number, from: number, to: number, extra: string[] = []): Posted =>
  post(ts, `${SYS_ID}-${from}-${to}-${ts}`, [
    ...(STATES[from] === STATES[to] ? [] : [`State: ${STATES[from]} → ${STATES[to]} by Bob`]),
    ...extra,
  ]);

const COMMENT = 'Comment by Bob: see word-INC1-2.';
const good = (): Evidence => ({
  histories: [{ sysId: SYS_ID, number: 'INC1', steps: steps() }],
  watchers: [MAY],
  posted: [card('Resolved'), range(2, 0, 1), range(3, 1, 3, [COMMENT]), range(4, 3, 4)],
  asked: [{ watcher: 'may', sysId: SYS_ID, at: 0 }],
});
const figuresOf = (evidence: Evidence) => {
  const reckoning = reckon(evidence);
  return Object.fromEntries(FIGURES.filter((name) => reckoning[name] > 0).map((name) => [name, reckoning[name]]));
};
/** Spoils a copy of what is good. */
const spoilt = (spoil: (evidence: Evidence) => void) => {
  const evidence = good();
  spoil(evidence);
  return figuresOf(evidence);
};
const at = (evidence: Evidence, modCount: number): Step => evidence.histories[0]?.steps[modCount] as Step;

describe('the reckoning', () => {
  test('finds nothing where nothing is wrong, collapsed ranges included', () => {
    expect(reckon(good())).toMatchObject({ pairs: 1, steps: 4, messages: 3, findings: [] });
    expect(figuresOf(good())).toEqual({});
  });

  test.each<[what: string, spoil: (evidence: Evidence) => void, figures: Record<string, number>]>([
    ['a gap', ({ posted }) => posted.splice(2, 1), { lost: 2 }],
    ['an end too early', ({ posted }) => posted.splice(3, 1), { lost: 1 }],
    ['no card', ({ posted }) => posted.splice(0, 4), { lost: 1 }],
    ['words left out of their range', (all) => all.posted.splice(2, 1, range(3, 1, 3)), { lost: 1 }],
    ['a range twice', ({ posted }) => posted.push(range(5, 3, 4)), { doubled: 1 }],
    ['ranges that overlap', ({ posted }) => posted.splice(3, 1, range(4, 2, 4)), { doubled: 1 }],
    ['a second card', ({ posted }) => posted.push({ ...card('Resolved'), ts: '9.0' }), { doubled: 1 }],
    [
      'an order turned round',
      ({ posted }) => posted.splice(2, 2, range(3, 3, 4), range(4, 1, 3, [COMMENT])),
      { lost: 2, outOfOrder: 1 },
    ],
    [
      'a message outside of the thread',
      ({ posted }) => posted.splice(1, 1, { ...range(2, 0, 1), threadTs: '7.0' }),
      { outOfOrder: 1 },
    ],
    ['somebody who never asked', ({ asked }) => asked.splice(0), { wrongPerson: 4 }],
    ['a step that the watcher may not see', (all) => Object.assign(at(all, 1), { callerId: 'x' }), { invisible: 1 }],
    [
      'words for the staff only',
      (all) => Object.assign(at(all, 2), { words: [{ word: 'word-INC1-2', internal: true }] }),
      { invisible: 1 },
    ],
    [
      'another state than the history has',
      (all) => Object.assign(at(all, 1).shown, { state: 'On Hold' }),
      { wrongWords: 2 },
    ],
    ['a card that stayed behind', ({ posted }) => posted.splice(0, 1, card('In Progress')), { staleCards: 1 }],
  ])('%s', (_what, spoil, figures) => {
    expect(spoilt(spoil)).toEqual(figures);
  });

  test("silence about one's own step, or about what came to nothing, is right", () => {
    expect(
      spoilt((all) => {
        at(all, 4).by = 'may';
        all.posted.splice(3, 1);
      }),
    ).toEqual({});
    expect(
      spoilt((all) => {
        at(all, 2).words = [];
        all.posted.splice(2, 1);
      }),
    ).toEqual({});
  });

  test('who was assigned is told from then on, and who may no longer see it hears nothing more', () => {
    const assigned = good();
    assigned.asked.length = 0;
    for (const step of assigned.histories[0]?.steps ?? []) step.assignedTo = 'm';
    expect(figuresOf(assigned)).toEqual({});
    assigned.posted.length = 0;
    expect(figuresOf(assigned)).toEqual({ lost: 1 });
    expect(
      spoilt((all) => {
        at(all, 4).callerId = 'somebody else';
        all.posted.splice(3, 1);
      }),
    ).toEqual({});
  });

  test('who has passed a ticket on hears no more, and of one that comes back by a new card', () => {
    const told = (posted: Posted[], owners = ['m', 'x', 'x', 'm', 'm']) =>
      spoilt((all) => {
        all.asked = [];
        for (const step of all.histories[0]?.steps ?? [])
          Object.assign(step, { assignedTo: owners[step.modCount], words: [] });
        all.posted = posted;
      });
    const cardAt = (ts: number, first: string, shown = first): Posted => ({
      ...card(shown),
      ts: `${ts}.0`,
      firstText: cardText(first),
    });
    const below = (ts: number, one: Posted): Posted => ({ ...one, threadTs: `${ts}.0` });
    const first = [cardAt(1, 'New', 'In Progress'), range(2, 0, 1)];
    const again = [cardAt(3, 'In Progress', 'Resolved'), below(3, range(4, 3, 4))];
    expect(told([...first, ...again])).toEqual({});
    expect(told(first, ['m', 'x', 'x', 'x', 'x'])).toEqual({});
    // Noticed only when it was theirs again: the first card goes on.
    expect(told([cardAt(1, 'New', 'Resolved'), range(5, 0, 4)])).toEqual({});
    expect(told(first)).toEqual({ lost: 3 });
    expect(told([...first, cardAt(3, 'In Progress')])).toEqual({ lost: 1, staleCards: 1 });
    expect(told([cardAt(1, 'New'), ...again])).toEqual({ doubled: 1, lost: 3 });
    expect(told([...first, ...again], ['m', 'm', 'm', 'm', 'm'])).toEqual({ doubled: 1 });
    expect(told([cardAt(1, 'New'), range(2, 0, 1)], ['m', 'x', 'x', 'x', 'x'])).toEqual({ staleCards: 1 });
  });

  test('takes a list of many for the first word about each of them, and wants what came after it told', () => {
    const list = post(3, 'arrivals-job-1', ['6 tickets came to you at once', 'INC1 · Assigned to you Printer'], {
      threadTs: undefined,
    });
    const listed = (...posted: Posted[]) =>
      spoilt((all) => {
        all.asked = [];
        for (const step of all.histories[0]?.steps ?? []) step.assignedTo = step.modCount < 2 ? '' : 'm';
        all.posted = posted;
      });
    const later = { ...card('Resolved'), ts: '5.0', firstText: cardText('Resolved') };
    const told = { ...range(6, 3, 4), threadTs: '5.0' };
    expect(listed(list, later, told)).toEqual({});
    expect(listed(list, later)).toEqual({ lost: 1 });
    expect(listed(list)).toEqual({ lost: 1 });
    expect(listed({ ...list, lines: ['INC2 · Assigned to you Printer'] })).toEqual({ lost: 1 });
    expect(listed({ ...list, ts: '5.0' })).toEqual({});
  });
});
