import { describe, expect, test } from '@jest/globals';
import { answered, at } from '../support/conversation.ts';
import { fileIncident, incidentsCalled, settled, toldByDm } from '../support/filing.ts';
import { connectUrlIn, type Flow, followConnect, newBrowser } from '../support/flow.ts';
import { storyStarter } from '../support/story.ts';
import { until } from '../support/until.ts';

/** Who is in a channel with us, or finds our address, without being one of us. */
const start = storyStarter();

describe('somebody of another company, in a channel that both share', () => {
  /** Their own administrator gave them the address of one of ours. */
  const zoeIn = ({ slack }: Flow) => slack.outsider('zoe', 'ada@example.com');

  test('is not connected, whatever e-mail address their administrator chose', async () => {
    const flow = await start();
    const zoe = zoeIn(flow);
    await zoe.mention('#it-help', 'connect');
    await answered(zoe, 'your Slack account is of another one');
    const { body } = await zoe.command('connect', { channel: '#it-help' });
    expect(JSON.stringify(body)).toContain('your Slack account is of another one');
    await zoe.command('list', { channel: '#it-help' });
    await until('no prompt to connect', () => zoe.ephemeral().filter(({ text }) => text.includes('of another one'))[2]);
    await settled(flow);
    expect(JSON.stringify(flow.slack.postedMessages())).not.toContain('/servicenow/connect');
  });

  test('is stopped by the page at the latest, where Slack was slow to say who they are', async () => {
    const flow = await start();
    const zoe = zoeIn(flow);
    // Once for the language that they read, once for who they are.
    flow.slack.faults.set({ method: 'users.info', kind: 'slow', ms: 1_500, times: 2 });
    const url = connectUrlIn((await zoe.command('connect', { channel: '#it-help' })).body);
    expect(await newBrowser().go(url)).toMatchObject({ status: 403 });
    const page = await followConnect(flow, url, 'requester');
    expect(page.status).toBe(403);
    expect(page.html).toContain('your Slack account is of another one');
    expect(await flow.redis.keys('*:link:*')).toEqual([]);
  });
});

describe('a guest of the workspace', () => {
  test('is not connected', async () => {
    const flow = await start();
    const gus = flow.slack.outsider('gus', 'ada@example.com');
    expect(JSON.stringify((await gus.command('connect')).body)).toContain('Guests cannot connect ServiceNow here.');
  });

  test('is, where the operator allows it', async () => {
    const flow = await start({ env: { SLACK_GUESTS: 'allow' } });
    const gus = flow.slack.outsider('gus', 'ada@example.com');
    await followConnect(flow, connectUrlIn((await gus.command('connect')).body), 'requester');
    await toldByDm(gus, 'You are connected as');
  });
});

test.each(['always', 'commands-and-events'] as const)(
  'somebody of an organisation is one person in every payload (those that name it: %s)',
  async (namesEnterprise) => {
    const flow = await start({ slack: { enterprise: true, moods: { namesEnterprise } } });
    await flow.link('ada');
    const ada = flow.person('ada');
    await fileIncident(ada, 'From a form');
    const told = await toldByDm(ada, ': From a form.');
    await ada.say(ada.dm().channel, 'From a message', { threadTs: told.ts });
    await ada.click(at(told), 'add-comment');
    await until('the form for a comment', () => ada.modal()?.view.callback_id === 'comment');
    ada.fill({ words: 'From a button' });
    expect(await ada.submit()).toMatchObject({ status: 200 });
    await settled(flow);
    const sysId = incidentsCalled(flow, 'From a form')[0]?.['sys_id'] ?? '';
    const written = flow.serviceNow.journal(sysId).map(({ value }) => value.split('\n')[0]);
    expect(written.sort()).toEqual(['From a button', 'From a message']);
    expect(await flow.redis.keys('sn:{*}:link:*')).toHaveLength(1);
  },
);

test('another workspace that is not on the list cannot install the app, and keeps no token of it', async () => {
  const flow = await start({
    slack: { multiWorkspace: true },
    configure: ({ env, slack }) => Object.assign(env, { SLACK_INSTALL_TEAMS: slack.team.id }) && undefined,
  });
  const { team: away } = flow.slack.addWorkspace('Away');
  const install = async (team: string) => {
    const browser = newBrowser();
    const { location } = await browser.go(`${flow.publicUrl}/slack/install`);
    return browser.go(flow.slack.allowInstall(location ?? '', team));
  };
  expect((await install(flow.slack.team.id)).status).toBeLessThan(400);
  const refused = await install(away.id);
  expect(refused.status).toBe(403);
  expect(refused.html).toContain('Only certain workspaces may install this app');
  await expect(flow.slack.person('ada', away.id).command('help')).rejects.toThrow('not installed');
  expect(await flow.redis.keys('sn:installation:*')).toEqual([`sn:installation:{${flow.slack.team.id}}`]);
  expect(await flow.slack.person('ada', flow.slack.team.id).command('help')).toMatchObject({ status: 200 });
});
