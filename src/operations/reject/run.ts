import { type Decided, decide, lookBackAt } from '../decision.ts';
import type { Act, Tools } from '../tools.ts';
import type { Args } from './index.ts';

type Uses = Pick<Tools, 'me' | 'desk' | 'own' | 'log'>;

export const run = (tools: Uses, { ref, comment }: Args, act: Act): Promise<Decided> =>
  decide(tools, { ref, verb: 'reject', comment }, act);

export const lookBack = (
  tools: Uses,
  { ref, comment }: Args,
  act: Act,
  error: unknown,
): Promise<'perhaps' | undefined> => lookBackAt(tools, { ref, verb: 'reject', comment }, act, error);
