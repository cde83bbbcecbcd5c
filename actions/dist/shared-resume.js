import { qc as prettifyError } from "./shared-schemas.js";
import { t as ProblemError } from "./shared-problem.js";
import { $o as payloadSchema, $t as releaseInputsSchema, At as mustBeAttested, Ft as announced, Gt as orderCheck, Ho as noJournal, Ko as registryOf, Kt as personOptions, Mo as readRun, So as gateCase, Wt as gatekeeperOfRun, Zo as loadRun, Zt as underPolicy, bo as beginWatch, bt as buildProcedureFrom, en as releaseProcedure, er as approvalOf, es as canonical, io as resumeProcedure, mi as digestsOf, mr as scanAgain, q as outcomeOf, qt as promotionRulesOf, rr as changeAgain, rs as toJson, tn as rollbackProcedure, tt as agreeWithGit, ut as tellGit, xo as foldLook, xr as engineOptions } from "./shared-common.js";
import { a as migrateProcedure } from "./shared-migrate3.js";

// src/procedure/journal/replay.ts
/**
* Folds the recorded samples of every watch again, without any look at the world, and compares the verdicts one by one. A watch that
* asked and was answered has several. With a gatekeeper every gate that the run went through is judged again by the policy of today.
*/
async function replay(procedure, store, run, gatekeeper) {
	const loaded = await loadRun(store, run);
	if (loaded?.state.started === void 0) throw noJournal(run);
	const registry = registryOf(procedure);
	const recorded = /* @__PURE__ */ new Map();
	for (const { record, payload } of loaded.reading.entries) {
		if (record.type !== "analysis.verdict" || payload.kind !== "data") continue;
		const parsed = payloadSchema.parse({
			type: record.type,
			data: payload.data
		});
		if (parsed.type !== "analysis.verdict") continue;
		recorded.set(record.node, [...recorded.get(record.node) ?? [], `${parsed.data.answer}: ${parsed.data.status}`]);
	}
	const gates = gatekeeper === void 0 ? NO_GATES : await judgeAgain(procedure, loaded.state, gatekeeper);
	const verdicts = [...gates.verdicts];
	for (const path of loaded.state.looks.keys()) {
		const node = registry.nodeAt(path);
		if (node?.kind !== "watch") continue;
		const replayed = refold(node, path, loaded.state, contextOf(procedure, loaded.state), gates.evidence);
		const said = recorded.get(path) ?? [];
		for (let index = 0; index < Math.max(said.length, replayed.length); index++) {
			const [before = "look-on", again = "look-on"] = [said[index], replayed[index]];
			verdicts.push({
				node: path,
				recorded: before,
				replayed: again,
				same: before === again
			});
		}
	}
	return verdicts;
}
const NO_GATES = {
	verdicts: [],
	evidence: /* @__PURE__ */ new Map()
};
async function judgeAgain(procedure, state, gatekeeper) {
	const registry = registryOf(procedure);
	const evidence = /* @__PURE__ */ new Map();
	const verdicts = [];
	for (const path of state.gates.keys()) {
		const node = registry.nodeAt(path);
		if (node?.kind !== "gate" || state.nodes.get(path)?.phase !== "done") continue;
		const ruling = await gatekeeper.rule(gateCase(procedure, state, node, path, void 0));
		const replayed = ruling.kind === "pass" ? "passed" : `waits: ${ruling.problems.map(({ found }) => found).join("; ")}`;
		if (ruling.kind === "pass") evidence.set(path, ruling.evidence);
		verdicts.push({
			node: path,
			recorded: "passed",
			replayed,
			same: ruling.kind === "pass"
		});
	}
	return {
		verdicts,
		evidence
	};
}
function refold(node, path, state, ctx, answers) {
	const said = [];
	let watched = beginWatch(node, ctx);
	for (const entry of state.looks.get(path) ?? []) {
		const look = entry.kind === "sample" ? entry : {
			...entry,
			evidence: answers.get(entry.gate) ?? entry.evidence
		};
		watched = foldLook(node, watched, look, path);
		const words = watched.answer === void 0 ? void 0 : wordsOf(watched.answer);
		if (words !== void 0) said.push(words);
	}
	return said;
}
function wordsOf(answer) {
	if (answer.kind === "look-on") return void 0;
	return answer.kind === "fail" ? `fail: ${answer.problem.found}` : `${answer.kind}: ${answer.status}`;
}
function contextOf(procedure, state) {
	const registry = registryOf(procedure);
	const pathsOf = (wanted, of) => [...of].filter((path) => registry.nodeAt(path) === wanted);
	const missing = (id) => new ProblemError({
		code: "procedure.no-outputs",
		where: id,
		found: "nothing recorded",
		expected: "a node of this run that is done",
		remedy: "replay with the procedure that was run"
	});
	return {
		mode: "run",
		run: state.run,
		fence: 0,
		outputOf(ref) {
			const at = pathsOf(ref, state.nodes.keys()).at(-1);
			const found = at === void 0 ? void 0 : state.nodes.get(at);
			if (found?.phase !== "done") throw missing(ref.id);
			return ref.outputs.parse(found.outputs);
		},
		evidenceOf(gate) {
			const at = pathsOf(gate, state.gates.keys()).at(-1);
			const found = at === void 0 ? void 0 : state.gates.get(at)?.evidence;
			if (found === void 0) throw missing(gate.id);
			return found;
		}
	};
}

// src/release/run/resume.ts
/** Builds the tree of a recorded run again, from its recorded inputs. */
async function procedureOf(service, run) {
	const recorded = await readRun(service.store, run);
	switch (recorded.procedure) {
		case "release": return releaseProcedure(parseInputs(recorded.inputs, run), service.target);
		case "rollback": return rollbackProcedure(parseInputs(recorded.inputs, run), service.target);
		case "migrate": return migrateProcedure(parseInputs(recorded.inputs, run), service.target);
		case "build": return buildProcedureFrom(service, recorded.inputs);
		default: throw new ProblemError({
			code: "release.unknown-procedure",
			where: `run ${run}`,
			found: recorded.procedure,
			expected: "build, migrate, release or rollback",
			remedy: "resume it with the program that started it"
		});
	}
}
function parseInputs(inputs, run) {
	const parsed = releaseInputsSchema.safeParse(inputs);
	if (parsed.success) return parsed.data;
	throw new ProblemError({
		code: "release.inputs-unreadable",
		where: `run ${run}`,
		found: prettifyError(parsed.error).replaceAll("\n", "; "),
		expected: "inputs as this version of the program records them",
		remedy: "resume with the version that started the run, or start a new one"
	});
}
/** Goes on with a run where it stopped: after a crash, a signal, or an answered gate. */
async function resume(opened, run, answers = {}) {
	const { abort = false, ...more } = answers;
	const back = (await readRun(opened.store, run)).procedure === "rollback";
	const service = await underPolicy(opened, back ? "back" : "look");
	if (!back) await agreeWithGit(service);
	const recorded = await readRun(service.store, run);
	const procedure = await procedureOf(service, run);
	const inputs = parseInputs(procedure.inputs, run);
	if (!back && recorded.finished === null && !abort && !goesBack(recorded, procedure)) {
		checkRules(service, run, inputs);
		const held = await service.target.quarantine(digestsOf(inputs.candidate), "forward", run);
		if (held.length > 0) throw new ProblemError(held);
		await changeAgain(service, run, inputs);
		if (procedure.id === "release") await scanAgain(service, run, inputs);
		if (procedure.id === "release") await mustBeAttested(service, inputs.candidate);
	}
	const persons = await personOptions(service, inputs);
	const result = await announced(service, run, (observing) => resumeProcedure(procedure, run, {
		...engineOptions(service, {
			urgent: back,
			...observing,
			...persons,
			...back ? {} : { mayOrder: orderCheck(service) }
		}),
		...more
	}));
	await tellGit(service);
	const kind = procedure.id === "rollback" || procedure.id === "migrate" ? procedure.id : "release";
	return outcomeOf(service, kind, parseInputs(procedure.inputs, run), result);
}
/** Once the whole has failed, or was aborted, a resume takes it back and begins nothing forward, whatever else the journal says. */
function goesBack({ entries, aborted }, { root }) {
	return aborted || entries.some(({ record }) => record.type === "step.failed" && record.attempt === 0 && record.node === root.id);
}
/** The way forward needs the policy, and the approval that it asks for today: the journal is not believed about either. */
function checkRules({ rules, environment }, run, { approval, promotion }) {
	if (rules.kind === "unread") throw new ProblemError(rules.problems);
	const asked = approvalOf(rules.kind === "policy" ? rules.policy.rules : void 0).approval;
	const words = (one) => one === void 0 ? "no approval" : `${one.role === null ? "nobody" : `the role ${one.role}`}${one.windows ? " and a window" : ""}`;
	checkPromotion(run, promotion, environment.promotion?.from, promotionRulesOf(rules));
	if (words(asked) === words(approval)) return;
	throw new ProblemError({
		code: "policy.approval-changed",
		where: `run ${run}`,
		found: `a run that was begun to wait for ${words(approval)}`,
		expected: `${words(asked)}, as the policy asks today`,
		remedy: "roll back and start a new run, which asks for what is asked today"
	});
}
/** It still comes from where the order says, through the gates that are asked for today. */
function checkPromotion(run, promotion, from, rules) {
	const asked = promotion === void 0 ? null : promotion.rules;
	const inOrder = from === void 0 || promotion?.from === from;
	if (inOrder && canonical(toJson(asked)) === canonical(toJson(promotion === void 0 ? null : rules))) return;
	throw new ProblemError({
		code: "policy.promotion-changed",
		where: `run ${run}`,
		found: inOrder ? "a run that was begun under other gates" : `a run that came from ${promotion?.from ?? "nowhere"}`,
		expected: inOrder ? "the gates of the policy of today" : `one that came from ${from ?? ""}`,
		remedy: "roll back and start a new run, which asks for what is asked today"
	});
}
/** Judges the recorded samples of a run again, and who let its gates pass by the policy of today, where that can be read. */
async function replayRun(opened, run) {
	const service = await underPolicy(opened, "look");
	const procedure = await procedureOf(service, run);
	return replay(procedure, service.store, run, await gatekeeperOfRun(service, run));
}

export { resume as i, procedureOf as n, replayRun as r, checkRules as t };