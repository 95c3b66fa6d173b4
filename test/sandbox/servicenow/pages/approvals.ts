import { canUpdate, writable } from '../acl.ts';
import { form, redirect } from '../http.ts';
import { ApiError, type Reply, type Row } from '../types.ts';
import { escapeHtml, message } from './layout.ts';
import { csrfField, shown, type Visit, workspacePage } from './workspace.ts';

/** What waits for this person's decision. */
export function approvalsPage(visit: Visit): Reply {
  const { instance, user, request } = visit;
  const pending = () =>
    instance.db
      .rows('sysapproval_approver')
      .filter((row) => row['approver'] === user.sysId && row['state'] === 'requested');
  if (request.method !== 'POST') return render(visit, pending(), '');
  const params = form(request);
  if (params.get('csrf') !== visit.session.csrf) {
    return message('That form is out of date', 'Go back, reload the page and try again.', 403);
  }
  const row = instance.db.get('sysapproval_approver', params.get('sys_id') ?? '');
  if (!row || !canUpdate(user, 'sysapproval_approver', row)) {
    return render(visit, pending(), 'You may not decide that.');
  }
  const decision = { state: params.get('state') ?? '', comments: params.get('comments') ?? '' };
  try {
    const fields = writable(user, 'sysapproval_approver', decision, row);
    instance.db.update('sysapproval_approver', row['sys_id'] ?? '', fields, user);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return render(visit, pending(), 'Somebody else has already decided that.');
  }
  return redirect('/approvals');
}

function render(visit: Visit, rows: Row[], problem: string): Reply {
  const { db } = visit.instance;
  const cards = rows.map((row) => {
    const id = row['sys_id'] ?? '';
    const parent = db.get('task', row['sysapproval'] ?? '');
    return `<form class="card" method="post">${csrfField(visit)}<input type="hidden" name="sys_id" value="${id}">
<h2>${shown(visit, 'sysapproval_approver', row, 'sysapproval')}: ${escapeHtml(parent?.['short_description'] ?? '')}</h2>
<p class="soft">Asked ${shown(visit, 'sysapproval_approver', row, 'sys_created_on')}${parent ? `, opened by ${shown(visit, 'task', parent, 'opened_by')}` : ''}</p>
<label for="comments-${id}">Comment</label><textarea id="comments-${id}" name="comments"></textarea>
<div class="row"><button name="state" value="approved">Approve</button><button class="plain" name="state" value="rejected">Reject</button></div></form>`;
  });
  return workspacePage(
    visit,
    'Approvals',
    `<h1>Approvals</h1>${problem ? `<p class="warn" role="alert">${escapeHtml(problem)}</p>` : ''}${cards.join('') || '<p class="soft">Nothing waits for you.</p>'}`,
    problem ? 422 : 200,
  );
}
