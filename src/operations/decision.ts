import { type Change, isLastWriter, partsOf } from '../desk/proof.ts';
import { fateOf, unlessGivenUp } from '../errors.ts';
import { watchedColumns } from '../records/changes.ts';
import type { RecordRef } from '../records/ref.ts';
import {
  DECISION,
  fits,
  isDone,
  type ServiceNowRecord,
  shownValue,
  storedValue,
  type VerbName,
  verbOf,
} from '../records/types.ts';
import type { Act, Tools } from './tools.ts';
import { numberIn } from './writing.ts';

type Verb = Extract<VerbName, 'approve' | 'reject'>;

/** An approval and what its person decides about it. */
export type Decision = { ref: RecordRef; verb: Verb; comment: string };

export type Decided =
  /** Nobody sees it any more. */
  | { kind: 'gone' }
  | { kind: 'decided'; number: string; inTheirName: boolean }
  /** It waits for a decision as before. */
  | { kind: 'not-taken'; number: string }
  | { kind: 'decided-before'; number: string; state: string; by: string };

type Uses = Pick<Tools, 'me' | 'desk' | 'own' | 'log'>;

/** The columns prove it: an approval is decided once, and nobody should read a reference below its comment. */
const changeOf = ({ ref, verb, comment }: Decision): Change => ({
  fields: { ...verbOf(ref.type, verb)?.sets },
  words: { journal: 'comments', text: comment, isUnsigned: true },
});

/** Approves or rejects as the person. Somebody else may have been quicker, so it looks first, and changes nothing then. */
export async function decide(tools: Uses, decision: Decision, { key, again }: Act): Promise<Decided> {
  const { ref, verb: name } = decision;
  const { desk, own } = tools;
  const user = await tools.me();
  const verb = verbOf(ref.type, name);
  const before = verb ? await desk.readWatched(ref) : undefined;
  if (!before) return { kind: 'gone' };
  const number = numberIn(ref, before);
  const isOpen = fits(ref.type, name, before);
  const change = changeOf(decision);
  const how = {
    key,
    userName: user.userName,
    look: again,
    columns: watchedColumns(ref.type),
    known: before,
    begin: own.noting(ref),
  };
  const written = isOpen ? (await desk.writeOnce(ref, change, how)).record : undefined;
  // Who has decided may be allowed to read no more of it than the answer.
  const after = written ? ((await unlessGivenUp(desk.readWatched(ref), tools)) ?? over(before, written)) : before;
  await own.done(ref, user, after, partsOf(change, key));

  // A retry meets its own decision; it is no news that it was decided "already".
  if (isDone(verb, after) && (isOpen || again))
    return { kind: 'decided', number, inTheirName: isOpen || isLastWriter(after, user.userName) };
  if (fits(ref.type, name, after)) return { kind: 'not-taken', number };
  const by = storedValue(after, 'sys_updated_by') && shownValue(after, 'sys_updated_by');
  return { kind: 'decided-before', number, state: shownValue(after, 'state'), by };
}

/** After the last attempt. @returns undefined where it is not decided for sure */
export async function lookBackAt(
  { own }: Pick<Tools, 'own'>,
  decision: Decision,
  { key, failedBefore }: Act,
  error: unknown,
): Promise<'perhaps' | undefined> {
  await own.forget(decision.ref, partsOf(changeOf(decision), key));
  const { kind } = fateOf(error);
  return kind === 'retry' || (kind === 'park' && failedBefore) ? 'perhaps' : undefined;
}

/** What was read before, with what of it is known to be newer. */
const over = (before: ServiceNowRecord, { fields }: ServiceNowRecord): ServiceNowRecord => {
  const newer = watchedColumns(DECISION).flatMap((name) => (fields[name] ? [[name, fields[name]] as const] : []));
  return { ...before, fields: { ...before.fields, ...Object.fromEntries(newer) } };
};
