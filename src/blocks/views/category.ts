import type { InputBlock } from '@slack/types';
import { LIMITS } from '../limits.ts';
import { plain } from '../text.ts';
import { optional, toOption, withInitial } from './inputs.ts';

/** Looks the categories up that do not fit into a select. */
export const CATEGORY_OPTIONS = { category: 'find-category' } as const;

const VALUE = 'value';

type Choice = { value: string; label: string };
type Parts = { block: string; label: string; placeholder: string; categories: Choice[]; chosen: string | undefined };

/** The field for a category; none where the instance has none. */
export function categoryInput({ block, label, placeholder, categories, chosen }: Parts): InputBlock[] {
  if (categories.length === 0) return [];
  const one = categories.find(({ value }) => value === chosen);
  const common = {
    placeholder: plain(placeholder, LIMITS.placeholder),
    ...withInitial(one ? toOption(one) : undefined),
  };
  return [
    optional(
      block,
      label,
      categories.length > LIMITS.selectOptions
        ? { type: 'external_select', action_id: CATEGORY_OPTIONS.category, min_query_length: 0, ...common }
        : { type: 'static_select', action_id: VALUE, options: categories.map(toOption), ...common },
    ),
  ];
}
