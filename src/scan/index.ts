export { builtIns } from './builtin/index.ts';
export { builtInSettings } from './config.ts';
export { PROGRAM_IDS, programsIn } from './ids.ts';
export { inputsOf, NO_INPUTS, type ScanInputs } from './inputs.ts';
export { installScanners, scannersToFetch } from './install.ts';
export * from './result.ts';
export { findProgram } from './run.ts';
export { repositoryOf, type ScanOptions, scan } from './scan.ts';
export { scanners } from './scanners/index.ts';
export {
  COUNTED_SEVERITIES,
  type CountedSeverity,
  type TrendDay,
  trendDays,
  trendEntry,
  trendEntrySchema,
} from './trend/entry.ts';
export { appendTrend, readTrend, trendFile } from './trend/file.ts';
export { cycloneDxDocument, openVexDocument, type VexAbout } from './vex/write.ts';
export { exploitabilitySchema, vexWordSchema } from './weights.ts';
