import { parseArgs } from 'node:util';
import { loadEnvFile, parseConfig } from '../../config.ts';
import { defaultOf, type InstanceSettings } from '../../instances/settings.ts';
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
  const instance = named === undefined ? defaultOf(config.instances) : config.instances.find(isCalled(named));
  if (!instance)
    throw new Error(`This bridge knows ${config.instances.map(({ name }) => name).join(' and ')}, and not “${named}”.`);
  process.stdout.write(`${inWords(await askInstance(config, instance, values.person))}\n`);
}

/** By its alias, its host, or the first part of that. */
const isCalled =
  (word: string) =>
  ({ alias, name }: InstanceSettings): boolean =>
    [alias, name, name.split('.')[0]].includes(word);

main().catch((error: unknown) => {
  process.stderr.write(error instanceof Error ? `${error.message}\n` : 'Could not ask: unknown\n');
  process.exit(1);
});
