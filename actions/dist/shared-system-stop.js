import { t as runIfStarted } from "./shared-own.js";
import { ic as sequence } from "./shared-common.js";
import { d as runbook, l as service, u as text } from "./shared-input.js";
import { s as stopNode } from "./shared-nodes.js";
import { i as withDependents } from "./shared-order.js";

// runbooks/system-stop.ts
/** SOP: stop the whole system, or one service and all that needs it. `node runbooks/system-stop.ts production --reason "power works"`. */
const reason = text({
	name: "reason",
	question: "Why is it stopped? It stands in the journal.",
	minLength: 3
});
const only = service({
	name: "service",
	question: "Stop only this service, and all that needs it"
});
const systemStop = runbook({
	id: "system-stop",
	title: "Stop the system",
	summary: "Stops every service of the system, those first that others do not need, and waits until each has ended before what it needs is stopped.",
	when: "Before power works, a move, or work on the database that cannot be done while it is used. Users get no answer from then on: for a release or a restart use `shiplock release` or `system-restart`. What is enabled comes back after a reboot.",
	requirements: ["F1"],
	roles: [{
		role: "operator",
		does: "runs it, and tells the users before"
	}],
	severity: "changes",
	inputs: [reason, only],
	prerequisites: ["Users know that the service will be down, and until when.", "No release is under way (`shiplock status ENVIRONMENT`)."],
	wayBack: "`system-start` starts everything again. When a service does not end, what it needs is left running: end it by hand, then run `system-stop` again.",
	clauses: [{
		id: "F1",
		says: "The whole system is stopped in reverse order; nothing is stopped while something that needs it still runs.",
		nodes: [
			"system-stop/stop/proxy",
			"system-stop/stop/api",
			"system-stop/stop/database"
		],
		test: "test/integration/runbook-system.test.ts"
	}],
	sample: { reason: "power works" },
	how: {
		kind: "tree",
		build(given, context) {
			const system = context.system();
			const name = given(only);
			const services = withDependents(system.services, name === void 0 ? [] : [name]);
			const prepare = system.prepare(services);
			const { environment, service: about } = context.service.target;
			return {
				title: `Stop ${name ?? "the system"} of ${about} in ${environment}`,
				description: `Reason: ${given(reason)}`,
				root: sequence({
					id: "system-stop",
					title: name === void 0 ? "Stop the system" : `Stop ${name} and all that needs it`,
					steps: [...prepare === null ? [] : [prepare], stopNode(services)]
				})
			};
		}
	}
});
await runIfStarted(import.meta.url, systemStop);

export { systemStop as default };