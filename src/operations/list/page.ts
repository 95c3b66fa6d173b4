import { z } from 'zod';

/** Where a page begins: rows of the query before `offset`, and rows seen after it. */
export const cursorSchema = z.object({
  offset: z.number().int().min(0),
  skip: z.number().int().min(0),
  /** A search that found nothing by the text index goes on by title. */
  by: z.literal('title').optional(),
});

export type Cursor = z.infer<typeof cursorSchema>;

export const START: Cursor = { offset: 0, skip: 0 };

/** What a button for another page bears: the arguments with that page's cursor. */
export function readPage(value: string): unknown {
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
}
