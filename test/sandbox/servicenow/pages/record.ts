import { canReadField, canReadRow } from '../acl.ts';
import { fieldsOf, tables } from '../schema.ts';
import type { Reply } from '../types.ts';
import { escapeHtml, message } from './layout.ts';
import { facts, type Visit, workspacePage } from './workspace.ts';

/** Any other record, to look at: where the links of a chat lead. */
export function recordPage(visit: Visit, table: string, sysId: string): Reply {
  const { instance, user } = visit;
  const row = instance.db.get(table, sysId);
  if (!row || !canReadRow(instance.db, user, table, row)) {
    return message('Record not found', 'It does not exist, or you may not see it.', 404);
  }
  const own = instance.db.classOf(table, sysId);
  const filled = Object.entries(fieldsOf(own))
    .filter(([name, field]) => row[name] && field.kind !== 'journal' && canReadField(user, own, name))
    .map(([name]) => name);
  const title = row[tables[own]?.display ?? ''] ?? sysId;
  return workspacePage(
    visit,
    title,
    `<p class="soft">${escapeHtml(tables[own]?.label ?? own)}</p><h1>${escapeHtml(title)}</h1><section class="card">${facts(visit, own, row, filled)}</section>`,
  );
}
