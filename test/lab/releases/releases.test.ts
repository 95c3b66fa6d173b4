import { existsSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { MAIN } from '../../sandbox/bridge-process.ts';
import { usualMoods } from '../../sandbox/servicenow/moods.ts';
import { usualSlackMoods } from '../../sandbox/slack/moods.ts';
import { inWords, runChaos } from '../chaos/run.ts';
import { buildPrevious, hasPrevious, PREVIOUS } from './previous.ts';
import { rollingUpgrade } from './rolling-upgrade.ts';

const SIZE = 24;

test('the previous build and this one, side by side and in turns, lose, double and confuse nothing', async () => {
  if (!existsSync(MAIN))
    throw new Error('dist/main.js is missing: run `npm run build` first (`npm run test:lab` does).');
  if (!hasPrevious()) {
    const words = `The previous build, ${PREVIOUS}, is not in this clone: NOTHING shows here that two releases run side by side.`;
    // Only a full clone can, and .ci/run has one.
    if (process.env['CI']) throw new Error(words);
    console.warn(words);
    return;
  }
  const previous = await buildPrevious();
  try {
    const result = await runChaos({
      seed: 28,
      moods: usualMoods(),
      slackMoods: usualSlackMoods(),
      counts: { filing: SIZE, reply: SIZE, change: SIZE },
      people: 6,
      perSecond: 6,
      troubleEveryMs: 1_000,
      deedsMs: 90_000,
      settleMs: 60_000,
      short: true,
      appendFsync: 'everysec',
      builds: [previous.main, MAIN],
      blow: rollingUpgrade(previous.main),
      say: () => {},
    });
    console.log(`two releases, the previous one being ${PREVIOUS}: ${inWords(result)}`);
    expect(result.findings).toEqual([]);
    expect(result.done).toEqual({ filing: SIZE, reply: SIZE, change: SIZE });
    expect(Object.keys(result.struck).sort()).toEqual([
      'a web process runs the current build',
      'a web process runs the previous build',
      'a worker process runs the current build',
      'a worker process runs the previous build',
    ]);
  } finally {
    previous.remove();
  }
}, 240_000);
