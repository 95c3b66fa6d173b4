import type { Database } from './database.ts';
import { dataPolicy, type Row, ruleAbort, type User } from './types.ts';

export const incidentDefaults: Row = {
  category: 'inquiry',
  contact_type: 'phone',
  severity: '3',
  notify: '1',
  reopen_count: '0',
};

const NEW = '1';
const IN_PROGRESS = '2';
const ON_HOLD = '3';
const RESOLVED = '6';
const CLOSED = '7';
const AWAITING_CALLER = '1';

/** The incident's state model (fact sheet §3.1, §3.4): what a change of state demands, and what follows from it. */
export function incidentUpdate(db: Database, before: Row, after: Row, written: Row, user: User): void {
  // `incident_state` mirrors `state`; whichever was written wins.
  if (written['incident_state'] !== undefined && written['state'] === undefined) {
    after['state'] = after['incident_state'] ?? '';
  }
  callerAnswers(before, after, written, user);
  const [from, to] = [before['state'] ?? '', after['state'] ?? ''];

  if (to === RESOLVED || to === CLOSED) demandResolution(after);
  if (to === ON_HOLD) demandHoldReason(before, after, written);
  else after['hold_reason'] = '';

  if (from !== to) {
    const now = db.timestamp();
    const who = user.sysId === 'system' ? '' : user.sysId;
    if (to === RESOLVED) Object.assign(after, { resolved_at: now, resolved_by: who });
    if (to === CLOSED) {
      if (!after['resolved_at']) Object.assign(after, { resolved_at: now, resolved_by: who });
      Object.assign(after, { closed_at: now, closed_by: who });
    }
    if (from === RESOLVED && [NEW, IN_PROGRESS, ON_HOLD].includes(to)) {
      Object.assign(after, {
        reopen_count: String(Number(before['reopen_count']) + 1),
        reopened_by: who,
        reopened_time: now,
        resolved_at: '',
        resolved_by: '',
        close_code: '',
        close_notes: '',
      });
    }
    if ([CLOSED, '8'].includes(from) && !user.roles.has('admin')) {
      throw ruleAbort('incident', 'Incident: final states stay final');
    }
  }
  after['incident_state'] = after['state'] ?? '';
}

/** A caller's answer takes an incident that waits for the caller back into work. */
function callerAnswers(before: Row, after: Row, written: Row, user: User): void {
  const waiting = before['state'] === ON_HOLD && before['hold_reason'] === AWAITING_CALLER;
  if (waiting && written['comments'] && user.sysId === before['caller_id']) after['state'] = IN_PROGRESS;
}

function demandResolution(after: Row): void {
  const missing = [
    ...(after['close_code'] ? [] : ['Resolution code']),
    ...(after['close_notes'] ? [] : ['Resolution notes']),
  ];
  if (missing.length > 0) throw dataPolicy(missing);
}

function demandHoldReason(before: Row, after: Row, written: Row): void {
  if (!after['hold_reason']) throw dataPolicy(['On hold reason']);
  const newlyWaiting = before['state'] !== ON_HOLD || before['hold_reason'] !== after['hold_reason'];
  if (newlyWaiting && after['hold_reason'] === AWAITING_CALLER && !written['comments']) {
    throw dataPolicy(['Additional comments']);
  }
}
