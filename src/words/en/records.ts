/** What is in ServiceNow: kinds of record, columns, choices. What an instance calls them itself is shown as it says it. */
export const records = {
  'kind.incident': 'incident',
  'kind.request': 'request',
  'kind.requestItem': 'requested item',
  'kind.catalogTask': 'catalog task',
  'kind.change': 'change',
  'kind.changeTask': 'change task',
  'kind.problem': 'problem',
  'kind.problemTask': 'problem task',
  'kind.incidentTask': 'incident task',
  'kind.task': 'task',
  'kind.approval': 'approval',

  // Impact and urgency, and the priority that follows from them.
  'level.1': '1 - High',
  'level.2': '2 - Medium',
  'level.3': '3 - Low',
  'priority.1': '1 - Critical',
  'priority.2': '2 - High',
  'priority.3': '3 - Moderate',
  'priority.4': '4 - Low',
  'priority.5': '5 - Planning',
} as const;
