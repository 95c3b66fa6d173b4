import { ACTIONS } from '../../blocks/actions.ts';
import { LinkRequiredError } from '../../errors.ts';
import { alone, defineOperation, noArgs } from '../define.ts';

export const connect = defineOperation({
  name: 'connect',
  kind: 'question',
  words: ['connect', 'login', 'link'],
  usage: ['connect'],
  summary: 'operations.connect',
  details: ['operations.connect.link'],
  args: noArgs,
  mayEndWithAlias: true,
  parse: alone,
  buttons: { [ACTIONS.connectAgain]: () => ({}) },
  // Whoever needs a link is offered one, and so is who asks for nothing else.
  atOnce: () => Promise.reject(new LinkRequiredError('none')),
});
