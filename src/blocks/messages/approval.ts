import { reasonFor } from '../../errors.ts';
import type { Ticket } from '../../records/ticket.ts';
import type { T } from '../../words/index.ts';
import { ACTIONS, button } from '../actions.ts';
import { LIMITS } from '../limits.ts';
import { type Message, message } from '../message.ts';
import { plain, truncate } from '../text.ts';
import { notice } from './notice.ts';
import { openButton } from './ticket-card.ts';

/** Enough to decide on; all of it is a click away. */
const DESCRIPTION_LIMIT = 500;

const MORE = 'More are waiting. Decide on these, and ask again.';

/** What waits for somebody's approval, with the two answers. @param more whether some are left out */
export function approvalList(entries: { ticket: Ticket; ref: string; canDecide: boolean }[], more: boolean): Message {
  if (entries.length === 0) {
    const nothing = 'Nothing waits for your approval.';
    return message(nothing, [{ type: 'section', text: plain(nothing, LIMITS.section) }]);
  }
  const lines = entries.map(({ ticket }) =>
    [
      `${ticket.number}: ${truncate(ticket.title, 300)}`,
      ...ticket.fields.map(({ label, text }) => `${label}: ${text}`),
      ...(ticket.description ? [truncate(ticket.description, DESCRIPTION_LIMIT)] : []),
    ].join('\n'),
  );
  const rest = more ? [MORE] : [];
  return message(['Waiting for your approval:', ...lines, ...rest].join('\n'), [
    { type: 'header', text: plain('Waiting for your approval', LIMITS.header) },
    ...entries.flatMap(({ ticket, ref, canDecide }, index) => [
      { type: 'section', text: plain(lines[index] ?? '', LIMITS.section) } as const,
      {
        type: 'actions',
        elements: [
          ...(canDecide
            ? [
                button({
                  action: ACTIONS.approve,
                  text: 'Approve',
                  label: `Approve ${ticket.number}`,
                  value: ref,
                  style: 'primary',
                  confirm: {
                    title: plain('Approve this?', LIMITS.confirmTitle),
                    text: plain(`${ticket.number} is approved in your name.`, LIMITS.confirmText),
                    confirm: plain('Approve', LIMITS.confirmButton),
                    deny: plain('Not yet', LIMITS.confirmButton),
                  },
                }),
                button({
                  action: ACTIONS.reject,
                  text: 'Reject',
                  label: `Reject ${ticket.number}`,
                  value: ref,
                  style: 'danger',
                }),
              ]
            : []),
          openButton(ticket),
        ],
      } as const,
    ]),
    ...rest.map((text) => ({ type: 'section', text: plain(text, LIMITS.section) }) as const),
  ]);
}

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
