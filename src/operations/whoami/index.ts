import { whoAmI, whoAmIOn } from '../../blocks/messages/account.ts';
import { alone, defineOperation, noArgs } from '../define.ts';

export const whoami = defineOperation({
  name: 'whoami',
  kind: 'question',
  words: ['whoami', 'me'],
  usage: ['whoami'],
  summary: 'operations.whoami',
  args: noArgs,
  parse: alone,
  async atOnce(_args, known, t) {
    const connections = await known.connections();
    if (connections.some(({ account }) => account)) return whoAmIOn(connections, t);
    const account = await known.account();
    return whoAmI(account, account.linkedAt, t);
  },
});
