import { canReadRow } from '../acl.ts';
import type { Reply } from '../types.ts';
import { shown, type Visit, workspacePage } from './workspace.ts';

/** The list of incidents that the person may see, newest change first. */
export function incidentList(visit: Visit): Reply {
  const { instance, user } = visit;
  const all = visit.request.url.searchParams.get('show') === 'all';
  const rows = instance.db
    .rows('incident')
    .filter((row) => canReadRow(instance.db, user, 'incident', row) && (all || row['active'] === 'true'))
    .sort((a, b) => ((a['sys_updated_on'] ?? '') < (b['sys_updated_on'] ?? '') ? 1 : -1));
  const lines = rows.map((row) => {
    const cell = (name: string) => shown(visit, 'incident', row, name);
    return `<tr><td><a href="/incident.do?sys_id=${row['sys_id']}">${cell('number')}</a></td><td>${cell('short_description')}</td>
<td><span class="chip">${cell('state')}</span></td><td>${cell('priority')}</td><td>${cell('caller_id')}</td><td>${cell('assigned_to')}</td><td>${cell('sys_updated_on')}</td></tr>`;
  });
  const heads = ['Number', 'Short description', 'State', 'Priority', 'Caller', 'Assigned to', 'Updated'];
  return workspacePage(
    visit,
    'Incidents',
    `<h1>Incidents</h1><p class="soft">${rows.length} ${all ? 'in all' : 'open'}. <a href="/?show=${all ? 'open' : 'all'}">Show ${all ? 'open only' : 'all'}</a></p>
<div class="scroll"><table><thead><tr>${heads.map((head) => `<th scope="col">${head}</th>`).join('')}</tr></thead>
<tbody>${lines.join('') || '<tr><td colspan="7">Nothing here.</td></tr>'}</tbody></table></div>`,
  );
}
