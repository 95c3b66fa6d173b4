import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Flow, followConnect, newBrowser, startFlow } from '../support/flow.ts';
import { askToConnect, connectIdOf, pressContinue, untilCallback } from '../support/link-in-transit.ts';
import { linkKeys } from '../support/store-dump.ts';

const ADMIN_TOKEN = 'admin-token-of-this-story';
const WEBHOOK_SECRET = 'a webhook secret of the story';

let flow: Flow;

beforeAll(async () => {
  flow = await startFlow({
    slack: { multiWorkspace: true },
    env: { ADMIN_TOKEN, SERVICENOW_WEBHOOK_SECRET: WEBHOOK_SECRET },
  });
  const browser = newBrowser();
  const { location } = await browser.go(`${flow.publicUrl}/slack/install`);
  await browser.go(flow.slack.allowInstall(location ?? '', flow.slack.team.id));
}, 30_000);

afterAll(() => flow.close());

const alive = async () => expect((await fetch(`${flow.publicUrl}/readyz`)).status).toBe(200);

/** Bytes as they are, as no client library would send them. @returns what comes back before the server hangs up */
function send(bytes: string | Buffer, limitMs = 20_000): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(flow.port, '127.0.0.1');
    let answer = '';
    const timer = setTimeout(() => socket.destroy(), limitMs);
    socket.on('data', (chunk) => {
      answer += chunk.toString();
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      clearTimeout(timer);
      resolve(answer);
    });
    socket.write(bytes);
  });
}

test('an idle connection is not ended before a balancer would end it, so that no request meets its end', async () => {
  expect((await fetch(`${flow.publicUrl}/healthz`)).headers.get('keep-alive')).toBe('timeout=75');
});

describe('an address that nobody serves', () => {
  test.each([
    '/slack/events',
    '/slack/',
    '/slack/install/',
    '/slack/INSTALL',
    '/slack/%00',
    '/slack/..%2f',
    '/slack/x?y',
  ])('GET %s is answered, and the process lives', async (path) => {
    expect((await fetch(flow.publicUrl + path, { redirect: 'manual' })).status).toBe(404);
    await alive();
  });

  test.each(['GET // HTTP/1.1', 'GET http://[ HTTP/1.1', 'GET /slack/\u0000 HTTP/1.1', 'GET /%E0%A4%A HTTP/1.1'])(
    'the odd request line %j is answered, and the process lives',
    async (line) => {
      expect(await send(`${line}\r\nhost: x\r\nconnection: close\r\n\r\n`)).toMatch(/^HTTP\/1\.1 4/);
      await alive();
    },
  );
});

test('three hundred slow senders keep nobody from being answered, and are hung up on in time', async () => {
  const began = Date.now();
  const drop = (path: string, headers: string[]) =>
    [`POST ${path} HTTP/1.1`, 'host: x', 'content-length: 1000', ...headers, '', '{'].join('\r\n');
  const now = Math.floor(began / 1000);
  const openings = [
    'G',
    drop('/slack/events', [`x-slack-signature: v0=${'0'.repeat(64)}`, `x-slack-request-timestamp: ${now}`]),
    drop('/servicenow/events', [`x-bridge-signature: v1=${'A'.repeat(43)}=`, `x-bridge-timestamp: ${now}`]),
    drop('/servicenow/connect', ['content-type: application/x-www-form-urlencoded']),
  ];
  const slow = Array.from({ length: 300 }, (_, index) => send(openings[index % openings.length] ?? '', 60_000));
  await sleep(200);
  for (let tries = 0; tries < 5; tries++) {
    const asked = Date.now();
    await alive();
    expect(Date.now() - asked).toBeLessThan(1_000);
  }
  await Promise.all(slow);
  expect(Date.now() - began).toBeLessThan(22_000);
  await alive();
}, 60_000);

describe('bodies that are too large', () => {
  const now = () => String(Math.floor(Date.now() / 1000));
  const doors = [
    ['/slack/events', 1024 * 1024 + 1, () => ({ 'x-slack-signature': 'v0=0', 'x-slack-request-timestamp': now() })],
    [
      '/servicenow/events',
      64 * 1024 + 1,
      () => ({ 'x-bridge-signature': `v1=${'A'.repeat(43)}=`, 'x-bridge-timestamp': now() }),
    ],
    ['/servicenow/connect', 4 * 1024 + 1, () => ({ 'content-type': 'application/x-www-form-urlencoded' })],
    ['/servicenow/connect/confirm', 4 * 1024 + 1, () => ({ 'content-type': 'application/x-www-form-urlencoded' })],
  ] as const;

  test.each(doors)(
    '%s takes less than %d bytes, also where nobody says how many come',
    async (path, bytes, headers) => {
      const body = Buffer.alloc(bytes, 'x');
      const whole = await fetch(flow.publicUrl + path, { method: 'POST', headers: headers(), body });
      expect(whole.status).toBe(413);
      const chunks = new ReadableStream({
        start(controller) {
          controller.enqueue(body);
          controller.close();
        },
      });
      const chunked = await fetch(flow.publicUrl + path, {
        method: 'POST',
        headers: headers(),
        body: chunks,
        duplex: 'half',
      } as RequestInit).catch(() => ({ status: 413 }));
      expect(chunked.status).toBe(413);
      await alive();
    },
  );

  // Once and beforehand: while it is packed the server could close the connection that the next request goes out on.
  const bomb = gzipSync(Buffer.alloc(50 * 1024 * 1024, 'x'));
  test.each(doors.slice(1))('%s measures what a packed body unpacks to', async (path, _bytes, headers) => {
    const answer = await fetch(flow.publicUrl + path, {
      method: 'POST',
      headers: { ...headers(), 'content-encoding': 'gzip' },
      body: bomb,
    });
    expect(answer.status).toBe(413);
    await alive();
  });

  test('headers and addresses without end are cut off', async () => {
    expect(await send(`GET /healthz HTTP/1.1\r\nhost: x\r\nx-long: ${'x'.repeat(100_000)}\r\n\r\n`)).toContain('431');
    expect(await send(`GET /${'x'.repeat(100_000)} HTTP/1.1\r\nhost: x\r\n\r\n`)).toContain('431');
    await alive();
  });
});

describe('a browser that is led astray', () => {
  const OURS = ['return_to', 'redirect_uri', 'redirect', 'next', 'url', 'RelayState'];
  const EVIL = 'https://evil.example/take';

  test('no parameter sends it anywhere but to our instance', async () => {
    const url = await askToConnect(flow, 'ada');
    for (const name of OURS) {
      const page = await fetch(`${url}&${name}=${encodeURIComponent(EVIL)}`, { redirect: 'manual' });
      expect([page.status, await page.text()]).toEqual([200, expect.not.stringContaining('evil.example')]);
    }
    const body = new URLSearchParams({ id: connectIdOf(url), ...Object.fromEntries(OURS.map((name) => [name, EVIL])) });
    const away = await fetch(`${flow.publicUrl}/servicenow/connect?redirect_uri=${EVIL}`, {
      method: 'POST',
      body,
      redirect: 'manual',
      headers: { host: 'evil.example', 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https' },
    });
    const location = new URL(away.headers.get('location') ?? '');
    expect(location.origin).toBe(flow.serviceNow.url);
    expect(location.searchParams.get('redirect_uri')).toBe(`${flow.publicUrl}/servicenow/oauth/callback`);
    expect(location.href).not.toContain('evil');
  });

  test('the way back redirects nowhere, whatever it is asked', async () => {
    const { callback, browser } = await untilCallback(flow, await askToConnect(flow, 'carl'), 'colleague');
    for (const name of OURS) callback.searchParams.set(name, EVIL);
    const page = await browser.go(callback.href);
    expect(page).toMatchObject({ status: 200, location: null });
    expect(page.html).not.toContain('evil.example');
  });

  test.each(['evil.example', 'evil.example:80"><script>', '127.0.0.1, evil.example'])(
    'the host header %j is believed nowhere',
    async (host) => {
      const answer = await send(
        `GET /servicenow/connect?id=${'A'.repeat(43)} HTTP/1.1\r\nhost: ${host}\r\nx-forwarded-host: ${host}\r\nconnection: close\r\n\r\n`,
      );
      expect(answer).toContain('This link has expired');
      expect(answer).not.toContain('evil');
      const install = await send(
        `GET /slack/install HTTP/1.1\r\nhost: ${host}\r\nx-forwarded-host: ${host}\r\nconnection: close\r\n\r\n`,
      );
      expect(install).toContain(encodeURIComponent(`${flow.publicUrl}/slack/oauth_redirect`));
      expect(install).not.toContain('evil');
    },
  );

  test('line ends in a parameter end no header', async () => {
    for (const value of ['x%0d%0aset-cookie:%20bridge-connect=evil', '%E5%98%8A%E5%98%8Dset-cookie:x=y']) {
      for (const path of [
        '/servicenow/connect?id=',
        '/servicenow/oauth/callback?code=x&state=',
        '/slack/oauth_redirect?code=x&state=',
      ]) {
        const answer = await fetch(`${flow.publicUrl}${path}${value}`, { redirect: 'manual' });
        expect(answer.status).toBeGreaterThanOrEqual(400);
        expect(answer.headers.getSetCookie().filter((line) => /evil|x=y/.test(line))).toEqual([]);
      }
    }
  });

  test('a form of ours, posted by another site, is refused: it would skip the page that names whom it links', async () => {
    const url = await askToConnect(flow, 'mallory');
    const post = (site: string | undefined, path = '/servicenow/connect') =>
      send(
        [
          `POST ${path} HTTP/1.1`,
          `host: 127.0.0.1:${flow.port}`,
          ...(site ? [`sec-fetch-site: ${site}`] : []),
          'content-type: application/x-www-form-urlencoded',
          `content-length: ${`id=${connectIdOf(url)}`.length}`,
          'connection: close',
          '',
          `id=${connectIdOf(url)}`,
        ].join('\r\n'),
      );
    for (const site of ['cross-site', 'same-site', 'x']) {
      expect(await post(site)).toMatch(/^HTTP\/1\.1 403/);
      expect(await post(site, '/servicenow/connect/confirm')).toMatch(/^HTTP\/1\.1 403/);
    }
    expect(await post('same-origin')).toMatch(/^HTTP\/1\.1 303/);
  });

  test('a cookie that another host of the domain has tossed in ends the sign-in, and does not take it over', async () => {
    const mallorys = newBrowser();
    await pressContinue(flow, mallorys, await askToConnect(flow, 'mallory'));
    const [tossed] = [...mallorys.jar.values()];
    const { callback, browser } = await untilCallback(flow, await askToConnect(flow, 'bob'), 'agent');
    const [own] = [...browser.jar.values()];
    const answer = await fetch(callback, {
      headers: { cookie: `bridge-connect=${tossed}; bridge-connect=${own}` },
      redirect: 'manual',
    });
    expect(answer.status).toBe(403);
    expect((await linkKeys(flow.redis)).filter((key) => key.includes(flow.person('bob').id))).toEqual([]);
  });

  test('an installation cannot be begun by one and ended in the browser of another', async () => {
    const { location } = await newBrowser().go(`${flow.publicUrl}/slack/install`);
    const { team: victim } = flow.slack.addWorkspace('Victim');
    const back = flow.slack.allowInstall(location ?? '', victim.id);
    const ended = await newBrowser().go(back);
    expect(ended.status).toBeGreaterThanOrEqual(400);
    expect(await flow.redis.exists(`sn:installation:{${victim.id}}`)).toBe(0);
    const forged = new URL(back);
    forged.searchParams.set('state', 'e30.e30.x');
    expect((await newBrowser().go(forged.href)).status).toBeGreaterThanOrEqual(400);
    expect(await flow.redis.exists(`sn:installation:{${victim.id}}`)).toBe(0);
  });
});

describe('every page', () => {
  test.each([
    '/servicenow/connect',
    '/servicenow/oauth/callback?state=x&code=y',
    '/slack/install',
    '/slack/oauth_redirect?code=x&state=y',
    '/metrics',
    '/admin/queues',
    '/nothing',
  ])('%s lets itself not be framed, kept, sniffed or told of', async (path) => {
    const { headers } = await fetch(flow.publicUrl + path, { redirect: 'manual' });
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(headers.get('x-frame-options')).not.toBeNull();
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('x-powered-by')).toBeNull();
    expect(headers.get('access-control-allow-origin')).toBeNull();
  });

  test('shows what a stranger wrote as words', async () => {
    const page = await fetch(`${flow.publicUrl}/servicenow/connect?id=<script>alert(1)</script>`);
    expect(await page.text()).not.toContain('<script');
    expect((await followConnect(flow, await askToConnect(flow, 'mallory'), 'requester')).html).not.toContain('<script');
  });
});

describe('whoever guesses the administrator’s token', () => {
  test.each(['/metrics', '/admin/queues', '/admin/queues/api/queues', '/Admin/Queues', '//admin/queues'])(
    'gets nothing at %s',
    async (path) => {
      const basic = (password: string) => `Basic ${Buffer.from(`admin:${password}`).toString('base64')}`;
      const guesses = [
        undefined,
        'Bearer',
        'Bearer ',
        'Bearer undefined',
        `Bearer ${ADMIN_TOKEN.slice(0, -1)}`,
        `Bearer ${ADMIN_TOKEN}x`,
        `Bearer ${ADMIN_TOKEN.toUpperCase()}`,
        ADMIN_TOKEN,
        `Token ${ADMIN_TOKEN}`,
        basic(''),
        basic(`${ADMIN_TOKEN}:`),
        'Basic !!!',
        `Bearer ${'x'.repeat(10_000)}`,
      ];
      for (const authorization of guesses) {
        const answer = await fetch(flow.publicUrl + path, { headers: authorization ? { authorization } : {} });
        expect([401, 404]).toContain(answer.status);
        expect(await answer.text()).not.toMatch(/bridge_|interactive/);
      }
    },
  );
});
