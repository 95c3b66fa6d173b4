import { MAX_FILES } from '../../records/draft.ts';
import type { Ticket } from '../../records/ticket.ts';
import { ACTIONS, button } from '../actions.ts';
import { LIMITS } from '../limits.ts';
import { type Message, message } from '../message.ts';
import { bold, normal, plain, richText } from '../text.ts';
import { watchCard } from './notification.ts';

export type FilingRemarks = {
  /** Labels of fields that ServiceNow did not take as they were sent. */
  changed: string[];
  /** Names of files that could not be attached. */
  unattached: string[];
  /** It had been filed before its person changed it. */
  wasThere?: boolean | undefined;
  /** Its new description became a comment. */
  isCommented?: boolean | undefined;
};

export const SOME_FILE = 'a file';

/** Why a file is not on the ticket, where there is more to say than that it was refused. */
const FILE_CAUSES: Record<string, string> = {
  'too-many': `I bring ${MAX_FILES} at a time: please send it once more`,
  'file-size': 'its size is not the one that Slack names; please upload it once more',
  'file-elsewhere': 'Slack has only a link to it; please send that link',
};

export function namedFile(name: string, cause: string | number, isUnsure: boolean): string {
  const known = Object.hasOwn(FILE_CAUSES, cause) ? FILE_CAUSES[cause] : undefined;
  const why = known ?? (isUnsure ? 'perhaps it is there: please look' : undefined);
  return why ? `${name} (${why})` : name;
}

export function remarkLines({ changed, unattached, wasThere, isCommented }: FilingRemarks): string[] {
  const kept = wasThere
    ? `ServiceNow did not let me change these: ${changed.join(', ')}.${isCommented ? ' Your new description is there as a comment.' : ''}`
    : `ServiceNow set these differently from what you entered: ${changed.join(', ')}.`;
  return [
    ...(wasThere ? ['It had been filed before you changed it, so I brought it up to date.'] : []),
    ...(changed.length > 0 ? [kept] : []),
    ...(unattached.length > 0 ? [`These files could not be attached: ${unattached.join(', ')}.`] : []),
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
export function filingQueued(title: string, reason: string): Message {
  const text = `“${title}” is queued and not lost. ${reason} I keep trying, and tell you here as soon as it is filed.`;
  return message(text, [{ type: 'section', text: plain(text, LIMITS.section) }]);
}

const WHOLE = 'If my form lacks what is needed, finish it in ServiceNow: everything is filled in there.';
const CUT =
  'If my form lacks what is needed, finish it in ServiceNow: everything is filled in there but the end of the description, which you can copy from “Change it and file”.';

/**
 * @param jobId names the kept work; whoever presses the button is checked against it
 * @param form the instance's own form with all of it filled in, or with all but the end of the description
 * @param unsure it may be filed although ServiceNow has not said so; both buttons find it then
 */
export function filingFailed(
  title: string,
  reason: string,
  jobId: string,
  unsure = false,
  form?: { url: string; isWhole: boolean },
): Message {
  const text = unsure
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
