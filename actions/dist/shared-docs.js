import { t as ProblemError } from "./shared-problem.js";
import { Go as placeNodes } from "./shared-common.js";
import { a as procedureOfRunbook, r as givenOf } from "./shared-run.js";
import { i as sopMarkdown, t as sopHtml } from "./shared-runbook.js";

// src/cli/runbook/docs.ts
/** The tree of the sample, and its SOP. */
async function sopOf(service, runbook, format) {
	const tree = await sampleTree(service, runbook);
	const { environment, service: about } = service.target;
	const of = `Printed for \`${about}\` in \`${environment}\`, with the sample of its inputs.`;
	const text = format === "html" ? sopHtml(runbook, tree, of.replaceAll("`", "")) : sopMarkdown(runbook, tree, of);
	return {
		name: `${runbook.id}.${format === "html" ? "html" : "md"}`,
		text,
		tree
	};
}
/** The tree of a runbook with the sample of its inputs. A release need not have happened for it. */
async function sampleTree(service, runbook) {
	const { how, sample } = runbook;
	if (how.kind === "tree") return procedureOfRunbook(service, runbook, { texts: sample });
	return how.sample(givenOf(service, runbook, { texts: sample }), service);
}
/** @throws ProblemError `runbook.clause` for a clause whose steps are not in the tree */
function clauseRows(runbook, tree) {
	const placed = placeNodes(tree);
	return runbook.clauses.map(({ id, says, nodes, test }) => {
		const lost = nodes.filter((path) => !placed.some((one) => one.path === path));
		if (lost.length > 0) throw new ProblemError(lost.map((path) => lostClause(runbook.id, id, path)));
		const steps = placed.filter(({ node, path }) => acts(node) && nodes.some((root) => path === root || path.startsWith(`${root}/`))).map(({ path }) => path);
		return {
			clause: id,
			says,
			runbook: runbook.id,
			steps,
			test
		};
	});
}
function acts({ kind }) {
	return kind === "step" || kind === "opaque" || kind === "gate" || kind === "watch";
}
/** The page that leads to the SOPs, with every clause, its steps and its test. Pure. */
function sopIndex(sops) {
	const rows = sops.flatMap(({ runbook, tree }) => clauseRows(runbook, tree));
	const ids = [...new Set(rows.map(({ clause }) => clause))].toSorted();
	return [
		"# Standard operating procedures",
		"",
		"Printed by `npm run docs:runbooks` from the runbooks that execute them; a test fails when one differs. They are printed for the sample system of",
		"`runbooks/sample`; `shiplock runbook docs ENVIRONMENT` prints them for yours. How to run them: [runbooks](../runbooks.md).",
		"",
		"| runbook | what for | severity | inputs |",
		"| --- | --- | --- | --- |",
		...sops.map(({ runbook: { id, title, severity, inputs } }) => `| [\`${id}\`](${id}.md) | ${title} | ${severity} | ${inputs.map(({ name }) => `\`--${name}\``).join(" ")} |`),
		"",
		"## Which clause is carried out where",
		"",
		...ids.flatMap((id) => [
			`### ${id}`,
			"",
			"| clause | runbook | steps | shown by |",
			"| --- | --- | --- | --- |",
			...rows.filter(({ clause }) => clause === id).map(({ says, runbook, steps, test }) => `| ${says} | \`${runbook}\` | ${steps.map((step) => `\`${step}\``).join("<br>")} | \`${test}\` |`),
			""
		])
	].join("\n").trimEnd().concat("\n");
}
function lostClause(runbook, clause, path) {
	return {
		code: "runbook.clause",
		where: `runbooks/${runbook}.ts`,
		found: `clause ${clause} names ${path}, which is not in the tree`,
		expected: "the path of a node of the sample",
		remedy: "mend `nodes:` of the clause, or the tree"
	};
}

export { clauseRows, sampleTree, sopIndex, sopOf };