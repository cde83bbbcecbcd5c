/** Charts of an analysis: plain data first, then characters or SVG. */
export type { Ink } from './canvas.ts';
export { type Chart, chartOf, clean } from './chart.ts';
export { svgChart } from './svg.ts';
export { type TerminalOptions, terminalChart, wrap } from './terminal.ts';
