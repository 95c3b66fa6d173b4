import { parseArgs } from 'node:util';
import { loadEnvFile, parseConfig } from '../../config.ts';
import { askInstance } from './ask.ts';
import { inWords } from './report.ts';

const USAGE = `npm run ask-instance -- [instance] [--person U0123ABCD]

Asks the instance of this bridge how it does what no two instances do alike, as one person who is connected to it, and prints
what differs from what the bridge expects. It files one incident and cancels it. It wants the bridge's own environment.`;

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { person: { type: 'string' }, help: { type: 'boolean' } },
  });
  if (values.help) return void process.stdout.write(`${USAGE}\n`);
  loadEnvFile();
  const config = parseConfig();
  const [named] = positionals;
  const { host } = new URL(config.serviceNow.instanceUrl);
  if (named && named !== host && named !== host.split('.')[0])
    throw new Error(`This bridge knows one instance, ${host}, and not “${named}”.`);
  process.stdout.write(`${inWords(await askInstance(config, values.person))}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(error instanceof Error ? `${error.message}\n` : 'Could not ask: unknown\n');
  process.exit(1);
});
