// @ts-check
/** Block Kit's blocks, for messages, modals and the Home tab alike. */
import { chart } from './charts.js';
import { h, icon, iconButton, keepFocus, reconcile, uid } from './dom.js';
import { buildElement, fileSize, imageElement } from './elements.js';
import { parseMarkdown } from './markdown.js';
import { safeUrl } from './mrkdwn.js';
import { blockNodes, link, plainOf, richTextNodes, textNodes } from './text.js';

/** @typedef {Record<string, any>} Obj */
/** @typedef {import('./elements.js').Context} Context */
/**
 * @typedef {{
 *   container: import('../protocol.ts').PageContainer, values: import('./values.js').Values, channel?: string,
 *   changed?: (blockId: string) => void, submit?: () => void,
 * }} Surface
 */

/**
 * Shows `blocks` in `parent`; blocks that did not change are left alone.
 * @param {HTMLElement} parent
 * @param {Obj[]} blocks
 * @param {Surface} surface
 */
export function renderBlocks(parent, blocks, surface) {
  surface.values.sync(blocks);
  keepFocus(() =>
    reconcile(parent, blocks, {
      key: (block, index) => `${block['block_id'] ?? index}:${block['type']}`,
      signature: (block) => JSON.stringify(block),
      build: (block) => buildBlock(block, surface),
    }),
  );
}

/**
 * @param {Obj} block
 * @param {Surface} surface
 * @returns {HTMLElement}
 */
export function buildBlock(block, surface) {
  const node = body(block, surface);
  node.classList.add('block', `block-${block['type']}`);
  node.setAttribute('data-block-id', String(block['block_id'] ?? ''));
  return node;
}

/**
 * @param {Obj} block
 * @param {Surface} surface
 * @returns {Context}
 */
const contextOf = (block, surface) => ({
  container: surface.container,
  blockId: String(block['block_id'] ?? ''),
  values: surface.values,
  dispatches: true,
  input: false,
  optional: true,
  changed: () => surface.changed?.(String(block['block_id'] ?? '')),
  ...(surface.channel ? { channel: surface.channel } : {}),
  ...(surface.submit ? { submit: surface.submit } : {}),
});

/**
 * @param {Obj} block
 * @param {Surface} surface
 * @returns {HTMLElement}
 */
function body(block, surface) {
  const context = contextOf(block, surface);
  switch (block['type']) {
    case 'section':
      return section(block, context);
    case 'header':
      return h(
        /** @type {'h3'} */ (`h${Math.min(4, 2 + Number(block['level'] ?? 1))}`),
        null,
        textNodes(block['text']),
      );
    case 'divider':
      return h('hr');
    case 'context':
      return h(
        'div',
        null,
        (block['elements'] ?? []).map((/** @type {Obj} */ e) =>
          e['type'] === 'image' ? imageElement(e, 'context-image') : h('span', { class: 'context-text' }, textNodes(e)),
        ),
      );
    case 'image': {
      const title = plainOf(block['title']);
      return h(
        'figure',
        null,
        title && h('figcaption', null, textNodes(block['title'])),
        imageElement(block, 'block-image-picture'),
      );
    }
    case 'actions':
      return h(
        'div',
        { role: 'group', 'aria-label': 'Actions' },
        (block['elements'] ?? []).map((/** @type {Obj} */ e) => buildElement(e, context).node),
      );
    case 'context_actions':
      return h(
        'div',
        { role: 'group', 'aria-label': 'Actions' },
        (block['elements'] ?? []).map((/** @type {Obj} */ e) => buildElement(e, context).node),
      );
    case 'input':
      return input(block, context);
    case 'rich_text':
      return h('div', { class: 'text' }, richTextNodes(block));
    case 'markdown':
      return h('div', { class: 'text markdown' }, blockNodes(parseMarkdown(String(block['text'] ?? ''))));
    case 'table':
      return table(block);
    case 'data_table':
      return dataTable(block);
    case 'data_visualization':
      return h('div', null, chart(block));
    case 'card':
      return card(block, context);
    case 'carousel':
      return carousel(block, surface);
    case 'container':
      return container(block, surface);
    case 'alert':
      return alert(block);
    case 'task_card':
      return h('div', null, task(block, false));
    case 'plan':
      return plan(block);
    case 'video':
      return video(block);
    case 'file':
      return h(
        'div',
        null,
        h(
          'span',
          { class: 'file-card' },
          icon('file', 22),
          h(
            'span',
            null,
            h('strong', null, String(block['title'] ?? block['external_id'] ?? 'File')),
            h('span', { class: 'file-size' }, `${block['source'] ?? 'remote'} file`),
          ),
        ),
      );
    default:
      return h('div', { class: 'unknown' }, `This block (${block['type']}) cannot be shown here.`);
  }
}

/** @param {Obj} block @param {Context} context */
function section(block, context) {
  const fields = /** @type {Obj[]} */ (block['fields'] ?? []);
  const text = h(
    'div',
    { class: 'section-text text' },
    block['text'] && h('div', null, textNodes(block['text'])),
    fields.length > 0 &&
      h(
        'div',
        { class: 'fields' },
        fields.map((f) => h('div', { class: 'field' }, textNodes(f))),
      ),
  );
  const accessory = block['accessory'];
  if (!accessory) return h('div', null, text);
  const node =
    accessory['type'] === 'image' ? imageElement(accessory, 'accessory-image') : buildElement(accessory, context).node;
  const wide = ['checkboxes', 'radio_buttons'].includes(accessory['type']);
  return h('div', { class: wide ? 'stacked' : undefined }, text, h('div', { class: 'accessory' }, node));
}

/** @param {Obj} block @param {Context} outer */
function input(block, outer) {
  const element = block['element'] ?? {};
  const labelId = uid('label');
  const fieldId = uid('field');
  const hintId = uid('hint');
  const errorId = uid('error');
  const optional = block['optional'] === true;
  const { node } = buildElement(element, {
    ...outer,
    input: true,
    optional,
    dispatches: block['dispatch_action'] === true,
    labelId,
    fieldId,
    describedBy: block['hint'] ? `${hintId} ${errorId}` : errorId,
  });
  const grouped = ['checkboxes', 'radio_buttons'].includes(element['type']);
  const face = [...textNodes(block['label']), optional ? h('span', { class: 'optional' }, ' (optional)') : null];
  return h(
    'div',
    null,
    grouped
      ? h('div', { class: 'input-label', id: labelId }, face)
      : h('label', { class: 'input-label', id: labelId, for: fieldId }, face),
    node,
    h('p', { class: 'input-error', id: errorId, hidden: true }),
    block['hint'] && h('p', { class: 'input-hint', id: hintId }, textNodes(block['hint'])),
  );
}

/**
 * Shows or takes away the error under an input block.
 * @param {HTMLElement} node the block
 * @param {string | null} error
 */
export function setBlockError(node, error) {
  const line = /** @type {HTMLElement | null} */ (node.querySelector('.input-error'));
  const field = fieldOf(node);
  node.classList.toggle('has-error', error !== null);
  if (line) {
    line.hidden = error === null;
    line.replaceChildren(...(error === null ? [] : [icon('error', 14), document.createTextNode(` ${error}`)]));
  }
  if (error === null) field?.removeAttribute('aria-invalid');
  else field?.setAttribute('aria-invalid', 'true');
}

/** @param {HTMLElement} node @returns {HTMLElement | null} what takes focus in an input block */
export const fieldOf = (node) =>
  node.querySelector(
    '[data-action-id] :is(input:not([type=file]),textarea,button[id]), input[data-action-id], textarea[data-action-id], [role=group] button',
  );

/** @param {Obj} cell @returns {Node[]} */
const cellNodes = (cell) =>
  cell['type'] === 'rich_text'
    ? richTextNodes(cell)
    : [document.createTextNode(String(cell['text'] ?? cell['value'] ?? ''))];

/** @param {Obj} block */
function table(block) {
  const [head = [], ...rows] = /** @type {Obj[][]} */ (block['rows'] ?? []);
  const look = (/** @type {number} */ k) => {
    const s = block['column_settings']?.[k] ?? {};
    return `align-${['center', 'right'].includes(s['align']) ? s['align'] : 'left'}${s['is_wrapped'] ? ' wrapped' : ''}`;
  };
  return h(
    'div',
    { class: 'table-scroll', tabindex: '0', role: 'region', 'aria-label': 'Table' },
    h(
      'table',
      { class: 'grid' },
      h(
        'thead',
        null,
        h(
          'tr',
          null,
          head.map((c, k) => h('th', { scope: 'col', class: look(k) }, cellNodes(c))),
        ),
      ),
      h(
        'tbody',
        null,
        rows.map((row) =>
          h(
            'tr',
            null,
            row.map((c, k) => h('td', { class: look(k) }, cellNodes(c))),
          ),
        ),
      ),
    ),
  );
}

/** @param {Obj} block */
function dataTable(block) {
  const [head = [], ...all] = /** @type {Obj[][]} */ (block['rows'] ?? []);
  const size = Math.max(1, Number(block['page_size'] ?? 5));
  const rowHeader = Number(block['row_header_column_index'] ?? 0);
  let page = 0;
  let sorted = -1;
  let down = false;
  let query = '';
  const textOf = (/** @type {Obj | undefined} */ cell) =>
    cell
      ? cellNodes(cell)
          .map((n) => n.textContent)
          .join('')
      : '';
  const numeric = head.map((_, k) => all.length > 0 && all.every((row) => row[k]?.['type'] === 'raw_number'));
  const bodyNode = h('tbody');
  const status = h('span', { class: 'data-table-status', 'aria-live': 'polite' });
  const previous = iconButton('left', 'Previous page', { onclick: () => (page--, draw()) });
  const next = iconButton('right', 'Next page', { onclick: () => (page++, draw()) });
  const search = h('input', {
    type: 'search',
    class: 'data-table-search',
    placeholder: 'Filter rows',
    'aria-label': 'Filter rows',
    oninput: () => {
      query = search.value.trim().toLowerCase();
      page = 0;
      draw();
    },
  });
  const sortBy = (/** @type {number} */ k) => {
    down = sorted === k && !down;
    sorted = k;
    draw();
  };
  const headers = head.map((cell, k) =>
    h(
      'th',
      { scope: 'col', class: numeric[k] ? 'align-right' : 'align-left' },
      h(
        'button',
        { type: 'button', class: 'sort', onclick: () => sortBy(k) },
        cellNodes(cell),
        h('span', { class: 'sort-mark', 'aria-hidden': 'true' }),
      ),
    ),
  );
  const draw = () => {
    let rows = query ? all.filter((row) => row.some((c) => textOf(c).toLowerCase().includes(query))) : [...all];
    if (sorted >= 0) {
      rows = rows.sort((a, b) => {
        const order = numeric[sorted]
          ? Number(a[sorted]?.['value']) - Number(b[sorted]?.['value'])
          : textOf(a[sorted]).localeCompare(textOf(b[sorted]), 'en', { numeric: true });
        return down ? -order : order;
      });
    }
    const pages = Math.max(1, Math.ceil(rows.length / size));
    page = Math.max(0, Math.min(page, pages - 1));
    const part = rows.slice(page * size, page * size + size);
    bodyNode.replaceChildren(
      ...part.map((row) =>
        h(
          'tr',
          null,
          row.map((c, k) =>
            h(
              k === rowHeader ? 'th' : 'td',
              { scope: k === rowHeader ? 'row' : undefined, class: numeric[k] ? 'align-right' : 'align-left' },
              cellNodes(c),
            ),
          ),
        ),
      ),
    );
    for (const [k, th] of headers.entries()) {
      th.setAttribute('aria-sort', k === sorted ? (down ? 'descending' : 'ascending') : 'none');
    }
    status.textContent =
      rows.length === 0 ? 'No rows' : `${page * size + 1}–${page * size + part.length} of ${rows.length}`;
    previous.disabled = page === 0;
    next.disabled = page >= pages - 1;
    previous.hidden = next.hidden = pages === 1;
  };
  draw();
  return h(
    'div',
    { class: 'data-table' },
    h(
      'div',
      { class: 'data-table-bar' },
      h('span', { class: 'data-table-caption', 'aria-hidden': 'true' }, String(block['caption'] ?? '')),
      all.length > size ? search : null,
    ),
    h(
      'div',
      { class: 'table-scroll' },
      h(
        'table',
        { class: 'grid' },
        h('caption', { class: 'visually-hidden' }, String(block['caption'] ?? '')),
        h('thead', null, h('tr', null, headers)),
        bodyNode,
      ),
    ),
    h('div', { class: 'data-table-foot' }, previous, status, next),
  );
}

/** @param {Obj} block @param {Context} context */
function card(block, context) {
  const glyph = block['icon']
    ? imageElement(block['icon'], 'card-icon')
    : block['slack_icon']
      ? h('span', { class: 'card-icon' }, icon(String(block['slack_icon'].name), 20))
      : null;
  const actions = /** @type {Obj[]} */ (block['actions'] ?? []);
  return h(
    'div',
    null,
    block['hero_image'] && imageElement(block['hero_image'], 'card-hero'),
    h(
      'div',
      { class: 'card-main' },
      h(
        'div',
        { class: 'card-head' },
        glyph,
        h(
          'div',
          null,
          block['title'] && h('div', { class: 'card-title' }, textNodes(block['title'])),
          block['subtitle'] && h('div', { class: 'card-subtitle' }, textNodes(block['subtitle'])),
        ),
      ),
      block['body'] && h('div', { class: 'card-body' }, textNodes(block['body'])),
      block['subtext'] && h('div', { class: 'card-subtext' }, textNodes(block['subtext'])),
      actions.length > 0 &&
        h(
          'div',
          { class: 'card-actions' },
          actions.map((a) => buildElement(a, context).node),
        ),
    ),
  );
}

/** @param {Obj} block @param {Surface} surface */
function carousel(block, surface) {
  const track = h(
    'div',
    {
      class: 'carousel-track',
      tabindex: '0',
      role: 'group',
      'aria-label': 'Cards',
      'aria-roledescription': 'carousel',
    },
    (block['elements'] ?? []).map((/** @type {Obj} */ c) => buildBlock(c, surface)),
  );
  const move = (/** @type {number} */ by) =>
    track.scrollBy({
      left: by * track.clientWidth * 0.8,
      behavior: matchMedia('(prefers-reduced-motion: reduce)').matches ? 'auto' : 'smooth',
    });
  return h(
    'div',
    null,
    iconButton('left', 'Previous cards', { onclick: () => move(-1) }),
    track,
    iconButton('right', 'Next cards', { onclick: () => move(1) }),
  );
}

/** @param {Obj} block @param {Surface} surface */
function container(block, surface) {
  const head = h(
    'div',
    { class: 'container-head' },
    block['icon'] && imageElement(block['icon'], 'card-icon'),
    h(
      'div',
      null,
      h('div', { class: 'container-title' }, textNodes(block['rich_text_title'] ?? block['title'])),
      block['subtitle'] && h('div', { class: 'container-subtitle' }, textNodes(block['subtitle'])),
    ),
  );
  const children = h(
    'div',
    { class: 'container-body' },
    (block['child_blocks'] ?? []).map((/** @type {Obj} */ c) => buildBlock(c, surface)),
  );
  const width = ['narrow', 'wide', 'full'].includes(block['width']) ? block['width'] : 'standard';
  const className = `container-${width}${block['has_header_divider'] && !block['is_collapsible'] ? ' with-divider' : ''}`;
  if (!block['is_collapsible']) return h('div', { class: className }, head, children);
  return h(
    'div',
    { class: className },
    h('details', { open: !block['default_collapsed'] }, h('summary', null, head, icon('chevron', 16)), children),
  );
}

/** @param {Obj} block */
function alert(block) {
  const level = ['info', 'warning', 'error', 'success'].includes(block['level']) ? block['level'] : 'default';
  const glyph = { warning: 'warning', error: 'error', success: 'check' }[/** @type {string} */ (level)] ?? 'info';
  return h(
    'div',
    { class: `alert-${level}`, role: 'note', 'aria-label': level === 'default' ? 'Note' : level },
    icon(glyph),
    h('div', { class: 'text' }, textNodes(block['text'])),
  );
}

/**
 * @param {Obj} block
 * @param {boolean} inPlan
 */
function task(block, inPlan) {
  const status = ['pending', 'in_progress', 'complete', 'error'].includes(block['status'])
    ? block['status']
    : 'pending';
  const words = { pending: 'Pending', in_progress: 'In progress', complete: 'Complete', error: 'Failed' }[
    /** @type {'pending'} */ (status)
  ];
  const mark = h(
    'span',
    { class: `task-mark task-${status}`, role: 'img', 'aria-label': words, title: words },
    status === 'complete' ? icon('check', 14) : status === 'error' ? icon('close', 14) : null,
  );
  const sources = /** @type {Obj[]} */ (block['sources'] ?? []);
  const more = block['details'] || block['output'] || sources.length > 0;
  const rest = [
    block['details'] && h('div', { class: 'text' }, textNodes(block['details'])),
    block['output'] && h('div', { class: 'text task-output' }, textNodes(block['output'])),
    sources.length > 0 &&
      h(
        'div',
        { class: 'task-sources' },
        sources.map((s) => link(String(s['url']), document.createTextNode(String(s['text'] ?? s['url'])))),
      ),
  ];
  const title = h('span', { class: 'task-title' }, String(block['title'] ?? ''));
  if (!more)
    return h('div', { class: inPlan ? 'task' : 'task task-card' }, h('div', { class: 'task-head' }, mark, title));
  return h(
    'details',
    { class: inPlan ? 'task' : 'task task-card', open: true },
    h('summary', { class: 'task-head' }, mark, title, icon('chevron', 14)),
    h('div', { class: 'task-body' }, rest),
  );
}

/** @param {Obj} block */
function plan(block) {
  const tasks = /** @type {Obj[]} */ (block['tasks'] ?? []);
  const done = tasks.filter((t) => t['status'] === 'complete').length;
  return h(
    'div',
    null,
    h(
      'details',
      { open: true },
      h(
        'summary',
        { class: 'plan-title' },
        h('span', null, String(block['title'] ?? 'Plan')),
        h('span', { class: 'plan-count' }, `${done} of ${tasks.length}`),
        icon('chevron', 16),
      ),
      h(
        'ol',
        { class: 'plan-tasks' },
        tasks.map((t) => h('li', null, task(t, true))),
      ),
    ),
  );
}

/** @param {Obj} block */
function video(block) {
  const url = safeUrl(block['video_url']);
  const title = plainOf(block['title']) || 'Video';
  const picture = h(
    'span',
    { class: 'video-picture' },
    imageElement({ image_url: block['thumbnail_url'], alt_text: block['alt_text'] }, 'video-thumb', false),
    h('span', { class: 'video-play' }, icon('play', 26)),
  );
  const titleUrl = safeUrl(block['title_url']);
  const by = [block['author_name'], block['provider_name']].filter(Boolean).join(' · ');
  return h(
    'div',
    null,
    by && h('div', { class: 'video-by' }, by),
    h('div', { class: 'video-title' }, titleUrl ? link(titleUrl, document.createTextNode(title)) : title),
    block['description'] && h('div', { class: 'video-description' }, textNodes(block['description'])),
    url
      ? h(
          'a',
          {
            class: 'video-link',
            href: url,
            target: '_blank',
            rel: 'noopener noreferrer',
            'aria-label': `Play: ${block['alt_text'] ?? title}`,
          },
          picture,
        )
      : picture,
  );
}

/**
 * Files below a message.
 * @param {import('../protocol.ts').PageFile[]} files
 */
export function fileNodes(files) {
  return files.map((file) => {
    const url = /^(https?:|\/)/.test(file.url) ? file.url : '#';
    const picture = file.mimetype.startsWith('image/') && file.mimetype !== 'image/svg+xml';
    return h(
      'a',
      {
        class: picture ? 'file-card file-picture' : 'file-card',
        href: url,
        target: '_blank',
        rel: 'noopener noreferrer',
        'data-testid': 'file',
        'aria-label': `File: ${file.name}`,
      },
      picture ? imageElement({ image_url: file.url, alt_text: file.name }, 'file-image', false) : icon('file', 26),
      h(
        'span',
        null,
        h('strong', { class: 'file-name' }, file.name),
        h('span', { class: 'file-size' }, `${fileSize(file.size)} · ${file.mimetype}`),
      ),
    );
  });
}
