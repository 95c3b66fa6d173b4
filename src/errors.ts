import type { Log } from './log.ts';

/**
 * Every failure has two faces and one fate: `message` is for the log, `forPerson` for the person, and `fate` says what
 * becomes of the work. Nobody else in the house decides whether something is tried again.
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
  /** Plain text, no markup: what happened and what to do next. */
  abstract readonly forPerson: string;
  override get name(): string {
    return this.constructor.name;
  }
}

/** The peer did not answer, or not with an answer: network, time-out, 5xx, hibernation. A write may have happened. */
export class UnavailableError extends BridgeError {
  readonly fate: Fate = { kind: 'retry' };
  readonly code: string;
  /** What is the matter, without advice: for work that goes on by itself. */
  readonly happened: string;
  readonly forPerson: string;
  constructor(code: keyof typeof UNAVAILABLE, detail: string, options?: ErrorOptions) {
    super(detail, options);
    this.code = code;
    const [happened, next] = UNAVAILABLE[code];
    this.happened = happened;
    this.forPerson = `${happened} ${next}`;
  }
}

const UNAVAILABLE = {
  'servicenow-unavailable': ['ServiceNow is not answering right now.', 'Please try again in a few minutes.'],
  'servicenow-asleep': [
    'The ServiceNow instance is asleep or offline.',
    'Somebody who looks after it has to wake it; then please try again.',
  ],
  'slack-unavailable': ['Slack is not answering right now.', 'Please try again in a moment.'],
  'store-unavailable': ['I could not save your request, so nothing was done.', 'Please try again in a moment.'],
  /** It was asked and did not answer: it may have done it before it fell silent, or will do it yet. */
  'store-silent': [
    'My own memory did not answer in time, so I do not know yet whether that will be done.',
    'If you asked for a change, please look in a minute before you try again.',
  ],
  busy: ['A lot is going on for you at the moment.', 'Please try again in a moment.'],
} as const;

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
  readonly forPerson: string;
  /** For work that goes on by itself. */
  readonly happened: string;
  readonly peer: 'slack' | 'servicenow';
  readonly scope: 'person' | 'instance';
  constructor(peer: 'slack' | 'servicenow', scope: 'person' | 'instance', until: number) {
    super(`${peer} asked to slow down (${scope}) until ${new Date(until).toISOString()}`);
    this.peer = peer;
    this.scope = scope;
    const who = peer === 'slack' ? 'Slack' : 'ServiceNow';
    this.happened = `${who} asked me to slow down. I will carry on as soon as it lets me.`;
    // A question or a form that was given up does not come by itself.
    this.forPerson = `${who} asked me to slow down. Please try again in a few minutes.`;
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
  readonly happened: string;
  readonly forPerson: string;
  constructor(by: 'operator' | 'migration', status: string, detail: string) {
    super(detail);
    this.status = status;
    this.by = by;
    const [happened, next] = STANDING_BY[by];
    this.happened = happened;
    this.forPerson = `${happened} ${next}`;
  }
}

const STANDING_BY = {
  operator: [
    'Slack does not accept this app at the moment.',
    'Whoever looks after it has to mend that; then please try again.',
  ],
  migration: ['Slack is moving this workspace into an organisation.', 'Please try again when that is done.'],
} as const;

/** Not now, by our own choice: quiet hours, a burst that settles, somebody else at the same record. */
export class NotYetError extends BridgeError {
  readonly code = 'not-yet';
  readonly fate: Fate;
  readonly forPerson = 'I will do that a little later.';
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
  readonly forPerson: string;
  readonly reason: LinkReason;
  constructor(reason: LinkReason) {
    const [detail, forPerson] = LINK_REQUIRED[reason];
    super(detail);
    this.reason = reason;
    this.forPerson = forPerson;
  }
}

const LINK_REQUIRED = {
  none: [
    'the person is not linked',
    'Connect your ServiceNow account first, so that I can act as you and as nobody else.',
  ],
  broken: [
    'the link is broken',
    'ServiceNow no longer accepts your connection. Connect again, and I will carry on where I stopped.',
  ],
  other: [
    'the person has linked another account since',
    'You asked for that with another ServiceNow account than the one that is connected now. Connect that one again, or ask anew.',
  ],
} as const;

export type LinkReason = keyof typeof LINK_REQUIRED;

/** Somebody for whom the bridge does not work, whatever account they have in ServiceNow. */
export class OutsiderError extends BridgeError {
  readonly code = 'outsider';
  readonly fate: Fate = { kind: 'give-up' };
  readonly forPerson: string;
  constructor(standing: 'guest' | 'stranger') {
    super(`a ${standing} is not connected`);
    this.forPerson =
      standing === 'guest'
        ? 'Guests cannot connect ServiceNow here. Whoever looks after this app can allow it.'
        : 'I work for people of the company that installed me, and your Slack account is of another one, so I cannot connect you.';
  }
}

/** The token endpoint refused a grant: the person's access is gone, or the client is misconfigured (never clear which). */
export class GrantRefusedError extends BridgeError {
  readonly code = 'grant-refused';
  readonly fate: Fate = { kind: 'give-up' };
  readonly forPerson = 'ServiceNow refused to give me access to your account.';
}

/** What the browser brought back is not the authorization server's answer: another issuer, or a parameter twice or not at all. */
export class ForeignAnswerError extends BridgeError {
  readonly code = 'foreign-answer';
  readonly fate: Fate = { kind: 'give-up' };
  readonly forPerson = 'The answer did not come from ServiceNow as I expected it.';
}

/** The peer understood and said no. */
export class RefusedError extends BridgeError {
  readonly fate: Fate = { kind: 'give-up' };
  readonly code: 'not-found' | 'forbidden' | 'invalid' | 'rejected';
  readonly forPerson: string;
  /** HTTP status or Slack error code, for callers that can recover. */
  readonly status: number | string;
  constructor(
    code: 'not-found' | 'forbidden' | 'invalid' | 'rejected',
    status: number | string,
    detail: string,
    forPerson: string,
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
  readonly forPerson = 'I could not read something that I had saved, so I stopped rather than guess. Please try again.';
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
export function sentenceFor(error: unknown): string {
  return error instanceof BridgeError
    ? error.forPerson
    : 'Something went wrong on my side. Please try again; if it happens again, tell your administrator.';
}

/** Why work waits that goes on by itself. It asks for nothing: whoever tried again would do it twice. */
export function reasonFor(error: unknown): string {
  if (error instanceof UnavailableError || error instanceof SlowDownError || error instanceof StandByError)
    return error.happened;
  return error instanceof BridgeError ? error.forPerson : 'Something went wrong on my side.';
}

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
