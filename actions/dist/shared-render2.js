import { r as formatProblem } from "./shared-problem.js";
import { do as effectText } from "./shared-common.js";

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
			...(node.waits ?? []).map((line) => `${indent}  ${line}`),
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

export { renderPlan as t };