import { Ar as wantedIn, Fo as programsIn, Io as unlessSaid, Mo as defaultScanConfig, Mr as placeText, No as PROGRAM_IDS, Po as SCANNER_IDS, _r as exploitabilitySchema, hr as scanRecordSchema, jo as builtInSettings, jr as explainFinding, kr as policyIn, mr as keptRuns, pr as judgeRecord, vr as vexWordSchema } from "./shared-common.js";
import { n as scanMarkdown, t as inReadingOrder } from "./shared-markdown.js";
import { a as cycloneDxDocument, o as openVexDocument } from "./shared-scan-run.js";
import { d as builtIns, i as findProgram, l as scanners, r as scannersToFetch, t as installScanners } from "./shared-install.js";
import { a as trendDays, c as repositoryOf, i as COUNTED_SEVERITIES, l as scan, n as readTrend, o as trendEntry, r as trendFile, s as trendEntrySchema, t as appendTrend, u as inputsOf } from "./shared-scan.js";

export { COUNTED_SEVERITIES, builtInSettings, findProgram, inputsOf, programsIn, readTrend, repositoryOf, scan, scanners, trendDays, trendFile };