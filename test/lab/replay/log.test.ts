import { describe, expect, test } from '@jest/globals';
import { BUILT_IN } from './builtin-log.ts';
import { parseDate, parseLog } from './log.ts';

const HEADER =
  'number,incident_state,sys_mod_count,caller_id,sys_updated_by,sys_updated_at,impact,urgency,assignment_group,assigned_to';

describe('the log', () => {
  test('days come before months', () => {
    expect(new Date(parseDate('03-12-2016 09:05')).toISOString()).toBe('2016-12-03T09:05:00.000Z');
    expect(parseDate('?')).toBeNaN();
  });

  test('is put in order, by time and never against the versions of a ticket; what is unknown stays empty', () => {
    const rows = parseLog(
      [
        HEADER,
        'INC2,New,0,Caller 1,Updated by 1,01-03-2016 10:00,2 - Medium,2 - Medium,Group 1,?',
        'INC1,-100,1,Caller 1,Updated by 1,01-03-2016 08:00,2 - Medium,2 - Medium,?,?',
        'INC1,New,0,"Caller, 2",?,01-03-2016 09:00,2 - Medium,2 - Medium,?,?',
        'INC3',
        '',
      ].join('\r\n'),
    );
    expect(rows.map(({ number, modCount }) => `${number}/${modCount}`)).toEqual([
      'INC3/0',
      'INC1/0',
      'INC1/1',
      'INC2/0',
    ]);
    expect(rows[1]).toMatchObject({ caller: 'Caller, 2', by: '', group: '' });
  });

  test('without its columns it is none', () => {
    expect(() => parseLog('a,b\n1,2')).toThrow('the log has no column number');
  });

  test('the built-in one is small', () => {
    expect(new Set(BUILT_IN.map(({ number }) => number)).size).toBe(12);
    expect(BUILT_IN.length).toBeLessThan(110);
  });
});
