import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { HOSTILE_KEYS, HOSTILE_TEXTS, HOSTILE_VALUES } from './hostile.ts';

/** One change to a recorded value: where, what, and with which of the hostile values. Small numbers are simple changes. */
export type Change = { how: (typeof CHANGES)[number]; at: number; pick: number };

const CHANGES = ['replace', 'drop', 'retype', 'key', 'copy', 'swap', 'duplicate', 'edit', 'wrap'] as const;

export const changes = (maxLength = 3): fc.Arbitrary<Change[]> =>
  fc.array(fc.record({ how: fc.constantFrom(...CHANGES), at: fc.nat(2_000), pick: fc.nat(2_000) }), { maxLength });

type Dict = Record<string, unknown>;
type Box = Dict | unknown[];
type Place = { box: Box; key: string };

const isBox = (value: unknown): value is Box => typeof value === 'object' && value !== null;
const pickFrom = <T>(list: readonly T[], index: number): T => list[index % list.length] as T;

/** Sets a member of its own even where it is called `__proto__`. */
const put = ({ box, key }: Place, value: unknown) =>
  Object.defineProperty(box, key, { value, enumerable: true, configurable: true, writable: true });

function placesIn(box: Box, found: Place[] = [], depth = 0): Place[] {
  for (const key of Object.keys(box)) {
    found.push({ box, key });
    const value = (box as Dict)[key];
    if (isBox(value) && depth < 60 && found.length < 3_000) placesIn(value, found, depth + 1);
  }
  return found;
}

const at = ({ box, key }: Place) => (box as Dict)[key];

/** JSON inside a string (private_metadata, a button's value) is changed inside it. */
function insideText(text: string, change: Change): string | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    return JSON.stringify(mutate(JSON.parse(text), [change]));
  } catch {
    return undefined;
  }
}

function editText(text: string, pick: number): string {
  const where = pick % (text.length + 1);
  const extra = pickFrom(HOSTILE_TEXTS, pick);
  if (pick % 3 === 0) return text.slice(0, where);
  return pick % 3 === 1 ? text.slice(0, where) + extra + text.slice(where) : text + text;
}

function retyped(value: unknown): unknown {
  if (typeof value === 'string') return /^\d+$/.test(value) ? Number(value) : [value];
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) return Object.fromEntries(value.entries());
  return isBox(value) ? Object.values(value) : {};
}

/** Without `splice`, which asks an array for its `constructor`, and that may have been changed before. */
function drop({ box, key }: Place): void {
  const index = Number(key);
  if (!Array.isArray(box) || !Number.isInteger(index) || index >= box.length) return void delete (box as Dict)[key];
  box.copyWithin(index, index + 1);
  box.length -= 1;
}

function apply(root: { root: unknown }, change: Change): void {
  const places = placesIn(root as Box);
  // An earlier change may have dropped the whole.
  if (places.length === 0) return;
  const place = pickFrom(places, change.at);
  const value = at(place);
  const inside = typeof value === 'string' && change.pick % 2 ? insideText(value, change) : undefined;
  if (inside !== undefined) return void put(place, inside);
  const other = pickFrom(places, change.pick);
  switch (change.how) {
    case 'replace':
      return void put(place, structuredClone(pickFrom(HOSTILE_VALUES, change.pick)));
    case 'drop':
      return void drop(place);
    case 'retype':
      return void put(place, retyped(value));
    case 'key':
      return void put(
        { box: place.box, key: pickFrom(HOSTILE_KEYS, change.pick) },
        structuredClone(pickFrom(HOSTILE_VALUES, change.at)),
      );
    case 'copy':
      return void put(place, structuredClone(at(other)));
    case 'swap':
      return void put(place, swapped(value, at(other)));
    case 'duplicate':
      if (Array.isArray(value)) value.push(...Array.from(value, (each) => structuredClone(each)).slice(0, 500));
      return;
    case 'edit':
      return void (typeof value === 'string' && put(place, editText(value, change.pick)));
    case 'wrap':
      return void put(place, change.pick % 2 ? [value] : { value });
  }
}

/** Only like for like: an id against an id. */
const swapped = (value: unknown, other: unknown) => (typeof value === typeof other ? structuredClone(other) : value);

/** @returns a changed copy; the recorded value stays as it is */
export function mutate(recorded: unknown, list: readonly Change[]): unknown {
  const root = { root: structuredClone(recorded) };
  for (const change of list) apply(root, change);
  return root.root;
}

/** JSON of whatever it is; what is nested too deeply for JSON.stringify is left out. */
export function toJson(value: unknown): string {
  try {
    return JSON.stringify(value) ?? 'null';
  } catch {
    return 'null';
  }
}

/** What can happen to bytes on their way. `plain` is the most frequent: the other changes are inside. */
const DAMAGES = [
  'plain',
  'plain',
  'plain',
  'plain',
  'plain',
  'plain',
  'truncated',
  'empty',
  'utf16',
  'latin1',
  'bom',
  'gzip',
  'html',
  'twice',
  'flipped',
  'huge',
  'deep',
] as const;
export type Damage = { kind: (typeof DAMAGES)[number]; at: number };

export const damages: fc.Arbitrary<Damage> = fc.record({ kind: fc.constantFrom(...DAMAGES), at: fc.nat(5_000) });

const PAGE = '<!DOCTYPE html><html><head><title>Log in | ServiceNow</title></head><body>Your instance…</body></html>';

export function damaged(text: string, { kind, at: where }: Damage): Buffer {
  const bytes = Buffer.from(text);
  switch (kind) {
    case 'plain':
      return bytes;
    case 'truncated':
      return bytes.subarray(0, where % (bytes.length + 1));
    case 'empty':
      return Buffer.alloc(0);
    case 'utf16':
      return Buffer.from(`\ufeff${text}`, 'utf16le');
    case 'latin1':
      return Buffer.from(`${text}é`, 'latin1');
    case 'bom':
      return Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), bytes]);
    case 'gzip':
      return gzipSync(bytes);
    case 'html':
      return Buffer.from(PAGE);
    case 'twice':
      return Buffer.concat([bytes, bytes]);
    case 'flipped': {
      const copy = Buffer.from(bytes);
      if (copy.length > 0) copy[where % copy.length] = (copy[where % copy.length] ?? 0) ^ (1 << (where % 8));
      return copy;
    }
    case 'huge':
      return Buffer.concat([bytes, Buffer.alloc(200_000, ' ')]);
    case 'deep':
      return Buffer.from(`${'['.repeat(50_000)}${']'.repeat(50_000)}`);
  }
}
