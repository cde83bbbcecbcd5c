import { Gr as keptRuns, Jr as exploitabilitySchema, Kr as scanRecordSchema, Ss as unlessSaid, Wr as judgeRecord, Yr as vexWordSchema, _s as defaultScanConfig, bs as SCANNER_IDS, ci as explainFinding, gs as builtInSettings, li as placeText, oi as policyIn, si as wantedIn, xs as programsIn, ys as PROGRAM_IDS } from "./shared-common.js";
import { n as scanMarkdown, t as inReadingOrder } from "./shared-markdown.js";
import { a as cycloneDxDocument, o as openVexDocument } from "./shared-scan-run.js";
import { d as builtIns, i as findProgram, l as scanners, r as scannersToFetch, t as installScanners } from "./shared-install.js";
import { a as trendDays, c as repositoryOf, i as COUNTED_SEVERITIES, l as scan, n as readTrend, o as trendEntry, r as trendFile, s as trendEntrySchema, t as appendTrend, u as inputsOf } from "./shared-scan.js";

export { COUNTED_SEVERITIES, builtInSettings, findProgram, inputsOf, programsIn, readTrend, repositoryOf, scan, scanners, trendDays, trendFile };