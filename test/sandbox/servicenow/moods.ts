/**
 * What one instance does and another does not (fact sheet §9). The first entry of each row is how the simulator behaves
 * when nobody asks for anything else; the product bears every entry of every row. Storm and fuzz draw them at random.
 */
export const MOODS = {
  /** The code grant hands out the tokens that the same person and client have already. */
  reuseAccessTokens: [false, true],
  tokenErrorStyle: ['servicenow', 'rfc'],
  /** What a 401 of the token endpoint carries beside its body (RFC 6749, 5.2). */
  tokenEndpoint401: ['body', 'challenge'],
  /** A POST to the revocation endpoint; its documentation knows only the GET. */
  revocationPost: ['accepted', 'ignored', 400, 401, 403, 405, 'redirect'],
  /** The UI's own question who one is. */
  currentUser: ['answers', 403, 401],
  /** A column of `sys_user` that nobody but staff may read. Without `email` nobody could connect under the default policy. */
  ownUserHidden: ['nothing', 'active'],
  /** The size and the author of an attachment are kept from whoever is no staff. */
  attachmentColumnsHidden: [false, true],
  correlationQueries: ['allowed', 403],
  /** The answer to a PATCH shows what it has added to the journal. */
  patchShowsJournal: [true, false],
  /** A second insert with a `sys_id` that is taken. */
  duplicateSysId: [403, 500, 'another-id'],
  /** Incidents can be searched for words by a text index. */
  textIndex: ['there', 'absent'],
  /** A condition on a column that is not there, or may not be read. */
  invalidQuery: ['drop', 'norows', 'deny403'],
  /** A `sys_id` that the caller chose is kept on insert. */
  honourCallerSysId: [true, false],
  /** After Deny: back to the client with `error=access_denied`, or a page that leads nowhere. */
  denyStyle: ['redirect', 'dead-end'],
  /** A date and time in a query is read in UTC, or in the zone of the user who asks. */
  dateLiterals: ['utc', 'user-zone'],
  /** The database compares letters with their accents, or without. */
  collation: ['accents', 'no-accents'],
  /** An import left rows that say they were updated in 2099. */
  futureRows: [false, true],
  /** Conditions on who a task is assigned to, of anybody but an administrator. */
  assignedToQueries: ['allowed', 403],
  /** An approval names its task in `sysapproval`, or only in `document_id` and `source_table`. */
  approvalSubject: ['task', 'document'],
  /**
   * Whoever sends the platform's cookies back joins a session: they are served, as ServiceNow's own SDK is, or wait in the
   * session's queue until they are dropped. The bridge never sends them, which is watched in either case.
   */
  returnedCookies: ['served', 'dropped'],
  /** The language in which a data policy refuses. */
  refusalLanguage: ['en', 'de', 'fr'],
  /** `X-Total-Count` and `Link`. */
  totalCount: ['there', 'absent'],
  /** Numbers and booleans as such; or also lists as arrays, and what is empty left out. */
  columnValues: ['strings', 'typed', 'ragged'],
  /** Where an incident's categories are kept. */
  choiceLists: ['own', 'ancestor', 'otherLanguage', 'long'],
  /** The Attachment API is open to people, or needs a scope or a role that theirs lack. */
  attachmentApi: ['allowed', 403],
  /** People may look users up by `user_name`. */
  userQueries: ['allowed', 403],
  /** The line above a journal entry: label with parentheses, nobody's name, the name first; or the oldest entry stands first. */
  journalHeaders: ['usual', 'renamed', 'nameless', 'name-first', 'oldest-first'],
  /** A person's save counts one; a flow saves once more right after it; or what scripts save is neither counted nor dated. */
  saves: ['one', 'followed', 'uncounted'],
} as const;

export type MoodName = keyof typeof MOODS;
/** `true` and `false` stand for the switch, not for the entry. */
type Wide<T> = T extends boolean ? boolean : T;
export type Moods = { -readonly [Name in MoodName]: Wide<(typeof MOODS)[Name][number]> };

const MOOD_NAMES = Object.keys(MOODS) as MoodName[];

function moodsBy(pick: (entries: readonly unknown[]) => unknown): Moods {
  return Object.fromEntries(MOOD_NAMES.map((name) => [name, pick(MOODS[name])])) as Moods;
}

export const usualMoods = (): Moods => moodsBy(([usual]) => usual);

/** @param random 0 to 1; the same numbers give the same moods */
export const randomMoods = (random: () => number): Moods =>
  moodsBy((entries) => entries[Math.floor(random() * entries.length)]);

/** The rows in which an instance differs from the usual one, for a report that somebody can repeat. */
export function unusual(moods: Moods): Partial<Moods> {
  const usual = usualMoods();
  return Object.fromEntries(
    MOOD_NAMES.filter((name) => moods[name] !== usual[name]).map((name) => [name, moods[name]]),
  );
}
