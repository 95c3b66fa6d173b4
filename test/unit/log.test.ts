import { describe, expect, test } from '@jest/globals';
import { GrantRefusedError, UnavailableError } from '../../src/errors.ts';
import { scrub } from '../../src/log.ts';
import { readableLog } from './support.ts';

const OPAQUE = 'b0Zk7_QeR3tY8uI1oP5aS9dF2gH6jK4lZ0xC7vB3nM1';
const JWT = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhZGEifQ.c2lnbmF0dXJl';
/** Put together here, so that no scanner takes the test for a leak. */
const slack = (kind: string) => [kind, '1234567890', 'abcdefGHIJ'].join('-');

describe('what scrub removes', () => {
  test.each<[string, string, string]>([
    ['a bot token', `failed with ${slack('xoxb')} today`, slack('xoxb')],
    ['a user token', slack('xoxp'), slack('xoxp')],
    ['a rotating token', slack('xoxe'), slack('xoxe')],
    ['an app-level token', `{"a":"${slack('xapp')}"}`, slack('xapp')],
    ['a bearer', 'authorization: Bearer abc.def~ghi+/jk==', 'abc.def~ghi+/jk=='],
    ['an access token in JSON', '{"access_token":"short-one"}', 'short-one'],
    ['an access token in JSON inside JSON', JSON.stringify({ body: '{"access_token": "short-one"}' }), 'short-one'],
    ['a refresh token in a form', 'grant_type=refresh_token&refresh_token=short-one', 'short-one'],
    ['a client secret', "client_secret: 'short-one'", 'short-one'],
    ['a code in a URL', '/servicenow/oauth/callback?code=short-one&x=1', 'short-one'],
    ['a state in a URL', '/servicenow/oauth/callback?state=short-one', 'short-one'],
    ['a PKCE verifier', 'code_verifier=short-one', 'short-one'],
    ['a response_url', 'POST https://hooks.slack.com/commands/T1/2/abc failed', 'T1/2/abc'],
    ['a response_url of a click', '"https://hooks.slack.com/actions/T1/2/abc"', 'T1/2/abc'],
    ['a connect link', `https://bridge.example.com/servicenow/connect?id=${OPAQUE}`, OPAQUE],
    ['a long opaque string', `token is ${OPAQUE}!`, OPAQUE],
    ['an encryption key', `bad key ${Buffer.alloc(32, 0xfb).toString('base64')}`, '+/v7'],
    ['a webhook secret in hex', `secret ${'0123456789abcdef'.repeat(4)}`, '0123456789abcdef'],
    ['a JWT', `got ${JWT}`, 'eyJzdWIi'],
  ])('%s', (_, text, secret) => {
    expect(text).toContain(secret);
    expect(scrub(text)).not.toContain(secret);
    expect(scrub(text)).toContain('[redacted]');
  });
});

describe('what scrub leaves alone', () => {
  test.each([
    'incident filed',
    '{"level":"info","time":"2026-11-23T12:00:00.000Z","number":"INC0010023"}',
    'sys_id 9d385017c611228701d22104cc95c371',
    'view V0HGT78KL2',
    'trace 4bf92f3577b34da6a3ce929d0e0e4736',
    '{"correlationId":"command-13345224609.738474920.8088930838d88f008e0abcdef0123456"}',
    '{"correlationId":"file-V0HGT78KL2","jobId":"j-file-T0HOUSE-V0HGT78KL2"}',
    `{"jobId":"j-failed-9d385017c611228701d22104cc95c371-12"}`,
    `{"jobId":"j-reconnect-j-file-T0123456789-V0123456789A"}`,
    '{"code":"servicenow-unavailable"}',
    '{"code":"ECONNREFUSED"}',
    'GET /api/now/table/incident/:id status 200',
    '    at postMessage (file:///opt/bridge/node_modules/some-package/dist/source/deeply/nested/WebClient.js:10:5)',
    'https://dev98042.service-now.com/nav_to.do?uri=incident.do',
  ])('%s', (text) => {
    expect(scrub(text)).toBe(text);
  });
});

describe('a line', () => {
  test('has level, time and event, and says what failed by code', () => {
    const { log, lines } = readableLog();
    const cause = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    log.error({ err: new UnavailableError('servicenow-unavailable', 'no answer', { cause }) }, 'job given up');
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      level: 'error',
      event: 'job given up',
      err: {
        name: 'UnavailableError',
        code: 'servicenow-unavailable',
        message: 'no answer',
        cause: { name: 'Error', code: 'ECONNREFUSED' },
      },
    });
  });

  test('is clean wherever a secret hides', () => {
    const { log, lines } = readableLog();
    log.info(
      {
        deep: { list: [{ body: `{"refresh_token":"short-one","x":"${slack('xoxb')}"}` }] },
        err: new GrantRefusedError(`refused ${OPAQUE}`, { cause: new Error(`Bearer ${JWT}`) }),
      },
      `told ${slack('xoxp')}`,
    );
    const line = lines.join('\n');
    for (const secret of ['short-one', slack('xoxb'), slack('xoxp'), OPAQUE, 'eyJzdWIi'])
      expect(line).not.toContain(secret);
    expect(() => JSON.parse(line)).not.toThrow();
  });

  test('takes what is not an Error', () => {
    const { log, lines } = readableLog();
    log.warn({ err: 'a string' }, 'odd');
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ err: { name: 'NonError', message: 'a string' } });
  });
});
