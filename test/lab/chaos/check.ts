import type { Person, Row } from '../../sandbox/servicenow/server.ts';
import {
  type History,
  type Posted,
  FIGURES as RECKONED,
  type Figure as ReckonedFigure,
  reckon,
} from '../replay/reckoning.ts';
import type { StoreKill } from './processes.ts';

/** What both simulators hold in the end, as plain data; nothing in it comes from the bridge's own store. */
export type Held = {
  people: Person[];
  /** Tickets that were made during the run. */
  tickets: Row[];
  /** Comments and notes on them, oldest first. */
  journal: { sysId: string; element: string; by: string; value: string }[];
  /** By user_name, oldest first. */
  dms: Map<string, { ts: string; threadTs?: string | undefined; text: string }[]>;
  /** `channel/ts` of messages whose event the bridge acknowledged at least once. */
  acknowledged: Set<string>;
  /** How often the bridge put its mark on a message, by `channel/ts`. */
  marked: Map<string, number>;
  /** Every version of every ticket. */
  histories: History[];
  posted: Posted[];
  violations: string[];
  /** What it forgot by these is told apart. */
  storeKills: StoreKill[];
};

const FIGURES = [
  'lost',
  'doubled',
  'misattributed',
  'toldTwice',
  'neverTold',
  'toldWrong',
  'outOfOrder',
  'violations',
] as const;
export type Figure = (typeof FIGURES)[number];
export type Finding = { figure: Figure; words: string };

/** What the reckoning of told changes calls them, in the words of this check. */
const IN_OUR_WORDS: Record<ReckonedFigure, Figure> = {
  lost: 'neverTold',
  doubled: 'toldTwice',
  outOfOrder: 'outOfOrder',
  wrongPerson: 'misattributed',
  invisible: 'misattributed',
  wrongWords: 'toldWrong',
  staleCards: 'toldWrong',
};

/** What is true of the whole, beside what each kind of deed says of itself. */
export function checkWhole(held: Held, planned: Set<string>): Finding[] {
  const { tickets, people, histories, posted, violations } = held;
  const strangers = tickets
    .filter((row) => !planned.has(row['short_description'] ?? ''))
    .map(
      (row): Finding => ({
        figure: 'misattributed',
        words: `nobody filed ${row['number']} “${row['short_description']}”`,
      }),
    );
  return [
    ...strangers,
    ...people.flatMap((person) =>
      told(
        person,
        histories.filter(({ steps }) => steps[0]?.callerId === person.sysId),
        posted.filter(({ watcher }) => watcher === person.userName),
      ),
    ),
    ...violations.map((words): Finding => ({ figure: 'violations', words })),
  ];
}

/** Was this person told of each change of their tickets, once and in order? */
function told({ userName, sysId, roles }: Person, all: History[], posted: Posted[]): Finding[] {
  const histories = all.map((history) => asFirstTold(history, posted));
  const reckoning = reckon({
    histories,
    watchers: [{ name: userName, userName, sysId, staff: roles.includes('itil') }],
    posted,
    asked: histories.map((history) => ({ watcher: userName, sysId: history.sysId, at: 0 })),
  });
  return reckoning.findings.map((words) => {
    const figure = RECKONED.find((name) => words.startsWith(`${name}:`)) ?? 'lost';
    return { figure: IN_OUR_WORDS[figure], words };
  });
}

/** Where others were faster than the message that says “filed”, it is that message which tells how the ticket stands. */
function asFirstTold(history: History, posted: Posted[]): History {
  const card = posted.find(({ key }) => key.startsWith(`card-${history.sysId}-`));
  const [first, ...rest] = history.steps;
  const shown = history.steps.find((step) =>
    card?.firstText.includes(` State: ${step.shown['state']}. Priority: ${step.shown['priority']}.`),
  )?.shown;
  return first && shown ? { ...history, steps: [{ ...first, shown }, ...rest] } : history;
}

export const countByFigure = (findings: Finding[]): Record<Figure, number> =>
  Object.fromEntries(
    FIGURES.map((figure) => [figure, findings.filter((finding) => finding.figure === figure).length]),
  ) as Record<Figure, number>;
