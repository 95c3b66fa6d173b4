/** Filing an incident: the form, and what comes of it. */
export const filing = {
  'incident-form.expected': 'Expected priority: {priority}',
} as const;
