import { t as runIfStarted } from "./shared-own.js";
import { t as ProblemError } from "./shared-problem.js";
import { Ss as sequence } from "./shared-common.js";
import { d as runbook, i as host, o as neededService, u as text } from "./shared-input.js";
import { i as startNode } from "./shared-nodes.js";

// runbooks/service-revive.ts
/** SOP: start what has died. `node runbooks/service-revive.ts production --service proxy`. */
const which = neededService({
	name: "service",
	question: "Which service has died?"
});
const there = host({
	name: "host",
	question: "Look only at this host"
});
const reason = text({
	name: "reason",
	question: "Why is it started? It stands in the journal.",
	usual: "it does not run",
	minLength: 3
});
const serviceRevive = runbook({
	id: "service-revive",
	title: "Start a service that has died",
	summary: "Looks at one service on each of its hosts, starts it where it does not run, and waits until it does its work. Where it runs, nothing is touched, and nothing that it needs is started.",
	when: "When a unit or a process is gone: after a crash, or when it was killed. An alert may start it when nobody is there. Not for one that runs and does not answer: that is `system-restart`, with a look at the first host.",
	requirements: ["F12"],
	roles: [{
		role: "operator",
		does: "finds out in the morning why it died: starting it again mends no cause"
	}],
	severity: "changes",
	inputs: [
		which,
		there,
		reason
	],
	prerequisites: ["Nobody has stopped it on purpose: who does so locks the environment first (`shiplock lock ENVIRONMENT`), or silences the alert."],
	wayBack: "`system-stop` stops it again. When it does not come up, it was tried once: the run has failed, and whoever is on call reads the log of the service.",
	clauses: [{
		id: "F12",
		says: "A killed Nginx is found by an alert, started again, seen to do its work, and told by e-mail; nobody had to be there.",
		nodes: ["service-revive/start/proxy"],
		test: "test/integration/runbook-alert.test.ts"
	}],
	sample: { service: "proxy" },
	how: {
		kind: "tree",
		build(given, context) {
			const system = context.system();
			const [name, hostName] = [given(which), given(there)];
			const services = system.services.filter((one) => one.name === name).map((one) => ({
				...one,
				on: one.on.filter((place) => hostName === void 0 || place.host === hostName)
			})).filter((one) => one.on.length > 0);
			if (services.length === 0) throw new ProblemError(notThere(name, hostName));
			const prepare = system.prepare(services);
			const { environment, service: about } = context.service.target;
			const on = hostName === void 0 ? "" : ` on ${hostName}`;
			return {
				title: `Start ${name} of ${about} in ${environment} again${on}`,
				description: `Reason: ${given(reason)}`,
				root: sequence({
					id: "service-revive",
					title: `Start ${name} again${on}`,
					steps: [...prepare === null ? [] : [prepare], startNode(system, services)]
				})
			};
		}
	}
});
function notThere(name, on) {
	return {
		code: "cli.runbook-input",
		where: "--host",
		found: `${on ?? "no host"}, where ${name} does not run`,
		expected: "a host on which it is meant to run",
		remedy: "leave --host out, or see `shiplock runbook run system-status ENVIRONMENT`"
	};
}
await runIfStarted(import.meta.url, serviceRevive);

export { serviceRevive as default };