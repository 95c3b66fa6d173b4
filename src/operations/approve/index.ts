import { ACTIONS } from '../../blocks/actions.ts';
import { aboutRecord, refIn } from '../about-record.ts';
import { defineOperation } from '../define.ts';

export const approve = defineOperation({
  name: 'approve',
  kind: 'deed',
  args: aboutRecord,
  buttons: { [ACTIONS.approve]: refIn },
  run: () => import('./run.ts'),
  say: () => import('./say.ts'),
});
