import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault as ServiceNowFault } from '../../sandbox/servicenow/server.ts';
import type { Delivery, Fault as SlackFault } from '../../sandbox/slack/server.ts';
import type { House, Member } from './processes.ts';

export type Chance = {
  /** 0 to 1 */
  random: () => number;
  between(from: number, to: number): number;
  oneOf<T>(all: readonly T[]): T | undefined;
};

export const chanceOf = (random: () => number): Chance => ({
  random,
  between: (from, to) => Math.round(from + random() * (to - from)),
  oneOf: (all) => all[Math.floor(random() * all.length)],
});

/**
 * One kind of trouble. It draws all its chances at once, before anything that takes time, so that a seed gives the same
 * troubles in the same order; and it resolves when it is over.
 */
type Trouble = {
  /** How often, compared with the others. */
  weight: number;
  /** A store of its own that can be killed and started again. */
  needsOwnStore?: true;
  /** Takes longer than a short run lasts. */
  long?: true;
  strike(house: House, chance: Chance): Promise<void>;
};

const KILL_DOWN_MS = 1_000;

function strikeMember(role: Member['role'], act: (house: House, member: Member, chance: Chance) => Promise<void>) {
  return async (house: House, chance: Chance): Promise<void> => {
    const member = chance.oneOf(house.members.filter((one) => one.role === role));
    if (!member || member.struck) return;
    member.struck = true;
    try {
      await act(house, member, chance);
    } finally {
      member.struck = false;
    }
  };
}

const kill = (role: Member['role']): Trouble => ({
  weight: 6,
  strike: strikeMember(role, (house, member, chance) => house.replace(member, chance.between(0, KILL_DOWN_MS))),
});

const freeze = (role: Member['role'], from: number, to: number): Trouble => ({
  weight: 2,
  strike: strikeMember(role, (house, member, chance) => house.freeze(member, chance.between(from, to))),
});

/** Both take a number of requests each; what is left of it ends with the run. */
const serviceNow = (fault: ServiceNowFault, most: number, weight = 1): Trouble => ({
  weight,
  strike: async ({ world }, chance) =>
    world.serviceNow.faults.set({ probability: 0.5, ...fault, times: chance.between(1, most) }),
});

const slack = (fault: SlackFault, most: number, weight = 2): Trouble => ({
  weight,
  strike: async ({ world }, chance) =>
    world.slack.faults.set({ probability: 0.5, ...fault, times: chance.between(1, most) }),
});

/** The calls of a worker; a form that Slack refuses in the web role is answered at once. */
const POSTING = /^(chat|conversations|reactions)\./;

/** At most half of the overlap of the poll, and of what the bridge allows for between Slack's clock and its own. */
const SERVICENOW_JUMP_MS = 25_000;
const SLACK_JUMP_MS = 150_000;

const jump = (which: 'slack' | 'serviceNow', most: number): Trouble => ({
  weight: 1,
  strike: async ({ clocks }, chance) => {
    clocks[which].offsetMs = chance.between(-most, most);
  },
});

/** Slack repeats what it did not hear an answer to; here it repeats what was answered, too, with a signature of its own. */
const REPEATED: Delivery['kind'][] = ['event', 'view_submission'];

const TROUBLES: Record<string, Trouble> = {
  'kill a web process': kill('web'),
  'kill a worker': kill('worker'),
  'freeze a web process': freeze('web', 1_000, 8_000),
  'freeze a worker briefly': freeze('worker', 1_000, 10_000),
  'freeze a worker until its jobs are taken over': { ...freeze('worker', 16_000, 20_000), long: true },
  'kill the store': {
    weight: 2,
    needsOwnStore: true,
    strike: (house, chance) => house.restartStore(chance.between(0, 3_000)),
  },
  'the store becomes a replica': {
    weight: 2,
    needsOwnStore: true,
    strike: (house, chance) => house.demoteStore(chance.between(1_000, 6_000)),
  },
  'the store stands still': {
    weight: 2,
    needsOwnStore: true,
    strike: (house, chance) => house.freezeStore(chance.between(1_000, 4_000)),
  },

  'slack: 429': slack({ kind: 'ratelimited', retryAfterSeconds: 2 }, 10),
  'slack: 500': slack({ kind: '500' }, 10),
  'slack: internal_error': slack({ kind: 'error', error: 'internal_error' }, 5),
  'slack: an operator’s trouble': slack({ kind: 'error', error: 'invalid_auth', method: POSTING }, 4, 1),
  'slack: workspace on its way': slack({ kind: 'error', error: 'org_login_required', method: POSTING }, 4, 1),
  'slack: a code that nobody documents': slack({ kind: 'error', error: 'quite_unheard_of', method: POSTING }, 4, 1),
  // Below the bridge's limit of 10 s: what is done after we gave up waiting cannot be told from what never was.
  'slack: slow': slack({ kind: 'slow', ms: 4_000 }, 5),
  'slack: answers dropped after the work': slack({ kind: 'drop-after-commit' }, 6, 4),
  'slack: deliveries doubled': {
    weight: 4,
    strike: async ({ world }, chance) => {
      const recent = world.slack.deliveries.slice(-60).filter(({ kind }) => REPEATED.includes(kind));
      const copies = Array.from({ length: chance.between(1, 8) }, () => chance.oneOf(recent));
      await Promise.all(copies.map((copy) => copy && world.slack.deliver({ rawBody: copy.rawBody })));
    },
  },
  'answers to slack and servicenow dropped': {
    weight: 3,
    strike: async ({ balancer }, chance) => balancer.dropAnswers(chance.between(1, 4)),
  },

  'servicenow: hibernates': serviceNow({ kind: 'hibernate' }, 12),
  'servicenow: offline': serviceNow({ kind: 'offline' }, 12),
  'servicenow: 502': serviceNow({ kind: 'bad-gateway' }, 12),
  'servicenow: login page': serviceNow({ kind: 'login-html' }, 6),
  'servicenow: 504 after the work': serviceNow({ kind: 'timeout-after-commit' }, 6, 2),
  'servicenow: 202, dropped': serviceNow({ kind: 'drop-202' }, 6),
  'servicenow: 429 of a rule': serviceNow({ kind: 'rate-limit', retryAfterSeconds: 3 }, 6),
  'servicenow: 429 of a full queue': serviceNow({ kind: 'semaphore' }, 3),
  'servicenow: 200 with an error inside': serviceNow({ kind: 'truncated-200-error' }, 6),
  'servicenow: answer cut in the middle': serviceNow({ kind: 'reset-mid-body' }, 6, 2),
  'servicenow: no answer after the work': serviceNow({ kind: 'reset-after-commit' }, 6, 2),
  'servicenow: 403 after the insert': serviceNow(
    { kind: 'forbidden-after-commit', method: 'POST', path: /\/table\/incident$/ },
    4,
    2,
  ),
  'servicenow: slow': serviceNow({ kind: 'slow', ms: 3_000 }, 6),
  'servicenow: slower than its own quota': { ...serviceNow({ kind: 'slow', ms: 61_000 }, 1), long: true },
  'servicenow: one 401': serviceNow({ kind: 'unauthorized-once' }, 1),
  'servicenow: access tokens expire': {
    weight: 1,
    strike: async ({ world }) => world.serviceNow.tokens.expireAccess(),
  },
  'servicenow: tokens of one person revoked': {
    weight: 1,
    strike: async ({ world }, chance) => {
      const person = chance.oneOf(world.serviceNow.crowd);
      if (person) world.serviceNow.tokens.revokeAll(person.sysId);
    },
  },
  'servicenow: one person locked': {
    weight: 1,
    strike: async ({ world: { serviceNow: instance } }, chance) => {
      const person = chance.oneOf(instance.crowd);
      const forMs = chance.between(1_000, 8_000);
      if (!person) return;
      instance.db.update('sys_user', person.sysId, { locked_out: 'true' });
      await sleep(forMs);
      instance.db.update('sys_user', person.sysId, { locked_out: 'false' });
    },
  },
  'pushes lost, doubled, late and out of order': {
    weight: 2,
    strike: async ({ world }, chance) =>
      world.serviceNow.push.setBehaviour({
        lose: chance.random() * 0.5,
        duplicate: chance.random() * 0.5,
        delayMs: chance.between(0, 500),
        reorder: chance.random() < 0.5,
        seed: chance.between(1, 1_000_000),
      }),
  },

  'slack: clock jumps': jump('slack', SLACK_JUMP_MS),
  'servicenow: clock jumps': jump('serviceNow', SERVICENOW_JUMP_MS),
};

export type Storm = {
  /** Begins no more, and resolves when all that has begun is over and both neighbours are well again. */
  end(): Promise<Record<string, number>>;
};

const SHORTEST_PAUSE_MS = 300;

/** Strikes again and again, in an order and at moments that follow from the seed. */
export function startStorm(
  house: House,
  chance: Chance,
  options: { pauseMs: number; short: boolean; say: (line: string) => void },
): Storm {
  const table = Object.entries(TROUBLES).filter(
    ([, { needsOwnStore, long }]) => (house.store.kill || !needsOwnStore) && !(long && options.short),
  );
  const total = table.reduce((sum, [, { weight }]) => sum + weight, 0);
  const struck: Record<string, number> = {};
  const underway: Promise<void>[] = [];
  const stop = new AbortController();

  function draw(): [string, Trouble] | undefined {
    let left = chance.random() * total;
    return table.find(([, { weight }]) => {
      left -= weight;
      return left < 0;
    });
  }

  const blowing = (async () => {
    for (;;) {
      const pause = chance.between(SHORTEST_PAUSE_MS, 2 * options.pauseMs);
      await sleep(pause, undefined, { signal: stop.signal }).catch(() => {});
      if (stop.signal.aborted) return;
      const drawn = draw();
      if (!drawn) continue;
      const [name, trouble] = drawn;
      struck[name] = (struck[name] ?? 0) + 1;
      options.say(name);
      underway.push(trouble.strike(house, chance));
    }
  })();

  return {
    async end() {
      stop.abort();
      await blowing;
      await Promise.all(underway);
      house.world.slack.faults.clear();
      house.world.serviceNow.faults.clear();
      house.world.serviceNow.push.setBehaviour({});
      house.clocks.slack.offsetMs = 0;
      house.clocks.serviceNow.offsetMs = 0;
      return struck;
    },
  };
}
