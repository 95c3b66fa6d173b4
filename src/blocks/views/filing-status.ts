import type { ModalView } from '@slack/types';
import { reasonFor } from '../../errors.ts';
import type { Ticket } from '../../records/ticket.ts';
import type { T } from '../../words/index.ts';
import { LIMITS } from '../limits.ts';
import { type Failed, type FilingRemarks, remarkLines, whyFailed } from '../messages/filing.ts';
import { openButton, ticketBlocks } from '../messages/ticket-card.ts';
import { plain } from '../text.ts';

const FILING_STATUS = 'filing-status';

const status = (title: string, blocks: ModalView['blocks'], t: T): ModalView => ({
  type: 'modal',
  callback_id: FILING_STATUS,
  title: plain(title, LIMITS.viewTitle),
  close: plain(t('press.close'), LIMITS.viewButton),
  blocks,
});

const sentence = (text: string) => ({ type: 'section', text: plain(text, LIMITS.section) }) as const;

/** What the form turns into the moment its work is safe. */
export const filingView = (title: string, t: T): ModalView =>
  status(t('filing.view.filing'), [sentence(t('filing.view.filing.what', { title }))], t);

export const queuedView = (title: string, error: unknown, t: T): ModalView =>
  status(t('filing.view.queued'), [sentence(t('filing.view.queued.what', { title, reason: reasonFor(error, t) }))], t);

export const filedView = (ticket: Ticket, remarks: FilingRemarks, t: T): ModalView =>
  status(
    t('filing.view.filed'),
    [
      sentence(t('filing.view.filed.what')),
      ...ticketBlocks(ticket, t),
      ...remarkLines(remarks, t).map(sentence),
      { type: 'actions', elements: [openButton(ticket, t)] },
    ],
    t,
  );

export function failedView({ title, isUnsure }: Pick<Failed, 'title' | 'isUnsure'>, error: unknown, t: T): ModalView {
  const kind = isUnsure ? 'filing.view.unsure' : 'filing.view.failed';
  const values = { title, reason: whyFailed(isUnsure, error, t) };
  return status(t(kind), [sentence(t(`${kind}.what`, values))], t);
}
