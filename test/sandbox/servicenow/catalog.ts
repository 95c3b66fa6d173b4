import { variables } from './catalog-items.ts';
import { demandJson, json, jsonObject, noSuchResource, type Request } from './http.ts';
import type { Instance } from './instance.ts';
import { ApiError, type Reply, type Row, type User } from './types.ts';

/** `/api/sn_sc/servicecatalog` (fact sheet §4.2), reduced to items, orders and record producers. */
export function catalogApi(instance: Instance, request: Request, user: User, path: string[]): Reply {
  const [items, id, action, ...more] = path;
  if (items !== 'items' || more.length > 0) throw noSuchResource();
  demandJson(request, request.method === 'POST');
  if (id === undefined) return json(200, { result: search(instance, request).map(summary) });
  const item = activeItems(instance).find((row) => row['sys_id'] === id);
  if (!item) throw new ApiError(400, 'Invalid item id', '');
  if (action === undefined && request.method === 'GET') {
    return json(200, { result: { ...summary(item), variables: (variables[item['name'] ?? ''] ?? []).map(question) } });
  }
  if (request.method !== 'POST') throw new ApiError(405, 'Method not supported');
  const isProducer = item['sys_class_name'] === 'sc_cat_item_producer';
  if (action === 'order_now' && !isProducer) return order(instance, request, user, item);
  if (action === 'submit_producer' && isProducer) return produce(instance, request, user, item);
  throw noSuchResource();
}

const activeItems = ({ db }: Instance): Row[] => db.rows('sc_cat_item').filter((row) => row['active'] === 'true');

function search(instance: Instance, { url }: Request): Row[] {
  const words = (url.searchParams.get('sysparm_text') ?? '').toLowerCase().split(/\s+/).filter(Boolean);
  const offset = Number(url.searchParams.get('sysparm_offset') ?? 0);
  const limit = Number(url.searchParams.get('sysparm_limit') ?? 10);
  return activeItems(instance)
    .filter((row) => words.every((word) => `${row['name']} ${row['short_description']}`.toLowerCase().includes(word)))
    .slice(offset, offset + limit);
}

const summary = (row: Row) => ({
  sys_id: row['sys_id'],
  name: row['name'],
  short_description: row['short_description'],
  description: row['description'],
  type: row['sys_class_name'] === 'sc_cat_item_producer' ? 'record_producer' : 'catalog_item',
  category: { title: row['category'] },
  price: row['price'],
  show_price: row['price'] !== '',
  order: Number(row['order']),
});

const question = (variable: (typeof variables)[string][number]) => ({
  ...variable,
  id: `ni.${variable.name}`,
  display_type: variable.friendly_type.replaceAll('_', ' '),
  read_only: false,
  value: '',
  displayvalue: '',
  max_length: 0,
  children: [],
});

function answers(body: Record<string, unknown>, item: Row): Row {
  const given = (body['variables'] ?? {}) as Record<string, unknown>;
  const known = variables[item['name'] ?? ''] ?? [];
  const result: Row = {};
  for (const { name, mandatory } of known) {
    const value = given[name];
    if (value !== undefined && value !== null) result[name] = String(value);
    if (mandatory && !result[name]) throw new ApiError(400, 'Mandatory Variables are required', '');
  }
  return result;
}

function order(instance: Instance, request: Request, user: User, item: Row): Reply {
  const body = jsonObject(request);
  const quantity = String(body['sysparm_quantity'] ?? '');
  if (!/^[1-9]\d?$/.test(quantity)) throw new ApiError(400, 'Invalid quantity value', '');
  const given = answers(body, item);
  const { db } = instance;
  const wanted = String(body['sysparm_requested_for'] ?? '') || user.sysId;
  if (!db.get('sys_user', wanted)) throw new ApiError(400, 'Invalid requested for', '');
  const costs = item['price'] !== '$0.00';
  const approval = costs ? 'requested' : 'approved';
  const requested = db.insert(
    'sc_request',
    {
      requested_for: wanted,
      short_description: item['name'] ?? '',
      price: item['price'] ?? '',
      approval,
      request_state: costs ? 'requested' : 'in_process',
      stage: costs ? 'requested' : 'delivery',
    },
    user,
  );
  const requestId = requested['sys_id'] ?? '';
  const line = db.insert(
    'sc_req_item',
    {
      request: requestId,
      cat_item: item['sys_id'] ?? '',
      requested_for: wanted,
      short_description: item['short_description'] ?? '',
      quantity,
      price: item['price'] ?? '',
      approval,
      stage: costs ? 'waiting_for_approval' : 'delivery',
    },
    user,
  );
  for (const [name, value] of Object.entries(given)) {
    const option = db.insert('sc_item_option', { item_option_new: name, value }, user);
    db.insert(
      'sc_item_option_mtom',
      { request_item: line['sys_id'] ?? '', sc_item_option: option['sys_id'] ?? '' },
      user,
    );
  }
  if (costs) askApprover(instance, requestId);
  return json(200, {
    result: {
      sys_id: requestId,
      number: requested['number'],
      request_number: requested['number'],
      request_id: requestId,
      parent_id: null,
      parent_table: 'task',
      table: 'sc_request',
    },
  });
}

/** What costs money waits for the seeded approver. */
function askApprover({ db }: Instance, requestId: string): void {
  const approver = db.rows('sys_user').find((row) => row['user_name'] === 'eve.approver');
  db.insert('sysapproval_approver', {
    approver: approver?.['sys_id'] ?? '',
    sysapproval: requestId,
    document_id: requestId,
    source_table: 'sc_request',
    state: 'requested',
  });
}

function produce(instance: Instance, request: Request, user: User, item: Row): Reply {
  const given = answers(jsonObject(request), item);
  const row = instance.db.insert(
    'incident',
    { ...given, caller_id: user.sysId, impact: '2', urgency: '2', contact_type: 'self-service' },
    user,
  );
  const id = row['sys_id'] ?? '';
  return json(200, {
    result: {
      sys_id: id,
      number: row['number'],
      parent_id: null,
      record: `api/now/table/incident/${id}`,
      redirect_portal_url: `?id=ticket&table=incident&sys_id=${id}`,
      parent_table: 'task',
      redirect_url: `incident.do?sys_id=${id}`,
      table: 'incident',
      redirect_to: 'generated_record',
    },
  });
}
