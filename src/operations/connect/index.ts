import { ACTIONS } from '../../blocks/actions.ts';
import { LinkRequiredError } from '../../errors.ts';
import { alone, defineOperation, noArgs } from '../define.ts';

export const connect = defineOperation({
  name: 'connect',
  kind: 'question',
  words: ['connect', 'login', 'link'],
  usage: ['connect'],
  summary: 'connect your ServiceNow account',
  details: ['You get a link that works once, for ten minutes. I then act in ServiceNow as you and as nobody else.'],
  args: noArgs,
  parse: alone,
  buttons: { [ACTIONS.connectAgain]: () => ({}) },
  // Whoever needs a link is offered one, and so is who asks for nothing else.
  atOnce: () => Promise.reject(new LinkRequiredError('none')),
});
