import { ACTIONS } from '../../blocks/actions.ts';
import { aboutSubscription, idIn } from '../about-subscription.ts';
import { defineOperation } from '../define.ts';

/** Has a paused subscription go on, with the rights of whoever says so. */
export const adopt = defineOperation({
  name: 'adopt',
  kind: 'deed',
  args: aboutSubscription,
  buttons: { [ACTIONS.adopt]: idIn },
  run: () => import('./run.ts'),
  say: () => import('./say.ts'),
});
