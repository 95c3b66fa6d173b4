import type { Job } from 'bullmq';
import { z } from 'zod';
import type { Link } from '../accounts/links.ts';
import { LinkRequiredError } from '../errors.ts';
import { personSchema } from '../redis/keys.ts';
import { replyTargetSchema } from '../slack/reply.ts';
import type { Services } from './define.ts';

/** What all payloads have in common, read before a job's own schema is known. */
export const envelope = z.looseObject({
  correlationId: z.string(),
  /** Absent where a job concerns nobody in particular, such as the poll. */
  person: personSchema.optional().catch(undefined),
  account: z.string().optional(),
  /** Where a person asked for it. */
  operation: z.string().optional().catch(undefined),
  reply: replyTargetSchema.optional().catch(undefined),
});

export type Envelope = z.infer<typeof envelope>;

/** As whom a deed is done; absent where its person was not linked when they asked for it. */
export const accountIn = (job: Job): string | undefined => envelope.safeParse(job.data).data?.account;

/**
 * A deed is done as the ServiceNow user as whom its person asked for it, or not at all: they may have connected another one
 * while it waited.
 * @returns the link, where it had to be read
 * @throws {LinkRequiredError}
 */
export async function demandAccount(
  { person, account }: Envelope,
  { links }: Pick<Services, 'links'>,
): Promise<Link | undefined> {
  if (!person || account === undefined) return undefined;
  const link = await links.find(person);
  if (link?.status === 'linked' && link.user.sysId !== account) throw new LinkRequiredError('other');
  return link;
}
