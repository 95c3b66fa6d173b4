import { Queue } from 'bullmq';
import { QUEUES, type QueueName } from '../../../src/jobs/define.ts';
import type { PersonName } from '../../sandbox/slack/server.ts';
import { connectUrlIn, type Flow, newBrowser, startFlow } from '../../support/flow.ts';
import { prefixOf } from '../../support/store.ts';
import { scanKeys } from '../../support/store-dump.ts';
import { until } from '../../support/until.ts';
import { must } from './door.ts';
import { type InBetween, startProxy } from './proxy.ts';

export const WEBHOOK_SECRET = 'a-plainly-fake-webhook-secret';
export const LINKED = ['ada', 'carl', 'bob', 'eve'] as const;
type Name = (typeof LINKED)[number];

/** The whole bridge in this process, between simulated neighbours; everything goes through real HTTP. */
export type Live = {
  flow: Flow;
  proxy: InBetween;
  queues: Record<QueueName, Queue>;
  /** Slack users on whose behalf ServiceNow may be asked until the next look; whoever acts is put in. */
  acting: Set<string>;
  /** Waits until nothing is under way. */
  settled(limitMs: number): Promise<void>;
  /** Waits until nothing is under way, looks whether anybody's rules were broken, and forgets what happened. */
  look(limitMs?: number): Promise<void>;
  close(): Promise<void>;
};

const WAITED_FOR_MS = 30_000;
/** Waits as long as this are for a person, for an instance that said so, or for a newer release, half a minute at a time. */
const LONG_WAIT_MS = 29_000;

export async function openLive(): Promise<Live> {
  let proxy: InBetween | undefined;
  const flow = await startFlow({
    slack: { rateLimits: 'off', retryDelaysMs: [] },
    env: { SERVICENOW_WEBHOOK_SECRET: WEBHOOK_SECRET, SERVICENOW_POLL_SECONDS: '0', LOG_LEVEL: 'info' },
    configure: async (world) => {
      proxy = await startProxy(world.serviceNow.url);
      world.env['SERVICENOW_INSTANCE_URL'] = proxy.url;
    },
  });
  if (!proxy) throw new Error('the proxy did not start');
  const between = proxy;
  const queues = Object.fromEntries(
    (Object.keys(QUEUES) as QueueName[]).map((name) => [
      name,
      new Queue(name, { connection: flow.redis, prefix: prefixOf(flow, name), skipMetasUpdate: true }),
    ]),
  ) as Record<QueueName, Queue>;
  for (const name of LINKED) await linkBy(flow, between, name);

  const serviceNowIdOf: Record<string, string> = Object.fromEntries(
    LINKED.map((name) => [flow.person(name).id, flow.serviceNow.people[ROLES[name]].sysId]),
  );
  const acting = new Set<string>();

  async function settled(limitMs: number): Promise<void> {
    let quiet = 0;
    await until(
      'all jobs to end',
      async () => {
        const busy = await Promise.all(Object.values(queues).map(isBusy));
        quiet = busy.includes(true) ? 0 : quiet + 1;
        return quiet === 2;
      },
      limitMs,
    ).catch(async (error: Error) => {
      const left = await Promise.all(
        Object.values(queues).map((queue) => queue.getJobs(['active', 'waiting', 'prioritized', 'delayed'])),
      );
      const words = left
        .flat()
        .map(
          ({ name, delay, attemptsStarted, data }) =>
            `${name} (delay ${delay} ms, run ${attemptsStarted}) ${JSON.stringify(data)}`,
        );
      throw new Error(`${error.message}; left: ${words.join('; ')}`);
    });
    await flow.slack.idle();
  }

  /** A case may disconnect somebody in its own right, or break their link; the next one finds everybody linked. */
  async function relink(): Promise<void> {
    let again = false;
    for (const name of LINKED) {
      const [key] = await linkKeysOf(flow, name);
      if (key && (await flow.redis.hget(key, 'status')) === 'linked') continue;
      again = true;
      await linkBy(flow, between, name);
    }
    // What a new link brings with it is nobody's act.
    if (again) await settled(WAITED_FOR_MS);
    if (again) forgetAll(flow);
  }

  await settled(WAITED_FOR_MS);
  forgetAll(flow);
  return {
    flow,
    proxy: between,
    queues,
    acting,
    settled,
    async look(limitMs = 30_000) {
      await settled(limitMs);
      const { slack, serviceNow } = flow;
      const allowed = new Set([...acting].map((user) => serviceNowIdOf[user]));
      const strangers = serviceNow.requests.filter(({ user }) => user !== undefined && !allowed.has(user));
      const asWho = LINKED.filter((name) =>
        strangers.some(({ user }) => user === serviceNowIdOf[flow.person(name).id]),
      );
      const broken = [...slack.violations, ...serviceNow.violations];
      const pinged = slack.broadcasts();
      const leaked = leaksIn(flow);
      const ready = await fetch(`${flow.publicUrl}/readyz`);
      await ready.body?.cancel();
      forgetAll(flow);
      acting.clear();
      await relink();
      must(broken.length === 0, `a rule was broken: ${broken[0]}`);
      must(asWho.length === 0, `ServiceNow was asked as ${asWho.join(', ')}, who did nothing: ${strangers[0]?.path}`);
      must(pinged.length === 0, 'somebody was pinged');
      must(leaked === undefined, `a secret in the log: ${leaked}`);
      must(ready.status === 200, `not ready: ${ready.status}`);
    },
    async close() {
      await Promise.all(Object.values(queues).map((queue) => queue.close()));
      await flow.close();
      await between.close();
    },
  };
}

export async function linkKeysOf(flow: Flow, name: PersonName): Promise<string[]> {
  const links = await scanKeys(flow.redis, 'sn:{*}:link:*');
  return links.filter((key) => key.includes(`.${flow.person(name).id}}`));
}

/** So many pauses between two tries are cut short; whoever waits for a neighbour's turn would only run in a circle. */
const HURRIED_RUNS = 8;

/** Nobody here waits for a pause between two tries to pass: the next try comes at once. */
async function isBusy(queue: Queue): Promise<boolean> {
  const soon = (await queue.getDelayed()).filter((job) => job.delay < LONG_WAIT_MS && !job.repeatJobKey);
  // Its own time may have come meanwhile.
  for (const job of soon)
    if (job.attemptsStarted > 0 && job.attemptsStarted <= HURRIED_RUNS) await job.promote().catch(() => {});
  return soon.length > 0 || (await queue.getJobCountByTypes('waiting', 'active', 'prioritized')) > 0;
}

export const ROLES = { ada: 'requester', carl: 'colleague', bob: 'agent', eve: 'approver' } as const;

/** Through the proxy's address; the browser's way leads to the instance all the same. */
async function linkBy(flow: Flow, proxy: InBetween, name: Name): Promise<void> {
  const person = flow.person(name);
  const { body } = await person.command('connect');
  const browser = newBrowser();
  const id = new URL(connectUrlIn(body)).searchParams.get('id') ?? '';
  const away = await browser.go(`${flow.publicUrl}/servicenow/connect`, {
    method: 'POST',
    body: new URLSearchParams({ id }),
  });
  const start = (away.location ?? '').replace(proxy.url, flow.serviceNow.url);
  const back = await flow.serviceNow.authorize(flow.serviceNow.people[ROLES[name]], start, 'allow');
  await browser.go(back);
}

function leaksIn(flow: Flow): string | undefined {
  const log = flow.logLines.join('\n');
  const secrets = [
    ...flow.slack.secrets(),
    ...flow.serviceNow.tokens.issued(),
    flow.serviceNow.clientSecret,
    WEBHOOK_SECRET,
    flow.env['ENCRYPTION_KEYS'] ?? '',
  ];
  const found = secrets.find((secret) => secret.length > 8 && log.includes(secret));
  return (
    found &&
    log
      .split('\n')
      .find((line) => line.includes(found))
      ?.slice(0, 300)
  );
}

/** Neighbours remember everything, which would look like memory that the bridge keeps. */
function forgetAll({ slack, serviceNow, logLines }: Flow): void {
  slack.reset();
  serviceNow.requests.length = 0;
  serviceNow.violations.length = 0;
  serviceNow.push.deliveries.length = 0;
  logLines.length = 0;
}
