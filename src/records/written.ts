/** What the bridge itself writes into a ticket, beside the words of its person. */

export const CONFIRMED_FIXED = 'The person who asked for it says that it is fixed.';

export const asCorrection = (words: string): string => `Correction: ${words}`;

/** Below the description of what was filed from a message. Slack may tell neither its author nor its address. */
export function fromMessage({ author, permalink }: { author?: string | undefined; permalink?: string | undefined }) {
  const words = author ? `From a Slack message by ${author}` : 'From a Slack message';
  return permalink ? `${words}: ${permalink}` : `${words}.`;
}

export const filedTwice = (number: string): string => `Filed twice by mistake. ${number} is the one that counts.`;
