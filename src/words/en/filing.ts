/** Filing an incident: the form, and what comes of it. */
export const filing = {
  'incident-form.title': 'File an incident',
  'incident-form.submit': 'File incident',
  'incident-form.what': 'Short description',
  'incident-form.what.example': 'What is wrong, in one line',
  'incident-form.description': 'Description',
  'incident-form.description.example': 'What happened, since when, and what you have tried',
  'incident-form.impact': 'Impact',
  'incident-form.impact.hint': 'How many people does it stop?',
  'incident-form.urgency': 'Urgency',
  'incident-form.urgency.hint': 'How soon is it needed?',
  'incident-form.expected': 'Expected priority: {priority}',
  'incident-form.category': 'Category',
  'incident-form.category.choose': 'Choose one',
  'incident-form.item': 'Affected service or item',
  'incident-form.item.type': 'Type at least two letters',
  'incident-form.caller': 'Who is it for?',
  'incident-form.caller.type': 'Type a name',
  'incident-form.files': 'Files',
  'incident-form.source': 'The name of its author and a link to the Slack message will be added.',
  'incident-form.shown-files':
    '{count, plural, one {The file of the message comes along.} other {The # files of the message come along.}}',
  'incident-form.kept-files':
    '{count, plural, one {The file that you added before stays.} other {The # files that you added before stay.}}',
  'incident-form.sent-before':
    'I have this form already as you sent it first, without your changes to: {fields}. Copy them, close this, and add them below my message about it.',
  'incident-form.wrong.title': 'Say in one line what is wrong, in at most {most, number} characters.',
  'incident-form.wrong.description': 'Please shorten the description.',
  'incident-form.wrong.impact': 'Choose how many people it stops.',
  'incident-form.wrong.urgency': 'Choose how soon it is needed.',
  'incident-form.wrong.category': 'Choose a category from the list.',
  'incident-form.wrong.item': 'Choose an item from the list.',
  'incident-form.wrong.caller': 'Choose a person from the list.',
  'incident-form.wrong.files': 'These files cannot be attached. Remove them and try again.',
  'incident-form.wrong': 'Something in the form does not fit. Please open it again.',

  'filing.filed.watched': '<b>Your incident is filed.</b> I will tell you here when something changes.',
  'filing.filed.unwatched': '<b>Your incident is filed.</b>',
  'filing.twin': 'Filed {ticket}',
  'filing.was-there': 'It had been filed before you changed it, so I brought it up to date.',
  'filing.not-changed': 'ServiceNow did not let me change these: {fields}.',
  'filing.not-changed.commented':
    'ServiceNow did not let me change these: {fields}. Your new description is there as a comment.',
  'filing.set-differently': 'ServiceNow set these differently from what you entered: {fields}.',
  'filing.unattached': 'These files could not be attached: {files}.',
  'filing.a-file': 'a file',
  'filing.file': '{file} ({why})',
  'filing.file.too-many': 'I bring {most, number} at a time: please send it once more',
  'filing.file.size': 'its size is not the one that Slack names; please upload it once more',
  'filing.file.elsewhere': 'Slack has only a link to it; please send that link',
  'filing.file.perhaps': 'perhaps it is there: please look',
  'filing.queued':
    '“{title}” is queued and not lost. {reason} I keep trying, and tell you here as soon as it is filed.',
  'filing.failed': '“{title}” was not filed. {reason} What you entered is kept.',
  'filing.failed.whole':
    '“{title}” was not filed. {reason} What you entered is kept. If my form lacks what is needed, finish it in ServiceNow: everything is filled in there.',
  'filing.failed.cut':
    '“{title}” was not filed. {reason} What you entered is kept. If my form lacks what is needed, finish it in ServiceNow: everything is filled in there but the end of the description, which you can copy from “Change it and file”.',
  'filing.unsure':
    'I do not know whether “{title}” was filed. {reason} What you entered is kept: if you try again, I look first, and nothing is filed twice.',
  'filing.try-again': 'Try again',
  'filing.finish': 'Finish in ServiceNow',
  'filing.change': 'Change it and file',

  'filing.view.filing': 'Filing…',
  'filing.view.filing.what': '“{title}” is being filed. You can close this; I will send you a message either way.',
  'filing.view.queued': 'Queued',
  'filing.view.queued.what':
    '“{title}” is queued and not lost. {reason} I keep trying, and send you a message as soon as it is filed.',
  'filing.view.filed': 'Incident filed',
  'filing.view.filed.what': 'Your incident is filed. I sent you a message with the same details.',
  'filing.view.failed': 'Not filed',
  'filing.view.failed.what': '“{title}” was not filed. {reason} What you entered is kept: look at my message.',
  'filing.view.unsure': 'Perhaps filed',
  'filing.view.unsure.what':
    'I do not know whether “{title}” was filed. {reason} What you entered is kept: look at my message.',

  'form.not-saved': 'I could not save this just now, so nothing was done. Please press {button} again.',
  'form.perhaps-saved':
    'I do not know yet whether I have this. Please press {button} again: it is done once, however often you press.',
  'form.the-button': 'the button',
  'form.not-served': 'I no longer serve that ServiceNow instance, so nothing was done.',
} as const;
