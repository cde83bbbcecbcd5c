import { Aa as defaultScanConfig, An as keptRuns, Gn as policyIn, Jn as placeText, Kn as wantedIn, Ma as SCANNER_IDS, Na as programsIn, Nn as exploitabilitySchema, Pn as vexWordSchema, ja as PROGRAM_IDS, jn as scanRecordSchema, ka as builtInSettings, kn as judgeRecord, qn as explainFinding } from "./shared-common.js";
import { n as scanMarkdown, t as inReadingOrder } from "./shared-markdown.js";
import { a as cycloneDxDocument, o as openVexDocument } from "./shared-scan-run.js";
import { c as builtIns, o as scanners, t as findProgram } from "./shared-run.js";
import { a as trendDays, c as repositoryOf, i as COUNTED_SEVERITIES, l as scan, n as readTrend, o as trendEntry, r as trendFile, s as trendEntrySchema, t as appendTrend, u as inputsOf } from "./shared-scan.js";

export { COUNTED_SEVERITIES, builtInSettings, findProgram, inputsOf, programsIn, readTrend, repositoryOf, scan, scanners, trendDays, trendFile };