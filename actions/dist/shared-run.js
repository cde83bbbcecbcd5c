import { t as EXIT } from "./shared-exit.js";
import { Zn as record, c as unwrap, nr as string, t as ProblemError, tr as strictObject } from "./shared-problem.js";
import { Da as documentProcedure, Ea as planProcedure, Ft as announced, Gt as orderCheck, J as agreeWithGit, Kt as personOptions, Os as procedure, Sa as runProcedure, Un as engineOptions, Xt as underPolicy, fo as readRun, pa as RUNBOOK_PREFIX, rt as tellGit, xa as resumeProcedure } from "./shared-common.js";
import { n as openSystem } from "./shared-system.js";
import { i as resume } from "./shared-resume.js";

// src/release/runbook/run.ts
/** By which alert a run was started, and what allowed it. */
const alertSchema = strictObject({
	alertname: string(),
	rule: string(),
	fingerprint: string(),
	/** RFC 3339. */
	startsAt: string()
});
/** What a run of a runbook was begun with; a resume builds the same tree from it. */
const inputsSchema = strictObject({
	runbook: string(),
	environment: string(),
	texts: record(string(), string()),
	alert: alertSchema.exactOptional()
});
/** What it would do now. Looks only. @throws ProblemError for inputs that do not fit */
async function planRunbook(service, runbook, request) {
	const { how } = runbook;
	if (how.kind === "delivery") return how.plan(givenOf(service, runbook, request), service);
	const { procedure: tree } = await treeOf(service, runbook, how, request);
	return planProcedure(tree, engineOptions(service));
}
/** The procedure as a document with its checklist, for this environment and these inputs. */
async function documentRunbook(service, runbook, request) {
	return documentProcedure(await procedureOfRunbook(service, runbook, request));
}
/** The tree for this environment and these inputs. */
async function procedureOfRunbook(service, runbook, request) {
	const { how } = runbook;
	if (how.kind === "delivery") return how.document(givenOf(service, runbook, request), service);
	return (await treeOf(service, runbook, how, request)).procedure;
}
/**
* Carries it out under the lease of the environment. One that only reads is looked at and not recorded: it needs no lease, and works while
* somebody else holds the environment or the disk is full.
*/
async function runRunbook(opened, runbook, request) {
	const { how } = runbook;
	const about = {
		runbook: runbook.id,
		environment: opened.target.environment
	};
	if (how.kind === "delivery") {
		const { exit, run, text, json } = await how.run(givenOf(opened, runbook, request), opened);
		return {
			...about,
			run,
			exit,
			outcome: outcomeOfExit(exit),
			problems: [],
			gate: null,
			report: {
				text,
				json
			}
		};
	}
	const tree = await treeOf(opened, runbook, how, request);
	if (runbook.severity === "reads") return {
		...about,
		...await lookedAt(opened, tree)
	};
	const service = await underPolicy(opened, "look");
	await agreeWithGit(service);
	const persons = await personOptions(service, null);
	const result = await announced(service, void 0, (observing) => runProcedure(tree.procedure, {
		...engineOptions(service, {
			...observing,
			...persons,
			mayOrder: orderCheck(service)
		}),
		run: service.door.run
	}));
	await tellGit(service);
	return {
		...about,
		...ended(result, tree.built)
	};
}
/**
* Goes on with a run of a runbook where it stopped.
* @param find the definition by its name, as it is today: where the tree is another one by now, the engine refuses
*/
async function resumeRunbook(opened, run, find, answers = {}) {
	const recorded = await readRun(opened.store, run);
	const inputs = inputsSchema.safeParse(recorded.inputs);
	if (!inputs.success) {
		const { exit, problems } = await resume(opened, run, answers);
		return {
			runbook: recorded.procedure,
			environment: recorded.environment,
			run,
			exit,
			outcome: outcomeOfExit(exit),
			problems,
			gate: null,
			report: null
		};
	}
	const definition = await find(inputs.data.runbook);
	if (definition.how.kind === "delivery") throw new TypeError("a tree is recorded by a tree");
	const tree = await treeOf(opened, definition, definition.how, inputs.data);
	const service = await underPolicy(opened, "look");
	await agreeWithGit(service);
	const persons = await personOptions(service, null);
	const result = await announced(service, run, (observing) => resumeProcedure(tree.procedure, run, {
		...engineOptions(service, {
			...observing,
			...persons,
			mayOrder: orderCheck(service)
		}),
		...answers
	}));
	await tellGit(service);
	return {
		runbook: definition.id,
		environment: inputs.data.environment,
		...ended(result, tree.built)
	};
}
async function treeOf(service, definition, how, { texts, alert }) {
	const built = await how.build(givenOf(service, definition, { texts }), contextOf(service));
	const { environment } = service.target;
	return {
		built,
		procedure: procedure({
			id: `${RUNBOOK_PREFIX}${definition.id}`,
			title: built.title,
			description: built.description,
			environment,
			inputs: {
				runbook: definition.id,
				environment,
				texts,
				...alert === void 0 ? {} : { alert }
			},
			root: built.root
		})
	};
}
function contextOf(service) {
	return {
		service,
		system: () => openSystem(service)
	};
}
/** Every input is read before anything else, so that all that is wrong is told at once. @throws ProblemError */
function givenOf(service, { inputs }, { texts }) {
	const place = placeOf(service);
	const problems = inputs.flatMap((input) => {
		const found = input.parse(texts[input.name], place);
		return found.ok ? [] : found.problems;
	});
	if (problems.length > 0) throw new ProblemError(problems);
	return (input) => unwrap(input.parse(texts[input.name], place));
}
function placeOf({ environment: { platform, system } }) {
	return {
		hosts: (platform.kind === "ssh" ? [...platform.hosts, ...system?.hosts ?? []] : []).map(({ name }) => name),
		services: (system?.services ?? []).map(({ name }) => name)
	};
}
async function lookedAt(service, { procedure: tree, built }) {
	const plan = await planProcedure(tree, engineOptions(service));
	const problems = [...plan.problems, ...unseen(plan.root)];
	if (problems.length > 0) throw new ProblemError(problems);
	const report = built.report?.(plan.outputs) ?? null;
	const bad = report?.bad === true;
	return {
		run: null,
		outcome: bad ? "failed" : "done",
		exit: bad ? EXIT.failed : EXIT.done,
		problems: [],
		gate: null,
		report
	};
}
/** Looks that were not possible. Pure. */
function unseen(node) {
	if (node.kind === "step") return node.decision.kind === "unknown" ? node.decision.problems : [];
	return "children" in node ? node.children.flatMap(unseen) : [];
}
function ended(result, { report }) {
	const { run, outcome, exit, problems, gate = null } = result;
	return {
		run,
		outcome,
		exit,
		problems,
		gate,
		report: outcome === "done" ? report?.(result.outputs) ?? null : null
	};
}
/** What an exit code of a release says of its run. Pure. */
function outcomeOfExit(exit) {
	switch (exit) {
		case EXIT.done: return "done";
		case EXIT.rolledBack: return "rolled-back";
		case EXIT.waiting: return "waiting";
		case EXIT.refused: return "refused";
		case EXIT.leaseHeld: return "lease-held";
		case EXIT.interrupted:
		case EXIT.terminated: return "stopped";
		default: return "failed";
	}
}

export { procedureOfRunbook as a, planRunbook as i, documentRunbook as n, resumeRunbook as o, givenOf as r, runRunbook as s, contextOf as t };