import type { Link } from '../accounts/links.ts';
import { filledForm } from '../desk/filled-form.ts';
import { fateOf, LinkRequiredError, RefusedError, reasonFor, sentenceFor } from '../errors.ts';
import { watcherId } from '../notifications/watches.ts';
import { snapshotOf } from '../records/changes.ts';
import { differences, toFields } from '../records/draft.ts';
import { recordIdentity } from '../records/identity.ts';
import { markOf } from '../records/journal.ts';
import { toTicket } from '../records/ticket.ts';
import { recordType, storedValue, USUAL_TYPE } from '../records/types.ts';
import type { Person } from '../redis/keys.ts';
import { attachFiles } from './attach-files.ts';
import { bringUpToDate, FILED_COLUMNS } from './bring-up-to-date.ts';
import type { Filing } from './deeds.ts';
import type { JobContext, Processor } from './define.ts';

const { table: TABLE, verbs: VERBS } = recordType(USUAL_TYPE);
type Payload = Filing;

/**
 * Files an incident exactly once, as the person. The record's sys_id is derived from the submission, so whatever dies in
 * between, the next run meets the record that the last one made.
 */
export const fileRecord: Processor<Filing> = {
  async process(payload, context) {
    const { person, key, draft, viewId, correlationId } = payload;
    const link = await context.links.find(person);
    if (!link) throw new LinkRequiredError('none');
    const desk = context.desk(person, link);

    const fields = toFields(draft, link.user.sysId, await sourceLine(payload, context));
    const look = context.again || payload.replaces === true;
    // Before there is a ticket: somebody may change it before we hear that it is there.
    const expected = recordIdentity(key).sysId;
    const watched = await watch(expected, person, context);
    const act = { ...actOf(payload, link), cancel: cancelDouble };
    const { record: filed, remembered, double } = await desk.insertOnce(act, fields, look);
    if (double) context.log.error(double, 'the instance made a double of a ticket, which should be cancelled');
    const isChanged = remembered && payload.replaces === true;
    const { record, isCommented } = isChanged
      ? await bringUpToDate(desk, filed, fields, { person, key, userName: link.user.userName }, context)
      : { record: filed, isCommented: false };
    const { sysId } = record;
    // On instances that choose their own ids. What changed there before it was watched was passed on to nobody.
    if (sysId !== expected) {
      const ref = { type: USUAL_TYPE, sysId } as const;
      const watcher = { kind: 'person', person } as const;
      await watch(sysId, person, context);
      await context.watches.withdraw(person, { ...ref, sysId: expected });
      if (watched)
        await context.enqueue(
          'notify-watcher',
          { v: 1, correlationId, person, watcher, ref, reason: 'filed' },
          `notify-${sysId}-filed-${watcherId(watcher)}`,
        );
    }
    const unattached = await attachFiles(
      desk,
      { person, table: TABLE, sysId, fileIds: draft.fileIds, shownFileIds: draft.shownFileIds, look },
      context,
    );
    context.log.info({ number: storedValue(record, 'number'), again: context.again, remembered }, 'incident filed');

    const snapshot = snapshotOf(USUAL_TYPE, record);
    await context.enqueue(
      'deliver-message',
      {
        v: 1,
        correlationId,
        person,
        content: {
          kind: 'ticket-filed',
          ticket: toTicket(USUAL_TYPE, record, context.instanceUrl),
          remarks: {
            changed: differences(fields, record),
            unattached,
            ...(isChanged ? { wasThere: true, isCommented } : {}),
          },
          watched,
          // The message says what state it is in, but not what others have written on it meanwhile.
          snapshot: remembered ? { ...snapshot, modCount: 0, ...NOTHING_WRITTEN } : snapshot,
        },
        ...(viewId ? { viewId } : {}),
      },
      `filed-${sysId}`,
    );
  },

  onDelay: async (payload, error, context) =>
    tell(payload, context, `queued-${context.jobId}`, {
      kind: 'filing-queued',
      title: payload.draft.title,
      reason: reasonFor(error, await context.wordsFor(payload.person)),
      jobId: context.jobId,
    }),

  async onGiveUp(payload, error, context) {
    // Whatever happens to a ticket that nobody was told of, there is no card to tell it on; trying again watches anew.
    await context.watches.withdraw(payload.person, { type: USUAL_TYPE, sysId: recordIdentity(payload.key).sysId });
    const wasTried = fateOf(error).kind !== 'park' || context.failedBefore;
    const unsure = wasTried && (await mayBeFiled(payload, context));
    const t = await context.wordsFor(payload.person);
    await tell(payload, context, `failed-${context.jobId}-${context.run}`, {
      kind: 'filing-failed',
      title: payload.draft.title,
      reason: unsure ? reasonFor(error, t) : sentenceFor(error, t),
      jobId: context.jobId,
      ...(unsure ? { unsure } : {}),
      ...(isRefused(error) && !unsure ? { form: await ownForm(payload, context) } : {}),
    });
  },
};

const actOf = ({ key }: Payload, { user }: Link) =>
  ({ key, type: USUAL_TYPE, me: user.sysId, columns: FILED_COLUMNS }) as const;

const cancelDouble = (number: string) => ({
  ...VERBS.cancel?.sets,
  comments: `Filed twice by mistake. ${number} is the one that counts.`,
});

const NOTHING_WRITTEN = { comments: markOf(''), workNotes: markOf('') };

/** ServiceNow wants something else, perhaps a field that our form does not have. */
const isRefused = (error: unknown) => error instanceof RefusedError && error.code === 'invalid';

async function ownForm({ person, draft }: Payload, { links, instanceUrl }: JobContext) {
  const link = await links.find(person);
  const { description = '', ...fields } = toFields(draft, link?.user.sysId ?? '', '');
  const { path, isWhole } = filledForm(TABLE, { ...fields, description });
  return { url: new URL(path, instanceUrl).href, isWhole };
}

/** @returns whether the person hears of this ticket */
async function watch(sysId: string, person: Person, { preferences, watches }: JobContext): Promise<boolean> {
  const { automatic } = await preferences.read(person);
  if (automatic.filed) await watches.add(person, { type: USUAL_TYPE, sysId }, 'filed');
  return automatic.filed;
}

type Told =
  | { kind: 'filing-queued'; title: string; reason: string; jobId: string }
  | {
      kind: 'filing-failed';
      title: string;
      reason: string;
      jobId: string;
      unsure?: true;
      form?: { url: string; isWhole: boolean };
    };

async function tell(
  { person, correlationId, viewId }: Payload,
  { enqueue }: JobContext,
  id: string,
  content: Told,
): Promise<void> {
  await enqueue('deliver-message', { v: 1, correlationId, person, content, ...(viewId ? { viewId } : {}) }, id);
}

/** @returns false only where ServiceNow says that it is not there */
async function mayBeFiled(payload: Payload, { desk, links }: JobContext): Promise<boolean> {
  try {
    const link = await links.find(payload.person);
    return !link || (await desk(payload.person, link).findInserted(actOf(payload, link))) !== undefined;
  } catch {
    return true;
  }
}

/** Where it came from, for the description. Lost words would be worse than a missing link, so Slack's refusal is none. */
async function sourceLine({ person, draft }: Payload, { messenger, slackPerson }: JobContext): Promise<string> {
  const { source } = draft;
  if (!source) return '';
  const permalink = await unlessRefused(messenger.permalink(person, source.channel, source.ts));
  const author = source.author ? await unlessRefused(slackPerson({ ...person, user: source.author })) : undefined;
  const words = author ? `From a Slack message by ${author.name}` : 'From a Slack message';
  return permalink ? `${words}: ${permalink}` : `${words}.`;
}

const unlessRefused = <T>(asked: Promise<T>): Promise<T | undefined> =>
  asked.catch((error: unknown) => {
    if (error instanceof RefusedError) return undefined;
    throw error;
  });
