import type { Button } from '@slack/types';
import { reasonFor } from '../../errors.ts';
import type { Ticket } from '../../records/ticket.ts';
import type { T } from '../../words/index.ts';
import { ACTIONS, button } from '../actions.ts';
import { LIMITS } from '../limits.ts';
import { type Message, message } from '../message.ts';
import { plain, truncate } from '../text.ts';
import { notice } from './notice.ts';
import { inWords, openButton } from './ticket-card.ts';

/** Enough to decide on; all of it is a click away. */
const DESCRIPTION_LIMIT = 500;

/** What waits for somebody's approval, with the two answers. @param more whether some are left out */
export function approvalList(
  waiting: { ticket: Ticket; ref: string; canDecide: boolean }[],
  more: boolean,
  t: T,
): Message {
  if (waiting.length === 0) return notice(t('approvals.none'));
  const entries = waiting.map((entry) => ({ ...entry, ticket: inWords(entry.ticket, t) }));
  const lines = entries.map(({ ticket }) =>
    [
      `${ticket.number}: ${truncate(ticket.title, 300)}`,
      ...ticket.fields.map(({ label, text }) => `${label}: ${text}`),
      ...(ticket.description ? [truncate(ticket.description, DESCRIPTION_LIMIT)] : []),
    ].join('\n'),
  );
  const rest = more ? [t('approvals.more')] : [];
  return message([`${t('approvals.waiting')}:`, ...lines, ...rest].join('\n'), [
    { type: 'header', text: plain(t('approvals.waiting'), LIMITS.header) },
    ...entries.flatMap(({ ticket, ref, canDecide }, index) => [
      { type: 'section', text: plain(lines[index] ?? '', LIMITS.section) } as const,
      {
        type: 'actions',
        elements: [...(canDecide ? decisionButtons(ticket.number, ref, t) : []), openButton(ticket, t)],
      } as const,
    ]),
    ...rest.map((text) => ({ type: 'section', text: plain(text, LIMITS.section) }) as const),
  ]);
}

/** The two answers, the one of which asks once more. */
export const decisionButtons = (number: string, ref: string, t: T): Button[] => [
  button({
    action: ACTIONS.approve,
    text: t('approvals.approve'),
    label: t('approvals.approve.label', { number }),
    value: ref,
    style: 'primary',
    confirm: {
      title: plain(t('approvals.approve.sure'), LIMITS.confirmTitle),
      text: plain(t('approvals.approve.what', { number }), LIMITS.confirmText),
      confirm: plain(t('approvals.approve'), LIMITS.confirmButton),
      deny: plain(t('approvals.not-yet'), LIMITS.confirmButton),
    },
  }),
  button({
    action: ACTIONS.reject,
    text: t('approvals.reject'),
    label: t('approvals.reject.label', { number }),
    value: ref,
    style: 'danger',
  }),
];

type Decided =
  | { kind: 'gone' }
  | { kind: 'decided'; number: string; inTheirName: boolean }
  | { kind: 'not-taken'; number: string }
  | { kind: 'decided-before'; number: string; state: string; by: string };

/** What came of a decision. An approval may have no number that its approver sees. */
export const decided =
  (decision: 'approved' | 'rejected') =>
  (result: Decided, t: T): Message => {
    if (result.kind === 'gone') return notice(t('decision.gone'));
    const number = result.number || t('decision.unnamed');
    switch (result.kind) {
      case 'decided':
        return notice(t(result.inTheirName ? `decision.${decision}.yours` : `decision.${decision}`, { number }));
      case 'not-taken':
        return notice(t('decision.not-taken', { number }));
      case 'decided-before': {
        const { state, by } = result;
        return notice(by ? t('decision.before.by', { number, state, by }) : t('decision.before', { number, state }));
      }
    }
  };

/** After the last attempt to decide, where it may be decided all the same. */
export const undecided = (_perhaps: 'perhaps', error: unknown, t: T): Message =>
  notice(t('decision.perhaps', { reason: reasonFor(error, t) }));
