import { t as EXIT } from "./shared-exit.js";
import { t as jsonSchema } from "./shared-json.js";
import { t as ProblemError } from "./shared-problem.js";
import { t as renderPlan } from "./shared-render2.js";
import { Sr as openEnvironment } from "./shared-common.js";
import { i as planRunbook, n as documentRunbook, s as runRunbook } from "./shared-run.js";
import { t as interview } from "./shared-ask.js";
import { n as door } from "./shared-session3.js";
import { n as outcomeResult } from "./shared-texts2.js";
import { t as askMissing } from "./shared-words3.js";

// src/cli/runbook/carry-out.ts
/** The one way from a definition and words to a plan, a document or a run, whichever door it came through. */
async function carryOut(io, runbook, words, how) {
	const { mode, options, help } = how;
	const { change, awaitOverride } = options;
	const asking = change === void 0 ? io : {
		...io,
		asks: false
	};
	const { environment, texts } = await askMissing(asking, runbook, words, help);
	const quiet = options.quiet === true || options.json === true;
	const acts = mode === "run" && runbook.severity !== "reads";
	const service = await openEnvironment(await door(io, {
		...options,
		quiet
	}, acts), environment, runbook.reach);
	if (mode === "document") {
		const text = await documentRunbook(service, runbook, { texts });
		return {
			exit: EXIT.done,
			text,
			json: {
				runbook: runbook.id,
				environment,
				document: text
			}
		};
	}
	if (mode === "plan") {
		const plan = await planRunbook(service, runbook, { texts });
		return {
			exit: EXIT.done,
			text: renderPlan(plan),
			json: jsonSchema.parse(plan)
		};
	}
	if (runbook.severity === "destructive") await confirm(io, runbook, environment, how.yes);
	return outcomeResult(await runRunbook(service, runbook, {
		texts,
		change,
		awaitOverride
	}));
}
/** @throws ProblemError `policy.not-confirmed` */
async function confirm(io, { id, title }, environment, yes) {
	if (yes) return;
	if (io.asks === true) {
		const questions = interview(io);
		try {
			if (await questions.ask(`${title}: this cannot be brought back. Type ${environment} to go on.`, "no") === environment) return;
		} finally {
			await questions.close();
		}
	}
	throw new ProblemError({
		code: "policy.not-confirmed",
		where: environment,
		found: `no --yes for ${id}, which takes away what cannot be brought back`,
		expected: "to be told that this is meant",
		remedy: "look at its plan, then say --yes"
	});
}

export { carryOut as t };