import type { Button, ContextBlock, Overflow, RichTextElement } from '@slack/types';
import type { Change } from '../../records/changes.ts';
import { type RecordRef, refKey } from '../../records/ref.ts';
import type { Ticket } from '../../records/ticket.ts';
import type { T } from '../../words/index.ts';
import { ACTIONS, button } from '../actions.ts';
import { LIMITS } from '../limits.ts';
import { type Message, message } from '../message.ts';
import { bold, link, normal, plain, richText, truncate } from '../text.ts';
import { decisionButtons } from './approval.ts';
import { openButton, ticketBlocks, twinOf } from './ticket-card.ts';

/** Why somebody is told; each has a way to stop it. `passedOn`: the last that is told of it, unless they choose to watch it. */
export const REASONS = ['filed', 'asked', 'assigned', 'passedOn', 'approval', 'subscribed'] as const;
export type ReasonWord = (typeof REASONS)[number];

/** What a person may do with the record right now. */
export type CardState = { canReopen: boolean; canConfirm: boolean; canDecide: boolean };

export const CARD_MENU = ['why', 'snoozeDay', 'snoozeState', 'mute', 'unwatch'] as const;

/** @param ref `type/sysId`, comes back with every button; it proves nothing, the person's own rights decide */
export function watchCard(ticket: Ticket, ref: string, reason: ReasonWord, state: CardState, t: T): Message {
  const number = t.label(ticket.number);
  // In a channel there is no "you" whose watch could be muted, and words in the thread stay there.
  const inChannel = reason === 'subscribed';
  const told = t(`told.${reason}`);
  return message(`${twinOf(ticket, t)} ${told}`, [
    ...ticketBlocks(ticket, t),
    {
      type: 'actions',
      elements: [...stateButtons(number, ref, state, t), openButton(ticket, t), ...(inChannel ? [] : [menu(ref, t)])],
    },
    {
      type: 'context',
      elements: [plain(`${told} ${hint(number, reason, state, t)}`, LIMITS.section)],
    },
  ]);
}

function hint(number: string, reason: ReasonWord, { canDecide }: CardState, t: T): string {
  if (reason === 'subscribed') return t('told.hint.channel');
  if (canDecide) return '';
  return reason === 'passedOn' ? t('told.hint.passed-on', { number }) : t('told.hint');
}

function stateButtons(number: string, ref: string, { canReopen, canConfirm, canDecide }: CardState, t: T): Button[] {
  if (canDecide) return decisionButtons(number, ref, t);
  const about = (action: string, key: 'ticket.fixed' | 'ticket.reopen' | 'ticket.add-comment') => ({
    action,
    text: t(key),
    label: t(`${key}.label`, { number }),
    value: ref,
  });
  return [
    ...(canConfirm ? [button({ ...about(ACTIONS.confirmFixed, 'ticket.fixed'), style: 'primary' })] : []),
    ...(canReopen ? [button(about(ACTIONS.reopen, 'ticket.reopen'))] : []),
    button(about(ACTIONS.addComment, 'ticket.add-comment')),
  ];
}

const menu = (ref: string, t: T): Overflow => ({
  type: 'overflow',
  action_id: ACTIONS.cardMenu,
  options: CARD_MENU.map((item) => ({
    text: plain(t(`menu.${item}`), LIMITS.optionText),
    value: `${item}:${ref}`,
  })),
});

/** What a thread says: one short line for each change, who, what, from where to where. */
function changeLines(changes: Change[], by: string, lineLimit: number, t: T): RichTextElement[][] {
  const valueLimit = Math.min(VALUE_LIMIT, Math.floor(lineLimit / 2));
  const value = (text: string) => truncate(text || t('changes.none'), valueLimit);
  return changes.map((change) => {
    if (change.kind === 'comments')
      return [bold(`${commentLabel(change, by, t)}: `), normal(truncate(change.text || t('changes.empty'), lineLimit))];
    return [
      bold(`${t.label(change.label)}: `),
      normal(`${value(change.from)} → ${value(change.to)}`),
      normal(by ? ` ${t('changes.by', { name: by })}` : ''),
    ];
  });
}

type Comment = Extract<Change, { kind: 'comments' }>;

/** What cannot be parted is told whole, headers and all, and whose it is only as far as that is known. */
function commentLabel({ internal, author, isMixed }: Comment, by: string, t: T): string {
  const several = isMixed ? 's' : '';
  const kind = internal ? (`changes.note${several}` as const) : (`changes.comment${several}` as const);
  const name = author || by;
  return name ? t(`${kind}.by`, { name }) : t(kind);
}

const context = (text: string): ContextBlock => ({ type: 'context', elements: [plain(text, LIMITS.section)] });

const VALUE_LIMIT = 400;
const MAX_LINES = 20;
/** What a whole message may say, shared among its lines; Slack does not document where a message of many blocks ends. */
const MESSAGE_LIMIT = 10_000;
const LONGEST_COMMENT = 2_500;

export function changeMessage(number: string, changes: Change[], by: string, t: T): Message {
  const lineLimit = Math.min(LONGEST_COMMENT, Math.floor(MESSAGE_LIMIT / Math.min(changes.length, MAX_LINES)));
  const lines = changeLines(changes, by, lineLimit, t);
  const shown = lines.slice(0, MAX_LINES);
  const rest = lines.length - shown.length;
  const spelled = shown.map((line) => line.map((part) => ('text' in part ? part.text : '')).join(''));
  const more = rest > 0 ? [t('changes.more', { count: rest })] : [];
  // Long texts are spread over blocks, because one block of rich text has a limit, too.
  return message([t('changes.of', { number: t.label(number) }), ...spelled, ...more].join(' '), [
    ...shown.map((line): Message['blocks'][number] => richText(line)),
    ...more.map((text): Message['blocks'][number] => context(text)),
  ]);
}

/** Why this person hears of this ticket, and how to hear less. */
export function whyMessage(number: string, reason: ReasonWord, ref: string, t: T): Message {
  const text = t(`why.${reason}`, { number });
  return message(text, [
    { type: 'section', text: plain(text, LIMITS.section) },
    {
      type: 'actions',
      elements: [
        button({ action: ACTIONS.muteTicket, text: t('menu.mute'), value: ref }),
        button({ action: ACTIONS.openSettings, text: t('menu.settings') }),
      ],
    },
  ]);
}

/** One message a day: what changed in which ticket. */
export function digestMessage(
  entries: { number: string; title: string; url: string; changes: Change[] }[],
  t: T,
): Message {
  const twin = entries.map(({ number, title, changes }) =>
    t('digest.twin.ticket', { number: t.label(number), title: t.label(title), count: changes.length }),
  );
  const listed = entries.slice(0, MAX_DIGEST);
  const count = listed.reduce((sum, { changes }) => sum + Math.min(changes.length, MAX_DIGEST_LINES), 0);
  const lineLimit = Math.min(DIGEST_LINE, Math.floor(MESSAGE_LIMIT / Math.max(count, 1)));
  return message([t('digest.twin'), ...twin].join(' '), [
    { type: 'header', text: plain(t('digest.heading'), LIMITS.header) },
    ...listed.map(({ number, title, url, changes }) =>
      richText(
        [link(url, t.label(number)), bold(` ${truncate(t.label(title), DIGEST_TITLE)}`)],
        ...changeLines(changes, '', lineLimit, t).slice(0, MAX_DIGEST_LINES),
        ...(changes.length > MAX_DIGEST_LINES
          ? [[normal(t('digest.more', { count: changes.length - MAX_DIGEST_LINES }))]]
          : []),
      ),
    ),
    ...(entries.length > MAX_DIGEST ? [context(t('digest.more-tickets', { count: entries.length - MAX_DIGEST }))] : []),
  ]);
}

const MAX_DIGEST = 20;
/** Slack's limit of blocks, less the header and the last line. */
const MAX_ARRIVALS = LIMITS.messageBlocks - 2;

type ArrivedTicket = { number: string; title: string; ref: RecordRef; reason: 'assigned' | 'approval' };

/** Many that came to somebody at once, each with a way to its card. */
export function arrivalsMessage(arrivals: ArrivedTicket[], t: T): Message {
  const heading = t('arrivals.heading', { count: arrivals.length });
  const listed = arrivals.slice(0, MAX_ARRIVALS);
  const lines = listed.map(({ number, title, reason }) => ({
    first: `${t.label(number)} · ${t(`arrivals.${reason}`)}`,
    title: truncate(t.label(title), DIGEST_TITLE),
  }));
  const rest = arrivals.length - listed.length;
  const more = [...(rest > 0 ? [t('arrivals.rest', { count: rest })] : []), t('arrivals.each')].join(' ');
  return message([`${heading}.`, ...lines.map(({ first, title }) => `${first}: ${title}`), more].join('\n'), [
    { type: 'header', text: plain(heading, LIMITS.header) },
    ...listed.map(({ number, ref }, index): Message['blocks'][number] => ({
      type: 'section',
      text: plain(`${lines[index]?.first}\n${lines[index]?.title}`, LIMITS.section),
      accessory: button({
        action: ACTIONS.showCard,
        text: t('ticket.show'),
        label: t('press.show', { number: t.label(number) }),
        value: refKey(ref),
      }),
    })),
    context(more),
  ]);
}

const DIGEST_TITLE = 100;
const DIGEST_LINE = 200;
const MAX_DIGEST_LINES = 6;

/**
 * What is for staff only could be answered where the caller reads it, so a reply needs a second look.
 * @param wasLast it is the last word of the thread; otherwise nobody knows any more
 */
export function laneQuestion(ts: string, wasLast: boolean, t: T): Message {
  const text = t(wasLast ? 'replies.lane.was-internal' : 'replies.lane.has-internal');
  return message(text, [
    { type: 'section', text: plain(text, LIMITS.section) },
    {
      type: 'actions',
      elements: [
        button({ action: ACTIONS.sendAsNote, text: t('replies.lane.note'), value: ts, style: 'primary' }),
        button({ action: ACTIONS.sendAsComment, text: t('replies.lane.comment'), value: ts }),
      ],
    },
  ]);
}
