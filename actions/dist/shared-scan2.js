import { Ao as builtInSettings, Ar as explainFinding, Fo as unlessSaid, Mo as PROGRAM_IDS, No as SCANNER_IDS, Or as policyIn, Po as programsIn, _r as vexWordSchema, fr as judgeRecord, gr as exploitabilitySchema, jo as defaultScanConfig, jr as placeText, kr as wantedIn, mr as scanRecordSchema, pr as keptRuns } from "./shared-common.js";
import { n as scanMarkdown, t as inReadingOrder } from "./shared-markdown.js";
import { a as cycloneDxDocument, o as openVexDocument } from "./shared-scan-run.js";
import { d as builtIns, i as findProgram, l as scanners, r as scannersToFetch, t as installScanners } from "./shared-install.js";
import { a as trendDays, c as repositoryOf, i as COUNTED_SEVERITIES, l as scan, n as readTrend, o as trendEntry, r as trendFile, s as trendEntrySchema, t as appendTrend, u as inputsOf } from "./shared-scan.js";

export { COUNTED_SEVERITIES, builtInSettings, findProgram, inputsOf, programsIn, readTrend, repositoryOf, scan, scanners, trendDays, trendFile };