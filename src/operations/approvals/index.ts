import { alone, defineOperation, noArgs } from '../define.ts';

export const approvals = defineOperation({
  name: 'approvals',
  kind: 'question',
  words: ['approvals', 'approve'],
  usage: ['approvals'],
  summary: 'operations.approvals',
  args: noArgs,
  parse: alone,
  run: () => import('./run.ts'),
  say: () => import('./say.ts'),
});
