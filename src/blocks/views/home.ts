import type { HomeView } from '@slack/types';
import type { Ticket } from '../../records/ticket.ts';
import type { T } from '../../words/index.ts';
import { ACTIONS, button } from '../actions.ts';
import { LIMITS } from '../limits.ts';
import type { Account } from '../messages/account.ts';
import { ticketPage } from '../messages/ticket-list.ts';
import { untoldBlocks } from '../messages/untold.ts';
import { normal, plain, richText, withMarks } from '../text.ts';

/** What the tab says of one instance. */
export type HomeSection = (
  | { link: 'none' | 'broken' }
  /** `tickets` is undefined where ServiceNow did not answer. */
  | { link: 'linked'; account: Account; tickets: Ticket[] | undefined }
) & {
  /** Names the instance where there are several, and in its buttons. */
  among?: { alias: string; instance: string; mark: (blocks: HomeView['blocks']) => HomeView['blocks'] };
};

type HomeParts = {
  /** One for each instance. */
  sections: HomeSection[];
  /** Sentences that Slack refused everywhere else. */
  untold?: string[];
};

/** From here on there may be more than are shown. */
const MANY = 5;
const more = (t: T): HomeView['blocks'][number] => ({
  type: 'context',
  elements: [plain(t('home.more'), LIMITS.section)],
});

export function homeView({ sections, untold = [] }: HomeParts, t: T): HomeView {
  const divider = { type: 'divider' as const };
  const [first, ...others] = sections;
  const blocks: HomeView['blocks'] = [
    { type: 'header', text: plain(t('home.heading'), LIMITS.header) },
    ...(first ? whoseBlocks(first, t) : []),
    divider,
    ...(untold.length > 0 ? [...untoldBlocks(untold, t), divider] : []),
    ...(first ? ticketBlocks(first, t) : []),
    ...others.flatMap((section) => [divider, ...whoseBlocks(section, t), ...ticketBlocks(section, t)]),
  ];
  return {
    type: 'home',
    blocks: [...blocks.slice(0, LIMITS.viewBlocks - 1), richText(withMarks(t.parts('home.help')))],
  };
}

/** Who they are there, and what they can do about it. */
function whoseBlocks(section: HomeSection, t: T): HomeView['blocks'] {
  const { among } = section;
  const blocks: HomeView['blocks'] = [
    section.link === 'linked'
      ? richText(
          withMarks(t.parts('home.connected', { name: section.account.name, instance: section.account.instance })),
        )
      : richText([normal(t(`home.link.${section.link}`))]),
    {
      type: 'actions',
      elements:
        section.link === 'linked'
          ? [
              button({ action: ACTIONS.fileIncident, text: t('press.file'), style: 'primary' }),
              button({ action: ACTIONS.listMine, text: t('home.send-tickets') }),
              button({ action: ACTIONS.disconnect, text: t('press.disconnect') }),
            ]
          : [button({ action: ACTIONS.connectAgain, text: t('press.connect'), style: 'primary' })],
    },
  ];
  if (!among) return blocks;
  const sign = { type: 'context' as const, elements: [plain(`${among.alias} · ${among.instance}`, LIMITS.section)] };
  return among.mark([sign, ...blocks]);
}

function ticketBlocks(section: HomeSection, t: T): HomeView['blocks'] {
  if (section.link !== 'linked') return [];
  const { tickets, among } = section;
  if (tickets === undefined) return [{ type: 'section', text: plain(t('home.away'), LIMITS.section) }];
  const { blocks } = ticketPage(
    {
      heading: t('list.mine-open'),
      empty: t('home.nothing-open'),
      tickets,
      isFirst: true,
      next: undefined,
      first: undefined,
      turn: ACTIONS.turnPage,
    },
    t,
  );
  const all = [...(blocks as HomeView['blocks']), ...(tickets.length >= MANY ? [more(t)] : [])];
  return among ? among.mark(all) : all;
}
