import { seededRandom } from '../../sandbox/servicenow/random.ts';
import type { Person, Row } from '../../sandbox/servicenow/server.ts';
import { groupBy, type LogRow } from './log.ts';

/** One thing that somebody does in ServiceNow. */
type Act = { number: string; fields: Row; by: Person };

export type Cast = {
  /** Each ticket as it is when the curtain rises. */
  tickets: Act[];
  acts: Act[];
  /** Who types `/snow watch`, and for which ticket, before anything happens. */
  watches: { person: Person; number: string }[];
};

const STATES: Record<string, Row> = {
  New: { state: '1' },
  Active: { state: '2' },
  'Awaiting User Info': { state: '3', hold_reason: '1' },
  'Awaiting Problem': { state: '3', hold_reason: '3' },
  'Awaiting Vendor': { state: '3', hold_reason: '4' },
  'Awaiting Evidence': { state: '3', hold_reason: '5' },
  Resolved: { state: '6', close_code: 'Solution provided' },
  Closed: { state: '7', close_code: 'Solution provided' },
};

/** How many of the staff watch a ticket beside its caller; somebody is left whom only an assignment makes a watcher. */
const STAFF_EACH = 2;
/** Every so many tickets change hands, and the first caller must hear no more of it. */
const MOVES_EVERY = 12;

/**
 * Casts a log with the simulated people: who called, who is assigned and who updates are always the same person for the
 * same name in the log. An update that shows no change in our columns wrote something: the simulator has it as a comment or a
 * work note, whose words occur nowhere else.
 */
export function cast(rows: LogRow[], people: Person[], groups: Row[], seed: number): Cast {
  const random = seededRandom(seed);
  const staff = people.filter(({ roles }) => roles.includes('itil'));
  const callers = people.filter(({ roles }) => !roles.includes('itil'));
  if (staff.length < 2 || callers.length < 2) throw new Error('the cast needs staff and callers');
  const one = <T>(of: T[], name: string): T => of[hash(name) % of.length] as T;

  const result: Cast = { tickets: [], acts: [], watches: [] };
  const soFar = new Map<string, { shown: string; caller: Person; count: number; total: number; moves: boolean }>();
  const totals = groupBy(rows, ({ number }) => number);
  for (const row of rows) {
    const by = row.by ? one(staff, row.by) : one(staff, row.number);
    const place: Row = {
      ...(STATES[row.state] ?? {}),
      ...(level(row.impact) ? { impact: level(row.impact) } : {}),
      ...(level(row.urgency) ? { urgency: level(row.urgency) } : {}),
      assignment_group: row.group ? (one(groups, row.group)['sys_id'] ?? '') : '',
      assigned_to: row.assignee ? one(staff, row.assignee).sysId : '',
    };
    const shown = JSON.stringify(place);
    const before = soFar.get(row.number);
    if (!before) {
      const caller = one(callers, row.caller || row.number);
      const total = totals.get(row.number)?.length ?? 1;
      soFar.set(row.number, { shown, caller, count: 0, total, moves: soFar.size % MOVES_EVERY === 1 });
      result.tickets.push({
        number: row.number,
        by: one(staff, row.number),
        fields: {
          number: row.number,
          short_description: `Ticket ${row.number} of the log`,
          caller_id: caller.sysId,
          ...place,
          ...notes(place, row.number),
          // The instance wants to know what it is that the caller is asked.
          ...(place['hold_reason'] === '1' ? { comments: 'Please answer.' } : {}),
        },
      });
      const helpers = staff.map((person) => ({ person, draw: random() })).sort((a, b) => a.draw - b.draw);
      for (const person of [
        caller,
        ...helpers.slice(0, Math.min(STAFF_EACH, staff.length - 1)).map((each) => each.person),
      ])
        result.watches.push({ person, number: row.number });
      continue;
    }
    before.count++;
    const word = wordOf(row.number, before.count);
    const fields: Row = { ...place, ...notes(place, row.number) };
    if (shown === before.shown) fields[before.count % 3 === 0 ? 'work_notes' : 'comments'] = `Something about ${word}.`;
    else if (place['hold_reason'] === '1') fields['comments'] = `Please answer ${word}.`;
    if (before.moves && before.count === Math.ceil(before.total / 2)) {
      before.caller = callers[(callers.indexOf(before.caller) + 1) % callers.length] ?? before.caller;
      fields['caller_id'] = before.caller.sysId;
    }
    before.shown = shown;
    result.acts.push({ number: row.number, fields, by });
  }
  return result;
}

/** Found in a text, it says which update the text belongs to. */
const wordOf = (number: string, count: number) => `word-${number}-${count}`;
export const WORD = /word-[A-Z]+\d+-\d+/g;

const notes = (place: Row, number: string): Row => (place['close_code'] ? { close_notes: `Done with ${number}` } : {});

const level = (text: string) => /^[123]/.exec(text)?.[0] ?? '';

function hash(text: string): number {
  let value = 2_166_136_261;
  for (const char of text) value = Math.imul(value ^ (char.codePointAt(0) ?? 0), 16_777_619);
  return value >>> 0;
}
