import { t as runIfStarted } from "./shared-own.js";
import { c as optionalText, d as runbook, n as duration, u as text } from "./shared-input.js";
import { n as maintenanceOf, r as closeNode, t as doorsOf } from "./shared-maintenance.js";

// runbooks/maintenance-on.ts
/** SOP: show users a page while work is done. `node runbooks/maintenance-on.ts production --reason "new disks" --until 2026-11-24T03:00:00Z`. */
const reason = text({
	name: "reason",
	question: "Why? It stands in the journal, and whoever releases is told.",
	minLength: 3
});
const until = optionalText({
	name: "until",
	question: "When should it be over? For people: nothing ends by itself. Such as 2026-11-24T03:00:00Z",
	check: (given) => /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d)?(?:Z|[+-]\d\d:\d\d)$/.test(given) && !Number.isNaN(Date.parse(given)) ? void 0 : "a time with its zone, such as 2026-11-24T03:00:00Z"
});
const message = optionalText({
	name: "message",
	question: "What should users be told besides?",
	check: (given) => given.length <= 300 ? void 0 : `at most ${300} characters`
});
const retryAfter = duration({
	name: "retry-after",
	question: "After how long may programs ask again?",
	usual: "5m",
	minMs: 1e3,
	maxMs: 864e5
});
const maintenanceOn = runbook({
	id: "maintenance-on",
	title: "Begin maintenance",
	summary: "The proxy answers every request with 503, Retry-After and a page, but for the paths that are excepted. Releases are refused meanwhile, and tell who began it, why and until when.",
	when: "Before work during which users must not reach the service: on the database, on the disks, or when what it answers would be wrong. Not for a release: that needs none. The instances run on; to stop them too, use `system-stop` afterwards.",
	requirements: ["F1"],
	roles: [{
		role: "operator",
		does: "tells the users before, and runs it"
	}],
	severity: "changes",
	inputs: [
		reason,
		until,
		message,
		retryAfter
	],
	prerequisites: ["The proxy runs and is ours: traffic of kind haproxy or nginx. Where a cluster routes, there is no maintenance mode.", "No release is under way or waits at a gate (`shiplock status ENVIRONMENT`)."],
	wayBack: "`maintenance-off` lets users in again. When the page is not seen, the run itself takes everything back.",
	clauses: [{
		id: "F1",
		says: "Users see a page with Retry-After while the system is maintained, health end points answer as configured, and no release begins.",
		nodes: [
			"close/mark",
			"close/proxy",
			"close/seen"
		],
		test: "test/integration/runbook-maintenance.test.ts"
	}],
	sample: {
		reason: "new disks",
		message: "We are moving to larger disks."
	},
	how: {
		kind: "tree",
		build(given, context) {
			const doors = doorsOf(context.service);
			const maintenance = maintenanceOf(context.service, {
				reason: given(reason),
				until: given(until) ?? null,
				message: given(message) ?? null,
				retryAfterMs: given(retryAfter)
			});
			return {
				title: `Begin maintenance of ${doors.service} in ${doors.environment}`,
				description: `Reason: ${given(reason)}`,
				root: closeNode(doors, maintenance)
			};
		}
	}
});
await runIfStarted(import.meta.url, maintenanceOn);

export { maintenanceOn as default };