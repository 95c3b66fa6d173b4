import { describe, expect, test } from '@jest/globals';
import { fileIncident, toldByDm } from '../support/filing.ts';
import type { Flow } from '../support/flow.ts';
import { storyStarter } from '../support/story.ts';
import { until } from '../support/until.ts';

const start = storyStarter();

const TOKEN = 'sixteen-or-more-characters';
const bearer = { authorization: `Bearer ${TOKEN}` };
const board = (flow: Flow, path = '', init: RequestInit = { headers: bearer }) =>
  ask(`${flow.publicUrl}/admin/queues${path}`, init);

/** Read to its end: an answer that nobody reads keeps its connection, and this process alive. */
async function ask(url: string, init: RequestInit): Promise<Response> {
  const answer = await fetch(url, init);
  return new Response(await answer.text(), answer);
}

describe('/admin/queues', () => {
  test('is not there without ADMIN_TOKEN', async () => {
    const flow = await start();
    for (const path of ['', '/', '/api/queues', '/static/favicon.ico'])
      expect((await board(flow, path)).status).toBe(404);
  });

  test('wants the token for everything, its own script included', async () => {
    const flow = await start({ env: { ADMIN_TOKEN: TOKEN } });
    for (const path of ['', '/', '/api/queues', '/static/favicon.ico']) {
      expect((await board(flow, path, {})).status).toBe(401);
      expect((await board(flow, path, { headers: { authorization: `Bearer ${TOKEN}x` } })).status).toBe(401);
    }
  });

  test('its page brings what it needs, and is allowed no more than that', async () => {
    const flow = await start({ env: { ADMIN_TOKEN: TOKEN } });
    const page = await board(flow);
    expect(page.status).toBe(200);
    const html = await page.text();
    const base = /<base href="([^"]+)"/.exec(html)?.[1] ?? '';
    const own = [...html.matchAll(/(?:src|href)="(static\/(?:js|css)\/[^"]+)"/g)].map(([, path]) => path);
    expect(own.length).toBeGreaterThan(1);
    for (const path of own) {
      const { status } = await ask(`${flow.publicUrl}${base}${path}`, { headers: bearer });
      expect({ path, status }).toEqual({ path, status: 200 });
    }
    const policy = page.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("script-src 'self'");
    expect(policy).toContain("connect-src 'self'");
    expect(policy).not.toMatch(/https?:|unsafe-eval|script-src[^;]*unsafe-inline/);
  });

  test('shows jobs by name, id and time, and nothing that anybody wrote', async () => {
    const flow = await start({ env: { ADMIN_TOKEN: TOKEN } });
    const ada = flow.person('ada');
    await flow.link('ada');
    await fileIncident(ada, 'Confidential printer', { description: 'It prints salaries' });
    await toldByDm(ada, 'Filed INC');
    flow.serviceNow.faults.set({ kind: 'offline' });
    await fileIncident(ada, 'Another confidential one');
    await toldByDm(ada, 'is queued');

    const seen: string[] = [];
    for (const queue of ['interactive', 'deliver', 'sync', 'notify']) {
      const answer = await board(flow, `/api/queues?activeQueue=${queue}&status=latest&page=1&jobsPerPage=50`);
      expect(answer.status).toBe(200);
      const text = await answer.text();
      seen.push(text);
      const { queues } = JSON.parse(text) as { queues: { name: string; jobs: { id: string }[] }[] };
      for (const { id } of queues.find(({ name }) => name === queue)?.jobs ?? [])
        seen.push(await (await board(flow, `/api/queues/${queue}/${encodeURIComponent(id)}`)).text());
    }
    const all = seen.join('\n');
    for (const shown of ['operate', 'deliver-message', 'servicenow-asleep', ada.id, 'correlationId'])
      expect(all).toContain(shown);
    expect(all).not.toMatch(/onfidential|salaries|Filed INC|Ada Requester/);
  });

  test('changes nothing, whoever asks', async () => {
    const flow = await start({ env: { ADMIN_TOKEN: TOKEN } });
    for (const [method, path] of [
      ['PUT', '/api/queues/sync/pause'],
      ['PUT', '/api/queues/pause'],
      ['PUT', '/api/queues/sync/obliterate'],
      ['POST', '/api/queues/sync/add'],
    ] as const)
      expect((await board(flow, path, { method, headers: bearer })).status).toBe(405);
  });
});

describe('a worker alone', () => {
  test('is watched at its own port, and counts what it did', async () => {
    const flow = await start({ role: 'web', env: { ADMIN_TOKEN: TOKEN } });
    const worker = await flow.join('worker', { PORT: '0' });
    const watch = (path: string, headers = {}) => ask(`http://127.0.0.1:${worker.port}${path}`, { headers });
    await flow.link('ada');
    expect((await watch('/healthz')).status).toBe(200);
    expect((await watch('/readyz')).status).toBe(200);
    expect((await watch('/metrics')).status).toBe(401);
    expect((await watch('/slack/events')).status).toBe(404);
    expect((await watch('/admin/queues', bearer)).status).toBe(404);
    await until('its runs to be counted', async () =>
      /bridge_job_run_seconds_count\{job="resume-after-connect",outcome="done"\} 1/.test(
        await (await watch('/metrics', bearer)).text(),
      ),
    );
  });

  test('works without a port where another process has it, and says so', async () => {
    const flow = await start({ role: 'web' });
    const worker = await flow.join('worker');
    expect(worker.port).toBeUndefined();
    expect(flow.logLines.filter((line) => line.includes('the port is not to be had'))).toHaveLength(1);
    await flow.link('ada');
  });
});
