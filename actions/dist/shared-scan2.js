import { Cs as unlessSaid, Gr as judgeRecord, Kr as keptRuns, Ss as programsIn, Xr as vexWordSchema, Yr as exploitabilitySchema, _s as builtInSettings, bs as PROGRAM_IDS, ci as wantedIn, li as explainFinding, qr as scanRecordSchema, si as policyIn, ui as placeText, vs as defaultScanConfig, xs as SCANNER_IDS } from "./shared-common.js";
import { n as scanMarkdown, t as inReadingOrder } from "./shared-markdown.js";
import { a as cycloneDxDocument, o as openVexDocument } from "./shared-scan-run.js";
import { d as builtIns, i as findProgram, l as scanners, r as scannersToFetch, t as installScanners } from "./shared-install.js";
import { a as trendDays, c as repositoryOf, i as COUNTED_SEVERITIES, l as scan, n as readTrend, o as trendEntry, r as trendFile, s as trendEntrySchema, t as appendTrend, u as inputsOf } from "./shared-scan.js";

export { COUNTED_SEVERITIES, builtInSettings, findProgram, inputsOf, programsIn, readTrend, repositoryOf, scan, scanners, trendDays, trendFile };