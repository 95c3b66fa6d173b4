import type { z } from 'zod';
import { answer } from './answer.ts';
import type { JobRow } from './define.ts';
import { deliverMessage } from './deliver-message.ts';
import { disconnectAccount } from './disconnect-account.ts';
import { fileRecord } from './file-record.ts';
import { forgetPerson, forgetWorkspace } from './forget.ts';
import { listRecords } from './list-records.ts';
import { publishHome } from './publish-home.ts';
import { refreshChoices } from './refresh-choices.ts';
import { resumeAfterConnect } from './resume-after-connect.ts';
import { showRecord } from './show-record.ts';

/** Every job. The producer takes its payload types from here, the consumer its processors. */
export const JOBS = {
  'file-record': fileRecord,
  'show-record': showRecord,
  'list-records': listRecords,
  'disconnect-account': disconnectAccount,
  answer,
  'deliver-message': deliverMessage,
  'publish-home': publishHome,
  'refresh-choices': refreshChoices,
  'resume-after-connect': resumeAfterConnect,
  'forget-person': forgetPerson,
  'forget-workspace': forgetWorkspace,
} as const;

export type JobName = keyof typeof JOBS;

export type PayloadOf<N extends JobName> = z.infer<(typeof JOBS)[N]['schema']>;

/** A row without its payload type, for code that handles them all alike. */
export const jobRow = (name: JobName) => JOBS[name] as unknown as JobRow<unknown>;

export const isJobName = (name: string): name is JobName => Object.hasOwn(JOBS, name);
