import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { Redis } from 'ioredis';
import { type BridgeProcess, startBridgeProcess } from '../../sandbox/bridge-process.ts';
import { clientOf } from '../../sandbox/redis.ts';
import { seededRandom } from '../../sandbox/servicenow/random.ts';
import type { SlackPerson } from '../../sandbox/slack/server.ts';
import { createWorld, type World } from '../../sandbox/world.ts';
import { dmsWith, expectNoViolations, openForm, settled } from '../../support/filing.ts';
import { connectUrlIn, followConnect } from '../../support/flow.ts';
import { until } from '../../support/until.ts';

/**
 * The built product as processes of their own, killed without warning in the middle of the work. Slack, ServiceNow and the
 * store live on. What people do is what people do: where Slack shows them an error they press again.
 */
const SEED = Number(process.env['KILL_SEED'] ?? '20261123');
const PEOPLE = { ada: 'requester', carl: 'colleague', bob: 'agent' } as const;
const NAMES = Object.keys(PEOPLE) as (keyof typeof PEOPLE)[];
const TICKETS_EACH = 10;
const TOTAL = NAMES.length * TICKETS_EACH;

type Role = 'web' | 'worker' | 'both';
type Member = { role: Role; process: BridgeProcess | undefined; down: boolean };

let world: World;
let redis: Redis;
let members: Member[] = [];

beforeAll(() => {
  if (!existsSync(new URL('../../../dist/main.js', import.meta.url)))
    throw new Error('dist/main.js is missing: run `npm run build` first (`npm test` does).');
});

afterEach(async () => {
  await Promise.all(members.map(({ process }) => process?.end('SIGKILL')));
  members = [];
  redis?.disconnect();
  await world?.close();
});

async function startHouse(roles: Role[]): Promise<void> {
  world = await createWorld({
    serviceNow: { latencyMs: 40 },
    slack: { rateLimits: 'off', retryDelaysMs: [200, 500, 1000] },
  });
  redis = clientOf(world.store.url);
  redis.on('error', () => {});
  members = await Promise.all(
    roles.map(async (role) => ({ role, process: await startBridgeProcess(world.env, role), down: false })),
  );
}

async function link(name: keyof typeof PEOPLE): Promise<void> {
  const { body } = await world.slack.person(name).command('connect');
  await followConnect(world, connectUrlIn(body), PEOPLE[name]);
  await until(`${name}'s link`, () => dmsWith(world.slack.person(name), 'You are connected as').length > 0);
}

async function killAndRestart(member: Member): Promise<void> {
  member.down = true;
  await member.process?.end('SIGKILL');
  member.process = await startBridgeProcess(world.env, member.role);
  member.down = false;
}

const webIsUp = () => members.some(({ role, down }) => role !== 'worker' && !down);

/** What a person does until Slack shows that it was taken: the same button in the same modal. */
async function fileStubbornly(person: SlackPerson, title: string): Promise<{ presses: number }> {
  for (;;) {
    // The command may hit a dead process as well; then Slack says so, and it is typed again.
    try {
      await openForm(person, title);
      break;
    } catch {
      await until('the bridge to be back', webIsUp, 30_000);
    }
  }
  for (let presses = 1; ; presses++) {
    const delivery = await person.submit();
    if (delivery.status === 200 && !delivery.error) return { presses };
    await until('the bridge to be back', webIsUp, 30_000);
  }
}

async function story(roles: Role[], kills: number): Promise<void> {
  const random = seededRandom(SEED + roles.length);
  await startHouse(roles);
  for (const name of NAMES) await link(name);
  // The answer comes a while after the ticket was made: the moment in which a kill hurts most is made long.
  world.serviceNow.faults.set({ kind: 'slow', method: 'POST', path: /\/table\/incident$/, ms: 250 });

  const started = Date.now();
  let presses = 0;
  let filing = true;
  const submitted = Promise.all(
    NAMES.map(async (name, which) => {
      const person = world.slack.person(name);
      const pause = seededRandom(SEED + which);
      for (let index = 1; index <= TICKETS_EACH; index++) {
        const filed = await fileStubbornly(person, `${name} needs help ${index}`);
        presses += filed.presses;
        await person.closeModal();
        // People need a moment between two tickets; it also spreads them over the kills.
        await sleep(pause() * 600);
      }
    }),
  ).finally(() => {
    filing = false;
  });

  const struck: string[] = [];
  for (let kill = 0; kill < kills; kill++) {
    // The moment is the point of this test, so here time passes on purpose.
    await sleep(50 + random() * 450);
    const victim = members[Math.floor(random() * members.length)];
    if (!victim) continue;
    struck.push(`${victim.role}@${Date.now() - started}ms${filing ? '' : ' (after the last submission)'}`);
    await killAndRestart(victim);
  }
  await submitted;
  await settled({ ...world, redis }, 90_000);
  const seconds = ((Date.now() - started) / 1000).toFixed(1);

  const tickets = world.serviceNow.db
    .rows('incident')
    .filter((row) => / needs help \d+$/.test(row['short_description'] ?? ''));
  const titles = new Set(tickets.map((row) => row['short_description']));
  const told = NAMES.flatMap((name) => dmsWith(world.slack.person(name), /^Filed INC/));
  const numbersTold = new Set(told.map(({ text }) => /INC\d+/.exec(text)?.[0]));
  console.log(
    `kill test, seed ${SEED}, ${roles.join(' + ')}, store ${world.store.kind}: ${struck.length} SIGKILLs (${struck.join(', ')}), ` +
      `${TOTAL} submissions in ${presses} presses, ${tickets.length} tickets, ${told.length} messages, ${seconds} s`,
  );

  expect(titles.size).toBe(TOTAL);
  expect(tickets).toHaveLength(TOTAL);
  expect(told).toHaveLength(TOTAL);
  expect(numbersTold).toEqual(new Set(tickets.map((row) => row['number'])));
  // Each by the person who filed it.
  for (const row of tickets) {
    const name = row['short_description']?.split(' ')[0] as keyof typeof PEOPLE;
    expect(row['opened_by']).toBe(world.serviceNow.people[PEOPLE[name]].sysId);
  }
  expectNoViolations(world);
}

describe('thirty submissions while the bridge is killed again and again', () => {
  test('as one process with both roles', () => story(['both'], 4), 110_000);
  test('as a web process and two workers', () => story(['web', 'worker', 'worker'], 4), 110_000);
});

describe('a bridge that is told to stop (SIGTERM)', () => {
  test.each([
    ['finishes what it is doing', 400],
    ['hands back what is queued behind it', 400],
  ])(
    '%s, leaves with 0, and the ticket is filed once',
    async (what, latencyMs) => {
      await startHouse(['both']);
      await link('ada');
      world.serviceNow.settings.latencyMs = latencyMs;
      const ada = world.slack.person('ada');
      const count = what.startsWith('hands') ? 8 : 1;
      for (let index = 1; index <= count; index++) {
        await openForm(ada, `Stopping ${index}`);
        await ada.submit();
        await ada.closeModal();
      }
      await until('ServiceNow to be asked', () =>
        world.serviceNow.requests.some(({ method, path }) => method === 'POST' && path.endsWith('/incident')),
      );
      const [member] = members;
      const code = await member?.process?.end('SIGTERM');
      expect(code).toBe(0);
      expect(member?.process?.lines.some((line) => line.includes('"bridge stopped"'))).toBe(true);

      world.serviceNow.settings.latencyMs = 0;
      if (member) member.process = await startBridgeProcess(world.env, 'both');
      await settled({ ...world, redis }, 30_000);
      const tickets = world.serviceNow.db
        .rows('incident')
        .filter((row) => row['short_description']?.startsWith('Stopping '));
      expect(tickets).toHaveLength(count);
      expect(dmsWith(ada, /^Filed INC/)).toHaveLength(count);
      expectNoViolations(world);
    },
    60_000,
  );
});
