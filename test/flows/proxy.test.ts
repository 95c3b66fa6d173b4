import { createServer, request } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterAll, afterEach, expect, test } from '@jest/globals';
import { fileIncident, toldByDm } from '../support/filing.ts';
import { storyStarter } from '../support/story.ts';
import { until } from '../support/until.ts';

/** Both neighbours speak plain HTTP here, so the proxy is the one for that; undici takes the other in the same way. */
const NAMES = ['HTTP_PROXY', 'NO_PROXY'] as const;
const before = NAMES.map((name) => [name, process.env[name]] as const);
afterEach(() => {
  for (const [name, value] of before) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
});
const start = storyStarter();
const proxies: { close(): void }[] = [];
// After the houses that use them.
afterAll(() => {
  for (const proxy of proxies) proxy.close();
});

/** Passes everything on, and remembers for whom. */
async function startProxy() {
  const hosts = new Set<string>();
  const server = createServer((incoming, outgoing) => {
    const url = new URL(incoming.url ?? '');
    hosts.add(url.host);
    const { method, headers } = incoming;
    incoming.pipe(
      request(url, { method, headers }, (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      }),
    );
  });
  server.on('connect', ({ url = '' }, near, head) => {
    hosts.add(url);
    const { hostname, port } = new URL(`http://${url}`);
    const far = connect(Number(port), hostname, () => {
      near.write('HTTP/1.1 200 Connection established\r\n\r\n');
      far.write(head);
      near.pipe(far).pipe(near);
    });
    for (const socket of [near, far]) socket.on('error', () => {});
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const proxy = {
    hosts,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
  proxies.push(proxy);
  return proxy;
}

test.each(['http', 'socket'])('every way to Slack (%s) and ServiceNow leads through the proxy', async (transport) => {
  const proxy = await startProxy();
  process.env['HTTP_PROXY'] = proxy.url;
  process.env['NO_PROXY'] = 'elsewhere.example.com';
  const flow = await start({
    configure: ({ env, slack }) => {
      if (transport === 'socket') env['SLACK_APP_TOKEN'] = slack.appToken;
    },
  });
  const ada = flow.person('ada');
  await until('the bridge', async () => (await ada.command('help')).status === 200);
  await flow.link('ada');
  await fileIncident(ada, 'Behind a proxy');
  await toldByDm(ada, 'Filed INC');
  expect([...proxy.hosts].sort()).toEqual([new URL(flow.slack.apiUrl).host, new URL(flow.serviceNow.url).host].sort());
});

test('what NO_PROXY names is reached without it', async () => {
  const proxy = await startProxy();
  process.env['HTTP_PROXY'] = proxy.url;
  process.env['NO_PROXY'] = '127.0.0.1';
  const flow = await start();
  await flow.link('ada');
  expect(proxy.hosts).toEqual(new Set());
});
