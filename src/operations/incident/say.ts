import { filingFailed, filingQueued, ticketFiled } from '../../blocks/messages/filing.ts';
import { failedView, filedView, queuedView } from '../../blocks/views/filing-status.ts';
import type { T } from '../../words/index.ts';
import type { Said } from '../define.ts';
import type { Args } from './index.ts';
import type { Remains, Result } from './run.ts';

/** The message that says "filed" is the ticket's card. */
export const say = ({ ticket, snapshot, watched, viewId, ...remarks }: Result, t: T): Said => ({
  ...ticketFiled(ticket, remarks, watched, t),
  card: { ref: { type: ticket.type, sysId: ticket.sysId }, snapshot },
  ...modal(viewId, filedView(ticket, remarks, t)),
});

export const sayDelayed = ({ draft: { title }, viewId }: Args, error: unknown, t: T): Said => ({
  ...filingQueued(title, error, t),
  ...modal(viewId, queuedView(title, error, t)),
});

export const sayLast = ({ viewId, ...remains }: Remains, error: unknown, t: T): Said => ({
  ...filingFailed(remains, error, t),
  ...modal(viewId, failedView(remains, error, t)),
});

const modal = (id: string | undefined, view: NonNullable<Said['modal']>['view']): Pick<Said, 'modal'> =>
  id === undefined ? {} : { modal: { id, view } };
