import type { ModalView } from '@slack/types';
import { reasonFor } from '../../errors.ts';
import type { Ticket } from '../../records/ticket.ts';
import type { T } from '../../words/index.ts';
import { LIMITS } from '../limits.ts';
import { type Failed, type FilingRemarks, remarkLines, whyFailed } from '../messages/filing.ts';
import { openButton, ticketBlocks } from '../messages/ticket-card.ts';
import { plain } from '../text.ts';

const FILING_STATUS = 'filing-status';

const status = (title: string, blocks: ModalView['blocks']): ModalView => ({
  type: 'modal',
  callback_id: FILING_STATUS,
  title: plain(title, LIMITS.viewTitle),
  close: plain('Close', LIMITS.viewButton),
  blocks,
});

const sentence = (text: string) => ({ type: 'section', text: plain(text, LIMITS.section) }) as const;

/** What the form turns into the moment its work is safe. */
export const filingView = (title: string): ModalView =>
  status('Filing…', [sentence(`“${title}” is being filed. You can close this; I will send you a message either way.`)]);

export const queuedView = (title: string, error: unknown, t: T): ModalView =>
  status('Queued', [
    sentence(
      `“${title}” is queued and not lost. ${reasonFor(error, t)} I keep trying, and send you a message as soon as it is filed.`,
    ),
  ]);

export const filedView = (ticket: Ticket, remarks: FilingRemarks): ModalView =>
  status('Incident filed', [
    sentence('Your incident is filed. I sent you a message with the same details.'),
    ...ticketBlocks(ticket),
    ...remarkLines(remarks).map(sentence),
    { type: 'actions', elements: [openButton(ticket)] },
  ]);

export const failedView = ({ title, isUnsure }: Pick<Failed, 'title' | 'isUnsure'>, error: unknown, t: T): ModalView =>
  status(isUnsure ? 'Perhaps filed' : 'Not filed', [
    sentence(
      `${isUnsure ? `I do not know whether “${title}” was filed.` : `“${title}” was not filed.`} ${whyFailed(isUnsure, error, t)} What you entered is kept: look at my message.`,
    ),
  ]);
