import { expect, test } from '@jest/globals';
import type { App } from '@slack/bolt';
import { INCIDENT_FORM } from '../../../src/blocks/views/incident-form.ts';
import { UnavailableError } from '../../../src/errors.ts';
import type { House } from '../../../src/listeners/house.ts';
import { registerViews } from '../../../src/listeners/views.ts';
import { ADA, readableLog } from '../support.ts';

type Listener = (args: object) => Promise<void>;

/** Submits the form that replaces kept work. @returns what Slack is answered */
async function resubmit(house: object): Promise<unknown[]> {
  const listeners = new Map<string, Listener>();
  registerViews(
    { view: (id: string, listener: Listener) => listeners.set(id, listener) } as unknown as App,
    house as House,
  );
  const answers: unknown[] = [];
  const chosen = (value: string) => ({ value: { selected_option: { value, text: { text: value } } } });
  await listeners.get(INCIDENT_FORM)?.({
    view: {
      id: 'V1',
      private_metadata: JSON.stringify({ v: 1, fileIds: [], replaces: 'j-file-old' }),
      state: { values: { title: { value: { value: 'VPN is down' } }, impact: chosen('2'), urgency: chosen('2') } },
    },
    body: { user: { id: ADA.user } },
    context: { teamId: ADA.team },
    ack: async (answer: unknown) => void answers.push(answer),
  });
  return answers;
}

test('a form that is being filed does not say that nothing was filed, whatever becomes of the work that it replaces', async () => {
  const { log, lines } = readableLog();
  const enqueued: string[] = [];
  const away = new UnavailableError('store-unavailable', 'away');
  const house = {
    enqueue: async (name: string) => void enqueued.push(name),
    keptWork: { key: async () => 'old-key', discard: () => Promise.reject(away) },
    log,
  };
  expect(await resubmit(house)).toEqual([expect.objectContaining({ response_action: 'update' })]);
  expect(enqueued).toEqual(['file-record']);
  expect(lines.join()).toContain('replaced work was not discarded');

  const refusing = { ...house, enqueue: () => Promise.reject(away) };
  expect(JSON.stringify(await resubmit(refusing))).toContain('so nothing was filed');
});
