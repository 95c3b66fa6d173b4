/** Help: what each operation is for, and more about it. */
export const operations = {
  'operations.help': 'this overview, or more about one word',
  'operations.incident': 'file an incident, or see one',
  'operations.incident.text':
    'What you type after the word becomes the short description; nothing is filed before you press File incident.',
  'operations.show': 'see a ticket; the number alone is enough',
  'operations.show.words': 'Words after the number are offered as a comment on it.',
  'operations.show.kinds':
    'Leading zeros may be left out. It works for every kind of ticket: incidents, requests, changes, problems, tasks and your company’s own.',
  'operations.list': 'your tickets, or those assigned to you',
  'operations.list.usual': 'Without more words: your own open incidents.',
  'operations.search': 'find tickets by words',
  'operations.search.words':
    'All words have to occur in the short description or the description; at most five of them.',
  'operations.watch': 'be told when a ticket changes',
  'operations.watch.by-itself':
    'Tickets that you file here, that are assigned to you or that wait for your approval are watched by themselves.',
  'operations.unwatch': 'hear no more of a ticket',
  'operations.approvals': 'what waits for your approval',
  'operations.subscribe': 'have this channel told of tickets that fit a filter',
  'operations.subscribe.rights':
    'It runs with your own rights: the channel hears of what you may see. Type it in the channel; I have to be a member of it.',
  'operations.unsubscribe': 'see, change or end what this channel hears of',
  'operations.settings': 'what you want to be told, and when',
  'operations.connect': 'connect your ServiceNow account',
  'operations.connect.link':
    'You get a link that works once, for ten minutes. I then act in ServiceNow as you and as nobody else.',
  'operations.disconnect': 'revoke the connection and forget it',
  'operations.whoami': 'which ServiceNow account you are connected as',

  'help.heading': 'What I can do for you',
  'help.heading.topic': 'How to use it',
  'help.type': 'What you can type:',
  'help.or': 'or',
  'help.synonyms': 'Also understood: {words}.',
  'help.where':
    '<b>Where it works:</b> as a slash command, as a message to me without the slash, or after mentioning me.',
  'help.threads': 'Slack does not allow slash commands inside threads; mention me there instead.',
  'help.number': 'A number alone is enough to see a ticket, e.g. <code>/snow INC0010023</code>.',
} as const;
