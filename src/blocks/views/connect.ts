import type { ModalView } from '@slack/types';
import type { T } from '../../words/index.ts';
import { ACTIONS, button } from '../actions.ts';
import { LIMITS } from '../limits.ts';
import { plain } from '../text.ts';

/** @param url single-use and good for ten minutes; a view is not kept in any conversation */
export const connectView = (url: string, t: T): ModalView => ({
  type: 'modal',
  title: plain(t('press.connect'), LIMITS.viewTitle),
  close: plain(t('press.close'), LIMITS.viewButton),
  blocks: [
    { type: 'section', text: plain(t('accounts.link-works.as-you'), LIMITS.section) },
    {
      type: 'actions',
      elements: [button({ action: ACTIONS.connect, text: t('press.connect'), url, style: 'primary' })],
    },
  ],
});
