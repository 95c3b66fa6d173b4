import { type Role, startBridge } from './compose.ts';
import { loadEnvFile, parseConfig } from './config.ts';
import { ConfigError } from './errors.ts';
import { createLog } from './log.ts';

const ROLES: Record<string, Role> = { web: 'web', worker: 'worker', both: 'both' };

/** This long after the port was closed the process leaves anyway; another worker takes over what it held. */
const SHUTDOWN_MS = 20_000;

async function main(): Promise<void> {
  const [word = 'both'] = process.argv.slice(2);
  const role = ROLES[word];
  if (!role)
    throw new ConfigError([
      `“${word}” is not a role; use web, worker, or nothing for both, e.g. node dist/main.js web.`,
    ]);
  loadEnvFile();
  const config = parseConfig();
  const log = createLog(config.logLevel);

  const bridge = await startBridge(config, role, log);
  let stopping = false;
  const stop = (signal: string) => {
    // Ctrl-C reaches a whole process group, and a supervisor's SIGTERM often follows: once is enough.
    if (stopping) return;
    stopping = true;
    log.info({ signal }, 'stopping');
    setTimeout(() => process.exit(1), config.shutdownDelayMs + SHUTDOWN_MS).unref();
    bridge.close().then(
      () => process.exit(0),
      (err) => {
        log.error({ err }, 'did not stop cleanly');
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  process.on('unhandledRejection', (err) => log.error({ err }, 'unhandled rejection'));
}

main().catch((error: unknown) => {
  process.stderr.write(
    error instanceof ConfigError
      ? `${error.message}\n`
      : `Could not start: ${error instanceof Error ? error.message : 'unknown'}\n`,
  );
  process.exit(1);
});
