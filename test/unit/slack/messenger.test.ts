import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { WebClient } from '@slack/web-api';
import { notice } from '../../../src/blocks/messages/notice.ts';
import { NO_MARK } from '../../../src/instances/mark.ts';
import { webClientOptions } from '../../../src/slack/call.ts';
import type { Installations } from '../../../src/slack/installations.ts';
import { createMessenger } from '../../../src/slack/messenger.ts';
import { type Slack, startSlack } from '../../sandbox/slack/server.ts';
import { readManifest } from '../../sandbox/world.ts';
import { readableLog } from '../support.ts';

let slack: Slack;
beforeAll(async () => {
  slack = await startSlack({ manifest: readManifest(), rateLimits: 'off' });
});
afterAll(() => slack.close());

test('what was posted is found, however far Slack’s clock is from ours and whatever has been said since', async () => {
  const client = new WebClient(slack.botToken, webClientOptions(slack.apiUrl));
  const messenger = createMessenger(
    { client: async () => client } as unknown as Installations,
    { keep: async () => {} },
    NO_MARK,
    readableLog().log,
  );
  const ada = { tenant: slack.team.id, team: slack.team.id, user: slack.person('ada').id };
  const post = { message: notice('Filed.'), key: 'the-one' };
  const postedAt = Date.now();
  const { ts } = await messenger.postDirect(ada, post);
  for (let more = 0; more < 250; more++)
    await messenger.postDirect(ada, { message: notice('More'), key: `more-${more}` });
  const again = await messenger.postDirect(ada, { ...post, perhapsSince: postedAt + 290_000 });
  expect(again.ts).toBe(ts);
}, 30_000);
