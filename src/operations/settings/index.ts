import { z } from 'zod';
import { ACTIONS } from '../../blocks/actions.ts';
import { buttonOffer } from '../../blocks/messages/notice.ts';
import { readSettings, SETTINGS, settingsForm } from '../../blocks/views/settings.ts';
import { preferencesSchema } from '../../records/preferences.ts';
import { alone, defineOperation, noArgs } from '../define.ts';

const args = z.object({ preferences: preferencesSchema.omit({ timeZone: true }) });

export type Args = z.infer<typeof args>;

export const settings = defineOperation({
  name: 'settings',
  kind: 'deed',
  words: ['settings', 'preferences'],
  usage: ['settings'],
  summary: 'operations.settings',
  args,
  parse: alone,
  buttons: { [ACTIONS.openSettings]: () => ({}) },
  form: {
    id: SETTINGS,
    given: noArgs,
    open: async (_given, { preferences }, t) => ({ view: settingsForm(await preferences(), t) }),
    offer: (_given, t) => buttonOffer(t('press.opens-settings'), ACTIONS.openSettings, t),
    read({ state }, _known, t) {
      const reading = readSettings(state, t);
      return 'errors' in reading ? reading : { args: reading };
    },
  },
  run: () => import('./run.ts'),
  say: () => import('./say.ts'),
});
