import { z } from 'zod';
import { subscriptionId } from '../records/filter.ts';

/** For what a button of a channel's subscription asks for. */
export const aboutSubscription = z.object({ id: subscriptionId });

export type AboutSubscription = z.infer<typeof aboutSubscription>;

/** Reads the value of such a button. */
export const idIn = (value: string): AboutSubscription | undefined => aboutSubscription.safeParse({ id: value }).data;
