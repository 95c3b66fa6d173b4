import { z } from 'zod';
import { menuAction } from '../../blocks/actions.ts';
import { aboutRecord, refIn } from '../about-record.ts';
import { defineOperation } from '../define.ts';

const args = aboutRecord.extend({ until: z.enum(['tomorrow', 'state-changes']) });

export type Args = z.infer<typeof args>;

const quiet = (until: Args['until']) => (value: string) => {
  const about = refIn(value);
  return about && { ...about, until };
};

/** Quiet for a while; what happened meanwhile is told when that is over. */
export const snooze = defineOperation({
  name: 'snooze',
  kind: 'question',
  args,
  buttons: { [menuAction('snoozeDay')]: quiet('tomorrow'), [menuAction('snoozeState')]: quiet('state-changes') },
  run: () => import('./run.ts'),
  say: () => import('./say.ts'),
});
