import { t as runIfStarted } from "./shared-own.js";
import { t as jsonSchema } from "./shared-json.js";
import { n as rollback, t as planRollback } from "./shared-go-back.js";
import { tn as rollbackProcedure, vt as summaryText } from "./shared-common.js";
import { c as optionalText, d as runbook, u as text } from "./shared-input.js";

// runbooks/rollback.ts
/**
* SOP: go back to an earlier release. Runs by itself: `node runbooks/rollback.ts production --reason "checkout fails"`.
* `--plan` says what it would do, `--document` prints the SOP with its checklist.
*/
const reason = text({
	name: "reason",
	question: "Why? It stands in the journal."
});
const to = optionalText({
	name: "to",
	question: "The release to go back to. Left out: the one before"
});
const goBack = runbook({
	id: "rollback",
	title: "Go back to an earlier release",
	summary: "Takes an environment back to an earlier release: traffic first, then everything else.",
	when: "When the release that serves is bad. It needs no approval and no window, and it pre-empts a release that is under way. Not for a bad schema: expand migrations are never taken back.",
	requirements: ["A13", "F4"],
	roles: [{
		role: "operator",
		does: "runs it, and says why"
	}],
	severity: "changes",
	inputs: [reason, to],
	prerequisites: ["An earlier release has its record (`shiplock status ENVIRONMENT --json` lists the history)."],
	wayBack: "Release the version again once its fault is mended; its digests are in quarantine until then.",
	clauses: [{
		id: "F4",
		says: "A bad release is taken back by one command, traffic first.",
		nodes: ["go-back/rollback/traffic-back", "go-back/rollback"],
		test: "test/e2e/doors.test.ts"
	}],
	sample: { reason: "checkout fails" },
	how: {
		kind: "delivery",
		procedure: "rollback",
		plan: async (given, service) => (await planRollback(service, {
			to: given(to),
			why: given(reason)
		})).plan,
		async document(given, service) {
			const { inputs } = await planRollback(service, {
				to: given(to),
				why: given(reason)
			});
			return rollbackProcedure(inputs, service.target);
		},
		async run(given, service) {
			const { exit, run, summary } = await rollback(service, {
				to: given(to),
				why: given(reason)
			});
			return {
				exit,
				run,
				text: summaryText(summary),
				json: jsonSchema.parse(summary)
			};
		},
		sample: (given, service) => rollbackProcedure({
			candidate: sampleRecord(service, "2.0.0"),
			stable: sampleRecord(service, "1.0.0"),
			seed: false,
			who: "operator",
			why: given(reason)
		}, service.target)
	}
});
/** A release that never was, for the printed SOP. */
function sampleRecord({ target, environment }, version) {
	const digest = `sha256:${"0".repeat(64)}`;
	return {
		formatVersion: 1,
		environment: target.environment,
		release: {
			formatVersion: 1,
			service: target.service,
			version,
			commit: "0".repeat(40),
			artefacts: [],
			configHash: digest,
			migrations: []
		},
		unit: {
			component: environment.traffic.component,
			version,
			digest,
			artefact: "api",
			command: ["./api"],
			env: {},
			replicas: target.hosts.length,
			readyPath: "/readyz",
			livePath: "/healthz",
			startTimeoutMs: 3e4,
			stopTimeoutMs: 15e3
		},
		files: [],
		schema: "empty"
	};
}
await runIfStarted(import.meta.url, goBack);

export { goBack as default };