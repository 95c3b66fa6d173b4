import { type DestinationStream, type Logger, pino } from 'pino';

export type Log = Logger;

/**
 * Token-shaped text is removed from every line, wherever it hides: in a message, an error, a nested value, JSON inside
 * JSON. `code` and `state` are secrets only in a query or a form; after a colon they are error codes and states of ours.
 * What may repeat in front of a secret, or in its first part, is bounded, or a long line would take seconds.
 */
const SECRET_SHAPES = new RegExp(
  [
    // Slack's tokens, JWTs, anything after Bearer, response_urls.
    /xox[a-z]-[\w-]+|xapp-[\w-]+|\beyJ[\w-]{1,1000}\.[\w.-]+|Bearer\s{1,99}[\w.~+/-]+=*/,
    /https?:\/\/[^\s"]{0,300}\/(?:commands|actions)\/[^\s"]+/,
    // OAuth members in bodies and URLs.
    /(?<=\b(?:access_token|refresh_token|client_secret|code_verifier|token|assertion)\\{0,9}["']?\s{0,9}[=:]\s{0,9}\\{0,9}["']?)[\w.~+/-]{8,}=*/,
    /(?<=\b(?:code|state)=)[\w.~+/%-]{8,}=*/,
    // 32 bytes in base64, and any long opaque string that is not one of our job ids (`j-failed-…`).
    /(?<![\w+/])[A-Za-z0-9+/]{43}=|(?<![\w/.-])(?!j-[a-z]{4,}-)[A-Za-z0-9_-]{43,}(?![\w-])/,
  ]
    .map(({ source }) => source)
    .join('|'),
  'g',
);

export function scrub(text: string): string {
  return text.replace(SECRET_SHAPES, '[redacted]');
}

/** One JSON line per event. Log ids and outcomes only: never a ticket's text, a token or a whole payload. */
export function createLog(level: string, destination?: DestinationStream): Log {
  return pino(
    {
      level,
      base: null,
      messageKey: 'event',
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: describeError },
      hooks: {
        streamWrite: scrub,
      },
    },
    destination ?? pino.destination({ dest: 1, sync: false }),
  );
}

/** An error for the log: its cause chain by name, code and message, and where it came from. */
function describeError(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { name: 'NonError', message: String(error) };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  return {
    name: error.name,
    ...(code ? { code } : {}),
    message: error.message,
    stack: error.stack?.split('\n').slice(1, 6).join('\n'),
    ...(error.cause ? { cause: describeError(error.cause) } : {}),
  };
}
