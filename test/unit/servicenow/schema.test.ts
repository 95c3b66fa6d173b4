import { describe, expect, test } from '@jest/globals';
import { CorruptDataError } from '../../../src/errors.ts';
import {
  attachmentsAnswer,
  currentUserAnswer,
  parseAnswer,
  recordAnswer,
  recordsAnswer,
} from '../../../src/servicenow/schema.ts';

const ID = '9d385017c611228701d22104cc95c371';
const LINK = `https://dev1.service-now.com/api/now/table/sys_user/${ID}`;

describe('a field', () => {
  const decoded = (field: unknown) =>
    parseAnswer(recordAnswer(), { result: { sys_id: ID, field } }, 'GET').fields['field'];

  test.each<[string, unknown, string, string]>([
    ['a choice with both', { display_value: 'New', value: '1' }, '1', 'New'],
    ['a choice alone', '1', '1', '1'],
    [
      'a time with both',
      { display_value: '03.02.2026 10:15:00', value: '2026-02-03 09:15:00' },
      '2026-02-03 09:15:00',
      '03.02.2026 10:15:00',
    ],
    ['a reference with both', { display_value: 'Ada Byron', value: ID, link: LINK }, ID, 'Ada Byron'],
    ['a reference by value', { link: LINK, value: ID }, ID, ID],
    ['a reference by name, without a value', { display_value: 'Ada Byron', link: LINK }, 'Ada Byron', 'Ada Byron'],
    ['a reference that is no hex id', { display_value: 'Global', value: 'global' }, 'global', 'Global'],
    ['an empty reference', '', '', ''],
    ['an empty reference with both', { display_value: '', value: '' }, '', ''],
    ['a boolean', { display_value: 'true', value: 'true' }, 'true', 'true'],
    ['a list', { display_value: 'Ada, Bob', value: 'ID1,ID2' }, 'ID1,ID2', 'Ada, Bob'],
    ['a journal', { display_value: 'entries', value: '' }, '', 'entries'],
    ['null', null, '', ''],
    ['nulls inside', { display_value: null, value: '1' }, '1', '1'],
    ['a number', 7, '7', '7'],
    ['a boolean that is one', false, 'false', 'false'],
    ['a number with a text', { display_value: '7 items', value: 7 }, '7', '7 items'],
    ['numbers inside', { display_value: 7, value: 7 }, '7', '7'],
    ['a list that is one', ['a'], '', ''],
    ['something else', { link: LINK }, '', ''],
    ['something else inside', { display_value: { a: 1 }, value: '1' }, '1', '1'],
  ])('%s', (_, field, value, displayValue) => {
    expect(decoded(field)).toEqual({ value, displayValue });
  });
});

describe('an answer', () => {
  test.each(['', 'x'.repeat(65), 'a/b', '../x', 'a?b', '\ud800'])('a record with the sys_id %j is none', (sysId) => {
    expect(() => parseAnswer(recordAnswer(), { result: { sys_id: sysId } }, 'GET')).toThrow(CorruptDataError);
  });
  test('rows', () => {
    const rows = parseAnswer(
      recordsAnswer,
      { result: [{ sys_id: { value: ID, display_value: ID }, number: 'INC1' }] },
      'GET',
    );
    expect(rows).toEqual([
      { sysId: ID, fields: expect.objectContaining({ number: { value: 'INC1', displayValue: 'INC1' } }) },
    ]);
  });
  test('a record without an id is the one that was asked for', () => {
    expect(parseAnswer(recordAnswer(ID), { result: { number: 'INC1' } }, 'GET')).toMatchObject({ sysId: ID });
  });
  test('a row without an id spoils no other', () => {
    const rows = parseAnswer(recordsAnswer, { result: [{ number: 'INC1' }, { sys_id: ID }, { sys_id: {} }] }, 'GET');
    expect(rows.map(({ sysId }) => sysId)).toEqual([ID]);
  });
  test('no rows', () => {
    expect(parseAnswer(recordsAnswer, { result: [] }, 'GET')).toEqual([]);
  });
  test('who I am', () => {
    expect(parseAnswer(currentUserAnswer, { result: { user_sys_id: ID, user_name: 'ada', more: 1 } }, 'GET')).toEqual({
      sysId: ID,
    });
  });
  test('attachments', () => {
    expect(
      parseAnswer(
        attachmentsAnswer,
        { result: [{ sys_id: ID, file_name: 'a.png', size_bytes: 12, sys_created_by: 'ada' }] },
        'GET',
      ),
    ).toEqual([{ sysId: ID, name: 'a.png', bytes: 12, by: 'ada' }]);
  });
  test('attachments of which an access rule hides size and author', () => {
    expect(
      parseAnswer(attachmentsAnswer, { result: [{ sys_id: ID, file_name: 'a.png', size_bytes: '' }] }, 'GET'),
    ).toEqual([{ sysId: ID, name: 'a.png', bytes: undefined, by: undefined }]);
  });
  test.each<[string, unknown, string]>([
    ['nothing', undefined, '(root)'],
    ['null', null, '(root)'],
    ['no result', {}, 'result'],
    ['a list for a record', { result: [] }, 'result'],
    ['a record without an id', { result: { number: 'INC1' } }, 'result'],
    ['a record with an odd id', { result: { sys_id: '4711/..' } }, 'result'],
  ])('of another shape is refused, and says where, never what: %s', (_, json, place) => {
    const parse = () => parseAnswer(recordAnswer(), json, 'GET /x');
    expect(parse).toThrow(CorruptDataError);
    expect(parse).toThrow(`GET /x: unexpected shape at ${place}`);
    expect(parse).not.toThrow('4711');
  });
});
