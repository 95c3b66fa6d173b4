import { inOrder, type LogRow } from './log.ts';

/**
 * Twelve made-up tickets: each line is a ticket's life, in the states and hands that the real log shows. `N` new, `A` active,
 * `U` awaits the caller, `P` awaits a problem, `R` resolved, `C` closed, `.` something written; a digit hands it to that
 * resolver, `!` raises and `-` lowers its urgency.
 */
const LIVES = [
  'NA1..R.C',
  'N.A2!.RC',
  'N1AU.ARC',
  'NA1.2.RC',
  'N..1AP.AR',
  'NAR.A1RC',
  'N!1A.-RC',
  'NA.U.A2R',
  'N1.RARC',
  'NAU.AUA.',
  'N2A.....',
  'N1A2A1RC',
];

const STATES: Record<string, string> = {
  N: 'New',
  A: 'Active',
  U: 'Awaiting User Info',
  P: 'Awaiting Problem',
  R: 'Resolved',
  C: 'Closed',
};

const MINUTE_MS = 60_000;

export const BUILT_IN: LogRow[] = inOrder(
  LIVES.flatMap((life, ticket) => {
    let state = 'New';
    let assignee = '';
    let urgency = '2 - Medium';
    return [...life].map((sign, index): LogRow => {
      state = STATES[sign] ?? state;
      if (/\d/.test(sign)) assignee = `Resolver ${sign}`;
      if (sign === '!') urgency = '1 - High';
      if (sign === '-') urgency = '3 - Low';
      return {
        number: `INC90000${String(ticket + 1).padStart(2, '0')}`,
        at: Date.UTC(2016, 1, 29) + index * 7 * MINUTE_MS + ticket * MINUTE_MS,
        modCount: index,
        state,
        impact: '2 - Medium',
        urgency,
        group: index > 2 ? `Group ${ticket % 2}` : '',
        assignee,
        caller: `Caller ${ticket % 3}`,
        by: `Updated by ${(ticket + index) % 4}`,
      };
    });
  }),
);
