import { r as __toESM } from "./shared-rolldown-runtime.js";
import { S as sha256Of, a as titleOf, b as schemaAfter, c as require_semver, d as markAllDone, f as markApplied, g as sessionSettings, h as markStarted, i as kindOf, l as openDatabase, m as markRunning, o as splitSql, p as markDone, r as readMigrations, t as migrationRef, u as CREATE_TABLES, x as schemaState, y as pendingMigrations } from "./shared-migrate2.js";
import { Oi as sequence, bi as digestOf, ki as step, wi as action, xi as toJson } from "./shared-common.js";
import { A as string, c as unwrap, h as array, k as strictObject, t as ProblemError } from "./shared-problem.js";
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";

// src/migrate/ledger.ts
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

// src/migrate/node.ts
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
	const check = checkStep(options);
	const files = options.migrations.filter((migration) => migration.header.phase === "expand");
	return {
		node: sequence({
			id: "migrate",
			title: "Apply pending expand migrations",
			description: "Backfill and contract migrations are not part of a release. A rollback never undoes what is applied here.",
			steps: [check, ...files.map((migration) => migrationNode(migration, options))]
		}),
		check
	};
}
/** As `migrateNodes`, for composers that need no outputs. */
function migrateProcedureNode(options) {
	return migrateNodes(options).node;
}
function checkStep(options) {
	const { database, engine, migrations } = options;
	const outputs = (look) => {
		const pending = pendingMigrations(look.applied, migrations);
		const { apply, left } = pending.ok ? pending.value : {
			apply: [],
			left: []
		};
		return {
			pending: apply.map((migration) => migration.id),
			left: left.map((migration) => `${migration.id} (${migration.header.phase})`),
			before: schemaState(look.applied),
			after: schemaAfter(look.applied, apply)
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
			const problems = [...otherFamily(look.server, engine, database.resource), ...pending.ok ? [] : pending.problems];
			if (problems.length > 0) return {
				kind: "refuse",
				problems
			};
			const why = describe(outputs(look));
			if (look.prepared) return {
				kind: "nothing",
				why
			};
			return {
				kind: "do",
				effects: [sql(options, CREATE_TABLES, "tables that remember what was applied")],
				why
			};
		},
		outputs: checkOutputs,
		collect: (_results, look) => outputs(look),
		planned: outputs,
		probe: "repeatable"
	});
}
function describe({ pending, left, before, after }) {
	return `${pending.length === 0 ? "nothing is pending" : `pending: ${pending.join(", ")}`}${left.length === 0 ? "" : `; left for a run of their own: ${left.join(", ")}`}; schema ${before}${after === before ? "" : ` → ${after}`}`;
}
function migrationNode(migration, options) {
	return sequence({
		id: migration.id,
		title: `Migration ${migration.id}`,
		steps: [...migration.statements.map((_, index) => statementStep(migration, index + 1, options)), recordStep(migration, options)]
	});
}
async function readStatement(migration, number, kind, database) {
	const row = (await database.look()).applied.find((candidate) => candidate.id === migration.id);
	const mark = row?.marks.find((candidate) => candidate.number === number);
	const open = row?.state !== "applied" && mark?.state !== "done";
	return {
		applied: row?.state === "applied",
		mark: mark?.state ?? "none",
		markRun: mark?.run ?? null,
		presence: open && kind.kind === "adds" ? await database.presence(kind.objects) : null
	};
}
function statementStep(migration, number, options) {
	const statement = migration.statements[number - 1] ?? {
		sql: "",
		line: 0
	};
	const kind = kindOf(statement.sql);
	const where = `${migration.file}:${statement.line}`;
	return action({
		id: `statement-${number}`,
		title: titleOf(statement.sql),
		inputs: {
			migration: migration.id,
			sha256: migration.sha256,
			number
		},
		read: () => readStatement(migration, number, kind, options.database),
		decide: (facts, ctx) => {
			const answer = judge(facts, kind, ctx);
			const writer = {
				run: ctx.run,
				fence: ctx.fence
			};
			const before = [
				sessionSettings(options.lockWaitTimeoutMs),
				markRunning(migration, writer),
				markStarted(migration, number, ctx.run)
			];
			const done = markDone(migration, number);
			switch (answer) {
				case "done": return {
					kind: "nothing",
					why: "it is applied"
				};
				case "mark-only": return perform(options, [...before, done], "what it adds is there; only its mark is missing");
				case "run": return perform(options, kind.kind === "rows" ? [
					...before,
					"START TRANSACTION",
					statement.sql,
					done,
					"COMMIT"
				] : [
					...before,
					statement.sql,
					done
				], `${migration.id}, statement ${number} of ${migration.statements.length}`);
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
		probe: (ctx) => probeStatement(migration, number, kind, options, ctx),
		retry: {
			attempts: options.lockAttempts,
			delayMs: 1e3
		},
		timeoutMs: options.statementTimeoutMs + 3e4
	});
}
/** Pure: what to do with a statement, from what is known about it. */
function judge(facts, kind, ctx) {
	if (facts.applied || facts.mark === "done") return "done";
	if (facts.mark === "none") return facts.presence === "present" && ctx.mode === "run" ? "exists" : "run";
	if (kind.kind === "rows" || kind.kind === "repeatable") return "run";
	if (facts.presence === "present") return "mark-only";
	if (facts.presence === "absent") return "run";
	return facts.markRun === ctx.run ? "run" : "cannot-tell";
}
async function probeStatement(migration, number, kind, options, ctx) {
	const { database } = options;
	const deadline = ctx.clock.monotonic() + options.statementTimeoutMs;
	while (!await database.idle()) {
		if (ctx.clock.monotonic() > deadline) return "unknown";
		ctx.note("waiting for the server: the statement may still be running there");
		await ctx.clock.sleep(500, ctx.signal);
	}
	const facts = await readStatement(migration, number, kind, database);
	if (facts.applied || facts.mark === "done") return "applied";
	if (facts.mark === "none" || kind.kind === "rows" || kind.kind === "repeatable") return "not-applied";
	if (facts.presence === "present") return "applied";
	return facts.presence === "absent" ? "not-applied" : "unknown";
}
/** Closes a migration once all its statements are done: later releases see it as applied. */
function recordStep(migration, options) {
	return action({
		id: "record",
		title: `Record ${migration.id} as applied`,
		inputs: {
			migration: migration.id,
			sha256: migration.sha256
		},
		read: async () => {
			return (await options.database.look()).applied.some((row) => row.id === migration.id && row.state === "applied");
		},
		decide: (applied, ctx) => {
			if (applied) return {
				kind: "nothing",
				why: "it is recorded"
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
			], "every statement of it is done");
		},
		probe: "repeatable"
	});
}
function sql(options, statements, why) {
	const { dsn, lock, resource } = options.database;
	return {
		kind: "sql",
		dsn,
		statements,
		lock,
		resource,
		why,
		timeoutMs: options.statementTimeoutMs
	};
}
function perform(options, statements, why) {
	return {
		kind: "do",
		effects: [sql(options, statements, why)]
	};
}
/** The two families write some structure differently, and neither says so before a statement fails half-way through a file. Pure. */
function otherFamily(server, engine, where) {
	if (server.family === engine) return [];
	return [{
		code: "migrate.other-family",
		where,
		found: `${NAMES[server.family]} ${server.version}, ${server.comment}`,
		expected: `${NAMES[engine]}, as \`database.engine: ${engine}\` says`,
		remedy: `mend the address in \`database.dsn\`, or write \`engine: ${server.family}\` if the migrations are meant for it`
	}];
}
const NAMES = {
	mysql: "MySQL",
	mariadb: "MariaDB"
};
function existsAlready(where, statement) {
	return {
		code: "migrate.exists-already",
		where,
		found: `what \`${titleOf(statement)}\` adds is there already, and no migration put it there`,
		expected: "a structure that only migrations change",
		remedy: "compare it with the file; then drop it, or write IF NOT EXISTS when it is exactly the same"
	};
}
function cannotTell(where, id, number, run) {
	return {
		code: "migrate.cannot-tell",
		where,
		found: `run ${run} started this statement and never said that it was done`,
		expected: "a statement that is done, or was never started",
		remedy: `look at the database; then \`shiplock resume ${run} --step migrate/${id}/statement-${number} --outcome applied\` (or \`not-applied\`) with your evidence`
	};
}

// src/migrate/planned.ts
/** Every statement of these migrations, in order. Pure. */
function plannedStatements(migrations) {
	return migrations.flatMap(({ id, statements }) => statements.map(({ sql }, index) => ({
		migration: id,
		number: index + 1,
		title: titleOf(sql),
		sha256: sha256Of(sql)
	})));
}

// src/migrate/seed.ts
/** Reads a seed file. Only rows are allowed in it: structure belongs to migrations. Throws ProblemError. */
async function readSeed(file) {
	let text;
	try {
		text = await readFile(file, "utf8");
	} catch (error) {
		throw new ProblemError({
			code: "migrate.no-seed",
			where: file,
			found: error instanceof Error ? error.message : String(error),
			expected: "a readable SQL file",
			remedy: "mend `database.seed`, or take it out"
		});
	}
	const { statements, problems } = splitSql(text, file);
	const wrong = [...problems, ...statements.flatMap((statement) => notRows(statement, file))];
	if (wrong.length > 0) throw new ProblemError(wrong);
	return {
		file,
		statements,
		sha256: createHash("sha256").update(text).digest("hex")
	};
}
/** Puts the seed in, in one transaction. The file itself must leave rows alone that are there already. */
function seedStep(options) {
	const { database, seed } = options;
	return action({
		id: "seed",
		title: "Load seed data",
		inputs: {
			file: seed.file,
			sha256: seed.sha256
		},
		read: () => database.look(),
		decide: () => ({
			kind: "do",
			effects: [{
				kind: "sql",
				dsn: database.dsn,
				statements: [
					sessionSettings(options.lockWaitTimeoutMs),
					"START TRANSACTION",
					...seed.statements.map((statement) => statement.sql),
					"COMMIT"
				],
				lock: database.lock,
				resource: database.resource,
				why: "the first release asked for it",
				timeoutMs: options.statementTimeoutMs
			}]
		}),
		probe: "repeatable",
		timeoutMs: options.statementTimeoutMs + 3e4
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

// src/release/environment/database.ts
/** The database of an environment, with the migrations that lie in the checkout. */
async function openDatabaseTarget(environment, settings, service) {
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
		statementTimeoutMs: settings.statementTimeoutMs
	});
	return {
		migrations: migrations.map(migrationRef),
		schema: async (withinMs) => schemaState((await database(withinMs).look()).applied),
		after: async () => {
			const { applied } = await database().look();
			return schemaAfter(applied, unwrap(pendingMigrations(applied, migrations)).apply);
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
		migrate: () => migrateProcedureNode({
			...options(),
			migrations
		}),
		seed: () => seed === null ? null : seedStep({
			...options(),
			seed
		}),
		rows: declaredRows
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

export { migrateProcedureNode as a, migrateNodes as i, seedStep as n, ledgerRows as o, openDatabaseTarget, plannedStatements as r, readSeed as t };