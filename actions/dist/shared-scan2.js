import { Br as scanRecordSchema, Hr as exploitabilitySchema, Rr as judgeRecord, Ur as vexWordSchema, cs as builtInSettings, ds as SCANNER_IDS, ei as policyIn, fs as programsIn, ls as defaultScanConfig, ni as explainFinding, ps as unlessSaid, ri as placeText, ti as wantedIn, us as PROGRAM_IDS, zr as keptRuns } from "./shared-common.js";
import { n as scanMarkdown, t as inReadingOrder } from "./shared-markdown.js";
import { a as cycloneDxDocument, o as openVexDocument } from "./shared-scan-run.js";
import { d as builtIns, i as findProgram, l as scanners, r as scannersToFetch, t as installScanners } from "./shared-install.js";
import { a as trendDays, c as repositoryOf, i as COUNTED_SEVERITIES, l as scan, n as readTrend, o as trendEntry, r as trendFile, s as trendEntrySchema, t as appendTrend, u as inputsOf } from "./shared-scan.js";

export { COUNTED_SEVERITIES, builtInSettings, findProgram, inputsOf, programsIn, readTrend, repositoryOf, scan, scanners, trendDays, trendFile };