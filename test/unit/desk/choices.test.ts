import { expect, test } from '@jest/globals';
import { choicesIn } from '../../../src/desk/choices.ts';
import type { ServiceNowRecord } from '../../../src/records/types.ts';

type Columns = Record<string, string>;
const row = (columns: Columns): ServiceNowRecord => ({
  sysId: 'x',
  fields: Object.fromEntries(
    Object.entries({ name: 'incident', element: 'category', language: 'en', inactive: 'false', ...columns }).map(
      ([name, value]) => [name, { value, displayValue: value }],
    ),
  ),
});

const NETWORK = { value: 'network', label: 'Network' };
const NETZWERK = { value: 'network', label: 'Netzwerk', language: 'de' };

test.each<[string, Columns[], string[]]>([
  ['the table’s own', [NETWORK, { ...NETWORK, name: 'task', label: 'Of every task' }], ['Network']],
  ['that of what it extends', [{ ...NETWORK, name: 'task' }], ['Network']],
  ['that of another table is none', [{ ...NETWORK, name: 'problem' }], []],
  ['that of another column is none', [{ ...NETWORK, element: 'subcategory' }], []],
  ['in English', [NETZWERK, NETWORK], ['Network']],
  ['in the language that there is', [NETZWERK], ['Netzwerk']],
  [
    'in the language that says most',
    [{ value: 'a', label: 'Un', language: 'fr' }, NETZWERK, { ...NETZWERK, value: 'b', label: 'Andere' }],
    ['Netzwerk', 'Andere'],
  ],
  ['each value once', [NETWORK, { ...NETWORK, label: 'Network again' }], ['Network']],
  [
    'without what is retired or has no name',
    [
      { ...NETWORK, inactive: 'true' },
      { value: 'a', label: '' },
    ],
    [],
  ],
  ['none', [], []],
])('the list is %s', (_, rows, labels) => {
  expect(choicesIn(rows.map(row), ['incident', 'task'], 'category').map(({ label }) => label)).toEqual(labels);
});
