/** The small language in which shapes.ts describes Block Kit. */
import { type Bounds, LIMITS, type LimitName } from './limits.ts';

export type Report = (pointer: string, message: string) => undefined;
export type Check = (value: Record<string, unknown>, pointer: string, report: Report) => void;

export type Shape = { required: Record<string, Rule>; optional: Record<string, Rule>; checks: Check[] };

export type Rule =
  | { is: 'string'; bounds: Bounds; pattern?: RegExp; oneOf?: readonly string[] }
  | { is: 'boolean' }
  | { is: 'number'; bounds: Bounds; integer: boolean; above?: number }
  | { is: 'text'; kinds: readonly ('plain_text' | 'mrkdwn')[]; max: number }
  | { is: 'list'; of: Rule; bounds: Bounds }
  | { is: 'object'; shape: Shape }
  /** An object whose `type` chooses its shape among these. */
  | { is: 'typed'; shapes: () => Record<string, Shape>; what: 'block' | 'element' };

const bounds = (limit?: LimitName): Bounds => (limit ? LIMITS[limit] : {});
const max = (limit: LimitName): number => bounds(limit).max ?? Number.POSITIVE_INFINITY;

export const string = (limit?: LimitName): Rule => ({ is: 'string', bounds: bounds(limit) });
/** A string that must not be empty. */
export const filled = (limit?: LimitName): Rule => ({ is: 'string', bounds: { min: 1, ...bounds(limit) } });
export const matching = (pattern: RegExp, limit?: LimitName): Rule => ({
  is: 'string',
  bounds: bounds(limit),
  pattern,
});
export const oneOf = (...values: string[]): Rule => ({ is: 'string', bounds: {}, oneOf: values });
export const url = (limit?: LimitName): Rule => matching(/^https?:\/\/\S+$/, limit);
export const flag: Rule = { is: 'boolean' };
export const integer = (limit?: LimitName): Rule => ({ is: 'number', integer: true, bounds: bounds(limit) });
export const number = (above?: number): Rule => ({
  is: 'number',
  integer: false,
  bounds: {},
  ...(above === undefined ? {} : { above }),
});
export const plain = (limit: LimitName): Rule => ({ is: 'text', kinds: ['plain_text'], max: max(limit) });
export const mrkdwn = (limit: LimitName): Rule => ({ is: 'text', kinds: ['mrkdwn'], max: max(limit) });
export const anyText = (limit: LimitName): Rule => ({ is: 'text', kinds: ['plain_text', 'mrkdwn'], max: max(limit) });
export const list = (of: Rule, limit?: LimitName): Rule => ({ is: 'list', of, bounds: bounds(limit) });
export const object = (shape: Shape): Rule => ({ is: 'object', shape });
export const element = (shapes: () => Record<string, Shape>): Rule => ({ is: 'typed', shapes, what: 'element' });
export const block = (shapes: () => Record<string, Shape>): Rule => ({ is: 'typed', shapes, what: 'block' });

export const shape = (
  required: Record<string, Rule>,
  optional: Record<string, Rule> = {},
  ...checks: Check[]
): Shape => ({ required, optional, checks });

export const pick = (shapes: Record<string, Shape>, ...names: string[]): Record<string, Shape> =>
  Object.fromEntries(
    names.map((name) => {
      const found = shapes[name];
      if (!found) throw new Error(`no shape called ${name}`);
      return [name, found];
    }),
  );
