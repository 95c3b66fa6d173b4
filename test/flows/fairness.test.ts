import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Flow, startFlow } from '../support/flow.ts';
import { until } from '../support/until.ts';

const FLOOD = 40;
/** Those of a flood that count as no flood, and what a few places at the instance are busy with. */
const AHEAD = 10;

let flow: Flow;
beforeAll(async () => {
  flow = await startFlow({ role: 'web' });
  const worker = await flow.join('worker');
  await flow.link('ada');
  await flow.link('carl');
  await worker.close();
});
afterAll(() => flow.close());

test('whoever asks for little does not wait for whoever has asked for much', async () => {
  const { requester, colleague } = flow.serviceNow.people;
  const before = flow.serviceNow.requests.length;
  for (let each = 0; each < FLOOD; each++) await flow.person('carl').command('list');
  await flow.person('ada').command('list');
  await flow.join('worker');
  // The list itself alone: what else the bridge reads once for the form is nobody's wait.
  const asked = () => flow.serviceNow.requests.slice(before).filter(({ path }) => path === '/api/now/table/incident');
  await until('all answers', () => asked().length > FLOOD);
  const order = asked().map(({ user }) => user);
  expect(order.filter((user) => user === colleague.sysId)).toHaveLength(FLOOD);
  expect(order.indexOf(requester.sysId)).toBeGreaterThanOrEqual(0);
  expect(order.indexOf(requester.sysId)).toBeLessThan(AHEAD);
}, 60_000);
