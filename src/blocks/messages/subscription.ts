import type { Filter } from '../../records/filter.ts';
import { recordType } from '../../records/types.ts';
import { ACTIONS, button } from '../actions.ts';
import { LIMITS } from '../limits.ts';
import { type Message, message } from '../message.ts';
import { normal, plain, richText, truncate } from '../text.ts';
import { notice } from './notice.ts';

/** What a channel has asked for, as far as people see it. */
type Subscription = { id: string; filter: Filter; paused: boolean };

/** A filter in words: "incidents, team Service Desk, priority 1 or 2". */
export function filterWords({ filter }: Pick<Subscription, 'filter'>): string {
  const { label } = recordType(filter.type);
  return [
    `every ${label}`,
    ...(filter.assignmentGroup ? [`team ${filter.assignmentGroup.label}`] : []),
    ...(filter.priorities.length > 0 ? [`priority ${filter.priorities.join(' or ')}`] : []),
    ...(filter.states.length > 0 ? [`state ${filter.states.map(stateName(filter)).join(' or ')}`] : []),
    ...(filter.category ? [`category ${filter.category.label}`] : []),
  ].join(', ');
}

const stateName =
  ({ type }: Filter) =>
  (value: string) =>
    recordType(type).states.find((state) => state.value === value)?.label ?? value;

/** Each takes two blocks; one is for the heading, one for what is left out. */
const MOST = (LIMITS.messageBlocks - 2) / 2;

/** The channel's subscriptions, each with what can be done about it. */
export function subscriptionList(subscriptions: Subscription[]): Message {
  if (subscriptions.length === 0) {
    const text = 'This channel has no subscriptions. Type /snow subscribe to make one.';
    return message(text, [{ type: 'section', text: plain(text, LIMITS.section) }]);
  }
  const shown = subscriptions.slice(0, MOST);
  const hidden = subscriptions.length - shown.length;
  const lines = shown.map((each) => `${filterWords(each)}${each.paused ? ' (paused)' : ''}`);
  const rest =
    hidden > 0 ? [`There is no room here for ${hidden} more. Where one of these ends, the next appears.`] : [];
  return message(['This channel hears of:', ...lines, ...rest].join('\n'), [
    { type: 'header', text: plain('What this channel hears of', LIMITS.header) },
    ...shown.flatMap((each, index) => [
      { type: 'section', text: plain(lines[index] ?? '', LIMITS.section) } as const,
      {
        type: 'actions',
        elements: [
          ...(each.paused
            ? [button({ action: ACTIONS.adopt, text: 'Take it over', value: each.id, style: 'primary' })]
            : []),
          button({ action: ACTIONS.editSubscription, text: 'Change', value: each.id }),
          button({ action: ACTIONS.endSubscription, text: 'End', value: each.id, style: 'danger' }),
        ],
      } as const,
    ]),
    ...rest.map((text) => ({ type: 'section', text: plain(text, LIMITS.section) }) as const),
  ]);
}

/** For the owner, by DM: Slack lets nobody but a person bring the app into a channel. */
export function subscriptionShutOut(subscription: Pick<Subscription, 'filter'> & { channel: string }): Message {
  const what = filterWords(subscription);
  const next =
    'Type /invite there and add me, and I tell what changes from then on. To end it, type /snow unsubscribe.';
  return message(`I cannot post in a channel that you subscribed to ${what}. ${next}`, [
    richText([
      normal('I cannot post in '),
      { type: 'channel', channel_id: subscription.channel },
      normal(`, so it does not hear of ${truncate(what, LIMITS.section / 2)}. ${next}`),
    ]),
  ]);
}

/**
 * The others in the channel read this, too, so it says nothing of what is watched.
 * @param isShared undefined where Slack does not say, as of a private channel that the app is not in yet
 */
export function subscriptionShared({ id }: Pick<Subscription, 'id'>, isShared: boolean | undefined): Message {
  const who = isShared
    ? 'People of another company are in this channel and would read what I tell here.'
    : 'I cannot see who is in this channel. If people of another company are, they would read what I tell here.';
  const text = `${who} So news from ServiceNow is paused until a colleague lets it go on, with their own rights.`;
  return message(text, [
    { type: 'section', text: plain(text, LIMITS.section) },
    { type: 'actions', elements: [button({ action: ACTIONS.adopt, text: 'Let it go on', value: id })] },
  ]);
}

export function subscriptionPaused(subscription: Subscription): Message {
  const text = `News about ${filterWords(subscription)} is paused: the person who set it up is no longer connected to ServiceNow. A colleague can take it over, with their own rights.`;
  return message(text, [
    { type: 'section', text: plain(text, LIMITS.section) },
    {
      type: 'actions',
      elements: [button({ action: ACTIONS.adopt, text: 'Take it over', value: subscription.id, style: 'primary' })],
    },
  ]);
}

/** Its button was pressed in another conversation than its own. */
export const OTHER_CHANNELS = notice('That subscription belongs to another channel.');

export const HAS_ENDED = notice('That subscription has ended already.');
