import { answer } from './answer.ts';
import type { JobName, ProcessorOf } from './catalogue.ts';
import { decideApproval } from './decide-approval.ts';
import { deliverMessage } from './deliver-message.ts';
import { endWatches } from './end-watches.ts';
import { expireReply } from './expire-reply.ts';
import { fanOutChange } from './fan-out-change.ts';
import { fileRecord } from './file-record.ts';
import { forgetPerson, forgetWorkspace } from './forget.ts';
import { notifyWatcher } from './notify-watcher.ts';
import { operate } from './operate.ts';
import { passFile } from './pass-file.ts';
import { pauseSubscription } from './pause-subscription.ts';
import { pollChanges } from './poll-changes.ts';
import { publishHome } from './publish-home.ts';
import { refreshChoices } from './refresh-choices.ts';
import { resumeAfterConnect } from './resume-after-connect.ts';
import { sendDigest } from './send-digest.ts';
import { updateRecordJob } from './update-record.ts';
import { warnOfEnds } from './warn-of-ends.ts';

/** Who carries out which job. The worker alone imports this. */
export const PROCESSORS: { [N in JobName]: ProcessorOf<N> } = {
  'file-record': fileRecord,
  operate,
  'update-record': updateRecordJob,
  'decide-approval': decideApproval,
  answer,
  'deliver-message': deliverMessage,
  'publish-home': publishHome,
  'refresh-choices': refreshChoices,
  'resume-after-connect': resumeAfterConnect,
  'forget-person': forgetPerson,
  'forget-workspace': forgetWorkspace,
  'expire-reply': expireReply,
  'pass-file': passFile,
  'pause-subscription': pauseSubscription,
  'poll-changes': pollChanges,
  'fan-out-change': fanOutChange,
  'notify-watcher': notifyWatcher,
  'send-digest': sendDigest,
  'warn-of-ends': warnOfEnds,
  'end-watches': endWatches,
};
