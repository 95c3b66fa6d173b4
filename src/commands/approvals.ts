import { noArgs } from '../jobs/work-types.ts';
import { alone, defineCommand } from './outcome.ts';

export const approvals = defineCommand({
  words: ['approvals', 'approve'],
  usage: ['approvals'],
  summary: 'what waits for your approval',
  args: noArgs,
  parse: alone,
  run: () => ({ kind: 'work', work: { name: 'list-approvals', args: {} } }),
});
