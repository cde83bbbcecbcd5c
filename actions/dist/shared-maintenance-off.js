import { t as runIfStarted } from "./shared-own.js";
import { d as runbook, u as text } from "./shared-input.js";
import { i as openNode, t as doorsOf } from "./shared-maintenance.js";

// runbooks/maintenance-off.ts
/** SOP: let users in again. `node runbooks/maintenance-off.ts production --reason "disks are in"`. */
const reason = text({
	name: "reason",
	question: "Why may users come back? It stands in the journal.",
	minLength: 3
});
const maintenanceOff = runbook({
	id: "maintenance-off",
	title: "End maintenance",
	summary: "The proxy lets users in again, with the shares as they were; then releases may begin.",
	when: "When the work is done and the service was looked at: `system-status` shows every part healthy.",
	requirements: ["F1"],
	roles: [{
		role: "operator",
		does: "runs it, and tells the users"
	}],
	severity: "changes",
	inputs: [reason],
	prerequisites: ["Every part of the system is healthy (`shiplock runbook run system-status ENVIRONMENT`)."],
	wayBack: "`maintenance-on` shuts users out again. While users are not seen to be let in, the mark stays and no release begins: mend the proxy, and run it again.",
	clauses: [{
		id: "F1",
		says: "Maintenance is ended exactly: the configuration of the proxy is the one from before, and releases may begin.",
		nodes: [
			"open/proxy",
			"open/seen",
			"open/unmark"
		],
		test: "test/integration/runbook-maintenance.test.ts"
	}],
	sample: { reason: "the disks are in" },
	how: {
		kind: "tree",
		build(given, context) {
			const doors = doorsOf(context.service);
			return {
				title: `End maintenance of ${doors.service} in ${doors.environment}`,
				description: `Reason: ${given(reason)}`,
				root: openNode(doors)
			};
		}
	}
});
await runIfStarted(import.meta.url, maintenanceOff);

export { maintenanceOff as default };