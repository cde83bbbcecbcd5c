import { n as findRunbook } from "./shared-registry2.js";
import { n as outcomeResult, r as outcomeSentence } from "./shared-texts2.js";
import { t as EXIT } from "./shared-exit.js";
import { t as renderPlan } from "./shared-render2.js";
import { i as planRunbook, s as runRunbook } from "./shared-run.js";
import { t as openFor } from "./shared-common.js";
import { n as codeBlock } from "./shared-words.js";
import { t as require_fastest_levenshtein } from "./shared-fastest-levenshtein.js";
import { n as wordsOf } from "./shared-line.js";
import { n as nearest } from "./shared-json.js";
import { t as ProblemError } from "./shared-problem.js";
import { dirname, join, resolve } from "node:path";

// actions/runbook/values.ts
var import_fastest_levenshtein = require_fastest_levenshtein();
/** What the inputs `values` and `confirm` say. Pure. */
const WHERE = "input values";
/**
* Texts of inputs by name, out of `name=text` words. Quotes are read as in a comment; nothing else has a meaning, and no shell has a part in it.
* @throws ProblemError `cli.action-input` for every word that is none, or a line that cannot be read
*/
function readValues(runbook, text = "") {
	const problems = [];
	const values = /* @__PURE__ */ new Map();
	for (const line of text.split(/\r\n|[\r\n]/)) {
		const words = wordsOf(line);
		if (!words.ok) {
			problems.push(...words.problems.map((one) => ({
				...one,
				where: WHERE
			})));
			continue;
		}
		for (const word of words.value) {
			const [, name, value = ""] = /^([a-z][a-z0-9-]*)=(.*)$/s.exec(word) ?? [];
			if (name === void 0) problems.push(noPair(word));
			else if (!runbook.inputs.some((one) => one.name === name)) problems.push(unknownName(runbook, name));
			else if (values.has(name)) problems.push(bad(`${name} twice`, "each input once", `leave one ${name}= out`));
			else values.set(name, value);
		}
	}
	if (problems.length > 0) throw new ProblemError(problems);
	return Object.fromEntries(values);
}
/**
* Nobody sits at a job who could be asked, so what cannot be brought back needs the name of the environment a second time.
* @throws ProblemError `cli.action-input`
*/
function checkConfirmed({ id, severity }, environment, confirm) {
	if (severity !== "destructive" || confirm === environment) return;
	throw new ProblemError({
		code: "cli.action-input",
		where: "input confirm",
		found: confirm === void 0 ? "nothing" : JSON.stringify(confirm),
		expected: `${environment}: ${id} takes away what cannot be brought back`,
		remedy: `look at it with \`plan: true\`, then set \`confirm: ${environment}\` under \`with:\``
	});
}
function noPair(word) {
	return bad(JSON.stringify(word.slice(0, 60)), "name=text", "put a text of several words into quotes: reason=\"two words\"");
}
function unknownName({ id, inputs }, name) {
	const names = inputs.map((one) => one.name);
	const near = nearest(name, names, import_fastest_levenshtein.distance);
	return bad(name, names.length === 0 ? `nothing: ${id} has no inputs` : `one of ${names.join(", ")}`, near === void 0 ? `see \`shiplock runbook show ${id}\`` : `did you mean ${near}?`);
}
function bad(found, expected, remedy) {
	return {
		code: "cli.action-input",
		where: WHERE,
		found,
		expected,
		remedy
	};
}

// actions/runbook/act.ts
/** Carries the runbook out, or says what it would do now. */
async function act(inputs, job) {
	const { environment } = inputs;
	const own = {
		directory: join(dirname(resolve(inputs.config)), "runbooks"),
		env: process.env
	};
	const { runbook: found } = await findRunbook(inputs.runbook, own);
	const request = { texts: readValues(found, inputs.values) };
	if (!inputs.plan) checkConfirmed(found, environment, inputs.confirm);
	const service = await openFor(job, inputs);
	if (inputs.plan) return {
		exit: EXIT.done,
		problems: [],
		sentence: `What ${found.id} would do in ${environment} stands in the summary; nothing was changed.`,
		outputs: {
			outcome: "planned",
			run: ""
		},
		summary: codeBlock(renderPlan(await planRunbook(service, found, request)))
	};
	const outcome = await runRunbook(service, found, {
		...request,
		change: inputs.change
	});
	return {
		exit: outcome.exit,
		problems: outcome.problems,
		sentence: outcomeSentence(outcome),
		outputs: {
			outcome: outcome.outcome,
			run: outcome.run ?? ""
		},
		summary: codeBlock(outcomeResult(outcome).text)
	};
}

export { act };