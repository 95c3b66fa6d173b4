import type { Button, ConfirmationDialog } from '@slack/types';
import { LIMITS } from './limits.ts';
import { plain, truncate } from './text.ts';

/** Every action id, written once. Builders use them, `listeners/actions.ts` answers them, and a test compares the two. */
export const ACTIONS = {
  openInServiceNow: 'open-in-servicenow',
  connect: 'connect',
  connectAgain: 'connect-again',
  disconnect: 'disconnect',
  fileIncident: 'file-incident',
  resumePending: 'resume-pending',
  showTicket: 'show-ticket',
  showCard: 'show-card',
  turnPage: 'turn-page',
  turnFound: 'turn-found',
  tryAgain: 'try-again',
  editAndFile: 'edit-and-file',
  previewPriority: 'preview-priority',
  previewPriorityUrgency: 'preview-priority-urgency',
  showHelp: 'show-help',
  listMine: 'list-mine',
  addComment: 'add-comment',
  reopen: 'reopen',
  confirmFixed: 'confirm-fixed',
  approve: 'approve',
  reject: 'reject',
  cardMenu: 'card-menu',
  muteTicket: 'mute-ticket',
  openSettings: 'open-settings',
  sendAsNote: 'send-as-note',
  sendAsComment: 'send-as-comment',
  adopt: 'adopt-subscription',
  endSubscription: 'end-subscription',
  editSubscription: 'edit-subscription',
  chooseKind: 'choose-kind',
} as const;

/** The card's menu is one element; each of its items is an action of its own. */
export const menuAction = (item: string) => `${ACTIONS.cardMenu}:${item}`;

/** What names an instance in front of a value, where there are several (`instances/mark.ts`). */
const MARK_ROOM = 10;

type ButtonOptions = {
  action: string;
  text: string;
  /** For screen readers, where the text alone does not say which one. */
  label?: string;
  value?: string;
  url?: string;
  style?: 'primary' | 'danger';
  confirm?: ConfirmationDialog;
};

export function button({ action, text, label, value, url, style, confirm }: ButtonOptions): Button {
  return {
    type: 'button',
    action_id: action,
    text: plain(text, LIMITS.buttonText),
    ...(label ? { accessibility_label: truncate(label, LIMITS.accessibilityLabel) } : {}),
    // Slack refuses an empty value.
    ...(value ? { value: truncate(value, LIMITS.buttonValue - MARK_ROOM) } : {}),
    ...(url ? { url } : {}),
    ...(style ? { style } : {}),
    ...(confirm ? { confirm } : {}),
  };
}
