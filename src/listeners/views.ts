import type { App } from '@slack/bolt';
import { filingView } from '../blocks/views/filing-status.ts';
import { FORM_BLOCKS, INCIDENT_FORM, readIncidentForm } from '../blocks/views/incident-form.ts';
import { personFrom } from '../slack/app.ts';
import type { House } from './house.ts';

export function registerViews(app: App, house: House): void {
  app.view(INCIDENT_FORM, async ({ view, body, ack, context }) => {
    const reading = readIncidentForm(view.state.values, view.private_metadata);
    if ('errors' in reading) return ack({ response_action: 'errors', errors: reading.errors });

    const person = personFrom(context, body.user.id);
    // The view's id names the submission: sent twice, it is still one ticket.
    const key = `${person.tenant}-${view.id}`;
    const correlationId = `file-${view.id}`;
    try {
      const { draft } = reading;
      await house.enqueue('file-record', { v: 1, correlationId, person, key, draft, viewId: view.id }, `file-${key}`);
      await ack({ response_action: 'update', view: filingView(draft.title) });
    } catch (err) {
      house.log.error({ err, correlationId }, 'submission not saved');
      // The form stays open with all that was typed, and a second press is the same submission.
      const sentence = 'I could not save this just now, so nothing was filed. Please press File incident again.';
      await ack({ response_action: 'errors', errors: { [FORM_BLOCKS.title]: sentence } });
    }
  });
}
