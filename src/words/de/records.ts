import type { records as english } from '../en/records.ts';

export const records: Record<keyof typeof english, string> = {
  'kind.incident': 'Incident',
  'kind.request': 'Request',
  'kind.requestItem': 'Requested Item',
  'kind.catalogTask': 'Catalog Task',
  'kind.change': 'Change',
  'kind.changeTask': 'Change Task',
  'kind.problem': 'Problem',
  'kind.problemTask': 'Problem Task',
  'kind.incidentTask': 'Incident Task',
  'kind.task': 'Task',
  'kind.approval': 'Genehmigung',

  // Impact and urgency, and the priority that follows from them.
  'level.1': '1 – Hoch',
  'level.2': '2 – Mittel',
  'level.3': '3 – Niedrig',
  'priority.1': '1 – Kritisch',
  'priority.2': '2 – Hoch',
  'priority.3': '3 – Mittel',
  'priority.4': '4 – Niedrig',
  'priority.5': '5 – Planung',
};
