/** A tiny real app on Bolt: the other side that the simulated Slack has to please. */
import type { AddressInfo } from 'node:net';
import bolt from '@slack/bolt';
import type { Slack } from '../../sandbox/slack/server.ts';

export type TinyApp = { app: InstanceType<typeof bolt.App>; url: string; stop(): Promise<void> };

const quiet = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  setLevel() {},
  getLevel: () => bolt.LogLevel.ERROR,
  setName() {},
};

export async function startTinyApp(slack: Slack, build: (app: TinyApp['app']) => void): Promise<TinyApp> {
  const receiver = new bolt.HTTPReceiver({ signingSecret: slack.signingSecret, logger: quiet });
  const app = new bolt.App({
    receiver,
    token: slack.botToken,
    logger: quiet,
    clientOptions: {
      slackApiUrl: slack.apiUrl,
      retryConfig: { retries: 0 },
      rejectRateLimitedCalls: true,
      logger: quiet,
    },
  });
  build(app);
  const server = await receiver.start(0);
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/slack/events`;
  slack.connectApp(url);
  return {
    app,
    url,
    stop: async () => {
      await receiver.stop();
    },
  };
}
