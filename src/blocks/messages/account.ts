import { ACTIONS, button } from '../actions.ts';
import { LIMITS } from '../limits.ts';
import { type Message, message } from '../message.ts';
import { bold, normal, plain, richText } from '../text.ts';

/** The account that a person acts with; it is always named, so that a wrong link is noticed. */
export type Account = { name: string; userName: string; instance: string };

const spelled = ({ name, userName, instance }: Account) => `${name} (${userName}) on ${instance}`;

/** @param url single-use and good for ten minutes */
export function connectPrompt(url: string, reason: keyof typeof WHY): Message {
  const why = WHY[reason];
  return message(`${why} Open this link within ten minutes: ${url}`, [
    { type: 'section', text: plain(why, LIMITS.section) },
    {
      type: 'actions',
      elements: [button({ action: ACTIONS.connect, text: 'Connect ServiceNow', url, style: 'primary' })],
    },
    { type: 'context', elements: [plain('The link works once, for you only, for ten minutes.', LIMITS.section)] },
  ]);
}

const WHY = {
  none: 'Connect your ServiceNow account first. I then act as you, with your own rights, and as nobody else.',
  broken:
    'ServiceNow no longer accepts your connection. That happens about every hundred days, or when somebody revokes it. ' +
    'Connect again, and I will carry on where I stopped; nothing is lost.',
  other:
    'You asked for that while another ServiceNow account was connected, so I have not done it with this one. ' +
    'I keep it for a week: connect that account again, and I carry on. Or ask for it anew.',
} as const;

/** Where a link would be long dead when it is read, or would lie in the store: the button asks for a fresh one. */
export function reconnectNotice(reason: keyof typeof WHY): Message {
  return message(WHY[reason], [
    { type: 'section', text: plain(WHY[reason], LIMITS.section) },
    {
      type: 'actions',
      elements: [
        button({
          action: ACTIONS.connectAgain,
          text: reason === 'none' ? 'Connect ServiceNow' : 'Connect again',
          style: 'primary',
        }),
      ],
    },
  ]);
}

/** @param endsAt in ms; people read the day */
export function connectionEnds(endsAt: number): Message {
  const day = new Date(endsAt).toISOString().slice(0, 10);
  const text =
    `Your connection to ServiceNow ends on ${day}: it lasts a hundred days. Everything works until then. ` +
    'Connect again now, which takes a minute, and nothing will be interrupted.';
  return message(text, [
    { type: 'section', text: plain(text, LIMITS.section) },
    { type: 'actions', elements: [button({ action: ACTIONS.connectAgain, text: 'Connect again', style: 'primary' })] },
  ]);
}

/** What goes on at a click, by its operation. */
const GOES_ON: Record<string, string> = {
  incident: 'Continue with your incident',
  subscribe: 'Continue with your subscription',
};

/** @param waiting the operation that waits for this */
export function connected(account: Account, waiting: string | undefined): Message {
  const text = `You are connected as ${spelled(account)}. If that is not you, disconnect at once.`;
  return message(text, [
    richText([
      normal('You are connected as '),
      bold(account.name),
      normal(` (${account.userName}) on ${account.instance}. If that is not you, disconnect at once.`),
    ]),
    {
      type: 'actions',
      elements: [
        ...(waiting
          ? [button({ action: ACTIONS.resumePending, text: GOES_ON[waiting] ?? 'Continue', style: 'primary' })]
          : []),
        button({ action: ACTIONS.disconnect, text: 'Disconnect', label: 'Disconnect this ServiceNow account' }),
      ],
    },
  ]);
}

export function whoAmI(account: Account, since: number): Message {
  const day = new Date(since).toISOString().slice(0, 10);
  return message(`You are connected as ${spelled(account)} since ${day}.`, [
    richText([
      normal('You are connected as '),
      bold(account.name),
      normal(` (${account.userName}) on ${account.instance} since ${day}.`),
    ]),
    { type: 'actions', elements: [button({ action: ACTIONS.disconnect, text: 'Disconnect' })] },
  ]);
}
