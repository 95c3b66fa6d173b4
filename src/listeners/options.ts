import { LIMITS } from '../blocks/limits.ts';
import { plain } from '../blocks/text.ts';
import { CATEGORY_OPTIONS } from '../blocks/views/category.ts';
import { FORM_OPTIONS } from '../blocks/views/incident-form.ts';
import { SUBSCRIPTION_OPTIONS } from '../blocks/views/subscription-form.ts';
import { personFrom } from '../slack/app.ts';
import type { Listening } from '../slack/dispatch.ts';
import type { Served } from './served.ts';
import type { OptionSource } from './services.ts';

/** Slack wants these in the same response, so the lookup is cached and time-boxed. */
export function registerOptions(app: Listening, served: Served): void {
  for (const [source, actionId] of Object.entries({
    ...FORM_OPTIONS,
    ...SUBSCRIPTION_OPTIONS,
    ...CATEGORY_OPTIONS,
  }) as [OptionSource, string][]) {
    app.options(actionId, async ({ payload, body, ack, context }) => {
      const { services } = served.marked(body.view?.private_metadata ?? '');
      const found = (await services?.lookUp(personFrom(context, body.user.id), source, payload.value)) ?? [];
      await ack({
        options: found
          .slice(0, LIMITS.selectOptions)
          .map(({ value, label }) => ({ text: plain(label, LIMITS.optionText), value })),
      });
    });
  }
}
