/** The connection to a ServiceNow account. */
export const accounts = {
  'accounts.why.none':
    'Connect your ServiceNow account first. I then act as you, with your own rights, and as nobody else.',
  'accounts.why.broken':
    'ServiceNow no longer accepts your connection. That happens about every hundred days, or when somebody revokes it. Connect again, and I will carry on where I stopped; nothing is lost.',
  'accounts.why.other':
    'You asked for that while another ServiceNow account was connected, so I have not done it with this one. I keep it for a week: connect that account again, and I carry on. Or ask for it anew.',
  'accounts.open-link': '{why} Open this link within ten minutes: {url}',
  'accounts.link-works': 'The link works once, for you only, for ten minutes.',
  'accounts.link-works.as-you':
    'The link works once, for you only, for ten minutes. I then act in ServiceNow as you and as nobody else.',
  'accounts.connected':
    'You are connected as <b>{name}</b> ({userName}) on {instance}. If that is not you, disconnect at once.',
  'accounts.who-am-i': 'You are connected as <b>{name}</b> ({userName}) on {instance} since {since, date, day}.',
  'accounts.not-connected': 'You are not connected to {instance}. Type /snow connect {alias} to connect.',
  'accounts.to-end': 'To end a connection, type its name after the word, e.g. /snow disconnect {alias}.',
  'accounts.ends':
    'Your connection to ServiceNow ends on {day, date, day}: it lasts a hundred days. Everything works until then. Connect again now, which takes a minute, and nothing will be interrupted.',
  'accounts.connect-again': 'Connect again',
  'accounts.disconnect.label': 'Disconnect this ServiceNow account',
  'accounts.go-on': 'Continue',
  'accounts.go-on.incident': 'Continue with your incident',
  'accounts.go-on.subscribe': 'Continue with your subscription',
} as const;
