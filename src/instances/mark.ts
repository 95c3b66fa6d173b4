import { createHash } from 'node:crypto';

/** What Slack carries for us and brings back, such as a button's value, says in front which instance it is about. */
const MARKED = /^~([0-9a-f]{8})~/;

/** Follows from the instance's name, not from its alias: an alias may come to mean another one. */
const markOf = (instance: string) => createHash('sha256').update(instance).digest('hex').slice(0, 8);

export type Mark = {
  text(text: string): string;
  /** All buttons and menus of a message or a Home tab; what has none stays the same. */
  blocks<T>(blocks: T): T;
  /** The same, and the form itself, for its other parts have no value that is ours. */
  view<V extends { private_metadata?: string; blocks: unknown }>(view: V): V;
};

/** Where there is only one instance, nothing is marked. */
export const NO_MARK: Mark = { text: (text) => text, blocks: (blocks) => blocks, view: (view) => view };

export function createMark(instance: string): Mark {
  const text = (value: string) => `~${markOf(instance)}~${value}`;

  function blocks<T>(part: T): T {
    if (Array.isArray(part)) return part.map(blocks) as T;
    if (typeof part !== 'object' || part === null) return part;
    const all = Object.fromEntries(Object.entries(part).map(([name, value]) => [name, blocks<unknown>(value)]));
    if (all['type'] === 'button') return { ...all, value: text(textOf(all['value'])) } as T;
    if (all['type'] !== 'overflow' || !Array.isArray(all['options'])) return all as T;
    const options = all['options'].map((each: Record<string, unknown>) => ({
      ...each,
      value: text(textOf(each['value'])),
    }));
    return { ...all, options } as T;
  }

  return {
    text,
    blocks,
    view: (view) => ({ ...view, private_metadata: text(view.private_metadata ?? ''), blocks: blocks(view.blocks) }),
  };
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** @returns whether a text is about this instance, for whoever looks through all of them */
export const isAbout = (instance: string, mark: string): boolean => markOf(instance) === mark;

/** Takes the mark off. Nothing in front means the default instance. */
export function readMark(marked: string): { mark: string | undefined; text: string } {
  const mark = MARKED.exec(marked)?.[1];
  return { mark, text: mark === undefined ? marked : marked.replace(MARKED, '') };
}
