export { builtIns } from './builtin/index.ts';
export { builtInSettings, defaultScanConfig, type ScanConfig } from './config.ts';
export { PROGRAM_IDS, SCANNER_IDS, type ScannerId } from './ids.ts';
export type { JudgedFinding, ScanPolicy, ScanResult } from './judge.ts';
export { findProgram } from './run.ts';
export { repositoryOf, type ScanOptions, scan } from './scan.ts';
export { scanners } from './scanners/index.ts';
export type { ScanFinding, ScannerRun, Severity } from './types.ts';
