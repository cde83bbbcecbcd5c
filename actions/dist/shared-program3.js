import { i as __toESM } from "./shared-rolldown-runtime.js";
import { a as InvalidArgumentError, n as Option, r as Argument, t as Command } from "./shared-commander.js";
import { Ar as toJSONSchema, Et as _enum, Fn as object, Jn as string, Lt as boolean, Nt as array, Ot as _instanceof, Pn as number$2, Sn as looseObject, Un as record$1, Yt as discriminatedUnion, nr as tuple, or as union, qn as strictObject, sr as unknown$3, xn as literal } from "./shared-schemas.js";
import { a as date, o as datetime, r as number$3 } from "./shared-libraries.js";
import { t as EXIT } from "./shared-exit.js";
import { n as nearest, r as parsedJson, t as jsonSchema } from "./shared-json.js";
import { $a as RUNBOOK_PREFIX, $o as payloadSchema, $t as releaseInputsSchema, Aa as pastWatch, Ai as previousVersion, An as noRaceDetector, Ao as StoreUnreachableError, Bi as policyPlace, Bs as cleanLine, Ca as rangePath, Cc as wallText, Ci as verdictOf, Cn as askRegistry, Co as lookAt, Cr as openService, Ct as pagesText, Da as comparesVersions, Dc as parseDsn, Dr as hostChecks, Ds as unitGitStoreConfig, Dt as sbomsDirectory, Ea as chartOf, Ei as jsonFile, Eo as NOBODY, Es as trusted, F as KNOWN_ERRORS, Fa as foldBake, Fs as plain$1, G as commitMeant, Ga as analyseCsv, Gn as CHANGE_ENDINGS, Gt as orderCheck, H as madeText, Hs as fenced, I as isPage, Ia as noAnalyses, Ir as isAtLeast, Is as isInCluster, It as announcementsOf, J as planRelease, Ja as DEFAULT_POLICY, Js as suiteEnv, Jt as rulesText, Ka as missingInWords, Ki as readMaintenance, Kn as CHANGE_SECTIONS, L as knownIn, La as proxyGaps, Li as readPolicy$1, Ln as askLedger, Lr as programCheck, Ls as isOnHosts, Lt as nobodyToTell, M as ownErrorsOf, Ma as bakeWatch, Mi as readLedger, Mn as readToolchain, Mo as readRun, Mt as announceAll, Na as bakeVerdict, Nc as logPlaceText, Ni as readRecord, No as verifyRun, Nt as announceQuarantine, Oa as positionOf, Oi as ledgerEffect, Oo as fileLeases, Ot as secretVariables, Pa as beginBake, Pc as sqlName, Pi as readReleaseRecord, Ps as parseLocated, Pt as announceRun, Q as stableRecord, Qa as pendingRuns, R as ownErrors, Ra as doOrNothing, Ri as readRules, Rn as rollbackBreaks, Rr as observeBucket, Sa as wrap, Si as promotionLooks, Sr as openEnvironment, Ta as tenth, Ti as cameToServe, Tr as openTarget, Ts as sshSignatures, Tt as sbomDiffers, Us as shellWord, Vo as createJournal, Wa as duration, Wn as gatesOf, Wr as scanRulesOf, Ws as systemdWord, Wt as gatekeeperOfRun, X as release, Xa as versionDelta, Xn as changeIdSchema, Xo as isUnfinished, Xs as action, Xt as signerOf, Y as prepareRelease, Ya as makePolicy, Z as runRelease, Za as importRuns, Zo as loadRun, Zt as underPolicy, _a as isWayBack, _c as parseSize, _i as quarantineText, _o as removeOrder, aa as askVector, ao as runProcedure, at as fetchRun, bc as StepPaused, bi as quarantineEntrySchema, br as runAgain, ca as missing$1, ci as wantedIn, co as planProcedure, cs as readText$1, ct as refreshRun, di as CAUSE, dn as manifestPath, ds as located, dt as tellOf, ea as countersOf, ec as opaque, eo as isOpen, et as agreeOn, fi as quarantineProblems, fn as readDigested, fo as isDriven, fs as promotionOrder, ft as mergeRecords, ga as withoutConfiguration, gc as formatSize, gi as recordOf$1, go as refusalOf, gs as API_VERSION, gt as unitReleaseSchema, ha as sourceCommit, hi as quarantinePath, ho as readOrders, hr as scanStillAsked, hs as schemaNode, ht as unitHistorySchema, i as newestRun, ia as pairQuery, ic as sequence, io as resumeProcedure, ir as changeStillAsked, is as RECORD_TYPES, it as fetchRecordsAtOnce, ja as shareJudgedBy, ji as readEnvironmentRecord, jn as leastGo, jo as listRuns, ka as timeTicks, ki as liveVersion, kn as NO_CHECKS, ko as readLease, kt as secretsIn, la as sampleValue, ln as manifestDigest, ls as environmentNames, lt as say, mi as digestsOf, mo as placeOrder, ms as explain$1, mt as previousUnit, na as generations, nc as procedure, nn as rolloutFor, no as traitsOf, o as readReport, oa as dataOf, on as PLANNED, os as resolveEnvironment, pa as describedVersion, pi as standingOf$1, po as notPaused, pt as liveUnit, qa as startTrace, ra as pair$1, ro as fetchDocuments, rs as toJson, sa as get, sn as digestOfText, ss as readConfig, st as makeGitTrue, ta as prometheusMetrics, tc as parallel, tn as rollbackProcedure, to as isRunbook, ts as digestOf$3, tt as agreeWithGit, ua as openShared, us as loadConfig, ut as tellGit, va as trafficMoment, vi as whyNotBelieved, vn as CYCLONEDX_FILE, vo as ORDER_KINDS, vt as summaryText, wa as stairPath, wc as windowAt, wi as verdictText, wn as nameOf$1, wo as makeOrder, wr as withDatabaseRoots, x as reportMarkdown, xa as terminalChart, xi as quarantineKey, xn as sbomDirectory, xr as engineOptions, xt as buildRelease, yn as SPDX_FILE, yo as copyRun, z as pagesOf, zi as PIN_FILE, zr as analysisPolicy, zs as clean, zt as skimRun } from "./shared-common.js";
import { n as knowsUnicode, r as painter, t as FALLBACK_COLUMNS } from "./shared-io2.js";
import { c as unwrap, i as ok, n as bad, r as formatProblem, s as problemsOf, t as ProblemError } from "./shared-problem.js";
import { c as runPaths, f as writeTemporary, i as isMissing, l as runsDirectory, o as namesIn$1, r as hasCode, s as replaceFile, t as anchorPath, u as syncDirectory } from "./shared-store.js";
import { a as whoAmI, c as withPersonOptions, n as door, o as withChangeOption, r as findConfig, s as withCommonOptions, t as commitDigits } from "./shared-session3.js";
import { t as renderPlan } from "./shared-render2.js";
import { C as share, c as formatDuration, g as parseDuration, h as parseAddress, l as formatShare, o as duration$1, p as nameSchema, v as parseShare } from "./shared-scalars.js";
import { n as buildComponents } from "./shared-components.js";
import { i as listTree, r as fileDigest } from "./shared-digest.js";
import { n as isReference } from "./shared-artefacts.js";
import { a as findAnyRun, c as gateStatement, i as openToChat, l as giveEvidence, n as credentialsOf, o as findRollout, r as resultOf$2, s as explainScan, t as chat, u as showGates } from "./shared-door.js";
import { a as planDataGenerate, c as planDataCopy, i as generateData, n as resetData, o as throwAwayProblems, r as resetLines, s as copyData, t as planDataReset } from "./shared-data.js";
import { n as databaseSettings, o as planAndStore, r as migrate, s as planMigrate, t as databaseOf } from "./shared-migrate3.js";
import { n as git } from "./shared-git.js";
import { i as installStopSignals, r as createStopSignal } from "./shared-progress.js";
import { i as resume, r as replayRun, t as checkRules } from "./shared-resume.js";
import { t as require_fastest_levenshtein } from "./shared-fastest-levenshtein.js";
import { t as createExec } from "./shared-exec.js";
import { t as createSecrets } from "./shared-secrets.js";
import { n as timestamp, t as systemClock } from "./shared-clock2.js";
import { n as preparePromotion, r as promote, t as planPromotion } from "./shared-promote.js";
import { a as servingRecord, i as runRollback, n as rollback, o as unfinishedRun, r as rollbackInputs, t as planRollback } from "./shared-go-back.js";
import { n as digestSchema, o as versionSchema } from "./shared-release.js";
import { n as locate } from "./shared-git2.js";
import { I as TOOL_TABLES, K as splitSql, L as takeOver, S as structureChanges, bt as sha256Of, f as openDatabase, ft as quoted$2, i as sqlText, mt as sessionSettings, n as parseMigrations, nt as TABLES, p as readServer, q as tokensOf, r as readMigrations, s as forbiddenIn, tt as CREATE_TABLES, x as changeText, xt as resolveDsn } from "./shared-migrate.js";
import { n as isGone } from "./shared-identity.js";
import { n as httpClient } from "./shared-http-client.js";
import { t as require_dist } from "./shared-dist.js";
import { i as shellWord$1 } from "./shared-quote.js";
import { t as clusterDoctor } from "./shared-cluster.js";
import { n as openGitopsForge } from "./shared-git3.js";
import { r as drift$1, t as driftLines } from "./shared-drift-text.js";
import { t as gateText } from "./shared-gate-text.js";
import { a as VALUE_TYPES, i as setValue, o as MAX_BYTES } from "./shared-values.js";
import { t as unifiedDiff } from "./shared-diff.js";
import { n as oneOf, t as interview } from "./shared-ask.js";
import { t as createMask } from "./shared-mask.js";
import { a as listen, i as close, n as readTokens, o as plain$2, r as bodyOf, s as refusal, t as mayAsk } from "./shared-token.js";
import { n as mannersText, t as mannersMarkdown } from "./shared-render.js";
import { i as acceptStep, r as statusLines$1, t as startContainer } from "./shared-container.js";
import { n as openDsnSession, t as ServerRefusal } from "./shared-session2.js";
import { n as readLayout } from "./shared-layout2.js";
import { p as startLocal } from "./shared-local.js";
import { n as PORT_RANGE, r as freePorts } from "./shared-host-ports.js";
import { t as parseStatement } from "./shared-parse.js";
import { n as releaseNotes, t as notesMarkdown } from "./shared-notes.js";
import { t as reportPage } from "./shared-page.js";
import { t as exitFor } from "./shared-exit2.js";
import { t as packageVersion } from "./shared-version.js";
import { access, lstat, mkdir, mkdtemp, open as open$1, readFile, readdir, realpath, rename, rm, rmdir, stat, statfs, writeFile } from "node:fs/promises";
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import { createConnection, createServer } from "node:net";
import { createServer as createServer$1 } from "node:http";
import { crc32 } from "node:zlib";
import { createHash, randomBytes } from "node:crypto";
import { constants as constants$2, createReadStream, existsSync } from "node:fs";
import { hostname, tmpdir } from "node:os";

// src/migrate/advice/explain.ts
const explainRow = object({
	table: string().nullable(),
	type: string().nullable(),
	key: string().nullable(),
	rows: number$3().nullable(),
	Extra: string().nullable()
});
/**
* Can it be asked about? A query that is whole, without a comment that the server would read. Pure.
* @param longest bytes after which the server cuts a sample (`performance_schema_max_sql_text_length`)
*/
function explainable(sample, longest) {
	return /^\s*(?:SELECT|WITH)\b/i.test(sample) && !sample.includes("/*!") && Buffer.byteLength(sample) < longest;
}
/** Null: the server refuses, for instance since this user may not read a table. The session must be in no transaction. */
async function explain(session, sample) {
	await session.tell("START TRANSACTION READ ONLY");
	try {
		return (await session.ask(explainRow, `EXPLAIN FORMAT=TRADITIONAL ${sample}`)).map(({ table, type, key, rows: expected, Extra: extra }) => ({
			table: table ?? "–",
			access: type ?? "–",
			key,
			rows: expected ?? 0,
			extra
		}));
	} catch (error) {
		if (error instanceof ServerRefusal) return null;
		throw error;
	} finally {
		await session.tell("ROLLBACK");
	}
}
/** For people. Pure. */
function explainText(tables) {
	return tables.map(({ table, access, key, rows, extra }) => {
		return `${table}: ${access === "ALL" ? "every row" : key === null ? access : `${access} by ${key}`}, about ${rows} rows${extra === null || extra === "" ? "" : ` (${extra.toLowerCase()})`}`;
	}).join("; ");
}

// src/migrate/advice/facts.ts
const tableRow = object({
	table: string(),
	engine: string().nullable(),
	rows: number$3(),
	bytes: number$3(),
	autoIncrement: union([number$2(), string()]).nullable()
});
const shown = object({
	Variable_name: string(),
	Value: string()
}).transform(({ Variable_name: name, Value: value }) => ({
	name: name.toLowerCase(),
	value
}));
const useRow = object({
	table: string(),
	name: string(),
	reads: number$3()
});
const slowRow = object({
	text: string().nullable(),
	count: number$3(),
	seconds: number$3(),
	examined: number$3(),
	sent: number$3(),
	withoutIndex: number$3(),
	sample: string().nullable()
});
async function readAdviceFacts(session) {
	const { family, version } = await readServer((row, sql) => session.ask(row, sql));
	const tables = await session.ask(tableRow, "SELECT TABLE_NAME AS `table`, ENGINE AS engine, COALESCE(TABLE_ROWS, 0) AS `rows`, COALESCE(DATA_LENGTH + INDEX_LENGTH, 0) AS bytes, AUTO_INCREMENT AS autoIncrement FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_TYPE = 'BASE TABLE'");
	const status = await session.ask(shown, "SHOW GLOBAL STATUS");
	const variables = await session.ask(shown, "SHOW GLOBAL VARIABLES");
	const values = new Map(variables.map(({ name, value }) => [name, value]));
	const counts = values.get("performance_schema") === "ON";
	return {
		family,
		version,
		layout: await readLayout(session, family),
		tables: tables.filter(({ table }) => !table.startsWith("shiplock_")).map((row) => ({
			...row,
			autoIncrement: row.autoIncrement === null ? null : BigInt(row.autoIncrement)
		})),
		indexReads: await indexReads(session, family, values),
		slow: counts ? await orNull(() => slowShapes(session, family, values)) : null,
		samples: counts && await orNull(() => keepsSamples(session, family)) === true,
		status: new Map(status.map(({ name, value }) => [name, Number(value)])),
		variables: values
	};
}
/** MySQL counts in performance_schema; MariaDB when `userstat` is on, and it lists only those that were read. */
async function indexReads(session, family, variables) {
	if (!(family === "mysql" ? variables.get("performance_schema") === "ON" : variables.get("userstat") === "ON")) return null;
	const sql = family === "mysql" ? "SELECT OBJECT_NAME AS `table`, INDEX_NAME AS name, COUNT_READ AS `reads` FROM performance_schema.table_io_waits_summary_by_index_usage WHERE OBJECT_SCHEMA = DATABASE() AND INDEX_NAME IS NOT NULL" : "SELECT TABLE_NAME AS `table`, INDEX_NAME AS name, ROWS_READ AS `reads` FROM information_schema.INDEX_STATISTICS WHERE TABLE_SCHEMA = DATABASE()";
	const rows = await orNull(() => session.ask(useRow, sql));
	return rows === null ? null : new Set(rows.filter(({ reads }) => reads > 0).map(({ table, name }) => `${table}.${name}`));
}
const lastOf = (table) => `(SELECT SQL_TEXT FROM performance_schema.${table} seen WHERE seen.DIGEST = shape.DIGEST AND seen.CURRENT_SCHEMA = shape.SCHEMA_NAME ORDER BY TIMER_START DESC LIMIT 1)`;
/** MySQL keeps a sample of each shape; MariaDB only its last statements, where its consumers are on. */
const SAMPLE = {
	mysql: "QUERY_SAMPLE_TEXT",
	mariadb: `COALESCE(${lastOf("events_statements_history_long")}, ${lastOf("events_statements_history")})`
};
const consumerRow = object({ enabled: number$3() });
/** Does the server keep statements as they were sent? @throws ServerRefusal */
async function keepsSamples(session, family) {
	if (family === "mysql") return true;
	const [row] = await session.ask(consumerRow, "SELECT SUM(NAME = 'events_statements_current') * SUM(NAME LIKE 'events_statements_history%') AS enabled FROM performance_schema.setup_consumers WHERE ENABLED = 'YES' AND NAME LIKE 'events_statements_%'");
	return (row?.enabled ?? 0) > 0;
}
const PICOSECONDS = 0xe8d4a51000;
const MOST$2 = 20;
async function slowShapes(session, family, variables) {
	const rows = await session.ask(slowRow, `SELECT DIGEST_TEXT AS text, COUNT_STAR AS count, SUM_TIMER_WAIT / ${PICOSECONDS} AS seconds, SUM_ROWS_EXAMINED AS examined, SUM_ROWS_SENT AS sent, SUM_NO_INDEX_USED AS withoutIndex, ${SAMPLE[family]} AS sample FROM performance_schema.events_statements_summary_by_digest shape WHERE SCHEMA_NAME = DATABASE() ORDER BY SUM_TIMER_WAIT DESC LIMIT ${MOST$2}`);
	const longest = Number(variables.get("performance_schema_max_sql_text_length") ?? 0);
	const shapes = [];
	for (const { text, seconds, sample: said, ...row } of rows) {
		const shape = {
			...row,
			text: text ?? "",
			totalSeconds: seconds,
			explained: null
		};
		const asks = said !== null && scansOrSlow(shape) !== null && explainable(said, longest);
		shapes.push(asks ? {
			...shape,
			explained: await explain(session, said)
		} : shape);
	}
	return shapes;
}
const SCANNED_FOR_ONE = 1e3;
const OFTEN = 10;
const SLOW_SECONDS = 1;
/** Is a statement worth a word: it reads far more than it sends without an index, or it takes a second each time? Pure. */
function scansOrSlow(shape) {
	const { count, totalSeconds, examined, sent, withoutIndex } = shape;
	const ratio = examined / Math.max(1, sent);
	if (count >= OFTEN && withoutIndex > count / 2 && ratio >= SCANNED_FOR_ONE && examined / count >= SCANNED_FOR_ONE) return "scans";
	return totalSeconds / Math.max(1, count) >= SLOW_SECONDS ? "slow" : null;
}
/** A right that is missing makes a fact unknown; everything else is told. */
async function orNull(ask) {
	try {
		return await ask();
	} catch (error) {
		if (error instanceof ServerRefusal) return null;
		throw error;
	}
}

// src/migrate/advice/advise.ts
function advise(facts) {
	return {
		advice: [
			...tableAdvice(facts),
			...indexAdvice(facts),
			...foreignKeyAdvice(facts),
			...(facts.slow ?? []).flatMap(statementAdvice),
			...serverAdvice(facts)
		].toSorted((a, b) => Number(b.level === "warning") - Number(a.level === "warning")),
		unseen: unseen(facts)
	};
}
/** What an operator of MariaDB does once, as root. Its history of each connection is smaller, and gone with the connection. */
const CONSUMERS = "start it with performance-schema-consumer-events-statements-current and …-history-long, or: UPDATE performance_schema.setup_consumers SET ENABLED = 'YES' WHERE NAME IN ('events_statements_current', 'events_statements_history_long')";
function unseen({ family, indexReads, slow, samples }) {
	const where = family === "mysql" ? "performance_schema is off" : "performance_schema is off (it is, unless switched on)";
	return [
		...slow === null ? [`which statements are slow or scan: ${where}, or this user may not read it`] : [],
		...slow?.some((shape) => scansOrSlow(shape) !== null) === true && !samples ? [`how the server would do them today (EXPLAIN): it keeps no statements as they were sent; ${CONSUMERS}`] : [],
		...indexReads === null ? [`which indexes nobody reads: ${family === "mysql" ? where : "userstat is off"}, or this user may not read it`] : []
	];
}
/** Greatest value of an integer type. */
const MOST$1 = {
	tinyint: 127n,
	smallint: 32767n,
	mediumint: 8388607n,
	int: 2147483647n,
	bigint: 9223372036854775807n
};
const ROOM = .8;
function tableAdvice({ tables, layout }) {
	return tables.flatMap(({ table, engine, rows, autoIncrement }) => {
		const found = [];
		if (!layout.indexes.some((index) => index.table === table && index.name === "PRIMARY")) found.push({
			id: "no-primary-key",
			level: "warning",
			about: table,
			evidence: `no primary key, about ${rows} rows`,
			advice: "give it one: replication finds rows by it, and online tools and backfills need it",
			sql: `ALTER TABLE ${sqlName(table)} ADD COLUMN id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY FIRST`
		});
		if (engine !== null && engine !== "InnoDB") found.push({
			id: "not-transactional",
			level: "note",
			about: table,
			evidence: `engine ${engine}`,
			advice: "InnoDB survives a crash and takes part in transactions and in consistent backups",
			sql: `ALTER TABLE ${sqlName(table)} ENGINE=InnoDB`
		});
		const counter = layout.columns.find((column) => column.table === table && /auto_increment/i.test(column.extra));
		const most = counter === void 0 ? void 0 : greatest(counter.type);
		if (counter !== void 0 && most !== void 0 && autoIncrement !== null && autoIncrement > most * 80n / 100n) found.push({
			id: "auto-increment-room",
			level: "warning",
			about: `${table}.${counter.name}`,
			evidence: `the next value is ${autoIncrement} of at most ${most} (${counter.type}): over ${ROOM * 100} % used`,
			advice: "make it a BIGINT before it is used up; that copies the table, so plan it with an online tool",
			sql: `ALTER TABLE ${sqlName(table)} MODIFY ${sqlName(counter.name)} BIGINT UNSIGNED NOT NULL AUTO_INCREMENT`
		});
		return found;
	});
}
function greatest(type) {
	const most = MOST$1[/^[a-z]+/.exec(type)?.[0] ?? ""];
	return most !== void 0 && type.includes("unsigned") ? most * 2n + 1n : most;
}
function indexAdvice({ layout, indexReads }) {
	return layout.indexes.flatMap((index) => {
		if (index.name === "PRIMARY") return [];
		const about = `${index.table}.${index.name}`;
		const drop = `ALTER TABLE ${sqlName(index.table)} DROP INDEX ${sqlName(index.name)}`;
		const others = layout.indexes.filter((other) => other.table === index.table && other.name !== index.name);
		const twin = others.find((other) => sameParts(index, other) && keeps(other, index));
		if (twin !== void 0) return [{
			id: "duplicate-index",
			level: "warning",
			about,
			sql: drop,
			evidence: `the same columns as ${twin.name}: ${partsText(index)}`,
			advice: "drop it: every write keeps both up to date, and no read needs the second"
		}];
		const wider = index.unique ? void 0 : others.find((other) => beginsWith(other, index));
		if (wider !== void 0) return [{
			id: "redundant-index",
			level: "note",
			about,
			sql: drop,
			evidence: `${partsText(index)} is the beginning of ${wider.name}: ${partsText(wider)}`,
			advice: "drop it unless the wider one is so wide that reading it costs more: make it invisible first"
		}];
		if (indexReads !== null && !indexReads.has(about) && !index.unique && !backsForeignKey(index, layout.foreignKeys)) return [{
			id: "unused-index",
			level: "note",
			about,
			sql: drop,
			evidence: `never read since the server began to count; ${partsText(index)}`,
			advice: "make it invisible for a full period of the business (end of month, end of year), then drop it"
		}];
		return [];
	});
}
const partKey = ({ column, prefix }) => `${column ?? "(…)"}(${prefix ?? ""})`;
function sameParts(a, b) {
	return a.parts.every(({ column }) => column !== null) && a.parts.map(partKey).join() === b.parts.map(partKey).join();
}
/** Of two equal ones the one that says more stays; of two that say the same, the first by name. */
function keeps(other, index) {
	if (other.name === "PRIMARY") return true;
	return other.unique === index.unique ? other.name < index.name : other.unique;
}
function beginsWith(wide, narrow) {
	if (wide.parts.length <= narrow.parts.length || narrow.parts.some(({ column }) => column === null)) return false;
	return narrow.parts.every((part, at) => {
		const there = wide.parts[at];
		return there !== void 0 && partKey(there) === partKey(part);
	});
}
function backsForeignKey(index, keys) {
	return keys.some(({ table, columns }) => table === index.table && columns[0] === index.parts[0]?.column);
}
function partsText({ parts }) {
	return parts.map(({ column, prefix }) => `${column ?? "an expression"}${prefix === null ? "" : `(${prefix})`}`).join(", ");
}
function foreignKeyAdvice({ layout }) {
	return layout.foreignKeys.filter(({ table, columns }) => !layout.indexes.some((index) => index.table === table && columns.every((name, at) => index.parts[at]?.column === name))).map(({ table, name, columns }) => ({
		id: "foreign-key-without-index",
		level: "warning",
		about: `${table}.${name}`,
		evidence: `no index begins with ${columns.join(", ")}`,
		advice: "add one: each change of the parent reads the whole child, and locks it",
		sql: `ALTER TABLE ${sqlName(table)} ADD INDEX (${columns.map(sqlName).join(", ")})`
	}));
}
function statementAdvice(shape) {
	const { text, count, totalSeconds, examined, sent, withoutIndex, explained } = shape;
	const id = scansOrSlow(shape);
	if (id === null) return [];
	const about = text.length <= 160 ? text : `${text.slice(0, 159)}…`;
	const each = totalSeconds / Math.max(1, count) * 1e3;
	const seen = `${count} runs, ${totalSeconds.toFixed(1)} s in all, ${each.toFixed(1)} ms each`;
	const today = explained === null ? "" : `; EXPLAIN: ${explainText(explained)}`;
	if (id === "scans") return [{
		id,
		level: "warning",
		about,
		sql: null,
		evidence: `${seen}; ${Math.round(examined / Math.max(1, sent))} rows read for each one sent, ${withoutIndex} runs without an index${today}`,
		advice: `${explained === null ? "look at EXPLAIN of it; an" : "an"} index on the columns of its WHERE and JOIN saves those reads`
	}];
	return [{
		id,
		level: "note",
		about,
		sql: null,
		evidence: `${seen}; ${Math.round(examined / Math.max(1, count))} rows read each time${today}`,
		advice: "look at EXPLAIN ANALYZE of it"
	}];
}
const WARM_READS = 1e5;
const MISSES = .01;
function serverAdvice({ status, variables, tables }) {
	const found = [];
	const requests = status.get("innodb_buffer_pool_read_requests") ?? 0;
	const reads = status.get("innodb_buffer_pool_reads") ?? 0;
	const pool = Number(variables.get("innodb_buffer_pool_size") ?? 0);
	const bytes = tables.reduce((sum, table) => sum + table.bytes, 0);
	if (requests >= WARM_READS && reads / requests > MISSES && bytes > pool) found.push({
		id: "buffer-pool",
		level: "warning",
		about: "innodb_buffer_pool_size",
		sql: null,
		evidence: `${(reads / requests * 100).toFixed(1)} % of ${requests} reads came from disk; the pool has ${mebibytes(pool)}, this database ${mebibytes(bytes)}`,
		advice: "give it more memory (half to three quarters of a machine of its own), or read less"
	});
	const most = Number(variables.get("max_connections") ?? 0);
	const used = status.get("max_used_connections") ?? 0;
	if (most > 0 && used >= most * .85) found.push({
		id: "connections",
		level: "warning",
		about: "max_connections",
		sql: null,
		evidence: `${used} of ${most} connections were used at once`,
		advice: "give the pools of the applications fewer connections, or the server more: at the limit everybody is refused"
	});
	return found;
}
function mebibytes(bytes) {
	return `${Math.round(bytes / 1024 / 1024)} MiB`;
}

// src/migrate/apply/adopt.ts
function adoptStep(options) {
	const { database, baseline } = options;
	return action({
		id: "baseline",
		title: `Take ${baseline.length} ${baseline.length === 1 ? "migration" : "migrations"} for applied`,
		description: "Nothing of them is run.",
		inputs: {
			database: database.resource,
			files: baseline.map(({ migration, at, by }) => ({
				id: migration.id,
				sha256: migration.sha256,
				at,
				by
			})),
			structure: options.structure
		},
		read: async () => ({
			applied: (await database.look()).applied,
			structure: await database.structure()
		}),
		decide: ({ applied, structure }, ctx) => {
			if (isAdopted(applied, baseline)) return {
				kind: "nothing",
				why: "they are recorded"
			};
			const problems = [...notNew(applied, database.resource), ...structure === options.structure ? [] : [changedMeanwhile$1(database.resource)]];
			if (problems.length > 0) return {
				kind: "refuse",
				problems
			};
			const { dsn, lock, resource } = database;
			return {
				kind: "do",
				effects: [{
					kind: "sql",
					dsn,
					statements: [
						sessionSettings(options.lockWaitTimeoutMs),
						...CREATE_TABLES,
						"START TRANSACTION",
						...baseline.flatMap((one) => rowsOf(one, ctx.run, ctx.fence)),
						"COMMIT"
					],
					lock,
					resource,
					why: "the database has what they make",
					timeoutMs: options.statementTimeoutMs
				}]
			};
		},
		probe: "repeatable",
		timeoutMs: options.statementTimeoutMs + 3e4
	});
}
function isAdopted(applied, baseline) {
	return applied.length === baseline.length && baseline.every(({ migration }) => applied.some(({ id, sha256 }) => id === migration.id && sha256 === migration.sha256));
}
function rowsOf({ migration, at, by }, run, fence) {
	const { id, sha256, header, statements } = migration;
	const time = at === null ? "UTC_TIMESTAMP(3)" : quoted$2(at);
	return [`INSERT INTO ${TABLES.migrations} SET id = ${quoted$2(id)}, sha256 = ${quoted$2(sha256)}, phase = ${quoted$2(header.phase)}, statements = ${statements.length}, state = 'applied', applied_at = ${time}, applied_by = ${quoted$2((by ?? run).slice(0, 191))}, fence = ${fence}`, ...statements.map(({ sql }, index) => `INSERT INTO ${TABLES.statements} SET migration = ${quoted$2(id)}, number = ${index + 1}, sha256 = ${quoted$2(sha256Of(sql))}, state = 'done', run = ${quoted$2(run)}, started_at = ${time}, done_at = ${time}`)];
}
/** Pure. */
function notNew(applied, where) {
	if (applied.length === 0) return [];
	return [{
		code: "migrate.adopt-applied",
		where,
		found: `${applied.length} of our migrations are recorded there already, the newest is ${applied.at(-1)?.id}`,
		expected: "a database that we have not migrated yet",
		remedy: "nothing is to be adopted; `shiplock migrate status` says what is pending"
	}];
}
function changedMeanwhile$1(where) {
	return {
		code: "migrate.adopt-changed",
		where,
		found: "a structure that was changed since it was compared with the files",
		expected: "nobody who changes it meanwhile",
		remedy: "do it again"
	};
}

// src/migrate/compat/forward.ts
/** Listens on a free port of 127.0.0.1 and passes all bytes on to the socket. @throws what listening throws */
async function forwardTo(socketPath) {
	const open = /* @__PURE__ */ new Set();
	const server = createServer((client) => {
		const target = createConnection(socketPath);
		for (const [from, to] of [[client, target], [target, client]]) {
			open.add(from);
			from.setNoDelay(true);
			from.on("close", () => {
				open.delete(from);
				to.destroy();
			});
			from.on("error", () => void 0);
			from.pipe(to);
		}
	});
	await new Promise((resolve, reject) => {
		server.once("error", reject);
		server.listen(0, "127.0.0.1", resolve);
	});
	const address = server.address();
	if (address === null || typeof address === "string") throw new Error(`no port before ${socketPath}`);
	return {
		port: address.port,
		close: async () => {
			const closed = new Promise((resolve) => server.close(() => resolve()));
			for (const socket of open) socket.destroy();
			await closed;
		}
	};
}

// src/migrate/compat/proof.ts
/**
* A suite that fails is a `no`: the version does not work there. A suite that passes although a statement is refused is an `unknown`:
* the suite did not notice, a user may. Other answers that the suite is content with are a `yes`, and are listed.
*/
function answerOf({ suite, replayed }) {
	if (suite.kind === "failed") return "no";
	return replayed?.differences.some((difference) => difference.kind === "refused") === true ? "unknown" : "yes";
}
function proofRow(tried, time) {
	const { version, schema } = tried;
	return {
		version,
		schema,
		answer: answerOf(tried),
		proof: proofInWords(tried),
		proven: true,
		time
	};
}
function proofInWords({ suite, replayed }) {
	const its = suite.kind === "passed" ? "its own suite passes there" : `its own suite fails there (exit ${suite.exit})`;
	if (replayed === null) return its;
	const { recording, differences } = replayed;
	const said = `${recording.statements.length} of its statements replayed`;
	const refused = differences.filter(({ kind }) => kind === "refused");
	if (refused.length > 0) return `${its}; ${said}: refused ${refused.map(({ shape }) => short(shape)).join("; ")}`;
	return `${its}; ${said}, ${differences.length === 0 ? "the same answers" : `${differences.length} answer otherwise`}`;
}
function short(text) {
	return text.length <= 80 ? text : `${text.slice(0, 79)}…`;
}

// src/migrate/compat/log.ts
const ROWS = /* @__PURE__ */ new Set([
	"SELECT",
	"INSERT",
	"UPDATE",
	"DELETE",
	"REPLACE",
	"WITH",
	"TABLE",
	"VALUES",
	"CALL",
	"DO",
	"("
]);
const TRANSACTIONS = /* @__PURE__ */ new Set([
	"BEGIN",
	"START",
	"COMMIT",
	"ROLLBACK",
	"SAVEPOINT",
	"RELEASE"
]);
const ASKED = /* @__PURE__ */ new Set(["Query", "Execute"]);
/** A prepared statement counts when it is executed: only then are its values in it. */
function recordingOf(rows, family) {
	const statements = [];
	const leftOut = /* @__PURE__ */ new Map();
	for (const { thread, command, bytes } of rows) {
		if (!ASKED.has(command)) continue;
		const text = family === "mariadb" ? unescaped(bytes, command) : bytes;
		const words = firstWords(text);
		const [first = ""] = words;
		if (first === "") continue;
		if (ROWS.has(first) || TRANSACTIONS.has(first) || ofItsSession(words)) statements.push({
			session: thread,
			sql: text
		});
		else leftOut.set(first, (leftOut.get(first) ?? 0) + 1);
	}
	return {
		statements,
		leftOut
	};
}
/**
* MariaDB's log is text: a byte that is none stands there as `\xHH`, with its backslash doubled where the server itself has filled values in
* (seen on 10.11). Nobody else writes that: in SQL `\x` is an x.
*/
function unescaped(text, command) {
	const byte = (digits) => String.fromCharCode(Number.parseInt(digits, 16));
	return command === "Execute" ? text.replaceAll(/\\\\x([0-9A-F]{2})/g, (_, digits) => byte(digits)) : text.replaceAll(/(?<!\\)((?:\\\\)*)\\x([0-9A-F]{2})/g, (_, before, digits) => before + byte(digits));
}
/** A setting of the session changes what later statements mean; one of the server is none of the suite's business. */
function ofItsSession([first, second]) {
	return first === "SET" && second !== "GLOBAL" && second !== "PERSIST" && second !== "PERSIST_ONLY";
}
function firstWords(sql) {
	return tokensOf(sql.slice(0, 400)).slice(0, 2).map((token) => token.text.toUpperCase());
}
/**
* As it is said in one transaction that is rolled back at the end: what would end it becomes a savepoint of the session that said it.
* Null: nothing is said.
*/
function withinOneTransaction({ session, sql }) {
	const words = tokensOf(sql.slice(0, 400)).map((token) => token.text.toUpperCase());
	const [first = "", second = ""] = words;
	const mark = `shiplock_${session}`;
	if (first === "BEGIN" || first === "START" && second === "TRANSACTION") return `SAVEPOINT ${mark}`;
	if (first === "COMMIT") return null;
	if (first === "ROLLBACK") return words.includes("TO") ? sql : `ROLLBACK TO SAVEPOINT ${mark}`;
	if (first === "SET" && words.includes("AUTOCOMMIT")) return null;
	return sql;
}
/** The statement without its values, as the servers' digests have it: two that differ in values only have one digest. */
function digestOf$2(sql) {
	return tokensOf(Buffer.from(sql, "latin1").toString("utf8")).map(({ kind, text, raw }) => {
		if (kind === "string") return "?";
		if (kind === "name") return `\`${raw}\``;
		return kind === "word" && /^[0-9]/.test(text) ? "?" : raw;
	}).join(" ").replaceAll(/([(.]) /g, "$1").replaceAll(/ ([),.])/g, "$1").replaceAll(/([<>!]) =/g, "$1=").replaceAll(/\(\?(?:, \?)*\)(?:, \(\?(?:, \?)*\))*/g, "(?)");
}

// src/migrate/compat/replay.ts
/** Everything in one transaction that is rolled back, in the order of the recording. */
async function replay(session, statements) {
	const outcomes = [];
	await session.say("START TRANSACTION");
	try {
		for (const statement of statements) {
			const sql = withinOneTransaction(statement);
			outcomes.push(sql === null ? { kind: "none" } : await session.say(sql));
		}
	} finally {
		await session.say("ROLLBACK");
	}
	return outcomes;
}
/**
* Compares the new schema with two replays on the old one. An answer that differs between those two (a time, a random number)
* says nothing, so only its kind is compared. Pure.
*/
function differences$1(statements, [first, second], after) {
	const found = /* @__PURE__ */ new Map();
	for (const [index, { sql }] of statements.entries()) {
		const before = first[index];
		const again = second[index];
		const now = after[index];
		if (before === void 0 || again === void 0 || now === void 0) continue;
		const kind = differs$2(before, again, now);
		if (kind === null) continue;
		const shape = digestOf$2(sql);
		const known = found.get(`${kind} ${shape}`);
		found.set(`${kind} ${shape}`, known === void 0 ? {
			kind,
			shape,
			count: 1,
			before: inWords(before),
			after: inWords(now)
		} : {
			...known,
			count: known.count + 1
		});
	}
	return [...found.values()];
}
function differs$2(before, again, now) {
	if (now.kind === "error") return before.kind === "error" && before.code === now.code ? null : "refused";
	if (before.kind === "error") return "affected";
	if (before.kind === "rows" && now.kind === "rows") {
		if (before.columns.join("\0") !== now.columns.join("\0")) return "columns";
		return again.kind === "rows" && again.digest === before.digest && before.digest !== now.digest ? "rows" : null;
	}
	if (before.kind === "changed" && now.kind === "changed") return again.kind === "changed" && again.affected === before.affected && before.affected !== now.affected ? "affected" : null;
	return before.kind === now.kind ? null : "rows";
}
/** For people. Pure. */
function inWords(outcome) {
	switch (outcome.kind) {
		case "rows": return `${outcome.count} ${outcome.count === 1 ? "row" : "rows"} of ${outcome.columns.join(", ")}`;
		case "changed": return `${outcome.affected} changed`;
		case "error": return `error ${outcome.code}: ${outcome.message}`;
		case "none": return "nothing";
	}
}

// src/migrate/compat/prove.ts
/**
* Finds out which of two releases runs on which of two schemas, by doing it. The suite of what serves is run on its own schema first: its
* statements are recorded there, and it must pass, or it could prove nothing. Then they are replayed on the new schema, and each suite is run
* on the schema of the other.
*
* @throws ProblemError when the suite of a release fails on the release's own schema
*/
async function prove(question) {
	const { scratch, serving, coming, from, to, tell } = question;
	const tried = [];
	if (serving !== null && from.state !== to.state) {
		const recording = await recordOn(question, serving);
		tell(`replaying ${recording.statements.length} statements of ${serving.version} on ${to.state}`);
		const differ = await replayed(question, recording);
		const suite = await runOn(question, serving, to);
		tried.push({
			version: serving.version,
			schema: to.state,
			suite,
			replayed: {
				recording,
				differences: differ
			}
		});
		tried.push({
			version: coming.version,
			schema: from.state,
			suite: await runOn(question, coming, from),
			replayed: null
		});
	}
	tell(`running the suite of ${coming.version} on its own schema, ${to.state}`);
	const own = await coming.run(await scratch.database(to.migrations));
	mustPass(coming.version, to.state, own);
	tried.push({
		version: coming.version,
		schema: to.state,
		suite: own,
		replayed: null
	});
	return tried;
}
async function recordOn({ scratch, from, tell }, serving) {
	tell(`recording the suite of ${serving.version} on its own schema, ${from.state}`);
	const database = await scratch.database(from.migrations);
	await scratch.record();
	const end = await serving.run(database);
	const recording = recordingOf(await scratch.recorded(), scratch.family);
	mustPass(serving.version, from.state, end);
	if (recording.statements.length === 0) throw new ProblemError(saidNothing(serving.version));
	return recording;
}
/** Twice on the old schema: what differs there by itself says nothing about the new one. */
async function replayed({ scratch, from, to }, { statements }) {
	const once = async ({ migrations }) => {
		const database = await scratch.database(migrations);
		return scratch.session(database, (session) => replay(session, statements));
	};
	return differences$1(statements, [await once(from), await once(from)], await once(to));
}
async function runOn({ scratch, tell }, suite, schema) {
	tell(`running the suite of ${suite.version} on ${schema.state}`);
	return suite.run(await scratch.database(schema.migrations));
}
function mustPass(version, schema, end) {
	if (end.kind === "passed") return;
	throw new ProblemError({
		code: "migrate.suite-fails",
		where: `the suite of ${version} on ${schema}`,
		found: end.exit === null ? end.tail : `exit ${end.exit}: ${end.tail}`,
		expected: "a suite that passes on the schema its own release is made for; otherwise it proves nothing",
		remedy: "mend the suite or `database.compatibility`; run its command by hand with the same variables"
	});
}
function saidNothing(version) {
	return {
		code: "migrate.suite-asks-nothing",
		where: `the suite of ${version}`,
		found: "it passed and asked the database nothing",
		expected: "a suite that uses the database whose address is in `database.compatibility.env`",
		remedy: "check the names of the variables; many suites skip these tests when their variable is not set"
	};
}

// src/migrate/compat/scratch.ts
const logRow = array(strictObject({
	thread: number$3(),
	command: string(),
	argument: _instanceof(Buffer)
}));
const serverError = object({
	errno: number$2(),
	message: string()
});
const rowsFound = array(unknown$3());
const rowsSchema = array(array(unknown$3()));
const changed$1 = object({ affectedRows: number$2() });
/** `mysql://root:password@127.0.0.1:3399/`: one that runs already. */
function scratchAt(address) {
	const { database: _, ...admin } = parseDsn(address);
	return {
		admin,
		host: admin.host ?? "127.0.0.1",
		port: admin.port ?? 3306
	};
}
/**
* The administrator may make databases and users and turn the general log on: never a server that anybody else uses. One that holds a database
* named `real` is taken for the real one, and refused.
*/
async function openScratch({ admin, host, port }, real) {
	const { createConnection } = await import("./shared-promise2.js").then((m) => /* @__PURE__ */ __toESM(m.default, 1));
	const connection = await connectAs(createConnection, admin);
	await mustNotHold(connection, real);
	const { family, version } = await readServer(async (row, sql) => array(row).parse((await connection.query(sql))[0]));
	const mark = randomBytes(4).toString("hex");
	const user = `shiplock_suite_${mark}`;
	const password = randomBytes(12).toString("hex");
	const accounts = (admin.socketPath === void 0 ? ["%"] : ["%", "localhost"]).map((from) => `'${user}'@'${from}'`);
	for (const account of accounts) await connection.query(`CREATE USER ${account} IDENTIFIED BY '${password}'`);
	const made = [];
	const account = {
		host,
		port,
		user,
		password
	};
	if (admin.socketPath !== void 0) await (await connectAs(createConnection, {
		socketPath: admin.socketPath,
		user,
		password
	})).end();
	return {
		family,
		version,
		async database(migrations) {
			const name = `shiplock_proof_${mark}_${made.length + 1}`;
			made.push(name);
			await connection.query(`CREATE DATABASE ${name} CHARACTER SET utf8mb4`);
			for (const to of accounts) await connection.query(`GRANT ALL ON ${name}.* TO ${to}`);
			const builder = await connectAs(createConnection, {
				...admin,
				database: name
			});
			try {
				for (const migration of migrations) await applyOn(builder, migration);
			} finally {
				await builder.end();
			}
			return {
				name,
				connection: account
			};
		},
		async record() {
			await connection.query("SET GLOBAL general_log = 'OFF'");
			await connection.query("TRUNCATE TABLE mysql.general_log");
			await connection.query("SET GLOBAL log_output = 'TABLE'");
			await connection.query("SET GLOBAL general_log = 'ON'");
		},
		async recorded() {
			await connection.query("SET GLOBAL general_log = 'OFF'");
			const [rows] = await connection.query("SELECT thread_id AS thread, command_type AS command, CAST(argument AS BINARY) AS argument FROM mysql.general_log WHERE user_host LIKE ?", [`${user}[%`]);
			return logRow.parse(rows).map(({ thread, command, argument }) => ({
				thread,
				command,
				bytes: argument.toString("latin1")
			}));
		},
		async session(database, use) {
			const opened = await connectAs(createConnection, {
				...account,
				database: database.name,
				charset: "LATIN1_SWEDISH_CI",
				dateStrings: true,
				supportBigNumbers: true,
				bigNumberStrings: true
			});
			try {
				await opened.query("SET SESSION session_track_system_variables = ''");
				await opened.query("SET NAMES utf8mb4");
				return await use({ say: (sql) => outcomeOf$2(() => opened.query({
					sql,
					rowsAsArray: true
				})) });
			} finally {
				await opened.end().catch(() => opened.destroy());
			}
		},
		async close() {
			await connection.query("SET GLOBAL general_log = 'OFF'").catch(() => void 0);
			for (const name of made) await connection.query(`DROP DATABASE IF EXISTS ${name}`);
			for (const one of accounts) await connection.query(`DROP USER IF EXISTS ${one}`);
			await connection.end();
		}
	};
}
async function mustNotHold(connection, real) {
	const [found] = await connection.query("SHOW DATABASES WHERE `Database` = ?", [real]);
	if (rowsFound.parse(found).length === 0) return;
	await connection.end();
	throw new ProblemError({
		code: "migrate.scratch-is-real",
		where: "--server",
		found: `a server that holds a database ${real}`,
		expected: "a throw-away server: tests write whatever they like, and all statements are logged there",
		remedy: "give the address of another server; never the one of an environment"
	});
}
async function connectAs(create, options) {
	try {
		return await create({
			...options,
			multipleStatements: false,
			connectTimeout: 1e4
		});
	} catch (error) {
		throw new ProblemError({
			code: "migrate.scratch-unreachable",
			where: options.socketPath ?? `${options.host}:${options.port}`,
			found: error instanceof Error ? error.message : String(error),
			expected: "a throw-away server whose user may make databases and users",
			remedy: "start one, or give the address of another with --server"
		});
	}
}
async function applyOn(connection, { id, file, statements }) {
	for (const { sql, line } of statements) try {
		await connection.query(sql);
	} catch (error) {
		throw new ProblemError({
			code: "migrate.scratch-refused",
			where: `${file}:${line}`,
			found: error instanceof Error ? error.message : String(error),
			expected: `${id} to apply on an empty server after those before it`,
			remedy: "mend the migration; the real database may hold something that no migration made"
		});
	}
}
/** A lost connection is nobody's answer: it is thrown. */
async function outcomeOf$2(say) {
	try {
		const [result, fields] = await say();
		const affected = changed$1.safeParse(result);
		if (affected.success) return {
			kind: "changed",
			affected: affected.data.affectedRows
		};
		const rows = rowsSchema.safeParse(result);
		if (!rows.success) return { kind: "none" };
		return {
			kind: "rows",
			columns: (fields ?? []).map((field) => field?.name ?? ""),
			count: rows.data.length,
			digest: digestOf$1(rows.data)
		};
	} catch (error) {
		const refused = serverError.safeParse(error);
		if (!refused.success || refused.data.errno < 1e3) throw error;
		return {
			kind: "error",
			code: refused.data.errno,
			message: refused.data.message
		};
	}
}
function digestOf$1(rows) {
	const hash = createHash("sha256");
	for (const row of rows) hash.update(JSON.stringify(row.map((value) => Buffer.isBuffer(value) ? value.toString("hex") : value)));
	return hash.digest("hex");
}

// src/migrate/files/retire.ts
const PREFIX = "_shiplock_retired_";
const LONGEST_NAME$1 = 64;
const RETIRED = /_shiplock_retired_(\d{4})(\d{2})(\d{2})_/;
/** `table` or `table.column`; a point or a backtick in a name is written in backticks: `` `a.b`.c ``. */
function readRetired(text) {
	const names = /^(?:`((?:[^`]|``)+)`|([^`.]+))(?:\.(?:`((?:[^`]|``)+)`|([^`.]+)))?$/u.exec(text);
	const bare = (quoted, plain) => quoted?.replaceAll("``", "`") ?? plain ?? null;
	const table = bare(names?.[1], names?.[2]);
	const column = bare(names?.[3], names?.[4]);
	if (table === null) return bad(problem$2("name", text, "a table, or a table and a column", "write TABLE or TABLE.COLUMN; with a point in a name, in backticks"));
	return ok({
		table,
		column
	});
}
/** The migration that renames it. It breaks every version that reads it, so it is a contract migration. */
function retire({ what, today }) {
	const { table, column } = what;
	const name = column ?? table;
	const retired = `${PREFIX}${today.replaceAll("-", "")}_${name}`;
	if (RETIRED.test(name)) return bad(problem$2("already", name, "a name that is not retired yet", "drop it with --drop once its time is over"));
	if ([...retired].length > LONGEST_NAME$1) return bad(problem$2("long", retired, `a name of at most ${LONGEST_NAME$1} characters`, "rename it to something shorter in a migration of its own first"));
	const statement = column === null ? `RENAME TABLE ${sqlName(table)} TO ${sqlName(retired)}` : `ALTER TABLE ${sqlName(table)} RENAME COLUMN ${sqlName(column)} TO ${sqlName(retired)}`;
	const back = column === null ? `RENAME TABLE ${sqlName(retired)} TO ${sqlName(table)}` : `ALTER TABLE ${sqlName(table)} RENAME COLUMN ${sqlName(retired)} TO ${sqlName(column)}`;
	return ok({
		name: `retire_${slug(column === null ? table : `${table}_${column}`)}`,
		text: `-- shiplock: phase=contract\n-- Its rows stay. To take it back by a new migration: ${oneLine(back)};\n${statement};\n`
	});
}
/** The migration that drops it; refused before its time is over. Found among the files by its retired name. */
function dropRetired({ what, today, quarantineDays }, files) {
	const { table, column } = what;
	const renames = column === null ? "RENAME TABLE " : `ALTER TABLE ${sqlName(table)} RENAME COLUMN `;
	const found = retiredNames(files).findLast(({ name, sql }) => name.replace(RETIRED, "") === (column ?? table) && sql.startsWith(renames));
	if (found === void 0) return bad(problem$2("not-retired", column ?? table, "something that a migration has renamed", "retire it first, without --drop"));
	const since = Date.parse(`${found.day}T00:00:00Z`);
	const due = new Date(since + quarantineDays * 864e5).toISOString().slice(0, 10);
	if (today < due) return bad(problem$2("too-early", `${found.name}, retired on ${found.day}`, `${due} or later: database.quarantine is ${quarantineDays} days`, "wait until then"));
	const statement = column === null ? `DROP TABLE ${sqlName(found.name)}` : `ALTER TABLE ${sqlName(table)} DROP COLUMN ${sqlName(found.name)}`;
	return ok({
		name: `drop_${slug(column === null ? table : `${table}_${column}`)}`,
		text: `-- shiplock: phase=contract\n-- Retired on ${found.day} by ${found.migration}.\n${statement};\n`
	});
}
/** Number and file name for a new migration. */
function numbered({ name }, files) {
	return `${String((files.at(-1)?.number ?? 0) + 1).padStart(4, "0")}_${name}.sql`;
}
function retiredNames(files) {
	return files.flatMap(({ id: migration, statements }) => statements.flatMap(({ sql }) => {
		const name = /\bTO\s+`((?:[^`]|``)+)`\s*$/i.exec(sql)?.[1]?.replaceAll("``", "`");
		const [, year, month, day] = RETIRED.exec(name ?? "") ?? [];
		return name === void 0 || year === void 0 ? [] : [{
			name,
			sql,
			migration,
			day: `${year}-${month}-${day}`
		}];
	}));
}
/** A name may hold a line end; a comment may not. */
function oneLine(sql) {
	return sql.replace(/\s+/g, " ");
}
function slug(name) {
	const plain = name.toLowerCase().replace(/[^a-z0-9]+/g, "_").replace(/^_+|_+$/g, "").slice(0, 60);
	return plain === "" ? "object" : plain;
}
function problem$2(code, found, expected, remedy) {
	return {
		code: `migrate.retire-${code}`,
		where: "shiplock migrate retire",
		found,
		expected,
		remedy
	};
}

// src/migrate/files/undo.ts
/** What the statements of a down file throw away; refused where one cannot be read. */
function lostBy(statements, family, file) {
	const lost = [];
	for (const { sql, line } of statements) {
		const parsed = parseStatement(sql, family);
		if (!parsed.ok) return bad({
			code: "migrate.undo-unread",
			where: `${file}:${line}`,
			found: `${parsed.found}, where ${parsed.expected} could stand`,
			expected: "a statement that can be read: nobody knows what this one throws away",
			remedy: "mend it, or write the new migration by hand"
		});
		lost.push(...lostIn(parsed.statement));
	}
	return ok(lost);
}
function lostIn(statement) {
	switch (statement.kind) {
		case "drop-table": return statement.tables.map(({ name }) => ({
			table: name,
			column: null
		}));
		case "truncate-table": return [{
			table: statement.table.name,
			column: null
		}];
		case "delete": return statement.tables.map(({ name }) => ({
			table: name,
			column: null
		}));
		case "alter-table": return statement.parts.flatMap((part) => part.kind === "drop-column" ? [{
			table: statement.table.name,
			column: part.column
		}] : []);
		default: return [];
	}
}
const DAYS$1 = 14;
/** The new migration. What it drops is empty: that is its waiver, and the waiver ends soon. */
function undo({ migration, down, lost, environment, today, owner }) {
	const until = new Date(Date.parse(`${today}T00:00:00Z`) + DAYS$1 * 864e5).toISOString().slice(0, 10);
	const rules = [...lost.some(({ column }) => column === null) ? ["D01"] : [], ...lost.some(({ column }) => column !== null) ? ["D02"] : []];
	const waiver = rules.length === 0 ? "" : `-- shiplock: waive=${rules.join(",")} until=${until} owner=${owner.replaceAll(/\s+/g, "-") || "unknown"} reason=what goes held nothing in ${environment} on ${today}\n`;
	const body = down.split(/\r?\n/).filter((line) => !/^\s*--\s*shiplock:/.test(line)).join("\n").trim();
	return {
		name: `undo_${migration.id}`,
		text: `-- shiplock: phase=contract\n${waiver}-- Takes ${migration.id} back, by its down file.\n${body}\n`
	};
}
function loses(lost, id, environment) {
	const what = lost.column === null ? lost.table : `${lost.table}.${lost.column}`;
	return {
		code: "migrate.undo-loses",
		where: id,
		found: `${what} holds something in ${environment}`,
		expected: "a down file that throws nothing away",
		remedy: `go forward: \`shiplock migrate retire ${environment} ${what}\` takes it out of use and keeps what stands there`
	};
}

// src/migrate/import/formats.ts
/** How other tools name and write their migrations. Pure. */
const TOOLS = [
	"golang-migrate",
	"goose",
	"dbmate",
	"flyway",
	"liquibase"
];
/** Reads the files of a directory as the tool would, in its order. `dir` is used in problems only. */
function readForeign(tool, files, dir) {
	const problems = [];
	const texts = [];
	for (const { name, bytes } of files) {
		if (!name.endsWith(".sql")) {
			if (/^\d+.*\.(?:go|java|xml|ya?ml|json)$/.test(name)) problems.push(unreadable$3(`${dir}/${name}`, "a migration that is no SQL"));
			continue;
		}
		const text = sqlText(bytes, `${dir}/${name}`);
		if (text.ok) texts.push({
			name,
			text: text.value.replace(/^\uFEFF/, "")
		});
		else problems.push(...text.problems);
	}
	const read = READERS[tool](texts, (name, found) => problems.push(unreadable$3(`${dir}/${name}`, found)));
	if (read.length === 0 && problems.length === 0) problems.push(unreadable$3(dir, `no migration of ${tool}`));
	return problems.length > 0 ? bad(...problems) : ok(read);
}
const split = (sql) => sql.trim() === "" ? [] : [{
	sql,
	whole: false
}];
/** By numbers where both are, so that 10 comes after 9; `1.10` after `1.9`. */
function inOrder$1(a, b) {
	const parts = ({ version }) => version.split(/[._]/).map((part) => BigInt(part));
	const [first, second] = [parts(a), parts(b)];
	for (let at = 0; at < Math.max(first.length, second.length); at += 1) {
		const [x, y] = [first[at] ?? 0n, second[at] ?? 0n];
		if (x !== y) return x < y ? -1 : 1;
	}
	return 0;
}
const golangMigrate = (texts, refuse) => {
	const downs = /* @__PURE__ */ new Map();
	const ups = [];
	for (const one of texts) {
		const match = /^(\d+)_.*\.(up|down)\.sql$/.exec(one.name);
		if (match === null) refuse(one.name, "a name that is not VERSION_title.up.sql or VERSION_title.down.sql");
		else if (match[2] === "up") ups.push(one);
		else downs.set(String(BigInt(match[1] ?? "0")), one.text);
	}
	return ups.map(({ name, text }) => {
		const [, digits = "0", title = ""] = /^(\d+)_(.*)\.up\.sql$/.exec(name) ?? [];
		const version = String(BigInt(digits));
		return {
			version,
			title,
			source: name,
			up: split(text),
			down: split(downs.get(version) ?? ""),
			checksum: null
		};
	}).toSorted(inOrder$1);
};
const goose = (texts, refuse) => texts.flatMap(({ name, text }) => {
	const [, digits, title = ""] = /^(\d+)_(.*)\.sql$/.exec(name) ?? [];
	if (digits === void 0) {
		refuse(name, "a name that is not VERSION_title.sql");
		return [];
	}
	const parts = {
		up: [],
		down: []
	};
	let into;
	let whole = false;
	let lines = [];
	const close = () => {
		const sql = lines.join("\n");
		lines = [];
		if (sql.trim() !== "") into?.push({
			sql: whole ? sql.trim().replace(/;$/, "") : sql,
			whole
		});
	};
	for (const line of text.split("\n")) {
		const command = /^--\s*\+goose\s+(.+?)\s*$/i.exec(line.replace(/\r$/, ""))?.[1]?.toLowerCase();
		if (command === void 0) lines.push(line);
		else {
			if (into !== void 0) close();
			lines = [];
			if (command === "up") into = parts.up;
			else if (command === "down") into = parts.down;
			else if (command === "statementbegin") whole = true;
			else if (command === "statementend") whole = false;
			else if (command !== "no transaction") refuse(name, `the command +goose ${command}, whose meaning a file of SQL cannot keep`);
		}
	}
	if (into === void 0) refuse(name, "no line `-- +goose Up`");
	else close();
	return [{
		version: String(BigInt(digits)),
		title,
		source: name,
		up: parts.up,
		down: parts.down,
		checksum: null
	}];
}).toSorted(inOrder$1);
const dbmate = (texts, refuse) => texts.flatMap(({ name, text }) => {
	const [, version, title = ""] = /^(\d+)_(.*)\.sql$/.exec(name) ?? [];
	const up = /^--\s*migrate:up(?:[ \t][^\n]*)?$/m.exec(text);
	const down = /^--\s*migrate:down(?:[ \t][^\n]*)?$/m.exec(text);
	if (version === void 0 || up === null) {
		refuse(name, version === void 0 ? "a name that is not VERSION_title.sql" : "no line `-- migrate:up`");
		return [];
	}
	const from = up.index + up[0].length;
	const to = down !== null && down.index > from ? down.index : text.length;
	const back = down === null ? "" : text.slice(down.index + down[0].length);
	return [{
		version,
		title,
		source: name,
		up: split(text.slice(from, to)),
		down: split(back),
		checksum: null
	}];
}).toSorted(inOrder$1);
const flyway = (texts, refuse) => {
	const undo = /* @__PURE__ */ new Map();
	const ups = [];
	for (const one of texts) {
		const match = /^([VU])(\d+(?:[._]\d+)*)__(.*)\.sql$/.exec(one.name);
		const version = (match?.[2] ?? "").replaceAll("_", ".");
		if (match === null) refuse(one.name, "a name that is not V1__title.sql; one that is repeated (R__) has no place in a history");
		else if (/\$\{[^}]*\}/.test(one.text)) refuse(one.name, "a placeholder ${…}, which the tool fills in when it runs");
		else if (match[1] === "U") undo.set(version, one.text);
		else ups.push({
			...one,
			version,
			title: match[3] ?? ""
		});
	}
	return ups.map(({ name, text, version, title }) => ({
		version,
		title,
		source: name,
		up: split(text),
		down: split(undo.get(version) ?? ""),
		checksum: String(flywayChecksum(text))
	})).toSorted(inOrder$1);
};
/** CRC-32 of the lines without their ends, as a signed number of 32 bits. */
function flywayChecksum(text) {
	const lines = text.replace(/^\uFEFF/, "").split(/\r\n|\n|\r/);
	if (lines.at(-1) === "") lines.pop();
	let sum = 0;
	for (const line of lines) sum = crc32(Buffer.from(line), sum);
	return sum | 0;
}
const liquibase = (texts, refuse) => texts.toSorted((a, b) => a.name < b.name ? -1 : 1).flatMap(({ name, text }) => {
	if (!/^\s*--\s*liquibase\s+formatted\s+sql/i.test(text)) {
		refuse(name, "no first line `--liquibase formatted sql`");
		return [];
	}
	const sets = text.split(/^--\s*changeset\s+/im).slice(1);
	if (sets.length === 0) refuse(name, "no line `--changeset author:id`");
	return sets.map((set) => {
		const [head = "", ...rest] = set.split("\n");
		const [, author = "", id = "", attributes = ""] = /^("[^"]*"|[^:\s]+):("[^"]*"|\S+)\s*(.*)$/.exec(head.trim()) ?? [];
		if (id === "") refuse(name, `a change set without author:id: ${head.trim()}`);
		const strange = /(?:runAlways|runOnChange|context|contextFilter|labels|dbms|splitStatements|endDelimiter)\s*:\s*\S+/i.exec(attributes);
		if (strange !== null) refuse(name, `${author}:${id} with ${strange[0]}, which decides at each run what is done`);
		const down = [];
		const up = [];
		for (const line of rest) {
			const back = /^--\s*rollback\s?(.*)$/i.exec(line)?.[1];
			if (back !== void 0) down.push(back);
			else if (/^--\s*(?:precondition|validCheckSum)/i.test(line)) refuse(name, `${author}:${id} with ${line.trim()}`);
			else up.push(line);
		}
		const bare = (word) => word.replace(/^"|"$/g, "");
		return {
			version: `${bare(id)}::${bare(author)}`,
			title: `${name.replace(/\.sql$/, "")}_${bare(id)}`,
			source: name,
			up: split(up.join("\n")),
			down: split(down.join("\n")),
			checksum: null
		};
	});
});
const READERS = {
	"golang-migrate": golangMigrate,
	goose,
	dbmate,
	flyway,
	liquibase
};
function unreadable$3(where, found) {
	return {
		code: "migrate.import-unreadable",
		where,
		found,
		expected: "migrations in SQL that mean the same at every run",
		remedy: "write what it did as SQL in a file that the tool reads, or leave the directory to the tool that wrote it"
	};
}

// src/migrate/import/convert.ts
/** Migrations of another tool as files of ours: the same statements, byte for byte. Pure. */
/** Which of our files holds what the other tool calls a version; kept beside them as `imported.json`. */
const importedSchema = strictObject({
	formatVersion: literal(1),
	tool: _enum(TOOLS),
	migrations: array(strictObject({
		id: string(),
		version: string(),
		source: string(),
		checksum: string().nullable()
	}).readonly()).readonly()
});
function convert(tool, migrations, dir) {
	const problems = [];
	const files = [];
	const listed = [];
	for (const [index, { version, title, source, up, down, checksum }] of migrations.entries()) {
		const id = `${String(index + 1).padStart(4, "0")}_${nameOf(title)}`;
		const file = `${dir}/${source}`;
		const [forward, back] = [statementsOf(up, file), statementsOf(down, file)];
		problems.push(...forward.problems, ...back.problems);
		const forbidden = forward.statements.flatMap((sql) => forbiddenIn({
			sql,
			line: 1
		}, file));
		problems.push(...forbidden.map((problem) => ({
			...problem,
			where: file
		})));
		if (forward.statements.length === 0) problems.push(nothing(file));
		files.push({
			name: `${id}.sql`,
			text: fileOf(forward.statements)
		});
		if (back.statements.length > 0) files.push({
			name: `${id}.down.sql`,
			text: fileOf(back.statements)
		});
		listed.push({
			id,
			version,
			source,
			checksum
		});
	}
	return problems.length > 0 ? bad(...problems) : ok({
		files,
		imported: {
			formatVersion: 1,
			tool,
			migrations: listed
		}
	});
}
const LONGEST_NAME = 80;
function nameOf(title) {
	const name = title.toLowerCase().replace(/[^a-z0-9_-]+/g, "_").replace(/^[_-]+|[_-]+$/g, "").slice(0, LONGEST_NAME);
	return name === "" ? "imported" : name;
}
function statementsOf(chunks, file) {
	const statements = [];
	const problems = [];
	for (const { sql, whole } of chunks) if (whole) statements.push(sql);
	else {
		const split = splitSql(sql, file, { programs: "whole" });
		statements.push(...split.statements.map((statement) => statement.sql));
		problems.push(...split.problems);
	}
	return {
		statements,
		problems
	};
}
const DELIMITERS = [
	"//",
	"$$",
	"||",
	"~~",
	"//shiplock//"
];
/** A file from which exactly these statements are read again. */
function fileOf(statements) {
	return statements.map(lineOf).join("\n");
}
function lineOf(sql) {
	if (isReadAs(`${sql};\n`, sql)) return `${sql};\n`;
	const text = DELIMITERS.map((delimiter) => `DELIMITER ${delimiter}\n${sql}\n${delimiter}\nDELIMITER ;\n`).find((candidate) => isReadAs(candidate, sql));
	if (text === void 0) throw new Error(`no delimiter keeps this statement whole: ${sql.slice(0, 80)}`);
	return text;
}
function isReadAs(text, sql) {
	const { statements, problems } = splitSql(text, "text");
	return problems.length === 0 && statements.length === 1 && statements[0]?.sql === sql;
}
function nothing(file) {
	return {
		code: "migrate.import-nothing",
		where: file,
		found: "no statement on its way up",
		expected: "at least one",
		remedy: "delete it together with its row in the history of the tool, or give it a statement that changes nothing (DO 0)"
	};
}

// src/config/unit-order.ts
var import_fastest_levenshtein = require_fastest_levenshtein();
/**
* Each member after all that it names, and among those that may go, the one that stands first in the file. The same file has the same order
* on every machine. Names that are not there are passed over: they are told elsewhere.
*/
function memberOrder(members) {
	const waiting = new Map(members);
	const names = [];
	while (waiting.size > 0) {
		const next = [...waiting].find(([, { after }]) => !after.some((name) => waiting.has(name)));
		if (next === void 0) return {
			ok: false,
			circle: circleIn(waiting)
		};
		names.push(next[0]);
		waiting.delete(next[0]);
	}
	return {
		ok: true,
		names
	};
}
/** Everybody left waits for somebody left: who follows them comes back to one that was seen. */
function circleIn(waiting) {
	const way = [];
	let at = waiting.keys().next().value;
	while (at !== void 0 && !way.includes(at)) {
		way.push(at);
		at = waiting.get(at)?.after.find((name) => waiting.has(name));
	}
	return at === void 0 ? way : [...way.slice(way.indexOf(at)), at];
}
/** The environments before this one, the first first, and itself at the end; a circle ends where it closes. */
function unitWayTo(environments, name) {
	const way = [name];
	for (let from = environments.get(name)?.from; from !== void 0 && !way.includes(from); from = environments.get(from)?.from) way.unshift(from);
	return way;
}

// src/config/unit-schema.ts
const pathSchema = string({ error: "a path" }).min(1, "a path");
const memberSchema = strictObject({
	config: pathSchema.describe("Its shiplock.yaml, or the directory that holds it. Relative to this file."),
	state: pathSchema.exactOptional().describe("Its state directory, relative to this file. Left out: `.shiplock/state` beside its shiplock.yaml."),
	after: array(nameSchema).default([]).describe("Members that must serve before this one is released. It goes back before they do.")
});
const environmentSchema = strictObject({ from: nameSchema.exactOptional().describe("Environment in which the unit must have been released before it comes here. Left out: it begins here.") });
/** shiplock.unit.yaml: several services that are released together. */
const unitFileSchema = strictObject({
	apiVersion: literal(API_VERSION).describe("Version of this format."),
	unit: nameSchema.describe("Name of the unit."),
	members: record$1(nameSchema, memberSchema).refine((members) => Object.keys(members).length > 0, "at least one member").meta({
		description: "The services, each with a configuration of its own. At least one.",
		minProperties: 1
	}),
	store: strictObject({ git: unitGitStoreConfig.exactOptional().describe("Leases and copies of journals of the unit on branches of a git repository, so that another machine can go on with it. Each member must have a git store, too.") }).prefault({}).describe("Where leases and journals of the unit are kept, beside its state directory."),
	environments: record$1(nameSchema, environmentSchema).refine((environments) => Object.keys(environments).length > 0, "at least one environment").meta({
		description: "Where the unit goes. Each member must have these environments.",
		minProperties: 1
	})
});
let known;
/** JSON Schema (draft 2020-12) of what a person writes. */
function unitSchemaTree() {
	known ??= schemaNode(toJSONSchema(unitFileSchema, {
		target: "draft-2020-12",
		io: "input"
	}));
	return known;
}

// src/config/unit.ts
/** Name of the file, when a directory is named instead. */
const UNIT_FILE = "shiplock.unit.yaml";
/** Reads a shiplock.unit.yaml from disk, or that of a directory. Paths of members become absolute; a directory means its shiplock.yaml. */
async function readUnit(path) {
	const file = await isDirectory(path) ? join(path, UNIT_FILE) : path;
	const text = await readText$1(file, {
		name: UNIT_FILE,
		option: "--unit"
	});
	if (!text.ok) return text;
	const loaded = loadUnit(text.value, file);
	if (!loaded.ok) return loaded;
	const base = dirname(resolve(file));
	const members = await Promise.all(loaded.value.members.map(async (member) => {
		const config = resolve(base, member.config);
		return {
			...member,
			config: await isDirectory(config) ? join(config, "shiplock.yaml") : config,
			state: member.state === null ? null : resolve(base, member.state)
		};
	}));
	const twice = members.find(({ config }, index) => members.findIndex((other) => other.config === config) !== index);
	if (twice !== void 0) return bad(sameService(file, twice));
	return ok({
		...loaded.value,
		file: resolve(file),
		members
	});
}
async function isDirectory(path) {
	return stat(path).then((found) => found.isDirectory(), () => false);
}
/** Reads the text of a shiplock.unit.yaml. Pure. All problems are told together, each with its line and column. */
function loadUnit(text, file) {
	const parsed = parseLocated(text, file);
	if (!parsed.ok) return parsed;
	const tree = parsed.value;
	const checked = unitFileSchema.safeParse(plain$1(tree));
	if (!checked.success) {
		const schema = unitSchemaTree();
		return bad(...explain$1(checked.error.issues, {
			file,
			tree,
			schema,
			whole: schema,
			name: "",
			page: "docs/units.md"
		}));
	}
	const shape = checked.data;
	const { git } = shape.store;
	const members = new Map(Object.entries(shape.members));
	const order = memberOrder(members);
	const complaints = [
		...memberChecks(shape),
		...order.ok ? [] : [circle(order.circle)],
		...environmentChecks(shape)
	];
	if (complaints.length > 0 || !order.ok) return bad(...located(complaints, tree, file));
	return ok({
		file,
		unit: shape.unit,
		git: git === void 0 ? null : {
			...git,
			prefix: git.prefix ?? `shiplock/units/${shape.unit}`
		},
		members: order.names.flatMap((name) => {
			const member = members.get(name);
			return member === void 0 ? [] : [{
				name,
				config: member.config,
				state: member.state ?? null,
				after: member.after
			}];
		}),
		environments: new Map(Object.entries(shape.environments).map(([name, { from = null }]) => [name, { from }]))
	});
}
function memberChecks({ members }) {
	const names = Object.keys(members);
	return Object.entries(members).flatMap(([name, { after }]) => after.flatMap((other, index) => {
		if (names.includes(other)) return [];
		const others = names.filter((one) => one !== name);
		return [{
			path: [
				"members",
				name,
				"after",
				index
			],
			code: "config.unknown-member",
			found: `the member \`${other}\``,
			expected: others.length === 0 ? "no name: there is no other member" : `one of ${others.join(", ")}`,
			remedy: others.length === 0 ? "delete `after:`" : `write \`${nearest(other, others, import_fastest_levenshtein.distance) ?? others[0] ?? ""}\``
		}];
	}));
}
function circle(names) {
	const [first = ""] = names;
	return {
		path: [
			"members",
			first,
			"after"
		],
		code: "config.member-circle",
		found: names.map((name) => `\`${name}\``).join(" after "),
		expected: "an order with a first member",
		remedy: "take one of these names out of `after:`"
	};
}
function environmentChecks({ environments }) {
	const names = Object.keys(environments);
	const known = new Map(Object.entries(environments));
	return Object.entries(environments).flatMap(([name, { from }]) => {
		if (from === void 0) return [];
		const path = [
			"environments",
			name,
			"from"
		];
		if (!names.includes(from)) {
			const others = names.filter((one) => one !== name);
			return [{
				path,
				code: "config.unknown-environment",
				found: `the environment \`${from}\``,
				expected: `one of ${others.join(", ")}`,
				remedy: `write \`${nearest(from, others, import_fastest_levenshtein.distance) ?? others[0] ?? ""}\``
			}];
		}
		const [first = name] = unitWayTo(known, name);
		if (known.get(first)?.from === void 0) return [];
		return [{
			path,
			code: "config.promotion-circle",
			found: `\`${name}\` after \`${from}\`, in an order without a beginning`,
			expected: "an order with a first environment, to which units go by `shiplock release --unit`",
			remedy: "delete `from:` in the first of them"
		}];
	});
}
function sameService(file, { name, config }) {
	return {
		code: "config.member-twice",
		where: file,
		found: `${config} a second time, as the member \`${name}\``,
		expected: "a service of its own for each member",
		remedy: "delete one of the members, or name another configuration"
	};
}

// src/procedure/lease/lock.ts
/** No run may take the environment from now on, except a rollback. One that is at work goes on to its end. */
async function lockEnvironment(request) {
	return change(request, "lock", (now) => {
		const { lock } = now;
		if (lock?.on !== true) return ok({
			...now,
			lock: lockOf$2(request, true)
		});
		return bad({
			code: "lease.locked",
			where: `environment ${request.environment}`,
			found: `a lock of ${lock.by} since ${lock.time}: ${lock.reason}`,
			expected: "an environment that nobody has locked",
			remedy: `ask ${lock.by}; \`shiplock unlock ${request.environment} --reason …\` takes it off`
		});
	});
}
/**
* Takes the lock off and raises the fence: whoever still believes to hold the environment is refused at its resources. A run that has the environment keeps
* it unless it is named.
*/
async function unlockEnvironment(request) {
	const { from, environment } = request;
	return change(request, "unlock", (now) => {
		const { holder, lock } = now;
		if (from !== void 0 && holder?.run !== from) return bad(notThere(environment, from, holder?.run));
		const named = from !== void 0;
		if (holder !== null && holder.pid !== NOBODY.pid && !isGone(holder) && !named) return bad(atWork(now));
		if (lock?.on !== true && !named) return bad(notLocked(environment));
		const kept = named ? null : holder;
		return ok({
			...now,
			fence: now.fence + 1,
			renewals: 0,
			holder: kept,
			lock: lockOf$2(request, false)
		});
	});
}
/** The lease of an environment as the newest of the stores has it. Throws when the shared store does not answer. */
async function newestLease(store, shared, environment, signal) {
	const here = (await fileLeases(store).read(environment))?.lease;
	const there = (await shared?.leases.read(environment, signal))?.lease;
	return there === void 0 || here !== void 0 && here.fence > there.fence ? here : there;
}
/** In the shared store, and here too where the state directory has a lock or a lease of its own. */
async function change(request, what, decide) {
	const { shared, store } = request;
	const notes = [];
	const leases = fileLeases(store);
	const here = await leases.read(request.environment);
	let written;
	if (shared !== void 0) {
		const there = await inOne(shared.leases, request, decide).catch(unlessUnreachable);
		if (there === void 0) notes.push(`${shared.where} does not answer: only this state directory knows of it`);
		else if (there.ok) written = there.value;
		else if (what === "lock" || here?.lease.lock?.on !== true) return there;
	}
	const follow = written;
	if (follow === void 0) {
		const done = await inOne(leases, request, decide);
		if (!done.ok) return done;
		written = done.value;
	} else if (here !== void 0 && what === "unlock") {
		const same = await inOne(leases, request, (now) => ok({
			...now,
			fence: Math.max(now.fence + 1, follow.fence),
			renewals: 0,
			holder: follow.holder,
			lock: lockOf$2(request, false)
		}));
		if (!same.ok) return same;
	}
	if (written === void 0) throw new TypeError("a lease was written");
	const run = await record(request, what, written);
	if (shared !== void 0) await copyRun({
		shared,
		run,
		paths: runPaths(store, run),
		from: void 0
	}).catch((error) => {
		if (!(error instanceof ProblemError)) throw error;
		notes.push(`git is not yet true: ${error.problems[0]?.found ?? ""}`);
	});
	return ok({
		run,
		lease: written,
		notes
	});
}
async function inOne(leases, request, decide) {
	for (let attempt = 0; attempt < 20; attempt++) {
		const now = await leases.read(request.environment);
		const next = decide(now?.lease ?? freeLease(request.environment));
		if (!next.ok) return next;
		const written = await leases.swap(now, next.value);
		if (written !== void 0) return ok(written.lease);
	}
	return bad({
		code: "lease.contended",
		where: `environment ${request.environment}`,
		found: "a lease that others change all the time",
		expected: "a moment in which it can be changed",
		remedy: "try again; `shiplock status` says who works there"
	});
}
function freeLease(environment) {
	return {
		formatVersion: 1,
		environment,
		fence: 1,
		holder: null,
		renewals: 0,
		durationMs: 15e3,
		anchor: null
	};
}
function lockOf$2({ by, reason, clock }, on) {
	return {
		on,
		by,
		reason,
		time: timestamp(clock)
	};
}
/** As a run: it stands in every list and report, and goes where journals go. */
async function record(request, what, lease) {
	const { store, environment, by, reason, clock, mask } = request;
	const run = `${timestamp(clock).slice(0, 19).replace(/[-:]/g, "").replace("T", "-")}-${randomBytes(2).toString("hex")}`;
	const inputs = {
		environment,
		reason
	};
	const journal = await createJournal({
		run,
		paths: runPaths(store, run),
		clock,
		fence: lease.fence,
		mask: (data) => mask(data)
	});
	const records = [{
		type: "run.started",
		data: {
			procedure: {
				id: what,
				title: `${what === "lock" ? "Lock" : "Unlock"} ${environment}: ${reason}`,
				version: 1,
				inputs
			},
			environment,
			who: by,
			planHash: digestOf$3({
				what,
				...inputs
			}),
			outline: {}
		}
	}, {
		type: "run.finished",
		data: {
			outcome: "done",
			problems: []
		}
	}];
	for (const { type, data } of records) await journal.append(type, "", 0, toJson(data));
	const anchor = journal.anchor();
	await journal.close();
	await replaceFile(anchorPath(store, run), `${JSON.stringify(anchor)}\n`);
	return run;
}
function unlessUnreachable(error) {
	if (error instanceof StoreUnreachableError) return void 0;
	throw error;
}
function notLocked(environment) {
	return {
		code: "lease.not-locked",
		where: `environment ${environment}`,
		found: "no lock",
		expected: "a lock to take off",
		remedy: "to take the environment away from a run that will not come back, name it with --from"
	};
}
function atWork({ environment, holder, fence }) {
	const run = holder?.run ?? "?";
	return {
		code: "lease.held",
		where: `environment ${environment}`,
		found: `run ${run} at work (${holder?.who ?? "?"} on ${holder?.host ?? "?"}, fence ${fence})`,
		expected: "an environment where no process works",
		remedy: `wait for it, or stop it with Ctrl-C where it runs; \`--from ${run}\` takes the environment away from it, also when it is dead`
	};
}
function notThere(environment, from, found) {
	return {
		code: "lease.other-holder",
		where: `environment ${environment}`,
		found: found === void 0 ? "nobody" : `run ${found}`,
		expected: `run ${from}, as --from says`,
		remedy: "`shiplock status` says who has the environment"
	};
}

// src/rollout/alone.ts
const NOTHING_ALONE = {
	previous: null,
	lastTime: null,
	watchedMs: 0,
	requests: 0,
	bad: 0,
	visible: false
};
/** Pure fold over one reading. Time in which nothing could be seen is not watched. */
function foldAlone(state, counters, of) {
	const delta = state.previous === null ? null : versionDelta(state.previous, counters, of.version, of.metric);
	const visible = counters.kind === "counters" && counters.servers.some((server) => server.version === of.version && of.metric in server.metrics);
	const passed = state.lastTime === null ? 0 : Math.min(Math.max(0, counters.time - state.lastTime), 3 * of.everyMs);
	return {
		previous: counters.kind === "counters" ? counters : state.previous,
		lastTime: counters.time,
		watchedMs: state.watchedMs + (delta !== null && visible ? passed : 0),
		requests: state.requests + (delta?.requests ?? 0),
		bad: state.bad + (delta?.bad ?? 0),
		visible
	};
}
/** `worse`: above the limit, with requests enough to have a rate. `not-worse`: watched long enough, and seen now. */
function aloneVerdict(state, of) {
	const { requests, bad, watchedMs, visible } = state;
	const counts = `${of.metric}: ${bad} bad of ${requests}`;
	if (requests >= 50 && bad / requests > of.limit) return {
		verdict: "worse",
		reason: `${counts}, above ${of.limit * 100} %`
	};
	if (!visible) return {
		verdict: "undecided",
		reason: `nothing from ${of.version} now; ${counts}`
	};
	const left = Math.ceil((of.bakeMs - watchedMs) / 1e3);
	return left > 0 ? {
		verdict: "undecided",
		reason: `${counts}; bakes ${left} s more`
	} : {
		verdict: "not-worse",
		reason: counts
	};
}

// src/rollout/chart/svg.ts
/**
* The chart as one SVG: nothing is loaded and nothing runs. It follows the reader's light or dark setting, its lines differ in form
* and not only in colour, and a screen reader gets the answer in words. Pure.
*/
const WIDTH = 800;
const LEFT = 72;
const PLOT = 712;
const TOP = 64;
const PANEL = 140;
/** Between one panel and the next: its title stands there. */
const BETWEEN = 44;
const LINE = 18;
/** Letters of the words below that fit on a line. */
const LETTERS = 108;
const STYLE$3 = `
svg{--paper:#fff;--ink:#1f2328;--soft:#6e7781;--grid:#d8dee4;--canary:#c2410c;--baseline:#0b62a8;--evidence:#5b3bb0;color-scheme:light dark}
@media (prefers-color-scheme:dark){svg{--paper:#0d1117;--ink:#e6edf3;--soft:#9198a1;--grid:#30363d;--canary:#ff9e64;--baseline:#6cb6ff;--evidence:#c3a6ff}}
.paper{fill:var(--paper)}text{fill:var(--ink);font:13px system-ui,sans-serif}.head{font-size:17px;font-weight:600}.soft{fill:var(--soft);font-size:12px}
.grid{stroke:var(--grid);fill:none}.canary,.baseline,.evidence{fill:none;stroke-width:1.8;stroke-linejoin:round}
.canary{stroke:var(--canary)}.baseline{stroke:var(--baseline);stroke-dasharray:5 3}.evidence{stroke:var(--evidence)}
.range{stroke:var(--evidence);stroke-opacity:.35;fill:none}.limit{stroke:var(--ink);stroke-dasharray:2 4;fill:none}.mark{stroke:var(--ink);stroke-width:1.2;fill:none}
`.trim();
/** A whole document, with a line break at the end. */
function svgChart(chart) {
	const words = [chart.reason, ...chart.words].flatMap((text) => wrap(text, LETTERS));
	const bottom = TOP + chart.panels.length * 184;
	const height = bottom + 28 + words.length * LINE;
	return `${[
		`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-labelledby="shiplock-title shiplock-desc">`,
		`<title id="shiplock-title">${escaped(`Canary analysis: ${chart.title}`)}</title>`,
		`<desc id="shiplock-desc">${escaped([
			chart.reason,
			...chart.panels.map((panel) => panel.title),
			...chart.words
		].join(". "))}.</desc>`,
		`<style>${STYLE$3}</style>`,
		`<rect class="paper" width="${WIDTH}" height="${height}"/>`,
		text$1(LEFT, 28, chart.title, "head"),
		...chart.panels.flatMap((panel, index) => panelParts(chart, panel, TOP + index * 184)),
		...markParts(chart, bottom - BETWEEN),
		...timeParts(chart, bottom - BETWEEN),
		...words.map((line, index) => text$1(16, bottom + 12 + index * LINE, line)),
		"</svg>"
	].join("\n")}\n`;
}
function panelParts(chart, panel, top) {
	const x = xOf(chart);
	const y = yOf(panel, top);
	const grid = panel.scale.ticks.flatMap(({ value, label }) => [`<path class="grid" d="M${LEFT} ${y(value)}h${PLOT}"/>`, text$1(64, y(value) + 4, label, "soft", "end")]);
	const limit = panel.limit === null ? [] : [`<path class="limit" d="M${LEFT} ${y(panel.limit)}h${PLOT}"/>`];
	return [
		text$1(LEFT, top - 10, panel.title),
		...comparesVersions(panel) ? legend(top - 14) : [],
		...grid,
		...limit,
		...panel.lines.flatMap((line) => lineParts(line, x, y))
	];
}
/** Which line is which, at the right of the title. */
function legend(y) {
	const entry = (x, name) => [`<path class="${name}" d="M${x} ${y}h28"/>`, text$1(x + 34, y + 4, name, "soft")];
	return [...entry(594, "baseline"), ...entry(700, "canary")];
}
function lineParts(line, x, y) {
	if (line.stretches.length === 0) return [];
	const ranges = rangePath(line.stretches, x, y);
	return [...ranges === "" ? [] : [`<path class="range" d="${ranges}"/>`], `<path class="${line.name}" d="${stairPath(line.stretches, x, y)}"/>`];
}
/** A line through each panel at the moment of the decision, and below the times what was decided. */
function markParts(chart, bottom) {
	if (chart.mark === null) return [];
	const at = xOf(chart)(chart.mark.t);
	const lines = chart.panels.map((_, index) => `M${at} ${TOP + index * 184}v${PANEL}`);
	const right = Number(at) > WIDTH / 2;
	return [`<path class="mark" d="${lines.join("")}"/>`, text$1(Number(at) + (right ? -6 : 6), bottom + 34, chart.mark.label, "soft", right ? "end" : "start")];
}
function timeParts(chart, bottom) {
	const ticks = chart.times ?? timeTicks(chart.from, chart.to, 7);
	const x = xOf(chart);
	return ticks.map(({ value, label }, index) => text$1(Number(x(value)), bottom + 16, index === 0 && chart.times === void 0 ? `t=${label}` : label, "soft", index === 0 ? "start" : index === ticks.length - 1 ? "end" : "middle"));
}
/** Pixels to a tenth: more cannot be seen, and would only make the file larger. */
function xOf(chart) {
	const span = chart.to - chart.from;
	return (t) => tenth(LEFT + (span > 0 ? (t - chart.from) / span * PLOT : 0));
}
/** What lies beyond the ends is drawn on the edge. */
function yOf(panel, top) {
	return (value) => {
		const part = Math.min(1, Math.max(0, positionOf(panel.scale, value)));
		return Number(tenth(top + (1 - part) * PANEL));
	};
}
function text$1(x, y, words, style = "", anchor = "start") {
	const attributes = `${style === "" ? "" : ` class="${style}"`}${anchor === "start" ? "" : ` text-anchor="${anchor}"`}`;
	return `<text x="${tenth(x)}" y="${tenth(y)}"${attributes}>${escaped(words)}</text>`;
}
function escaped(words) {
	return clean(words).replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

// src/rollout/from-start.ts
/** Before the first reading. */
function beginShares({ policy, metrics }) {
	return {
		bake: beginBake(noAnalyses(policy, metrics, [])),
		begun: 0,
		seen: NOTHING$1,
		readings: 0
	};
}
const NOTHING$1 = {
	canary: 0,
	both: 0
};
/** Pure fold over one reading. */
function foldShares(state, counters, of) {
	const before = atShare(state, counters.time, of);
	const sample = {
		time: counters.time,
		counters: [counters],
		instances: [],
		router: {
			kind: "unreachable",
			reason: "not looked at"
		}
	};
	const previous = before.bake.previous[0] ?? null;
	return {
		bake: foldBake(before.bake, sample, of),
		begun: before.begun,
		seen: previous === null || before.begun === 0 ? before.seen : seenAfter(before.seen, previous, counters, of),
		readings: before.readings + 1
	};
}
/** A share that has begun by now: `not-worse` starts afresh, what spoke for `worse` stays. */
function atShare(state, time, of) {
	const begun = of.shares.filter(({ fromMs }) => fromMs <= time).length;
	const share = of.shares[begun - 1];
	if (begun === state.begun || share === void 0) return state;
	const { accuse, clear } = state.bake.analyses;
	const policy = {
		...of.policy,
		minimumBakeSeconds: Math.max(of.policy.minimumBakeSeconds, share.bakeMs / 1e3)
	};
	return {
		...state,
		bake: beginBake({
			accuse,
			clear: {
				...clear,
				policy
			}
		}),
		begun,
		seen: NOTHING$1
	};
}
function seenAfter(seen, previous, counters, { metrics: [metric = ""], stable, candidate }) {
	const requests = (tally) => tally?.requests ?? 0;
	const canary = requests(versionDelta(previous, counters, candidate, metric));
	const baseline = requests(versionDelta(previous, counters, stable, metric));
	return {
		canary: seen.canary + canary,
		both: seen.both + canary + baseline
	};
}
/** Less than this part of its share: the router does not do what it was told, so what was seen is not what the step is about. */
const LEAST_PART_OF_SHARE = .5;
/** What the readings say. `not-worse` also asks that both versions are seen at the end, and that the share arrives. */
function sharesVerdict(state, of) {
	const { accuse, clear } = bakeVerdict(state.bake);
	const { seen } = state;
	const measuredShare = seen.both === 0 ? null : seen.canary / seen.both;
	const bakeMs = Math.max(0, (of.shares.at(-1)?.bakeMs ?? 0) - state.bake.watchedMs);
	const common = {
		measuredShare,
		needs: needsOf$1(state, clear, bakeMs)
	};
	if (accuse.verdict.kind === "worse") {
		const metric = accuse.metrics.find((one) => one.metric === accuse.leading);
		const counts = metric === void 0 ? "" : `: ${metric.canary.bad} bad of ${metric.canary.requests}, beside ${metric.baseline.bad} of ${metric.baseline.requests}`;
		return {
			verdict: "worse",
			reason: `${accuse.leading ?? ""}${counts}`,
			judgement: accuse,
			...common
		};
	}
	const against = [...silences(state, of), ...unreached(measuredShare, of)];
	const missing = clear.verdict.kind === "undecided" ? clear.verdict.missing.map(missingInWords) : [];
	if (bakeMs > 0) missing.push(`bakes ${duration(bakeMs)} more`);
	if (clear.verdict.kind === "not-worse" && against.length === 0 && bakeMs === 0) return {
		verdict: "not-worse",
		reason: "every metric shows it",
		judgement: clear,
		...common
	};
	return {
		verdict: "undecided",
		reason: [...against, ...missing].join("; "),
		judgement: clear,
		...common
	};
}
/** What is not seen now. A version that has gone silent is not cleared by what it did before. */
function silences({ bake, begun }, of) {
	if (begun < of.shares.length) return ["no reading of this share yet"];
	const last = bake.last?.counters[0];
	if (last === void 0 || last.kind === "missing" || last.missing !== void 0) return proxyGaps(bake);
	return [of.stable, of.candidate].flatMap((version) => of.metrics.filter((name) => !last.servers.some((server) => server.version === version && name in server.metrics)).map((name) => `${name}: nothing from ${version} now`));
}
function unreached(measured, { share }) {
	if (share === null || measured === null || measured >= share * LEAST_PART_OF_SHARE) return [];
	const percent = (part) => `${Math.round(part * 1e3) / 10} %`;
	return [`${percent(measured)} of the requests reach it instead of ${percent(share)}`];
}
function needsOf$1(state, clear, bakeMs) {
	const canaryRequests = clear.requestsNeeded.notWorse;
	const watched = state.bake.watchedMs / 1e3;
	const times = clear.verdict.kind === "undecided" ? clear.verdict.missing.map((one) => one.kind === "time" ? one.seconds : 0) : [];
	const rate = watched === 0 ? 0 : state.seen.canary / watched;
	if (canaryRequests === null || canaryRequests > 0 && rate === 0) return {
		canaryRequests,
		seconds: null
	};
	const traffic = canaryRequests === 0 ? 0 : canaryRequests / rate;
	return {
		canaryRequests,
		seconds: Math.ceil(Math.max(traffic, bakeMs / 1e3, ...times))
	};
}

// src/rollout/policy-settings.ts
/** Keys of `rollout.analysis` in shiplock.yaml that a policy has under another name. */
const RENAMED = {
	clump: "clumpSize",
	unit: "unitSeconds",
	warmUp: "warmUpSeconds"
};
/** How long to learn before the first share: of a release that is over this cannot be changed any more. */
const WITHOUT_EFFECT = "past";
/**
* Settings of the analysis as shiplock.yaml writes them (`alpha: 1%`, `unit: 5s`), or as the policy itself does (`alpha: 0.01`,
* `unitSeconds: 5`), under the names of the policy. Anything else is left as it is: `makePolicy` says what is wrong with it.
* Pure.
*/
function policySettings(given) {
	if (typeof given !== "object" || given === null || Array.isArray(given)) return given;
	const entries = Object.entries(given);
	const [only] = entries;
	if (entries.length === 1 && only?.[0] === "analysis") return policySettings(only[1]);
	return Object.fromEntries(entries.filter(([key]) => key !== WITHOUT_EFFECT).map(([key, value]) => [RENAMED[key] ?? key, numberOf(value)]));
}
/** Percentages as fractions and durations as seconds, since a policy knows no units. */
function numberOf(value) {
	if (typeof value !== "string") return value;
	const milliseconds = parseDuration(value);
	return parseShare(value) ?? (milliseconds === void 0 ? value : milliseconds / 1e3);
}

// src/rollout/what-if.ts
/**
* @param rollout the release, with the ports of nothing: no port is used
* @param policy how evidence is weighed, instead of the rollout's
* @param past looks at the stable version alone, before the first share
* @throws ProblemError `rollout.sample-unreadable`
*/
function rejudge(rollout, policy, past, bakes) {
	const changed = {
		...rollout,
		policy: {
			...rollout.policy,
			analysis: policy
		}
	};
	const learning = pastWatch(changed, "past");
	let analyses = refold(learning, NOTHING_BEFORE, past, learning.id).state.analyses;
	const judged = [];
	for (const { id, step, looks } of bakes) {
		const { state, decisions } = refold(bakeWatch(changed, {
			...step,
			previous: learning
		}, id), goingOnFrom(analyses), looks, id);
		analyses = state.analyses;
		judged.push({
			id,
			share: step.share,
			looks: looks.length,
			decisions,
			requestsNeeded: decisions.some(({ answer }) => answer !== "ask") ? 0 : bakeVerdict(state).clear.requestsNeeded.notWorse
		});
		if (decisions.some(({ answer }) => answer === "fail")) break;
	}
	return judged;
}
/** Folds looks as the engine does, and goes on behind a pass until the looks end or the version fails. */
function refold(node, context, looks, where) {
	let state = node.start(context);
	let answered = "look-on";
	const decisions = [];
	let first;
	let time = 0;
	for (const [index, look] of looks.entries()) {
		const passed = decisions.some((one) => one.answer === "pass");
		let answer;
		if (look.kind === "sample") {
			const sample = sampleOf(node, look, `${where}, look ${index + 1}`);
			time = sample.time;
			first ??= time;
			state = node.fold(state, sample);
			answer = node.decide(state);
		} else {
			if (node.ask === void 0 || passed) continue;
			({answer, state} = node.ask.goOn(look.evidence, state));
		}
		if (look.held && answer.kind !== "fail") answer = {
			kind: "look-on",
			status: "paused"
		};
		const news = passed ? answer.kind === "fail" : answer.kind !== answered;
		answered = answer.kind;
		if (answer.kind === "look-on" || !news) continue;
		const text = answer.kind === "fail" ? answer.problem.found : answer.status;
		decisions.push({
			answer: answer.kind,
			text,
			time,
			afterMs: time - (first ?? time)
		});
		if (answer.kind === "fail") break;
	}
	return {
		state,
		decisions
	};
}
function sampleOf(node, look, where) {
	const parsed = node.samples.safeParse(look.sample);
	if (parsed.success) return parsed.data;
	throw new ProblemError({
		code: "rollout.sample-unreadable",
		where,
		found: look.sample === void 0 ? "a redacted sample" : parsed.error.issues[0]?.message ?? "another form",
		expected: "a sample in the form this version of the watch declares",
		remedy: "judge it with the version that recorded it, or leave this run out"
	});
}
const NOTHING_BEFORE = {
	mode: "run",
	run: "",
	fence: 0,
	outputOf: (ref) => ref.outputs.parse(void 0),
	evidenceOf: () => ({})
};
/** For a watch that goes on from what was known before it. */
function goingOnFrom(analyses) {
	return {
		...NOTHING_BEFORE,
		outputOf: (ref) => ref.outputs.parse(analyses)
	};
}

// src/metrics/analysis-runs.ts
/**
* The runs of one revision; of several runs of one part (a run begins anew after a pause) the first.
*
* @param withinMs how far to look back; a run that was there already at the beginning of that time is left out
*/
async function analysisRuns(server, of, withinMs, signal) {
	const answer = await askVector(server, runsQuery(of, withinMs), signal);
	if (answer.kind === "missing") return answer;
	if (answer.time === null) return {
		kind: "runs",
		runs: []
	};
	const earliest = answer.time - withinMs + STEP_MS;
	return {
		kind: "runs",
		runs: seenRuns(answer.series.map(({ labels, value }) => ({
			name: labels["name"] ?? "",
			sinceMs: value * 1e3
		})).filter(({ sinceMs }) => sinceMs > earliest), of)
	};
}
/** Resolution of the look back; the samples' own times are taken, so it costs no accuracy. */
const STEP_MS = 5e3;
/**
* Pure. The namespace of a run stands in `exported_namespace` where Prometheus puts the controller's own into `namespace`. `timestamp` of a
* plain selector is the sample's own time.
*/
function runsQuery(of, withinMs) {
	const name = `name=~"${quoted$1(runName(of))}(-[0-9]+|-pre|-post)?([.][0-9]+)?"`;
	return `min by (name) (min_over_time((${`timestamp(analysis_run_info{${name},exported_namespace="${of.namespace}"})`} or ${`timestamp(analysis_run_info{${name},exported_namespace="",namespace="${of.namespace}"})`})[${withinMs}ms:${STEP_MS}ms]))`;
}
/** Pure. What a name says: the controller makes it of rollout, hash, revision and part, and adds `.1` to a second one. */
function seenRuns(found, of) {
	const begin = runName(of);
	const first = /* @__PURE__ */ new Map();
	for (const { name, sinceMs } of found) {
		if (!name.startsWith(begin)) continue;
		const [, word = ""] = /^(?:-(\d+|pre|post))?(?:\.\d+)?$/.exec(name.slice(begin.length)) ?? [void 0, "?"];
		if (word === "?") continue;
		const before = first.get(word);
		if (before === void 0 || sinceMs < before.sinceMs) first.set(word, {
			part: partOf(word),
			sinceMs
		});
	}
	return [...first.values()].toSorted((one, other) => one.sinceMs - other.sinceMs);
}
function partOf(word) {
	if (word === "") return { kind: "background" };
	return word === "pre" || word === "post" ? { kind: word } : {
		kind: "step",
		step: Number(word)
	};
}
function runName({ rollout, hash, revision }) {
	return `${rollout}-${hash}-${revision}`;
}
/** Names of Kubernetes hold letters, digits, dashes and dots; only the dot means something in an expression. */
function quoted$1(text) {
	return text.replaceAll(".", "[.]");
}

// src/metrics/prometheus-range.ts
/**
* One reading per moment, oldest first, and the same ones whenever and by whomever they are asked for. Read in pieces, so memory
* does not grow with the length.
*/
async function* readRange(source, range, signal) {
	const named = generations();
	const length = source.limits.pointsAtOnce * range.stepMs;
	for (let fromMs = range.fromMs; fromMs <= range.toMs; fromMs += length) {
		const piece = {
			...range,
			fromMs,
			toMs: Math.min(range.toMs, fromMs + length - range.stepMs)
		};
		const answers = await Promise.all(source.queries.map((query) => matrix(source, query, piece, signal)));
		const columns = [];
		for (const [index, answer] of answers.entries()) {
			const metric = source.queries[index]?.metric ?? "";
			if (answer.kind === "missing") {
				yield {
					kind: "unreadable",
					reason: `${metric}: ${answer.reason}`
				};
				return;
			}
			columns.push({
				metric,
				moments: answer.moments
			});
		}
		for (let at = 0; fromMs + at * range.stepMs <= piece.toMs; at += 1) {
			const time = fromMs + at * range.stepMs;
			const pairs = columns.map(({ metric, moments }) => ({
				metric,
				answer: pair$1(metric, moments[at] ?? [], source.versionLabel)
			}));
			yield countersOf(pairs, time, named);
		}
	}
}
const matrixSchema = array(object({
	metric: record$1(string(), string()),
	values: array(tuple([number$2(), string()]))
}));
/** Series at each moment of a piece. */
async function matrix(source, query, { fromMs, toMs, stepMs }, signal) {
	const parameters = {
		query: pairQuery(query, source.staleAfterMs),
		start: seconds$2(fromMs),
		end: seconds$2(toMs),
		step: seconds$2(stepMs),
		timeout: `${source.timeoutMs}ms`
	};
	const answer = await get(source, "query_range", parameters, {
		signal,
		mostCharacters: source.limits.characters + 1
	});
	if (answer.kind === "answer" && answer.body.length > source.limits.characters) return missing$1(`more than ${source.limits.characters} characters; add up over servers with \`sum by\``);
	const data = dataOf(answer);
	if (data.kind === "missing") return data;
	if (data.resultType !== "matrix") return missing$1(`the query gives a ${data.resultType}, not a matrix`);
	const rows = matrixSchema.safeParse(data.result);
	if (!rows.success) return missing$1("the result is not a list of labels and values");
	if (rows.data.length > source.limits.series * 2) return missing$1(`${rows.data.length / 2} series, ${source.limits.series} are allowed; add up over servers with \`sum by\``);
	const moments = Array.from({ length: Math.round((toMs - fromMs) / stepMs) + 1 }, () => []);
	for (const { metric: labels, values } of rows.data) for (const [time, text] of values) moments[Math.round((time * 1e3 - fromMs) / stepMs)]?.push({
		labels,
		value: sampleValue(text)
	});
	return {
		kind: "moments",
		moments
	};
}
/** What time it is by Prometheus's clock, milliseconds. */
async function prometheusTime(server, signal) {
	const answer = await askVector(server, "vector(time())", signal);
	if (answer.kind === "missing") return answer;
	return answer.time === null ? missing$1("Prometheus does not say what time it is") : {
		kind: "time",
		ms: answer.time
	};
}
/** Seconds with milliseconds, as the API takes them. */
function seconds$2(ms) {
	return (ms / 1e3).toFixed(3);
}

// src/platform/bucket/checks.ts
/** What a bucket needs: a server that answers, keys that it takes, and records that can be read. Looks only. */
function bucketDoctor(buckets, world) {
	return buckets.map((bucket) => ({
		id: `platform.bucket.${bucket.component}`,
		title: `Bucket of ${bucket.component}, s3://${bucket.bucket}/${bucket.prefix}`,
		look: async (signal) => {
			const { current, installed } = await observeBucket(bucket, world, signal);
			return {
				state: "ok",
				found: `answers; ${current === null ? "nothing is served from it yet" : `${current} is served`}, ${installed.length} releases in it`
			};
		}
	}));
}

// src/procedure/check/place.ts
/** Places on this machine that a configuration needs: directories, room on disk, ports. */
const FULL_BYTES = 256 * 1024 ** 2;
const NARROW_BYTES = 2 * 1024 ** 3;
/** Can the directory be written, or be made where it is not there yet? */
function directoryCheck(id, what, path) {
	return {
		id,
		title: what,
		look: async () => {
			const there = await nearestThere(path);
			if (!(await stat(there)).isDirectory()) return {
				state: "failed",
				found: `${there} is no directory`,
				expected: "a directory",
				mend: `move it away, or change the path in shiplock.yaml`
			};
			try {
				await access(there, constants$2.W_OK | constants$2.X_OK);
			} catch {
				const made = there === path ? "" : `mkdir -p ${path} && `;
				return {
					state: "failed",
					found: `${there} cannot be written by this user`,
					expected: `${path}, writable by the user that releases`,
					mend: `sudo sh -c '${made}chown "$1" ${path}' sh "$(id -un)"`
				};
			}
			return {
				state: "ok",
				found: there === path ? path : `${path} (is made by the first release)`
			};
		}
	};
}
function spaceCheck(id, what, path) {
	return {
		id,
		title: `Room on the disk of ${what}`,
		look: async () => {
			const there = await nearestThere(path);
			const { bavail, bsize, ffree } = await statfs(there);
			return spaceAnswer(bavail * bsize, ffree, there);
		}
	};
}
/** Pure. */
function spaceAnswer(bytes, inodes, path) {
	const found = `${(bytes / 1024 ** 3).toFixed(1)} GiB free at ${path}`;
	const expected = `at least ${NARROW_BYTES / 1024 ** 3} GiB free`;
	const mend = `see what fills it: du -xh --max-depth=2 ${path} | sort -h | tail`;
	if (inodes > 0 && inodes < 1e3) return {
		state: "failed",
		found: `${inodes} inodes free at ${path}`,
		expected: "room for more files",
		mend
	};
	if (bytes < FULL_BYTES) return {
		state: "failed",
		found,
		expected,
		mend
	};
	return bytes < NARROW_BYTES ? {
		state: "warning",
		found,
		expected,
		mend
	} : {
		state: "ok",
		found
	};
}
/** Can a program of this user listen there now? `taken`, or why it cannot. */
function whyNotFree(host, port) {
	return new Promise((resolve) => {
		const server = createServer();
		server.once("error", (error) => {
			resolve(error.code === "EADDRINUSE" ? "taken" : error.message);
		});
		server.listen({
			port,
			host,
			exclusive: true
		}, () => server.close(() => resolve(void 0)));
	});
}
async function nearestThere(path) {
	for (let at = path;; at = dirname(at)) try {
		await stat(at);
		return at;
	} catch (error) {
		if (!(isMissing(error) || hasCode(error, "ENOTDIR")) || dirname(at) === at) throw error;
	}
}

// src/procedure/check/run.ts
/** All at once, each within its own time: one that hangs costs its own line. In the order given. */
function runChecks(checks, clock, eachMs) {
	return Promise.all(checks.map(async (check) => ({
		id: check.id,
		title: check.title,
		...await one(check, clock, eachMs)
	})));
}
async function one(check, clock, eachMs) {
	const over = new AbortController();
	const late = clock.sleep(eachMs, over.signal).then(() => ({
		state: "failed",
		found: `no answer within ${eachMs / 1e3} s`,
		expected: "an answer",
		mend: "see why it does not answer; the other checks do not depend on it"
	}), () => ({
		state: "failed",
		found: "given up",
		expected: "an answer",
		mend: "look again"
	}));
	try {
		return await Promise.race([check.look(over.signal).catch(asFailed), late]);
	} finally {
		over.abort();
	}
}
function asFailed(error) {
	if (error instanceof ProblemError) {
		const [problem] = error.problems;
		if (problem !== void 0) {
			const { found, expected, remedy } = problem;
			return {
				state: "failed",
				found,
				expected,
				mend: remedy
			};
		}
	}
	return {
		state: "failed",
		found: error instanceof Error ? error.message.split("\n")[0] ?? "" : String(error),
		expected: "an answer",
		mend: "mend what the message names"
	};
}

// src/procedure/check/state.ts
function journalsCheck(store) {
	return {
		id: "state.journals",
		title: "Journals of the last runs",
		look: async (signal) => {
			const runs = (await listRuns(store)).slice(-50);
			const broken = [];
			for (const { run } of runs) {
				signal.throwIfAborted();
				const { kind, text } = await verifyRun(store, run);
				if (kind === "broken") broken.push(`${run}: ${text}`);
			}
			return journalsAnswer(runs.length, broken);
		}
	};
}
/** Pure. */
function journalsAnswer(count, broken) {
	const [first] = broken;
	if (first === void 0) return {
		state: "ok",
		found: count === 0 ? "no run yet" : `${count} intact`
	};
	const run = first.slice(0, first.indexOf(":"));
	return {
		state: "failed",
		found: `${broken.length} of ${count} broken, the first: ${first}`,
		expected: "unbroken chains",
		mend: `shiplock journal verify ${run}; restore its directory from a backup of the state directory`
	};
}
/** Does a run hold the environment that nobody goes on with? */
function leaseCheck(store, environment) {
	return {
		id: "state.lease",
		title: `Lease of ${environment}`,
		look: async () => {
			const holder = (await readLease(store, environment))?.lease.holder ?? null;
			if (holder === null) return {
				state: "ok",
				found: "held by nobody"
			};
			const run = (await listRuns(store)).find((one) => one.run === holder.run);
			return leaseAnswer({
				run: holder.run,
				who: `${holder.who} on ${holder.host}`,
				process: holder.pid === 0 ? "none" : isGone(holder) ? "gone" : "works",
				unfinished: await isUnfinished(store, holder.run),
				state: run?.state ?? "running"
			});
		}
	};
}
/** Pure. */
function leaseAnswer({ run, who, process, unfinished, state }) {
	if (process === "works") return {
		state: "ok",
		found: `run ${run} works (${who})`
	};
	if (!unfinished) return {
		state: "ok",
		found: `left by run ${run}, which is over: the next run takes it`
	};
	if (state === "waiting") return {
		state: "warning",
		found: `run ${run} waits at a gate, and keeps the environment`,
		expected: "an environment that the next release can take",
		mend: `shiplock gate show ${run}`
	};
	return {
		state: "warning",
		found: `run ${run} of ${who} keeps it, and no process works on it${process === "gone" ? " (it died)" : ""}`,
		expected: "a run that is gone on with to its end",
		mend: `shiplock resume ${run}`
	};
}

// src/build/elf.ts
/** Sections of an ELF file in the order of its table; empty for any other file, and for one whose table does not lie within it. Pure. */
function elfSections(file) {
	if (file.length < 64 || file.readUInt32BE(0) !== 2135247942) return [];
	const wide = file[4] === 2;
	const little = file[5] === 1;
	const half = (at) => little ? file.readUInt16LE(at) : file.readUInt16BE(at);
	const word = (at) => little ? file.readUInt32LE(at) : file.readUInt32BE(at);
	const long = (at) => wide ? Number(little ? file.readBigUInt64LE(at) : file.readBigUInt64BE(at)) : word(at);
	const table = long(wide ? 40 : 32);
	const entrySize = half(wide ? 58 : 46);
	const count = half(wide ? 60 : 48);
	const namesAt = half(wide ? 62 : 50);
	if (entrySize < (wide ? 64 : 40) || table + count * entrySize > file.length || namesAt >= count) return [];
	const entries = Array.from({ length: count }, (_, index) => {
		const at = table + index * entrySize;
		const noBits = word(at + 4) === 8;
		return {
			name: word(at),
			offset: long(at + (wide ? 24 : 16)),
			size: noBits ? 0 : long(at + (wide ? 32 : 20))
		};
	});
	const names = entries[namesAt];
	if (names === void 0 || names.offset + names.size > file.length) return [];
	const text = file.subarray(names.offset, names.offset + names.size);
	const nameAt = (from) => text.toString("latin1", from, Math.max(from, text.indexOf(0, from)));
	return entries.map(({ name, offset, size }) => ({
		name: nameAt(name),
		offset,
		size
	}));
}
/** The section in which a byte lies; undefined: between them, or in no ELF file. Pure. */
function sectionAt(sections, byte) {
	return sections.find(({ offset, size }) => byte >= offset && byte < offset + size)?.name;
}

// src/build/compare.ts
/**
* In what two artefacts differ first, in words: a file of a directory, a line of what Go wrote into a program about its build, a section of a program,
* a byte. For people who look for what a build depends on; whether they differ is said by their digests.
*/
async function differenceOf(first, second, exec) {
	const [one, other] = await Promise.all([lstat(first), lstat(second)]);
	if (one.isDirectory() !== other.isDirectory()) return "one is a directory, the other is a file";
	if (one.isDirectory()) return treeDifference(first, second);
	return await settingDifference(first, second, exec) ?? bytesDifference(await readFile(first), await readFile(second));
}
async function treeDifference(first, second) {
	const [before, after] = await Promise.all([listTree(first), listTree(second)]);
	const others = new Map(after.map((entry) => [entry.path, entry]));
	for (const entry of before) {
		const other = others.get(entry.path);
		if (other === void 0) return `${entry.path} is only in the first`;
		others.delete(entry.path);
		const words = await entryDifference(entry, other, first, second);
		if (words !== void 0) return `${entry.path}: ${words}`;
	}
	const [more] = others.keys();
	return more === void 0 ? "nothing that can be named" : `${more} is only in the second`;
}
async function entryDifference(one, other, first, second) {
	if (one.kind !== other.kind) return "one may be executed or is another kind of file";
	if (one.target !== other.target) return `a link to ${one.target}, and one to ${other.target}`;
	if (one.kind !== "f" && one.kind !== "x") return void 0;
	const [a, b] = [join(first, one.path), join(second, one.path)];
	if (await fileDigest(a) === await fileDigest(b)) return void 0;
	return bytesDifference(await readFile(a), await readFile(b));
}
/** What `go version -m` says: toolchain, modules and settings of the build. Undefined: they are no Go programs, or it says the same of both. */
async function settingDifference(first, second, exec) {
	const [before, after] = await Promise.all([first, second].map((path) => exec.read([
		"go",
		"version",
		"-m",
		path
	])));
	if (before?.exitCode !== 0 || after?.exitCode !== 0) return void 0;
	return lineDifference(settings(before.stdout, first), settings(after.stdout, second));
}
/** Without the path of the program itself. */
function settings(said, path) {
	return said.replaceAll(path, "").split("\n");
}
/** The first line that is not in both. Pure. */
function lineDifference(before, after) {
	const only = (lines, others) => lines.find((line) => !others.includes(line))?.trim().replaceAll("	", " ");
	const [lost, came] = [only(before, after), only(after, before)];
	if (lost === void 0 && came === void 0) return void 0;
	return `Go says of the first \`${lost ?? "nothing"}\`, of the second \`${came ?? "nothing"}\``;
}
/** Pure. */
function bytesDifference(first, second) {
	const shorter = Math.min(first.length, second.length);
	let at = 0;
	while (at < shorter && first[at] === second[at]) at++;
	const sizes = first.length === second.length ? "" : `; ${first.length} and ${second.length} bytes`;
	const section = sectionAt(elfSections(first), at);
	return `other bytes from byte ${at} on${section === void 0 ? "" : `, in section ${section}`}${sizes}`;
}

// src/release/advice.ts
/** Looks at the database of an environment, and says what to mend. Nothing is changed. */
async function adviseDatabase(service) {
	const { dsn, connectTimeoutMs } = databaseSettings(service);
	const session = await openDsnSession(resolveDsn(dsn, service.secrets), connectTimeoutMs);
	try {
		return advise(await readAdviceFacts(session));
	} finally {
		await session.close();
	}
}

// src/release/build/reproduce.ts
/**
* Builds as a release would (what was built before is taken), then clones the commit to a scratch directory and builds it there, with no
* compiled package and no file of the first build. Images of components are compared too, and not pushed; what was built elsewhere is left out. Tests are
* not run again.
*/
async function reproduceBuild(service, request) {
	const commit = await sourceCommit(service, false);
	const version = request.version ?? await describedVersion(service, commit);
	const all = Object.entries(service.environment.components);
	const components = all.flatMap(([name, { kind }]) => kind === "image" ? [] : [name]);
	const wanted = {
		commit,
		version,
		components: components.length === all.length ? void 0 : components,
		push: false
	};
	const first = await buildRelease(service, wanted);
	if (first.kind === "failed") return failed(first.result, version, commit);
	const scratch = await mkdtemp(join(tmpdir(), "shiplock-reproduce-"));
	try {
		const copy = await cloned(service, commit, join(scratch, "sources-of-the-second-build"));
		const elsewhere = {
			...service,
			store: join(scratch, "state"),
			environment: movedTo(copy, service.environment)
		};
		const second = await buildRelease(elsewhere, {
			...wanted,
			compiled: join(scratch, "compiled")
		});
		if (second.kind === "failed") return failed(second.result, version, commit);
		const rebuilt = await compared$1(first.artefacts, second.artefacts, service);
		const problems = rebuilt.flatMap((one) => one.difference === null ? [] : [differs$1(one, one.difference)]);
		return {
			exit: problems.length === 0 ? EXIT.done : EXIT.failed,
			version,
			commit,
			rebuilt,
			problems
		};
	} finally {
		await rm(scratch, {
			recursive: true,
			force: true
		});
	}
}
function failed({ exit, problems }, version, commit) {
	return {
		exit,
		version,
		commit,
		rebuilt: [],
		problems
	};
}
/** A clone, since what belongs to the sources is what git knows. Returns where the service lies in it. */
async function cloned({ exec, baseDir }, commit, to) {
	const [top, prefix] = await Promise.all(["--show-toplevel", "--show-prefix"].map((what) => exec.read([
		"git",
		"-C",
		baseDir,
		"rev-parse",
		what
	])));
	const from = top?.stdout.trim() ?? "";
	for (const argv of [[
		"git",
		"clone",
		"--quiet",
		"--no-checkout",
		from,
		to
	], [
		"git",
		"-C",
		to,
		"checkout",
		"--quiet",
		"--detach",
		commit
	]]) {
		const done = await exec.read(argv, { timeoutMs: 6e5 });
		if (done.exitCode === 0) continue;
		throw new ProblemError({
			code: "release.no-clone",
			where: from,
			found: done.stderr.trim().split("\n").at(-1) ?? `git ended with ${done.exitCode}`,
			expected: `a clone of commit ${commit.slice(0, 12)} in a scratch directory`,
			remedy: "mend what git names; TMPDIR says where scratch directories are made"
		});
	}
	return join(to, prefix?.stdout.trim() ?? "");
}
/** The same components with their sources below another base directory. Pure. */
function movedTo(base, environment) {
	const moved = (path) => {
		const below = relative(environment.baseDir, path);
		return below === ".." || below.startsWith(`..${sep}`) ? path : join(base, below);
	};
	const move = (one) => {
		if (one.kind === "image") return one;
		const source = moved(one.source);
		if (one.kind === "script") return {
			...one,
			source
		};
		if (one.kind === "go") {
			const image = one.image === void 0 ? {} : { image: movedImage(one.image, moved) };
			return {
				...one,
				...image,
				source,
				checks: NO_CHECKS
			};
		}
		const image = one.image === void 0 ? {} : { image: movedImage(one.image, moved) };
		return {
			...one,
			...image,
			source,
			output: moved(one.output)
		};
	};
	const { components } = environment;
	return {
		...environment,
		baseDir: base,
		components: Object.fromEntries(Object.entries(components).map(([name, one]) => [name, move(one)]))
	};
}
/** Files that an image gets beside what is built. Pure. */
function movedImage(image, moved) {
	return {
		...image,
		certificates: image.certificates === null ? null : moved(image.certificates),
		files: image.files.map(({ from, to }) => ({
			from: moved(from),
			to
		}))
	};
}
async function compared$1(first, second, { exec }) {
	const all = {
		...second.byComponent,
		...second.images
	};
	const pairs = Object.entries({
		...first.byComponent,
		...first.images
	}).flatMap(([component, made]) => {
		const others = placesOf$1(all[component]);
		return placesOf$1(made).map((one, index) => ({
			component,
			one,
			other: others[index]
		}));
	});
	return Promise.all(pairs.map(async ({ component, one, other }) => {
		const row = {
			component,
			platform: one.platform,
			first: one.digest,
			second: other?.digest ?? ""
		};
		if (one.digest === other?.digest) return {
			...row,
			difference: null
		};
		return {
			...row,
			difference: other === void 0 ? "the second build made none" : await differenceBetween(one, other, exec)
		};
	}));
}
/** An image differs in what is in it, of which more can be said where that is an artefact of its own, or in its settings. */
async function differenceBetween(one, other, exec) {
	return isReference({
		digest: one.digest,
		artefact: one.path
	}) ? "a program, a file or a setting in the image" : await differenceOf(one.path, other.path, exec);
}
function placesOf$1(made) {
	return made === void 0 ? [] : made.platforms ?? [{
		platform: "any",
		digest: made.digest,
		path: made.path
	}];
}
function differs$1({ component, platform, first, second }, difference) {
	return {
		code: "release.not-reproducible",
		where: `components.${component} (${platform})`,
		found: `${first} as a release takes it, ${second} built anew: ${difference}`,
		expected: "the same bytes, wherever and whenever this commit is built",
		remedy: "take out of the build what differs from place to place: times, paths, random names, downloads without a pin"
	};
}
/** For people. Pure. */
function reproduceText({ version, commit, rebuilt, problems }) {
	const rows = rebuilt.map(({ component, platform, first, difference }) => difference === null ? `${component} (${platform}): the same, ${first}` : `${component} (${platform}): differs`);
	return [problems.length === 0 ? `${version} (${commit.slice(0, 12)}) was built twice, at two places: the same bytes.` : `${version} (${commit.slice(0, 12)}) did not give the same bytes twice.`, ...rows].join("\n");
}

// src/release/build/sbom.ts
/**
* The bill of materials of a release, checked against the digest in its release.json: the CycloneDX document by that digest, the SPDX one
* by the digest that the CycloneDX document has of it.
*
* @param version undefined: what serves
* @throws ProblemError when there is none, or it is not as it was written
*/
async function releaseSbom({ store, environment }, version, format) {
	const name = environment.environment;
	const live = liveVersion(await readEnvironmentRecord(store, name, environment.service));
	const wanted = version ?? live;
	const record = wanted === null ? null : await readReleaseRecord(store, name, wanted);
	if (wanted === null || record === null) throw noRelease(name, wanted);
	const digest = record.release.sbom;
	if (digest === void 0) throw noSbom(wanted);
	const directory = sbomDirectory(sbomsDirectory(store), digest);
	const cyclonedx = await checked$2(join(directory, CYCLONEDX_FILE), digest);
	return {
		version: wanted,
		digest,
		text: format === "cyclonedx" ? cyclonedx : await checked$2(join(directory, SPDX_FILE), otherDigest(cyclonedx))
	};
}
const otherSchema = object({ metadata: object({ component: object({ externalReferences: array(object({
	url: string(),
	hashes: array(object({ content: string() }))
})) }) }) });
function otherDigest(cyclonedx) {
	const { metadata } = otherSchema.parse(JSON.parse(cyclonedx));
	return `sha256:${metadata.component.externalReferences.find(({ url }) => url === "sbom.spdx.json")?.hashes[0]?.content ?? ""}`;
}
async function checked$2(path, digest) {
	const found = await readDigested(path);
	if (found?.digest === digest) return found.text;
	throw new ProblemError(sbomDiffers(path, digest, found?.digest ?? "nothing"));
}
function noRelease(environment, version) {
	return new ProblemError({
		code: "release.unknown-version",
		where: environment,
		found: version === null ? "nothing serves" : `no record of ${version}`,
		expected: "a release that this state directory has a record of",
		remedy: "shiplock status names what serves; --state names another state directory"
	});
}
function noSbom(version) {
	return new ProblemError({
		code: "release.no-sbom",
		where: version,
		found: "a release without a bill of materials",
		expected: "one that was built by a version of this program that writes them",
		remedy: "release again: the next release has one"
	});
}

// src/release/init/diff.ts
/** The difference of two texts line by line, for people. Pure. */
/** Lines with ` `, `-` or `+` before them; long stretches without a change are left out. */
function diffLines(before, after, around = 2) {
	const [a, b] = [before, after].map((text) => text.replace(/\n$/, "").split("\n"));
	const all = merge(a ?? [], b ?? []);
	const near = all.map((_, index) => all.slice(Math.max(0, index - around), index + around + 1).some((line) => !line.startsWith(" ")));
	return all.flatMap((line, index) => {
		if (near[index] === true) return [line];
		return index > 0 && near[index - 1] === true ? ["  …"] : [];
	});
}
/** Longest common subsequence; files of a configuration are short. */
function merge(a, b) {
	const width = b.length + 1;
	const common = new Uint32Array((a.length + 1) * width);
	const at = (i, j) => common[i * width + j] ?? 0;
	for (let i = a.length - 1; i >= 0; i--) for (let j = b.length - 1; j >= 0; j--) common[i * width + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
	const lines = [];
	let [i, j] = [0, 0];
	while (i < a.length || j < b.length) if (i < a.length && j < b.length && a[i] === b[j]) {
		lines.push(`  ${a[i]}`);
		i++;
		j++;
	} else if (j >= b.length || i < a.length && at(i + 1, j) >= at(i, j + 1)) lines.push(`- ${a[i++]}`);
	else lines.push(`+ ${b[j++]}`);
	return lines;
}

// src/release/init/planned.ts
/** What would become of a file. Pure. */
function planned(path, before, after) {
	const state = before === null ? "new" : before === after ? "same" : "changed";
	return {
		path,
		before,
		after,
		state,
		lines: state === "same" ? [] : before === null ? after.trimEnd().split("\n").map((line) => `+ ${line}`) : diffLines(before, after)
	};
}

// src/release/init/write.ts
const planSchema = strictObject({
	formatVersion: literal(1),
	changes: array(strictObject({
		path: string(),
		before: string().nullable(),
		after: string()
	}))
});
async function writeAll(directory, wanted) {
	if (wanted.length === 0) return;
	const path = planPath(directory);
	const changes = wanted.map(({ path: file, before, after }) => ({
		path: file,
		before,
		after
	}));
	await mkdir(dirname(path), { recursive: true });
	await replaceFile(path, `${JSON.stringify({
		formatVersion: 1,
		changes
	})}\n`);
	await finish(path, changes);
}
/** Finishes what a process that died had begun; the paths that it wrote. */
async function finishBegun(directory) {
	const path = planPath(directory);
	const text = await readText(path);
	if (text === null) return [];
	const { changes } = planSchema.parse(JSON.parse(text));
	await finish(path, changes);
	return changes.map((change) => change.path);
}
async function finish(plan, changes) {
	for (const { path, before, after } of changes) {
		const now = await readText(path);
		if (now === after) continue;
		if (now !== before) {
			await rm(plan, { force: true });
			throw new ProblemError(changedMeanwhile(path));
		}
		await mkdir(dirname(path), { recursive: true });
		await replaceFile(path, after);
	}
	await rm(plan, { force: true });
}
async function readText(path) {
	try {
		return await readFile(path, "utf8");
	} catch (error) {
		if (isMissing(error)) return null;
		throw error;
	}
}
function planPath(directory) {
	return join(directory, ".shiplock", "init.json");
}
function changedMeanwhile(path) {
	return {
		code: "release.changed-meanwhile",
		where: path,
		found: "a file that somebody changed while it was to be written",
		expected: "the file as it was looked at",
		remedy: "look at it, then run `shiplock init` again"
	};
}

// src/release/callers/draw-inputs.ts
function input(name, keys) {
	return [`      ${name}:`, ...Object.entries(keys).map(([key, value]) => `        ${key}: ${value}`)];
}
const SEED = input("seed", {
	description: "Load the seed data (counts for a first release)",
	type: "boolean",
	default: "false"
});
const CHANGE = input("change", {
	description: "Change record that asks for it, where the policy wants one",
	type: "string",
	default: "''"
});
function chosenEnvironment({ environments }) {
	return input("environment", {
		description: "Where",
		type: "choice",
		required: "true",
		options: `[${environments.map(({ name }) => name).join(", ")}]`
	});
}

// src/release/callers/seal.ts
/** How texts stand in a caller, and the mark by which is seen later whether somebody has changed it. Pure. */
const MARK = /^# shiplock-caller: ([0-9a-f]{16})\n/m;
const PINNED = /(\/\.github\/workflows\/[\w-]+\.yml)@[0-9a-f]{40}(?: # \S+)?$/gm;
/** The text of these lines with the mark in its second line; what is pinned is no part of it. */
function sealed([first = "", ...rest]) {
	return `${first}\n# shiplock-caller: ${digestOf(`${[first, ...rest].join("\n")}\n`)}\n${rest.join("\n")}\n`;
}
/** Nobody has changed it since it was written, but for the pins. Pure. */
function isUntouched(text) {
	const mark = MARK.exec(text)?.[1];
	return mark !== void 0 && mark === digestOf(text.replace(MARK, ""));
}
function digestOf(text) {
	return createHash("sha256").update(text.replaceAll(PINNED, "$1")).digest("hex").slice(0, 16);
}
/** A text that YAML reads back as it is. */
function quoted(text) {
	return /^[A-Za-z/][A-Za-z0-9_./-]*$/.test(text) && !/^(?:true|false|null|yes|no|on|off)$/i.test(text) ? text : `'${text.replaceAll("'", "''")}'`;
}

// src/release/callers/draw.ts
/** Name of the file in `.github/workflows` → its text. */
function drawCallers(of, pin) {
	const files = of.environments.map((place) => [place.name, place.from === null ? released(of, place, pin) : promoted(of, place, place.from, pin)]);
	const watched = of.environments.filter(({ cluster }) => cluster);
	const others = [
		["ci", checked$1(of, pin)],
		["scan", scanned(of, pin)],
		["rollback", rolledBack(of, pin)],
		...of.system ? [["runbook", byRunbook(of, pin)]] : [],
		...of.database ? [["migrate", migrated(of, pin)]] : [],
		...of.resets.length > 0 ? [["data-reset", reset(of, pin)]] : [],
		...watched.length > 0 ? [["drift", drifted(of, watched, pin)]] : [],
		...of.chat ? [["chatops", chatted(of, pin)]] : []
	];
	return new Map([...files, ...others].map(([name, lines]) => [`${of.prefix}-${name}.yml`, sealed(lines)]));
}
/** A caller as a whole: what its jobs may do is said by each of them. */
function workflow({ about, name, on, jobs }) {
	return [
		`# ${about}`,
		`name: ${name}`,
		"on:",
		...on,
		"",
		"permissions: {}",
		"",
		"jobs:",
		...jobs
	];
}
function released(of, { name }, pin) {
	const parts = {
		...of.api ? {} : { api: "false" },
		...of.frontend ? {} : { frontend: "false" },
		...of.client ? { client: "true" } : {}
	};
	return workflow({
		about: `Releases every commit of ${of.branch} to ${name}. A tag \`v1.4.0\` that is pushed with the commit names the release.`,
		name: `Release ${of.service} to ${name}`,
		on: [
			"  push:",
			`    branches: [${quoted(of.branch)}]`,
			"  workflow_dispatch:",
			"    inputs:",
			...SEED
		],
		jobs: [...job(of, "build", "build", pin, {
			title: "Build",
			environment: name,
			inputs: parts,
			secrets: false,
			more: of.client ? ["CLIENT_SIGNING_KEY"] : []
		}), ...job(of, "release", "release", pin, {
			title: `Release to ${name}`,
			needs: "build",
			environment: name,
			inputs: { seed: "${{ inputs.seed || false }}" },
			secrets: true
		})]
	});
}
function promoted(of, { name }, from, pin) {
	return workflow({
		about: `Takes the release that serves ${from} to ${name}, unchanged. Start it at the tag of the release.`,
		name: `Promote ${of.service} to ${name}`,
		on: [
			"  workflow_dispatch:",
			"    inputs:",
			...input("release", {
				description: `Which release (empty means what serves ${from})`,
				type: "string",
				default: "''"
			}),
			...input("reason", {
				description: "Why",
				type: "string",
				default: "promotion"
			}),
			...CHANGE,
			...SEED
		],
		jobs: [...job(of, "promote", "promote", pin, {
			title: `Promote to ${name}`,
			environment: name,
			inputs: {
				from,
				release: "${{ inputs.release }}",
				reason: "${{ inputs.reason }}",
				change: "${{ inputs.change }}",
				seed: "${{ inputs.seed }}"
			},
			secrets: true
		})]
	});
}
function checked$1(of, pin) {
	return workflow({
		about: `Checks shiplock.yaml${of.database ? " and the migrations" : ""} and runs the tests, for every pull request and every commit of ${of.branch}. Nothing is built or released.`,
		name: `Check ${of.service}`,
		on: [
			"  pull_request:",
			"  push:",
			`    branches: [${quoted(of.branch)}]`
		],
		jobs: [
			"  ci:",
			"    name: Check",
			"    permissions:",
			`      ${READS}`,
			`    uses: ${usesOf("ci", pin)}`,
			"    with:",
			...of.config === "shiplock.yaml" ? [] : [`      config: ${quoted(of.config)}`],
			"      runner: ubuntu-24.04",
			...of.database ? ["      migrations: true"] : [],
			`      tests: ${quoted(of.tests.join(" && "))}`
		]
	});
}
function scanned(of, pin) {
	return workflow({
		about: `Looks for security problems in every pull request, every commit of ${of.branch}, and every night: weaknesses become known in what has not changed. It has no secret.`,
		name: `Scan ${of.service}`,
		on: [
			"  pull_request:",
			"  push:",
			`    branches: [${quoted(of.branch)}]`,
			"  schedule:",
			"    - cron: '41 2 * * *'",
			"  workflow_dispatch:"
		],
		jobs: [
			"  scan:",
			"    name: Scan",
			"    permissions:",
			...SCAN_RIGHTS.map((right) => `      ${right}`),
			`    uses: ${usesOf("scan", pin)}`,
			"    with:",
			...of.config === "shiplock.yaml" ? [] : [`      config: ${quoted(of.config)}`],
			"      runner: ubuntu-24.04",
			"      base: ${{ github.event_name == 'pull_request' && format('origin/{0}', github.base_ref) || '' }}"
		]
	});
}
/** The forge wants all rights of a called workflow from its caller; each job of it takes only its own. */
const SCAN_RIGHTS = [
	"contents: read # to check the commit out",
	"security-events: write # only for the job that uploads what was found, where `upload` asks for it",
	"actions: read # the same"
];
function rolledBack(of, pin) {
	return workflow({
		about: "Takes an environment back to an earlier release. It waits for no release, no window and no approval.",
		name: `Roll ${of.service} back`,
		on: [
			"  workflow_dispatch:",
			"    inputs:",
			...chosenEnvironment(of),
			...input("to", {
				description: "The release to go back to (empty means the one before)",
				type: "string",
				default: "''"
			}),
			...input("reason", {
				description: "Why",
				type: "string",
				required: "true"
			})
		],
		jobs: [...job(of, "rollback", "rollback", pin, {
			title: "Go back",
			environment: "${{ inputs.environment }}",
			inputs: {
				to: "${{ inputs.to }}",
				reason: "${{ inputs.reason }}"
			},
			secrets: true
		})]
	});
}
function byRunbook(of, pin) {
	return workflow({
		about: "Says what a runbook would do now, or carries it out, behind what changes the same environment.",
		name: `Runbook of ${of.service}`,
		on: [
			"  workflow_dispatch:",
			"    inputs:",
			...input("runbook", {
				description: "Which one, for instance system-restart",
				type: "string",
				required: "true"
			}),
			...chosenEnvironment(of),
			...input("values", {
				description: "Its inputs, as name=text; several words in quotes",
				type: "string",
				default: "''"
			}),
			...CHANGE,
			...input("plan", {
				description: "Only say what it would do",
				type: "boolean",
				default: "true"
			}),
			...input("confirm", {
				description: "The environment once more, where it takes away what cannot be brought back",
				type: "string",
				default: "''"
			})
		],
		jobs: [...job(of, "runbook", "runbook", pin, {
			title: "Runbook",
			environment: "${{ inputs.environment }}",
			inputs: {
				runbook: "${{ inputs.runbook }}",
				values: "${{ inputs.values }}",
				change: "${{ inputs.change }}",
				plan: "${{ inputs.plan }}",
				confirm: "${{ inputs.confirm }}"
			},
			secrets: true
		})]
	});
}
function migrated(of, pin) {
	return workflow({
		about: "Says what the pending migrations would do, or applies them ahead of their release.",
		name: `Migrate ${of.service}`,
		on: [
			"  workflow_dispatch:",
			"    inputs:",
			...chosenEnvironment(of),
			...input("plan", {
				description: "Only say what would be done",
				type: "boolean",
				default: "true"
			}),
			...input("reason", {
				description: "Why",
				type: "string",
				default: "migration"
			}),
			...CHANGE
		],
		jobs: [...job(of, "migrate", "migrate", pin, {
			title: "Migrate",
			environment: "${{ inputs.environment }}",
			inputs: {
				plan: "${{ inputs.plan }}",
				reason: "${{ inputs.reason }}",
				change: "${{ inputs.change }}"
			},
			secrets: true
		})]
	});
}
function drifted(of, places, pin) {
	return workflow({
		about: "Looks every hour whether git and the cluster agree; a job that fails says what differs.",
		name: `Drift of ${of.service}`,
		on: [
			"  schedule:",
			"    - cron: '23 * * * *'",
			"  workflow_dispatch:"
		],
		jobs: [...places.flatMap(({ name }) => job(of, name, "drift", pin, {
			title: name,
			environment: name,
			inputs: {},
			secrets: false
		}))]
	});
}
function reset(of, pin) {
	return workflow({
		about: "Throws the rows of these environments away every Monday and makes them anew, as `database.reset` says.",
		name: `Reset the data of ${of.service}`,
		on: [
			"  schedule:",
			"    - cron: '17 3 * * 1'",
			"  workflow_dispatch:"
		],
		jobs: [...of.resets.flatMap((name) => job(of, name, "data-reset", pin, {
			title: name,
			environment: name,
			inputs: { reason: "on schedule" },
			secrets: true,
			more: ["SOURCE_DATABASE_DSN", "DESENSITISE_KEY"],
			application: false
		}))]
	});
}
function chatted(of, pin) {
	return workflow({
		about: "Does what comments on issues and pull requests ask for, as far as the policy lets people do it.",
		name: `Commands for ${of.service}`,
		on: ["  issue_comment:", "    types: [created]"],
		jobs: [...job(of, "chatops", "chatops", pin, {
			title: "Commands",
			inputs: {},
			secrets: true,
			more: ["SHIPLOCK_TOKEN"],
			permissions: CHAT_RIGHTS
		})]
	});
}
const CHAT_RIGHTS = [
	"contents: write # the record of pushes, and the branch that claims the comment",
	"issues: write # reactions and the living comment",
	"pull-requests: write # the same in pull requests, and their reviews",
	"deployments: write # what the journal says, as a deployment",
	"statuses: write # and as a status of the commit",
	"checks: read # those that the policy asks for",
	"actions: read # who runs a job again"
];
function databaseSecrets({ database }, { secrets, application = true }) {
	if (!database || !secrets) return [];
	return application ? ["DATABASE_DSN", "APPLICATION_DSN"] : ["DATABASE_DSN"];
}
const READS = "contents: read # to check the commit out";
function usesOf(workflow, { repository, commit, version }) {
	return `${repository}/.github/workflows/${workflow}.yml@${commit}${version === null ? "" : ` # ${version}`}`;
}
function job(of, id, workflow, pin, what) {
	const secrets = [...what.more ?? [], ...databaseSecrets(of, what)];
	const rights = what.permissions ?? [READS];
	return [
		`  ${id}:`,
		`    name: ${what.title}`,
		...what.needs === void 0 ? [] : [`    needs: ${what.needs}`],
		"    permissions:",
		...rights.map((right) => `      ${right}`),
		`    uses: ${usesOf(workflow, pin)}`,
		"    with:",
		...what.environment === void 0 ? [] : [`      environment: ${what.environment}`],
		...of.config === "shiplock.yaml" ? [] : [`      config: ${quoted(of.config)}`],
		`      state: ${quoted(of.state)}`,
		`      runner: ${quoted(of.runner)}`,
		...Object.entries(what.inputs).map(([name, value]) => `      ${name}: ${value}`),
		...secrets.length === 0 ? [] : ["    # Kept in the environment of the forge, or in the repository.", "    secrets:"],
		...secrets.map((name) => `      ${name}: \${{ secrets.${name} }}`)
	];
}

// src/release/callers/action-inputs.ts
var import_dist = require_dist();
/** What each action of this version takes. */
const ACTIONS = {
	"setup-shiplock": [],
	"build-api": [
		{
			name: "environment",
			required: true
		},
		{
			name: "component",
			required: false
		},
		{
			name: "config",
			required: false
		},
		{
			name: "state",
			required: true
		},
		{
			name: "release",
			required: false
		}
	],
	"build-frontend": [
		{
			name: "environment",
			required: true
		},
		{
			name: "component",
			required: false
		},
		{
			name: "config",
			required: false
		},
		{
			name: "state",
			required: true
		},
		{
			name: "release",
			required: false
		}
	],
	"security-scan": [
		{
			name: "config",
			required: false
		},
		{
			name: "base",
			required: false
		},
		{
			name: "fail-on",
			required: false
		},
		{
			name: "scanners",
			required: false
		},
		{
			name: "install",
			required: false
		},
		{
			name: "sarif",
			required: false
		}
	],
	"build-client": [
		{
			name: "environment",
			required: true
		},
		{
			name: "component",
			required: false
		},
		{
			name: "config",
			required: false
		},
		{
			name: "state",
			required: true
		},
		{
			name: "release",
			required: false
		}
	],
	migrate: [
		{
			name: "environment",
			required: true
		},
		{
			name: "config",
			required: false
		},
		{
			name: "state",
			required: true
		},
		{
			name: "reason",
			required: false
		},
		{
			name: "change",
			required: false
		},
		{
			name: "plan",
			required: false
		},
		{
			name: "stored-plan",
			required: false
		},
		{
			name: "lint",
			required: false
		},
		{
			name: "sarif",
			required: false
		}
	],
	"data-reset": [
		{
			name: "environment",
			required: true
		},
		{
			name: "config",
			required: false
		},
		{
			name: "state",
			required: true
		},
		{
			name: "reason",
			required: false
		},
		{
			name: "plan",
			required: false
		}
	],
	"release-notes": [
		{
			name: "environment",
			required: true
		},
		{
			name: "from",
			required: false
		},
		{
			name: "to",
			required: false
		},
		{
			name: "config",
			required: false
		},
		{
			name: "state",
			required: true
		},
		{
			name: "output",
			required: false
		}
	],
	rollout: [
		{
			name: "environment",
			required: true
		},
		{
			name: "config",
			required: false
		},
		{
			name: "state",
			required: true
		},
		{
			name: "release",
			required: false
		},
		{
			name: "reason",
			required: false
		},
		{
			name: "change",
			required: false
		},
		{
			name: "seed",
			required: false
		},
		{
			name: "token",
			required: false
		}
	],
	promote: [
		{
			name: "environment",
			required: true
		},
		{
			name: "from",
			required: false
		},
		{
			name: "release",
			required: false
		},
		{
			name: "config",
			required: false
		},
		{
			name: "state",
			required: true
		},
		{
			name: "reason",
			required: false
		},
		{
			name: "change",
			required: false
		},
		{
			name: "seed",
			required: false
		},
		{
			name: "token",
			required: false
		}
	],
	rollback: [
		{
			name: "environment",
			required: true
		},
		{
			name: "to",
			required: false
		},
		{
			name: "config",
			required: false
		},
		{
			name: "state",
			required: true
		},
		{
			name: "reason",
			required: true
		},
		{
			name: "token",
			required: false
		}
	],
	runbook: [
		{
			name: "runbook",
			required: true
		},
		{
			name: "environment",
			required: true
		},
		{
			name: "values",
			required: false
		},
		{
			name: "change",
			required: false
		},
		{
			name: "plan",
			required: false
		},
		{
			name: "confirm",
			required: false
		},
		{
			name: "config",
			required: false
		},
		{
			name: "state",
			required: true
		}
	],
	"gitops-commit": [
		{
			name: "environment",
			required: true
		},
		{
			name: "file",
			required: true
		},
		{
			name: "path",
			required: true
		},
		{
			name: "value",
			required: true
		},
		{
			name: "config",
			required: false
		},
		{
			name: "state",
			required: true
		},
		{
			name: "reason",
			required: false
		}
	],
	"argocd-wait": [
		{
			name: "environment",
			required: true
		},
		{
			name: "commit",
			required: false
		},
		{
			name: "config",
			required: false
		},
		{
			name: "state",
			required: true
		},
		{
			name: "reason",
			required: false
		}
	],
	drift: [
		{
			name: "environment",
			required: true
		},
		{
			name: "all",
			required: false
		},
		{
			name: "accept",
			required: false
		},
		{
			name: "config",
			required: false
		},
		{
			name: "state",
			required: true
		}
	],
	report: [
		{
			name: "state",
			required: true
		},
		{
			name: "run",
			required: false
		},
		{
			name: "output",
			required: false
		}
	],
	chatops: [
		{
			name: "token",
			required: true
		},
		{
			name: "config",
			required: false
		},
		{
			name: "state",
			required: true
		}
	]
};

// src/release/callers/interface.ts
const WORKFLOWS = {
	ci: {
		inputs: [
			{
				name: "config",
				required: false
			},
			{
				name: "migrations",
				required: false
			},
			{
				name: "tests",
				required: false
			},
			{
				name: "runner",
				required: false
			},
			{
				name: "timeout-minutes",
				required: false
			}
		],
		secrets: []
	},
	scan: {
		inputs: [
			{
				name: "config",
				required: false
			},
			{
				name: "base",
				required: false
			},
			{
				name: "fail-on",
				required: false
			},
			{
				name: "scanners",
				required: false
			},
			{
				name: "install",
				required: false
			},
			{
				name: "upload",
				required: false
			},
			{
				name: "runner",
				required: false
			},
			{
				name: "timeout-minutes",
				required: false
			}
		],
		secrets: []
	},
	build: {
		inputs: [
			{
				name: "environment",
				required: true
			},
			{
				name: "config",
				required: false
			},
			{
				name: "state",
				required: true
			},
			{
				name: "release",
				required: false
			},
			{
				name: "api",
				required: false
			},
			{
				name: "frontend",
				required: false
			},
			{
				name: "client",
				required: false
			},
			{
				name: "runner",
				required: false
			}
		],
		secrets: [{
			name: "CLIENT_SIGNING_KEY",
			required: false
		}]
	},
	migrate: {
		inputs: [
			{
				name: "environment",
				required: true
			},
			{
				name: "config",
				required: false
			},
			{
				name: "state",
				required: true
			},
			{
				name: "reason",
				required: false
			},
			{
				name: "change",
				required: false
			},
			{
				name: "plan",
				required: false
			},
			{
				name: "stored-plan",
				required: false
			},
			{
				name: "lint",
				required: false
			},
			{
				name: "sarif",
				required: false
			},
			{
				name: "runner",
				required: false
			},
			{
				name: "forge-environment",
				required: false
			},
			{
				name: "timeout-minutes",
				required: false
			}
		],
		secrets: [{
			name: "DATABASE_DSN",
			required: false
		}, {
			name: "APPLICATION_DSN",
			required: false
		}]
	},
	"data-reset": {
		inputs: [
			{
				name: "environment",
				required: true
			},
			{
				name: "config",
				required: false
			},
			{
				name: "state",
				required: true
			},
			{
				name: "reason",
				required: false
			},
			{
				name: "plan",
				required: false
			},
			{
				name: "runner",
				required: false
			},
			{
				name: "forge-environment",
				required: false
			},
			{
				name: "timeout-minutes",
				required: false
			}
		],
		secrets: [
			{
				name: "DATABASE_DSN",
				required: false
			},
			{
				name: "SOURCE_DATABASE_DSN",
				required: false
			},
			{
				name: "DESENSITISE_KEY",
				required: false
			}
		]
	},
	release: {
		inputs: [
			{
				name: "environment",
				required: true
			},
			{
				name: "config",
				required: false
			},
			{
				name: "state",
				required: true
			},
			{
				name: "release",
				required: false
			},
			{
				name: "reason",
				required: false
			},
			{
				name: "change",
				required: false
			},
			{
				name: "seed",
				required: false
			},
			{
				name: "runner",
				required: false
			},
			{
				name: "forge-environment",
				required: false
			},
			{
				name: "timeout-minutes",
				required: false
			}
		],
		secrets: [
			{
				name: "DATABASE_DSN",
				required: false
			},
			{
				name: "APPLICATION_DSN",
				required: false
			},
			{
				name: "DEPLOYMENT_TOKEN",
				required: false
			}
		]
	},
	promote: {
		inputs: [
			{
				name: "environment",
				required: true
			},
			{
				name: "from",
				required: false
			},
			{
				name: "release",
				required: false
			},
			{
				name: "config",
				required: false
			},
			{
				name: "state",
				required: true
			},
			{
				name: "reason",
				required: false
			},
			{
				name: "change",
				required: false
			},
			{
				name: "seed",
				required: false
			},
			{
				name: "runner",
				required: false
			},
			{
				name: "forge-environment",
				required: false
			},
			{
				name: "timeout-minutes",
				required: false
			}
		],
		secrets: [
			{
				name: "DATABASE_DSN",
				required: false
			},
			{
				name: "APPLICATION_DSN",
				required: false
			},
			{
				name: "DEPLOYMENT_TOKEN",
				required: false
			}
		]
	},
	rollback: {
		inputs: [
			{
				name: "environment",
				required: true
			},
			{
				name: "to",
				required: false
			},
			{
				name: "config",
				required: false
			},
			{
				name: "state",
				required: true
			},
			{
				name: "reason",
				required: true
			},
			{
				name: "runner",
				required: false
			},
			{
				name: "forge-environment",
				required: false
			},
			{
				name: "timeout-minutes",
				required: false
			}
		],
		secrets: [
			{
				name: "DATABASE_DSN",
				required: false
			},
			{
				name: "APPLICATION_DSN",
				required: false
			},
			{
				name: "DEPLOYMENT_TOKEN",
				required: false
			}
		]
	},
	runbook: {
		inputs: [
			{
				name: "runbook",
				required: true
			},
			{
				name: "environment",
				required: true
			},
			{
				name: "values",
				required: false
			},
			{
				name: "change",
				required: false
			},
			{
				name: "plan",
				required: false
			},
			{
				name: "confirm",
				required: false
			},
			{
				name: "config",
				required: false
			},
			{
				name: "state",
				required: true
			},
			{
				name: "runner",
				required: false
			},
			{
				name: "forge-environment",
				required: false
			},
			{
				name: "timeout-minutes",
				required: false
			}
		],
		secrets: [{
			name: "DATABASE_DSN",
			required: false
		}, {
			name: "APPLICATION_DSN",
			required: false
		}]
	},
	drift: {
		inputs: [
			{
				name: "environment",
				required: true
			},
			{
				name: "all",
				required: false
			},
			{
				name: "accept",
				required: false
			},
			{
				name: "config",
				required: false
			},
			{
				name: "state",
				required: true
			},
			{
				name: "runner",
				required: false
			}
		],
		secrets: []
	},
	chatops: {
		inputs: [
			{
				name: "config",
				required: false
			},
			{
				name: "state",
				required: true
			},
			{
				name: "runner",
				required: false
			},
			{
				name: "timeout-minutes",
				required: false
			}
		],
		secrets: [
			{
				name: "SHIPLOCK_TOKEN",
				required: false
			},
			{
				name: "DATABASE_DSN",
				required: false
			},
			{
				name: "APPLICATION_DSN",
				required: false
			}
		]
	}
};

// src/release/callers/read.ts
/** Null where nothing of the repository is called. Throws when the file cannot be read as YAML. */
function readCaller(path, text, repository) {
	if (!text.includes(repository)) return null;
	const lines = new import_dist.LineCounter();
	const document = (0, import_dist.parseDocument)(text, { lineCounter: lines });
	const [error] = document.errors;
	if (error !== void 0) throw new ProblemError(notYaml(`${path}:${lines.linePos(error.pos[0]).line}`, error.message));
	const place = (node) => {
		const { line, col } = lines.linePos(node?.range?.[0] ?? 0);
		return `${path}:${line}:${col}`;
	};
	const ours = (node) => (0, import_dist.isScalar)(node) && typeof node.value === "string" && node.value.startsWith(`${repository}/`);
	const uses = [];
	const jobs = [];
	const callingSteps = [];
	const see = (node) => {
		if (!ours(node) || node.range == null) return;
		uses.push({
			start: node.range[0],
			end: node.range[1],
			value: node.value
		});
	};
	const all = document.get("jobs", true);
	let state = null;
	let runner = null;
	for (const { value: one } of (0, import_dist.isMap)(all) ? all.items : []) {
		if (!(0, import_dist.isMap)(one)) continue;
		const called = one.get("uses", true);
		see(called);
		const steps = one.get("steps", true);
		for (const step of (0, import_dist.isSeq)(steps) ? steps.items : []) {
			if (!(0, import_dist.isMap)(step)) continue;
			const used = step.get("uses", true);
			see(used);
			const action = ours(used) ? /\/actions\/([\w-]+)@/.exec(used.value)?.[1] : void 0;
			if (action === void 0 || !(0, import_dist.isScalar)(used)) continue;
			callingSteps.push({
				action,
				where: place(used),
				inputs: keysOf(step.get("with", true), place)
			});
		}
		if (!ours(called)) continue;
		const given = one.get("with", true);
		state ??= textOf$2(given, "state");
		runner ??= textOf$2(given, "runner");
		const workflow = /\/\.github\/workflows\/([\w-]+)\.ya?ml@/.exec(called.value)?.[1];
		if (workflow === void 0) continue;
		const secrets = one.get("secrets", true);
		jobs.push({
			workflow,
			where: place(called),
			inputs: keysOf(given, place),
			environment: textOf$2(given, "environment"),
			forgeEnvironment: textOf$2(given, "forge-environment"),
			reads: readsOf(text.slice(one.range?.[0], one.range?.[1])),
			secrets: (0, import_dist.isScalar)(secrets) ? null : keysOf(secrets, place)
		});
	}
	if (uses.length === 0) return null;
	const branches = document.getIn([
		"on",
		"push",
		"branches",
		0
	]);
	return {
		path,
		text,
		uses,
		jobs,
		steps: callingSteps,
		state,
		runner,
		branch: typeof branches === "string" ? branches : null
	};
}
/** Names in expressions. */
function readsOf(text) {
	const named = (where) => new Set([...text.matchAll(new RegExp(`\\b${where}\\.(\\w+)`, "g"))].map(([, name = ""]) => name));
	return {
		secrets: named("secrets"),
		variables: named("vars")
	};
}
function textOf$2(map, key) {
	const value = (0, import_dist.isMap)(map) ? map.get(key) : void 0;
	return typeof value === "string" ? value : null;
}
function keysOf(map, place) {
	const keys = (0, import_dist.isMap)(map) ? map.items.map(({ key }) => key).filter((key) => (0, import_dist.isScalar)(key)) : [];
	return new Map(keys.map((key) => [String(key.value), place(key)]));
}
/** The text with every pin of the repository at this commit; the version beside it, and nothing else, changes with it. */
function withPin({ text, uses }, pin) {
	return uses.toReversed().reduce((now, { start, end, value }) => {
		const written = now.slice(start, end).replace(value, value.replace(/@.*$/s, `@${pin.commit}`));
		const line = /^[^\n]*/.exec(now.slice(end))?.[0] ?? "";
		const after = besides(line, pin.version);
		return `${now.slice(0, start)}${written}${after}${now.slice(end + line.length)}`;
	}, text);
}
/** What stands behind a pin in its line: a version is replaced, added, or taken away; what else people wrote stays. */
function besides(line, version) {
	const [, before = "", said, rest = ""] = /^(\s*#\s*)(v?\d+(?:\.\d+)+[\w.+-]*)(.*)$/.exec(line) ?? [];
	if (said !== void 0) {
		if (version !== null) return `${before}${version}${rest}`;
		return rest.trim() === "" ? "" : `${before}${rest.trimStart()}`;
	}
	return version === null || line.trim() !== "" ? line : ` # ${version}`;
}
/** Where a caller does not fit what the workflows and actions of this version take. */
function disagreements({ jobs, steps }) {
	return [...steps.flatMap(stepProblems), ...jobs.flatMap(jobProblems)];
}
function jobProblems({ workflow, where, inputs, secrets }) {
	const known = Object.entries(WORKFLOWS).find(([name]) => name === workflow)?.[1];
	if (known === void 0) {
		const names = Object.keys(WORKFLOWS).join(", ");
		return [unfit(where, `the workflow \`${workflow}\``, `one of ${names}`, "call another one, or keep the older pin")];
	}
	const missing = known.inputs.filter(({ name, required }) => required && !inputs.has(name));
	return [
		...strangers(inputs, known.inputs).map(([name, at]) => unfit(at, `the input \`${name}\``, `one of ${listed(known.inputs)}`, `take \`${name}\` out, or give it another name`)),
		...strangers(secrets ?? /* @__PURE__ */ new Map(), known.secrets).map(([name, at]) => unfit(at, `the secret \`${name}\``, listed(known.secrets) || "no secret", `take \`${name}\` out, or give it another name`)),
		...missing.map(({ name }) => unfit(where, `no input \`${name}\``, `a value: ${workflow}.yml needs it`, `add \`${name}:\` below \`with:\``))
	];
}
/** Names of inputs are the same in small and in capital letters. */
function stepProblems({ action, where, inputs }) {
	const known = Object.entries(ACTIONS).find(([name]) => name === action)?.[1];
	if (known === void 0) {
		const names = Object.keys(ACTIONS).join(", ");
		return [unfit(where, `the action \`${action}\``, `one of ${names}`, "run another one, or keep the older pin")];
	}
	const given = new Map([...inputs].map(([name, at]) => [name.toLowerCase(), at]));
	const missing = known.filter(({ name, required }) => required && !given.has(name));
	return [...strangers(given, known).map(([name, at]) => unfit(at, `the input \`${name}\``, known.length === 0 ? "no input" : `one of ${listed(known)}`, `take \`${name}\` out, or give it another name`)), ...missing.map(({ name }) => unfit(where, `no input \`${name}\``, `a value: the action ${action} needs it`, `add \`${name}:\` below \`with:\``))];
}
function strangers(given, known) {
	return [...given].filter(([key]) => !known.some(({ name }) => name === key));
}
function listed(known) {
	return known.map(({ name }) => `\`${name}\``).join(", ");
}
function unfit(where, found, expected, remedy) {
	return {
		code: "release.caller-does-not-fit",
		where,
		found,
		expected,
		remedy
	};
}
function notYaml(where, found) {
	return {
		code: "release.caller-unreadable",
		where,
		found,
		expected: "a workflow in YAML",
		remedy: "mend the file; nothing was written"
	};
}

// src/release/callers/tests.ts
/** The tests of a service as its kind of component usually has them. Whoever has others writes them into the caller. Pure. */
/** @param root of the repository, where the commands are run */
function testsOf({ components }, root) {
	return Object.values(components).flatMap((component) => {
		if (component.kind === "image") return [];
		const place = relative(root, component.source);
		const source = shellWord$1(place === "" ? "." : place.replaceAll("\\", "/"));
		if (component.kind === "script") return [];
		if (component.kind === "go") return [`go -C ${source} vet ./...`, `go -C ${source} test ./...`];
		if (component.build?.[0] !== "npm") return [];
		return [`npm --prefix ${source} ci`, `npm --prefix ${source} run test --if-present`];
	});
}

// src/release/callers/callers.ts
/** What `init` would write. Looks only. */
async function planCallers(directory, config, pin, wishes) {
	const root = await repositoryRoot(directory);
	const of = callersOf(config, directory, root, {
		state: wishes.state ?? `/var/lib/shiplock/${config.service.service}`,
		runner: wishes.runner ?? "self-hosted",
		branch: wishes.branch ?? await defaultBranch(root) ?? "main"
	});
	return Promise.all([...drawCallers(of, pin)].map(async ([name, text]) => {
		const path = join(workflowsOf(root), name);
		return planned(path, await readText(path), text);
	}));
}
/**
* What `upgrade` would write. Looks only.
* @throws ProblemError when nothing calls the repository, or when what somebody changed does not fit this version; nothing is written then
*/
async function planUpgrade(directory, config, pin) {
	const root = await repositoryRoot(directory);
	const found = await callersIn(root, pin.repository);
	if (found.length === 0) throw new ProblemError(noCallers(workflowsOf(root), pin.repository));
	const files = [];
	const problems = [];
	const drawn = /* @__PURE__ */ new Set();
	const told = found.find(({ state, runner }) => state !== null && runner !== null);
	for (const caller of found) {
		const again = redrawn(caller.state === null && told !== void 0 ? {
			...told,
			...named$1(caller)
		} : caller, config, directory, root, pin);
		for (const path of again.all) drawn.add(path);
		const moved = withPin(caller, pin);
		const after = again.text ?? moved;
		if (again.text === void 0) problems.push(...disagreements(caller));
		const how = after === caller.text ? "same" : after === moved ? "moved" : "written";
		files.push({
			...planned(caller.path, caller.text, after),
			how
		});
	}
	if (problems.length > 0) throw new ProblemError(problems);
	const there = new Set(found.map(({ path }) => path));
	return {
		files,
		absent: [...drawn].filter((path) => !there.has(path)).toSorted()
	};
}
/** Of which file it is; everything else may come from another caller. */
function named$1({ path, text, branch }) {
	return {
		path,
		text,
		branch
	};
}
/** As this version writes it with what it was written for; no text where somebody has changed it, or it is none of ours. */
function redrawn({ path, text, state, runner, branch }, config, directory, root, pin) {
	if (!isUntouched(text) || state === null || runner === null) return { all: [] };
	const of = callersOf(config, directory, root, {
		state,
		runner,
		branch: branch ?? "main"
	});
	const all = new Map([...drawCallers(of, pin)].map(([name, one]) => [join(workflowsOf(root), name), one]));
	return {
		text: all.get(path),
		all: [...all.keys()]
	};
}
function callersOf(config, directory, root, told) {
	const { service } = config.service;
	const order = promotionOrder(config);
	const environments = (order.length > 0 ? order : environmentNames(config)).map((name) => unwrap(resolveEnvironment(config, name, { baseDir: directory })));
	const kinds = new Set(environments.flatMap(({ components }) => Object.values(components).map(({ kind }) => kind)));
	const place = relative(root, directory);
	return {
		...told,
		service,
		prefix: place === "" ? "shiplock" : `shiplock-${service}`,
		config: place === "" ? "shiplock.yaml" : `${place.replaceAll("\\", "/")}/shiplock.yaml`,
		api: kinds.has("go"),
		frontend: kinds.has("static"),
		client: kinds.has("script"),
		database: environments.some(({ database }) => database !== null),
		resets: environments.filter(({ database }) => (database?.reset ?? null) !== null).map(({ environment }) => environment),
		tests: [...new Set(environments.flatMap((one) => testsOf(one, root)))],
		chat: Object.values(config.service.policy?.environments ?? {}).some(({ chat }) => chat !== void 0),
		system: environments.some(({ system }) => system !== void 0),
		environments: environments.map((one, index) => ({
			name: one.environment,
			from: one.promotion?.from ?? environments[index - 1]?.environment ?? null,
			cluster: isInCluster(one)
		}))
	};
}
/** Every workflow of the repository around `directory` that calls one of ours, wherever ours is taken from. */
async function callersAround(directory) {
	return (await workflowTexts(await repositoryRoot(directory))).flatMap(([path, text]) => {
		const repository = CALLED.exec(text)?.[1];
		return repository === void 0 ? [] : [readCaller(path, text, repository)];
	}).filter((one) => one !== null);
}
/** In a workflow that `init` wrote, or that somebody has changed since. */
const CALLED = /^# shiplock-caller: [\s\S]*?^\s+uses: ([\w-]+\/[\w.-]+)\/\.github\/workflows\/[\w-]+\.yml@/m;
async function callersIn(root, repository) {
	return (await workflowTexts(root)).map(([path, text]) => readCaller(path, text, repository)).filter((one) => one !== null);
}
async function workflowTexts(root) {
	const directory = workflowsOf(root);
	const paths = (await readdir(directory).catch((error) => {
		if (isMissing(error)) return [];
		throw error;
	})).filter((name) => /\.ya?ml$/.test(name)).map((name) => join(directory, name));
	return Promise.all(paths.toSorted().map(async (path) => [path, await readFile(path, "utf8")]));
}
function workflowsOf(root) {
	return join(root, ".github", "workflows");
}
/** The directory that holds `.git`, here or above; without one the directory itself. */
async function repositoryRoot(directory) {
	for (let at = resolve(directory);; at = dirname(at)) {
		if (await stat(join(at, ".git")).catch(() => null) !== null) return at;
		if (dirname(at) === at) return resolve(directory);
	}
}
/** As the remote names it; null where no clone has said so. */
async function defaultBranch(root) {
	const head = await readText(join(root, ".git", "refs", "remotes", "origin", "HEAD")).catch(() => null);
	return /^ref: refs\/remotes\/origin\/(\S+)\s*$/.exec(head ?? "")?.[1] ?? null;
}
function noCallers(where, repository) {
	return {
		code: "release.no-callers",
		where,
		found: `no workflow that calls ${repository}`,
		expected: "workflows that `shiplock init --workflows` wrote, or others that call it",
		remedy: `shiplock init --workflows ${repository}@TAG; to take them from another repository than before: with --force`
	};
}

// src/release/callers/pin.ts
const WANTED = /^(?<repository>[A-Za-z0-9][\w-]*\/[\w.-]+)@(?<ref>[\w][\w.+/-]*)$/;
const COMMIT = /^[0-9a-f]{40}$/;
const LOOK_MS$1 = 15e3;
/**
* Reads `owner/name@COMMIT`, or `owner/name@TAG`, which is looked up at the forge: what is written is always the commit.
* @param server of the forge, `https://github.com`
*/
async function findPin(text, server, exec) {
	const { repository, ref } = WANTED.exec(text)?.groups ?? {};
	if (repository === void 0 || ref === void 0) throw new ProblemError(notAPin(text));
	if (COMMIT.test(ref)) return {
		repository,
		commit: ref,
		version: null
	};
	const url = `${server.replace(/\/+$/, "")}/${repository}`;
	const names = [`refs/tags/${ref}`, `refs/tags/${ref}^{}`];
	const look = await exec.read([
		"git",
		"ls-remote",
		"--",
		url,
		...names
	], { timeoutMs: LOOK_MS$1 });
	const found = new Map(look.stdout.split("\n").map((line) => [line.split("	")[1], line.split("	")[0]]));
	const commit = found.get(names[1]) ?? found.get(names[0]);
	if (look.exitCode === 0 && commit !== void 0 && COMMIT.test(commit)) return {
		repository,
		commit,
		version: ref
	};
	throw new ProblemError({
		code: "release.no-such-tag",
		where: `${url} ${ref}`,
		found: look.exitCode === 0 ? "no tag of this name" : `git ls-remote: ${look.stderr.trim() || look.exitCode}`,
		expected: "a tag of the repository of the workflows",
		remedy: `name the commit: --workflows ${repository}@COMMIT, with 40 digits`
	});
}
function notAPin(text) {
	return {
		code: "cli.usage",
		where: "--workflows",
		found: JSON.stringify(text),
		expected: "OWNER/NAME@TAG or OWNER/NAME@COMMIT with 40 digits",
		remedy: "for instance --workflows acme/shiplock@v0.1.0"
	};
}

// src/release/delivery/changes.ts
/**
* The changes of one service in one environment. A change is a release whose new version had traffic of users: one that was refused,
* or never became ready, changed nothing for them. One that is still on its way is left out.
*
* @param all every run of that service and environment, in any order
*/
function changesOf(all) {
	const runs = all.toSorted((a, b) => a.startedAt - b.startedAt || (a.run < b.run ? -1 : 1));
	const signs = /* @__PURE__ */ new Map();
	for (const sign of runs.flatMap((run) => signsOf(run, runs))) signs.set(sign.change, [...signs.get(sign.change) ?? [], sign]);
	return runs.flatMap((run) => {
		const at = momentOf(run);
		return at === null ? [] : [{
			run,
			at,
			failure: failureOf(signs.get(run.run) ?? [])
		}];
	});
}
function momentOf(run) {
	if (run.kind !== "release" || run.someAt === null) return null;
	return run.allAt ?? run.backAt ?? (run.end.kind === "finished" ? run.end.at : null);
}
function signsOf(run, runs) {
	if (run.kind === "rollback") {
		if (run.backAt === null) return [];
		const change = broughtBefore(runs, run.version, run.startedAt);
		return change === null ? [] : [{
			change: change.run,
			by: "rollback",
			from: run.startedAt,
			restoredAt: run.restoredAt
		}];
	}
	if (run.someAt === null) return [];
	return [...run.backAt === null ? [] : [{
		change: run.run,
		by: "itself",
		from: run.signAt ?? run.backAt,
		restoredAt: run.restoredAt
	}], ...hotfixSign(run, runs)];
}
/** A hotfix says that what it replaces had failed, if that came as a release; over a version that was gone back to it says nothing new. */
function hotfixSign(run, runs) {
	if (!run.hotfix || run.other === null) return [];
	const change = broughtBefore(runs, run.other, run.startedAt);
	if (change === null) return [];
	const begun = change.someAt ?? 0;
	const wentBack = runs.some((one) => one.other === run.other && one.run !== change.run && within(one.restoredAt, begun, run.startedAt) && !wasHotfix(one, runs));
	const restoredAt = run.backAt === null ? run.allAt : null;
	return wentBack ? [] : [{
		change: change.run,
		by: "hotfix",
		from: run.startedAt,
		restoredAt
	}];
}
/** Was what a run went back from a hotfix? Then what it went back to is as bad as before. */
function wasHotfix(run, runs) {
	return run.kind === "release" ? run.hotfix : broughtBefore(runs, run.version, run.startedAt)?.hotfix ?? false;
}
function within(moment, from, to) {
	return moment !== null && moment >= from && moment <= to;
}
/** The newest release of a version that had traffic by then. */
function broughtBefore(runs, version, by) {
	return runs.filter((run) => run.kind === "release" && run.version === version && run.someAt !== null && run.someAt <= by).toSorted((a, b) => (a.someAt ?? 0) - (b.someAt ?? 0)).at(-1) ?? null;
}
/** One failure per change: it begins with the earliest sign and ends with the earliest restoration. */
function failureOf(signs) {
	const first = signs.toSorted((a, b) => a.from - b.from)[0];
	if (first === void 0) return null;
	const restored = signs.flatMap(({ restoredAt }) => restoredAt === null ? [] : [restoredAt]).toSorted((a, b) => a - b);
	return {
		by: first.by,
		from: first.from,
		restoredAt: restored[0] ?? null
	};
}

// src/release/delivery/spread.ts
/** By nearest rank: each figure is one of the values, none is made up between two. Pure. */
function spreadOf(values, why) {
	const sorted = values.toSorted((a, b) => a - b);
	const rank = (p) => sorted[Math.ceil(p * sorted.length) - 1];
	const [median, p90] = [rank(.5), rank(.9)];
	if (median === void 0 || p90 === void 0) return {
		kind: "unknown",
		n: 0,
		why
	};
	return {
		kind: "known",
		n: sorted.length,
		medianMs: median,
		p90Ms: p90
	};
}

// src/release/delivery/counts.ts
const WEEK_MS = 6048e5;
const DAY_MS$1 = 864e5;
/** @param all every run of one service in one environment, also those outside of the window */
function countDeliveries(all, of, window) {
	const inside = (at) => at !== null && at >= window.since && at < window.until;
	const everything = changesOf(all);
	const changes = everything.filter(({ at }) => inside(at));
	const deployed = changes.filter(({ run }) => run.allAt !== null);
	const failed = changes.filter(({ failure }) => failure !== null);
	const takenBack = failed.filter(({ failure }) => failure?.by === "itself");
	const late = takenBack.filter(({ run }) => run.allAt !== null).length;
	const begin = all.length === 0 ? null : Math.min(...all.map(({ startedAt }) => startedAt));
	const leads = deployed.flatMap(({ run }) => run.allAt === null || run.committedAt === null ? [] : [run.allAt - run.committedAt]);
	const restored = everything.flatMap(({ failure }) => failure !== null && inside(failure.restoredAt) ? [failure.restoredAt - failure.from] : []);
	return {
		...of,
		journalsBegin: begin === null ? null : new Date(begin).toISOString(),
		runs: {
			release: outcomes(all, "release", inside),
			rollback: outcomes(all, "rollback", inside)
		},
		underWay: all.flatMap(({ run, kind, version, end }) => end.kind === "open" ? [{
			run,
			kind,
			version,
			state: end.state
		}] : []),
		deployments: {
			n: deployed.length,
			first: deployed.filter(({ run }) => run.other === null).length,
			configuration: deployed.filter(({ run }) => run.configuration).length,
			hotfix: deployed.filter(({ run }) => run.hotfix).length,
			perWeek: perWeek(deployed.length, begin, window)
		},
		leadTime: {
			...spreadOf(leads.filter((ms) => ms >= 0), deployed.length === 0 ? "no deployment in this time" : "no deployment whose commit time was recorded"),
			withoutCommitTime: deployed.filter(({ run }) => run.committedAt === null).length,
			commitFromFuture: leads.filter((ms) => ms < 0).length
		},
		changes: {
			n: changes.length,
			failed: failed.length,
			takenBackEarly: takenBack.length - late,
			takenBackLate: late,
			wentBackFrom: failed.filter(({ failure }) => failure?.by === "rollback").length,
			mended: failed.filter(({ failure }) => failure?.by === "hotfix").length,
			failureRate: changes.length === 0 ? {
				kind: "unknown",
				why: "no release had traffic in this time"
			} : {
				kind: "known",
				value: failed.length / changes.length
			}
		},
		timeToRestore: {
			...spreadOf(restored, "nothing was restored in this time"),
			notRestored: failed.filter(({ run, failure }) => failure?.restoredAt === null && run.other !== null).length
		}
	};
}
/** Over the part of the window of which there are journals: what was before them is not known, and is not 0. */
function perWeek(n, begin, { since, until }) {
	if (begin === null || begin >= until) return {
		kind: "unknown",
		why: "no journal of this time"
	};
	const covered = until - Math.max(since, begin);
	if (covered < DAY_MS$1) return {
		kind: "unknown",
		why: "the journals cover less than a day of this time"
	};
	return {
		kind: "known",
		value: n * WEEK_MS / covered
	};
}
function outcomes(all, kind, inside) {
	const counted = {};
	for (const { kind: own, end } of all) {
		if (own !== kind || end.kind !== "finished" || !inside(end.at)) continue;
		const outcome = end.preemptedBy === null ? end.outcome : "taken over";
		counted[outcome] = (counted[outcome] ?? 0) + 1;
	}
	return counted;
}

// src/release/delivery/facts.ts
const recordSchema = looseObject({
	release: looseObject({
		service: string(),
		version: string(),
		commitTime: datetime().optional()
	}),
	unit: unknown$3(),
	configCommit: string().optional(),
	configCommitTime: datetime().optional()
});
/** As far as counting needs them: what other versions of this program record besides does not matter here. */
const inputsSchema = looseObject({
	candidate: recordSchema,
	stable: recordSchema.nullable(),
	why: string()
});
/** `hotfix: …` at the beginning of the reason is how people say that a release mends the one before it. */
const HOTFIX = /^hotfix\b/i;
/** Null: no release and no rollback (a build, a runbook), or inputs of a form that is not known. */
function deliveryOf(run, entries) {
	const story = emptyMoments();
	for (const entry of entries) advance(story, entry);
	const { started } = story;
	if (started === null) return null;
	const { candidate, stable, why } = started.inputs;
	const configured = candidate.configCommit !== void 0;
	const committed = configured ? candidate.configCommitTime : candidate.release.commitTime;
	const onlyFiles = candidate.unit === null;
	const someAt = onlyFiles ? story.filesAt : story.someAt ?? story.allAt;
	return {
		run,
		kind: started.kind,
		service: candidate.release.service,
		environment: started.environment,
		version: candidate.release.version,
		other: stable?.release.version ?? null,
		configuration: configured,
		hotfix: started.kind === "release" && HOTFIX.test(why),
		committedAt: committed === void 0 ? null : Date.parse(committed),
		startedAt: started.at,
		end: story.end,
		someAt,
		allAt: onlyFiles ? story.filesAt : story.allAt,
		backAt: story.backAt,
		signAt: story.backAt === null ? null : story.signAt,
		restoredAt: onlyFiles || stable?.unit === null ? story.filesBackAt : story.restoredAt
	};
}
function emptyMoments() {
	return {
		started: null,
		end: {
			kind: "open",
			state: "running"
		},
		someAt: null,
		allAt: null,
		filesAt: null,
		signAt: null,
		backAt: null,
		carriedAt: null,
		restoredAt: null,
		filesBackAt: null
	};
}
/** Does a record of this type say anything about a delivery? Most of a journal is samples, and none of them does. */
function counts(type) {
	return /^(?:run|step)\./.test(type) || type === "analysis.verdict";
}
function advance(story, { record, payload: data }) {
	const at = Date.parse(record.time);
	if (!counts(record.type)) return;
	if (record.type.startsWith("step.") && isWayBack(record.node)) story.backAt ??= at;
	const parsed = payloadSchema.safeParse({
		type: record.type,
		data: data ?? null
	});
	const payload = parsed.success ? parsed.data : null;
	if (record.type === "step.done") stepDone(story, record.node, at, payload);
	if (payload !== null) advancePayload(story, payload, at);
}
function advancePayload(story, payload, at) {
	switch (payload.type) {
		case "run.started": {
			const { procedure, environment } = payload.data;
			const inputs = inputsSchema.safeParse(procedure.inputs);
			if (!inputs.success || procedure.id !== "release" && procedure.id !== "rollback") return;
			story.started = {
				kind: procedure.id,
				environment,
				at,
				inputs: inputs.data
			};
			return;
		}
		case "run.paused":
			if (payload.data.asked !== void 0) return;
			story.end = {
				kind: "open",
				state: payload.data.reason === "waiting" ? "waiting" : "paused"
			};
			return;
		case "run.resumed":
			if (payload.data.asked !== void 0) return;
			story.end = {
				kind: "open",
				state: "running"
			};
			return;
		case "run.finished": {
			const { outcome, preemptedBy = null } = payload.data;
			story.end = {
				kind: "finished",
				outcome,
				at,
				preemptedBy
			};
			return;
		}
		case "analysis.verdict":
			if (payload.data.answer === "fail") story.signAt ??= at;
			return;
		case "step.failed":
			if (payload.data.final) story.signAt ??= at;
			return;
		case "step.intent":
			if (payload.data.what === "undo") story.backAt ??= at;
			return;
		default: return;
	}
}
function stepDone(story, node, at, payload) {
	const moment = trafficMoment(node);
	const id = node.slice(node.lastIndexOf("/") + 1);
	if (isWayBack(node) && id.startsWith("back-")) story.filesBackAt = at;
	else if (id.startsWith("switch-")) story.filesAt = at;
	switch (moment) {
		case "some":
			story.someAt ??= at;
			return;
		case "all":
			story.allAt ??= at;
			return;
		case "back":
			story.carriedAt ??= at;
			return;
		case "all-back": {
			const nothingLeft = payload?.type === "step.done" && payload.data.results.length === 0;
			story.restoredAt ??= nothingLeft ? story.carriedAt ?? at : at;
			return;
		}
		case null: return;
	}
}

// src/release/delivery/stats.ts
/** Delivery counts from the journals of a state directory. Only reads. */
async function deliveryStats(store, query) {
	const { runs, damaged } = await readDeliveries(store);
	const wanted = runs.filter((run) => (query.environment === void 0 || run.environment === query.environment) && (query.service === void 0 || run.service === query.service));
	const counted = [...Map.groupBy(wanted, ({ service, environment }) => JSON.stringify([service, environment])).values()].map((group) => countsOf(group, query));
	return {
		since: new Date(query.since).toISOString(),
		until: new Date(query.until).toISOString(),
		counts: counted.toSorted((a, b) => compare(a.service, b.service) || compare(a.environment, b.environment)),
		damaged
	};
}
function countsOf(group, window) {
	const { service = "", environment = "" } = group[0] ?? {};
	return countDeliveries(group, {
		service,
		environment
	}, window);
}
function compare(a, b) {
	return a < b ? -1 : a > b ? 1 : 0;
}
/** What every journal says of a delivery. One that is torn counts up to its last whole record, one that is broken up to the break. */
async function readDeliveries(store) {
	const runs = [];
	const damaged = [];
	for (const name of await namesIn$1(runsDirectory(store))) {
		const run = decodeURIComponent(name);
		try {
			const skimmed = await skimRun(store, run, counts);
			if (skimmed === void 0) continue;
			const { entries, broken, tornBytes } = skimmed;
			if (broken !== void 0) damaged.push({
				run,
				why: `record ${broken.seq}: ${broken.why}`
			});
			else if (tornBytes > 0) damaged.push({
				run,
				why: `${tornBytes} bytes of an unfinished record at its end`
			});
			const delivery = deliveryOf(run, entries);
			if (delivery !== null) runs.push(delivery);
		} catch (error) {
			damaged.push({
				run,
				why: error instanceof Error ? error.message.split("\n")[0] ?? "" : String(error)
			});
		}
	}
	return {
		runs,
		damaged
	};
}

// src/announce/checks.ts
/** Does each Alertmanager answer? A webhook is not asked: a request to it would be an announcement. */
function alertmanagerChecks({ urls, authorization, http, timeoutMs }) {
	return urls.map((url) => ({
		id: "announce.alertmanager",
		title: `Alertmanager at ${url}`,
		look: async (signal) => {
			const header = authorization();
			const answer = await http.get(`${url.replace(/\/$/, "")}/api/v2/status`, {
				timeoutMs,
				signal,
				...header === null ? {} : { headers: { authorization: header } }
			});
			if (answer.kind === "answer" && answer.status === 200) return {
				state: "ok",
				found: "answers"
			};
			return {
				state: "failed",
				found: answer.kind === "answer" ? `status ${answer.status}` : answer.reason,
				expected: "status 200: else nobody hears of an open gate or a rollback",
				mend: `curl -sS ${url.replace(/\/$/, "")}/-/ready; then announce.alertmanager.urls in shiplock.yaml`
			};
		}
	}));
}

// src/build/checks.ts
/** Programs that build the components. */
async function goChecks(name, source, race, exec) {
	const text = await readFile(join(source, "go.mod"), "utf8").catch(() => void 0);
	const file = {
		id: `build.${name}`,
		title: `Sources of ${name}`,
		look: async () => text === void 0 ? {
			state: "failed",
			found: `no go.mod in ${source}`,
			expected: "a Go module",
			mend: `change components.${name}.source, or run go mod init there`
		} : {
			state: "ok",
			found: source
		}
	};
	const least = leastGo(text ?? "");
	const go = programCheck(exec, {
		program: "go",
		version: {
			args: ["env", "GOVERSION"],
			least
		},
		why: `builds ${name}`,
		mend: `get Go ${least} or newer from https://go.dev/dl/`,
		...text === void 0 ? {} : { cwd: source }
	});
	const checks = [file, {
		...go,
		id: `${go.id}.${name}`
	}];
	return race === "never" || text === void 0 ? checks : [...checks, raceCheck(name, source, race, exec)];
}
/** Can tests run with the race detector here? */
function raceCheck(name, source, race, exec) {
	return {
		id: `race.${name}`,
		title: `Race detector for the tests of ${name}`,
		look: async (signal) => {
			const why = await noRaceDetector(await readToolchain(source, exec, signal), {
				exec,
				signal
			});
			if (why === null) return {
				state: "ok",
				found: "there is a C compiler"
			};
			return {
				state: race === "always" ? "failed" : "warning",
				found: why,
				expected: "tests with the race detector",
				mend: `install gcc or clang, or set components.${name}.test.race: never`
			};
		}
	};
}
/** Does the registry answer, and may we read the repository of the image there? */
function imageCheck(name, lookup) {
	const { image, registry } = lookup;
	return {
		id: `build.${name}`,
		title: `Registry of ${image}`,
		look: async (signal) => registryAnswer(name, image, await askRegistry(lookup, `${registry}/v2/${nameOf$1(image)}/tags/list?n=1`, signal))
	};
}
/** May we push the image of a component there? What a registry lets us write shows only when we write, so this looks whether it answers us. */
function pushCheck(name, lookup) {
	const { image, registry } = lookup;
	return {
		id: `build.${name}.image`,
		title: `Registry of ${image}`,
		look: async (signal) => {
			const { status } = await askRegistry(lookup, `${registry}/v2/${nameOf$1(image)}/tags/list?n=1`, signal);
			if (status === 200) return {
				state: "ok",
				found: "it answers, and we may read the repository"
			};
			if (status === 404) return {
				state: "ok",
				found: "it answers; the first push makes the repository"
			};
			return {
				state: "failed",
				found: `it answers with status ${status}`,
				expected: "that we may read the repository",
				mend: `mend components.${name}.image.authorization; with the same account: docker pull ${image}:TAG`
			};
		}
	};
}
/** Pure. */
function registryAnswer(name, image, { status }) {
	if (status === 200) return {
		state: "ok",
		found: "it answers, and we may read the repository"
	};
	if (status === 404) return {
		state: "warning",
		found: "it answers, and has no such repository yet",
		expected: "a repository with an image that can be released",
		mend: `push one: docker push ${image}:TAG`
	};
	return {
		state: "failed",
		found: `it answers with status ${status}`,
		expected: "that we may read the repository",
		mend: `mend components.${name}.authorization; with the same account: docker pull ${image}:TAG`
	};
}
/** What checks and tests a client script. */
function scriptChecks(name, { source, check, test }, exec) {
	const [tests] = test ?? [];
	const programs = [...check === null ? [] : ["shellcheck"], ...tests === void 0 ? [] : [tests]];
	return [...new Set(programs)].map((program) => {
		const one = programCheck(exec, {
			program,
			why: program === "shellcheck" ? `checks ${name}` : `tests ${name}`,
			mend: `install ${program}, or change components.${name}.${program === "shellcheck" ? "check" : "test"}`,
			cwd: source
		});
		return {
			...one,
			id: `${one.id}.${name}`
		};
	});
}
/** The first word of the build command, and npm where packages are installed first. */
async function staticChecks(name, source, build, exec) {
	const [program] = build ?? [];
	if (program === void 0) return [];
	const locked = await readFile(join(source, "package-lock.json")).then(() => true, () => false);
	return [.../* @__PURE__ */ new Set([...locked ? ["npm"] : [], program])].map((one) => {
		const check = programCheck(exec, {
			program: one,
			why: `builds ${name}`,
			mend: one === "npm" || one === "node" || one === "npx" ? "get Node.js from https://nodejs.org" : `install ${one}, or change components.${name}.build`,
			cwd: source
		});
		return {
			...check,
			id: `${check.id}.${name}`
		};
	});
}

// src/gitops/checks.ts
/** Can the repository that names what serves be read, and is its branch there? Whether it takes a push shows only a push. */
function gitopsChecks(place, exec) {
	const { repository, branch } = place;
	return [{
		id: "gitops.repository",
		title: `GitOps repository ${repository}, branch ${branch}`,
		look: async (signal) => {
			const { address } = unwrap(locate(repository, place.workDir, place.baseDir ?? "."));
			const argv = git("/nonexistent", "ls-remote", "--heads", "--", address, `refs/heads/${branch}`);
			return branchAnswer$3(branch, address, await exec.read(argv, {
				timeoutMs: 4e3,
				signal
			}));
		}
	}];
}
/** Pure. */
function branchAnswer$3(branch, address, { exitCode, stdout, stderr }) {
	const head = /^[0-9a-f]{40,64}/.exec(stdout)?.[0];
	if (exitCode === 0 && head !== void 0) return {
		state: "ok",
		found: `readable, at ${head.slice(0, 12)}`
	};
	if (exitCode === 0) return {
		state: "failed",
		found: `no branch ${branch}`,
		expected: "the branch that gitops.branch names",
		mend: `git push ${address} HEAD:refs/heads/${branch}, from a clone of it; or change gitops.branch`
	};
	return {
		state: "failed",
		found: stderr.trim().split("\n")[0] ?? `git ended with ${exitCode}`,
		expected: "a repository that this machine can read",
		mend: `git ls-remote ${address}`
	};
}

// src/metrics/checks.ts
/** Does Prometheus answer every query that the analysis asks it? */
function prometheusChecks(url, metrics) {
	return [{
		id: "metrics.prometheus",
		title: `Prometheus at ${url}`,
		look: async (signal) => prometheusAnswer(url, await metrics.sample(signal))
	}];
}
/** Pure. An empty answer is a warning: before the first release there is nothing to count. */
function prometheusAnswer(url, counters) {
	const expected = "two counts per version and metric, as metrics.prometheus asks for them";
	if (counters.kind === "missing") {
		const silent = /no answer|ECONN|fetch failed|status [45]\d\d/i.test(counters.reason);
		return {
			state: silent ? "failed" : "warning",
			found: counters.reason,
			expected,
			mend: silent ? `curl -sS ${url}/-/ready` : "try the queries of metrics.prometheus in its web page; before the first release nothing is counted yet"
		};
	}
	const missing = counters.missing ?? [];
	if (missing.length === 0) return {
		state: "ok",
		found: `answers, ${counters.servers.length} series`
	};
	return {
		state: "warning",
		found: missing.map(({ metric, reason }) => `${metric}: ${reason}`).join("; "),
		expected,
		mend: "try the queries of these metrics in the web page of Prometheus"
	};
}

// src/migrate/checks.ts
/** What migrations need: a server that answers, of the family that is configured, and a look at what is applied. */
function databaseChecks(options) {
	return [{
		id: "database.server",
		title: "Database",
		look: async () => serverAnswer(options.engine, (await (await options.database()).look()).server)
	}];
}
/** Pure. */
function serverAnswer(engine, { family, version }) {
	if (family === engine) return {
		state: "ok",
		found: `${family} ${version} answers`
	};
	return {
		state: "failed",
		found: `${family} ${version}`,
		expected: `${engine}, as database.engine says: the two do not change tables alike`,
		mend: `write \`engine: ${family}\` under \`database:\`, or point database.dsn at the right server`
	};
}

// src/platform/checks.ts
/** Ports that are tried: enough to know, and quick also for ten thousand. */
const TRIED = 64;
/** What a host of local processes needs. */
function platformChecks({ root, ports, replicas, exec, observe }) {
	const utilLinux = (program, why) => programCheck(exec, {
		program,
		why,
		mend: "sudo apt-get install util-linux"
	});
	return [
		directoryCheck("platform.root", "Directory of the platform", root),
		spaceCheck("platform.space", "the platform", root),
		utilLinux("flock", "keeps two commands from changing one host at once"),
		{
			id: "platform.ports",
			title: `Ports of the instances, ${ports.first}-${ports.last}`,
			look: async (signal) => {
				const ours = (await observe(signal)).instances.length;
				const size = ports.last - ports.first + 1;
				const tried = Array.from({ length: Math.min(size, TRIED) }, (_, index) => ports.first + index);
				const taken = (await Promise.all(tried.map((port) => whyNotFree("127.0.0.1", port)))).filter((why) => why !== void 0).length;
				return portsAnswer({
					size,
					tried: tried.length,
					taken,
					ours,
					replicas
				});
			}
		},
		{
			id: "platform.instances",
			title: "Instances",
			look: async (signal) => instancesAnswer(await observe(signal))
		}
	];
}
/** Pure. A release needs a port per instance and one per guard beside those of the version that serves. */
function portsAnswer({ size, tried, taken, ours, replicas }) {
	const needed = 2 * replicas + 2;
	const free = tried < size ? size - taken : tried - taken;
	if (free >= needed) return {
		state: "ok",
		found: `${free} free of ${size}`
	};
	return {
		state: "failed",
		found: `${free} free of ${size}, with ${ours} instances of ours`,
		expected: `${needed} free: one per new instance and one per guard, for ${replicas} replicas`,
		mend: "widen platform.ports in shiplock.yaml"
	};
}
/** Pure. */
function instancesAnswer({ instances }) {
	const ill = instances.filter(({ state }) => state !== "ready");
	const [first] = ill;
	if (first === void 0) return {
		state: "ok",
		found: `${instances.length} run and are ready`
	};
	return {
		state: "warning",
		found: `${ill.length} of ${instances.length} not ready: ${first.instance} is ${first.state} ${first.detail}`.trimEnd(),
		expected: "instances that are ready",
		mend: "read its log: shared/log below its directory in the platform; `shiplock status` lists all of them"
	};
}

// src/traffic/checks.ts
/** Versions from which on everything the routers ask of the proxy is there. */
const PROXIES = {
	haproxy: {
		args: ["-v"],
		least: "2.4"
	},
	nginx: {
		args: ["-v"],
		least: "1.20"
	}
};
/** What the proxy needs: its program, a place for its files, its address. */
function trafficChecks({ kind, directory, bind, exec, observe }) {
	return [
		programCheck(exec, {
			program: kind,
			version: PROXIES[kind],
			why: "gives each version its share",
			mend: `sudo apt-get install ${kind}`
		}),
		directoryCheck("traffic.directory", "Directory of the proxy", directory),
		{
			id: "traffic.bind",
			title: `Address of the proxy, ${bind}`,
			look: async (signal) => {
				if ((await observe(signal)).kind === "observed") return bindAnswer(bind, true, void 0);
				const { host, port } = addressOf(bind);
				return bindAnswer(bind, false, await whyNotFree(host, port));
			}
		}
	];
}
/** Pure. `busy`: why nobody else can listen there. */
function bindAnswer(bind, ours, busy) {
	if (ours) return {
		state: "ok",
		found: "our proxy answers"
	};
	if (busy === void 0) return {
		state: "ok",
		found: "free: the next release starts the proxy"
	};
	const { port } = addressOf(bind);
	return {
		state: "failed",
		found: busy === "taken" ? `another program listens on ${bind}` : busy,
		expected: "our proxy, or nobody",
		mend: busy === "taken" ? `see which: ss -ltnp 'sport = :${port}'; end it, or change traffic.bind` : "change traffic.bind; ports below 1024 need root or CAP_NET_BIND_SERVICE"
	};
}
function addressOf(bind) {
	const cut = bind.lastIndexOf(":");
	const host = bind.slice(0, cut).replace(/^\[|\]$/g, "");
	return {
		host: host === "" || host === "*" ? "0.0.0.0" : host,
		port: Number(bind.slice(cut + 1))
	};
}

// src/release/attest/checks.ts
/** Would what is signed here count in an environment? */
function attestChecks(service, environment) {
	const { signing } = service.config.service;
	if (signing === void 0) return [];
	const { secret } = signing.key;
	return [{
		id: "attest.key",
		title: "Key that signs what is built here",
		look: async (signal) => {
			const { keyIdOf, privateKeyFrom } = await import("./shared-keys.js");
			const pem = pemIn(service, secret);
			if (pem === void 0) return notInReach(secret);
			const keyId = keyIdOf(unwrap(privateKeyFrom(pem, `secret ${secret}`)));
			const { trust } = await readRules(service, environment, { signal });
			return keyAnswer(keyId, trust?.keys ?? null, service.clock.now());
		}
	}];
}
function pemIn({ secrets }, secret) {
	try {
		return secrets.get(secret).replaceAll("\\n", "\n");
	} catch (error) {
		if (error instanceof ProblemError) return void 0;
		throw error;
	}
}
function notInReach(secret) {
	return {
		state: "warning",
		found: `no key behind ${secret}: nothing can be signed here`,
		expected: "the key, or a machine that has it and signs first",
		mend: "shiplock attest where the key is kept; or put it behind this reference"
	};
}
/** Pure. @param trusted keys of the policy; null: it asks for no attestation */
function keyAnswer(keyId, trusted, now) {
	const short = keyId.slice(0, 16);
	if (trusted === null) return {
		state: "ok",
		found: `${short}; the policy asks for no attestation here`
	};
	const known = trusted.find((one) => one.keyId === keyId);
	const why = known === void 0 ? "which the policy does not trust" : known.revoked !== null ? `which was revoked: ${known.revoked}` : known.untilMs !== null && known.untilMs < now ? `whose time ended on ${new Date(known.untilMs).toISOString()}` : void 0;
	if (known !== void 0 && why === void 0) return {
		state: "ok",
		found: `${short}, trusted as ${known.name}`
	};
	return {
		state: "failed",
		found: `${short}, ${why ?? ""}`,
		expected: `one of ${trusted.map(({ name }) => name).join(", ")}`,
		mend: "add its public half under policy.trusted on the protected branch, or sign with another key"
	};
}

// src/release/manifests/forge-checks.ts
function gitopsForgeChecks({ branch, by, forge: settings }, open, eachMs) {
	const { repository, app } = settings;
	const patienceMs = Math.max(500, eachMs - 500);
	const forge = (signal) => open({
		signal,
		patienceMs
	});
	return [
		{
			id: "gitops.forge",
			title: `${repository} at ${settings.api}, as ${app === void 0 ? "the owner of a token" : `App ${app.id}`}`,
			look: async (signal) => rightsAnswer(await (await forge(signal)).rights.granted(), {
				repository,
				by
			})
		},
		{
			id: "gitops.forge.branch",
			title: `Rules of the branch ${branch} of ${repository}`,
			look: async (signal) => {
				const { rules, commits, rights } = await forge(signal);
				await rights.granted();
				if (await commits.head(branch) === void 0) return noBranch(repository, branch);
				return branchAnswer$2(await rules.branch(branch), {
					repository,
					branch,
					by
				});
			}
		},
		{
			id: "gitops.forge.bypass",
			title: `A way back past the rules of ${branch} of ${repository}`,
			look: async (signal) => bypassAnswer(await (await forge(signal)).rules.branch(branch), {
				repository,
				branch
			})
		}
	];
}
const FOR_PUSHES = { contents: "read" };
const FOR_REQUESTS = {
	contents: "write",
	pull_requests: "write",
	checks: "read",
	statuses: "read"
};
/** Pure. */
function rightsAnswer(granted, { repository, by }) {
	if (granted === null) return {
		state: "ok",
		found: "readable; what this token may write shows only when it writes"
	};
	const needed = by === "pull-request" ? FOR_REQUESTS : FOR_PUSHES;
	const missing = Object.entries(needed).filter(([name, least]) => granted[name] === void 0 || least === "write" && granted[name] === "read");
	if (missing.length === 0) return {
		state: "ok",
		found: "the App is installed and may do what a release does"
	};
	const words = missing.map(([name, least]) => `${name}: ${least}`).join(", ");
	return {
		state: "failed",
		found: `an App without ${words}`,
		expected: Object.entries(needed).map(([name, least]) => `${name}: ${least}`).join(", "),
		mend: `give the App ${words} in its settings, and accept that in the installation of ${repository}`
	};
}
function noBranch(repository, branch) {
	return {
		state: "failed",
		found: `no branch ${branch}`,
		expected: "the branch that gitops.branch names",
		mend: `push it to ${repository}, or change gitops.branch`
	};
}
/** Pure. */
function branchAnswer$2(rules, { repository, branch, by }) {
	const open = [...rules.forcePushes === "allowed" ? ["its history may be rewritten"] : [], ...rules.deletions === "allowed" ? ["it may be deleted"] : []];
	const unreviewed = by === "pull-request" && rules.approvals === 0 && rules.requiredChecks.length === 0;
	const wanted = ["non_fast_forward", "deletion"];
	if (open.length > 0) return {
		state: "failed",
		found: open.join(", and "),
		expected: "a branch whose history nobody rewrites",
		mend: rulesetCommand({
			repository,
			branch
		}, wanted)
	};
	if (unreviewed) return {
		state: "warning",
		found: "a pull request is merged without anybody having looked at it: no review and no check is required",
		expected: "a rule that requires reviews or checks, since releases come by pull request",
		mend: rulesetCommand({
			repository,
			branch
		}, [...wanted, "pull_request"])
	};
	if (rules.forcePushes === "unknown" || rules.deletions === "unknown") return {
		state: "warning",
		found: "we may not see whether its history can be rewritten",
		expected: "administration: read, which shows the protection of branches",
		mend: "give the App administration: read, or look at the rules yourself"
	};
	return {
		state: "ok",
		found: `no forced push, no deletion, ${[`${rules.approvals} approvals`, `${rules.requiredChecks.length} checks required`].join(", ")}`
	};
}
/** May somebody push past the reviews? A way back waits for none. Pure. */
function bypassAnswer({ approvals, requiredChecks, updates, bypass }, where) {
	if (approvals === 0 && requiredChecks.length === 0 && updates !== "restricted") return {
		state: "ok",
		found: "no rule stands against a push"
	};
	const expected = "the account that pushes for us may pass the rules: a way back waits for no review";
	const mend = `add it to the bypass list of the ruleset, as always allowed: settings of ${where.repository}, Rules`;
	if (bypass === "unknown") return {
		state: "warning",
		found: `we may not see who may pass the rules of ${where.branch}`,
		expected,
		mend
	};
	const always = bypass.filter((one) => one.always);
	if (always.length === 0) return {
		state: "failed",
		found: "nobody may push past reviews and checks",
		expected,
		mend
	};
	return {
		state: "ok",
		found: always.map(({ kind, id }) => `${kind} ${id ?? ""}`.trimEnd()).join(", ")
	};
}
/** A command that makes a ruleset; with a review where one is wanted. Pure. */
function rulesetCommand({ repository, branch }, types) {
	const review = {
		required_approving_review_count: 1,
		dismiss_stale_reviews_on_push: true,
		require_code_owner_review: false,
		require_last_push_approval: false,
		required_review_thread_resolution: false
	};
	const ruleset = {
		name: `shiplock ${branch}`,
		target: "branch",
		enforcement: "active",
		conditions: { ref_name: {
			include: [`refs/heads/${branch}`],
			exclude: []
		} },
		rules: types.map((type) => type === "pull_request" ? {
			type,
			parameters: review
		} : { type })
	};
	return `echo '${JSON.stringify(ruleset).replaceAll("'", "'\\''")}' | gh api -X POST repos/${repository}/rulesets --input -`;
}

// src/release/callers/place.ts
const GIT_MS = 4e3;
/** As a job of the forge says it; elsewhere by the remote `origin`. */
async function placeAtForge({ door, exec, baseDir }) {
	const { env } = door;
	const read = async (...args) => {
		const ran = await exec.read([
			"git",
			"-C",
			baseDir,
			...args
		], { timeoutMs: GIT_MS });
		return ran.exitCode === 0 ? ran.stdout.trim() : "";
	};
	const remote = remoteOf(await read("remote", "get-url", "origin"));
	const repository = env["GITHUB_REPOSITORY"] ?? remote?.repository;
	const api = env["GITHUB_API_URL"] ?? remote?.api;
	if (repository === void 0 || api === void 0) return unknown$2("no remote `origin` at a forge", "a clone of the repository", "git remote add origin https://github.com/OWNER/NAME.git");
	const token = env["SHIPLOCK_FORGE_TOKEN"] ?? env["GH_TOKEN"] ?? env["GITHUB_TOKEN"];
	if (token === void 0 || token === "") return unknown$2(`no token in GH_TOKEN: nobody has looked what ${repository} has`, "a token that may see the settings of the repository", "GH_TOKEN=$(gh auth token) shiplock doctor");
	return {
		kind: "known",
		at: {
			api,
			repository,
			branch: (await read("symbolic-ref", "--short", "refs/remotes/origin/HEAD")).replace(/^origin\//, "") || "main",
			token
		}
	};
}
function unknown$2(found, expected, mend) {
	return {
		kind: "unknown",
		why: {
			state: "warning",
			found,
			expected,
			mend
		}
	};
}
/** `https://host/owner/name.git`, `git@host:owner/name.git`, `ssh://git@host/owner/name`. Null: a directory, or something else. Pure. */
function remoteOf(address) {
	const { host, path } = (/^(?:https?|ssh):\/\/(?:[^@/]+@)?(?<host>[\w.-]+)(?::\d+)?\/(?<path>[\w-]+\/[\w.-]+?)(?:\.git)?\/?$/.exec(address) ?? /^(?:[\w.-]+@)(?<host>[\w.-]+):(?<path>[\w-]+\/[\w.-]+?)(?:\.git)?$/.exec(address))?.groups ?? {};
	if (host === void 0 || path === void 0) return void 0;
	return {
		api: host === "github.com" ? "https://api.github.com" : `https://${host}/api/v3`,
		repository: path
	};
}

// src/release/callers/forge-checks.ts
/** What `shiplock doctor` looks at in the repository of the service at its forge: does each job of the callers find there what it needs? */
/** Secrets that our callers hand on, and the reference by which a configuration asks for each. */
const REFERENCES = {
	DATABASE_DSN: "env:SHIPLOCK_DATABASE_DSN",
	APPLICATION_DSN: "env:SHIPLOCK_APPLICATION_DSN"
};
/** Pure. */
function needsOf(jobs, { environment, references, teams }) {
	const environments = /* @__PURE__ */ new Map();
	const secrets = /* @__PURE__ */ new Map();
	const variables = /* @__PURE__ */ new Map();
	for (const job of jobs) {
		if (job.environment !== null && job.environment !== environment && !job.environment.includes("${{")) continue;
		const place = placeOf$2(job, environment);
		if (place !== null) environments.set(place, { waitsForNobody: job.workflow === "rollback" });
		for (const name of job.reads.secrets) {
			const reference = Object.hasOwn(REFERENCES, name) ? REFERENCES[name] : void 0;
			if ((reference === void 0 ? name !== "SHIPLOCK_TOKEN" || teams : references.includes(reference)) && name !== "GITHUB_TOKEN") secrets.set(`${place} ${name}`, {
				name,
				environment: place
			});
		}
		for (const name of job.reads.variables) variables.set(`${place} ${name}`, {
			name,
			environment: place
		});
	}
	return {
		environments,
		secrets: [...secrets.values()],
		variables: [...variables.values()]
	};
}
/** As the reusable workflows name it. */
function placeOf$2({ workflow, forgeEnvironment }, environment) {
	if (![
		"release",
		"promote",
		"migrate",
		"rollback",
		"runbook",
		"data-reset"
	].includes(workflow)) return null;
	if (forgeEnvironment !== null && !forgeEnvironment.includes("${{")) return forgeEnvironment;
	return workflow === "rollback" ? `${environment}-rollback` : environment;
}
/** Nothing where no workflow of the repository calls ours. */
async function callerChecks(service, environment, references, eachMs) {
	const callers = await callersAround(service.baseDir);
	if (callers.length === 0) return [];
	const chats = Object.values(service.config.service.policy?.environments ?? {}).flatMap(({ chat }) => chat ?? []);
	const needs = needsOf(callers.flatMap(({ jobs }) => jobs), {
		environment: environment.environment,
		references,
		teams: chats.some(({ teams }) => Object.keys(teams).length > 0)
	});
	const place = await placeAtForge(service);
	if (place.kind === "unknown") return [{
		id: "forge.repository",
		title: "Repository at the forge",
		look: async () => place.why
	}];
	return settingsChecks(place.at, needs, opened(service, place.at, eachMs));
}
function opened({ clock }, { api, repository, token }, eachMs) {
	const [owner = "", repo = ""] = repository.split("/");
	const patienceMs = Math.max(500, eachMs - 500);
	return async () => {
		const { openForge } = await import("./shared-forge.js");
		const credentials = {
			kind: "token",
			token
		};
		const ports = {
			clock,
			random: Math.random,
			signal: AbortSignal.timeout(eachMs)
		};
		return openForge({
			api,
			owner,
			repo,
			credentials,
			ports,
			patienceMs,
			answerMs: patienceMs
		});
	};
}
function settingsChecks(at, needs, open) {
	const { repository, branch } = at;
	const seen = once(async () => {
		const forge = await open();
		await forge.rights.granted();
		return forge;
	});
	const lists = /* @__PURE__ */ new Map();
	const listOf = (kind, place) => {
		const key = `${kind} ${place}`;
		const known = lists.get(key) ?? once(async () => (await seen()).settings[kind](place));
		lists.set(key, known);
		return known;
	};
	const environments = once(async () => (await seen()).settings.environments());
	return [
		{
			id: "forge.repository",
			title: `${repository} at ${at.api}`,
			look: async () => {
				await seen();
				return {
					state: "ok",
					found: "we may see it"
				};
			}
		},
		{
			id: "forge.branch",
			title: `Rules of the branch ${branch} of ${repository}`,
			look: async () => branchAnswer$1(await (await seen()).rules.branch(branch), at)
		},
		...[...needs.environments].map(([name, wanted]) => ({
			id: "forge.environment",
			title: `Environment ${name} of the forge`,
			look: () => unlessHidden("environments", at, async () => environmentAnswer({
				name,
				...wanted
			}, await environments(), at))
		})),
		...needs.secrets.map((one) => namedCheck("secret", one, at, listOf("secrets", one.environment))),
		...needs.variables.map((one) => namedCheck("variable", one, at, listOf("variables", one.environment)))
	];
}
/** Asked once, by whoever is first. */
function once(ask) {
	let answer;
	return () => {
		answer ??= ask();
		return answer;
	};
}
function namedCheck(kind, { name, environment }, at, list) {
	return {
		id: `forge.${kind}`,
		title: `The ${kind} ${name}${environment === null ? "" : `, in the environment ${environment}`}`,
		look: () => unlessHidden(`${kind}s`, at, async () => {
			if ((await list()).has(name)) return {
				state: "ok",
				found: "there"
			};
			const to = environment === null ? "" : ` --env ${environment}`;
			return {
				state: "failed",
				found: "kept nowhere: the job would get an empty text",
				expected: `a ${kind} of ${environment === null ? "" : "this environment, of "}the repository, or of its organisation`,
				mend: `gh ${kind} set ${name} --repo ${at.repository}${to}`
			};
		})
	};
}
/** Pure. */
function environmentAnswer({ name, waitsForNobody }, all, { repository }) {
	const path = `repos/${repository}/environments/${encodeURIComponent(name)}`;
	const found = all.find((one) => one.name.toLowerCase() === name.toLowerCase());
	if (found === void 0) return {
		state: "warning",
		found: "not there; GitHub makes one without rules when a job first names it",
		expected: "an environment that keeps the secrets of this place",
		mend: `gh api -X PUT ${path}`
	};
	if (waitsForNobody && found.reviewed) return {
		state: "failed",
		found: "somebody must review each job, and a rollback would wait for them",
		expected: "an environment without reviewers",
		mend: `echo '{"reviewers": null}' | gh api -X PUT ${path} --input -`
	};
	return {
		state: "ok",
		found: found.reviewed ? "there, with reviewers" : "there"
	};
}
/** The policy is read from this branch: whoever rewrites it decides who may do what. Pure. */
function branchAnswer$1({ forcePushes, deletions, approvals, requiredChecks }, at) {
	const wanted = [
		"non_fast_forward",
		"deletion",
		"pull_request"
	];
	if (forcePushes === "allowed" || deletions === "allowed") return {
		state: "failed",
		found: forcePushes === "allowed" ? "its history may be rewritten" : "it may be deleted",
		expected: "a branch whose history nobody rewrites: comments mean what it holds, and a policy is read from it",
		mend: rulesetCommand(at, wanted)
	};
	if (approvals === 0 && requiredChecks.length === 0) return {
		state: "warning",
		found: "who may push may change it without anybody having looked: no review and no check is required",
		expected: "a rule that requires reviews or checks",
		mend: rulesetCommand(at, wanted)
	};
	if (forcePushes === "unknown" || deletions === "unknown") return {
		state: "warning",
		found: "we may not see whether its history can be rewritten",
		expected: "administration: read, which shows the protection of branches",
		mend: `gh api repos/${at.repository}/branches/${encodeURIComponent(at.branch)}/protection, by somebody who administers it`
	};
	return {
		state: "ok",
		found: `no forced push, no deletion, ${approvals} approvals, ${requiredChecks.length} checks required`
	};
}
/** What we may not see is not missing: a warning. */
async function unlessHidden(what, at, look) {
	try {
		return await look();
	} catch (error) {
		const [problem] = error instanceof ProblemError ? error.problems : [];
		if (problem?.code !== "forge.forbidden") throw error;
		return {
			state: "warning",
			found: `we may not see the ${what} (${problem.found})`,
			expected: problem.expected,
			mend: `ask somebody who may: GH_TOKEN=$(gh auth token) shiplock doctor, logged in as one who administers ${at.repository}`
		};
	}
}

// src/gitops/edit/file.ts
/** Reads a manifest: a plain file in UTF-8 of a bearable size. @throws ProblemError */
async function openFile(name, path) {
	const real = await reading(name, () => realpath(path));
	const { size, kind } = await reading(name, async () => {
		const there = await stat(real);
		return {
			size: there.size,
			kind: there.isFile() ? "file" : there.isDirectory() ? "a directory" : "no plain file"
		};
	});
	if (kind !== "file") throw unreadable$2(name, kind);
	if (size > 4194304) throw problem$1("gitops.too-large", name, {
		found: `${size} bytes`,
		expected: `at most ${MAX_BYTES}`,
		remedy: "split the file, and keep what is changed apart from what is generated"
	});
	return {
		name,
		path: real,
		text: decode(name, await reading(name, () => readFile(real)))
	};
}
/**
* Puts another text into the file: whole or not at all. Mode and, for root, owner stay. What somebody else wrote meanwhile is not
* overwritten.
* @throws ProblemError
*/
async function saveFile({ name, path, text }, next) {
	let temporary;
	try {
		const { mode, uid, gid } = await lstat(path);
		temporary = await writeTemporary(path, next, mode & 4095);
		if (process.getuid?.() === 0 && (uid !== 0 || gid !== 0)) await chown(temporary, uid, gid, mode & 4095);
		if (decode(name, await readFile(path)) !== text) throw changed(name);
		await rename(temporary, path);
		await syncDirectory(dirname(path));
	} catch (error) {
		if (temporary !== void 0) await rm(temporary, { force: true });
		if (error instanceof ProblemError) throw error;
		throw problem$1("gitops.unwritable-file", name, {
			found: error instanceof Error ? error.message : String(error),
			expected: "a file that can be replaced, in a directory that may be written to",
			remedy: "check who may write there"
		});
	}
}
/** A change of the owner takes special bits of the mode away. */
async function chown(path, uid, gid, mode) {
	const handle = await open$1(path, "r+");
	try {
		await handle.chown(uid, gid);
		await handle.chmod(mode);
		await handle.sync();
	} finally {
		await handle.close();
	}
}
function decode(name, bytes) {
	try {
		return new TextDecoder("utf-8", {
			fatal: true,
			ignoreBOM: true
		}).decode(bytes);
	} catch (error) {
		if (!hasCode(error, "ERR_ENCODING_INVALID_ENCODED_DATA")) throw error;
		throw problem$1("gitops.not-utf8", name, {
			found: "bytes that are not UTF-8",
			expected: "YAML or JSON in UTF-8",
			remedy: "save the file as UTF-8"
		});
	}
}
async function reading(name, read) {
	try {
		return await read();
	} catch (error) {
		throw unreadable$2(name, error instanceof Error ? error.message : String(error));
	}
}
function unreadable$2(name, found) {
	return problem$1("gitops.unreadable-file", name, {
		found,
		expected: "a plain file that can be read",
		remedy: "check the path and who may read it; a file is not made up, since a wrong path is most often a slip"
	});
}
function changed(name) {
	return problem$1("gitops.changed-meanwhile", name, {
		found: "another text than a moment ago",
		expected: "that nobody else writes to it now",
		remedy: "run the same again: it reads the file anew"
	});
}
function problem$1(code, where, rest) {
	return new ProblemError({
		code,
		where,
		...rest
	});
}

// src/release/policy/checks.ts
/** Who is checked at gates: can the policy be read, and can somebody bend it? */
function policyChecks(service, environment) {
	const { exec, config, baseDir } = service;
	return [{
		id: "policy.readable",
		title: "Policy of the gates",
		look: async (signal) => {
			const policy = await readPolicy$1(service, environment, { signal });
			if (policy === null) return {
				state: "ok",
				found: "none: nobody is checked at gates"
			};
			const { place, commit } = policy.source;
			return {
				state: "ok",
				found: `${place} at ${commit.slice(0, 12)}, ${policy.people.length} people`
			};
		}
	}, ...config.service.people !== void 0 || config.service.policy !== void 0 ? [
		{
			id: "policy.pinned",
			title: "Place of the policy",
			look: async () => pinAnswer((await policyPlace(service))?.pinned ?? false, config.service.service)
		},
		{
			id: "policy.branch",
			title: "Branch of the policy",
			look: async (signal) => {
				const address = (await policyPlace(service))?.address ?? "";
				const path = isAbsolute(address) || address.startsWith(".") ? resolve(baseDir, address) : null;
				if (path === null) return branchAnswer(address, null);
				const argv = [
					"git",
					"-c",
					"safe.directory=*",
					"-C",
					path,
					"config",
					"--get",
					"receive.denyNonFastForwards"
				];
				const { stdout } = await exec.read(trusted(argv), {
					timeoutMs: 4e3,
					signal
				});
				return branchAnswer(path, stdout.trim() === "true");
			}
		},
		programCheck(exec, {
			program: "ssh-keygen",
			why: "checks signatures",
			mend: "sudo apt-get install openssh-client"
		})
	] : []];
}
/** Pure. */
function pinAnswer(pinned, service) {
	if (pinned) return {
		state: "ok",
		found: `fixed on this machine by ${PIN_FILE}`
	};
	return {
		state: "warning",
		found: "the place that shiplock.yaml names: who can edit the working copy can change it",
		expected: "a place that the administrator of this machine has fixed",
		mend: `as root: write {"formatVersion":1,"services":{"${service}":{"repository":"…"}}} to ${PIN_FILE}`
	};
}
/** Pure. `fastForwardOnly`: null where only the server knows. */
function branchAnswer(place, fastForwardOnly) {
	if (fastForwardOnly === null) return {
		state: "ok",
		found: `${place}; whether the forge protects the branch, git cannot tell: look at its rules`
	};
	if (fastForwardOnly) return {
		state: "ok",
		found: `${place} takes no forced push`
	};
	return {
		state: "warning",
		found: `${place} takes forced pushes`,
		expected: "a branch whose history nobody rewrites",
		mend: `git -C ${place} config receive.denyNonFastForwards true`
	};
}

// src/release/scan/checks.ts
/** Is everything on this machine that the scan of a release needs? Nothing where none is asked for. */
function scanChecks(service, environment) {
	const { config, configFile, exec, baseDir, door } = service;
	const rules = scanRulesOf(config, environment.environment, configFile);
	if (rules.demand === null) return [];
	return [{
		id: "scan.scanners",
		title: "Scanners",
		look: async () => {
			const { findProgram, programsIn, scanners } = await import("./shared-scan2.js");
			const path = door.env["PATH"] ?? "";
			return scannersAnswer(await Promise.all(programsIn(wantedIn(rules.config)).map(async (id) => ({
				id,
				install: scanners[id].install,
				there: await findProgram(scanners[id].program, path) !== null
			}))));
		}
	}, ...rules.config.history ? [{
		id: "scan.history",
		title: "History of the commits",
		look: async (signal) => {
			const argv = [
				"git",
				"-c",
				"safe.directory=*",
				"-C",
				baseDir,
				"rev-parse",
				"--is-shallow-repository"
			];
			const { stdout } = await exec.read(argv, {
				timeoutMs: 4e3,
				signal
			});
			return historyAnswer(stdout.trim() === "true");
		}
	}] : []];
}
/** One that is missing matters only where there is something for it, so it is a warning here. Pure. */
function scannersAnswer(looked) {
	const missing = looked.filter(({ there }) => !there);
	const found = looked.filter(({ there }) => there).map(({ id }) => id);
	const [first] = missing;
	if (first === void 0) return {
		state: "ok",
		found: found.join(", ")
	};
	return {
		state: "warning",
		found: `not on PATH: ${missing.map(({ id }) => id).join(", ")}`,
		expected: "each scanner for which there is something in the repository: a release is refused without it",
		mend: `${first.install}; or \`scan.scanners.${first.id}: off\` on the protected branch`
	};
}
/** Pure. */
function historyAnswer(shallow) {
	if (!shallow) return {
		state: "ok",
		found: "all commits are here"
	};
	return {
		state: "failed",
		found: "a repository without its older commits",
		expected: "the whole history: a release is scanned with it",
		mend: "git fetch --unshallow, or write `scan.history: false` on the protected branch"
	};
}

// src/release/doctor.ts
/** @param eachMs how long one check may take; all of them go side by side */
async function doctor(service, environments, eachMs) {
	const opened = environments.map((name) => unwrap(resolveEnvironment(service.config, name, { baseDir: service.baseDir })));
	return Promise.all(opened.map(async (environment) => ({
		environment: environment.environment,
		checks: await runChecks(await checksOf(service, environment, eachMs), service.clock, eachMs)
	})));
}
/** Every check that this configuration gives a reason for. */
async function checksOf(service, environment, eachMs) {
	const { store, exec, clock, door } = service;
	const { metrics, announce } = environment;
	const target = openTarget({
		...environment,
		database: null
	}, service);
	target.catch(() => void 0);
	const prometheus = metrics.prometheus;
	return [
		nodeCheck,
		programCheck(exec, {
			program: "git",
			version: {
				args: ["--version"],
				least: "2.30"
			},
			why: "tells which commit is released",
			mend: "sudo apt-get install git"
		}),
		...await componentChecks(service, environment),
		...await callerChecks(service, environment, secretsIn(environment), eachMs),
		...isInCluster(environment) ? clusterDoctor(environment, door.env, clock) : [],
		...isOnHosts(environment) ? hostsChecks(environment, exec, target) : [],
		...bucketDoctor(environment.buckets ?? [], service),
		...secretChecks(service, environment),
		...database(service, environment, eachMs),
		...prometheus === null ? [] : prometheusChecks(prometheus.url, prometheusMetrics({
			...prometheus,
			clock,
			http: httpClient
		})),
		...announce?.alertmanager == null ? [] : alertmanagerChecks({
			urls: announce.alertmanager.urls,
			authorization: () => textOf$1(service, announce.alertmanager?.authorization ?? null),
			http: httpClient,
			timeoutMs: eachMs
		}),
		...environment.gitops === null ? [] : gitopsChecks({
			...environment.gitops,
			workDir: join(store, "gitops"),
			baseDir: environment.baseDir
		}, exec),
		...gitopsAtForge(service, environment, eachMs),
		...policyChecks(service, environment),
		...scanChecks(service, environment),
		...attestChecks(service, environment),
		directoryCheck("state.directory", "State directory", store),
		spaceCheck("state.space", "the state directory", store),
		journalsCheck(store),
		leaseCheck(store, environment.environment)
	];
}
function gitopsAtForge({ clock, secrets }, { gitops }, eachMs) {
	if (gitops === null || gitops.forge === null) return [];
	const { forge } = gitops;
	const open = (patience) => openGitopsForge(forge, {
		clock,
		secrets
	}, patience);
	return gitopsForgeChecks({
		...gitops,
		forge
	}, open, eachMs);
}
function hostsChecks({ platform, traffic, ...rest }, exec, target) {
	return [
		...trafficChecks({
			...traffic,
			exec,
			observe: async (signal) => (await target).ports.router.observe(signal)
		}),
		...platformChecks({
			...platform,
			exec,
			observe: async (signal) => (await target).ports.platform.observe(signal)
		}),
		...hostChecks({
			...rest,
			platform,
			traffic
		}, exec)
	];
}
const LEAST_NODE = "24";
const nodeCheck = {
	id: "program.node",
	title: "Node.js",
	look: async () => {
		const { node } = process.versions;
		if (isAtLeast(node, LEAST_NODE)) return {
			state: "ok",
			found: `node ${node}`
		};
		return {
			state: "failed",
			found: `node ${node}`,
			expected: `node ${LEAST_NODE} or newer`,
			mend: "get it from https://nodejs.org"
		};
	}
};
async function componentChecks(service, { components }) {
	const lists = Object.entries(components).map(([name, component]) => {
		const { exec } = service;
		if (component.kind === "image") {
			const { image, registry, authorization } = component;
			return [imageCheck(name, {
				image,
				registry,
				authorization: () => textOf$1(service, authorization),
				http: httpClient
			})];
		}
		if (component.kind === "script") return scriptChecks(name, component, exec);
		return component.kind === "go" ? goChecks(name, component.source, component.checks.test?.race ?? "never", exec) : staticChecks(name, component.source, component.build, exec);
	});
	const pushed = Object.entries(components).flatMap(([name, component]) => {
		if (component.kind === "image" || component.kind === "script" || component.image === void 0) return [];
		const { repository, registry, authorization } = component.image;
		return [pushCheck(name, {
			image: repository,
			registry,
			authorization: () => textOf$1(service, authorization),
			http: httpClient
		})];
	});
	return [...(await Promise.all(lists)).flat(), ...pushed];
}
function database(service, environment, eachMs) {
	const settings = environment.database;
	if (settings === null) return [];
	const { engine, dsn, connectTimeoutMs } = settings;
	const patience = Math.max(500, eachMs - 500);
	return [{
		id: "database.migrations",
		title: `Migrations in ${settings.migrations}`,
		look: async () => {
			const trusting = {
				...service,
				secrets: await withDatabaseRoots(service.secrets, environment)
			};
			const { database: read } = await openTarget(environment, trusting);
			return {
				state: "ok",
				found: `${read?.migrations.length ?? 0} files`
			};
		}
	}, ...databaseChecks({
		engine,
		database: async () => openDatabase({
			dsn,
			secrets: await withDatabaseRoots(service.secrets, environment),
			connectTimeoutMs: Math.min(connectTimeoutMs, patience),
			queryTimeoutMs: patience
		})
	})];
}
/** Every reference to a secret leads to a value. The value is in no text. */
function secretChecks({ secrets }, environment) {
	return secretsIn(environment).map((reference) => ({
		id: "secret",
		title: `Secret ${reference}`,
		look: async () => {
			secrets.get(reference);
			return {
				state: "ok",
				found: "there"
			};
		}
	}));
}
function textOf$1({ secrets }, text) {
	return text === null || typeof text === "string" ? text : secrets.get(text.secret);
}

// src/release/init/answers.ts
/** Puts wishes and findings together, or says which flag is missing. */
function complete(wishes, found) {
	const problems = [];
	const service = wishes.service ?? found.service;
	if (service === null || !isName(service)) problems.push(missing("--service", service ?? "no name", A_NAME));
	const chosen = (wishes.components ?? found.components).map((word) => componentOf(word, found));
	const odd = chosen.find((one) => one === null);
	const parts = chosen.filter((one) => one !== null);
	const go = parts.filter((one) => one.kind === "go");
	const files = parts.filter((one) => one.kind === "static");
	const expected = "at most one go and one static component: --component go:DIRECTORY, --component static:DIRECTORY";
	if (odd === null) problems.push(missing("--component", (wishes.components ?? []).join(", "), expected));
	else if (parts.length === 0) problems.push(missing("--component", "no go.mod, package.json or index.html", expected));
	else if (go.length > 1 || files.length > 1) {
		const list = parts.map(({ kind, source }) => `${kind}:${source}`).join(", ");
		problems.push(missing("--component", list, expected));
	}
	const migrations = wishes.migrations ?? found.migrations;
	const engine = wishes.database ?? (migrations === null ? "none" : "mysql");
	if (engine !== "none" && migrations === null) problems.push(missing("--migrations", "no directory with numbered SQL files", "the directory of the migrations"));
	const environments = [...new Set(wishes.environments ?? ["development", "production"])];
	const bad = environments.find((name) => !isName(name) || name === "base");
	if (bad !== void 0 || environments.length === 0) problems.push(missing("--environment", bad ?? "none", `${A_NAME}; \`base\` is taken`));
	if (problems.length > 0 || service === null) return {
		kind: "missing",
		problems
	};
	const [api] = go;
	const ready = wishes.ready;
	return {
		kind: "complete",
		answers: {
			service,
			go: api === void 0 ? null : {
				...api,
				ready: ready ?? api.ready
			},
			files: files[0] ?? null,
			database: engine === "none" || migrations === null ? null : {
				engine,
				migrations
			},
			traffic: wishes.traffic ?? "haproxy",
			strategy: wishes.strategy ?? "canary",
			environments
		}
	};
}
/** What was found there; a directory that nobody looked at gets the usual settings. */
function componentOf(word, found) {
	const [, kind, source] = /^(go|static):(.+)$/.exec(word) ?? [];
	if (source === void 0) return null;
	const plain = source.replace(/^\.\/(?=.)/, "").replace(/(?<=.)\/+$/, "");
	if (kind === "go") {
		const usual = {
			kind,
			source: plain,
			package: ".",
			binary: plain === "." ? found.service ?? "api" : plain.split("/").at(-1) ?? "api",
			ready: "/healthz",
			listen: null,
			sure: false
		};
		return found.go.find((one) => one.source === plain) ?? usual;
	}
	const usual = {
		kind: "static",
		source: plain,
		build: null,
		output: "."
	};
	return found.files.find((one) => one.source === plain) ?? usual;
}
const A_NAME = "a name of lower-case letters, digits and dashes that begins with a letter, at most 40 characters";
function isName(text) {
	return nameSchema.safeParse(text).success;
}
function missing(flag, found, expected) {
	return {
		code: "cli.usage",
		where: flag,
		found,
		expected,
		remedy: `give ${flag}, see \`shiplock init --help\``
	};
}

// src/release/init/draft.ts
/** The text of a new shiplock.yaml, with the reason for each choice. Pure. */
/** Lines that belong into .gitignore: what Shiplock and the builds leave in the working copy. */
function ignored({ files }) {
	const built = files !== null && files.build !== null && files.output !== "." ? [`${under(files.source, files.output)}/`] : [];
	return [
		".shiplock/",
		...files?.build == null ? [] : ["node_modules/"],
		...built
	];
}
function draft(answers) {
	return `${[
		...head$1(answers),
		"",
		"components:",
		...answers.go === null ? [] : goLines(answers.go, answers),
		...answers.files === null ? [] : staticLines(answers.files, answers.go === null ? null : "api"),
		...databaseLines(answers),
		"",
		"environments:",
		...baseLines(answers),
		...answers.environments.flatMap((name, index) => environmentLines(name, index, answers))
	].join("\n")}\n`;
}
function head$1({ service }) {
	return [
		`# How ${service} is released. \`shiplock validate\` checks this file, \`shiplock doctor\` what it needs.`,
		"apiVersion: shiplock/v1",
		`service: ${plain(service)}`,
		"# Who owns it and who is called; both stand in reports.",
		"# owners: [{ team: my-team, contact: my-team@example.org }]",
		"# onCall: [{ name: primary, contact: https://oncall.example.org }]",
		"# Without `people:` anybody who can start shiplock may fill gates in; see docs/gates.md."
	];
}
function goLines(go, { database }) {
	const listen = go.listen ?? "PORT";
	const where = listen.endsWith("PORT") ? "\"{port}\"" : "127.0.0.1:{port}";
	return [
		"  api:",
		"    kind: go",
		`    source: ${plain(go.source)}`,
		`    package: ${plain(go.package)}`,
		`    binary: ${plain(go.binary)}`,
		"    # Started inside the release directory.",
		`    command: [./${plain(go.binary)}]`,
		go.sure ? "    # Answers 200 when an instance may get traffic." : "    # Answers 200 when an instance may get traffic. No such path was seen in the sources: check it.",
		`    ready: ${plain(go.ready)}`,
		`    live: ${plain(go.ready)}`,
		"    env:",
		go.listen === null ? "      # Each instance gets a port of its own. No variable for it was seen in the sources: check the name." : "      # Each instance gets a port of its own.",
		`      ${listen}: ${where}`,
		...database === null ? [] : ["      # What the service itself connects with: a user that reads and writes rows, as its driver wants it.", "      DATABASE_DSN: { secret: env:SHIPLOCK_APPLICATION_DSN }"]
	];
}
function staticLines({ source, build, output }, behind) {
	return [
		"  frontend:",
		"    kind: static",
		`    source: ${plain(source)}`,
		...build === null ? ["    # The files are taken as they are; with a build: `build: [npm, run, build]`."] : [`    build: [${build.map(plain).join(", ")}]`],
		`    output: ${plain(output)}`,
		...behind === null ? [] : [`    # Only files: they are served beside ${behind}, see \`traffic.files\`.`]
	];
}
function databaseLines({ database }) {
	if (database === null) return [];
	return [
		"",
		"database:",
		`  engine: ${database.engine}`,
		"  # Numbered SQL files; a release applies what is new, before the new version starts.",
		`  migrations: ${plain(database.migrations)}`,
		"  # mysql://user:password@host:port/database, in this variable. Its user may change the structure.",
		"  dsn: { secret: env:SHIPLOCK_DATABASE_DSN }"
	];
}
function baseLines({ go, files, traffic, strategy }) {
	const page = go === null ? "/" : go.ready;
	return [
		"  # What all environments have in common.",
		"  base:",
		"    abstract: true",
		"    platform:",
		"      kind: local",
		"      # Releases, logs and state of the running service; on a server rather an absolute path, such as /srv/{service}.",
		"      root: .shiplock/{environment}",
		"    traffic:",
		`      kind: ${traffic}`,
		"      directory: .shiplock/{environment}/proxy",
		"      # Without a heartbeat of the release for this long the proxy takes a new version out by itself.",
		"      deadMan: 5s",
		"      # The longest time a request may take.",
		"      longestTimeout: 30s",
		...files === null ? [] : [
			...go === null ? ["      # Everything is files; nothing goes to a service."] : ["      # These paths go to the service, everything else to the files."],
			"      files:",
			"        component: frontend",
			`        service: [${go === null ? "" : "/api"}]`
		],
		"    rollout:",
		`      strategy: ${strategy}`,
		...strategy === "canary" ? [
			"      # Each share is judged against the version that serves; it goes on when the evidence says \"not worse\".",
			"      steps:",
			"        - { share: 10%, bake: 30s }",
			"        - { share: 50%, bake: 30s }"
		] : [
			"      # All traffic at once; for `finalBake` the old version stands by.",
			"      steps: []",
			"      finalBake: 2m"
		],
		"      # No verdict by then: see `lowTraffic`.",
		"      analysisDeadline: 30m",
		"      # Too little traffic for a verdict: the smoke test decides. `gate` asks a person instead.",
		"      lowTraffic: smoke",
		"      smoke:",
		`        - path: ${plain(page)}`,
		"    # Asked through the proxy when the new version has all traffic.",
		"    verify:",
		`      - path: ${plain(files === null ? page : "/")}`,
		"    # gitops: { repository: https://…, branch: main, file: apps/{service}/{environment}.yaml, path: version }",
		"    # announce: { alertmanager: { urls: [http://127.0.0.1:9093] } }"
	];
}
const FIRST_PORT = 2e4;
const FIRST_BIND = 8080;
/** Environments of one machine do not meet: each has its own ports and its own address. */
function environmentLines(name, index, { strategy }) {
	const first = FIRST_PORT + index * 100;
	const live = /^prod/.test(name);
	return [
		`  ${plain(name)}:`,
		"    extends: base",
		"    platform:",
		`      ports: ${first}-${first + 99}`,
		...live ? ["      # One instance may die and the service goes on.", "      replicas: 2"] : [],
		"    traffic:",
		`      bind: 127.0.0.1:${FIRST_BIND + index}`,
		...live ? [
			"    rollout:",
			...strategy === "canary" ? [
				"      steps:",
				"        - { share: 1%, bake: 5m }",
				"        - { share: 10%, bake: 10m }",
				"        - { share: 50%, bake: 10m }"
			] : [],
			"      finalBake: 10m",
			"      analysisDeadline: 2h",
			"      # Here a person decides when there is too little traffic for a verdict.",
			"      lowTraffic: gate"
		] : []
	];
}
function under(source, output) {
	return source === "." ? output : `${source}/${output}`;
}
/** A scalar that YAML reads back as this text. */
function plain(text) {
	return /^[A-Za-z./][A-Za-z0-9_./-]*$/.test(text) && !/^(?:true|false|null|yes|no|on|off|\.nan|\.inf)$/i.test(text) ? text : JSON.stringify(text);
}

// src/release/init/init.ts
/** Makes a directory one that Shiplock can release from. */
/** What would be written. Looks only. Throws when the file would not be valid. */
async function planFiles(directory, answers, callers = null) {
	const text = draft(answers);
	const file = join(directory, "shiplock.yaml");
	const config = unwrap(loadConfig(text, { file }));
	for (const name of environmentNames(config)) unwrap(resolveEnvironment(config, name, { baseDir: directory }));
	const ignore = join(directory, ".gitignore");
	const before = await readText(ignore);
	return [
		planned(file, await readText(file), text),
		planned(ignore, before, withLines(before ?? "", ignored(answers))),
		...callers === null ? [] : await planCallers(directory, config, callers.pin, callers)
	];
}
/** @param force replace what is there and differs; lines are added to .gitignore in any case */
async function writeFiles(directory, files, force) {
	const there = files.filter(({ path, state }) => !path.endsWith(".gitignore") && state === "changed");
	if (there.length > 0 && !force) throw new ProblemError(there.map(({ path }) => wouldOverwrite(path)));
	await writeAll(directory, files.filter(({ state }) => state !== "same"));
}
/** Adds what is missing; what stands there stays as it is. Pure. */
function withLines(text, lines) {
	const there = new Set(text.split("\n").map((line) => line.trim().replace(/^\//, "").replace(/\/$/, "")));
	const missing = lines.filter((line) => !there.has(line.replace(/\/$/, "")));
	if (missing.length === 0) return text;
	return `${text}${text === "" || text.endsWith("\n") ? "" : "\n"}${missing.join("\n")}\n`;
}
function wouldOverwrite(path) {
	return {
		code: "release.would-overwrite",
		where: path,
		found: "a file that differs",
		expected: "none, or --force",
		remedy: "see the difference with --dry-run; to replace it: --force; to keep workflows current: shiplock upgrade"
	};
}

// src/release/init/look.ts
const SKIPPED = /^(?:\..*|node_modules|vendor|dist|build|out|testdata|coverage|target)$/;
const DEPTH = 3;
/** Files of a module that are searched for paths and variables; more would only be slower. */
const SEARCHED = 400;
async function lookAround(directory) {
	const places = await walk(directory, ".", DEPTH);
	const go = await Promise.all(places.filter(({ files }) => files.includes("go.mod")).map(({ path }) => goSource(directory, path)));
	const pages = (await Promise.all(places.filter((place) => place.files.includes("package.json") || place.files.includes("index.html")).map((place) => staticSource(directory, place.path, place.files)))).filter((one) => one !== null);
	const migrations = places.find((place) => place.files.some((name) => /^\d+\D.*\.sql$/.test(name)))?.path ?? null;
	return {
		service: await serviceName(directory),
		go,
		files: pages,
		components: [go[0], pages[0]].flatMap((one) => one === void 0 ? [] : [`${one.kind}:${one.source}`]),
		migrations
	};
}
/** Directories from the outside in, each level by name: the same every time. */
async function walk(base, path, depth) {
	const entries = await readdir(join(base, path), { withFileTypes: true }).catch(() => []);
	const files = entries.filter((entry) => entry.isFile()).map(({ name }) => name);
	const below = entries.filter((entry) => entry.isDirectory() && !SKIPPED.test(entry.name)).map(({ name }) => name);
	const inner = depth === 0 ? [] : await Promise.all(below.toSorted().map((name) => walk(base, path === "." ? name : `${path}/${name}`, depth - 1)));
	return [{
		path,
		files: files.toSorted()
	}, ...inner.flat()].toSorted((a, b) => levelOf(a.path) - levelOf(b.path));
}
function levelOf(path) {
	return path === "." ? 0 : path.split("/").length;
}
async function goSource(base, source) {
	const module = await text(join(base, source, "go.mod"));
	const name = /^module[ \t]+(\S+)/m.exec(module)?.[1]?.replace(/\/v\d+$/, "").split("/").at(-1) ?? basename(source);
	const inside = await walk(join(base, source), ".", DEPTH);
	const command = inside.find(({ path, files }) => /^cmd\/[^/]+$/.test(path) && files.includes("main.go"))?.path;
	const sources = inside.flatMap(({ path, files }) => files.filter((file) => isSource(file)).map((file) => join(base, source, path, file))).slice(0, SEARCHED);
	const all = (await Promise.all(sources.map(text))).join("\n");
	const ready = readyPath(all);
	return {
		kind: "go",
		source,
		package: command === void 0 ? "." : `./${command}`,
		binary: command === void 0 ? name : basename(command),
		ready: ready ?? "/healthz",
		listen: listenVariable(all),
		sure: ready !== null
	};
}
function isSource(file) {
	return file.endsWith(".go") && !file.endsWith("_test.go");
}
/** The path that says "may get traffic", as programs usually name it. Pure. */
function readyPath(sources) {
	return [
		"/readyz",
		"/ready",
		"/health/ready",
		"/healthz",
		"/health",
		"/ping"
	].find((path) => sources.includes(`${path}"`) || sources.includes(`${path}\``)) ?? null;
}
/** The environment variable that says where to listen. Pure. */
function listenVariable(sources) {
	return /["`]([A-Z][A-Z0-9_]*_(?:LISTEN|LISTEN_ADDR|ADDR|PORT)|LISTEN|LISTEN_ADDR|PORT)["`]/.exec(sources)?.[1] ?? null;
}
const packageSchema = looseObject({
	scripts: record$1(string(), string()).optional(),
	dependencies: record$1(string(), string()).optional(),
	devDependencies: record$1(string(), string()).optional()
});
/** Null for a package that makes no page: a library, a server, a tool. */
async function staticSource(base, source, files) {
	const page = files.includes("index.html");
	const parsed = packageSchema.safeParse(parsedJson(await text(join(base, source, "package.json"))));
	if (!parsed.success) return page ? {
		kind: "static",
		source,
		build: null,
		output: "."
	} : null;
	const { scripts = {}, dependencies = {}, devDependencies = {} } = parsed.data;
	const uses = (name) => Object.hasOwn(dependencies, name) || Object.hasOwn(devDependencies, name);
	if (scripts["build"] === void 0) return page ? {
		kind: "static",
		source,
		build: null,
		output: "."
	} : null;
	if (!page && !uses("vite") && !uses("react-scripts")) return null;
	const config = await Promise.all(files.filter((name) => /^vite\.config\./.test(name)).map((name) => text(join(base, source, name))));
	const output = /outDir:\s*['"]([\w./-]+)['"]/.exec(config.join("\n"))?.[1];
	const usual = uses("react-scripts") ? "build" : "dist";
	return {
		kind: "static",
		source,
		build: [
			"npm",
			"run",
			"build"
		],
		output: output ?? usual
	};
}
/** A directory inside of a repository is one of several services, and has a name of its own. */
async function serviceName(directory) {
	return plainName(originOf(await text(join(directory, ".git", "config"))) ?? basename(directory));
}
/** The address of the remote `origin` in the settings of a repository. Pure. */
function originOf(settings) {
	const section = /^\[remote "origin"\]$([^[]*)/m.exec(settings)?.[1] ?? "";
	return /^[ \t]*url[ \t]*=[ \t]*(\S+)/m.exec(section)?.[1] ?? null;
}
/** `git@host:team/Cert_Keeper.git` → `cert-keeper`. Pure. */
function plainName(place) {
	const name = (place.replace(/\/+$/, "").replace(/\.git$/, "").split(/[/:]/).at(-1) ?? "").toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^[-0-9]+|-+$/g, "");
	return name === "" ? null : name.slice(0, 40).replace(/-+$/, "");
}
function text(path) {
	return readFile(path, "utf8").catch(() => "");
}

// src/release/judge/answer.ts
/**
* Answers one question from Prometheus alone; nothing is kept, so any judge at any time gives the same answer to the same counts.
* A source that cannot be read as a whole is `undecided`, whatever was read of it.
*/
async function answerQuestion(environment, question, options, signal) {
	const server = {
		...environment.source,
		http: options.http
	};
	const now = await prometheusTime(server, signal);
	if (now.kind === "missing") return blind(now.reason);
	const shares = await sharesOf(server, question, options.limits, signal);
	if (shares.kind === "missing") return blind(shares.reason);
	const [first] = shares.sinceMs;
	const { everyMs } = environment;
	if (first === void 0) return undecided(`Prometheus has not seen this AnalysisRun begin; does it scrape the Rollouts controller, and did the run begin within ${hours(options.limits.backMs)}?`);
	if (now.ms - first > options.limits.backMs) return undecided(`it began ${hours(now.ms - first)} ago; a judge looks back ${hours(options.limits.backMs)}`);
	const toMs = Math.floor((now.ms - options.limits.settleMs) / everyMs) * everyMs;
	const pastMs = question.ask === "alone" ? 0 : environment.pastMs;
	const fromMs = Math.floor((first - pastMs) / everyMs) * everyMs;
	if (toMs < first) return undecided("nothing is settled yet since it began");
	const range = {
		fromMs,
		toMs,
		stepMs: everyMs
	};
	const source = {
		...environment.source,
		http: options.http,
		limits: options.limits
	};
	const pieces = readRange(source, range, signal);
	const period = {
		from: new Date(shares.sinceMs.at(-1) ?? first).toISOString(),
		until: new Date(toMs).toISOString()
	};
	try {
		return question.ask === "alone" ? await alone(environment, question, pieces, period) : await beside(environment, question, shares.sinceMs, pieces, period);
	} catch (error) {
		if (!(error instanceof ProblemError)) throw error;
		return undecided(error.problems.map(({ where, found, expected }) => `${where}: ${found}; ${expected}`).join("; "));
	}
}
async function beside(environment, question, sinceMs, pieces, period) {
	const of = {
		policy: environment.policy,
		metrics: environment.source.queries.map(({ metric }) => metric),
		stable: question.stable,
		candidate: question.canary,
		everyMs: environment.everyMs,
		shares: sinceMs.map((fromMs) => ({
			fromMs,
			bakeMs: question.bake
		})),
		share: question.share ?? null
	};
	let state = beginShares(of);
	for await (const piece of pieces) {
		if (piece.kind === "unreadable") return blind(piece.reason);
		state = foldShares(state, piece, of);
	}
	const found = sharesVerdict(state, of);
	return {
		verdict: question.ask === "watch" && found.verdict === "not-worse" ? "undecided" : found.verdict,
		reason: found.reason,
		details: {
			...period,
			readings: state.readings,
			...detailsOf(found, environment, question)
		},
		blind: false
	};
}
async function alone(environment, question, pieces, period) {
	const of = {
		version: question.canary,
		metric: environment.source.queries[0]?.metric ?? "",
		limit: environment.errorLimit,
		bakeMs: question.bake,
		everyMs: environment.everyMs
	};
	let state = NOTHING_ALONE;
	for await (const piece of pieces) {
		if (piece.kind === "unreadable") return blind(piece.reason);
		state = foldAlone(state, piece, of);
	}
	const { verdict, reason } = aloneVerdict(state, of);
	const { requests, bad } = state;
	return {
		verdict,
		reason,
		details: {
			...period,
			requests,
			bad,
			limit: of.limit
		},
		blind: false
	};
}
/** When the shares began that lead to the one that is asked about, ascending. */
async function sharesOf(server, question, limits, signal) {
	if (question.since !== void 0) return {
		kind: "shares",
		sinceMs: [question.since]
	};
	if (question.run === void 0) return {
		kind: "shares",
		sinceMs: []
	};
	const found = await analysisRuns(server, {
		...question.run,
		hash: question.canary
	}, limits.backMs, signal);
	return found.kind === "missing" ? found : {
		kind: "shares",
		sinceMs: beginnings(found.runs, question)
	};
}
/** Pure. Empty when the asking run itself is not among them. */
function beginnings(runs, { ask, run }) {
	if (ask === "alone") {
		const after = runs.find(({ part }) => run?.step === void 0 ? part.kind === "post" : part.kind === "step" && part.step === run.step);
		return after === void 0 ? [] : [after.sinceMs];
	}
	const mine = ({ part }) => ask === "watch" ? part.kind === "background" : part.kind === "step" && part.step === run?.step;
	if (!runs.some(mine)) return [];
	const before = ({ part }) => part.kind === "background" || part.kind === "step" && (ask === "watch" || part.step <= (run?.step ?? 0));
	return [...new Set(runs.filter(before).map(({ sinceMs }) => sinceMs))].toSorted((one, other) => one - other);
}
function detailsOf(found, environment, question) {
	const { judgement } = found;
	return {
		evidence: rounded(judgement.evidence),
		limit: rounded(-Math.log10(environment.policy.alpha)),
		share: {
			asked: question.share ?? null,
			measured: rounded(found.measuredShare)
		},
		needs: found.needs,
		metrics: judgement.metrics.map((one) => ({
			metric: one.metric,
			canary: {
				requests: one.canary.requests,
				bad: one.canary.bad
			},
			baseline: {
				requests: one.baseline.requests,
				bad: one.baseline.bad
			},
			evidence: rounded(one.evidence),
			evidenceNotWorse: rounded(one.evidenceNotWorse),
			dispersion: rounded(one.dispersion)
		}))
	};
}
function rounded(value) {
	return value === null ? null : Number(value.toPrecision(6));
}
function undecided(reason) {
	return {
		verdict: "undecided",
		reason,
		details: {},
		blind: false
	};
}
function blind(reason) {
	return {
		verdict: "undecided",
		reason: `Prometheus: ${reason}`,
		details: {},
		blind: true
	};
}
function hours(ms) {
	return ms < 72e5 ? `${Math.round(ms / 6e4)} min` : `${Math.round(ms / 36e5)} h`;
}

// src/release/judge/environments.ts
/** Without Prometheus there is nothing to ask. Pure. */
function judgedEnvironment(environment) {
	const { metrics, rollout } = environment;
	if (metrics.prometheus === null) return null;
	const { url, timeoutMs, queries, staleAfterMs, versionLabel } = metrics.prometheus;
	return {
		service: environment.service,
		environment: environment.environment,
		policy: analysisPolicy(environment),
		pastMs: rollout.analysis.pastMs,
		everyMs: metrics.everyMs,
		errorLimit: rollout.errorLimit,
		source: {
			url,
			timeoutMs,
			queries,
			staleAfterMs,
			versionLabel
		}
	};
}
/**
* Every environment of these files that can be judged.
* @throws ProblemError when there is none, or one comes twice
*/
function judgedEnvironments(files) {
	const found = [];
	for (const { config, baseDir } of files) for (const name of environmentNames(config)) {
		const judged = judgedEnvironment(unwrap(resolveEnvironment(config, name, { baseDir })));
		if (judged === null) continue;
		if (found.some((one) => one.service === judged.service && one.environment === judged.environment)) throw new ProblemError({
			code: "judge.environment-twice",
			where: config.file,
			found: `${judged.environment} of ${judged.service} a second time`,
			expected: "each environment of a service in one file",
			remedy: "leave one of the files out"
		});
		found.push(judged);
	}
	if (found.length === 0) throw new ProblemError({
		code: "judge.nothing-to-judge",
		where: files.map(({ config }) => config.file).join(", "),
		found: "no environment with `metrics.prometheus`",
		expected: "an environment whose counts Prometheus has",
		remedy: "add `prometheus:` under `metrics:` of the environment"
	});
	return found;
}

// src/release/judge/question.ts
/** What an AnalysisRun asks. All values may be texts, since a template puts texts in. */
const LABEL = "a value of a label: letters, digits and . _ + -, at most 128 characters";
const label = string({ error: LABEL }).regex(/^[A-Za-z0-9][A-Za-z0-9._+-]{0,127}$/, LABEL);
const OBJECT = "a name of Kubernetes: lower-case letters, digits, dots and dashes";
const objectName = string({ error: OBJECT }).regex(/^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/, OBJECT);
const SINCE = "a time such as 2026-11-21T20:00:00Z, or seconds since 1970";
const time = union([string(), number$2()], { error: SINCE }).transform((value) => milliseconds$1(String(value))).refine(Number.isFinite, SINCE);
function milliseconds$1(text) {
	if (/^\d{1,11}(?:\.\d{1,9})?$/.test(text)) return Number(text) * 1e3;
	return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/.test(text) ? Date.parse(text) : NaN;
}
const NUMBER = "a whole number";
const whole$2 = union([string().regex(/^\d{1,9}$/, NUMBER), number$2().int(NUMBER).nonnegative(NUMBER)], { error: NUMBER }).transform(Number);
const questionSchema = strictObject({
	service: nameSchema,
	environment: nameSchema,
	/** `step`: may this share go on? `watch`: is it worse so far? `alone`: is it within the absolute limit, with all traffic? */
	ask: _enum([
		"step",
		"watch",
		"alone"
	], { error: "one of step, watch, alone" }).default("step"),
	canary: label,
	stable: label,
	/** Share that the canary should have. */
	share: share({ above: 0 }).exactOptional(),
	bake: duration$1({
		min: 0,
		max: 864e5
	}).prefault("0s"),
	/** When the share began. */
	since: time.exactOptional(),
	/** Or: the AnalysisRun that asks, so that its start can be looked up. */
	run: strictObject({
		namespace: objectName,
		rollout: objectName,
		revision: string({ error: NUMBER }).regex(/^\d{1,9}$/, NUMBER),
		/** Number of the step, from 0; needed for `step`. */
		step: whole$2.exactOptional()
	}).exactOptional()
});
/** @param text the body of a request */
function parseQuestion(text) {
	let value;
	try {
		value = JSON.parse(text);
	} catch (error) {
		return bad(problem("body", error instanceof Error ? error.message : String(error), "a JSON object"));
	}
	const parsed = questionSchema.safeParse(value, { reportInput: true });
	if (!parsed.success) return bad(...parsed.error.issues.map((issue) => problem(issue.path.join(".") || "body", issue.code === "unrecognized_keys" ? `unknown ${issue.keys.join(", ")}` : excerpt(issue.input) ?? "nothing", issue.code === "unrecognized_keys" ? `one of ${Object.keys(questionSchema.shape).join(", ")}` : issue.message)));
	const { since, run, ask } = parsed.data;
	if (since === void 0 === (run === void 0)) return bad(problem("since", since === void 0 ? "no start" : "both since and run", "either since or run"));
	if (ask === "step" && run !== void 0 && run.step === void 0) return bad(problem("run.step", "nothing", "the number of the step"));
	return ok(parsed.data);
}
function excerpt(value) {
	return JSON.stringify(value)?.slice(0, 200);
}
function problem(where, found, expected) {
	return {
		code: "judge.bad-question",
		where,
		found,
		expected,
		remedy: "make the AnalysisTemplate anew with `shiplock gitops rollouts`, see docs/judge.md"
	};
}

// src/release/judge/figures.ts
const BUCKETS = [
	.01,
	.025,
	.05,
	.1,
	.25,
	.5,
	1,
	2.5,
	5,
	10
];
function createFigures() {
	const requests = /* @__PURE__ */ new Map();
	const verdicts = /* @__PURE__ */ new Map();
	const within = BUCKETS.map(() => 0);
	let [count, sum, blindAnswers, inFlight] = [
		0,
		0,
		0,
		0
	];
	const add = (to, labels) => {
		to.set(labels, (to.get(labels) ?? 0) + 1);
	};
	return {
		answered(code, seconds) {
			add(requests, `code="${code}"`);
			count += 1;
			sum += seconds;
			for (const [index, limit] of BUCKETS.entries()) if (seconds <= limit) within[index] = (within[index] ?? 0) + 1;
		},
		verdict(service, environment, verdict) {
			add(verdicts, `service="${service}",environment="${environment}",verdict="${verdict}"`);
		},
		blind() {
			blindAnswers += 1;
		},
		begun() {
			inFlight += 1;
		},
		ended() {
			inFlight -= 1;
		},
		text(residentBytes) {
			const name = "shiplock_judge";
			return [
				...head(`${name}_requests_total`, "counter", "Requests by HTTP status."),
				...lines(`${name}_requests_total`, requests),
				...head(`${name}_verdicts_total`, "counter", "Answers by verdict."),
				...lines(`${name}_verdicts_total`, verdicts),
				...head(`${name}_blind_total`, "counter", "Answers that are undecided because Prometheus could not be asked."),
				`${name}_blind_total ${blindAnswers}`,
				...head(`${name}_in_flight`, "gauge", "Questions that are being answered."),
				`${name}_in_flight ${inFlight}`,
				...head(`${name}_duration_seconds`, "histogram", "Time to an answer."),
				...BUCKETS.map((limit, index) => `${name}_duration_seconds_bucket{le="${limit}"} ${within[index] ?? 0}`),
				`${name}_duration_seconds_bucket{le="+Inf"} ${count}`,
				`${name}_duration_seconds_sum ${sum}`,
				`${name}_duration_seconds_count ${count}`,
				...head("process_resident_memory_bytes", "gauge", "Resident memory."),
				`process_resident_memory_bytes ${residentBytes}`,
				""
			].join("\n");
		}
	};
}
function head(name, type, help) {
	return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`];
}
function lines(name, values) {
	return [...values].map(([labels, value]) => `${name}{${labels}} ${value}`);
}

// src/release/judge/seats.ts
function createSeats(most, mostWaiting) {
	let taken = 0;
	const waiting = [];
	const giveBack = () => {
		let given = false;
		return () => {
			if (given) return;
			given = true;
			taken -= 1;
			waiting.shift()?.();
		};
	};
	return { take: async (signal) => {
		if (taken < most) {
			taken += 1;
			return giveBack();
		}
		if (waiting.length >= mostWaiting || signal.aborted) return void 0;
		return new Promise((resolve) => {
			const next = () => {
				signal.removeEventListener("abort", leave);
				taken += 1;
				resolve(giveBack());
			};
			const leave = () => {
				waiting.splice(waiting.indexOf(next), 1);
				resolve(void 0);
			};
			signal.addEventListener("abort", leave, { once: true });
			waiting.push(next);
		});
	} };
}

// src/release/judge/server.ts
const MOST_BODY = 16384;
/**
* Starts the judge; resolves when it listens. It holds nothing but its own figures.
* @throws ProblemError when the port is taken, or there is no token
*/
async function startJudge(options) {
	const { clock } = options;
	const figures = createFigures();
	const seats = createSeats(options.most, options.most * 4);
	let leaving = false;
	const first = await readTokens(options.tokenFile);
	if (first.kind === "none") throw new ProblemError(first.problem);
	const note = async (level, what, more) => {
		const mask = createMask();
		const tokens = await readTokens(options.tokenFile);
		if (tokens.kind === "tokens") for (const token of tokens.tokens) mask.add(token);
		options.log(mask.text(JSON.stringify({
			time: new Date(clock.now()).toISOString(),
			level,
			what,
			...more
		})));
	};
	const judge = async (request, signal) => {
		const tokens = await readTokens(options.tokenFile);
		if (tokens.kind === "none") return refusal(503, tokens.problem);
		if (!mayAsk(request.headers.authorization, tokens.tokens)) return refusal(401, NOT_ALLOWED);
		const text = await bodyOf(request, MOST_BODY);
		if (text === void 0) return refusal(413, tooLong());
		const parsed = parseQuestion(text);
		if (!parsed.ok) return refusal(400, ...parsed.problems);
		const question = parsed.value;
		const environment = options.environments.find((one) => one.service === question.service && one.environment === question.environment);
		if (environment === void 0) return refusal(404, unknown$1(question, options.environments));
		const seat = await seats.take(signal);
		if (seat === void 0) return refusal(503, busy(options.most));
		figures.begun();
		try {
			const answer = await answerQuestion(environment, question, options, signal);
			if (answer.blind) figures.blind();
			figures.verdict(environment.service, environment.environment, answer.verdict);
			const about = {
				service: question.service,
				environment: question.environment,
				ask: question.ask,
				canary: question.canary,
				stable: question.stable,
				verdict: answer.verdict,
				reason: answer.reason
			};
			return {
				status: 200,
				body: {
					verdict: answer.verdict,
					reason: answer.reason,
					...answer.details
				},
				about
			};
		} finally {
			figures.ended();
			seat();
		}
	};
	const server = createServer$1((request, response) => {
		const path = (request.url ?? "").split("?")[0];
		if (request.method === "GET" && path === "/healthz") return plain$2(response, 200, "ok");
		if (request.method === "GET" && path === "/readyz") {
			readTokens(options.tokenFile).then((tokens) => leaving || tokens.kind === "none" ? plain$2(response, 503, "not ready") : plain$2(response, 200, "ok"));
			return;
		}
		if (request.method === "GET" && path === "/metrics") return plain$2(response, 200, figures.text(process.memoryUsage.rss()), "text/plain; version=0.0.4");
		const began = clock.monotonic();
		const gone = new AbortController();
		response.once("close", () => gone.abort());
		const signal = AbortSignal.any([gone.signal, AbortSignal.timeout(options.deadlineMs)]);
		reply(request, path ?? "", () => judge(request, signal)).then(async ({ status, body, headers = {}, about = {} }) => {
			const ms = Math.round(clock.monotonic() - began);
			figures.answered(status, ms / 1e3);
			const end = leaving ? { connection: "close" } : {};
			response.writeHead(status, {
				"content-type": "application/json",
				...headers,
				...end
			});
			response.end(`${JSON.stringify(body)}\n`);
			await note(status < 400 ? "info" : "warn", "question", {
				status,
				ms,
				...about
			});
		}).catch(() => response.destroy());
	});
	const port = await listen(server, options.listen, portTaken);
	await note("info", "listens", {
		host: options.listen.host,
		port
	});
	return {
		port,
		stop: async () => {
			leaving = true;
			await close(server, clock, options.deadlineMs + 1e3);
			await note("info", "ends", {});
		}
	};
}
/** Only one thing can be asked, and whatever goes wrong is JSON: the Rollouts controller takes any other text for a success. */
async function reply(request, path, judge) {
	if (path !== "/v1/judge") return refusal(404, noSuchPath(path));
	if (request.method !== "POST") return refusal(405, noSuchPath(`${request.method} ${path}`));
	try {
		return await judge();
	} catch (error) {
		return refusal(500, ...problemsOf(error, "judge"));
	}
}
function portTaken(where, found) {
	return {
		code: "judge.port",
		where,
		found,
		expected: "an address to listen on",
		remedy: "stop what listens there, or give another one with --listen"
	};
}
const NOT_ALLOWED = {
	code: "judge.not-allowed",
	where: "header authorization",
	found: "no token, or a wrong one",
	expected: "`Bearer` and a token of the judge",
	remedy: "give the AnalysisTemplate the secret that the judge has"
};
function tooLong() {
	return {
		code: "judge.bad-question",
		where: "body",
		found: `more than ${MOST_BODY} bytes`,
		expected: "one question",
		remedy: "make the AnalysisTemplate anew with `shiplock gitops rollouts`, see docs/judge.md"
	};
}
function unknown$1(question, environments) {
	return {
		code: "judge.unknown-environment",
		where: `${question.service} ${question.environment}`,
		found: "no such environment here",
		expected: `one of ${environments.map((one) => `${one.service} ${one.environment}`).join(", ")}`,
		remedy: "give the judge its shiplock.yaml with --config, with `metrics.prometheus` in that environment"
	};
}
function busy(most) {
	return {
		code: "judge.busy",
		where: "judge",
		found: `${most} questions at once and ${most * 4} waiting`,
		expected: "fewer questions",
		remedy: "run more replicas, or let the AnalysisTemplates ask less often"
	};
}
function noSuchPath(found) {
	return {
		code: "judge.no-such-path",
		where: "request",
		found,
		expected: "POST /v1/judge, or GET /healthz, /readyz or /metrics",
		remedy: "see docs/judge.md"
	};
}

// src/gitops/rollouts/print.ts
/** Several objects as one YAML text. */
function manifestsText(manifests) {
	return manifests.map((manifest) => (0, import_dist.stringify)(manifest, { lineWidth: 0 })).join("---\n");
}

// src/gitops/rollouts/templates.ts
/** After an error the controller asks again after this time, whatever the interval is. */
const ERROR_RETRY_MS = 1e4;
/** The judge answers within 8 seconds, or says that it cannot. */
const TIMEOUT_SECONDS = 10;
function templateName({ rollout }, ask) {
	return `${rollout}-judge-${ask}`;
}
/**
* One question as an AnalysisTemplate. Only `worse` fails it, at the first time; only `not-worse` passes it, at the first time; everything else is
* looked at again until the wait is over, and pauses the Rollout then. A watch has no end of its own: whatever is not `worse` is well.
*/
function judgeTemplate(options, ask) {
	const { judge, waitMs } = options;
	const looks = Math.ceil(waitMs / judge.everyMs);
	const limits = {
		failureLimit: 0,
		consecutiveErrorLimit: Math.ceil(waitMs / ERROR_RETRY_MS),
		...ask === "watch" ? {} : {
			consecutiveSuccessLimit: 1,
			inconclusiveLimit: looks,
			count: looks + 2
		}
	};
	const conditions = {
		failureCondition: "result.verdict == \"worse\"",
		...ask === "watch" ? {} : { successCondition: "result.verdict == \"not-worse\"" }
	};
	const metric = {
		name: "verdict",
		interval: goDuration(judge.everyMs),
		...conditions,
		...limits,
		provider: { web: {
			method: "POST",
			url: `${judge.url.replace(/\/+$/, "")}/v1/judge`,
			timeoutSeconds: TIMEOUT_SECONDS,
			headers: [{
				key: "Authorization",
				value: "Bearer {{args.token}}"
			}],
			jsonPath: "{$}",
			jsonBody: questionOf(options, ask)
		} }
	};
	const { name, key } = judge.tokenSecret;
	return template(options, ask, {
		args: [...argumentsOf(options, ask).map((argument) => ({ name: argument })), {
			name: "token",
			valueFrom: { secretKeyRef: {
				name,
				key
			} }
		}],
		metrics: [metric]
	});
}
function questionOf(options, ask) {
	const { service, environment } = options;
	const run = {
		namespace: "{{args.namespace}}",
		rollout: "{{args.rollout}}",
		revision: "{{args.revision}}"
	};
	return {
		service,
		environment,
		ask,
		canary: "{{args.canary}}",
		stable: "{{args.stable}}",
		...ask === "watch" ? {} : { bake: "{{args.bake}}" },
		...ask === "step" ? { share: "{{args.share}}" } : {},
		run: isStep(options, ask) ? {
			...run,
			step: "{{args.step}}"
		} : run
	};
}
const ALWAYS = [
	"canary",
	"stable",
	"namespace",
	"rollout",
	"revision"
];
/** After a blue-green switch there is an AnalysisRun, but no step. */
function isStep({ strategy }, ask) {
	return ask === "step" || ask === "alone" && strategy.kind === "canary";
}
function argumentsOf(options, ask) {
	return [
		...ALWAYS,
		...ask === "watch" ? [] : ["bake"],
		...ask === "step" ? ["share"] : [],
		...isStep(options, ask) ? ["step"] : []
	];
}
/** How a Rollout calls the template: the controller fills in who the versions are and which revision it is. */
function callOf(options, ask, own = {}) {
	const field = (name, fieldPath) => ({
		name,
		valueFrom: { fieldRef: { fieldPath } }
	});
	return {
		templates: [{ templateName: templateName(options, ask) }],
		args: [
			{
				name: "canary",
				valueFrom: { podTemplateHashValue: "Latest" }
			},
			{
				name: "stable",
				valueFrom: { podTemplateHashValue: "Stable" }
			},
			field("namespace", "metadata.namespace"),
			field("rollout", "metadata.name"),
			field("revision", "metadata.annotations['rollout.argoproj.io/revision']"),
			...own.bakeMs === void 0 ? [] : [{
				name: "bake",
				value: formatDuration(own.bakeMs)
			}],
			...own.share === void 0 ? [] : [{
				name: "share",
				value: formatShare(own.share)
			}],
			...own.step === void 0 ? [] : [{
				name: "step",
				value: String(own.step)
			}]
		]
	};
}
/** Requests that the new version must answer with 2xx before the switch; asked again until the health deadline. */
function smokeTemplate(options, urls) {
	return template(options, "smoke", { metrics: urls.map((url, index) => ({
		name: `smoke-${index + 1}`,
		consecutiveErrorLimit: Math.ceil(options.healthDeadlineMs / ERROR_RETRY_MS),
		provider: { web: {
			url,
			timeoutSeconds: TIMEOUT_SECONDS
		} }
	})) });
}
function template(options, ask, spec) {
	return {
		apiVersion: "argoproj.io/v1alpha1",
		kind: "AnalysisTemplate",
		metadata: metadata(options, templateName(options, ask)),
		spec
	};
}
function metadata({ namespace }, name) {
	return namespace === void 0 ? { name } : {
		name,
		namespace
	};
}
/** Go reads no days, and no fractions are needed: whole seconds. */
function goDuration(ms) {
	return `${Math.ceil(ms / 1e3)}s`;
}

// src/gitops/rollouts/weights.ts
/** Shares that Argo Rollouts can give. Pure. */
/** Pods of the new version and of both, as the controller chooses them for a weight when no router splits the traffic. */
function podsFor(replicas, weight, maxSurge) {
	const exact = replicas * weight / 100;
	const [low, high] = [Math.floor(exact), Math.ceil(exact)];
	const zeroAllowed = weight === 100 || weight === 0 || replicas === 1 && maxSurge === 0;
	const options = [];
	const tied = (total) => total * weight % 100 === 50;
	if (high < replicas || zeroAllowed) options.push({
		canary: high,
		total: replicas
	});
	if (!tied(replicas) && (low !== 0 || zeroAllowed)) options.push({
		canary: low,
		total: replicas
	});
	if (maxSurge > 0) {
		options.push({
			canary: high,
			total: replicas + 1
		});
		if (!tied(replicas + 1) && (low !== 0 || zeroAllowed)) options.push({
			canary: low,
			total: replicas + 1
		});
	}
	const delta = (one) => Math.abs(weight - one.canary * 100 / one.total);
	let best = options[0] ?? {
		canary: 0,
		total: replicas
	};
	for (const option of options) if (delta(option) < delta(best)) best = option;
	return best;
}
/** With pods only, one more than wanted may run for a while, and none is missing. */
const MAX_SURGE = 1;
/** A share this near to what was asked is what was asked. */
const NEAR = .005;
/** The weight that a step sets, 1 to 99; refused with the shares that could be given. */
function weightOf(share, routing, where) {
	const weight = Math.round(share * 100);
	if (routing.kind === "gateway-api") {
		if (Math.abs(share * 100 - weight) < 1e-6 && weight >= 1) return ok(weight);
		const near = [.../* @__PURE__ */ new Set([Math.max(1, Math.floor(share * 100)), Math.ceil(share * 100)])];
		return bad(notGiven(where, share, near.map((percent) => `${percent}%`).join(" or "), "whole percentages"));
	}
	const { canary, total } = podsFor(routing.replicas, weight, 1);
	if (weight >= 1 && Math.abs(canary / total - share) <= NEAR) return ok(weight);
	const near = podShares(routing.replicas).toSorted((one, other) => Math.abs(one - share) - Math.abs(other - share)).slice(0, 4).toSorted((one, other) => one - other).map((one) => formatShare(Math.round(one * 1e3) / 1e3));
	return bad(notGiven(where, share, near.join(", "), `shares of ${routing.replicas} pods`));
}
/** Every share that some weight leads to, ascending, without 0 and 1. */
function podShares(replicas) {
	const shares = /* @__PURE__ */ new Set();
	for (let weight = 1; weight <= 99; weight += 1) {
		const { canary, total } = podsFor(replicas, weight, 1);
		if (canary > 0 && canary < total && Math.abs(canary / total - weight / 100) <= NEAR) shares.add(canary / total);
	}
	return [...shares].toSorted((one, other) => one - other);
}
function notGiven(where, share, could, what) {
	return {
		code: "gitops.share-not-given",
		where,
		found: `a share of ${formatShare(share)}`,
		expected: could === "" ? what : `${what}, for instance ${could}`,
		remedy: "change the step, run more replicas, or let a router split the traffic (--http-route)"
	};
}

// src/gitops/rollouts/strategy.ts
/**
* The part of a Rollout that says how a new version earns its traffic, and the AnalysisTemplates that it calls. The first manifest is the part of
* the Rollout: a patch for Kustomize. Pure.
*/
function rolloutManifests(options) {
	const { strategy } = options;
	const made = strategy.kind === "canary" ? canary(options, strategy) : blueGreen(options, strategy);
	if (!made.ok) return made;
	const patch = {
		apiVersion: "argoproj.io/v1alpha1",
		kind: "Rollout",
		metadata: metadata(options, options.rollout),
		spec: {
			progressDeadlineSeconds: Math.ceil(options.healthDeadlineMs / 1e3),
			progressDeadlineAbort: true,
			strategy: made.value.strategy
		}
	};
	return ok([patch, ...made.value.templates]);
}
function canary(options, { steps, routing, finalBakeMs }) {
	const list = [];
	const problems = [];
	const pull = options.mode === "pull";
	for (const [index, { share, bakeMs }] of steps.entries()) {
		const weight = weightOf(share, routing, `rollout.steps.${index}.share`);
		if (!weight.ok) {
			problems.push(...weight.problems);
			continue;
		}
		list.push({ setWeight: weight.value });
		list.push(pull ? { analysis: callOf(options, "step", {
			bakeMs,
			share,
			step: list.length
		}) } : { pause: {} });
	}
	if (problems.length > 0) return bad(...problems);
	const all = pull && routing.kind === "gateway-api" && finalBakeMs > 0;
	if (all) {
		list.push({ setWeight: 100 });
		list.push({ analysis: callOf(options, "alone", {
			bakeMs: finalBakeMs,
			step: list.length
		}) });
	}
	const watch = pull ? {} : { analysis: {
		...callOf(options, "watch"),
		startingStep: 1
	} };
	const routed = routing.kind === "gateway-api" ? {
		stableService: routing.stableService,
		canaryService: routing.canaryService,
		trafficRouting: { plugins: { "argoproj-labs/gatewayAPI": gateway(options, routing.httpRoute) } }
	} : {
		maxSurge: 1,
		maxUnavailable: 0
	};
	const asks = pull ? [...steps.length > 0 ? ["step"] : [], ...all ? ["alone"] : []] : ["watch"];
	return ok({
		strategy: { canary: {
			...routed,
			...watch,
			steps: list
		} },
		templates: asks.map((ask) => judgeTemplate(options, ask))
	});
}
function gateway({ namespace }, httpRoute) {
	return namespace === void 0 ? { httpRoute } : {
		httpRoute,
		namespace
	};
}
function blueGreen(options, strategy) {
	const pull = options.mode === "pull";
	const { activeService, previewService, previewPort } = strategy;
	const host = options.namespace === void 0 ? previewService : `${previewService}.${options.namespace}.svc`;
	const smoke = pull ? strategy.smoke.map((path) => `http://${host}:${previewPort}${path}`) : [];
	return ok({
		strategy: { blueGreen: {
			activeService,
			previewService,
			autoPromotionEnabled: pull && !strategy.preview,
			scaleDownDelaySeconds: Math.max(30, Math.ceil(strategy.drainMs / 1e3)),
			...smoke.length === 0 ? {} : { prePromotionAnalysis: { templates: [{ templateName: templateName(options, "smoke") }] } },
			postPromotionAnalysis: callOf(options, "alone", { bakeMs: strategy.finalBakeMs })
		} },
		templates: [judgeTemplate(options, "alone"), ...smoke.length === 0 ? [] : [smokeTemplate(options, smoke)]]
	});
}

// src/release/manifests/rollouts.ts
/** Strategy and AnalysisTemplates of an environment for Argo Rollouts. Pure. */
function environmentManifests(environment, names) {
	const { rollout, metrics } = environment;
	const refused = refusals(environment, names);
	if (refused.length > 0) return bad(...refused);
	return rolloutManifests({
		mode: names.mode,
		service: environment.service,
		environment: environment.environment,
		rollout: names.rollout,
		...names.namespace === void 0 ? {} : { namespace: names.namespace },
		strategy: rollout.strategy === "canary" ? {
			kind: "canary",
			steps: rollout.steps,
			finalBakeMs: rollout.finalBakeMs,
			routing: names.routing
		} : {
			kind: "blue-green",
			activeService: names.activeService,
			previewService: names.previewService,
			previewPort: names.previewPort,
			preview: rollout.preview,
			finalBakeMs: rollout.finalBakeMs,
			drainMs: rollout.drainTimeoutMs,
			smoke: rollout.smoke.map(({ path }) => path)
		},
		healthDeadlineMs: rollout.healthDeadlineMs,
		waitMs: rollout.analysisDeadlineMs,
		judge: {
			...names.judge,
			everyMs: Math.max(names.judge.everyMs, metrics.everyMs)
		}
	});
}
/** What Argo Rollouts cannot be told. */
function refusals({ environment, rollout, metrics }, { mode }) {
	const at = (path) => `environments.${environment}.${path}`;
	const problems = [];
	if (metrics.prometheus === null) problems.push({
		code: "gitops.no-counts",
		where: at("metrics"),
		found: "no Prometheus",
		expected: "counts that the judge can ask for",
		remedy: "add `prometheus:` under `metrics:`"
	});
	if (rollout.strategy === "rolling") problems.push({
		code: "gitops.strategy-of-hosts",
		where: at("rollout.strategy"),
		found: "rolling",
		expected: "canary or blue-green: on Kubernetes pods are not replaced host by host",
		remedy: "write `strategy: canary` with steps"
	});
	if (rollout.strategy === "blue-green" && rollout.steps.length > 0) problems.push({
		code: "gitops.shares-of-blue-green",
		where: at("rollout.steps"),
		found: `${rollout.steps.length} shares before a blue-green switch`,
		expected: "none: Argo Rollouts switches all traffic at once",
		remedy: "write `steps: []`, or `strategy: canary`"
	});
	if (rollout.strategy === "blue-green" && mode === "pull") for (const [index, { status, contains }] of rollout.smoke.entries()) {
		if (contains === void 0 && status >= 200 && status < 300) continue;
		problems.push({
			code: "gitops.smoke-not-told",
			where: at(`rollout.smoke.${index}`),
			found: contains === void 0 ? `status ${status}` : `a text that must be in the answer`,
			expected: "requests that are answered with 2xx: the controller looks at nothing else",
			remedy: "ask for another path, or use --mode push, where the pipeline makes the requests"
		});
	}
	return problems;
}

// src/release/pipeline/view.ts
/** The newest entry by which this version came to serve for good. Pure. */
function cameWith({ history }, version) {
	return history.findLast((entry) => entry.version === version && cameToServe(entry));
}
/** Releases that came to the environment before since what serves here came there, and for how long there is something to take. Pure. */
function behindOf(before, servesBefore, servesHere, same, now) {
	if (servesBefore === null) return { kind: "nothing-before" };
	if (servesHere !== null && same(servesBefore, servesHere)) return { kind: "same" };
	const came = before.history.filter(({ outcome }) => outcome === "released");
	const own = came.findLastIndex(({ version }) => servesHere !== null && same(version, servesHere));
	const newer = came.slice(own + 1);
	const first = newer[0] ?? cameWith(before, servesBefore);
	const versions = new Set(newer.map(({ version }) => version));
	return {
		kind: "behind",
		releases: Math.max(1, versions.size),
		forMs: first === void 0 ? 0 : Math.max(0, now - Date.parse(first.time))
	};
}

// src/release/pipeline/look.ts
/** One view of all environments of a service, from the records, and from a look at each condition. Only looks. */
async function pipeline(service) {
	const problems = [];
	const { config, store, clock } = service;
	const tell = (error, where) => {
		problems.push(...problemsOf(error, where));
		return null;
	};
	const names = promotionOrder(config);
	const known = new Map(await Promise.all(names.map(async (name) => {
		return [name, await stageOf$1(service, unwrap(resolveEnvironment(config, name, { baseDir: service.baseDir }))).catch((error) => tell(error, name))];
	})));
	const [runs, gates, held] = await Promise.all([
		listRuns(store),
		showGates(store),
		standingOf$1(service, "forward").catch((error) => tell(error, "quarantine") ?? [])
	]);
	const environments = [];
	for (const name of names) {
		const stage = known.get(name);
		if (stage === void 0 || stage === null) continue;
		const from = stage.environment.promotion?.from ?? null;
		const before = from === null ? null : known.get(from) ?? null;
		const behind = before === null ? null : await behindIn(service, before, stage);
		const next = before === null || behind?.kind !== "behind" ? null : await nextOf(service, before, stage).catch((error) => tell(error, name));
		environments.push({
			environment: name,
			from,
			serves: stage.serves,
			behind,
			next,
			unfinished: unfinishedIn(runs, name).map(({ run, title, state }) => ({
				run,
				title,
				state,
				gates: gates.filter((gate) => gate.run === run).map(({ path }) => path)
			})),
			lock: await lockOf$1(service, name).catch((error) => tell(error, name))
		});
	}
	return {
		service: config.service.service,
		at: new Date(clock.now()).toISOString(),
		environments,
		quarantine: held.map(({ environment, entry }) => ({
			digest: entry.digest,
			component: entry.component ?? null,
			version: entry.version ?? null,
			environment,
			since: entry.time,
			cause: CAUSE[entry.cause],
			run: entry.run ?? null,
			why: entry.why
		})),
		problems: [...new Map(problems.map((problem) => [JSON.stringify(problem), problem])).values()]
	};
}
async function stageOf$1(service, environment) {
	const { store } = service;
	const name = environment.environment;
	const history = await readEnvironmentRecord(store, name, environment.service);
	const version = liveVersion(history);
	const came = version === null ? void 0 : cameWith(history, version);
	const record = version === null ? null : await readReleaseRecord(store, name, version);
	const run = history.history.findLast((one) => one.version === version && one.outcome === "released")?.run ?? null;
	const verdict = run === null ? "not known" : await readRun(store, run).then(textOf, () => "no journal here");
	return {
		environment,
		history,
		record,
		version,
		run,
		serves: version === null || came === void 0 ? null : {
			version,
			commit: record?.release.commit ?? null,
			since: came.time,
			who: came.who,
			verdict
		}
	};
}
function textOf(run) {
	return verdictText(verdictOf(run));
}
async function behindIn(service, before, here) {
	const same = (one, other) => withoutConfiguration(one) === withoutConfiguration(other);
	const behind = behindOf(before.history, before.version, here.version, same, service.clock.now());
	return behind.kind === "behind" ? {
		...behind,
		commits: await commitsBetween(service, here, before)
	} : behind;
}
async function commitsBetween({ exec, baseDir }, here, before) {
	const [from, to] = [here.record?.release.commit, before.record?.release.commit];
	if (from === void 0 || to === void 0) return null;
	const counted = await exec.read([
		"git",
		"-C",
		baseDir,
		"rev-list",
		"--count",
		`${from}..${to}`
	]);
	const count = Number(counted.stdout.trim());
	return counted.exitCode === 0 && counted.stdout.trim() !== "" && Number.isSafeInteger(count) ? count : null;
}
/** What a promotion of what serves before would find now. */
async function nextOf(service, before, here) {
	const { environment } = here;
	if (before.record === null || before.version === null || before.run === null) return null;
	const rules = (await readPolicy$1(service, environment))?.rules ?? null;
	const promotion = {
		from: before.environment.environment,
		version: before.version,
		run: before.run,
		manifest: before.record.manifest ?? manifestDigest(before.record.release),
		rules: rules?.promotion ?? null
	};
	const held = await quarantineProblems(service, digestsOf(before.record), "forward");
	const gates = promotion.rules === null ? [] : gatesOf(promotion, promotion.rules, before.version, promotionLooks(environment, service));
	const looked = await Promise.all(gates.map(async ({ id, role, condition }) => {
		if (condition === void 0) return {
			gate: id,
			state: "asks",
			text: `somebody with the role ${role}`
		};
		const { unmet, found } = await lookAt(condition, id, looking$1(service));
		const line = found.split("\n")[0] ?? "";
		const [first] = unmet;
		if (first === void 0) return {
			gate: id,
			state: "met",
			text: line
		};
		return {
			gate: id,
			state: "waits",
			text: `${line}; expected ${first.expected}`
		};
	}));
	return {
		version: before.version,
		gates: [
			...held.map(({ found }) => ({
				gate: "quarantine",
				state: "refused",
				text: found
			})),
			...looked,
			...rules === null ? [] : approvalViews(rules, service.clock.now())
		]
	};
}
/** What the gate before the release itself asks for. Pure. */
function approvalViews({ approval, approvals, windows }, now) {
	const window = windows === null ? null : windowAt(windows, now);
	const persons = `${approvals} ${approvals === 1 ? "person" : "persons"} with the role ${approval}`;
	return [...approval === null ? [] : [{
		gate: "approval",
		state: "asks",
		text: persons
	}], ...window === null || windows === null ? [] : [window.kind === "open" ? {
		gate: "window",
		state: "met",
		text: "open"
	} : {
		gate: "window",
		state: "waits",
		text: `${window.why}${window.opens === void 0 ? "" : `; opens ${wallText(windows.timeZone, window.opens)}`}`
	}]];
}
function unfinishedIn(runs, environment) {
	return runs.filter((run) => run.environment === environment && run.finished === null);
}
async function lockOf$1({ store, shared }, environment) {
	const lease = await newestLease(store, shared, environment);
	if (lease?.lock?.on !== true) return null;
	const { by, reason, time } = lease.lock;
	return {
		by,
		reason,
		time
	};
}
const LOOK_MS = 3e4;
/** A context for a look outside of any run. */
function looking$1({ clock, exec }) {
	const nothing = () => {
		throw new ProblemError({
			code: "procedure.no-outputs",
			where: "pipeline",
			found: "a look outside of a run",
			expected: "a condition that needs nothing of its run",
			remedy: "this is a fault of the procedure"
		});
	};
	return {
		mode: "plan",
		clock,
		exec,
		signal: AbortSignal.timeout(LOOK_MS),
		outputOf: nothing,
		evidenceOf: nothing,
		fence: 0,
		run: "",
		note: () => void 0
	};
}

// src/release/prove/server.ts
/** Suites open more connections than a plan does. */
const CONNECTIONS = "--max-connections=151";
/** The one that is named, or what plans are made on, started for this proof: a container of the image, else the program. */
async function throwAway(settings, address, ports) {
	if (address !== void 0) return {
		place: scratchAt(address),
		close: async () => void 0
	};
	const { shadow } = settings;
	if (shadow?.image !== void 0) return inContainer(settings.engine, {
		...shadow,
		image: shadow.image
	}, ports);
	if (shadow?.dsn !== void 0 && shadow.program === void 0) throw new ProblemError(noServer$1());
	return onThisMachine(settings, ports);
}
async function onThisMachine({ engine, shadow }, { exec, clock }) {
	const [port = PORT_RANGE.first] = await freePorts(1, PORT_RANGE, {
		taken: /* @__PURE__ */ new Set(),
		root: String(process.pid),
		clock
	});
	const local = await startLocal({
		program: shadow?.program ?? (engine === "mariadb" ? "mariadbd" : "mysqld"),
		family: engine,
		user: shadow?.user ?? "nobody",
		database: "shiplock_proof",
		arguments: argumentsFor(engine),
		port
	}, {
		exec,
		clock
	});
	return {
		place: {
			admin: {
				socketPath: local.socketPath,
				user: "root"
			},
			host: "127.0.0.1",
			port
		},
		close: () => local.close()
	};
}
/** It has no network, like that of a plan: suites reach its socket through a port of this machine. */
async function inContainer(family, { image, memory, user }, ports) {
	const wanted = {
		image,
		memory,
		user,
		family,
		database: "shiplock_proof",
		arguments: argumentsFor(family)
	};
	const started = await startContainer(wanted, ports);
	try {
		const password = randomBytes(16).toString("hex");
		const told = await started.administrator.tell(`ALTER USER root@localhost IDENTIFIED BY '${password}'`);
		if (!told.ok) throw new Error(told.message);
		const { socketPath } = started;
		const forward = await forwardTo(socketPath);
		return {
			place: {
				admin: {
					socketPath,
					user: "root",
					password
				},
				host: "127.0.0.1",
				port: forward.port
			},
			close: async () => {
				await forward.close();
				await started.close();
			}
		};
	} catch (error) {
		await started.close();
		throw error;
	}
}
function argumentsFor(engine) {
	return {
		initialise: [],
		start: [CONNECTIONS, ...engine === "mysql" ? ["--skip-log-bin"] : []]
	};
}
function noServer$1() {
	return {
		code: "release.no-proof-server",
		where: "database.shadow",
		found: "an address, which is the server of plans",
		expected: "a server on which everything may be done for a proof, its log too",
		remedy: "name one with --server, or write `image: mysql@sha256:…` or `program: mariadbd` (or `mysqld`) below `database.shadow`"
	};
}

// src/release/prove/suite.ts
/** The suite of a release, as it lies in a directory. */
function suiteIn(directory, version, compatibility, { exec, environment }) {
	const kept = Object.fromEntries(secretVariables(environment).map((name) => [name, void 0]));
	return {
		version,
		run: async ({ name, connection }) => {
			const address = {
				...connection,
				port: String(connection.port),
				database: name
			};
			try {
				const ended = await exec.read(compatibility.command, {
					cwd: join(directory, compatibility.directory),
					env: {
						...kept,
						...suiteEnv(compatibility.env, address)
					},
					timeoutMs: compatibility.timeoutMs
				});
				const tail = `${ended.stdout}\n${ended.stderr}`.trim().split("\n").slice(-12).join("\n");
				return ended.exitCode === 0 ? { kind: "passed" } : {
					kind: "failed",
					exit: ended.exitCode,
					tail
				};
			} catch (error) {
				const [problem] = problemsOf(error, compatibility.command.join(" "));
				return {
					kind: "failed",
					exit: null,
					tail: problem?.found ?? "it did not end"
				};
			}
		}
	};
}
/** The service as a commit has it, in a directory of its own that is gone when `use` has ended. */
async function withCommit({ exec, baseDir }, commit, use) {
	const tree = `${commit}:${(await exec.read([
		"git",
		"-C",
		baseDir,
		"rev-parse",
		"--show-prefix"
	])).stdout.trim()}`;
	const directory = await mkdtemp(join(tmpdir(), "shiplock-prove-"));
	try {
		const file = join(directory, "source.tar");
		const packed = await exec.read([
			"git",
			"-C",
			baseDir,
			"archive",
			"--format=tar",
			`--output=${file}`,
			tree
		]);
		if (packed.exitCode !== 0) throw new ProblemError(noCommit(commit, baseDir, packed.stderr));
		const unpacked = await exec.read([
			"tar",
			"-x",
			"-f",
			file,
			"-C",
			directory
		]);
		if (unpacked.exitCode !== 0) throw new Error(unpacked.stderr);
		await rm(file);
		return await use(directory);
	} finally {
		await rm(directory, {
			recursive: true,
			force: true
		});
	}
}
function noCommit(commit, baseDir, said) {
	return {
		code: "migrate.no-source",
		where: baseDir,
		found: said.trim().split("\n")[0] ?? `no commit ${commit}`,
		expected: `commit ${commit.slice(0, 12)}, from which the release that serves was built: its own suite is run`,
		remedy: "fetch the whole history (git fetch --unshallow, or fetch-depth: 0 in a workflow)"
	};
}

// src/release/prove/prove.ts
/** The suites run without any lease, since they touch the throw-away server only. Writing the ledger is a run of its own. */
async function proveCompatibility(service, request) {
	const { database, settings, compatibility } = provable(service);
	await agreeWithGit(service);
	const commit = await commitMeant(service, {
		commit: void 0,
		allowDirty: request.allowDirty
	});
	const coming = request.version ?? await describedVersion(service, commit);
	const stable = await stableRecord(service);
	const schemas = await database.schemas(request.contract);
	const server = await throwAway(settings, request.server, service);
	const scratch = await openScratch(server.place, database.name).catch(async (error) => {
		await server.close();
		throw error;
	});
	try {
		const tried = await withServing(service, stable, compatibility, (serving) => prove({
			scratch,
			serving,
			coming: suiteIn(service.baseDir, coming, compatibility, service),
			...schemas,
			tell: request.tell
		}));
		const time = new Date(service.clock.now()).toISOString();
		const rows = tried.map((one) => proofRow(one, time));
		return {
			serving: stable?.release.version ?? null,
			coming,
			from: schemas.from.state,
			to: schemas.to.state,
			server: scratch.version,
			tried,
			rows,
			run: request.dryRun ? null : await writeDown(service, rows)
		};
	} finally {
		await scratch.close();
		await server.close();
	}
}
function provable({ target, environment }) {
	const settings = environment.database;
	const compatibility = settings?.compatibility ?? null;
	if (target.database !== null && settings !== null && compatibility !== null) return {
		database: target.database,
		settings,
		compatibility
	};
	throw new ProblemError({
		code: "release.nothing-to-prove-with",
		where: `environments.${target.environment}.database`,
		found: target.database === null ? "no `database:`" : "no `compatibility:` below it",
		expected: "the command of the test suite that uses the database",
		remedy: "write `compatibility: { command: […], env: { … } }` below `database:` in shiplock.yaml"
	});
}
/** With the suite of what serves, from the commit that it was built from. A release from elsewhere, or the same commit, has none of its own. */
function withServing(service, stable, compatibility, use) {
	if (stable === null) return use(null);
	const { version, commit } = stable.release;
	return withCommit(service, commit, (directory) => use(suiteIn(directory, version, compatibility, service)));
}
async function writeDown(service, rows) {
	const result = await runAgain(ledgerProcedure(service.target, rows), engineOptions(service));
	await tellGit(service);
	if (result.outcome !== "done") throw new ProblemError(result.problems);
	return result.run;
}
/** Writes what was proven. A row that stands there already is not written twice. */
function ledgerProcedure(target, rows) {
	const { store, environment, service } = target;
	return procedure({
		id: "prove",
		title: `Write into the ledger of ${environment} what was proven`,
		description: "Which application version runs on which schema; rollback, promotion and contract migrations ask it.",
		environment,
		inputs: { rows: rows.map((row) => ({ ...row })) },
		root: action({
			id: "ledger",
			title: `Write ${rows.length} rows`,
			inputs: { rows: rows.map((row) => ({ ...row })) },
			read: () => readLedger(store, environment, service),
			decide: (ledger) => doOrNothing(ledgerEffect(store, environment, ledger, rows), "it is written"),
			probe: "repeatable"
		})
	});
}

// src/release/quarantine/in-cluster.ts
/** Environments whose cluster refuses a digest now, in their order. @throws ProblemError when one of them cannot be asked */
async function refusingClusters(door, digest) {
	const refusing = [];
	for (const name of await inClusters(door)) {
		const { target } = await openEnvironment(door, name);
		if (await target.cluster?.refusal({
			digest,
			why: ""
		})?.refused() === true) refusing.push(name);
	}
	return refusing;
}
/** Puts a digest on the list of every cluster that keeps one and does not live by it. One that cannot be asked does not keep the others from it. */
async function refuseInClusters(door, word) {
	const words = [];
	for (const environment of await inClusters(door)) try {
		const service = await openEnvironment(door, environment);
		if (service.target.cluster?.refusal(word) == null) continue;
		if (await livesBy(service, word.digest)) {
			words.push({
				kind: "serves",
				environment
			});
			continue;
		}
		const run = await changeInCluster(service, word, "put");
		if (run !== null) words.push({
			kind: "refuses",
			environment,
			run
		});
	} catch (error) {
		words.push({
			kind: "failed",
			environment,
			problems: problemsOf(error, environment)
		});
	}
	return words;
}
/** Takes a digest off the list of the environment's cluster. Gives the run; null where there is no list. */
function liftInCluster(service, word) {
	return changeInCluster(service, word, "lift");
}
/**
* As a run of its own. It holds no environment: a release at work there goes on, and what it writes to the list is kept. Gives the run;
* null where there is no list.
*/
async function changeInCluster(service, word, how) {
	const { target } = service;
	const refusal = target.cluster?.refusal(word) ?? null;
	if (refusal === null) return null;
	const { service: name, environment } = target;
	const tree = procedure({
		id: "quarantine",
		title: how === "put" ? `Let no pod of ${word.digest} begin in ${environment}` : `Let ${word.digest} return to ${environment}`,
		description: how === "put" ? "The cluster refuses pods of it from now on." : "The cluster takes pods of it again.",
		environment: `quarantine:${name}:${environment}`,
		inputs: { ...word },
		root: refusal[how]
	});
	const result = await runAgain(tree, engineOptions(service, { shared: void 0 }));
	if (result.outcome !== "done") throw new ProblemError(result.problems);
	return result.run;
}
async function inClusters(door) {
	const { config, baseDir } = await openService(door);
	return promotionOrder(config).filter((name) => isInCluster(unwrap(resolveEnvironment(config, name, { baseDir }))));
}
async function livesBy({ target }, digest) {
	const seen = await target.cluster?.rollouts.observe();
	if (seen === void 0 || seen.kind === "absent") return false;
	return [seen.desired, seen.stable].some((revision) => revision?.digest === digest);
}

// src/release/quarantine/parameter.ts
/** Pure. */
function admissionParameter(service, held) {
	const sorted = held.toSorted((a, b) => a.entry.digest.localeCompare(b.entry.digest));
	return {
		formatVersion: 1,
		service,
		digests: [...new Set(sorted.map(({ entry }) => entry.digest))],
		data: Object.fromEntries(sorted.map((one) => [quarantineKey(one.entry.digest), reasonOf(one)]))
	};
}
function reasonOf({ environment, entry }) {
	const what = entry.component === void 0 ? "" : `${entry.component} ${entry.version ?? ""}: `;
	const run = entry.run === void 0 ? "" : `, run ${entry.run}`;
	return `${what}${CAUSE[entry.cause]} in ${environment}${run}`;
}

// src/release/quarantine/say.ts
/** Puts a digest into quarantine in the name of this environment; it then holds in all of them. */
async function addToQuarantine(opened, word) {
	const service = await underPolicy(opened, "forward");
	return write$1(service, await signed(service, {
		kind: "quarantined",
		...await begin$2(service, word),
		cause: "added"
	}));
}
/** Entries of this environment that hold a digest; for `releaseFromQuarantine`. */
async function heldDigests(service, digest) {
	await agreeWithGit(service);
	return (await standingOf$1(service, "forward")).filter(({ entry }) => entry.digest === digest);
}
/**
* Ends the entries of this environment that hold a digest, and takes it off the list of its cluster; that comes first, so that a word stands on the list only when
* all of it is true. What is taken back again later is in quarantine again.
*/
async function releaseFromQuarantine(opened, word, ends) {
	const service = await underPolicy(opened, "forward");
	const entry = await signed(service, {
		kind: "released",
		...await begin$2(service, word),
		ends: [...ends]
	});
	const run = await liftInCluster(service, word);
	return ends.length === 0 ? {
		entry: null,
		run
	} : {
		entry: await write$1(service, entry),
		run
	};
}
async function begin$2(service, { digest, why }) {
	const person = (await signerOf(service))?.person;
	return {
		id: randomBytes(16).toString("hex"),
		digest,
		why,
		who: person ?? service.door.who,
		time: new Date(service.clock.now()).toISOString(),
		host: hostname(),
		...person === void 0 ? {} : { person }
	};
}
function placeOf$1({ target }) {
	return {
		service: target.service,
		environment: target.environment
	};
}
/** An entry in the name of who says it. @throws ProblemError when the policy does not let them */
async function signed(service, unsigned) {
	const { rules, exec } = service;
	const place = placeOf$1(service);
	const signer = await signerOf(service);
	const text = quarantineText(place.service, place.environment, unsigned);
	const entry = signer === void 0 ? unsigned : {
		...unsigned,
		signature: await signer.sign(text, "shiplock-quarantine@v1")
	};
	const policy = rules.kind === "policy" ? rules.policy : null;
	const why = await whyNotBelieved(place.service, entry, policy, sshSignatures(exec));
	if (why !== void 0) throw new ProblemError(notEntitled(entry, place.environment, why));
	return entry;
}
async function write$1(service, entry) {
	const { store } = service;
	const place = placeOf$1(service);
	const path = quarantinePath(store, place.environment, entry.id);
	await mkdir(dirname(path), { recursive: true });
	const record = recordOf$1(place, quarantineEntrySchema.parse(entry));
	await replaceFile(path, `${JSON.stringify(record, null, 2)}\n`);
	await tellGit(service);
	await announceQuarantine(service, record);
	return entry;
}
function notEntitled({ digest, kind }, environment, found) {
	return {
		code: "release.quarantine-role",
		where: digest,
		found,
		expected: `somebody whom the policy of ${environment} lets ${kind === "released" ? "release digests from quarantine" : "put digests into quarantine"}, with a signature`,
		remedy: "ask one of them, and sign with --sign-key; the role stands under `policy.quarantine` on the protected branch"
	};
}
/** Nothing of it stands on the list. */
function notQuarantined(digest) {
	return {
		code: "release.not-quarantined",
		where: digest,
		found: "a digest that is not in quarantine",
		expected: "one of `shiplock quarantine list`",
		remedy: "nothing to do, or check the digest"
	};
}

// src/release/report/what-if.ts
/**
* Judges one run again. Settings that are not given are those that the run recorded; what is no part of the policy (deadlines, what
* follows from too little traffic) is as the environment has it today.
*
* @param target the environment of the run; only its settings are used
* @param settings of a policy, checked by `makePolicy` already
*/
async function whatIf(target, run, settings) {
	const recorded = await readRun(target.store, run);
	const nothing = (why) => ({
		kind: "nothing",
		run,
		why
	});
	if (recorded.procedure !== "release") return nothing(`a ${recorded.procedure}: nothing is judged in it`);
	const inputs = releaseInputsSchema.safeParse(recorded.inputs);
	if (!inputs.success) return nothing("its inputs are not in the form of this version");
	const { candidate, stable } = inputs.data;
	if (candidate.unit === null || stable === null || stable.unit === null) return nothing("there was no stable version to compare with");
	const rollout = rolloutFor(target, candidate.unit, stable.unit);
	try {
		const story = storyOf(recorded, target.policy.steps);
		if (story.bakes.length === 0) return nothing("it ended before the first share was judged");
		const policy = makePolicy({
			...story.policy ?? target.policy.analysis,
			...settings
		});
		const judged = rejudge(rollout, policy, story.past, story.bakes);
		return {
			kind: "judged",
			release: compared(recorded, candidate.release.version, story, judged)
		};
	} catch (error) {
		if (error instanceof ProblemError) return nothing(error.problems.map(({ found }) => found).join("; "));
		throw error;
	}
}
function compared(recorded, version, story, judged) {
	const before = story.bakes.map(({ id }) => story.decisions.get(id) ?? []);
	const after = judged.map(({ decisions }) => decisions);
	return {
		run: recorded.run,
		environment: recorded.environment,
		version,
		startedAt: recorded.startedAt,
		steps: judged.map(({ id, share, looks, decisions, requestsNeeded }) => ({
			step: id,
			share,
			looks,
			recorded: (story.decisions.get(id) ?? []).map(published),
			again: decisions.map(published),
			requestsNeeded
		})),
		recorded: endingOf(before),
		again: endingOf(after),
		same: after.length === before.length && after.every((decisions, i) => sameDecisions(before[i] ?? [], decisions))
	};
}
function published({ answer, text, time, afterMs }) {
	return {
		answer,
		text,
		at: new Date(time).toISOString(),
		afterSeconds: afterMs / 1e3
	};
}
/** A failure anywhere ends a release; without one, every step must have passed. Pure. */
function endingOf(steps) {
	if (steps.flat().some(({ answer }) => answer === "fail")) return "rolled-back";
	return steps.every((decisions) => decisions.some(({ answer }) => answer === "pass")) ? "passed" : "undecided";
}
/** The same answers at the same looks; the words may be those of another version of the program. */
function sameDecisions(a, b) {
	return a.length === b.length && a.every(({ answer, time }, i) => answer === b[i]?.answer && time === b[i]?.time);
}
const sampleSchema = looseObject({ sample: looseObject({ time: number$2() }) });
const evidenceSchema = looseObject({ evidence: record$1(string(), union([
	string(),
	number$2(),
	boolean()
])) });
const verdictSchema = looseObject({
	answer: _enum([
		"pass",
		"fail",
		"ask"
	]),
	status: string()
});
const pastDoneSchema = looseObject({ outputs: looseObject({ accuse: looseObject({ policy: record$1(string(), unknown$3()) }) }) });
const bakeDoneSchema = looseObject({ outputs: looseObject({ clear: looseObject({ policy: looseObject({ minimumBakeSeconds: number$2() }) }) }) });
/** Sorts the records of a run by watch. Pure. */
function storyOf(recorded, configured) {
	const watches = /* @__PURE__ */ new Map();
	let paused = false;
	for (const { record, payload } of recorded.entries) {
		if (record.type === "run.paused" || record.type === "run.resumed") {
			paused = isHeld(payload, record.type === "run.paused", paused);
			if (paused) for (const watched of watches.values()) holdLast(watched, "sample");
		}
		const id = record.node.split("/").find((part) => part === "past" || shareJudgedBy(part) !== void 0);
		if (id === void 0) continue;
		const watched = watches.get(id) ?? {
			looks: [],
			decisions: [],
			first: void 0,
			time: 0,
			acted: 0,
			done: void 0
		};
		watches.set(id, watched);
		if (record.type === "gate.evidence" || record.node.endsWith(`/${id}`)) note(watched, record.type, payload, paused);
	}
	const past = watches.get("past");
	watches.delete("past");
	const looked = [...watches].filter(([, { looks }]) => looks.length > 0);
	const policy = pastDoneSchema.safeParse(past?.done);
	return {
		policy: policy.success ? makePolicy(policy.data.outputs.accuse.policy, `run ${recorded.run}`) : null,
		past: past?.looks ?? [],
		bakes: looked.map(([id, { looks, done }]) => ({
			id,
			looks,
			step: stepOf(id, done, configured)
		})),
		decisions: new Map(looked.map(([id, { decisions }]) => [id, decisions]))
	};
}
/** Who orders a pause or its end is in the record; what ends a process or begins one changes nothing about it. */
function isHeld(payload, begins, before) {
	if (!(typeof payload === "object" && payload !== null && "asked" in payload)) return before;
	return begins && "reason" in payload && payload["reason"] === "asked";
}
/** Nothing has followed yet from the last look of a watch, and nothing will. */
function holdLast(watched, kind) {
	const last = watched.looks.at(-1);
	const acted = watched.done !== void 0 || watched.acted === watched.looks.length;
	if (last !== void 0 && last.kind === kind && !acted) watched.looks[watched.looks.length - 1] = {
		...last,
		held: true
	};
}
function note(watched, type, payload, held) {
	if (type === "analysis.sample") {
		const parsed = sampleSchema.safeParse(payload);
		if (held) holdLast(watched, "evidence");
		watched.looks.push({
			kind: "sample",
			sample: parsed.success ? parsed.data.sample : void 0,
			held
		});
		if (!parsed.success) return;
		watched.time = parsed.data.sample.time;
		watched.first ??= watched.time;
	}
	if (type === "gate.evidence") {
		const parsed = evidenceSchema.safeParse(payload);
		if (parsed.success) watched.looks.push({
			kind: "evidence",
			evidence: parsed.data.evidence,
			held: false
		});
	}
	if (type === "analysis.verdict") {
		const parsed = verdictSchema.safeParse(payload);
		if (!parsed.success) return;
		const { time, first = time } = watched;
		watched.acted = watched.looks.length;
		watched.decisions.push({
			answer: parsed.data.answer,
			text: parsed.data.status,
			time,
			afterMs: time - first
		});
	}
	if (type === "step.done") watched.done = payload;
}
/**
* Share and least time of a bake. The share stands in its id; the time in what it left when it passed, else in today's configuration of
* the same share, else it is not known and nothing holds a pass back.
*/
function stepOf(id, done, configured) {
	const share = shareJudgedBy(id) ?? 0;
	const passed = bakeDoneSchema.safeParse(done);
	if (passed.success) return {
		share,
		bakeMs: passed.data.outputs.clear.policy.minimumBakeSeconds * 1e3
	};
	return {
		share,
		bakeMs: configured.find((step) => Math.abs(step.share - share) < 5e-4)?.bakeMs ?? 0
	};
}

// src/release/run/adopt.ts
/** Refuses unless the files make the structure that the database has. */
async function adopt(service, request) {
	const settings = databaseSettings(service);
	await agreeWithGit(service);
	const database = open(service, settings);
	const { applied } = await database.look();
	const known = notNew(applied, database.resource);
	if (known.length > 0) throw new ProblemError(known);
	const baseline = await baselineOf(request.at, settings, database);
	const { structure } = await database.bothStructures();
	const problems = await differences(service, request.server, baseline, structure);
	if (problems.length > 0) throw new ProblemError(problems);
	const digest = await database.structure();
	const options = {
		database,
		lockWaitTimeoutMs: settings.lockWaitTimeoutMs,
		statementTimeoutMs: settings.statementTimeoutMs
	};
	const steps = [adoptStep({
		...options,
		baseline,
		structure: digest
	}), acceptStep(options)];
	return {
		run: (await carryOut(service, request.why, `Adopt the database of ${service.target.service}`, steps)).run,
		applied: baseline.map(({ migration }) => migration.id)
	};
}
/** Takes the live structure as it is for what the last migration left. */
async function acceptStructure(service, why) {
	const settings = databaseSettings(service);
	await agreeWithGit(service);
	const database = open(service, settings);
	const { lockWaitTimeoutMs, statementTimeoutMs } = settings;
	const step = acceptStep({
		database,
		lockWaitTimeoutMs,
		statementTimeoutMs
	});
	return {
		run: (await carryOut(service, why, `Accept the structure of ${service.target.service}`, [step])).run,
		applied: []
	};
}
async function carryOut(service, why, title, steps) {
	const tree = procedure({
		id: "adopt",
		title: `${title} in ${service.target.environment}`,
		description: "Writes down what is there already. No migration is run.",
		environment: service.target.environment,
		inputs: {
			why,
			who: service.door.who
		},
		root: sequence({
			id: "adoption",
			title,
			steps
		})
	});
	const result = await runAgain(tree, engineOptions(service));
	await tellGit(service);
	if (result.outcome !== "done") throw new ProblemError(result.problems);
	return result;
}
function open({ secrets }, { dsn, connectTimeoutMs }) {
	return openDatabase({
		dsn,
		secrets,
		connectTimeoutMs
	});
}
async function baselineOf(at, settings, database) {
	const migrations = await readMigrations(settings.migrations);
	if (at !== null) {
		const newest = migrations.find(({ id, number }) => id === at || /^\d{1,4}$/.test(at) && number === Number(at));
		if (newest === void 0) throw new ProblemError(noSuchFile(at, settings.migrations));
		return migrations.filter(({ number }) => number <= newest.number).map((migration) => ({
			migration,
			at: null,
			by: null
		}));
	}
	const imported = await readImported(settings.migrations);
	return unwrap(takeOver(imported, await database.history(imported.tool), database.resource)).map(({ id, at: time, by }) => {
		const migration = migrations.find((one) => one.id === id);
		if (migration === void 0) throw new ProblemError(noSuchFile(id, settings.migrations));
		return {
			migration,
			at: time,
			by: by === null ? imported.tool : `${imported.tool}: ${by}`
		};
	});
}
async function readImported(dir) {
	const file = join(dir, "imported.json");
	try {
		return importedSchema.parse(JSON.parse(await readFile(file, "utf8")));
	} catch (error) {
		throw new ProblemError({
			code: "migrate.adopt-nothing-imported",
			where: file,
			found: error instanceof Error ? error.message.split("\n")[0] ?? "" : String(error),
			expected: "what `shiplock migrate import` wrote, or --at with the newest file that the database has",
			remedy: "give --at, or import the migrations of the other tool"
		});
	}
}
const MOST_SHOWN = 20;
async function differences({ environment, target, secrets }, server, baseline, live) {
	const scratch = await openScratch(scratchAt(server), databaseOf(target).name);
	try {
		const engine = environment.database?.engine;
		if (scratch.family !== engine) return [otherFamily(scratch.family, engine ?? "")];
		const { name, connection } = await scratch.database(baseline.map(({ migration }) => migration));
		const { user, password, host, port } = connection;
		const made = openDatabase({
			dsn: `mysql://${user}:${password}@${host}:${port}/${name}`,
			secrets,
			connectTimeoutMs: 1e4
		});
		const changes = structureChanges(own((await made.bothStructures()).structure), own(live));
		if (changes.length === 0) return [];
		const lines = changes.slice(0, MOST_SHOWN).map(changeText);
		const rest = changes.length - lines.length;
		return [{
			code: "migrate.adopt-differs",
			where: databaseOf(target).name,
			found: `a structure that these files do not make:\n  ${lines.join("\n  ")}${rest > 0 ? `\n  and ${rest} more` : ""}`,
			expected: "the structure that the files make on an empty server of the same family",
			remedy: "write a file for what is missing, or name an earlier file with --at"
		}];
	} finally {
		await scratch.close();
	}
}
/** Without the tables in which tools keep their histories, and what no migration makes: the database itself. */
function own(structure) {
	const left = /* @__PURE__ */ new Set(["database", ...TOOL_TABLES.map((name) => `table ${name}`)]);
	return Object.fromEntries(Object.entries(structure).filter(([object]) => !left.has(object)));
}
function noSuchFile(at, dir) {
	return {
		code: "migrate.adopt-no-file",
		where: dir,
		found: `no migration ${at}`,
		expected: "the number or the id of one of the files",
		remedy: "name the newest file whose changes the database has, for instance --at 0012"
	};
}
function otherFamily(found, expected) {
	return {
		code: "migrate.scratch-other-family",
		where: "--server",
		found,
		expected,
		remedy: "give the address of a throw-away server of the same family and version"
	};
}

// src/release/run/import.ts
/** Migrations of another tool as files of ours. Knows no database. */
const IMPORT_TOOLS = TOOLS;
function isImportTool(name) {
	return IMPORT_TOOLS.includes(name);
}
/** Writes them, all or none; the names that were written. */
async function importMigrations({ tool, from, to }) {
	await finishBegun(to);
	const there = (await namesIn(to)).filter((name) => name.endsWith(".sql"));
	if (there.length > 0) throw new ProblemError({
		code: "migrate.import-not-empty",
		where: to,
		found: `${there.length} files of SQL`,
		expected: "a directory without any: numbers are given from 0001",
		remedy: "name another one with --to"
	});
	const names = await namesIn(from);
	const files = await Promise.all(names.map(async (name) => ({
		name,
		bytes: await readFile(join(from, name))
	})));
	const converted = unwrap(convert(tool, unwrap(readForeign(tool, files, from)), from));
	const written = [...converted.files, {
		name: "imported.json",
		text: `${JSON.stringify(converted.imported, null, 2)}\n`
	}];
	const bytes = converted.files.map(({ name, text }) => ({
		name,
		bytes: new TextEncoder().encode(text)
	}));
	const { problems } = parseMigrations(bytes, to);
	if (problems.length > 0) throw new ProblemError(problems);
	await writeAll(to, written.map(({ name, text }) => ({
		path: join(to, name),
		before: null,
		after: text
	})));
	await rmdir(join(to, ".shiplock")).catch(() => void 0);
	return written.map(({ name }) => name);
}
async function namesIn(dir) {
	try {
		return (await readdir(dir, { withFileTypes: true })).filter((entry) => entry.isFile() && !entry.name.startsWith(".")).map((entry) => entry.name).toSorted();
	} catch {
		return [];
	}
}

// src/release/run/migrate-status.ts
/** How the database of an environment and the migrations that are checked out stand to each other. Only looks. */
async function migrateStatus(service) {
	return databaseOf(service.target).status();
}

// src/release/run/orders.ts
const POLL_MS = 200;
/**
* Orders a rollout to pause, to go on or to go back. Where a process works on it, the order is handed to that process; where none does, a pause
* waits for the next one, and this process goes on with the run, or back, itself.
*/
async function orderRun(opened, request) {
	const { run, kind, why, waitMs } = request;
	const service = await underPolicy(opened, "look");
	const { store, clock, door } = service;
	const { environment } = service.target;
	const barred = whyNot(await readRun(store, run), kind, (await readOrders(store, run)).some(({ order }) => order?.kind === "pause"));
	if (barred !== void 0) throw new ProblemError(barred);
	const signer = await signerOf(service);
	const order = await makeOrder({
		run,
		environment,
		kind,
		why,
		by: door.who,
		signer,
		clock
	});
	const problem = await orderCheck(service)(order);
	if (problem !== void 0) throw new ProblemError(problem);
	const file = await placeOrder(store, order);
	const until = clock.monotonic() + waitMs;
	let followed = false;
	while (await isDriven(store, environment, run)) {
		if (!followed) {
			followed = await isTakenUp(service, order, file);
			if (followed && kind !== "abort") return {
				kind: "followed",
				run
			};
			if (!followed && clock.monotonic() >= until) return {
				kind: "placed",
				run,
				why: "busy"
			};
		}
		if (door.signal?.requested !== void 0) return {
			kind: followed ? "followed" : "placed",
			run,
			why: "busy"
		};
		await clock.sleep(POLL_MS, door.signal?.signal).catch(() => void 0);
	}
	return withoutProcess(service, request, order, file);
}
/** Nobody works on the run: it has ended, it waits at a gate, or its process died. */
async function withoutProcess(service, { run, kind }, order, file) {
	const { finished, entries } = await readRun(service.store, run);
	const followed = await isTakenUp(service, order, file) || entries.some(({ record, payload }) => record.node === "" && JSON.stringify(payload ?? null).includes(order.id));
	if (finished !== null && !followed) {
		await removeOrder(file);
		throw new ProblemError(isOver(run, finished.outcome));
	}
	if (kind === "pause") return followed ? {
		kind: "followed",
		run
	} : {
		kind: "placed",
		run,
		why: "no-process"
	};
	return {
		kind: "ended",
		run,
		outcome: await resume(service, run, { abort: kind === "abort" })
	};
}
/** Has the run taken it up? Throws when it refused it. */
async function isTakenUp({ store }, order, file) {
	if ((await readOrders(store, order.run)).some((placed) => placed.order?.id === order.id)) return false;
	const refused = await refusalOf(file);
	if (refused !== null) throw new ProblemError(refused);
	return true;
}
/** Orders that lie there and have not been taken up. */
async function pendingOrders(store, run) {
	return (await readOrders(store, run)).flatMap(({ order }) => order === null ? [] : [{
		kind: order.kind,
		by: order.by,
		why: order.why
	}]);
}
/** Pure. */
function whyNot(run, kind, pauseWaits) {
	if (run.finished !== null) return isOver(run.run, run.finished.outcome);
	if (run.procedure !== "release") return {
		code: "order.no-rollout",
		where: `run ${run.run}`,
		found: `a ${run.procedure}`,
		expected: "a release: a way back is neither paused nor aborted",
		remedy: "let it end; `shiplock status` says how it stands"
	};
	if (kind !== "resume" || run.held !== null || pauseWaits) return void 0;
	return notPaused(run.run);
}
function isOver(run, outcome) {
	return {
		code: "order.run-over",
		where: `run ${run}`,
		found: `a run that is over: ${outcome}`,
		expected: "a run that is under way, waits or has stopped",
		remedy: "to go back to an earlier release: `shiplock rollback ENVIRONMENT --reason …`"
	};
}

// src/release/run/retire.ts
/** Writes a migration that renames a table or column, or, after its quarantine, one that drops it. Asks no database. */
async function writeRetirement({ environment, clock }, request) {
	const settings = databaseSettings({ environment });
	const files = await readMigrations(settings.migrations);
	const retirement = {
		what: unwrap(readRetired(request.what)),
		today: new Date(clock.now()).toISOString().slice(0, 10),
		quarantineDays: Math.ceil(settings.quarantineMs / 864e5)
	};
	const made = request.drop ? dropRetired(retirement, files) : retire(retirement);
	const migration = unwrap(made);
	const file = join(settings.migrations, numbered(migration, files));
	await writeFile(file, migration.text, { flag: "wx" });
	return file;
}

// src/release/run/undo.ts
/** Writes the migration that takes an applied one back, if what goes holds nothing. Reads the database and changes nothing. */
async function writeUndo({ environment, target, secrets, clock, door }, wanted) {
	const settings = databaseSettings({ environment });
	const files = await readMigrations(settings.migrations);
	const { dsn, connectTimeoutMs, engine } = settings;
	const { applied } = await openDatabase({
		dsn,
		secrets,
		connectTimeoutMs
	}).look();
	const { migration, file } = unwrapUndoable(files, wanted, new Set(applied.filter((row) => row.state === "applied").map(({ id }) => id)));
	const down = await readFile(file, "utf8");
	const split = splitSql(down, file);
	if (split.problems.length > 0) throw new ProblemError(split.problems);
	const lost = unwrap(lostBy(split.statements, engine, file));
	const session = await openDsnSession(resolveDsn(dsn, secrets), connectTimeoutMs);
	try {
		const problems = [];
		for (const one of lost) if (await holds(session, one)) problems.push(loses(one, migration.id, target.environment));
		if (problems.length > 0) throw new ProblemError(problems);
	} finally {
		await session.close();
	}
	const made = undo({
		migration,
		down,
		lost,
		environment: target.environment,
		owner: door.who,
		today: new Date(clock.now()).toISOString().slice(0, 10)
	});
	const path = join(settings.migrations, numbered(made, files));
	await writeFile(path, made.text, { flag: "wx" });
	return path;
}
function unwrapUndoable(files, wanted, done) {
	const migration = files.find(({ id, number }) => id === wanted || String(number).padStart(4, "0") === wanted);
	const problem = (found, expected, remedy) => new ProblemError({
		code: "migrate.undo-what",
		where: wanted,
		found,
		expected,
		remedy
	});
	if (migration === void 0) throw problem("no migration of this name", files.map(({ id }) => id).join(", "), "name one of them");
	if (!done.has(migration.id)) throw problem(`${migration.id}, which is not applied`, "one that is applied", "delete the file, if it was applied nowhere else");
	if (migration.down === null) throw problem(`${migration.id}, which has no down file`, `${migration.id}.down.sql beside it`, "write the new migration by hand, or the down file first");
	return {
		migration,
		file: migration.down
	};
}
const found = unknown$3();
/** No such table, no such column: there is nothing to lose. */
const GONE = /* @__PURE__ */ new Set([1146, 1054]);
async function holds(session, { table, column }) {
	const where = column === null ? "" : ` WHERE ${sqlName(column)} IS NOT NULL`;
	try {
		return (await session.ask(found, `SELECT 1 FROM ${sqlName(table)}${where} LIMIT 1`)).length > 0;
	} catch (error) {
		if (error instanceof ServerRefusal && GONE.has(error.refusal.errno)) return false;
		throw error;
	}
}

// src/release/status.ts
const DAY_MS = 864e5;
/** Each part is looked at by itself and within its own time: a source that hangs costs its own line, not the answer. */
async function status(service, partMs = 1e3) {
	const { target, store, shared, clock } = service;
	const problems = [];
	const part = async (what, look, fallback) => {
		const over = new AbortController();
		const late = clock.sleep(partMs, over.signal).then(() => {
			throw new Error(`no answer within ${partMs} ms`);
		});
		late.catch(() => void 0);
		try {
			return await Promise.race([look(over.signal), late]);
		} catch (error) {
			problems.push({
				code: "status.unknown",
				where: what,
				found: error instanceof Error ? error.message.split("\n")[0] ?? "" : String(error),
				expected: "an answer",
				remedy: `see why ${what} does not answer`
			});
			return fallback;
		} finally {
			over.abort();
		}
	};
	const here = await readLease(store, target.environment).catch(() => void 0);
	const [rules, routes, platform, schema, git, lease, pending, record, runs, gates] = await Promise.all([
		part("the policy", async (signal) => (await underPolicy(service, "look", signal)).rules, { kind: "later" }),
		part("the proxy", (signal) => target.ports.router.observe(signal), {
			kind: "unreachable",
			reason: "no answer"
		}),
		part("the platform", (signal) => target.ports.platform.observe(signal), {
			instances: [],
			installed: [],
			current: {},
			hosts: []
		}),
		part("the database", async () => await target.database?.schema(partMs) ?? null, null),
		part("the GitOps repository", async () => await target.gitops?.named() ?? null, null),
		part("the git store", (signal) => newestLease(store, shared, target.environment, signal), here?.lease),
		shared === void 0 ? null : pendingRuns(shared, store, target.environment),
		readEnvironmentRecord(store, target.environment, target.service),
		listRuns(store),
		showGates(store)
	]);
	const seen = routes.kind === "observed" ? routes.routes.toSorted((a, b) => b.hold.localeCompare(a.hold)) : null;
	const serving = seen?.find((route) => route.hold === "stable" && route.configuredShare > 0)?.version ?? Object.values(platform.current)[0] ?? null;
	const since = clock.now() - DAY_MS;
	const closed = target.doors === null ? null : await readMaintenance(target.doors.directory);
	const mine = runs.filter((run) => run.environment === target.environment && run.finished === null);
	const open = gates.filter((gate) => mine.some((run) => run.run === gate.run));
	const recentIds = runs.filter((run) => run.environment === target.environment && (run.finished === null || Date.parse(run.lastAt) >= since)).map(({ run }) => run);
	return {
		service: target.service,
		environment: target.environment,
		routes: seen?.map((route) => ({
			version: route.version,
			share: route.share,
			configured: route.configuredShare,
			hold: route.hold,
			up: route.endpoints.filter((endpoint) => endpoint.health === "up").length
		})) ?? null,
		routesProblem: routes.kind === "unreachable" ? routes.reason : null,
		instances: platform.instances.map(({ instance, version, on, host, port, state, restarts, detail }) => ({
			instance,
			version,
			on,
			address: host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`,
			state,
			restarts,
			detail
		})),
		hosts: platform.hosts.map((host) => ({
			name: host.name,
			address: host.address,
			problem: host.kind === "unreachable" ? host.reason : null
		})),
		current: platform.current,
		schema,
		git,
		pending: pending?.map(({ run, records }) => ({
			run,
			records
		})) ?? null,
		lock: lockOf(lease),
		maintenance: closed === null ? null : {
			who: closed.who,
			reason: closed.reason,
			until: closed.until
		},
		holder: holderOf(lease),
		gitAgrees: target.gitops === null ? null : git === serving,
		changes: record.history.filter((entry) => Date.parse(entry.time) >= since).map(({ time, version, outcome, who, why }) => ({
			time,
			version,
			outcome,
			who,
			why
		})),
		unfinished: await Promise.all(mine.map(async ({ run, title, state, held }) => ({
			run,
			title,
			state,
			held,
			orders: await pendingOrders(store, run)
		}))),
		gates: open.map(({ run, path, title }) => ({
			run,
			path,
			title
		})),
		announcements: service.environment.announce === null ? null : await announcementsOf(store, recentIds),
		persons: rulesText(rules),
		next: underDoors(target.environment, closed, nextCommands(target.environment, mine, open, serving, previousVersion(record), service.environment.promotion?.from ?? null)),
		problems
	};
}
function lockOf(lease) {
	if (lease?.lock?.on !== true) return null;
	const { by, reason, time } = lease.lock;
	return {
		by,
		reason,
		time
	};
}
function holderOf(lease) {
	if (lease === void 0 || lease.holder === null) return null;
	const { run, who, host } = lease.holder;
	return {
		run,
		who,
		host
	};
}
/** Under maintenance no release begins: what ends it stands first. Pure. */
function underDoors(environment, closed, next) {
	if (closed === null) return next;
	return [{
		command: `shiplock runbook run maintenance-off ${environment} --reason …`,
		why: "lets users in again, and releases begin"
	}, ...next.filter(({ command }) => !/^shiplock (?:release|promote) /.test(command))];
}
/** Pure: what may be done now. */
function nextCommands(environment, unfinished, gates, serving, previous, from = null) {
	const gate = gates[0];
	const run = unfinished[0];
	const next = [];
	if (gate !== void 0) {
		next.push({
			command: `shiplock gate show ${gate.run}`,
			why: "a gate waits for evidence"
		});
		next.push({
			command: `shiplock gate fill ${gate.run} ${gate.path} --item name=value …`,
			why: "answers it"
		});
	}
	if (run !== void 0 && (run.held ?? null) !== null) {
		next.push({
			command: `shiplock rollout resume ${run.run} --reason …`,
			why: "ends the pause"
		});
		next.push({
			command: `shiplock rollout abort ${run.run} --reason …`,
			why: "takes the new version back"
		});
	} else if (run !== void 0) next.push({
		command: `shiplock resume ${run.run}`,
		why: "goes on where the run stopped"
	});
	if (run === void 0) next.push({ ...from === null ? {
		command: `shiplock release ${environment}`,
		why: serving === null ? "makes the first release" : "releases the commit that is checked out"
	} : {
		command: `shiplock promote --to ${environment}`,
		why: `takes what serves ${from} here`
	} });
	if (serving !== null && run !== void 0) next.push({
		command: `shiplock rollback ${environment} --reason …`,
		why: "sends all traffic back to the stable version"
	});
	else if (previous !== null) next.push({
		command: `shiplock rollback ${environment} --reason …`,
		why: `goes back to ${previous}`
	});
	return next;
}

// src/release/unit/open.ts
/** `configFile` of the door is the file of the unit, or its directory. */
async function openUnit(door) {
	const file = unwrap(await readUnit(resolve(door.configFile)));
	const base = dirname(file.file);
	const store = resolve(door.store ?? join(base, ".shiplock", "units", file.unit));
	const clock = door.clock ?? systemClock;
	return {
		file,
		store,
		shared: openShared(file.git ?? void 0, {
			baseDir: base,
			store,
			clock
		}),
		clock,
		secrets: createSecrets({
			env: door.env,
			base
		}),
		door
	};
}
function memberOf({ file }, name) {
	const member = file.members.find((one) => one.name === name);
	if (member !== void 0) return member;
	throw new ProblemError({
		code: "unit.unknown-member",
		where: file.file,
		found: `no member \`${name}\``,
		expected: "the members that the run was begun with",
		remedy: "put it back into the file until the run is over"
	});
}
/** The door of a member: who acts is the same, what is opened is its own. What its runs tell begins with its name: others tell at the same time. */
function memberDoor(unit, name) {
	const { store: _, onEvent, ...door } = unit.door;
	const { config, state } = memberOf(unit, name);
	return {
		...door,
		configFile: config,
		onEvent: (event) => onEvent?.("path" in event ? {
			...event,
			path: `${name}: ${event.path}`
		} : event),
		...state === null ? {} : { store: state }
	};
}
/** @throws ProblemError where the unit could be gone on with on another machine, and the member could not */
async function openMember(unit, name, door, environment) {
	const service = await openEnvironment(door, environment);
	if (unit.shared === void 0 || service.shared !== void 0) return service;
	throw new ProblemError({
		code: "unit.member-without-store",
		where: service.configFile,
		found: `no git store, which ${unit.file.file} has`,
		expected: `a git store for the member ${name} too: else another machine would begin its run a second time`,
		remedy: "write `store.git` into its configuration, or take it out of the file of the unit"
	});
}
/** Its state directory, as its own door would choose it. */
function memberStore(unit, name) {
	const { config, state } = memberOf(unit, name);
	return state ?? join(dirname(config), ".shiplock", "state");
}
/** The engine's options for a run of the unit itself. It touches nothing but its records, so nothing of it is fenced. */
function unitOptions({ door, store, shared, clock, secrets }) {
	return {
		store,
		shared,
		breakGlass: door.breakGlass,
		clock,
		secrets,
		exec: createExec(clock),
		who: door.who,
		onEvent: door.onEvent,
		signal: door.signal,
		killAt: door.killAt
	};
}

// src/release/unit/member.ts
/** The unit run goes on only when the run of the member is over: else it pauses there. */
function mustBeOver(end) {
	switch (end.kind) {
		case "done": return;
		case "failed": throw new ProblemError(end.problems);
		case "stopped": throw new StepPaused("stopped", []);
		case "waiting":
		case "stuck": throw new StepPaused(end.kind, end.problems);
	}
}
/** The same where the member before it has gone back already: what cannot go back now is tried again once it is mended. */
function mustFollow(end) {
	if (end.kind === "failed") throw new StepPaused("stuck", end.problems);
	mustBeOver(end);
}
/** Its journal counts: only a run that is over has failed; whatever else it met, it can be gone on with. Pure. */
function endOf$1({ outcome, problems, state }) {
	if (state === void 0) return outcome === "lease-held" ? {
		kind: "waiting",
		problems
	} : {
		kind: "failed",
		problems
	};
	if (state.status === "finished") {
		if (state.finished?.outcome === "done") return { kind: "done" };
		return {
			kind: "failed",
			problems: problems.length > 0 ? problems : state.finished?.problems ?? []
		};
	}
	if (outcome === "stopped") return { kind: "stopped" };
	if (state.paused?.reason === "compensation-failed") return {
		kind: "stuck",
		problems
	};
	return {
		kind: "waiting",
		problems
	};
}
/** A run as its journal has it; undefined when it recorded nothing. */
async function stateOf(store, run) {
	const state = (await loadRun(store, run))?.state;
	return state?.started === void 0 ? void 0 : state;
}
/** Runs something of a member; problems that are thrown are how it ended. */
async function heard(store, run, work) {
	let told;
	try {
		told = await work();
	} catch (error) {
		told = {
			outcome: "failed",
			problems: problemsOf(error, `run ${run}`)
		};
	}
	return endOf$1({
		...told,
		state: await stateOf(store, run)
	});
}

// src/release/unit/record.ts
/** What a unit remembers, as files in its state directory; written as effects of the run that released it. */
function historyPath(store, environment) {
	return join(store, "environments", `${environment}.json`);
}
/** The unit release as text: this, byte for byte, is what its digest stands for. Pure. */
function unitReleaseText(release) {
	return `${JSON.stringify(release, null, 2)}\n`;
}
/** Its digest; a placeholder where a plan does not know all digests yet. Pure. */
function unitReleaseDigest(release) {
	return unitReleaseSchema.safeParse(release).success ? digestOfText(unitReleaseText(release)) : PLANNED;
}
/** Writes the unit release down where it is made; one that came from elsewhere lies there already, with the same bytes. */
function unitReleaseEffect(store, release) {
	return {
		kind: "file",
		path: manifestPath(store, unitReleaseDigest(release)),
		content: unitReleaseText(release),
		mode: 292,
		why: "the unit release: it goes through all environments as it is",
		timeoutMs: 1e4
	};
}
/** A unit release by its digest. Throws when the file is not, byte for byte, what was made. */
async function readUnitRelease(store, digest) {
	const path = manifestPath(store, digest);
	const found = await readDigested(path);
	if (found?.digest !== digest) throw new ProblemError(differs(path, digest, found?.digest ?? null));
	const parsed = JSON.parse(found.text);
	return unitReleaseSchema.parse(parsed);
}
async function readUnitHistory(store, unit, environment) {
	return await readRecord(historyPath(store, environment), unitHistorySchema) ?? {
		formatVersion: 1,
		unit,
		environment,
		history: []
	};
}
/** Adds an entry once: the same run and outcome is not written twice, so a repeated step changes nothing. */
function unitHistoryEffects(store, record, entry) {
	if (record.history.some((one) => one.run === entry.run && one.outcome === entry.outcome)) return [];
	const next = {
		...record,
		history: [...record.history, entry]
	};
	return [jsonFile(historyPath(store, record.environment), next, "which unit release came, when, and by whom")];
}
function differs(path, digest, found) {
	return {
		code: "unit.release-differs",
		where: path,
		found: found ?? "nothing",
		expected: `${digest}, as it was made`,
		remedy: "restore it from a backup of the state directory of the unit"
	};
}

// src/release/unit/procedure.ts
/** Several services as one: each member's release is a run of its own, and this is the run that drives them. */
const afterSchema = array(string()).readonly();
const memberInputsSchema = discriminatedUnion("kind", [strictObject({
	kind: literal("moves"),
	name: string(),
	after: afterSchema,
	inputs: releaseInputsSchema
}), strictObject({
	kind: literal("stays"),
	name: string(),
	after: afterSchema,
	version: versionSchema
})]);
/** All that a unit run is made from; stored with it, so that a resume builds the same tree. */
const unitInputsSchema = strictObject({
	unit: string(),
	environment: string(),
	release: unitReleaseSchema,
	/** The unit release that the environment had; null: none. */
	before: digestSchema.nullable(),
	/** Environment that it comes from; null: it was made here. */
	from: string().nullable(),
	/** In the order in which they go. */
	members: array(memberInputsSchema).readonly(),
	who: string(),
	why: string()
});
/** Members that are released by this run, in order. Pure. */
function movingOf({ members }) {
	return members.filter((member) => member.kind === "moves");
}
/**
* By name of a member that moves: the members that move and must serve before it. One that stays hands on whom it names itself. Pure.
*/
function waitsOf({ members }) {
	const known = new Map(members.map((member) => [member.name, member]));
	const through = (names) => names.flatMap((name) => {
		const member = known.get(name);
		if (member === void 0) return [];
		return member.kind === "moves" ? [name] : through(member.after);
	});
	return new Map(movingOf({ members }).map(({ name, after }) => [name, [...new Set(through(after))]]));
}
/** The same for a way back: the members that must have gone back before it. Pure. */
function waitsBack(inputs) {
	const forward = [...waitsOf(inputs)];
	return new Map(forward.map(([name]) => [name, forward.filter(([, needs]) => needs.includes(name)).map(([other]) => other)]));
}
/** So many members are released at a time. */
const SIDE_BY_SIDE = 4;
/** Members side by side, each as soon as those that it waits for are through. `idOf`: of the node of a member. */
function memberNodes(title, steps, waits, idOf) {
	const after = Object.fromEntries([...waits].map(([name, others]) => [idOf(name), others.map(idOf)]));
	return parallel({
		id: "members",
		title,
		steps,
		limit: SIDE_BY_SIDE,
		after
	});
}
/** Id of the run that releases a member in a unit run; it is the same however often the unit run is gone on with. Pure. */
function memberRun(run, name) {
	return `${run}-${name}`;
}
/** Longer than any release takes; one that waits for persons ends its process and takes no time. */
const MEMBER_MS = 12096e5;
const NOTHING = strictObject({});
/**
* Members as soon as those that they go after serve, each by its own strategy and gates. When one does not come to serve, nothing more is begun,
* what is under way is waited for, and what came to serve goes back in reverse order.
*/
function unitProcedure(inputs, ports, store) {
	const { unit, environment, release, from } = inputs;
	const moving = movingOf(inputs);
	const words = moving.map(({ name, inputs: own }) => `${name} ${own.candidate.release.version}`).join(", ");
	return procedure({
		id: "unit",
		title: `Release the unit ${unit} to ${environment}: ${words}`,
		description: `${from === null ? "" : `As released in ${from}. `}Each after those that it names, otherwise side by side. If one is taken back, the others go back in reverse order.`,
		environment,
		inputs: record$1(string(), jsonSchema).parse(structuredClone(inputs)),
		root: sequence({
			id: "unit",
			title: `Release the unit ${unit}`,
			steps: [
				keepStep(store, release),
				memberNodes("Release the members", moving.map((member) => forwardNode(member, ports)), waitsOf(inputs), forwardId),
				entryStep(inputs, store, "released")
			],
			rollback: sequence({
				id: "back",
				title: `Take the unit ${unit} back`,
				steps: [memberNodes("Take the members back", moving.toReversed().map((member) => backNode(member, ports)), waitsBack(inputs), backId), entryStep(inputs, store, "taken-back")]
			})
		})
	});
}
function forwardId(name) {
	return `release-${name}`;
}
/** Where the release of a member stands in the journal of the unit's run. Pure. */
function forwardPath(name) {
	return `unit/members/${forwardId(name)}`;
}
function backId(name) {
	return `back-${name}`;
}
function keepStep(store, release) {
	return action({
		id: "keep-record",
		title: "Record the unit release",
		inputs: { release: unitReleaseDigest(release) },
		read: async () => null,
		decide: () => ({
			kind: "do",
			effects: [unitReleaseEffect(store, release)]
		}),
		probe: "repeatable"
	});
}
function forwardNode({ name, inputs }, ports) {
	const { release } = inputs.candidate;
	const stable = inputs.stable?.release.version ?? null;
	return opaque({
		id: forwardId(name),
		title: `Release ${name} ${release.version}`,
		inputs: {
			service: release.service,
			version: release.version,
			serves: stable
		},
		outputs: NOTHING,
		promise: stable === null ? "a run of its own: its first release here; nothing serves that it could go back to" : `a run of its own, by its own strategy and gates, in the place of ${stable}`,
		probe: "repeatable",
		timeoutMs: MEMBER_MS,
		run: async (ctx) => {
			const task = {
				of: ctx.run,
				run: memberRun(ctx.run, name),
				inputs,
				signal: ctx.signal
			};
			const end = await ports.forward(name, task);
			mustBeOver(end);
			return {};
		}
	});
}
function backNode({ name, inputs }, ports) {
	const { candidate, stable } = inputs;
	const version = stable?.release.version ?? "nothing";
	return opaque({
		id: backId(name),
		title: `Take ${name} back to ${version}`,
		inputs: { version },
		outputs: NOTHING,
		promise: `a run of its own that goes back to ${version}, if ${candidate.release.version} came to serve`,
		probe: "repeatable",
		timeoutMs: MEMBER_MS,
		run: async (ctx) => {
			const task = {
				of: ctx.run,
				run: memberRun(ctx.run, name),
				signal: ctx.signal
			};
			mustBeOver(await ports.back(name, {
				...task,
				inputs: backInputs(inputs, ctx.run)
			}));
			return {};
		}
	});
}
/** What a member goes back with: nothing speaks against it, so what it brought may return. Pure. */
function backInputs({ candidate, stable, who }, run) {
	return {
		candidate,
		stable,
		seed: false,
		blameless: true,
		who,
		why: `its unit was taken back in run ${run}`
	};
}
function entryStep(inputs, store, outcome) {
	const versions = Object.fromEntries(inputs.members.map((member) => [member.name, versionOf(member)]));
	return historyStep({
		...inputs,
		release: unitReleaseDigest(inputs.release),
		versions
	}, store, outcome);
}
function historyStep(said, store, outcome) {
	const { unit, environment, release, versions, who, why } = said;
	return action({
		id: outcome === "taken-back" ? "history-back" : "history",
		title: `Write the history of the unit: ${outcome}`,
		inputs: { outcome },
		read: async (ctx) => ({
			record: await readUnitHistory(store, unit, environment),
			time: new Date(ctx.clock.now()).toISOString()
		}),
		decide: ({ record, time }, ctx) => {
			const entry = {
				release,
				run: ctx.run,
				time,
				outcome,
				versions,
				who,
				why
			};
			return doOrNothing(unitHistoryEffects(store, record, entry), "it is written");
		},
		probe: "repeatable",
		urgent: true
	});
}
/** The version of a member in this environment, once the unit is released. Pure. */
function versionOf(member) {
	return member.kind === "moves" ? member.inputs.candidate.release.version : member.version;
}

// src/release/unit/back.ts
/** A unit that has come through goes back to its unit release before: the members in reverse order, each by a rollback of its own. */
/** All that the run is made from; stored with it, so that a resume builds the same tree. */
const unitBackInputsSchema = strictObject({
	unit: string(),
	environment: string(),
	/** The unit release that it goes back to. */
	release: unitReleaseSchema,
	/** Digest of the one that goes. */
	before: digestSchema,
	/** In the order in which they are released. `stable` of each is what it goes back to. */
	members: array(memberInputsSchema).readonly(),
	/** By member: the version that it has afterwards. */
	versions: record$1(string(), versionSchema),
	who: string(),
	why: string()
});
/**
* Members in reverse order. When the first cannot go back after all, and goes alone, nothing has been touched and the run has failed. When another
* one cannot, the run stops there, and its resume tries that one again: nothing is taken forward anew.
*/
function unitBackProcedure(inputs, ports, store) {
	const { unit, environment, versions } = inputs;
	const moving = movingOf(inputs).toReversed();
	const waits = waitsBack(inputs);
	const first = moving.filter(({ name }) => waits.get(name)?.length === 0);
	const words = moving.map(({ name }) => `${name} ${versions[name] ?? ""}`).join(", ");
	return procedure({
		id: "unit-rollback",
		title: `Take the unit ${unit} in ${environment} back${words === "" ? "" : ` to ${words}`}`,
		description: "Each after those that were released after it, otherwise side by side. Each by a rollback of its own.",
		environment,
		inputs: record$1(string(), jsonSchema).parse(structuredClone(inputs)),
		root: sequence({
			id: "unit-back",
			title: `Take the unit ${unit} back`,
			steps: [memberNodes("Take the members back", moving.map((member) => goBackNode(member, ports, first.length === 1 && first[0] === member ? mustBeOver : mustFollow)), waits, backId), historyStep({
				...inputs,
				release: unitReleaseDigest(inputs.release)
			}, store, "went-back-to")]
		})
	});
}
function goBackNode({ name, inputs }, ports, settle) {
	const { candidate, stable } = inputs;
	const version = stable?.release.version ?? "nothing";
	return opaque({
		id: backId(name),
		title: `Take ${name} back to ${version}`,
		inputs: {
			version,
			serves: candidate.release.version
		},
		outputs: strictObject({}),
		promise: `a rollback of its own, from ${candidate.release.version}: traffic first, where its ledger allows it`,
		probe: "repeatable",
		timeoutMs: MEMBER_MS,
		run: async (ctx) => {
			const task = {
				of: ctx.run,
				run: memberRun(ctx.run, name),
				inputs,
				signal: ctx.signal
			};
			const failed = (error) => ({
				kind: "failed",
				problems: problemsOf(error, name)
			});
			settle(await ports.goBack(name, task).catch(failed));
			return {};
		}
	});
}

// src/release/unit/inputs.ts
/** What a unit run was begun with. @throws ProblemError when this version of the program records something else */
function inputsIn(schema, recorded, run) {
	const inputs = schema.safeParse(recorded);
	if (inputs.success) return inputs.data;
	throw unreadable$1(run, inputs.error.issues[0]?.message ?? "other inputs");
}
function unreadable$1(run, found) {
	return new ProblemError({
		code: "unit.inputs-unreadable",
		where: `run ${run}`,
		found,
		expected: "a unit run as this version of the program records it",
		remedy: "resume with the version that started the run"
	});
}

// src/release/unit/shared.ts
/** What a unit does so that several machines can take turns. Without a git store of its own: nothing. */
/** Before a run of the unit: what other machines remember of it comes here, and what they do not have yet goes there. */
function agreeUnit(unit, environment) {
	const { shared, file } = unit;
	return agreeOn(unit, environment, async () => {
		if (shared === void 0) return;
		for (const name of file.environments.keys()) await fetchDocuments(shared, placesOf(unit, name), mergeRecords);
	});
}
/** The same before a way back, which waits for nobody: where git does not answer, what is here must do. */
async function agreeOrNote(unit, environment) {
	try {
		await agreeUnit(unit, environment);
	} catch (error) {
		for (const { found } of problemsOf(error, "git store")) say(unit, found);
	}
}
/** After a run of the unit. */
function tellUnit(unit, environment) {
	return tellOf(unit, placesOf(unit, environment));
}
function placesOf({ store }, environment) {
	return {
		store,
		environment,
		places: [`environments/${environment}.json`, "manifests"]
	};
}
/** A run of a member, as its git store has it where the unit has one: another machine may have begun it, or gone on with it. @throws where that does not answer, and the run is not here */
async function memberState(unit, name, run) {
	if (unit.shared !== void 0) await refreshRun(await openService(memberDoor(unit, name)), run);
	return stateOf(memberStore(unit, name), run);
}
/** The same for whoever only tells about it: where git does not answer, what is here. */
function knownState(unit, name, run) {
	return memberState(unit, name, run).catch(() => stateOf(memberStore(unit, name), run));
}

// src/release/unit/ports.ts
/** The members as they are: services with an environment, a lease and journals of their own. */
function memberPorts(unit, environment) {
	const placeOf = (name, { signal }) => {
		const door = memberDoor(unit, name);
		const stopping = {
			...door,
			signal: stopAlso(door.signal, signal)
		};
		return {
			store: memberStore(unit, name),
			name,
			open: () => openMember(unit, name, stopping, environment),
			state: (run) => memberState(unit, name, run),
			known: (run) => knownState(unit, name, run),
			begun: async (of) => (await stateOf(unit.store, of))?.nodes.has(forwardPath(name)) === true
		};
	};
	return {
		forward: async (name, task) => telling(unit, name, task.run, await looking(forward(placeOf(name, task), task))),
		back: async (name, task) => telling(unit, name, task.run, await looking(back(placeOf(name, task), task))),
		goBack: async (name, task) => {
			const end = goBack(placeOf(name, task), task.run, task.inputs, "unit-back/members");
			return telling(unit, name, task.run, await looking(end));
		}
	};
}
/** Where git does not say whether another machine has begun the run, nobody knows: the unit waits, and begins nothing. */
function looking(end) {
	return end.catch((error) => {
		const problems = problemsOf(error, "git store");
		if (problems.some(({ code }) => code.startsWith("store."))) return {
			kind: "waiting",
			problems
		};
		throw error;
	});
}
async function forward({ store, open, state }, { run, inputs }) {
	const begun = await state(run);
	return heard(store, run, async () => toldOf(begun === void 0 ? await begin$1(await open(), run, inputs) : await resume(await open(), run)));
}
/** The same checks as at a resume: hours may lie between the plan of the unit and the turn of this member. */
async function begin$1(opened, run, inputs) {
	const service = await underPolicy(opened, "forward");
	await agreeWithGit(service);
	checkRules(service, run, inputs);
	await scanStillAsked(service, run, inputs);
	changeStillAsked(service, run, inputs);
	return runRelease(service, inputs, run);
}
async function back(place, task) {
	const { of, run, inputs } = task;
	if (!await place.begun(of)) return { kind: "done" };
	const brought = await place.state(run);
	if (brought === void 0) return { kind: "done" };
	if (brought.status !== "finished") {
		const end = await giveUp(place, task);
		if (end.kind !== "done") return end.kind === "failed" ? { kind: "done" } : end;
	} else if (brought.finished?.outcome !== "done") return { kind: "done" };
	return goBack(place, backRun(run, 1), inputs, "unit/rollback/members");
}
/** Its run is not over: it is aborted rather than brought to its end. Where that comes too late, it ends by itself and goes back afterwards. */
function giveUp({ store, open }, { run, inputs: { why } }) {
	return heard(store, run, async () => {
		const ordered = await orderRun(await open(), {
			run,
			kind: "abort",
			why,
			waitMs: 0
		});
		return ordered.kind === "ended" ? toldOf(ordered.outcome) : {
			outcome: "waiting",
			problems: []
		};
	});
}
/** From the candidate to what is stable. @param steps where the unit's own step stands, for a person who answers for it */
async function goBack({ name, store, open, known }, base, inputs, steps) {
	const attempt = await newestAttempt(known, base);
	if (attempt.unfinished) return heard(store, attempt.run, async () => toldOf(await resume(await open(), attempt.run)));
	const service = await open();
	const asked = await fetchRecordsAtOnce(service);
	const serves = (await servingRecord(service, asked))?.release.version ?? null;
	const { candidate, stable } = inputs;
	if (stable === null) return {
		kind: "failed",
		problems: [noWayBack(name, candidate.release.version, steps)]
	};
	if (serves === stable.release.version) return { kind: "done" };
	if (serves !== candidate.release.version) {
		if (!asked) return {
			kind: "waiting",
			problems: []
		};
		return {
			kind: "failed",
			problems: [moved(name, {
				candidate: candidate.release.version,
				stable: stable.release.version,
				serves
			}, steps)]
		};
	}
	return heard(store, attempt.run, async () => toldOf(await runRollback(service, inputs, { run: attempt.run })));
}
/** A way back that was refused or failed is over; once what stood in its way is mended, the next one is another run. */
async function newestAttempt(known, base) {
	for (let number = 1;; number++) {
		const at = attemptRun(base, number);
		const state = await known(at);
		if (state === void 0) return {
			run: at,
			unfinished: false
		};
		if (state.status !== "finished") return {
			run: at,
			unfinished: true
		};
	}
}
/** Id of the n-th run that takes back what a run of a member brought. Pure. */
function backRun(run, number) {
	return attemptRun(`${run}-back`, number);
}
/** Id of the n-th run of several of which each was over without having come through. Pure. */
function attemptRun(base, number) {
	return number === 1 ? base : `${base}-${number}`;
}
function toldOf({ summary, problems }) {
	return {
		outcome: summary.outcome,
		problems
	};
}
/** A member stops for a signal to the program, and when the unit run may go no further. */
function stopAlso(door, lost) {
	const stop = createStopSignal();
	const hear = (signal, asked) => {
		if (signal?.aborted === true) stop.request(asked());
		else signal?.addEventListener("abort", () => stop.request(asked()), { once: true });
	};
	hear(door?.signal, () => door?.requested ?? "SIGTERM");
	hear(lost, () => "SIGTERM");
	return stop;
}
/** Says which member it is, and where to go on with it. */
function telling(unit, name, run, end) {
	if (end.kind === "done" || end.kind === "stopped") return end;
	const { config } = memberOf(unit, name);
	const words = {
		failed: {
			code: "unit.member-failed",
			found: "a member that did not come through",
			expected: "every member of the unit",
			remedy: `its own problems stand beside this; \`shiplock journal show ${run} --config ${config}\` tells the rest`
		},
		waiting: {
			code: "unit.member-waits",
			found: "a member whose run is not over",
			expected: "a run that is over: the unit goes on then",
			remedy: `see to it (\`shiplock gate show ${run} --config ${config}\`), then \`shiplock resume --unit ${unit.file.file}\``
		},
		stuck: {
			code: "unit.member-stuck",
			found: "a member whose way back has failed",
			expected: "a member that serves one version or the other",
			remedy: `mend what its problems name, then \`shiplock resume --unit ${unit.file.file}\``
		}
	};
	return {
		...end,
		problems: [{
			where: `member ${name}, run ${run}`,
			...words[end.kind]
		}, ...end.problems]
	};
}
function noWayBack(name, candidate, steps) {
	return {
		code: "unit.no-way-back",
		where: `member ${name}`,
		found: `${candidate} is its first release here: nothing served before`,
		expected: "an earlier release to go back to",
		remedy: `take it down, or decide that it stays, then say so: \`shiplock resume --unit FILE --step ${steps}/back-${name} --outcome applied --evidence …\``
	};
}
function moved(name, { candidate, stable, serves }, steps) {
	return {
		code: "unit.member-moved",
		where: `member ${name}`,
		found: `${serves ?? "nothing"} serves`,
		expected: `${candidate}, as the unit released it, or ${stable}, as before`,
		remedy: `somebody has released it alone: decide what it should be, then \`shiplock resume --unit FILE --step ${steps}/back-${name} --outcome applied --evidence …\``
	};
}

// src/release/unit/prepare.ts
/** Draws every member, one after the other, before anything begins: what one cannot be stops the unit here. */
async function drawMembers(unit, environment, draw) {
	await noUnfinishedRun(unit, environment);
	const drawn = [];
	for (const { name } of unit.file.members) try {
		drawn.push(await drawMember$1(await openMember(unit, name, memberDoor(unit, name), environment), name, draw));
	} catch (error) {
		const problems = problemsOf(error, `member ${name}`);
		throw new ProblemError(problems.map((problem) => ({
			...problem,
			where: `member ${name}, ${problem.where}`
		})));
	}
	return drawn;
}
async function drawMember$1(service, name, draw) {
	const busy = await unfinishedRun(service);
	if (busy !== null) throw new ProblemError(memberBusy(service, busy));
	try {
		return {
			kind: "moves",
			name,
			drawn: await draw(service, name)
		};
	} catch (error) {
		const record = problemsOf(error, name).every(({ code }) => code === "release.already-live") ? await stableRecord(service) : null;
		if (record === null) throw error;
		return {
			kind: "stays",
			name,
			record
		};
	}
}
async function noUnfinishedRun({ store, file }, environment) {
	const open = (await listRuns(store)).findLast((run) => run.environment === environment && run.finished === null);
	if (open === void 0) return;
	throw new ProblemError({
		code: "unit.unfinished",
		where: `unit ${file.unit} in ${environment}`,
		found: `run ${open.run}, which is not over`,
		expected: "one run of a unit in an environment at a time",
		remedy: `shiplock resume ${open.run} --unit ${file.file}`
	});
}
function memberBusy({ configFile, environment }, run) {
	return {
		code: "unit.member-busy",
		where: environment.environment,
		found: `run ${run} of this service, which is not over`,
		expected: "members with nothing under way",
		remedy: `\`shiplock resume ${run} --config ${configFile}\`, or roll it back`
	};
}
/** For `shiplock release --unit`. Throws where the unit must come from another environment. */
function mayReleaseUnit({ file }, environment) {
	const { from } = placeOf(file, environment);
	if (from === null) return;
	throw new ProblemError({
		code: "unit.promotion-needed",
		where: environment,
		found: "a unit that is built for it",
		expected: `one that was released in ${from}`,
		remedy: `shiplock promote --unit ${file.file} --to ${environment}, once it was released in ${from}`
	});
}
/** For `shiplock promote --unit`: where the unit comes from. Throws where that is not the environment before. */
function unitComesFrom({ file }, environment, wanted) {
	const { from } = placeOf(file, environment);
	if (wanted !== void 0) placeOf(file, wanted);
	const found = from ?? wanted ?? null;
	if (found !== null && found !== environment && (wanted === void 0 || wanted === found)) return found;
	throw new ProblemError({
		code: "unit.out-of-order",
		where: `${wanted ?? "nowhere"} → ${environment}`,
		found: wanted === void 0 ? "no environment that it comes from" : `a unit of ${wanted}`,
		expected: from === null ? "another environment, in which it was released" : `one that was released in ${from}`,
		remedy: from === null ? "give --from, or write `from:` into the file of the unit" : `shiplock promote --unit ${file.file} --to ${from} first`
	});
}
function placeOf({ file, environments }, name) {
	const place = environments.get(name);
	if (place !== void 0) return place;
	const names = [...environments.keys()];
	throw new ProblemError({
		code: "config.unknown-environment",
		where: file,
		found: `the environment \`${name}\``,
		expected: `one of ${names.join(", ")}`,
		remedy: `write \`${nearest(name, names, import_fastest_levenshtein.distance) ?? names[0] ?? ""}\``
	});
}
/** The unit release that serves where it comes from, with every byte as it was made. */
async function provenUnit({ store, file }, from) {
	const entry = liveUnit(await readUnitHistory(store, file.unit, from));
	if (entry === void 0) throw new ProblemError({
		code: "unit.not-proven",
		where: `unit ${file.unit} in ${from}`,
		found: "no unit release that came to its end there",
		expected: `a unit that was released in ${from}`,
		remedy: `shiplock release --unit ${file.file} ${from}, or promote it to there`
	});
	const release = await readUnitRelease(store, entry.release);
	const [made, now] = [release.members, file.members].map((members) => members.map(({ name }) => name).toSorted());
	if (String(made) !== String(now)) throw new ProblemError({
		code: "unit.other-members",
		where: file.file,
		found: `the members ${now?.join(", ") ?? ""}`,
		expected: `those of the unit release: ${made?.join(", ") ?? ""}`,
		remedy: "release the unit anew in its first environment: a unit release goes on as it was made"
	});
	return {
		release,
		entry
	};
}
/** A member must still serve, where it comes from, what the unit release names. */
async function sameThere(service, name, { release, entry }, { from, manifest }) {
	const history = await readEnvironmentRecord(service.store, from, service.target.service);
	const serves = liveVersion(history);
	const expected = entry.versions[name];
	const made = release.members.find((member) => member.name === name)?.release;
	if (serves === expected && (manifest === void 0 || manifest === made)) return;
	throw new ProblemError({
		code: "unit.member-differs",
		where: `${name} in ${from}`,
		found: serves === expected ? `release.json with the digest ${manifest ?? ""}` : `${serves ?? "nothing"} serves`,
		expected: serves === expected ? `${made ?? ""}, as in the unit release` : `${expected ?? ""}, as in the unit release`,
		remedy: `it was released alone since: release the unit in ${from} again, so that what goes on has served together`
	});
}
/** The unit release that these members make. Pure but for placeholders of a plan, which it keeps. */
function unitReleaseOf({ file }, members) {
	const records = new Map(members.map((one) => [one.name, recordOf(one)]));
	return {
		formatVersion: 1,
		unit: file.unit,
		members: file.members.flatMap(({ name, after }) => {
			const record = records.get(name);
			if (record === void 0) return [];
			const { service, version, commit, artefacts } = record.release;
			return [{
				name,
				service,
				version,
				commit,
				release: record.manifest ?? manifestDigest(record.release),
				artefacts,
				after
			}];
		})
	};
}
function recordOf(member) {
	return member.kind === "moves" ? member.drawn.inputs.candidate : member.record;
}
/** All that the run of the unit is made from. Throws when it would change nothing. */
async function unitInputs(unit, environment, members, made) {
	const { file, store, door } = unit;
	const before = liveUnit(await readUnitHistory(store, file.unit, environment))?.release ?? null;
	const digest = unitReleaseDigest(made.release);
	if (members.every(({ kind }) => kind === "stays") && before === digest) throw new ProblemError({
		code: "unit.already-live",
		where: `unit ${file.unit} in ${environment}`,
		found: "every member serves already what it would be",
		expected: "a member that changes",
		remedy: "nothing to do"
	});
	return {
		unit: file.unit,
		environment,
		release: made.release,
		before,
		from: made.from,
		members: members.map((one) => {
			const { name } = one;
			const { after } = memberOf(unit, name);
			return one.kind === "moves" ? {
				kind: "moves",
				name,
				after,
				inputs: one.drawn.inputs
			} : {
				kind: "stays",
				name,
				after,
				version: one.record.release.version
			};
		}),
		who: door.who,
		why: made.why
	};
}

// src/release/unit/prepare-back.ts
/** What a way back of the unit would be. Touches nothing; what one member cannot do ends it here, for all of them. */
/** @throws ProblemError with what every member that cannot go back says */
async function drawBack(unit, environment, why) {
	const { file, store, door } = unit;
	placeOf(file, environment);
	await noUnfinishedRun(unit, environment);
	const { live, goal } = await entries(unit, environment);
	const release = await readUnitRelease(store, goal.release);
	for (const name of Object.keys(goal.versions)) memberOf(unit, name);
	const members = [];
	const problems = [];
	for (const { name } of file.members) try {
		members.push(await drawMember(unit, environment, name, {
			live,
			goal,
			release,
			why
		}));
	} catch (error) {
		const found = problemsOf(error, `member ${name}`);
		problems.push(...found.map((problem) => ({
			...problem,
			where: `member ${name}, ${problem.where}`
		})));
	}
	if (problems.length > 0) throw new ProblemError(problems);
	const versions = Object.fromEntries(file.members.map(({ name }) => [name, goal.versions[name] ?? ""]));
	return {
		unit: file.unit,
		environment,
		release,
		before: live.release,
		members,
		versions,
		who: door.who,
		why
	};
}
async function entries({ store, file }, environment) {
	const history = await readUnitHistory(store, file.unit, environment);
	const [live, goal] = [liveUnit(history), previousUnit(history)];
	if (live !== void 0 && goal !== void 0) return {
		live,
		goal
	};
	throw new ProblemError({
		code: "unit.nothing-to-roll-back",
		where: `unit ${file.unit} in ${environment}`,
		found: live === void 0 ? "no unit release that came to its end there" : "no unit release before the one it has",
		expected: "two unit releases, one after the other",
		remedy: "roll the members back one by one, in the reverse of their order; or release the unit anew, mended"
	});
}
async function drawMember(unit, environment, name, { live, goal, release, why }) {
	const service = await openMember(unit, name, memberDoor(unit, name), environment);
	const busy = await unfinishedRun(service);
	if (busy !== null) throw new ProblemError(memberBusy(service, busy));
	const [from, to] = [live.versions[name], goal.versions[name]];
	if (to === void 0) throw new ProblemError(cameLater(environment, from, release));
	const serves = (await servingRecord(service, await fetchRecordsAtOnce(service)))?.release.version ?? null;
	const { after } = memberOf(unit, name);
	if (serves === to) return {
		kind: "stays",
		name,
		after,
		version: to
	};
	if (serves !== from) throw new ProblemError(movedAlone(environment, serves, {
		from,
		to
	}));
	const inputs = await rollbackInputs(service, {
		to,
		why
	});
	const { database } = service.target;
	if (database !== null && inputs.stable !== null) {
		const { candidate: serving, stable } = inputs;
		const { answer, schema } = await askLedger(service.target, database, {
			serving,
			stable
		}, service.clock);
		if (answer === "no") throw new ProblemError(rollbackBreaks(to, schema));
	}
	return {
		kind: "moves",
		name,
		after,
		inputs
	};
}
function cameLater(environment, from, { members }) {
	return {
		code: "unit.member-came-later",
		where: environment,
		found: `${from ?? "a member"}, which is not part of the unit release before: that one has ${members.map(({ name }) => name).join(", ")}`,
		expected: "members that both unit releases have",
		remedy: "roll back each of the others by its own `shiplock rollback`, in the reverse of their order, and decide what becomes of this one"
	};
}
function movedAlone(environment, serves, { from, to }) {
	return {
		code: "unit.member-moved-alone",
		where: environment,
		found: `${serves ?? "nothing"} serves`,
		expected: `${from ?? "nothing"}, as the unit released it, or ${to}, as before`,
		remedy: `somebody has released it alone since: take it to ${to} by its own \`shiplock rollback ${environment} --to ${to} --reason …\`, then roll the unit back`
	};
}

// src/release/unit/summary.ts
/** A member whose environment another run holds makes the unit wait: that is told as what it is. Pure. */
function exitOf$1({ exit, problems }) {
	const held = problems.some(({ code }) => code.startsWith("lease."));
	return exit === EXIT.waiting && held ? EXIT.leaseHeld : exit;
}
/** From the journals of its runs: the one that brings it, and those that take it back. Pure. */
function standingOf(brings, backs) {
	if (brings === void 0) return "not-begun";
	if (brings.status !== "finished") return "under-way";
	if (brings.finished?.outcome !== "done") return "not-released";
	if (backs.some((back) => back?.finished?.outcome === "done")) return "taken-back";
	return backs.some((back) => back !== void 0 && back.status !== "finished") ? "under-way" : "released";
}
/** From the journals of the runs that take it back, while the unit goes back. Pure. */
function standingBack(attempts) {
	if (attempts.some((one) => one?.finished?.outcome === "done")) return "taken-back";
	if (attempts.some((one) => one !== void 0 && one.status !== "finished")) return "under-way";
	return attempts.length === 0 ? "not-begun" : "not-taken-back";
}
/** Every member of a unit run, by the journals of the members. */
async function memberSummaries(unit, { members }, run) {
	return Promise.all(members.map(async (member) => {
		const version = versionOf(member);
		if (member.kind === "stays") return {
			name: member.name,
			version,
			before: version,
			standing: "stays",
			run: null
		};
		const own = memberRun(run, member.name);
		const brings = await knownState(unit, member.name, own);
		const backs = await attemptsFrom(unit, member.name, backRun(own, 1));
		const before = member.inputs.stable?.release.version ?? null;
		const standing = standingOf(brings, backs);
		return {
			name: member.name,
			version,
			before,
			standing,
			run: standing === "not-begun" ? null : own
		};
	}));
}
/** The same of a run that takes the unit back. */
async function backSummaries(unit, { members, versions }, { run, outcome }) {
	return Promise.all(members.map(async (member) => {
		const { name } = member;
		const version = versions[name] ?? "";
		if (member.kind === "stays") return {
			name,
			version,
			before: version,
			standing: "stays",
			run: null
		};
		const own = memberRun(run, name);
		const attempts = await attemptsFrom(unit, name, own);
		const standing = outcome === "done" ? "taken-back" : standingBack(attempts);
		return {
			name,
			version,
			before: member.inputs.candidate.release.version,
			standing,
			run: attempts.length === 0 ? null : own
		};
	}));
}
async function attemptsFrom(unit, name, base) {
	const attempts = [];
	for (let number = 1;; number++) {
		const state = await knownState(unit, name, attemptRun(base, number));
		if (state === void 0) return attempts;
		attempts.push(state);
	}
}
function summariseUnit(inputs, result, members) {
	return summaryOf(inputs, result, members, sentenceOf(inputs, result, members));
}
function summariseBack(inputs, result, members) {
	return summaryOf(inputs, result, members, backSentence(inputs, result, members));
}
function summaryOf({ unit, environment, release }, { outcome, run, planHash, anchor, problems }, members, sentence) {
	return {
		unit,
		environment,
		release: unitReleaseDigest(release),
		outcome,
		sentence,
		run,
		planHash,
		anchor,
		members,
		problems
	};
}
/** The whole story in one sentence. Pure. */
function sentenceOf({ unit, environment }, { outcome, run }, members) {
	const named = namesOf$1(members);
	const what = `The unit ${unit}`;
	switch (outcome) {
		case "done": return `${what} is released in ${environment}: ${members.map(({ name, version }) => `${name} ${version}`).join(", ")}.`;
		case "rolled-back": {
			const [back, stays] = [named("taken-back"), named("released")];
			const went = back === "" ? "" : `, ${back} went back with it`;
			const left = stays === "" ? "" : `; ${stays} stays released, as somebody has answered for`;
			return `${what} was taken back from ${environment}: ${named("not-released")} did not come through${went}${left}.`;
		}
		case "failed": return `${what} stands between two states in ${environment}: still released ${named("released") || "is nobody"}, under way ${named("under-way") || "is nobody"}.`;
		case "waiting":
		case "refused":
		case "lease-held":
		case "stopped": return goesOnLater(what, environment, {
			outcome,
			run
		}, named);
	}
}
/** The same for a unit that goes back. Pure. */
function backSentence({ unit, environment, versions }, { outcome, run }, members) {
	const named = namesOf$1(members);
	const what = `The unit ${unit}`;
	const words = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
	switch (outcome) {
		case "done": return `${what} is back in ${environment} on ${words.join(", ")}.`;
		case "rolled-back":
		case "failed": {
			const back = named("taken-back");
			return back === "" ? `${what} did not go back in ${environment}: ${named("not-taken-back") || "a member"} could not.` : `${what} stands between two states in ${environment}: back is ${back}, not yet ${named("not-taken-back", "under-way", "not-begun") || "nobody"}.`;
		}
		case "waiting":
		case "refused":
		case "lease-held":
		case "stopped": return goesOnLater(what, environment, {
			outcome,
			run
		}, named);
	}
}
function namesOf$1(members) {
	return (...standings) => members.filter(({ standing }) => standings.includes(standing)).map(({ name }) => name).join(", ");
}
function goesOnLater(what, environment, { outcome, run }, named) {
	switch (outcome) {
		case "waiting": return `${what} waits in ${environment} for ${named("under-way") || "a member"}; \`shiplock resume --unit …\` goes on with run ${run}.`;
		case "refused": return `${what} was refused; nothing was changed in ${environment}.`;
		case "lease-held": return `${what} goes no further: another run holds ${environment}.`;
		case "stopped": return `${what} stopped at a safe place; \`shiplock resume --unit …\` goes on with run ${run}.`;
	}
}
const WORDS$1 = {
	stays: "stays as it is",
	"not-begun": "not begun",
	"under-way": "under way",
	released: "released",
	"not-released": "did not come through",
	"taken-back": "taken back",
	"not-taken-back": "could not go back"
};
function unitSummaryText({ sentence, run, planHash, anchor, release, members, problems }) {
	return [
		sentence,
		...members.map(({ name, version, before, standing, run: own }) => {
			return `  ${name}: ${standing === "stays" ? version : `${before ?? "nothing"} → ${version}`}: ${WORDS$1[standing]}${own === null ? "" : ` (run ${own})`}`;
		}),
		`run ${run}, plan ${planHash.slice(0, 12)}, ${anchor.count} records, head ${anchor.head.slice(0, 12)}`,
		`unit release ${release}`,
		...problems.map(formatProblem)
	].join("\n");
}

// src/release/unit/rollback.ts
/** Takes a unit back to the unit release before, member by member in reverse order. Refused as a whole while one of them cannot go back. */
async function rollbackUnit(unit, environment, { why }) {
	await agreeOrNote(unit, environment);
	const inputs = await drawBack(unit, environment, why);
	return outcomeOf$1(unit, inputs, await runProcedure(procedureOf$1(unit, inputs), {
		...unitOptions(unit),
		urgent: true
	}));
}
/** What that would do now. Looks only. */
async function planUnitRollback(unit, environment, { why }) {
	const inputs = await drawBack(unit, environment, why);
	const members = [];
	for (const member of inputs.members.toReversed()) if (member.kind === "stays") members.push(member);
	else {
		const service = await openEnvironment(memberDoor(unit, member.name), environment);
		const tree = rollbackProcedure(member.inputs, service.target);
		const rollback = await planProcedure(tree, engineOptions(service));
		members.push({
			kind: "moves",
			name: member.name,
			rollback
		});
	}
	return {
		unit: await planProcedure(procedureOf$1(unit, inputs), unitOptions(unit)),
		members
	};
}
/** Goes on with it where it stopped. */
async function resumeUnitRollback(unit, { run, inputs: recorded }, answers) {
	const inputs = inputsIn(unitBackInputsSchema, recorded, run);
	const options = {
		...unitOptions(unit),
		urgent: true,
		...answers
	};
	return outcomeOf$1(unit, inputs, await resumeProcedure(procedureOf$1(unit, inputs), run, options));
}
function procedureOf$1(unit, inputs) {
	return unitBackProcedure(inputs, memberPorts(unit, inputs.environment), unit.store);
}
async function outcomeOf$1(unit, inputs, result) {
	await tellUnit(unit, inputs.environment);
	const members = await backSummaries(unit, inputs, result);
	return {
		exit: exitOf$1(result),
		summary: summariseBack(inputs, result, members)
	};
}

// src/release/unit/changes.ts
/** Change records of a unit: each member has its own, since each is a service with a plan, a policy and journals of its own. */
/**
* By name of a member, the record that asks for it: `web=CHG-20261123-3f2a,api=CHG-20261123-90c1`. Members that are not named have none. Pure.
* @throws ProblemError `unit.change` for other words, `unit.unknown-member`
*/
function changesOfMembers({ file, members }, text) {
	if (text === void 0) return /* @__PURE__ */ new Map();
	const names = members.map(({ name }) => name);
	const pairs = text.split(",").map((one) => {
		const [, name = "", id = ""] = /^([^=]+)=(.+)$/.exec(one.trim()) ?? [];
		if (!changeIdSchema.safeParse(id).success) throw new ProblemError(noPair(one, names));
		if (!names.includes(name)) throw new ProblemError(stranger(file, name, names));
		return [name, id];
	});
	const twice = names.find((name) => pairs.filter(([one]) => one === name).length > 1);
	if (twice !== void 0) throw new ProblemError(noPair(`${twice} twice`, names));
	return new Map(pairs);
}
function noPair(found, names) {
	return {
		code: "unit.change",
		where: "--change",
		found,
		expected: `a record for each member that needs one: ${names.map((name) => `${name}=CHG-…`).join(",")}`,
		remedy: "ask for each with `shiplock change new` and the configuration of the member (--config)"
	};
}
function stranger(file, name, names) {
	return {
		code: "unit.unknown-member",
		where: file,
		found: `no member \`${name}\``,
		expected: `one of ${names.join(", ")}`,
		remedy: `write \`${nearest(name, names, import_fastest_levenshtein.distance) ?? names[0] ?? ""}\``
	};
}

// src/release/unit/run.ts
/** Builds every member, then releases those that change, in order. */
async function releaseUnit(unit, environment, request) {
	mayReleaseUnit(unit, environment);
	const askedOf = requestsOf(unit, request);
	await agreeUnit(unit, environment);
	const members = await drawMembers(unit, environment, async (service, name) => {
		const prepared = await prepareRelease(service, askedOf(name));
		if (prepared.kind === "failed") throw new ProblemError(prepared.outcome.problems);
		return prepared;
	});
	const release = unitReleaseOf(unit, members);
	return begin(unit, await unitInputs(unit, environment, members, {
		release,
		from: null,
		why: request.why
	}));
}
/** Takes the unit release that serves one environment to this one, unchanged. */
async function promoteUnit(unit, environment, request) {
	await agreeUnit(unit, environment);
	const { inputs } = await promotion(unit, environment, request, preparePromotion);
	return begin(unit, inputs);
}
/** What a release of the unit would do now. Looks only. */
async function planUnit(unit, environment, request) {
	mayReleaseUnit(unit, environment);
	const askedOf = requestsOf(unit, request);
	const draw = (service, name) => planRelease(service, askedOf(name));
	const members = await drawMembers(unit, environment, draw);
	const release = unitReleaseOf(unit, members);
	return planOf(unit, await unitInputs(unit, environment, members, {
		release,
		from: null,
		why: request.why
	}), members);
}
/** What a promotion of the unit would do now. Looks only. */
async function planUnitPromotion(unit, environment, request) {
	const { inputs, members } = await promotion(unit, environment, request, async (service, asked) => ({
		...await planPromotion(service, asked),
		build: null
	}));
	return planOf(unit, inputs, members);
}
/** What is asked of each member: the same of all, but for its change record. */
function requestsOf(unit, request) {
	const changes = changesOfMembers(unit.file, request.change);
	return (name) => ({
		...request,
		change: changes.get(name)
	});
}
async function promotion(unit, environment, request, draw) {
	const from = unitComesFrom(unit, environment, request.from);
	const askedOf = requestsOf(unit, request);
	const proven = await provenUnit(unit, from);
	const members = await drawMembers(unit, environment, async (service, name) => {
		const version = proven.entry.versions[name];
		const drawn = await draw(service, {
			...askedOf(name),
			from,
			version
		}).catch(async (error) => {
			await sameThere(service, name, proven, {
				from,
				manifest: void 0
			});
			throw error;
		});
		await sameThere(service, name, proven, {
			from,
			manifest: drawn.inputs.promotion?.manifest
		});
		return drawn;
	});
	const made = {
		release: proven.release,
		from,
		why: request.why
	};
	return {
		inputs: await unitInputs(unit, environment, members, made),
		members
	};
}
async function planOf(unit, inputs, members) {
	return {
		unit: await planProcedure(procedureOf(unit, inputs), unitOptions(unit)),
		members: members.map((member) => {
			if (member.kind === "stays") return {
				kind: member.kind,
				name: member.name,
				version: member.record.release.version
			};
			const { build, release, rules } = member.drawn;
			return {
				kind: member.kind,
				name: member.name,
				build,
				release,
				gates: rulesText(rules)
			};
		})
	};
}
function procedureOf(unit, inputs) {
	return unitProcedure(inputs, memberPorts(unit, inputs.environment), unit.store);
}
async function begin(unit, inputs) {
	return outcomeOf(unit, inputs, await runProcedure(procedureOf(unit, inputs), unitOptions(unit)));
}
/**
* Goes on with a unit run where it stopped, and with the member's run that it had come to.
*
* @param run default: the only one that is not over
*/
async function resumeUnit(unit, run, answers = {}) {
	if (run !== void 0) await refreshRun(unit, run);
	const wanted = run ?? await onlyOpenRun(unit);
	const { environment, procedure } = await readRun(unit.store, wanted);
	await (procedure === "unit-rollback" ? agreeOrNote : agreeUnit)(unit, environment);
	const recorded = await readRun(unit.store, wanted);
	if (recorded.procedure === "unit-rollback") return resumeUnitRollback(unit, recorded, answers);
	if (recorded.procedure !== "unit") throw unreadable$1(wanted, `a run of ${recorded.procedure}`);
	const inputs = inputsIn(unitInputsSchema, recorded.inputs, wanted);
	const options = {
		...unitOptions(unit),
		...answers
	};
	return outcomeOf(unit, inputs, await resumeProcedure(procedureOf(unit, inputs), wanted, options));
}
async function onlyOpenRun({ store, file }) {
	const open = (await listRuns(store)).filter(({ finished }) => finished === null).map(({ run }) => run);
	const [only] = open;
	if (only !== void 0 && open.length === 1) return only;
	throw new ProblemError({
		code: "unit.unknown-run",
		where: `unit ${file.unit}`,
		found: only === void 0 ? "no unfinished run" : `${open.length} unfinished runs`,
		expected: only === void 0 ? "a run that is not over" : `one of ${open.join(", ")}`,
		remedy: "name the run; `shiplock pipeline --unit …` lists them"
	});
}
async function outcomeOf(unit, inputs, result) {
	await tellUnit(unit, inputs.environment);
	const members = await memberSummaries(unit, inputs, result.run);
	return {
		exit: exitOf$1(result),
		summary: summariseUnit(inputs, result, members)
	};
}

// src/release/unit/view.ts
/** Only looks, from the records of the unit and of its members. */
async function unitPipeline(unit) {
	const problems = [];
	const runs = await listRuns(unit.store);
	const services = await servicesOf(unit, problems);
	const stages = [];
	for (const environment of inOrder(unit)) stages.push(await stageOf(unit, environment, {
		runs,
		services,
		stages
	}));
	return {
		unit: unit.file.unit,
		environments: stages,
		problems
	};
}
/** Environments as a unit goes through them; those without an order as in the file. */
function inOrder({ file: { environments } }) {
	const ways = new Map([...environments].map(([name, { from }]) => [name, { from: from ?? void 0 }]));
	const isLast = (name) => ![...environments.values()].some(({ from }) => from === name);
	return [...new Set([...ways.keys()].filter(isLast).flatMap((name) => unitWayTo(ways, name)))];
}
/** Names of the members' services, as their records are called. */
async function servicesOf(unit, problems) {
	const found = /* @__PURE__ */ new Map();
	for (const { name } of unit.file.members) try {
		found.set(name, (await openService(memberDoor(unit, name))).config.service.service);
	} catch (error) {
		problems.push(...problemsOf(error, `member ${name}`));
	}
	return found;
}
async function stageOf(unit, environment, known) {
	const { file, store } = unit;
	const from = file.environments.get(environment)?.from ?? null;
	const live = liveUnit(await readUnitHistory(store, file.unit, environment));
	const before = from === null ? null : known.stages.find((stage) => stage.environment === from)?.serves ?? void 0;
	const open = known.runs.filter((run) => run.environment === environment && run.finished === null);
	return {
		environment,
		from,
		serves: live === void 0 ? null : {
			release: live.release,
			run: live.run,
			since: live.time,
			who: live.who,
			members: await Promise.all(Object.entries(live.versions).map(async ([name, version]) => ({
				name,
				version,
				serves: await servesNow(unit, environment, name, known.services.get(name))
			})))
		},
		behind: before === null ? null : before === void 0 ? "nothing-before" : before.release === live?.release ? "same" : "behind",
		unfinished: await Promise.all(open.map(async ({ run, title, state }) => ({
			run,
			title,
			state,
			members: await membersOf(unit, run)
		})))
	};
}
async function servesNow(unit, environment, name, service) {
	if (service === void 0) return null;
	return liveVersion(await readEnvironmentRecord(memberStore(unit, name), environment, service));
}
async function membersOf(unit, run) {
	const recorded = (await readRun(unit.store, run)).inputs;
	const inputs = unitInputsSchema.safeParse(recorded);
	if (inputs.success) return memberSummaries(unit, inputs.data, run);
	const back = unitBackInputsSchema.safeParse(recorded);
	return back.success ? backSummaries(unit, back.data, { run }) : [];
}

// src/cli/output-file.ts
/**
* Writes what a user asked to have in a file: whole or not at all, a plain file of that name is replaced. A link is followed.
* Directories are not made, since a wrong one is most often a slip.
*
* @param option the option that named the file, for the problem
*/
async function writeOutput(io, file, content, option) {
	const path = resolve(io.cwd, file);
	try {
		await replaceFile(await targetOf$1(path), content);
	} catch (error) {
		throw new ProblemError({
			code: "cli.unwritable-file",
			where: option,
			found: `${file}: ${error instanceof Error ? error.message : String(error)}`,
			expected: "a plain file, new or old, in a directory that is there",
			remedy: "check the path and who may write there"
		});
	}
}
async function targetOf$1(path) {
	const there = await stat(path).catch((error) => {
		if (isMissing(error)) return void 0;
		throw error;
	});
	if (there === void 0) {
		await stat(dirname(path));
		return path;
	}
	if (!there.isFile()) throw new Error(there.isDirectory() ? "is a directory" : "is no plain file");
	return realpath(path);
}

// src/cli/commands/counts.ts
/** Text of a file of counts, or of standard input for `-`, piece by piece. */
function countChunks(io, file) {
	return file === "-" ? textChunks(io.stdin) : fileChunks(io, file);
}
/** What problems call it. */
function countSource(file) {
	return file === "-" ? "standard input" : file;
}
async function* fileChunks(io, file) {
	try {
		for await (const chunk of createReadStream(resolve(io.cwd, file), { encoding: "utf8" })) yield String(chunk);
	} catch (error) {
		throw new ProblemError({
			code: "cli.unreadable-file",
			where: file,
			found: error instanceof Error ? error.message : String(error),
			expected: "a CSV file that can be read",
			remedy: "check the path, or give the counts on standard input with `--input -`"
		});
	}
}
async function* textChunks(stdin) {
	const decoder = new TextDecoder();
	for await (const chunk of stdin) yield typeof chunk === "string" ? chunk : decoder.decode(chunk, { stream: true });
}

// src/cli/commands/policy-options.ts
function numberArgument(text) {
	const value = Number(text);
	if (text.trim() === "" || !Number.isFinite(value)) throw new InvalidArgumentError("It must be a number.");
	return value;
}
/** @param defaults what an option left out means; left out too, it means "as it was" */
function withPolicyOptions(command, defaults = {}) {
	const { alpha, beta, harmRatio, margin, floor, mode } = defaults;
	return command.option("--alpha <p>", "chance of a false `worse` for the whole stream", numberArgument, alpha).option("--beta <p>", "chance of a false `not-worse`", numberArgument, beta).option("--harm-ratio <r>", "up to this many times as bad is not called worse", numberArgument, harmRatio).option("--margin <r>", "`not-worse` rules out an odds ratio of this much …", numberArgument, margin).option("--floor <p>", "… unless the bad rate is below this", numberArgument, floor).addOption(new Option("--mode <mode>", "how bad events are taken").choices([
		"dispersed",
		"robust",
		"sharp"
	]).default(mode));
}
const POLICY_DEFAULTS = {
	alpha: DEFAULT_POLICY.alpha,
	beta: DEFAULT_POLICY.beta,
	harmRatio: DEFAULT_POLICY.harmRatio,
	margin: DEFAULT_POLICY.margin,
	floor: DEFAULT_POLICY.floor,
	mode: DEFAULT_POLICY.mode
};
/** The settings that were given, under the names of the policy. */
function policyOf({ alpha, beta, harmRatio, margin, floor, mode }) {
	return {
		...alpha === void 0 ? {} : { alpha },
		...beta === void 0 ? {} : { beta },
		...harmRatio === void 0 ? {} : { harmRatio },
		...margin === void 0 ? {} : { margin },
		...floor === void 0 ? {} : { floor },
		...mode === void 0 ? {} : { mode }
	};
}

// src/cli/commands/analyse.ts
function addAnalyse({ program, io, done }) {
	const command = program.command("analyse").summary("judge a stream of counts").description("Judge a stream of counts of a canary and its baseline: worse, not worse, or undecided.").requiredOption("--input <file>", "CSV with t,[metric,]baseline_requests,baseline_bad,canary_requests,canary_bad; `-` for standard input").option("--baseline-history <file>", "the baseline’s own past: t,[metric,]baseline_requests,baseline_bad");
	withPolicyOptions(command, POLICY_DEFAULTS).option("--explain", "draw rates, evidence and limits over time; with --json: add them as `series`").addOption(new Option("--svg <file>", "draw into this SVG file instead, a file of that name is replaced").implies({ explain: true })).addOption(new Option("--ascii", "draw with ASCII characters only (default where the locale is not UTF-8)").implies({ explain: true })).option("--exit-verdict", "exit 0 for not-worse, 4 for worse, 6 for undecided").option("--json", "print one JSON document instead of text").addHelpText("after", `
Examples:
  $ shiplock analyse --input counts.csv
  $ shiplock analyse --input - --json < counts.csv
  $ shiplock analyse --input counts.csv --explain
  $ shiplock analyse --input counts.csv --svg verdict.svg
  $ shiplock analyse --input counts.csv --baseline-history last-week.csv --mode sharp --exit-verdict`).action(async (options) => {
		const { report, text, json } = await analyse(options, io);
		done({
			exit: options.exitVerdict === true ? verdictExit(report.verdict) : EXIT.done,
			json,
			text
		});
	});
}
async function analyse(options, io) {
	const settings = policyOf(options);
	const trace = options.explain === true ? startTrace() : void 0;
	const report = await analyseCsv(countChunks(io, options.input), {
		policy: settings,
		source: countSource(options.input),
		trace,
		...options.baselineHistory === void 0 ? {} : {
			baselineHistory: fileChunks(io, options.baselineHistory),
			historySource: options.baselineHistory
		}
	});
	if (trace === void 0) return {
		report,
		text: reportText(report),
		json: jsonSchema.parse(report)
	};
	const policy = makePolicy(settings);
	const chart = chartOf(report, trace, policy);
	const json = jsonSchema.parse({
		...report,
		limits: {
			evidence: -Math.log10(policy.alpha),
			evidenceNotWorse: -Math.log10(policy.beta)
		},
		series: trace.buckets
	});
	if (options.svg !== void 0) {
		await writeOutput(io, options.svg, svgChart(chart), "--svg");
		return {
			report,
			text: `${reportText(report)}\nchart: ${options.svg}`,
			json
		};
	}
	const paint = painter(io);
	const drawn = terminalChart(chart, {
		columns: io.columns ?? 80,
		ascii: options.ascii === true || !knowsUnicode(io.env),
		paint: (ink, words) => paint(INKS[ink], words)
	});
	return {
		report,
		text: `${reportText(report)}\n\n${drawn}`,
		json
	};
}
const INKS = {
	axis: "dim",
	baseline: "dim",
	canary: "cyan",
	evidence: "cyan",
	limit: "yellow",
	mark: "bold"
};
function verdictExit(verdict) {
	return verdict === "worse" ? EXIT.rolledBack : verdict === "undecided" ? EXIT.undecided : EXIT.done;
}
function reportText(report) {
	const at = report.at === null ? "" : ` at t=${report.at}`;
	const ratio = report.riskRatio;
	const number = (value) => value === null ? "?" : value.toPrecision(3);
	return [
		`${report.verdict}${at}: ${clean(report.reason)}`,
		`evidence of harm: 10^${report.evidence.toFixed(2)} to 1`,
		`risk ratio: ${number(ratio.estimate)} (${number(ratio.low)} to ${number(ratio.high)})`,
		...report.requestsNeeded === null || report.requestsNeeded === 0 ? [] : [`about ${report.requestsNeeded} more canary requests until not-worse, if there is no difference`]
	].join("\n");
}

// src/cli/commands/announce.ts
function addAnnounce({ program, io, done }) {
	withCommonOptions(program.command("announce")).summary("tell again what stands open").description("Tell Alertmanager, or the webhook, again what stands open in an environment, and take back what is over. Runs do this by themselves; from a timer this also finds a run whose process died, and teaches an Alertmanager that was started anew. Changes nothing else.").argument("<environment>", "where").addHelpText("after", "\nExamples:\n  $ shiplock announce production\n  $ shiplock announce production --json").action(async (environment, options) => {
		const service = await openEnvironment(await door(io, options, false), environment);
		if (service.environment.announce === null) throw new ProblemError(nobodyToTell(environment));
		const runs = await announceAll(service);
		done({
			exit: runs.some(({ problems }) => problems.length > 0) ? EXIT.failed : EXIT.done,
			text: announceText(runs),
			json: jsonOf$1(runs)
		});
	});
}
function announceText(runs) {
	const lines = runs.flatMap(({ run, told, problems }) => [...told.map(({ alert, state, via }) => `${run}: ${state} at ${via}: ${alert.annotations["summary"] ?? alert.labels["alertname"] ?? ""}`), ...problems.map((problem) => `${run}: not told: ${problem}`)]);
	return lines.length === 0 ? "nothing stands open" : lines.join("\n");
}
function jsonOf$1(runs) {
	return jsonSchema.parse(runs.map(({ run, told, problems }) => ({
		run,
		told: told.map(({ alert, state, via }) => ({
			state,
			via,
			labels: alert.labels,
			annotations: alert.annotations
		})),
		problems
	})));
}

// src/cli/commands/requests.ts
function releaseRequest(options) {
	return {
		version: options.release,
		commit: options.commit,
		why: options.reason,
		seed: options.seed === true,
		allowDirty: options.allowDirty === true,
		awaitOverride: options.awaitOverride === true,
		change: options.change
	};
}
/** How every run is reported: the summary as text, or as JSON. */
function runResult(outcome) {
	return {
		exit: outcome.exit,
		text: summaryText(outcome.summary),
		json: jsonSchema.parse(outcome.summary)
	};
}

// src/cli/commands/attest.ts
function addAttest({ program, io, done }) {
	withCommonOptions(program.command("attest")).summary("build and sign what a release would release").description("Build what a release to the environment would bring, and sign how that was done: an in-toto statement with SLSA provenance, in a DSSE envelope. A release of the same commit then takes both, also where no key is in reach. Changes nothing in the environment.").argument("<environment>", "environment it is built for").option("--release <version>", "name of the release (default: the tag, else 0.0.0-<commit>)").option("--commit <digits>", "first digits of the commit that is meant (12 or more)", commitDigits).option("--allow-dirty", "although the working tree differs from its commit; the statement says so").option("--output <dir>", "also write release.json, provenance.json and the bill of materials into this directory").option("--quiet", "no progress, only the summary").addHelpText("after", "\nExamples:\n  $ shiplock attest development\n  $ shiplock attest staging --release 2.4.1 --output dist --json").action(async (environment, options) => {
		const entry = await door(io, {
			...options,
			quiet: options.quiet ?? options.json ?? false
		}, true);
		const { attest } = await import("./shared-attest.js");
		const made = await attest(await openEnvironment(entry, environment), releaseRequest({
			...options,
			reason: "attest"
		}));
		if (made.kind === "failed") {
			done(runResult(made.outcome));
			return;
		}
		const { version, commit, release, releaseFile, envelope, envelopeFile, sboms } = made.made;
		if (options.output !== void 0) {
			const bills = sboms === null ? [] : [CYCLONEDX_FILE, SPDX_FILE].map((name) => [name, join(sboms, name)]);
			const files = [
				["release.json", releaseFile],
				["provenance.json", envelopeFile],
				...bills
			];
			for (const [name, path] of files) await writeOutput(io, join(resolve(io.cwd, options.output), name), await readFile(path, "utf8"), "--output");
		}
		done({
			exit: made.exit,
			text: [
				`${made.made.service} ${version} of commit ${commit.slice(0, 12)} is built and signed.`,
				`release.json ${release}: ${releaseFile}`,
				`attestation ${envelope ?? ""}: ${envelopeFile}`
			].join("\n"),
			json: jsonSchema.parse(made.made)
		});
	});
}

// src/cli/commands/backup-text.ts
/** What is in a full backup, in a few words. Pure. */
function backupSize({ tables, bytes }) {
	const rows = tables.reduce((sum, table) => sum + table.rows, 0);
	return `${tables.length} tables, ${rows} rows, ${formatSize(bytes)}`;
}
/** Pure. */
function filesOf(snapshot) {
	return snapshot === null ? [] : [`files stored in snapshot ${snapshot.slice(0, 12)}`];
}

// src/cli/commands/restore-drill.ts
/** `shiplock restore drill`: the whole way, for practice. */
function addRestoreDrill({ io, done }, restore) {
	withCommonOptions(restore.command("drill")).summary("restore everything for practice, measure it, and delete it again").description("Restore everything that the backups hold into a new server, as after a loss: the best full backup, compared, and all binary logs behind it. Hold the time against what was predicted and against `objectives`, record the drill in the catalogue, and delete the server. Nothing that serves is touched. Exit 1 when it failed or an objective was missed.").argument("<environment>", "whose database").option("--into <directory>", "where the server is made and deleted again (default: `backup.drill.directory`)").option("--dry-run", "print what would be done, and change nothing").option("--quiet", "no progress, only the summary").addHelpText("after", "\nExamples:\n  $ shiplock restore drill production\n  $ shiplock restore drill production --into /srv/drill --json").action(async (environment, options) => {
		const acts = options.dryRun !== true;
		const entry = await door(io, {
			...options,
			quiet: options.quiet ?? options.json ?? false
		}, acts);
		const { holdDrill, planDrill } = await import("./shared-backup2.js");
		const into = options.into === void 0 ? void 0 : resolve(io.cwd, options.into);
		if (!acts) {
			const plan = await planDrill(entry, {
				environment,
				into
			});
			done({
				exit: EXIT.done,
				text: renderPlan(plan),
				json: jsonSchema.parse(JSON.parse(JSON.stringify(plan)))
			});
			return;
		}
		const drill = await holdDrill(entry, {
			environment,
			into
		});
		done({
			exit: drill.outcome === "kept" ? EXIT.done : EXIT.failed,
			text: [...drillLines(drill), `run ${drill.run}`].join("\n"),
			json: jsonSchema.parse({
				environment,
				...drill
			})
		});
	});
}
/** Pure. */
function drillLines({ at, outcome, measured, objectives, problems }) {
	const told = problems.map(({ code, found }) => `  ${found} (${code})`);
	if (measured === null) return [`drill of ${at}: failed; nothing was restored`, ...told];
	const { full, form, transactions, seconds, predictedSeconds, lostSeconds } = measured;
	const predicted = predictedSeconds === null ? "predicted was nothing" : `predicted ${predictedSeconds.toFixed(1)} s`;
	return [
		`drill of ${at}: ${outcome === "kept" ? "came through" : "came through, but missed what was promised"}`,
		`  ${full} (${form}) and ${transactions} transactions behind it, compared`,
		`  took ${seconds.toFixed(1)} s, ${predicted}${promised$1(objectives.rtoSeconds)}`,
		...lostSeconds === null ? [] : [`  all of the last ${lostSeconds.toFixed(0)} s before it would be lost${promised$1(objectives.rpoSeconds)}`],
		...told
	];
}
function promised$1(seconds) {
	return seconds === null ? ", nothing was promised" : `, promised ${formatDuration(seconds * 1e3)}`;
}

// src/cli/commands/backup-look.ts
/** `shiplock backup list|status`: what is there, and how good it is. They read the catalogue alone. */
function addBackupLook({ io, done }, backup) {
	withCommonOptions(backup.command("list")).summary("what backups there are").description("Print every backup that the catalogue names, newest first, with its state.").argument("<environment>", "whose backups").addHelpText("after", "\nExamples:\n  $ shiplock backup list production\n  $ shiplock backup list production --json").action(async (environment, options) => {
		const { listBackups } = await import("./shared-backup2.js");
		const { fulls, segments, files, drills } = await listBackups(await door(io, options, false), environment);
		const lines = [
			...fulls.map((one) => [
				one.takenAt,
				`${one.form === "physical" ? "physical" : "full"} ${one.id}`,
				one.state,
				backupSize(one),
				one.why ?? ""
			]),
			...segments.map((one) => [
				one.takenAt,
				`log ${one.file}`,
				one.state,
				formatSize(one.bytes),
				one.why ?? ""
			]),
			...files.map((one) => [
				one.takenAt,
				`files ${one.host === void 0 ? "" : `of ${one.host.name} `}${one.id}`,
				one.state,
				one.paths.join(", "),
				one.why ?? ""
			]),
			...drills.map(({ at, run, outcome, measured }) => [
				at,
				`drill ${run}`,
				outcome,
				measured === null ? "" : `${measured.seconds.toFixed(1)} s`,
				""
			])
		].toSorted(([a], [b]) => a < b ? 1 : a > b ? -1 : 0);
		done({
			exit: EXIT.done,
			text: lines.length === 0 ? "no backup" : lines.map((line) => line.filter((word) => word !== "").join("  ")).join("\n"),
			json: jsonSchema.parse({
				environment,
				fulls,
				segments,
				files,
				drills
			})
		});
	});
	withCommonOptions(backup.command("status")).summary("what can be restored now, and what speaks against it").description("Print up to when everything can be restored, when that was proven last, and what is wrong: a gap in the binary logs, a verified backup that is older than `objectives.rpo`, no verification within `backup.verifiedWithin`, a drill that is overdue, failed or took longer than `objectives.rto`. Exit 1 when something is. Reads the catalogue alone.").argument("<environment>", "whose backups").option("--metrics <file>", "also write them for the textfile collector of Prometheus’ node exporter").option("--announce", "tell Alertmanager or the webhook what is wrong, and take back what is no longer").addHelpText("after", "\nExamples:\n  $ shiplock backup status production\n  $ shiplock backup status production --metrics /var/lib/node_exporter/shiplock.prom").action(async (environment, options) => {
		const { backupStatusOf } = await import("./shared-backup2.js");
		const { status, metrics, announced } = await backupStatusOf(await door(io, options, false), environment, options.announce === true);
		const untold = announced?.problems ?? [];
		if (options.metrics !== void 0) await writeOutput(io, options.metrics, metrics, "--metrics");
		done({
			exit: status.problems.length === 0 && untold.length === 0 ? EXIT.done : EXIT.failed,
			text: [...statusLines(status), ...untold.map((why) => `not told: ${why}`)].join("\n"),
			json: jsonSchema.parse({
				environment,
				...status,
				...announced === null ? {} : { untold }
			})
		});
	});
}
/** Pure. */
function statusLines({ restorableTo, verifiedTo, verified, fulls, problems, prediction, drill, hosts }) {
	const predicted = prediction === null || prediction.seconds === null ? null : `${prediction.seconds.toFixed(1)} s`;
	return [
		`restorable: everything committed before ${restorableTo ?? "(nothing)"}`,
		`from a verified backup: before ${verifiedTo ?? "(nothing)"}`,
		verified === null ? "never verified" : `last verified: ${verified.id}, restored and compared at ${verified.at}`,
		...fulls.map(({ id, form, state, segments, restorableTo: to, ends }) => `  ${id} ${form}, ${state}, ${segments} binary logs, to ${to ?? "(not restorable)"}${ends === null ? "" : `; not restorable past here: ${ends}`}`),
		...hosts.map(({ host, id, takenAt, state, verifiedTakenAt }) => id === null ? `files of ${host}: never backed up` : `files of ${host}: ${id}, ${state}, taken at ${takenAt}${verifiedTakenAt === null ? ", never verified" : `, verified ones up to ${verifiedTakenAt}`}`),
		...drill === null ? ["no drill was held"] : drillLines(drill),
		...prediction === null ? [] : [`a restore of everything would take ${predicted ?? "a time that is not known"} now (${prediction.from})`],
		...problems.map(formatProblem)
	];
}

// src/cli/commands/backup-stream.ts
/** `shiplock backup stream`: binary logs as they are written. */
function addBackupStream({ io, done }, backup) {
	withCommonOptions(backup.command("stream")).summary("receive binary logs as they are written, until it is stopped").description("Receive the binary logs of the server as they are written, and store each when it is closed. A lost connection is taken up again behind what is stored; a log that the server has no more is told as a gap. Runs until it is stopped (SIGTERM): start it under systemd, as `shiplock backup units` prints it.").argument("<environment>", "whose database").option("--flush-every <duration>", "have the server begin a new log this often", durationOf, 3e5).addHelpText("after", "\nExamples:\n  $ shiplock backup stream production\n  $ shiplock backup stream production --flush-every 1m").action(async (environment, options) => {
		const entry = await door(io, options, true);
		const { streamBackup } = await import("./shared-stream.js");
		await streamBackup(entry, {
			environment,
			flushEveryMs: options.flushEvery
		}, (text) => io.err(`${text}\n`), (problems) => io.err(`${problems.map(formatProblem).join("\n")}\n`));
		done({
			exit: EXIT.done,
			text: "stopped",
			json: {
				environment,
				stopped: true
			}
		});
	});
}
function durationOf(text) {
	const ms = parseDuration(text);
	if (ms === void 0 || ms < 1e3) throw new InvalidArgumentError("a duration of a second or more, such as 5m");
	return ms;
}

// src/cli/commands/backup-units.ts
/** `shiplock backup units`: what starts backups at their times. */
function addBackupUnits({ io, done }, backup) {
	withCommonOptions(backup.command("units")).summary("print what starts backups at their times").description("Print timers and services of systemd, a file for cron, or CronJobs of Kubernetes: a full backup every night, the binary logs every hour, a verification and `forget` every day, `status` every hour, drills as `backup.drill` says. With `--kind prometheus`: alert rules over the figures that `status --metrics` writes. Installs nothing.").argument("<environment>", "whose backups").addOption(new Option("--kind <kind>", "for which scheduler, or the alert rules for Prometheus").choices([
		"systemd",
		"cron",
		"kubernetes",
		"prometheus"
	]).default("systemd")).option("--secrets <file>", "file with the variables that hold the secrets", "/etc/shiplock/backup.env").option("--metrics <file>", "where `status` writes its figures").option("--program <path>", "how shiplock is started there (default: as it was started now)").option("--image <image>", "image of the CronJobs", "shiplock:latest").option("--output <dir>", "write the files into this directory instead of printing them").addHelpText("after", "\nExamples:\n  $ shiplock backup units production\n  $ shiplock backup units production --kind cron --program /usr/local/bin/shiplock --output out").action(async (environment, options) => {
		const { backupUnits } = await import("./shared-units.js");
		const files = await backupUnits(await door(io, options, false), {
			environment,
			kind: options.kind,
			metrics: options.metrics ?? null,
			secretsFile: options.secrets,
			program: options.program,
			image: options.image
		});
		const { output } = options;
		if (output !== void 0) for (const { path, content } of files) {
			const file = join(resolve(io.cwd, output), path);
			await mkdir(dirname(file), { recursive: true });
			await writeOutput(io, file, content, "--output");
		}
		done({
			exit: EXIT.done,
			text: files.map(({ path, content }) => output === void 0 ? `# ${path}\n${content}` : `wrote ${join(output, path)}`).join("\n"),
			json: jsonSchema.parse({
				environment,
				files
			})
		});
	});
}

// src/cli/commands/backup.ts
/** `shiplock backup …`: taken, stored, proven by restoring. */
function addBackup(registry) {
	const backup = registry.program.command("backup").summary("backups that are proven by restoring them").description("Back up the database, its binary logs and files of an environment into repositories of restic, and prove the backups by restoring them into a throw-away server.");
	addRun(registry, backup);
	addBackupLook(registry, backup);
	addVerify$2(registry, backup);
	addCheck(registry, backup);
	addForget(registry, backup);
	addBackupStream(registry, backup);
	addBackupUnits(registry, backup);
}
function addRun({ io, done }, backup) {
	withCommonOptions(backup.command("run")).summary("take a backup").description("Take a full backup: rows in one moment (or, with --kind physical, the files of the whole server), with a sum of each table, the binary logs, and the files. With --incremental only the binary logs since the last one, and the files. A backup that is cut leaves nothing that counts; run it again.").argument("<environment>", "whose database and files").option("--incremental", "only the binary logs since, and the files").addOption(new Option("--kind <kind>", "rows as SQL, or the files of the whole server (default: `backup.kind`)").choices(["logical", "physical"]).conflicts("incremental")).option("--dry-run", "print what would be done, and change nothing").option("--quiet", "no progress, only the summary").addHelpText("after", "\nExamples:\n  $ shiplock backup run production\n  $ shiplock backup run production --incremental --quiet\n  $ shiplock backup run production --kind physical").action(async (environment, options) => {
		const quiet = options.quiet ?? options.json ?? false;
		const acts = options.dryRun !== true;
		const entry = await door(io, {
			...options,
			quiet
		}, acts);
		const { planBackup, takeBackup } = await import("./shared-backup2.js");
		const request = {
			environment,
			kind: options.incremental === true ? "incremental" : "full",
			form: options.kind
		};
		if (!acts) {
			const plan = await planBackup(entry, request);
			done({
				exit: EXIT.done,
				text: renderPlan(plan),
				json: jsonSchema.parse(JSON.parse(JSON.stringify(plan)))
			});
			return;
		}
		const taken = await takeBackup(entry, request);
		const { full, segments } = taken;
		done({
			exit: EXIT.done,
			text: [
				...full === null ? [] : [`full backup ${full.id}${full.form === "physical" ? " (physical)" : ""}: ${backupSize(full)}, stored, not verified yet`],
				`${segments.length} binary logs stored`,
				...filesOf(taken.files),
				...taken.hosts.map(({ host, entries, bytes }) => `${entries} files of ${host} stored (${formatSize(bytes)}), not verified yet`),
				`run ${taken.run}`
			].join("\n"),
			json: jsonSchema.parse({
				environment,
				...taken
			})
		});
	});
}
function addVerify$2({ io, done }, backup) {
	withCommonOptions(backup.command("verify")).summary("restore a backup into a throw-away server and compare").description("Restore the newest full backup (or the one that is named) into a server that is started for this and deleted, compare rows and sums of every table with those of the moment of the backup, and read back the binary logs behind it. The newest backup of files, of this machine and of each host, is read back too and compared. The answer stands in the catalogue. Exit 1 when it does not agree.").argument("<environment>", "whose backup").option("--id <backup>", "which full backup, as `shiplock backup list` names it (default: the newest)").option("--quiet", "no progress, only the summary").addHelpText("after", "\nExamples:\n  $ shiplock backup verify production\n  $ shiplock backup verify production --id 20260301T020000000Z --json").action(async (environment, options) => {
		const entry = await door(io, {
			...options,
			quiet: options.quiet ?? options.json ?? false
		}, true);
		const { hasDatabase, verifyBackup, verifyHosts } = await import("./shared-backup2.js");
		if (options.id === void 0 && !await hasDatabase(entry, environment)) {
			const { run, hosts } = await verifyHosts(entry, environment);
			done({
				exit: hosts.length > 0 && hosts.every(({ state }) => state === "verified") ? EXIT.done : EXIT.failed,
				text: [...hostLines(hosts), hosts.length === 0 ? "no backup of files" : `run ${run}`].join("\n"),
				json: jsonSchema.parse({
					environment,
					run,
					hosts
				})
			});
			return;
		}
		const found = await verifyBackup(entry, {
			environment,
			id: options.id
		});
		const { hosts } = options.id === void 0 ? await verifyHosts(entry, environment) : { hosts: [] };
		const { id, state, why, tables, rows, segments, broken, seconds, run } = found;
		const good = state === "verified" && broken.length === 0 && hosts.every((one) => one.state === "verified");
		const verdict = state === "verified" ? `${id} was restored and agrees: ${tables} tables, ${rows} rows, ${seconds.toFixed(1)} s` : `${id} is ${state}: ${why ?? ""}`;
		const logs = broken.length === 0 ? `${segments} binary logs behind it came back as they were` : `not as they were: ${broken.join(", ")}; nothing can be restored past ${broken[0] ?? ""}`;
		done({
			exit: good ? EXIT.done : EXIT.failed,
			text: [
				verdict,
				logs,
				...hostLines(hosts),
				`run ${run}`
			].join("\n"),
			json: jsonSchema.parse({
				environment,
				...found,
				hosts
			})
		});
	});
}
function hostLines(hosts) {
	return hosts.map(({ host, id, state, why, entries, seconds }) => state === "verified" ? `${host}: ${id} came back and agrees: ${entries} files, ${seconds.toFixed(1)} s` : `${host}: ${id} is ${state}: ${why ?? ""}`);
}
function addCheck({ io, done }, backup) {
	withCommonOptions(backup.command("check")).summary("look through the repositories").description("Have restic look through every repository, and compare what is there with the catalogue. With --read-data every byte is read. Says nothing about whether a backup can be restored: that is what `verify` is for. Exit 1 when something is wrong.").argument("<environment>", "whose repositories").option("--read-data", "read every byte").addHelpText("after", "\nExamples:\n  $ shiplock backup check production --read-data").action(async (environment, options) => {
		const entry = await door(io, options, false);
		const { checkBackups } = await import("./shared-backup2.js");
		const found = await checkBackups(entry, {
			environment,
			readData: options.readData === true
		});
		done({
			exit: found.problems.length === 0 ? EXIT.done : EXIT.failed,
			text: found.problems.length === 0 ? `whole: ${found.repositories.join(", ")}` : found.problems.map(formatProblem).join("\n"),
			json: jsonSchema.parse({
				environment,
				...found
			})
		});
	});
}
function addForget({ io, done }, backup) {
	withCommonOptions(backup.command("forget")).summary("let old backups go").description("Let go what `backup.keep` does not name, in every repository. The backup that reaches furthest and the newest that was verified always stay, with the binary logs behind them.").argument("<environment>", "whose backups").option("--dry-run", "print what would go, and change nothing").option("--quiet", "no progress, only the summary").addHelpText("after", "\nExamples:\n  $ shiplock backup forget production --dry-run\n  $ shiplock backup forget production").action(async (environment, options) => {
		const acts = options.dryRun !== true;
		const entry = await door(io, {
			...options,
			quiet: options.quiet ?? options.json ?? false
		}, acts);
		const { forgetBackups, planForget } = await import("./shared-backup2.js");
		const found = acts ? await forgetBackups(entry, environment) : await planForget(entry, environment);
		const stays = Object.entries(found.kept).map(([id, why]) => `stays: ${id} (${why})`);
		const goes = found.forget.map((name) => `${acts ? "gone" : "would go"}: ${name}`);
		done({
			exit: EXIT.done,
			text: [
				...stays,
				...goes,
				...goes.length === 0 ? ["nothing goes"] : []
			].join("\n"),
			json: jsonSchema.parse({
				environment,
				...found
			})
		});
	});
}

// src/cli/commands/build.ts
function addBuild({ program, io, done }) {
	withCommonOptions(program.command("build")).summary("build what a release would release").description("Build every component of the commit that is checked out, as a release to the environment would. A release of the same commit and version then takes what was built, by digest. Takes no lease, and needs no secret but the account of a registry that it pushes an image to.").argument("<environment>", "environment it is built for").option("--release <version>", "name of the release (default: the tag, else 0.0.0-<commit>)").option("--allow-dirty", "although the working tree differs from its commit").addOption(new Option("--reproduce", "build the commit a second time from nothing, at another place, and compare; exit 1 and the first difference when the bytes are not the same").conflicts("allowDirty")).option("--quiet", "no progress, only the summary").addHelpText("after", "\nExamples:\n  $ shiplock build development\n  $ shiplock build production --release 2.4.1 --json\n  $ shiplock build production --reproduce").action(async (environment, options) => {
		const entry = await door(io, {
			...options,
			quiet: options.quiet ?? options.json ?? false
		}, true);
		const service = await openEnvironment(entry, environment);
		done(await (options.reproduce === true ? reproduced(service, options) : built(service, options)));
	});
}
async function built(service, { release: version, allowDirty }) {
	const { exit, summary, made } = await buildComponents(service, {
		version,
		allowDirty: allowDirty === true
	});
	return {
		exit,
		text: [
			summaryText(summary),
			...madeText(made),
			...pagesText(made)
		].join("\n"),
		json: jsonSchema.parse({
			...summary,
			made
		})
	};
}
async function reproduced(service, { release: version }) {
	const outcome = await reproduceBuild(service, { version });
	return {
		exit: outcome.exit,
		text: [reproduceText(outcome), ...outcome.problems.map(formatProblem)].join("\n"),
		json: jsonSchema.parse(outcome)
	};
}

// src/cli/runbook/place.ts
/** The directory `runbooks` beside the configuration; null where there is no configuration. */
async function ownPlace(io, { config }) {
	const file = config === void 0 ? await findConfig(io.cwd).catch(() => null) : resolve(io.cwd, config);
	return file === null ? null : {
		directory: join(dirname(file), "runbooks"),
		env: io.env,
		byComment: io.acting !== void 0
	};
}

// src/cli/commands/change.ts
const KINDS$1 = [
	"release",
	"promote",
	"migrate",
	"runbook"
];
/** In a comment: the same words, about the commit that it names. */
const NEW_IN_CHAT = {
	kind: "plans",
	about: "environment",
	options: [
		"title",
		...CHANGE_SECTIONS.map(({ key }) => key),
		...[
			"begin",
			"end",
			"release",
			"commit",
			"from",
			"input"
		]
	]
};
/** `shiplock change …`: what is asked for before it is done, and what became of it. */
function addChange(registry) {
	const change = registry.program.command("change").summary("change records: asked for, approved, carried out, closed").description("Change records: what is to be changed and why, how risky it is by facts, whose approval it needs, what its run did, and how it ended. The record holds what people say; everything else is told from the journals.");
	addNew(change, registry);
	addShow$3(change, registry);
	addList$2(change, registry);
	addClose(change, registry);
	addTemplate(change, registry);
}
function addNew(change, { io, done }) {
	const command = openToChat(withPersonOptions(withCommonOptions(change.command("new"))), NEW_IN_CHAT).summary("ask for a change").description("Ask for a change: plan it, score its risk from facts, and write the record with the digest of that plan. Nothing of the environment is touched. What is not said by an option is read from --body.").argument("<environment>", "where").addArgument(new Argument("<what>", "what is to be carried out").choices(KINDS$1)).argument("[runbook]", "the runbook, for `runbook`").requiredOption("--title <text>", "in a few words").option("--body <file>", "a file with the sections, as `change template` prints them, or the text of an issue of its form");
	for (const { key, question } of CHANGE_SECTIONS) command.option(`--${key} <text>`, question);
	command.option("--begin <time>", "when it may begin at the earliest, with zone: 2026-11-24T22:00+01:00", moment$1).option("--end <time>", "when it may begin at the latest", moment$1).option("--release <version>", "release: its name; promote: which release").option("--commit <digits>", "first digits of the commit that is meant (12 or more)", commitDigits).option("--from <environment>", "promote: where it has proven itself").option("--seed", "with the seed data of a first release").option("--backfill", "migrate: the migrations of phase backfill instead").option("--contract", "migrate: the migrations of phase contract instead").option("--input <name=text>", "runbook: an input; may be given several times", (one, all = []) => [...all, one]).option("--dry-run", "print the record and its risk, and write nothing").addHelpText("after", `
Examples:
  $ shiplock change new production release --title "Faster search" --why "…" --impact "nobody" --verification "p95 < 300 ms"
  $ shiplock change new production runbook system-stop --input "reason=power works" --title "Power works" --body change.md --begin 2026-11-28T22:00Z --end 2026-11-29T02:00Z`).action(async (environment, kind, runbook, options) => {
		const [changes, { previewJson, riskLines, wayBackLines, beginText }] = await Promise.all([import("./shared-change2.js"), import("./shared-change-text.js")]);
		const find = finder(io, options);
		const reach = runbook === void 0 || kind !== "runbook" ? void 0 : (await find(runbook)).reach;
		const service = await openEnvironment(await door(io, options, false), environment, reach);
		const texts = {
			...await bodyTexts(io, environment, options.body),
			...saidIn(options)
		};
		const wish = wishFrom(kind, runbook, options);
		const window = windowFrom(options);
		const begins = window === void 0 ? service.clock.now() : Date.parse(window.from);
		const preview = await changes.previewOf(service, wish, begins, find);
		const record = changes.recordFor(service, preview, {
			title: options.title,
			texts,
			...window === void 0 ? {} : { window }
		});
		const written = options.dryRun === true ? record : await changes.askForChange(service, record);
		const { head } = written;
		const risk = changes.riskOf(preview.facts);
		const file = changes.changePath(service.store, environment, head.change);
		const dry = options.dryRun === true;
		done({
			exit: EXIT.done,
			text: [
				dry ? changes.changeText(written) : `${head.change}: ${head.title}`,
				...riskLines(risk),
				"Rollback plan",
				...wayBackLines(preview),
				...dry ? ["nothing was written"] : [`file: ${file}`, `next: ${beginText(head.what, environment, head.change)}`]
			].join("\n"),
			json: jsonSchema.parse(structuredClone({
				...written,
				file: dry ? null : file,
				...previewJson(preview, risk)
			}))
		});
	});
}
function addShow$3(change, { io, done }) {
	openToChat(withCommonOptions(change.command("show")), {
		kind: "looks",
		about: "id",
		options: []
	}).summary("a change, from its request to its rollback plan").description("Show a change: request, risk by facts, approval, plan and whether it is still the same today, runs, verification, rollback plan. Only looks.").argument("<id>", "CHG-…").option("--no-plan", "do not plan it as of today").addHelpText("after", "\nExamples:\n  $ shiplock change show CHG-20261123-3f2a\n  $ shiplock change show CHG-20261123-3f2a --no-plan --json").action(async (id, options) => {
		const [{ viewChange }, { viewText, viewJson }] = await Promise.all([import("./shared-change2.js"), import("./shared-change-text.js")]);
		const view = await viewChange(await placeOfChange(io, options, id), id, options.plan ? finder(io, options) : null);
		done({
			exit: EXIT.done,
			text: viewText(view),
			json: viewJson(view)
		});
	});
}
function addList$2(change, { io, done }) {
	openToChat(withCommonOptions(change.command("list")), {
		kind: "looks",
		about: "environment",
		options: [],
		needs: ["environment"]
	}).summary("the changes there are, and where each stands").description("List the changes, newest first, with what their journals say; and runs that began without a record although one was needed. Only looks.").argument("[environment]", "only this one").option("--open", "only those that are not closed").addHelpText("after", "\nExamples:\n  $ shiplock change list\n  $ shiplock change list production --open --json").action(async (environment, options) => {
		const [{ fetchChanges, listChanges }, { listText }] = await Promise.all([import("./shared-change2.js"), import("./shared-change-text.js")]);
		const entry = await door(io, options, false);
		const names = environment === void 0 ? environmentNames((await openService(entry)).config) : [environment];
		const lists = [];
		for (const name of names) {
			const service = await openEnvironment(entry, name, "without-trust");
			await fetchChanges(service);
			const list = await listChanges(service);
			lists.push({
				...list,
				changes: list.changes.filter(({ state }) => options.open !== true || state !== "closed")
			});
		}
		done({
			exit: EXIT.done,
			text: listText(lists),
			json: jsonSchema.parse(structuredClone({
				changes: lists.flatMap((one) => one.changes),
				problems: lists.flatMap((one) => one.problems),
				without: lists.flatMap((one) => one.without)
			}))
		});
	});
}
function addClose(change, { io, done }) {
	openToChat(withPersonOptions(withCommonOptions(change.command("close"))), {
		kind: "changes",
		about: "id",
		options: ["outcome", "note"]
	}).summary("say how a change ended").description("Close a change with the last word of a person. Refused while a run of it is not over, as successful when none came through, and as withdrawn when one did.").argument("<id>", "CHG-…").addOption(new Option("--outcome <word>", "how it ended").choices(CHANGE_ENDINGS).makeOptionMandatory()).requiredOption("--note <text>", "what was seen, what is left, what is learnt").addHelpText("after", "\nExamples:\n  $ shiplock change close CHG-20261123-3f2a --outcome successful --note \"p95 is 240 ms\"").action(async (id, options) => {
		const { closeChange } = await import("./shared-change2.js");
		const service = await placeOfChange(io, options, id);
		const { outcome, note } = options;
		const record = await closeChange(service, id, {
			outcome,
			note
		});
		done({
			exit: EXIT.done,
			text: `${id} is closed as ${record.head.closed?.outcome ?? outcome}`,
			json: jsonSchema.parse(structuredClone(record))
		});
	});
}
function addTemplate(change, { done }) {
	change.command("template").summary("the sections to fill in, as a file or as a form").description("Print the sections of a record for --body, or the form for issues of the forge (.github/ISSUE_TEMPLATE/change.yml).").option("--form", "the form").option("--json", "print one JSON document instead of text").addHelpText("after", "\nExamples:\n  $ shiplock change template > change.md\n  $ shiplock change template --form > .github/ISSUE_TEMPLATE/change.yml").action(async (options) => {
		const { issueForm, recordTemplate } = await import("./shared-change2.js");
		const text = options.form === true ? issueForm() : recordTemplate();
		done({
			exit: EXIT.done,
			text: text.trimEnd(),
			json: { template: text }
		});
	});
}
/** The environment that has a record of this name. */
async function placeOfChange(io, options, id) {
	const { findChange } = await import("./shared-change2.js");
	const entry = await door(io, options, false);
	const { environment, what } = await findChange(entry, id);
	const reach = what.kind === "runbook" ? (await finder(io, options)(what.runbook).catch(() => void 0))?.reach : void 0;
	return openEnvironment(entry, environment, reach);
}
function finder(io, options) {
	return async (name) => {
		const { findRunbook } = await import("./shared-registry.js");
		return (await findRunbook(name, await ownPlace(io, options))).runbook;
	};
}
async function bodyTexts(io, environment, body) {
	if (body === void 0) return {};
	const { FORM_FIELDS, readSections, wordsUnder } = await import("./shared-change2.js");
	const text = await readFile(resolve(io.cwd, body), "utf8").catch((error) => {
		throw usage$1("--body", error instanceof Error ? error.message : String(error), "a file that can be read", "check the path");
	});
	const named = wordsUnder(text, "Environment");
	if (named !== void 0 && named !== environment) throw usage$1("--body", `a text about ${named}`, `one about ${environment}`, "name the environment that is meant");
	return unwrap(readSections(text, body, 0, FORM_FIELDS.map(({ heading }) => heading)));
}
function saidIn(options) {
	const said = {};
	for (const { key } of CHANGE_SECTIONS) {
		const text = options[key]?.trim();
		if (text !== void 0 && text !== "") said[key] = text;
	}
	return said;
}
function wishFrom(kind, runbook, options) {
	const { release: version, commit, from, seed = false, backfill, contract, input = [] } = options;
	if (kind === "runbook" !== (runbook !== void 0)) throw kind === "runbook" ? usage$1("<runbook>", "no runbook", "its name", "`shiplock runbook list` has them") : usage$1("<runbook>", runbook ?? "", `nothing behind ${kind}`, "leave it out");
	switch (kind) {
		case "release": return {
			kind: "release",
			version,
			commit,
			seed
		};
		case "promote": return {
			kind: "promotion",
			from,
			version,
			commit,
			seed
		};
		case "migrate":
			if (backfill === true && contract === true) throw usage$1("--backfill and --contract", "both", "one of them", "ask for each with a record of its own");
			return {
				kind: "migration",
				phase: backfill === true ? "backfill" : contract === true ? "contract" : "expand",
				commit
			};
		case "runbook": return {
			kind: "runbook",
			runbook: runbook ?? "",
			inputs: Object.fromEntries(input.map(pair))
		};
	}
}
function pair(text) {
	const [, name, value] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
	if (name === void 0 || value === void 0) throw usage$1("--input", text, "NAME=TEXT", "write for instance reason=\"power works\"");
	return [name, value];
}
function windowFrom({ begin, end }) {
	if (begin === void 0 && end === void 0) return void 0;
	if (begin !== void 0 && end !== void 0) return {
		from: begin,
		until: end
	};
	throw usage$1(begin === void 0 ? "--begin" : "--end", "nothing", "both ends of the window", "give --begin and --end");
}
/** With its zone, since nobody can tell whose clock was meant; kept in UTC. */
function moment$1(text) {
	const at = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d)?(?:Z|[+-]\d\d:\d\d)$/.test(text) ? Date.parse(text) : NaN;
	if (!Number.isNaN(at)) return new Date(at).toISOString();
	throw new InvalidArgumentError("A time with its zone, such as 2026-11-24T22:00+01:00.");
}
function usage$1(where, found, expected, remedy) {
	return new ProblemError({
		code: "cli.usage",
		where,
		found,
		expected,
		remedy
	});
}

// src/cli/commands/chat.ts
function addChat(registry) {
	withCommonOptions(registry.program.command("chat")).summary("do what a comment at the forge asks for").description("Do what a comment on an issue or a pull request asks for: who wrote it is checked against the policy, the commit is pinned, and one comment tells how it stands. For a job that runs for new comments.").argument("[event]", "file with the event, as the runner stores it (default: $GITHUB_EVENT_PATH)").addHelpText("after", `
The forge is asked with SHIPLOCK_FORGE_TOKEN or GITHUB_TOKEN, or as an App with SHIPLOCK_APP_ID and SHIPLOCK_APP_KEY (PEM). The rest
comes from the runner: GITHUB_REPOSITORY, GITHUB_API_URL, GITHUB_RUN_ID, GITHUB_TRIGGERING_ACTOR.

Examples:
  $ shiplock chat --state /var/lib/shiplock/certkeeper`).action(async (event, options) => {
		const credentials = credentialsOf(registry.io);
		registry.done(resultOf$2(await chat(registry, {
			...options,
			event,
			credentials
		})));
	});
}

// src/cli/commands/completion.ts
/** Visible subcommands and long options of every command, from commander's own tree. */
function completionWords(command, path = []) {
	const help = command.createHelp();
	const children = help.visibleCommands(command).filter((child) => child.name() !== "help");
	const options = help.visibleOptions(command).flatMap((option) => option.long === void 0 ? [] : [option.long]);
	return [{
		path: path.join(" "),
		words: [...children.map((child) => child.name()), ...options]
	}, ...children.flatMap((child) => completionWords(child, [...path, child.name()]))];
}
const NAME = /^[A-Za-z0-9 _-]*$/;
/** A table lookup in the shell: the longest known command path before the cursor decides. */
function completionScript(shell, table) {
	const rows = table.filter((row) => NAME.test(row.path) && row.words.every((word) => NAME.test(word)));
	if (shell === "fish") return `# shiplock completion fish > ~/.config/fish/completions/shiplock.fish\n${rows.flatMap((row) => row.words.map((word) => {
		const seen = (row.path === "" ? [] : row.path.split(" ")).map((part) => `__fish_seen_subcommand_from ${part}`).join("; and ");
		const condition = seen === "" ? "__fish_use_subcommand" : seen;
		return word.startsWith("--") ? `complete -c shiplock -n '${condition}' -l ${word.slice(2)}` : `complete -c shiplock -f -n '${condition}' -a ${word}`;
	})).join("\n")}\n`;
	const cases = rows.map((row) => `    '${row.path}') words='${row.words.join(" ")}' ;;`).join("\n");
	const body = `_shiplock() {
  local current="\${COMP_WORDS[COMP_CWORD]}" path='' word words='' index
  for ((index = 1; index < COMP_CWORD; index++)); do
    word="\${COMP_WORDS[index]}"
    case "$word" in -*) continue ;; esac
    case "\${path:+$path }$word" in
${rows.filter((row) => row.path !== "").map((row) => `      '${row.path}') path="\${path:+$path }$word" ;;`).join("\n")}
    esac
  done
  case "$path" in
${cases}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _shiplock shiplock
`;
	return shell === "bash" ? `# shiplock completion bash > /etc/bash_completion.d/shiplock\n${body}` : `# shiplock completion zsh >> ~/.zshrc\nautoload -U +X bashcompinit && bashcompinit\n${body}`;
}
function addCompletion({ program, done }) {
	program.command("completion").description("print a completion script for your shell").addArgument(new Argument("<shell>", "which shell").choices([
		"bash",
		"zsh",
		"fish"
	])).addHelpText("after", "\nExamples:\n  $ source <(shiplock completion bash)\n  $ shiplock completion fish > ~/.config/fish/completions/shiplock.fish").action((shell) => {
		const script = completionScript(shell, completionWords(program));
		done({
			exit: EXIT.done,
			text: script,
			json: {
				shell,
				script
			}
		});
	});
}

// src/release/data/reset-units.ts
/**
* Files that reset the data of an environment every Monday at 3:17. Nothing is connected to.
* @throws ProblemError where its rows may not be thrown away
*/
async function resetUnits(door, request) {
	const service = await openEnvironment(door, request.environment);
	const problems = throwAwayProblems(service, databaseSettings(service));
	if (problems.length > 0) throw new ProblemError(problems);
	const { environment, kind, secretsFile, program, why } = request;
	return unitsOf({
		kind,
		argv: [
			...program === void 0 ? door.self : [program],
			...[
				"data",
				"reset",
				environment,
				"--yes",
				"--reason",
				why,
				"--quiet"
			],
			...[
				"--config",
				resolve(service.configFile),
				"--state",
				resolve(service.store)
			]
		],
		secretsFile,
		environment,
		service: service.environment.service
	});
}
const [WEEKDAY, HOUR, MINUTE] = [
	"Mon",
	"03",
	"17"
];
/** Pure. */
function unitsOf(asked) {
	const { kind, argv, secretsFile, service, environment } = asked;
	const unit = `shiplock-reset-${service}-${environment}`;
	if (kind === "cron") {
		const command = `set -a; . ${shellWord(secretsFile)}; exec ${argv.map(shellWord).join(" ")}`;
		const line = `${Number(MINUTE)} ${Number(HOUR)} * * 1 root /bin/sh -c ${shellWord(command).replaceAll("%", "\\%")}`;
		return [{
			path: `cron/${unit}`,
			content: `${line}\n`
		}];
	}
	const title = `Description=Shiplock: the data of ${service} in ${environment} thrown away and made anew`;
	return [{
		path: `systemd/${unit}.service`,
		content: [
			...[
				"[Unit]",
				title,
				"Wants=network-online.target",
				"After=network-online.target",
				"",
				"[Service]"
			],
			...[
				"Type=oneshot",
				`EnvironmentFile=${secretsFile}`,
				`ExecStart=${argv.map(systemdWord).join(" ")}`
			],
			...["UMask=0077", ""]
		].join("\n")
	}, {
		path: `systemd/${unit}.timer`,
		content: [...[
			"[Unit]",
			title,
			"",
			"[Timer]",
			`OnCalendar=${WEEKDAY} *-*-* ${HOUR}:${MINUTE}:00`,
			""
		], ...[
			"[Install]",
			"WantedBy=timers.target",
			""
		]].join("\n")
	}];
}

// src/cli/commands/data-generate.ts
/** `shiplock data generate`: made-up rows for an environment that may be filled. */
function addDataGenerate({ io, done }, data) {
	withPersonOptions(withCommonOptions(data.command("generate"))).summary("fill empty tables with made-up rows").description("Fill the empty tables of an environment with rows that fit to every key and every check that is read, and look real. The same seed gives the same rows. Nothing is deleted. A run that was cut goes on where it was when it is started again. Refused where `database.reset` does not stand, and where the rows are real.").argument("<environment>", "whose database is filled").option("--rows <n>", "rows of each table that says nothing itself in `database.generate`", wholeNumber$2).option("--scale <factor>", "so many times the rows of all tables", factor).option("--seed <text>", "another seed than that of `database.generate`").option("--reason <text>", "why; stands in the journal", "made-up data").option("--dry-run", "print what becomes of each table, and change nothing").option("--quiet", "no progress, only the summary").addHelpText("after", "\nExamples:\n  $ shiplock data generate testing --dry-run\n  $ shiplock data generate testing --scale 10 --seed \"load test\"").action(async (environment, options) => {
		const quiet = options.quiet ?? options.json ?? false;
		const acts = options.dryRun !== true;
		const entry = await door(io, {
			...options,
			quiet
		}, acts);
		const { rows, scale, seed, reason: why } = options;
		const request = {
			environment,
			why,
			rows,
			scale,
			seed
		};
		if (!acts) {
			const tables = await planDataGenerate(entry, request);
			done({
				exit: EXIT.done,
				text: planText$5(tables),
				json: jsonSchema.parse({
					environment,
					tables
				})
			});
			return;
		}
		const filled = await generateData(entry, request, (line) => {
			if (!quiet) io.err(`${line}\n`);
		});
		const all = filled.tables.reduce((sum, table) => sum + table.rows, 0);
		done({
			exit: EXIT.done,
			text: `${all} made-up rows in ${filled.tables.length} tables are in ${environment} (run ${filled.run})`,
			json: jsonSchema.parse({
				environment,
				...filled
			})
		});
	});
}
function planText$5(tables) {
	return tables.flatMap(({ table, what, rows, notes }) => [`${table}: ${what === "fill" ? `${rows} rows` : what === "keep" ? `keep its ${rows} rows` : "empty"}`, ...notes.map((note) => `  ${note}`)]).join("\n");
}
function wholeNumber$2(text) {
	if (/^\d{1,9}$/.test(text)) return Number(text);
	throw new InvalidArgumentError("a whole number below 1000000000");
}
function factor(text) {
	const number = Number(text);
	if (/^\d+(?:\.\d+)?$/.test(text) && number > 0 && number <= 1e5) return number;
	throw new InvalidArgumentError("a number above 0, such as 10 or 0.5");
}

// src/cli/commands/data-reset.ts
/** `shiplock data reset`: the rows of an environment are thrown away and made anew. */
function addDataReset({ io, done }, data) {
	withPersonOptions(withCommonOptions(data.command("reset"))).summary("empty a development or testing database and fill it anew").description("Empty the tables of an environment, apply its pending expand migrations, and fill it as `database.reset` says: with made-up rows, harmless rows of another environment, or the seed data. The structure stays. Refused where `database.reset` does not stand, at the end of the promotion, where the rows are real, and where the database says that it holds the own rows of another environment. One that was cut is begun again when it is started again.").argument("<environment>", "whose rows are thrown away").option("--yes", "yes, throw the rows away; without it only what would be done is printed, and the command is refused").option("--reason <text>", "why; stands in the journal", "reset").option("--dry-run", "print what would be done, and change nothing").option("--allow-dirty", "apply pending migrations although the working tree differs from its commit").addOption(new Option("--units <kind>", "print what starts it every Monday, and do nothing else").choices(["systemd", "cron"])).option("--secrets <file>", "with --units: file with the variables that hold the secrets", "/etc/shiplock/reset.env").option("--program <path>", "with --units: how shiplock is started there (default: as it was started now)").option("--quiet", "no progress, only the summary").addHelpText("after", "\nExamples:\n  $ shiplock data reset testing --dry-run\n  $ shiplock data reset testing --yes --reason \"every Monday\"\n  $ shiplock data reset testing --units systemd --program /usr/local/bin/shiplock").action(async (environment, options) => {
		const quiet = options.quiet ?? options.json ?? false;
		if (options.units !== void 0) {
			const files = await resetUnits(await door(io, options, false), {
				environment,
				kind: options.units,
				secretsFile: options.secrets,
				program: options.program,
				why: options.reason
			});
			const text = files.map(({ path, content }) => `# ${path}\n${content}`).join("\n");
			done({
				exit: EXIT.done,
				text,
				json: jsonSchema.parse({
					environment,
					files
				})
			});
			return;
		}
		const acts = options.dryRun !== true && options.yes === true;
		const entry = await door(io, {
			...options,
			quiet
		}, acts);
		const request = {
			environment,
			why: options.reason,
			allowDirty: options.allowDirty === true
		};
		if (!acts) {
			const plan = await planDataReset(entry, request);
			if (options.dryRun !== true) throw notConfirmed(environment, plan);
			done({
				exit: EXIT.done,
				text: resetLines(plan).join("\n"),
				json: jsonSchema.parse({
					environment,
					...plan
				})
			});
			return;
		}
		const reset = await resetData(entry, request, (line) => {
			if (!quiet) io.err(`${line}\n`);
		});
		const rows = reset.tables.reduce((sum, table) => sum + table.rows, 0);
		done({
			exit: EXIT.done,
			text: `${reset.emptied.length} tables of ${environment} were emptied, and ${rows} rows are there now (run ${reset.run})`,
			json: jsonSchema.parse({
				environment,
				...reset
			})
		});
	});
}
function notConfirmed(environment, plan) {
	return new ProblemError({
		code: "data.not-confirmed",
		where: environment,
		found: `no --yes, and this would ${resetLines(plan).join(", ")}`,
		expected: "to be told that these rows are thrown away",
		remedy: "look at it with --dry-run, then say --yes"
	});
}

// src/cli/commands/data.ts
/** `shiplock data …`: rows for environments that must not see the real ones. */
function addData(registry) {
	const { program, io, done } = registry;
	const data = program.command("data").summary("rows for environments that must not see the real ones").description("What the databases of environments hold: copied from another environment and made harmless on the way, or made up.");
	withPersonOptions(withCommonOptions(data.command("copy"))).summary("fill a database with harmless rows of another environment").description("Empty the database of one environment and fill it with the rows of another, column by column as `database.desensitise` of the other says. Nothing is touched while a rule does not fit, or a column looks personal that has no rule. The other database is only read. Rows never go towards production.").requiredOption("--from <environment>", "whose rows; they are only read").requiredOption("--to <environment>", "whose database is emptied and filled").option("--reason <text>", "why; stands in the journal", "fresh data").option("--dry-run", "print what becomes of each column, and change nothing").option("--quiet", "no progress, only the summary").addHelpText("after", "\nExamples:\n  $ shiplock data copy --from production --to staging --dry-run\n  $ shiplock data copy --from production --to staging --reason \"load test of Friday\"").action(async (options) => {
		const quiet = options.quiet ?? options.json ?? false;
		const acts = options.dryRun !== true;
		const entry = await door(io, {
			...options,
			quiet
		}, acts);
		const request = {
			from: options.from,
			to: options.to,
			why: options.reason
		};
		if (!acts) {
			const plan = await planDataCopy(entry, request);
			done({
				exit: EXIT.done,
				text: planText$4(plan),
				json: jsonSchema.parse({
					...request,
					tables: plan
				})
			});
			return;
		}
		const copied = await copyData(entry, request, (line) => {
			if (!quiet) io.err(`${line}\n`);
		});
		const rows = copied.tables.reduce((sum, table) => sum + table.rows, 0);
		done({
			exit: EXIT.done,
			text: `${rows} rows of ${copied.tables.length} tables of ${request.from} are in ${request.to} (run ${copied.run})`,
			json: jsonSchema.parse({
				...request,
				...copied
			})
		});
	});
	addDataGenerate(registry, data);
	addDataReset(registry, data);
}
function planText$4(plan) {
	return plan.flatMap(({ table, columns }) => columns === null ? [`${table}: empty`] : [`${table}`, ...columns.map(({ column, rule }) => `  ${column}: ${rule}`)]).join("\n");
}

// src/cli/whole.ts
/** Parser of an option: a whole number between two others, both of which it may be. */
function wholeNumber$1(least, most) {
	return (text) => {
		const value = Number(text);
		if (/^\d+$/.test(text) && value >= least && value <= most) return value;
		throw new InvalidArgumentError(`expected a whole number from ${least} to ${most}`);
	};
}

// src/cli/commands/database-rotate.ts
function addRotate({ io, done }, database) {
	withCommonOptions(database.command("rotate")).summary("a new password of an account, without an interruption").description("Say whether the account lets one password in or two. With --begin a new one is made behind its reference and let in beside the old one; restart then what uses the account; with --finish the old one is let in no more.").argument("<environment>", "whose database").argument("<role>", "which account: application, migration, backup, monitoring or copy").option("--begin", "make a new password, let both in, put the new one behind the reference").option("--back", "put the old one behind the reference again; both are let in").option("--finish", "let in only the one behind the reference; refused while a connection from before is open").option("--admin <reference>", "connection string of an administrator, env:NAME or file:/path (default: database.dsn)").option("--reason <text>", "why; stands in the journal", "database rotate").option("--quiet", "no progress, only the summary").addHelpText("after", `
Examples:
  $ shiplock database rotate production application --admin env:ADMIN_DSN --begin
  $ shiplock runbook run system-restart production --service api --reason "new password"
  $ shiplock database rotate production application --admin env:ADMIN_DSN --finish`).action(async (environment, role, options) => {
		const { ROLES } = await import("./shared-database2.js");
		const which = ROLES.find((one) => one === role);
		if (which === void 0) throw new ProblemError(unknownRole(role, ROLES));
		const request = {
			environment,
			role: which,
			admin: options.admin ?? null,
			why: options.reason,
			what: asked(options)
		};
		const { rotate } = await import("./shared-rotate.js");
		const acts = request.what !== "look";
		const { result, state } = await rotate(await door(io, {
			...options,
			quiet: options.quiet ?? options.json ?? false
		}, acts), request);
		done({
			exit: result?.exit ?? 0,
			text: [...result === null ? [] : [`${result.outcome} (run ${result.run})`], ...stateText(state)].join("\n"),
			json: jsonSchema.parse({
				...result === null ? {} : {
					outcome: result.outcome,
					run: result.run,
					problems: result.problems
				},
				...state
			})
		});
	});
}
function asked({ begin, back, finish }) {
	const [one, ...others] = [
		begin === true && "begin",
		back === true && "back",
		finish === true && "finish"
	].filter((what) => what !== false);
	if (others.length === 0) return one ?? "look";
	throw new ProblemError({
		code: "cli.rotate-what",
		where: "database rotate",
		found: [one, ...others].map((what) => `--${what}`).join(" and "),
		expected: "one of --begin, --back and --finish",
		remedy: "give one of them; services are restarted between --begin and --finish"
	});
}
function stateText({ role: which, user, from, state, older }) {
	return [`${which}  ${user}@${from}  lets in ${{
		one: "one password, the one behind its reference",
		both: "two passwords: the one behind its reference, and the other one",
		odd: "not what is behind its reference, or more than that"
	}[state]}`, ...older === null || state !== "both" ? [] : [`  ${older} connections from before the exchange are open`]];
}
function unknownRole(found, roles) {
	return {
		code: "cli.unknown-role",
		where: "database rotate",
		found,
		expected: `one of ${roles.join(", ")}`,
		remedy: "name a role of `database.accounts`"
	};
}

// src/cli/commands/database-tls.ts
function addTls({ io, done }, database) {
	withCommonOptions(database.command("tls")).summary("the certificate of the server, and who may connect without TLS").description("Say what the server shows in a handshake, whether clients trust it, and which accounts may do without. With --apply, on the machine of the server, the newest pair is laid down, read by the running server and seen by handshakes, as a run; the one before comes back when clients would not trust it.").argument("<environment>", "whose database").option("--create", "with --apply: make an authority where there is none, and a new pair where it is time").option("--apply", "put the newest pair in place; renewal is the same command").option("--require", "with --apply: let declared accounts in over TLS alone").option("--check", "end with 1 when a finding stands: for a schedule").option("--admin <reference>", "connection string of an administrator, env:NAME or file:/path (default: database.dsn)").option("--reason <text>", "why; stands in the journal", "database tls").option("--quiet", "no progress, only the summary").addHelpText("after", `
Examples:
  $ shiplock database tls production --admin env:ADMIN_DSN
  $ shiplock database tls production --admin env:ADMIN_DSN --create --apply
  $ shiplock database tls production --admin env:ADMIN_DSN --apply --require
  $ shiplock database tls production --admin env:ADMIN_DSN --check`).action(async (environment, options) => {
		const request = {
			environment,
			admin: options.admin ?? null,
			why: options.reason,
			create: options.create === true,
			require: options.require === true
		};
		const acts = options.apply === true;
		const { planTls, setTls } = await import("./shared-tls2.js");
		const { shownText } = await import("./shared-certificate2.js");
		const entry = await door(io, {
			...options,
			quiet: options.quiet ?? options.json ?? false
		}, acts);
		if (acts) {
			const { result, restart } = await setTls(entry, request);
			const after = await planTls(entry, request);
			done({
				exit: result.exit,
				text: [
					`${result.outcome} (run ${result.run})`,
					...restart ? ["  the server reads the pair at its next start; restart it, and run this again"] : [],
					`  ${after.at}  ${shownText(after.shown, after.now)}`
				].join("\n"),
				json: jsonSchema.parse({
					outcome: result.outcome,
					run: result.run,
					problems: result.problems,
					restart,
					...asJson$2(after)
				})
			});
			return;
		}
		const plan = await planTls(entry, request);
		done({
			exit: options.check === true && plan.findings.length > 0 ? EXIT.failed : EXIT.done,
			text: planText$3(plan, shownText(plan.shown, plan.now), io).join("\n"),
			json: jsonSchema.parse(asJson$2(plan))
		});
	});
}
function asJson$2({ engine, at, names, shown, server, authority, findings, refusals }) {
	return {
		engine,
		at,
		names,
		shown,
		findings,
		refusals,
		server: server === null ? null : {
			...server,
			pair: server.pair
		},
		pair: authority === null ? null : {
			facts: authority.facts,
			problems: authority.problems
		}
	};
}
function planText$3(plan, seen, io) {
	const paint = painter(io);
	const { engine, at, shown, server, authority, accounts, findings, refusals } = plan;
	const trust = shown.kind === "shown" && shown.distrust === null ? paint("green", "trusted") : paint("red", "not trusted");
	const newest = authority === null ? [] : [authority.problems.length === 0 ? `  newest pair  serial ${authority.facts?.serial ?? ""}, until ${authority.facts?.notAfter ?? ""}` : `  newest pair  ${paint("yellow", "not good")}: ${authority.problems[0]?.found ?? ""}`];
	return [
		paint("bold", `${engine} ${server?.version ?? "(not asked: it is not trusted, and on another machine)"}`),
		`  ${at}  ${seen}  ${shown.kind === "shown" ? trust : ""}`.trimEnd(),
		...server === null ? [] : [`  its pair     ${server.pair?.cert ?? "none"}`, `  versions     ${server.protocols.join(", ")}; ${server.required ? "TLS is required of all" : "TLS is not required of all"}`],
		...newest,
		...accounts.flatMap(({ role, user, from }) => {
			const found = server?.accounts.find((one) => one.user === user && one.from === from);
			if (found === void 0) return [];
			const clear = found.inClear === null ? "" : `, ${found.inClear} connections in the clear now`;
			return [`  ${role.padEnd(12)} ${user}@${from}  ${found.requires ? "over TLS alone" : `also without TLS${clear}`}`];
		}),
		...findings.map(line),
		...refusals.map((problem) => `  ${paint("red", "refused")}: ${line(problem).trim()}`)
	];
}
function line({ code, where, found, remedy }) {
	return `  ${code}: ${where}: ${found}\n    ${remedy}`;
}

// src/cli/commands/database-users.ts
function addUsers({ io, done }, database) {
	withCommonOptions(database.command("users")).summary("accounts with the rights that their work needs, and no others").description("Say what each account of `database.accounts` lacks and has too much. With --apply missing accounts are made, each with a new password behind its secret, and what is lacking is granted, as a run.").argument("<environment>", "whose database").option("--plan", "only say it: what happens without options").option("--apply", "make missing accounts and grant what is lacking").option("--revoke", "with --apply: also take away what is too much").option("--passwords", "with --apply: give accounts the password behind their secret where they have another one").option("--check", "end with 1 when an account is not as it should be, or another finding stands").option("--admin <reference>", "connection string of an administrator, env:NAME or file:/path (default: database.dsn)").option("--reason <text>", "why; stands in the journal", "database users").option("--quiet", "no progress, only the summary").addHelpText("after", `
Examples:
  $ shiplock database users production --admin env:ADMIN_DSN
  $ shiplock database users production --admin env:ADMIN_DSN --apply
  $ shiplock database users production --admin env:ADMIN_DSN --apply --revoke
  $ shiplock database users production --admin env:ADMIN_DSN --check`).action(async (environment, options) => {
		const request = {
			environment,
			admin: options.admin ?? null,
			why: options.reason,
			revoke: options.revoke === true,
			passwords: options.passwords === true
		};
		const acts = options.apply === true && options.plan !== true;
		const { planUsers, setUsers } = await import("./shared-users.js");
		const { accountStatements, rightsStatements } = await import("./shared-users-procedure2.js");
		const statements = (one) => [...accountStatements(one, request), ...rightsStatements(one, request)];
		const entry = await door(io, {
			...options,
			quiet: options.quiet ?? options.json ?? false
		}, acts);
		if (acts) {
			const { result, plan } = await setUsers(entry, request);
			const kept = plan.accounts.filter(({ rights }) => !request.revoke && tooMuch(rights).length > 0);
			done({
				exit: result.exit,
				text: [
					`${result.outcome} (run ${result.run})`,
					...plan.accounts.flatMap(({ secret, account }) => secret.kind === "to-make" ? [`  connection string of ${account.role}: ${secret.path}`] : []),
					...kept.map(({ account }) => `  ${account.user}@${account.from} has too much; --revoke takes it away`),
					...plan.findings.map(findingText)
				].join("\n"),
				json: jsonSchema.parse({
					outcome: result.outcome,
					run: result.run,
					problems: result.problems,
					...asJson$1(plan, statements)
				})
			});
			return;
		}
		const plan = await planUsers(entry, request);
		done({
			exit: options.check === true && !isRight(plan) ? EXIT.failed : EXIT.done,
			text: planText$2(plan, io).join("\n"),
			json: jsonSchema.parse(asJson$1(plan, statements))
		});
	});
}
function isRight({ schemaThere, accounts, findings, refusals }) {
	const good = ({ there, rights, password }) => there && rights.lacks.length === 0 && tooMuch(rights).length === 0 && password !== "other" && password !== "none";
	return schemaThere && findings.length === 0 && refusals.length === 0 && accounts.every(good);
}
function asJson$1(plan, statements) {
	const { engine, version, schema, schemaThere, accounts, findings, refusals } = plan;
	return {
		engine,
		version,
		schema,
		schemaThere,
		accounts: accounts.map((one) => ({
			role: one.account.role,
			user: one.account.user,
			from: one.account.from,
			there: one.there,
			secret: one.secret.kind,
			password: one.password,
			lacks: one.rights.lacks,
			tooMuch: one.rights.tooMuch,
			statements: statements(one)
		})),
		findings,
		refusals
	};
}
function planText$2(plan, io) {
	const paint = painter(io);
	const account = ({ account: { role, user, from }, there, secret, password, rights }) => {
		const excess = tooMuch(rights);
		const good = there && rights.lacks.length === 0 && excess.length === 0;
		const state = !there ? paint("yellow", "missing") : good ? paint("green", "as it is") : paint("yellow", "differs");
		return [
			`  ${role.padEnd(12)} ${user}@${from}  ${state}`,
			...secret.kind === "to-make" ? [`    ${paint("yellow", "secret  ")}  to be made: ${secret.path}`] : [],
			...password === "other" ? [`    ${paint("red", "password")}  another one than its secret says`] : [],
			...password === "none" ? [`    ${paint("red", "password")}  none`] : [],
			...byWhy(rights.lacks).map((line) => `    ${paint("yellow", "lacks   ")}  ${line}`),
			...excess.map((line) => `    ${paint("red", "too much")}  ${line}`)
		];
	};
	return [
		paint("bold", `${plan.engine} ${plan.version}`),
		`  schema ${plan.schema}${plan.schemaThere ? "" : `: ${paint("yellow", "to be made")}`}`,
		...plan.accounts.flatMap(account),
		...plan.findings.map(findingText),
		...plan.refusals.map((problem) => `  ${paint("red", "refused")}: ${findingText(problem).trim()}`)
	];
}
function byWhy(lacks) {
	return [...Map.groupBy(lacks, ({ on, why }) => `on ${on}: ${why}`)].map(([rest, list]) => `${list.map(({ privilege }) => privilege).join(", ")} ${rest}`);
}
function tooMuch({ tooMuch: { rights, roles, proxies } }) {
	return [
		...[...Map.groupBy(rights, ({ on }) => on)].map(([on, list]) => `${list.map(({ privilege }) => privilege).join(", ")} on ${on}`),
		...roles.map((role) => `the role ${role}`),
		...proxies.map((other) => `acting as ${other}`)
	];
}
function findingText({ code, where, found, remedy }) {
	return `  ${code}: ${where}: ${found}\n    ${remedy}`;
}

// src/cli/commands/database.ts
function addDatabase(registry) {
	const database = registry.program.command("database").summary("set up the server of a database").description("Set up the server of a database by the size of its machine, and the accounts that use it. `shiplock migrate` is for what is in it.");
	addConfigure(registry, database);
	addUsers(registry, database);
	addTls(registry, database);
	addRotate(registry, database);
}
function addConfigure({ io, done }, database) {
	withCommonOptions(database.command("configure")).summary("memory, connections, durability and logs, from the size of the machine").description("Say what the server should be set to on its machine, with the reason of each setting and what it is now. With --apply what the server takes while it runs is set, as a run; the rest is for its file and its next start.").argument("<environment>", "whose database").option("--apply", "set what the server takes while it runs (MySQL: SET PERSIST, MariaDB: SET GLOBAL)").option("--check", "end with 1 when something is not as it should be").option("--file <file>", "write the file of the server, with every setting; put it into its conf.d").option("--memory <size>", "memory of its machine (default: of this one), such as 16384MiB", size$1).option("--cores <n>", "processors of its machine (default: of this one)", wholeNumber$1(1, 4096)).option("--disk <kind>", "ssd or hdd (default: as this machine has it)", disk).option("--share <share>", "part of the memory that the server may use", part$1, .8).option("--pool <n>", "connections that one instance opens at most", wholeNumber$1(1, 1e4), 10).option("--reserve <n>", "connections for people and tools", wholeNumber$1(1, 1e4), 30).option("--server-id <n>", "number of the server in its replication (default: the one it has)", wholeNumber$1(1, 4294967295)).option("--admin <reference>", "connection string of an administrator, env:NAME or file:/path (default: database.dsn)").option("--server <program>", "ask this program of the server (mysqld, mariadbd) whether it would start so").option("--reason <text>", "why; stands in the journal", "database configure").option("--quiet", "no progress, only the summary").addHelpText("after", `
Examples:
  $ shiplock database configure production --memory 32768MiB --server mysqld
  $ shiplock database configure production --check
  $ shiplock database configure production --apply --file shiplock.cnf`).action(async (environment, options) => {
		const request = requestOf$2(environment, options);
		const acts = options.apply === true;
		const { configure, planConfigure } = await import("./shared-configure2.js");
		const entry = await door(io, {
			...options,
			quiet: options.quiet ?? options.json ?? false
		}, acts);
		if (acts) {
			const { result, plan } = await configure(entry, request);
			const file = await written(io, options, plan);
			const later = plan.differences.filter((one) => !one.same && !one.live);
			const text = [
				`${result.outcome} (run ${result.run})`,
				...later.map(({ name, value }) => `  ${name} = ${value} needs its file and a restart`),
				...file
			];
			done({
				exit: result.exit,
				text: text.join("\n"),
				json: jsonSchema.parse({
					outcome: result.outcome,
					run: result.run,
					problems: result.problems,
					...asJson(plan)
				})
			});
			return;
		}
		const plan = await planConfigure(entry, request);
		const file = await written(io, options, plan);
		const drift = plan.differences.some(({ same }) => !same);
		done({
			exit: options.check === true && drift ? EXIT.failed : EXIT.done,
			text: [...planText$1(plan, io), ...file].join("\n"),
			json: jsonSchema.parse(asJson(plan))
		});
	});
}
function requestOf$2(environment, options) {
	const { memory, cores, disk: kind, share, pool, reserve, serverId, admin, server, reason } = options;
	return {
		environment,
		machine: {
			...memory === void 0 ? {} : { memory },
			...cores === void 0 ? {} : { cores },
			...kind === void 0 ? {} : { disk: kind }
		},
		share,
		pool,
		reserve,
		why: reason,
		serverId: serverId ?? null,
		admin: admin ?? null,
		program: server ?? null
	};
}
async function written(io, { file }, plan) {
	if (file === void 0) return [];
	await writeOutput(io, file, plan.file, "--file");
	return [`file: ${file}`];
}
function asJson({ wanted, version, memory, differences }) {
	return {
		version,
		machine: wanted.machine,
		connections: wanted.connections,
		memory,
		settings: differences
	};
}
function planText$1({ version, wanted, memory, differences }, io) {
	const paint = painter(io);
	const mib = (bytes) => `${Math.round(bytes / 1048576)} MiB`;
	const width = Math.max(...differences.map(({ name }) => name.length));
	const line = (one) => {
		const { name, now, value, same, live, why } = one;
		if (same) return `  ${paint("green", "as it is ")}  ${name.padEnd(width)}  ${value}`;
		if (now === null) return `  ${paint("dim", "unknown  ")}  ${name.padEnd(width)}  this server has no such setting`;
		return `  ${live ? paint("yellow", "now      ") : paint("yellow", "restart  ")}  ${name.padEnd(width)}  ${now === "" ? "(nothing)" : now} → ${value}\n${" ".repeat(width + 15)}${paint("dim", why)}`;
	};
	return [
		paint("bold", `${wanted.engine} ${version}`),
		`  ${mib(memory.total)} for the server: ${mib(memory.pool)} buffer pool, ${mib(memory.connections)} for ${wanted.connections} connections, ${mib(memory.fixed)} for itself`,
		...differences.map(line)
	];
}
function size$1(text) {
	const bytes = parseSize(text);
	if (bytes !== void 0 && bytes >= 268435456) return bytes;
	throw new InvalidArgumentError("expected a size of at least 256MiB, such as 16384MiB");
}
function part$1(text) {
	const value = parseShare(text);
	if (value !== void 0 && value > 0 && value <= 1) return value;
	throw new InvalidArgumentError("expected a share such as 80%");
}
function disk(text) {
	if (text === "ssd" || text === "hdd") return text;
	throw new InvalidArgumentError("expected ssd or hdd");
}

// src/cli/runbook/resume-run.ts
/** What a person says about a run that is gone on with. @throws ProblemError `cli.usage` when it is not whole */
function answersOf({ step, outcome, evidence, allowChanged }) {
	if (step === void 0 !== (outcome === void 0) || outcome !== void 0 && evidence === void 0) throw new ProblemError({
		code: "cli.usage",
		where: "command line",
		found: "only some of --step, --outcome and --evidence",
		expected: "all three together",
		remedy: "say which step, what you found, and how you found out"
	});
	return {
		...step === void 0 || outcome === void 0 || evidence === void 0 ? {} : { outcome: {
			step,
			outcome,
			evidence
		} },
		...allowChanged === void 0 ? {} : { allowChanged: {
			role: "releaser",
			reason: allowChanged
		} }
	};
}
/** Goes on with a run; its definition is looked for where `runbook run` looks. @param given a door that is open already */
async function resumeRunbookRun(io, options, { run, environment }, answers, given) {
	const [{ findRunbook }, { resumeRunbook }, { outcomeResult }] = await Promise.all([
		import("./shared-registry.js"),
		import("./shared-runbook2.js"),
		import("./shared-texts.js")
	]);
	const entry = given ?? await door(io, {
		...options,
		quiet: options.quiet ?? options.json ?? false
	}, true);
	const place = await ownPlace(io, options);
	const find = async (name) => (await findRunbook(name, place)).runbook;
	const reach = await reachOf(entry, run, find);
	return outcomeResult(await resumeRunbook(await openEnvironment(entry, environment, reach), run, find, answers));
}
/** What must be there to go on with it, as its definition says. */
async function reachOf(entry, run, find) {
	const { store } = await openService(entry);
	const { procedure } = await readRun(store, run);
	return isRunbook(procedure) ? (await find(procedure.slice(RUNBOOK_PREFIX.length))).reach : void 0;
}

// src/cli/commands/pipeline-text.ts
/** The view for a terminal: no line is longer than it is wide, and 80 columns are enough. */
function pipelineText(view, io) {
	const paint = painter(io);
	const width = Math.max(40, io.columns ?? 80);
	const lines = [paint("bold", view.service)];
	const say = (indent, text, style) => {
		for (const line of wrapped(text, indent, width)) lines.push(style === void 0 ? line : paint(style, line));
	};
	for (const stage of view.environments) {
		lines.push("");
		if (stage.from !== null) sayBetween(stage, say);
		lines.push(paint("bold", stage.environment));
		sayStage(stage, say);
	}
	if (view.quarantine.length > 0) lines.push("", paint("bold", "In quarantine"));
	for (const { digest, component, version, environment, since, cause } of view.quarantine) {
		say(2, `${component === null ? "a digest" : `${component} ${version ?? ""}`.trimEnd()}: ${cause} in ${environment} at ${minute(since)}`, "yellow");
		say(4, digest, "dim");
	}
	for (const { where, found } of view.problems) say(0, `${where}: ${found}`, "yellow");
	return lines.join("\n");
}
function sayStage({ serves, unfinished, lock, environment }, say) {
	if (serves === null) say(2, "nothing serves");
	else {
		const commit = serves.commit === null ? "" : `, commit ${serves.commit.slice(0, 12)}`;
		say(2, `${serves.version}${commit}`, "green");
		say(2, `since ${minute(serves.since)} by ${serves.who}: ${serves.verdict}`);
	}
	if (lock !== null) say(2, `locked by ${lock.by} since ${minute(lock.time)}: ${lock.reason}`, "yellow");
	for (const { run, title, state, gates } of unfinished) {
		say(2, `unfinished: ${title} (${state}), run ${run}`, "yellow");
		for (const gate of gates) say(4, `open: ${gate}`);
		if (gates.length > 0) say(4, `shiplock gate show ${run}; shiplock status ${environment}`, "cyan");
	}
}
/** What lies between an environment and the one before it. */
function sayBetween({ environment, behind, next }, say) {
	if (behind !== null) say(4, `to ${environment}: ${behindText(behind)}`, behind.kind === "behind" ? "cyan" : "dim");
	for (const { gate, state, text } of next?.gates ?? []) say(6, `${WORDS[state].padEnd(7)} ${gate}: ${text}`, STYLES[state]);
}
const WORDS = {
	met: "met",
	waits: "waits",
	asks: "asks",
	refused: "refused"
};
const STYLES = {
	met: "green",
	waits: "yellow",
	asks: "cyan",
	refused: "red"
};
function behindText(behind) {
	switch (behind.kind) {
		case "same": return "the same release serves both";
		case "nothing-before": return "nothing serves before it";
		case "behind": {
			const { releases, commits, forMs } = behind;
			return `${[count$1(releases, "release"), ...commits === null ? [] : [count$1(commits, "commit")]].join(", ")} behind, for ${formatDuration(Math.floor(forMs / 6e4) * 6e4)}`;
		}
	}
}
function count$1(n, what) {
	return `${n} ${what}${n === 1 ? "" : "s"}`;
}
/** `2026-11-21T20:11:05.000Z` → `2026-11-21 20:11Z`. */
function minute(time) {
	return `${time.slice(0, 16).replace("T", " ")}Z`;
}
/** Lines of at most `width` columns; what has no blank to break at is cut. Pure. */
function wrapped(text, indent, width) {
	const room = Math.max(10, width - indent - 2);
	const lines = [];
	let line = "";
	for (const word of text.split(" ").flatMap((one) => pieces(one, room))) if (line !== "" && line.length + 1 + word.length > room) {
		lines.push(line);
		line = word;
	} else line = line === "" ? word : `${line} ${word}`;
	lines.push(line);
	return lines.map((one, index) => `${" ".repeat(indent + (index === 0 ? 0 : 2))}${one}`);
}
function pieces(word, room) {
	if (word.length <= room) return [word];
	return Array.from({ length: Math.ceil(word.length / room) }, (_, index) => word.slice(index * room, (index + 1) * room));
}

// src/cli/commands/unit.ts
function withUnitOption(command) {
	return command.option("--unit <file>", "several services as one: shiplock.unit.yaml, or the directory that holds it");
}
/** The unit that was named; undefined: the command is about one service. */
async function openNamed(io, options, acts) {
	const { unit, config } = options;
	if (unit === void 0) return void 0;
	if (config !== void 0) throw new ProblemError({
		code: "cli.usage",
		where: "--config",
		found: "both --config and --unit",
		expected: "one service, or a unit of several",
		remedy: "leave one of them out; the file of the unit names the configuration of each member"
	});
	return openUnit(await door(io, {
		...options,
		config: unit,
		quiet: options.quiet ?? options.json ?? false
	}, acts));
}
/** `shiplock release --unit`, or its plan; undefined without `--unit`. */
async function unitRelease(io, environment, options) {
	const acts = options.dryRun !== true;
	const unit = await openNamed(io, options, acts);
	if (unit === void 0) return void 0;
	const request = releaseRequest(options);
	return acts ? resultOf$1(await releaseUnit(unit, environment, request)) : planResult$1(await planUnit(unit, environment, request));
}
/** The same for `shiplock promote --unit`. */
async function unitPromotion(io, options) {
	const acts = options.dryRun !== true;
	const unit = await openNamed(io, options, acts);
	if (unit === void 0) return void 0;
	const request = {
		...releaseRequest(options),
		from: options.from
	};
	return acts ? resultOf$1(await promoteUnit(unit, options.to, request)) : planResult$1(await planUnitPromotion(unit, options.to, request));
}
/** The same for `shiplock rollback --unit`. */
async function unitRollback(io, environment, options) {
	const acts = options.dryRun !== true;
	const unit = await openNamed(io, options, acts);
	if (unit === void 0) return void 0;
	if (options.to !== void 0) throw new ProblemError({
		code: "cli.usage",
		where: "--to",
		found: "both --to and --unit",
		expected: "a version of one service, or a unit, which goes back to its unit release before",
		remedy: "leave one of them out"
	});
	const request = { why: options.reason };
	return acts ? resultOf$1(await rollbackUnit(unit, environment, request)) : backPlanResult(await planUnitRollback(unit, environment, request));
}
/** The same for `shiplock resume --unit`. */
async function unitResume(io, run, options, answers) {
	const unit = await openNamed(io, options, true);
	return unit === void 0 ? void 0 : resultOf$1(await resumeUnit(unit, run, answers));
}
/** The same for `shiplock pipeline --unit`. */
async function unitView(io, options) {
	const unit = await openNamed(io, options, false);
	if (unit === void 0) return void 0;
	const view = await unitPipeline(unit);
	return {
		exit: EXIT.done,
		text: unitViewText(view, io),
		json: jsonSchema.parse(view)
	};
}
function resultOf$1({ exit, summary }) {
	return {
		exit,
		text: unitSummaryText(summary),
		json: jsonSchema.parse(summary)
	};
}
function planResult$1(plan) {
	const parts = plan.members.flatMap((member) => {
		if (member.kind === "stays") return [staysText(member)];
		const { name, build, release, gates } = member;
		return [
			`# ${name}`,
			...build === null ? [] : [renderPlan(build)],
			renderPlan(release),
			`Gates: ${gates}\n`
		];
	});
	return {
		exit: EXIT.done,
		text: [renderPlan(plan.unit), ...parts].join("\n"),
		json: jsonSchema.parse(plan)
	};
}
function backPlanResult(plan) {
	const parts = plan.members.flatMap((member) => member.kind === "stays" ? [staysText(member)] : [`# ${member.name}`, renderPlan(member.rollback)]);
	return {
		exit: EXIT.done,
		text: [renderPlan(plan.unit), ...parts].join("\n"),
		json: jsonSchema.parse(plan)
	};
}
function staysText({ name, version }) {
	return `# ${name}: stays as it is, ${version}\n`;
}
/** The view for a terminal. */
function unitViewText(view, io) {
	const paint = painter(io);
	const lines = [paint("bold", `unit ${view.unit}`)];
	for (const { environment, serves, behind, from, unfinished } of view.environments) {
		lines.push("");
		if (behind !== null) lines.push(paint("dim", `    to ${environment}: ${BEHIND[behind]} ${from ?? ""}`));
		lines.push(paint("bold", environment));
		if (serves === null) lines.push("  no unit release");
		else {
			lines.push(paint("green", `  ${serves.release.slice(0, 19)}…`), `  since ${minute(serves.since)} by ${serves.who}`);
			for (const member of serves.members) {
				const same = member.serves === member.version;
				const text = same ? "" : `, but ${member.serves ?? "nothing"} serves: it was released or taken back alone`;
				const line = `    ${member.name} ${member.version}${text}`;
				lines.push(same ? line : paint("yellow", line));
			}
		}
		for (const { run, title, state, members } of unfinished) {
			lines.push(paint("yellow", `  unfinished: ${title} (${state}), run ${run}`));
			for (const { name, standing } of members) lines.push(`    ${name}: ${standing}`);
		}
	}
	for (const { where, found } of view.problems) lines.push(paint("yellow", `${where}: ${found}`));
	return lines.join("\n");
}
const BEHIND = {
	same: "the same unit release as in",
	behind: "another unit release than in",
	"nothing-before": "no unit release in"
};

// src/cli/commands/resume.ts
/** A run by its id, or the only one that has not ended. */
async function findRun(store, wanted) {
	const runs = await listRuns(store);
	const open = runs.filter(isOpen);
	const found = wanted === void 0 ? open.length === 1 ? open[0] : void 0 : runs.find((run) => run.run === wanted);
	if (found !== void 0) return {
		run: found.run,
		environment: found.environment,
		procedure: found.procedure
	};
	const list = (wanted === void 0 ? open : runs).slice(-5).map((run) => run.run);
	throw new ProblemError({
		code: "cli.unknown-run",
		where: store,
		found: wanted ?? (open.length === 0 ? "no unfinished run" : `${open.length} unfinished runs`),
		expected: list.length === 0 ? "a run in this state directory" : `one of ${list.join(", ")}`,
		remedy: "name the run; `shiplock status` lists those of an environment"
	});
}
/** The same; a run that is named and not here is taken from the git store, where there is one. */
async function findOrFetchRun(service, wanted) {
	const { store } = service;
	if (wanted !== void 0 && !(await listRuns(store)).some((run) => run.run === wanted)) await fetchRun(service, wanted);
	return findRun(store, wanted);
}
function notResumed(run, procedure) {
	return procedure === "build" ? onlyBuilt(run) : begunAgain(run, procedure);
}
function begunAgain(run, procedure) {
	return {
		code: "cli.not-resumed",
		where: `run ${run}`,
		found: `a run of ${procedure}, which is never gone on with`,
		expected: "a release, a rollback or a migration",
		remedy: "give the command again that began it: it takes what is done already"
	};
}
function onlyBuilt(run) {
	return {
		code: "cli.build-not-resumed",
		where: `run ${run}`,
		found: "a build: it holds no environment, and nothing waits for it",
		expected: "a release or a rollback",
		remedy: "`shiplock release` builds again, and takes what is built already"
	};
}
function addResume({ program, io, done }) {
	withUnitOption(withPersonOptions(withCommonOptions(program.command("resume")))).summary("go on with a run").description("Go on with a run where it stopped: after a crash, Ctrl-C, or an answered gate. A run of another machine is taken from the git store.").argument("[run]", "the run (default: the only unfinished one)").option("--step <path>", "with --outcome: a step of which nobody can tell whether its effects happened").addOption(new Option("--outcome <outcome>", "what you found out about that step").choices(["applied", "not-applied"])).option("--evidence <text>", "how you found out").option("--allow-changed <reason>", "go on although the procedure changed since; gates in changed parts open again").option("--quiet", "no progress, only the summary").addHelpText("after", "\nExamples:\n  $ shiplock resume\n  $ shiplock resume 20261121-071500-3f2a --step release/migrate/0007/1 --outcome applied --evidence \"column is there\"").action(async (wanted, options) => {
		const answers = answersOf(options);
		const together = await unitResume(io, wanted, options, answers);
		if (together !== void 0) {
			done(together);
			return;
		}
		const entry = await door(io, {
			...options,
			quiet: options.quiet ?? options.json ?? false
		}, true);
		const { run, environment, procedure } = await findOrFetchRun(await openService(entry), wanted);
		if (isRunbook(procedure)) {
			done(await resumeRunbookRun(io, options, {
				run,
				environment
			}, answers, entry));
			return;
		}
		if (traitsOf(procedure).stopped !== "resumed") throw new ProblemError(notResumed(run, procedure));
		const result = await resume(await openEnvironment(entry, environment), run, answers);
		done(runResult(result));
	});
}

// src/cli/commands/diagnose.ts
function addDiagnose({ program, io, done }) {
	withCommonOptions(program.command("diagnose")).summary("collect the facts of an incident in one bundle, masked").description("Collect the facts of an incident in one bundle: hosts, services, proxy, database and what was delivered. Only looks, each question bounded in time and bytes and asked with the lowest priority. Secrets are blanked before anything is written, and a source that does not answer never stops the others.").argument("[environment]", "where (default: the only environment; with --machine: none)").option("--host <name...>", "only these hosts; `here` is this machine").option("--minutes <n>", "how far back logs are read", wholeNumber$1(1, 10080), 60).option("--out <path>", "a file that ends with .tar.gz, or a new directory (default: an archive here, named by the time)").option("--max-bytes <size>", "most that is kept, before it is packed", size, 2e7).option("--run <run>", "put it beside the journal of this run; its report names it").option("--keep-emails", "leave the addresses of people in").option("--machine", "only this machine; no configuration is read").option("--plan", "print every question, and ask none").addHelpText("after", `
The bundle is readable for you alone. README.txt in it says what it holds, manifest.json how each answer came about.

Examples:
  $ shiplock diagnose production
  $ shiplock diagnose production --host web1 --minutes 15 --out /dev/shm/incident.tar.gz
  $ shiplock diagnose production --run 20261121-071500-3f2a
  $ shiplock diagnose --machine --plan`).action(async (given, options) => {
		const doorOptions = options.machine === true ? null : await door(io, options, true);
		const environment = doorOptions === null ? null : given ?? await onlyEnvironment(doorOptions);
		const { bundlePath, diagnose, planDiagnosis, planLines } = await import("./shared-diagnose.js");
		const plan = await planDiagnosis({
			env: io.env,
			who: whoAmI(io.env),
			service: doorOptions
		}, {
			environment,
			hosts: options.host ?? null,
			minutes: options.minutes,
			maxBytes: options.maxBytes,
			keepEmails: options.keepEmails === true
		});
		if (options.plan === true) {
			const lines = planLines(plan);
			const width = Math.max(...lines.map(({ file }) => file.length));
			const text = lines.map(({ file, asked }) => `${file.padEnd(width)}  ${asked.replaceAll(/\s*\n\s*/g, " ")}`);
			done({
				exit: EXIT.done,
				text: text.join("\n"),
				json: jsonSchema.parse({ questions: lines })
			});
			return;
		}
		const destination = await destinationOf(options, plan, options.out === void 0 ? bundlePath(plan, io.cwd) : resolve(io.cwd, options.out));
		const stop = doorOptions?.signal ?? installStopSignals(() => io.err("stopping; what is there is kept\n"));
		const ended = await diagnose(plan, destination, {
			signal: stop.signal,
			onEnd: teller(io)
		});
		const { requested } = stop;
		done({
			exit: requested === void 0 ? EXIT.done : requested === "SIGINT" ? EXIT.interrupted : EXIT.terminated,
			text: diagnosedText(ended, io),
			json: jsonSchema.parse({
				path: ended.path,
				bytes: ended.bytes,
				manifest: ended.manifest
			})
		});
	});
}
async function onlyEnvironment(options) {
	const names = environmentNames((await openService(options)).config);
	const [only] = names;
	if (only !== void 0 && names.length === 1) return only;
	throw new ProblemError({
		code: "cli.usage",
		where: "shiplock diagnose",
		found: `no environment, and there are ${names.length}`,
		expected: `one of ${names.join(", ")}`,
		remedy: `name it: \`shiplock diagnose ${names.at(-1) ?? "ENVIRONMENT"}\``
	});
}
async function destinationOf({ run, out }, plan, path) {
	if (run !== void 0) {
		if (out !== void 0) throw both("--out", "--run");
		if (plan.store === null) throw both("--machine", "--run");
		return {
			kind: "run",
			store: plan.store,
			run: (await findRun(plan.store, run)).run
		};
	}
	return {
		kind: "path",
		path
	};
}
function both(one, other) {
	return new ProblemError({
		code: "cli.usage",
		where: one,
		found: `${one} together with ${other}`,
		expected: "one of the two",
		remedy: `leave ${one} out: a bundle of a run lies beside its journal`
	});
}
/** A line for each answer that did not come as it should; the others are in the bundle. */
function teller(io) {
	const paint = painter(io);
	return ({ file, problem }) => {
		if (problem !== null) io.err(`${paint("dim", `${file}: ${problem}`)}\n`);
	};
}
function diagnosedText({ manifest, path, bytes }, io) {
	const paint = painter(io);
	const { collected, masked, startedAt, endedAt } = manifest;
	const answers = collected.filter((one) => one.bytes > 0).length;
	const cut = collected.filter((one) => one.truncated && one.bytes > 0).length;
	const failed = collected.filter(({ problem }) => problem !== null).length;
	const seconds = Math.round((Date.parse(endedAt) - Date.parse(startedAt)) / 100) / 10;
	return [
		`${paint("bold", path)}: ${formatSize(bytes)}, ${answers} of ${collected.length} questions answered in ${seconds} s`,
		...cut === 0 ? [] : [`  ${cut} answers were cut at their limit`],
		...failed === 0 ? [] : [paint("yellow", `  ${failed} questions had a problem; README.txt lists them`)],
		`  ${masked.secrets} secrets blanked by value, and whatever looks like one`,
		...masked.unread.length === 0 ? [] : [paint("yellow", `  these secrets could not be read here, and are blanked only where they look like one: ${masked.unread.join(", ")}`)]
	].join("\n");
}
const LEAST_BYTES = 1e5;
const MOST_BYTES = 5e8;
function size(text) {
	const bytes = parseSize(text);
	if (bytes !== void 0 && bytes >= LEAST_BYTES && bytes <= MOST_BYTES) return bytes;
	throw new InvalidArgumentError("expected a size from 100kB to 500MB, such as 20MB");
}

// src/cli/commands/doctor.ts
/** A check that has not answered by then has failed. */
const EACH_MS = 4e3;
function addDoctor({ program, io, done }) {
	withCommonOptions(program.command("doctor")).summary("look whether everything is there that a release needs").description("Look whether everything is there that a release needs: programs, directories, ports, database, secrets, repositories, the state directory. Says what is missing and how to mend it; changes nothing. Takes at most 5 seconds.").argument("[environment]", "only this environment (default: all that are not abstract)").addHelpText("after", "\nEnds with 1 when a check has failed; a warning is no failure.\n\nExamples:\n  $ shiplock doctor\n  $ shiplock doctor production\n  $ shiplock doctor production --json | jq '.environments[].checks[] | select(.state != \"ok\")'").action(async (environment, options) => {
		const service = await openService(await door(io, options, false));
		const names = environment === void 0 ? environmentNames(service.config) : [environment];
		const found = await doctor(service, names, EACH_MS);
		const ok = found.every(({ checks }) => checks.every(({ state }) => state !== "failed"));
		done({
			exit: ok ? EXIT.done : EXIT.failed,
			text: found.map((one) => diagnosisText(one, io)).join("\n\n"),
			json: jsonSchema.parse({
				ok,
				environments: found
			})
		});
	});
}
const STYLE$2 = {
	ok: "green",
	warning: "yellow",
	failed: "red"
};
function diagnosisText({ environment, checks }, io) {
	const paint = painter(io);
	const lines = checks.flatMap((check) => {
		const line = `  ${paint(STYLE$2[check.state], check.state.padEnd(7))}  ${check.title}: ${check.found}`;
		if (check.state === "ok") return [line];
		return [
			line,
			`           expected ${check.expected}`,
			`           → ${check.mend}`
		];
	});
	const count = (state) => checks.filter((check) => check.state === state).length;
	const sum = `  ${count("ok")} ok, ${count("warning")} to look at, ${count("failed")} failed`;
	return [
		paint("bold", environment),
		...lines,
		sum
	].join("\n");
}

// src/cli/commands/drift.ts
function addDrift({ program, io, done }) {
	withCommonOptions(program.command("drift")).summary("what differs between git and the cluster, and who wrote it").description("Compare what git names, what Argo CD was told to bring, and what is in the cluster, field by field, with the writer of each field. Only looks.").argument("<environment>", "where").option("--all", "also resources that Argo CD calls synced").addHelpText("after", "\nExamples:\n  $ shiplock drift production\n  $ shiplock drift production --all --json").action(async (environment, options) => {
		const service = await openEnvironment(await door(io, options, false), environment);
		const found = await drift$1(service, { all: options.all === true });
		const json = jsonSchema.parse(JSON.parse(JSON.stringify(found)));
		done({
			exit: EXIT.done,
			text: driftText(found, io),
			json
		});
	});
}
function driftText(found, io) {
	const paint = painter(io);
	return driftLines(found).map(({ text, tone }) => tone === "plain" ? text : paint(STYLE$1[tone], text)).join("\n");
}
const STYLE$1 = {
	head: "bold",
	differs: "yellow"
};

// src/cli/commands/frontend.ts
function addFrontend({ program, io, done }) {
	program.command("frontend").summary("look at a frontend as browsers see it").description("Look at a frontend as browsers see it.").command("audit").summary("visit pages in Chromium and say what is wrong with them").description("Visit pages in Chromium, as somebody with a slow telephone who was never there before: errors in the console, failed requests, what the content security policy and integrity refuse, mixed content, time to the largest paint, shifts of the layout, blocked time, what is loaded, and accessibility (axe-core). A directory is served with the headers that it has in production. Only looks.").argument("<place>", "a directory of built files, or the address of a site").option("--route <path>", "a page to visit; give it again for more (default: /)", collect$4, []).option("--visits <count>", "how often each page is visited; the figures are the middle ones", wholeNumber, 3).option("--max-lcp <duration>", "longest time to the largest paint", milliseconds, 2500).option("--max-cls <number>", "largest shift of the layout", number$1, .1).option("--max-tbt <duration>", "longest time that the page is blocked", milliseconds, 200).option("--max-transfer <size>", "most that is loaded, such as 300kB (default: any)", bytes).option("--no-throttle", "a large screen, with the network and processor as they are").option("--no-accessibility", "do not look for what keeps people out").option("--browser <file>", "Chromium or a browser made of it (default: the one on PATH)").option("--json", "print one JSON document instead of text").addHelpText("after", "\nEnds with 1 when something is wrong, or when it could not look.\n\nExamples:\n  $ shiplock frontend audit dist\n  $ shiplock frontend audit https://staging.example.org --route / --route /orders\n  $ shiplock frontend audit dist --visits 5 --max-transfer 200kB --json").action(async (place, options) => {
		const { auditPlace } = await import("./shared-frontend-audit.js");
		done(await auditPlace(io, place, options));
	});
}
function collect$4(route, before) {
	if (!/^\/[^\s#]*$/.test(route)) throw new InvalidArgumentError("expected a path that begins with /");
	return [...before, route];
}
function wholeNumber(text) {
	if (!/^[1-9]\d?$/.test(text)) throw new InvalidArgumentError("expected a number from 1 to 99");
	return Number(text);
}
function number$1(text) {
	if (!/^\d+(?:\.\d+)?$/.test(text)) throw new InvalidArgumentError("expected a number such as 0.1");
	return Number(text);
}
function milliseconds(text) {
	const ms = parseDuration(text);
	if (ms === void 0) throw new InvalidArgumentError("expected a duration such as 2s or 200ms");
	return ms;
}
function bytes(text) {
	const size = parseSize(text);
	if (size === void 0) throw new InvalidArgumentError("expected a size such as 300kB");
	return size;
}

// src/cli/commands/gate-signature.ts
/** A signature that was made on another machine. */
async function signatureOption(cwd, file, person) {
	try {
		return {
			person,
			text: await readFile(resolve(cwd, file), "utf8")
		};
	} catch (error) {
		throw new ProblemError({
			code: "cli.usage",
			where: "--signature",
			found: error instanceof Error ? error.message : String(error),
			expected: "a file that `ssh-keygen -Y sign -n shiplock-gate@v1` has made",
			remedy: "sign what --print says, and name the .sig file"
		});
	}
}

// src/cli/commands/gate.ts
function addGate(registry) {
	const gate = registry.program.command("gate").summary("see and answer what a run waits for").description("See what runs wait for, and fill it in. A gate cannot be skipped.");
	addShow$2(gate, registry);
	addFill(gate, registry);
	addApprove(gate, registry);
	addOverride(gate, registry);
}
function addShow$2(gate, { io, done }) {
	withCommonOptions(gate.command("show")).description("List the open gates with what each asks, who may answer, and what guards the system meanwhile.").argument("[run]", "only the gates of this run").addHelpText("after", "\nExamples:\n  $ shiplock gate show\n  $ shiplock gate show 20261121-071500-3f2a --json").action(async (run, options) => {
		const service = await openService(await door(io, options, false));
		const { store } = service;
		const old = run === void 0 ? [] : await refreshRun(service, run);
		for (const problem of old) io.err(`${formatProblem(problem)}\n`);
		const gates = (await showGates(store)).filter((one) => run === void 0 || one.run === run);
		done({
			exit: EXIT.done,
			text: gates.length === 0 ? "no open gate" : gates.map(gateText).join("\n\n"),
			json: jsonSchema.parse(gates)
		});
	});
}
function addFill(gate, registry) {
	openToChat(answering(gate.command("fill")), {
		kind: "changes",
		about: "run",
		options: ["item", "asked"],
		needs: ["asked"]
	}).description("Fill in a gate: answer its questions. The run goes on with `shiplock resume`.").option("--item <name=value>", "one per question", collect$3).option("--evidence <name=value>", "the same", collect$3).addHelpText("after", "\nExamples:\n  $ shiplock gate fill 20261121-071500-3f2a release/canary/judged/judge-10-percent/no-verdict \\\n      --item decision=look-on --item \"reason=traffic comes back at nine\" --sign-key ~/.ssh/id_ed25519").action(async (run, path, options) => answer$2(registry, run, path, options, [...options.item ?? [], ...options.evidence ?? []]));
}
function addApprove(gate, registry) {
	openToChat(answering(gate.command("approve")), {
		kind: "changes",
		about: "run",
		options: ["asked"],
		needs: ["asked"]
	}).description("Approve: agree with the answers that were given at a gate, or with a gate that asks nothing. The run goes on with `shiplock resume`.").addHelpText("after", "\nExamples:\n  $ shiplock gate approve 20261121-071500-3f2a release/approval --sign-key ~/.ssh/id_ed25519").action(async (run, path, options) => answer$2(registry, run, path, options, void 0));
}
function addOverride(gate, registry) {
	answering(gate.command("override")).description("Let a gate pass alone, in an emergency: needs the role that the policy names for it, and a reason. Recorded, and to be reviewed.").requiredOption("--reason <text>", "why it cannot wait").option("--item <name=value>", "one per question", collect$3).addHelpText("after", "\nExamples:\n  $ shiplock gate override 20261121-071500-3f2a release/approval --reason \"checkout is down\" --sign-key ~/.ssh/id_ed25519").action(async (run, path, options) => answer$2(registry, run, path, options, options.item ?? []));
}
function answering(command) {
	return withPersonOptions(withCommonOptions(command)).argument("<run>", "the run").argument("<gate>", "path of the gate, as `shiplock gate show` prints it").option("--asked <digits>", "what you answer, as `shiplock gate show` prints it; refused when the gate asks something else now").option("--print", "print what would be signed, for signing on another machine, and record nothing (needs --as)").option("--signature <file>", "a signature that was made elsewhere over what --print said (needs --as)");
}
async function answer$2({ io, done }, run, path, options, pairs) {
	const entry = await door(io, options, false);
	const opened = await openService(entry);
	const { store, clock } = opened;
	for (const problem of await refreshRun(opened, run)) io.err(`${formatProblem(problem)}\n`);
	const open = (await showGates(store)).find((one) => one.run === run && one.path === path);
	if (open !== void 0 && options.asked !== void 0) checkAsked(open, options.asked, pairs !== void 0);
	const filling = {
		store,
		run,
		gate: path,
		evidence: pairs === void 0 ? void 0 : parseEvidence(pairs, open?.evidence ?? []),
		by: entry.who,
		clock,
		...options.reason === void 0 ? {} : { override: options.reason }
	};
	if (options.print === true) {
		done(printed(unwrap(await gateStatement({
			...filling,
			person: required(options.as)
		}))));
		return;
	}
	const { environment } = await findRun(store, run);
	const service = await underPolicy(await openEnvironment(entry, environment), "forward");
	const signature = options.signature;
	const filled = unwrap(await giveEvidence({
		...filling,
		gatekeeper: await gatekeeperOfRun(service, run),
		signer: await signerOf(service),
		...signature === void 0 ? {} : { signature: await signatureOption(io.cwd, signature, required(options.as)) }
	}));
	const behind = (service.shared === void 0 ? [] : await importRuns(service.shared, store, { run })).flatMap((one) => one.problems);
	for (const problem of behind) io.err(`${formatProblem(problem)}\n`);
	const { problems } = await announceRun(service, run);
	for (const problem of problems) io.err(`not announced what became of the gate: ${problem}\n`);
	const next = `shiplock resume ${run}`;
	const waits = filled.waitsFor.map((problem) => formatProblem(problem)).join("\n");
	done({
		exit: behind.some(({ code }) => code === "store.parted") ? EXIT.failed : EXIT.done,
		text: waits === "" ? `filled in; go on with: ${next}` : `recorded; the gate still waits:\n${waits}`,
		json: jsonSchema.parse({
			run,
			gate: path,
			evidence: filled.evidence,
			waitsFor: filled.waitsFor,
			next
		})
	});
}
/** Somebody who names what they answer answers that and nothing else. */
function checkAsked(open, asked, fills) {
	const now = (fills ? open.asked : open.askedWith) ?? "a gate where nobody is checked";
	if (now === asked) return;
	throw new ProblemError({
		code: "gate.asks-otherwise",
		where: `gate ${open.path} of run ${open.run}`,
		found: asked,
		expected: now,
		remedy: "look at what it asks now: `shiplock gate show`"
	});
}
function printed(text) {
	return {
		exit: EXIT.done,
		text: text.trimEnd(),
		json: { statement: text }
	};
}
function required(person) {
	if (person !== void 0) return person;
	throw new ProblemError({
		code: "cli.usage",
		where: "--as",
		found: "nothing",
		expected: "the name of the person who signs",
		remedy: "give --as with the name that stands in `people:`"
	});
}
function collect$3(value, before) {
	return [...before ?? [], value];
}
/** `name=value` pairs as the fields want them; what does not fit stays text, and the gate itself refuses it by name. */
function parseEvidence(pairs, fields) {
	const evidence = {};
	for (const pair of pairs) {
		const cut = pair.indexOf("=");
		if (cut <= 0) throw new ProblemError({
			code: "cli.usage",
			where: "--item",
			found: pair,
			expected: "name=value",
			remedy: "write for instance --item decision=look-on"
		});
		const name = pair.slice(0, cut);
		evidence[name] = parseValue(pair.slice(cut + 1), fields.find((field) => field.name === name));
	}
	return evidence;
}
function parseValue(text, field) {
	if (field?.kind === "number" && text.trim() !== "" && Number.isFinite(Number(text))) return Number(text);
	if (field?.kind === "check" && /^(yes|true)$/i.test(text)) return true;
	if (field?.kind === "check" && /^(no|false)$/i.test(text)) return false;
	return text;
}

// src/cli/commands/gitops.ts
function addGitops({ program, io, done }) {
	(program.commands.find((command) => command.name() === "gitops") ?? program.command("gitops").summary("what stands in git about an environment").description("Manifests in git: set values in them, and make those that follow from shiplock.yaml.")).command("set").summary("set one value in a YAML or JSON file").description("Set one value in a YAML or JSON file, in place. Every other byte stays: comments, anchors, quotes, indents, ends of lines. What cannot be edited so is refused with its place, and the file is left as it is.").argument("<file>", "the file; *.json is JSON, everything else YAML, one document or many").argument("<path>", "keys that lead to the value, see below").argument("<value>", "the new value; one that begins with - goes behind --").option("--document <n>", "which document of the file, counted from 1 (default: the only one with such a value)", number).addOption(new Option("--type <type>", "what the value shall be (default: what stands there if the value is written like that, otherwise a string)").choices(VALUE_TYPES)).option("--must-exist", "refuse when the value is not there yet (default: missing keys are added)").option("--dry-run", "print the difference and leave the file as it is").option("--json", "print one JSON document instead of text").addHelpText("after", HELP).action(async (file, path, value, options) => {
		const opened = await openFile(file, resolve(io.cwd, file));
		const { document, type, mustExist } = options;
		const edited = unwrap(setValue(opened.text, {
			path,
			value,
			document,
			type,
			missing: mustExist === true ? "refuse" : "add"
		}, file));
		if (edited.changed && options.dryRun !== true) await saveFile(opened, edited.text);
		done(answer$1(file, path, {
			...edited,
			diff: unifiedDiff(file, opened.text, edited.text)
		}, options.dryRun === true));
	});
}
const HELP = `
A path is keys joined by dots. Behind a list: a position, or a filter that one item must match. A key with dots in it is quoted.
  spec.template.spec.containers[name=api].image
  spec.ports[0].port                          the first one
  spec.ports[name=http,protocol=TCP].port     both must hold
  metadata.annotations["argocd.argoproj.io/refresh"]

Text that would read as something else gets quotes: 1.10, 0123, yes, null, 2026-11-21. Where a number or true/false stands,
another one stays a number or true/false: replicas: 3 becomes replicas: 5.

Exit codes: 0 set, or already so · 2 usage, or the file cannot be read · 5 refused, the file is as it was

Examples:
  $ shiplock gitops set apps/api.yaml 'spec.template.spec.containers[name=api].image' registry.example.org/api:1.2.3
  $ shiplock gitops set values.yaml replicaCount 5 --dry-run
  $ shiplock gitops set all.yaml spec.replicas 5 --document 2
  $ shiplock gitops set package.json version 1.10 --type string`;
function number(text) {
	if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
	throw new InvalidArgumentError("Documents are counted from 1.");
}
function answer$1(file, path, edited, dryRun) {
	const { changed, added, before, written, document, line, column, diff } = edited;
	const shown = (text) => cleanLine(text, 200);
	const place = `${shown(file)}:${line}`;
	const sentence = changed ? `${place}  ${written.before === void 0 ? "(nothing)" : shown(written.before)} → ${shown(written.after)}` : `${place}  ${shown(written.after)}, already so`;
	return {
		exit: EXIT.done,
		text: dryRun && changed ? diff.split("\n").map((one) => cleanTabs(one)).join("\n") : sentence,
		json: {
			file,
			path,
			document,
			line,
			column,
			before,
			after: written.after,
			changed,
			added,
			written: changed && !dryRun,
			...dryRun ? { diff } : {}
		}
	};
}
/** Without what a terminal takes for an order; tabs and the end of a line of Windows stay, so that `patch` takes it. */
function cleanTabs(line) {
	return line.split(/(\t|\r$)/).map((part) => part === "	" || part === "\r" ? part : clean(part)).join("");
}

// src/cli/commands/init.ts
function addInit({ program, io, done }) {
	program.command("init").summary("write shiplock.yaml and workflows for a service").description("Write shiplock.yaml for a service, with the reason for each choice, and what belongs into .gitignore. Looks what lies in the directory and asks at a terminal; elsewhere it takes what was found and what flags say, and asks nothing.").argument("[directory]", "the service (default: here)").option("--service <name>", "name of the service (default: that of the git remote, or of the directory)").option("--component <kind:directory>", "go:DIRECTORY or static:DIRECTORY, one of each (default: what is found)", collect$2).option("--ready <path>", "path that answers 200 when an instance may get traffic").addOption(new Option("--database <engine>", "family of the database").choices([
		"mysql",
		"mariadb",
		"none"
	])).option("--migrations <directory>", "numbered SQL files (default: what is found)").addOption(new Option("--traffic <proxy>", "the proxy").choices(["haproxy", "nginx"])).addOption(new Option("--strategy <strategy>", "how a new version gets traffic").choices(["canary", "blue-green"])).option("--environment <name>", "once for each (default: development and production)", collect$2).option("--workflows <owner/name@tag>", "write workflows too, which call those of this repository at this tag or commit; a shiplock.yaml that is there stays").option("--state <dir>", "state directory on the runner, for the workflows (default: /var/lib/shiplock/SERVICE)").option("--runner <label>", "label of the runner that reaches the environments (default: self-hosted)").option("--branch <name>", "what is pushed to it is released (default: that of the remote, or main)").option("--yes", "ask nothing").option("--force", "replace what is there: shiplock.yaml, or with --workflows only the workflows").option("--dry-run", "show what would be written, and write nothing").option("--json", "print one JSON document instead of text").addHelpText("after", "\nExamples:\n  $ shiplock init\n  $ shiplock init --workflows acme/shiplock@v0.1.0\n  $ shiplock init services/api --yes --traffic nginx\n  $ shiplock init --yes --service shop --component go:api --component static:web --environment staging --environment production").action(async (directory, options) => {
		const where = resolve(io.cwd, directory ?? ".");
		const finished = options.dryRun === true ? [] : await finishBegun(where);
		for (const path of finished) io.err(`finished what an earlier \`shiplock init\` had begun: ${path}\n`);
		const pin = options.workflows === void 0 ? null : await findPin(options.workflows, serverOf(io), createExec());
		const config = pin === null ? null : await configThere(where);
		if (pin !== null && config !== null) {
			const files = await planCallers(where, config, pin, options);
			if (options.dryRun !== true) await writeFiles(where, files, options.force === true);
			const end = options.dryRun === true ? "nothing was written" : "written; shiplock.yaml stays as it is";
			done(result(where, config.service.service, files, options.dryRun === true ? filesText(where, files) : "", end));
			return;
		}
		const found = await lookAround(where);
		const talk = io.asks === true && options.yes !== true && options.json !== true ? interview(io) : null;
		try {
			const wishes = talk === null ? wishesOf(options) : await askAll(talk, options, found);
			const answers = completed(complete(wishes, found));
			const files = await planFiles(where, answers, pin === null ? null : {
				pin,
				...options
			});
			const shown = filesText(where, files);
			if (options.dryRun === true) {
				done(result(where, answers.service, files, shown, "nothing was written"));
				return;
			}
			if (talk !== null) {
				io.err(`\n${shown}\n\n`);
				if (await talk.ask("Write this?", "yes", oneOf(["yes", "no"])) === "no") {
					done(result(where, answers.service, files, "", "nothing was written"));
					return;
				}
			} else if (options.force !== true && files.some(({ state }) => state === "changed")) io.err(`${shown}\n`);
			await writeFiles(where, files, options.force === true);
			done(result(where, answers.service, files, "", "written; now: shiplock validate, then shiplock doctor"));
		} finally {
			await talk?.close();
		}
	});
}
function wishesOf({ component, environment, ...options }) {
	return {
		service: options.service,
		ready: options.ready,
		database: options.database,
		migrations: options.migrations,
		traffic: options.traffic,
		strategy: options.strategy,
		components: component,
		environments: environment
	};
}
/** Asks only what no flag has said. */
async function askAll(talk, options, found) {
	const wishes = wishesOf(options);
	const list = (text) => text.split(/[\s,]+/).filter((word) => word !== "");
	const service = wishes.service ?? await talk.ask("Name of the service?", found.service ?? "my-service");
	const components = wishes.components ?? list(await talk.ask("Components (go:DIRECTORY, static:DIRECTORY)?", found.components.join(" ") || "go:."));
	const api = found.go.find(({ source }) => components.includes(`go:${source}`));
	const hasGo = components.some((word) => word.startsWith("go:"));
	const ready = wishes.ready ?? (hasGo ? await talk.ask("Path that answers 200 when it may get traffic?", api?.ready ?? "/healthz") : void 0);
	const engines = [
		"mysql",
		"mariadb",
		"none"
	];
	const database = wishes.database ?? engines.find((one) => one === "none" && found.migrations === null) ?? pick(engines, await talk.ask(`Database of the migrations in ${found.migrations}?`, "mysql", oneOf(engines)));
	const proxies = ["haproxy", "nginx"];
	const traffic = wishes.traffic ?? pick(proxies, await talk.ask("Proxy (haproxy, nginx)?", "haproxy", oneOf(proxies)));
	const environments = wishes.environments ?? list(await talk.ask("Environments?", "development production"));
	return {
		...wishes,
		service,
		components,
		ready,
		database,
		traffic,
		environments
	};
}
function pick(words, answer) {
	return words.find((word) => word === answer);
}
function completed(answer) {
	if (answer.kind === "complete") return answer.answers;
	throw new ProblemError(answer.problems);
}
/** The configuration that is there; null where there is none. */
async function configThere(where) {
	const file = join(where, "shiplock.yaml");
	return existsSync(file) ? unwrap(await readConfig(file)) : null;
}
/** The forge that holds the workflows, as its jobs name it. */
function serverOf({ env }) {
	return env["GITHUB_SERVER_URL"] ?? "https://github.com";
}
function filesText(where, files) {
	return files.map(({ path, state, lines }) => [`${relative(where, path)}: ${state}`, ...lines.map((line) => `  ${line}`)].join("\n")).join("\n");
}
function result(where, service, files, shown, end) {
	const list = files.map(({ path, state }) => `${relative(where, path)}: ${state}`);
	return {
		exit: EXIT.done,
		text: [...shown === "" ? list : [shown], end].join("\n"),
		json: {
			directory: where,
			service,
			files: files.map(({ path, state, after }) => ({
				path,
				state,
				text: after
			})),
			result: end
		}
	};
}
function collect$2(value, before) {
	return [...before ?? [], value];
}

// src/cli/commands/journal.ts
function addJournal(registry) {
	const journal = registry.program.command("journal").summary("read and check the record of a run").description("Read, verify, replay and import the journal of a run.");
	addShow$1(journal, registry);
	addVerify$1(journal, registry);
	addReplay(journal, registry);
	addImport$1(journal, registry);
}
function addShow$1(journal, { io, done }) {
	withCommonOptions(journal.command("show")).description("Print every record of a run with its payload.").argument("[run]", "the run (default: the only unfinished one)").addOption(new Option("--type <type>", "only records of this type").choices(RECORD_TYPES)).addHelpText("after", "\nExamples:\n  $ shiplock journal show 20261121-071500-3f2a\n  $ shiplock journal show 20261121-071500-3f2a --type analysis.verdict --json").action(async (wanted, options) => {
		const service = await openService(await door(io, options, false));
		const { store } = service;
		const { run } = await findOrFetchRun(service, wanted);
		const entries = (await readRun(store, run)).entries.filter(({ record }) => options.type === void 0 || record.type === options.type);
		const lines = entries.map(({ record, payload }) => {
			const text = payload === void 0 ? "(redacted)" : JSON.stringify(payload);
			return `${record.seq}\t${record.time}\t${record.type}\t${record.node || "-"}\t${text.length > 400 ? `${text.slice(0, 400)}…` : text}`;
		});
		done({
			exit: EXIT.done,
			text: lines.join("\n"),
			json: jsonSchema.parse(entries)
		});
	});
}
function addVerify$1(journal, { io, done }) {
	withCommonOptions(journal.command("verify")).description("Check the chain of a journal and compare its end with the anchor that is kept elsewhere.").argument("[run]", "the run (default: the only unfinished one)").addHelpText("after", "\nExamples:\n  $ shiplock journal verify 20261121-071500-3f2a").action(async (wanted, options) => {
		const service = await openService(await door(io, options, false));
		const { store } = service;
		const { run } = await findOrFetchRun(service, wanted);
		const check = await verifyRun(store, run);
		done({
			exit: check.kind === "broken" ? EXIT.failed : EXIT.done,
			text: `${run}: ${check.text}`,
			json: jsonSchema.parse({
				run,
				...check
			})
		});
	});
}
function addReplay(journal, { io, done }) {
	withCommonOptions(journal.command("replay")).description("Judge the recorded counts of a run again, offline: the verdicts must be the same.").argument("[run]", "the run (default: the only unfinished one)").addHelpText("after", "\nExamples:\n  $ shiplock journal replay 20261121-071500-3f2a --json").action(async (wanted, options) => {
		const entry = await door(io, options, false);
		const { run, environment } = await findOrFetchRun(await openService(entry), wanted);
		const verdicts = await replayRun(await openEnvironment(entry, environment), run);
		const same = verdicts.every((one) => one.same);
		done({
			exit: same ? EXIT.done : EXIT.failed,
			text: verdicts.map((one) => `${one.node}: ${one.replayed}${one.same ? "" : ` (recorded: ${one.recorded})`}`).join("\n") || "no watch in this run",
			json: jsonSchema.parse({
				run,
				same,
				verdicts
			})
		});
	});
}
function addImport$1(journal, { io, done }) {
	withCommonOptions(journal.command("import")).description("Copy to the git store what was recorded while it did not answer. What is there stays as it is.").argument("[run]", "only this run (default: every run of this state directory)").addHelpText("after", "\nExamples:\n  $ shiplock journal import\n  $ shiplock journal import 20261121-071500-3f2a").action(async (run, options) => {
		const { shared, store } = await openService(await door(io, options, false));
		if (shared === void 0) throw new ProblemError(noGitStore());
		const imported = await makeGitTrue(shared, store, run);
		const problems = imported.flatMap((one) => one.problems);
		const lines = imported.map((one) => one.problems.length === 0 ? `${one.run}: ${one.records} records copied to ${shared.where}` : `${one.run}: not copied\n${one.problems.map((problem) => `  ${formatProblem(problem)}`).join("\n")}`);
		done({
			exit: problems.length === 0 ? EXIT.done : EXIT.failed,
			text: lines.join("\n") || `${shared.where} has every record`,
			json: jsonSchema.parse(imported)
		});
	});
}
function noGitStore() {
	return {
		code: "store.none",
		where: "shiplock.yaml",
		found: "no `store.git`",
		expected: "a git store to copy journals to",
		remedy: "name the operations repository under `store.git.url`"
	};
}

// src/cli/commands/judge.ts
function addJudge({ program, io, done }) {
	program.command("judge").summary("evidence for Argo Rollouts").description("Answer the AnalysisRuns of Argo Rollouts from the counts that Prometheus has.").command("serve").summary("answer AnalysisRuns over HTTP until SIGTERM").description("Answer POST /v1/judge with worse, not-worse or undecided. Keeps nothing: each answer is folded anew from Prometheus, by the same analysis as a rollout’s. Also GET /healthz, /readyz and /metrics. Ends at SIGTERM, after what was asked is answered.").option("--config <file...>", "shiplock.yaml of each service (default: here or in a directory above)").requiredOption("--token-file <file>", "who asks must know a token: one a line, read anew at each question").addOption(new Option("--listen <address>", "where to listen").argParser(address$1).default({
		host: "0.0.0.0",
		port: 8484
	}, "*:8484")).addOption(new Option("--settle <duration>", "counts younger than this are left for the next question").argParser(span$1).default(2e3, "2s")).addOption(new Option("--look-back <duration>", "a share that began earlier is not judged").argParser(span$1).default(216e5, "6h")).addOption(new Option("--deadline <duration>", "longest time for one answer").argParser(span$1).default(8e3, "8s")).option("--at-once <number>", "questions that are answered side by side", whole$1, 4).option("--series <number>", "series of one metric", whole$1, 200).option("--json", "problems at the start as one JSON document; the log is JSON anyhow").addHelpText("after", "\nExamples:\n  $ openssl rand -base64 32 > token\n  $ shiplock judge serve --token-file token --listen 127.0.0.1:8484\n  $ shiplock judge serve --config cart/shiplock.yaml pay/shiplock.yaml --token-file /etc/judge/token").action(async (options) => {
		await serve$1(options, io);
		done({
			exit: EXIT.done,
			text: "",
			json: {}
		});
	});
}
async function serve$1(options, io) {
	const files = options.config ?? [await findConfig(io.cwd)];
	const configs = await Promise.all(files.map(async (file) => {
		const path = resolve(io.cwd, file);
		return {
			config: unwrap(await readConfig(path)),
			baseDir: dirname(path)
		};
	}));
	const judge = await startJudge({
		environments: judgedEnvironments(configs),
		listen: options.listen,
		tokenFile: resolve(io.cwd, options.tokenFile),
		limits: {
			pointsAtOnce: 600,
			series: options.series,
			characters: 16e6,
			backMs: options.lookBack,
			settleMs: options.settle
		},
		most: options.atOnce,
		deadlineMs: options.deadline,
		clock: systemClock,
		http: httpClient,
		log: (line) => io.out(`${line}\n`)
	});
	await new Promise((stop) => {
		process.once("SIGTERM", () => stop());
		process.once("SIGINT", () => stop());
	});
	await judge.stop();
}
function address$1(text) {
	const at = parseAddress(text);
	if (at === void 0) throw new InvalidArgumentError("an address such as 127.0.0.1:8484 or *:8484");
	return {
		host: at.host === "*" ? "0.0.0.0" : at.host,
		port: at.port
	};
}
function span$1(text) {
	const ms = parseDuration(text);
	if (ms === void 0 || ms > 864e5) throw new InvalidArgumentError("a duration such as 2s or 6h, at most 24h");
	return ms;
}
function whole$1(text) {
	const count = Number(text);
	if (!/^\d{1,5}$/.test(text) || count < 1) throw new InvalidArgumentError("a whole number from 1 to 99999");
	return count;
}

// src/cli/commands/lock.ts
function addLock({ program, io, done }) {
	openToChat(withCommonOptions(program.command("lock")), {
		kind: "changes",
		about: "environment",
		options: ["reason"]
	}).summary("keep runs away from an environment").description("Keep runs away from an environment until it is unlocked. A run that is at work goes on to its end; a rollback goes through.").argument("<environment>", "which").requiredOption("--reason <text>", "why; everybody who is refused reads it").addHelpText("after", "\nExamples:\n  $ shiplock lock production --reason \"repairing the replica by hand\"").action(async (environment, options) => {
		const service = await openService(await door(io, options, false));
		done(answer(await lockEnvironment(requestOf$1(service, environment, options.reason, whoAmI(io.env))), `${environment} is locked: ${options.reason}`));
	});
}
function addUnlock({ program, io, done }) {
	openToChat(withCommonOptions(program.command("unlock")), {
		kind: "changes",
		about: "environment",
		options: ["reason", "from"]
	}).summary("let runs into an environment again").description("Take the lock off and raise the fence, so that whoever still believes to hold the environment is refused. With --from it is taken away from a run.").argument("<environment>", "which").requiredOption("--reason <text>", "why; stands in the journal").option("--from <run>", "the run that loses the environment: one that will not come back").addHelpText("after", "\nExamples:\n  $ shiplock unlock production --reason \"replica is back\"\n  $ shiplock unlock production --from 20261121-071500-3f2a --reason \"its machine burnt down\"").action(async (environment, options) => {
		const request = requestOf$1(await openService(await door(io, options, false)), environment, options.reason, whoAmI(io.env));
		done(answer(await unlockEnvironment({
			...request,
			from: options.from
		}), `${environment} may be taken again`));
	});
}
function requestOf$1(service, environment, reason, by) {
	const { config, store, shared, clock, secrets } = service;
	const known = [...config.environments].filter(([, one]) => one.kind === "concrete").map(([name]) => name);
	if (!known.includes(environment)) throw new ProblemError({
		code: "cli.unknown-environment",
		where: config.file,
		found: environment,
		expected: `one of ${known.join(", ")}`,
		remedy: "name an environment of shiplock.yaml"
	});
	return {
		store,
		shared,
		environment,
		by,
		reason,
		clock,
		mask: (payload) => secrets.maskJson(payload)
	};
}
function answer(result, sentence) {
	const { run, lease, notes } = unwrap(result);
	return {
		exit: EXIT.done,
		text: [`${sentence} (fence ${lease.fence}, run ${run})`, ...notes].join("\n"),
		json: jsonSchema.parse({
			run,
			lease,
			notes
		})
	};
}

// src/cli/commands/migrate.ts
function addMigrate(registry) {
	const { program, io, done } = registry;
	withPersonOptions(withCommonOptions(program.command("migrate"))).enablePositionalOptions().summary("apply migrations ahead of their release").description("Apply the pending expand migrations of the commit that is checked out, ahead of its release. What serves goes on serving: refused when the ledger says that it cannot run on the new schema. Every release applies its migrations itself, so this is for those that take long. With `plan` and `apply`, what was looked at is what is done.").argument("<environment>", "whose database").option("--reason <text>", "why; stands in the journal", "migration").option("--allow-dirty", "although the working tree differs from its commit").option("--backfill", "the migrations of phase backfill instead: rows, in short transactions").option("--contract", "the migrations of phase contract instead, if nothing that serves needs what they take away").option("--change <id>", "the change record that asks for this; needed where the policy says so").option("--await-override", "begin without a change record: the run waits at the gate for an override").option("--dry-run", "print the plan and change nothing").option("--quiet", "no progress, only the summary").addHelpText("after", "\nExamples:\n  $ shiplock migrate production --dry-run\n  $ shiplock migrate production --reason \"index on a large table, before the release of tonight\"\n  $ shiplock migrate production --backfill --reason \"fill the new column\"\n  $ shiplock migrate plan production\n  $ shiplock migrate apply production --plan 3f2a91bc0d1e4f55 --reason \"as looked at by Mia\"").action(async (environment, options) => {
		const acts = options.dryRun !== true;
		const entry = await door(io, {
			...options,
			quiet: options.quiet ?? options.json ?? false
		}, acts);
		const service = await openEnvironment(entry, environment);
		const request = {
			...requestOf(options),
			phase: phaseOf(options)
		};
		if (acts) {
			done(runResult(await migrate(service, request)));
			return;
		}
		const { plan, rules } = await planMigrate(service, request);
		done({
			exit: EXIT.done,
			text: `${renderPlan(plan)}\nGates: ${rulesText(rules)}`,
			json: jsonSchema.parse({
				migrate: plan,
				gates: rulesText(rules)
			})
		});
	});
	addPlanned(registry);
}
function addPlanned({ program, io, done }) {
	const parent = program.commands.find((command) => command.name() === "migrate") ?? program;
	openToChat(withCommonOptions(parent.command("plan")), {
		kind: "plans",
		about: "environment",
		options: ["commit"]
	}).summary("look at what migrations would do, and keep that as a plan").description("Print what the pending expand migrations would do, and keep it: the statements, the commit, the release that serves and the schema of the database. `apply` takes it by its name while all of that is unchanged.").argument("<environment>", "whose database").option("--commit <digits>", "first digits of the commit that is meant (12 or more)", commitDigits).addHelpText("after", "\nExamples:\n  $ shiplock migrate plan production\n  $ shiplock migrate plan production --json").action(async (environment, options) => {
		const service = await openEnvironment(await door(io, options, false), environment);
		done(planResult(io, environment, await planAndStore(service, requestOf(options))));
	});
	openToChat(withPersonOptions(withCommonOptions(parent.command("apply"))), {
		kind: "forward",
		about: "environment",
		options: [
			"plan",
			"commit",
			"reason",
			"change"
		]
	}).summary("apply the migrations of a plan, if nothing has changed since").description("Apply the migrations of a stored plan. Refused, and nothing is changed, when the commit, the release that serves, the schema of the database, a statement or anything else that the plan was made from is not as it was. The rights, gates and the lease are those of `shiplock migrate`.").argument("<environment>", "whose database").requiredOption("--plan <digits>", `first digits of its name (${16} or more)`, planDigits).option("--commit <digits>", "first digits of the commit that is meant (12 or more)", commitDigits).option("--reason <text>", "why; stands in the journal", "migration").option("--change <id>", "the change record that asks for this; needed where the policy says so").option("--await-override", "begin without a change record: the run waits at the gate for an override").option("--quiet", "no progress, only the summary").addHelpText("after", "\nExamples:\n  $ shiplock migrate apply production --plan 3f2a91bc0d1e4f55 --reason \"as looked at by Mia\"").action(async (environment, options) => {
		const entry = await door(io, {
			...options,
			quiet: options.quiet ?? options.json ?? false
		}, true);
		const service = await openEnvironment(entry, environment);
		done(runResult(await migrate(service, {
			...requestOf(options),
			plan: options.plan
		})));
	});
}
function planResult(io, environment, made) {
	const { plan, rules, manners, kept } = made;
	const gates = `Gates: ${rulesText(rules)}`;
	const next = kept === null ? "not kept as a plan: a statement is refused; nothing was changed" : `plan ${kept.name}\n${nextText(io, environment, kept.name, kept.planned.commit)}`;
	const table = manners === null ? NOT_TRIED : mannersText(manners);
	return {
		exit: kept === null ? EXIT.refused : EXIT.done,
		text: [
			renderPlan(plan),
			table,
			"",
			gates,
			next
		].join("\n"),
		...manners === null ? {} : { markdown: [
			mannersMarkdown(manners),
			"",
			fenced(`${gates}\n${next}`)
		].join("\n") },
		json: jsonSchema.parse({
			plan: kept?.name ?? null,
			planned: kept?.planned ?? null,
			manners,
			migrate: plan,
			gates: rulesText(rules)
		})
	};
}
const NOT_TRIED = "not tried on a throw-away server, so nothing is known about algorithm, lock and time: write `shadow:` under `database:`";
function requestOf({ reason = "plan", allowDirty, commit, change, awaitOverride }) {
	return {
		why: reason,
		allowDirty: allowDirty === true,
		commit,
		change,
		awaitOverride: awaitOverride === true
	};
}
function phaseOf({ backfill, contract }) {
	if (backfill === true && contract === true) throw new InvalidArgumentError("--backfill and --contract are runs of their own: name one of them.");
	return backfill === true ? "backfill" : contract === true ? "contract" : void 0;
}
function planDigits(text) {
	if (new RegExp(`^[0-9a-f]{${16},64}$`).test(text)) return text;
	throw new InvalidArgumentError(`${16} to 64 of the digits 0 to 9 and a to f.`);
}
/** What applies the plan, as it is written where this is read. */
function nextText({ acting }, environment, name, commit) {
	const digits = name.slice(0, 16);
	return acting === void 0 ? `apply it: shiplock migrate apply ${environment} --plan ${digits}` : `apply it: /migrate apply ${environment} --commit ${commit.slice(0, 12)} --plan ${digits}`;
}

// src/cli/commands/migrate-adopt.ts
function addMigrateAdopt(registry) {
	const { program, io, done } = registry;
	const parent = program.commands.find((command) => command.name() === "migrate") ?? program;
	withCommonOptions(parent.command("adopt")).summary("take over a database that others have migrated until now").description("Record migrations as applied without running them, up to --at, or as far as the history of an imported tool says. Refused when these files, applied on a throw-away server, do not make the structure that the database has. With --structure only: take what others changed in the live schema for what it should be.").argument("<environment>", "whose database").option("--at <file>", "number or id of the newest file whose changes it has").option("--server <address>", "a throw-away server of the same family and version: mysql://root@127.0.0.1:3399/").addOption(new Option("--structure", "only accept the live structure as it is").conflicts(["at", "server"])).requiredOption("--reason <text>", "why; stands in the journal").option("--quiet", "no progress, only the result").addHelpText("after", "\nExamples:\n  $ shiplock migrate adopt production --at 0012 --server mysql://root@127.0.0.1:3399/ --reason \"until now by hand\"\n  $ shiplock migrate adopt production --structure --reason \"index of the incident of Monday stays\"").action(async (environment, options) => {
		const quiet = options.quiet ?? options.json ?? false;
		const service = await openEnvironment(await door(io, {
			...options,
			quiet
		}, true), environment);
		const { reason, server } = options;
		if (options.structure !== true && server === void 0) throw new ProblemError(noServer());
		const adopted = options.structure === true || server === void 0 ? await acceptStructure(service, reason) : await adopt(service, {
			at: options.at ?? null,
			server,
			why: reason
		});
		const what = options.structure === true ? "the structure is accepted as it is" : `taken for applied: ${adopted.applied.join(", ")}`;
		done({
			exit: EXIT.done,
			text: `${what} (run ${adopted.run})`,
			json: jsonSchema.parse({ ...adopted })
		});
	});
	addImport(registry);
}
function addImport({ program, io, done }) {
	(program.commands.find((command) => command.name() === "migrate") ?? program).command("import").summary("write the migrations of another tool as files of ours").description(`Reads the directory of ${IMPORT_TOOLS.join(", ")} and writes the same statements as numbered files, with imported.json, from which \`adopt\` knows what the history of the tool means. Asks no database.`).argument("<tool>", IMPORT_TOOLS.join(", ")).argument("<directory>", "where the files of the tool lie").requiredOption("--to <directory>", "where ours are written; it holds no migration yet").option("--json", "print one JSON document instead of text").addHelpText("after", "\nExamples:\n  $ shiplock migrate import goose db/migrations --to migrations").action(async (tool, directory, options) => {
		if (!isImportTool(tool)) throw new ProblemError(noTool(tool));
		const files = await importMigrations({
			tool,
			from: resolve(io.cwd, directory),
			to: resolve(io.cwd, options.to)
		});
		done({
			exit: EXIT.done,
			text: files.map((name) => `wrote ${name}`).join("\n"),
			json: jsonSchema.parse({ files })
		});
	});
}
function noServer() {
	return {
		code: "cli.usage",
		where: "--server",
		found: "no throw-away server",
		expected: "one, on which the files are applied to compare the structures",
		remedy: "give its address: --server mysql://root@127.0.0.1:3399/"
	};
}
function noTool(found) {
	return {
		code: "cli.usage",
		where: "shiplock migrate import",
		found,
		expected: `one of ${IMPORT_TOOLS.join(", ")}`,
		remedy: "name the tool that wrote the files"
	};
}

// src/cli/commands/migrate-advise.ts
function addMigrateAdvise({ program, io, done }) {
	const parent = program.commands.find((command) => command.name() === "migrate") ?? program;
	withCommonOptions(parent.command("advise")).summary("say what of a database wants mending, with the evidence").description("Look at the database of an environment: indexes that are missing, doubled or never read, keys that run out, statements that read far more than they send, memory and connections. Each with what was seen and what to do; nothing is changed.").argument("<environment>", "whose database").addHelpText("after", "\nExamples:\n  $ shiplock migrate advise production\n  $ shiplock migrate advise production --json | jq '.advice[] | select(.level == \"warning\")'").action(async (environment, options) => {
		const advised = await adviseDatabase(await openEnvironment(await door(io, options, false), environment));
		done({
			exit: EXIT.done,
			text: adviceText(advised, io),
			json: jsonSchema.parse(advised)
		});
	});
}
const STYLE = {
	warning: "yellow",
	note: "dim"
};
function adviceText({ advice, unseen }, io) {
	const paint = painter(io);
	const lines = advice.flatMap(({ level, id, about, evidence, advice: what, sql }) => [
		`${paint(STYLE[level], level.padEnd(7))}  ${about}  [${id}]`,
		`         ${evidence}`,
		`         → ${what}`,
		...sql === null ? [] : [`           ${sql};`]
	]);
	return [...lines.length === 0 ? ["nothing wants mending"] : lines, ...unseen.map((what) => `not seen: ${what}`)].join("\n");
}

// src/cli/commands/migrate-lint.ts
function addMigrateLint({ program, io, done }) {
	(program.commands.find((command) => command.name() === "migrate") ?? program).command("lint").summary("judge migration files by the rules").description("Judge migration files without a database: what blocks, loses data, breaks the release that runs, or fails. Without files those of shiplock.yaml. Files before a named one are read as well, so that the tables are known. Exit 1 with a finding of level error.").addArgument(new Argument("[files...]", "SQL files or directories")).addOption(new Option("--dialect <name>", "family of the server").choices(["mysql", "mariadb"])).option("--server-version <version>", "version of the server, such as 8.0.36 or 10.11").addOption(new Option("--format <form>", "text, json, or SARIF 2.1.0").choices([
		"text",
		"json",
		"sarif"
	])).option("--fix", "write the fixes that lead to the same schema into the files").option("--rule <id>", "explain a rule").option("--config <file>", "the configuration (default: shiplock.yaml here or in a directory above)").option("--json", "the same as --format json").addHelpText("after", "\nExamples:\n  $ shiplock migrate lint\n  $ shiplock migrate lint migrations/0007_owner.sql --dialect mysql --server-version 8.0.36\n  $ shiplock migrate lint --format sarif > lint.sarif\n  $ shiplock migrate lint --rule D06").action(async (files, options) => {
		const { explainRule, judgeFiles } = await import("./shared-migrate-lint-judge.js");
		done(options.rule === void 0 ? await judgeFiles(io, files, options) : explainRule(io, options.rule));
	});
}

// src/cli/commands/migrate-prove.ts
function addMigrateProve({ program, io, done }) {
	const parent = program.commands.find((command) => command.name() === "migrate") ?? program;
	withPersonOptions(withCommonOptions(parent.command("prove"))).summary("find out which versions run on which schema, by trying").description("Run the test suite of what serves on the schema to come, replay every statement of it there, and run the new suite on the old schema: all on a throw-away server. What comes out is written into the ledger, which releases, rollbacks and contract migrations ask. Needs `database.compatibility` in shiplock.yaml and the history of the repository.").argument("<environment>", "whose release serves, and whose ledger it is").option("--server <address>", "a throw-away server that runs already, mysql://root:password@127.0.0.1:3399/ (default: one is started here, `database.shadow.program`)").option("--release <version>", "what the release will be called (default: as `shiplock release` would name it)").option("--contract", "with the backfill and contract migrations that are pending too").option("--allow-dirty", "although the working tree differs from its commit").option("--dry-run", "try, and leave the ledger as it is").option("--quiet", "no progress, only the result").addHelpText("after", "\nExit codes: 0 what serves runs on the new schema · 1 it does not · 6 nobody can say\n\nExamples:\n  $ shiplock migrate prove production\n  $ shiplock migrate prove staging --server mysql://root@127.0.0.1:3399/ --contract --json").action(async (environment, options) => {
		const quiet = options.quiet ?? options.json ?? false;
		const service = await openEnvironment(await door(io, {
			...options,
			quiet
		}, true), environment);
		const proven = await proveCompatibility(service, {
			server: options.server,
			version: options.release,
			contract: options.contract === true,
			allowDirty: options.allowDirty === true,
			dryRun: options.dryRun === true,
			tell: (line) => {
				if (!quiet) io.err(`${line}\n`);
			}
		});
		done({
			exit: exitOf(proven),
			text: provenText(proven),
			json: jsonSchema.parse(jsonOf(proven))
		});
	});
}
/** What serves must go on serving while the release comes: its row decides. */
function exitOf({ rows, serving, to }) {
	const row = rows.find(({ version, schema }) => version === serving && schema === to);
	if (row === void 0 || row.answer === "yes") return EXIT.done;
	return row.answer === "no" ? EXIT.failed : EXIT.undecided;
}
function provenText({ rows, tried, server, run }) {
	const wide = Math.max(...rows.map(({ version }) => version.length));
	const deep = Math.max(...rows.map(({ schema }) => schema.length));
	const table = rows.map(({ version, schema, answer, proof }) => `  ${version.padEnd(wide)} on ${schema.padEnd(deep)}  ${answer.padEnd(7)}  ${proof}`);
	const differ = tried.flatMap((one) => differencesText(one));
	return [
		`tried on ${server}`,
		...table,
		...differ.length === 0 ? [] : ["statements that answer otherwise:", ...differ],
		run === null ? "the ledger was left as it is" : `written into the ledger by run ${run}`
	].join("\n");
}
const MOST = 5;
/** What is refused comes first: other answers after it may follow from it. */
function differencesText({ version, schema, replayed }) {
	const differences = replayed?.differences ?? [];
	const refused = differences.filter(({ kind }) => kind === "refused");
	const shown = (refused.length > 0 ? refused : differences).slice(0, MOST);
	const rest = differences.length - shown.length;
	return [...shown.map(({ kind, shape, count, before, after }) => `  ${version} on ${schema}, ${kind}${count === 1 ? "" : ` (${count} times)`}: ${shape}\n    before: ${before}\n    after:  ${after}`), ...rest === 0 ? [] : [`  and ${rest} more${refused.length > 0 ? ", which may follow from these" : ""} (--json has all)`]];
}
function jsonOf({ tried, ...proven }) {
	return {
		...proven,
		tried: tried.map(({ replayed, ...one }) => ({
			...one,
			replayed: replayed === null ? null : {
				statements: replayed.recording.statements.length,
				differences: replayed.differences
			}
		}))
	};
}

// src/cli/commands/migrate-retire.ts
function addMigrateRetire({ program, io, done }) {
	const parent = program.commands.find((command) => command.name() === "migrate") ?? program;
	withCommonOptions(parent.command("retire")).summary("write a migration that takes a table or column out of use, or drops it later").description("Write a contract migration that renames a table or column, so that its rows stay. With --drop: write the one that drops it, refused before `database.quarantine` has passed since the day in its name. Asks no database and applies nothing.").argument("<environment>", "whose migrations and quarantine count").argument("<name>", "TABLE or TABLE.COLUMN").option("--drop", "the second step: drop what was retired").addHelpText("after", "\nExamples:\n  $ shiplock migrate retire production servers.owner\n  $ shiplock migrate retire production servers.owner --drop").action(async (environment, what, options) => {
		const service = await openEnvironment(await door(io, options, false), environment);
		const file = await writeRetirement(service, {
			what,
			drop: options.drop === true
		});
		done({
			exit: EXIT.done,
			text: `wrote ${file}`,
			json: jsonSchema.parse({ file })
		});
	});
}

// src/cli/commands/migrate-status.ts
const EXITS = {
	"in-step": EXIT.done,
	pending: EXIT.failed,
	drift: EXIT.refused
};
function addMigrateStatus({ program, io, done }) {
	const parent = program.commands.find((command) => command.name() === "migrate") ?? program;
	withCommonOptions(parent.command("status")).summary("whether files and database are in step, and who changed what outside migrations").description("Compare the migration files with what is applied, and the structure of the database with what the last migration left: tables, columns, indexes, keys, checks, partitions, views, triggers, routines, events and sequences. Only looks. Exit code 0: in step, 1: something is pending, 5: files or database drifted.").argument("<environment>", "whose database").addHelpText("after", "\nExamples:\n  $ shiplock migrate status production\n  $ shiplock migrate status production --json").action(async (environment, options) => {
		const service = await openEnvironment(await door(io, options, false), environment);
		const status = await migrateStatus(service);
		done({
			exit: EXITS[status.state],
			text: statusLines$1(status).join("\n"),
			json: jsonSchema.parse(JSON.parse(JSON.stringify(status)))
		});
	});
}

// src/cli/commands/migrate-undo.ts
function addMigrateUndo({ program, io, done }) {
	const parent = program.commands.find((command) => command.name() === "migrate") ?? program;
	withCommonOptions(parent.command("undo")).summary("write the migration that takes an applied one back").description("Write a new contract migration from the down file of an applied one. Refused while what it would drop holds something: then it goes forward, with `migrate retire`. Looks at the database and applies nothing: the new file is judged, planned and applied like any other (`migrate ENV --contract`), and only when no version that serves needs what goes.").argument("<environment>", "whose database is looked at").argument("<migration>", "its id or its number, 0006_renewals or 0006").addHelpText("after", "\nExamples:\n  $ shiplock migrate undo staging 0006\n  $ shiplock migrate undo production 0006_renewals").action(async (environment, migration, options) => {
		const service = await openEnvironment(await door(io, options, false), environment);
		const file = await writeUndo(service, migration);
		done({
			exit: EXIT.done,
			text: `wrote ${file}`,
			json: jsonSchema.parse({ file })
		});
	});
}

// src/cli/commands/pipeline.ts
function addPipeline({ program, io, done }) {
	withUnitOption(withCommonOptions(program.command("pipeline"))).summary("what serves where, how far behind, and what stands between").description("One view of all environments in their order: what serves where and since when, how far each is behind, which gates stand between and why, what is in quarantine and what is locked. Only looks.").addHelpText("after", "\nExamples:\n  $ shiplock pipeline\n  $ shiplock pipeline --json | jq .environments\n  $ shiplock pipeline --unit shop/").action(async (options) => {
		const together = await unitView(io, options);
		if (together !== void 0) {
			done(together);
			return;
		}
		const view = await pipeline(await openService(await door(io, options, false)));
		done({
			exit: EXIT.done,
			text: pipelineText(view, io),
			json: jsonSchema.parse(view)
		});
	});
}

// src/cli/commands/plan.ts
async function planText(io, environment, options) {
	const service = await openEnvironment(await door(io, options, false), environment);
	const plan = await planRelease(service, releaseRequest(options));
	return {
		exit: EXIT.done,
		text: `${renderPlan(plan.build)}\n${renderPlan(plan.release)}\nGates: ${rulesText(plan.rules)}`,
		json: jsonSchema.parse({
			build: plan.build,
			release: plan.release,
			gates: rulesText(plan.rules)
		})
	};
}
function addPlan({ program, io, done }) {
	withUnitOption(withCommonOptions(program.command("plan"))).summary("say what a release would do").description("Say exactly what `shiplock release` would do now, and how long a verdict will take at the traffic seen. Only looks.").argument("<environment>", "where to").option("--release <version>", "name of the release").option("--reason <text>", "why", "release").option("--seed", "with the seed data of a first release").option("--change <id>", "the change record that asks for it").option("--allow-dirty", "although the working tree differs from its commit").addHelpText("after", "\nExamples:\n  $ shiplock plan production\n  $ shiplock plan production --json | jq .release.planHash").action(async (environment, options) => done(await unitRelease(io, environment, {
		...options,
		dryRun: true
	}) ?? await planText(io, environment, options)));
}

// src/cli/commands/promote.ts
function addPromote({ program, io, done }) {
	openToChat(withUnitOption(withPersonOptions(withCommonOptions(program.command("promote")))), {
		kind: "forward",
		about: "to",
		options: [
			"to",
			"from",
			"commit",
			"release",
			"reason",
			"change"
		],
		needs: ["commit"]
	}).summary("take a release from one environment to the next, unchanged").description("Take the release that serves one environment to the next: the same commit, artefacts and migrations, nothing is built again. Refused when it was not verified there, was taken back there, is in quarantine, leaves an environment out, or its artefacts are not what was released. It waits at the gates of the promotion.").requiredOption("--to <environment>", "where it goes").option("--from <environment>", "where it has proven itself (default: the environment before, as configured)").option("--release <version>", "which release (default: what serves there)").option("--commit <digits>", "first digits of the commit that is meant (12 or more)", commitDigits).option("--reason <text>", "why; stands in the journal", "promotion").option("--seed", "load the seed data on a first release").option("--allow-dirty", "although the working tree differs from its commit").option("--await-override", "begin although the scan does not let it pass, or without a change record: the run waits at the gate for an override").option("--change <id>", "the change record that asks for this, needed where the policy says so; of a unit NAME=CHG-… of its members, with commas between them").option("--dry-run", "print the plan and change nothing").option("--quiet", "no progress, only the summary").addHelpText("after", "\nExamples:\n  $ shiplock promote --to production --dry-run\n  $ shiplock promote --from staging --to production --reason \"accepted by Mia\"\n  $ shiplock promote --unit shop/ --to testing").action(async (options) => {
		const together = await unitPromotion(io, options);
		if (together !== void 0) {
			done(together);
			return;
		}
		const acts = options.dryRun !== true;
		const entry = await door(io, {
			...options,
			quiet: options.quiet ?? options.json ?? false
		}, acts);
		const { config, baseDir } = await openService(entry);
		if (options.from !== void 0) unwrap(resolveEnvironment(config, options.from, { baseDir }));
		const service = await openEnvironment(entry, options.to);
		const request = {
			...releaseRequest(options),
			from: options.from
		};
		if (acts) {
			done(runResult(await promote(service, request)));
			return;
		}
		const { release, rules } = await planPromotion(service, request);
		done({
			exit: EXIT.done,
			text: `${renderPlan(release)}\nGates: ${rulesText(rules)}`,
			json: jsonSchema.parse({
				release,
				gates: rulesText(rules)
			})
		});
	});
}

// src/cli/commands/quarantine.ts
function addQuarantine(registry) {
	const quarantine = registry.program.command("quarantine").summary("digests that may not return").description("Digests that were taken back: no release, promotion or rollback takes them anywhere before somebody with the role of the policy releases them.");
	addList$1(quarantine, registry);
	addAdd(quarantine, registry);
	addRelease$1(quarantine, registry);
}
function addList$1(quarantine, { io, done }) {
	withCommonOptions(quarantine.command("list")).summary("what is in quarantine, and why").description("List what is in quarantine, in all environments of the service. Only looks.").option("--parameter", "as an admission policy takes it: the digests alone, sorted, as JSON").addHelpText("after", "\nExamples:\n  $ shiplock quarantine list\n  $ shiplock quarantine list --parameter").action(async (options) => {
		const service = await openService(await door(io, options, false));
		const held = await standingOf$1(service, "forward");
		const parameter = admissionParameter(service.config.service.service, held);
		const lines = held.flatMap(({ environment, entry, notBelieved }) => [
			`${entry.digest}  ${entry.component ?? ""} ${entry.version ?? ""}`.trimEnd(),
			`  since ${entry.time} in ${environment}: ${CAUSE[entry.cause]}${entry.run === void 0 ? "" : ` (run ${entry.run})`}`,
			`  ${entry.who}: ${entry.why}`,
			...notBelieved.map((why) => `  a word that it may return does not count: ${why}`)
		]);
		done({
			exit: EXIT.done,
			text: options.parameter === true ? JSON.stringify(parameter, null, 2) : lines.join("\n") || "nothing is in quarantine",
			json: jsonSchema.parse(options.parameter === true ? parameter : {
				held,
				digests: parameter.digests
			})
		});
	});
}
function addAdd(quarantine, { io, done }) {
	withPersonOptions(withCommonOptions(quarantine.command("add"))).summary("put a digest into quarantine").description("Put a digest into quarantine. From then on no door takes it anywhere, and clusters refuse its pods where it does not serve. Recorded and announced.").argument("<digest>", "sha256:…").requiredOption("--reason <text>", "why; stands on the list").option("--environment <name>", "whose policy says who may (default: the last in the order of environments)").addHelpText("after", "\nExamples:\n  $ shiplock quarantine add sha256:3f2a… --reason \"CVE-2026-1234 in its base image\" --sign-key ~/.ssh/id_ed25519").action(async (text, options) => {
		const digest = parsed(text);
		const entry = await door(io, options, true);
		const { config } = await openService(entry);
		const name = options.environment ?? promotionOrder(config).at(-1) ?? "";
		const word = {
			digest,
			why: options.reason
		};
		const added = await addToQuarantine(await openEnvironment(entry, name), word);
		const clusters = await refuseInClusters(entry, word);
		done({
			exit: clusters.some(({ kind }) => kind === "failed") ? EXIT.failed : EXIT.done,
			text: [`${digest} is in quarantine, in all environments`, ...clusters.map(clusterText)].join("\n"),
			json: jsonSchema.parse({
				environment: name,
				entry: added,
				clusters
			})
		});
	});
}
function clusterText(word) {
	const { environment } = word;
	switch (word.kind) {
		case "refuses": return `  the cluster of ${environment} refuses its pods`;
		case "serves": return `  it serves in ${environment}: the cluster goes on taking its pods until it is rolled back, which puts it on that list too`;
		case "failed": return [`  the cluster of ${environment} does not refuse it yet; give the command again`, ...word.problems.map(formatProblem)].join("\n");
	}
}
function addRelease$1(quarantine, { io, done }) {
	withPersonOptions(withCommonOptions(quarantine.command("release"))).summary("let a digest return").description("Let a digest return, also to the clusters that refuse its pods. Needs the role of `policy.quarantine` in each environment that holds it; recorded and announced. What is taken back again is in quarantine again.").argument("<digest>", "sha256:…").requiredOption("--reason <text>", "why; stands on the list").addHelpText("after", "\nExamples:\n  $ shiplock quarantine release sha256:3f2a… --reason \"the database was full, see INC-41\" --sign-key ~/.ssh/id_ed25519").action(async (text, options) => {
		const digest = parsed(text);
		const entry = await door(io, options, true);
		const { config } = await openService(entry);
		const first = await openEnvironment(entry, promotionOrder(config).at(-1) ?? "");
		const held = await heldDigests(first, digest);
		const refusing = await refusingClusters(entry, digest);
		if (held.length === 0 && refusing.length === 0) throw new ProblemError(notQuarantined(digest));
		const released = [];
		const runs = [];
		for (const environment of /* @__PURE__ */ new Set([...held.map((one) => one.environment), ...refusing])) {
			const ends = held.filter((one) => one.environment === environment).map((one) => one.entry.id);
			const service = await openEnvironment(entry, environment);
			const { entry: ended, run } = await releaseFromQuarantine(service, {
				digest,
				why: options.reason
			}, ends);
			if (ended !== null) released.push(ended);
			if (run !== null) runs.push(run);
		}
		done({
			exit: EXIT.done,
			text: `${digest} may return`,
			json: jsonSchema.parse({
				digest,
				released,
				runs
			})
		});
	});
}
function parsed(text) {
	const digest = digestSchema.safeParse(text);
	if (digest.success) return digest.data;
	throw new ProblemError({
		code: "cli.usage",
		where: "<digest>",
		found: text,
		expected: "sha256: and 64 hexadecimal digits",
		remedy: "`shiplock quarantine list` has them whole"
	});
}

// src/cli/commands/release.ts
function addRelease({ program, io, done }) {
	openToChat(withUnitOption(withPersonOptions(withCommonOptions(program.command("release")))), {
		as: "deploy",
		kind: "forward",
		about: "environment",
		options: [
			"commit",
			"release",
			"reason",
			"change"
		]
	}).summary("build, migrate, roll out, judge, promote or take back").description("Release the commit that is checked out: build it, apply expand migrations, send it traffic share by share, and promote it or take it back by evidence.").argument("<environment>", "where to").option("--release <version>", "name of the release (default: the tag, else 0.0.0-<commit>)").option("--commit <digits>", "first digits of the commit that is meant (12 or more)", commitDigits).option("--reason <text>", "why; stands in the journal", "release").option("--seed", "load the seed data on a first release").option("--allow-dirty", "release although the working tree differs from its commit").option("--await-override", "begin although the scan does not let it pass, or without a change record: the run waits at the gate for an override").option("--change <id>", "the change record that asks for this, needed where the policy says so; of a unit NAME=CHG-… of its members, with commas between them").option("--dry-run", "print the plan and change nothing (the same as `shiplock plan`)").option("--quiet", "no progress, only the summary").addHelpText("after", `
The run can be stopped with Ctrl-C at any time and goes on with \`shiplock resume\`.

Examples:
  $ shiplock release development --seed
  $ shiplock release production --reason "faster search"
  $ shiplock release production --release 2.4.1 --json
  $ shiplock release development --unit shop/ --dry-run`).action(async (environment, options) => {
		const together = await unitRelease(io, environment, options);
		if (together !== void 0) {
			done(together);
			return;
		}
		if (options.dryRun === true) {
			done(await planText(io, environment, options));
			return;
		}
		const service = await openEnvironment(await door(io, {
			...options,
			quiet: options.quiet ?? options.json ?? false
		}, true), environment);
		done(runResult(await release(service, releaseRequest(options))));
	});
}

// src/cli/commands/release-notes.ts
function addReleaseNotes({ program, io, done }) {
	withCommonOptions(program.command("release-notes")).summary("what a release brings, from git").description("Tell what lies between what serves an environment and what is released to it: breaking changes first, migrations with their phase, pull requests and commits by their kind, who wrote them. From git and the records alone; no forge is asked.").argument("<environment>", "where it is released").option("--from <version>", "a version, tag or commit (default: what serves the environment)").option("--to <version>", "a version, tag or commit (default: what serves the environment before, else the commit that is checked out)").option("--output <file>", "write into this file, a file of that name is replaced (default: standard output)").addHelpText("after", `
Examples:
  $ shiplock release-notes production
  $ shiplock release-notes production --from 1.3.2 --to 1.4.0 --output notes.md
  $ shiplock release-notes production --json | jq '.entries[] | select(.breaking)'`).action(async (environment, options) => {
		const service = await openService(await door(io, options, false));
		const { from, to, output } = options;
		const notes = await releaseNotes(service, {
			environment,
			from,
			to
		});
		const text = notesMarkdown(notes);
		const json = jsonSchema.parse(notes);
		if (output === void 0) {
			done({
				exit: EXIT.done,
				text,
				json
			});
			return;
		}
		await writeOutput(io, output, text, "--output");
		done({
			exit: EXIT.done,
			text: `${notes.entries.length} changes: ${output}`,
			json
		});
	});
}

// src/cli/commands/report.ts
function addReport({ program, io, done }) {
	withCommonOptions(program.command("report")).summary("tell what a run did and why").description("Tell what a run did and why, from its journal alone: the verdict, traffic and evidence over time, gates with who and what, every step and every command. One page that needs no network and no script.").argument("[run]", "the run (default: the newest release or rollback)").addOption(new Option("--format <format>", "a page for people, or text for a job summary").choices(["html", "markdown"]).default("html")).option("--output <file>", "write into this file, a file of that name is replaced (default: standard output)").addHelpText("after", `
With --json the report comes as data.

Examples:
  $ shiplock report 20261121-071500-3f2a --output report.html
  $ shiplock report --format markdown >> "$GITHUB_STEP_SUMMARY"
  $ shiplock report --json | jq .head.sentence`).action(async (wanted, options) => {
		const { store } = await openService(await door(io, options, false));
		const run = wanted === void 0 ? await newestRun(store) : (await findRun(store, wanted)).run;
		const report = await readReport(store, run);
		const text = options.format === "html" ? reportPage(report) : reportMarkdown(report);
		const json = jsonSchema.parse(report);
		if (options.output === void 0) {
			done({
				exit: EXIT.done,
				text,
				json
			});
			return;
		}
		await writeOutput(io, options.output, text, "--output");
		done({
			exit: EXIT.done,
			text: `${report.head.sentence}\nreport: ${options.output}`,
			json
		});
	});
}

// src/cli/commands/restore-environment.ts
/** `shiplock restore run`: from the catalogue of backups to a server as it was. */
function addRestoreRun({ io, done }, restore, kinds) {
	const targets = [
		"to",
		"gtid",
		"before",
		"latest"
	];
	const target = (flags, about) => new Option(flags, about).conflicts(targets.filter((name) => !new RegExp(`^--${name}\\b`).test(flags)));
	withCommonOptions(restore.command("run")).summary("restore the database of an environment from its backups into a new server").description("Choose from the catalogue the full backup and the binary logs that lead to the target, restore them into a new server in a directory of its own, compare rows and sums, replay exactly the transactions up to the target, and shut the server down. Nothing that serves is touched, nothing is overwritten. Cut, the same words go on with it. Exit 1 also when an objective for restores was missed, 5 when no backup leads to the target.").argument("<environment>", "whose database").addOption(target("--to <moment>", "up to this time, with its zone: 2026-11-22T14:03:07.250Z; MariaDB: whole seconds")).addOption(target("--gtid <id>", "up to this transaction, with it")).addOption(target("--before <table>", "before the transaction that dropped or emptied database.table")).addOption(target("--latest", "everything that the backups hold")).option("--kind <kinds>", "with --before: insert, update, delete, drop, truncate or definition, with commas", kinds).option("--which <id>", "with --before: the one of several that is meant, by its GTID or file:byte").option("--id <backup>", "begin with this full backup, as `shiplock backup list` names it (default: the best)").option("--into <directory>", "where the new server is made; empty, or not there yet").option("--dry-run", "say what would be restored and lost and how long it may take, and start no server").option("--quiet", "no progress, only the summary").addHelpText("after", "\nExamples:\n  $ shiplock restore run production --before shop.orders --dry-run\n  $ shiplock restore run production --to 2026-11-22T14:03:07Z --into /srv/restored").action(async (environment, options) => {
		const request = {
			environment,
			...await targetOf(options),
			id: options.id
		};
		const { into } = options;
		const acts = options.dryRun !== true;
		if (acts && into === void 0) throw usage("no --into", "a directory for the new server: --into DIR");
		const entry = await door(io, {
			...options,
			quiet: options.quiet ?? options.json ?? false
		}, acts);
		const { planRestore, restoreDatabase } = await import("./shared-backup2.js");
		if (!acts || into === void 0) {
			const plan = await planRestore(entry, request);
			done({
				exit: EXIT.done,
				text: planLines(plan).join("\n"),
				json: jsonSchema.parse(JSON.parse(JSON.stringify({
					environment,
					...plan
				})))
			});
			return;
		}
		const restored = await restoreDatabase(entry, {
			...request,
			into: resolve(io.cwd, into)
		});
		done({
			exit: restored.problems.length === 0 ? EXIT.done : EXIT.failed,
			text: restoredLines(restored).join("\n"),
			json: jsonSchema.parse(JSON.parse(JSON.stringify({
				environment,
				...restored
			})))
		});
	});
}
async function targetOf({ to, gtid, before, latest, kind, which }) {
	if (to !== void 0) {
		const { momentOf } = await import("./shared-restore-run.js");
		return {
			target: {
				kind: "time",
				time: momentOf("--to", to)
			},
			text: to
		};
	}
	if (gtid !== void 0) return {
		target: {
			kind: "gtid",
			gtid
		},
		text: gtid
	};
	if (before !== void 0) {
		const wanted = {
			...kind === void 0 ? {} : { kinds: kind },
			...which === void 0 ? {} : { which }
		};
		const words = [
			`before ${before}`,
			...kind === void 0 ? [] : [kind.join(",")],
			...which ? [which] : []
		];
		return {
			target: {
				kind: "before",
				table: before,
				...wanted
			},
			text: words.join(" ")
		};
	}
	if (latest === true) return {
		target: { kind: "end" },
		text: "the latest"
	};
	throw usage("no target", "one of --to, --gtid, --before and --latest");
}
function usage(found, expected) {
	return new ProblemError({
		code: "cli.usage",
		where: "the command line",
		found,
		expected,
		remedy: "see `shiplock restore run --help`"
	});
}
/** Pure. */
function planLines({ full, logs, restorableTo, ends, cut, prediction, objectives }) {
	const { lost } = cut;
	const proof = full.state === "verified" ? "verified" : `${full.state}, never restored yet`;
	const span = lost.first === null || lost.last === null ? "" : `, from ${lost.first} to ${lost.last}`;
	const predicted = prediction.seconds === null ? "not known" : `about ${formatDuration(Math.ceil(prediction.seconds) * 1e3)}`;
	return [
		`begins with   ${full.id} (${full.form}, ${proof}), ${formatSize(full.bytes)}`,
		`binary logs   ${logs.count}, ${formatSize(logs.bytes)}`,
		`replays       ${cut.transactions} transactions`,
		`last of them  ${cut.last ?? "none: as the full backup"}`,
		`is lost       ${lost.transactions} transactions that are backed up${span}`,
		...lost.tables.slice(0, 20).map(({ table, transactions }) => `              ${transactions} change ${table}`),
		`              and what was committed after ${restorableTo ?? "it"}, which is in no backup`,
		...ends === null ? [] : [`beware        not restorable past ${restorableTo ?? "it"}: ${ends}`],
		...cut.late === 0 ? [] : [`beware        ${cut.late} of the lost are stamped at or before that time`],
		...lost.beyond === null ? [] : [`beware        ${lost.beyond}`],
		`will take     ${predicted} (${prediction.from})${promised(objectives.rtoSeconds)}`
	];
}
/** Pure. */
function restoredLines(restored) {
	const { seconds, run, directory, start, problems, prediction, earlier, objectives, lostSeconds } = restored;
	const part = (name, value) => `${name} ${value.toFixed(1)} s`;
	const took = [
		part("logs", seconds.fetch),
		part("base", seconds.base),
		part("replay", seconds.replay)
	].join(", ");
	return [
		...earlier === null ? [] : [`beware        this was done at ${earlier}, and nothing now: all below is of then`],
		...planLines(restored).filter((line) => !line.startsWith("will take")),
		`predicted     ${prediction.seconds === null ? "not known" : `${prediction.seconds.toFixed(1)} s`} (${prediction.from})`,
		`took          ${seconds.whole.toFixed(1)} s (${took})${promised(objectives.rtoSeconds)}`,
		...lostSeconds === null ? [] : [`may be lost   all of the last ${lostSeconds.toFixed(0)} s before it${promised(objectives.rpoSeconds)}`],
		`restored in   ${directory}; the server is shut down. It has no accounts but its root. To start it:`,
		`  ${start.join(" ")}`,
		...problems.map(formatProblem),
		`run ${run}`
	];
}
function promised(seconds) {
	return seconds === null ? "" : `; promised ${formatDuration(seconds * 1e3)}`;
}

// src/cli/commands/restore-files.ts
/** `shiplock restore files`: what was backed up beside the database. */
function addRestoreFiles({ io, done }, restore) {
	withCommonOptions(restore.command("files")).summary("restore files from the backups: beside those that are here, or on a host").description("Restore configuration, static files and certificates out of the newest backup of files. With --into: those of this machine, below a directory that is empty or not there, each under the path that it had; nothing is written over what is there. With --host: those of a host over ssh, in place of those that it has; what was there is kept and can be brought back, and files that are not in the backup stay. Every file is compared with what was stored.").argument("<environment>", "whose files").addOption(new Option("--into <directory>", "below which those of this machine are laid down; empty, or not there yet").conflicts([
		"host",
		"reload",
		"undo"
	])).option("--host <name>", "the host on which its own files are put in place").option("--reload <unit>", "with --host: a unit of systemd that reads its files again; may be given several times", collect$1, []).addOption(new Option("--undo <set>", "with --host: bring back what a restore has replaced, by the name that it told").conflicts([
		"only",
		"id",
		"reload"
	])).option("--only <path>", "only this file or directory, by the whole path that it had").option("--id <backup>", "of this backup of files, as `shiplock backup list` names it (default: the newest)").option("--dry-run", "say which backup it would be and, with --host, what would change; change nothing").option("--quiet", "no progress, only the summary").addHelpText("after", "\nExamples:\n  $ shiplock restore files production --into /srv/restored-files\n  $ shiplock restore files production --only /etc/nginx --into /srv/nginx --dry-run\n  $ shiplock restore files production --host web1 --only /etc/nginx/nginx.conf --dry-run\n  $ shiplock restore files production --host web1 --only /etc/ssl/shop --reload nginx.service").action(async (environment, options) => {
		const request = {
			environment,
			only: options.only,
			id: options.id
		};
		const acts = options.dryRun !== true;
		if (options.host === void 0 && (options.into === void 0 || options.undo !== void 0 || options.reload.length > 0)) throw new ProblemError(noPlace(options));
		const entry = await door(io, {
			...options,
			quiet: options.quiet ?? options.json ?? false
		}, acts);
		if (options.host !== void 0) {
			const { onHost } = await import("./shared-restore-files-host.js");
			done(await onHost(entry, {
				...options,
				environment,
				host: options.host
			}, acts));
			return;
		}
		const { planFiles, restoreFiles } = await import("./shared-backup2.js");
		const into = resolve(io.cwd, options.into ?? "");
		if (!acts) {
			const { id, takenAt, paths } = await planFiles(entry, request);
			done({
				exit: EXIT.done,
				text: `would restore ${options.only ?? paths.join(", ")} as of ${takenAt} (${id}) below ${into}`,
				json: jsonSchema.parse({
					environment,
					id,
					takenAt,
					paths,
					directory: into
				})
			});
			return;
		}
		const restored = await restoreFiles(entry, {
			...request,
			into
		});
		const { files, takenAt, id, directory, seconds, run } = restored;
		done({
			exit: EXIT.done,
			text: `${files} files as of ${takenAt} (${id}) below ${directory}, compared, ${seconds.toFixed(1)} s\nrun ${run}`,
			json: jsonSchema.parse({
				environment,
				...restored
			})
		});
	});
}
function collect$1(unit, before) {
	return [...before, unit];
}
function noPlace({ into, undo }) {
	return {
		code: "cli.restore-where",
		where: into === void 0 ? "--into" : undo === void 0 ? "--reload" : "--undo",
		found: into === void 0 ? "neither --into nor --host" : "no --host",
		expected: "--into DIRECTORY for files of this machine, --host NAME for those of a host",
		remedy: "see `shiplock restore files --help`"
	};
}

// src/cli/commands/restore.ts
/** Restores to a moment: what a target means and what lies behind it, and the replay itself. */
function addRestore(registry) {
	const { program, io, done } = registry;
	const restore = program.command("restore").summary("bring a database back to a time, a transaction, or before a statement").description("Bring a restored backup forward, by the binary logs that follow it, to exactly one place in the history of a database: a time, a transaction, or before a statement. It works on files and on a throw-away server, never on the live one.");
	addRestoreRun(registry, restore, kinds);
	addRestoreDrill(registry, restore);
	addRestoreFiles(registry, restore);
	withTarget(restore.command("plan")).summary("say what a target means and what would be lost behind it").description("Read the binary logs, compare every checksum, and say which transactions lead from the base to the target, and which lie behind it. Asks no server and changes nothing.").option("--json", "JSON instead of text").addHelpText("after", "\nExamples:\n  $ shiplock restore plan binlog.0* --base binlog.000007:157 --time 2026-11-22T14:03:07.250000Z\n  $ shiplock restore plan binlog.0* --base-gtids \"$(cat gtids)\" --before shop.orders").action(async (files, options) => {
		const { planRestore } = await import("./shared-restore-run.js");
		done(await planRestore(io, files, options));
	});
	withTarget(restore.command("replay")).summary("replay into a throw-away server that holds the base").description("Replay exactly these transactions into a throw-away server that holds the base: as relay logs, with the workers of the server, or in the plain way with `mysqlbinlog`. Ends well only when the server has executed them and nothing else.").requiredOption("--socket <path>", "the socket of the throw-away server").option("--user <name>", "who comes in through it", "root").option("--password <reference>", "its password, by reference: env:NAME or file:PATH").option("--plain <program>", "in the plain way, with this `mysqlbinlog` or `mariadb-binlog`").option("--client <program>", "the client of the plain way", "mysql").option("--json", "JSON instead of text").addHelpText("after", "\nExamples:\n  $ shiplock restore replay binlog.0* --base-gtids \"$(cat gtids)\" --time 2026-11-22T14:03:07.250000Z --socket /tmp/restore.sock\n  $ shiplock restore replay binlog.0* --base binlog.000007:157 --end --socket /tmp/restore.sock --plain mysqlbinlog").action(async (files, options) => {
		const { replayRestore } = await import("./shared-restore-run.js");
		done(await replayRestore(io, files, options));
	});
	restore.command("table").summary("bring one table, or some of its rows, beside the live one").description("Copy a table, or the rows for which a condition holds, from a restored server into a new table of the live one, byte for byte, while that serves; then compare what arrived. The statement that swaps both tables is printed, never run.").argument("<table>", "database.table on the restored server").requiredOption("--as <name>", "name of the new table, in the same database").requiredOption("--socket <path>", "the socket of the restored server").requiredOption("--to <reference>", "the live server: a connection string, by reference: env:NAME or file:PATH").option("--where <condition>", "only rows for which this holds, in SQL; it runs on the restored server").option("--user <name>", "who comes in through the socket", "root").option("--password <reference>", "its password, by reference: env:NAME or file:PATH").option("--dry-run", "say how many rows, and change nothing").option("--json", "JSON instead of text").addHelpText("after", "\nExamples:\n  $ shiplock restore table shop.orders --as orders_restored_20261122 --socket /tmp/restore.sock --to env:LIVE\n  $ shiplock restore table shop.orders --where \"customer = 42\" --as orders_of_42 --socket /tmp/restore.sock --to env:LIVE --dry-run").action(async (table, options) => {
		const { restoreTable } = await import("./shared-restore-table.js");
		done(await restoreTable(io, table, options));
	});
	restore.command("arguments").summary("print the arguments with which a throw-away server must be started").description("Print the arguments that a throw-away server needs for a replay, beside its data directory and socket.").addArgument(new Argument("<family>", "of the server").choices(["mysql", "mariadb"])).option("--workers <count>", "how many apply transactions beside each other", positive, 4).option("--server-id <number>", "a number that no server has which made the logs", positive, 4000000001).option("--no-gtids", "the transactions have no ids").option("--json", "JSON instead of text").addHelpText("after", "\nExamples:\n  $ shiplock restore arguments mysql --workers 8").action(async (family, options) => {
		const { serverArguments } = await import("./shared-restore-run.js");
		done(serverArguments(family, options));
	});
}
function withTarget(command) {
	const targets = [
		"time",
		"gtid",
		"before",
		"end"
	];
	const target = (flags, about) => new Option(flags, about).conflicts(targets.filter((name) => !flags.startsWith(`--${name}`)));
	return command.argument("<files...>", "binary logs that follow the base, as the server names them").option("--base <file:position>", "where the log stood when the base was made").option("--base-gtids <ids>", "what the base has executed; \"\" for nothing").addOption(target("--time <moment>", "up to this time, with its zone: 2026-11-22T14:03:07.250000Z; MariaDB: whole seconds")).addOption(target("--gtid <id>", "up to this transaction, with it")).addOption(target("--before <table>", "before the transaction that dropped or emptied database.table")).addOption(target("--end", "everything that the logs hold")).option("--kind <kinds>", "with --before: insert, update, delete, drop, truncate or definition, with commas", kinds).option("--which <id>", "with --before: the one of several that is meant, by its GTID or file:byte").option("--complete-until <moment>", "no transaction up to this time is missing: the logs were taken then");
}
const KINDS = [
	"insert",
	"update",
	"delete",
	"drop",
	"truncate",
	"definition"
];
function kinds(text) {
	return text.split(",").map((word) => {
		const kind = KINDS.find((one) => one === word.trim());
		if (kind === void 0) throw new InvalidArgumentError(`expected ${KINDS.join(", ")}`);
		return kind;
	});
}
function positive(text) {
	const value = Number(text);
	if (!Number.isSafeInteger(value) || value < 1) throw new InvalidArgumentError("expected a whole number above 0");
	return value;
}

// src/cli/commands/rollback.ts
function addRollback({ program, io, done }) {
	openToChat(withUnitOption(withCommonOptions(program.command("rollback"))), {
		kind: "back",
		about: "environment",
		options: ["reason", "to"]
	}).summary("go back to an earlier release").description("Go back to an earlier release: traffic first, then everything else. During a release it pre-empts that run. Refused when the ledger says that the earlier version cannot run on the schema of today. With --unit: several services to their unit release before, the last first.").argument("<environment>", "where").requiredOption("--reason <text>", "why; stands in the journal").option("--to <version>", "the release to go back to (default: the one before)").option("--dry-run", "print the plan and change nothing").option("--quiet", "no progress, only the summary").addHelpText("after", "\nExamples:\n  $ shiplock rollback production --reason \"checkout fails\"\n  $ shiplock rollback production --to 2.3.0 --reason \"leak since 2.3.1\" --dry-run\n  $ shiplock rollback production --unit shop/ --reason \"checkout fails\"").action(async (environment, options) => {
		const together = await unitRollback(io, environment, options);
		if (together !== void 0) {
			done(together);
			return;
		}
		const request = {
			to: options.to,
			why: options.reason
		};
		if (options.dryRun === true) {
			const service = await openEnvironment(await door(io, options, false), environment);
			const { plan } = await planRollback(service, request);
			done({
				exit: EXIT.done,
				text: renderPlan(plan),
				json: jsonSchema.parse(plan)
			});
			return;
		}
		const service = await openEnvironment(await door(io, {
			...options,
			quiet: options.quiet ?? options.json ?? false
		}, true), environment);
		done(runResult(await rollback(service, request)));
	});
}

// src/cli/commands/rollout.ts
const TEXTS = {
	pause: {
		summary: "hold a rollout where it is: it keeps its share and is judged on",
		more: "It goes no further and asks nothing; if the evidence says `worse`, it goes back all the same. The pause outlives the process.",
		example: "$ shiplock rollout pause production --reason \"support asks what the new banner is\""
	},
	resume: {
		summary: "end a pause: the rollout goes on",
		more: "Where no process works on it any more, this one does.",
		example: "$ shiplock rollout resume production --reason \"it was the banner of marketing\""
	},
	abort: {
		summary: "take a rollout back now, by its own way back",
		more: "As if the evidence had said `worse`; also for one that is paused, waits at a gate, or has stopped. Ends with 4 when it is taken back. After a release: `shiplock rollback`.",
		example: "$ shiplock rollout abort 20261121-071500-3f2a --reason \"wrong build\""
	}
};
function addRollout(registry) {
	const rollout = registry.program.command("rollout").summary("pause, resume or abort a rollout that is under way").description("Pause, resume or abort a rollout that is under way, from any terminal that sees its state directory.");
	for (const kind of ORDER_KINDS) addOrder(rollout, kind, registry);
}
function addOrder(rollout, kind, { io, done }) {
	const { summary, more, example } = TEXTS[kind];
	openToChat(withPersonOptions(withCommonOptions(rollout.command(kind))), {
		kind: "changes",
		about: "run",
		options: ["reason"]
	}).summary(summary).description(`${summary.charAt(0).toUpperCase()}${summary.slice(1)}. ${more}`).argument("<run>", "the run, or its environment").requiredOption("--reason <text>", "why; stands in the journal", reason).option("--wait <seconds>", "how long to wait until the run has taken it up", seconds$1, 30).option("--quiet", "no progress, only the result").addHelpText("after", `\nExamples:\n  ${example}`).action(async (wanted, options) => {
		const entry = await door(io, {
			...options,
			quiet: options.quiet ?? options.json ?? false
		}, true);
		const { run, environment } = await findRollout(await openService(entry), wanted);
		const service = await openEnvironment(entry, environment);
		done(orderResult(kind, await orderRun(service, {
			run,
			kind,
			why: options.reason,
			waitMs: options.wait * 1e3
		})));
	});
}
function reason(text) {
	if (text.trim() === "") throw new InvalidArgumentError("It must say something.");
	return text;
}
function seconds$1(text) {
	const value = Number(text);
	if (text.trim() === "" || !Number.isFinite(value) || value < 0) throw new InvalidArgumentError("It must be a number of seconds.");
	return value;
}
const FOLLOWED = {
	pause: "paused: it keeps its share and is judged on; go on with: shiplock rollout resume",
	resume: "the pause is over: it goes on",
	abort: "aborted: it goes back"
};
function orderResult(kind, outcome) {
	const { run } = outcome;
	switch (outcome.kind) {
		case "followed": return {
			exit: EXIT.done,
			text: `run ${run}: ${FOLLOWED[kind]}${kind === "pause" ? ` ${run} --reason …` : ""}`,
			json: {
				run,
				order: kind,
				state: "followed"
			}
		};
		case "placed": {
			const text = outcome.why === "busy" ? `run ${run} has not taken the order up yet: it finishes the step it is in, or does not answer; the order stays, see: shiplock status` : `no process works on run ${run}: the order is the first thing that \`shiplock resume ${run}\` takes up`;
			return {
				exit: outcome.why === "busy" ? EXIT.undecided : EXIT.done,
				text,
				json: {
					run,
					order: kind,
					state: "placed",
					why: outcome.why
				}
			};
		}
		case "ended": return runResult(outcome.outcome);
	}
}

// src/cli/commands/rollouts.ts
const JUDGE = "http://shiplock-judge.shiplock.svc:8484";
function addRollouts({ program, io, done }) {
	(program.commands.find((command) => command.name() === "gitops") ?? program.command("gitops").summary("what stands in git about an environment").description("Manifests in git.")).command("rollouts").summary("strategy and AnalysisTemplates for Argo Rollouts").description("Print what Argo Rollouts must be told about an environment: the strategy as a patch of the Rollout, and AnalysisTemplates that ask the judge. Made from shiplock.yaml; the same every time. Names come from `platform` and `traffic.manifests` there; an option goes before them.").argument("<environment>", "environment of shiplock.yaml").option("--config <file>", "the configuration (default: shiplock.yaml here or in a directory above)").addOption(new Option("--mode <mode>", "pull: the controller asks the judge and goes on; push: the pipeline says when (default: pull)").choices(["pull", "push"])).option("--rollout <name>", "name of the Rollout (default: that of the platform, else the service)").option("--namespace <name>", "namespace to write into the manifests (default: that of the platform, else none)").option("--replicas <number>", "pods of the Rollout: shares are counts of pods", whole).option("--http-route <name>", "HTTPRoute whose weights are the shares; instead of --replicas").option("--stable-service <name>", "Service of the old version (default: the Rollout’s name)").option("--canary-service <name>", "Service of the new version, or of the preview (default: NAME-canary, NAME-preview)").option("--preview-port <port>", "port of the preview Service, for smoke requests (default: 80)", whole).option("--judge <url>", `address of the judge (default: ${JUDGE})`).option("--token-secret <name/key>", "secret beside the Rollout with the judge’s token (default: shiplock-judge/token)", secret).option("--every <duration>", "between two questions (default: 5s)", span).option("--output <dir>", "write rollout-strategy.yaml and analysis-templates.yaml there instead of printing").option("--json", "print one JSON document instead of text").addHelpText("after", "\nExamples:\n  $ shiplock gitops rollouts production --replicas 10\n  $ shiplock gitops rollouts production --http-route certkeeper --namespace certkeeper --output apps/certkeeper/overlays/production").action(async (name, options) => {
		const manifests = await make(name, options, io);
		const text = options.output === void 0 ? manifestsText(manifests) : await write(manifests, options.output, io);
		done({
			exit: EXIT.done,
			text,
			json: jsonSchema.parse({ manifests })
		});
	});
}
async function make(name, options, io) {
	const file = options.config === void 0 ? await findConfig(io.cwd) : resolve(io.cwd, options.config);
	const config = unwrap(await readConfig(file));
	const environment = unwrap(resolveEnvironment(config, name, { baseDir: resolve(file, "..") }));
	return unwrap(environmentManifests(environment, namesOf(options, environment)));
}
/** What is written as an option, else what shiplock.yaml names, else what is usual. */
function namesOf(options, { service, platform, traffic, rollout: { strategy } }) {
	const cluster = platform.kind === "kubernetes" ? platform : null;
	const known = traffic.kind === "argo-rollouts" ? traffic.manifests ?? {} : {};
	const rollout = options.rollout ?? cluster?.rollout ?? service;
	const namespace = options.namespace ?? cluster?.namespace;
	const stable = options.stableService ?? known.stableService ?? rollout;
	const canary = options.canaryService ?? known.canaryService;
	const { url, every } = known.judge ?? {};
	const token = {
		name: known.judge?.secret ?? "shiplock-judge",
		key: known.judge?.key ?? "token"
	};
	const told = options.httpRoute !== void 0 || options.replicas !== void 0;
	const httpRoute = told ? options.httpRoute : known.httpRoute;
	const replicas = told ? options.replicas : known.pods;
	return {
		mode: options.mode ?? known.mode ?? "pull",
		rollout,
		...namespace === void 0 ? {} : { namespace },
		routing: routingOf(httpRoute, replicas, strategy, stable, canary ?? `${rollout}-canary`),
		activeService: stable,
		previewService: canary ?? `${rollout}-preview`,
		previewPort: options.previewPort ?? known.previewPort ?? 80,
		judge: {
			url: options.judge ?? url ?? JUDGE,
			tokenSecret: options.tokenSecret ?? token,
			everyMs: options.every ?? every ?? 5e3
		}
	};
}
function routingOf(httpRoute, replicas, strategy, stableService, canaryService) {
	if (httpRoute !== void 0 && replicas === void 0) return {
		kind: "gateway-api",
		httpRoute,
		stableService,
		canaryService
	};
	if (replicas !== void 0 && httpRoute === void 0) return {
		kind: "pods",
		replicas
	};
	if (replicas === void 0 && strategy !== "canary") return {
		kind: "pods",
		replicas: 1
	};
	throw new ProblemError({
		code: "cli.usage",
		where: "--replicas, --http-route",
		found: replicas === void 0 ? "neither" : "both",
		expected: "one of them: shares are counts of pods, or weights of an HTTPRoute",
		remedy: "give for instance --replicas 10, or write `traffic.manifests.httpRoute`"
	});
}
async function write(manifests, directory, io) {
	const files = [{
		name: "rollout-strategy.yaml",
		wanted: (kind) => kind === "Rollout"
	}, {
		name: "analysis-templates.yaml",
		wanted: (kind) => kind !== "Rollout"
	}];
	const written = [];
	for (const { name, wanted } of files) {
		const file = join(directory, name);
		await writeOutput(io, file, manifestsText(manifests.filter(({ kind }) => wanted(kind))), "--output");
		written.push(file);
	}
	return written.join("\n");
}
function whole(text) {
	const count = Number(text);
	if (!/^\d{1,5}$/.test(text) || count < 1) throw new InvalidArgumentError("a whole number from 1 to 99999");
	return count;
}
function span(text) {
	const ms = parseDuration(text);
	if (ms === void 0 || ms < 1e3) throw new InvalidArgumentError("a duration of at least 1s, such as 5s");
	return ms;
}
function secret(text) {
	const [, name, key] = /^([a-z0-9][a-z0-9.-]*)\/([A-Za-z0-9._-]+)$/.exec(text) ?? [];
	if (name === void 0 || key === void 0) throw new InvalidArgumentError("a secret and its key, such as judge/token");
	return {
		name,
		key
	};
}

// src/cli/commands/runbook-author.ts
const NOT_HERE = /* @__PURE__ */ new Set([...[
	"system.not-configured",
	"database.none",
	"database.no-accounts",
	"database.setup-place"
]]);
function addRunbookDocs(runbook, { io, done }) {
	withCommonOptions(runbook.command("docs")).summary("print the SOPs as files").description("Write the standard operating procedure of each runbook as a file, from the same tree that runs: purpose, roles, inputs, steps with checklists, diagram, the way back. Printed with the sample of the inputs.").argument("<environment>", "whose system they are printed for").argument("[name]", "only this runbook").addOption(new Option("--format <format>", "what to write").choices(["markdown", "html"]).default("markdown")).option("--out <dir>", "where to write", "docs/sop").option("--check", "write nothing; fail when a file is missing or differs").addHelpText("after", "\nExamples:\n  $ shiplock runbook docs production\n  $ shiplock runbook docs production system-stop --format html --out print\n  $ shiplock runbook docs production --check").action(async (environment, name, options) => {
		const [{ findRunbook, listRunbooks }, { sopOf }] = await Promise.all([import("./shared-registry.js"), import("./shared-docs.js")]);
		const place = await ownPlace(io, options);
		const found = name === void 0 ? (await listRunbooks(place)).found : [await findRunbook(name, place)];
		const service = await openEnvironment(await door(io, options, false), environment);
		const directory = resolve(io.cwd, options.out);
		const written = [];
		const drifted = [];
		let printed = 0;
		for (const { runbook: one } of found) {
			const sop = await sopOf(service, one, options.format).catch((error) => {
				if (name === void 0 && NOT_HERE.has(problemsOf(error, one.id)[0]?.code ?? "")) return null;
				throw error;
			});
			if (sop === null) continue;
			printed += 1;
			const file = join(directory, sop.name);
			if (await readFile(file, "utf8").catch((error) => {
				if (hasCode(error, "ENOENT")) return null;
				throw error;
			}) === sop.text) continue;
			if (options.check === true) {
				drifted.push(relative(io.cwd, file));
				continue;
			}
			await mkdir(directory, { recursive: true });
			await writeOutput(io, file, sop.text, "--out");
			written.push(relative(io.cwd, file));
		}
		if (drifted.length > 0) {
			const problems = drifted.map(drift);
			done({
				exit: EXIT.failed,
				text: problems.map(formatProblem).join("\n"),
				json: jsonSchema.parse({ problems })
			});
			return;
		}
		const text = written.length === 0 ? `${printed} SOPs are as they were` : written.join("\n");
		done({
			exit: EXIT.done,
			text,
			json: jsonSchema.parse({
				environment,
				sops: printed,
				written
			})
		});
	});
}
function drift(file) {
	return {
		code: "runbook.docs-drift",
		where: file,
		found: "another text than the runbook gives",
		expected: "the SOP as it is printed from the runbook",
		remedy: "run `shiplock runbook docs` with the same options and commit what it writes"
	};
}
function addRunbookNew(runbook, { io, done }) {
	withCommonOptions(runbook.command("new")).summary("begin a runbook of this service").description("Write a runbook that works, and a test for it, into the directory `runbooks` beside shiplock.yaml. Nothing that is there is replaced.").argument("<name>", "its name: lower-case letters, digits and dashes").addHelpText("after", "\nExamples:\n  $ shiplock runbook new warm-cache\n  $ shiplock runbook test warm-cache staging").action(async (name, options) => {
		const [{ SHIPPED_NAMES }, { skeleton, skeletonTest }] = await Promise.all([import("./shared-registry.js"), import("./shared-skeleton.js")]);
		if (!/^[a-z][a-z0-9-]{0,39}$/.test(name) || SHIPPED_NAMES.includes(name)) throw new ProblemError(badName(name, SHIPPED_NAMES));
		const { config, configFile } = await openService(await door(io, options, false));
		const [environment = "staging"] = [...config.environments].flatMap(([one, { kind }]) => kind === "concrete" ? [one] : []);
		const directory = join(dirname(configFile), "runbooks");
		await mkdir(directory, { recursive: true });
		const files = [{
			file: join(directory, `${name}.mjs`),
			content: skeleton(name)
		}, {
			file: join(directory, `${name}.test.mjs`),
			content: skeletonTest(name, environment)
		}];
		for (const { file, content } of files) await writeFile(file, content, { flag: "wx" }).catch((error) => {
			throw hasCode(error, "EEXIST") ? new ProblemError(exists(file)) : error;
		});
		const names = files.map(({ file }) => relative(io.cwd, file));
		done({
			exit: EXIT.done,
			text: [
				...names,
				"",
				`Next: shiplock runbook test ${name} ${environment}`
			].join("\n"),
			json: { files: names }
		});
	});
}
function badName(name, shipped) {
	return {
		code: "cli.usage",
		where: "command line",
		found: JSON.stringify(name),
		expected: `a name of lower-case letters, digits and dashes that is none of ${shipped.join(", ")}`,
		remedy: "give it another name"
	};
}
function exists(file) {
	return {
		code: "runbook.exists",
		where: file,
		found: "a file of this name",
		expected: "a new name",
		remedy: "give it another name, or edit what is there"
	};
}
function addRunbookTest(runbook, { io, done }) {
	withCommonOptions(runbook.command("test")).summary("look whether a runbook is sound, without running it").description("Plan a runbook twice with the sample of its inputs and judge its tree: a plan writes nothing and is the same twice, ids are unique, every step says what happens after a crash, has a time-out, and is looked after.").argument("<name>", "the runbook").argument("<environment>", "where it is planned").addHelpText("after", "\nExamples:\n  $ shiplock runbook test system-stop staging\n  $ shiplock runbook test warm-cache staging --json").action(async (name, environment, options) => {
		const [{ findRunbook }, { checkRunbook }] = await Promise.all([import("./shared-registry.js"), import("./shared-runbook2.js")]);
		const { runbook: one } = await findRunbook(name, await ownPlace(io, options));
		const { problems, steps, effects, opaque } = await checkRunbook(await openEnvironment(await door(io, options, false), environment, one.reach), one, { texts: one.sample });
		const good = `${name}: ${steps} steps, ${effects} effects planned in ${environment}, nothing is wrong`;
		const notes = opaque.map((path) => `  ${path} cannot be planned in detail`);
		done({
			exit: problems.length === 0 ? EXIT.done : EXIT.failed,
			text: (problems.length === 0 ? [good, ...notes] : problems.map(formatProblem)).join("\n"),
			json: jsonSchema.parse({
				runbook: name,
				environment,
				steps,
				effects,
				opaque,
				problems
			})
		});
	});
}

// src/cli/commands/runbook-resume.ts
function addRunbookResume(runbook, { io, done }) {
	const opened = openToChat(runbook.command("resume"), {
		kind: "changes",
		about: "run",
		options: [],
		needs: ["run"]
	});
	withPersonOptions(withCommonOptions(opened)).summary("go on with a run of a runbook").description("Go on with a run of a runbook where it stopped: after a crash, Ctrl-C, or an answered gate. `shiplock resume` does the same.").argument("[run]", "the run (default: the only unfinished one)").option("--step <path>", "with --outcome: a step of which nobody can tell whether its effects happened").addOption(new Option("--outcome <outcome>", "what you found out about that step").choices(["applied", "not-applied"])).option("--evidence <text>", "how you found out").option("--allow-changed <reason>", "go on although the runbook changed since; gates in changed parts open again").option("--quiet", "no progress, only the result").addHelpText("after", "\nExamples:\n  $ shiplock runbook resume\n  $ shiplock runbook resume 20261121-071500-3f2a").action(async (wanted, options) => {
		const entry = await door(io, options, false);
		const { run, environment, procedure } = await findOrFetchRun(await openService(entry), wanted);
		if (io.acting !== void 0 && !isRunbook(procedure)) throw new ProblemError(notOne(run, procedure));
		done(await resumeRunbookRun(io, options, {
			run,
			environment
		}, answersOf(options)));
	});
}
function notOne(run, procedure) {
	return {
		code: "runbook.not-one",
		where: `run ${run}`,
		found: `a run of ${procedure}, asked for by a comment`,
		expected: "a run of a runbook",
		remedy: `\`/gate fill\` and \`/rollout resume\` go on with it, or \`shiplock resume ${run}\` at a terminal`
	};
}

// src/cli/commands/runbook-serve.ts
/** `shiplock runbook serve`: the door of alerts. */
function addRunbookServe(runbook, { io, done }) {
	withCommonOptions(runbook.command("serve")).summary("let alerts start runbooks, until SIGTERM").description("Take the webhook of Alertmanager at POST /v1/alerts and start the runbooks that `alerts:` of the environment allows: each alert once, with a cool-down and a limit by the hour, nothing that cannot be brought back. A start is durable before it is answered; after a crash it is begun or gone on with by the next process. Also GET /healthz, /readyz and /metrics.").argument("<environment>", "where").option("--token-file <file>", "who writes must know a token: one a line, read anew at each message").addOption(new Option("--listen <address>", "where to listen").argParser(address).default({
		host: "127.0.0.1",
		port: 8485
	}, "127.0.0.1:8485")).option("--check", "only look at the rules and say what they start; nothing listens").option("--unit", "only print a unit of systemd that runs this and comes back when it has ended").option("--secrets <file>", "with --unit: file with the variables that hold the secrets", "/etc/shiplock/alerts.env").addHelpText("after", "\nExamples:\n  $ openssl rand -base64 32 > token\n  $ shiplock runbook serve production --check\n  $ shiplock runbook serve production --token-file token --state /var/lib/shiplock/shop\n  $ shiplock runbook serve production --token-file token --state /var/lib/shiplock/shop --unit").action(async (environment, options) => {
		const place = await ownPlace(io, options);
		const { findRunbook } = await import("./shared-registry.js");
		const find = async (name) => (await findRunbook(name, place)).runbook;
		const entry = await door(io, {
			...options,
			quiet: true
		}, false);
		if (options.check === true) {
			done(await checked(entry, environment, find));
			return;
		}
		const { tokenFile } = options;
		if (tokenFile === void 0) throw new ProblemError(noToken());
		const told = {
			environment,
			listen: options.listen,
			tokenFile: resolve(io.cwd, tokenFile)
		};
		if (options.unit === true) {
			const { alertUnit } = await import("./shared-alerts.js");
			const unit = await alertUnit(entry, {
				...told,
				secretsFile: resolve(io.cwd, options.secrets)
			});
			done({
				exit: EXIT.done,
				text: `# ${unit.name}\n${unit.content}`,
				json: jsonSchema.parse(unit)
			});
			return;
		}
		await serve(io, entry, {
			...told,
			find
		});
		done({
			exit: EXIT.done,
			text: "",
			json: {}
		});
	});
}
async function serve(io, entry, serving) {
	const { startAlertServer } = await import("./shared-alerts.js");
	const asked = Promise.withResolvers();
	const stop = installStopSignals(() => asked.resolve());
	const server = await startAlertServer({
		...serving,
		door: entry,
		stop,
		log: (line) => io.out(`${line}\n`)
	});
	await asked.promise;
	await server.stop();
}
async function checked(entry, environment, find) {
	const { checkAlertRules } = await import("./shared-alerts.js");
	const rules = await checkAlertRules(await openEnvironment(entry, environment), find);
	const problems = rules.flatMap((one) => one.problems);
	return {
		exit: problems.length === 0 ? EXIT.done : exitFor(problems),
		text: rules.length === 0 ? `no alert starts anything in ${environment}` : rules.map(ruleText).join("\n"),
		json: jsonSchema.parse({
			environment,
			rules: rules.map(({ rule, problems: found }) => ({
				...rule,
				problems: found
			}))
		})
	};
}
/** One rule, and what is wrong with it. Pure. */
function ruleText({ rule, problems }) {
	const { name, match, runbook, inputs, cooldownMs, maxPerHour } = rule;
	const labels = Object.entries(match).map(([label, value]) => `${label}=${JSON.stringify(value)}`);
	const given = Object.entries(inputs).map(([input, from]) => typeof from === "string" ? ` ${input}=${JSON.stringify(from)}` : ` ${input}=<${from.label}>`);
	const often = `at most ${maxPerHour} an hour, the same again after ${formatDuration(cooldownMs)}`;
	return [`${name}: ${labels.join(" ")} → ${runbook}${given.join("")} (${often})`, ...problems.map((problem) => `  ${formatProblem(problem)}`)].join("\n");
}
function noToken() {
	return {
		code: "cli.usage",
		where: "command line",
		found: "no --token-file",
		expected: "a file with the token that Alertmanager shows",
		remedy: "make one with `openssl rand -base64 32`"
	};
}
function address(text) {
	const at = parseAddress(text);
	if (at === void 0) throw new InvalidArgumentError("an address such as 127.0.0.1:8485 or *:8485");
	return {
		host: at.host === "*" ? "0.0.0.0" : at.host,
		port: at.port
	};
}

// src/cli/commands/runbook.ts
/** `shiplock runbook …`: standard operating procedures that run. */
function addRunbook(registry) {
	const runbook = registry.program.command("runbook").summary("standard operating procedures that run").description("Standard operating procedures as programs: planned, run, gone on with after a crash, printed as a document. Those of this program, and those in the directory `runbooks` beside shiplock.yaml.");
	addList(runbook, registry);
	addShow(runbook, registry);
	addCarryOut(runbook, registry, "plan");
	addCarryOut(runbook, registry, "run");
	addRunbookResume(runbook, registry);
	addHistory(runbook, registry);
	addRunbookDocs(runbook, registry);
	addRunbookNew(runbook, registry);
	addRunbookTest(runbook, registry);
	addRunbookServe(runbook, registry);
}
function addList(runbook, { io, done }) {
	withCommonOptions(runbook.command("list")).summary("the runbooks there are").description("List the runbooks: name, severity, inputs and title.").addHelpText("after", "\nExamples:\n  $ shiplock runbook list\n  $ shiplock runbook list --json").action(async (options) => {
		const [{ listRunbooks }, { listText }] = await Promise.all([import("./shared-registry.js"), import("./shared-texts.js")]);
		const { found, broken } = await listRunbooks(await ownPlace(io, options));
		const words = broken.map(({ file, problems }) => ({
			file,
			found: problems[0]?.found ?? ""
		}));
		done({
			exit: EXIT.done,
			text: listText(found, words),
			json: jsonSchema.parse({
				runbooks: found.map(({ runbook: one, own }) => ({
					...definitionJson(one),
					own
				})),
				broken: words
			})
		});
	});
}
function addShow(runbook, { io, done }) {
	openToChat(withCommonOptions(runbook.command("show")), {
		kind: "looks",
		about: "environment",
		options: [],
		needs: ["environment"]
	}).summary("what a runbook does and asks").description("Print what a runbook is for, what it asks, and what must be so before it. With an environment: also its steps there, with the sample of its inputs.").argument("<name>", "the runbook").argument("[environment]", "print its steps for this environment").addHelpText("after", "\nExamples:\n  $ shiplock runbook show system-stop\n  $ shiplock runbook show system-stop production").action(async (name, environment, options) => {
		const [{ findRunbook }, { showText }] = await Promise.all([import("./shared-registry.js"), import("./shared-texts.js")]);
		const { runbook: one, own } = await findRunbook(name, await ownPlace(io, options));
		const text = showText(one);
		if (environment === void 0) {
			done({
				exit: EXIT.done,
				text,
				json: {
					...definitionJson(one),
					own
				}
			});
			return;
		}
		const { carryOut } = await import("./shared-carry-out.js");
		const plan = await carryOut(io, one, {
			environment,
			texts: one.sample
		}, {
			mode: "plan",
			yes: false,
			options,
			help: `shiplock runbook show ${name}`
		});
		done({
			exit: EXIT.done,
			text: `${text}\n\n${plan.text}`,
			json: {
				...definitionJson(one),
				own,
				plan: plan.json
			}
		});
	});
}
const VERBS = {
	plan: {
		summary: "what a runbook would do now",
		description: "Plan a runbook: look at the world, decide, and print the same effects that `run` would execute. Changes nothing.",
		example: "$ shiplock runbook plan system-stop production --reason \"power works\"\n  $ shiplock runbook plan system-restart production --input service=api --input \"reason=memory grows\" --json"
	},
	run: {
		summary: "carry a runbook out",
		description: "Carry a runbook out under the lease of the environment. Every step stands in the journal before and after it; after a crash or a gate it is gone on with by `runbook resume`. At a terminal it asks for inputs that are missing.",
		example: "$ shiplock runbook run system-status production\n  $ shiplock runbook run system-restart production --service api --reason \"memory grows\""
	}
};
function addCarryOut(runbook, { io, done }, verb) {
	const { summary, description, example } = VERBS[verb];
	const view = {
		about: "environment",
		needs: ["environment"]
	};
	const opened = runbook.command(verb);
	const command = withPersonOptions(withCommonOptions(verb === "run" ? openToChat(withChangeOption(opened), {
		...view,
		kind: "runs",
		options: ["input", "change"]
	}) : openToChat(opened, {
		...view,
		kind: "looks",
		options: ["input"]
	}))).summary(summary).description(`${description} Inputs are given as \`--NAME TEXT\`, or as \`--input NAME=TEXT\`.`).argument("<name>", "the runbook").argument("[environment]", "where").argument("[words...]", "the inputs as options, before or behind the environment").option("--input <name=text>", "an input; may be given several times", (one, all = []) => [...all, one]).allowUnknownOption().addHelpText("after", `\nExamples:\n  ${example}`);
	if (verb === "run") command.option("--yes", "yes, take away what cannot be brought back").option("--await-override", "begin without a change record: the run waits at the gate for an override").option("--quiet", "no progress, only the result");
	command.action(async (...[name, first, others, options]) => {
		const rest = first === void 0 ? [] : [first, ...others];
		const [{ findRunbook }, { carryOut }, { readWords }] = await Promise.all([
			import("./shared-registry.js"),
			import("./shared-carry-out.js"),
			import("./shared-words2.js")
		]);
		const { runbook: one } = await findRunbook(name, await ownPlace(io, options));
		const help = `shiplock runbook show ${name}`;
		done(await carryOut(io, one, readWords(one, rest, options.input ?? [], help), {
			mode: verb,
			yes: options.yes === true,
			options,
			help
		}));
	});
}
function addHistory(runbook, { io, done }) {
	withCommonOptions(runbook.command("history")).summary("who ran which runbook, when, and how it ended").description("List the runs of runbooks in the state directory, newest first. What only reads is not recorded.").argument("[name]", "only runs of this runbook").option("--environment <name>", "only runs in this environment").option("--most <number>", "at most this many", most, 20).addHelpText("after", "\nExamples:\n  $ shiplock runbook history\n  $ shiplock runbook history system-restart --environment production --json").action(async (name, options) => {
		const { historyOf, historyText } = await import("./shared-runbook2.js");
		const { store } = await openService(await door(io, options, false));
		const only = {
			runbook: name,
			environment: options.environment
		};
		const rows = historyOf(await listRuns(store), only).slice(0, options.most);
		done({
			exit: EXIT.done,
			text: historyText(rows),
			json: jsonSchema.parse({ runs: rows })
		});
	});
}
function most(text) {
	const count = /^\d{1,6}$/.test(text) ? Number(text) : 0;
	if (count > 0) return count;
	throw new ProblemError({
		code: "cli.usage",
		where: "--most",
		found: JSON.stringify(text),
		expected: "a whole number from 1",
		remedy: "write for instance --most 20"
	});
}
function definitionJson({ id, title, summary, when, severity, requirements, inputs }) {
	return {
		name: id,
		title,
		summary,
		when,
		severity,
		requirements: [...requirements],
		inputs: inputs.map(({ name, kind, question, required, usual, options }) => ({
			name,
			kind,
			question,
			required,
			usual: usual ?? null,
			options: [...options]
		}))
	};
}

// src/cli/commands/sbom.ts
function addSbom({ program, io, done }) {
	withCommonOptions(program.command("sbom")).summary("show what a release is made of").description("Show the bill of materials of a release: its artefacts, the Go modules and npm packages in them, and their files. It was written when the release was built, and is checked against the digest in release.json.").argument("<environment>", "environment that the release is in").argument("[version]", "the release (default: what serves)").addOption(new Option("--format <format>", "CycloneDX 1.6 or SPDX 2.3, both JSON").choices(["cyclonedx", "spdx"]).default("cyclonedx")).option("--output <file>", "write into this file, a file of that name is replaced (default: standard output)").addHelpText("after", "\nExamples:\n  $ shiplock sbom production --output sbom.cdx.json\n  $ shiplock sbom production 2.4.1 --format spdx").action(async (environment, version, options) => {
		const service = await openEnvironment(await door(io, options, false), environment);
		const { version: found, digest, text } = await releaseSbom(service, version, options.format);
		const { output } = options;
		const json = {
			version: found,
			digest,
			format: options.format,
			...output === void 0 ? { text } : { output }
		};
		if (output === void 0) {
			done({
				exit: EXIT.done,
				text: text.trimEnd(),
				json
			});
			return;
		}
		await writeOutput(io, output, text, "--output");
		done({
			exit: EXIT.done,
			text: `bill of materials of ${found}: ${output}`,
			json
		});
	});
}

// src/cli/commands/scan-install.ts
function addScanInstall({ program, io, done }) {
	(program.commands.find((command) => command.name() === "scan") ?? program).command("install").summary("fetch scanners that are missing, at pinned versions and digests").description("Fetch the scanners that the configuration uses and that are not on PATH, each exactly as this version of Shiplock pins it: programs in Go are built, wheels and npm packages are fetched. One that is something else than what was pinned is not put there.").option("--into <directory>", "where they are put (default: $XDG_CACHE_HOME/shiplock/scanners, else ~/.cache/…)").option("--only <names>", "these scanners, with commas between them, whether they are used or not").option("--config <file>", "the configuration (default: shiplock.yaml here or in a directory above)").option("--dry-run", "only say what would be fetched").option("--json", "machine-readable output").addHelpText("after", "\nEnds with 1 when one could not be fetched.\n\nExamples:\n  $ shiplock scan install\n  $ shiplock scan install --only eslint,semgrep --into /opt/scanners\n  $ export PATH=\"$PATH:$HOME/.cache/shiplock/scanners\"").action(async (options) => {
		const { fetchScanners } = await import("./shared-scan-fetch.js");
		done(await fetchScanners(io, options));
	});
}

// src/cli/commands/scan-trend.ts
/** How many days are shown when nobody says. */
const DAYS = 14;
function addScanTrend({ program, io, done }) {
	const parent = program.commands.find((command) => command.name() === "scan") ?? program;
	withCommonOptions(parent.command("trend")).summary("say which findings came and went, day by day").description("Say how many findings were open at the end of each day, and how many came and went since the day before, by the scans that were kept with `shiplock scan --record`. Scans in which a scanner was missing are left out: what they did not find need not be mended.").option("--days <count>", `how many days with a scan (default: ${DAYS})`, count, DAYS).addHelpText("after", "\nExamples:\n  $ shiplock scan trend\n  $ shiplock scan trend --days 90 --json").action(async (options) => {
		done(await showTrend(io, options));
	});
}
function count(text) {
	const number = Number(text);
	if (!Number.isInteger(number) || number < 1) throw new InvalidArgumentError("expected a number of days, 1 or more");
	return number;
}
async function showTrend(io, options) {
	const { openService } = await import("./shared-release3.js");
	const { COUNTED_SEVERITIES, readTrend, trendDays, trendFile } = await import("./shared-scan2.js");
	const { door } = await import("./shared-session4.js");
	const { store } = await openService(await door(io, options, false));
	const { entries, torn } = await readTrend(trendFile(store));
	const days = trendDays(entries).slice(-options.days);
	const json = jsonSchema.parse({
		days,
		scans: entries.length,
		torn
	});
	if (days.length === 0) return {
		exit: EXIT.done,
		json,
		text: "no whole scan is kept: `shiplock scan --record` keeps them"
	};
	const paint = painter(io);
	const total = (counts) => COUNTED_SEVERITIES.reduce((sum, severity) => sum + (counts[severity] ?? 0), 0);
	const head = `${"day".padEnd(10)} ${COUNTED_SEVERITIES.map((one) => one.padStart(8)).join(" ")} ${"new".padStart(6)} ${"gone".padStart(6)} ${"waived".padStart(6)}`;
	const rows = days.map(({ day, open, appeared, gone, waived }) => {
		const change = [appeared, gone].map((counts) => (counts === null ? "-" : String(total(counts))).padStart(6)).join(" ");
		return `${day} ${COUNTED_SEVERITIES.map((severity) => String(open[severity]).padStart(8)).join(" ")} ${change} ${String(waived).padStart(6)}`;
	});
	const line = knowsUnicode(io.env) ? [`open ${sparkline(days.map(({ open }) => total(open)))}`] : [];
	const cut = torn === 0 ? [] : [`${torn} lines were cut by a crash and are left out`];
	return {
		exit: EXIT.done,
		json,
		text: [
			paint("bold", head),
			...rows,
			...line,
			...cut
		].join("\n")
	};
}
const BARS = "▁▂▃▄▅▆▇█";
/** Counts as bars from nothing to the greatest of them. Pure. */
function sparkline(counts) {
	const most = Math.max(1, ...counts);
	return counts.map((one) => BARS[Math.round(one / most * 7)] ?? "").join("");
}

// src/cli/commands/scan.ts
function addScan(registry) {
	const { program, io, done } = registry;
	program.command("scan").enablePositionalOptions().summary("look for security problems with well-known scanners").description("Look for security problems: secrets in files and commits, vulnerable packages, licences, faults in code, workflows, scripts, container files and manifests. Well-known scanners do the work, beside each other, on a copy of the files and without secrets in reach; what several of them say becomes one finding. Checks of our own look at lock files, install scripts, pins, and names and ages of packages. A scanner that cannot do its work makes the scan fail: nobody knows then.").addArgument(new Argument("[directory]", "what is scanned (default: the repository of shiplock.yaml)")).option("--base <commit>", "only what is new since this commit or branch fails").option("--only <scanners>", "only these, by their names with commas", names).addOption(new Option("--format <form>", "text, json, SARIF 2.1.0, a page, or what is said of vulnerabilities as VEX").choices([...[
		"text",
		"json",
		"sarif",
		"html",
		"openvex",
		"cyclonedx"
	]])).option("--sarif <file>", "findings of another scanner (SARIF 2.1.0), beside those of `scan.sarif`; can be repeated", collect, []).option("--record", "keep what is open, for `shiplock scan trend`").option("--state <dir>", "the state directory (default: .shiplock/state beside the configuration)").option("--list", "say which scanners there are, and where each is found").option("--config <file>", "the configuration (default: shiplock.yaml here or in a directory above)").option("--json", "the same as --format json").addHelpText("after", "\nEnds with 1 when something fails, or when a scanner could not do its work.\n\nExamples:\n  $ shiplock scan\n  $ shiplock scan --base origin/main\n  $ shiplock scan --only gitleaks,govulncheck --json\n  $ shiplock scan --format sarif > scan.sarif\n  $ shiplock scan --sarif codeql.sarif --format html > scan.html\n  $ shiplock scan --record && shiplock scan trend").action(async (directory, options) => {
		const { listScanners, scanDirectory } = await import("./shared-scan-run2.js");
		done(options.list === true ? await listScanners(io) : await scanDirectory(io, directory, options));
	});
	addScanFor(registry);
	addScanInstall(registry);
	addScanTrend(registry);
}
function addScanFor({ program, io, done }) {
	const parent = program.commands.find((command) => command.name() === "scan") ?? program;
	openToChat(withCommonOptions(parent.command("for")), {
		as: "scan",
		kind: "plans",
		about: "environment",
		options: ["commit"]
	}).summary("scan the commit as a release to an environment needs it, and keep the result").description("Scan exactly the commit that is checked out, by the scanners, limits and waivers of the protected branch, and keep the result: a release of this commit takes it while it is fresh. What is new since the version that serves is told first.").argument("<environment>", "whose policy counts").option("--commit <digits>", "first digits of the commit that is meant (12 or more)", commitDigits).option("--quiet", "no progress, only the result").addHelpText("after", "\nEnds with 5 when a release would be refused: something counts, or a scanner could not do its work.\n\nExamples:\n  $ shiplock scan for production\n  $ shiplock scan for production --json").action(async (environment, options) => {
		const { scanForEnvironment } = await import("./shared-scan-for.js");
		done(await scanForEnvironment(io, environment, options));
	});
}
function names(text) {
	const list = text.split(",").map((name) => name.trim());
	if (list.some((name) => name === "")) throw new InvalidArgumentError("expected names with commas between them");
	return list;
}
function collect(text, before) {
	return [...before, text];
}

// src/cli/commands/stats.ts
function addStats({ program, io, done }) {
	withCommonOptions(program.command("stats")).summary("how often, how fast and how safely was released").description("Delivery counts from the journals: deployments, lead time, change failure rate, time to restore. docs/delivery-counts.md defines each. Only reads.").argument("[environment]", "where (default: each environment by itself)").option("--since <time>", "a duration back from now, a date, or a time with its zone", "30d").option("--until <time>", "the same; this moment itself does not count (default: now)").option("--service <name>", "only this service").addHelpText("after", "\nExamples:\n  $ shiplock stats production\n  $ shiplock stats production --since 2026-10-01 --until 2026-11-01\n  $ shiplock stats --since 90d --json").action(async (environment, options) => {
		const { store, clock } = await openService(await door(io, options, false));
		const now = clock.now();
		const since = moment(options.since, now, "--since");
		const until = options.until === void 0 ? now : moment(options.until, now, "--until");
		if (since >= until) throw new ProblemError(emptyWindow(since, until));
		const stats = await deliveryStats(store, {
			environment,
			service: options.service,
			since,
			until
		});
		done({
			exit: EXIT.done,
			text: statsText(stats),
			json: jsonSchema.parse(stats)
		});
	});
}
/** `30d` back from now, `2026-11-01` (midnight UTC), or `2026-11-01T08:00:00+01:00`. */
function moment(text, now, option) {
	const back = parseDuration(text);
	if (back !== void 0) return now - back;
	const known = union([date(), datetime({ offset: true })]).safeParse(text);
	if (known.success) return Date.parse(known.data);
	throw new ProblemError({
		code: "cli.usage",
		where: option,
		found: text,
		expected: "a duration such as 30d, a date such as 2026-11-01, or a time such as 2026-11-01T08:00:00Z",
		remedy: `write for instance ${option} 30d`
	});
}
function emptyWindow(since, until) {
	return {
		code: "cli.usage",
		where: "--since and --until",
		found: `${new Date(since).toISOString()} to ${new Date(until).toISOString()}`,
		expected: "a beginning before the end",
		remedy: "exchange them, or leave --until out"
	};
}
function statsText(stats) {
	const lines = [`From ${stats.since} to ${stats.until}`];
	if (stats.counts.length === 0) lines.push("", "no journal of a release: nothing is known");
	for (const counts of stats.counts) lines.push("", ...countsText(counts));
	for (const { run, why } of stats.damaged) lines.push("", `damaged, counted as far as it goes: ${run}: ${why}`);
	return lines.join("\n");
}
function countsText(counts) {
	const { deployments, leadTime, changes, timeToRestore, runs, journalsBegin, underWay } = counts;
	const { perWeek } = deployments;
	const special = [
		part(deployments.first, "the first release"),
		part(deployments.configuration, "configuration only"),
		part(deployments.hotfix, "hotfix")
	].flat();
	const causes = [
		part(changes.takenBackEarly, "taken back before full traffic"),
		part(changes.takenBackLate, "taken back after it"),
		part(changes.wentBackFrom, "gone back from by a rollback"),
		part(changes.mended, "mended by a hotfix")
	].flat();
	return [
		`${counts.service} in ${counts.environment}${journalsBegin === null ? "" : ` (journals since ${journalsBegin})`}`,
		`  deployments         ${deployments.n}${brackets(special)}, per week: ${perWeek.kind === "known" ? round(perWeek.value) : `not known: ${perWeek.why}`}`,
		`  lead time           ${spread(leadTime)}${unknown(leadTime)}`,
		`  change failure rate ${changes.failureRate.kind === "known" ? `${round(changes.failureRate.value * 100)} %: ${changes.failed} of ${changes.n} changes` : `not known: ${changes.failureRate.why}`}${brackets(causes)}`,
		`  time to restore     ${spread(timeToRestore)}${timeToRestore.notRestored === 0 ? "" : `; ${timeToRestore.notRestored} not restored`}`,
		`  runs that ended     releases: ${outcomesText(runs.release)}; rollbacks: ${outcomesText(runs.rollback)}`,
		...underWay.map(({ run, kind, version, state }) => `  under way           ${kind} ${version}, ${state} (${run})`)
	];
}
function spread(of) {
	if (of.kind === "unknown") return `not known: ${of.why}`;
	return `median ${rough(of.medianMs)}, 90 % within ${rough(of.p90Ms)} (n = ${of.n})`;
}
function unknown({ withoutCommitTime, commitFromFuture }) {
	const words = [part(withoutCommitTime, "without a recorded commit time"), part(commitFromFuture, "with a commit from the future")].flat();
	return words.length === 0 ? "" : `; ${words.join(", ")}`;
}
function part(n, what) {
	return n === 0 ? [] : [`${n} ${what}`];
}
function brackets(parts) {
	return parts.length === 0 ? "" : ` (${parts.join(", ")})`;
}
function outcomesText(outcomes) {
	const parts = Object.entries(outcomes).map(([outcome, n]) => `${n} ${outcome}`);
	return parts.length === 0 ? "none" : parts.join(", ");
}
function round(value) {
	return String(Math.round(value * 10) / 10);
}
/** The two greatest units: nobody wants the milliseconds of a lead time of days. */
function rough(ms) {
	const [first = "", second = ""] = formatDuration(ms).match(/\d+[a-z]+/g) ?? [];
	return `${first}${second}`;
}

// src/cli/commands/status.ts
function addStatus({ program, io, done }) {
	openToChat(withCommonOptions(program.command("status")), {
		kind: "looks",
		about: "environment",
		options: []
	}).summary("what is live, what changed, what may be done").description("Say what is live, what changed in the last 24 hours, and what may be done now. Only looks.").argument("<environment>", "where").addHelpText("after", "\nExamples:\n  $ shiplock status production\n  $ shiplock status production --json | jq .routes").action(async (environment, options) => {
		const seen = await status(await openEnvironment(await door(io, options, false), environment));
		done({
			exit: EXIT.done,
			text: statusText(seen, io),
			json: jsonSchema.parse(seen)
		});
	});
}
function statusText(seen, io) {
	const paint = painter(io);
	const percent = (share) => `${Math.round(share * 1e3) / 10} %`;
	const lines = [paint("bold", `${seen.service} in ${seen.environment}`)];
	if (seen.routes === null) lines.push(paint("yellow", `  the proxy does not answer: ${seen.routesProblem ?? "unknown"}`));
	else if (seen.routes.length === 0) lines.push("  nothing is routed");
	for (const route of seen.routes ?? []) {
		const lease = route.hold === "leased" ? " (on trial: its share ends when nobody watches)" : "";
		const set = Math.abs(route.share - route.configured) > .001 ? `, set to ${percent(route.configured)}` : "";
		lines.push(`  ${paint("green", route.version)} gets ${percent(route.share)}${set}, ${route.up} up${lease}`);
	}
	for (const { name, address, problem } of seen.hosts) if (problem !== null) lines.push(paint("yellow", `  the host ${name} (${address}) does not answer: ${problem}`));
	const shares = new Map((seen.routes ?? []).map((route) => [route.version, route.configured]));
	for (const one of seen.instances.filter(({ state, version }) => state === "ready" && shares.get(version) === 0)) lines.push(`  ${one.instance} listens at ${one.address} and gets no requests`);
	for (const one of seen.instances.filter((instance) => instance.state !== "ready")) lines.push(paint("yellow", `  ${one.instance} is ${one.state}, ${one.restarts} restarts ${one.detail}`));
	if (seen.schema !== null) lines.push(`  database schema: ${seen.schema}`);
	if (seen.gitAgrees !== null) lines.push(seen.gitAgrees ? `  git names ${seen.git}: it agrees` : paint("yellow", `  git names ${seen.git ?? "nothing"}: git is not true`));
	lines.push(`  gates: ${seen.persons}`);
	if (seen.lock !== null) lines.push(paint("yellow", `  locked by ${seen.lock.by} since ${seen.lock.time}: ${seen.lock.reason}`));
	if (seen.maintenance !== null) {
		const { who, reason, until } = seen.maintenance;
		const end = until === null ? "" : `, until ${until}`;
		lines.push(paint("yellow", `  maintenance, begun by ${who}${end}: ${reason}; users see a page, no release begins`));
	}
	const { holder } = seen;
	if (holder !== null && seen.unfinished.every((run) => run.run !== holder.run)) lines.push(paint("yellow", `  held by run ${holder.run} of ${holder.who} on ${holder.host}`));
	const pending = seen.pending ?? [];
	if (pending.length > 0) {
		const records = pending.reduce((sum, one) => sum + one.records, 0);
		const runs = pending.map((one) => one.run).join(", ");
		lines.push(paint("yellow", `  git is not yet true: ${records} records are pending (${runs}); shiplock journal import`));
	}
	lines.push("", paint("bold", "Last 24 hours"));
	if (seen.changes.length === 0) lines.push("  no change");
	for (const change of seen.changes) lines.push(`  ${change.time}  ${change.version} ${change.outcome} by ${change.who}: ${change.why}`);
	for (const run of seen.unfinished) {
		lines.push(paint("yellow", `  unfinished: ${run.run} ${run.title} (${run.held === null ? run.state : "paused"})`));
		if (run.held !== null) lines.push(paint("yellow", `    paused by ${run.held.by} since ${run.held.since}: ${run.held.why}`));
		for (const { kind, by, why } of run.orders) lines.push(`    ordered, not taken up yet: ${kind} by ${by}: ${why}`);
	}
	for (const told of seen.announcements ?? []) {
		const what = `${told.alert} of ${told.run}`;
		if (told.via !== null) lines.push(`  told ${told.via} at ${told.at ?? "?"}: ${what}`);
		if (told.problem !== null) lines.push(paint("yellow", `  ${told.via === null ? "nobody knows of" : "not told everywhere:"} ${what}: ${told.problem}`));
	}
	lines.push("", paint("bold", "Now"));
	for (const { command, why } of seen.next) lines.push(`  ${paint("cyan", command)}  ${paint("dim", why)}`);
	for (const problem of seen.problems) lines.push(paint("yellow", `  ${problem.where}: ${problem.found}`));
	return lines.join("\n");
}

// src/cli/commands/upgrade.ts
function addUpgrade({ program, io, done }) {
	program.command("upgrade").summary("bring the workflows that call ours to another version").description("Bring the workflows of this repository that call those of Shiplock to another tag or commit. Those that `init` wrote and nobody changed are written as this version writes them; in all others only the pins move, and they are checked against this version: what does not fit is refused, and nothing is written.").argument("[directory]", "the service (default: here)").requiredOption("--workflows <owner/name@tag>", "the repository that they call, and the tag or commit to go to").option("--dry-run", "show the difference, and write nothing").option("--json", "print one JSON document instead of text").addHelpText("after", "\nRun it with the version that you go to.\n\nExamples:\n  $ shiplock upgrade --workflows acme/shiplock@v0.2.0 --dry-run\n  $ shiplock upgrade --workflows acme/shiplock@v0.2.0").action(async (directory, options) => {
		const file = await findConfig(resolve(io.cwd, directory ?? "."));
		const where = dirname(file);
		const dry = options.dryRun === true;
		const finished = dry ? [] : await finishBegun(where);
		for (const path of finished) io.err(`finished what an earlier \`shiplock init\` or \`upgrade\` had begun: ${path}\n`);
		const pin = await findPin(options.workflows, serverOf(io), createExec());
		const { files, absent } = await planUpgrade(where, unwrap(await readConfig(file)), pin);
		const changes = files.filter(({ state }) => state !== "same");
		if (!dry) await writeAll(where, changes);
		const end = dry ? "nothing was written" : changes.length === 0 ? "nothing to do" : "written";
		const at = `${pin.repository} at ${pin.version ?? pin.commit}, checked against shiplock ${packageVersion()}`;
		done({
			exit: EXIT.done,
			text: [
				...dry ? [filesText(where, files)] : files.map((one) => `${relative(where, one.path)}: ${HOW[one.how]}`),
				...absent.map((path) => `${relative(where, path)}: not there; shiplock init --workflows would write it`),
				`${at}; ${end}`
			].join("\n"),
			json: {
				directory: where,
				pin: { ...pin },
				files: files.map(({ path, how, before, after }) => ({
					path,
					how,
					before,
					after
				})),
				absent: [...absent],
				result: end
			}
		});
	});
}
const HOW = {
	same: "as it was",
	written: "written anew; nobody had changed it",
	moved: "only its pins moved; the rest is yours"
};

// src/cli/commands/validate.ts
function addValidate({ program, io, done }) {
	withCommonOptions(program.command("validate")).summary("check shiplock.yaml").description("Check shiplock.yaml: every problem with its line, what was found, what is expected, and how to mend it. Pages of known errors beside it (docs/known-errors) are checked too. Reads files only.").argument("[environment]", "only this environment (default: all that are not abstract)").addHelpText("after", "\nExamples:\n  $ shiplock validate\n  $ shiplock validate production --config deploy/shiplock.yaml").action(async (environment, options) => {
		const { config, configFile, baseDir } = await openService(await door(io, options, false));
		const names = environment === void 0 ? environmentNames(config) : [environment];
		for (const name of names) unwrap(resolveEnvironment(config, name, { baseDir }));
		const { errors, problems } = pagesOf(await pagesIn(baseDir));
		if (problems.length > 0) throw new ProblemError(problems);
		const known = errors.length === 0 ? "" : `; ${errors.length} known error${errors.length === 1 ? "" : "s"}`;
		done({
			exit: EXIT.done,
			text: `${configFile}: valid (${names.join(", ")})${known}`,
			json: {
				file: configFile,
				valid: true,
				environments: [...names],
				knownErrors: errors.length
			}
		});
	});
}
/** Pages as they lie in the working tree. */
async function pagesIn(baseDir) {
	const pages = (await readdir(join(baseDir, KNOWN_ERRORS)).catch((error) => {
		if (isMissing(error)) return [];
		throw error;
	})).filter(isPage).toSorted();
	return Promise.all(pages.map(async (name) => [`${KNOWN_ERRORS}/${name}`, await readFile(join(baseDir, KNOWN_ERRORS, name), "utf8")]));
}

// src/cli/commands/verify.ts
function addVerify({ program, io, done }) {
	withCommonOptions(program.command("verify")).summary("is a release what a trusted key has vouched for?").description("Compare a release with its attestation, as every release does before it changes anything: the bytes of its artefacts, release.json, signature, signer, builder, commit, service and version. Only looks. With --key the policy is not asked; with --files no configuration and no state is needed.").argument("[environment]", "environment that has a record of it").argument("[version]", "which release (default: what serves there by its record)").option("--key <file>", "a public key in PEM to trust instead of those of the policy; can be given again", (file, all) => [...all, file], []).option("--files <dir>", "release.json, provenance.json and artefacts by their name, in this directory").addHelpText("after", "\nExamples:\n  $ shiplock verify production\n  $ shiplock verify production 2.4.1 --json\n  $ shiplock verify --files dist --key release-key.pub").action(async (environment, version, options) => {
		if (environment === void 0 === (options.files === void 0)) throw new ProblemError(oneOfTwo());
		if (options.files !== void 0 && options.key.length === 0) throw new ProblemError(keyNeeded());
		const keys = await Promise.all(options.key.map((file) => keyIn(io, file)));
		const { verifyFiles, verifyRelease } = await import("./shared-verify2.js");
		if (environment === void 0) {
			done(resultOf(await verifyFiles(resolve(io.cwd, options.files ?? "."), keys, systemClock)));
			return;
		}
		done(resultOf(await verifyRelease(await openEnvironment(await door(io, options, false), environment), version, keys)));
	});
}
async function keyIn(io, file) {
	return {
		name: file,
		pem: await readFile(resolve(io.cwd, file), "utf8").catch((error) => {
			throw new ProblemError({
				code: "cli.unreadable-file",
				where: `--key ${file}`,
				found: error instanceof Error ? error.message : String(error),
				expected: "a public key in PEM",
				remedy: "name a file that can be read"
			});
		})
	};
}
function resultOf(verified) {
	const { service, version, commit, compared, absent, attested, problems } = verified;
	const good = problems.length === 0 && attested !== null;
	const lines = [
		good ? `${service} ${version} is what ${attested.signer} has vouched for.` : `${service} ${version} is not what a trusted key has vouched for.`,
		...attested === null ? [] : [`signed by ${attested.signer} (key ${attested.keyId})`, `built by ${attested.builder} until ${attested.finishedOn}: ${attested.invocation}`],
		`commit ${commit}`,
		`bytes compared: ${compared.join(", ") || "none"}${absent.length === 0 ? "" : `; not here: ${absent.join(", ")}`}`,
		...problems.map(formatProblem)
	];
	return {
		exit: good ? EXIT.done : EXIT.refused,
		text: lines.join("\n"),
		json: jsonSchema.parse(verified)
	};
}
function oneOfTwo() {
	return {
		code: "cli.usage",
		where: "shiplock verify",
		found: "both an environment and --files, or neither",
		expected: "one of the two",
		remedy: "name the environment that has a record of the release, or the directory of its files"
	};
}
function keyNeeded() {
	return {
		code: "cli.usage",
		where: "--key",
		found: "no key",
		expected: "the public key to trust: files alone say nothing of whom to believe",
		remedy: "give it with --key FILE"
	};
}

// src/cli/commands/what-if-text.ts
function totalsOf(releases) {
	const endings = (of) => {
		const count = (ending) => releases.filter((release) => of(release) === ending).length;
		return {
			passed: count("passed"),
			"rolled-back": count("rolled-back"),
			undecided: count("undecided")
		};
	};
	const passes = releases.flatMap(({ steps }) => steps).flatMap(({ recorded, again }) => {
		const [before, now] = [passOf(recorded), passOf(again)];
		return before === void 0 || now === void 0 ? [] : [{
			before: before.afterSeconds,
			now: now.afterSeconds
		}];
	});
	return {
		releases: releases.length,
		same: releases.filter(({ same }) => same).length,
		recorded: endings(({ recorded }) => recorded),
		again: endings(({ again }) => again),
		secondsToPass: {
			steps: passes.length,
			recorded: passes.reduce((sum, { before }) => sum + before, 0),
			again: passes.reduce((sum, { now }) => sum + now, 0)
		}
	};
}
function passOf(decisions) {
	return decisions.find(({ answer }) => answer === "pass");
}
function whatIfText(releases, nothing, totals) {
	const lines = releases.flatMap((release) => [`${release.run}  ${release.environment} ${release.version}: ${endings(release)}`, ...release.steps.map((step) => `  ${stepText(step)}`)]);
	for (const { run, why } of nothing) lines.push(`${run}  not judged: ${clean(why)}`);
	if (lines.length > 0) lines.push("");
	return [...lines, ...totalsText(totals)].join("\n");
}
function endings({ recorded, again }) {
	return recorded === again ? `${recorded}, as recorded` : `${again} instead of ${recorded}`;
}
function stepText({ share, recorded, again, requestsNeeded }) {
	const [before, now] = [decided(recorded), decided(again)];
	const percent = `${Math.round(share * 1e3) / 10} %`;
	if (before === now) return `${percent}: ${before}`;
	return `${percent}: ${now}${again.some(({ answer }) => answer !== "ask") || requestsNeeded === null ? "" : `, about ${requestsNeeded} more canary requests needed if there is no difference`} (recorded: ${before})`;
}
/** All answers of a step, in order. */
function decided(decisions) {
	if (decisions.length === 0) return "undecided at the last look";
	return decisions.map((one) => `${ANSWER[one.answer]} after ${seconds(one.afterSeconds)}: ${clean(one.text)}`).join("; then ");
}
const ANSWER = {
	pass: "passed",
	fail: "failed",
	ask: "asked a person"
};
function seconds(time) {
	return `${Math.round(time * 10) / 10} s`;
}
function totalsText({ releases, same, recorded, again, secondsToPass }) {
	if (releases === 0) return ["no release with counts in its journal"];
	const change = (ending) => `${ending} ${recorded[ending]} → ${again[ending]}`;
	return [`${releases} ${releases === 1 ? "release" : "releases"}: ${same} with the same verdicts; ${change("passed")}, ${change("rolled-back")}, ${change("undecided")}`, ...secondsToPass.steps === 0 ? [] : [`steps that passed both times: ${secondsToPass.steps}, after ${seconds(secondsToPass.recorded)} → ${seconds(secondsToPass.again)} in all`]];
}
function streamsText(streams) {
	const at = (t) => t === null ? "" : ` at t=${t}`;
	const lines = streams.map(({ input, recorded, again, same }) => {
		return `${input}: ${`${again.verdict}${at(again.at)}`}${same ? ", as under the default policy" : ` (default policy: ${recorded.verdict}${at(recorded.at)})`}`;
	});
	const same = streams.filter((one) => one.same).length;
	return [...lines, `${streams.length} ${streams.length === 1 ? "stream" : "streams"}: ${same} with the same verdict`].join("\n");
}

// src/cli/commands/what-if.ts
/** Releases that are looked at when nobody says how many. */
const USUAL = 20;
function countArgument(text) {
	if (!/^[1-9]\d{0,5}$/.test(text)) throw new InvalidArgumentError("It must be a whole number from 1 to 999999.");
	return Number(text);
}
function addWhatIf({ program, io, done }) {
	const command = withCommonOptions(program.command("what-if")).summary("judge past releases under another policy").description("Judge past releases again, offline, from the counts in their journals, under another policy. What is not given stays as the release had it; with nothing given, the verdicts must be the same. Changes nothing.").argument("[run...]", `the runs (default: the newest ${USUAL} releases)`).option("--last <n>", "the newest n releases", countArgument).option("--input <file...>", "streams of counts as for `analyse` instead of releases; compared with the defaults").option("--policy <file>", "settings as under `analysis` in shiplock.yaml; options have precedence");
	withPolicyOptions(command).addHelpText("after", `
Examples:
  $ shiplock what-if --alpha 0.001
  $ shiplock what-if 20261121-071500-3f2a --margin 1.5 --json
  $ shiplock what-if --last 50 --policy stricter.yaml
  $ shiplock what-if --input monday.csv tuesday.csv --mode sharp`).action(async (runs, options) => {
		const settings = await settingsOf(io, options);
		if (options.input === void 0) done(await judgeReleases(io, options, runs, settings));
		else if (runs.length > 0 || options.last !== void 0) throw twoSources(runs.length > 0 ? "a run" : "--last");
		else done(await judgeStreams(io, options.input, settings));
	});
}
function twoSources(other) {
	return new ProblemError({
		code: "cli.usage",
		where: "command line",
		found: `--input and ${other}`,
		expected: "either files of counts, or releases",
		remedy: "leave one of them out"
	});
}
/** What is to be changed: the file's settings, and the options over them. Each is checked under the name it has for the user. */
async function settingsOf(io, options) {
	const inFile = options.policy === void 0 ? {} : await readPolicy(io, options.policy);
	const given = policyOf(options);
	makePolicy(given, "arguments");
	return {
		...inFile,
		...given
	};
}
async function readPolicy(io, file) {
	let content;
	try {
		content = (0, import_dist.parse)(await readFile(resolve(io.cwd, file), "utf8"));
	} catch (error) {
		throw unreadable(file, error instanceof Error ? error.message.split("\n")[0] ?? "" : String(error));
	}
	const settings = policySettings(content ?? {});
	if (typeof settings !== "object" || settings === null || Array.isArray(settings)) throw unreadable(file, "something else than settings by name");
	makePolicy(settings, file);
	return settings;
}
function unreadable(file, found) {
	return new ProblemError({
		code: "cli.unreadable-policy",
		where: file,
		found,
		expected: "settings by name, in YAML or JSON, as under `rollout.analysis` in shiplock.yaml",
		remedy: "write for instance `alpha: 0.1%`, one setting a line"
	});
}
async function judgeReleases(io, options, wanted, settings) {
	const entry = await door(io, options, false);
	const { store } = await openService(entry);
	const runs = wanted.length === 0 ? await newest(store, options.last ?? USUAL) : await named(store, wanted);
	const seen = [];
	for (const { run, environment } of runs) try {
		const { target } = await openEnvironment(entry, environment);
		seen.push(await whatIf(target, run, settings));
	} catch (error) {
		if (!(error instanceof ProblemError)) throw error;
		seen.push({
			kind: "nothing",
			run,
			why: error.problems.map(({ found }) => found).join("; ")
		});
	}
	const releases = seen.flatMap((one) => one.kind === "judged" ? [one.release] : []);
	const nothing = seen.flatMap((one) => one.kind === "nothing" ? [{
		run: one.run,
		why: one.why
	}] : []);
	const totals = totalsOf(releases);
	return {
		exit: EXIT.done,
		text: whatIfText(releases, nothing, totals),
		json: jsonSchema.parse({
			settings,
			releases,
			nothing,
			totals
		})
	};
}
/** Newest last, as in every list of runs. */
async function newest(store, count) {
	return (await listRuns(store)).filter(({ procedure }) => procedure === "release").slice(-count);
}
async function named(store, wanted) {
	const runs = [];
	for (const run of new Set(wanted)) runs.push(await findRun(store, run));
	return runs;
}
async function judgeStreams(io, files, settings) {
	const policy = makePolicy(settings);
	const streams = [];
	for (const input of files) {
		const chunks = input === "-" ? await collected(countChunks(io, input)) : void 0;
		const judge = async (changed) => analyseCsv(chunks ?? countChunks(io, input), {
			source: countSource(input),
			...changed ? { policy } : {}
		});
		const [before, again] = [await judge(false), await judge(true)];
		streams.push({
			input,
			recorded: {
				verdict: before.verdict,
				at: before.at
			},
			again: {
				verdict: again.verdict,
				at: again.at,
				requestsNeeded: again.requestsNeeded
			},
			same: before.verdict === again.verdict && before.at === again.at
		});
	}
	return {
		exit: EXIT.done,
		text: streamsText(streams),
		json: jsonSchema.parse({
			settings,
			streams,
			totals: {
				streams: streams.length,
				same: streams.filter((one) => one.same).length
			}
		})
	};
}
async function collected(chunks) {
	const all = [];
	for await (const chunk of chunks) all.push(chunk);
	return all;
}

// src/cli/commands/why.ts
function addWhy({ program, io, done }) {
	openToChat(withCommonOptions(program.command("why")), {
		kind: "looks",
		about: "run",
		options: [],
		needs: ["run"]
	}).summary("why a run ended, or stands, as it does").description("Say why a run ended, or stands, as it does: what failed, what was found, and what to do about it, from its journal alone. Errors that are known are named with their cause. With --log the same for what any program wrote.").argument("[run]", "the run, or its environment for the newest one there").option("--log <file>", "look through this file instead, `-` for standard input").addHelpText("after", "\nExamples:\n  $ shiplock why production\n  $ shiplock why 20261121-071500-3f2a --json\n  $ go build ./... 2>&1 | shiplock why --log -").action(async (wanted, options) => {
		if (wanted === void 0 === (options.log === void 0)) throw new ProblemError(runOrLog());
		done(options.log === void 0 ? await whyRun(io, wanted ?? "", options) : await whyLog(io, options.log, options));
	});
}
async function whyRun(io, wanted, options) {
	const service = await openService(await door(io, options, false));
	const { run } = await findAnyRun(service, wanted);
	const own = await ownErrorsOf(service, run);
	const why = whyOf(await readReport(service.store, run, own.errors), await explainScan(service, run), own.problems);
	return {
		exit: EXIT.done,
		text: whyText(why),
		json: jsonSchema.parse(why)
	};
}
/** Pure. */
function whyOf({ head, story, known }, scan, unread) {
	const steps = story?.steps ?? [];
	const failed = steps.filter(({ state, problems }) => (state === "failed" || state === "refused") && problems.length > 0).map(({ path, attempts, problems }) => ({
		step: path,
		attempts,
		problems
	}));
	const told = failed.flatMap(({ problems }) => problems.map(formatProblem));
	return {
		run: head.run,
		status: head.status,
		sentence: head.sentence,
		failed,
		restore: steps.flatMap(({ path, restore }) => restore === void 0 ? [] : [{
			step: path,
			before: restore
		}]),
		provenance: steps.findLast(({ path, note }) => path.endsWith("/provenance") && note !== "")?.note ?? null,
		waits: (story?.gates ?? []).filter(({ passed }) => !passed).map(({ path, role }) => ({
			gate: path,
			role
		})),
		problems: head.problems.filter((problem) => !told.includes(formatProblem(problem))),
		known,
		scan,
		unread
	};
}
const NONE_KNOWN = "no known error is recognised in it";
function whyText({ run, status, sentence, failed, waits, restore, provenance, problems, known, scan, unread }) {
	const broken = failed.length + problems.length > 0;
	const lines = [
		sentence,
		`run ${run}: ${status}`,
		...failed.flatMap(({ step, attempts, problems: said }) => [`${step}${attempts > 1 ? `, ${attempts} attempts` : ""}:`, ...said.map((problem) => `  ${formatProblem(problem).replaceAll("\n", "\n  ")}`)]),
		...problems.map(formatProblem),
		...waits.map(({ gate, role }) => `it waits at ${gate} for ${role}: shiplock gate show ${run}`),
		...provenance === null ? [] : [`what was released: ${provenance}`],
		...restore.map(({ step, before }) => `${step}: restore point ${logPlaceText(before)}`),
		...broken && scan.length === 0 ? knownLines(known) : [],
		...scan.flatMap(findingLines),
		...unread.map(formatProblem)
	];
	return broken || waits.length > 0 || unread.length > 0 ? lines.join("\n") : [...lines, "nothing in it failed"].join("\n");
}
function knownLines(known) {
	if (known.length === 0) return [NONE_KNOWN];
	return known.flatMap(({ id, title, where, seen, cause, fix, command }) => [
		"",
		`known error ${id}: ${title}`,
		...seen === null ? [`  at ${where}`] : [`  seen: ${seen} (${where})`],
		`  cause: ${cause}`,
		`  what to do: ${fix}`,
		...command === null ? [] : [`  command: ${command.replaceAll("\n", "\n           ")}`]
	]);
}
/** A finding in full: a person who did not ask for a scanner must be able to decide. */
function findingLines(one) {
	const { rule, place, severity, scanners, message, matters, reach, mend, documentation, waiver } = one;
	return [
		"",
		`${rule} at ${cleanLine(place, LONGEST_LINE)} (${severity}, by ${scanners.join(" and ")})`,
		`  what: ${cleanLine(message, LONGEST_LINE)}`,
		`  why it matters: ${matters}`,
		...reach === null ? [] : [`  reachable: ${reach}`],
		`  how to mend it: ${cleanLine(mend, LONGEST_LINE)}`,
		...documentation === null ? [] : [`  more: ${cleanLine(documentation, LONGEST_LINE)}`],
		"  how to let it pass for a time: merge this into the protected branch, with owner and reason",
		...waiver.split("\n").map((line) => `    ${line}`)
	];
}
const LONGEST_LINE = 400;
/** What is looked at of a file: errors stand at its end. */
const LONGEST_LOG = 4194304;
/** Needs no configuration; where there is one, the pages of the commit that is checked out count too. */
async function whyLog(io, file, options) {
	const service = await serviceHere(io, options);
	const text = file === "-" ? await endOf(io.stdin) : await endOfFile(resolve(io.cwd, file));
	const own = service === void 0 ? {
		errors: [],
		problems: []
	} : await ownErrors(service, "HEAD");
	const where = file === "-" ? "standard input" : file;
	const { known, unfinished } = await knownIn([{
		where,
		text,
		code: null
	}], own.errors);
	const lines = [
		...known.length === 0 ? [`${where}: ${NONE_KNOWN}`] : knownLines(known).slice(1),
		...unfinished ? ["the text is too long to be looked through as a whole: more may be in it"] : [],
		...own.problems.map(formatProblem)
	];
	return {
		exit: EXIT.done,
		text: lines.join("\n"),
		json: jsonSchema.parse({
			log: where,
			known,
			unfinished,
			unread: own.problems
		})
	};
}
async function serviceHere(io, options) {
	try {
		return await openService(await door(io, options, false));
	} catch (error) {
		if (error instanceof ProblemError && error.problems.some(({ code }) => code === "config.not-found")) return void 0;
		throw error;
	}
}
async function endOfFile(path) {
	try {
		await using handle = await open$1(path, "r");
		const { size } = await handle.stat();
		const length = Math.min(size, LONGEST_LOG);
		const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, size - length);
		return buffer.toString("utf8", 0, bytesRead);
	} catch (error) {
		throw new ProblemError({
			code: "cli.unreadable-file",
			where: path,
			found: error instanceof Error ? error.message : String(error),
			expected: "a file with what a program wrote",
			remedy: "name one that can be read, or give it on standard input with `--log -`"
		});
	}
}
async function endOf(stdin) {
	const held = [];
	let length = 0;
	for await (const part of stdin) {
		const bytes = Buffer.from(part);
		held.push(bytes);
		length += bytes.length;
		while (length - (held[0]?.length ?? 0) >= LONGEST_LOG) length -= held.shift()?.length ?? 0;
	}
	return Buffer.concat(held).subarray(Math.max(0, length - LONGEST_LOG)).toString("utf8");
}
function runOrLog() {
	return {
		code: "cli.run-or-log",
		where: "shiplock why",
		found: "both a run and --log, or neither",
		expected: "one of the two",
		remedy: "name a run or an environment, or a file with --log"
	};
}

// src/cli/program.ts
/** The whole command line as commander's tree: help texts, completion and the manual are all made from it. */
function buildProgram(io, done) {
	const program = new Command("shiplock").description("Release a service with evidence, and take it back when the evidence says so.").version(packageVersion(), "--version", "print the version").helpOption("-h, --help", "print help, with examples").showSuggestionAfterError(true).enablePositionalOptions().exitOverride().configureOutput({
		writeOut: io.out,
		writeErr: () => void 0
	}).addHelpText("after", HELP_FOOTER);
	const registry = {
		program,
		io,
		done,
		again: buildProgram
	};
	addInit(registry);
	addUpgrade(registry);
	addValidate(registry);
	addDoctor(registry);
	addDiagnose(registry);
	addPlan(registry);
	addBuild(registry);
	addFrontend(registry);
	addRelease(registry);
	addMigrate(registry);
	addMigrateLint(registry);
	addMigrateProve(registry);
	addMigrateAdvise(registry);
	addMigrateUndo(registry);
	addData(registry);
	addDatabase(registry);
	addMigrateStatus(registry);
	addMigrateAdopt(registry);
	addMigrateRetire(registry);
	addBackup(registry);
	addPromote(registry);
	addPipeline(registry);
	addQuarantine(registry);
	addAttest(registry);
	addVerify(registry);
	addRollback(registry);
	addRollout(registry);
	addStatus(registry);
	addDrift(registry);
	addStats(registry);
	addRestore(registry);
	addResume(registry);
	addRunbook(registry);
	addChange(registry);
	addGate(registry);
	addLock(registry);
	addUnlock(registry);
	addJournal(registry);
	addReport(registry);
	addSbom(registry);
	addScan(registry);
	addReleaseNotes(registry);
	addAnalyse(registry);
	addWhatIf(registry);
	addAnnounce(registry);
	addGitops(registry);
	addRollouts(registry);
	addJudge(registry);
	addWhy(registry);
	addChat(registry);
	addCompletion(registry);
	return program;
}
const HELP_FOOTER = `
Exit codes: 0 done · 1 failed · 2 usage or configuration · 3 waiting at a gate · 4 rolled back · 5 refused, nothing changed
            6 undecided · 7 lease held by another · 130/143 stopped, resumable

Examples:
  $ shiplock validate
  $ shiplock plan production
  $ shiplock release production
  $ shiplock status production --json
  $ shiplock rollback production --reason "checkout fails"
`;

export { importedSchema as $, refuseInClusters as A, complete as B, adopt as C, notQuarantined as D, heldDigests as E, startJudge as F, planUpgrade as G, deliveryStats as H, judgedEnvironments as I, releaseSbom as J, finishBegun as K, lookAround as L, proveCompatibility as M, pipeline as N, releaseFromQuarantine as O, environmentManifests as P, convert as Q, planFiles as R, acceptStructure as S, addToQuarantine as T, findPin as U, doctor as V, planCallers as W, reproduceText as X, reproduceBuild as Y, adviseDatabase as Z, orderRun as _, advise as _t, planUnitPromotion as a, dropRetired as at, importMigrations as b, resumeUnit as c, retire as ct, unitSummaryText as d, prove as dt, TOOLS as et, openUnit as f, answerOf as ft, writeRetirement as g, notNew as gt, writeUndo as h, adoptStep as ht, planUnit as i, undo as it, refusingClusters as j, admissionParameter as k, planUnitRollback as l, openScratch as lt, status as m, forwardTo as mt, resetUnits as n, loses as nt, promoteUnit as o, numbered as ot, nextCommands as p, proofRow as pt, writeAll as q, unitPipeline as r, lostBy as rt, releaseUnit as s, readRetired as st, buildProgram as t, readForeign as tt, rollbackUnit as u, scratchAt as ut, migrateStatus as v, readAdviceFacts as vt, whatIf as w, isImportTool as x, IMPORT_TOOLS as y, writeFiles as z };