import { type Canvas, canvas, type Ink, inkAt, printed, put } from './canvas.ts';
import { type Chart, comparesVersions, type Line, type Panel, type Stretch } from './chart.ts';
import { positionOf, timeTicks } from './scale.ts';

/** The chart in characters: one panel below the other, the same time in the same column. Pure. */

export interface TerminalOptions {
  /** Width of the terminal; below 40 the chart is 40 wide all the same. */
  readonly columns: number;
  /** Only characters of ASCII, for terminals and logs that know no others. */
  readonly ascii: boolean;
  readonly paint: (ink: Ink, text: string) => string;
}

/** Rows of a panel without its title and axis. */
const ROWS = 8;
/** Columns of the labels and of the axis at the left. */
const LABEL = 8;
const INDENT = LABEL + 2;
const NARROWEST = 40;

interface Glyphs {
  readonly baseline: string;
  readonly canary: string;
  readonly both: string;
  readonly flat: string;
  readonly steep: string;
  /** Corners of a line: from the left up, into the right from below, from the left down, into the right from above. */
  readonly corners: readonly [up: string, over: string, down: string, under: string];
  readonly limit: string;
  readonly mark: string;
  readonly above: string;
  readonly below: string;
  readonly axis: string;
  readonly tick: string;
  readonly origin: string;
  readonly floor: string;
  readonly pointer: string;
}

const UNICODE: Glyphs = {
  baseline: '○',
  canary: '●',
  both: '◉',
  flat: '─',
  steep: '│',
  corners: ['╯', '╭', '╮', '╰'],
  limit: '┄',
  mark: '┊',
  above: '▲',
  below: '▼',
  axis: '│',
  tick: '┤',
  origin: '└',
  floor: '─',
  pointer: '▲',
};

const ASCII: Glyphs = {
  baseline: 'o',
  canary: 'x',
  both: '%',
  flat: '-',
  steep: '|',
  corners: ['+', '+', '+', '+'],
  limit: '.',
  mark: ':',
  above: '^',
  below: 'v',
  axis: '|',
  tick: '+',
  origin: '+',
  floor: '-',
  pointer: '^',
};

/** Lines without a line break at the end. Nothing wider than `columns` (40 at least). */
export function terminalChart(chart: Chart, options: TerminalOptions): string {
  const { paint, ascii } = options;
  const columns = Math.max(NARROWEST, options.columns);
  const glyphs = ascii ? ASCII : UNICODE;
  const width = columns - INDENT;
  const at = columnOf(chart, width);
  const lines = chart.panels.flatMap((panel) => [
    ...wrap(titleOf(panel, glyphs), columns),
    ...panelLines(chart, panel, { at, width, glyphs, paint }),
    '',
  ]);
  // The lowest panel's empty line makes room for the time.
  lines.pop();
  lines.push(...timeLines(chart, { at, width, glyphs, paint }), '');
  lines.push(...chart.words.flatMap((words) => wrap(words, columns)));
  return lines.map((line) => (ascii ? line.replace(/[^\p{ASCII}]/gu, '?') : line)).join('\n');
}

function titleOf(panel: Panel, glyphs: Glyphs): string {
  return comparesVersions(panel)
    ? `${panel.title}: ${glyphs.canary} canary, ${glyphs.baseline} baseline, ${glyphs.both} both`
    : panel.title;
}

interface Place {
  readonly at: (t: number) => number;
  readonly width: number;
  readonly glyphs: Glyphs;
  readonly paint: TerminalOptions['paint'];
}

function columnOf(chart: Chart, width: number): (t: number) => number {
  const span = chart.to - chart.from;
  return (t) => (span > 0 ? Math.round(((t - chart.from) / span) * (width - 1)) : 0);
}

function panelLines(chart: Chart, panel: Panel, place: Place): readonly string[] {
  const { width, glyphs, paint, at } = place;
  const on = canvas(width, ROWS);
  if (panel.limit !== null) {
    const row = rowOf(panel, panel.limit);
    for (let column = 0; column < width; column += 1) put(on, column, row, glyphs.limit, 'limit');
  }
  if (chart.mark !== null) {
    for (let row = 0; row < ROWS; row += 1) put(on, at(chart.mark.t), row, glyphs.mark, 'mark');
  }
  for (const line of panel.lines) {
    if (comparesVersions(panel)) drawRates(on, panel, line, place);
    else drawEvidence(on, panel, line, place);
  }
  const labels = new Map(panel.scale.ticks.map(({ value, label }) => [rowOf(panel, value), label]));
  // A round value on the same row would look like the limit.
  if (panel.limit !== null) labels.set(rowOf(panel, panel.limit), panel.limit.toFixed(1));
  const rows = printed(on, paint).map((text, row) => {
    const label = labels.get(row);
    return `${(label ?? '').padStart(LABEL)} ${paint('axis', label === undefined ? glyphs.axis : glyphs.tick)}${text}`;
  });
  return [...rows, `${' '.repeat(LABEL + 1)}${paint('axis', glyphs.origin + glyphs.floor.repeat(width))}`];
}

function rowOf(panel: Panel, value: number): number {
  const row = Math.round((1 - positionOf(panel.scale, value)) * (ROWS - 1));
  return Math.min(ROWS - 1, Math.max(0, row));
}

/** What falls on one column. */
interface Column {
  readonly least: number;
  readonly greatest: number;
  readonly last: number;
  readonly weight: number;
}

/** Per column what its stretches say together: extremes, the last value, and the mean by weight. */
function columnsOf(line: Line, { at, width }: Place): readonly ((Column & { readonly mean: number }) | undefined)[] {
  const sums = new Array<(Column & { readonly sum: number }) | undefined>(width).fill(undefined);
  for (const stretch of line.stretches) {
    const [first, end] = [at(stretch.from), at(stretch.until)];
    // The column where the next stretch begins belongs to that one.
    for (let column = first; column <= Math.max(first, end - 1); column += 1)
      sums[column] = joined(sums[column], stretch);
  }
  return sums.map((one) => (one === undefined ? undefined : { ...one, mean: one.sum / one.weight }));
}

function joined(before: (Column & { readonly sum: number }) | undefined, stretch: Stretch) {
  const { least, greatest, last, weight } = stretch;
  const sum = last * weight;
  if (before === undefined) return { least, greatest, last, weight, sum };
  return {
    least: Math.min(before.least, least),
    greatest: Math.max(before.greatest, greatest),
    last,
    weight: before.weight + weight,
    sum: before.sum + sum,
  };
}

function drawRates(on: Canvas, panel: Panel, line: Line, place: Place): void {
  const { glyphs } = place;
  const ink: Ink = line.name === 'baseline' ? 'baseline' : 'canary';
  columnsOf(line, place).forEach((column, x) => {
    if (column === undefined) return;
    const row = rowOf(panel, column.mean);
    const met = inkAt(on, x, row) === 'baseline';
    put(on, x, row, met ? glyphs.both : ink === 'baseline' ? glyphs.baseline : glyphs.canary, ink);
  });
}

/** A line from column to column, with a bar where the value went to and fro within one. */
function drawEvidence(on: Canvas, panel: Panel, line: Line, place: Place): void {
  const { glyphs } = place;
  const [up, over, down, under] = glyphs.corners;
  let before: number | undefined;
  columnsOf(line, place).forEach((column, x) => {
    if (column === undefined) {
      before = undefined;
      return;
    }
    const row = rowOf(panel, column.last);
    const from = before ?? row;
    const top = Math.min(row, from, rowOf(panel, column.greatest));
    const bottom = Math.max(row, from, rowOf(panel, column.least));
    for (let y = top; y <= bottom; y += 1) put(on, x, y, glyphs.steep, 'evidence');
    if (row === from) put(on, x, row, glyphs.flat, 'evidence');
    else {
      put(on, x, from, row < from ? up : down, 'evidence');
      put(on, x, row, row < from ? over : under, 'evidence');
    }
    if (positionOf(panel.scale, column.last) > 1) put(on, x, 0, glyphs.above, 'evidence');
    if (positionOf(panel.scale, column.last) < 0) put(on, x, ROWS - 1, glyphs.below, 'evidence');
    before = row;
  });
}

/** The times below the lowest panel, and a pointer at the moment of the decision. */
function timeLines(chart: Chart, place: Place): readonly string[] {
  const { at, width, paint, glyphs } = place;
  const line = timeLine(chart, place);
  if (chart.mark === null) return [line];
  const column = INDENT + at(chart.mark.t);
  const { label } = chart.mark;
  const pointer =
    column + 2 + label.length <= INDENT + width
      ? `${' '.repeat(column)}${paint('mark', `${glyphs.pointer} ${label}`)}`
      : `${' '.repeat(Math.max(0, column - label.length - 1))}${paint('mark', `${label} ${glyphs.pointer}`)}`;
  return [line, pointer];
}

/** The first and the last time are always there, those between where there is room. */
function timeLine(chart: Chart, { at, width }: Place): string {
  const ticks = chart.times ?? timeTicks(chart.from, chart.to, Math.floor(width / 16));
  let line = `${' '.repeat(INDENT)}${chart.times === undefined ? 't=' : ''}${ticks[0]?.label ?? ''}`;
  const end = ticks.length > 1 ? (ticks.at(-1)?.label ?? '') : '';
  const endAt = INDENT + width - end.length;
  for (const { value, label } of ticks.slice(1, -1)) {
    const column = INDENT + at(value) - Math.floor(label.length / 2);
    if (column > line.length && column + label.length < endAt) line = line.padEnd(column) + label;
  }
  return end === '' ? line : `${line.padEnd(Math.max(endAt, line.length + 1))}${end}`;
}

/** Breaks a text at blanks; a word longer than a line is cut. */
export function wrap(text: string, columns: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ').flatMap((whole) => pieces(whole, columns))) {
    if (line !== '' && line.length + 1 + word.length > columns) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

function pieces(word: string, length: number): readonly string[] {
  return word.length <= length ? [word] : (word.match(new RegExp(`.{1,${length}}`, 'gu')) ?? []);
}
