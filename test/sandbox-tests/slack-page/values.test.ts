import { describe, expect, it } from '@jest/globals';
import { elementsOf, initialState, isEmpty, problemOf, stateOf, Values } from '../../sandbox/slack/page/values.js';

const option = (value: string) => ({ text: { type: 'plain_text', text: value }, value });
const input = (blockId: string, element: Record<string, unknown>, more = {}) => ({
  type: 'input',
  block_id: blockId,
  element: { action_id: 'a', ...element },
  ...more,
});

describe('state values', () => {
  it.each([
    [{ type: 'static_select' }, { type: 'static_select', selected_option: null }],
    [
      { type: 'static_select', initial_option: option('x') },
      { type: 'static_select', selected_option: option('x') },
    ],
    [
      { type: 'multi_users_select', initial_users: ['U1'] },
      { type: 'multi_users_select', selected_users: ['U1'] },
    ],
    [{ type: 'multi_external_select' }, { type: 'multi_external_select', selected_options: [] }],
    [
      { type: 'datepicker', initial_date: '2026-01-02' },
      { type: 'datepicker', selected_date: '2026-01-02' },
    ],
    [
      { type: 'timepicker', initial_time: '09:30', timezone: 'Europe/Oslo' },
      { type: 'timepicker', selected_time: '09:30', timezone: 'Europe/Oslo' },
    ],
    [
      { type: 'datetimepicker', initial_date_time: 5 },
      { type: 'datetimepicker', selected_date_time: 5 },
    ],
    [{ type: 'checkboxes' }, { type: 'checkboxes', selected_options: [] }],
    [{ type: 'radio_buttons' }, { type: 'radio_buttons', selected_option: null }],
    [{ type: 'plain_text_input' }, { type: 'plain_text_input', value: null }],
    [
      { type: 'number_input', initial_value: '4' },
      { type: 'number_input', value: '4' },
    ],
    [{ type: 'file_input' }, { type: 'file_input', files: [] }],
    [{ type: 'rich_text_input' }, { type: 'rich_text_input', rich_text_value: null }],
  ])('starts %j', (element, expected) => expect(initialState(element)).toEqual(expected));

  it('has none for a button', () => expect(initialState({ type: 'button' })).toBeNull());

  it('finds elements wherever they may stand', () => {
    const button = { type: 'button', action_id: 'b' };
    const blocks = [
      { type: 'section', block_id: '1', accessory: button },
      { type: 'actions', block_id: '2', elements: [button, button] },
      { type: 'container', child_blocks: [input('3', { type: 'checkboxes' })] },
      { type: 'carousel', elements: [{ type: 'card', block_id: '4', actions: [button] }] },
      { type: 'divider' },
    ];
    expect(blocks.flatMap(elementsOf).map(({ block }) => block['block_id'])).toEqual(['1', '2', '2', '3', '4']);
  });

  it('keeps what was typed through an update, and starts what is new', () => {
    const values = new Values();
    const text = input('text', { type: 'plain_text_input' });
    const menu = input('menu', { type: 'static_select', options: [option('x'), option('y')] });
    values.sync([text, menu]);
    values.set('text', 'a', stateOf(text.element, 'typed'));
    values.set('menu', 'a', stateOf(menu.element, option('y')));
    values.sync([
      input('text', { type: 'plain_text_input', initial_value: 'other' }),
      input('menu', { type: 'static_select', options: [option('x')], initial_option: option('x') }),
      input('new', { type: 'plain_text_input', initial_value: 'first' }),
    ]);
    expect(values.all()).toEqual({
      text: { a: { type: 'plain_text_input', value: 'typed' } },
      menu: { a: { type: 'static_select', selected_option: option('x') } },
      new: { a: { type: 'plain_text_input', value: 'first' } },
    });
    values.sync([menu]);
    values.sync([text]);
    expect(values.get('text', 'a')).toEqual({ type: 'plain_text_input', value: null });
  });

  it('starts anew when the type of the element changes', () => {
    const values = new Values();
    values.sync([input('b', { type: 'plain_text_input', initial_value: 'x' })]);
    values.sync([input('b', { type: 'number_input' })]);
    expect(values.get('b', 'a')).toEqual({ type: 'number_input', value: null });
  });
});

describe('what may not be submitted', () => {
  const problem = (element: Record<string, unknown>, value: unknown, optional = false) =>
    problemOf(element, stateOf(element, value), optional);

  it('is an empty required field', () => {
    expect(problem({ type: 'plain_text_input' }, null)).toBe('Please complete this required field.');
    expect(problem({ type: 'plain_text_input' }, '  ')).toBe('Please complete this required field.');
    expect(problem({ type: 'checkboxes' }, [])).toBe('Please complete this required field.');
    expect(problem({ type: 'plain_text_input' }, null, true)).toBeNull();
    expect(isEmpty(null)).toBe(true);
  });

  it.each([
    [{ type: 'plain_text_input', min_length: 3 }, 'ab', /at least 3/],
    [{ type: 'plain_text_input', max_length: 3 }, 'abcd', /no more than 3/],
    [{ type: 'plain_text_input', max_length: 3 }, 'abc', null],
    [{ type: 'email_text_input' }, 'anna@', /email/],
    [{ type: 'email_text_input' }, 'anna@example.com', null],
    [{ type: 'url_text_input' }, 'example', /URL/],
    [{ type: 'url_text_input' }, 'https://example.com', null],
    [{ type: 'number_input', is_decimal_allowed: false }, '1.5', /whole/],
    [{ type: 'number_input', is_decimal_allowed: true }, '1.5', null],
    [{ type: 'number_input', is_decimal_allowed: true }, 'one', /valid number/],
    [{ type: 'number_input', min_value: '2' }, '1', /2 or more/],
    [{ type: 'number_input', max_value: '2' }, '3', /2 or less/],
    [{ type: 'static_select' }, option('x'), null],
  ])('%j with %j', (element, value, expected) => {
    const found = problem(element, value);
    if (expected === null) expect(found).toBeNull();
    else expect(found).toMatch(expected);
  });
});
