import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

type PlaceFigures = { bound: number; leased: number; used: number };

/** The alias of an instance, where there are several. */
type Whose = { instance?: string };

type QueueCount = { queue: string; state: string; count: number };

/** What an operator watches, in Prometheus' words. Labels are few and fixed: no person, no ticket. */
export function createMetrics() {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: 'bridge_' });
  const slackRequests = new Counter({
    name: 'bridge_slack_requests_total',
    help: "Slack's requests by what became of them at the door",
    labelNames: ['outcome'],
    registers: [registry],
  });
  const serviceNowRequests = new Histogram({
    name: 'bridge_servicenow_request_seconds',
    help: 'Requests to ServiceNow by status',
    labelNames: ['status', 'instance'],
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 65],
    registers: [registry],
  });
  const jobs = new Histogram({
    name: 'bridge_job_run_seconds',
    help: 'Runs of jobs by what became of them',
    labelNames: ['job', 'outcome'],
    buckets: [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 65],
    registers: [registry],
  });
  const pushes = new Counter({
    name: 'bridge_pushes_total',
    help: "ServiceNow's pushes by what became of them at the door",
    labelNames: ['outcome'],
    registers: [registry],
  });
  const slackStandBys = new Counter({
    name: 'bridge_slack_stand_by_total',
    help: 'Jobs that wait because Slack takes nothing until somebody mends that, by its error code',
    labelNames: ['code'],
    registers: [registry],
  });
  const places: { read: () => PlaceFigures; whose: Whose }[] = [];
  /** Those of one instance together: each role of this process has its own. */
  const placesByInstance = () =>
    [...new Set(places.map(({ whose }) => whose.instance))].map((instance) => ({
      whose: instance === undefined ? {} : { instance },
      figures: places.filter(({ whose }) => whose.instance === instance).map(({ read }) => read()),
    }));
  new Gauge({
    name: 'bridge_servicenow_bound',
    help: 'Requests that the fleet may have under way at the instance, as this process last heard',
    labelNames: ['instance'],
    registers: [registry],
    collect() {
      for (const { whose, figures } of placesByInstance())
        this.set(whose, Math.max(0, ...figures.map(({ bound }) => bound)));
    },
  });
  new Gauge({
    name: 'bridge_servicenow_places',
    help: 'Places at the instance that this process has leased, and of them those in use',
    labelNames: ['state', 'instance'],
    registers: [registry],
    collect() {
      for (const { whose, figures } of placesByInstance())
        for (const state of ['leased', 'used'] as const)
          this.set(
            { state, ...whose },
            figures.map((each) => each[state]).reduce((sum, count) => sum + count, 0),
          );
    },
  });
  const queues: { read: () => Promise<QueueCount[]>; whose: Whose }[] = [];
  new Gauge({
    name: 'bridge_queue_jobs',
    help: 'Jobs by queue and state',
    labelNames: ['queue', 'state', 'instance'],
    registers: [registry],
    async collect() {
      for (const { read, whose } of queues)
        for (const { queue, state, count } of await read()) this.set({ queue, state, ...whose }, count);
    },
  });
  return {
    push: (outcome: string) => pushes.inc({ outcome }),
    slackRequest: (outcome: string) => slackRequests.inc({ outcome }),
    slackStandBy: (code: string) => slackStandBys.inc({ code }),
    serviceNowRequest: (status: number | 'none', ms: number, whose: Whose = {}) =>
      serviceNowRequests.observe({ status: String(status), ...whose }, ms / 1000),
    jobRun: (job: string, outcome: string, ms: number) => jobs.observe({ job, outcome }, ms / 1000),
    /** @param read counts by queue and state, asked whenever somebody scrapes */
    watchQueues: (read: () => Promise<QueueCount[]>, whose: Whose = {}) => void queues.push({ read, whose }),
    /** @param read the fleet's bound, and the places that one role of this process has leased and uses; asked with each scrape */
    watchPlaces: (read: () => PlaceFigures, whose: Whose = {}) => void places.push({ read, whose }),
    text: () => registry.metrics(),
  };
}

export type Metrics = ReturnType<typeof createMetrics>;
