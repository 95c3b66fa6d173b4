/** Block elements and rich text, one row each. */
import {
  choiceOption,
  confirm,
  conversationFilter,
  dispatchActionConfig,
  exactlyOneOf,
  initialIsAmongOptions,
  menuOption,
  optionGroup,
  overflowOption,
  slackFile,
  workflow,
} from './objects.ts';
import {
  type Check,
  element,
  filled,
  flag,
  integer,
  list,
  matching,
  object,
  oneOf,
  pick,
  plain,
  type Rule,
  type Shape,
  shape,
  string,
  url,
} from './rules.ts';

const DATE = /^\d{4}-\d{2}-\d{2}$/;
const TIME = /^([01]\d|2[0-3]):[0-5]\d$/;
const USER = /^[UWD][A-Z0-9]+$/;
const CHANNEL = /^[CDG][A-Z0-9]+$/;

const action: Record<string, Rule> = { action_id: filled('action_id') };
const focus = { focus_on_load: flag };
const placeholder = { placeholder: plain('select.placeholder') };
const selectBase = { ...action, ...placeholder, ...focus, confirm };
const multiBase = { ...selectBase, max_selected_items: integer() };
const staticOptions = {
  options: list(object(menuOption), 'select.options'),
  option_groups: list(object(optionGroup), 'select.option_groups'),
};

const lengthsInOrder: Check = (value, pointer, report) => {
  if (Number(value['min_length'] ?? 0) > Number(value['max_length'] ?? 3000))
    report(`${pointer}/min_length`, 'must not be greater than max_length');
};

const style = object(
  shape(
    {},
    {
      bold: flag,
      italic: flag,
      strike: flag,
      code: flag,
      underline: flag,
      highlight: flag,
      client_highlight: flag,
      unlink: flag,
    },
  ),
);

const inline: Record<string, Shape> = {
  text: shape({ text: string() }, { style }),
  link: shape({ url: filled() }, { text: string(), unsafe: flag, style }),
  emoji: shape({ name: filled() }, { unicode: string(), url: string(), style, skin_tone: integer() }),
  user: shape({ user_id: matching(USER) }, { style }),
  usergroup: shape({ usergroup_id: filled() }, { style }),
  channel: shape({ channel_id: matching(CHANNEL) }, { style }),
  team: shape({ team_id: filled() }, { style }),
  broadcast: shape({ range: oneOf('here', 'channel', 'everyone') }, { style }),
  color: shape({ value: filled() }, { style }),
  date: shape({ timestamp: integer(), format: filled() }, { url: url(), fallback: string(), style }),
};
const inlines = list(element(() => inline));

export const RICH_TEXT: Record<string, Shape> = {
  rich_text_section: shape({ elements: inlines }),
  rich_text_list: shape(
    { elements: list(element(() => pick(RICH_TEXT, 'rich_text_section'))), style: oneOf('bullet', 'ordered') },
    { indent: integer(), offset: integer(), border: integer() },
  ),
  rich_text_quote: shape({ elements: inlines }, { border: integer() }),
  rich_text_preformatted: shape(
    { elements: list(element(() => pick(inline, 'text', 'link'))) },
    { border: integer(), language: string() },
  ),
};

export const image: Shape = shape(
  { alt_text: filled('image.alt_text') },
  { image_url: url('image.image_url'), slack_file: slackFile },
  exactlyOneOf('image_url', 'slack_file'),
);

const feedbackButton = object(
  shape(
    { text: plain('feedback_button.text'), value: filled('feedback_button.value') },
    { accessibility_label: filled('feedback_button.accessibility_label') },
  ),
);

export const ELEMENTS: Record<string, Shape> = {
  button: shape(
    { text: plain('button.text') },
    {
      ...action,
      url: url('button.url'),
      value: filled('button.value'),
      style: oneOf('primary', 'danger'),
      confirm,
      accessibility_label: filled('button.accessibility_label'),
    },
  ),
  workflow_button: shape(
    { text: plain('button.text'), workflow },
    { ...action, style: oneOf('primary', 'danger'), accessibility_label: filled('button.accessibility_label') },
  ),
  checkboxes: shape(
    { options: list(object(choiceOption), 'checkboxes.options') },
    { ...action, ...focus, confirm, initial_options: list(object(choiceOption), 'checkboxes.options') },
    initialIsAmongOptions,
  ),
  radio_buttons: shape(
    { options: list(object(choiceOption), 'radio_buttons.options') },
    { ...action, ...focus, confirm, initial_option: object(choiceOption) },
    initialIsAmongOptions,
  ),
  overflow: shape({ options: list(object(overflowOption), 'overflow.options') }, { ...action, confirm }),
  datepicker: shape({}, { ...selectBase, initial_date: matching(DATE) }),
  timepicker: shape({}, { ...selectBase, initial_time: matching(TIME), timezone: filled() }),
  datetimepicker: shape({}, { ...action, ...focus, confirm, initial_date_time: integer() }),
  static_select: shape(
    {},
    { ...selectBase, ...staticOptions, initial_option: object(menuOption) },
    exactlyOneOf('options', 'option_groups'),
    initialIsAmongOptions,
  ),
  multi_static_select: shape(
    {},
    { ...multiBase, ...staticOptions, initial_options: list(object(menuOption), 'select.options') },
    exactlyOneOf('options', 'option_groups'),
    initialIsAmongOptions,
  ),
  external_select: shape({}, { ...selectBase, initial_option: object(menuOption), min_query_length: integer() }),
  multi_external_select: shape(
    {},
    { ...multiBase, initial_options: list(object(menuOption), 'select.options'), min_query_length: integer() },
  ),
  users_select: shape({}, { ...selectBase, initial_user: matching(USER) }),
  multi_users_select: shape({}, { ...multiBase, initial_users: list(matching(USER)) }),
  conversations_select: shape(
    {},
    {
      ...selectBase,
      initial_conversation: filled(),
      default_to_current_conversation: flag,
      response_url_enabled: flag,
      filter: conversationFilter,
    },
  ),
  multi_conversations_select: shape(
    {},
    {
      ...multiBase,
      initial_conversations: list(filled()),
      default_to_current_conversation: flag,
      filter: conversationFilter,
    },
  ),
  channels_select: shape({}, { ...selectBase, initial_channel: matching(CHANNEL), response_url_enabled: flag }),
  multi_channels_select: shape({}, { ...multiBase, initial_channels: list(matching(CHANNEL)) }),
  plain_text_input: shape(
    {},
    {
      ...action,
      ...focus,
      ...placeholder,
      initial_value: string('plain_text_input.length'),
      multiline: flag,
      min_length: integer('plain_text_input.length'),
      max_length: integer('plain_text_input.length'),
      dispatch_action_config: dispatchActionConfig,
    },
    lengthsInOrder,
  ),
  email_text_input: shape(
    {},
    { ...action, ...focus, ...placeholder, initial_value: string(), dispatch_action_config: dispatchActionConfig },
  ),
  url_text_input: shape(
    {},
    { ...action, ...focus, ...placeholder, initial_value: string(), dispatch_action_config: dispatchActionConfig },
  ),
  number_input: shape(
    { is_decimal_allowed: flag },
    {
      ...action,
      ...focus,
      ...placeholder,
      initial_value: string(),
      min_value: string(),
      max_value: string(),
      dispatch_action_config: dispatchActionConfig,
    },
  ),
  rich_text_input: shape(
    {},
    {
      ...action,
      ...focus,
      ...placeholder,
      initial_value: element(() => ({
        rich_text: shape({ elements: list(element(() => RICH_TEXT)) }, { block_id: string('block_id') }),
        ...inline,
      })),
      dispatch_action_config: dispatchActionConfig,
      min_lines: integer(),
      max_lines: integer(),
    },
  ),
  file_input: shape({}, { ...action, filetypes: list(filled()), max_files: integer('file_input.max_files') }),
  feedback_buttons: shape({ positive_button: feedbackButton, negative_button: feedbackButton }, action),
  icon_button: shape(
    { icon: filled(), text: plain('button.text') },
    {
      ...action,
      value: filled('button.value'),
      confirm,
      accessibility_label: filled('button.accessibility_label'),
      visible_to_user_ids: list(matching(USER), 'icon_button.visible_to_user_ids'),
    },
  ),
  image,
};

export const urlSource: Shape = shape({ type: oneOf('url'), url: url('url_source.url'), text: filled() });

export const SELECTS = [
  'static_select',
  'external_select',
  'users_select',
  'conversations_select',
  'channels_select',
  'multi_static_select',
  'multi_external_select',
  'multi_users_select',
  'multi_conversations_select',
  'multi_channels_select',
] as const;
