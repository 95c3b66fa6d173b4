import type { Redis } from 'ioredis';
import { type BridgeProcess, startBridgeProcess } from '../../sandbox/bridge-process.ts';
import { clientOf, startStore } from '../../sandbox/redis.ts';
import type { Delivery, SlackPerson } from '../../sandbox/slack/server.ts';
import { createWorld, type World, type WorldOptions } from '../../sandbox/world.ts';
import { connectUrlIn, followConnect } from '../../support/flow.ts';
import { until } from '../../support/until.ts';

/** The built bridge as processes of its own, between neighbours that live in this one. */
export type House = World & {
  redis: Redis;
  ada: SlackPerson;
  start(role: 'web' | 'worker', env?: Record<string, string>): Promise<BridgeProcess>;
  link(): Promise<void>;
  openForm(title: string): Promise<Delivery>;
};

export const ADMIN_TOKEN = 'bench-admin-token-0123456789abcdef';

/** A clock with fractions: the usual one counts whole milliseconds, which is too coarse here. */
export const preciseNow = () => performance.timeOrigin + performance.now();

const BATCH = 1_000;

/** So many at a time share the way to the store; one after the other, a hundred thousand would take minutes. */
export async function inBatches<T>(items: readonly T[], act: (item: T, index: number) => Promise<void>): Promise<void> {
  for (let start = 0; start < items.length; start += BATCH)
    await Promise.all(items.slice(start, start + BATCH).map((item, index) => act(item, start + index)));
}

/** Opens a house, hands it over, and closes it whatever happens. Never on a store that is not its own. */
export async function withHouse<T>(options: WorldOptions, use: (house: House) => Promise<T>): Promise<T> {
  const store = await startStore();
  const world = await createWorld({
    ...options,
    store,
    slack: { rateLimits: 'off', ...options.slack },
    env: { ADMIN_TOKEN, LOG_LEVEL: 'info', ...options.env },
  });
  const redis = clientOf(store.url);
  const ada = world.slack.person('ada');
  const processes: BridgeProcess[] = [];
  const house: House = {
    ...world,
    redis,
    ada,
    async start(role, env = {}) {
      const started = await startBridgeProcess({ ...world.env, ...env }, role);
      processes.push(started);
      return started;
    },
    async link() {
      const { body } = await ada.command('connect');
      const { html } = await followConnect(world, connectUrlIn(body), 'requester');
      if (!html.includes('You are connected')) throw new Error('ada could not be linked');
    },
    async openForm(title) {
      const before = ada.modal()?.id;
      const delivery = await ada.command(`incident ${title}`);
      await until('the form', () => {
        const modal = ada.modal();
        return modal?.view.callback_id === 'incident-form' && modal.id !== before;
      });
      return delivery;
    },
  };
  try {
    return await use(house);
  } finally {
    for (const each of processes) await each.end('SIGKILL');
    redis.disconnect();
    await world.close();
    await store.close();
  }
}
