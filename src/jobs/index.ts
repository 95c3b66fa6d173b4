import type { z } from 'zod';
import { adjustCard } from './adjust-card.ts';
import { answer } from './answer.ts';
import { decideApproval } from './decide-approval.ts';
import type { JobRow } from './define.ts';
import { deliverMessage } from './deliver-message.ts';
import { disconnectAccount } from './disconnect-account.ts';
import { endWatches } from './end-watches.ts';
import { expireReply } from './expire-reply.ts';
import { fanOutChange } from './fan-out-change.ts';
import { fileRecord } from './file-record.ts';
import { forgetPerson, forgetWorkspace } from './forget.ts';
import { listApprovals } from './list-approvals.ts';
import { listRecords } from './list-records.ts';
import { notifyWatcher } from './notify-watcher.ts';
import { passFile } from './pass-file.ts';
import { pauseSubscription } from './pause-subscription.ts';
import { pollChanges } from './poll-changes.ts';
import { publishHome } from './publish-home.ts';
import { refreshChoices } from './refresh-choices.ts';
import { resumeAfterConnect } from './resume-after-connect.ts';
import { saveSettings } from './save-settings.ts';
import { saveSubscription } from './save-subscription.ts';
import { sendDigest } from './send-digest.ts';
import { showRecord } from './show-record.ts';
import { updateRecordJob } from './update-record.ts';
import { warnOfEnds } from './warn-of-ends.ts';
import { watchRecord } from './watch-record.ts';

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
  'watch-record': watchRecord,
  'update-record': updateRecordJob,
  'expire-reply': expireReply,
  'adjust-card': adjustCard,
  'list-approvals': listApprovals,
  'decide-approval': decideApproval,
  'save-settings': saveSettings,
  'save-subscription': saveSubscription,
  'pass-file': passFile,
  'pause-subscription': pauseSubscription,
  'poll-changes': pollChanges,
  'fan-out-change': fanOutChange,
  'notify-watcher': notifyWatcher,
  'send-digest': sendDigest,
  'warn-of-ends': warnOfEnds,
  'end-watches': endWatches,
} as const;

export type JobName = keyof typeof JOBS;

export type PayloadOf<N extends JobName> = z.infer<(typeof JOBS)[N]['schema']>;

/** A row without its payload type, for code that handles them all alike. */
export const jobRow = (name: JobName) => JOBS[name] as unknown as JobRow<unknown>;

export const isJobName = (name: string): name is JobName => Object.hasOwn(JOBS, name);
