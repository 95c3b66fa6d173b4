/** The App Home tab. */
export const home = {
  'home.heading': 'ServiceNow in Slack',
  'home.connected': 'You are connected as <b>{name}</b> on {instance}.',
  'home.link.none': 'Connect your ServiceNow account, and I can file incidents and show your tickets, as you.',
  'home.link.broken': 'ServiceNow no longer accepts your connection. Connect again to go on.',
  'home.send-tickets': 'Send me my tickets',
  'home.away': 'ServiceNow is not answering right now, so I cannot show your tickets.',
  'home.nothing-open': 'Nothing open. Enjoy the quiet.',
  'home.more': 'These are the latest. “Send me my tickets” gives you all of them, page by page.',
  'home.help': 'Type <code>/snow help</code> anywhere to see what I can do.',
} as const;
