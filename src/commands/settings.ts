import { noArgs } from '../jobs/work-types.ts';
import { defineCommand } from './outcome.ts';

export const settings = defineCommand({
  words: ['settings', 'preferences'],
  usage: ['settings'],
  summary: 'what you want to be told, and when',
  args: noArgs,
  parse: () => ({ args: {} }),
  run: () => ({ kind: 'open-settings' }),
});
