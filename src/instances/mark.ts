import { createHash } from 'node:crypto';

/** What Slack carries for us and brings back, such as a button's value, says in front which instance it is about. */
const MARKED = /^~([0-9a-f]{8})~/;

/** Follows from the instance's name, not from its alias: an alias may come to mean another one. */
const markOf = (instance: string) => createHash('sha256').update(instance).digest('hex').slice(0, 8);

/** Slack's own limits of blocks; where a message or form is full, the alias is left out. */
const ROOM = { message: 50, view: 100 } as const;

/** Names an instance in what Slack carries: to us by a mark, to people by its alias at the end. */
export type Mark = {
  text(text: string): string;
  /** All buttons and menus in it; what has none stays the same. */
  blocks<T>(blocks: T): T;
  message<M extends { blocks?: unknown[] }>(message: M): M;
  /** A form bears the mark itself, for its other parts have no value that is ours. */
  view<V extends { private_metadata?: string; blocks: unknown[] }>(view: V): V;
};

const same = <T>(whatever: T): T => whatever;

/** Where there is only one instance, nothing names it. */
export const NO_MARK: Mark = { text: same, blocks: same, message: same, view: same };

export function createMark(instance: string, alias: string): Mark {
  const text = (value: unknown) => `~${markOf(instance)}~${typeof value === 'string' ? value : ''}`;
  const sign = { type: 'context', elements: [{ type: 'plain_text', text: alias, emoji: false }] };
  const signed = (all: unknown[], room: number) => (all.length < room ? [...blocks(all), sign] : blocks(all));

  function blocks<T>(part: T): T {
    if (Array.isArray(part)) return part.map(blocks) as T;
    if (typeof part !== 'object' || part === null) return part;
    const all = Object.fromEntries(Object.entries(part).map(([name, value]) => [name, blocks<unknown>(value)]));
    if (all['type'] === 'button') return { ...all, value: text(all['value']) } as T;
    if (all['type'] !== 'overflow' || !Array.isArray(all['options'])) return all as T;
    const options = all['options'].map((each: Record<string, unknown>) => ({ ...each, value: text(each['value']) }));
    return { ...all, options } as T;
  }

  return {
    text,
    blocks,
    message: (message) => ({ ...message, ...(message.blocks ? { blocks: signed(message.blocks, ROOM.message) } : {}) }),
    view: (view) => ({
      ...view,
      private_metadata: text(view.private_metadata),
      blocks: signed(view.blocks, ROOM.view),
    }),
  };
}

/** @returns whether a mark is that of this instance, for whoever looks through all of them */
export const isAbout = (instance: string, mark: string): boolean => markOf(instance) === mark;

/** Takes the mark off. Nothing in front means the default instance. */
export function readMark(marked: string): { mark: string | undefined; text: string } {
  const mark = MARKED.exec(marked)?.[1];
  return { mark, text: mark === undefined ? marked : marked.replace(MARKED, '') };
}
