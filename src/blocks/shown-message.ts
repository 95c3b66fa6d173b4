import { z } from 'zod';
import { linkText, readSlackText } from './marks.ts';

/**
 * A message as Slack shows it, in plain text: blocks, or else its text, then what is attached. Nothing is taken for granted
 * in it, for any app may have made it.
 */
const text = z.string().optional().catch(undefined);
const list = <T extends z.ZodType>(each: T) => z.array(each).optional().catch(undefined);

const nodeSchema = z.looseObject({
  type: text,
  url: text,
  user_id: text,
  channel_id: text,
  usergroup_id: text,
  range: text,
  name: text,
  unicode: text,
  timestamp: z.number().optional().catch(undefined),
  fallback: text,
  value: text,
  style: z.unknown().optional(),
  indent: z.number().optional().catch(undefined),
  alt_text: text,
  image_url: text,
  title_url: text,
  get text(): z.ZodType<Node | string | undefined> {
    return z.union([z.string(), nodeSchema]).optional().catch(undefined);
  },
  get title(): z.ZodType<Node | string | undefined> {
    return z.union([z.string(), nodeSchema]).optional().catch(undefined);
  },
  get elements(): z.ZodType<Node[] | undefined> {
    return list(nodeSchema);
  },
  get fields(): z.ZodType<Node[] | undefined> {
    return list(nodeSchema);
  },
  get rows(): z.ZodType<Node[][] | undefined> {
    return list(z.array(nodeSchema));
  },
});

type Node = {
  type?: string | undefined;
  url?: string | undefined;
  user_id?: string | undefined;
  channel_id?: string | undefined;
  usergroup_id?: string | undefined;
  range?: string | undefined;
  name?: string | undefined;
  unicode?: string | undefined;
  timestamp?: number | undefined;
  fallback?: string | undefined;
  value?: string | undefined;
  style?: unknown;
  indent?: number | undefined;
  alt_text?: string | undefined;
  image_url?: string | undefined;
  title_url?: string | undefined;
  text?: Node | string | undefined;
  title?: Node | string | undefined;
  elements?: Node[] | undefined;
  fields?: Node[] | undefined;
  rows?: Node[][] | undefined;
};

const fileSchema = z.looseObject({
  id: z.string().regex(/^F[A-Z0-9]{1,63}$/),
  mode: text,
  is_external: z.boolean().optional().catch(undefined),
  name: text,
  title: text,
  url_private: text,
  permalink: text,
});

const attachmentSchema = z.looseObject({
  pretext: text,
  author_name: text,
  title: text,
  title_link: text,
  text,
  fallback: text,
  image_url: text,
  from_url: text,
  original_url: text,
  is_share: z.boolean().optional().catch(undefined),
  fields: list(z.looseObject({ title: text, value: text })),
  blocks: list(nodeSchema),
  message_blocks: list(z.looseObject({ message: z.looseObject({ blocks: list(nodeSchema) }) })),
  files: list(fileSchema),
});

const messageSchema = z.looseObject({
  text,
  blocks: list(nodeSchema),
  attachments: list(attachmentSchema),
  files: list(fileSchema),
});

type Attachment = z.infer<typeof attachmentSchema>;

/** What of a message can go into a ticket. */
export type ShownMessage = { text: string; fileIds: string[] };

export function readMessage(message: unknown): ShownMessage {
  const { data } = messageSchema.safeParse(message);
  if (!data) return { text: '', fileIds: [] };
  const attached = (data.attachments ?? []).filter((each) => !isUnfurl(each));
  const files = [...(data.files ?? []), ...attached.flatMap((each) => each.files ?? [])];
  const external = files.filter(isExternal);
  return {
    text: lines([
      blocksText(data.blocks) || readSlackText(data.text ?? ''),
      ...attached.map(attachmentText),
      ...external.map((file) => linkText(file.url_private ?? file.permalink ?? '', file.title ?? file.name ?? '')),
    ]),
    fileIds: [...new Set(files.filter((file) => !isExternal(file)).map(({ id }) => id))],
  };
}

/** A preview of a link is not what the person sent; a message that they forwarded is. */
const isUnfurl = ({ from_url, original_url, is_share }: Attachment) => Boolean(from_url ?? original_url) && !is_share;

/** It lies elsewhere, on somebody's cloud drive, say, and Slack has only its address. */
const isExternal = ({ mode, is_external }: z.infer<typeof fileSchema>) => is_external === true || mode === 'external';

const lines = (parts: string[]): string =>
  parts
    .map((part) => part.trim())
    .filter(Boolean)
    .join('\n');

function attachmentText(attachment: Attachment): string {
  const { pretext, author_name, title, title_link, text: words, fields, fallback, image_url } = attachment;
  const blocks = [
    ...(attachment.blocks ?? []),
    ...(attachment.message_blocks ?? []).flatMap(({ message }) => message.blocks ?? []),
  ];
  const body = lines([
    readSlackText(pretext ?? ''),
    title ? linkText(title_link ?? title, readSlackText(title)) : '',
    blocksText(blocks) || readSlackText(words ?? ''),
    ...(fields ?? []).map((field) => `${readSlackText(field.title ?? '')}: ${readSlackText(field.value ?? '')}`),
    image_url ?? '',
  ]);
  return lines([author_name ? readSlackText(author_name) : '', body || readSlackText(fallback ?? '')]);
}

const blocksText = (blocks: Node[] | undefined): string => lines((blocks ?? []).map(nodeText));

/** A text object: Slack parses `mrkdwn` and nothing else. */
function textOf(text: Node | string | undefined): string {
  if (text === undefined || typeof text === 'string') return text ?? '';
  const words = typeof text.text === 'string' ? text.text : '';
  return text.type === 'mrkdwn' ? readSlackText(words) : words;
}

const children = ({ elements }: Node, gap: string): string => (elements ?? []).map(nodeText).join(gap);

const quoted = (text: string): string =>
  text
    .split('\n')
    .map((line) => `> ${line}`)
    .join('\n');

/** Every kind of block and element that says something; those that only do something are not in it. */
const NODES: Record<string, (node: Node) => string> = {
  rich_text: (node) => children(node, '\n'),
  rich_text_section: (node) => children(node, ''),
  rich_text_preformatted: (node) => children(node, ''),
  rich_text_quote: (node) => quoted(children(node, '')),
  rich_text_list: (node) =>
    (node.elements ?? [])
      .map(
        (each, index) =>
          `${'  '.repeat(Math.min(node.indent ?? 0, 8))}${node.style === 'ordered' ? `${index + 1}.` : '•'} ${nodeText(each)}`,
      )
      .join('\n'),
  text: (node) => textOf(node.text),
  link: (node) => linkText(node.url ?? '', textOf(node.text)),
  user: (node) => readSlackText(`<@${node.user_id}>`),
  usergroup: (node) => readSlackText(`<!subteam^${node.usergroup_id}>`),
  channel: (node) => readSlackText(`<#${node.channel_id}>`),
  broadcast: (node) => `@${node.range}`,
  date: (node) => node.fallback || readSlackText(`<!date^${node.timestamp}^>`),
  color: (node) => node.value ?? '',
  emoji: (node) => emoji(node.unicode) ?? `:${node.name}:`,
  header: (node) => textOf(node.text),
  section: (node) => lines([textOf(node.text), ...(node.fields ?? []).map(textOf)]),
  context: (node) => children(node, ' '),
  plain_text: textOf,
  mrkdwn: textOf,
  markdown: (node) => textOf(node.text),
  image: (node) => linkText(node.image_url ?? '', textOf(node.title) || (node.alt_text ?? '')),
  video: (node) => linkText(node.title_url ?? '', textOf(node.title)),
  table: (node) => (node.rows ?? []).map((row) => row.map(nodeText).join(' | ')).join('\n'),
};

const nodeText = (node: Node): string =>
  node.type !== undefined && Object.hasOwn(NODES, node.type) ? (NODES[node.type]?.(node) ?? '') : '';

/** `1f468-200d-1f4bb` as the character that it is. */
function emoji(unicode: string | undefined): string | undefined {
  const points = (unicode ?? '').split('-').map((each) => Number.parseInt(each, 16));
  const isReal =
    unicode && points.every((point) => point > 0 && point <= 0x10ffff && !(point >= 0xd800 && point <= 0xdfff));
  return isReal ? String.fromCodePoint(...points) : undefined;
}
