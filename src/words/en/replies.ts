/** What people write below a card, and what becomes of it. */
export const replies = {
  'replies.too-long':
    'That is longer than I can bring to a ticket, so I sent nothing of it. Please send it in parts, or as a file.',
  'replies.nothing-to-read':
    'I could not read anything in that, so nothing went to the ticket. Please say it in words, or attach a file.',

  'replies.lane.was-internal': 'The last word in this thread was internal. Who may read your answer?',
  'replies.lane.has-internal': 'Parts of this ticket are internal. Who may read your answer?',
  'replies.lane.note': 'Staff only (work note)',
  'replies.lane.comment': 'The caller, too (comment)',
  'replies.sent.note': 'Sent as an internal work note.',
  'replies.sent.comment': 'Sent as a comment that the caller can read.',

  'replies.held.comment': 'That answer was sent already, as a comment that the caller can read.',
  'replies.held.note': 'That answer was sent already, as an internal work note.',
  'replies.held.expired':
    'Your answer was not sent: for a day nobody said who may read it. If it still counts, please write it again.',
  'replies.held.deleted': 'You deleted that answer before it was sent, so nothing of it went to ServiceNow.',
  'replies.held.unknown':
    'I no longer have that answer. If it is not on the ticket, it was not sent: please write it again.',

  'replies.deleted.waiting': 'You deleted that before it was sent, so nothing of it goes to ServiceNow.',
  'replies.deleted.begun':
    'That may be in ServiceNow already, but I do not send it again. If it is on the ticket and should not count, write so here.',
  'replies.deleted.written':
    'Your comment stays in ServiceNow: what is written there cannot be taken back. If it should not count, write so here.',

  'replies.somebody': 'somebody',
  'replies.a-channel': 'a Slack channel',
  'replies.a-group': 'a Slack group',
} as const;
