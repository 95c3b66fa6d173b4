import type { ModalView } from '@slack/types';
import type { Ticket } from '../../records/ticket.ts';
import { LIMITS } from '../limits.ts';
import { type FilingRemarks, remarkLines } from '../messages/filing.ts';
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

export const queuedView = (title: string, reason: string): ModalView =>
  status('Queued', [
    sentence(
      `“${title}” is queued and not lost. ${reason} I keep trying, and send you a message as soon as it is filed.`,
    ),
  ]);

export const filedView = (ticket: Ticket, remarks: FilingRemarks): ModalView =>
  status('Incident filed', [
    sentence('Your incident is filed. I sent you a message with the same details.'),
    ...ticketBlocks(ticket),
    ...remarkLines(remarks).map(sentence),
    { type: 'actions', elements: [openButton(ticket)] },
  ]);

export const failedView = (title: string, reason: string, unsure = false): ModalView =>
  status(unsure ? 'Perhaps filed' : 'Not filed', [
    sentence(
      `${unsure ? `I do not know whether “${title}” was filed.` : `“${title}” was not filed.`} ${reason} What you entered is kept: look at my message.`,
    ),
  ]);
