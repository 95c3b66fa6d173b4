import { decided, undecided } from '../../blocks/messages/approval.ts';

export const say = decided('rejected');

export const sayLast = undecided;
