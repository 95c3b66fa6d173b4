import type { filing as english } from '../en/filing.ts';

export const filing: Record<keyof typeof english, string> = {
  'incident-form.expected': 'Voraussichtliche Priorität: {priority}',
};
