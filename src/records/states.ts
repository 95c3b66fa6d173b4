import type { RecordTypeName } from './types.ts';

type State = { value: string; label: string };

const TASK: State[] = [
  { value: '-5', label: 'Pending' },
  { value: '1', label: 'Open' },
  { value: '2', label: 'Work in Progress' },
  { value: '3', label: 'Closed Complete' },
  { value: '4', label: 'Closed Incomplete' },
  { value: '7', label: 'Closed Skipped' },
];

/** The base system's states: the same number means another state for another kind, so a filter offers those of its own. */
export const STATES: Record<Exclude<RecordTypeName, 'approval'>, State[]> = {
  incident: [
    { value: '1', label: 'New' },
    { value: '2', label: 'In Progress' },
    { value: '3', label: 'On Hold' },
    { value: '6', label: 'Resolved' },
    { value: '7', label: 'Closed' },
    { value: '8', label: 'Canceled' },
  ],
  request: TASK,
  requestItem: TASK,
  catalogTask: TASK,
  change: [
    { value: '-5', label: 'New' },
    { value: '-4', label: 'Assess' },
    { value: '-3', label: 'Authorize' },
    { value: '-2', label: 'Scheduled' },
    { value: '-1', label: 'Implement' },
    { value: '0', label: 'Review' },
    { value: '3', label: 'Closed' },
    { value: '4', label: 'Canceled' },
  ],
  changeTask: [
    { value: '-5', label: 'Pending' },
    { value: '1', label: 'Open' },
    { value: '2', label: 'In Progress' },
    { value: '3', label: 'Closed' },
    { value: '4', label: 'Canceled' },
  ],
  problem: [
    { value: '101', label: 'New' },
    { value: '102', label: 'Assess' },
    { value: '103', label: 'Root Cause Analysis' },
    { value: '104', label: 'Fix in Progress' },
    { value: '106', label: 'Resolved' },
    { value: '107', label: 'Closed' },
  ],
  problemTask: [
    { value: '151', label: 'New' },
    { value: '152', label: 'Assess' },
    { value: '154', label: 'Work in Progress' },
    { value: '157', label: 'Closed' },
  ],
  incidentTask: TASK,
  task: TASK,
};
