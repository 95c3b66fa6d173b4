import fc from 'fast-check';
import { approvalList } from '../../../../src/blocks/messages/approval.ts';
import { notice } from '../../../../src/blocks/messages/notice.ts';
import { changeMessage, digestMessage, watchCard } from '../../../../src/blocks/messages/notification.ts';
import { ticketCard } from '../../../../src/blocks/messages/ticket-card.ts';
import { ticketPage } from '../../../../src/blocks/messages/ticket-list.ts';
import { filedView } from '../../../../src/blocks/views/filing-status.ts';
import { homeView } from '../../../../src/blocks/views/home.ts';
import { BridgeError, sentenceFor } from '../../../../src/errors.ts';
import { newsSince, snapshotOf } from '../../../../src/records/changes.ts';
import { differences } from '../../../../src/records/draft.ts';
import { refKey } from '../../../../src/records/ref.ts';
import { toTicket } from '../../../../src/records/ticket.ts';
import { RECORD_TYPE_NAMES, type RecordTypeName, type ServiceNowRecord } from '../../../../src/records/types.ts';
import { readAnswer } from '../../../../src/servicenow/response.ts';
import {
  attachmentsAnswer,
  currentUserAnswer,
  parseAnswer,
  recordAnswer,
  recordsAnswer,
} from '../../../../src/servicenow/schema.ts';
import { LANGUAGES, wordsOf } from '../../../../src/words/index.ts';
import { defineDoor, must } from '../door.ts';
import { changes, type Damage, damaged, damages, mutate, toJson } from '../mutate.ts';
import type { Recorded } from '../proxy.ts';
import { mustBeMessage, mustBeView } from '../shown.ts';

const INSTANCE = 'https://dev98042.service-now.com';
const STATUSES = [200, 200, 200, 200, 200, 201, 202, 204, 206, 301, 302, 400, 401, 403, 404, 429, 500, 503, 999];
const TYPES = [
  'application/json;charset=UTF-8',
  'application/json;charset=UTF-8',
  'application/json;charset=UTF-8',
  'text/html',
  'application/xml',
  '',
];
/** Errors of the Table API beside the recorded answers, to be changed as well. */
const FAILURES = [
  'Operation Failed|Data Policy Exception: The following fields are mandatory: Resolution code, Resolution notes',
  "Operation Failed|Operation against file 'incident' was aborted by Business Rule 'No friday changes^9d38'. Business Rule Stack:x",
  'No Record found|x',
].map((text) => {
  const [message, detail] = text.split('|');
  return { error: { message, detail }, status: 'failure' };
});

type Case = {
  which: number;
  list: Parameters<typeof mutate>[1];
  damage: Damage;
  status: number;
  type: string;
  kind: RecordTypeName;
};

export const serviceNowAnswers = defineDoor<Case>({
  name: 'servicenow-answers',
  oracle:
    'an answer is believed or refused with one of our errors, whose sentence Slack takes; every record that is believed is drawn on every surface as Slack takes it',
  share: 150,
  chunk: 500,
  async open(around) {
    const { answers } = await around.corpus();
    const bodies = [...answers.map(toBody).filter((body) => body !== undefined), ...FAILURES];
    const textOf = ({ which, list }: Case) => toJson(mutate(bodies[which % bodies.length], list));
    return {
      arbitrary: fc.record({
        which: fc.nat(bodies.length - 1),
        list: changes(4),
        damage: damages,
        status: fc.constantFrom(...STATUSES),
        type: fc.constantFrom(...TYPES),
        kind: fc.constantFrom(...RECORD_TYPE_NAMES),
      }),
      run(input) {
        const body = damaged(textOf(input), input.damage).toString();
        const headers = new Map([
          ['content-type', input.type],
          ['retry-after', body.slice(0, 9)],
        ]);
        try {
          const json = readAnswer({ status: input.status, headers, body, now: Date.now() });
          return believed(json, input.kind);
        } catch (error) {
          if (!(error instanceof BridgeError)) throw error;
          for (const language of LANGUAGES) {
            const sentence = sentenceFor(error, wordsOf(language));
            must(/^[A-Z].*[.]$/s.test(sentence), `no sentence: ${sentence.slice(0, 80)}`);
            mustBeMessage(notice(sentence));
          }
          return error.code;
        }
      },
      show: (input) => `${input.status} ${input.type} ${input.damage.kind} ${input.kind} ${textOf(input)}`,
    };
  },
});

const T = wordsOf('en');

function toBody({ body }: Recorded): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    return undefined;
  }
}

/** Held against every schema that we have for answers; what fits is used. */
function believed(json: unknown, kind: RecordTypeName): string {
  const ofUser = fits(() => parseAnswer(currentUserAnswer, json, 'who'));
  const files = fits(() => parseAnswer(attachmentsAnswer, json, 'files'));
  if (files) for (const { bytes } of files) must(typeof bytes === 'number', 'no number of bytes');
  const record = fits(() => parseAnswer(recordAnswer(), json, 'a record'));
  const records = fits(() => parseAnswer(recordsAnswer, json, 'records')) ?? (record ? [record] : []);
  for (const each of records.slice(0, 5)) draw(kind, each);
  if (records.length > 0) {
    const tickets = records.slice(0, 10).map((each) => toTicket(kind, each, INSTANCE));
    mustBeMessage(ticketPage({ ...YOURS, tickets }, T));
    mustBeView(
      homeView(
        { sections: [{ link: 'linked', account: { name: 'Ada', userName: 'ada', instance: 'dev' }, tickets }] },
        T,
      ),
    );
    return 'records';
  }
  return ofUser ? 'a user' : files ? 'files' : 'nothing of ours';
}

function fits<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof BridgeError) return undefined;
    throw error;
  }
}

const YOURS = { heading: 'Yours', empty: 'None.', isFirst: true, next: {}, first: undefined, turn: 'turn-page' };
const NOTHING = { sysId: '0'.repeat(32), fields: {} };

function draw(kind: RecordTypeName, record: ServiceNowRecord): void {
  const ticket = toTicket(kind, record, INSTANCE);
  const ref = refKey({ type: kind, sysId: record.sysId });
  const found = newsSince(kind, snapshotOf(kind, NOTHING), record).changes;
  must(!newsSince(kind, snapshotOf(kind, record), record).differs, 'a record differs from itself');
  mustBeMessage(ticketCard(ticket, undefined, T));
  mustBeMessage(approvalList([{ ticket, ref, canDecide: kind === 'approval' }], false, T));
  mustBeMessage(
    watchCard(ticket, ref, 'filed', { canReopen: true, canConfirm: true, canDecide: kind === 'approval' }, T),
  );
  mustBeMessage(changeMessage(ticket.number, found, 'Bob', T));
  mustBeMessage(digestMessage([{ number: ticket.number, title: ticket.title, url: ticket.url, changes: found }], T));
  mustBeView(filedView(ticket, { changed: differences({ short_description: 'x' }, record), unattached: [] }, T));
}
