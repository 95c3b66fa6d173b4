import { ACTIONS } from '../../blocks/actions.ts';
import { aboutRecord, refIn } from '../about-record.ts';
import { defineOperation } from '../define.ts';

/** Closing belongs to the instance's own rules; where the person may do it themselves, this does. */
export const confirmFixed = defineOperation({
  name: 'confirm-fixed',
  kind: 'deed',
  args: aboutRecord,
  buttons: { [ACTIONS.confirmFixed]: refIn },
  run: () => import('./run.ts'),
  say: () => import('./say.ts'),
});
