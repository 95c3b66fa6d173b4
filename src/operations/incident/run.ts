import { filledForm } from '../../desk/filled-form.ts';
import { fateOf, RefusedError } from '../../errors.ts';
import { type Snapshot, snapshotOf } from '../../records/changes.ts';
import { type Draft, differences, toFields } from '../../records/draft.ts';
import { recordIdentity } from '../../records/identity.ts';
import { markOf } from '../../records/journal.ts';
import { type Ticket, toTicket } from '../../records/ticket.ts';
import { recordType, storedValue, USUAL_TYPE } from '../../records/types.ts';
import { filedTwice, fromMessage } from '../../records/written.ts';
import type { Act, Tools, Unattached } from '../tools.ts';
import { bringUpToDate, FILED_COLUMNS } from './bring-up-to-date.ts';
import type { Args } from './index.ts';

export type Result = {
  ticket: Ticket;
  snapshot: Snapshot;
  /** Its person hears of what happens to it. */
  watched: boolean;
  /** Labels of fields that ServiceNow did not take as they were sent. */
  changed: string[];
  unattached: Unattached[];
  /** It had been filed before its person changed it; `isCommented`: its new description became a comment. */
  wasThere: { isCommented: boolean } | undefined;
  viewId: string | undefined;
};

type Uses = Pick<
  Tools,
  'me' | 'desk' | 'own' | 'watches' | 'preferences' | 'notify' | 'attach' | 'source' | 'instanceUrl' | 'log'
>;

const { table: TABLE, verbs: VERBS } = recordType(USUAL_TYPE);
const NOTHING_WRITTEN = { comments: markOf(''), workNotes: markOf('') };

/**
 * Files an incident exactly once, as the person. The record's sys_id is derived from the submission, so whatever dies in
 * between, the next run meets the record that the last one made.
 */
export async function run(tools: Uses, args: Args, act: Act): Promise<Result> {
  const { submission, draft, viewId, replaces = false } = args;
  const { desk, log } = tools;
  const { person, again } = act;
  const me = await tools.me();

  const fields = toFields(draft, me.sysId, draft.source ? fromMessage(await tools.source(draft.source)) : '');
  const look = again || replaces;
  // Before there is a ticket: somebody may change it before we hear that it is there.
  const expected = recordIdentity(submission).sysId;
  const watched = await watch(expected, tools, act);
  const insertion = { ...actOf(submission, me.sysId), cancel: cancelDouble };
  const { record: filed, remembered, double } = await desk.insertOnce(insertion, fields, look);
  if (double) log.error(double, 'the instance made a double of a ticket, which should be cancelled');
  const isChanged = remembered && replaces;
  const { record, isCommented } = isChanged
    ? await bringUpToDate(tools, filed, fields, submission)
    : { record: filed, isCommented: false };
  const { sysId } = record;
  // On instances that choose their own ids. What changed there before it was watched was passed on to nobody.
  if (sysId !== expected) {
    const ref = { type: USUAL_TYPE, sysId } as const;
    await watch(sysId, tools, act);
    await tools.watches.withdraw(person, { ...ref, sysId: expected });
    if (watched) await tools.notify(ref, 'filed');
  }
  const { fileIds, shownFileIds } = draft;
  const unattached = await tools.attach({ table: TABLE, sysId }, { fileIds, shownFileIds, look });
  log.info({ number: storedValue(record, 'number'), again, remembered }, 'incident filed');

  const snapshot = snapshotOf(USUAL_TYPE, record);
  return {
    ticket: toTicket(USUAL_TYPE, record, tools.instanceUrl),
    // The message says what state it is in, but not what others have written on it meanwhile.
    snapshot: remembered ? { ...snapshot, modCount: 0, ...NOTHING_WRITTEN } : snapshot,
    watched,
    changed: differences(fields, record),
    unattached,
    wasThere: isChanged ? { isCommented } : undefined,
    viewId,
  };
}

/** What became of it after the last attempt. */
export type Remains = {
  title: string;
  jobId: string;
  viewId: string | undefined;
  /** It may be there all the same. */
  isUnsure: boolean;
  /** The instance's own form, filled in: it may have the field that ours lacks. */
  form: { url: string; isWhole: boolean } | undefined;
};

export async function lookBack(tools: Uses, args: Args, act: Act, error: unknown): Promise<Remains> {
  const { submission, draft, viewId } = args;
  const { person, jobId, failedBefore } = act;
  // Whatever happens to a ticket that nobody was told of, there is no card to tell it on; trying again watches anew.
  await tools.watches.withdraw(person, { type: USUAL_TYPE, sysId: recordIdentity(submission).sysId });
  const wasTried = fateOf(error).kind !== 'park' || failedBefore;
  const isUnsure = wasTried && (await mayBeFiled(submission, tools));
  const form = isInvalid(error) && !isUnsure ? await ownForm(draft, tools) : undefined;
  return { title: draft.title, jobId, viewId, isUnsure, form };
}

const actOf = (key: string, me: string) => ({ key, type: USUAL_TYPE, me, columns: FILED_COLUMNS }) as const;

const cancelDouble = (number: string) => ({ ...VERBS.cancel?.sets, comments: filedTwice(number) });

/** @returns whether the person hears of this ticket */
async function watch(sysId: string, { preferences, watches }: Uses, { person }: Act): Promise<boolean> {
  const { automatic } = await preferences.read(person);
  if (automatic.filed) await watches.add(person, { type: USUAL_TYPE, sysId }, 'filed');
  return automatic.filed;
}

/** @returns false only where ServiceNow says that it is not there */
async function mayBeFiled(submission: string, { me, desk }: Uses): Promise<boolean> {
  try {
    return (await desk.findInserted(actOf(submission, (await me()).sysId))) !== undefined;
  } catch {
    return true;
  }
}

/** ServiceNow wants something else, perhaps a field that our form does not have. */
const isInvalid = (error: unknown) => error instanceof RefusedError && error.code === 'invalid';

async function ownForm(draft: Draft, { me, instanceUrl }: Uses): Promise<Remains['form']> {
  const caller = await me().then(
    ({ sysId }) => sysId,
    () => '',
  );
  const { description = '', ...fields } = toFields(draft, caller, '');
  const { path, isWhole } = filledForm(TABLE, { ...fields, description });
  return { url: new URL(path, instanceUrl).href, isWhole };
}
