import type { AboutRecord } from '../about-record.ts';
import { type Decided, decide, lookBackAt } from '../decision.ts';
import type { Act, Tools } from '../tools.ts';

type Uses = Pick<Tools, 'me' | 'desk' | 'own' | 'log'>;

export const run = (tools: Uses, { ref }: AboutRecord, act: Act): Promise<Decided> =>
  decide(tools, { ref, verb: 'approve', comment: '' }, act);

export const lookBack = (tools: Uses, { ref }: AboutRecord, act: Act, error: unknown): Promise<'perhaps' | undefined> =>
  lookBackAt(tools, { ref, verb: 'approve', comment: '' }, act, error);
