import { expect, test } from '@jest/globals';
import { createClock, MINUTE } from '../support/clock.ts';
import { answered, askForLink, at, toldByDm } from '../support/conversation.ts';
import { fileIncident, openForm, settled } from '../support/filing.ts';
import { connectUrlIn, type Flow, newBrowser } from '../support/flow.ts';
import { connectIdOf, untilCallback } from '../support/link-in-transit.ts';
import { dumpStore } from '../support/store-dump.ts';
import { storyStarter } from '../support/story.ts';

const start = storyStarter();

/** Words that only a ticket holds. */
const TITLE = 'Zebra crossing the server room';
const DETAIL = 'It carries a purple umbrella';

/** Everything that must be nowhere in clear, by what it is. Ids, states, codes and cookies are collected on the way. */
function secretsOf(flow: Flow, seen: Map<string, string>): Map<string, string> {
  const all = new Map(seen);
  for (const secret of flow.slack.secrets()) all.set(secret, "Slack's secret, token or response_url");
  for (const token of flow.serviceNow.tokens.issued()) all.set(token, "ServiceNow's token");
  all.set(flow.serviceNow.clientSecret, 'client secret');
  all.set(flow.env['ADMIN_TOKEN'] ?? '', 'admin token');
  for (const key of (flow.env['ENCRYPTION_KEYS'] ?? '').split(',')) all.set(key, 'encryption key');
  all.delete('');
  return all;
}

/** Looks into the store and the log as they are now. @returns what was found, named and not repeated */
async function leaks(flow: Flow, seen: Map<string, string>): Promise<string[]> {
  const places = [
    ...(await dumpStore(flow.redis)).map(({ key, text }) => ({ place: `redis ${key}`, text: `${key} ${text}` })),
    ...flow.logLines.map((text) => ({ place: `log: ${text.slice(0, 120)}`, text })),
  ];
  return [...secretsOf(flow, seen)].flatMap(([secret, what]) => {
    const forms = [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)];
    return places
      .filter(({ text }) => forms.some((form) => text.includes(form)))
      .map(({ place }) => `${what} in ${place}`);
  });
}

test('a rich story leaves no secret in clear, neither in the store nor in the log, and no ticket text in the log', async () => {
  const clock = createClock();
  const flow = await start({
    ...clock.options,
    slack: { ...clock.options.slack, rateLimits: 'off' },
    env: { ADMIN_TOKEN: 'admin-token-of-the-story', LOG_LEVEL: 'trace' },
  });
  const ada = flow.person('ada');
  const seen = new Map<string, string>();
  const noLeaks = async (when: string) => expect({ when, found: await leaks(flow, seen) }).toEqual({ when, found: [] });

  /** Links in small steps, looking after each. */
  async function connect(url: string, cancel = false): Promise<void> {
    seen.set(connectIdOf(url), 'connect id');
    await newBrowser().go(url);
    await noLeaks('the page was read');
    const { callback, browser } = await untilCallback(flow, url, 'requester');
    seen.set(callback.searchParams.get('state') ?? '', 'state');
    seen.set(callback.searchParams.get('code') ?? '', 'code');
    for (const value of browser.jar.values()) seen.set(value, 'cookie');
    await noLeaks('the browser is at ServiceNow');
    if (!cancel) await browser.go(callback.href);
    await settled(flow);
    await noLeaks('after the way back');
  }

  await ada.command(`list`);
  await connect(connectUrlIn((await answered(ada, 'Connect your ServiceNow account first')).blocks), true);

  // Clicks and shortcuts of somebody who is not connected are offered a link, too.
  await ada.command('hlep');
  await ada.click(at(await answered(ada, 'I don')), 'file-incident');
  await settled(flow);
  for (const id of connectIdsShown(flow)) seen.set(id, 'connect id');
  await noLeaks('a click was answered');
  await ada.globalShortcut('file_incident');
  await ada.say(ada.dm().channel, `incident ${TITLE}`);
  await ada.say(ada.dm().channel, 'list all');
  await settled(flow);
  for (const id of connectIdsShown(flow)) seen.set(id, 'connect id');
  await noLeaks('asked in every way, not connected');

  await connect(connectUrlIn((await ada.command(`incident ${TITLE}`)).body));
  await toldByDm(ada, 'You are connected');
  await fileIncident(ada, TITLE, { description: DETAIL });
  await toldByDm(ada, 'Filed INC');
  await ada.command('list');
  await answered(ada, 'Your open incidents');
  await ada.openHome();
  await settled(flow);
  await noLeaks('filed and listed');

  await clock.pass(31 * MINUTE, flow.redis);
  await ada.command(`search ${TITLE.split(' ')[0]}`);
  await answered(ada, 'Incidents with');
  expect(flow.serviceNow.tokens.refreshRequests()).toBeGreaterThan(0);
  await noLeaks('refreshed');

  flow.serviceNow.faults.set({ kind: 'forbidden-after-commit', path: /table\/incident/ });
  await fileIncident(ada, `${TITLE} again`, { description: DETAIL });
  await toldByDm(ada, 'I do not know whether');
  flow.serviceNow.faults.clear();
  flow.serviceNow.faults.set({ kind: 'offline', path: /^\/api/, times: 1 });
  await ada.command('list');
  await settled(flow);
  await noLeaks('failed');

  await openForm(ada, `${TITLE} once more`, { description: DETAIL });
  flow.serviceNow.tokens.revokeAll();
  await ada.submit();
  const question = await toldByDm(ada, 'no longer accepts your connection');
  await noLeaks('broken');
  await connect(await askForLink(ada, question));
  await ada.command('disconnect');
  await answered(ada, 'You are disconnected');
  await noLeaks('disconnected');

  for (const words of [TITLE, 'Zebra', DETAIL, 'purple umbrella'])
    expect(flow.logLines.filter((line) => line.includes(words))).toEqual([]);
  // The search for leaks finds what is there: the title is in the store, and a number in the log.
  expect((await dumpStore(flow.redis)).some(({ text }) => text.includes(TITLE))).toBe(true);
  expect(flow.logLines.some((line) => /INC\d+/.test(line))).toBe(true);
}, 60_000);

/** Ids in every Connect address that Slack was given, wherever it was shown. */
function connectIdsShown(flow: Flow): string[] {
  const everything = JSON.stringify([flow.slack.calls, flow.slack.deliveries.map(({ body }) => body)]);
  return [...everything.matchAll(/servicenow\/connect\?id=([\w-]+)/g)].map(([, id]) => id ?? '');
}
