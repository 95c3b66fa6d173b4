import { answer } from './answer.ts';
import type { JobName, ProcessorOf } from './catalogue.ts';
import type { Processor } from './define.ts';
import { deliverMessage } from './deliver-message.ts';
import { endWatches } from './end-watches.ts';
import { expireReply } from './expire-reply.ts';
import { fanOutChange } from './fan-out-change.ts';
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
import { warnOfEnds } from './warn-of-ends.ts';

const PROCESSORS: { [N in JobName]: ProcessorOf<N> } = {
  operate,
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

/** Who carries a job out. The worker alone imports this. */
export const processorOf = (name: JobName): Processor<unknown> => PROCESSORS[name];
