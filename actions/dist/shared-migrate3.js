import { Jn as string, Lt as boolean, Nt as array, Pn as number, qn as strictObject, xn as literal } from "./shared-schemas.js";
import { $n as approvalGate, Bn as keptMannerSchema, G as commitMeant, Gt as orderCheck, Hn as mannersOf, Kt as personOptions, Mi as readLedger, Ni as readRecord, Oi as ledgerEffect, Q as stableRecord, Qt as inputsAsJson, Ra as doOrNothing, Rs as configHash, Un as withManners, Uo as planHash, Ut as mayReleaseHere, Vn as mannerProblems, Xs as action, Zt as underPolicy, ac as step, an as unprovenSchema, ao as runProcedure, co as planProcedure, cr as planChange, da as changeGate, er as approvalOf, ic as sequence, in as unansweredRow, nc as procedure, pa as describedVersion, q as outcomeOf, rn as checkStep, sr as mustNameChange, ts as digestOf, tt as agreeWithGit, ur as withChange, ut as tellGit, wc as windowAt, xr as engineOptions, zn as afterSchema } from "./shared-common.js";
import { i as ok, n as bad, t as ProblemError } from "./shared-problem.js";
import { r as momentSchema } from "./shared-release.js";
import { i as isMissing, n as fileName, s as replaceFile } from "./shared-store.js";
import { readdir } from "node:fs/promises";
import { join } from "node:path";

// src/release/run/hours.ts
/** Whether the windows of the policy bind what comes after the approval: an override of the gate lets the whole run through. */
const outputs = strictObject({ overridden: boolean() });
/** A window that closes between the gate and this step was open a moment ago. */
const MOMENT_MS = 6e4;
/**
* Stands right behind the gate that asks for the window. The gate passes while the window is open, or by an override: so where it has been closed
* for longer than a moment, somebody with the role has let this run through.
*/
function hoursStep(database) {
	return step({
		id: "hours",
		title: "See whether the run is let through outside of its hours",
		read: async (ctx) => {
			const windows = await database.policyWindows();
			const now = ctx.clock.now();
			const closed = (at) => windows !== null && windowAt(windows, at).kind === "closed";
			return { overridden: closed(now) && closed(now - MOMENT_MS) };
		},
		decide: ({ overridden }) => ({
			kind: "nothing",
			why: overridden ? "an override let it through: it goes on at any time" : "each statement begins in an open window only"
		}),
		outputs,
		collect: (_results, facts) => facts,
		planned: () => ({ overridden: false }),
		probe: "repeatable"
	});
}

// src/release/run/stored-plan.ts
/** A plan of migrations that somebody looked at: what it was made from, so that it is applied only while all of that is so. */
const sha256 = string().regex(/^[0-9a-f]{64}$/);
/** What was planned. Its digest is the name of the plan. */
const plannedSchema = strictObject({
	formatVersion: literal(1),
	procedure: literal("migrate"),
	service: string(),
	environment: string(),
	/** Commit whose migrations they are. */
	commit: string(),
	/** The release that served; null: none did. */
	base: strictObject({
		version: string(),
		commit: string()
	}).nullable(),
	/** The schema that it was made on: its state, and a digest of what the database was made of. */
	schema: strictObject({
		state: string(),
		digest: sha256
	}),
	/** Every pending statement, in order. */
	statements: array(strictObject({
		migration: string(),
		number: number().int().positive(),
		title: string(),
		sha256,
		/** Left out where no throw-away server was asked. */
		manner: keptMannerSchema.exactOptional()
	})).readonly(),
	/** What the migrations change, as the throw-away server had it after them; left out where none was asked. */
	after: afterSchema.exactOptional(),
	/** Plan hash of the procedure without its reason and who asks: steps, gates and all that they are made from. */
	planHash: sha256
});
/** What is kept of it: docs/formats/plan.schema.json. */
const storedPlanSchema = strictObject({
	...plannedSchema.shape,
	/** Who had it made, and when; not part of its name. */
	who: string(),
	time: momentSchema
});
/** Fewer digits could be made to fit another plan on purpose. */
const LEAST_PLAN_DIGITS = 16;
/** SHA-256 of what was planned, hexadecimal. Pure. */
function planName(planned) {
	return digestOf(plannedSchema.parse(planned));
}
function plansDirectory(store, environment) {
	return join(store, "plans", fileName(environment));
}
/** Keeps a plan; the same plan is kept once, by whoever had it made first. Returns its name. */
async function storePlan(store, planned, made) {
	const name = planName(planned);
	const path = join(plansDirectory(store, planned.environment), `${name}.json`);
	if (await readRecord(path, storedPlanSchema) === null) await replaceFile(path, `${JSON.stringify({
		...planned,
		...made
	}, null, 2)}\n`);
	return name;
}
/** The plan that these first digits name. A file whose content is not what its name says is refused. */
async function readPlan(store, environment, digits) {
	const directory = plansDirectory(store, environment);
	const found = (await readdir(directory).catch(missingIsEmpty)).filter((file) => file.endsWith(".json")).map((file) => file.slice(0, -5)).filter((name) => name.startsWith(digits));
	const [name] = found;
	if (name === void 0 || found.length > 1 || digits.length < 16) throw new ProblemError(noPlan(environment, digits, found.length));
	const stored = await readRecord(join(directory, `${name}.json`), storedPlanSchema);
	if (stored === null) throw new ProblemError(noPlan(environment, digits, 0));
	const { who, time, ...planned } = stored;
	if (planName(planned) !== name) throw new ProblemError(swapped(environment, name, who, time));
	return {
		name,
		planned
	};
}
function missingIsEmpty(error) {
	if (isMissing(error)) return [];
	throw error;
}
/** Is all as it was when the plan was made? Every difference is told. Pure. */
function stillHolds(name, then, now) {
	const problems = [];
	const differ = (code, what, before, after) => {
		if (before !== after) problems.push(changed(code, name, then.environment, what, before, after));
	};
	differ("release.plan-other-commit", "the commit", then.commit, now.commit);
	differ("release.plan-other-base", "the release that serves", baseText(then.base), baseText(now.base));
	differ("release.plan-other-schema", "the schema", schemaText(then.schema), schemaText(now.schema));
	differ("release.plan-other-statements", "the statements", statementsText(then), statementsText(now));
	if (problems.length === 0) differ("release.plan-other-hash", "the procedure", planName(then), planName(now));
	return problems.length === 0 ? ok(void 0) : bad(...problems);
}
function baseText(base) {
	return base === null ? "nothing" : `${base.version}, commit ${base.commit.slice(0, 12)}`;
}
function schemaText({ state, digest }) {
	return `${state}, digest ${digest.slice(0, 12)}`;
}
function statementsText({ statements }) {
	return `${statements.length}, digest ${digestOf(statements.map((one) => ({ ...one }))).slice(0, 12)}`;
}
/** The database was changed after the plan was compared and before the run had the environment. */
function otherSchema(name, now, digest) {
	return {
		code: "release.plan-other-schema",
		where: `plan ${name.slice(0, 16)}`,
		found: `the schema is now ${schemaText(now)}`,
		expected: `the schema as it was planned, digest ${digest.slice(0, 12)}`,
		remedy: "find out who changes the database beside its migrations, then look at a new plan; nothing was changed"
	};
}
function changed(code, name, environment, what, before, after) {
	return {
		code,
		where: `plan ${name.slice(0, 16)}`,
		found: `${what} is now ${after}`,
		expected: `${what} as it was planned: ${before}`,
		remedy: `look at a new plan: \`shiplock migrate plan ${environment}\`; nothing was changed`
	};
}
function noPlan(environment, digits, count) {
	return {
		code: "release.no-plan",
		where: `plan ${digits}`,
		found: count === 0 ? "no such plan here" : `${count} plans, or fewer than ${16} digits`,
		expected: `the first ${16} digits, or more, of a plan of ${environment}`,
		remedy: `make one: \`shiplock migrate plan ${environment}\` prints its name`
	};
}
function swapped(environment, name, who, time) {
	return {
		code: "release.plan-swapped",
		where: `plan ${name.slice(0, 16)}`,
		found: `another content than its name says, made by ${who} at ${time}`,
		expected: "a plan as it was stored",
		remedy: `find out who changed it; make a new one with \`shiplock migrate plan ${environment}\``
	};
}

// src/release/run/migrate.ts
/** Applies the pending expand migrations of the commit that is checked out. Under the same policy and lease as a release. */
async function migrate(opened, request) {
	mayReleaseHere(opened);
	const service = await underPolicy(opened, "forward");
	mustNameChange(service, request);
	await agreeWithGit(service);
	const planned = await withPlan(service, request.plan, await migrateInputs(service, request));
	const inputs = await withChange(service, planned, request, treeOf(service));
	const persons = await personOptions(service, inputs);
	const result = await runProcedure(migrateProcedure(inputs, service.target), {
		...engineOptions(service, {
			...persons,
			mayOrder: orderCheck(service)
		}),
		run: service.door.run
	});
	await tellGit(service);
	return {
		...outcomeOf(service, "migrate", inputs, result),
		schema: inputs.candidate.schema
	};
}
/** What that would do now. Looks only. */
async function planMigrate(opened, request) {
	mayReleaseHere(opened);
	const service = await underPolicy(opened, "plan");
	const inputs = await planChange(service, await migrateInputs(service, request), request, treeOf(service));
	return {
		plan: await planProcedure(migrateProcedure(inputs, service.target), engineOptions(service)),
		inputs,
		rules: service.rules
	};
}
/** What a change asks for is the migrations; by which stored plan they are applied is said when it is carried out. */
function treeOf({ target }) {
	return ({ plan: _, ...inputs }) => migrateProcedure(inputs, target);
}
/** The same, tried on a throw-away server where one is configured, and kept under a name that `migrate` takes. */
async function planAndStore(opened, request) {
	await agreeWithGit(opened);
	const made = await planMigrate(opened, request);
	if (made.plan.problems.length > 0) throw new ProblemError(made.plan.problems);
	const manners = await databaseOf(opened.target).manners();
	if (mannerProblems(manners).length > 0) return {
		...made,
		manners,
		kept: null
	};
	const planned = await plannedNow(opened, made.inputs, manners);
	const { store, clock, door } = opened;
	const name = await storePlan(store, planned, {
		who: door.who,
		time: new Date(clock.now()).toISOString()
	});
	await tellGit(opened);
	return {
		...made,
		manners,
		kept: {
			name,
			planned
		}
	};
}
/** All that a plan depends on, as it is now. */
async function plannedNow(service, inputs, manners) {
	const { change: _, ...unasked } = inputs;
	const { candidate, stable } = inputs;
	const { state, digest, statements } = await databaseOf(service.target).planned();
	const after = manners?.after ?? null;
	return {
		formatVersion: 1,
		procedure: "migrate",
		service: candidate.release.service,
		environment: candidate.environment,
		commit: candidate.release.commit,
		base: stable === null ? null : {
			version: stable.release.version,
			commit: stable.release.commit
		},
		schema: {
			state,
			digest
		},
		statements: withManners(statements, manners),
		...after === null ? {} : { after },
		planHash: planHash(migrateProcedure({
			...unasked,
			who: "",
			why: ""
		}, service.target))
	};
}
async function withPlan(service, digits, inputs) {
	if (digits === void 0) return inputs;
	const { name, planned } = await readPlan(service.store, service.target.environment, digits);
	const manners = planned.statements.some(({ manner }) => manner !== void 0) ? await databaseOf(service.target).manners() : null;
	const held = stillHolds(name, planned, await plannedNow(service, inputs, manners));
	const problems = [...mannerProblems(manners), ...held.ok ? [] : held.problems];
	if (problems.length > 0) throw new ProblemError(problems);
	const kept = planned.statements.flatMap(({ migration, number, manner }) => manner === void 0 ? [] : [{
		migration,
		number,
		manner
	}]);
	return {
		...inputs,
		plan: {
			name,
			schema: planned.schema.digest,
			...kept.length === 0 ? {} : { manners: kept },
			...planned.after === void 0 ? {} : { after: planned.after }
		}
	};
}
/** A release that brings nothing but its migrations. */
async function migrateInputs(service, request) {
	const { environment, target } = service;
	const database = databaseOf(target);
	const stable = await stableRecord(service);
	const commit = await commitMeant(service, request);
	return {
		candidate: {
			formatVersion: 1,
			environment: target.environment,
			release: {
				formatVersion: 1,
				service: target.service,
				version: await describedVersion(service, commit),
				commit,
				artefacts: [],
				configHash: configHash(environment),
				migrations: database.migrations
			},
			unit: null,
			files: [],
			schema: await database.after(request.phase)
		},
		stable,
		seed: false,
		...request.phase === void 0 ? {} : { phase: request.phase },
		...approvalOf(service.rules.kind === "policy" ? service.rules.policy.rules : void 0),
		who: service.door.who,
		why: request.why
	};
}
const ABOUT = {
	expand: "Expand migrations only: what serves goes on serving on the new schema. They are not taken back.",
	backfill: "Backfill migrations only: rows are changed in short transactions while what serves goes on serving.",
	contract: "Contract migrations only: refused unless the ledger knows that what serves runs without what they take away."
};
/** Approval, the ledger's answer for what serves, the migrations, and what the ledger learns from their headers. */
function migrateProcedure(inputs, target) {
	const { candidate, stable, phase = "expand" } = inputs;
	const { version } = candidate.release;
	const database = databaseOf(target);
	const approval = approvalGate(inputs.approval, `May ${version} go to ${target.environment}?`, inputs.change);
	const change = changeGate(inputs.change, target.change);
	const hours = inputs.approval?.windows === true ? hoursStep(database) : null;
	const stays = database.stays(target, stable?.unit ?? null, () => unprovenSchema(target, stable));
	return procedure({
		id: "migrate",
		title: `Migrate the database of ${target.service} in ${target.environment} to ${version}`,
		description: ABOUT[phase],
		environment: target.environment,
		inputs: inputsAsJson(inputs),
		root: sequence({
			id: "migrations",
			title: `Apply the migrations of ${version}`,
			steps: [
				...approval === null ? [] : [approval],
				...change === null ? [] : [change],
				...hours === null ? [] : [hours],
				checkStep(target, candidate, stable, stable ?? candidate),
				...inputs.plan === void 0 ? [] : [planStep(database, inputs.plan)],
				...stays === null ? [] : [stays.before],
				database.migrate({
					phase,
					...hours === null ? {} : { heeds: (ctx) => !ctx.outputOf(hours).overridden },
					expected: inputs.plan?.after,
					manner: inputs.plan?.manners === void 0 ? void 0 : mannersOf(inputs.plan.manners)
				}),
				...stays === null ? [] : [stays.after, stays.owed],
				learnStep(target, database, inputs, stays)
			]
		})
	});
}
/** The same once more under the lease: between the comparison before the run and this nobody else may have changed the database. */
function planStep(database, { name, schema }) {
	return action({
		id: "plan",
		title: "Check that the database is as it was planned",
		inputs: {
			plan: name,
			schema
		},
		read: () => database.planned(),
		decide: ({ state, digest }) => digest === schema ? {
			kind: "nothing",
			why: `the schema is the one of plan ${name.slice(0, 16)}`
		} : {
			kind: "refuse",
			problems: [otherSchema(name, {
				state,
				digest
			}, schema)]
		},
		probe: "repeatable"
	});
}
/** A later rollback asks the ledger whether the earlier version runs on this schema: it must know although no release told it. */
function learnStep(target, database, { candidate, stable }, stays) {
	return action({
		id: "ledger",
		title: "Write into the ledger what the migrations declare",
		inputs: {
			version: candidate.release.version,
			schema: candidate.schema
		},
		read: async (ctx) => ({
			ledger: await readLedger(target.store, target.environment, target.service),
			time: new Date(ctx.clock.now()).toISOString()
		}),
		decide: ({ ledger, time }, ctx) => {
			const unanswered = stays?.unanswered(ctx) ?? [];
			const declared = database.rows({
				release: candidate.release,
				stable: stable?.release.version ?? null,
				from: stable?.schema ?? "empty",
				time
			});
			const at = {
				schema: candidate.schema,
				time
			};
			const rows = stable === null || unanswered.length === 0 ? declared : [...declared, unansweredRow(stable.release.version, at, unanswered, ctx.run)];
			return doOrNothing(ledgerEffect(target.store, target.environment, ledger, rows), "it is written");
		},
		probe: "repeatable"
	});
}
/** Throws ProblemError when the environment has none. */
function databaseOf({ database, environment }) {
	if (database !== null) return database;
	throw new ProblemError(noDatabase(environment));
}
/** Throws ProblemError when the environment has none. */
function databaseSettings({ environment }) {
	if (environment.database !== null) return environment.database;
	throw new ProblemError(noDatabase(environment.environment));
}
function noDatabase(environment) {
	return {
		code: "release.no-database",
		where: `environments.${environment}`,
		found: "no `database:`",
		expected: "an environment with a database",
		remedy: "write `database:` into shiplock.yaml, with its migrations"
	};
}

export { migrateProcedure as a, migrateInputs as i, databaseSettings as n, planAndStore as o, migrate as r, planMigrate as s, databaseOf as t };