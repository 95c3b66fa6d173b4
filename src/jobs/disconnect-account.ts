import { notice } from '../blocks/messages/notice.ts';
import { answerFailure } from './answer-failure.ts';
import type { ProcessorOf } from './catalogue.ts';

const SAID = {
  'was-not-linked': 'You were not connected, so there was nothing to do.',
  revoked: 'You are disconnected. ServiceNow has forgotten the access, and so have I.',
  'in-use':
    'You are disconnected here. ServiceNow keeps the access, because another connection of the same ServiceNow account uses it.',
  unproved:
    'I have forgotten your access, but ServiceNow did not confirm that it has. To be sure, open ServiceNow, Self-Service, My Connected Apps, and revoke it there.',
} as const;

/** Revokes at ServiceNow and deletes the link. */
export const disconnectAccount: ProcessorOf<'disconnect-account'> = {
  async process({ person, reply }, { connect, reply: answer, log }) {
    const result = await connect.disconnect(person);
    log.info({ result }, 'disconnected');
    await answer(person, reply, notice(SAID[result]));
  },
  onGiveUp: answerFailure,
};
