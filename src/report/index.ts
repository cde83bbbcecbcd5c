/** The report of a run: HTML for people, Markdown for job summaries. Pure: records in, text out. */
export { type Axis, axisOf } from './axis.ts';
export { reportMarkdown } from './markdown.ts';
export { notesMarkdown } from './notes.ts';
export { html } from './page/escape.ts';
export { reportPage } from './page/page.ts';
export { type ScanPage, type ScanPageDay, type ScanPageFinding, scanPage } from './page/scan.ts';
export { findingsOf, sarifLog } from './sarif.ts';
export { lastProblems, storyOf } from './story.ts';
export type * from './types.ts';
export { clockSince, lasting, moment } from './words.ts';
