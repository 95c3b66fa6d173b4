import { z } from 'zod';
import { CorruptDataError } from '../errors.ts';
import type { Field, ServiceNowRecord } from '../records/types.ts';

/** A column's text, whatever its release makes of it; what has none is empty, and spoils nothing beside it. */
const textOf = (raw: unknown): string | undefined => {
  if (typeof raw === 'string') return raw;
  return typeof raw === 'number' || typeof raw === 'boolean' ? String(raw) : undefined;
};

const pairSchema = z.looseObject({ value: z.unknown().optional(), display_value: z.unknown().optional() });

/** With `sysparm_display_value=all` a member is an object; some releases answer plain values for some of them. */
const member = z.unknown().transform((raw): Field => {
  const pair = pairSchema.safeParse(raw).data;
  const value = textOf(pair ? pair.value : raw);
  const displayValue = textOf(pair ? pair.display_value : raw);
  return { value: value ?? displayValue ?? '', displayValue: displayValue ?? value ?? '' };
});

/** Text where a member must be there. */
const text = z.unknown().transform((raw, context): string => {
  const found = textOf(raw);
  if (found !== undefined) return found;
  context.addIssue('no text');
  return z.NEVER;
});

/** 32 hex digits but for a few of the platform's own; it goes into addresses, so it is never more than a name. */
const SYS_ID = /^[\w.-]{1,64}$/;

const columns = z.record(z.string(), member);

/** @param asked the id that was asked for, where an answer leaves it out */
function toRecord(fields: Record<string, Field>, asked: string | undefined): ServiceNowRecord | undefined {
  const sysId = fields['sys_id']?.value || asked;
  return sysId && SYS_ID.test(sysId) ? { sysId, fields } : undefined;
}

export const recordAnswer = (asked?: string) =>
  z
    .object({
      result: columns.transform((fields, context): ServiceNowRecord => {
        const record = toRecord(fields, asked);
        if (record) return record;
        context.addIssue('a record has no sys_id');
        return z.NEVER;
      }),
    })
    .transform(({ result }) => result);

/** Nothing can be done about a row without an id, so it is left out. */
export const recordsAnswer = z
  .object({ result: z.array(columns) })
  .transform(({ result }) => result.flatMap((fields) => toRecord(fields, undefined) ?? []));

export const currentUserAnswer = z
  .object({ result: z.looseObject({ user_sys_id: z.string().regex(/^[0-9a-f]{32}$/) }) })
  .transform(({ result }) => ({ sysId: result.user_sys_id }));

export const attachmentsAnswer = z
  .object({
    result: z.array(
      z.looseObject({
        sys_id: text,
        file_name: text,
        // An access rule may hide these.
        size_bytes: text.optional(),
        sys_created_by: text.optional(),
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
