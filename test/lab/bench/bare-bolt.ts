import { monitorEventLoopDelay } from 'node:perf_hooks';
import { App, HTTPReceiver } from '@slack/bolt';

/**
 * The floor of every acknowledgement: Bolt that verifies and acknowledges, and does nothing else. What the bridge needs
 * beyond this is its own doing.
 */
const delay = monitorEventLoopDelay({ resolution: 10 });
delay.enable();

const receiver = new HTTPReceiver({
  signingSecret: process.env['SLACK_SIGNING_SECRET'] ?? '',
  endpoints: ['/slack/events'],
  customRoutes: [
    {
      path: '/delay',
      method: 'GET',
      handler: (_request, response) => {
        response.end(String(delay.percentile(99) / 1e9));
        delay.reset();
      },
    },
    { path: '/readyz', method: 'GET', handler: (_request, response) => void response.end('ok') },
  ],
});
const app = new App({
  receiver,
  authorize: async () => ({ botToken: 'xoxb-bare', botId: 'B1', botUserId: 'U1' }),
});
app.command('/snow', ({ ack }) => ack());
app.view('incident-form', ({ ack }) => ack());
await app.start(Number(process.env['PORT']));
process.stdout.write('ready\n');
