import { describe, expect, test } from '@jest/globals';
import { RefusedError, StandByError, UnavailableError } from '../../../src/errors.ts';
import { isShutOut, isTrouble, KNOWN_CODES, type Trouble, troubleBehind } from '../../../src/slack/codes.ts';

describe('an error code of Slack', () => {
  test.each<[Trouble, string[]]>([
    // As in a token rotation, or where an administrator forbids the app.
    ['operator', ['token_revoked', 'invalid_auth', 'account_inactive', 'token_expired', 'not_authed', 'missing_scope']],
    ['migration', ['org_login_required', 'team_added_to_org', 'external_channel_migrating']],
    ['rate', ['ratelimited', 'rate_limited', 'message_limit_exceeded']],
    ['passing', ['internal_error', 'fatal_error', 'service_unavailable', 'request_timeout', 'update_failed']],
    [
      'place',
      [
        'restricted_action',
        'restricted_action_read_only_channel',
        'restricted_action_thread_only_channel',
        'messages_tab_disabled',
        'ekm_access_denied',
        'no_permission',
        'is_archived',
        'not_in_channel',
      ],
    ],
    ['thread', ['thread_not_found', 'invalid_thread_ts', 'cannot_reply_to_message', 'restricted_action_thread_locked']],
    ['message', ['message_not_found', 'cant_update_message']],
    ['words', ['msg_too_long', 'invalid_blocks']],
    ['person', ['user_disabled', 'user_not_found']],
    ['final', ['expired_trigger_id', 'hash_conflict', 'invalid_arguments']],
  ])('has %s trouble behind it', (trouble, codes) => {
    expect(codes.map(troubleBehind)).toEqual(codes.map(() => trouble));
  });

  test('that nobody has documented is tried again', () => {
    expect(troubleBehind('something_quite_new')).toBe('passing');
  });

  test('has one trouble only', () => {
    expect(KNOWN_CODES).toHaveLength(new Set(KNOWN_CODES).size);
  });
});

test('a refusal is known by its trouble, and nothing else is', () => {
  const refused = (code: string) => new RefusedError('rejected', code, code, ['errors.rejected']);
  expect(isShutOut(refused('restricted_action_read_only_channel'))).toBe(true);
  expect(isShutOut(refused('invalid_blocks'))).toBe(false);
  expect(isTrouble(new StandByError('operator', 'missing_scope', ''), 'operator')).toBe(true);
  for (const other of [
    new RefusedError('invalid', 403, '', ['errors.rejected']),
    new UnavailableError('busy', ''),
    new Error(),
    'x',
    null,
  ])
    expect(isTrouble(other, 'operator', 'passing', 'place', 'final')).toBe(false);
  expect(isTrouble(refused('one_of_ours'), 'passing')).toBe(false);
});
