import { Cr as placeText, Sr as explainFinding, _o as defaultScanConfig, ar as keptRuns, bo as programsIn, br as policyIn, cr as exploitabilitySchema, go as builtInSettings, ir as judgeRecord, lr as vexWordSchema, or as scanRecordSchema, vo as PROGRAM_IDS, xr as wantedIn, yo as SCANNER_IDS } from "./shared-common.js";
import { n as scanMarkdown, t as inReadingOrder } from "./shared-markdown.js";
import { a as cycloneDxDocument, o as openVexDocument } from "./shared-scan-run.js";
import { c as builtIns, o as scanners, t as findProgram } from "./shared-run.js";
import { a as trendDays, c as repositoryOf, i as COUNTED_SEVERITIES, l as scan, n as readTrend, o as trendEntry, r as trendFile, s as trendEntrySchema, t as appendTrend, u as inputsOf } from "./shared-scan.js";

export { COUNTED_SEVERITIES, builtInSettings, findProgram, inputsOf, programsIn, readTrend, repositoryOf, scan, scanners, trendDays, trendFile };