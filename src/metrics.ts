import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

type PlaceFigures = { bound: number; leased: number; used: number };

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
    labelNames: ['status'],
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
  const places: (() => PlaceFigures)[] = [];
  new Gauge({
    name: 'bridge_servicenow_bound',
    help: 'Requests that the fleet may have under way at the instance, as this process last heard',
    registers: [registry],
    collect() {
      this.set(Math.max(0, ...places.map((read) => read().bound)));
    },
  });
  new Gauge({
    name: 'bridge_servicenow_places',
    help: 'Places at the instance that this process has leased, and of them those in use',
    labelNames: ['state'],
    registers: [registry],
    collect() {
      for (const state of ['leased', 'used'] as const)
        this.set(
          { state },
          places.map((read) => read()[state]).reduce((sum, count) => sum + count, 0),
        );
    },
  });
  return {
    push: (outcome: string) => pushes.inc({ outcome }),
    slackRequest: (outcome: string) => slackRequests.inc({ outcome }),
    slackStandBy: (code: string) => slackStandBys.inc({ code }),
    serviceNowRequest: (status: number | 'none', ms: number) =>
      serviceNowRequests.observe({ status: String(status) }, ms / 1000),
    jobRun: (job: string, outcome: string, ms: number) => jobs.observe({ job, outcome }, ms / 1000),
    /** @param read counts by queue and state, asked whenever somebody scrapes */
    watchQueues(read: () => Promise<{ queue: string; state: string; count: number }[]>) {
      new Gauge({
        name: 'bridge_queue_jobs',
        help: 'Jobs by queue and state',
        labelNames: ['queue', 'state'],
        registers: [registry],
        async collect() {
          for (const { queue, state, count } of await read()) this.set({ queue, state }, count);
        },
      });
    },
    /** @param read the fleet's bound, and the places that one role of this process has leased and uses; asked with each scrape */
    watchPlaces: (read: () => PlaceFigures) => void places.push(read),
    text: () => registry.metrics(),
  };
}

export type Metrics = ReturnType<typeof createMetrics>;
