import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { describe, expect, test } from '@jest/globals';
import { fileIncident, incidentsCalled, openForm, settled, toldByDm } from '../../support/filing.ts';
import type { Flow } from '../../support/flow.ts';
import { hasRedisServer, startRedisServer, startReplica } from '../../support/redis-server.ts';
import { storyStarter } from '../../support/story.ts';
import { startWire } from '../../support/tcp-proxy.ts';
import { until } from '../../support/until.ts';

const start = storyStarter();

const readiness = async ({ publicUrl }: Pick<Flow, 'publicUrl'>) => (await fetch(`${publicUrl}/readyz`)).status;
const isBack = (flow: Flow) => until('the bridge to be ready again', async () => (await readiness(flow)) === 200);

/** A connection on which a worker waits for jobs is known to be dead after sixteen seconds; the rest is for a busy machine. */
const FAILOVER_MS = 60_000;

/** Nobody restarts anything: commands are answered, and what is filed is filed once. */
async function goesOn(flow: Flow): Promise<void> {
  const ada = flow.person('ada');
  // Whoever is told that nothing is known yet asks again.
  await until('the command to be taken', async () => {
    const { status, body } = await ada.command('list all');
    return status === 200 && !JSON.stringify(body ?? '').includes('I do not know yet');
  });
  await until('the list', () => ada.ephemeral().some(({ text }) => text.includes('incidents')), FAILOVER_MS);
  await fileIncident(ada, 'After the failover');
  await toldByDm(ada, ': After the failover.');
  expect(incidentsCalled(flow, 'After the failover')).toHaveLength(1);
}

/** Ends with the house, after it. */
function alsoClose(flow: Flow, ...others: { close(): Promise<void> }[]): void {
  const close = flow.close.bind(flow);
  flow.close = async () => {
    await close();
    for (const other of others) await other.close();
  };
}

test('the host of the store vanishes without a word, and another takes its name: the bridge finds it by itself', async () => {
  let wire: Awaited<ReturnType<typeof startWire>> | undefined;
  const flow = await start({
    configure: async ({ store, env }) => {
      wire = await startWire(store.url);
      env['REDIS_URL'] = wire.url;
    },
  });
  if (!wire) throw new Error('no wire');
  alsoClose(flow, wire);
  await flow.link('ada');
  await settled(flow);
  wire.moveTo(flow.store.url);
  await isBack(flow);
  await goesOn(flow);
});

test('one address of a Cluster is enough', async () => {
  const cluster = new Worker(new URL('../../support/cluster-thread.js', import.meta.url));
  const [port] = (await once(cluster, 'message')) as [number];
  const flow = await start({
    configure: ({ env }) => {
      env['REDIS_URL'] = `redis://127.0.0.1:${port}`;
    },
  });
  alsoClose(flow, { close: async () => void (await cluster.terminate()) });
  await flow.link('ada');
  await goesOn(flow);
});

if (!hasRedisServer)
  test('no redis-server found: replicas and Sentinels did NOT run', () => expect(hasRedisServer).toBe(false));
else
  describe('with real servers', () => {
    test(
      'the primary becomes a replica and keeps its connections: not ready until its name means another, then all goes on',
      async () => {
        const primary = await startRedisServer();
        const replica = await startReplica(primary);
        const wire = await startWire(primary.url);
        const flow = await start({ store: { ...wire, kind: 'redis-server', databases: 1 } });
        alsoClose(flow, wire, replica, primary);
        const ada = flow.person('ada');
        await flow.link('ada');
        await settled(flow);
        // A filing is under way at the moment of the change.
        flow.serviceNow.faults.set({ kind: 'slow', method: 'POST', path: /\/table\/incident$/, ms: 1_000, times: 1 });
        await openForm(ada, 'During the failover');
        await ada.submit();
        await until('the filing', () => incidentsCalled(flow, 'During the failover').length === 1);
        // As a failover by hand does it: writes wait until the replica has all of them, so that none is lost on the way.
        await primary.client.call('FAILOVER', 'TO', '127.0.0.1', String(replica.port), 'TIMEOUT', '10000');
        await until('the bridge to notice', async () => (await readiness(flow)) === 503);
        wire.rename(replica.url);
        await isBack(flow);
        await toldByDm(ada, ': During the failover.');
        expect(incidentsCalled(flow, 'During the failover')).toHaveLength(1);
        await goesOn(flow);
      },
      2 * FAILOVER_MS,
    );

    test(
      'Sentinels with a password elect another primary while the old one stands still: the bridge follows',
      async () => {
        const [secret, guard] = ['secret', 'guard'];
        const lines = [`masterauth ${secret}`];
        const primary = await startRedisServer(lines, secret);
        const replica = await startReplica(primary, lines, secret);
        const sentinel = await startRedisServer(
          [
            `sentinel monitor house 127.0.0.1 ${primary.port} 1`,
            `sentinel auth-pass house ${secret}`,
            'sentinel down-after-milliseconds house 1000',
          ],
          guard,
          'sentinel',
        );
        const flow = await start({
          configure: ({ env }) => {
            env['REDIS_URL'] = `sentinel://:${secret}@127.0.0.1:${sentinel.port}/house?password=${guard}`;
          },
        });
        alsoClose(flow, sentinel, replica, primary);
        await flow.link('ada');
        await settled(flow);
        await primary.replicated();
        primary.freeze();
        await isBack(flow);
        await goesOn(flow);
      },
      2 * FAILOVER_MS,
    );
  });
