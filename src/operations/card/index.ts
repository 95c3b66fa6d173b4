import { ACTIONS } from '../../blocks/actions.ts';
import { aboutRecord, refIn } from '../about-record.ts';
import { defineOperation } from '../define.ts';

/** Gives a ticket of which only a list told a message of its own. */
export const card = defineOperation({
  name: 'card',
  kind: 'question',
  args: aboutRecord,
  buttons: { [ACTIONS.showCard]: refIn },
  run: () => import('./run.ts'),
  say: () => import('./say.ts'),
});
