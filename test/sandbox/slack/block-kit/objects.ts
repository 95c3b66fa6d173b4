/** Composition objects: options, confirmations, filters, workflows; and the checks that several elements share. */
import {
  anyText,
  type Check,
  filled,
  flag,
  list,
  matching,
  object,
  oneOf,
  plain,
  type Shape,
  shape,
  string,
  url,
} from './rules.ts';

export const confirm = object(
  shape(
    {
      title: plain('confirmation.title'),
      text: anyText('confirmation.text'),
      confirm: plain('confirmation.confirm'),
      deny: plain('confirmation.deny'),
    },
    { style: oneOf('primary', 'danger') },
  ),
);

/** Options of menus are plain text only; checkboxes and radio buttons may use mark-up. */
export const menuOption: Shape = shape(
  { text: plain('option.text'), value: filled('option.value') },
  { description: plain('option.description') },
);
export const choiceOption: Shape = shape(
  { text: anyText('option.text'), value: filled('option.value') },
  { description: anyText('option.description') },
);
export const overflowOption: Shape = shape(
  { text: plain('option.text'), value: filled('option.value') },
  { description: plain('option.description'), url: url('option.url') },
);
export const optionGroup: Shape = shape({
  label: plain('option_group.label'),
  options: list(object(menuOption), 'option_group.options'),
});

export const conversationFilter = object(
  shape(
    {},
    {
      include: list(oneOf('im', 'mpim', 'private', 'public')),
      exclude_external_shared_channels: flag,
      exclude_bot_users: flag,
    },
  ),
);
export const dispatchActionConfig = object(
  shape({}, { trigger_actions_on: list(oneOf('on_enter_pressed', 'on_character_entered')) }),
);
export const workflow = object(
  shape({
    trigger: object(
      shape(
        { url: matching(/^https:\/\/slack\.com\/shortcuts\/\S+$/) },
        { customizable_input_parameters: list(object(shape({ name: filled(), value: string() }))) },
      ),
    ),
  }),
);
export const slackFile = object(
  shape({}, { id: matching(/^F[A-Z0-9]+$/), url: url('image.image_url') }, (value, pointer, report) => {
    if ((value['id'] === undefined) === (value['url'] === undefined))
      report(pointer, 'must define exactly one of `id` or `url`');
  }),
);

export const exactlyOneOf =
  (first: string, second: string): Check =>
  (value, pointer, report) => {
    if ((value[first] === undefined) === (value[second] === undefined))
      report(pointer, `must define exactly one of \`${first}\` or \`${second}\``);
  };

const same = (left: unknown, right: unknown): boolean => {
  const key = (option: unknown) => (option as { value?: unknown } | undefined)?.value;
  return key(left) === key(right);
};

/** Slack refuses an initial option that is not among the options. */
export const initialIsAmongOptions: Check = (value, pointer, report) => {
  const groups = Array.isArray(value['option_groups']) ? value['option_groups'] : [];
  const options = [
    ...(Array.isArray(value['options']) ? value['options'] : []),
    ...groups.flatMap((group) => (group as { options?: unknown[] }).options ?? []),
  ];
  const single = value['initial_option'];
  if (single !== undefined && !options.some((option) => same(option, single)))
    report(`${pointer}/initial_option`, 'must be one of the provided options');
  const several = Array.isArray(value['initial_options']) ? value['initial_options'] : [];
  several.forEach((initial, index) => {
    if (!options.some((option) => same(option, initial)))
      report(`${pointer}/initial_options/${index}`, 'must be one of the provided options');
  });
};
