import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { transformFileAsync } from '@babel/core';

const OUT = fileURLToPath(new URL('../../../test-results/bench/', import.meta.url));
const READY_MS = 20_000;

export type Child = { pid: number; end(): Promise<void> };

const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** Floors run as plain JavaScript, as the built bridge does: a loader in the process would make them look heavy. */
async function plain(name: 'bare-bolt' | 'bare-worker'): Promise<string> {
  const source = fileURLToPath(new URL(`./${name}.ts`, import.meta.url));
  const built = await transformFileAsync(source, {
    babelrc: false,
    configFile: false,
    presets: [['@babel/preset-typescript', { onlyRemoveTypeImports: true }]],
  });
  mkdirSync(OUT, { recursive: true });
  const path = join(OUT, `${basename(name)}.mjs`);
  writeFileSync(path, built?.code ?? '');
  return path;
}

/** Starts a floor and waits for its first word, which has to be “ready”. */
export async function startBare(name: 'bare-bolt' | 'bare-worker', env: Record<string, string>): Promise<Child> {
  const path = await plain(name);
  const child = spawn(process.execPath, [path], {
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  running.add(child);
  child.once('exit', () => running.delete(child));
  const [word] = (await once(child.stdout, 'data', { signal: AbortSignal.timeout(READY_MS) })) as [Buffer];
  if (!word.toString().startsWith('ready')) throw new Error(`${name} did not start: ${word}`);
  child.stdout.resume();
  return { pid: child.pid ?? 0, end: () => end(child) };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

/** Resident memory in MB. */
export function residentMb(pid: number): number {
  return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' }).trim()) / 1024;
}

/** Processor time that a process has used so far, in ms; `NaN` where there is no /proc. */
export function cpuMs(pid: number): number {
  const path = `/proc/${pid}/stat`;
  if (!existsSync(path)) return Number.NaN;
  // The name in the second field may hold anything, so counting begins behind it. Ticks are 10 ms on every Linux.
  const fields = readFileSync(path, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * 10;
}
