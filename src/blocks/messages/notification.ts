import type { ContextBlock, Overflow, RichTextElement } from '@slack/types';
import type { Change } from '../../records/changes.ts';
import { type RecordRef, refKey } from '../../records/ref.ts';
import type { Ticket } from '../../records/ticket.ts';
import type { T } from '../../words/index.ts';
import { ACTIONS, button } from '../actions.ts';
import { LIMITS } from '../limits.ts';
import { type Message, message } from '../message.ts';
import { bold, link, normal, plain, richText, truncate } from '../text.ts';
import { openButton, ticketBlocks } from './ticket-card.ts';

/** Why somebody is told, in words; each has a way to stop it. */
export const REASON_WORDS = {
  filed: 'you filed it',
  asked: 'you chose to watch it',
  assigned: 'it is assigned to you',
  /** The last that is told of it, unless they choose to watch it. */
  passedOn: 'it was assigned to you',
  approval: 'it waits for your approval',
  subscribed: 'this channel subscribed to tickets like it',
} as const;

export type ReasonWord = keyof typeof REASON_WORDS;

/** What a person may do with the record right now. */
export type CardState = { canReopen: boolean; canConfirm: boolean; canDecide: boolean };

export const CARD_MENU = {
  why: 'Why am I told?',
  snoozeDay: 'Quiet for a day',
  snoozeState: 'Quiet until the state changes',
  mute: 'Mute this ticket',
  unwatch: 'Stop watching',
} as const;

type CardMenuItem = keyof typeof CARD_MENU;

const REPLY_HINT = 'Answer in this thread to add a comment that the caller and the team can read.';
const CHANNEL_HINT = 'Type /snow unsubscribe to see or change what it hears of.';

/** @param ref `type/sysId`, comes back with every button; it proves nothing, the person's own rights decide */
export function watchCard(ticket: Ticket, ref: string, reason: ReasonWord, state: CardState): Message {
  const priority = ticket.fields.find(({ label }) => label === 'Priority')?.text;
  // In a channel there is no "you" whose watch could be muted, and words in the thread stay there.
  const inChannel = reason === 'subscribed';
  const passedOn = `To go on hearing of it, type /snow watch ${ticket.number}.`;
  const hint = inChannel ? CHANNEL_HINT : state.canDecide ? '' : reason === 'passedOn' ? passedOn : REPLY_HINT;
  const told = `${inChannel ? 'Told' : 'You are told'} because ${REASON_WORDS[reason]}.`;
  const twin = `${ticket.number}: ${ticket.title}. State: ${ticket.state}.${priority ? ` Priority: ${priority}.` : ''} ${told}`;
  return message(twin, [
    ...ticketBlocks(ticket),
    {
      type: 'actions',
      elements: [...stateButtons(ticket, ref, state), openButton(ticket), ...(inChannel ? [] : [menu(ref)])],
    },
    {
      type: 'context',
      elements: [plain(`${told} ${hint}`, LIMITS.section)],
    },
  ]);
}

function stateButtons({ number }: Ticket, ref: string, { canReopen, canConfirm, canDecide }: CardState) {
  if (canDecide)
    return [
      button({
        action: ACTIONS.approve,
        text: 'Approve',
        label: `Approve ${number}`,
        value: ref,
        style: 'primary',
        confirm: {
          title: plain('Approve this?', LIMITS.confirmTitle),
          text: plain(`${number} is approved in your name.`, LIMITS.confirmText),
          confirm: plain('Approve', LIMITS.confirmButton),
          deny: plain('Not yet', LIMITS.confirmButton),
        },
      }),
      button({ action: ACTIONS.reject, text: 'Reject', label: `Reject ${number}`, value: ref, style: 'danger' }),
    ];
  return [
    ...(canConfirm
      ? [
          button({
            action: ACTIONS.confirmFixed,
            text: 'It is fixed',
            label: `${number} is fixed`,
            value: ref,
            style: 'primary',
          }),
        ]
      : []),
    ...(canReopen ? [button({ action: ACTIONS.reopen, text: 'Reopen', label: `Reopen ${number}`, value: ref })] : []),
    button({ action: ACTIONS.addComment, text: 'Add a comment', label: `Add a comment to ${number}`, value: ref }),
  ];
}

const menu = (ref: string): Overflow => ({
  type: 'overflow',
  action_id: ACTIONS.cardMenu,
  options: (Object.keys(CARD_MENU) as CardMenuItem[]).map((item) => ({
    text: plain(CARD_MENU[item], LIMITS.optionText),
    value: `${item}:${ref}`,
  })),
});

/** What a thread says: one short line for each change, who, what, from where to where. */
function changeLines(changes: Change[], by: string, lineLimit: number): RichTextElement[][] {
  const valueLimit = Math.min(VALUE_LIMIT, Math.floor(lineLimit / 2));
  return changes.map((change) => {
    if (change.kind === 'comments') {
      return [bold(`${commentLabel(change, by)}: `), normal(truncate(change.text || '(empty)', lineLimit))];
    }
    const { label, from, to } = change;
    return [
      bold(`${label}: `),
      normal(`${truncate(from || 'none', valueLimit)} → ${truncate(to || 'none', valueLimit)}`),
      normal(by ? ` by ${by}` : ''),
    ];
  });
}

type Comment = Extract<Change, { kind: 'comments' }>;

/** What cannot be parted is told whole, headers and all, and whose it is only as far as that is known. */
function commentLabel({ internal, author, isMixed }: Comment, by: string): string {
  const several = isMixed ? 's' : '';
  const kind = internal ? `Work note${several} (internal, staff only)` : `Comment${several}`;
  const name = author || by;
  return name ? `${kind} by ${name}${isMixed ? ' and perhaps others' : ''}` : kind;
}

const context = (text: string): ContextBlock => ({ type: 'context', elements: [plain(text, LIMITS.section)] });

const VALUE_LIMIT = 400;
const MAX_LINES = 20;
/** What a whole message may say, shared among its lines; Slack does not document where a message of many blocks ends. */
const MESSAGE_LIMIT = 10_000;
const LONGEST_COMMENT = 2_500;

export function changeMessage(number: string, changes: Change[], by: string): Message {
  const lineLimit = Math.min(LONGEST_COMMENT, Math.floor(MESSAGE_LIMIT / Math.min(changes.length, MAX_LINES)));
  const lines = changeLines(changes, by, lineLimit);
  const shown = lines.slice(0, MAX_LINES);
  const rest = lines.length - shown.length;
  const spelled = shown.map((line) => line.map((part) => ('text' in part ? part.text : '')).join(''));
  const more = rest > 0 ? [`and ${rest} more; open it in ServiceNow to see them all`] : [];
  // Long texts are spread over blocks, because one block of rich text has a limit, too.
  return message([`${number} changed.`, ...spelled, ...more].join(' '), [
    ...shown.map((line): Message['blocks'][number] => richText(line)),
    ...more.map((text): Message['blocks'][number] => context(text)),
  ]);
}

/** Why this person hears of this ticket, and how to hear less. */
export function whyMessage(number: string, reason: ReasonWord, ref: string): Message {
  const text = `You are told about ${number} because ${REASON_WORDS[reason]}.`;
  return message(text, [
    { type: 'section', text: plain(text, LIMITS.section) },
    {
      type: 'actions',
      elements: [
        button({ action: ACTIONS.muteTicket, text: 'Mute this ticket', value: ref }),
        button({ action: ACTIONS.openSettings, text: 'Change what I am told' }),
      ],
    },
  ]);
}

/** One message a day: what changed in which ticket. */
export function digestMessage(entries: { number: string; title: string; url: string; changes: Change[] }[]): Message {
  const twin = entries.map(({ number, title, changes }) => `${number}, ${title}: ${changes.length} changes.`).join(' ');
  const listed = entries.slice(0, MAX_DIGEST);
  const count = listed.reduce((sum, { changes }) => sum + Math.min(changes.length, MAX_DIGEST_LINES), 0);
  const lineLimit = Math.min(DIGEST_LINE, Math.floor(MESSAGE_LIMIT / Math.max(count, 1)));
  return message(`What changed since the last digest. ${twin}`, [
    { type: 'header', text: plain('What changed in your tickets', LIMITS.header) },
    ...listed.map(({ number, title, url, changes }) =>
      richText(
        [link(url, number), bold(` ${truncate(title, DIGEST_TITLE)}`)],
        ...changeLines(changes, '', lineLimit).slice(0, MAX_DIGEST_LINES),
        ...(changes.length > MAX_DIGEST_LINES ? [[normal(`and ${changes.length - MAX_DIGEST_LINES} more`)]] : []),
      ),
    ),
    ...(entries.length > MAX_DIGEST
      ? [context(`and ${entries.length - MAX_DIGEST} more tickets; type /snow list to see them`)]
      : []),
  ]);
}

const MAX_DIGEST = 20;
/** Slack's limit of blocks, less the header and the last line. */
const MAX_ARRIVALS = LIMITS.messageBlocks - 2;

const ARRIVAL_WORDS = { assigned: 'Assigned to you', approval: 'Waits for your approval' } as const;
type ArrivedTicket = { number: string; title: string; ref: RecordRef; reason: keyof typeof ARRIVAL_WORDS };

/** Many that came to somebody at once, each with a way to its card. */
export function arrivalsMessage(arrivals: ArrivedTicket[]): Message {
  const heading = `${arrivals.length} tickets came to you at once`;
  const listed = arrivals.slice(0, MAX_ARRIVALS);
  const lines = listed.map(({ number, title, reason }) => ({
    first: `${number} · ${ARRIVAL_WORDS[reason]}`,
    title: truncate(title, DIGEST_TITLE),
  }));
  const rest = arrivals.length - listed.length;
  const more = `${rest > 0 ? `And ${rest} more; type /snow list assigned or /snow approvals to see them all. ` : ''}Each gets a message of its own when it changes, or when you press “Show”.`;
  return message([`${heading}.`, ...lines.map(({ first, title }) => `${first}: ${title}`), more].join('\n'), [
    { type: 'header', text: plain(heading, LIMITS.header) },
    ...listed.map(({ number, ref }, index): Message['blocks'][number] => ({
      type: 'section',
      text: plain(`${lines[index]?.first}\n${lines[index]?.title}`, LIMITS.section),
      accessory: button({ action: ACTIONS.showCard, text: 'Show', label: `Show ${number}`, value: refKey(ref) }),
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
