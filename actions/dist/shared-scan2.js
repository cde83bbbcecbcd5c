import { Ar as explainFinding, Bo as builtInSettings, Go as unlessSaid, Ho as PROGRAM_IDS, Or as policyIn, Uo as SCANNER_IDS, Vo as defaultScanConfig, Wo as programsIn, _r as vexWordSchema, fr as judgeRecord, gr as exploitabilitySchema, jr as placeText, kr as wantedIn, mr as scanRecordSchema, pr as keptRuns } from "./shared-common.js";
import { n as scanMarkdown, t as inReadingOrder } from "./shared-markdown.js";
import { a as cycloneDxDocument, o as openVexDocument } from "./shared-scan-run.js";
import { c as builtIns, o as scanners, t as findProgram } from "./shared-run2.js";
import { a as trendDays, c as repositoryOf, i as COUNTED_SEVERITIES, l as scan, n as readTrend, o as trendEntry, r as trendFile, s as trendEntrySchema, t as appendTrend, u as inputsOf } from "./shared-scan.js";

export { COUNTED_SEVERITIES, builtInSettings, defaultScanConfig, findProgram, inputsOf, programsIn, readTrend, repositoryOf, scan, scanners, trendDays, trendFile, wantedIn };