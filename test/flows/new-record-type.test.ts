import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import * as table from '../../src/records/table.ts';
import { EN } from '../../src/words/en/index.ts';
import type { Flow } from '../support/flow.ts';
import { until } from '../support/until.ts';

/** What docs/architecture.md says of a new record type: one row, and its name. Everything else in the house is as it is. */
const FACILITY = {
  ...table.RECORD_TYPES.task,
  table: 'u_facility_task',
  prefix: 'FAC',
  states: [
    { value: '1', label: 'Reported', means: 'open' },
    { value: '3', label: 'Done', means: 'resolved' },
  ],
  verbs: { reopen: { from: ['resolved'], sets: { state: '1' }, mandatory: ['comments'] } },
  cardFields: [{ field: 'u_room', label: 'Room' }],
  watchedFields: [...table.RECORD_TYPES.task.watchedFields, { field: 'u_room', label: 'Room', kind: 'state' }],
} as const satisfies table.RecordType;

jest.unstable_mockModule('../../src/records/table.ts', () => ({
  ...table,
  RECORD_TYPES: { ...table.RECORD_TYPES, facilityTask: FACILITY },
}));

/** And what people call it. */
jest.unstable_mockModule('../../src/words/en/index.ts', () => ({
  EN: { ...EN, 'kind.facilityTask': 'facility task', 'every.facilityTask': 'every facility task' },
}));

// Whatever is imported after the row has been added knows it.
const { startFlow } = await import('../support/flow.ts');
const { answerTo, expectNoViolations } = await import('../support/filing.ts');
const { burstSettles, cardsOf, toldInThread, watching } = await import('../support/told.ts');
const { at } = await import('../support/conversation.ts');

let flow: Flow;
beforeAll(async () => {
  flow = await startFlow({ env: { SERVICENOW_POLL_SECONDS: '1' }, serviceNow: { clientCredentialsUser: 'ann.admin' } });
  await flow.link('bob');
});
afterAll(async () => {
  await flow.close();
  expectNoViolations(flow);
});

test('a row is all that a new record type takes: its number, show, list, watch, changes and verbs', async () => {
  const { db, people } = flow.serviceNow;
  const bob = flow.person('bob');
  const boiler = { short_description: 'Drain the old boiler', u_room: 'Cellar', state: '1', active: 'true' };
  const row = db.insert('u_facility_task', { ...boiler, assigned_to: people.agent.sysId }, people.admin);
  const [number = '', sysId = ''] = [row['number'], row['sys_id']];

  // Without its zeros it is known as one of these only by the row's prefix.
  const shown = await answerTo(flow, () => bob.command(number.replace(/^FAC0+/, 'fac')));
  expect(shown.text).toContain('Drain the old boiler');
  expect(shown.text).toContain('Room: Cellar.');
  const unknown = await answerTo(flow, () => bob.command('FAC0099999'));
  expect(unknown.text).toContain('I found no facility task FAC0099999');
  expect((await answerTo(flow, () => bob.command('list assigned'))).text).toContain(`${number} · `);

  const card = await watching(bob, number);
  await burstSettles(flow);
  db.update('u_facility_task', sysId, { u_room: 'Attic' }, people.admin);
  await toldInThread(bob, card, /Room: .*Cellar → Attic/);
  await burstSettles(flow);
  db.update('u_facility_task', sysId, { state: '3' }, people.admin);
  await toldInThread(bob, card, 'State: ');

  // Its own verb gives the card a button, asks for the words that are mandatory, and sets what the row says.
  const withButton = () => cardsOf(bob, number).find(({ blocks }) => JSON.stringify(blocks).includes('"reopen"'));
  await bob.click(at(await until('its button', withButton)), 'reopen');
  await until('the form', () => bob.modal());
  bob.fill({ words: 'It leaks again' });
  await bob.submit();
  await until('it to be open', () => db.get('u_facility_task', sysId)?.['state'] === '1');
});
