import type { HomeView } from '@slack/types';
import type { Ticket } from '../../records/ticket.ts';
import type { T } from '../../words/index.ts';
import { ACTIONS, button } from '../actions.ts';
import { LIMITS } from '../limits.ts';
import type { Account } from '../messages/account.ts';
import { ticketPage } from '../messages/ticket-list.ts';
import { untoldBlocks } from '../messages/untold.ts';
import { normal, plain, richText, withMarks } from '../text.ts';

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
const more = (t: T): HomeView['blocks'][number] => ({
  type: 'context',
  elements: [plain(t('home.more'), LIMITS.section)],
});

export function homeView(parts: HomeParts, t: T): HomeView {
  const blocks: HomeView['blocks'] = [
    { type: 'header', text: plain(t('home.heading'), LIMITS.header) },
    parts.link === 'linked'
      ? richText(withMarks(t.parts('home.connected', { name: parts.account.name, instance: parts.account.instance })))
      : richText([normal(t(`home.link.${parts.link}`))]),
    {
      type: 'actions',
      elements:
        parts.link === 'linked'
          ? [
              button({ action: ACTIONS.fileIncident, text: t('press.file'), style: 'primary' }),
              button({ action: ACTIONS.listMine, text: t('home.send-tickets') }),
              button({ action: ACTIONS.disconnect, text: t('press.disconnect') }),
            ]
          : [button({ action: ACTIONS.connectAgain, text: t('press.connect'), style: 'primary' })],
    },
    { type: 'divider' },
    ...(parts.untold?.length ? [...untoldBlocks(parts.untold), { type: 'divider' as const }] : []),
  ];
  if (parts.link === 'linked') {
    if (parts.tickets === undefined)
      blocks.push({
        type: 'section',
        text: plain(t('home.away'), LIMITS.section),
      });
    else
      blocks.push(
        ...(ticketPage(
          {
            heading: t('list.mine-open'),
            empty: t('home.nothing-open'),
            tickets: parts.tickets,
            isFirst: true,
            next: undefined,
            first: undefined,
            turn: ACTIONS.turnPage,
          },
          t,
        ).blocks as HomeView['blocks']),
        ...(parts.tickets.length >= MANY ? [more(t)] : []),
      );
  }
  blocks.push(richText(withMarks(t.parts('home.help'))));
  return { type: 'home', blocks };
}
