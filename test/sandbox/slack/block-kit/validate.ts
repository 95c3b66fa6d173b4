/** What Slack says to blocks, views and messages: the shapes, then what concerns several blocks at once. */
import { asJson, asList, asText, isJson } from '../json.ts';
import type { Json } from '../types.ts';
import { BLOCKS, SURFACES, type Surface } from './blocks.ts';
import { checkShape, checkTyped } from './check-rule.ts';
import { LIMITS } from './limits.ts';
import { filled, flag, list, oneOf, plain, type Report, type Rule, shape, string } from './rules.ts';

export type BlockError = { pointer: string; message: string };

/** Slack's own line for `response_metadata.messages`. */
export const inSlacksWords = ({ pointer, message }: BlockError): string =>
  `[ERROR] ${message} [json-pointer:${pointer}]`;

/** The interactive elements of a block, each with its place. */
export function elementsOf(block: Json): { element: Json; pointer: string }[] {
  const found: { element: Json; pointer: string }[] = [];
  const add = (value: unknown, pointer: string) => {
    if (isJson(value)) found.push({ element: value, pointer });
  };
  add(block['element'], '/element');
  add(block['accessory'], '/accessory');
  const lists: Record<string, string> = { actions: 'elements', context_actions: 'elements', card: 'actions' };
  const name = lists[asText(block['type'])];
  if (name) for (const [index, one] of asList(block[name]).entries()) add(one, `/${name}/${index}`);
  const nested = { carousel: 'elements', container: 'child_blocks' }[asText(block['type'])];
  if (nested)
    asList(block[nested]).forEach((child, index) => {
      for (const inner of elementsOf(asJson(child)))
        found.push({ element: inner.element, pointer: `/${nested}/${index}${inner.pointer}` });
    });
  return found;
}

function checkIds(blocks: unknown[], pointer: string, report: Report): void {
  const blockIds = new Set<string>();
  let focused = 0;
  blocks.forEach((one, index) => {
    const block = asJson(one);
    const blockId = asText(block['block_id']);
    if (blockId && blockIds.has(blockId))
      report(`${pointer}/${index}/block_id`, `block_id \`${blockId}\` already exists`);
    blockIds.add(blockId);
    const actionIds = new Set<string>();
    for (const { element, pointer: place } of elementsOf(block)) {
      const actionId = asText(element['action_id']);
      if (actionId && actionIds.has(actionId))
        report(`${pointer}/${index}${place}/action_id`, `action_id \`${actionId}\` already exists`);
      actionIds.add(actionId);
      if (element['focus_on_load'] === true) {
        focused += 1;
        if (focused > 1) report(`${pointer}/${index}${place}/focus_on_load`, 'only one element may have focus_on_load');
      }
    }
  });
}

function checkSurface(block: Json, surface: Surface, pointer: string, report: Report): void {
  const allowed = SURFACES[asText(block['type'])];
  if (allowed && !allowed.includes(surface)) report(`${pointer}/type`, `unsupported type: ${asText(block['type'])}`);
  const element = asJson(block['element']);
  if (element['type'] === 'file_input' && surface !== 'modal')
    report(`${pointer}/element/type`, 'unsupported type: file_input');
}

const charactersIn = (value: unknown): number => {
  if (Array.isArray(value)) return value.reduce<number>((sum, one) => sum + charactersIn(one), 0);
  if (!isJson(value)) return 0;
  return Object.entries(value).reduce((sum, [key, part]) => {
    if (key === 'text' && typeof part === 'string') return sum + [...part].length;
    return sum + charactersIn(part);
  }, 0);
};

/** What counts over a whole message. */
function checkTotals(blocks: unknown[], pointer: string, report: Report): void {
  const ofType = (type: string) => blocks.filter((block) => asJson(block)['type'] === type);
  const markdown = ofType('markdown').reduce<number>((sum, block) => sum + charactersIn([block]), 0);
  if (markdown > LIMITS['message.markdown'].max)
    report(pointer, `markdown blocks must be less than ${LIMITS['message.markdown'].max + 1} characters in total`);
  const totals = { table: LIMITS['message.tables'].max, data_visualization: LIMITS['message.data_visualizations'].max };
  for (const [type, max] of Object.entries(totals))
    if (ofType(type).length > max) report(pointer, `no more than ${max} ${type} blocks allowed`);
  blocks.forEach((block, index) => {
    if (
      asJson(block)['type'] === 'data_table' &&
      charactersIn(asJson(block)['rows']) > LIMITS['data_table.content'].max
    )
      report(
        `${pointer}/${index}/rows`,
        `must be less than ${LIMITS['data_table.content'].max + 1} characters in total`,
      );
  });
}

export function validateBlocks(blocks: unknown, surface: Surface, pointer = '/blocks'): BlockError[] {
  const errors: BlockError[] = [];
  const report: Report = (where, message) => {
    errors.push({ pointer: where, message });
    return undefined;
  };
  if (!Array.isArray(blocks)) return [{ pointer, message: 'must provide an array' }];
  const max = surface === 'message' ? LIMITS['message.blocks'].max : LIMITS['view.blocks'].max;
  if (blocks.length > max) report(pointer, `no more than ${max} items allowed`);
  blocks.forEach((block, index) => {
    checkTyped(block, BLOCKS, 'block', `${pointer}/${index}`, report);
    checkSurface(asJson(block), surface, `${pointer}/${index}`, report);
  });
  checkIds(blocks, pointer, report);
  if (surface === 'message') checkTotals(blocks, pointer, report);
  return errors;
}

const anyBlocks: Rule = { is: 'list', of: { is: 'object', shape: shape({}) }, bounds: LIMITS['view.blocks'] };
const common = {
  private_metadata: string('view.private_metadata'),
  callback_id: string('view.callback_id'),
  external_id: string('view.external_id'),
};
const MODAL = shape(
  { type: oneOf('modal'), title: plain('view.title'), blocks: anyBlocks },
  {
    ...common,
    submit: plain('view.submit'),
    close: plain('view.close'),
    clear_on_close: flag,
    notify_on_close: flag,
    submit_disabled: flag,
  },
);
const HOME = shape({ type: oneOf('home'), blocks: anyBlocks }, common);

export function validateView(view: unknown, pointer = '/view'): BlockError[] {
  if (!isJson(view)) return [{ pointer, message: 'must provide an object' }];
  const errors: BlockError[] = [];
  const report: Report = (where, message) => {
    errors.push({ pointer: where, message });
    return undefined;
  };
  const type = view['type'];
  if (type !== 'modal' && type !== 'home')
    return [{ pointer: `${pointer}/type`, message: 'must be one of: modal, home' }];
  const { blocks, ...frame } = view;
  const frameShape = type === 'modal' ? MODAL : HOME;
  const { blocks: _, ...required } = frameShape.required;
  checkShape(frame, { ...frameShape, required }, pointer, report, false);
  if (blocks === undefined) report(pointer, 'missing required field: blocks');
  else errors.push(...validateBlocks(blocks, type, `${pointer}/blocks`));
  if (Array.isArray(blocks) && blocks.length < LIMITS['view.blocks'].min)
    report(`${pointer}/blocks`, `no fewer than ${LIMITS['view.blocks'].min} items allowed`);
  const hasInput = asList(blocks).some((block) => asJson(block)['type'] === 'input');
  if (type === 'modal' && hasInput && view['submit'] === undefined)
    report(pointer, 'missing required field: submit (a view with input blocks needs it)');
  return errors;
}

const OPTION_ANSWER = shape(
  { text: plain('option.text'), value: filled('option.value') },
  { description: plain('option.description') },
);

/** The answer to a `block_suggestion`. */
export function validateOptions(answer: unknown): BlockError[] {
  const errors: BlockError[] = [];
  const report: Report = (where, message) => {
    errors.push({ pointer: where, message });
    return undefined;
  };
  const options = list({ is: 'object', shape: OPTION_ANSWER }, 'select.options');
  const groups = list(
    { is: 'object', shape: shape({ label: plain('option_group.label'), options }) },
    'select.option_groups',
  );
  // No result is an answer, too.
  const empty = (value: unknown) => Array.isArray(value) && value.length === 0;
  const given = asJson(answer);
  if (!isJson(answer) || (given['options'] === undefined) === (given['option_groups'] === undefined))
    return [{ pointer: '', message: 'must define exactly one of `options` or `option_groups`' }];
  if (empty(given['options']) || empty(given['option_groups'])) return [];
  checkShape(answer, shape({}, { options, option_groups: groups }), '', report, false);
  return errors;
}
