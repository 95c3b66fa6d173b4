/** Layout blocks, one row each: what they must and may have, and on which surfaces they are allowed. */
import { ELEMENTS, image, RICH_TEXT, SELECTS, urlSource } from './elements.ts';
import { exactlyOneOf, slackFile } from './objects.ts';
import {
  anyText,
  block,
  type Check,
  element,
  filled,
  flag,
  integer,
  list,
  mrkdwn,
  number,
  object,
  oneOf,
  pick,
  plain,
  type Shape,
  shape,
  string,
  url,
} from './rules.ts';

export type Surface = 'message' | 'modal' | 'home';

const PICKERS = ['datepicker', 'timepicker'] as const;
const CHOICES = ['checkboxes', 'radio_buttons'] as const;
const inActions = () =>
  pick(
    ELEMENTS,
    'button',
    'workflow_button',
    'overflow',
    'datetimepicker',
    'rich_text_input',
    ...CHOICES,
    ...PICKERS,
    ...SELECTS,
  );
const asAccessory = () =>
  pick(ELEMENTS, 'button', 'workflow_button', 'overflow', 'image', ...CHOICES, ...PICKERS, ...SELECTS);
const inInput = () =>
  pick(
    ELEMENTS,
    'plain_text_input',
    'email_text_input',
    'url_text_input',
    'number_input',
    'rich_text_input',
    'file_input',
    'datetimepicker',
    ...CHOICES,
    ...PICKERS,
    ...SELECTS,
  );

const textOrFields: Check = (value, pointer, report) => {
  if (value['text'] === undefined && value['fields'] === undefined)
    report(pointer, 'must define either `text` or `fields`');
};
const somethingToShow: Check = (value, pointer, report) => {
  if (!['title', 'subtitle', 'body', 'hero_image', 'icon', 'actions'].some((key) => value[key] !== undefined))
    report(pointer, 'must define at least one of `title`, `body`, `hero_image`, `actions`');
};
const sameWidth: Check = (value, pointer, report) => {
  const rows = (value['rows'] as unknown[][] | undefined) ?? [];
  rows.forEach((row, index) => {
    if (Array.isArray(row) && row.length !== rows[0]?.length)
      report(`${pointer}/rows/${index}`, 'must have as many cells as the first row');
  });
};
const seriesFitTheAxis: Check = (value, pointer, report) => {
  const series = (value['series'] as { name?: string; data?: { label?: string }[] }[] | undefined) ?? [];
  const categories = ((value['axis_config'] as { categories?: string[] } | undefined)?.categories ?? []).join('\n');
  series.forEach((one, index) => {
    if (series.findIndex((other) => other.name === one.name) !== index)
      report(`${pointer}/series/${index}/name`, 'series names must be unique');
    if ((one.data ?? []).map((point) => point.label).join('\n') !== categories)
      report(`${pointer}/series/${index}/data`, 'labels must match the axis categories');
  });
};

const richText = block(() => pick(BLOCKS, 'rich_text'));
const cell = element(() => ({
  raw_text: shape({ text: filled('data_table.cell_text') }),
  raw_number: shape({ value: number() }, { text: string() }),
  rich_text: pick(BLOCKS, 'rich_text')['rich_text']!,
}));

const point = object(shape({ label: filled('data_visualization.point_label'), value: number() }));
const xyChart: Shape = shape(
  {
    series: list(
      object(shape({ name: filled('data_visualization.series_name'), data: list(point, 'data_visualization.data') })),
      'data_visualization.series',
    ),
    axis_config: object(
      shape(
        { categories: list(filled('data_visualization.category_label'), 'data_visualization.categories') },
        { x_label: string('data_visualization.axis_label'), y_label: string('data_visualization.axis_label') },
      ),
    ),
  },
  {},
  seriesFitTheAxis,
);
const chart = element(() => ({
  pie: shape({
    segments: list(
      object(shape({ label: filled('data_visualization.segment.label'), value: number(0) })),
      'data_visualization.segments',
    ),
  }),
  bar: xyChart,
  line: xyChart,
  area: xyChart,
}));

const taskCard: Shape = shape(
  { task_id: filled(), title: filled(), status: oneOf('pending', 'in_progress', 'complete', 'error') },
  { details: richText, output: richText, sources: list(object(urlSource)) },
);
/** Within a plan a task needs no type of its own. */
const plannedTask: Shape = {
  ...taskCard,
  optional: { ...taskCard.optional, type: oneOf('task_card'), block_id: string('block_id') },
};
const icon = element(() => ({ icon: shape({ name: filled() }), image }));

export const BLOCKS: Record<string, Shape> = {
  actions: shape({ elements: list(element(inActions), 'actions.elements') }),
  alert: shape({ text: anyText('alert.text') }, { level: oneOf('default', 'info', 'warning', 'error', 'success') }),
  card: shape(
    {},
    {
      hero_image: element(() => ({ image })),
      icon: element(() => ({ image })),
      slack_icon: icon,
      title: mrkdwn('card.title'),
      subtitle: mrkdwn('card.subtitle'),
      body: mrkdwn('card.body'),
      subtext: mrkdwn('card.subtext'),
      actions: list(
        element(() => pick(ELEMENTS, 'button')),
        'card.actions',
      ),
    },
    somethingToShow,
  ),
  carousel: shape({
    elements: list(
      block(() => pick(BLOCKS, 'card')),
      'carousel.elements',
    ),
  }),
  container: shape(
    {
      child_blocks: list(
        block(() =>
          pick(
            BLOCKS,
            'actions',
            'context',
            'divider',
            'file',
            'header',
            'image',
            'input',
            'rich_text',
            'section',
            'table',
            'video',
          ),
        ),
        'container.child_blocks',
      ),
    },
    {
      title: plain('container.title'),
      rich_text_title: richText,
      subtitle: anyText('container.subtitle'),
      width: oneOf('narrow', 'standard', 'wide', 'full'),
      icon: element(() => ({ image })),
      is_collapsible: flag,
      default_collapsed: flag,
      has_header_divider: flag,
    },
  ),
  context: shape({
    elements: list(
      element(() => ({
        image,
        plain_text: shape({ text: filled('text') }, { emoji: flag }),
        mrkdwn: shape({ text: filled('text') }, { verbatim: flag }),
      })),
      'context.elements',
    ),
  }),
  context_actions: shape({
    elements: list(
      element(() => pick(ELEMENTS, 'feedback_buttons', 'icon_button')),
      'context_actions.elements',
    ),
  }),
  data_table: shape(
    { rows: list(list(cell, 'data_table.columns'), 'data_table.rows'), caption: filled() },
    { page_size: integer('data_table.page_size'), row_header_column_index: integer() },
    sameWidth,
  ),
  data_visualization: shape({ title: filled('data_visualization.title'), chart }),
  divider: shape({}),
  file: shape({ external_id: filled(), source: oneOf('remote') }),
  header: shape({ text: plain('header.text') }, { level: integer() }),
  image: shape(
    { alt_text: filled('image.alt_text') },
    { image_url: url('image.image_url'), slack_file: slackFile, title: plain('image.title') },
    exactlyOneOf('image_url', 'slack_file'),
  ),
  input: shape(
    { label: plain('input.label'), element: element(inInput) },
    { hint: plain('input.hint'), optional: flag, dispatch_action: flag },
  ),
  markdown: shape({ text: filled('markdown.text') }),
  plan: shape({ title: filled() }, { tasks: list(object(plannedTask)) }),
  rich_text: shape({ elements: list(element(() => RICH_TEXT)) }),
  section: shape(
    {},
    {
      text: anyText('section.text'),
      fields: list(anyText('section.fields.item'), 'section.fields'),
      accessory: element(asAccessory),
      expand: flag,
    },
    textOrFields,
  ),
  table: shape(
    { rows: list(list(cell, 'table.cells'), 'table.rows') },
    {
      column_settings: list(
        object(shape({}, { align: oneOf('left', 'center', 'right'), is_wrapped: flag })),
        'table.cells',
      ),
    },
  ),
  task_card: taskCard,
  video: shape(
    {
      alt_text: filled('video.alt_text'),
      title: plain('video.title'),
      thumbnail_url: url(),
      video_url: url(),
    },
    {
      title_url: url(),
      author_name: string('video.author_name'),
      provider_name: string('video.provider_name'),
      provider_icon_url: url(),
      description: plain('video.description'),
    },
  ),
};

const everywhere: Surface[] = ['message', 'modal', 'home'];
/** From docs.slack.dev/blocks.json, `available-in-surfaces`; the newest blocks that it lists for messages only. */
export const SURFACES: Record<string, readonly Surface[]> = {
  actions: everywhere,
  alert: ['modal'],
  card: everywhere,
  carousel: ['message', 'home'],
  container: ['message'],
  context: everywhere,
  context_actions: ['message'],
  data_table: ['message'],
  data_visualization: ['message'],
  divider: everywhere,
  file: ['message'],
  header: everywhere,
  image: everywhere,
  input: everywhere,
  markdown: ['message'],
  plan: ['message'],
  rich_text: everywhere,
  section: everywhere,
  table: ['message'],
  task_card: ['message'],
  video: everywhere,
};
