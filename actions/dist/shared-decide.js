import { c as formatDuration } from "./shared-scalars.js";
import { ms as action } from "./shared-common.js";
import { H as pointLines, T as isPlainName, _ as liveDrift, b as changeText, g as appliedDigest, gt as driftOf, h as CREATE_STRUCTURE_TABLE, mt as sessionSettings, v as markDrifted, y as rowsFor, yt as schemaState } from "./shared-migrate.js";

// src/migrate/apply/remember.ts
async function see(database) {
	const [look, both] = [await database.look(), await database.bothStructures()];
	return {
		applied: look.applied,
		...both
	};
}
/** Before migrations run: marks what others changed, since afterwards it could not be told from what the migrations did. */
function driftStep(options) {
	return action({
		id: "structure",
		title: "Look for changes that no migration made",
		inputs: { database: options.database.resource },
		read: async (ctx) => {
			const seen = await see(options.database);
			for (const change of liveDrift(seen, seen.applied) ?? []) ctx.note(changeText(change));
			return seen;
		},
		decide: (seen, ctx) => {
			const changes = liveDrift(seen, seen.applied);
			if (changes === void 0) return {
				kind: "nothing",
				why: "no structure is remembered for what is applied"
			};
			const objects = [...new Set(changes.map(({ object }) => object))];
			const unmarked = objects.filter((object) => seen.remembered?.drifted.includes(object) !== true);
			const why = objects.length === 0 ? "nobody changed it" : `changed without a migration: ${objects.join(", ")}`;
			if (unmarked.length === 0 || ctx.mode === "plan") return {
				kind: "nothing",
				why
			};
			return {
				kind: "do",
				effects: [write(options, unmarked.map(markDrifted), why)],
				why
			};
		},
		probe: "repeatable",
		timeoutMs: options.statementTimeoutMs + 3e4
	});
}
/**
* After migrations: remembers what the database is made of now, but for what others changed. A plan does not know that while `last`, the step that
* records the last of them, is still to come.
*/
function rememberStep(options, last) {
	return action({
		id: "remember",
		title: "Remember what the database is made of",
		inputs: { database: options.database.resource },
		read: () => see(options.database),
		decide: (seen, ctx) => {
			const { applied, remembered } = seen;
			const schema = schemaState(applied);
			if (ctx.mode === "plan" && last !== void 0) ctx.outputOf(last);
			if (remembered?.applied === appliedDigest(applied)) return {
				kind: "nothing",
				why: `it is, since ${schema}`
			};
			return {
				kind: "do",
				effects: [write(options, rowsFor(seen, "keep"), `as ${schema} left it`)]
			};
		},
		probe: "repeatable",
		timeoutMs: options.statementTimeoutMs + 3e4
	});
}
/** Takes the structure as it is now for what should be there: what others changed is no drift any more. */
function acceptStep(options) {
	return action({
		id: "accept",
		title: "Take the structure as it is for what it should be",
		inputs: { database: options.database.resource },
		read: () => see(options.database),
		decide: (seen) => {
			return {
				kind: "do",
				effects: [write(options, rowsFor(seen, "accept"), "a person answers for it")]
			};
		},
		probe: "repeatable",
		timeoutMs: options.statementTimeoutMs + 3e4
	});
}
function write(options, rows, why) {
	const { dsn, lock, resource } = options.database;
	return {
		kind: "sql",
		dsn,
		statements: [
			sessionSettings(options.lockWaitTimeoutMs),
			CREATE_STRUCTURE_TABLE,
			"START TRANSACTION",
			...rows,
			"COMMIT"
		],
		lock,
		resource,
		why,
		timeoutMs: options.statementTimeoutMs
	};
}

// src/migrate/files/status.ts
/** Pure. */
function migrationStatus(applied, files, look, restorePoints = []) {
	const done = new Set(applied.filter((row) => row.state === "applied").map((row) => row.id));
	const begun = new Set(applied.filter((row) => row.state === "running").map((row) => row.id));
	const pending = files.filter((file) => !done.has(file.id)).map(({ id, header }) => ({
		id,
		phase: header.phase,
		running: begun.has(id)
	}));
	const problems = driftOf(applied, files);
	const live = liveDrift(look, applied) ?? null;
	return {
		state: problems.length > 0 || (live ?? []).length > 0 ? "drift" : pending.length > 0 ? "pending" : "in-step",
		schema: schemaState(applied),
		applied: done.size,
		pending,
		files: problems,
		live,
		unknown: live === null ? whyUnknown(applied, look) : null,
		restorePoints
	};
}
function whyUnknown(applied, { remembered }) {
	if (remembered === null) return "no run has remembered a structure here yet; the next one that applies migrations does";
	const open = applied.find((row) => row.state === "running");
	if (open !== void 0) return `${open.id} began and did not end; resume its run first`;
	return `migrations were applied since the structure was remembered (${remembered.schema}), and none was remembered after them`;
}
const MOST_POINTS = 5;
/** Lines for a person. Pure. */
function statusLines(status) {
	const { schema, applied, pending, files, live, unknown, restorePoints } = status;
	const lines = [`schema ${schema}, ${applied} ${applied === 1 ? "migration" : "migrations"} applied`];
	for (const { id, phase, running } of pending) lines.push(`pending: ${id} (${running ? `${phase}, begun` : phase})`);
	for (const { where, found, remedy } of files) lines.push(`files: ${where}: ${found}`, `  → ${remedy}`);
	if (live === null) lines.push(`live schema: not compared: ${unknown}`);
	else if (live.length === 0) lines.push("live schema: as the last migration left it");
	else {
		lines.push("live schema: changed without a migration");
		lines.push(...live.map((change) => `  ${changeText(change)}`));
		lines.push("  → write it as a migration, or take it back; `shiplock migrate adopt` takes it as it is");
	}
	lines.push(...restorePoints.slice(0, MOST_POINTS).flatMap(pointLines));
	const more = restorePoints.length - MOST_POINTS;
	if (more > 0) lines.push(`${more} older restore points: --json has them all`);
	return lines;
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
		const what = `${trial.algorithm}, LOCK=${trial.lock}: writes would wait some ${formatDuration(estimateMs)} on ${sizeText(table.bytes)}`;
		found.push(problem("migrate.plan-blocks", what, `at most ${formatDuration(budget.blockBelow)}, as database.plan.blockBelow says`));
	}
	if (trial.rebuilds && !writersWait && table.bytes > budget.rebuildBelow) {
		const what = `${sizeText(table.bytes)} of ${table.table} would be written anew`;
		found.push(problem("migrate.plan-rebuilds", what, `at most ${sizeText(budget.rebuildBelow)}, as database.plan.rebuildBelow says`));
	}
	if (trial.rebuilds && server.freeBytes !== null && server.freeBytes < table.bytes * 1.2) {
		const what = `${sizeText(server.freeBytes)} free where the data lies, for a copy of ${sizeText(table.bytes)}`;
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
/** `1.5 GiB`. */
function sizeText(bytes) {
	const units = [
		"B",
		"KiB",
		"MiB",
		"GiB",
		"TiB"
	];
	let value = bytes;
	let unit = 0;
	while (value >= 1024 && unit < units.length - 1) {
		value /= 1024;
		unit += 1;
	}
	return `${value >= 10 || unit === 0 ? Math.round(value) : Math.round(value * 10) / 10} ${units[unit]}`;
}

export { acceptStep as a, statusLines as i, sizeText as n, driftStep as o, migrationStatus as r, rememberStep as s, decide as t };