export { type AloneState, aloneVerdict, foldAlone, type JudgedAlone, NOTHING_ALONE } from './alone.ts';
export {
  type AnalyseOptions,
  type AnalysisReport,
  analyseCsv,
  DEFAULT_POLICY,
  makePolicy,
  type Policy,
  startTrace,
} from './analysis/index.ts';
export { blueGreenNode } from './blue-green.ts';
export { canaryNode, type Surroundings } from './canary.ts';
export {
  chartOf,
  clean,
  type Ink,
  MERMAID_COLUMNS,
  mermaidCharts,
  PLOT_HEIGHT,
  PLOT_WIDTH,
  percent,
  plotsOf,
  svgChart,
  terminalChart,
} from './chart/index.ts';
export * from './cluster/index.ts';
export { type Course, courseChart, courseOf, type JudgedShare, type TimeAxis } from './course/index.ts';
export {
  beginShares,
  foldShares,
  type JudgedShares,
  type SharesState,
  type SharesVerdict,
  sharesVerdict,
} from './from-start.ts';
export { smokeAt } from './health.ts';
export { initialNode } from './initial.ts';
export { type IntervalRow, intervalRows, versionDelta } from './intervals.ts';
export { isWayBack, type TrafficMoment, trafficMoment } from './moments.ts';
export { shareJudgedBy } from './names.ts';
export type {
  BatchSize,
  CanaryStep,
  LowTraffic,
  RollingPolicy,
  Rollout,
  RolloutPolicy,
  RolloutPorts,
  SmokeRequest,
  Witness,
} from './options.ts';
export { policySettings } from './policy-settings.ts';
export { rollbackNode } from './rollback.ts';
export { DEFAULT_ROLLING, rollingNode, wayBackNode } from './rolling/index.ts';
export { doOrNothing } from './steps.ts';
export { type Decision, type RecordedBake, type RecordedLook, type RejudgedBake, rejudge } from './what-if.ts';
