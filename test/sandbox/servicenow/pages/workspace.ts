import type { Request } from '../http.ts';
import type { Instance } from '../instance.ts';
import { displayOf } from '../render.ts';
import { fieldOf } from '../schema.ts';
import type { Session } from '../sessions.ts';
import type { Reply, Row, User } from '../types.ts';
import { escapeHtml, page } from './layout.ts';

/** What every page of the agent's workspace gets. */
export type Visit = { instance: Instance; request: Request; session: Session; user: User };

export const csrfField = ({ session }: Visit): string => `<input type="hidden" name="csrf" value="${session.csrf}">`;

/** A page with the workspace's navigation on top. */
export function workspacePage(visit: Visit, title: string, body: string, status = 200): Reply {
  const bar = `<nav aria-label="Workspace"><a href="/">Incidents</a><a href="/approvals">Approvals</a></nav>
<form method="post" action="/logout.do">${csrfField(visit)}<input type="hidden" name="next" value="/">
<span class="soft">${escapeHtml(visit.user.name)}</span> <button class="link">Log out</button></form>`;
  return page({ title, body, bar, status });
}

/** A field as this person sees it, safe for HTML. */
export function shown({ instance, user }: Visit, table: string, row: Row, name: string): string {
  const field = fieldOf(table, name);
  return field ? escapeHtml(displayOf(instance.db, table, field, name, row[name] ?? '', user)) : '';
}

export function facts(visit: Visit, table: string, row: Row, names: string[]): string {
  const lines = names.map((name) => {
    const label = escapeHtml(fieldOf(table, name)?.label ?? name);
    return `<dt>${label}</dt><dd>${shown(visit, table, row, name) || '<span class="soft">none</span>'}</dd>`;
  });
  return `<dl>${lines.join('')}</dl>`;
}

export function options(pairs: [string, string][], selected: string, empty?: string): string {
  const all: [string, string][] = empty === undefined ? pairs : [['', empty], ...pairs];
  return all
    .map(
      ([value, label]) =>
        `<option value="${escapeHtml(value)}"${value === selected ? ' selected' : ''}>${escapeHtml(label)}</option>`,
    )
    .join('');
}

export const choicePairs = ({ instance }: Visit, table: string, element: string): [string, string][] =>
  instance.db
    .rows('sys_choice')
    .filter((row) => row['name'] === table && row['element'] === element)
    .map((row) => [row['value'] ?? '', row['label'] ?? '']);
