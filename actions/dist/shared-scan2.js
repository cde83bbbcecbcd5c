import { Bo as unlessSaid, Fo as builtInSettings, Fr as explainFinding, Io as defaultScanConfig, Ir as placeText, Lo as PROGRAM_IDS, Nr as policyIn, Pr as wantedIn, Ro as SCANNER_IDS, Sr as vexWordSchema, _r as judgeRecord, vr as keptRuns, xr as exploitabilitySchema, yr as scanRecordSchema, zo as programsIn } from "./shared-common.js";
import { n as scanMarkdown, t as inReadingOrder } from "./shared-markdown.js";
import { a as cycloneDxDocument, o as openVexDocument } from "./shared-scan-run.js";
import { d as builtIns, i as findProgram, l as scanners, r as scannersToFetch, t as installScanners } from "./shared-install.js";
import { a as trendDays, c as repositoryOf, i as COUNTED_SEVERITIES, l as scan, n as readTrend, o as trendEntry, r as trendFile, s as trendEntrySchema, t as appendTrend, u as inputsOf } from "./shared-scan.js";

export { COUNTED_SEVERITIES, builtInSettings, findProgram, inputsOf, programsIn, readTrend, repositoryOf, scan, scanners, trendDays, trendFile };