import { t as runIfStarted } from "./shared-own.js";
import { t as ProblemError } from "./shared-problem.js";
import { ic as sequence } from "./shared-common.js";
import { d as runbook, i as host, l as service, u as text } from "./shared-input.js";
import { t as restartNode } from "./shared-restart.js";
import { t as startOrder } from "./shared-order.js";

// runbooks/system-restart.ts
/** SOP: restart services host by host, with a look at the first one. `node runbooks/system-restart.ts production --service api --reason "memory grows"`. */
const reason = text({
	name: "reason",
	question: "Why is it restarted? It stands in the journal.",
	minLength: 3
});
const only = service({
	name: "service",
	question: "Restart only this service"
});
const there = host({
	name: "host",
	question: "Restart only what runs on this host"
});
const systemRestart = runbook({
	id: "system-restart",
	title: "Restart services, host by host",
	summary: "Restarts one service, or all of them one after the other. A service on several hosts is restarted on its first host alone; a person looks at that host before any other is touched; then the rest follows in growing batches.",
	when: "When a service leaks, hangs or must read its configuration again. Users are served meanwhile by the other hosts of the service; a service on one host only is down until it is back.",
	requirements: ["F1"],
	roles: [{
		role: "operator",
		does: "runs it"
	}, {
		role: "releaser",
		does: "inspects the first host and fills in the checkpoint (the role of the rollout)"
	}],
	severity: "changes",
	inputs: [
		reason,
		only,
		there
	],
	prerequisites: ["The service is healthy on the other hosts (`shiplock runbook run system-status ENVIRONMENT`)."],
	wayBack: "A restart is not taken back. When the first host does not come up, or the checkpoint is filled in with “no”, no other host is touched: mend the first one, then run it again.",
	clauses: [{
		id: "F1",
		says: "Services are restarted host by host; no second host is touched before the first one was inspected and the inspection was filled in.",
		nodes: [
			"system-restart/restart/api/web1",
			"system-restart/restart/api/checkpoint",
			"system-restart/restart/api/rest"
		],
		test: "test/integration/runbook-system.test.ts"
	}],
	sample: {
		reason: "memory grows",
		service: "api"
	},
	how: {
		kind: "tree",
		build(given, context) {
			const system = context.system();
			const [name, hostName] = [given(only), given(there)];
			const services = meant(startOrder(system.services), name, hostName);
			const prepare = system.prepare(services);
			const { environment, service: about } = context.service.target;
			const what = `${name ?? "every service"}${hostName === void 0 ? "" : ` on ${hostName}`}`;
			return {
				title: `Restart ${what} of ${about} in ${environment}`,
				description: `Reason: ${given(reason)}`,
				root: sequence({
					id: "system-restart",
					title: `Restart ${what}`,
					steps: [...prepare === null ? [] : [prepare], restartNode(system, services)]
				})
			};
		}
	}
});
/** The services that are meant, each with the hosts that are meant. @throws ProblemError when there is none */
function meant(services, name, on) {
	const found = services.filter((one) => name === void 0 || one.name === name).map((one) => ({
		...one,
		on: one.on.filter((place) => on === void 0 || place.host === on)
	})).filter((one) => one.on.length > 0);
	if (found.length > 0) return found;
	throw new ProblemError({
		code: "cli.runbook-input",
		where: "--host",
		found: `${on ?? "no host"}, where ${name ?? "no service"} does not run`,
		expected: "a host on which it runs",
		remedy: "leave --host out, or see `shiplock runbook run system-status ENVIRONMENT`"
	});
}
await runIfStarted(import.meta.url, systemRestart);

export { systemRestart as default };