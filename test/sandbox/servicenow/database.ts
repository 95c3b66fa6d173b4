import { randomBytes } from 'node:crypto';
import * as journal from './journal.ts';
import { type Moods, usualMoods } from './moods.ts';
import { afterWrite, beforeInsert, beforeUpdate } from './rules.ts';
import { family, fieldOf, fieldsOf, isTable, lineage, tables } from './schema.ts';
import { toStored } from './time.ts';
import { ApiError, type Change, type Row, systemUser, type User } from './types.ts';

export const isSysId = (text: string): boolean => /^[0-9a-f]{32}$/.test(text);

/** The in-memory database. It runs the business rules; access rules belong to whoever calls it. */
export class Database {
  readonly now: () => number;
  #tables = new Map<string, Map<string, Row>>();
  #counters = new Map<string, number>();
  #listeners = new Set<(change: Change) => void>();
  #choiceLabels = new Map<string, Map<string, string>>();

  readonly moods: Pick<Moods, 'journalHeaders' | 'saves'>;

  constructor(now: () => number, moods: Pick<Moods, 'journalHeaders' | 'saves'> = usualMoods()) {
    this.now = now;
    this.moods = moods;
  }

  timestamp(): string {
    return toStored(this.now());
  }

  clear(): void {
    this.#tables.clear();
    this.#counters.clear();
    this.#choiceLabels.clear();
  }

  /** Every value of every row becomes another one, ids and what points to them alike. */
  translate(word: (value: string) => string): void {
    for (const [table, rows] of this.#tables) {
      const all = [...rows.values()].map((row) =>
        Object.fromEntries(Object.entries(row).map(([name, value]) => [name, word(value)])),
      );
      this.#tables.set(table, new Map(all.map((row) => [row['sys_id'] ?? '', row])));
    }
    this.#choiceLabels.clear();
  }

  onChange(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** All records of a table and of the tables that extend it, oldest first. */
  rows(table: string): Row[] {
    return family(table).flatMap((name) => [...(this.#tables.get(name)?.values() ?? [])]);
  }

  get(table: string, sysId: string): Row | undefined {
    for (const name of family(table)) {
      const row = this.#tables.get(name)?.get(sysId);
      if (row) return row;
    }
    return undefined;
  }

  /** The record's own table, which may extend the one that was asked for. */
  classOf(table: string, sysId: string): string {
    return family(table).find((name) => this.#tables.get(name)?.has(sysId)) ?? table;
  }

  nextNumber(table: string): string {
    const prefix = tables[table]?.prefix ?? '';
    // By prefix, because two tables may share one.
    const next = (this.#counters.get(prefix) ?? 10_000) + 1;
    this.#counters.set(prefix, next);
    return `${prefix}${String(next).padStart(7, '0')}`;
  }

  insert(table: string, fields: Row, user: User = systemUser): Row {
    if (!isTable(table)) throw new ApiError(400, `Invalid table ${table}`);
    const now = this.timestamp();
    const row: Row = Object.fromEntries(Object.keys(fieldsOf(table)).map((name) => [name, '']));
    this.#assign(table, row, fields);
    const wanted = fields['sys_id'] ?? '';
    const sysId = isSysId(wanted) ? wanted : randomBytes(16).toString('hex');
    if (this.#tables.get(table)?.has(sysId)) throw uniqueKey(sysId);
    Object.assign(row, {
      sys_id: sysId,
      sys_created_on: now,
      sys_created_by: user.userName,
      sys_updated_on: now,
      sys_updated_by: user.userName,
      sys_mod_count: '0',
    });
    if (fieldOf(table, 'sys_class_name') && table !== 'sc_cat_item') row['sys_class_name'] = table;
    beforeInsert(this, table, row, fields, user);
    if (tables[table]?.prefix) row['number'] ||= this.nextNumber(table);
    if (fieldOf(table, 'task_effective_number')) row['task_effective_number'] = row['number'] ?? '';

    this.#store(table).set(sysId, row);
    if (table === 'sys_choice') this.#choiceLabels.clear();
    const entries = journal.append(this, table, row, fields, user);
    const filled = Object.keys(row).filter((name) => row[name] !== '' && !name.startsWith('sys_'));
    afterWrite(this, table, undefined, row);
    this.#tell(table, row, [...filled, ...entries], 'insert');
    return row;
  }

  update(table: string, sysId: string, fields: Row, user: User = systemUser): Row {
    const row = this.get(table, sysId);
    if (!row) throw new ApiError(404, 'No Record found', "Record doesn't exist or ACL restricts the record retrieval");
    const own = this.classOf(table, sysId);
    const before = { ...row };
    const after = { ...row };
    this.#assign(own, after, fields);
    beforeUpdate(this, own, before, after, fields, user);

    const changed = Object.keys(after).filter((name) => after[name] !== before[name]);
    const entries = journal.append(this, own, row, fields, user);
    // As in GlideRecord: an update that changes nothing is no update.
    if (changed.length + entries.length === 0) return row;
    const isScript = user.sysId === systemUser.sysId;
    const saved = {
      sys_updated_on: this.timestamp(),
      sys_updated_by: user.userName,
      sys_mod_count: String(Number(before['sys_mod_count']) + 1),
    };
    Object.assign(row, after, isScript && this.moods.saves === 'uncounted' ? {} : saved);
    if (own === 'sys_choice') this.#choiceLabels.clear();
    afterWrite(this, own, before, row);
    this.#tell(own, row, [...changed, ...entries], 'update');
    if (!isScript && this.moods.saves === 'followed' && fieldOf(own, 'made_sla'))
      return this.update(own, sysId, { made_sla: row['made_sla'] === 'true' ? 'false' : 'true' });
    return row;
  }

  /** As a script or an import does that fills the system's own columns: no rule runs and nothing is pushed. */
  overwrite(table: string, sysId: string, columns: Row): Row {
    const row = this.get(table, sysId);
    if (!row) throw new Error(`there is no ${table} ${sysId}`);
    return Object.assign(row, columns);
  }

  remove(table: string, sysId: string): void {
    const own = this.classOf(table, sysId);
    const row = this.get(own, sysId);
    if (!row) return;
    this.#tables.get(own)?.delete(sysId);
    this.#tell(own, row, [], 'delete');
  }

  /** The label of a choice, or undefined if the value is not on the field's list. */
  choiceLabel(table: string, field: string, value: string): string | undefined {
    return this.#choicesOf(table, field)?.get(value);
  }

  /** The value behind a label. */
  choiceValue(table: string, field: string, label: string): string | undefined {
    return [...(this.#choicesOf(table, field) ?? [])].find(([, shown]) => shown === label)?.[0];
  }

  /** Values of a field's choice list; the nearest table in the lineage that has one counts. */
  #choicesOf(table: string, field: string): Map<string, string> | undefined {
    if (this.#choiceLabels.size === 0) {
      for (const row of this.rows('sys_choice')) {
        if (row['inactive'] === 'true') continue;
        const key = `${row['name']}.${row['element']}`;
        const known = this.#choiceLabels.get(key) ?? new Map<string, string>();
        const value = row['value'] ?? '';
        if (row['language'] === 'en' || !known.has(value)) known.set(value, row['label'] ?? '');
        this.#choiceLabels.set(key, known);
      }
    }
    for (const name of lineage(table)) {
      const found = this.#choiceLabels.get(`${name}.${field}`);
      if (found) return found;
    }
    return undefined;
  }

  /** Copies what a field can hold; what it cannot is left out without a word, as the real API does. */
  #assign(table: string, row: Row, fields: Row): void {
    for (const [name, value] of Object.entries(fields)) {
      const field = fieldOf(table, name);
      if (!field || field.kind === 'journal' || field.kind === 'class' || name === 'sys_id') {
        if (!(table === 'sc_cat_item' && name === 'sys_class_name')) continue;
      }
      if (name.startsWith('sys_') && /^sys_(created|updated|mod)_/.test(name)) continue;
      if (field?.kind === 'choice' && value !== '') {
        const list = this.#choicesOf(table, name);
        if (list && !list.has(value)) continue;
      }
      if (field?.kind === 'boolean') row[name] = value === 'true' || value === '1' ? 'true' : 'false';
      else row[name] = field?.max ? value.slice(0, field.max) : value;
    }
  }

  #store(table: string): Map<string, Row> {
    const store = this.#tables.get(table) ?? new Map<string, Row>();
    this.#tables.set(table, store);
    return store;
  }

  #tell(table: string, row: Row, changed: string[], operation: Change['operation']): void {
    const change: Change = {
      table,
      sysId: row['sys_id'] ?? '',
      number: row['number'] ?? '',
      modCount: Number(row['sys_mod_count']),
      updatedBy: row['sys_updated_by'] ?? '',
      changed,
      operation,
    };
    for (const listener of [...this.#listeners]) listener(change);
  }
}

const uniqueKey = (sysId: string) =>
  new ApiError(
    403,
    'Operation Failed',
    `Unique Key violation detected by database (Duplicate entry '${sysId}' for key 'PRIMARY')`,
  );
