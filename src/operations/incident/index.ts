import { z } from 'zod';
import { ACTIONS } from '../../blocks/actions.ts';
import { notice, openFormOffer } from '../../blocks/messages/notice.ts';
import { filingView } from '../../blocks/views/filing-status.ts';
import {
  INCIDENT_FORM,
  type IncidentPrefill,
  incidentForm,
  prefillFromText,
  readIncidentForm,
  sentBefore,
} from '../../blocks/views/incident-form.ts';
import { changedLabels, draftSchema, keptPrefillSchema } from '../../records/draft.ts';
import { parseNumber } from '../../records/number.ts';
import { unquoted } from '../../records/typed.ts';
import { defineOperation } from '../define.ts';
import type { Known } from '../known.ts';

const MAX_TEXT = 3000;

/** "New laptop needed" and "File server is down" are sentences: of these words only the first two take text. */
const TAKE_TEXT = ['incident', 'inc'];

/** Whose files may come along is not for the person's client to say. */
const SEALED_FILES = 'files';

const given = z.union([
  z.object({ text: z.string().max(MAX_TEXT) }),
  /** From a message's own menu. */
  z.object({ prefill: keptPrefillSchema }),
  /** The kept work that this submission takes the place of. */
  z.object({ replaces: z.string() }),
]);

const args = z.object({
  /** What Slack calls the submission; the record's identity follows from it. */
  submission: z.string().min(1),
  draft: draftSchema,
  /** The modal that shows how it goes, if it is still open. */
  viewId: z.string().optional(),
  /** It takes the identity of an earlier submission over, and perhaps the record that this one made. */
  replaces: z.literal(true).optional(),
});

export type Args = z.infer<typeof args>;

/** What was submitted earlier; undefined where it is not kept any more. */
async function filingCalled(jobId: string, { kept }: Pick<Known, 'kept'>) {
  const wish = await kept(jobId);
  const before = wish?.operation === 'incident' ? args.safeParse(wish.args).data : undefined;
  return wish && before && { ...before, isGivenUp: wish.isGivenUp };
}

/** What the form begins with; undefined where there is nothing left to replace. */
async function prefillOf(
  from: z.infer<typeof given>,
  known: Pick<Known, 'kept'>,
): Promise<IncidentPrefill | undefined> {
  if ('text' in from) return from.text ? prefillFromText(from.text) : {};
  if ('prefill' in from) return from.prefill;
  const before = await filingCalled(from.replaces, known);
  return before?.isGivenUp ? { ...before.draft, replaces: from.replaces } : undefined;
}

/** Whoever changed what we sealed brings no files along but their own. */
function filesOfMessage(sealed: string | undefined, { unseal }: Known): { shownFileIds?: string[] } {
  const opened = sealed && unseal(sealed, SEALED_FILES);
  return opened ? { shownFileIds: z.array(z.string()).parse(JSON.parse(opened)) } : {};
}

/** Files with a form, or shows the ticket where a number follows. */
export const incident = defineOperation({
  name: 'incident',
  kind: 'deed',
  words: ['incident', 'inc', 'ticket', 'file', 'new'],
  usage: ['incident', 'incident <what is wrong>', 'incident INC0010023'],
  summary: 'operations.incident',
  details: ['operations.incident.text'],
  args,
  parse(rest, word) {
    const number = parseNumber(rest);
    if (number) return { instead: { operation: 'show', args: number } };
    if (rest && !TAKE_TEXT.includes(word)) return { problem: undefined };
    return { args: { text: unquoted(rest).slice(0, MAX_TEXT) } };
  },
  buttons: {
    [ACTIONS.fileIncident]: (text) => ({ text }),
    [ACTIONS.editAndFile]: (replaces) => ({ replaces }),
  },
  form: {
    id: INCIDENT_FORM,
    given,
    async open(from, known, t) {
      const me = await known.account();
      const [categories, prefill] = await Promise.all([known.categories(), prefillOf(from, known)]);
      if (!prefill) return { instead: notice(t('result.no-longer-kept')) };
      const { shownFileIds = [] } = prefill;
      const sealedFiles = shownFileIds.length > 0 ? known.seal(JSON.stringify(shownFileIds), SEALED_FILES) : undefined;
      return { view: incidentForm({ prefill, me, categories, sealedFiles }, t) };
    },
    offer: (from, t) => openFormOffer('text' in from ? from.text : '', t),
    async read({ state, metadata, viewId, submission }, known, t) {
      const reading = readIncidentForm(state, metadata, t);
      if ('errors' in reading) return reading;
      const { replaces, sealedFiles } = reading;
      const draft = { ...reading.draft, ...filesOfMessage(sealedFiles, known) };
      // It takes the identity over, so that whatever became of the first one, there is one ticket.
      const earlier = replaces ? await filingCalled(replaces, known) : undefined;
      const takenOver = earlier ? { replaces: true as const } : {};
      return { args: { submission: earlier?.submission ?? submission, draft, viewId, ...takenOver }, replaces };
    },
    sentBefore({ draft: before }, { draft: now }, t) {
      const changed = changedLabels(before, now);
      return changed.length > 0 ? sentBefore(changed, t) : undefined;
    },
    becomes: ({ draft: { title } }, t) => filingView(title, t),
  },
  run: () => import('./run.ts'),
  say: () => import('./say.ts'),
});
