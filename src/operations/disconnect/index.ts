import { ACTIONS } from '../../blocks/actions.ts';
import { alone, defineOperation, noArgs } from '../define.ts';

/** Revokes at ServiceNow and deletes the link. */
export const disconnect = defineOperation({
  name: 'disconnect',
  kind: 'deed',
  words: ['disconnect', 'logout', 'unlink'],
  usage: ['disconnect'],
  summary: 'operations.disconnect',
  args: noArgs,
  mayEndWithAlias: true,
  parse: alone,
  buttons: { [ACTIONS.disconnect]: () => ({}) },
  run: () => import('./run.ts'),
  say: () => import('./say.ts'),
});
