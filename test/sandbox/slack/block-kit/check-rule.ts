/** Holds a value against a rule and reports each problem in Slack's words. */
import { isJson } from '../json.ts';
import type { Bounds } from './limits.ts';
import type { Report, Rule, Shape } from './rules.ts';

/** Slack counts characters, not UTF-16 units: an emoji is one. */
const lengthOf = (text: string): number => [...text].length;

function checkLength(text: string, bounds: Bounds, pointer: string, report: Report): undefined {
  const length = lengthOf(text);
  if (bounds.max !== undefined && length > bounds.max)
    report(pointer, `must be less than ${bounds.max + 1} characters`);
  if (bounds.min !== undefined && length < bounds.min)
    report(pointer, `must be more than ${bounds.min - 1} characters`);
}

export function checkShape(value: unknown, shape: Shape, pointer: string, report: Report, typed: boolean): undefined {
  if (!isJson(value)) return report(pointer, 'must provide an object');
  for (const name of Object.keys(shape.required))
    if (value[name] === undefined) report(pointer, `missing required field: ${name}`);
  for (const [name, part] of Object.entries(value)) {
    const rule = shape.required[name] ?? shape.optional[name];
    if (rule) checkRule(part, rule, `${pointer}/${name}`, report);
    else if (!(typed && name === 'type')) report(pointer, `invalid additional property: ${name}`);
  }
  for (const check of shape.checks) check(value, pointer, report);
}

export function checkTyped(
  value: unknown,
  shapes: Record<string, Shape>,
  what: 'block' | 'element',
  pointer: string,
  report: Report,
): undefined {
  if (!isJson(value)) return report(pointer, 'must provide an object');
  const type = value['type'];
  if (typeof type !== 'string') return report(pointer, 'missing required field: type');
  const shape = shapes[type];
  if (!shape) return report(`${pointer}/type`, `unsupported type: ${type}`);
  const blockId = { block_id: { is: 'string', bounds: { max: 255 } } } as const satisfies Record<string, Rule>;
  checkShape(
    value,
    what === 'block' ? { ...shape, optional: { ...shape.optional, ...blockId } } : shape,
    pointer,
    report,
    true,
  );
}

function checkTextObject(value: unknown, rule: Rule & { is: 'text' }, pointer: string, report: Report): undefined {
  if (!isJson(value)) return report(pointer, 'must provide an object');
  const type = value['type'];
  const kind = rule.kinds.find((one) => one === type);
  if (!kind) return report(`${pointer}/type`, `must be one of: ${rule.kinds.join(', ')}`);
  const extra = kind === 'plain_text' ? 'emoji' : 'verbatim';
  for (const name of Object.keys(value))
    if (!['type', 'text', extra].includes(name)) report(pointer, `invalid additional property: ${name}`);
  if (value[extra] !== undefined && typeof value[extra] !== 'boolean')
    report(`${pointer}/${extra}`, 'must provide a boolean');
  if (value['text'] === undefined) return report(pointer, 'missing required field: text');
  if (typeof value['text'] !== 'string') return report(`${pointer}/text`, 'must provide a string');
  checkLength(value['text'], { min: 1, max: rule.max }, `${pointer}/text`, report);
}

function checkList(value: unknown, rule: Rule & { is: 'list' }, pointer: string, report: Report): undefined {
  if (!Array.isArray(value)) return report(pointer, 'must provide an array');
  const { min, max } = rule.bounds;
  if (max !== undefined && value.length > max) report(pointer, `no more than ${max} items allowed`);
  if (min !== undefined && value.length < min) report(pointer, `no fewer than ${min} items allowed`);
  for (const [index, item] of value.entries()) checkRule(item, rule.of, `${pointer}/${index}`, report);
}

function checkNumber(value: unknown, rule: Rule & { is: 'number' }, pointer: string, report: Report): undefined {
  if (typeof value !== 'number' || !Number.isFinite(value)) return report(pointer, 'must provide a number');
  if (rule.integer && !Number.isInteger(value)) return report(pointer, 'must provide an integer');
  const { min, max } = rule.bounds;
  if (max !== undefined && value > max) report(pointer, `must be less than ${max + 1}`);
  if (min !== undefined && value < min) report(pointer, `must be more than ${min - 1}`);
  if (rule.above !== undefined && value <= rule.above) report(pointer, `must be more than ${rule.above}`);
}

function checkString(value: unknown, rule: Rule & { is: 'string' }, pointer: string, report: Report): undefined {
  if (typeof value !== 'string') return report(pointer, 'must provide a string');
  checkLength(value, rule.bounds, pointer, report);
  if (rule.oneOf && !rule.oneOf.includes(value)) report(pointer, `must be one of: ${rule.oneOf.join(', ')}`);
  if (rule.pattern && !rule.pattern.test(value)) report(pointer, `must match pattern "${rule.pattern.source}"`);
}

function checkRule(value: unknown, rule: Rule, pointer: string, report: Report): undefined {
  switch (rule.is) {
    case 'string':
      return checkString(value, rule, pointer, report);
    case 'boolean':
      if (typeof value !== 'boolean') report(pointer, 'must provide a boolean');
      return;
    case 'number':
      return checkNumber(value, rule, pointer, report);
    case 'text':
      return checkTextObject(value, rule, pointer, report);
    case 'list':
      return checkList(value, rule, pointer, report);
    case 'object':
      return checkShape(value, rule.shape, pointer, report, false);
    case 'typed':
      return checkTyped(value, rule.shapes(), rule.what, pointer, report);
  }
}
