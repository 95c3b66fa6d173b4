import { expect, test } from '@jest/globals';
import { createClock } from '../support/clock.ts';
import { askForLink } from '../support/conversation.ts';
import { aDayBegins, dmsWith, linkAll, settled, toldByDm } from '../support/filing.ts';
import { followConnect } from '../support/flow.ts';
import { storyStarter } from '../support/story.ts';

const start = storyStarter();
const DAY = 24 * 60 * 60_000;

test('a week before the hundredth day a person is told, once, and connecting again starts anew', async () => {
  const clock = createClock();
  const flow = await start({ ...clock.options, slack: { ...clock.options.slack, rateLimits: 'off' } });
  const ada = flow.person('ada');
  await linkAll(flow, 'ada', 'carl');
  const warned = () => dmsWith(ada, 'Your connection to ServiceNow ends on').length;

  await clock.pass(92 * DAY, flow.redis);
  await aDayBegins(flow);
  expect(warned()).toBe(0);

  await clock.pass(DAY, flow.redis);
  await flow.person('carl').command('disconnect');
  await settled(flow);
  await aDayBegins(flow);
  const told = await toldByDm(ada, 'Your connection to ServiceNow ends on');
  const lastDay = new Date(clock.now() + 7 * DAY);
  expect(told.text).toContain(lastDay.toLocaleDateString('en-US', { dateStyle: 'long', timeZone: 'UTC' }));
  await clock.pass(DAY, flow.redis);
  await aDayBegins(flow);
  expect(warned()).toBe(1);
  expect(dmsWith(flow.person('carl'), 'ends on')).toEqual([]);

  await followConnect(flow, await askForLink(ada, told), 'requester');
  await clock.pass(20 * DAY, flow.redis);
  await aDayBegins(flow);
  expect(warned()).toBe(1);
  await clock.pass(74 * DAY, flow.redis);
  await aDayBegins(flow);
  expect(warned()).toBe(2);
});
