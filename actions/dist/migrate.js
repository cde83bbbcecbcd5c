import { t as EXIT } from "./shared-exit.js";
import { a as renderPlan, i as planMigrate, t as migrate$1 } from "./shared-migrate.js";
import { Gt as cleanLine, Wt as clean, Y as rulesText, n as runDone, t as openFor } from "./shared-common.js";
import { i as flag, n as runAction, o as optional, r as codeBlock, s as usually } from "./shared-job.js";
import { t as packageVersion } from "./shared-version.js";
import { D as object, a as placeOf, r as formatProblem, s as problemsOf } from "./shared-problem.js";
import { t as defineAction } from "./shared-define.js";
import { a as state, n as config, r as environment, t as RUN_OUTPUTS } from "./shared-fields.js";
import { isAbsolute, relative } from "node:path";
import { pathToFileURL } from "node:url";

// src/report/sarif.ts
const SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json";
const LONGEST = 1e3;
/** What problems say about files, as findings; the others stay problems. */
function findingsOf(problems) {
	return {
		findings: problems.flatMap((problem) => {
			const place = placeOf(problem.where);
			if (place === void 0) return [];
			const { code, found, expected, remedy } = problem;
			const fingerprint = `${code}:${place.file.split("/").at(-1)}:${found}`;
			return [{
				rule: code,
				level: "error",
				message: `found ${found}; expected ${expected}`,
				...place,
				remedy,
				fingerprint
			}];
		}),
		others: problems.filter(({ where }) => placeOf(where) === void 0)
	};
}
/** The whole log, ready for JSON. Texts may come from files of anybody, so they are cleaned and bounded. */
function sarifLog(findings, { version, root, failures }) {
	const rules = [...new Set(findings.map(({ rule }) => rule))].toSorted();
	return {
		$schema: SCHEMA,
		version: "2.1.0",
		runs: [{
			tool: { driver: {
				name: "shiplock",
				version,
				rules: rules.map((id) => ({
					id,
					name: id
				}))
			} },
			invocations: [{
				executionSuccessful: failures.length === 0,
				toolExecutionNotifications: failures.map((problem) => ({
					level: "error",
					descriptor: { id: problem.code },
					message: { text: clean(formatProblem(problem)).slice(0, LONGEST) }
				}))
			}],
			results: findings.map((finding) => result(finding, rules, root))
		}]
	};
}
function result(finding, rules, root) {
	const { rule, level, message, file, remedy, fingerprint } = finding;
	const text = remedy === void 0 ? message : `${message}. What to do: ${remedy}`;
	return {
		ruleId: rule,
		ruleIndex: rules.indexOf(rule),
		level,
		message: { text: cleanLine(text, LONGEST) },
		locations: file === void 0 ? [] : [{ physicalLocation: {
			artifactLocation: addressOf(file, root),
			...regionOf(finding)
		} }],
		partialFingerprints: { "shiplock/v1": cleanLine(fingerprint, LONGEST) }
	};
}
function regionOf({ line, column }) {
	if (line === void 0) return {};
	return { region: {
		startLine: line,
		...column === void 0 ? {} : { startColumn: column }
	} };
}
/** Below the checkout by its path there, else where it lies on this machine. */
function addressOf(file, root) {
	const below = isAbsolute(file) ? relative(root, file) : file;
	if (below.startsWith("../") || isAbsolute(below)) return { uri: pathToFileURL(file).href };
	return {
		uri: below.split("/").map(encodeURIComponent).join("/"),
		uriBaseId: "%SRCROOT%"
	};
}

// actions/shared/sarif.ts
/** Says what is done, and writes what was found about files on the way as SARIF, however it ends. Without a file only the former. */
async function withSarif(job, file, act) {
	const write = async (problems) => {
		if (file === void 0) return;
		const { findings, others } = findingsOf(problems);
		const root = process.env["GITHUB_WORKSPACE"] ?? process.cwd();
		const log = sarifLog(findings, {
			version: packageVersion(),
			root,
			failures: others
		});
		await job.write(file, `${JSON.stringify(log, null, 2)}\n`);
	};
	try {
		const done = await act();
		await write(done.problems);
		return done;
	} catch (error) {
		await write(problemsOf(error, "the migrations"));
		throw error;
	}
}

// actions/migrate/definition.ts
const migrate = defineAction({
	name: "migrate",
	title: "Shiplock migrate",
	description: "Apply the pending expand migrations of the commit that is checked out, ahead of its release, or say what would be applied.",
	inputs: object({
		environment: environment("whose database it is."),
		config: config(),
		state: state(),
		reason: usually("Why. Stands in the journal.", "migration"),
		plan: flag("Only say what would be done, in the summary of the job (true or false)."),
		sarif: optional("A file for what is wrong with the migrations (SARIF 2.1.0), for instance to be uploaded to code scanning. Empty means none.", "migrations.sarif")
	}),
	outputs: {
		...RUN_OUTPUTS,
		outcome: `${RUN_OUTPUTS.outcome.slice(0, -1)}; planned where it was only said.`,
		version: "The version whose migrations these are.",
		schema: "Schema state with them: the newest migration."
	},
	acts: true
});

// actions/migrate/index.ts
await runAction(migrate, (inputs, job) => withSarif(job, inputs.sarif, () => act(inputs, job)));
async function act(inputs, job) {
	const service = await openFor(job, inputs);
	const request = {
		why: inputs.reason,
		allowDirty: false
	};
	if (!inputs.plan) {
		const outcome = await migrate$1(service, request);
		const done = await runDone(service.store, outcome);
		return {
			...done,
			outputs: {
				...done.outputs,
				schema: outcome.exit === EXIT.done ? outcome.schema : ""
			}
		};
	}
	const { plan, inputs: made, rules } = await planMigrate(service, request);
	const { version } = made.candidate.release;
	return {
		exit: EXIT.done,
		problems: [],
		sentence: `What the migrations of ${version} would do in ${inputs.environment} stands in the summary; nothing was changed.`,
		outputs: {
			outcome: "planned",
			version,
			run: "",
			"plan-hash": plan.planHash,
			anchor: "",
			schema: made.candidate.schema
		},
		summary: codeBlock(`${renderPlan(plan)}\nGates: ${rulesText(rules)}`)
	};
}

export {  };