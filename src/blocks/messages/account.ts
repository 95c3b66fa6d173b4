import type { Button } from '@slack/types';
import type { LinkReason } from '../../errors.ts';
import type { PlainKey, T } from '../../words/index.ts';
import { ACTIONS, button } from '../actions.ts';
import { LIMITS } from '../limits.ts';
import { type Message, message } from '../message.ts';
import { bold, normal, plain, richText, withMarks } from '../text.ts';

/** The account that a person acts with; it is always named, so that a wrong link is noticed. */
export type Account = { name: string; userName: string; instance: string };

/** @param url single-use and good for ten minutes */
export function connectPrompt(url: string, reason: LinkReason, t: T): Message {
  const why = t(`accounts.why.${reason}`);
  return message(t('accounts.open-link', { why, url }), [
    { type: 'section', text: plain(why, LIMITS.section) },
    {
      type: 'actions',
      elements: [button({ action: ACTIONS.connect, text: t('press.connect'), url, style: 'primary' })],
    },
    { type: 'context', elements: [plain(t('accounts.link-works'), LIMITS.section)] },
  ]);
}

const connectAgain = (text: string): Button => button({ action: ACTIONS.connectAgain, text, style: 'primary' });

/** Where a link would be long dead when it is read, or would lie in the store: the button asks for a fresh one. */
export function reconnectNotice(reason: LinkReason, t: T): Message {
  const why = t(`accounts.why.${reason}`);
  return message(why, [
    { type: 'section', text: plain(why, LIMITS.section) },
    {
      type: 'actions',
      elements: [connectAgain(t(reason === 'none' ? 'press.connect' : 'accounts.connect-again'))],
    },
  ]);
}

/** @param endsAt in ms; people read the day */
export function connectionEnds(endsAt: number, t: T): Message {
  const text = t('accounts.ends', { day: new Date(endsAt) });
  return message(text, [
    { type: 'section', text: plain(text, LIMITS.section) },
    { type: 'actions', elements: [connectAgain(t('accounts.connect-again'))] },
  ]);
}

/** What goes on at a click, by its operation. */
const GOES_ON: Record<string, PlainKey> = {
  incident: 'accounts.go-on.incident',
  subscribe: 'accounts.go-on.subscribe',
};

/** @param waiting the operation that waits for this */
export const connected = (account: Account, waiting: string | undefined, t: T): Message =>
  message(t('accounts.connected', account), [
    richText(withMarks(t.parts('accounts.connected', account))),
    {
      type: 'actions',
      elements: [
        ...(waiting
          ? [button({ action: ACTIONS.resumePending, text: t(GOES_ON[waiting] ?? 'accounts.go-on'), style: 'primary' })]
          : []),
        button({ action: ACTIONS.disconnect, text: t('press.disconnect'), label: t('accounts.disconnect.label') }),
      ],
    },
  ]);

export function whoAmI({ name, userName, instance }: Account, linkedAt: number, t: T): Message {
  const values = { name, userName, instance, since: new Date(linkedAt) };
  return message(t('accounts.who-am-i', values), [
    richText(withMarks(t.parts('accounts.who-am-i', values))),
    { type: 'actions', elements: [button({ action: ACTIONS.disconnect, text: t('press.disconnect') })] },
  ]);
}

type Connection = { alias: string; instance: string; account: (Account & { linkedAt: number }) | undefined };

/** Where there are several instances: a paragraph for each. */
export function whoAmIOn(connections: Connection[], t: T): Message {
  const phrases = connections.map(({ alias, instance, account }) => {
    if (!account) return { alias, text: t('accounts.not-connected', { instance, alias }), parts: undefined };
    const { name, userName, linkedAt } = account;
    const values = { name, userName, instance, since: new Date(linkedAt) };
    return { alias, text: t('accounts.who-am-i', values), parts: t.parts('accounts.who-am-i', values) };
  });
  const [one = ''] = connections.filter(({ account }) => account).map(({ alias }) => alias);
  return message(phrases.map(({ alias, text }) => `${alias}: ${text}`).join('\n'), [
    ...phrases.map(({ alias, text, parts }) =>
      richText([bold(`${alias}: `), ...(parts ? withMarks(parts) : [normal(text)])]),
    ),
    { type: 'context', elements: [plain(t('accounts.to-end', { alias: one }), LIMITS.section)] },
  ]);
}
