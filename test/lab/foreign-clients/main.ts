import { playNowSdk } from './now-sdk.ts';
import { playOthers } from './others.ts';
import { playSlack } from './slack.ts';
import type { Verdict } from './verdict.ts';

/**
 * `npm run foreign-clients [-- slack | now-sdk | others]`: clients that nobody here wrote play with the simulators, and what
 * they get is held against the documents (docs/foreign-clients.md). The simulators are as strict to them as to the bridge.
 */
const PLAYERS: Record<string, () => Promise<Verdict[]>> = {
  slack: playSlack,
  others: playOthers,
  'now-sdk': playNowSdk,
};

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(name in PLAYERS));
if (unknown.length > 0) {
  console.error(`There is no ${unknown.join(', ')}; there are ${Object.keys(PLAYERS).join(', ')}.`);
  process.exit(2);
}
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
const verdicts: Verdict[] = [];
for (const [name, play] of Object.entries(PLAYERS))
  if (wanted.length === 0 || wanted.includes(name)) verdicts.push(...(await play()));
const wrong = verdicts.filter((one) => one.wrong.length > 0);
console.log(`${verdicts.length} questions: ${wrong.length} answers differ from the documents.`);
process.exitCode = wrong.length > 0 ? 1 : 0;
