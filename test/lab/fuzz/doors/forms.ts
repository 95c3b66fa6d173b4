import fc from 'fast-check';
import { LIMITS } from '../../../../src/blocks/limits.ts';
import { filingView } from '../../../../src/blocks/views/filing-status.ts';
import {
  FORM_BLOCKS,
  incidentForm,
  prefillFromText,
  readIncidentForm,
  readLevels,
} from '../../../../src/blocks/views/incident-form.ts';
import { readSettings, settingsForm } from '../../../../src/blocks/views/settings.ts';
import { readSubscriptionForm, subscriptionForm } from '../../../../src/blocks/views/subscription-form.ts';
import { readWordsForm, wordsForm } from '../../../../src/blocks/views/words-form.ts';
import { isLevel } from '../../../../src/records/priority.ts';
import { refKey } from '../../../../src/records/ref.ts';
import { wordsOf } from '../../../../src/words/index.ts';
import { defineDoor, must } from '../door.ts';
import { HOSTILE_TEXTS } from '../hostile.ts';
import { type Change, changes, mutate, toJson } from '../mutate.ts';
import { mustBeView } from '../shown.ts';

const T = wordsOf('de');

const ID = '62826bf03710200044e0bfc8bcbe5df1';
const ME = { sysId: ID, name: 'Ada Byron' };
const option = (value: string, label = value) => ({ value, text: { type: 'plain_text', text: label, emoji: false } });
const selected = (value: string, label?: string) => ({
  value: { type: 'static_select', selected_option: option(value, label) },
});

type Submission = { form: 'incident' | 'words' | 'settings' | 'subscription'; values: unknown; metadata: string };

/** As Slack sends them; the live door replays recorded ones. */
const SUBMISSIONS: Submission[] = [
  {
    form: 'incident',
    values: {
      title: { value: { type: 'plain_text_input', value: 'VPN is down' } },
      description: { value: { type: 'plain_text_input', value: 'Since this morning' } },
      impact: { 'preview-priority': selected('2', '2 - Medium').value },
      urgency: { 'preview-priority-urgency': selected('1', '1 - High').value },
      category: selected('network', 'Network'),
      item: selected(ID, 'VPN Gateway'),
      caller: selected(ID, 'Ada Byron'),
      files: { value: { type: 'file_input', files: [{ id: 'F0123ABC' }, { id: 'F0124ABC' }] } },
    },
    metadata: toJson({
      v: 1,
      source: { channel: 'C1', ts: '1.1', author: 'U2' },
      fileIds: ['F9'],
      replaces: 'j-file-T1-V1',
    }),
  },
  {
    form: 'words',
    values: { words: { value: { type: 'plain_text_input', value: 'Still broken' } } },
    metadata: toJson({ purpose: 'reopen', ref: `incident/${ID}`, channel: 'C1' }),
  },
  {
    form: 'settings',
    values: {
      kinds: { value: { type: 'checkboxes', selected_options: [option('state'), option('comments')] } },
      automatic: { value: { type: 'checkboxes', selected_options: [option('filed')] } },
      'quiet-from': { value: { type: 'timepicker', selected_time: '22:00' } },
      'quiet-to': { value: { type: 'timepicker', selected_time: '07:30' } },
      digest: { value: { type: 'timepicker', selected_time: null } },
    },
    metadata: '',
  },
  {
    form: 'subscription',
    values: {
      type: { 'choose-kind': selected('incident', 'incident').value },
      group: selected(ID, 'Network'),
      priorities: { value: { type: 'checkboxes', selected_options: [option('1', '1 - Critical')] } },
      'states-incident': { value: { type: 'checkboxes', selected_options: [option('1', 'New')] } },
      category: selected('network', 'Network'),
    },
    metadata: toJson({ id: 'abcdefgh-1234', channel: 'C1' }),
  },
];

const CATEGORIES = [{ value: 'network', label: 'Network' }];

export const forms = defineDoor({
  name: 'forms',
  oracle:
    'a submission is read, or refused at one of its own blocks; what was read fits its limits and opens again as a view that Slack takes',
  share: 180,
  chunk: 500,
  open: () => ({
    arbitrary: fc.record({
      which: fc.constantFrom(...SUBMISSIONS.keys()),
      changes: changes(4),
      text: fc.oneof(fc.constantFrom(...HOSTILE_TEXTS), fc.string({ unit: 'binary', maxLength: 400 })),
    }),
    run: ({ which, changes: list, text }) => {
      mustBeView(incidentForm({ prefill: prefillFromText(text), me: ME, categories: CATEGORIES }, T));
      return readOne(which, list);
    },
    show: ({ which, changes: list, text }) =>
      toJson([SUBMISSIONS[which]?.form, mutate(SUBMISSIONS[which], list), text]),
  }),
});

function readOne(which: number, list: Change[]): string {
  const recorded = SUBMISSIONS[which];
  if (!recorded) return 'nothing';
  const { form } = recorded;
  const { values, metadata } = (mutate(recorded, list) ?? {}) as Partial<Submission>;
  // Slack refuses longer ones when they are sent, so none comes back.
  const kept = typeof metadata === 'string' ? metadata.slice(0, LIMITS.privateMetadata) : (metadata as never);
  const reading = READ[form](values, kept);
  if (typeof reading === 'string') return `${form}: ${reading}`;
  const places = Object.entries(reading.errors);
  must(places.length > 0, 'refused without a reason');
  for (const [block, sentence] of places) {
    must(BLOCKS[form].includes(block), `an error at a block that the form has not: ${block}`);
    must(/^[A-Z].*[.?]$/.test(sentence), `no sentence: ${sentence}`);
  }
  return `${form}: refused`;
}

const BLOCKS: Record<Submission['form'], string[]> = {
  incident: Object.values(FORM_BLOCKS),
  words: ['words'],
  settings: ['kinds', 'quiet-from', 'quiet-to'],
  subscription: ['type'],
};

type Reading = string | { errors: Record<string, string> };

const READ: Record<Submission['form'], (values: unknown, metadata: string) => Reading> = {
  incident(values, metadata) {
    const levels = readLevels(values);
    must(isLevel(levels.impact) && isLevel(levels.urgency), 'no level');
    const reading = readIncidentForm(values, metadata, T);
    if ('errors' in reading) return reading;
    const { draft, replaces } = reading;
    must(draft.title.trim() !== '' && draft.title.length <= 160, 'a title that ServiceNow would cut');
    must(draft.description.length <= 4_000, 'a description beyond its limit');
    mustBeView(filingView(draft.title, T));
    mustBeView(incidentForm({ prefill: { ...draft, replaces }, me: ME, categories: CATEGORIES }, T));
    return 'read';
  },
  words(values, metadata) {
    const reading = readWordsForm('comment', values, metadata, T);
    if ('errors' in reading) return reading;
    mustBeView(wordsForm('comment', refKey(reading.ref), reading.channel, '', T));
    return 'read';
  },
  settings(values) {
    const reading = readSettings(values, T);
    if ('errors' in reading) return reading;
    mustBeView(settingsForm({ ...reading.preferences, timeZone: 'Etc/UTC' } as never, T));
    return 'read';
  },
  subscription(values, metadata) {
    const reading = readSubscriptionForm(values, metadata, T);
    if ('errors' in reading) return reading;
    mustBeView(subscriptionForm({ ...reading, categories: CATEGORIES }, T));
    return 'read';
  },
};
