import { t as EXIT } from "./shared-exit.js";

// src/gitops/edit/problems.ts
/** Codes of this folder and the exit code of a command that ends with one of them. */
const CODES = {
	"gitops.path": "usage",
	"gitops.value": "usage",
	"gitops.document": "usage",
	"gitops.unreadable-file": "usage",
	"gitops.unwritable-file": "usage",
	"gitops.not-utf8": "refused",
	"gitops.too-large": "refused",
	"gitops.unreadable": "refused",
	"gitops.empty": "refused",
	"gitops.no-such-key": "refused",
	"gitops.no-such-item": "refused",
	"gitops.not-a-mapping": "refused",
	"gitops.not-a-value": "refused",
	"gitops.two-matches": "refused",
	"gitops.several-documents": "refused",
	"gitops.alias": "refused",
	"gitops.anchor": "refused",
	"gitops.tag": "refused",
	"gitops.block": "refused",
	"gitops.not-exact": "refused",
	"gitops.changed-meanwhile": "refused",
	"gitops.image": "refused"
};
/** What a door does about a code of this folder: wrong words of the user, or a file that is left as it is. */
function editOutcome(code) {
	return Object.entries(CODES).find(([known]) => known === code)?.[1];
}

// src/release/exit.ts
/** Rooms whose problems mean that the arguments or the configuration must be mended. */
const USAGE = [
	"cli",
	"config",
	"analysis",
	"known"
];
/** Rooms that refuse before anything is changed. */
const REFUSALS = [
	"release",
	"rollout",
	"gate",
	"policy",
	"lease",
	"store",
	"order",
	"unit",
	"attest",
	"chat",
	"data",
	"database",
	"desensitise",
	"runbook",
	"alert",
	"system",
	"restore",
	"certificate",
	"logs",
	"change",
	"keys"
];
/** Problems of other rooms that do the same; a row that the server refuses comes after others that it took. */
const REFUSED_CODES = /^(?:migrate\.(?:undo|retire)-|traffic\.(?:no-doors|proxy-silent|rollout-under-way|maintenance)|generate\.(?!refused-row$|no-parent$)|build\.no-network-cut$|diagnose\.exists$|backup\.(?:not-configured|nothing-to-take|not-found)$)/;
/**
* Exit code of a door that ends with problems instead of an outcome: 7 a held lease · 2 usage or configuration · 5 refused ·
* 1 anything else. The same for every door. Pure.
*/
function exitFor(problems) {
	if (problems.some((problem) => problem.code === "lease.held")) return EXIT.leaseHeld;
	const rooms = new Set(problems.map((problem) => problem.code.split(".")[0] ?? ""));
	const edits = problems.map((problem) => editOutcome(problem.code));
	if (edits.includes("usage") || USAGE.some((room) => rooms.has(room))) return EXIT.usage;
	const refused = REFUSALS.some((room) => rooms.has(room)) || problems.some(({ code }) => REFUSED_CODES.test(code));
	if (edits.includes("refused") || refused) return EXIT.refused;
	return EXIT.failed;
}

export { exitFor as t };