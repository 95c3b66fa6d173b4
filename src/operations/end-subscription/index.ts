import { ACTIONS } from '../../blocks/actions.ts';
import { aboutSubscription, idIn } from '../about-subscription.ts';
import { defineOperation } from '../define.ts';

export const endSubscription = defineOperation({
  name: 'end-subscription',
  kind: 'deed',
  args: aboutSubscription,
  buttons: { [ACTIONS.endSubscription]: idIn },
  run: () => import('./run.ts'),
  say: () => import('./say.ts'),
});
