/** What Argo Rollouts is told: strategies and AnalysisTemplates, made from shiplock.yaml. */
export type { BlueGreen, Canary, JudgeAddress, Manifest, RolloutsOptions, Routing } from './options.ts';
export { manifestsText } from './print.ts';
export { rolloutManifests } from './strategy.ts';
export { podShares, podsFor, weightOf } from './weights.ts';
