import { menuAction } from '../../blocks/actions.ts';
import { aboutRecord, refIn } from '../about-record.ts';
import { defineOperation } from '../define.ts';

/** Why am I told? */
export const why = defineOperation({
  name: 'why',
  kind: 'question',
  args: aboutRecord,
  buttons: { [menuAction('why')]: refIn },
  run: () => import('./run.ts'),
  say: () => import('./say.ts'),
});
