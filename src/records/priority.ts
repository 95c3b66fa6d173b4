/** ServiceNow's own levels for impact and urgency. */
export const LEVELS = [
  { value: '1', label: '1 - High' },
  { value: '2', label: '2 - Medium' },
  { value: '3', label: '3 - Low' },
] as const;

export type Level = (typeof LEVELS)[number]['value'];

export const isLevel = (value: string): value is Level => LEVELS.some((level) => level.value === value);

const PRIORITIES = ['1 - Critical', '2 - High', '3 - Moderate', '4 - Low', '5 - Planning'] as const;

/**
 * The base system's matrix (data-lookup rules on impact and urgency). Customers may edit theirs, so this is a preview for
 * the form and never sent: the record that comes back says what it really is.
 */
export function expectedPriority(impact: Level, urgency: Level): string {
  return PRIORITIES[Number(impact) + Number(urgency) - 2] ?? PRIORITIES[4];
}
