import { expect, test } from '@jest/globals';
import type { App } from '@slack/bolt';
import { INCIDENT_FORM } from '../../../src/blocks/views/incident-form.ts';
import { UnavailableError } from '../../../src/errors.ts';
import type { Served } from '../../../src/listeners/served.ts';
import type { Services } from '../../../src/listeners/services.ts';
import { registerViews } from '../../../src/listeners/views.ts';
import { ADA, readableLog, T } from '../support.ts';

type Listener = (args: object) => Promise<void>;

/** Submits a form. @returns what Slack is answered */
async function submit(services: object, callbackId: string, metadata: object, values: object): Promise<unknown[]> {
  const listeners = new Map<string, Listener>();
  registerViews(
    { view: (id: string, listener: Listener) => listeners.set(id, listener) } as unknown as App,
    { marked: (text: string) => ({ services: services as Services, text }) } as Served,
  );
  const answers: unknown[] = [];
  await listeners.get(callbackId)?.({
    view: { id: 'V1', private_metadata: JSON.stringify(metadata), state: { values } },
    body: { user: { id: ADA.user } },
    context: { teamId: ADA.team },
    ack: async (answer: unknown) => void answers.push(answer),
  });
  return answers;
}

const chosen = (value: string) => ({ value: { selected_option: { value, text: { text: value } } } });
const typed = (value: string) => ({ value: { value } });

test('a form that is being filed does not say that nothing was filed, whatever becomes of the work that it replaces', async () => {
  const { log, lines } = readableLog();
  const enqueued: string[] = [];
  const away = new UnavailableError('store-unavailable', 'away');
  const services = {
    enqueue: async (name: string) => void enqueued.push(name),
    keptWork: { find: async () => undefined, argsOf: async () => undefined, discard: () => Promise.reject(away) },
    wordsFor: async () => T,
    log,
  };
  const resubmit = (given: object) =>
    submit(
      given,
      INCIDENT_FORM,
      { v: 1, fileIds: [], replaces: 'j-file-old' },
      { title: typed('VPN is down'), impact: chosen('2'), urgency: chosen('2') },
    );
  expect(await resubmit(services)).toEqual([expect.objectContaining({ response_action: 'update' })]);
  expect(enqueued).toEqual(['operate']);
  expect(lines.join()).toContain('replaced work was not discarded');

  const refusing = { ...services, enqueue: () => Promise.reject(away) };
  expect(JSON.stringify(await resubmit(refusing))).toContain('so nothing was done');
});

test('a comment whose ticket cannot be read back is not taken as if it had been sent', async () => {
  const services = {
    enqueue: () => Promise.reject(new Error('nothing to enqueue')),
    wordsFor: async () => T,
    log: readableLog().log,
  };
  const metadata = { ref: 'of-an-older-release', channel: 'C1' };
  expect(await submit(services, 'comment', metadata, { words: typed('It is fixed.') })).toEqual([
    { response_action: 'errors', errors: { words: 'I could not read the form. Please open it again.' } },
  ]);
});
