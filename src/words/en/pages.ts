/** Pages in a browser: the way to a link, and what is said where it ends. */
export const pages = {
  'pages.again': 'Go back to Slack and type /snow connect to get a new link.',
  'pages.nothing-connected': 'Nothing was connected.',
  'pages.nothing-connected.again': 'Nothing was connected. Go back to Slack and type /snow connect to get a new link.',
  'pages.once-more': 'Try once more. Go back to Slack and type /snow connect to get a new link.',

  'pages.preview.title': 'Connect ServiceNow to {person}',
  'pages.preview.what':
    'You are about to let the Slack person “{person}” in the workspace “{workspace}” act in ServiceNow ({instance}) with your account.',
  'pages.preview.what.nameless':
    'You are about to let the Slack person “{person}” in your Slack workspace act in ServiceNow ({instance}) with your account.',
  'pages.preview.is-it-you':
    'Are you {person}? If not, close this page: somebody has sent you a link that is not yours.',
  'pages.preview.next': 'Next, ServiceNow asks you to sign in and to allow the access.',
  'pages.preview.continue': 'Continue as {person}',

  'pages.stale-link.title': 'This link has expired or was already used',
  'pages.stale-link.why': 'A connect link works once, for ten minutes.',

  'pages.linked.title': 'You are connected',
  'pages.linked.as': 'Slack now acts in ServiceNow ({instance}) as {name} ({userName}).',
  'pages.linked.close': 'You can close this page. Slack has a message for you, and carries on with what you asked for.',

  'pages.ask.title': 'Are these two both you?',
  'pages.ask.slack': 'In Slack: {who}.',
  'pages.ask.servicenow': 'In ServiceNow: {who}.',
  'pages.ask.refuse-if-not':
    'If you connect them, {slack} can act in ServiceNow as {user}. If one of them is not you, refuse.',
  'pages.ask.yes': 'Yes, both are me',
  'pages.ask.no': 'No, refuse',

  'pages.refused.title': 'These two accounts do not belong together',
  'pages.refused.inactive': 'One of the two accounts is not active.',
  'pages.refused.no-email':
    'To be sure that {slack} and {user} are the same person I compare their e-mail addresses, and Slack shows me none. Your administrator can add it.',
  'pages.refused.hidden-email':
    'To be sure that {slack} and {user} are the same person I compare their e-mail addresses, and ServiceNow shows me none for {userName}. Your ServiceNow administrator can add it, or let you read your own.',
  'pages.refused.other-email':
    'You signed in to ServiceNow as {user}, but this link belongs to {slack} in Slack, and their e-mail addresses differ. If somebody sent you the link, do not use it. If you have several ServiceNow accounts, sign out there and try again with the right one.',
  'pages.access.revoked': 'Nothing was connected, and the access was given back.',
  'pages.access.in-use':
    'Nothing was connected. The connection that your ServiceNow account already has goes on working.',
  'pages.access.unproved':
    'Nothing was connected, and I have forgotten the access, but ServiceNow did not confirm that it has. To be sure, open ServiceNow, Self-Service, My Connected Apps, and revoke it there.',

  'pages.stale.title': 'This sign-in is not one that I know',
  'pages.stale.why': 'It has expired, was already completed, or did not begin here.',
  'pages.other-browser.title': 'This sign-in began in another browser',
  'pages.other-browser.why':
    'For your safety it has to end where it began, with cookies allowed. Nothing was connected.',
  'pages.denied.title': 'Nothing was connected',
  'pages.denied.why': 'You said no, so nothing changes.',
  'pages.denied.otherwise': 'If you change your mind: Go back to Slack and type /snow connect to get a new link.',
  'pages.unable.title': 'ServiceNow could not connect you',
  'pages.unable.why':
    'It stopped before the end, so nothing was connected. Try once more. Go back to Slack and type /snow connect to get a new link.',
  'pages.unable.administrator':
    'If it happens again, tell your administrator: the reason is in the log of this service.',
  'pages.foreign-answer.title': 'This answer is not the one that I expected',
  'pages.foreign-answer.why':
    'It did not come from ServiceNow in the way that it should, so I did not use it. Nothing was connected.',
  'pages.grant-refused.title': 'ServiceNow did not hand over the access',
  'pages.grant-refused.administrator':
    'If it happens again, tell your administrator: the client id, the client secret and the redirect URL in ServiceNow have to match this service, the entry has to be active, and the clocks of both have to agree.',

  'pages.trouble.title': 'That did not work just now',
  'pages.trouble.unforeseen': 'Something went wrong on our side.',
  'pages.trouble.perhaps': 'You may be connected already: type /snow whoami in Slack to see.',
  'pages.outsider.title': 'I cannot connect you',

  'pages.own-form': 'This form is sent from its own page only',
  'pages.not-welcome':
    'Only certain workspaces may install this app, and yours is not among them. Nothing was installed. Whoever runs this service can add it to SLACK_INSTALL_TEAMS.',
} as const;
