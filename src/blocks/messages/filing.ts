import { reasonFor, sentenceFor } from '../../errors.ts';
import { MAX_FILES } from '../../records/draft.ts';
import type { Ticket } from '../../records/ticket.ts';
import type { T } from '../../words/index.ts';
import { ACTIONS, button } from '../actions.ts';
import { LIMITS } from '../limits.ts';
import { type Message, message } from '../message.ts';
import { bold, normal, plain, richText } from '../text.ts';
import { watchCard } from './notification.ts';

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
const FILE_CAUSES: Record<string, string> = {
  'too-many': `I bring ${MAX_FILES} at a time: please send it once more`,
  'file-size': 'its size is not the one that Slack names; please upload it once more',
  'file-elsewhere': 'Slack has only a link to it; please send that link',
};

function namedFile({ name = 'a file', cause, isUnsure }: Unattached): string {
  const known = Object.hasOwn(FILE_CAUSES, cause) ? FILE_CAUSES[cause] : undefined;
  const why = known ?? (isUnsure ? 'perhaps it is there: please look' : undefined);
  return why ? `${name} (${why})` : name;
}

export const unattachedLine = (files: Unattached[]): string[] =>
  files.length > 0 ? [`These files could not be attached: ${files.map(namedFile).join(', ')}.`] : [];

export function remarkLines({ changed, unattached, wasThere }: FilingRemarks): string[] {
  const kept = wasThere
    ? `ServiceNow did not let me change these: ${changed.join(', ')}.${wasThere.isCommented ? ' Your new description is there as a comment.' : ''}`
    : `ServiceNow set these differently from what you entered: ${changed.join(', ')}.`;
  return [
    ...(wasThere ? ['It had been filed before you changed it, so I brought it up to date.'] : []),
    ...(changed.length > 0 ? [kept] : []),
    ...unattachedLine(unattached),
  ];
}

/** The DM that says which ticket was filed. It becomes the ticket's card. `watched`: its person hears of changes. */
export function ticketFiled(ticket: Ticket, remarks: FilingRemarks, watched: boolean): Message {
  const lines = remarkLines(remarks);
  const card = watchCard(ticket, `${ticket.type}/${ticket.sysId}`, 'filed', {
    canReopen: false,
    canConfirm: false,
    canDecide: false,
  });
  const priority = ticket.fields.find(({ label }) => label === 'Priority')?.text;
  const twin = `Filed ${ticket.number}: ${ticket.title}. State: ${ticket.state}.${priority ? ` Priority: ${priority}.` : ''} ${lines.join(' ')} ${ticket.url}`;
  return message(twin, [
    richText([
      bold('Your incident is filed.'),
      ...(watched ? [normal(' I will tell you here when something changes.')] : []),
    ]),
    ...lines.map((line) => ({ type: 'section', text: plain(line, LIMITS.section) }) as const),
    ...card.blocks,
  ]);
}

/** ServiceNow does not answer; the work is safe and goes on by itself. */
export function filingQueued(title: string, error: unknown, t: T): Message {
  const text = `“${title}” is queued and not lost. ${reasonFor(error, t)} I keep trying, and tell you here as soon as it is filed.`;
  return message(text, [{ type: 'section', text: plain(text, LIMITS.section) }]);
}

const WHOLE = 'If my form lacks what is needed, finish it in ServiceNow: everything is filled in there.';
const CUT =
  'If my form lacks what is needed, finish it in ServiceNow: everything is filled in there but the end of the description, which you can copy from “Change it and file”.';

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
  const reason = whyFailed(isUnsure, error, t);
  const text = isUnsure
    ? `I do not know whether “${title}” was filed. ${reason} What you entered is kept: if you try again, I look first, and nothing is filed twice.`
    : `“${title}” was not filed. ${reason} What you entered is kept.${form ? ` ${form.isWhole ? WHOLE : CUT}` : ''}`;
  return message(text, [
    { type: 'section', text: plain(text, LIMITS.section) },
    {
      type: 'actions',
      elements: [
        button({ action: ACTIONS.tryAgain, text: 'Try again', value: jobId, style: 'primary' }),
        ...(form ? [button({ action: ACTIONS.openInServiceNow, text: 'Finish in ServiceNow', url: form.url })] : []),
        button({ action: ACTIONS.editAndFile, text: 'Change it and file', value: jobId }),
      ],
    },
  ]);
}
