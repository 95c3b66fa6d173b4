import { describe, expect, test } from '@jest/globals';
import { type BridgeError, RefusedError, SlowDownError, UnavailableError } from '../../../src/errors.ts';
import { readAnswer, TokenRejectedError } from '../../../src/servicenow/response.ts';
import { NOON, T } from '../support.ts';

const JSON_TYPE = 'application/json;charset=UTF-8';
const HTML_TYPE = 'text/html;charset=UTF-8';
const failure = (message: string, detail: string | null = null) =>
  JSON.stringify({ error: { message, detail }, status: 'failure' });
const HIBERNATING =
  '<html><head><title>Instance Hibernating page</title></head><body>Your instance is hibernating</body></html>';

const answer = (status: number, body: string, headers: Record<string, string> = {}) =>
  readAnswer({ status, body, now: NOON, headers: new Map(Object.entries({ 'content-type': JSON_TYPE, ...headers })) });
const html = (status: number, body: string, headers: Record<string, string> = {}) =>
  answer(status, body, { 'content-type': HTML_TYPE, ...headers });

/** What the answer was taken for. */
const wordsOf = ({ forPerson }: BridgeError): string => T(...forPerson);

function thrownBy(read: () => unknown): BridgeError {
  try {
    read();
  } catch (error) {
    return error as BridgeError;
  }
  throw new Error('it was believed');
}

describe('believed', () => {
  test.each<[string, () => unknown, unknown]>([
    ['a record', () => answer(200, '{"result":{"sys_id":"1"}}'), { result: { sys_id: '1' } }],
    ['a created record', () => answer(201, '{"result":{}}'), { result: {} }],
    [
      'the plain content type',
      () => answer(200, '{"result":[]}', { 'content-type': 'application/json' }),
      { result: [] },
    ],
    ['a deletion', () => answer(204, '', { 'content-type': '' }), undefined],
    [
      'rate-limit headers on a good answer',
      () => answer(200, '{"result":[]}', { 'x-ratelimit-rule': 'r' }),
      { result: [] },
    ],
  ])('%s', (_, read, expected) => {
    expect(read()).toEqual(expected);
  });
});

type Row = [situation: string, read: () => unknown, type: unknown, code: string, fate: object];
const retry = { kind: 'retry' };
const giveUp = { kind: 'give-up' };
const waits = (seconds: number) => ({ kind: 'wait', until: NOON + seconds * 1000 });

const ROWS: Row[] = [
  // What can come back instead of an answer.
  [
    'a rate-limit rule',
    () =>
      answer(429, failure('Rate limit exceeded'), {
        'retry-after': '1423',
        'x-ratelimit-limit': '100',
        'x-ratelimit-rule': '6f2b',
      }),
    SlowDownError,
    'slow-down',
    waits(1423),
  ],
  ['a full queue', () => html(429, ''), SlowDownError, 'slow-down', waits(5)],
  [
    'a full queue that says when',
    () => answer(429, failure('x'), { 'retry-after': '7' }),
    SlowDownError,
    'slow-down',
    waits(7),
  ],
  [
    'a wait without end',
    () => answer(429, failure('x'), { 'retry-after': '99999999' }),
    SlowDownError,
    'slow-down',
    waits(3600),
  ],
  [
    'a wait in words',
    () => answer(429, failure('x'), { 'retry-after': 'Mon, 23 Nov 2026 13:00:00 GMT' }),
    SlowDownError,
    'slow-down',
    waits(5),
  ],
  ['a negative wait', () => answer(429, failure('x'), { 'retry-after': '-5' }), SlowDownError, 'slow-down', waits(5)],
  [
    'quota, 500',
    () => answer(500, failure('Transaction cancelled: maximum execution time exceeded')),
    UnavailableError,
    'servicenow-unavailable',
    retry,
  ],
  [
    'quota inside a 200',
    () =>
      answer(
        200,
        '{"result":[{"sys_id":"1"}],"error":{"message":"Transaction cancelled","detail":""},"status":"failure"}',
      ),
    UnavailableError,
    'servicenow-unavailable',
    retry,
  ],
  ['dropped: 202 without a body', () => html(202, ''), UnavailableError, 'servicenow-unavailable', retry],
  ['dropped: 202 with JSON', () => answer(202, '{"result":{}}'), UnavailableError, 'servicenow-unavailable', retry],
  ['hibernating', () => html(200, HIBERNATING), UnavailableError, 'servicenow-asleep', retry],
  ['offline', () => html(503, 'Your instance is currently offline'), UnavailableError, 'servicenow-asleep', retry],
  ['upgrade 502', () => html(502, '<html>Bad Gateway</html>'), UnavailableError, 'servicenow-unavailable', retry],
  ['upgrade 503', () => html(503, ''), UnavailableError, 'servicenow-unavailable', retry],
  ['upgrade 504', () => html(504, ''), UnavailableError, 'servicenow-unavailable', retry],
  ['a login page', () => html(200, '<form action="login.do">'), UnavailableError, 'servicenow-unavailable', retry],
  ['a way to the IdP', () => html(302, ''), UnavailableError, 'servicenow-unavailable', retry],
  ['a redirect with JSON', () => answer(302, '{"result":{}}'), UnavailableError, 'servicenow-unavailable', retry],
  ['the edge refuses, 400', () => html(400, '<html>'), RefusedError, 'rejected', giveUp],
  ['the edge refuses, 403', () => html(403, '<html>'), RefusedError, 'rejected', giveUp],
  [
    'an IP rule',
    () => answer(403, failure('Access denied', 'IP 10.1.2.3 is not allowed')),
    RefusedError,
    'forbidden',
    giveUp,
  ],
  ['half a body', () => answer(200, '{"result":[{"sys_id"'), UnavailableError, 'servicenow-unavailable', retry],
  ['JSON that says it is HTML', () => html(200, '{"result":{}}'), UnavailableError, 'servicenow-unavailable', retry],
  [
    'no content type',
    () => answer(200, '{"result":{}}', { 'content-type': '' }),
    UnavailableError,
    'servicenow-unavailable',
    retry,
  ],
  // Errors of the Table API.
  ['unknown table', () => answer(400, failure('Invalid table foo')), RefusedError, 'rejected', giveUp],
  [
    'wrong path',
    () => answer(400, failure('Requested URI does not represent any resource')),
    RefusedError,
    'rejected',
    giveUp,
  ],
  [
    'body too large',
    () =>
      answer(
        400,
        failure('Exception while reading request', 'Rejected large REST payload with content-length = 1 bytes.'),
      ),
    RefusedError,
    'rejected',
    giveUp,
  ],
  [
    'malformed JSON',
    () => answer(400, failure('Exception while reading request', 'Unexpected character')),
    RefusedError,
    'rejected',
    giveUp,
  ],
  [
    'token not accepted',
    () => answer(401, failure('User Not Authenticated', 'Required to provide Auth information')),
    TokenRejectedError,
    'token-rejected',
    { kind: 'park' },
  ],
  ['token not accepted, without JSON', () => html(401, ''), TokenRejectedError, 'token-rejected', { kind: 'park' }],
  [
    'API access',
    () => answer(403, failure('User Not Authorized', 'Failed API level ACL Validation')),
    RefusedError,
    'forbidden',
    giveUp,
  ],
  [
    'an ACL on a write',
    () => answer(403, failure('Operation Failed', 'ACL Exception Insert Failed due to security constraints')),
    RefusedError,
    'forbidden',
    giveUp,
  ],
  [
    'a data policy',
    () =>
      answer(
        403,
        failure(
          'Operation Failed',
          'Data Policy Exception: The following fields are mandatory: Resolution code, Resolution notes',
        ),
      ),
    RefusedError,
    'invalid',
    giveUp,
  ],
  [
    'a business rule',
    () =>
      answer(
        403,
        failure(
          'Operation Failed',
          "Operation against file 'incident' was aborted by Business Rule 'No friday changes^9d385017c611228701d22104cc95c371'. Business Rule Stack:No friday changes",
        ),
      ),
    RefusedError,
    'invalid',
    giveUp,
  ],
  [
    'a query ACL',
    () =>
      answer(
        403,
        failure(
          'Insufficient rights to query records',
          'Field(s) present in the query do not have permission to be read',
        ),
      ),
    RefusedError,
    'forbidden',
    giveUp,
  ],
  [
    'missing or unreadable',
    () => answer(404, failure('No Record found', "Record doesn't exist or ACL restricts the record retrieval")),
    RefusedError,
    'not-found',
    giveUp,
  ],
  ['wrong method', () => answer(405, failure('Method not supported')), RefusedError, 'rejected', giveUp],
  ['wrong content type', () => answer(415, failure('Unsupported media type')), RefusedError, 'rejected', giveUp],
  ['URL too long', () => html(414, '<html>'), RefusedError, 'rejected', giveUp],
  [
    'a script failure',
    () => answer(500, failure('java.lang.NullPointerException', 'at com.glide.secret.Stack')),
    UnavailableError,
    'servicenow-unavailable',
    retry,
  ],
  ['an error that is a string', () => answer(400, '{"error":"invalid_request"}'), RefusedError, 'rejected', giveUp],
  [
    'an error that is no text and cannot become any',
    () => answer(400, '{"error":{"message":{"toString":1,"valueOf":1},"toString":null}}'),
    RefusedError,
    'rejected',
    giveUp,
  ],
  ['an error without a body', () => answer(400, '{}'), RefusedError, 'rejected', giveUp],
];

describe('not believed', () => {
  test.each(ROWS)('%s', (_, read, type, code, fate) => {
    const thrown = thrownBy(read);
    expect(thrown).toBeInstanceOf(type);
    expect(thrown).toMatchObject({ code, fate });
  });

  test('a rule cools down one person, a full queue everybody', () => {
    expect(thrownBy(() => answer(429, '{}', { 'x-ratelimit-limit': '100' }))).toMatchObject({ scope: 'person' });
    expect(thrownBy(() => answer(429, '{}'))).toMatchObject({ scope: 'instance' });
  });
});

describe('what the person reads', () => {
  test.each<[string, string, string]>([
    [
      'the labels of what is missing',
      'Data Policy Exception: The following fields are mandatory: Resolution code, Resolution notes',
      'ServiceNow needs more for this: Resolution code, Resolution notes.',
    ],
    [
      'the name of the rule',
      "Operation against file 'incident' was aborted by Business Rule 'No friday changes^9d38'. Business Rule Stack:x",
      'A rule in ServiceNow (“No friday changes”) does not allow this.',
    ],
  ])('%s', (_, detail, sentence) => {
    expect(wordsOf(thrownBy(() => answer(403, failure('Operation Failed', detail))))).toBe(sentence);
  });

  test.each(ROWS)('nothing of the machinery: %s', (_, read) => {
    const forPerson = wordsOf(thrownBy(read));
    expect(forPerson).toMatch(/^[A-Z].*\.$/);
    for (const raw of ['IP 10', 'ACL', 'glide', 'Exception', 'java', '9d385017c6', 'Stack', 'html', 'status'])
      expect(forPerson).not.toContain(raw);
  });

  test.each([
    ['Datenrichtlinienausnahme: Die folgenden Felder sind obligatorisch: Standort', 'sind obligatorisch: Standort”.'],
    [
      "Vorgang für Datei 'incident' wurde durch Geschäftsregel 'Keine Drucker^9d385017c611228701d22104cc95c371' abgebrochen",
      'A rule in ServiceNow (“Keine Drucker”) does not allow this.',
    ],
  ])('a refusal in another language names what it is about: %s', (detail, words) => {
    const forPerson = wordsOf(thrownBy(() => answer(403, failure('Operation Failed', detail))));
    expect(forPerson).toContain(words);
    expect(forPerson).not.toMatch(/Datenrichtlinienausnahme|9d385017/);
  });

  test('neither the log nor the person gets the body of an answer', () => {
    const secret = 'PIN 4711';
    for (const thrown of [
      thrownBy(() => answer(403, failure('Operation Failed', `ACL ${secret}`))),
      thrownBy(() => html(200, `<p>${secret}</p>`)),
      thrownBy(() => html(400, `<p>${secret}</p>`)),
      thrownBy(() => answer(500, failure(`x`, secret))),
    ])
      expect(`${thrown.message} ${wordsOf(thrown)}`).not.toContain(secret);
  });
});
