import { adopt } from './adopt/index.ts';
import { approvals } from './approvals/index.ts';
import { approve } from './approve/index.ts';
import { card } from './card/index.ts';
import { comment } from './comment/index.ts';
import { confirmFixed } from './confirm-fixed/index.ts';
import { connect } from './connect/index.ts';
import type { Operation, Step, Wish } from './define.ts';
import { disconnect } from './disconnect/index.ts';
import { endSubscription } from './end-subscription/index.ts';
import { helpFor } from './help/index.ts';
import { incident } from './incident/index.ts';
import { list } from './list/index.ts';
import { mute } from './mute/index.ts';
import { reject } from './reject/index.ts';
import { reopen } from './reopen/index.ts';
import { search } from './search/index.ts';
import { sendReply } from './send-reply/index.ts';
import { settings } from './settings/index.ts';
import { show } from './show/index.ts';
import { snooze } from './snooze/index.ts';
import { subscribe } from './subscribe/index.ts';
import { tryAgain } from './try-again/index.ts';
import { unsubscribe } from './unsubscribe/index.ts';
import { unwatch } from './unwatch/index.ts';
import { watch } from './watch/index.ts';
import { whoami } from './whoami/index.ts';
import { why } from './why/index.ts';

/** What a person can do. Grammar, help, buttons, forms, README and tests derive from this table, in its order. */
export const OPERATIONS: readonly Operation[] = [
  helpFor(() => OPERATIONS),
  incident,
  show,
  list,
  search,
  watch,
  unwatch,
  approvals,
  subscribe,
  unsubscribe,
  settings,
  connect,
  disconnect,
  whoami,
  comment,
  reopen,
  confirmFixed,
  approve,
  reject,
  why,
  mute,
  snooze,
  card,
  adopt,
  endSubscription,
  sendReply,
  tryAgain,
];

export const operationCalled = (name: string): Operation | undefined => OPERATIONS.find((each) => each.name === name);

export const operationFor = (word: string): Operation | undefined =>
  OPERATIONS.find(({ words }) => words?.includes(word));

/** What a wish calls for; undefined where nobody knows it: it was kept under an older release. */
export const nextOf = ({ operation, args }: Wish): Step | undefined => operationCalled(operation)?.next(args);

/** Builders number the buttons of one row, for Slack wants their ids to differ: `turn-page-0`. */
const unnumbered = (id: string) => id.replace(/-\d+$/, '');

/** What a pressed button means. `isKnown` tells a button of an older release from a value that cannot be read. */
export function wishBehind(actionId: string, value: string): { isKnown: boolean; wish?: Wish } {
  const id = unnumbered(actionId);
  for (const { name, buttons = {} } of OPERATIONS) {
    const read = Object.hasOwn(buttons, id) ? buttons[id] : undefined;
    if (!read) continue;
    const args = read(value);
    return { isKnown: true, ...(args === undefined ? {} : { wish: { operation: name, args } }) };
  }
  return { isKnown: false };
}

/** Every action id that the table answers. */
export const buttonIds = (): string[] => OPERATIONS.flatMap(({ buttons = {} }) => Object.keys(buttons));
