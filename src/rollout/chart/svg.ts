import { type Chart, clean, comparesVersions, type Line, type Panel } from './chart.ts';
import { rangePath, stairPath, tenth } from './path.ts';
import { positionOf, timeTicks } from './scale.ts';
import { wrap } from './terminal.ts';

/**
 * The chart as one SVG: nothing is loaded and nothing runs. It follows the reader's light or dark setting, its lines differ in form
 * and not only in colour, and a screen reader gets the answer in words. Pure.
 */

const WIDTH = 800;
const LEFT = 72;
const RIGHT = 16;
const PLOT = WIDTH - LEFT - RIGHT;
const TOP = 64;
const PANEL = 140;
/** Between one panel and the next: its title stands there. */
const BETWEEN = 44;
const LINE = 18;
/** Letters of the words below that fit on a line. */
const LETTERS = 108;

const STYLE = `
svg{--paper:#fff;--ink:#1f2328;--soft:#6e7781;--grid:#d8dee4;--canary:#c2410c;--baseline:#0b62a8;--evidence:#5b3bb0;color-scheme:light dark}
@media (prefers-color-scheme:dark){svg{--paper:#0d1117;--ink:#e6edf3;--soft:#9198a1;--grid:#30363d;--canary:#ff9e64;--baseline:#6cb6ff;--evidence:#c3a6ff}}
.paper{fill:var(--paper)}text{fill:var(--ink);font:13px system-ui,sans-serif}.head{font-size:17px;font-weight:600}.soft{fill:var(--soft);font-size:12px}
.grid{stroke:var(--grid);fill:none}.canary,.baseline,.evidence{fill:none;stroke-width:1.8;stroke-linejoin:round}
.canary{stroke:var(--canary)}.baseline{stroke:var(--baseline);stroke-dasharray:5 3}.evidence{stroke:var(--evidence)}
.range{stroke:var(--evidence);stroke-opacity:.35;fill:none}.limit{stroke:var(--ink);stroke-dasharray:2 4;fill:none}.mark{stroke:var(--ink);stroke-width:1.2;fill:none}
`.trim();

/** A whole document, with a line break at the end. */
export function svgChart(chart: Chart): string {
  const words = [chart.reason, ...chart.words].flatMap((text) => wrap(text, LETTERS));
  const bottom = TOP + chart.panels.length * (PANEL + BETWEEN);
  const height = bottom + 28 + words.length * LINE;
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-labelledby="shiplock-title shiplock-desc">`,
    `<title id="shiplock-title">${escaped(`Canary analysis: ${chart.title}`)}</title>`,
    `<desc id="shiplock-desc">${escaped([chart.reason, ...chart.panels.map((panel) => panel.title), ...chart.words].join('. '))}.</desc>`,
    `<style>${STYLE}</style>`,
    `<rect class="paper" width="${WIDTH}" height="${height}"/>`,
    text(LEFT, 28, chart.title, 'head'),
    ...chart.panels.flatMap((panel, index) => panelParts(chart, panel, TOP + index * (PANEL + BETWEEN))),
    ...markParts(chart, bottom - BETWEEN),
    ...timeParts(chart, bottom - BETWEEN),
    ...words.map((line, index) => text(16, bottom + 12 + index * LINE, line)),
    '</svg>',
  ];
  return `${parts.join('\n')}\n`;
}

function panelParts(chart: Chart, panel: Panel, top: number): readonly string[] {
  const x = xOf(chart);
  const y = yOf(panel, top);
  const grid = panel.scale.ticks.flatMap(({ value, label }) => [
    `<path class="grid" d="M${LEFT} ${y(value)}h${PLOT}"/>`,
    text(LEFT - 8, y(value) + 4, label, 'soft', 'end'),
  ]);
  const limit = panel.limit === null ? [] : [`<path class="limit" d="M${LEFT} ${y(panel.limit)}h${PLOT}"/>`];
  return [
    text(LEFT, top - 10, panel.title),
    ...(comparesVersions(panel) ? legend(top - 14) : []),
    ...grid,
    ...limit,
    ...panel.lines.flatMap((line) => lineParts(line, x, y)),
  ];
}

/** Which line is which, at the right of the title. */
function legend(y: number): readonly string[] {
  const entry = (x: number, name: string): readonly string[] => [
    `<path class="${name}" d="M${x} ${y}h28"/>`,
    text(x + 34, y + 4, name, 'soft'),
  ];
  return [...entry(WIDTH - RIGHT - 190, 'baseline'), ...entry(WIDTH - RIGHT - 84, 'canary')];
}

function lineParts(line: Line, x: (t: number) => string, y: (value: number) => number): readonly string[] {
  if (line.stretches.length === 0) return [];
  const ranges = rangePath(line.stretches, x, y);
  return [
    ...(ranges === '' ? [] : [`<path class="range" d="${ranges}"/>`]),
    `<path class="${line.name}" d="${stairPath(line.stretches, x, y)}"/>`,
  ];
}

/** A line through each panel at the moment of the decision, and below the times what was decided. */
function markParts(chart: Chart, bottom: number): readonly string[] {
  if (chart.mark === null) return [];
  const at = xOf(chart)(chart.mark.t);
  const lines = chart.panels.map((_, index) => `M${at} ${TOP + index * (PANEL + BETWEEN)}v${PANEL}`);
  const right = Number(at) > WIDTH / 2;
  return [
    `<path class="mark" d="${lines.join('')}"/>`,
    text(Number(at) + (right ? -6 : 6), bottom + 34, chart.mark.label, 'soft', right ? 'end' : 'start'),
  ];
}

function timeParts(chart: Chart, bottom: number): readonly string[] {
  const ticks = chart.times ?? timeTicks(chart.from, chart.to, 7);
  const x = xOf(chart);
  return ticks.map(({ value, label }, index) =>
    text(
      Number(x(value)),
      bottom + 16,
      index === 0 && chart.times === undefined ? `t=${label}` : label,
      'soft',
      index === 0 ? 'start' : index === ticks.length - 1 ? 'end' : 'middle',
    ),
  );
}

/** Pixels to a tenth: more cannot be seen, and would only make the file larger. */
function xOf(chart: Chart): (t: number) => string {
  const span = chart.to - chart.from;
  return (t) => tenth(LEFT + (span > 0 ? ((t - chart.from) / span) * PLOT : 0));
}

/** What lies beyond the ends is drawn on the edge. */
function yOf(panel: Panel, top: number): (value: number) => number {
  return (value) => {
    const part = Math.min(1, Math.max(0, positionOf(panel.scale, value)));
    return Number(tenth(top + (1 - part) * PANEL));
  };
}

function text(x: number, y: number, words: string, style = '', anchor = 'start'): string {
  const attributes = `${style === '' ? '' : ` class="${style}"`}${anchor === 'start' ? '' : ` text-anchor="${anchor}"`}`;
  return `<text x="${tenth(x)}" y="${tenth(y)}"${attributes}>${escaped(words)}</text>`;
}

function escaped(words: string): string {
  return clean(words).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
