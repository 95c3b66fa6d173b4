import type { Door } from '../door.ts';
import { commandText } from './command-text.ts';
import { connectPages } from './connect-pages.ts';
import { environment } from './environment.ts';
import { forms } from './forms.ts';
import { jobPayloads } from './job-payloads.ts';
import { jobsRun } from './jobs-run.ts';
import { longTexts } from './long-texts.ts';
import { pushes } from './pushes.ts';
import { serviceNowAnswers } from './servicenow-answers.ts';
import { serviceNowIll } from './servicenow-ill.ts';
import { serviceNowWire } from './servicenow-wire.ts';
import { slackRequests } from './slack-requests.ts';
import { storeValues } from './store-values.ts';

/** Every way in. The pure ones come first and take most cases; the live ones go through a running bridge. */
export const DOORS: Door[] = [
  commandText,
  forms,
  environment,
  longTexts,
  storeValues,
  serviceNowAnswers,
  jobPayloads,
  serviceNowWire,
  slackRequests,
  connectPages,
  pushes,
  jobsRun,
  serviceNowIll,
];
