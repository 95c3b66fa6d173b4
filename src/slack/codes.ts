/**
 * What stands behind an error code of the Web API, whichever method answers it. The codes are those that Slack documents
 * for the methods that we call (docs.slack.dev/reference/methods). Left out are only the ones about arguments that we never
 * send.
 */
const CODES = {
  /** The token, the app or the workspace's own settings: somebody has to mend that, and until then nothing goes. */
  operator: [
    'account_inactive',
    'app_access_restricted',
    'access_denied',
    'accesslimited',
    'bad_client_secret',
    'deprecated_endpoint',
    'enterprise_is_restricted',
    'forbidden_team',
    'insecure_request',
    'invalid_app_id',
    'invalid_auth',
    'invalid_client_id',
    'invalid_refresh_token',
    'is_bot',
    'method_deprecated',
    'missing_args',
    'missing_scope',
    'not_allowed_token_type',
    'not_authed',
    'not_enabled',
    'team_access_not_granted',
    'token_expired',
    'token_revoked',
    'two_factor_setup_required',
    'unknown_method',
    'user_email_unverified',
  ],
  /** Slack moves a workspace or a channel into an organisation, which may take hours. */
  migration: ['external_channel_migrating', 'org_login_required', 'team_added_to_org'],
  /** A rate without a time to come back at. */
  rate: ['message_limit_exceeded', 'rate_limited', 'ratelimited'],
  passing: [
    'fatal_error',
    'file_update_failed',
    'internal_error',
    'list_record_comment_fetch_failed',
    'request_timeout',
    'service_unavailable',
    'streaming_state_conflict',
    'unable_to_share_files',
    'update_failed',
  ],
  /** Nothing may be posted in this conversation until a person has changed something there. */
  place: [
    'cannot_dm_bot',
    'channel_is_limited_access',
    'channel_not_found',
    'ekm_access_denied',
    'invalid_channel',
    'invalid_user_combination',
    'is_archived',
    'is_inactive',
    'messages_tab_disabled',
    'method_not_supported_for_channel_type',
    'no_permission',
    'not_in_channel',
    'posting_to_channel_denied',
    'restricted_action',
    'restricted_action_read_only_channel',
    'restricted_action_thread_only_channel',
    'team_not_found',
    'user_not_in_channel',
  ],
  /** A thread that takes no more replies, or whose first message has gone or never was. */
  thread: [
    'cannot_reply_to_message',
    'invalid_thread_ts',
    'restricted_action_non_threadable_channel',
    'restricted_action_thread_locked',
    'thread_locked',
    'thread_not_found',
  ],
  /** A message that has gone, or is not ours to change any more. */
  message: ['cant_update_message', 'message_not_found'],
  /** The very same words will never do. */
  words: [
    'invalid_attachments',
    'invalid_blocks',
    'invalid_blocks_format',
    'invalid_metadata_format',
    'invalid_metadata_schema',
    'metadata_too_large',
    'msg_blocks_too_long',
    'msg_too_long',
    'no_text',
    'too_many_attachments',
    'view_too_large',
  ],
  person: ['user_disabled', 'user_not_found', 'user_not_visible'],
  /** It will be the same next time, and the caller knows what that means. */
  final: [
    'already_reacted',
    'bad_redirect_uri',
    'bad_timestamp',
    'block_mismatch',
    'blocked_file_type',
    'cannot_install_an_org_installed_app',
    'duplicate_external_id',
    'edit_window_closed',
    'exchanged_trigger_id',
    'expired_trigger_id',
    'file_deleted',
    'file_is_deleted',
    'file_not_found',
    'file_share_limit_reached',
    'file_type_not_allowed',
    'file_upload_size_restricted',
    'file_uploads_disabled',
    'file_uploads_except_images_disabled',
    'hash_conflict',
    'invalid_arg_name',
    'invalid_arguments',
    'invalid_array_arg',
    'invalid_charset',
    'invalid_code',
    'invalid_cursor',
    'invalid_form_data',
    'invalid_limit',
    'invalid_name',
    'invalid_post_type',
    'invalid_trigger_id',
    'invalid_ts_latest',
    'invalid_ts_oldest',
    'max_file_sharing_exceeded',
    'metadata_must_be_sent_from_app',
    'missing_argument',
    'missing_post_type',
    'no_access',
    'no_item_specified',
    'not_enough_users',
    'not_found',
    'not_reactable',
    'not_visible',
    'slack_connect_blocked_file_type',
    'slack_connect_canvas_sharing_blocked',
    'slack_connect_clip_sharing_blocked',
    'slack_connect_file_link_sharing_blocked',
    'slack_connect_file_upload_sharing_blocked',
    'snippet_too_large',
    'storage_limit_reached',
    'too_many_emoji',
    'too_many_reactions',
    'too_many_users',
    'users_list_not_supplied',
    'users_not_found',
    'view_not_found',
  ],
} as const;

export type Trouble = keyof typeof CODES;

const TROUBLES = new Map<string, Trouble>(
  (Object.keys(CODES) as Trouble[]).flatMap((trouble) => CODES[trouble].map((code) => [code, trouble] as const)),
);

/** A code that nobody has documented is tried again for as long as its job allows: that loses nothing. */
export const troubleBehind = (code: string): Trouble => TROUBLES.get(code) ?? 'passing';

export const KNOWN_CODES: readonly string[] = Object.values(CODES).flat();

/** True where something that Slack refused has this trouble behind it. */
export const isTrouble = (error: unknown, ...troubles: Trouble[]): boolean =>
  error instanceof Error &&
  'status' in error &&
  typeof error.status === 'string' &&
  TROUBLES.has(error.status) &&
  troubles.includes(troubleBehind(error.status));

/** True where Slack lets us post nothing there until a person has changed something. */
export const isShutOut = (error: unknown): boolean => isTrouble(error, 'place');
