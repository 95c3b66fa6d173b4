import { accounts } from './accounts.ts';
import { deeds } from './deeds.ts';
import { errors } from './errors.ts';
import { filing } from './filing.ts';
import { forms } from './forms.ts';
import { home } from './home.ts';
import { operations } from './operations.ts';
import { pages } from './pages.ts';
import { records } from './records.ts';
import { replies } from './replies.ts';
import { results } from './results.ts';
import { subscriptions } from './subscriptions.ts';
import { tickets } from './tickets.ts';

export const DE = {
  ...accounts,
  ...deeds,
  ...errors,
  ...filing,
  ...forms,
  ...home,
  ...operations,
  ...pages,
  ...records,
  ...replies,
  ...results,
  ...subscriptions,
  ...tickets,
};
