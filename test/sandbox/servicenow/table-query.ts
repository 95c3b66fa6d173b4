import { canReadField, canReadRow, canReadTable } from './acl.ts';
import { parseQuery, type Query, runQuery } from './encoded-query.ts';
import type { Context } from './table-api.ts';
import { ApiError, type Row } from './types.ts';

/** The rows that a list request is about, before access rules; `sysparm_query` or plain `field=value` pairs. */
export function applyQuery(context: Context): Row[] {
  const { instance, table, user } = context;
  const query = parseQuery(instance.db, table, queryText(context), user, instance.settings.dateLiterals);
  for (const script of query.scripts) instance.violations.push(`script in a query value: ${script}`);
  if (instance.settings.textIndex === 'absent') withoutTextSearch(query);
  const mode = instance.settings.invalidQuery;
  if (instance.settings.assignedToQueries === 403 && !user.roles.has('admin') && asksFor(query, 'assigned_to'))
    throw insufficientRights();
  if (mode === 'deny403') denyHiddenFields(context, query);
  if (instance.settings.correlationQueries === 403 && asksFor(query, 'correlation_id')) throw insufficientRights();
  if (instance.settings.userQueries === 403 && table === 'sys_user' && !user.roles.has('admin')) {
    if (asksFor(query, 'user_name')) throw insufficientRights();
  }
  if (mode === 'norows' && query.invalid.length > 0) return [];
  return runQuery(instance.db, table, query, instance.settings.collation);
}

export const aclAllows = ({ instance, user, table }: Context, row: Row): boolean =>
  canReadRow(instance.db, user, table, row);

function queryText({ request }: Context): string {
  const params = request.url.searchParams;
  const encoded = params.get('sysparm_query');
  if (encoded !== null) return encoded;
  return [...params]
    .filter(([name]) => !name.startsWith('sysparm_'))
    .map(([name, value]) => `${name}=${value}`)
    .join('^');
}

/** A condition that needs the index is one on a column that is not there. */
function withoutTextSearch(query: Query): void {
  const isText = ({ operator }: { operator: string }) => operator === 'TEXT';
  query.groups = query.groups.map((clauses) => {
    const left = clauses.filter((conditions) => !conditions.some(isText));
    if (left.length < clauses.length) query.invalid.push('123TEXTQUERY321');
    return left;
  });
}

const asksFor = (query: Query, column: string): boolean =>
  query.groups.flat(2).some(({ path }) => path.split('.')[0] === column);

const insufficientRights = () =>
  new ApiError(
    403,
    'Insufficient rights to query records',
    'Field(s) present in the query do not have permission to be read',
  );

/** What newer instances' query ACLs do. */
function denyHiddenFields({ table, user }: Context, query: Query): void {
  const paths = [...query.groups.flat(2).map((condition) => condition.path), ...query.order.map((by) => by.path)];
  const hidden = paths.some((path) => !canReadField(user, table, path.split('.')[0] ?? ''));
  if (hidden || query.invalid.length > 0 || !canReadTable(user, table)) {
    throw insufficientRights();
  }
}
