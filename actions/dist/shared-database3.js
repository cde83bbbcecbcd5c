import { i as __toESM } from "./shared-rolldown-runtime.js";
import { Et as _enum, Fn as object, Jn as string, Nt as array, Pn as number, Un as record, kt as _null, or as union, qn as strictObject, qt as date } from "./shared-schemas.js";
import { i as string$1, r as number$1 } from "./shared-libraries.js";
import { $ as tableBytes, B as deletedFrom, D as toolNames, E as isPlainName, G as takesAway, H as pointSql, J as nextPiece, M as ownOrigin, O as triggerNames, Q as headroomProblem, R as CREATE_RESTORE_TABLE, T as textOfParts, U as restoreGap, W as restoreProblem, X as freeSpace, Y as buildsOnlyIndexes, Z as headroomOf, _t as pendingMigrations, a as statementsOf, at as markApplied, bt as sha256Of, c as kindOf, ct as markQuery, dt as progressQuery, et as ADD_COLUMNS, f as openDatabase, ft as quoted$1, h as toolLockOf, ht as EMPTY_SCHEMA, it as markAllDone, j as originProblems, l as titleOf, lt as markRunning, m as structureHashOfNone, mt as sessionSettings, nt as TABLES, o as addsOne, ot as markClosed, p as readServer, pt as saveProgress, q as tokensOf, r as readMigrations, rt as atOnce, st as markDone, t as migrationRef, tt as CREATE_TABLES, ut as markStarted, vt as schemaAfter, w as readStructure$1, xt as resolveDsn, yt as schemaState, z as PLACE } from "./shared-migrate.js";
import { t as require_semver } from "./shared-semver.js";
import { $s as gate, Dc as parseDsn, Li as readPolicy, Pc as sqlName, Xs as action, Ys as rewriteConfig, ac as step, bc as StepPaused, hc as formatBinarySize, ic as sequence, rs as toJson, ts as digestOf, yc as closedWindows, za as smokeAt } from "./shared-common.js";
import { c as serverOf, i as lint, n as readLintFiles, r as isComplete } from "./shared-read.js";
import { a as driftStep, n as migrationStatus, o as rememberStep, t as startContainer } from "./shared-container.js";
import { c as unwrap, i as ok, n as bad, t as ProblemError } from "./shared-problem.js";
import { t as parseStatement } from "./shared-parse.js";
import { n as openDsnSession, r as openSession, t as ServerRefusal } from "./shared-session2.js";
import { p as startLocal } from "./shared-local.js";
import { n as readLayout, t as changesBetween } from "./shared-layout2.js";
import { c as formatDuration } from "./shared-scalars.js";
import { statfs } from "node:fs/promises";
import { createHash } from "node:crypto";
import { hostname } from "node:os";

// src/migrate/guards/after.ts
function digestOfParts(parts) {
	return createHash("sha256").update(textOfParts(parts)).digest("hex");
}
/**
* What the throw-away server made of the structure, for every object that it changed. What it had otherwise than the target before is left
* out: nothing can be compared there. Pure.
*/
function expectedAfter(target, before, after) {
	const text = (parts) => parts === void 0 ? "" : textOfParts(parts);
	const changed = [.../* @__PURE__ */ new Set([...Object.keys(before), ...Object.keys(after)])].toSorted().filter((name) => text(before[name]) !== text(after[name]) && text(before[name]) === text(target[name]));
	return Object.fromEntries(changed.map((name) => {
		const parts = after[name];
		return [name, parts === void 0 ? null : digestOfParts(parts)];
	}));
}
/** What is otherwise than it was planned. Pure. */
function unlikePlanned(expected, live, where) {
	const wrong = Object.entries(expected).flatMap(([name, digest]) => {
		const parts = live[name];
		const now = parts === void 0 ? null : digestOfParts(parts);
		if (now === digest) return [];
		return [now === null ? `${name} is not there` : digest === null ? `${name} is still there` : `${name} is another`];
	});
	if (wrong.length === 0) return [];
	return [{
		code: "migrate.not-as-planned",
		where,
		found: wrong.join("; "),
		expected: "the structure that the plan had on its throw-away server",
		remedy: "compare the two (`shiplock migrate status` names what was changed by others); the ledger was not told that this schema is good. Mend it, then resume the run"
	}];
}
/** Compares them once the last migration is recorded. Nothing is remembered or written into the ledger when they differ. */
function asPlannedStep(database, expected) {
	return action({
		id: "as-planned",
		title: "Compare the structure with the one of the plan",
		inputs: {
			database: database.resource,
			objects: Object.keys(expected).toSorted()
		},
		read: async () => (await database.bothStructures()).structure,
		decide: (live, ctx) => {
			const problems = ctx.mode === "plan" ? [] : unlikePlanned(expected, live, database.resource);
			if (problems.length > 0) return {
				kind: "refuse",
				problems
			};
			return {
				kind: "nothing",
				why: `${Object.keys(expected).length} objects are as they were planned`
			};
		},
		probe: "repeatable",
		timeoutMs: 6e4
	});
}

// src/migrate/lint/step.ts
const lintOutputs = strictObject({ 
/** Findings that a waiver let pass, with who answers for it. */
waived: array(string()).readonly() });
/** Refuses what is pending and has findings of level error, before anything is touched. What was waived stands in the journal. */
function lintStep(options) {
	const outputs = ({ waived }) => ({ waived: waived.map(waivedText) });
	return step({
		id: "lint",
		title: "Judge the pending migrations by the rules",
		inputs: {
			rules: options.lint.rules,
			from: options.lint.from
		},
		read: async (ctx) => {
			const { applied, server } = await options.database.look();
			const pending = pendingMigrations(applied, options.migrations);
			const files = new Set((pending.ok ? pending.value.apply : []).map(({ file }) => file));
			const target = serverOf(options.engine, server.version) ?? serverOf(options.engine);
			if (files.size === 0 || target === void 0) return {
				findings: [],
				waived: [],
				files: 0,
				statements: 0
			};
			const read = await readLintFiles([options.lint.migrations], target, { from: options.lint.from ?? void 0 });
			const result = lint(read.map((file) => ({
				...file,
				judged: file.judged && files.has(file.name)
			})), {
				server: target,
				today: new Date(ctx.clock.now()).toISOString().slice(0, 10),
				levels: options.lint.rules,
				complete: isComplete(read)
			});
			for (const { level, rule, file, line, message } of result.findings) if (level === "warning") ctx.note(`${rule} ${file}:${line}: ${message}`);
			return result;
		},
		decide: (result) => {
			const problems = result.findings.filter(({ level }) => level === "error").map(refusal);
			if (problems.length > 0) return {
				kind: "refuse",
				problems
			};
			const { waived } = outputs(result);
			const rest = waived.length === 0 ? "" : `; waived: ${waived.join("; ")}`;
			return {
				kind: "nothing",
				why: `${result.statements} statements, no finding of level error${rest}`
			};
		},
		outputs: lintOutputs,
		collect: (_results, result) => outputs(result),
		planned: outputs,
		probe: "repeatable"
	});
}
function waivedText({ finding, waiver }) {
	const { rule, file, line, message } = finding;
	return `${rule} ${file}:${line} ${message} (${waiver.owner}, until ${waiver.until}: ${waiver.reason})`;
}
/** Pure. */
function refusal({ rule, file, line, column, message, why, safe }) {
	return {
		code: "migrate.lint",
		where: `${file}:${line}:${column}`,
		found: `${rule}: ${message}`,
		expected: `no finding of level error. ${why}`,
		remedy: `${safe} \`shiplock migrate lint --rule ${rule}\` says more; a person who answers for it may write a waiver`
	};
}

// src/migrate/apply/effect.ts
/** Statements on the target: one connection, under the lock of the database and its fence. */
function sqlOf({ database, statementTimeoutMs }, statements, why, more = {}) {
	const { dsn, lock, resource } = database;
	const paced = more.pace === void 0 || more.pace.maxLatencyMs === null ? 0 : more.pace.patienceMs;
	const timeoutMs = more.timeoutMs ?? statementTimeoutMs + (more.guard?.patienceMs ?? 0) + paced;
	return {
		kind: "sql",
		dsn,
		statements,
		lock,
		resource,
		why,
		...more,
		timeoutMs
	};
}
function perform(options, statements, why, more = {}) {
	return {
		kind: "do",
		effects: [sqlOf(options, statements, why, more)]
	};
}
/** Failures that may be over in a moment, or that another look mends. Anything else would only fail again. */
const TRIED_AGAIN = [
	"effect.sql-connect",
	"effect.sql-connections",
	"effect.sql-gone",
	"effect.sql-lock",
	"effect.sql-moved",
	"effect.sql-busy",
	"effect.sql-replica",
	"migrate.database-unreachable"
];

// src/migrate/backfill/batch.ts
/** How a statement over one table is cut into ranges of its primary key. Pure. */
/** Stands where the range is put in. As it is here the statement would take every row. */
const RANGE = "(/* next rows by primary key */ TRUE)";
/** Words that make rows depend on each other, or the statement on more than one table. */
const WHOLE = /* @__PURE__ */ new Set([
	"JOIN",
	"STRAIGHT_JOIN",
	"LIMIT",
	"ORDER",
	"GROUP",
	"HAVING",
	"UNION",
	"DISTINCT",
	"USING",
	"WINDOW"
]);
/** Understands UPDATE, DELETE and INSERT or REPLACE … SELECT over one table. */
function batchOf(sql, where) {
	const tokens = placed(sql);
	if (tokens === void 0) return bad(notCut(where, "a comment or a conditional comment that hides where its words are"));
	const top = tokens.filter((token) => token.depth === 0);
	const first = top[0]?.text ?? "";
	const from = from1(top, first);
	if (from === void 0) return bad(notCut(where, `${first} … that is no UPDATE, DELETE or INSERT … SELECT over one table`));
	const behind = top.slice(from + 1);
	const whole = behind.find((token) => token.kind === "word" && WHOLE.has(token.text));
	if (whole !== void 0) return bad(notCut(where, `${first} … ${whole.text}`));
	const name = behind[0];
	if (name === void 0 || name.kind !== "word" && name.kind !== "name") return bad(notCut(where, `${first} without a plain name of a table`));
	const set = behind.findIndex((token) => token.kind === "word" && token.text === "SET");
	if (behind.slice(0, first === "UPDATE" ? set : behind.findIndex(isWhere)).some((token) => token.text === "," || token.text === ".")) return bad(notCut(where, `${first} over more than one table`));
	const end = top.find((token, at) => at > from && token.kind === "word" && token.text === "DUPLICATE");
	const tail = end === void 0 ? sql.length : sql.lastIndexOf("ON", end.from);
	const at = behind.find(isWhere);
	if (at === void 0) return ok({
		table: name.raw,
		sql: `${sql.slice(0, tail).trimEnd()} WHERE ${RANGE} ${sql.slice(tail)}`.trim(),
		left: null
	});
	const condition = sql.slice(at.to, tail).trim();
	const rest = sql.slice(tail);
	const left = `SELECT COUNT(*) FROM (SELECT 1 FROM ${sourceOf(sql, behind, first, set)} WHERE ${condition} LIMIT 1) AS rows_left`;
	return ok({
		table: name.raw,
		sql: `${sql.slice(0, at.to)} ${RANGE} AND (${condition}) ${rest}`.trim(),
		left: first === "UPDATE" || first === "DELETE" ? left : null
	});
}
function isWhere(token) {
	return token.kind === "word" && token.text === "WHERE";
}
/** Place of the word before the table's name. */
function from1(top, first) {
	if (first === "UPDATE") return top[1]?.text === "LOW_PRIORITY" || top[1]?.text === "IGNORE" ? 1 : 0;
	const select = top.findIndex((token) => token.kind === "word" && token.text === "SELECT");
	if (first === "DELETE" ? top[1]?.text !== "FROM" : !["INSERT", "REPLACE"].includes(first) || select < 0) return void 0;
	const from = top.findIndex((token, at) => at > select && token.kind === "word" && token.text === "FROM");
	return from < 0 ? void 0 : from;
}
/** The table with its other name, if it has one. */
function sourceOf(sql, behind, first, set) {
	const end = first === "UPDATE" ? behind[set] : behind.find(isWhere);
	return sql.slice(behind[0]?.from ?? 0, end?.from ?? sql.length).trim();
}
/** Tokens with their places in the text; undefined where a comment stands between them. */
function placed(sql) {
	const found = [];
	let at = 0;
	let depth = 0;
	for (const token of tokensOf(sql)) {
		while (/\s/.test(sql[at] ?? "")) at += 1;
		const written = token.kind === "name" ? sqlName(token.raw) : token.raw;
		if (token.kind === "conditional" || !sql.startsWith(written, at)) return void 0;
		if (token.kind === "symbol" && token.text === ")") depth -= 1;
		found.push({
			...token,
			from: at,
			to: at + written.length,
			depth
		});
		if (token.kind === "symbol" && token.text === "(") depth += 1;
		at += written.length;
	}
	return found;
}
function notCut(where, found) {
	return {
		code: "migrate.not-batched",
		where,
		found,
		expected: "a statement over one table with a primary key, whose rows do not depend on each other",
		remedy: "write UPDATE, DELETE or INSERT … SELECT over one table, without JOIN, LIMIT, ORDER BY and comments; only a small table is changed at once (database.apply.copyBelowRows)"
	};
}

// src/migrate/guards/hours.ts
/**
* The windows that count now. In a run it ends here, as at a gate, while one is closed; a plan only says so.
* @throws StepPaused
*/
async function openHours(hours, ctx) {
	const windows = await hours?.(ctx) ?? [];
	const problems = closedWindows(windows, ctx.clock.now());
	if (problems.length === 0) return windows;
	if (ctx.mode === "run") throw new StepPaused("waiting", problems);
	for (const { found, expected } of problems) ctx.note(`not now: ${found}; ${expected}`);
	return windows;
}

// src/migrate/guards/look.ts
/** Only looks. @throws StepPaused in a run outside of the hours */
async function lookBefore(statement, looking, ctx) {
	const { database, limits, hours } = looking;
	const windows = await openHours(hours, ctx);
	const headroom = await headroomNow(statement, looking, ctx);
	if (!statement.contract && !takesAway(statement.sql)) return {
		windows,
		headroom,
		loss: null
	};
	const loss = {
		place: await database.logPlace(),
		tables: await database.tablesNow(statement.tables)
	};
	const gap = restoreGap(loss.place);
	if (gap !== null && limits.mustRestore === false) ctx.note(`no restore point: ${gap}`);
	return {
		windows,
		headroom,
		loss
	};
}
async function headroomNow({ sql, tables, mayRebuild, inRanges }, { database, limits: { disk } }, ctx) {
	const [table] = tables;
	if (table === void 0 || disk.factor === 0 || !(mayRebuild || inRanges)) return null;
	const room = await database.room(table);
	const free = await freeSpace(room, disk.free, ctx);
	if (inRanges) {
		const most = room.logDir === null ? 0 : 2 * (room.tableBytes ?? 0);
		if (most > 0 && free.bytes !== null && most > free.bytes) ctx.note(`the binary log may grow by up to ${formatBinarySize(most)}; ${formatBinarySize(free.bytes)} are free (${free.source})`);
		return null;
	}
	const indexOnly = buildsOnlyIndexes(sql);
	const headroom = headroomOf({
		tableBytes: await tableBytes(room),
		free,
		factor: disk.factor,
		indexOnly
	});
	if (headroom.kind === "unknown") ctx.note(`room for a rebuild of ${table}: ${headroom.text}`);
	return headroom;
}
/** What refuses the statement whatever way it is done. Pure. */
function refusedBy(facts, { mustRestore }, where) {
	const place = facts?.loss?.place;
	const problem = place === void 0 ? null : restoreProblem(place, mustRestore, where);
	return problem === null ? [] : [problem];
}
/** What refuses it where the table would be written anew. Pure. */
function noRoomFor(facts, { disk }, where) {
	const headroom = facts?.headroom ?? null;
	return headroom === null ? null : headroomProblem(headroom, disk.mustKnow, where);
}
/** Hours and latency, for the statement at this place of an effect. Pure. */
function paceOf(facts, limits, at, { table, patienceMs }) {
	const probe = table === void 0 ? "SELECT 1" : `SELECT 1 FROM ${sqlName(table)} LIMIT 1`;
	return {
		at,
		windows: facts?.windows ?? [],
		maxLatencyMs: limits.maxLatencyMs,
		probe,
		patienceMs
	};
}
/** What is written down around a statement that takes something away; undefined where it takes nothing. Pure. */
function restoreOf(facts, at, point, open) {
	const loss = facts?.loss ?? null;
	if (loss === null) return void 0;
	const { before, after } = pointSql({
		...point,
		tables: loss.tables
	});
	return {
		at,
		place: PLACE,
		before,
		after: open ? null : after
	};
}

// src/migrate/rewrite/command.ts
/**
* gh-ost on the primary, without replicas to read from: who is behind is looked at by us, and it is paused by a file. The tables are
* swapped by gh-ost, once the file that holds it back is gone. A warning while rows are copied ends it, since values would be changed.
*/
function ghostArgv({ database, table, alter, names, config }) {
	return [
		config.ghOst,
		...[
			"--execute",
			"--allow-on-master",
			"--assume-rbr",
			"--panic-on-warnings",
			"--verbose"
		],
		...[
			{ fill: "--conf={dir}/ghost.cnf" },
			{ fill: "--host={host}" },
			{ fill: "--port={port}" }
		],
		...[
			`--database=${database}`,
			`--table=${table}`,
			`--alter=${alter}`,
			`--force-table-names=${names.prefix}`
		],
		...[
			`--replica-server-id=${names.replicaId}`,
			`--chunk-size=${config.chunkRows}`,
			"--default-retries=10"
		],
		...["--cut-over=atomic", "--cut-over-lock-timeout-seconds=1"],
		...[{ fill: "--serve-socket-file={dir}/gh-ost.sock" }, { fill: "--panic-flag-file={dir}/panic" }],
		...[{ fill: "--throttle-flag-file={dir}/pause" }, { fill: "--postpone-cut-over-flag-file={dir}/hold" }]
	];
}
/**
* pt-online-schema-change makes the copy and keeps it up by triggers; the tables are swapped by us, since it would let the application wait for
* as long as a transaction holds the table. Its plug-in takes the lock that tells whether it is still at work.
*/
function ptArgv({ database, table, alter, names, config }) {
	return [
		config.ptOnlineSchemaChange,
		...[
			"--config",
			"/dev/null",
			"--execute",
			"--no-version-check",
			"--recursion-method=none"
		],
		...[
			"--no-swap-tables",
			"--no-drop-new-table",
			"--no-drop-triggers",
			`--new-table-name=${names.copy}`
		],
		...[
			"--no-check-replication-filters",
			"--critical-load",
			"Threads_running=1000000",
			"--max-load",
			""
		],
		...[
			"--chunk-size",
			String(config.chunkRows),
			"--progress",
			"time,5"
		],
		...["--set-vars", "lock_wait_timeout=1,innodb_lock_wait_timeout=1"],
		...["--tries", "create_triggers:120:3,drop_triggers:120:3,copy_rows:120:0.5"],
		...[
			"--pause-file",
			{ fill: "{dir}/pause" },
			"--plugin",
			{ fill: "{dir}/lock.pm" }
		],
		...[
			`--alter=${alter}`,
			{ fill: "--defaults-file={dir}/access.cnf" },
			`D=${database},t=${table}`
		]
	];
}
/** gh-ost takes both from its environment: its file has no way to write every password. */
const GHOST_ACCESS = "[client]\nuser=${SHIPLOCK_TOOL_USER}\npassword=${SHIPLOCK_TOOL_PASSWORD}\n";
/** Its own connection holds the lock as long as it works; it ends before it does anything when another has it, or when it was lost. */
function lockPlugin(lock) {
	const name = lock.replaceAll("\\", "\\\\").replaceAll("'", "\\'");
	return `package pt_online_schema_change_plugin;
use strict;
sub new { my ($class, %args) = @_; return bless { %args }, $class; }
sub init {
  my ($self) = @_;
  my ($got) = $self->{cxn}->dbh->selectrow_array('SELECT GET_LOCK(?, 30)', undef, '${name}');
  die "another start of this change is at work\\n" unless $got;
}
sub held {
  my ($self) = @_;
  my ($ours) = $self->{cxn}->dbh->selectrow_array('SELECT IS_USED_LOCK(?) = CONNECTION_ID()', undef, '${name}');
  die "the lock of this change was lost\\n" unless $ours;
}
sub before_create_triggers { $_[0]->held }
sub before_copy_rows { $_[0]->held }
sub after_copy_rows { $_[0]->held }
1;
`;
}
/** What takes away all that an attempt may have left; triggers first, since they write into the copy. Each may run again. */
function cleaning(names, triggers) {
	return [
		...triggers.map((name) => `DROP TRIGGER IF EXISTS ${sqlName(name)}`),
		...[
			names.copy,
			names.ghost,
			names.changelog
		].map((name) => `DROP TABLE IF EXISTS ${sqlName(name)}`),
		...onlyIf(`TABLE_NAME = '${names.swapped}' AND TABLE_COMMENT = 'ghost-cut-over-sentry'`, `DROP TABLE ${sqlName(names.swapped)}`)
	];
}
/** After the swap: the table as it was is kept under a name that tells, or dropped. Each may run again. */
function settling(names, triggers, old) {
	const rename = `RENAME TABLE ${sqlName(names.swapped)} TO ${sqlName(names.kept)}`;
	return [
		...triggers.map((name) => `DROP TRIGGER IF EXISTS ${sqlName(name)}`),
		`DROP TABLE IF EXISTS ${sqlName(names.changelog)}`,
		...onlyIf(`TABLE_NAME = '${names.swapped}' AND TABLE_COMMENT <> 'ghost-cut-over-sentry'`, rename),
		...old === "drop" ? [`DROP TABLE IF EXISTS ${sqlName(names.kept)}`] : []
	];
}
/** SQL has no such statement of its own outside of procedures. The names come from us and hold no quote. */
function onlyIf(condition, statement) {
	return [
		`SET @shiplock = IF((${`SELECT COUNT(*) FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND ${condition}`}) = 1, '${statement.replaceAll("'", "''")}', 'DO 0')`,
		"PREPARE shiplock FROM @shiplock",
		"EXECUTE shiplock",
		"DEALLOCATE PREPARE shiplock"
	];
}

// src/migrate/rewrite/mark.ts
/** What is remembered in the database of a change by a tool, before the tool is started: what lies there under these names is ours. */
const markSchema = strictObject({ rewrite: strictObject({
	tool: _enum(["gh-ost", "pt-online-schema-change"]),
	table: string(),
	attempt: number().int().positive()
}) });
/** As it is kept in the column `progress` of the statement. */
function markText(rewrite) {
	return JSON.stringify({ rewrite });
}
/** Null: the statement was never given to a tool. */
function readMark(text) {
	try {
		return markSchema.parse(JSON.parse(text ?? "")).rewrite;
	} catch {
		return null;
	}
}

// src/migrate/rewrite/decision.ts
/** Plans one attempt. Refuses where somebody else's copy of the table is under way or was left. */
function rewriteWork(input) {
	const { manner, migration, number, sql, look, database, config } = input;
	const { tool, table } = manner;
	if (!isPlainName(database.name)) return {
		kind: "refuse",
		problems: [hardName(input)]
	};
	const last = readMark(look.progress);
	const own = last?.table === table && last.tool === "pt-online-schema-change" ? triggerNames(database.name, table) : [];
	const triggers = look.triggers.filter((name) => !own.includes(name));
	if (look.foreignTables.length > 0 || triggers.length > 0) return {
		kind: "refuse",
		problems: [foreign(input, look.foreignTables, triggers)]
	};
	const mark = {
		tool,
		table,
		attempt: (last?.attempt ?? 0) + 1
	};
	const names = namesOf$1(input, mark);
	const fresh = tool === "gh-ost" ? [] : triggerNames(database.name, table);
	const rewrite = {
		database: database.name,
		table,
		alter: manner.alter,
		names,
		config
	};
	const lock = toolLockOf(database.lock);
	const before = [...last === null ? [] : cleaning(namesOf$1(input, last), own), saveProgress(migration, number, quoted$1(markText(mark)))];
	const isGhost = tool === "gh-ost";
	return {
		kind: "work",
		before,
		sql,
		swap: isGhost ? void 0 : `RENAME TABLE \`${table}\` TO \`${names.kept}\`, \`${names.copy}\` TO \`${table}\``,
		after: settling(names, fresh, config.oldTable),
		guard: guardOf(input),
		tool: {
			argv: isGhost ? ghostArgv(rewrite) : ptArgv(rewrite),
			access: isGhost ? "environment" : "file",
			files: isGhost ? { "ghost.cnf": GHOST_ACCESS } : { "lock.pm": lockPlugin(lock) },
			lock,
			progress: isGhost ? "(Copy: .*)" : "(Copying .* remain)",
			brake: brakeOf(input),
			hold: isGhost ? {
				file: "hold",
				said: "postponing cut-over"
			} : null,
			clean: cleaning(names, fresh),
			guard: guardOf(input)
		}
	};
}
/** After a change that took effect while nobody was there to see it: what is still to be settled. */
function rewriteRest(input) {
	const last = readMark(input.look.progress);
	if (last === null) return [];
	const triggers = last.tool === "gh-ost" ? [] : triggerNames(input.database.name, last.table);
	return settling(namesOf$1(input, last), triggers, input.config.oldTable);
}
function namesOf$1({ database, migration, number }, { table, attempt }) {
	return toolNames({
		resource: database.resource,
		migration: migration.id,
		number,
		attempt
	}, table);
}
function guardOf({ manner, config, limits, lockWaitMs }) {
	return {
		tables: [manner.table],
		lockWaitMs,
		tries: 1e5,
		patienceMs: config.cutOverPatience,
		killAfterMs: limits.killBlockersAfterMs,
		remedy: "nothing was changed; look at what the server says"
	};
}
function brakeOf({ migration, number, limits }) {
	const { replicas, maxLagMs, maxThreadsRunning } = limits.batch;
	const row = `migration = ${quoted$1(migration.id)} AND number = ${number}`;
	return {
		file: "pause",
		replicas,
		maxLagMs,
		maxThreadsRunning,
		beat: `UPDATE shiplock_migration_statements SET started_at = UTC_TIMESTAMP(3) WHERE ${row}`,
		seen: `SELECT CAST(started_at AS CHAR) FROM shiplock_migration_statements WHERE ${row}`
	};
}
function hardName({ database, where }) {
	return {
		code: "migrate.rewrite-name",
		where,
		found: `a database that is called ${database.name}`,
		expected: "a name of A-Z, a-z, 0-9, _ and $, which tools take without quotes",
		remedy: "set database.rewrite.tool to never and plan again: then the change is refused with what else can be done"
	};
}
function foreign({ manner, where }, tables, triggers) {
	const drop = [...triggers.map((name) => `DROP TRIGGER \`${name}\``), ...tables.length === 0 ? [] : [`DROP TABLE ${tables.map((name) => `\`${name}\``).join(", ")}`]];
	return {
		code: "migrate.rewrite-leftovers",
		where,
		found: `${[...triggers, ...tables].join(", ")}, which a tool makes to copy ${manner.table}, and which is not ours`,
		expected: `nothing of another copy of ${manner.table}`,
		remedy: `when no such tool runs any more and nobody needs them: ${drop.join("; ")}; then resume the run`
	};
}

// src/migrate/rewrite/subject.ts
/** Undefined: the plan gives it to no tool. */
function toolOf(options, migration, number) {
	const manner = options.manner?.(migration, number);
	return manner?.kind === "tool" ? manner : void 0;
}
/** How tools are run here. */
function rewriteOf({ rewrite }) {
	return rewrite ?? rewriteConfig.parse({});
}
/** All that a decision about it needs. */
function rewriteInput({ migration, number, sql, options }, manner, where, look) {
	const { database, apply: limits, lockWaitTimeoutMs } = options;
	return {
		manner,
		migration,
		number,
		sql,
		database,
		limits,
		where,
		config: rewriteOf(options),
		look: look ?? {
			progress: null,
			foreignTables: [],
			triggers: []
		},
		lockWaitMs: Math.max(1, Math.ceil(lockWaitTimeoutMs / 1e3)) * 1e3
	};
}

// src/migrate/sql/program.ts
/** Views and stored programs: whether one is there tells afterwards whether a statement made it, or took it away. */
const KINDS$1 = [
	"PROCEDURE",
	"FUNCTION",
	"TRIGGER",
	"VIEW",
	"EVENT"
];
/** As many words may stand before the kind: OR REPLACE, ALGORITHM, DEFINER, SQL SECURITY. */
const HEAD = 20;
/** What else is created, and what may have such a word as its name. */
const OTHERS = new Set("TABLE INDEX DATABASE SCHEMA USER ROLE SERVER SEQUENCE TABLESPACE LOGFILE UNDO RESOURCE SPATIAL PACKAGE LIBRARY AS ON".split(" "));
/** What a statement makes or takes away; null: it is none of these, or in another form (another database, several names, a library's function). Pure. */
function programOf(sql) {
	const tokens = tokensOf(sql);
	if (tokens.some((token) => token.kind === "conditional")) return null;
	const first = wordAt(tokens, 0);
	if (first === "DROP") return removed(tokens);
	if (first !== "CREATE") return null;
	const at = tokens.findIndex((_, index) => index > 0 && index < HEAD && kindAt(tokens, index) !== void 0);
	const stop = tokens.findIndex((token) => token.text === "(" || OTHERS.has(wordOf(token)));
	const kind = kindAt(tokens, at);
	const name = nameAt(tokens, at + 1);
	if (at < 0 || stop >= 0 && stop < at || kind === void 0 || name === void 0) return null;
	if (kind === "FUNCTION" && tokens.some((token) => wordOf(token) === "SONAME")) return null;
	return {
		does: "adds",
		kind,
		name
	};
}
function removed(tokens) {
	const kind = kindAt(tokens, 1);
	const name = nameAt(tokens, 2);
	return kind === void 0 || name === void 0 || tokens.length > 3 ? null : {
		does: "removes",
		kind,
		name
	};
}
/** The words of an account (`DEFINER = event@host`) are names. */
function kindAt(tokens, at) {
	if (tokens[at - 1]?.text === "=" || tokens[at - 1]?.text === "@" || tokens[at + 1]?.text === "@") return void 0;
	return KINDS$1.find((kind) => kind === wordAt(tokens, at));
}
function nameAt(tokens, at) {
	const token = tokens[at];
	if (token === void 0 || token.kind !== "word" && token.kind !== "name") return void 0;
	if (tokens[at + 1]?.text === "." || wordAt(tokens, at) === "IF") return void 0;
	return token.raw;
}
function wordAt(tokens, at) {
	return wordOf(tokens[at]);
}
function wordOf(token) {
	return token?.kind === "word" ? token.text : "";
}

// src/migrate/apply/around.ts
/** What guards know before it runs. Only looks. @throws StepPaused in a run outside of the hours */
async function guardsOf(subject, facts, ctx) {
	const { migration, number, sql, ways, cut, options } = subject;
	const { database, apply, hours } = options;
	const planned = options.manner?.(migration.id, number);
	const atOnce = planned?.kind === "direct" && !planned.rebuilds;
	const others = ways.kind === "guarded" ? [...ways.gentle, ...ways.harsh] : [];
	const { copyBelowRows, copyBelowBytes } = apply;
	const small = facts.size === null || facts.size.rows <= copyBelowRows && facts.size.bytes <= copyBelowBytes;
	const statement = {
		sql,
		contract: migration.header.phase === "contract",
		tables: tablesOf(subject),
		mayRebuild: !atOnce && !small && others.some(({ algorithm }) => algorithm !== null && algorithm !== "INSTANT"),
		inRanges: cut?.ok === true
	};
	return lookBefore(statement, {
		database,
		limits: apply.guards,
		hours
	}, ctx);
}
/** Those that it changes or needs, the one that changes first; for rows the one that they stand in. */
function tablesOf({ ways, cut, sql, kind }) {
	if (ways.kind === "guarded") return ways.tables;
	if (cut?.ok === true) return [cut.value.table];
	return kind.kind === "rows" ? deletedFrom(sql) : [];
}
/** Hours, latency and the restore point of the statement at this place; `rows`: where it stands itself, when its transaction is opened there. */
function around(subject, facts, ctx, at, rows) {
	const { migration, number, sql, options } = subject;
	const { guards, patienceMs } = options.apply;
	const point = {
		migration: migration.id,
		number,
		run: ctx.run,
		statement: sql
	};
	const restore = restoreOf(facts.guards, rows ?? at, point, rows !== void 0);
	const [table] = facts.size === null ? [] : tablesOf(subject);
	return {
		pace: paceOf(facts.guards, guards, at, {
			table,
			patienceMs
		}),
		...restore === void 0 ? {} : { restore }
	};
}

// src/migrate/sql/outline.ts
/**
* Pure. `version` as conditional comments write it (80046, 101119): without one nothing is asserted of a statement that holds such a
* comment, since nobody knows what the server makes of it.
*/
function outlineOf(sql, dialect, version) {
	const parsed = parseStatement(sql, dialect, version);
	if (!parsed.ok) {
		const [first] = tokensOf(sql);
		if (first?.kind === "word" && ROWS$1.has(first.text)) return {
			kind: "rows",
			what: first.text,
			tables: []
		};
		return {
			kind: "unread",
			found: parsed.found,
			expected: parsed.expected
		};
	}
	return outlineOfStatement(sql, parsed.statement, version !== void 0);
}
const ROWS$1 = /* @__PURE__ */ new Set([
	"INSERT",
	"REPLACE",
	"UPDATE",
	"DELETE"
]);
function outlineOfStatement(sql, statement, versionKnown) {
	switch (statement.kind) {
		case "alter-table": return alterOutline(sql, statement, versionKnown);
		case "create-index": {
			const { table, algorithm, lock } = statement;
			return {
				kind: "create-index",
				table,
				own: {
					algorithm,
					lock
				},
				closed: closedAt(sql, sql.length, versionKnown)
			};
		}
		case "drop-index": {
			const { table, name, ifExists, algorithm, lock } = statement;
			return {
				kind: "drop-index",
				table,
				index: name,
				ifExists,
				own: {
					algorithm,
					lock
				},
				closed: algorithm === null && lock === null && tokensOf(sql.slice(table.span.to)).length > 0 ? "words behind its table" : conditionals(sql).length > 0 ? "a conditional comment" : null
			};
		}
		case "create-table": return {
			kind: "tables",
			what: statement.orReplace ? "CREATE OR REPLACE TABLE" : "CREATE TABLE",
			temporary: statement.temporary,
			tables: [statement.table],
			refers: referred(statement)
		};
		case "drop-table": return ofTables("DROP TABLE", statement.tables, statement.temporary);
		case "rename-table": return ofTables("RENAME TABLE", statement.renames.flatMap(({ from, to }) => [from, to]));
		case "truncate-table": return ofTables("TRUNCATE", [statement.table]);
		case "program": return {
			kind: "program",
			what: programWords(statement),
			object: statement.object,
			on: statement.on
		};
		case "insert": return {
			kind: "rows",
			what: statement.replace ? "REPLACE" : "INSERT",
			tables: [statement.table]
		};
		case "update":
		case "delete": return {
			kind: "rows",
			what: statement.kind.toUpperCase(),
			tables: statement.tables
		};
		case "select": return {
			kind: "other",
			what: "SELECT"
		};
		case "set": return {
			kind: "other",
			what: "SET"
		};
		case "other": return statement.what.startsWith("OPTIMIZE") ? {
			kind: "optimize",
			tables: statement.tables
		} : {
			kind: "other",
			what: statement.what
		};
	}
}
function ofTables(what, tables, temporary = false) {
	return {
		kind: "tables",
		what,
		temporary,
		tables,
		refers: []
	};
}
function programWords({ verb, orReplace, object }) {
	return [
		verb.toUpperCase(),
		...orReplace ? ["OR REPLACE"] : [],
		object
	].join(" ");
}
function alterOutline(sql, { table, parts }, versionKnown) {
	const what = parts.filter(({ kind }) => kind !== "algorithm" && kind !== "lock");
	const at = parts[0]?.span.from ?? sql.length;
	return {
		kind: "alter",
		table,
		refers: parts.flatMap(referredBy),
		at,
		comma: !parts.slice(0, 1).some(changesPartitioning),
		partitioning: parts.some(changesPartitioning),
		partitions: what.some(({ kind }) => kind === "partition"),
		moment: what.map(momentOf).find((words) => words !== null) ?? null,
		own: ownOf(parts),
		closed: what.length === 0 ? "no change" : closedAt(sql, at, versionKnown)
	};
}
function ownOf(parts) {
	return {
		algorithm: parts.find((part) => part.kind === "algorithm")?.algorithm ?? null,
		lock: parts.find((part) => part.kind === "lock")?.lock ?? null
	};
}
function changesPartitioning({ kind }) {
	return kind === "partition-by" || kind === "remove-partitioning";
}
/** These are over in a moment whatever they say, and MySQL takes an assertion there without keeping it. */
const PARTITION_MOMENT = /* @__PURE__ */ new Set([
	"TRUNCATE",
	"EXCHANGE",
	"DISCARD",
	"IMPORT"
]);
const TABLESPACE = /* @__PURE__ */ new Set(["DISCARD TABLESPACE", "IMPORT TABLESPACE"]);
function momentOf(part) {
	if (part.kind === "partition" && PARTITION_MOMENT.has(part.what)) return `${part.what} PARTITION`;
	return part.kind === "words" && TABLESPACE.has(part.words) ? part.words : null;
}
function referred({ columns, foreignKeys }) {
	return [...columns.flatMap(({ references }) => references === null ? [] : [references.table]), ...foreignKeys.map(({ references }) => references.table)];
}
function referredBy(part) {
	switch (part.kind) {
		case "add-foreign-key": return [part.foreignKey.references.table];
		case "add-column":
		case "modify-column":
		case "change-column": return part.column.references === null ? [] : [part.column.references.table];
		default: return [];
	}
}
/** Why nothing can be written into the text at `place`, as far as conditional comments are concerned. */
function closedAt(sql, place, versionKnown) {
	for (const { from, to } of conditionals(sql)) {
		if (!versionKnown) return "a conditional comment, which may hold an ALGORITHM of its own";
		if (place >= from && place < to) return "a conditional comment around what it changes";
		if (/\b(?:ALGORITHM|LOCK)\b/i.test(sql.slice(from, to))) return "a conditional comment with an ALGORITHM or LOCK";
	}
	return null;
}
function conditionals(sql) {
	if (!sql.includes("/*")) return [];
	const found = [];
	for (let at = 0; at < sql.length;) {
		const { kind, end } = nextPiece(sql, at);
		if (kind === "conditional") found.push({
			from: at,
			to: end
		});
		at = end;
	}
	return found;
}
/** The statement with these clauses (`ALGORITHM=INPLACE`) at their place. Pure. */
function assertedSql$1(sql, outline, clauses) {
	switch (outline.kind) {
		case "alter": {
			const comma = outline.comma ? ", " : " ";
			const space = /\s$/.test(sql.slice(0, outline.at)) ? "" : " ";
			return `${sql.slice(0, outline.at)}${space}${clauses.join(", ")}${comma}${sql.slice(outline.at)}`;
		}
		case "create-index": return `${sql}\n${clauses.join(" ")}`;
		case "drop-index": {
			const { table, index, ifExists } = outline;
			return `ALTER TABLE ${table.schema === null ? sqlName(table.name) : `${sqlName(table.schema)}.${sqlName(table.name)}`} ${[...clauses, `DROP INDEX ${ifExists ? "IF EXISTS " : ""}${sqlName(index)}`].join(", ")}`;
		}
	}
}
/** A version as conditional comments write it: 80046 for `8.0.46`, 101119 for `10.11.19-MariaDB`; undefined for no version. Pure. */
function commentVersion(version) {
	const [, major, minor, patch] = /^(\d+)\.(\d+)\.(\d+)/.exec(version) ?? [];
	return major === void 0 ? void 0 : Number(major) * 1e4 + Number(minor) * 100 + Number(patch);
}

// src/migrate/apply/ways.ts
const GENTLE = {
	mysql: [["INSTANT", "DEFAULT"], ["INPLACE", "NONE"]],
	mariadb: [
		["INSTANT", "DEFAULT"],
		["NOCOPY", "NONE"],
		["INPLACE", "NONE"]
	]
};
const HARSH = [["INPLACE", "SHARED"], ["COPY", "SHARED"]];
/** Words that begin a change of rows. Such a statement may be megabytes of values, of which nothing is asked here. */
const ROWS = /* @__PURE__ */ new Set([
	"INSERT",
	"REPLACE",
	"UPDATE",
	"DELETE"
]);
/** How a statement of a migration may be sent to a server of this family. */
function waysOf(sql, family) {
	if (ROWS.has(firstWord(sql))) return { kind: "plain" };
	const outline = outlineOf(sql, family);
	switch (outline.kind) {
		case "alter": {
			const tables = namesOf([outline.table, ...outline.refers]);
			return outline.moment === null ? asserted(sql, tables, outline, family) : asWritten(sql, tables);
		}
		case "create-index":
		case "drop-index": return asserted(sql, namesOf([outline.table]), outline, family);
		case "tables": {
			const touched = outline.what === "CREATE TABLE" ? [] : outline.tables;
			if (outline.temporary) return { kind: "plain" };
			const ways = asWritten(sql, namesOf([...touched, ...outline.refers]));
			const swaps = outline.what.startsWith("RENAME") && ways.kind === "guarded" && ways.tables.length < touched.length;
			return swaps ? {
				...ways,
				swaps
			} : ways;
		}
		case "program": return asWritten(sql, namesOf(outline.on === null ? [] : [outline.on]));
		case "optimize": return {
			kind: "guarded",
			tables: namesOf(outline.tables),
			gentle: [],
			harsh: [plainly(sql)]
		};
		case "rows":
		case "other": return { kind: "plain" };
		case "unread": return {
			kind: "unread",
			found: outline.found,
			expected: outline.expected
		};
	}
}
function firstWord(sql) {
	for (let at = 0; at < sql.length;) {
		const { kind, end } = nextPiece(sql, at);
		if (kind !== "blank" && kind !== "comment") return kind === "word" ? sql.slice(at, end).toUpperCase() : "";
		at = end;
	}
	return "";
}
function namesOf(tables) {
	return [...new Set(tables.map(({ name }) => name))];
}
function plainly(sql) {
	return {
		sql,
		algorithm: null,
		lock: null
	};
}
/** It takes nothing but a metadata lock for a moment. */
function asWritten(sql, tables) {
	return tables.length === 0 ? { kind: "plain" } : {
		kind: "guarded",
		tables,
		gentle: [plainly(sql)],
		harsh: []
	};
}
/** With an assertion each. What the author asserted stays as it is; where nothing can be asserted, it may keep others out. */
function asserted(sql, tables, outline, family) {
	const partitions = family === "mariadb" && outline.kind === "alter" && (outline.partitions || outline.partitioning);
	if (outline.closed !== null || partitions) return {
		kind: "guarded",
		tables,
		gentle: [],
		harsh: [plainly(sql)]
	};
	const { own } = outline;
	const fits = (written, value) => written === null || written === "DEFAULT" || written === value;
	const ways = (all) => all.filter(([algorithm, lock]) => fits(own.algorithm, algorithm) && (fits(own.lock, lock) || own.lock === "DEFAULT" && algorithm === "INSTANT")).map(([algorithm, lock]) => {
		const clauses = [...own.algorithm === null ? [`ALGORITHM=${algorithm}`] : [], ...own.lock === null ? [`LOCK=${lock}`] : []];
		return {
			sql: clauses.length === 0 ? sql : assertedSql$1(sql, outline, clauses),
			algorithm,
			lock
		};
	});
	return {
		kind: "guarded",
		tables,
		gentle: ways(GENTLE[family]),
		harsh: ways(HARSH)
	};
}
/**
* Does what its tables are made of tell afterwards whether it was done? Servers change a table as a whole and rename all tables of a statement or
* none; what is dropped half-way shows. But a table that loses its rows looks as before, and so do two that change places. Pure.
*/
function shapeTells({ gentle, harsh, swaps }) {
	const [first] = [...gentle, ...harsh];
	if (first === void 0 || /^(?:TRUNCATE|CREATE)\b/i.test(first.sql)) return false;
	if (swaps) return false;
	return !/^ALTER\b.*\b(?:EXCHANGE|TRUNCATE|DISCARD|IMPORT)\b/is.test(first.sql);
}
/** The one way that a plan has found. */
function wayOfManner(manner) {
	return {
		sql: manner.sql,
		algorithm: manner.algorithm,
		lock: manner.lock
	};
}
/** For the reviewer: `INSTANT, else INPLACE LOCK=NONE`. */
function waysText(ways) {
	return ways.map(({ algorithm, lock }) => {
		if (algorithm === null) return "as it is written";
		return lock === null || lock === "DEFAULT" ? algorithm : `${algorithm} LOCK=${lock}`;
	}).join(", else ");
}

// src/migrate/apply/choose.ts
/** Pure: in which ways a statement may be sent. Those that keep others out are left out for tables that others need. */
function choose({ ways, manner, fresh, size, limits, where, noRoom = null }) {
	if (manner?.kind === "refused") return {
		kind: "refuse",
		problems: manner.problems
	};
	if (manner?.kind === "tool") return noRoom === null ? {
		kind: "tool",
		manner
	} : {
		kind: "refuse",
		problems: [noRoom]
	};
	if (ways.kind === "plain") return { kind: "plain" };
	if (ways.kind === "unread") return {
		kind: "refuse",
		problems: [unread(where, ways)]
	};
	const small = size === null || size.rows <= limits.copyBelowRows && size.bytes <= limits.copyBelowBytes;
	const allowed = manner !== void 0 ? [wayOfManner(manner)] : [...ways.gentle, ...fresh || small ? ways.harsh : []];
	if (allowed.length === 0) return {
		kind: "refuse",
		problems: [keepsOut(where, ways.harsh, size, limits)]
	};
	const atOnce = allowed.filter(({ algorithm }) => algorithm === null || algorithm === "INSTANT");
	const roomy = noRoom === null ? allowed : atOnce;
	const [first, ...others] = roomy;
	if (first === void 0) return {
		kind: "refuse",
		problems: noRoom === null ? [] : [noRoom]
	};
	return {
		kind: "guarded",
		first: first.sql,
		otherwise: others.map((way) => way.sql),
		light: roomy.flatMap((way, at) => isLight(way, ways) ? [at] : []),
		tables: ways.tables,
		text: waysText(roomy),
		remedy: noRoom === null ? alternatives(size, limits) : `no room for another way: ${noRoom.found}; ${noRoom.remedy}`
	};
}
/** INSTANT, and what is done under the lock from the beginning: DROP, RENAME, TRUNCATE, CREATE TRIGGER. */
function isLight(way, { gentle }) {
	return way.algorithm === "INSTANT" || way.algorithm === null && gentle.some(({ algorithm }) => algorithm === null);
}
function unread(where, { found, expected }) {
	return {
		code: "migrate.unread-statement",
		where,
		found: `a statement that the grammar does not read: ${found}, where it expects ${expected}`,
		expected: "a statement of which is known what tables it needs",
		remedy: "write it in a form that `shiplock migrate lint` reads"
	};
}
function alternatives(size, { copyBelowRows }) {
	return "nothing was changed; add a column or table, backfill it and switch over, or let gh-ost or pt-online-schema-change copy the table (database.rewrite.tool, with a plan)" + (size !== null && size.rows > copyBelowRows ? `; or, if writers may wait for the whole change, raise database.apply.copyBelowRows (the table has more than ${copyBelowRows} rows)` : "");
}
function keepsOut(where, harsh, size, limits) {
	return {
		code: "migrate.keeps-others-out",
		where,
		found: `a change of ${size === null ? "a table" : `a table of more than ${Math.min(size.rows, limits.copyBelowRows)} rows`} that ${harsh.some((way) => way.algorithm !== null) ? "asks for a copy or a lock" : "takes no ALGORITHM and LOCK, so that nothing can be asserted"}`,
		expected: "a change during which others read and write",
		remedy: alternatives(size, limits)
	};
}

// src/migrate/apply/maker.ts
/** Which statement of a release makes a table. */
/** The statement before this one that makes the table, when a file of this release does. Pure. */
function makerOf(table, files, before, number) {
	const last = files.findIndex((file) => file.id === before.id);
	for (const file of files.slice(0, last + 1).toReversed()) {
		const end = file.id === before.id ? number - 1 : file.statements.length;
		for (let at = end; at > 0; at -= 1) {
			const kind = kindsOf(file)[at - 1];
			if (kind?.kind === "adds" && kind.objects.whole && kind.objects.table === table) return {
				id: file.id,
				number: at
			};
		}
	}
}
const kinds = /* @__PURE__ */ new WeakMap();
/** Asked for again by every later statement: remembered, since a release may have hundreds of files. */
function kindsOf(migration) {
	const known = kinds.get(migration) ?? migration.statements.map(({ sql }) => kindOf(sql));
	kinds.set(migration, known);
	return known;
}

// src/migrate/apply/statement-problems.ts
/** What a person is told of a statement that is not run. */
/** What a statement adds is there, and no mark of ours knows it. Pure. */
function existsAlready(where, statement) {
	return {
		code: "migrate.exists-already",
		where,
		found: `what \`${titleOf(statement)}\` adds is there already, and no migration put it there`,
		expected: "a structure that only migrations change",
		remedy: "compare it with the file; then drop it, or write IF NOT EXISTS when it is exactly the same"
	};
}
/** Neither done nor untouched, as far as can be seen. Pure. */
function cannotTell(where, id, number, run) {
	return {
		code: "migrate.cannot-tell",
		where,
		found: `run ${run} started this statement and never said that it was done`,
		expected: "a statement that is done, or was never started",
		remedy: `look at the database. If it took effect: UPDATE ${TABLES.statements} SET state = 'done' WHERE migration = '${id}' AND number = ${number}; if it did not: DELETE FROM ${TABLES.statements} WHERE migration = '${id}' AND number = ${number}; then migrate again`
	};
}

// src/migrate/apply/statement.ts
/** One statement of a migration as a journaled step: structure changes cannot be rolled back. */
function statementStep(migration, number, options) {
	const statement = migration.statements[number - 1] ?? {
		sql: "",
		line: 0
	};
	const kind = kindOf(statement.sql);
	const ways = waysOf(statement.sql, options.engine);
	const where = `${migration.file}:${statement.line}`;
	const inRanges = migration.header.phase === "backfill" && kind.kind === "rows";
	const cut = inRanges ? batchOf(statement.sql, where) : null;
	const subject = {
		migration,
		number,
		sql: statement.sql,
		kind,
		ways,
		cut,
		options
	};
	const tool = toolOf(options, migration.id, number);
	const patienceMs = [ways.kind === "guarded", options.apply.guards.maxLatencyMs !== null].filter((one) => one).length * options.apply.patienceMs;
	const usual = tool === void 0 ? options.statementTimeoutMs + patienceMs : rewriteOf(options).timeout;
	return step({
		id: `statement-${number}`,
		title: titleOf(statement.sql),
		inputs: {
			migration: migration.id,
			sha256: migration.sha256,
			number
		},
		read: (ctx) => readStatement(subject, ctx),
		decide: (facts, ctx) => {
			switch (judge(facts, kind, ctx)) {
				case "done": return {
					kind: "nothing",
					why: "it is applied"
				};
				case "mark-only": return markOnly(subject, where, facts, ctx);
				case "run": return runIt(subject, where, facts, ctx);
				case "exists": return {
					kind: "refuse",
					problems: [existsAlready(where, statement.sql)]
				};
				case "cannot-tell": return {
					kind: "refuse",
					problems: [cannotTell(where, migration.id, number, facts.markRun ?? "")]
				};
			}
		},
		probe: (ctx) => probeStatement(subject, ctx),
		marked: true,
		retry: {
			attempts: options.lockAttempts,
			delayMs: 1e3,
			only: TRIED_AGAIN
		},
		timeoutMs: (inRanges ? options.apply.batch.timeoutMs : usual) + 3e4,
		outputs: strictObject({}),
		collect: () => ({})
	});
}
async function readStatement(subject, ctx) {
	const facts = await factsOf(subject, ctx.run);
	const now = facts.mark === "started" && facts.markRun !== ctx.run && ctx.mode === "run" && await untilIdle(subject, ctx) ? await factsOf(subject, ctx.run) : facts;
	if (now.applied || now.mark === "done") return now;
	return {
		...now,
		guards: await guardsOf(subject, now, ctx)
	};
}
async function factsOf({ migration, number, sql, kind, ways, cut, options }, run) {
	const { database, apply, migrations } = options;
	const tool = toolOf(options, migration.id, number);
	const program = kind.kind === "other" ? programOf(sql) : null;
	const there = program === null ? null : await database.program(program);
	const presence = kind.kind === "adds" ? await database.presence(kind.objects) : null;
	const shape = !(kind.kind === "adds" && addsOne(kind.objects) && tool === void 0) && ways.kind === "guarded" && shapeTells(ways) ? await database.shape(ways.tables) : null;
	const table = cut?.ok ? cut.value.table : ways.kind === "guarded" ? ways.tables[0] : void 0;
	const maker = table === void 0 ? void 0 : makerOf(table, migrations, migration, number);
	const recorded = await database.recorded([.../* @__PURE__ */ new Set([migration.id, ...maker === void 0 ? [] : [maker.id]])]);
	const row = recorded.find((candidate) => candidate.id === migration.id);
	const mark = row?.marks.find((candidate) => candidate.number === number);
	const open = row?.state !== "applied" && mark?.state !== "done";
	const effect = program === null ? presence : effectOf(program, there, mark?.state);
	const dropped = ways.kind === "guarded" && /^DROP\b/i.test(sql) && ways.gentle.some(({ algorithm }) => algorithm === null) ? structureHashOfNone(ways.tables.length) : null;
	const made = recorded.find(({ id }) => id === maker?.id);
	const makerRun = made?.marks.find((one) => one.number === maker?.number)?.run ?? run;
	const own = maker !== void 0 && (makerRun === run || made?.state !== "applied");
	const measured = open && (cut !== null || !own);
	return {
		guards: null,
		key: open && cut?.ok ? await database.key(cut.value.table) : null,
		applied: row?.state === "applied",
		mark: mark?.state ?? "none",
		markRun: mark?.run ?? null,
		presence: open ? effect : null,
		shape: open ? shape : null,
		markShape: mark?.shape ?? null,
		partly: dropped !== null && shape !== null && shape !== dropped && shape !== (mark?.shape ?? null),
		size: measured && table !== void 0 ? await database.size(table, apply.copyBelowRows) : null,
		rewrite: tool === void 0 || !open ? null : await database.rewrites(tool.table, migration.id, number),
		own
	};
}
/** Is what a program statement does there? What is to be taken away may be missing from the start: the server says so then. */
function effectOf(program, there, mark) {
	if (program.does === "adds") return there === true ? "present" : "absent";
	if (mark === void 0) return null;
	return there === true ? "absent" : "present";
}
/** Pure: what to do with a statement, from what is known about it. */
function judge(facts, kind, ctx) {
	if (facts.applied || facts.mark === "done") return "done";
	if (facts.mark === "none") return facts.presence === "present" && ctx.mode === "run" ? "exists" : "run";
	if (kind.kind === "rows" || kind.kind === "repeatable") return "run";
	if (facts.presence === "present") return "mark-only";
	if (facts.presence === "absent") return "run";
	if (facts.shape !== null && facts.markShape !== null && !facts.partly) return facts.shape === facts.markShape ? "run" : "mark-only";
	return facts.markRun === ctx.run ? "run" : "cannot-tell";
}
function runIt(subject, where, facts, ctx) {
	const { migration, number, sql, kind, options } = subject;
	const refused = refusedBy(facts.guards, options.apply.guards, where);
	if (refused.length > 0) return {
		kind: "refuse",
		problems: refused
	};
	if (subject.cut !== null && !isSmall(facts, options.apply)) return inRanges(subject, subject.cut, where, facts, ctx);
	const choice = choiceOf(subject, where, facts);
	if (choice.kind === "refuse") return choice;
	if (choice.kind === "tool") return byTool$1(subject, choice.manner, where, facts, ctx);
	const done = afterIt(subject, ctx);
	const how = choice.kind === "guarded" ? `: ${choice.text}` : "";
	const why = `${migration.id}, statement ${number} of ${migration.statements.length}${how}`;
	const seen = seenMark(subject, facts);
	if (choice.kind === "guarded") {
		const before = beforeIt(subject, facts, ctx);
		const { first, otherwise, light, tables, remedy } = choice;
		const guard = {
			at: before.length,
			otherwise,
			tables,
			remedy,
			tries: options.lockAttempts,
			atOnce: options.engine === "mariadb" ? light : [],
			fresh: facts.own && tables.length === 1,
			lockWaitMs: Math.max(1, Math.ceil(options.lockWaitTimeoutMs / 1e3)) * 1e3,
			patienceMs: options.apply.patienceMs,
			killAfterMs: options.apply.killBlockersAfterMs
		};
		const more = around(subject, facts, ctx, before.length);
		return perform(options, [
			...before,
			first,
			done
		], why, {
			seen,
			guard,
			...more
		});
	}
	if (kind.kind === "rows") {
		const first = settingsFor(subject, facts);
		const start = atOnce(options.engine, startIt(subject, facts, ctx));
		const statements = [
			...first,
			...start,
			sql,
			...atOnce(options.engine, [done, "COMMIT"])
		];
		const at = statements.indexOf(sql, first.length);
		return perform(options, statements, why, {
			seen,
			...around(subject, facts, ctx, first.length, at)
		});
	}
	const before = beforeIt(subject, facts, ctx);
	const more = around(subject, facts, ctx, before.length);
	const end = kind.kind === "adds" ? [done] : [
		"START TRANSACTION",
		done,
		"COMMIT"
	];
	return perform(options, [
		...before,
		sql,
		...end
	], why, {
		seen,
		...more
	});
}
/** A transaction over so few rows is over at once. A statement that is not understood is taken for a large one. */
function isSmall({ size }, { copyBelowRows }) {
	return size !== null && size.rows <= copyBelowRows;
}
/** Row by row along the primary key, a range at a time, each committed with the mark of how far it went. */
function inRanges(subject, cut, where, facts, ctx) {
	const { migration, number, options } = subject;
	if (!cut.ok) return {
		kind: "refuse",
		problems: cut.problems
	};
	const { table, sql, left } = cut.value;
	if (facts.key === null) {
		const found = `the table ${table} without a primary key of numbers, texts, bytes or times`;
		return {
			kind: "refuse",
			problems: [notCut(where, found)]
		};
	}
	const { targetMs, timeoutMs, replicas, maxLagMs, maxThreadsRunning } = options.apply.batch;
	const before = beforeIt(subject, facts, ctx);
	const batches = {
		at: before.length,
		range: RANGE,
		table,
		key: facts.key,
		left,
		targetMs,
		replicas,
		maxLagMs,
		maxThreadsRunning,
		progress: progressQuery(migration, number),
		save: saveProgress(migration, number, RANGE)
	};
	const why = `${migration.id}, statement ${number} of ${migration.statements.length}: in ranges of ${facts.key.map(({ name }) => name).join(", ")}, ${targetMs} ms each`;
	const statements = [
		...before,
		sql,
		markDone(migration, number)
	];
	return perform(options, statements, why, {
		seen: seenMark(subject, facts),
		batches,
		timeoutMs,
		...around(subject, facts, ctx, before.length)
	});
}
function choiceOf({ migration, number, ways, options }, where, facts) {
	const manner = options.manner?.(migration.id, number);
	const noRoom = facts.own ? null : noRoomFor(facts.guards, options.apply.guards, where);
	return choose({
		ways,
		manner,
		fresh: facts.own,
		size: facts.size,
		limits: options.apply,
		where,
		noRoom
	});
}
/** The plan's tool copies the table; tables and marks of every attempt are known before it begins. */
function byTool$1(subject, manner, where, facts, ctx) {
	const { migration, number, options } = subject;
	const work = rewriteWork(rewriteInput(subject, manner, where, facts.rewrite));
	if (work.kind === "refuse") return work;
	const before = [...beforeIt(subject, facts, ctx), ...work.before];
	const swap = work.swap === void 0 ? [] : [work.swap];
	const light = options.engine === "mariadb" ? [0] : [];
	const guarded = {
		...work.guard,
		at: before.length + 1,
		otherwise: [],
		atOnce: light
	};
	const guard = work.swap === void 0 ? {} : { guard: guarded };
	const statements = [
		...before,
		work.sql,
		...swap,
		...work.after,
		afterIt(subject, ctx)
	];
	return perform(options, statements, `${migration.id}, statement ${number}: by ${manner.tool}, ${manner.why}`, {
		seen: seenMark(subject, facts),
		tool: {
			...work.tool,
			at: before.length
		},
		...guard,
		...around(subject, facts, ctx, before.length),
		timeoutMs: rewriteOf(options).timeout
	});
}
function markOnly(subject, where, facts, ctx) {
	const { migration, number, options } = subject;
	const tool = toolOf(options, migration.id, number);
	const rest = tool === void 0 ? [] : rewriteRest(rewriteInput(subject, tool, where, facts.rewrite));
	const statements = [
		...beforeIt(subject, facts, ctx),
		...rest,
		markDone(migration, number)
	];
	return perform(subject.options, statements, "it took effect before; only its mark is missing", { seen: seenMark(subject, facts) });
}
function settingsFor({ options }, { guards }) {
	return [sessionSettings(options.lockWaitTimeoutMs), ...(guards?.loss ?? null) === null ? [] : [CREATE_RESTORE_TABLE]];
}
/** Opens a transaction in which it is marked as started. */
function startIt({ migration, number }, facts, ctx) {
	return [
		"START TRANSACTION",
		markRunning(migration, {
			run: ctx.run,
			fence: ctx.fence
		}),
		markStarted(migration, number, ctx.run, facts.markShape ?? facts.shape)
	];
}
function beforeIt(subject, facts, ctx) {
	const marks = [...startIt(subject, facts, ctx), "COMMIT"];
	return [...settingsFor(subject, facts), ...atOnce(subject.options.engine, marks)];
}
/** Its last statement closes it, unless what is asked once it is done decides that. Pure. */
function recordsItself({ statements, verify }) {
	return statements.length > 0 && verify === void 0;
}
/** The last statement closes its migration: one wait for the disk of the server less, and the step that records it finds it recorded. */
function afterIt({ migration, number }, ctx) {
	if (number < migration.statements.length || !recordsItself(migration)) return markDone(migration, number);
	return markClosed(migration, {
		run: ctx.run,
		fence: ctx.fence
	});
}
function seenMark({ migration, number }, { mark, markRun }) {
	return {
		query: markQuery(migration, number),
		answer: mark === "none" ? null : `${mark} ${markRun}`
	};
}
async function probeStatement(subject, ctx) {
	if (!await untilIdle(subject, ctx)) return "unknown";
	const { kind } = subject;
	const facts = await factsOf(subject, ctx.run);
	if (facts.applied || facts.mark === "done") return "applied";
	if (facts.mark === "none" || kind.kind === "rows" || kind.kind === "repeatable") return "not-applied";
	if (facts.presence === "present") return "applied";
	if (facts.presence === "absent") return "not-applied";
	if (facts.shape === null || facts.markShape === null || facts.partly) return "unknown";
	return facts.shape === facts.markShape ? "not-applied" : "applied";
}
const UNREACHABLE = "migrate.database-unreachable";
/** A server that was killed needs some time for its recovery; only then can it be asked what became of the statement. */
const RESTART_MS = 12e4;
function busyNoted(ctx) {
	return (idle) => {
		if (!idle) ctx.note("waiting for the server: the statement may still be running there");
		return idle;
	};
}
/** The server goes on with a statement whose controller died, and keeps our lock until it is done. */
async function untilIdle({ migration, number, options }, ctx) {
	const most = toolOf(options, migration.id, number) === void 0 ? options.statementTimeoutMs : rewriteOf(options).timeout;
	const begin = ctx.clock.monotonic();
	const away = async (error) => {
		if (!(error instanceof ProblemError && error.problems.some(({ code }) => code === UNREACHABLE)) || ctx.clock.monotonic() - begin > RESTART_MS) throw error;
		ctx.note("waiting for the server: it does not answer");
		return false;
	};
	while (!await options.database.idle().then(busyNoted(ctx), away)) {
		if (ctx.clock.monotonic() - begin > most) return false;
		await ctx.clock.sleep(500, ctx.signal);
	}
	return true;
}

// src/migrate/apply/node.ts
const namesSchema = array(string()).readonly();
const checkOutputs = strictObject({
	/** Expand migrations this run applies. */
	pending: namesSchema,
	/** Backfill and contract migrations that wait for a run of their own. */
	left: namesSchema,
	before: string(),
	after: string()
});
/**
* Applies the pending expand migrations of a release. Each file is a sequence with a journaled step per statement, since MySQL
* cannot roll structure changes back; what is applied already decides `nothing`. The tree holds every expand file, so that it is
* the same before, during and after the run.
*/
function migrateNodes(options) {
	const { phase = "expand", migrations } = options;
	const check = checkStep(options, phase);
	const files = migrations.filter((migration) => migration.header.phase === phase);
	const rules = options.lint === void 0 ? [] : [lintStep({
		...options,
		lint: options.lint
	})];
	const parts = files.map((migration) => ({
		migration,
		statements: migration.statements.map((_, index) => statementStep(migration, index + 1, options)),
		record: recordStep(migration, options)
	}));
	const end = parts.at(-1);
	const last = end !== void 0 && recordsItself(end.migration) ? end.statements.at(-1) : end?.record;
	return {
		node: sequence({
			id: "migrate",
			title: `Apply pending ${phase} migrations`,
			description: ABOUT[phase],
			steps: [
				...rules,
				check,
				driftStep(options),
				...parts.map(({ migration, statements, record }) => sequence({
					id: migration.id,
					title: `Migration ${migration.id}`,
					steps: [...statements, record]
				})),
				...options.expected === void 0 ? [] : [asPlannedStep(options.database, options.expected)],
				rememberStep(options, last)
			]
		}),
		check
	};
}
const ABOUT = {
	expand: "Backfill and contract migrations are not part of a release. A rollback never undoes what is applied here.",
	backfill: "Rows are changed in ranges of their primary key; a run that was cut goes on behind the last range.",
	contract: "What no version that serves needs any more is taken away. Nothing brings it back but a restore."
};
/** As `migrateNodes`, for composers that need no outputs. */
function migrateProcedureNode(options) {
	return migrateNodes(options).node;
}
function checkStep(options, phase) {
	const { database, engine, migrations, environment } = options;
	const outputs = (look) => {
		const pending = pendingMigrations(look.applied, migrations);
		const { apply, left } = pending.ok ? pending.value : {
			apply: [],
			left: []
		};
		const own = (migration) => migration.header.phase === phase;
		const todo = [...apply, ...left].filter(own);
		return {
			pending: todo.map((migration) => migration.id),
			left: [...apply, ...left].filter((migration) => !own(migration)).map((migration) => `${migration.id} (${migration.header.phase})`),
			before: schemaState(look.applied),
			after: schemaAfter(look.applied, todo)
		};
	};
	return step({
		id: "check",
		title: "Compare the migrations with the database",
		inputs: {
			database: database.resource,
			engine,
			files: migrations.map(({ id, sha256 }) => `${id} ${sha256}`)
		},
		read: async (ctx) => {
			const look = await database.look();
			ctx.note(describe(outputs(look)));
			return look;
		},
		decide: (look) => {
			const pending = pendingMigrations(look.applied, migrations);
			const problems = [
				...otherFamily(look.server, engine, database.resource),
				...originProblems(look.origin, environment, database.resource),
				...pending.ok ? earlierFirst(pending.value, phase) : pending.problems
			];
			if (problems.length > 0) return {
				kind: "refuse",
				problems
			};
			const why = describe(outputs(look));
			const statements = [...{
				yes: [],
				no: CREATE_TABLES,
				older: [ADD_COLUMNS]
			}[look.prepared], ...look.origin === null ? ownOrigin(environment) : []];
			if (statements.length === 0) return {
				kind: "nothing",
				why
			};
			return {
				kind: "do",
				effects: [sqlOf(options, statements, "tables that remember what was applied")],
				why
			};
		},
		outputs: checkOutputs,
		collect: (_results, look) => outputs(look),
		planned: outputs,
		probe: "repeatable"
	});
}
/** Rows are filled, and things taken away, only when what comes before them is there. Pure. */
function earlierFirst({ apply, left }, phase) {
	const order = [
		"expand",
		"backfill",
		"contract"
	];
	const last = [...apply, ...left].findLast((migration) => migration.header.phase === phase)?.number ?? 0;
	return [...apply, ...left].filter(({ header, number }) => number < last && order.indexOf(header.phase) < order.indexOf(phase)).map(({ id, file, header }) => ({
		code: "migrate.earlier-first",
		where: `${file}:1`,
		found: `${id} (${header.phase}) is not applied, and a ${phase} migration comes after it`,
		expected: "every earlier migration of an earlier phase applied",
		remedy: header.phase === "expand" ? "release, or run `shiplock migrate`, first" : "run `shiplock migrate --backfill` first"
	}));
}
function describe({ pending, left, before, after }) {
	return `${pending.length === 0 ? "nothing is pending" : `pending: ${pending.join(", ")}`}${left.length === 0 ? "" : `; left for a run of their own: ${left.join(", ")}`}; schema ${before}${after === before ? "" : ` → ${after}`}`;
}
/** Closes a migration once all its statements are done: later releases see it as applied. */
function recordStep(migration, options) {
	const { verify } = migration;
	return step({
		id: "record",
		title: `Record ${migration.id} as applied`,
		inputs: {
			migration: migration.id,
			sha256: migration.sha256,
			...verify === void 0 ? {} : { verify: verify.sha256 }
		},
		read: async () => {
			const [row] = await options.database.recorded([migration.id]);
			if (row?.state === "applied") return "applied";
			return (row?.marks.find(({ number }) => number === migration.statements.length))?.state === "done" ? "all-done" : "open";
		},
		decide: (recorded, ctx) => {
			if (recorded === "applied") return {
				kind: "nothing",
				why: "it is recorded"
			};
			if (ctx.mode === "plan" && recorded === "open" && recordsItself(migration)) return {
				kind: "nothing",
				why: "its last statement records it"
			};
			const writer = {
				run: ctx.run,
				fence: ctx.fence
			};
			return perform(options, [
				sessionSettings(options.lockWaitTimeoutMs),
				"START TRANSACTION",
				markAllDone(migration),
				markApplied(migration, writer),
				"COMMIT"
			], verify === void 0 ? "every statement of it is done" : `${verify.file} finds nothing wrong`, verify === void 0 ? {} : { checks: verify.queries });
		},
		outputs: strictObject({}),
		collect: () => ({}),
		probe: "repeatable",
		marked: true,
		...verify === void 0 ? {} : { timeoutMs: options.statementTimeoutMs + 3e4 }
	});
}
/** The two families write some structure differently, and neither says so before a statement fails half-way through a file. Pure. */
function otherFamily(server, engine, where) {
	if (server.family === engine) return [];
	return [{
		code: "migrate.other-family",
		where,
		found: `${NAMES$1[server.family]} ${server.version}, ${server.comment}`,
		expected: `${NAMES$1[engine]}, as \`database.engine: ${engine}\` says`,
		remedy: `mend the address in \`database.dsn\`, or write \`engine: ${server.family}\` if the migrations are meant for it`
	}];
}
const NAMES$1 = {
	mysql: "MySQL",
	mariadb: "MariaDB"
};

// src/migrate/files/planned.ts
/** Every statement of these migrations, in order. Pure. */
function plannedStatements(migrations) {
	return migrations.flatMap(({ id, statements }) => statements.map(({ sql }, index) => ({
		migration: id,
		number: index + 1,
		title: titleOf(sql),
		sha256: sha256Of(sql)
	})));
}

// src/migrate/files/seed.ts
/** Reads a seed file, however large. Only rows are allowed in it: structure belongs to migrations. Throws ProblemError. */
async function readSeed(file) {
	const hash = createHash("sha256");
	const statements = [];
	const wrong = [];
	try {
		for await (const statement of statementsOf(file, (bytes) => hash.update(bytes))) {
			wrong.push(...notRows(statement, file));
			if (wrong.length === 0) statements.push(statement);
		}
	} catch (error) {
		if (error instanceof ProblemError) throw error;
		throw new ProblemError({
			code: "migrate.no-seed",
			where: file,
			found: error instanceof Error ? error.message : String(error),
			expected: "a readable SQL file",
			remedy: "mend `database.seed`, or take it out"
		});
	}
	if (wrong.length > 0) throw new ProblemError(wrong.slice(0, MOST_PROBLEMS));
	return {
		file,
		statements,
		sha256: hash.digest("hex")
	};
}
/** A dump given as a seed would be wrong in every statement. */
const MOST_PROBLEMS = 20;
/** Characters of SQL that one transaction takes: some tenths of a second, and so much of the journal's memory at a time. */
const PART_LENGTH = 1 << 20;
/**
* Puts the seed in. A small one is one transaction; a large one is cut into parts, a step each, so that its progress is seen and a run that was killed
* goes on behind the last part. The file itself must leave rows alone that are there already.
*/
function seedNode(options, partLength = PART_LENGTH) {
	const parts = partsOf(options.seed.statements, partLength);
	const { file, statements } = options.seed;
	if (parts.length < 2) return seedStep({
		...options,
		id: "seed",
		title: "Load seed data",
		statements
	});
	return sequence({
		id: "seed",
		title: "Load seed data",
		description: `${file} in ${parts.length} parts, each a transaction.`,
		steps: parts.map((part, index) => {
			const title = `Load seed data, part ${index + 1} of ${parts.length}`;
			return seedStep({
				...options,
				id: `part-${index + 1}`,
				title,
				statements: part
			});
		})
	});
}
/** Statements in order, together while they have at most this many characters; a longer one stands alone. Pure. */
function partsOf(statements, most) {
	const parts = [];
	let length = Number.POSITIVE_INFINITY;
	for (const statement of statements) {
		if (length + statement.sql.length > most) {
			parts.push([]);
			length = 0;
		}
		parts.at(-1)?.push(statement);
		length += statement.sql.length;
	}
	return parts;
}
function seedStep({ database, seed, lockWaitTimeoutMs, statementTimeoutMs, id, title, statements }) {
	return action({
		id,
		title,
		inputs: {
			file: seed.file,
			sha256: seed.sha256
		},
		read: async () => null,
		decide: () => ({
			kind: "do",
			effects: [{
				kind: "sql",
				dsn: database.dsn,
				statements: [
					sessionSettings(lockWaitTimeoutMs),
					"START TRANSACTION",
					...statements.map((statement) => statement.sql),
					"COMMIT"
				],
				lock: database.lock,
				resource: database.resource,
				why: "the first release asked for it",
				timeoutMs: statementTimeoutMs
			}]
		}),
		probe: "repeatable",
		timeoutMs: statementTimeoutMs + 3e4
	});
}
function notRows(statement, file) {
	if (kindOf(statement.sql).kind === "rows") return [];
	return [{
		code: "migrate.seed-not-rows",
		where: `${file}:${statement.line}`,
		found: statement.sql.split("\n")[0] ?? "",
		expected: "INSERT, UPDATE, DELETE or REPLACE",
		remedy: "write structure changes as a numbered migration"
	}];
}

// src/migrate/ledger/rows.ts
var import_semver = /* @__PURE__ */ __toESM(require_semver(), 1);
/**
* Answers that follow from the migrations of a release: for each schema state on the way from `from` to the release's own, may
* the versions that run now stay, and may the release itself run there? Pure.
*
* A version stays when it ran on `from` and every expand or backfill migration since then does not name it in `breaks`; that
* is a declaration of the migration's author, and the proof says so. A contract migration that declares nothing leaves
* `unknown`. Versions that are not semantic versions, or are named after a commit, cannot be compared with a range: `unknown` too.
*/
function ledgerRows(input) {
	const { release, from, ran, time } = input;
	const start = release.migrations.findIndex((migration) => migration.id === from);
	const way = (start < 0 && from !== "empty" ? [] : release.migrations.slice(start + 1)).filter((migration) => migration.phase === "expand");
	const rows = [];
	for (const { version, proof } of ran) {
		rows.push({
			version,
			schema: from,
			answer: "yes",
			proof,
			time
		});
		let soFar = "yes";
		for (const migration of way) {
			const after = answerAfter(soFar, migration, version);
			soFar = after.answer;
			rows.push({
				version,
				schema: migration.id,
				answer: after.answer,
				proof: after.proof,
				time
			});
			if (soFar !== "yes") break;
		}
	}
	const own = way.at(-1);
	const runs = ran.some(({ version }) => version === release.version);
	if (own !== void 0 && !runs) rows.push(ownRow(release.version, own.id, way, time));
	return rows;
}
/** Whether `version`, which could run before `migration`, still can after it. Pure. */
function answerAfter(before, migration, version) {
	const { id, phase, breaks, requires } = migration;
	if (before !== "yes") return {
		answer: before,
		proof: `as before ${id}`
	};
	for (const range of [breaks, requires]) if (range !== void 0 && !isComparable(version)) return {
		answer: "unknown",
		proof: `${id} declares ${range}, and ${version} has no place in such a range`
	};
	if (breaks !== void 0 && inRange(version, breaks)) return {
		answer: "no",
		proof: `declared by ${id}: breaks=${breaks}`
	};
	if (requires !== void 0 && !inRange(version, requires)) return {
		answer: "no",
		proof: `declared by ${id}: requires=${requires}`
	};
	if (breaks !== void 0) return {
		answer: "yes",
		proof: `declared by ${id}: breaks=${breaks} only`
	};
	if (phase === "contract") return {
		answer: "unknown",
		proof: `${id} is a contract migration and declares no breaks`
	};
	return {
		answer: "yes",
		proof: `declared by ${id}: phase=${phase} breaks nothing`
	};
}
/**
* Does the name say where the version stands among others? `0.0.0-<commit>`, the name of a release without a tag, is a semantic
* version to the letter, but it says nothing about what came before it.
*/
function isComparable(version) {
	return import_semver.default.valid(version) !== null && !/^0\.0\.0-[0-9a-f]{12}(?:\+|$)/.test(version);
}
function inRange(version, range) {
	return import_semver.default.satisfies(version, range, { includePrerelease: true });
}
/** A release is built for the schema its own migrations lead to, unless one of them says otherwise. */
function ownRow(version, schema, way, time) {
	const broken = way.find((migration) => migration.breaks !== void 0 && isComparable(version) && inRange(version, migration.breaks));
	return broken === void 0 ? {
		version,
		schema,
		answer: "yes",
		proof: `declared by release ${version}: its migrations end here`,
		time
	} : {
		version,
		schema,
		answer: "no",
		proof: `declared by ${broken.id}: breaks=${broken.breaks}`,
		time
	};
}

// src/migrate/shadow/age.ts
const NAMES = ["shiplock_age_a", "shiplock_age_b"];
const row$1 = object({
	NAME: string(),
	TOTAL_ROW_VERSIONS: number$1().optional()
});
/**
* Uses up row versions of a table on the throw-away server until it has as many as the target's, by adding and dropping a column of
* our own: then the server itself says what is still INSTANT. The structure stays. False: it did not come to that number.
*/
async function age(table, versions, { administrator, user }) {
	const alter = (what) => user.tell(`ALTER TABLE ${sqlName(table)} ${what}, ALGORITHM=INSTANT`);
	let [here, next] = NAMES;
	if (!(await alter(`ADD COLUMN ${here} INT`)).ok) return false;
	for (let count = 1; count < versions - 1; count += 1) {
		if (!(await alter(`ADD COLUMN ${next} INT, DROP COLUMN ${here}`)).ok) break;
		[here, next] = [next, here];
	}
	if (!(await alter(`DROP COLUMN ${here}`)).ok) {
		await user.tell(`ALTER TABLE ${sqlName(table)} DROP COLUMN ${here}`);
		return false;
	}
	return (await administrator.ask(row$1, "SELECT * FROM information_schema.INNODB_TABLES")).some(({ NAME, TOTAL_ROW_VERSIONS: now }) => NAME.endsWith(`/${table}`) && now === versions);
}

// src/migrate/shadow/copy.ts
/** The structure of a database, without a row, made again elsewhere by the words of the server itself. */
const KINDS = [
	"table",
	"function",
	"procedure",
	"view",
	"trigger",
	"event"
];
const tableRow = object({
	name: string(),
	type: string(),
	format: string().nullable()
});
const namedRow = object({
	name: string(),
	kind: string()
});
const createdRow = record(string(), union([
	string(),
	number(),
	date(),
	_null()
]));
/** Reads everything that the database is made of. @throws ProblemError when this user may not see a part of it */
async function readStructure(session, database) {
	const tables = await session.ask(tableRow, "SELECT TABLE_NAME AS name, TABLE_TYPE AS type, ROW_FORMAT AS format FROM information_schema.TABLES WHERE TABLE_SCHEMA = ? ORDER BY TABLE_NAME", [database]);
	const programs = await session.ask(namedRow, `SELECT ROUTINE_NAME AS name, ROUTINE_TYPE AS kind FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = ? AND ROUTINE_TYPE IN ('FUNCTION', 'PROCEDURE')
     UNION ALL SELECT TRIGGER_NAME, 'TRIGGER' FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = ?
     UNION ALL SELECT EVENT_NAME, 'EVENT' FROM information_schema.EVENTS WHERE EVENT_SCHEMA = ?`, [
		database,
		database,
		database
	]);
	const made = [];
	for (const { name, type, format } of tables) {
		const kind = type === "VIEW" ? "view" : "table";
		made.push({
			...await created(session, kind, name),
			rowFormat: kind === "table" ? format : null
		});
	}
	for (const { name, kind } of programs) made.push(await created(session, kindNamed(kind), name));
	return made;
}
function kindNamed(text) {
	return KINDS.find((kind) => kind === text.toLowerCase()) ?? "procedure";
}
async function created(session, kind, name) {
	const [row = {}] = await session.ask(createdRow, `SHOW CREATE ${kind} ${sqlName(name)}`);
	const sql = Object.entries(row).find(([key]) => /^(?:create |sql original statement)/i.test(key))?.[1];
	if (typeof sql !== "string") throw new ProblemError({
		code: "migrate.shadow-cannot-see",
		where: `${kind} ${name}`,
		found: "the server does not show it to this user",
		expected: "a user that may see everything that the database is made of",
		remedy: "give the user of `database.dsn` the right SHOW_ROUTINE (MySQL), or SELECT on mysql.proc (MariaDB)"
	});
	const mode = row["sql_mode"];
	return {
		kind,
		name,
		sql: withoutDefiner(sql),
		sqlMode: typeof mode === "string" ? mode : null,
		rowFormat: null
	};
}
/** Who made it: an account that the throw-away server does not have. Pure. */
function withoutDefiner(sql) {
	return sql.replace(/^(CREATE(?: ALGORITHM=\w+)?) DEFINER=(?:`(?:[^`]|``)*`|\S+?)@(?:`(?:[^`]|``)*`|\S+)/, "$1");
}
/**
* Makes it all in an empty database, in a session of its own. Views may stand on each other: those that fail are tried again while one
* more succeeds.
* @throws ProblemError with what could not be made
*/
async function makeStructure(made, user, administrator) {
	await user.tell("SET SESSION foreign_key_checks = 0");
	let open = KINDS.flatMap((kind) => made.filter((one) => one.kind === kind));
	while (open.length > 0) {
		const failed = [];
		for (const one of open) {
			const message = await makeOne(one, user, administrator);
			if (message !== null) failed.push({
				one,
				message
			});
		}
		if (failed.length === open.length) throw cannotCopy(failed);
		open = failed.map(({ one }) => one);
	}
}
/** What is there was once allowed: today's SQL mode need not allow it again, so tables and views are made without one. */
async function makeOne(one, user, administrator) {
	if (one.rowFormat !== null && FORMATS.has(one.rowFormat.toUpperCase())) await administrator.tell(`SET GLOBAL innodb_default_row_format = ${one.rowFormat}`);
	await user.tell(`SET SESSION sql_mode = '${(one.sqlMode ?? "NO_ENGINE_SUBSTITUTION").replaceAll("'", "''")}'`);
	const told = await user.tell(one.sql);
	return told.ok ? null : told.message;
}
/** Those that a table may have without naming one. */
const FORMATS = /* @__PURE__ */ new Set([
	"DYNAMIC",
	"COMPACT",
	"REDUNDANT"
]);
function cannotCopy(failed) {
	return new ProblemError(failed.map(({ one, message }) => ({
		code: "migrate.shadow-copy",
		where: `${one.kind} ${one.name}`,
		found: message,
		expected: "the same structure on the throw-away server",
		remedy: "use a server of the same version, with what the target has loaded; until then nothing can be planned here"
	})));
}
/** What is not the same in both. A counter is no structure. Pure. */
function differences(target, copy) {
	const text = ({ kind, name, sql, rowFormat }) => [`${kind} ${name}`, `${sql.replace(/ AUTO_INCREMENT=\d+/, "")} ${rowFormat ?? ""}`];
	const theirs = new Map(copy.map(text));
	return target.map(text).flatMap(([name, sql]) => theirs.get(name) === sql ? [] : [name]);
}

// src/migrate/shadow/given.ts
/** A running server that somebody set aside for plans. A database with the target's name is made there and dropped. */
/** In it: the database was made by us and may be dropped, also when the process before died. */
const MARK = "shiplock_shadow_scratch";
const WAIT_SECONDS = "30";
const count = object({ count: number$1().nullable() });
/** @throws ProblemError when the database is there already, or another plan is being made there */
async function openGiven(dsn, database, connectTimeoutMs) {
	const { database: _, ...options } = parseDsn(dsn);
	const where = `database.shadow.dsn (${options.socketPath ?? `${options.host}:${options.port}`})`;
	const administrator = await openSession(options, connectTimeoutMs).catch((error) => {
		throw notUsable(where, error instanceof Error ? error.message : String(error));
	});
	try {
		await makeDatabase(administrator, database, where);
	} catch (error) {
		await administrator.close();
		if (error instanceof ServerRefusal) throw notUsable(where, error.message);
		throw error;
	}
	const users = [];
	return {
		administrator,
		openUser: async () => {
			const user = await openSession({
				...options,
				database
			}, connectTimeoutMs);
			users.push(user);
			return user;
		},
		close: async () => {
			await Promise.all(users.map((user) => user.close()));
			await administrator.tell(`DROP DATABASE IF EXISTS ${sqlName(database)}`);
			await administrator.close();
		}
	};
}
async function makeDatabase(administrator, database, where) {
	const one = async (sql, ...values) => (await administrator.ask(count, sql, values))[0]?.count ?? 0;
	if (await one("SELECT GET_LOCK(?, ?) AS count", "shiplock-shadow", WAIT_SECONDS) !== 1) throw notUsable(where, "another plan is being made there");
	const there = await one("SELECT COUNT(*) AS count FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = ?", database);
	const ours = await one("SELECT COUNT(*) AS count FROM information_schema.TABLES WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ?", database, MARK);
	if (there > 0 && ours === 0) throw new ProblemError({
		code: "migrate.shadow-in-use",
		where,
		found: `a database ${database} that Shiplock did not make`,
		expected: "a server without a database of the target’s name: what is made there is dropped afterwards",
		remedy: "give a server of its own, never the target itself"
	});
	const statements = [
		`DROP DATABASE IF EXISTS ${sqlName(database)}`,
		`CREATE DATABASE ${sqlName(database)}`,
		`CREATE TABLE ${sqlName(database)}.${MARK} (id INT PRIMARY KEY)`
	];
	for (const sql of statements) {
		const told = await administrator.tell(sql);
		if (!told.ok) throw notUsable(where, told.message);
	}
}
function notUsable(where, found) {
	return new ProblemError({
		code: "migrate.shadow-not-usable",
		where,
		found,
		expected: "a server whose user may make and drop a database, and has the right PROCESS",
		remedy: "mend the connection or the rights of its user, wait for the other plan, or start a server with `program:`"
	});
}

// src/migrate/shadow/settings.ts
/** Fixed when the server is made or starts. */
const AT_START = ["lower_case_table_names", "innodb_page_size"];
/** Set for the whole server; sessions begin with them. Those that a server does not have are no difference. */
const SETTINGS = [
	"sql_mode",
	"innodb_strict_mode",
	"innodb_default_row_format",
	"innodb_file_per_table",
	"explicit_defaults_for_timestamp",
	"foreign_key_checks",
	"restrict_fk_on_non_standard_key",
	"character_set_server",
	"collation_server",
	"default_storage_engine",
	"default_collation_for_utf8mb4",
	"sql_require_primary_key",
	"sql_generate_invisible_primary_key",
	"show_gipk_in_create_table_and_information_schema",
	"old_mode",
	"old_alter_table",
	"alter_algorithm",
	"innodb_instant_alter_column_allowed",
	"mysql56_temporal_format",
	"character_set_collations",
	"binlog_format",
	"time_zone"
];
const row = object({
	Variable_name: string(),
	Value: string()
});
/** As a new session of this user sees them. */
async function readVariables(session) {
	const rows = await session.ask(row, "SHOW VARIABLES");
	return new Map(rows.map(({ Variable_name: name, Value: value }) => [name.toLowerCase(), value]));
}
/** Pure. */
function argumentsFor(target, family) {
	const fixed = AT_START.flatMap((name) => {
		const value = target.get(name);
		return value === void 0 ? [] : [`--${name.replaceAll("_", "-")}=${value}`];
	});
	const log = target.get("log_bin") === "ON" ? ["--log-bin=binlog"] : family === "mysql" ? ["--skip-log-bin"] : [];
	return {
		initialise: fixed,
		start: [
			...fixed,
			...log,
			"--server-id=1",
			"--log-bin-trust-function-creators=ON"
		]
	};
}
/**
* Gives the throw-away server the settings of the target; a session that begins afterwards has them. Returns the names of those that
* could not be set: about these, what the server says is not the target's word.
*/
async function copySettings(target, administrator) {
	const own = await readVariables(administrator);
	const different = [];
	for (const name of SETTINGS) {
		const wanted = target.get(name);
		if (wanted === void 0 || own.get(name) === wanted) continue;
		if (!own.has(name)) {
			different.push(name);
			continue;
		}
		const value = /^[0-9]+$/.test(wanted) || wanted === "ON" || wanted === "OFF" ? wanted : quoted(wanted);
		if (!(await administrator.tell(`SET GLOBAL ${name} = ${value}`)).ok) different.push(name);
	}
	return [...different, ...AT_START.filter((name) => own.get(name) !== target.get(name))];
}
function quoted(text) {
	return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "''")}'`;
}

// src/migrate/shadow/open.ts
/** Starts or opens it and copies the structure. @throws ProblemError */
async function openShadow(options) {
	const { engine, database, target } = options;
	const variables = await readVariables(target);
	const made = await readStructure(target, database);
	const targetVersion = await versionOf(target, engine, "database.dsn");
	const server = await open(options, argumentsFor(variables, engine));
	try {
		const { administrator } = server;
		const version = await versionOf(administrator, engine, "database.shadow");
		const copier = await server.openUser();
		await copySettings(variables, administrator);
		const names = await charactersOf(target);
		await copier.tell(`ALTER DATABASE CHARACTER SET ${names.charset} COLLATE ${names.collation}`);
		await makeStructure(made, copier, administrator);
		const different = await copySettings(variables, administrator);
		const user = await server.openUser();
		const unlike = differences(made, await readStructure(user, database));
		const versions = versionWarning(targetVersion, version);
		return {
			family: engine,
			administrator,
			user,
			targetVersion,
			version,
			warnings: [
				...versions === null ? [] : [versions.text],
				...unlike.length === 0 ? [] : [`not made alike: ${unlike.join(", ")}`],
				...different.length === 0 ? [] : [`settings that differ: ${different.join(", ")}`]
			],
			promises: versions?.promises !== false && unlike.length === 0,
			foldsNames: variables.get("lower_case_table_names") !== "0",
			noZeroDates: /NO_ZERO_DATE/.test(variables.get("sql_mode") ?? ""),
			close: () => server.close()
		};
	} catch (error) {
		await server.close();
		throw error;
	}
}
function open(options, args) {
	const { shadow, engine, database, secrets, connectTimeoutMs } = options;
	if (shadow.dsn !== void 0) {
		const dsn = typeof shadow.dsn === "string" ? shadow.dsn : secrets.get(shadow.dsn.secret);
		return openGiven(dsn, database, connectTimeoutMs);
	}
	if (shadow.image !== void 0) {
		const { image, memory, user } = shadow;
		return startContainer({
			image,
			memory,
			user,
			family: engine,
			database,
			arguments: args
		}, options);
	}
	const program = shadow.program ?? (engine === "mariadb" ? "mariadbd" : "mysqld");
	return startLocal({
		program,
		family: engine,
		user: shadow.user,
		database,
		arguments: args
	}, options);
}
async function versionOf(session, engine, where) {
	const { family, version } = await readServer((row, sql) => session.ask(row, sql));
	if (family === engine) return version;
	throw new ProblemError({
		code: "migrate.shadow-other-family",
		where,
		found: `${family} ${version}`,
		expected: `${engine}, as database.engine says: the two do not change tables alike`,
		remedy: "name the program or the server of the right family"
	});
}
const charactersRow = object({
	charset: string(),
	collation: string()
});
async function charactersOf(session) {
	const [row] = await session.ask(charactersRow, "SELECT @@character_set_database AS charset, @@collation_database AS collation");
	return row ?? {
		charset: "utf8mb4",
		collation: "utf8mb4_general_ci"
	};
}
/** Null: the same version. Pure. */
function versionWarning(target, shadow) {
	const [a = [], b = []] = [target, shadow].map((text) => /^(\d+)\.(\d+)\.(\d+)/.exec(text)?.slice(1) ?? []);
	if (a.length > 0 && a.join(".") === b.join(".")) return null;
	const line = a.length > 0 && a[0] === b[0] && a[1] === b[1];
	const what = `the throw-away server is ${shadow}, the target ${target}`;
	return line ? {
		text: `${what}: the same release line, another patch`,
		promises: true
	} : {
		text: `${what}: another release line, so that nothing is promised; what differs is refused when it is applied`,
		promises: false
	};
}

// src/migrate/plan/ladder.ts
/**
* From what others notice least to what they notice most: first whether they may write, then whether they may read, then how much work
* it is. COPY beside writers is MariaDB's from 11.2 on.
*/
const COMMON = [
	{
		algorithm: "INPLACE",
		lock: "NONE"
	},
	{
		algorithm: "COPY",
		lock: "NONE"
	},
	{
		algorithm: "INPLACE",
		lock: "SHARED"
	},
	{
		algorithm: "COPY",
		lock: "SHARED"
	},
	{
		algorithm: "INPLACE",
		lock: "EXCLUSIVE"
	},
	{
		algorithm: "COPY",
		lock: "EXCLUSIVE"
	}
];
/** MySQL takes no lock beside INSTANT (1221); MariaDB does, and without one it lets a copy pass. */
const MYSQL = [{
	algorithm: "INSTANT",
	lock: "DEFAULT"
}, ...COMMON];
const MARIADB = [
	{
		algorithm: "INSTANT",
		lock: "NONE"
	},
	{
		algorithm: "NOCOPY",
		lock: "NONE"
	},
	...COMMON.slice(0, 2),
	{
		algorithm: "NOCOPY",
		lock: "SHARED"
	},
	...COMMON.slice(2)
];
/** What is tried, one after another. A change of the partitioning is always a copy in MariaDB, which takes INSTANT there without keeping it. */
function ladderOf(family, shape) {
	if (family === "mysql") return MYSQL;
	return shape.kind === "alter" && shape.partitioning ? COMMON : MARIADB;
}
/** An algorithm that never writes a table anew was accepted, and the table was written anew: the server does not keep it here. Pure. */
function notKept(algorithm, rebuilds) {
	return rebuilds && (algorithm === "INSTANT" || algorithm === "NOCOPY");
}
/**
* 1845 and 1846: not in this manner. 1800: the server does not know the algorithm. 1221: not these two together. 4092: the row versions
* of the table are used up. Nothing was changed by any of them.
*/
const NOT_IN_THIS_MANNER = /* @__PURE__ */ new Set([
	1845,
	1846,
	1800,
	1221,
	4092
]);
/** The statement itself is all right as far as this answer tells; only the manner was refused. Pure. */
function refusesManner({ errno }) {
	return NOT_IN_THIS_MANNER.has(errno);
}
/** 1064: here the grammar of the server has no place for an assertion. */
const NO_PLACE = 1064;

// src/migrate/plan/shape.ts
/** What takes nothing but a metadata lock for a moment. */
const PROGRAMS = /* @__PURE__ */ new Set([
	"VIEW",
	"TRIGGER",
	"PROCEDURE",
	"FUNCTION",
	"EVENT",
	"SEQUENCE"
]);
/** Pure. `version`: of the server that will run it, as conditional comments write it. */
function shapeOf(sql, dialect, version) {
	const outline = outlineOf(sql, dialect, version);
	switch (outline.kind) {
		case "alter":
		case "create-index":
		case "drop-index": return assertable(sql, outline);
		case "tables":
			if (outline.temporary) return noAssertion(`${outline.what} of a temporary table`);
			return {
				kind: "plain",
				what: outline.what,
				table: ownName(outline.tables[0])
			};
		case "program": return PROGRAMS.has(outline.object) ? {
			kind: "plain",
			what: outline.what,
			table: null
		} : noAssertion(outline.what);
		case "rows": return {
			kind: "rows",
			what: outline.what,
			table: ownName(outline.tables[0])
		};
		case "optimize": return noAssertion("OPTIMIZE TABLE");
		case "other": return noAssertion(outline.what);
		case "unread": return {
			kind: "unclear",
			why: `a statement that the grammar does not read: ${outline.found}, where it expects ${outline.expected}`,
			remedy: "write it in a form that `shiplock migrate lint` reads"
		};
	}
}
function assertable(sql, outline) {
	const { table, own, closed } = outline;
	if (table.schema !== null) return unclear$1("a table of another database", "name a table of this database");
	if (outline.kind === "alter" && outline.moment !== null) return {
		kind: "plain",
		what: `ALTER TABLE ${outline.moment}`,
		table: table.name
	};
	if (closed === "no change") return unclear$1("ALTER TABLE without a change", "say what is to be changed");
	if (closed !== null) return unclear$1(closed, "write what this server runs");
	if (own.algorithm !== null || own.lock !== null) return unclear$1(own.algorithm === null ? "a LOCK of its own" : "an ALGORITHM of its own", "take ALGORITHM and LOCK out of the statement: the plan finds the least disruptive ones, and apply asserts them");
	const { name } = table;
	switch (outline.kind) {
		case "alter": {
			const { partitioning, partitions, at } = outline;
			return {
				kind: "alter",
				table: name,
				parts: sql.slice(at),
				partitioning,
				partitions,
				outline
			};
		}
		case "create-index": return {
			kind: "create-index",
			table: name,
			outline
		};
		case "drop-index": return {
			kind: "drop-index",
			table: name,
			outline
		};
	}
}
/** The table, where it is one of this database. */
function ownName(table) {
	return table === void 0 || table.schema !== null ? null : table.name;
}
/** The statement with its assertion. Pure. */
function assertedSql(sql, { outline }, { algorithm, lock }) {
	return assertedSql$1(sql, outline, [`ALGORITHM=${algorithm}`, `LOCK=${lock}`]);
}
function noAssertion(what) {
	return unclear$1(`${what} … in a form that takes no assertion here`, "write it as ALTER TABLE with the plain name of a table of this database");
}
function unclear$1(why, remedy) {
	return {
		kind: "unclear",
		why,
		remedy
	};
}

// src/migrate/shadow/trial.ts
/** Tries it; afterwards the throw-away server has it applied, unless it failed. */
async function tryStatement(sql, shape, server) {
	if (shape.kind === "unclear") return {
		kind: "unclear",
		found: shape.why,
		remedy: shape.remedy
	};
	const before = await observe(server);
	const done = await climb(sql, shape, server);
	if (!done.ok) return {
		kind: "failed",
		found: done.message,
		errno: done.errno
	};
	const after = await observe(server);
	const { sql: accepted, algorithm, lock, refused } = done;
	const rebuilds = shape.kind !== "rows" && writtenAnew(before.ids, after.ids);
	if (notKept(algorithm, rebuilds)) return {
		kind: "unclear",
		found: `${algorithm} was accepted, and yet the table was written anew`,
		remedy: "write the parts of the statement as statements of their own"
	};
	return {
		kind: "accepted",
		shape,
		sql: accepted,
		algorithm,
		lock,
		refused,
		rebuilds,
		rowVersion: [...after.versions].some(([id, count]) => count > (before.versions.get(id) ?? count)),
		changes: changesBetween(before.layout, after.layout)
	};
}
async function climb(sql, shape, { family, user }) {
	const plain = async () => {
		const told = await user.tell(sql);
		return told.ok ? {
			ok: true,
			sql,
			algorithm: null,
			lock: null,
			refused: ""
		} : told;
	};
	if (shape.kind === "plain" || shape.kind === "rows") return plain();
	let last;
	for (const rung of ladderOf(family, shape)) {
		const asserted = assertedSql(sql, shape, rung);
		const told = await user.tell(asserted);
		if (told.ok) return {
			ok: true,
			sql: asserted,
			...rung,
			refused: last?.message ?? ""
		};
		if (told.errno === 1064 && family === "mariadb" && shape.kind === "alter" && shape.partitions) return plain();
		if (!refusesManner(told)) return told;
		if (told.errno !== 1800) last = told;
	}
	return last ?? {
		ok: false,
		errno: 0,
		message: "no manner of doing it was accepted"
	};
}
const idRow = object({
	TABLE_ID: string$1(),
	NAME: string(),
	/** MySQL from 8.0.29 on. */
	TOTAL_ROW_VERSIONS: number$1().optional()
});
const TABLES_VIEW = {
	mysql: "INNODB_TABLES",
	mariadb: "INNODB_SYS_TABLES"
};
async function observe({ family, administrator, user }) {
	const ours = (await administrator.ask(idRow, `SELECT * FROM information_schema.${TABLES_VIEW[family]}`)).filter(({ NAME }) => !/^(?:mysql|sys)\/|\/fts_[0-9a-f]{16}_/i.test(NAME) && NAME.includes("/"));
	return {
		ids: new Set(ours.map(({ TABLE_ID }) => TABLE_ID)),
		versions: new Map(ours.map(({ TABLE_ID, TOTAL_ROW_VERSIONS = 0 }) => [TABLE_ID, TOTAL_ROW_VERSIONS])),
		layout: await readLayout(user, family)
	};
}
/** One went and another came: something was written anew. A partition that is only added or only dropped is not. Pure. */
function writtenAnew(before, after) {
	const went = [...before].some((id) => !after.has(id));
	const came = [...after].some((id) => !before.has(id));
	return went && came;
}

// src/migrate/rewrite/fitting.ts
/** gh-ost before the other, since it needs no triggers; only the one that is configured, unless that is `auto`. */
function fitting({ tool, foreignKeys }, input) {
	const wanted = tool === "auto" ? ["gh-ost", "pt-online-schema-change"] : tool === "never" ? [] : [tool];
	const refused = [];
	for (const one of wanted) {
		const against = unfit(one, input, foreignKeys);
		if (against.length === 0) return {
			kind: "tool",
			tool: one,
			notes: [...refused.map((why) => `not by ${why}`), ...told(one, input)]
		};
		refused.push(`${one}: ${against.join("; ")}`);
	}
	return {
		kind: "none",
		why: `${input.table.table} cannot be changed by ${refused.join(", nor by ")}`
	};
}
function unfit(tool, { table, server, parts, unique }, keys) {
	const found = [];
	const all = (condition, why) => {
		if (condition) found.push(why);
	};
	all(!table.keyed, "it has neither a primary key nor a unique one without NULL");
	all(table.triggers > 0, "it has triggers");
	all(table.keysIn > 0, "foreign keys lead to it");
	all(unique > 0, "the change makes a unique index, and rows that do not fit it would be left out");
	all(/\b(?:RENAME|CHANGE)\b/i.test(parts), "the change renames something, and the tool could take that for a drop");
	all(/\bDROP\s+PRIMARY\s+KEY\b/i.test(parts), "the change drops the primary key");
	all(!isPlainName(table.table), "its name has other letters than A-Z, a-z, 0-9, _ and $");
	if (tool === "gh-ost") {
		all(server.family !== "mysql", "it does not know MariaDB");
		all(table.keysOut > 0, "it has foreign keys");
		all(server.binlog !== "ROW", `the binary log is ${server.binlog}, not ROW`);
		all(!server.fullRows, "binlog_row_image is not FULL");
	} else all(table.keysOut > 0 && keys === "refuse", "its foreign keys would get other names (database.rewrite.foreignKeys: rename)");
	return found;
}
function told(tool, { table }) {
	if (tool === "gh-ost") return ["gh-ost needs the rights REPLICATION SLAVE, REPLICATION CLIENT and SELECT ON performance_schema.*"];
	return ["it needs the right TRIGGER, with a binary log also log_bin_trust_function_creators or SUPER", ...table.keysOut > 0 ? ["the names of its foreign keys will begin with one more underscore, or one less"] : []];
}

// src/migrate/plan/decide.ts
/** A statement that changes nothing but the description of a table. */
const MOMENT_MS = 100;
function decide(input, budget, rewrite) {
	const { trial, where, facts, replies, fresh, rowsBefore } = input;
	if (trial.kind === "unclear") return refuse([unclear(where, trial)]);
	if (trial.kind === "failed") return refuse([failed(where, trial)]);
	const { shape } = trial;
	const table = facts.tables.find((one) => one.table === input.table) ?? null;
	const violated = replies.filter((reply) => reply.kind === "violated");
	if (violated.length > 0 && !rowsBefore) return {
		...refuse(violated.map((reply) => doesNotFit(where, reply))),
		table
	};
	const notes = [...violated.map(({ question }) => `now there is ${question.what}: an earlier statement must mend that`), ...replies.flatMap((reply) => reply.kind === "unknown" ? [`not checked: ${reply.question.what} (${reply.why})`] : [])];
	const isFresh = input.table !== null && fresh.has(input.table);
	const none = isFresh || table?.rows === 0;
	const estimateMs = none ? MOMENT_MS : estimateOf(trial, table, budget);
	const direct = (why) => ({
		manner: {
			kind: "direct",
			sql: trial.sql,
			algorithm: trial.algorithm,
			lock: trial.lock,
			rebuilds: trial.rebuilds,
			source: input.source,
			estimateMs,
			why
		},
		blocks: isFresh ? "nobody: the table is new" : blocksOf(trial),
		table,
		notes
	});
	if (none) return direct(isFresh ? "the table is made by this plan" : "the table has no row");
	if (shape.kind === "plain") return direct(plainWhy(shape.what));
	if (shape.kind === "rows") return direct("changes rows, in one transaction with its mark");
	if (trial.algorithm === "INSTANT") return direct("the server changes only the description of the table");
	const problems = tooMuch(where, trial, table, facts, estimateMs, budget);
	if (problems.length === 0) return direct(whyOf(trial));
	return byTool(input, trial, table, problems, estimateMs, rewrite, notes);
}
/** Everything that the server would do itself at too high a price. */
function tooMuch(where, trial, table, { server }, estimateMs, budget) {
	const writersWait = trial.lock !== "NONE";
	const problem = (code, found, expected) => ({
		code,
		where,
		found,
		expected,
		remedy: "set `database.rewrite.tool` to a tool that copies in the background, write the change as a new column with a backfill, or raise the limit for a window in which that is accepted"
	});
	if (table?.bytes === null || table === null || estimateMs === null) {
		if (!trial.rebuilds && !writersWait) return [];
		return [problem("migrate.plan-unknown-size", "a table whose size is not known", "a size that the server tells")];
	}
	const found = [];
	if (writersWait && estimateMs > budget.blockBelow) {
		const what = `${trial.algorithm}, LOCK=${trial.lock}: writes would wait some ${formatDuration(estimateMs)} on ${formatBinarySize(table.bytes)}`;
		found.push(problem("migrate.plan-blocks", what, `at most ${formatDuration(budget.blockBelow)}, as database.plan.blockBelow says`));
	}
	if (trial.rebuilds && !writersWait && table.bytes > budget.rebuildBelow) {
		const what = `${formatBinarySize(table.bytes)} of ${table.table} would be written anew`;
		found.push(problem("migrate.plan-rebuilds", what, `at most ${formatBinarySize(budget.rebuildBelow)}, as database.plan.rebuildBelow says`));
	}
	if (trial.rebuilds && server.freeBytes !== null && server.freeBytes < table.bytes * 1.2) {
		const what = `${formatBinarySize(server.freeBytes)} free where the data lies, for a copy of ${formatBinarySize(table.bytes)}`;
		found.push({
			...problem("migrate.plan-disk", what, "room for the copy and a fifth more"),
			remedy: "make room on that disk first"
		});
	}
	return found;
}
function byTool({ where, facts }, trial, table, problems, estimateMs, rewrite, notes) {
	const { shape } = trial;
	const refused = {
		...refuse(problems),
		table,
		notes
	};
	if (rewrite.tool === "never" || problems.some(({ code }) => code === "migrate.plan-disk")) return refused;
	if (shape.kind !== "alter" || table === null) return refused;
	const found = fitting(rewrite, {
		table,
		server: facts.server,
		parts: shape.parts,
		unique: trial.changes.unique.length
	});
	if (found.kind === "none") return {
		...refused,
		...refuse([...problems, {
			code: "migrate.plan-tool",
			where,
			found: found.why,
			expected: "a table that the tool can copy",
			remedy: "write the change as a new column or table with a backfill"
		}])
	};
	const why = problems.map(({ found: reason }) => reason).join("; ");
	return {
		manner: {
			kind: "tool",
			tool: found.tool,
			alter: shape.parts,
			table: shape.table,
			estimateMs,
			why
		},
		blocks: "others for a moment when the tables are swapped",
		table,
		notes: [...notes, ...found.notes]
	};
}
function estimateOf(trial, table, { rebuildRate }) {
	if (trial.shape.kind === "rows") return null;
	const reads = trial.changes.indexes.length > 0 || trial.changes.checks.length > 0 || trial.changes.foreignKeys.length > 0;
	if (trial.shape.kind === "plain" || trial.algorithm === "INSTANT") return MOMENT_MS;
	if (!trial.rebuilds && !reads && trial.algorithm !== "COPY") return MOMENT_MS;
	if (table === null || table.bytes === null) return null;
	return MOMENT_MS + Math.round(table.bytes / rebuildRate * 1e3);
}
function blocksOf({ lock, algorithm, shape }) {
	if (shape.kind === "rows") return "writers of the same rows, until it is done";
	if (shape.kind === "plain" || algorithm === "INSTANT") return "others for a moment, at its metadata lock";
	if (lock === null) return "others as long as it takes: no assertion is possible here";
	if (lock === "NONE") return "others for a moment at its beginning and end";
	return lock === "SHARED" ? "writers, as long as it takes" : "readers and writers, as long as it takes";
}
function plainWhy(what) {
	if (what.startsWith("CREATE")) return "makes something new";
	return "takes a metadata lock for a moment";
}
function whyOf({ rebuilds, refused }) {
	const before = refused === "" ? "" : `; less was refused: ${refused}`;
	return `${rebuilds ? "the table is written anew, within the limits" : "the table stays where it is"}${before}`;
}
function refuse(problems) {
	return {
		manner: {
			kind: "refused",
			problems
		},
		blocks: "nothing is run",
		table: null,
		notes: []
	};
}
function unclear(where, { found, remedy }) {
	return {
		code: "migrate.plan-unclear",
		where,
		found,
		expected: "a statement whose algorithm and lock can be asserted",
		remedy
	};
}
/** 1044, 1045, 1142, 1143, 1227, 1290, 1370, 1419: rights that the user on the throw-away server does not have, whatever the target's may. */
const RIGHTS = /* @__PURE__ */ new Set([
	1044,
	1045,
	1142,
	1143,
	1227,
	1290,
	1370,
	1419
]);
function failed(where, { found, errno }) {
	if (RIGHTS.has(errno)) return {
		code: "migrate.plan-not-allowed",
		where,
		found,
		expected: "a statement that stays inside the database: no files, accounts, plugins, other databases or definers",
		remedy: "do this apart from migrations, or take that part out of the statement"
	};
	return {
		code: "migrate.plan-fails",
		where,
		found,
		expected: "a statement that the server runs on the structure of the target",
		remedy: "mend what the server names; nothing was changed on the target"
	};
}
function doesNotFit(where, { question }) {
	return {
		code: "migrate.plan-rows",
		where,
		found: question.what,
		expected: "rows that fit what the statement asks for",
		remedy: question.remedy
	};
}

// src/migrate/plan/facts.ts
const sizeRow = object({
	table: string(),
	rows: number$1().nullable(),
	bytes: number$1().nullable()
});
const countRow = object({
	table: string(),
	count: number$1()
});
const pathRow = object({
	dir: string(),
	host: string(),
	logs: string$1(),
	format: string(),
	image: string()
});
const foundRow = object({ found: number$1() });
/** Keeps every later question of this session short, and its numbers fresh. */
async function boundSession(session, family, timeoutMs) {
	await session.tell("SET SESSION TRANSACTION READ ONLY");
	await session.tell(family === "mariadb" ? `SET SESSION max_statement_time = ${timeoutMs / 1e3}` : `SET SESSION max_execution_time = ${timeoutMs}`);
	if (family === "mysql") await session.tell("SET SESSION information_schema_stats_expiry = 0");
}
/** Reads the facts of these tables. `layout` is the target's. */
async function readFacts(names, layout, looking) {
	const { session, database } = looking;
	const sizes = await session.ask(sizeRow, "SELECT TABLE_NAME AS `table`, TABLE_ROWS AS `rows`, DATA_LENGTH + INDEX_LENGTH AS bytes FROM information_schema.TABLES WHERE TABLE_SCHEMA = ?", [database]);
	const triggers = await session.ask(countRow, "SELECT EVENT_OBJECT_TABLE AS `table`, COUNT(*) AS count FROM information_schema.TRIGGERS WHERE EVENT_OBJECT_SCHEMA = ? GROUP BY EVENT_OBJECT_TABLE", [database]);
	const inside = await insideInnodb(looking);
	const tables = [];
	for (const { table, rows, bytes } of sizes) {
		if (!names.includes(table)) continue;
		const empty = await isEmpty(session, table);
		const here = layout.indexes.filter((index) => index.table === table && index.unique);
		const nullable = new Set(layout.columns.filter((one) => one.table === table && one.nullable).map(({ name }) => name));
		tables.push({
			table,
			bytes,
			rows: empty === true ? 0 : empty === false ? Math.max(1, rows ?? 1) : rows,
			writesPerSecond: inside?.writes.get(table) ?? null,
			rowVersions: inside?.versions.get(table) ?? null,
			triggers: triggers.find((row) => row.table === table)?.count ?? 0,
			keysOut: layout.foreignKeys.filter((key) => key.table === table).length,
			keysIn: layout.foreignKeys.filter((key) => key.parent === table && key.table !== table).length,
			keyed: here.some(({ parts }) => parts.every(({ column }) => column !== null && !nullable.has(column)))
		});
	}
	return {
		server: await serverFacts(looking, inside !== null),
		tables
	};
}
/** Null: it took too long, or this user may not read rows. */
async function isEmpty(session, table) {
	try {
		return (await session.ask(foundRow, `SELECT 1 AS found FROM ${sqlName(table)} LIMIT 1`)).length === 0;
	} catch (error) {
		if (error instanceof ServerRefusal) return null;
		throw error;
	}
}
const versionRow = object({
	NAME: string(),
	TOTAL_ROW_VERSIONS: number$1().optional()
});
const counterRow = object({
	name: string(),
	changed: number$1()
});
/** Between two looks at the same counter. */
const LOOK_MS = 1e3;
/** Null: this user may not see InnoDB's own tables (it needs PROCESS). */
async function insideInnodb({ session, family, database, clock, signal }) {
	const [tables, stats] = family === "mariadb" ? ["INNODB_SYS_TABLES", "INNODB_SYS_TABLESTATS"] : ["INNODB_TABLES", "INNODB_TABLESTATS"];
	const counters = async () => {
		return perTable((await session.ask(counterRow, `SELECT NAME AS name, MODIFIED_COUNTER AS changed FROM information_schema.${stats}`)).map(({ name, changed }) => [name, changed]), database);
	};
	try {
		const known = (await session.ask(versionRow, `SELECT * FROM information_schema.${tables}`)).flatMap(({ NAME, TOTAL_ROW_VERSIONS: count }) => count === void 0 ? [] : [[NAME, count]]);
		const before = await counters();
		const began = clock.monotonic();
		await clock.sleep(LOOK_MS, signal);
		const after = await counters();
		const seconds = (clock.monotonic() - began) / 1e3;
		const writes = [...after].flatMap(([table, now]) => {
			const then = before.get(table);
			return then === void 0 || now < then ? [] : [[table, Math.round((now - then) / seconds)]];
		});
		return {
			versions: perTable(known, database, Math.max),
			writes: new Map(writes)
		};
	} catch (error) {
		if (error instanceof ServerRefusal) return null;
		throw error;
	}
}
/** `db/t` and the parts of `db/t#p#p0`, put together by table. Names with other letters are written in another way there: not known. */
function perTable(rows, database, join = (a, b) => a + b) {
	const found = /* @__PURE__ */ new Map();
	for (const [name, count] of rows) {
		const [, schema, table] = /^(.*?)\/(.*?)(?:#p#.*)?$/i.exec(name) ?? [];
		if (schema !== database || table === void 0) continue;
		const before = found.get(table);
		found.set(table, before === void 0 ? count : join(before, count));
	}
	return found;
}
async function serverFacts({ session, family }, process) {
	const [row] = await session.ask(pathRow, "SELECT @@datadir AS dir, @@hostname AS host, @@log_bin AS logs, @@binlog_format AS format, @@binlog_row_image AS image");
	const free = row !== void 0 && row.host === hostname() ? await statfs(row.dir).then(({ bavail, bsize }) => bavail * bsize, () => null) : null;
	const logs = row !== void 0 && ["1", "ON"].includes(row.logs);
	const format = row?.format === "ROW" || row?.format === "STATEMENT" ? row.format : "MIXED";
	const [replicas] = process ? await session.ask(foundRow, "SELECT COUNT(*) AS found FROM information_schema.PROCESSLIST WHERE COMMAND LIKE 'Binlog Dump%'") : [];
	return {
		freeBytes: free,
		replicas: replicas?.found ?? null,
		family,
		binlog: logs ? format : "off",
		fullRows: row?.image.toUpperCase() === "FULL"
	};
}
/** 3024 and 1969: the time was over. 1146 and 1054: a table or a column that only an earlier statement of the plan makes. */
const OVER = /* @__PURE__ */ new Set([3024, 1969]);
const NOT_YET = /* @__PURE__ */ new Set([1146, 1054]);
/** Asks it of the target. Each question ends at the first row that it finds, and after a time in any case. */
async function askTarget(question, layout, session) {
	if (question.needs.find(({ table, columns }) => {
		const there = new Set(layout.columns.filter((one) => one.table === table).map(({ name }) => name.toLowerCase()));
		return there.size === 0 || columns.some((column) => !there.has(column.toLowerCase()));
	}) !== void 0) return {
		kind: "unknown",
		question,
		why: "an earlier statement makes what it is about"
	};
	if (question.sql === null) return {
		kind: "unknown",
		question,
		why: "no query is known that tells"
	};
	try {
		return {
			kind: (await session.ask(foundRow, question.sql)).length === 0 ? "fits" : "violated",
			question
		};
	} catch (error) {
		if (!(error instanceof ServerRefusal)) throw error;
		const { errno, message } = error.refusal;
		if (OVER.has(errno)) return {
			kind: "unknown",
			question,
			why: "the look took too long"
		};
		if (NOT_YET.has(errno)) return {
			kind: "unknown",
			question,
			why: "an earlier statement makes what it is about"
		};
		return {
			kind: "unknown",
			question,
			why: message
		};
	}
}

// src/migrate/plan/questions.ts
/** Pure. `strict`: SQL mode has NO_ZERO_DATE, so that there is no value for a required date. */
function questionsOf(changes, database, strict) {
	const { required, unfilled, unique, foreignKeys, checks, retyped } = changes;
	const found = (table, where) => `SELECT 1 AS found FROM ${sqlName(table)} WHERE ${where} LIMIT 1`;
	return [
		...required.map(({ table, name }) => ({
			what: `NULL in ${table}.${name}`,
			needs: [{
				table,
				columns: [name]
			}],
			sql: found(table, `${sqlName(name)} IS NULL`),
			remedy: "fill these rows first, with a backfill migration"
		})),
		...(strict ? unfilled : []).map(({ table, name, type }) => ({
			what: `rows that would need a ${type} for ${table}.${name}`,
			needs: [{
				table,
				columns: []
			}],
			sql: `SELECT 1 AS found FROM ${sqlName(table)} LIMIT 1`,
			remedy: "give the column a default, or let it be NULL until it is filled"
		})),
		...unique.map((index) => uniqueQuestion(index, retyped)),
		...foreignKeys.map(({ table, name, columns, parentSchema, parent, parentColumns }) => {
			const pairs = columns.map((column, at) => `c.${sqlName(column)} = p.${sqlName(parentColumns[at] ?? "")}`);
			const there = columns.map((column) => `c.${sqlName(column)} IS NOT NULL`);
			return {
				what: `rows of ${table} without their row in ${parent} (${name})`,
				needs: [{
					table,
					columns
				}, {
					table: parent,
					columns: parentColumns
				}],
				sql: parentSchema === database ? `SELECT 1 AS found FROM ${sqlName(table)} c LEFT JOIN ${sqlName(parent)} p ON ${pairs.join(" AND ")} WHERE ${there.join(" AND ")} AND p.${sqlName(parentColumns[0] ?? "")} IS NULL LIMIT 1` : null,
				remedy: "mend or remove these rows first"
			};
		}),
		...checks.map(({ table, name, clause }) => ({
			what: `rows of ${table} against ${name}`,
			needs: [{
				table,
				columns: []
			}],
			sql: found(table, `NOT (${clause})`),
			remedy: "mend these rows first"
		})),
		...retyped.flatMap(({ from, to }) => {
			const where = lost(from, to);
			if (where === "") return [];
			return [{
				what: `values of ${to.table}.${to.name} that do not fit ${to.type}`,
				needs: [{
					table: to.table,
					columns: [to.name]
				}],
				sql: where === null ? null : found(to.table, where),
				remedy: "mend these values first, or write into a new column"
			}];
		})
	];
}
function uniqueQuestion({ table, name, parts }, retyped) {
	const columns = parts.flatMap(({ column }) => column === null ? [] : [column]);
	const expressions = parts.map(({ column, prefix }) => {
		const collation = retyped.find(({ to }) => to.table === table && to.name === column)?.to.collation ?? null;
		const value = prefix === null ? sqlName(column ?? "") : `LEFT(${sqlName(column ?? "")}, ${prefix})`;
		return collation === null ? value : `${value} COLLATE ${collation}`;
	});
	const there = columns.map((column) => `${sqlName(column)} IS NOT NULL`).join(" AND ");
	return {
		what: `duplicates in ${table} (${columns.join(", ")})`,
		needs: [{
			table,
			columns
		}],
		sql: columns.length === parts.length ? `SELECT 1 AS found FROM ${sqlName(table)} WHERE ${there} GROUP BY ${expressions.join(", ")} HAVING COUNT(*) > 1 LIMIT 1` : null,
		remedy: `remove the duplicates first; ${name} cannot be made while they are there`
	};
}
const INTEGERS = {
	tinyint: 8,
	smallint: 16,
	mediumint: 24,
	int: 32,
	bigint: 64
};
const TEXTS = {
	tinytext: 255n,
	tinyblob: 255n,
	text: 65535n,
	blob: 65535n,
	mediumtext: 16777215n,
	mediumblob: 16777215n,
	longtext: 4294967295n,
	longblob: 4294967295n
};
/** Condition of the values that do not fit the new type; empty: all fit; null: no query is known that tells. Pure. */
function lost(from, to) {
	const name = sqlName(to.name);
	const [a, b] = [typeOf(from.type), typeOf(to.type)];
	const charset = to.collation === null || from.collation === null ? "" : to.collation.split("_")[0];
	if (charset !== "" && charset !== from.collation?.split("_")[0] && charset !== "utf8mb4") return null;
	const bitsFrom = INTEGERS[a.base];
	const bitsTo = INTEGERS[b.base];
	if (bitsFrom !== void 0 && bitsTo !== void 0) {
		const [least, most] = range(bitsTo, b.unsigned);
		const [was, wasMost] = range(bitsFrom, a.unsigned);
		return [was < least ? `${name} < ${least}` : "", wasMost > most ? `${name} > ${most}` : ""].filter((one) => one !== "").join(" OR ");
	}
	const bytesTo = TEXTS[b.base];
	if (isCharacters(a.base) && isCharacters(b.base) && a.size !== null && b.size !== null) return b.size >= a.size ? "" : `CHAR_LENGTH(${name}) > ${b.size}`;
	if ((isCharacters(a.base) || TEXTS[a.base] !== void 0) && bytesTo !== void 0) {
		const bytesFrom = TEXTS[a.base];
		return bytesFrom !== void 0 && bytesFrom <= bytesTo ? "" : `OCTET_LENGTH(${name}) > ${bytesTo}`;
	}
	if (TEXTS[a.base] !== void 0 && isCharacters(b.base) && b.size !== null) return `CHAR_LENGTH(${name}) > ${b.size}`;
	if (a.base === "enum" && b.base === "enum") {
		const gone = a.members.filter((member) => !b.members.includes(member));
		return gone.length === 0 ? "" : `${name} IN (${gone.join(", ")})`;
	}
	if (a.base === "decimal" && b.base === "decimal" && a.size !== null && b.size !== null) return [b.size - b.scale < a.size - a.scale ? `ABS(${name}) >= 1${"0".repeat(b.size - b.scale)}` : "", b.scale < a.scale ? `${name} <> ROUND(${name}, ${b.scale})` : ""].filter((one) => one !== "").join(" OR ");
	if (a.base === b.base && [
		"datetime",
		"timestamp",
		"time"
	].includes(a.base)) return (b.size ?? 0) >= (a.size ?? 0) ? "" : `${name} <> CAST(${name} AS ${a.base === "time" ? "TIME" : "DATETIME"}(${b.size ?? 0}))`;
	if (a.base === b.base && from.type === to.type) return "";
	return null;
}
function isCharacters(base) {
	return [
		"char",
		"varchar",
		"binary",
		"varbinary"
	].includes(base);
}
function range(bits, unsigned) {
	return unsigned ? [0n, 2n ** BigInt(bits) - 1n] : [-(2n ** BigInt(bits - 1)), 2n ** BigInt(bits - 1) - 1n];
}
function typeOf(type) {
	const [, base = "", inside] = /^(\w+)(?:\((.*)\))?/s.exec(type.toLowerCase().startsWith("enum") ? type : type.toLowerCase()) ?? [];
	const [size, scale] = base.toLowerCase() === "enum" || inside === void 0 ? [] : inside.split(",").map(Number);
	return {
		base: base.toLowerCase(),
		unsigned: /\bunsigned\b/i.test(type),
		size: size === void 0 || Number.isNaN(size) ? null : size,
		scale: scale ?? 0,
		members: base.toLowerCase() === "enum" ? inside?.match(/'(?:[^']|'')*'/g) ?? [] : []
	};
}

// src/migrate/plan/manners.ts
/** Makes the plan. The throw-away server is gone afterwards, whatever happens. @throws ProblemError */
async function planManners(options) {
	const { dsn: text, secrets, connectTimeoutMs, engine, budget } = options;
	const dsn = resolveDsn(text, secrets);
	const session = await openDsnSession(dsn, connectTimeoutMs);
	try {
		await boundSession(session, engine, budget.questionTimeout);
		const shadow = await openShadow({
			...options,
			database: dsn.database,
			target: session
		});
		try {
			return await plan(options, dsn.database, session, shadow);
		} catch (error) {
			throw error instanceof ServerRefusal ? cannotLook(dsn.resource, error) : error;
		} finally {
			await shadow.close();
		}
	} finally {
		await session.close();
	}
}
async function plan({ migrations, budget, rewrite, engine, clock }, database, session, shadow) {
	const layout = await readLayout(session, engine);
	const folded = (name) => shadow.foldsNames ? name?.toLowerCase() ?? null : name;
	const version = commentVersion(shadow.version);
	const statements = migrations.flatMap((migration) => migration.statements.map(({ sql, line }, index) => {
		const shape = shapeOf(sql, engine, version);
		const table = folded(shape.kind === "unclear" ? null : shape.table);
		return {
			migration: migration.id,
			number: index + 1,
			sql,
			where: `${migration.file}:${line}`,
			table,
			shape
		};
	}));
	const names = statements.flatMap(({ table }) => table === null ? [] : [table]);
	const facts = await readFacts(names, layout, {
		session,
		family: engine,
		database,
		clock
	});
	const warnings = [...shadow.warnings];
	for (const { table, rowVersions } of facts.tables) {
		if (rowVersions === null || rowVersions + statements.length < 64) continue;
		if (!await age(table, rowVersions, shadow)) warnings.push(`the row versions of ${table} could not be made alike`);
	}
	const there = new Set(layout.columns.map(({ table }) => table));
	const fresh = /* @__PURE__ */ new Set();
	const structures = {
		target: await readStructure$1(session.ask),
		before: await readStructure$1(shadow.user.ask)
	};
	const planned = [];
	let rowsBefore = false;
	let failed = null;
	for (const { migration, number, sql, where, table, shape } of statements) {
		const trial = failed === null ? await tryStatement(sql, shape, shadow) : {
			kind: "unclear",
			found: `not tried, since ${failed} was not understood or failed`,
			remedy: "mend that one first"
		};
		if (trial.kind !== "accepted") failed ??= where;
		const replies = trial.kind === "accepted" ? await ask(trial, {
			database,
			layout,
			session,
			shadow
		}) : [];
		const source = shadow.promises ? "shadow" : "grammar";
		planned.push({
			migration,
			number,
			sql,
			where,
			...decide({
				where,
				trial,
				table,
				facts,
				replies,
				fresh,
				rowsBefore,
				source
			}, budget, rewrite)
		});
		if (shape.kind === "rows") rowsBefore = true;
		if (shape.kind === "plain" && /^CREATE .*TABLE$/.test(shape.what) && table !== null && !there.has(table)) fresh.add(table);
	}
	return {
		after: shadow.promises && failed === null ? expectedAfter(structures.target, structures.before, await readStructure$1(shadow.user.ask)) : null,
		family: engine,
		target: shadow.targetVersion,
		shadow: shadow.version,
		warnings,
		server: facts.server,
		statements: planned
	};
}
async function ask({ changes }, { database, layout, session, shadow }) {
	const replies = [];
	for (const question of questionsOf(changes, database, shadow.noZeroDates)) replies.push(await askTarget(question, layout, session));
	return replies;
}
function cannotLook(where, { message }) {
	return new ProblemError({
		code: "migrate.plan-cannot-look",
		where,
		found: message,
		expected: "a target and a throw-away server that answer what a plan has to know",
		remedy: "give the users the rights to read the database and information_schema, and PROCESS on the throw-away server"
	});
}

// src/release/environment/stays.ts
const answeredSchema = strictObject({
	/** Requests that every ready instance answered, as `named` writes them. */
	answered: array(string()).readonly(),
	/** The schema, where nobody has proven that it runs on it; null: it was released on it, or the ledger says yes. */
	unproven: string().nullable().default(null)
});
const owedSchema = strictObject({ unanswered: array(string()).readonly() });
/** A request that fails is asked for again so often, so that a hiccup wakes nobody. */
const PATIENCE = {
	attempts: 3,
	delayMs: 500
};
/** How long one answer is waited for is 5 s (`smokeAt`); instances are asked side by side. */
const EACH_MS = 6e3;
const MARGIN_MS = 6e4;
/**
* Null where no smoke requests are configured.
* @param stable what serves
* @param change what happens between the two, for people: `the migrations`
* @param unproven the schema of now, where nobody has proven that what serves runs on it
*/
function staysSteps(staying, stable, change, unproven) {
	const { policy } = staying;
	if (policy.smoke.length === 0) return null;
	const where = `${stable.component} ${stable.version}`;
	const asked = policy.smoke.map((request) => `GET ${request.path}`).join(", ");
	const timeoutMs = MARGIN_MS + policy.smoke.length * EACH_MS;
	const before = step({
		id: "answers-before",
		title: `Ask ${where} its smoke requests before ${change}`,
		description: `What it answers now it must still answer after ${change}.`,
		inputs: {
			component: stable.component,
			version: stable.version,
			requests: requestsAsJson(policy.smoke)
		},
		timeoutMs,
		read: async (ctx) => {
			if (ctx.mode === "plan") return {
				answered: [],
				unproven: null
			};
			return {
				answered: (await askAll(staying, stable, ctx.signal)).filter(({ problems }) => problems.length === 0).map(named),
				unproven: await unproven()
			};
		},
		decide: () => ({
			kind: "do",
			effects: [],
			why: `${asked} on each instance`
		}),
		outputs: answeredSchema,
		collect: (_results, facts) => facts,
		planned: () => ({
			answered: [],
			unproven: null
		}),
		probe: "repeatable"
	});
	const after = action({
		id: "answers-after",
		title: `Ask ${where} again after ${change}`,
		description: `It answers what it answered before; otherwise nothing is sent to another version, and a person decides.`,
		inputs: {
			component: stable.component,
			version: stable.version,
			requests: requestsAsJson(policy.smoke)
		},
		timeoutMs,
		read: async () => null,
		decide: () => ({
			kind: "do",
			effects: [],
			why: `${asked} on each instance, as far as they were answered before`
		}),
		probe: "repeatable",
		retry: PATIENCE,
		verify: async (ctx) => {
			const { answered } = ctx.outputOf(before);
			const lost = (await askAll(staying, stable, ctx.signal)).filter((one) => answered.includes(named(one)) && one.problems.length > 0);
			return lost.length === 0 ? [] : [broken(where, change, lost)];
		}
	});
	const ask = step({
		id: "ask",
		title: `Ask ${where} once more where the schema was moved under it before`,
		inputs: {
			component: stable.component,
			version: stable.version,
			requests: requestsAsJson(policy.smoke)
		},
		timeoutMs: timeoutMs * PATIENCE.attempts,
		read: async (ctx) => {
			if (ctx.mode === "plan" || ctx.outputOf(before).unproven === null) return { unanswered: [] };
			return { unanswered: await notAnswered(staying, stable, ctx) };
		},
		decide: ({ unanswered }) => ({
			kind: "nothing",
			why: unanswered.length === 0 ? "nothing is owed" : `not answered: ${unanswered.join("; ")}`
		}),
		outputs: owedSchema,
		collect: (_results, facts) => facts,
		planned: () => ({ unanswered: [] }),
		probe: "repeatable"
	});
	return {
		before,
		after,
		owed: sequence({
			id: "owed",
			title: `Does ${where} run on a schema that an earlier run has left?`,
			steps: [ask, brokenGate(where, (ctx) => ctx.outputOf(ask).unanswered.length > 0)]
		}),
		unanswered: (ctx) => ctx.outputOf(ask).unanswered
	};
}
/** What is not answered, after some patience; with what was said instead. */
async function notAnswered(staying, stable, ctx) {
	for (let attempt = 1;; attempt += 1) {
		const lost = (await askAll(staying, stable, ctx.signal)).filter(({ problems }) => problems.length > 0);
		if (lost.length === 0 || attempt === PATIENCE.attempts) return lost.map((one) => `${named(one)}: ${one.problems.map(({ found }) => found).join(", ")}`);
		await ctx.clock.sleep(PATIENCE.delayMs, ctx.signal);
	}
}
function brokenGate(where, needed) {
	return gate({
		id: "stable-broken",
		title: `${where} does not answer on a schema that an earlier run has left`,
		description: "That run changed the schema and did not come to its end, so nobody has proven that what serves runs on it. The step before this one names what is not answered. If it is broken, give back what it needs with a migration (`shiplock migrate undo`). Go on only when these requests are meant for the version to come, or when that version is to take the place of a broken one; a release that is taken back leads to the broken one again.",
		role: "releaser",
		guard: { kind: "nothing-shifted" },
		needed,
		evidence: [{
			kind: "choice",
			name: "decision",
			question: "Go on beside it?",
			options: ["go-on", "stop"]
		}, {
			kind: "text",
			name: "reason",
			question: "How do you know?",
			minLength: 10
		}],
		judge: (evidence) => evidence["decision"] === "go-on" ? { kind: "pass" } : {
			kind: "reject",
			why: "decided to stop"
		}
	});
}
async function askAll({ policy, ports }, stable, signal) {
	const instances = (await ports.platform.observe(signal)).instances.filter((one) => one.component === stable.component && one.version === stable.version && one.state === "ready");
	const asked = [];
	for (const request of policy.smoke) {
		const found = await Promise.all(instances.map(({ host, port }) => smokeAt(ports.http, `http://${host}:${port}`, [request])));
		const none = {
			where: `${stable.component} ${stable.version}`,
			found: "no ready instance"
		};
		asked.push({
			request,
			problems: instances.length === 0 ? [none] : found.flat()
		});
	}
	return asked;
}
function named({ request }) {
	const { path, status, contains } = request;
	return `GET ${path} answers ${status}${contains === void 0 ? "" : ` with ${JSON.stringify(contains)}`}`;
}
function requestsAsJson(requests) {
	return requests.map(({ path, status, contains }) => ({
		path,
		status,
		contains: contains ?? null
	}));
}
function broken(where, change, lost) {
	return {
		code: "release.stable-broken",
		where,
		found: `no longer answers after ${change} what it answered before: ${lost.flatMap(({ problems }) => problems.map((one) => `${one.where}: ${one.found}`)).join("; ")}`,
		expected: "what serves goes on serving beside the new version",
		remedy: "no traffic was moved and the migrations stay; read its log, then give back what it needs with a migration (`shiplock migrate undo`), or release a version that runs on the new schema"
	};
}

// src/release/environment/database.ts
/** The database of an environment, with the migrations that lie in the checkout. */
async function openDatabaseTarget(whole, settings, service) {
	const { environment } = whole;
	const policyWindows = policyWindowsOf(service, whole);
	const migrations = await readMigrations(settings.migrations);
	const seed = settings.seed === null ? null : await readSeed(settings.seed);
	const database = (withinMs) => openDatabase({
		dsn: settings.dsn,
		secrets: service.secrets,
		connectTimeoutMs: Math.min(settings.connectTimeoutMs, withinMs ?? settings.connectTimeoutMs),
		queryTimeoutMs: withinMs
	});
	const options = () => ({
		database: database(),
		engine: settings.engine,
		environment,
		lockWaitTimeoutMs: settings.lockWaitTimeoutMs,
		lockAttempts: settings.lockAttempts,
		statementTimeoutMs: settings.statementTimeoutMs,
		apply: settings.apply,
		rewrite: settings.rewrite
	});
	const refs = migrations.map(migrationRef);
	return {
		name: database().name,
		migrations: refs,
		stays: (staying, stable, unproven) => stable === null ? null : staysSteps(staying, stable, "the migrations", unproven),
		schema: async (withinMs) => schemaState((await database(withinMs).look()).applied),
		after: async (phase = "expand") => {
			const { applied } = await database().look();
			const { apply, left } = unwrap(pendingMigrations(applied, migrations));
			return schemaAfter(applied, [...apply, ...left].filter((migration) => migration.header.phase === phase));
		},
		planned: async () => {
			const opened = database();
			const { applied } = await opened.look();
			const digest = digestOf({
				structure: await opened.structure(),
				applied: toJson(applied)
			});
			const { apply } = unwrap(pendingMigrations(applied, migrations));
			return {
				state: schemaState(applied),
				digest,
				statements: plannedStatements(apply)
			};
		},
		schemas: async (contract) => {
			const { applied } = await database().look();
			const { apply, left } = unwrap(pendingMigrations(applied, migrations));
			const from = stateOf(migrations.filter(({ id }) => applied.some((row) => row.id === id && row.state === "applied")));
			return {
				from,
				to: stateOf([
					...from.migrations,
					...apply,
					...contract ? left : []
				])
			};
		},
		manners: async () => {
			const { shadow, plan: budget, rewrite, dsn, engine, connectTimeoutMs } = settings;
			if (shadow === null) return null;
			const { apply } = unwrap(pendingMigrations((await database().look()).applied, migrations));
			const { secrets, clock, exec } = service;
			return planManners({
				dsn,
				engine,
				connectTimeoutMs,
				shadow,
				budget,
				rewrite,
				migrations: apply,
				secrets,
				clock,
				exec
			});
		},
		status: async () => {
			const opened = database();
			const { applied } = await opened.look();
			return migrationStatus(applied, migrations, await opened.bothStructures(), await opened.restorePoints());
		},
		policyWindows,
		migrate: ({ manner, phase, expected, heeds } = {}) => migrateProcedureNode({
			...options(),
			migrations,
			manner,
			phase,
			expected,
			hours: async (ctx) => {
				return [settings.apply.guards.windows, heeds?.(ctx) === true ? await policyWindows() : null].filter((one) => one !== null);
			},
			lint: {
				...settings.lint,
				migrations: settings.migrations
			}
		}),
		seed: () => seed === null ? null : seedNode({
			...options(),
			seed
		}),
		rows: (question) => settings.compatibility?.required === true ? declaredRows(question).map(unproven) : declaredRows(question)
	};
}
const POLICY_MS = 6e4;
/** A run of many statements asks for them before each. */
function policyWindowsOf(service, environment) {
	let read;
	return async () => {
		const now = service.clock.monotonic();
		if (read === void 0 || now - read.at > POLICY_MS) read = {
			at: now,
			windows: (await readPolicy(service, environment))?.rules.windows ?? null
		};
		return read.windows;
	};
}
function stateOf(migrations) {
	return {
		state: migrations.findLast((migration) => migration.header.phase !== "backfill")?.id ?? "empty",
		migrations
	};
}
/** What the headers of a release's migrations declare about the version that runs and about the release itself. Pure. */
function declaredRows({ release, stable, from, time }) {
	const ran = stable === null ? [] : [{
		version: stable,
		proof: `it served on ${from}`
	}];
	return ledgerRows({
		release,
		from,
		ran,
		time
	});
}
/** Where proof is asked for, a header that breaks nothing says nothing. Pure. */
function unproven(row) {
	if (row.answer !== "yes" || !row.proof.startsWith("declared ")) return row;
	return {
		...row,
		answer: "unknown",
		proof: `not proven, only ${row.proof}`
	};
}

export { plannedStatements as a, seedNode as i, ledgerRows as n, migrateNodes as o, openDatabaseTarget, readSeed as r, migrateProcedureNode as s, planManners as t };