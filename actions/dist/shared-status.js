import { Vs as action } from "./shared-common.js";
import { H as pointLines, _ as liveDrift, b as changeText, g as appliedDigest, gt as driftOf, h as CREATE_STRUCTURE_TABLE, mt as sessionSettings, v as markDrifted, y as rowsFor, yt as schemaState } from "./shared-migrate.js";

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

export { rememberStep as a, driftStep as i, statusLines as n, acceptStep as r, migrationStatus as t };