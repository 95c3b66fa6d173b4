import { canInsert, writable } from '../acl.ts';
import { form, redirect } from '../http.ts';
import { fieldOf, fieldsOf, lineage, tables } from '../schema.ts';
import { ApiError, type Reply, type Row } from '../types.ts';
import { escapeHtml, message } from './layout.ts';
import { choicePairs, csrfField, options, type Visit, workspacePage } from './workspace.ts';

/** Columns that the platform fills. */
const OWN = /^(sys_|number$|active$|opened_|closed_|task_effective|made_sla|reassignment|reopen)/;

/** A form for a record that is not there yet, `sys_id=-1`, filled in as `sysparm_query` says. */
export function newRecordPage(visit: Visit, table: string): Reply {
  const { instance, user, request, session } = visit;
  if (!canInsert(user, table)) return message('Not allowed', 'You may not file this.', 403);
  if (request.method !== 'POST') return render(visit, table, filledIn(request.url), '');
  const { csrf, ...given } = Object.fromEntries(form(request));
  if (csrf !== session.csrf) return message('That form is out of date', 'Go back, reload it and try again.', 403);
  try {
    const typed = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== ''));
    const row = instance.db.insert(table, writable(user, table, typed, undefined), user);
    return redirect(`/${table}.do?sys_id=${row['sys_id']}`);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return render(visit, table, given, error.detail ?? error.message);
  }
}

/** Read as a query is: `^` parts, and the first `=` of a part belongs to it. */
const filledIn = (url: URL): Row =>
  Object.fromEntries(
    (url.searchParams.get('sysparm_query') ?? '')
      .split('^')
      .map((part) => [part.slice(0, part.indexOf('=')), part.slice(part.indexOf('=') + 1)] as const)
      .filter(([name]) => name !== ''),
  );

function render(visit: Visit, table: string, given: Row, problem: string): Reply {
  const label = tables[table]?.label ?? table;
  const alert = problem ? `<p class="warn" role="alert">${escapeHtml(problem)}</p>` : '';
  const all = Object.fromEntries(Object.keys(fieldsOf(table)).map((name) => [name, given[name] ?? '']));
  const fields = Object.entries(writable(visit.user, table, all, undefined)).filter(([name]) => !OWN.test(name));
  const rows = fields.map(([name, value]) => {
    const text = escapeHtml(fieldOf(table, name)?.label ?? name);
    return `<label for="${name}">${text}</label>${input(visit, table, name, value)}`;
  });
  return workspacePage(
    visit,
    `New ${label}`,
    `<h1>New ${escapeHtml(label)}</h1>${alert}<form class="card" method="post">${csrfField(visit)}${rows.join('')}<button>Submit</button></form>`,
    problem ? 422 : 200,
  );
}

function input(visit: Visit, table: string, name: string, value: string): string {
  const field = fieldOf(table, name);
  const select = (pairs: [string, string][]) =>
    `<select id="${name}" name="${name}">${options(pairs, value, 'None')}</select>`;
  if (field?.kind === 'reference') {
    const { db } = visit.instance;
    const display = tables[field.to ?? '']?.display ?? '';
    return select(db.rows(field.to ?? '').map((row) => [row['sys_id'] ?? '', row[display] ?? '']));
  }
  const lists = field?.kind === 'choice' ? lineage(table).map((one) => choicePairs(visit, one, name)) : [];
  const pairs = lists.find((list) => list.length > 0);
  if (pairs) return select(pairs);
  return `<textarea id="${name}" name="${name}">${escapeHtml(value)}</textarea>`;
}
