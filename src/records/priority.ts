/** ServiceNow's own levels for impact and urgency. */
export const LEVELS = ['1', '2', '3'] as const;

export type Level = (typeof LEVELS)[number];

export const isLevel = (value: string): value is Level => LEVELS.some((level) => level === value);

export const PRIORITIES = ['1', '2', '3', '4', '5'] as const;

export type Priority = (typeof PRIORITIES)[number];

/**
 * The base system's matrix (data-lookup rules on impact and urgency). Customers may edit theirs, so this is a preview for
 * the form and never sent: the record that comes back says what it really is.
 */
export const expectedPriority = (impact: Level, urgency: Level): Priority =>
  PRIORITIES[Number(impact) + Number(urgency) - 2] ?? '5';
