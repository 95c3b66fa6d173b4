import { z } from 'zod';
import { CorruptDataError } from '../errors.ts';
import type { Field, ServiceNowRecord } from '../records/types.ts';

/** With `sysparm_display_value=all` a member is an object; some releases still answer plain strings for some of them. */
const member = z
  .union([z.string(), z.looseObject({ value: z.string().nullish(), display_value: z.string().nullish() }), z.null()])
  .transform((raw): Field => {
    if (raw === null) return { value: '', displayValue: '' };
    if (typeof raw === 'string') return { value: raw, displayValue: raw };
    return { value: raw.value ?? raw.display_value ?? '', displayValue: raw.display_value ?? raw.value ?? '' };
  });

/** 32 hex digits but for a few of the platform's own; it goes into addresses, so it is never more than a name. */
const SYS_ID = /^[\w.-]{1,64}$/;

const row = z.record(z.string(), member).transform((fields, context): ServiceNowRecord => {
  const sysId = fields['sys_id']?.value;
  if (sysId && SYS_ID.test(sysId)) return { sysId, fields };
  context.addIssue('a record has no sys_id');
  return z.NEVER;
});

export const recordAnswer = z.object({ result: row }).transform(({ result }) => result);
export const recordsAnswer = z.object({ result: z.array(row) }).transform(({ result }) => result);

export const currentUserAnswer = z
  .object({ result: z.looseObject({ user_sys_id: z.string().regex(/^[0-9a-f]{32}$/) }) })
  .transform(({ result }) => ({ sysId: result.user_sys_id }));

export const attachmentsAnswer = z
  .object({
    result: z.array(
      z.looseObject({
        sys_id: z.string(),
        file_name: z.string(),
        // An access rule may hide these.
        size_bytes: z.string().optional(),
        sys_created_by: z.string().optional(),
      }),
    ),
  })
  .transform(({ result }) =>
    result.map((each) => ({
      sysId: each.sys_id,
      name: each.file_name,
      bytes: each.size_bytes ? Number(each.size_bytes) : undefined,
      by: each.sys_created_by || undefined,
    })),
  );

/** An upload that was taken; a file whose id is not told is there all the same. */
export const attachedAnswer = z
  .object({ result: z.looseObject({ sys_id: z.string() }) })
  .transform(({ result }): string | undefined => result.sys_id)
  .catch(undefined);

/** @throws {CorruptDataError} when the answer does not have the documented shape; says where, never what. */
export function parseAnswer<T>(schema: z.ZodType<T>, json: unknown, what: string): T {
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const places = parsed.error.issues.slice(0, 3).map((issue) => issue.path.join('.') || '(root)');
  throw new CorruptDataError(`${what}: unexpected shape at ${places.join(', ')}`);
}
