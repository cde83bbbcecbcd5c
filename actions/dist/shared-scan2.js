import { Br as judgeRecord, Gr as vexWordSchema, Hr as scanRecordSchema, Vr as keptRuns, Wr as exploitabilitySchema, ai as placeText, ds as defaultScanConfig, fs as PROGRAM_IDS, hs as unlessSaid, ii as explainFinding, ms as programsIn, ni as policyIn, ps as SCANNER_IDS, ri as wantedIn, us as builtInSettings } from "./shared-common.js";
import { n as scanMarkdown, t as inReadingOrder } from "./shared-markdown.js";
import { a as cycloneDxDocument, o as openVexDocument } from "./shared-scan-run.js";
import { d as builtIns, i as findProgram, l as scanners, r as scannersToFetch, t as installScanners } from "./shared-install.js";
import { a as trendDays, c as repositoryOf, i as COUNTED_SEVERITIES, l as scan, n as readTrend, o as trendEntry, r as trendFile, s as trendEntrySchema, t as appendTrend, u as inputsOf } from "./shared-scan.js";

export { COUNTED_SEVERITIES, builtInSettings, findProgram, inputsOf, programsIn, readTrend, repositoryOf, scan, scanners, trendDays, trendFile };