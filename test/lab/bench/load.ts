import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { Pool } from 'undici';
import { quantile } from './stats.ts';

export type Shot = { path: string; headers: Record<string, string>; body: string };

export type Load = {
  sent: number;
  failures: string[];
  p50: number;
  p99: number;
  /** How late the generator itself was: what it adds to every figure. */
  lagP99: number;
};

/**
 * A clock tick for every request, from a thread that sleeps to the microsecond; timers of the event loop are a whole
 * millisecond late, which is as much as what is measured. Plain JavaScript: worker threads bypass the TypeScript loader.
 */
const TICKER = `
const { parentPort, workerData: { dues } } = require('node:worker_threads');
const sleeper = new Int32Array(new SharedArrayBuffer(4));
const now = () => performance.timeOrigin + performance.now();
for (const due of dues) {
  const wait = due - now();
  if (wait > 0) Atomics.wait(sleeper, 0, 0, wait);
  parentPort.postMessage(due);
}`;

const CONNECTIONS = 128;
const ANSWER_MS = 10_000;

const now = () => performance.timeOrigin + performance.now();

/** Calls at each of these moments, in order, whether or not what earlier calls began has ended. */
export async function atEach(dues: readonly number[], act: (index: number, due: number) => void): Promise<void> {
  const ticker = new Worker(TICKER, { eval: true, workerData: { dues } });
  const gone = once(ticker, 'exit');
  let next = 0;
  ticker.on('message', (due: number) => act(next++, due));
  try {
    await gone;
    // Its last ticks may still be on their way.
    while (next < dues.length) await new Promise((resolve) => setImmediate(resolve));
  } finally {
    await ticker.terminate();
  }
}

/**
 * Sends at a fixed rate, whether or not earlier answers have come, and measures each from the moment when it was due: a
 * server that stalls pays for all who would have come meanwhile.
 */
export async function fire(origin: string, shots: readonly Shot[], perSecond: number): Promise<Load> {
  const pool = new Pool(origin, {
    connections: CONNECTIONS,
    pipelining: 1,
    headersTimeout: ANSWER_MS,
    bodyTimeout: ANSWER_MS,
  });
  const latencies: number[] = [];
  const lags: number[] = [];
  const failures: string[] = [];
  const inFlight: Promise<void>[] = [];
  const begin = now() + 100;
  const dues = shots.map((_, index) => begin + (index * 1000) / perSecond);

  async function send({ path, headers, body }: Shot, due: number): Promise<void> {
    lags.push(now() - due);
    try {
      const response = await pool.request({
        method: 'POST',
        path,
        headers,
        body,
      });
      const text = await response.body.text();
      latencies.push(now() - due);
      if (response.statusCode !== 200) failures.push(`${response.statusCode} ${text.slice(0, 200)}`);
    } catch (error) {
      failures.push(error instanceof Error ? error.message : 'unknown');
    }
  }

  try {
    await atEach(dues, (index, due) => {
      const shot = shots[index];
      if (shot) inFlight.push(send(shot, due));
    });
    await Promise.all(inFlight);
  } finally {
    await pool.close();
  }
  return {
    sent: shots.length,
    failures,
    p50: quantile(latencies, 0.5),
    p99: quantile(latencies, 0.99),
    lagP99: quantile(lags, 0.99),
  };
}
