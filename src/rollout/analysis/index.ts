/** The statistics of a rollout: pure, no I/O, no clock. See docs/analysis.md. */
export type { Chunks } from './csv.ts';
export { COLUMNS, ONLY_METRIC } from './csv.ts';
export type { AnalysisDraft } from './draft.ts';
export { draftOf } from './draft.ts';
export { fisherMean, fisherPmf } from './fisher.ts';
export type { StartOptions } from './fold.ts';
export { earliestNotWorse, observe, observeInto, start, startDraft, startStep } from './fold.ts';
export { evenly, geometric } from './grid.ts';
export { judge } from './judge.ts';
export type { Outlook } from './needs.ts';
export { forecast, NOTABLE_RATIO } from './needs.ts';
export { DEFAULT_POLICY, makePolicy, policySchema } from './policy.ts';
export { analysisStateSchema } from './state.ts';
export type { AnalyseOptions, AnalysisReport, MetricReport } from './stream.ts';
export { analyseCsv, missingInWords, reasonOf, report } from './stream.ts';
export type { Extent, MetricTrace, Trace, TraceBucket } from './trace.ts';
export { startTrace, TRACE_BUCKETS, traceInto } from './trace.ts';
export type * from './types.ts';
