import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, jest, test } from '@jest/globals';
import { freePort } from '../sandbox/world.ts';
import { until } from '../support/until.ts';

/** `npm run sandbox` as a process: what it prints, how one begins anew, and that nothing of it stays. */
jest.setTimeout(60_000);

const MAIN = fileURLToPath(new URL('../sandbox/main.ts', import.meta.url));

async function startSandbox(env: Record<string, string> = {}) {
  // A folder of its own for what is temporary, so that whatever stays is seen.
  const folder = mkdtempSync(join(tmpdir(), 'sb-'));
  const child = spawn(process.execPath, ['--import', 'tsx', MAIN], {
    // A given store would not be emptied by Reset.
    env: { ...process.env, REDIS_URL: '', TMPDIR: folder, SANDBOX_PORT: String(await freePort()), ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      printed += chunk.toString();
    });
  const gone = once(child, 'exit');
  const url = await until('the address of the page', () => /Open (http:\S+)/.exec(printed)?.[1], 30_000);
  const bridgeUrl = (await connectUrl(url)).origin;
  return {
    child,
    url,
    bridgeUrl,
    printed: () => printed,
    async ended(): Promise<unknown> {
      const [code] = await gone;
      // tsx keeps its compiled sources there, which is no business of ours.
      const left = readdirSync(folder).filter((name) => !name.startsWith('tsx-'));
      rmSync(folder, { recursive: true, force: true });
      expect(left).toEqual([]);
      await expect(fetch(bridgeUrl)).rejects.toThrow();
      await expect(fetch(url)).rejects.toThrow();
      return code;
    },
  };
}

const asPage = (url: string, path: string, body: unknown = {}) =>
  fetch(url + path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });

/** Asks to connect, as the first person of the page, and finds the address behind the button. */
async function connectUrl(url: string): Promise<URL> {
  const first = await state(url);
  const channel = first.conversations[0]?.id;
  const act = { kind: 'command', channel, command: '/snow', text: 'connect' };
  expect(await (await asPage(url, '/page/act', { user: first.me.id, act })).json()).toEqual({ ok: true });
  const shown = () => state(url).then((now) => /http:[^"]*\/servicenow\/connect\?id=[\w-]+/.exec(JSON.stringify(now)));
  return new URL((await until('a connect button', shown))[0]);
}

type State = { me: { id: string }; conversations: { id: string; messages: unknown[] }[] };
const state = async (url: string) => (await (await fetch(`${url}/page/state`)).json()) as State;

test('Reset begins anew, bridge and all; Ctrl-C leaves nothing behind', async () => {
  const sandbox = await startSandbox();
  expect(sandbox.printed()).toContain('type: /snow incident VPN is down');
  const before = await connectUrl(sandbox.url);
  expect((await fetch(before)).status).toBe(200);
  expect(await (await fetch(sandbox.url)).text()).toMatch(/name="servicenow-url" content="http:\/\/127\.0\.0\.1:\d+/);

  expect((await asPage(sandbox.url, '/page/reset')).status).toBe(200);
  expect((await state(sandbox.url)).conversations.flatMap(({ messages }) => messages)).toEqual([]);
  // What the bridge had stored is gone, and it answers again.
  expect((await fetch(before)).status).toBe(410);
  expect((await fetch(await connectUrl(sandbox.url))).status).toBe(200);

  sandbox.child.kill('SIGINT');
  expect(await sandbox.ended()).toBe(0);
});

test('it ends with whoever started it, and moves where its port is taken', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const { port } = taken.address() as { port: number };
  const sandbox = await startSandbox({ SANDBOX_PORT: String(port) });
  taken.close();
  expect(sandbox.printed()).toContain(`Port ${port} is taken, so `);
  sandbox.child.stdin.end();
  expect(await sandbox.ended()).toBe(0);
});
