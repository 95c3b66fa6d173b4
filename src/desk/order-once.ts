import { z } from 'zod';
import { fateOf } from '../errors.ts';
import type { Condition } from '../records/query.ts';
import { recordType, type ServiceNowRecord, storedValue } from '../records/types.ts';
import type { AsPerson } from '../servicenow/client.ts';
import { queryRecords } from '../servicenow/table.ts';

/**
 * Orders from the service catalog. The endpoint takes no id and no word of ours, and ordering twice costs money, so a run
 * that may not be the first looks for a request that was not there before its act began and that no other act has claimed.
 */
export type Order = {
  item: string;
  quantity: number;
  /** The sys_id of whom it is for; the actor where it is absent. */
  requestedFor?: string;
  variables: Record<string, string>;
};

export type OrderAct = {
  /** The actor's sys_id. */
  me: string;
  /** Requests for the same that were there before the act began, as `begin` was told; absent where nothing was ordered yet. */
  met?: string[] | undefined;
  /** Keeps what was there before, right before the first order goes out: a later run gets it as `met`. */
  begin: (met: string[]) => Promise<void>;
  /** Makes a request this act's own. @returns false where it is another act's already */
  claim: (sysId: string) => Promise<boolean>;
};

export type Ordered = { sysId: string; remembered: boolean };

/** So many of the latest orders for the same are told from each other. */
const LATEST = 50;

/** `request_id` is missing on some releases; `sys_id` is its twin. */
const orderAnswer = z
  .object({ result: z.looseObject({ sys_id: z.string().regex(/^[0-9a-f]{32}$/) }) })
  .transform(({ result }) => result.sys_id);

export async function orderOnce(request: AsPerson, order: Order, act: OrderAct): Promise<Ordered> {
  const there = await sameOrders(request, order, act.me);
  const earlier = act.met && (await claimNew(there, act.met, act));
  if (earlier) return { sysId: earlier, remembered: true };
  const met = act.met ?? there;
  if (!act.met) await act.begin(met);
  try {
    const sysId = await place(request, order);
    await act.claim(sysId);
    return { sysId, remembered: false };
  } catch (error) {
    // A refusal although it was ordered, or an answer that cannot be read.
    const isOver = fateOf(error).kind === 'give-up';
    const sysId = isOver ? await claimNew(await sameOrders(request, order, act.me), met, act) : undefined;
    if (sysId) return { sysId, remembered: true };
    throw error;
  }
}

const place = (request: AsPerson, { item, quantity, requestedFor, variables }: Order): Promise<string> =>
  request({
    method: 'POST',
    path: `/api/sn_sc/servicecatalog/items/${idOf(item)}/order_now`,
    json: {
      sysparm_quantity: String(quantity),
      ...(requestedFor ? { sysparm_requested_for: idOf(requestedFor) } : {}),
      variables,
    },
    answer: orderAnswer,
  });

/** The oldest request that was not there before and belongs to no other act. */
async function claimNew(there: string[], met: string[], { claim }: OrderAct): Promise<string | undefined> {
  for (const sysId of madeSince(there, met)) if (await claim(sysId)) return sysId;
  return undefined;
}

/** Pure: requests that this act may have made. */
const madeSince = (there: string[], met: string[]): string[] => there.filter((sysId) => !met.includes(sysId));

/**
 * Ids of the actor's latest requests for the same thing, the oldest first: where two acts have lost their answers, each takes
 * its own. Numbers tell those of one second apart.
 */
async function sameOrders(request: AsPerson, order: Order, me: string): Promise<string[]> {
  const where: Condition[] = [
    { field: 'opened_by', is: 'equal', value: me },
    { field: 'cat_item', is: 'equal', value: idOf(order.item) },
  ];
  const rows = await queryRecords(
    request,
    recordType('requestItem').table,
    { where, orderBy: { field: 'sys_created_on', descending: true } },
    {
      columns: ['sys_id', 'number', 'sys_created_on', 'request', 'cat_item', 'opened_by', 'requested_for', 'quantity'],
      limit: LATEST,
    },
  );
  const age = (row: ServiceNowRecord) => `${storedValue(row, 'sys_created_on')} ${storedValue(row, 'number')}`;
  const same = rows.filter(isSame(order, me)).sort((one, other) => (age(one) < age(other) ? -1 : 1));
  return [...new Set(same.map((row) => storedValue(row, 'request')))];
}

/** Pure: an ordered item is what the order says. ServiceNow drops a condition that it does not like. */
const isSame =
  ({ item, quantity, requestedFor }: Order, me: string) =>
  (row: ServiceNowRecord): boolean =>
    storedValue(row, 'request') !== '' &&
    storedValue(row, 'cat_item') === item &&
    storedValue(row, 'opened_by') === me &&
    storedValue(row, 'requested_for') === (requestedFor ?? me) &&
    Number(storedValue(row, 'quantity')) === quantity;

function idOf(sysId: string): string {
  if (!/^[0-9a-f]{32}$/.test(sysId)) throw new TypeError('not a sys_id');
  return sysId;
}
