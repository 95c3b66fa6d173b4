import { z } from 'zod';
import { ACTIONS } from '../../blocks/actions.ts';
import { notice } from '../../blocks/messages/notice.ts';
import { defineOperation } from '../define.ts';

const args = z.object({ messageTs: z.string(), lane: z.enum(['comment', 'note']) });

const sending = (lane: z.infer<typeof args>['lane']) => (messageTs: string) => ({ messageTs, lane });

/** Says who may read a reply that was held back. */
export const sendReply = defineOperation({
  name: 'send-reply',
  kind: 'deed',
  args,
  buttons: { [ACTIONS.sendAsComment]: sending('comment'), [ACTIONS.sendAsNote]: sending('note') },
  async atOnce({ messageTs, lane }, { sendHeld }, t) {
    const { sent, said } = await sendHeld(messageTs, lane);
    return sent ? notice(t(`replies.sent.${sent}`)) : notice(t(`replies.held.${said}`));
  },
});
