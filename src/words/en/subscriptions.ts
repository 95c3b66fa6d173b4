/** What channels hear of. */
export const subscriptions = {
  'subscriptions.team': 'team {team}',
  'subscriptions.priority': 'priority {priorities}',
  'subscriptions.state': 'state {states}',
  'subscriptions.category': 'category {category}',
  'subscriptions.made':
    'This channel now hears of {what}. It runs with your rights; if I am not in the channel yet, invite me.',
  'subscriptions.ended': 'That subscription has ended.',
  'subscriptions.has-ended': 'That subscription has ended already.',
  'subscriptions.elsewhere': 'That subscription belongs to another channel.',
  'subscriptions.adopted': 'You have taken it over. It now runs with your rights.',
  'subscriptions.was-taken': 'Somebody has taken it over already.',
  'subscriptions.none': 'This channel has no subscriptions. Type /snow subscribe to make one.',
  'subscriptions.list': 'This channel hears of:',
  'subscriptions.list.heading': 'What this channel hears of',
  'subscriptions.is-paused': '{what} (paused)',
  'subscriptions.no-room': 'There is no room here for {count, number} more. Where one of these ends, the next appears.',
  'subscriptions.take-over': 'Take it over',
  'subscriptions.go-on': 'Let it go on',
  'subscriptions.change': 'Change',
  'subscriptions.end': 'End',
  'subscriptions.shut-out':
    'I cannot post in a channel that you subscribed to {what}. Type /invite there and add me, and I tell what changes from then on. To end it, type /snow unsubscribe.',
  'subscriptions.shut-out.before': 'I cannot post in',
  'subscriptions.shut-out.after':
    ', so it does not hear of {what}. Type /invite there and add me, and I tell what changes from then on. To end it, type /snow unsubscribe.',
  'subscriptions.shared':
    'People of another company are in this channel and would read what I tell here. So news from ServiceNow is paused until a colleague lets it go on, with their own rights.',
  'subscriptions.perhaps-shared':
    'I cannot see who is in this channel. If people of another company are, they would read what I tell here. So news from ServiceNow is paused until a colleague lets it go on, with their own rights.',
  'subscriptions.paused':
    'News about {what} is paused: the person who set it up is no longer connected to ServiceNow. A colleague can take it over, with their own rights.',

  'subscription-form.title': 'Tell this channel',
  'subscription-form.of-every': 'Of every',
  'subscription-form.team': 'Only for the team',
  'subscription-form.team.any': 'Any team; type to choose one',
  'subscription-form.priority': 'Only with priority',
  'subscription-form.state': 'Only in the state',
  'subscription-form.category': 'Only in the category',
  'subscription-form.category.any': 'Any category',
  'subscription-form.rights':
    'It runs with your rights: everybody in the channel hears of what you may see. Internal notes are never told.',

  'every.incident': 'every incident',
  'every.request': 'every request',
  'every.requestItem': 'every requested item',
  'every.catalogTask': 'every catalog task',
  'every.change': 'every change',
  'every.changeTask': 'every change task',
  'every.problem': 'every problem',
  'every.problemTask': 'every problem task',
  'every.incidentTask': 'every incident task',
  'every.task': 'every task',
  'every.approval': 'every approval',
} as const;
