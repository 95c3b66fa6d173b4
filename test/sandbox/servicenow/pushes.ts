import { createHmac, randomBytes } from 'node:crypto';
import type { Database } from './database.ts';
import type { Pauses } from './pauses.ts';
import { seededRandom } from './random.ts';
import type { Change } from './types.ts';

/** What the shipped business rule and script action do (fact sheet §4.6), with the network's habits on top. */
export type PushTarget = {
  url: string;
  secret: string;
  /** The script waits 30 s, 60 s, 120 s…; tests shorten the first wait. */
  retryBaseMs?: number;
};

export type PushBehaviour = {
  delayMs?: number;
  /** Share of events that never leave the instance. */
  lose?: number;
  /** Share of events that are sent twice. */
  duplicate?: number;
  /** Events that wait together (for `delayMs`, at least 20 ms) leave in shuffled order. */
  reorder?: boolean;
  seed?: number;
};

export type Delivery = { eventId: string; attempt: number; status: number; body: string };

const watchedTables = new Set(['incident', 'sc_req_item', 'change_request', 'sysapproval_approver']);
const watchedFields = (
  'state approval assigned_to assignment_group priority short_description stage ' +
  'hold_reason close_code close_notes comments work_notes approver'
).split(' ');
/** What filters look at: ids and codes, as far as the table has them. */
const valueFields = ['state', 'priority', 'assignment_group', 'category', 'caller_id'];
const LAST_ATTEMPT = 6;

type Event = { table: string; sysId: string; changed: string; attempt: number };

export class Pushes {
  readonly #db: Database;
  readonly #pauses: Pauses;
  #target: PushTarget | undefined;
  #behaviour: PushBehaviour = {};
  #random = seededRandom(1);
  #held: Event[] = [];
  #underway = new Set<Promise<void>>();
  #closed = new AbortController();
  /** Every attempt that was made, in order; status 0 when nobody answered. */
  readonly deliveries: Delivery[] = [];

  constructor(db: Database, pauses: Pauses) {
    this.#db = db;
    this.#pauses = pauses;
    db.onChange((change) => this.#queue(change));
  }

  configure(target: PushTarget | undefined): void {
    this.#target = target;
  }

  setBehaviour(behaviour: PushBehaviour): void {
    this.#behaviour = behaviour;
    this.#random = seededRandom(behaviour.seed ?? 1);
  }

  /** Resolves when nothing is on its way any more, retries included. */
  async idle(): Promise<void> {
    while (this.#underway.size > 0) await Promise.all(this.#underway);
  }

  reset(): void {
    this.#target = undefined;
    this.setBehaviour({});
    this.#held = [];
    this.deliveries.length = 0;
  }

  close(): void {
    this.#target = undefined;
    this.#closed.abort();
  }

  /** The business rule: it only queues. */
  #queue(change: Change): void {
    if (!this.#target || change.operation === 'delete' || !watchedTables.has(change.table)) return;
    const changed = watchedFields.filter((field) => change.changed.includes(field));
    if (changed.length === 0 && change.operation !== 'insert') return;
    if (this.#random() < (this.#behaviour.lose ?? 0)) return;
    const event = { table: change.table, sysId: change.sysId, changed: changed.join(','), attempt: 0 };
    const copies = this.#random() < (this.#behaviour.duplicate ?? 0) ? 2 : 1;
    for (let copy = 0; copy < copies; copy += 1) this.#track(this.#release(event));
  }

  #track(work: Promise<void>): void {
    const tracked = work.finally(() => this.#underway.delete(tracked));
    this.#underway.add(tracked);
  }

  async #release(event: Event): Promise<void> {
    const { delayMs = 0, reorder = false } = this.#behaviour;
    if (!reorder) {
      await this.#pauses.wait(delayMs);
      return this.#send(event);
    }
    this.#held.push(event);
    if (this.#held.length > 1) return;
    await this.#pauses.wait(Math.max(20, delayMs));
    const waiting = this.#held.splice(0);
    while (waiting.length > 0) {
      const [next] = waiting.splice(Math.floor(this.#random() * waiting.length), 1);
      if (next) await this.#send(next);
    }
  }

  /** The script action: reads the row as it is now, signs, posts, and queues itself again on failure. */
  async #send(event: Event): Promise<void> {
    const target = this.#target;
    const row = this.#db.get(event.table, event.sysId);
    if (!target || !row) return;
    const eventId = randomBytes(16).toString('hex');
    const body = ascii(
      JSON.stringify({
        v: 1,
        event_id: eventId,
        attempt: event.attempt,
        table: event.table,
        sys_id: event.sysId,
        // GlideRecord.getValue is null where the table has no such field.
        number: row['number'] ?? null,
        sys_mod_count: Number(row['sys_mod_count']),
        sys_updated_on: row['sys_updated_on'],
        sys_updated_by: row['sys_updated_by'],
        changed: event.changed.split(','),
        assigned_to: row['assigned_to'] ?? '',
        approver: row['approver'] ?? '',
        values: Object.fromEntries(
          valueFields.filter((field) => field in row).map((field) => [field, row[field] ?? '']),
        ),
      }),
    );
    const status = await this.#post(target, body);
    this.deliveries.push({ eventId, attempt: event.attempt, status, body });
    if (status >= 200 && status <= 299) return;
    if (event.attempt >= LAST_ATTEMPT || this.#closed.signal.aborted) return;
    const wait = (target.retryBaseMs ?? 30_000) * 2 ** event.attempt;
    this.#track(this.#pauses.wait(wait).then(() => this.#send({ ...event, attempt: event.attempt + 1 })));
  }

  async #post(target: PushTarget, body: string): Promise<number> {
    const timestamp = String(Math.floor(this.#db.now() / 1000));
    const mac = createHmac('sha256', target.secret).update(`${timestamp}.${body}`).digest('base64');
    try {
      const response = await fetch(target.url, {
        method: 'POST',
        redirect: 'manual',
        headers: {
          'Content-Type': 'application/json',
          'X-Bridge-Timestamp': timestamp,
          'X-Bridge-Signature': `v1=${mac}`,
        },
        body,
        signal: AbortSignal.any([this.#closed.signal, AbortSignal.timeout(10_000)]),
      });
      await response.arrayBuffer();
      return response.status;
    } catch {
      return 0;
    }
  }
}

const ascii = (text: string): string =>
  text.replace(/[\u0080-\uffff]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
