import { z } from 'zod';

/** One input's value, of whichever kind it is. */
type StateValue = {
  value?: string | null | undefined;
  selected_option?: { value: string; text: { text: string } } | null | undefined;
  selected_options?: { value: string }[] | null | undefined;
  selected_time?: string | null | undefined;
  files?: { id: string }[] | null | undefined;
};

const option = z.looseObject({ value: z.string(), text: z.looseObject({ text: z.string() }) });

const stateSchema = z.record(
  z.string(),
  z.record(
    z.string(),
    z.looseObject({
      value: z.string().nullish(),
      selected_option: option.nullish(),
      selected_options: z.array(option).nullish(),
      selected_time: z.string().nullish(),
      files: z.array(z.looseObject({ id: z.string() })).nullish(),
    }),
  ),
);

/** Reads Slack's `view.state.values`. @returns the value in a block, or undefined where the state has no such shape */
export function readState(values: unknown): ((block: string) => StateValue) | undefined {
  const parsed = stateSchema.safeParse(values);
  return parsed.success ? (block) => Object.values(parsed.data[block] ?? {})[0] ?? {} : undefined;
}
