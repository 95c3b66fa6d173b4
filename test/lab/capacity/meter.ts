import { setTimeout as sleep } from 'node:timers/promises';
import { countJobs, type Queues } from '../../../src/jobs/enqueue.ts';
import type { House } from '../bench/house.ts';
import { cpuMs } from '../bench/processes.ts';
import { METHODS, type Method } from './model.ts';

/** Counters that only grow; the difference of two readings is what happened between them. */
export type Reading = {
  at: number;
  webMs: number;
  workerMs: number;
  redisMs: number;
  /** This process: both simulators, and the people. */
  simulatorMs: number;
  redisCommands: number;
  serviceNow: number;
  refreshes: number;
  slack: Record<Method, number>;
  /** Not a counter: what the store holds now. */
  usedBytes: number;
};

export async function infoOf(redis: House['redis']): Promise<(name: string) => number> {
  const info = await redis.info();
  return (name) => Number(new RegExp(`^${name}:(\\S+)`, 'm').exec(info)?.[1]);
}

/** What is stored; buffers for those who just wrote much go back by themselves. */
export const heldBytes = (of: (name: string) => number): number =>
  of('used_memory') - (of('mem_clients_normal') || 0) - (of('mem_aof_buffer') || 0);

export type Meter = Awaited<ReturnType<typeof createMeter>>;

const LOOK_EVERY_MS = 1_000;

export async function createMeter(house: House, pids: { web: number[]; worker: number[] }, queues: Queues) {
  const { redis, serviceNow, slack } = house;
  const sum = (list: number[]) => list.reduce((total, pid) => total + cpuMs(pid), 0);
  let looks = 0;
  let lookCommands = 0;

  /** Jobs that are not done; what waits on purpose, such as a burst, is counted with them. */
  async function depth(): Promise<number> {
    looks += 1;
    const counts = await countJobs(queues);
    return counts
      .filter(({ queue, state }) => queue !== 'sync' && state !== 'failed')
      .reduce((all, { count }) => all + count, 0);
  }

  async function read(): Promise<Reading> {
    const of = await infoOf(redis);
    const own = process.cpuUsage();
    const calls = (method: Method) => slack.calls.filter((call) => call.method === method).length;
    return {
      at: performance.now(),
      webMs: sum(pids.web),
      workerMs: sum(pids.worker),
      redisMs: (of('used_cpu_sys') + of('used_cpu_user')) * 1000,
      simulatorMs: (own.user + own.system) / 1000,
      // Our own looks are not the bridge's doing.
      redisCommands: of('total_commands_processed') - looks * lookCommands,
      serviceNow: serviceNow.requests.filter(({ path }) => path.startsWith('/api/')).length,
      refreshes: serviceNow.tokens.refreshRequests(),
      slack: Object.fromEntries(METHODS.map((method) => [method, calls(method)])) as Record<Method, number>,
      usedBytes: heldBytes(of),
    };
  }

  const before = await read();
  const trials = 20;
  for (let trial = 0; trial < trials; trial++) await depth();
  lookCommands = ((await read()).redisCommands - before.redisCommands) / trials;

  return {
    read,
    depth,
    /** @throws where the queues do not become empty in time */
    async settled(limitMs: number): Promise<void> {
      const deadline = Date.now() + limitMs;
      do {
        if (Date.now() > deadline) throw new Error(`the queues were not empty after ${limitMs} ms`);
        await sleep(LOOK_EVERY_MS);
      } while ((await depth()) > 0);
    },
  };
}

export const between = (before: Reading, after: Reading): Reading => ({
  at: after.at - before.at,
  webMs: after.webMs - before.webMs,
  workerMs: after.workerMs - before.workerMs,
  redisMs: after.redisMs - before.redisMs,
  simulatorMs: after.simulatorMs - before.simulatorMs,
  redisCommands: after.redisCommands - before.redisCommands,
  serviceNow: after.serviceNow - before.serviceNow,
  refreshes: after.refreshes - before.refreshes,
  slack: Object.fromEntries(METHODS.map((name) => [name, after.slack[name] - before.slack[name]])) as Reading['slack'],
  usedBytes: after.usedBytes - before.usedBytes,
});
