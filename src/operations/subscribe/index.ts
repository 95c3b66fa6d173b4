import { z } from 'zod';
import { ACTIONS } from '../../blocks/actions.ts';
import { buttonOffer, notice } from '../../blocks/messages/notice.ts';
import { readSubscriptionForm, SUBSCRIPTION_FORM, subscriptionForm } from '../../blocks/views/subscription-form.ts';
import { filterSchema, subscriptionId } from '../../records/filter.ts';
import { alone, defineOperation } from '../define.ts';

const args = z.object({ id: subscriptionId, channel: z.string(), filter: filterSchema });

export type Args = z.infer<typeof args>;

/** The form says whose channel will be told, so nobody but us may have written that. */
const SEALED = 'form';

export const subscribe = defineOperation({
  name: 'subscribe',
  kind: 'deed',
  words: ['subscribe'],
  usage: ['subscribe'],
  summary: 'operations.subscribe',
  details: ['operations.subscribe.rights'],
  args,
  parse: alone,
  buttons: { [ACTIONS.editSubscription]: (id) => ({ id }) },
  form: {
    id: SUBSCRIPTION_FORM,
    /** `id`: a subscription of this very channel that is to be changed. */
    given: z.object({ id: z.string().optional() }),
    async open({ id }, { channel, isDirect, subscriptions, account, categories, newId, seal }, t) {
      const existing = id === undefined ? undefined : (await subscriptions()).find((each) => each.id === id);
      if (id !== undefined && !existing) return { instead: notice(t('subscriptions.has-ended')) };
      if (isDirect) return { instead: notice(t('typed.in-channels')) };
      await account();
      const parts = { id: existing?.id ?? newId(), channel, filter: existing?.filter };
      const view = subscriptionForm({ ...parts, categories: await categories() }, t);
      return { view: { ...view, private_metadata: seal(view.private_metadata ?? '', SEALED) } };
    },
    offer: (_given, t) => buttonOffer(t('press.type-subscribe'), ACTIONS.showHelp, t),
    read({ state, metadata }, { unseal }, t) {
      const reading = readSubscriptionForm(state, unseal(metadata, SEALED) ?? '', t);
      return 'errors' in reading ? reading : { args: reading, channel: reading.channel };
    },
  },
  run: () => import('./run.ts'),
  say: () => import('./say.ts'),
});
