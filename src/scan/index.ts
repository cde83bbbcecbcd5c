export * from './result.ts';
export { findProgram } from './run.ts';
export { repositoryOf, type ScanOptions, scan } from './scan.ts';
export { scanners } from './scanners/index.ts';
