import { noArgs } from '../jobs/work-types.ts';
import { alone, defineCommand } from './outcome.ts';

export const connect = defineCommand({
  words: ['connect', 'login', 'link'],
  usage: ['connect'],
  summary: 'connect your ServiceNow account',
  details: ['You get a link that works once, for ten minutes. I then act in ServiceNow as you and as nobody else.'],
  args: noArgs,
  parse: alone,
  run: () => ({ kind: 'connect' }),
});

export const disconnect = defineCommand({
  words: ['disconnect', 'logout', 'unlink'],
  usage: ['disconnect'],
  summary: 'revoke the connection and forget it',
  args: noArgs,
  parse: alone,
  run: () => ({ kind: 'work', work: { name: 'disconnect-account', args: {} } }),
});

export const whoami = defineCommand({
  words: ['whoami', 'me'],
  usage: ['whoami'],
  summary: 'which ServiceNow account you are connected as',
  args: noArgs,
  parse: alone,
  run: () => ({ kind: 'who-am-i' }),
});
