import { noArgs } from '../jobs/work-types.ts';
import { alone, defineCommand } from './outcome.ts';

export const settings = defineCommand({
  words: ['settings', 'preferences'],
  usage: ['settings'],
  summary: 'what you want to be told, and when',
  args: noArgs,
  parse: alone,
  run: () => ({ kind: 'open-settings' }),
});
