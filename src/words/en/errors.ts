/** What went wrong and what to do next. `.happened`: without advice, for work that goes on by itself. */
export const errors = {
  'errors.unforeseen':
    'Something went wrong on my side. Please try again; if it happens again, tell your administrator.',
  'errors.unforeseen.happened': 'Something went wrong on my side.',
  'errors.kept-trying': '{reason} What you did is not lost: I keep trying.',
  'errors.corrupt-job': 'Something that you asked for could not be read back, so it was not done. Please ask again.',
  'errors.with-reference': '{sentence} (Reference: {reference})',

  'errors.away.servicenow-unavailable': 'ServiceNow is not answering right now. Please try again in a few minutes.',
  'errors.away.servicenow-unavailable.happened': 'ServiceNow is not answering right now.',
  'errors.away.servicenow-asleep':
    'The ServiceNow instance is asleep or offline. Somebody who looks after it has to wake it; then please try again.',
  'errors.away.servicenow-asleep.happened': 'The ServiceNow instance is asleep or offline.',
  'errors.away.slack-unavailable': 'Slack is not answering right now. Please try again in a moment.',
  'errors.away.slack-unavailable.happened': 'Slack is not answering right now.',
  'errors.away.store-unavailable': 'I could not save your request, so nothing was done. Please try again in a moment.',
  'errors.away.store-unavailable.happened': 'I could not save your request, so nothing was done.',
  'errors.away.store-silent':
    'My own memory did not answer in time, so I do not know yet whether that will be done. If you asked for a change, please look in a minute before you try again.',
  'errors.away.store-silent.happened':
    'My own memory did not answer in time, so I do not know yet whether that will be done.',
  'errors.away.busy': 'A lot is going on for you at the moment. Please try again in a moment.',
  'errors.away.busy.happened': 'A lot is going on for you at the moment.',

  'errors.slow-down': '{peer} asked me to slow down. Please try again in a few minutes.',
  'errors.slow-down.happened': '{peer} asked me to slow down. I will carry on as soon as it lets me.',
  'errors.stand-by.operator':
    'Slack does not accept this app at the moment. Whoever looks after it has to mend that; then please try again.',
  'errors.stand-by.operator.happened': 'Slack does not accept this app at the moment.',
  'errors.stand-by.migration':
    'Slack is moving this workspace into an organisation. Please try again when that is done.',
  'errors.stand-by.migration.happened': 'Slack is moving this workspace into an organisation.',
  'errors.not-yet': 'I will do that a little later.',

  'errors.link.none': 'Connect your ServiceNow account first, so that I can act as you and as nobody else.',
  'errors.link.broken':
    'ServiceNow no longer accepts your connection. Connect again, and I will carry on where I stopped.',
  'errors.link.other':
    'You asked for that with another ServiceNow account than the one that is connected now. Connect that one again, or ask anew.',
  'errors.outsider.guest': 'Guests cannot connect ServiceNow here. Whoever looks after this app can allow it.',
  'errors.outsider.stranger':
    'I work for people of the company that installed me, and your Slack account is of another one, so I cannot connect you.',
  'errors.grant-refused': 'ServiceNow refused to give me access to your account.',
  'errors.foreign-answer': 'The answer did not come from ServiceNow as I expected it.',
  'errors.corrupt-data':
    'I could not read something that I had saved, so I stopped rather than guess. Please try again.',

  'errors.forbidden': 'ServiceNow does not allow you to do this.',
  'errors.not-found': 'That does not exist, or you may not see it.',
  'errors.rejected': 'ServiceNow did not accept this. Please tell your administrator.',
  'errors.between': 'Something between me and ServiceNow refused the request. Please tell your administrator.',
  'errors.mandatory': 'ServiceNow needs more for this: {fields}.',
  'errors.rule': 'A rule in ServiceNow (“{rule}”) does not allow this.',
  'errors.in-its-words': 'ServiceNow does not allow this. It says: “{words}”.',
  'errors.too-long': 'ServiceNow answers with more than I can read. Please open it there.',
  'errors.new-access': 'ServiceNow did not accept the access that it just gave.',
  'errors.whose-account': 'ServiceNow did not tell me whose account this is, so I did not connect it.',
  'errors.slack-rejected': 'Slack did not accept my answer.',
  'errors.slack-file': 'I could not read the file in Slack.',
  'errors.too-many-files': 'Those are too many files.',
  'errors.file-too-large': 'That file is too large to be passed on.',
  'errors.not-installed':
    'This app is no longer installed here, so nothing was done. Whoever manages the apps of this workspace can add it again.',
} as const;
