import type { HomeView } from '@slack/types';
import type { Ticket } from '../../records/ticket.ts';
import { ACTIONS, button } from '../actions.ts';
import { LIMITS } from '../limits.ts';
import type { Account } from '../messages/account.ts';
import { ticketPage } from '../messages/ticket-list.ts';
import { untoldBlocks } from '../messages/untold.ts';
import { bold, code, normal, plain, richText } from '../text.ts';

type HomeParts = (
  | { link: 'none' | 'broken' }
  /** `tickets` is undefined where ServiceNow did not answer. */
  | { link: 'linked'; account: Account; tickets: Ticket[] | undefined }
) & {
  /** Sentences that Slack refused everywhere else. */
  untold?: string[];
};

/** From here on there may be more than are shown. */
const MANY = 5;
const MORE: HomeView['blocks'][number] = {
  type: 'context',
  elements: [plain('These are the latest. “Send me my tickets” gives you all of them, page by page.', LIMITS.section)],
};

export function homeView(parts: HomeParts): HomeView {
  const blocks: HomeView['blocks'] = [
    { type: 'header', text: plain('ServiceNow in Slack', LIMITS.header) },
    parts.link === 'linked'
      ? richText([normal('You are connected as '), bold(parts.account.name), normal(` on ${parts.account.instance}.`)])
      : richText([
          normal(
            parts.link === 'none'
              ? 'Connect your ServiceNow account, and I can file incidents and show your tickets, as you.'
              : 'ServiceNow no longer accepts your connection. Connect again to go on.',
          ),
        ]),
    {
      type: 'actions',
      elements:
        parts.link === 'linked'
          ? [
              button({ action: ACTIONS.fileIncident, text: 'File an incident', style: 'primary' }),
              button({ action: ACTIONS.listMine, text: 'Send me my tickets' }),
              button({ action: ACTIONS.disconnect, text: 'Disconnect' }),
            ]
          : [button({ action: ACTIONS.connectAgain, text: 'Connect ServiceNow', style: 'primary' })],
    },
    { type: 'divider' },
    ...(parts.untold?.length ? [...untoldBlocks(parts.untold), { type: 'divider' as const }] : []),
  ];
  if (parts.link === 'linked') {
    if (parts.tickets === undefined)
      blocks.push({
        type: 'section',
        text: plain('ServiceNow is not answering right now, so I cannot show your tickets.', LIMITS.section),
      });
    else
      blocks.push(
        ...(ticketPage({
          heading: 'Your open incidents',
          empty: 'Nothing open. Enjoy the quiet.',
          tickets: parts.tickets,
          isFirst: true,
          next: undefined,
          first: undefined,
          turn: ACTIONS.turnPage,
        }).blocks as HomeView['blocks']),
        ...(parts.tickets.length >= MANY ? [MORE] : []),
      );
  }
  blocks.push(richText([normal('Type '), code('/snow help'), normal(' anywhere to see what I can do.')]));
  return { type: 'home', blocks };
}
