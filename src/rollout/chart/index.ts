/** Charts of an analysis: plain data first, then characters or SVG. */
export type { Ink } from './canvas.ts';
export { type Chart, chartOf, clean } from './chart.ts';
export { MERMAID_COLUMNS, mermaidCharts } from './mermaid.ts';
export { PLOT_HEIGHT, PLOT_WIDTH, type Plot, plotsOf } from './plot.ts';
export { percent, plain, type Tick } from './scale.ts';
export { svgChart } from './svg.ts';
export { type TerminalOptions, terminalChart, wrap } from './terminal.ts';
