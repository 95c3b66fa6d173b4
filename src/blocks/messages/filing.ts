import { reasonFor, sentenceFor } from '../../errors.ts';
import { MAX_FILES } from '../../records/draft.ts';
import type { Ticket } from '../../records/ticket.ts';
import type { T } from '../../words/index.ts';
import { ACTIONS, button } from '../actions.ts';
import { LIMITS } from '../limits.ts';
import { type Message, message } from '../message.ts';
import { plain, richText, withMarks } from '../text.ts';
import { notice } from './notice.ts';
import { watchCard } from './notification.ts';
import { twinOf } from './ticket-card.ts';

export type FilingRemarks = {
  /** Labels of fields that ServiceNow did not take as they were sent. */
  changed: string[];
  /** Files that could not be attached. */
  unattached: Unattached[];
  /** It had been filed before its person changed it; `isCommented`: its new description became a comment. */
  wasThere?: { isCommented: boolean } | undefined;
};

/** A file that did not get to its ticket. `name`: undefined where Slack did not say. */
export type Unattached = { name: string | undefined; cause: string | number; isUnsure: boolean };

/** Why a file is not on the ticket, where there is more to say than that it was refused. */
function causeOf({ cause, isUnsure }: Unattached, t: T): string | undefined {
  if (cause === 'too-many') return t('filing.file.too-many', { most: MAX_FILES });
  if (cause === 'file-size') return t('filing.file.size');
  if (cause === 'file-elsewhere') return t('filing.file.elsewhere');
  return isUnsure ? t('filing.file.perhaps') : undefined;
}

function namedFile(unattached: Unattached, t: T): string {
  const { name: file = t('filing.a-file') } = unattached;
  const why = causeOf(unattached, t);
  return why ? t('filing.file', { file, why }) : file;
}

export const unattachedLine = (files: Unattached[], t: T): string[] =>
  files.length > 0 ? [t('filing.unattached', { files: t.list(files.map((file) => namedFile(file, t))) })] : [];

export function remarkLines({ changed, unattached, wasThere }: FilingRemarks, t: T): string[] {
  const kept = !wasThere
    ? 'filing.set-differently'
    : wasThere.isCommented
      ? 'filing.not-changed.commented'
      : 'filing.not-changed';
  return [
    ...(wasThere ? [t('filing.was-there')] : []),
    ...(changed.length > 0 ? [t(kept, { fields: t.list(changed.map(t.label)) })] : []),
    ...unattachedLine(unattached, t),
  ];
}

/** The DM that says which ticket was filed. It becomes the ticket's card. `watched`: its person hears of changes. */
export function ticketFiled(ticket: Ticket, remarks: FilingRemarks, watched: boolean, t: T): Message {
  const lines = remarkLines(remarks, t);
  const state = { canReopen: false, canConfirm: false, canDecide: false };
  const card = watchCard(ticket, `${ticket.type}/${ticket.sysId}`, 'filed', state, t);
  const twin = [t('filing.twin', { ticket: twinOf(ticket, t) }), ...lines, ticket.url].join(' ');
  return message(twin, [
    richText(withMarks(t.parts(watched ? 'filing.filed.watched' : 'filing.filed.unwatched'))),
    ...lines.map((line) => ({ type: 'section', text: plain(line, LIMITS.section) }) as const),
    ...card.blocks,
  ]);
}

/** ServiceNow does not answer; the work is safe and goes on by itself. */
export const filingQueued = (title: string, error: unknown, t: T): Message =>
  notice(t('filing.queued', { title, reason: reasonFor(error, t) }));

export type Failed = {
  title: string;
  /** Names the kept work; whoever presses a button is checked against it. */
  jobId: string;
  /** It may be filed although ServiceNow has not said so; both buttons find it then. */
  isUnsure: boolean;
  /** The instance's own form with all of it filled in, or with all but the end of the description. */
  form: { url: string; isWhole: boolean } | undefined;
};

/** Where it may be there all the same, nothing is said of what to do about it. */
export const whyFailed = (isUnsure: boolean, error: unknown, t: T) =>
  isUnsure ? reasonFor(error, t) : sentenceFor(error, t);

export function filingFailed({ title, jobId, isUnsure, form }: Failed, error: unknown, t: T): Message {
  const failed = !form ? 'filing.failed' : form.isWhole ? 'filing.failed.whole' : 'filing.failed.cut';
  const text = t(isUnsure ? 'filing.unsure' : failed, { title, reason: whyFailed(isUnsure, error, t) });
  return message(text, [
    { type: 'section', text: plain(text, LIMITS.section) },
    {
      type: 'actions',
      elements: [
        button({ action: ACTIONS.tryAgain, text: t('filing.try-again'), value: jobId, style: 'primary' }),
        ...(form ? [button({ action: ACTIONS.openInServiceNow, text: t('filing.finish'), url: form.url })] : []),
        button({ action: ACTIONS.editAndFile, text: t('filing.change'), value: jobId }),
      ],
    },
  ]);
}
