/** What a scan says and what it means: plain data, without the scanners, whose forms are of no use to who only asks for a result. */

export { defaultScanConfig, type ScanConfig } from './config.ts';
export { type Explained, explainFinding, placeText } from './explain.ts';
export { SCANNER_IDS, type ScannerId, unlessSaid } from './ids.ts';
export type { JudgedFinding, ScanPolicy, ScanResult } from './judge.ts';
export { inReadingOrder, scanMarkdown } from './markdown.ts';
export { policyIn, wantedIn } from './policy.ts';
export { judgeRecord, keptRuns, type ScanRecord, scanRecordSchema } from './record.ts';
export type { ScanFinding, ScannerRun, Severity } from './types.ts';
