import type { SlackManifest } from '../../sandbox/slack/server.ts';

/** A small manifest of the shape that ours has; a new object each time, so that a test may change it. */
export const manifest = (): SlackManifest => ({
  display_information: { name: 'ServiceNow' },
  features: {
    app_home: { home_tab_enabled: true, messages_tab_enabled: true, messages_tab_read_only_enabled: false },
    bot_user: { display_name: 'ServiceNow' },
    slash_commands: [{ command: '/snow', description: 'ServiceNow', usage_hint: 'help', should_escape: true }],
    shortcuts: [
      { type: 'global', callback_id: 'file_incident', name: 'File an incident', description: 'Opens the form' },
      { type: 'message', callback_id: 'file_incident_from_message', name: 'File incident', description: 'From this' },
    ],
    unfurl_domains: ['service-now.com'],
  },
  oauth_config: {
    redirect_urls: ['https://bridge.example.com/slack/oauth_redirect'],
    scopes: {
      bot: [
        'commands',
        'chat:write',
        'im:history',
        'im:write',
        'app_mentions:read',
        'users:read',
        'users:read.email',
        'files:read',
      ],
    },
  },
  settings: {
    event_subscriptions: {
      bot_events: ['app_home_opened', 'app_mention', 'message.im', 'app_uninstalled', 'tokens_revoked', 'user_change'],
    },
    interactivity: { is_enabled: true },
  },
});
