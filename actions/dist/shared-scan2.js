import { Cr as explainFinding, Sr as wantedIn, _o as builtInSettings, ar as judgeRecord, bo as SCANNER_IDS, lr as exploitabilitySchema, or as keptRuns, sr as scanRecordSchema, ur as vexWordSchema, vo as defaultScanConfig, wr as placeText, xo as programsIn, xr as policyIn, yo as PROGRAM_IDS } from "./shared-common.js";
import { n as scanMarkdown, t as inReadingOrder } from "./shared-markdown.js";
import { a as cycloneDxDocument, o as openVexDocument } from "./shared-scan-run.js";
import { c as builtIns, o as scanners, t as findProgram } from "./shared-run.js";
import { a as trendDays, c as repositoryOf, i as COUNTED_SEVERITIES, l as scan, n as readTrend, o as trendEntry, r as trendFile, s as trendEntrySchema, t as appendTrend, u as inputsOf } from "./shared-scan.js";

export { COUNTED_SEVERITIES, builtInSettings, findProgram, inputsOf, programsIn, readTrend, repositoryOf, scan, scanners, trendDays, trendFile };