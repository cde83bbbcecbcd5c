import { t as mannersMarkdown } from "./shared-render.js";
import { t as EXIT } from "./shared-exit.js";
import { t as renderPlan } from "./shared-render2.js";
import { o as planAndStore } from "./shared-migrate3.js";
import { Jt as rulesText } from "./shared-common.js";
import { n as codeBlock } from "./shared-words.js";

// actions/migrate/plan.ts
/** Says in the summary what the migrations would do, as `shiplock migrate plan` does, and keeps it under a name that `stored-plan` takes. */
async function plan(service, environment, request) {
	const { plan: steps, inputs, rules, manners, kept } = await planAndStore(service, request);
	const { version } = inputs.candidate.release;
	const gates = `Gates: ${rulesText(rules)}`;
	return {
		exit: kept === null ? EXIT.refused : EXIT.done,
		problems: (manners?.statements ?? []).flatMap(({ manner }) => manner.kind === "refused" ? manner.problems : []),
		sentence: kept === null ? `A migration of ${version} is refused in ${environment}: the summary says why; nothing was changed.` : `What the migrations of ${version} would do in ${environment} stands in the summary; nothing was changed.`,
		outputs: {
			outcome: kept === null ? "refused" : "planned",
			version,
			run: "",
			"plan-hash": steps.planHash,
			"stored-plan": kept?.name ?? "",
			anchor: "",
			schema: inputs.candidate.schema,
			findings: ""
		},
		summary: [...manners === null ? [] : [mannersMarkdown(manners), ""], codeBlock(`${renderPlan(steps)}\n${gates}${kept === null ? "" : `\nplan ${kept.name}`}`)].join("\n")
	};
}

export { plan };