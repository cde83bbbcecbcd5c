import { Br as keptRuns, Ur as exploitabilitySchema, Vr as scanRecordSchema, Wr as vexWordSchema, ds as PROGRAM_IDS, fs as SCANNER_IDS, ii as placeText, ls as builtInSettings, ms as unlessSaid, ni as wantedIn, ps as programsIn, ri as explainFinding, ti as policyIn, us as defaultScanConfig, zr as judgeRecord } from "./shared-common.js";
import { n as scanMarkdown, t as inReadingOrder } from "./shared-markdown.js";
import { a as cycloneDxDocument, o as openVexDocument } from "./shared-scan-run.js";
import { d as builtIns, i as findProgram, l as scanners, r as scannersToFetch, t as installScanners } from "./shared-install.js";
import { a as trendDays, c as repositoryOf, i as COUNTED_SEVERITIES, l as scan, n as readTrend, o as trendEntry, r as trendFile, s as trendEntrySchema, t as appendTrend, u as inputsOf } from "./shared-scan.js";

export { COUNTED_SEVERITIES, builtInSettings, findProgram, inputsOf, programsIn, readTrend, repositoryOf, scan, scanners, trendDays, trendFile };