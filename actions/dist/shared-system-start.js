import { t as runIfStarted } from "./shared-own.js";
import { ic as sequence } from "./shared-common.js";
import { d as runbook, l as service, u as text } from "./shared-input.js";
import { a as startNode } from "./shared-nodes.js";
import { a as withNeeds } from "./shared-order.js";

// runbooks/system-start.ts
/** SOP: start the whole system, or one service and all that it needs. `node runbooks/system-start.ts production --reason "power is back"`. */
const reason = text({
	name: "reason",
	question: "Why is it started? It stands in the journal.",
	minLength: 3
});
const only = service({
	name: "service",
	question: "Start only this service, and all that it needs"
});
const systemStart = runbook({
	id: "system-start",
	title: "Start the system",
	summary: "Starts every service of the system in the order of what needs what, and waits until each does its work before the next one is started.",
	when: "After a power cut, after maintenance, or when a part of the system was stopped by hand. What runs already is left alone, so it can be run at any time, also twice.",
	requirements: ["F1"],
	roles: [{
		role: "operator",
		does: "runs it, and reads the log of a service that does not come up"
	}],
	severity: "changes",
	inputs: [reason, only],
	prerequisites: ["The hosts are switched on and answer ssh (`shiplock doctor ENVIRONMENT`).", "Nobody else works on the environment: the lease is free (`shiplock status ENVIRONMENT`)."],
	wayBack: "`system-stop` stops what was started. When a service does not come up, those that need it are not started, and those that run are left running: read its log, mend it, and run `system-start` again.",
	clauses: [{
		id: "F1",
		says: "The whole system is started in the order of its dependencies; each service is healthy before what needs it is started.",
		nodes: [
			"system-start/start/database",
			"system-start/start/api",
			"system-start/start/proxy"
		],
		test: "test/integration/runbook-system.test.ts"
	}],
	sample: { reason: "power is back" },
	how: {
		kind: "tree",
		build(given, context) {
			const system = context.system();
			const name = given(only);
			const services = withNeeds(system.services, name === void 0 ? [] : [name]);
			const prepare = system.prepare(services);
			const { environment, service: about } = context.service.target;
			return {
				title: `Start ${name ?? "the system"} of ${about} in ${environment}`,
				description: `Reason: ${given(reason)}`,
				root: sequence({
					id: "system-start",
					title: name === void 0 ? "Start the system" : `Start ${name} and all that it needs`,
					steps: [...prepare === null ? [] : [prepare], startNode(system, services)]
				})
			};
		}
	}
});
await runIfStarted(import.meta.url, systemStart);

export { systemStart as default };