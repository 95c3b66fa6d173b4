import { canReadField, canReadRow, canUpdate, writable } from '../acl.ts';
import { form, redirect } from '../http.ts';
import * as journal from '../journal.ts';
import { displayTime } from '../time.ts';
import { ApiError, type Reply, type Row } from '../types.ts';
import { escapeHtml, message } from './layout.ts';
import { choicePairs, csrfField, facts, options, type Visit, workspacePage } from './workspace.ts';

/** One incident, with the forms of an agent; everything goes through the same access and business rules as the API. */
export function incidentPage(visit: Visit, sysId: string): Reply {
  const row = visit.instance.db.get('incident', sysId);
  if (!row || !canReadRow(visit.instance.db, visit.user, 'incident', row)) {
    return message('Record not found', 'It does not exist, or you may not see it.', 404);
  }
  if (visit.request.method !== 'POST') return render(visit, row, '');
  const params = form(visit.request);
  if (params.get('csrf') !== visit.session.csrf) {
    return message('That form is out of date', 'Go back, reload the page and try again.', 403);
  }
  params.delete('csrf');
  try {
    if (!canUpdate(visit.user, 'incident', row)) throw new ApiError(403, 'You may not change this record');
    const fields = writable(visit.user, 'incident', Object.fromEntries(params), row);
    visit.instance.db.update('incident', sysId, fields, visit.user);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return render(visit, row, error.detail ?? error.message);
  }
  return redirect(`/incident.do?sys_id=${sysId}`);
}

function render(visit: Visit, row: Row, problem: string): Reply {
  const { user } = visit;
  const isStaff = canReadField(user, 'incident', 'work_notes');
  const editable = canUpdate(user, 'incident', row);
  const names = [
    'state',
    'priority',
    'caller_id',
    'opened_by',
    'opened_at',
    'category',
    'assignment_group',
    'assigned_to',
    'cmdb_ci',
    'business_service',
    'hold_reason',
    'close_code',
    'close_notes',
    'correlation_display',
  ];
  const alert = problem ? `<p class="warn" role="alert">${escapeHtml(problem)}</p>` : '';
  return workspacePage(
    visit,
    row['number'] ?? '',
    `<p class="soft">${escapeHtml(row['number'] ?? '')}</p><h1>${escapeHtml(row['short_description'] ?? '')}</h1>${alert}
<div class="grid"><section class="card"><h2>Facts</h2>${facts(visit, 'incident', row, names)}</section>
<section class="card"><h2>Description</h2><p>${escapeHtml(row['description'] ?? '') || '<span class="soft">none</span>'}</p></section></div>
${attachments(visit, row)}
${editable ? commentForm(visit, isStaff) : '<p class="soft">You may not change this record any more.</p>'}
${editable && isStaff ? agentForms(visit, row) : ''}
<h2>Activity</h2>${activity(visit, row)}`,
    problem ? 422 : 200,
  );
}

function attachments({ instance: { db }, user }: Visit, row: Row): string {
  const files = db
    .rows('sys_attachment')
    .filter((file) => file['table_sys_id'] === row['sys_id'] && canReadRow(db, user, 'sys_attachment', file))
    .map(
      (file) => `<li>${escapeHtml(file['file_name'] ?? '')} <span class="soft">${file['size_bytes']} bytes</span></li>`,
    );
  return files.length > 0 ? `<h2>Attachments</h2><ul aria-label="Attachments">${files.join('')}</ul>` : '';
}

function activity({ instance: { db }, user }: Visit, row: Row): string {
  const texts = journal
    .entriesOf(db, row['sys_id'] ?? '')
    .filter((entry) => canReadField(user, 'incident', entry.element))
    .reverse()
    .map((entry) => {
      const author = db.rows('sys_user').find((person) => person['user_name'] === entry.by)?.['name'];
      const isNote = entry.element === 'work_notes';
      const when = displayTime(entry.at, user.timeZone, user.dateFormat);
      return `<article class="entry${isNote ? ' note' : ''}"><strong>${escapeHtml(author ?? entry.by)}</strong> <span class="soft">${isNote ? 'work note' : 'comment'}, ${when}</span>
${escapeHtml(entry.value)}</article>`;
    });
  return texts.join('') || '<p class="soft">Nothing yet.</p>';
}

function commentForm(visit: Visit, isStaff: boolean): string {
  const note = isStaff
    ? `<form class="card" method="post">${csrfField(visit)}<label for="work_notes">Work note (staff only)</label><textarea id="work_notes" name="work_notes" required></textarea><button>Add work note</button></form>`
    : '';
  return `<h2>Write</h2><div class="grid"><form class="card" method="post">${csrfField(visit)}
<label for="comments">Comment (the caller sees it)</label><textarea id="comments" name="comments" required></textarea><button>Post comment</button></form>${note}</div>`;
}

function agentForms(visit: Visit, row: Row): string {
  const { db } = visit.instance;
  const named = (table: string): [string, string][] =>
    db.rows(table).map((entry) => [entry['sys_id'] ?? '', entry['name'] ?? '']);
  const select = (id: string, label: string, inner: string) =>
    `<label for="${id}">${label}</label><select id="${id}" name="${id}">${inner}</select>`;
  const states = choicePairs(visit, 'incident', 'state').filter(([value]) => value !== '6');
  return `<h2>Work</h2><div class="grid">
<form class="card" method="post">${csrfField(visit)}
${select('assignment_group', 'Assignment group', options(named('sys_user_group'), row['assignment_group'] ?? '', 'None'))}
${select('assigned_to', 'Assigned to', options(named('sys_user'), row['assigned_to'] ?? '', 'Nobody'))}<button>Assign</button></form>
<form class="card" method="post">${csrfField(visit)}
${select('state', 'State', options(states, row['state'] ?? ''))}
${select('hold_reason', 'On hold reason', options(choicePairs(visit, 'incident', 'hold_reason'), row['hold_reason'] ?? '', 'None'))}
<label for="hold_comment">Comment (needed to wait for the caller)</label><textarea id="hold_comment" name="comments"></textarea><button>Set state</button></form>
<form class="card" method="post">${csrfField(visit)}<input type="hidden" name="state" value="6">
${select('close_code', 'Resolution code', options(choicePairs(visit, 'incident', 'close_code'), row['close_code'] ?? '', 'Choose one'))}
<label for="close_notes">Resolution notes</label><textarea id="close_notes" name="close_notes">${escapeHtml(row['close_notes'] ?? '')}</textarea><button>Resolve</button></form></div>`;
}
