/** What became of a deed on a ticket. */
export const deeds = {
  'comment.done': 'Your comment is on {number}.',
  'comment.corrected': 'ServiceNow keeps what was written, so I added your change as a correction.',
  'comment.nothing-to-correct':
    'What you changed has not reached ServiceNow, so there is nothing to correct. Please write it anew.',
  'comment.not-taken': 'ServiceNow did not take your comment on {number}. You may not be allowed to comment there.',
  'comment.hears-no-more': 'To hear of {number} again, type /snow watch {number}.',
  'comment.deleted.gone':
    'I do not see that ticket any more, so I cannot say whether that is there. I do not send it again.',
  'comment.deleted.not-sent': 'That did not reach {number}, and I do not send it any more.',
  'comment.deleted.too-late':
    'That reached {number} before you deleted it here, and it stays there. If it should not count, write so here.',
  'comment.deleted.files': 'Its files may be there: please look.',

  'reopen.done': '{number} is open again, and the team knows why.',
  'reopen.not-taken': 'ServiceNow did not let you reopen {number}.',
  'reopen.only-words': 'ServiceNow did not let you reopen {number}, but your comment is there for the team.',
  'reopen.no-words': '{number} is open again, but ServiceNow did not take your comment.',

  'confirm-fixed.done': 'Thank you. The team knows that {number} is fixed.',
  'confirm-fixed.not-taken': 'ServiceNow did not take your word that {number} is fixed. Please tell the team.',

  'writing.not-sent': 'That did not reach ServiceNow. {reason}',
  'writing.perhaps':
    '{reason} What you sent may be on the ticket all the same: look in ServiceNow before you send it again.',
  'writing.some': 'Only a part of that is on {number} for sure. Look there before you send the rest again.',

  'decision.gone': 'That approval does not exist any more, or you may not see it.',
  'decision.unnamed': 'The approval',
  'decision.approved': '{number} is approved.',
  'decision.approved.yours': '{number} is approved in your name.',
  'decision.rejected': '{number} is rejected.',
  'decision.rejected.yours': '{number} is rejected in your name.',
  'decision.not-taken': 'ServiceNow did not take your decision on {number}. You may not be allowed to decide it.',
  'decision.before': '{number} was decided before: {state}. Nothing was changed.',
  'decision.before.by': '{number} was decided before: {state}, by {by}. Nothing was changed.',
  'decision.perhaps':
    '{reason} Your decision may have arrived all the same. Press the button again in a while: I look first, and nothing is decided twice.',
} as const;
