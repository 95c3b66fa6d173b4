import type { ModalView } from '@slack/types';
import { ACTIONS, button } from '../actions.ts';
import { LIMITS } from '../limits.ts';
import { plain } from '../text.ts';

/** @param url single-use and good for ten minutes; a view is not kept in any conversation */
export const connectView = (url: string): ModalView => ({
  type: 'modal',
  title: plain('Connect ServiceNow', LIMITS.viewTitle),
  close: plain('Close', LIMITS.viewButton),
  blocks: [
    {
      type: 'section',
      text: plain(
        'The link works once, for you only, for ten minutes. I then act in ServiceNow as you and as nobody else.',
        LIMITS.section,
      ),
    },
    {
      type: 'actions',
      elements: [button({ action: ACTIONS.connect, text: 'Connect ServiceNow', url, style: 'primary' })],
    },
  ],
});
