import { C as agreeWithGit, Ft as configHash, H as inputsAsJson, I as orderCheck, L as personOptions, P as mayReleaseHere, S as stableRecord, V as underPolicy, Wt as planProcedure, _ as outcomeOf, j as tellGit, lt as sourceCommit, nt as approvalOf, q as checkStep, st as describedVersion, tt as approvalGate } from "./shared-report.js";
import { r as formatProblem, t as ProblemError } from "./shared-problem.js";
import { Vt as runProcedure, f as doOrNothing, qt as effectText, r as engineOptions } from "./shared-again.js";
import { B as procedure, H as sequence, I as action, m as readLedger, u as ledgerEffect } from "./shared-quarantine.js";

// src/procedure/plan/render.ts
/** A plan as text: the tree, and under each step exactly what it would do. */
function renderPlan(plan) {
	const count = plan.effects.length;
	const head = [
		`Plan: ${plan.title} (${plan.procedure}) for ${plan.environment}`,
		`Plan hash ${plan.planHash}`,
		`${count === 0 ? "Nothing is known to change" : `${count} ${count === 1 ? "effect" : "effects"} known now`}; nothing has been changed.`,
		""
	];
	const refused = plan.problems.length === 0 ? [] : [
		"",
		"It would refuse now:",
		...plan.problems.map((problem) => `  ${formatProblem(problem)}`)
	];
	return `${[
		...head,
		...nodeLines(plan.root, 0),
		...refused
	].join("\n")}\n`;
}
function nodeLines(node, depth) {
	const indent = "  ".repeat(depth);
	const head = (text) => `${indent}- ${node.title}${text === "" ? "" : `: ${text}`}`;
	const under = (nodes) => nodes.flatMap((child) => nodeLines(child, depth + 1));
	switch (node.kind) {
		case "step": return stepLines(node, indent);
		case "opaque": return [head(`opaque, cannot be planned in detail; it promises: ${node.promise}`)];
		case "gate": {
			if (node.needed === "no") return [head("gate, not needed")];
			const needed = node.needed === "later" ? ", if it is needed by then" : "";
			return [
				head(`gate for ${node.role}${needed} (${node.guard})`),
				...conditionLines(node.condition, indent),
				...under(node.before),
				...node.evidence.map((field) => `${indent}    ? ${field.question} [${field.name}: ${field.kind}]`),
				...under(node.after)
			];
		}
		case "watch": return [head(node.forecast === "" ? "watch" : node.forecast), ...node.asks === "" ? [] : [`${indent}    may ask: ${node.asks}`]];
		case "sequence":
		case "parallel":
		case "forEach": return [
			head(node.kind === "parallel" ? "side by side" : ""),
			...under(node.children),
			...node.onFailure.length === 0 ? [] : [`${indent}  if it fails: ${node.onFailure.join("; ")}`]
		];
		case "choice": return [head(node.chosen), ...under(node.children)];
		case "repeat": return [head(`at most ${node.atMost} times`), ...under(node.children)];
	}
}
/** What a condition shows now: the gate would pass, or why it would wait. */
function conditionLines(condition, indent) {
	if (condition === void 0) return [];
	const [state, list] = condition.unmet.length === 0 ? ["met", []] : ["not yet", condition.unmet];
	return [...condition.found.split("\n").map((line, index) => `${indent}    ${index === 0 ? `${state}: ` : "  "}${line}`), ...list.map(({ found, expected }) => `${indent}      found ${found}; expected ${expected}`)];
}
function stepLines(node, indent) {
	const { decision } = node;
	const head = `${indent}- ${node.title}`;
	switch (decision.kind) {
		case "effects": return [`${head}${decision.why === "" ? "" : ` (${decision.why})`}`, ...decision.effects.map((effect) => `${indent}    ${effect.kind} ${effectText(effect)}${effect.why === void 0 ? "" : `   # ${effect.why}`}`)];
		case "nothing": return [`${head}: nothing to do (${decision.why})`];
		case "refuse": return [`${head}: refuses`, ...decision.problems.map((problem) => `${indent}    ${problem.where}: ${problem.found}`)];
		case "later": return [`${head}: decided after <${decision.after}>`];
		case "unknown": return [`${head}: cannot be planned now`, ...decision.problems.map((problem) => `${indent}    ${problem.found}`)];
	}
}

// src/release/run/migrate.ts
/** Applies the pending expand migrations of the commit that is checked out. Under the same policy and lease as a release. */
async function migrate(opened, request) {
	mayReleaseHere(opened);
	const service = await underPolicy(opened, "forward");
	await agreeWithGit(service);
	const inputs = await migrateInputs(service, request);
	const persons = await personOptions(service, inputs);
	const result = await runProcedure(migrateProcedure(inputs, service.target), engineOptions(service, {
		...persons,
		mayOrder: orderCheck(service)
	}));
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
	const inputs = await migrateInputs(service, request);
	return {
		plan: await planProcedure(migrateProcedure(inputs, service.target), engineOptions(service)),
		inputs,
		rules: service.rules
	};
}
/** A release that brings nothing but its migrations. */
async function migrateInputs(service, request) {
	const { environment, target } = service;
	const database = databaseOf(target);
	const stable = await stableRecord(service);
	const commit = await sourceCommit(service, request.allowDirty);
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
			schema: await database.after()
		},
		stable,
		seed: false,
		...approvalOf(service.rules.kind === "policy" ? service.rules.policy.rules : void 0),
		who: service.door.who,
		why: request.why
	};
}
/** Approval, the ledger's answer for what serves, the migrations, and what the ledger learns from their headers. */
function migrateProcedure(inputs, target) {
	const { candidate, stable } = inputs;
	const { version } = candidate.release;
	const database = databaseOf(target);
	const approval = approvalGate(inputs.approval, version, target.environment);
	return procedure({
		id: "migrate",
		title: `Migrate the database of ${target.service} in ${target.environment} to ${version}`,
		description: "Expand migrations only: what serves goes on serving on the new schema. They are not taken back.",
		environment: target.environment,
		inputs: inputsAsJson(inputs),
		root: sequence({
			id: "migrations",
			title: `Apply the migrations of ${version}`,
			steps: [
				...approval === null ? [] : [approval],
				checkStep(target, candidate, stable, stable ?? candidate),
				database.migrate(),
				learnStep(target, database, inputs)
			]
		})
	});
}
/** A later rollback asks the ledger whether the earlier version runs on this schema: it must know although no release told it. */
function learnStep(target, database, { candidate, stable }) {
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
		decide: ({ ledger, time }) => {
			const rows = database.rows({
				release: candidate.release,
				stable: stable?.release.version ?? null,
				from: stable?.schema ?? "empty",
				time
			});
			return doOrNothing(ledgerEffect(target.store, target.environment, ledger, rows), "it is written");
		},
		probe: "repeatable"
	});
}
function databaseOf({ database, environment }) {
	if (database !== null) return database;
	throw new ProblemError({
		code: "release.no-database",
		where: `environments.${environment}`,
		found: "no `database:`",
		expected: "an environment with a database",
		remedy: "write `database:` into shiplock.yaml, with its migrations"
	});
}

export { renderPlan as i, migrateProcedure as n, planMigrate as r, migrate as t };