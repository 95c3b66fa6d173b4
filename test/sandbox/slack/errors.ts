import type { Json } from './types.ts';

/** A Web API answer with `ok: false`. */
export class ApiError extends Error {
  readonly code: string;
  readonly details: Json;
  constructor(code: string, details: Json = {}) {
    super(code);
    this.code = code;
    this.details = details;
  }
}

/** A person tried what Slack's own client does not allow; nothing was sent to the app. */
export class NotPossible extends Error {
  readonly fieldErrors: Record<string, string>;
  constructor(message: string, fieldErrors: Record<string, string> = {}) {
    super(message);
    this.fieldErrors = fieldErrors;
  }
}

/** What Slack's client shows when the answer to a form is late, missing or wrong. */
export const TROUBLE = 'We had some trouble connecting. Try again?';
