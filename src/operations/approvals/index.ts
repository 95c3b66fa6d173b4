import { alone, defineOperation, noArgs } from '../define.ts';

export const approvals = defineOperation({
  name: 'approvals',
  kind: 'question',
  words: ['approvals', 'approve'],
  usage: ['approvals'],
  summary: 'what waits for your approval',
  args: noArgs,
  parse: alone,
  run: () => import('./run.ts'),
  say: () => import('./say.ts'),
});
