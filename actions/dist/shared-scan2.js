import { Ao as PROGRAM_IDS, Dr as wantedIn, Er as policyIn, Mo as programsIn, No as unlessSaid, Oo as builtInSettings, Or as explainFinding, dr as keptRuns, fr as scanRecordSchema, hr as vexWordSchema, jo as SCANNER_IDS, ko as defaultScanConfig, kr as placeText, mr as exploitabilitySchema, ur as judgeRecord } from "./shared-common.js";
import { n as scanMarkdown, t as inReadingOrder } from "./shared-markdown.js";
import { a as cycloneDxDocument, o as openVexDocument } from "./shared-scan-run.js";
import { c as builtIns, o as scanners, t as findProgram } from "./shared-run2.js";
import { a as trendDays, c as repositoryOf, i as COUNTED_SEVERITIES, l as scan, n as readTrend, o as trendEntry, r as trendFile, s as trendEntrySchema, t as appendTrend, u as inputsOf } from "./shared-scan.js";

export { COUNTED_SEVERITIES, builtInSettings, findProgram, inputsOf, programsIn, readTrend, repositoryOf, scan, scanners, trendDays, trendFile };