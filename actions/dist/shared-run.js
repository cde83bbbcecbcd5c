import { $a as RUNBOOK_PREFIX, $n as approvalGate, Ft as announced, Go as placeNodes, Gt as orderCheck, Jn as changeAskedSchema, Jo as waitLines, Kt as personOptions, Mo as readRun, Uo as planHash, Wo as childrenOf, Yo as waitsIn, Zt as underPolicy, ao as runProcedure, ar as mayBegin, co as planProcedure, da as changeGate, dr as needed, ic as sequence, io as resumeProcedure, lo as guardText, nc as procedure, nr as askedFor, qo as inTurn, tr as approvalSchema, tt as agreeWithGit, uo as whoseGate, ut as tellGit, xr as engineOptions } from "./shared-common.js";
import { Jn as string, Un as record, qn as strictObject } from "./shared-schemas.js";
import { t as EXIT } from "./shared-exit.js";
import { c as unwrap, t as ProblemError } from "./shared-problem.js";
import { r as openSystem, t as elsewhereFor } from "./shared-system.js";
import { i as resume } from "./shared-resume.js";

// src/procedure/plan/document.ts
/** The same tree as a document: a standard operating procedure in Markdown, with roles, steps, checklists and a diagram. */
function documentProcedure(procedure) {
	return tidied([
		`# ${procedure.title}`,
		"",
		procedure.description,
		"",
		`Procedure \`${procedure.id}\`, version ${procedure.version}, for environment \`${procedure.environment}\`; plan \`${planHash(procedure).slice(0, 12)}\`.`,
		"",
		...procedureSections(procedure)
	]);
}
/** The parts of that document which follow from the tree alone: roles, flow, steps. For documents with a beginning of their own. */
function procedureSections(procedure) {
	const roles = rolesOf(procedure);
	return [
		...roles.length === 0 ? [] : [
			"## Roles",
			"",
			...roles.map(([role, does]) => `- **${role}**: ${does.join("; ")}`),
			""
		],
		"## Flow",
		"",
		"```mermaid",
		...diagram(procedure),
		"```",
		"",
		"## Steps",
		"",
		...stepLines(procedure.root, procedure.root.id, "1", 3)
	];
}
/** Lines of Markdown as a file: at most one empty line between two others. */
function tidied(lines) {
	return `${lines.join("\n").replace(/\n{3,}/g, "\n\n").trimEnd()}\n`;
}
function rolesOf(procedure) {
	const roles = /* @__PURE__ */ new Map();
	for (const { node } of placeNodes(procedure)) {
		if (node.kind !== "gate" || node.asks === "window" || node.asks === "condition") continue;
		roles.set(node.role, [...roles.get(node.role) ?? [], `fills in “${node.title}”`]);
		if (node.guard.kind === "unguarded") roles.set(node.guard.role, [...roles.get(node.guard.role) ?? [], `answers for “${node.title}” standing unguarded`]);
	}
	return [...roles];
}
function stepLines(node, path, number, level) {
	const lines = [
		`${"#".repeat(Math.min(level, 6))} ${number} ${node.title}`,
		"",
		`\`${path}\`${kindText(node)}`,
		"",
		...node.description === void 0 ? [] : [node.description, ""]
	];
	const children = childrenOf(node, path).flatMap(([child, at], index) => {
		const rollback = node.kind === "sequence" && child === node.rollback;
		return [...rollback ? ["If anything above fails, this is done instead:", ""] : branchIntro(node, at, path), ...stepLines(child, at, `${number}.${rollback ? "R" : index + 1}`, level + 1)];
	});
	return [
		...lines,
		...details(node),
		...children
	];
}
function branchIntro(node, at, path) {
	if (node.kind !== "choice") return [];
	return [`In the case \`${at.slice(path.length + 1)}\`:`, ""];
}
function details(node) {
	if (node.kind === "step") return ["- [ ] carried out ____________ (when, by whom)", ""];
	if (node.kind === "watch") return ["- [ ] seen ____________ (when, by whom)", ""];
	if (node.kind === "opaque") return [
		`It promises: ${node.promise}`,
		"",
		"- [ ] carried out ____________ (when, by whom)",
		""
	];
	if (node.kind !== "gate") return [];
	return [
		`Meanwhile: ${guardText(node.guard)}.`,
		"",
		...node.evidence.map((field) => `- [ ] ${field.question}${answerText(field)}`),
		""
	];
}
function answerText(field) {
	switch (field.kind) {
		case "check": return "";
		case "text": return ` ____________ (${field.name}, at least ${Math.max(1, field.minLength ?? 1)} characters)`;
		case "number": return ` ______ (${field.name}${field.min === void 0 ? "" : `, from ${field.min}`}${field.max === void 0 ? "" : `, to ${field.max}`})`;
		case "choice": return ` (${field.name}: ${field.options.join(" / ")})`;
	}
}
function kindText(node) {
	switch (node.kind) {
		case "step": return `: a step${node.urgent ? ", carried out even while a stop is asked for" : ""}${node.retry.attempts > 1 ? `, tried ${node.retry.attempts} times` : ""}${node.undo === void 0 ? "" : ", can be taken back by itself"}.`;
		case "opaque": return ": a step that cannot be planned in detail.";
		case "gate": return `: a gate for **${whoseGate(node)}**.`;
		case "watch": return `: a watch, one look every ${node.everyMs / 1e3} s.`;
		case "sequence": return ": one after another.";
		case "parallel": return `: side by side, ${node.limit} at a time${waitLines(node).map((line) => `; ${line}`).join("")}.`;
		case "choice": return ": one of several.";
		case "repeatUntil": return `: again and again, at most ${node.max} times.`;
		case "forEach": return `: in ${node.batches.length} batches of ${node.batches.map((batch) => batch.length).join(", ")}.`;
	}
}
/** Every node that does something, in order; gates are hexagons, watches rounded, choices rhombs. */
function diagram(procedure) {
	const lines = ["flowchart TD", "  begin([start])"];
	let count = 0;
	const name = () => `n${++count}`;
	const label = (node) => `"${node.title.replaceAll("\"", "#quot;")}"`;
	const link = (from, to) => {
		for (const tail of from) lines.push(`  ${tail.id} ${tail.label === "" ? "-->" : `-- "${tail.label}" -->`} ${to}`);
	};
	const walk = (node, from) => {
		switch (node.kind) {
			case "sequence": {
				let tails = from;
				let first = "";
				for (const child of node.steps) {
					const before = count;
					tails = walk(child, tails);
					if (first === "" && count > before) first = `n${before + 1}`;
				}
				if (node.rollback !== void 0) {
					const id = name();
					lines.push(`  ${id}[["Rollback: ${node.rollback.title.replaceAll("\"", "#quot;")}"]]`);
					if (first !== "") lines.push(`  ${first} -. "any failure" .-> ${id}`);
				}
				return tails;
			}
			case "parallel": {
				const ends = /* @__PURE__ */ new Map();
				const waits = waitsIn(node);
				for (const child of inTurn(node)) {
					const before = waits(child).flatMap((id) => ends.get(id) ?? []);
					ends.set(child.id, walk(child, before.length === 0 ? from : before));
				}
				const waitedFor = new Set(node.steps.flatMap(waits));
				return node.steps.flatMap(({ id }) => waitedFor.has(id) ? [] : ends.get(id) ?? []);
			}
			case "forEach": {
				let tails = from;
				for (const batch of node.batches) {
					const before = tails;
					tails = batch.flatMap((child) => walk(child, before));
				}
				return tails;
			}
			case "choice": {
				const id = name();
				lines.push(`  ${id}{${label(node)}}`);
				link(from, id);
				return Object.entries(node.branches).flatMap(([key, child]) => walk(child, [{
					id,
					label: key
				}]));
			}
			case "repeatUntil": {
				const id = name();
				lines.push(`  ${id}{{"${node.title.replaceAll("\"", "#quot;")} (at most ${node.max} times)"}}`);
				link(from, id);
				return walk(node.body, [{
					id,
					label: "again"
				}]);
			}
			case "step":
			case "opaque":
			case "gate":
			case "watch": {
				const id = name();
				const [open, close] = node.kind === "gate" ? ["{{", "}}"] : node.kind === "watch" ? ["(", ")"] : ["[", "]"];
				lines.push(`  ${id}${open}${label(node)}${close}`);
				link(from, id);
				return [{
					id,
					label: ""
				}];
			}
		}
	};
	const tails = walk(procedure.root, [{
		id: "begin",
		label: ""
	}]);
	lines.push("  finish([done])");
	link(tails, "finish");
	return lines;
}

// src/release/runbook/change.ts
const SEVERE = ["changes", "destructive"];
/** Does the policy want a record for a runbook of this severity? Pure. */
function needsChange({ changes }, { severity }) {
	const least = changes?.runbooks ?? null;
	return severity !== "reads" && least !== null && SEVERE.indexOf(severity) >= SEVERE.indexOf(least);
}
/**
* What a run of a runbook carries of its change; null where none is named and none is needed.
*
* @param plain the tree as it would be without a change
* @throws ProblemError when it may not begin
*/
async function changeOfRunbook(service, runbook, request, plain) {
	const wanted = needsChange(service, runbook);
	if (wanted && request.change === void 0 && request.awaitOverride !== true) throw new ProblemError(needed(service.target.environment));
	const { alert: _, ...inputs } = plain.inputs;
	const change = await askedFor(service, request, wanted, () => ({
		...plain,
		inputs
	}));
	if (change === null) return null;
	await mayBegin(service, change);
	return {
		change,
		...approvalOfRunbook(service)
	};
}
/** The role that approves a release, without its windows: those are hours of releases, and a change has a window of its own. Pure. */
function approvalOfRunbook({ rules }) {
	const role = rules.kind === "policy" ? rules.policy.rules.approval : null;
	return role === null ? {} : { approval: {
		role,
		windows: false
	} };
}
/** The texts of inputs that the record names, and those that are given besides: where these differ, the plan does. */
async function textsOfChange(service, runbook, { change, texts }) {
	if (change === void 0) return texts;
	const [{ fetchChanges }, { readChange }] = await Promise.all([import("./shared-fetch.js"), import("./shared-store2.js")]);
	await fetchChanges(service);
	const what = (await readChange(service.store, service.target.environment, change))?.head.what;
	return what?.kind === "runbook" && what.runbook === runbook.id ? {
		...what.inputs,
		...texts
	} : texts;
}
/** The tree behind its gates; as it is where no change is named. */
function underChange(root, asked, { environment, change }) {
	if (asked === void 0) return root;
	const gates = [approvalGate(asked.approval, `May this be carried out in ${environment}: ${root.title}?`, asked.change), changeGate(asked.change, change)].filter((gate) => gate !== null);
	return sequence({
		id: "under-change",
		title: root.title,
		steps: [...gates, root]
	});
}
/** A run that is gone on with needs the approval that is asked for today. @throws ProblemError */
function checkRunbookApproval(service, run, asked) {
	if (asked === void 0 || service.rules.kind === "unread") return;
	const today = approvalOfRunbook(service).approval?.role;
	if (today === asked.approval?.role) return;
	throw new ProblemError({
		code: "policy.approval-changed",
		where: `run ${run}`,
		found: `a run that was begun to wait for ${roleText(asked.approval?.role)}`,
		expected: `${roleText(today)}, as the policy asks today`,
		remedy: `end it with shiplock unlock … --from ${run}, and begin a new run, which asks for what is asked today`
	});
}
function roleText(role) {
	return role === void 0 || role === null ? "no approval" : `the role ${role}`;
}
/** What only looks or goes back needs no record. */
function needsNoChange(runbook) {
	return {
		code: "cli.usage",
		where: "--change",
		found: `a change record for ${runbook}`,
		expected: "none: what only looks, and a rollback, are carried out without one",
		remedy: "leave --change out"
	};
}

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
	alert: alertSchema.exactOptional(),
	change: changeAskedSchema.exactOptional(),
	approval: approvalSchema.exactOptional()
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
async function runRunbook(opened, runbook, given) {
	const { how } = runbook;
	const request = {
		...given,
		texts: await textsOfChange(opened, runbook, given)
	};
	const about = {
		runbook: runbook.id,
		environment: opened.target.environment
	};
	if (how.kind === "delivery") {
		if (request.change !== void 0) throw new ProblemError(needsNoChange(runbook.id));
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
	const plain = await treeOf(opened, runbook, how, request);
	if (runbook.severity === "reads") {
		if (request.change !== void 0) throw new ProblemError(needsNoChange(runbook.id));
		return {
			...about,
			...await lookedAt(opened, plain)
		};
	}
	const service = await underPolicy(opened, "look");
	await agreeWithGit(service);
	const asked = await changeOfRunbook(service, runbook, request, plain.procedure);
	const tree = asked === null ? plain : await treeOf(opened, runbook, how, {
		...request,
		asked
	});
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
	const { change, approval, ...words } = inputs.data;
	const asked = change === void 0 ? void 0 : {
		change,
		...approval === void 0 ? {} : { approval }
	};
	const tree = await treeOf(opened, definition, definition.how, {
		...words,
		asked
	});
	const service = await underPolicy(opened, "look");
	if (recorded.finished === null) checkRunbookApproval(service, run, asked);
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
async function treeOf(service, definition, how, { texts, alert, asked }) {
	const built = await how.build(givenOf(service, definition, { texts }), await contextOf(service));
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
				...alert === void 0 ? {} : { alert },
				...asked
			},
			root: underChange(built.root, asked, service.target)
		})
	};
}
async function contextOf(service) {
	const elsewhere = await elsewhereFor(service.environment);
	return {
		service,
		system: () => openSystem(service, elsewhere)
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

export { procedureOfRunbook as a, needsChange as c, planRunbook as i, procedureSections as l, documentRunbook as n, resumeRunbook as o, givenOf as r, runRunbook as s, contextOf as t, tidied as u };