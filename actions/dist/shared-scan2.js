import { Ar as judgeRecord, Cs as programsIn, Fr as vexWordSchema, Jr as explainFinding, Kr as policyIn, Mr as scanRecordSchema, Pr as exploitabilitySchema, Ss as SCANNER_IDS, Yr as placeText, bs as defaultScanConfig, jr as keptRuns, qr as wantedIn, ws as unlessSaid, xs as PROGRAM_IDS, ys as builtInSettings } from "./shared-common.js";
import { n as scanMarkdown, t as inReadingOrder } from "./shared-markdown.js";
import { a as cycloneDxDocument, o as openVexDocument } from "./shared-scan-run.js";
import { d as builtIns, i as findProgram, l as scanners, r as scannersToFetch, t as installScanners } from "./shared-install.js";
import { a as trendDays, c as repositoryOf, i as COUNTED_SEVERITIES, l as scan, n as readTrend, o as trendEntry, r as trendFile, s as trendEntrySchema, t as appendTrend, u as inputsOf } from "./shared-scan.js";

export { COUNTED_SEVERITIES, builtInSettings, findProgram, inputsOf, programsIn, readTrend, repositoryOf, scan, scanners, trendDays, trendFile };