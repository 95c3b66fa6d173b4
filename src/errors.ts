import type { Log } from './log.ts';
import type { Phrase, T } from './words/index.ts';

/**
 * Every failure has two faces and one fate: `message` is for the log, `forPerson` names what the person reads, and `fate` says what
 * becomes of the work. Nobody else decides whether something is tried again.
 */
export type Fate =
  /** Passing trouble: try again with a growing wait, as often as the job's row allows. */
  | { kind: 'retry' }
  /** The peer said when to come back; waiting does not use up an attempt. `until` is in ms since the epoch. */
  | { kind: 'wait'; until: number }
  /** Somebody else has to mend it: it waits, longer each time, and that does not use up an attempt. */
  | { kind: 'stand-by' }
  /** The person has to connect first; the work is kept until then. */
  | { kind: 'park' }
  /** Trying again would not change the answer. */
  | { kind: 'give-up' };

export abstract class BridgeError extends Error {
  abstract readonly code: string;
  abstract readonly fate: Fate;
  /** What happened and what to do next; the sentence itself is in the catalogue. */
  abstract readonly forPerson: Phrase;
  /** What happened, without advice: for work that goes on by itself. */
  readonly happened?: Phrase;
  override get name(): string {
    return this.constructor.name;
  }
}

/** The peer did not answer, or not with an answer: network, time-out, 5xx, hibernation. A write may have happened. */
export class UnavailableError extends BridgeError {
  readonly fate: Fate = { kind: 'retry' };
  readonly code: string;
  readonly forPerson: Phrase;
  override readonly happened: Phrase;
  constructor(code: Unavailable, detail: string, options?: ErrorOptions) {
    super(detail, options);
    this.code = code;
    this.forPerson = [`errors.away.${code}`];
    this.happened = [`errors.away.${code}.happened`];
  }
}

type Unavailable =
  | 'servicenow-unavailable'
  | 'servicenow-asleep'
  | 'slack-unavailable'
  | 'store-unavailable'
  /** It was asked and did not answer: it may have done it before it fell silent, or will do it yet. */
  | 'store-silent'
  | 'busy';

/** True where it is not known whether what was asked of the store was done. */
export const isUnheard = (error: unknown): boolean =>
  error instanceof UnavailableError && error.code === 'store-silent';

/** True where nothing can be saved at the moment. */
export const isStoreAway = (error: unknown): boolean =>
  error instanceof UnavailableError && (error.code === 'store-unavailable' || isUnheard(error));

/** The peer asked us to slow down. `scope` says whom to cool down: one person, or everybody on the instance. */
export class SlowDownError extends BridgeError {
  readonly code = 'slow-down';
  readonly fate: Fate;
  /** A question or a form that was given up does not come by itself. */
  readonly forPerson: Phrase;
  override readonly happened: Phrase;
  readonly peer: 'slack' | 'servicenow';
  readonly scope: 'person' | 'instance';
  constructor(peer: 'slack' | 'servicenow', scope: 'person' | 'instance', until: number) {
    super(`${peer} asked to slow down (${scope}) until ${new Date(until).toISOString()}`);
    this.peer = peer;
    this.scope = scope;
    const values = { peer: peer === 'slack' ? 'Slack' : 'ServiceNow' };
    this.forPerson = ['errors.slow-down', values];
    this.happened = ['errors.slow-down.happened', values];
    this.fate = { kind: 'wait', until };
  }
}

/**
 * Slack takes nothing from us until somebody mends that: whoever looks after the app (a revoked token, a missing scope), or
 * Slack, which moves a workspace into an organisation.
 */
export class StandByError extends BridgeError {
  readonly code = 'stand-by';
  readonly fate: Fate = { kind: 'stand-by' };
  /** Slack's error code. */
  readonly status: string;
  readonly by: 'operator' | 'migration';
  readonly forPerson: Phrase;
  override readonly happened: Phrase;
  constructor(by: 'operator' | 'migration', status: string, detail: string) {
    super(detail);
    this.status = status;
    this.by = by;
    this.forPerson = [`errors.stand-by.${by}`];
    this.happened = [`errors.stand-by.${by}.happened`];
  }
}

/** Not now, by our own choice: quiet hours, a burst that settles, somebody else at the same record. */
export class NotYetError extends BridgeError {
  readonly code = 'not-yet';
  readonly fate: Fate;
  readonly forPerson: Phrase = ['errors.not-yet'];
  constructor(reason: string, until: number) {
    super(`${reason}, until ${new Date(until).toISOString()}`);
    this.fate = { kind: 'wait', until };
  }
}

/** Another process has taken the job over, because this one seemed dead; it must leave everything to that one. */
export class TakenOverError extends Error {}

/** There is no usable account link. */
export class LinkRequiredError extends BridgeError {
  readonly code = 'link-required';
  readonly fate: Fate = { kind: 'park' };
  readonly forPerson: Phrase;
  readonly reason: LinkReason;
  constructor(reason: LinkReason) {
    super(NO_LINK[reason]);
    this.reason = reason;
    this.forPerson = [`errors.link.${reason}`];
  }
}

const NO_LINK = {
  none: 'the person is not linked',
  broken: 'the link is broken',
  other: 'the person has linked another account since',
} as const;

export type LinkReason = keyof typeof NO_LINK;

/** Somebody for whom the bridge does not work, whatever account they have in ServiceNow. */
export class OutsiderError extends BridgeError {
  readonly code = 'outsider';
  readonly fate: Fate = { kind: 'give-up' };
  readonly forPerson: Phrase;
  constructor(standing: 'guest' | 'stranger') {
    super(`a ${standing} is not connected`);
    this.forPerson = [`errors.outsider.${standing}`];
  }
}

/** The token endpoint refused a grant: the person's access is gone, or the client is misconfigured (never clear which). */
export class GrantRefusedError extends BridgeError {
  readonly code = 'grant-refused';
  readonly fate: Fate = { kind: 'give-up' };
  readonly forPerson: Phrase = ['errors.grant-refused'];
}

/** What the browser brought back is not the authorization server's answer: another issuer, or a parameter twice or not at all. */
export class ForeignAnswerError extends BridgeError {
  readonly code = 'foreign-answer';
  readonly fate: Fate = { kind: 'give-up' };
  readonly forPerson: Phrase = ['errors.foreign-answer'];
}

/** The peer understood and said no. */
export class RefusedError extends BridgeError {
  readonly fate: Fate = { kind: 'give-up' };
  readonly code: 'not-found' | 'forbidden' | 'invalid' | 'rejected';
  readonly forPerson: Phrase;
  /** HTTP status or Slack error code, for callers that can recover. */
  readonly status: number | string;
  constructor(
    code: 'not-found' | 'forbidden' | 'invalid' | 'rejected',
    status: number | string,
    detail: string,
    forPerson: Phrase,
  ) {
    super(detail);
    this.code = code;
    this.status = status;
    this.forPerson = forPerson;
  }
}

/** Something stored or received does not have the shape or the seal that it must have. */
export class CorruptDataError extends BridgeError {
  readonly code = 'corrupt-data';
  readonly fate: Fate = { kind: 'give-up' };
  readonly forPerson: Phrase = ['errors.corrupt-data'];
}

/** Environment variables that do not fit; `problems` has one sentence for each. */
export class ConfigError extends Error {
  readonly problems: string[];
  constructor(problems: string[]) {
    super(`Configuration problems:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
    this.problems = problems;
  }
}

/** What becomes of work that threw this. What we did not foresee is tried again: it may be a passing state. */
export function fateOf(error: unknown): Fate {
  return error instanceof BridgeError ? error.fate : { kind: 'retry' };
}

/** The sentence for the person. What we did not foresee tells nothing of itself. */
export const sentenceFor = (error: unknown, t: T): string =>
  error instanceof BridgeError ? t(...error.forPerson) : t('errors.unforeseen');

/** Why work waits that goes on by itself. It asks for nothing: whoever tried again would do it twice. */
export const reasonFor = (error: unknown, t: T): string =>
  error instanceof BridgeError ? t(...(error.happened ?? error.forPerson)) : t('errors.unforeseen.happened');

/**
 * For a question beside the matter, and for one entry of many: that it is refused is an absent answer, and no reason to
 * give up the matter itself. Passing trouble is thrown, and the next run asks again.
 */
export async function unlessGivenUp<T>(reading: Promise<T>, { log }: { log: Log }): Promise<T | undefined> {
  return reading.catch((error: unknown) => {
    if (fateOf(error).kind !== 'give-up') throw error;
    log.warn({ err: error }, 'an answer is missing, the rest goes on without it');
    return undefined;
  });
}
