import type { Button } from '@slack/types';
import type { Filter } from '../../records/filter.ts';
import { recordType } from '../../records/types.ts';
import type { T } from '../../words/index.ts';
import { ACTIONS, button } from '../actions.ts';
import { LIMITS } from '../limits.ts';
import { type Message, message } from '../message.ts';
import { normal, plain, richText, truncate } from '../text.ts';
import { notice } from './notice.ts';

/** What a channel has asked for, as far as people see it. */
type Subscription = { id: string; filter: Filter; paused: boolean };

/** A filter in words: "every incident, team Service Desk, priority 1 or 2". */
export const filterWords = ({ filter }: Pick<Subscription, 'filter'>, t: T): string =>
  t.list([
    t(`every.${filter.type}`),
    ...(filter.assignmentGroup ? [t('subscriptions.team', { team: filter.assignmentGroup.label })] : []),
    ...(filter.priorities.length > 0 ? [t('subscriptions.priority', { priorities: t.either(filter.priorities) })] : []),
    ...(filter.states.length > 0
      ? [t('subscriptions.state', { states: t.either(filter.states.map(stateName(filter))) })]
      : []),
    ...(filter.category ? [t('subscriptions.category', { category: filter.category.label })] : []),
  ]);

const stateName =
  ({ type }: Filter) =>
  (value: string) =>
    recordType(type).states.find((state) => state.value === value)?.label ?? value;

/** Each takes two blocks; one is for the heading, one for what is left out. */
const MOST = (LIMITS.messageBlocks - 2) / 2;

/** The channel's subscriptions, each with what can be done about it. */
export function subscriptionList(subscriptions: Subscription[], t: T): Message {
  if (subscriptions.length === 0) return notice(t('subscriptions.none'));
  const shown = subscriptions.slice(0, MOST);
  const hidden = subscriptions.length - shown.length;
  const lines = shown.map((each) => {
    const what = filterWords(each, t);
    return each.paused ? t('subscriptions.is-paused', { what }) : what;
  });
  const rest = hidden > 0 ? [t('subscriptions.no-room', { count: hidden })] : [];
  return message([t('subscriptions.list'), ...lines, ...rest].join('\n'), [
    { type: 'header', text: plain(t('subscriptions.list.heading'), LIMITS.header) },
    ...shown.flatMap((each, index) => [
      { type: 'section', text: plain(lines[index] ?? '', LIMITS.section) } as const,
      {
        type: 'actions',
        elements: [
          ...(each.paused
            ? [button({ action: ACTIONS.adopt, text: t('subscriptions.take-over'), value: each.id, style: 'primary' })]
            : []),
          button({ action: ACTIONS.editSubscription, text: t('subscriptions.change'), value: each.id }),
          button({ action: ACTIONS.endSubscription, text: t('subscriptions.end'), value: each.id, style: 'danger' }),
        ],
      } as const,
    ]),
    ...rest.map((text) => ({ type: 'section', text: plain(text, LIMITS.section) }) as const),
  ]);
}

/** For the owner, by DM: Slack lets nobody but a person bring the app into a channel. */
export function subscriptionShutOut(subscription: Pick<Subscription, 'filter'> & { channel: string }, t: T): Message {
  const what = filterWords(subscription, t);
  return message(t('subscriptions.shut-out', { what }), [
    richText([
      normal(`${t('subscriptions.shut-out.before')} `),
      { type: 'channel', channel_id: subscription.channel },
      normal(t('subscriptions.shut-out.after', { what: truncate(what, LIMITS.section / 2) })),
    ]),
  ]);
}

const offered = (text: string, offer: Button): Message =>
  message(text, [
    { type: 'section', text: plain(text, LIMITS.section) },
    { type: 'actions', elements: [offer] },
  ]);

/**
 * The others in the channel read this, too, so it says nothing of what is watched.
 * @param isShared undefined where Slack does not say, as of a private channel that the app is not in yet
 */
export const subscriptionShared = ({ id }: Pick<Subscription, 'id'>, isShared: boolean | undefined, t: T): Message =>
  offered(
    t(isShared ? 'subscriptions.shared' : 'subscriptions.perhaps-shared'),
    button({ action: ACTIONS.adopt, text: t('subscriptions.go-on'), value: id }),
  );

export const subscriptionPaused = (subscription: Subscription, t: T): Message =>
  offered(
    t('subscriptions.paused', { what: filterWords(subscription, t) }),
    button({ action: ACTIONS.adopt, text: t('subscriptions.take-over'), value: subscription.id, style: 'primary' }),
  );
