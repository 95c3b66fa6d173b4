import { decided, undecided } from '../../blocks/messages/approval.ts';

export const say = decided('approved');

export const sayLast = undecided;
