// @ts-check
/** `data_visualization` as plain SVG, always with the numbers in a table for those who cannot or would rather not look. */
import { h, svg } from './dom.js';

/** @typedef {Record<string, any>} Obj */

const WIDTH = 480;
const HEIGHT = 220;
const LEFT = 52;
const BOTTOM = 30;
const number = new Intl.NumberFormat('en-US', { maximumFractionDigits: 2 });
const compact = new Intl.NumberFormat('en-US', { notation: 'compact', maximumFractionDigits: 1 });

/** @param {Obj} block */
export function chart(block) {
  const data = block['chart'] ?? {};
  const title = String(block['title'] ?? '');
  const figure = h('figure', { class: 'chart' }, h('figcaption', null, title));
  const drawing = data['type'] === 'pie' ? pie(data['segments'] ?? []) : axes(data);
  drawing.setAttribute('role', 'img');
  drawing.setAttribute('aria-label', `${data['type']} chart: ${title}`);
  figure.append(drawing, legend(data), numbers(data, title));
  return figure;
}

/** @param {Obj[]} segments */
function pie(segments) {
  const total = segments.reduce((sum, s) => sum + Number(s['value']), 0) || 1;
  const root = svg('svg', { viewBox: '0 0 200 200', class: 'chart-svg chart-pie' });
  let angle = -Math.PI / 2;
  for (const [k, segment] of segments.entries()) {
    const part = Number(segment['value']) / total;
    const end = angle + part * 2 * Math.PI;
    const [x1, y1, x2, y2] = [
      100 + 90 * Math.cos(angle),
      100 + 90 * Math.sin(angle),
      100 + 90 * Math.cos(end),
      100 + 90 * Math.sin(end),
    ];
    const shape =
      part >= 0.9999
        ? svg('circle', { cx: 100, cy: 100, r: 90 })
        : svg('path', { d: `M100 100 L${x1} ${y1} A90 90 0 ${part > 0.5 ? 1 : 0} 1 ${x2} ${y2} Z` });
    shape.setAttribute('class', `chart-fill series-${k % 12}`);
    shape.append(
      svg('title', {}, `${segment['label']}: ${number.format(Number(segment['value']))} (${Math.round(part * 100)}%)`),
    );
    root.append(shape);
    angle = end;
  }
  return root;
}

/** @param {Obj} data */
function axes(data) {
  const series = /** @type {Obj[]} */ (data['series'] ?? []);
  const categories = categoriesOf(data);
  const values = series.map((s) =>
    categories.map((c) => Number(s['data']?.find((/** @type {Obj} */ p) => p['label'] === c)?.value ?? 0)),
  );
  const { low, high, step } = scale(Math.min(0, ...values.flat()), Math.max(0, ...values.flat()));
  const root = svg('svg', { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, class: 'chart-svg' });
  const plot = { width: WIDTH - LEFT - 8, height: HEIGHT - BOTTOM - 10 };
  const y = (/** @type {number} */ v) => 10 + plot.height * (1 - (v - low) / (high - low));
  for (let v = low; v <= high + step / 2; v += step) {
    root.append(
      svg('line', {
        x1: LEFT,
        x2: WIDTH - 8,
        y1: y(v),
        y2: y(v),
        class: Math.abs(v) < step / 1e6 ? 'chart-axis' : 'chart-grid',
      }),
    );
    root.append(
      svg('text', { x: LEFT - 6, y: y(v) + 4, 'text-anchor': 'end', class: 'chart-label' }, compact.format(v)),
    );
  }
  const slot = plot.width / Math.max(1, categories.length);
  const every = Math.ceil(categories.length / 8);
  for (const [k, category] of categories.entries()) {
    if (k % every === 0)
      root.append(
        svg(
          'text',
          { x: LEFT + slot * (k + 0.5), y: HEIGHT - BOTTOM + 16, 'text-anchor': 'middle', class: 'chart-label' },
          category.length > 14 ? `${category.slice(0, 13)}…` : category,
        ),
      );
  }
  for (const [s, line] of values.entries()) {
    const name = String(series[s]?.['name'] ?? '');
    const points = line.map((v, k) => /** @type {const} */ ([LEFT + slot * (k + 0.5), y(v)]));
    const mark = (/** @type {SVGElement} */ node, /** @type {number} */ k) => {
      node.append(svg('title', {}, `${name}, ${categories[k]}: ${number.format(line[k] ?? 0)}`));
      root.append(node);
    };
    if (data['type'] === 'bar') {
      const width = (slot * 0.7) / values.length;
      for (const [k, [x, top]] of points.entries()) {
        mark(
          svg('rect', {
            x: x - slot * 0.35 + s * width,
            y: Math.min(top, y(0)),
            width: Math.max(1, width - 1),
            height: Math.max(1, Math.abs(y(0) - top)),
            rx: 2,
            class: `chart-fill series-${s % 12}`,
          }),
          k,
        );
      }
      continue;
    }
    const path = points.map(([x, top], k) => `${k ? 'L' : 'M'}${x} ${top}`).join(' ');
    const [first, last] = [points[0], points.at(-1)];
    if (data['type'] === 'area' && first && last) {
      root.append(
        svg('path', { d: `${path} L${last[0]} ${y(0)} L${first[0]} ${y(0)} Z`, class: `chart-area series-${s % 12}` }),
      );
    }
    root.append(svg('path', { d: path, class: `chart-line series-${s % 12}` }));
    for (const [k, [x, top]] of points.entries())
      mark(svg('circle', { cx: x, cy: top, r: 3.5, class: `chart-fill series-${s % 12}` }), k);
  }
  return root;
}

/**
 * Round steps around the data.
 * @param {number} min
 * @param {number} max
 */
function scale(min, max) {
  const raw = (max - min || 1) / 4;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = power * ([1, 2, 2.5, 5, 10].find((m) => m * power >= raw) ?? 10);
  return { low: Math.floor(min / step) * step, high: Math.ceil((max || step) / step) * step, step };
}

/** @param {Obj} data @returns {string[]} */
function categoriesOf(data) {
  const given = data['axis_config']?.categories;
  if (Array.isArray(given)) return given.map(String);
  return [
    ...new Set(
      /** @type {Obj[]} */ (data['series'] ?? []).flatMap((s) =>
        (s['data'] ?? []).map((/** @type {Obj} */ p) => String(p['label'])),
      ),
    ),
  ];
}

/** @param {Obj} data */
function legend(data) {
  const labels =
    data['type'] === 'pie'
      ? (data['segments'] ?? []).map((/** @type {Obj} */ s) => s['label'])
      : (data['series'] ?? []).map((/** @type {Obj} */ s) => s['name']);
  const axis = data['axis_config'] ?? {};
  const note = [axis['y_label'], axis['x_label']].filter(Boolean).join(' by ');
  return h(
    'div',
    { class: 'chart-legend', 'aria-hidden': 'true' },
    labels.map((/** @type {string} */ label, /** @type {number} */ k) =>
      h('span', { class: 'chart-key' }, h('span', { class: `chart-dot series-${k % 12}` }), String(label)),
    ),
    note && h('span', { class: 'chart-note' }, note),
  );
}

/** @param {Obj} data @param {string} title */
function numbers(data, title) {
  const table = h('table', { class: 'grid' }, h('caption', { class: 'visually-hidden' }, title));
  if (data['type'] === 'pie') {
    for (const s of data['segments'] ?? [])
      table.append(
        h(
          'tr',
          null,
          h('th', { scope: 'row' }, String(s.label)),
          h('td', { class: 'align-right' }, number.format(Number(s.value))),
        ),
      );
  } else {
    table.append(
      h(
        'tr',
        null,
        h('td'),
        data['series']?.map((/** @type {Obj} */ s) => h('th', { scope: 'col' }, String(s['name']))),
      ),
    );
    for (const c of categoriesOf(data)) {
      table.append(
        h(
          'tr',
          null,
          h('th', { scope: 'row' }, c),
          data['series']?.map((/** @type {Obj} */ s) =>
            h(
              'td',
              { class: 'align-right' },
              number.format(Number(s['data']?.find((/** @type {Obj} */ p) => p['label'] === c)?.value ?? 0)),
            ),
          ),
        ),
      );
    }
  }
  return h(
    'details',
    { class: 'chart-numbers' },
    h('summary', null, 'Show the numbers'),
    h('div', { class: 'table-scroll' }, table),
  );
}
