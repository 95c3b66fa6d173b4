import { ACTIONS, menuAction } from '../../blocks/actions.ts';
import { aboutRecord, refIn } from '../about-record.ts';
import { defineOperation } from '../define.ts';

/** Its card stays current, and no messages are sent about it. */
export const mute = defineOperation({
  name: 'mute',
  kind: 'question',
  args: aboutRecord,
  buttons: { [menuAction('mute')]: refIn, [ACTIONS.muteTicket]: refIn },
  run: () => import('./run.ts'),
  say: () => import('./say.ts'),
});
