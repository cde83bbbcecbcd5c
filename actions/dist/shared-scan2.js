import { Ao as programsIn, Do as defaultScanConfig, Dr as placeText, Eo as builtInSettings, Er as explainFinding, Oo as PROGRAM_IDS, Tr as wantedIn, cr as judgeRecord, fr as exploitabilitySchema, jo as unlessSaid, ko as SCANNER_IDS, lr as keptRuns, pr as vexWordSchema, ur as scanRecordSchema, wr as policyIn } from "./shared-common.js";
import { n as scanMarkdown, t as inReadingOrder } from "./shared-markdown.js";
import { a as cycloneDxDocument, o as openVexDocument } from "./shared-scan-run.js";
import { c as builtIns, o as scanners, t as findProgram } from "./shared-run2.js";
import { a as trendDays, c as repositoryOf, i as COUNTED_SEVERITIES, l as scan, n as readTrend, o as trendEntry, r as trendFile, s as trendEntrySchema, t as appendTrend, u as inputsOf } from "./shared-scan.js";

export { COUNTED_SEVERITIES, builtInSettings, findProgram, inputsOf, programsIn, readTrend, repositoryOf, scan, scanners, trendDays, trendFile };