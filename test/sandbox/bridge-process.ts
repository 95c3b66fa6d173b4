import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

export const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
const READY_MS = 20_000;

/** The built product as a process of its own, unchanged. */
export type BridgeProcess = {
  pid: number;
  /** Lines of its log so far. */
  lines: string[];
  onLine(listener: (line: string) => void): void;
  /** Ends it: SIGTERM drains, SIGKILL does not ask. */
  end(signal: NodeJS.Signals): Promise<number | null>;
  running(): boolean;
  child: ChildProcess;
};

export async function startBridgeProcess(
  env: Record<string, string>,
  role: 'web' | 'worker' | 'both' = 'both',
  main = MAIN,
): Promise<BridgeProcess> {
  if (!existsSync(main)) throw new Error('There is no dist/main.js: run `npm run build` first.');
  const child = spawn(process.execPath, [main, role], {
    // A platform gives each process a port of its own; here only the web role has one.
    env: { PATH: process.env['PATH'] ?? '', ...env, ...(role === 'worker' ? { PORT: '' } : {}) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  // Whatever ends us, it does not outlive us.
  const onExit = () => void child.kill('SIGKILL');
  process.once('exit', onExit);
  child.once('exit', () => process.off('exit', onExit));
  const lines: string[] = [];
  const listeners: ((line: string) => void)[] = [];
  let rest = '';
  const collect = (chunk: Buffer) => {
    const parts = (rest + chunk.toString()).split('\n');
    rest = parts.pop() ?? '';
    for (const line of parts) {
      lines.push(line);
      for (const listener of listeners) listener(line);
    }
  };
  child.stdout.on('data', collect);
  child.stderr.on('data', collect);
  const running = () => child.exitCode === null && child.signalCode === null;

  for (
    const deadline = Date.now() + READY_MS;
    !lines.some((line) => line.includes('"bridge started"'));
    await sleep(10)
  ) {
    if (!running() || Date.now() > deadline) {
      child.kill('SIGKILL');
      throw new Error(`The bridge did not start:\n${[...lines, rest].join('\n').trimEnd()}`);
    }
  }
  return {
    pid: child.pid ?? 0,
    lines,
    child,
    running,
    onLine: (listener) => void listeners.push(listener),
    async end(signal) {
      if (!running()) return child.exitCode;
      const gone = once(child, 'exit');
      child.kill(signal);
      await gone;
      return child.exitCode;
    },
  };
}
