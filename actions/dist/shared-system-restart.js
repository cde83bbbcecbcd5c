import { Jn as string, Un as record, qn as strictObject } from "./shared-schemas.js";
import { t as runIfStarted } from "./shared-own.js";
import { t as ProblemError } from "./shared-problem.js";
import { Js as forEach, Ys as gate, ec as sequence, tc as step } from "./shared-common.js";
import { d as runbook, i as host, l as service, u as text } from "./shared-input.js";
import { a as startStep, l as doneSchema, n as healthyWatch, r as missingProblems, s as stopOn, t as MARGIN_MS } from "./shared-nodes.js";
import { t as startOrder } from "./shared-order.js";

// src/system/restart.ts
/** One service after the other, each host by host: the first host alone, a person looks at it, then the rest in growing batches. */
const beforeSchema = strictObject({ 
/** Member → what tells this run of it from the next one. */
identities: record(string(), string().nullable()) });
/**
* Restarts the services in starting order. A service on several hosts is restarted on its first host alone; nothing else is touched before a
* person has filled in what they found there.
*/
function restartNode(system, services) {
	return sequence({
		id: "restart",
		title: `Restart ${services.map(({ name }) => name).join(", then ")}`,
		steps: services.map((service) => restartService(system, service))
	});
}
function restartService(system, service) {
	const [first, ...rest] = service.on;
	const title = `${service.name} (${service.what})`;
	if (first === void 0) return sequence({
		id: service.name,
		title,
		steps: []
	});
	return sequence({
		id: service.name,
		title,
		steps: [restartOn(system, service, first), ...rest.length === 0 ? [] : [checkpoint(system, service, first), forEach({
			id: "rest",
			title: `${service.name} on the other hosts`,
			items: rest,
			body: (host) => restartOn(system, service, host)
		})]]
	});
}
/** The forced checkpoint: no flag skips it. */
function checkpoint(system, service, first) {
	return gate({
		id: "checkpoint",
		title: `Inspect ${service.name} on ${first.host} before any other host is touched`,
		role: system.role,
		evidence: [{
			kind: "check",
			name: "works",
			question: `Does ${service.name} on ${first.host} do its work?`
		}, {
			kind: "text",
			name: "seen",
			question: "What did you look at, and what did you see?",
			minLength: 10
		}],
		guard: { kind: "nothing-shifted" },
		judge: (evidence) => evidence["works"] === true ? { kind: "pass" } : {
			kind: "reject",
			why: `${service.name} on ${first.host} does not do its work`
		}
	});
}
function restartOn(system, service, host) {
	const { restart } = host.control;
	const before = beforeStep(service, host);
	const steps = restart === null ? [...stopOn(service, host), startStep(service, host, "start", "again")] : [before, restartStep(service, host, before, restart)];
	return sequence({
		id: host.host,
		title: `Restart ${service.name} on ${host.host}`,
		steps: [...steps, healthyWatch(system, service, host)]
	});
}
/** Recorded before anything is done, so that a run that died knows afterwards what it has restarted. */
function beforeStep(service, host) {
	return step({
		id: "before",
		title: `Write down which ${service.name} runs on ${host.host}`,
		inputs: {
			service: service.name,
			host: host.host
		},
		read: (ctx) => host.control.observe(ctx.signal),
		decide: (members) => {
			const missing = missingProblems(service, host, members);
			return missing.length > 0 ? {
				kind: "refuse",
				problems: missing
			} : {
				kind: "nothing",
				why: `${members.length} ${members.length === 1 ? "unit" : "units"}`
			};
		},
		outputs: beforeSchema,
		collect: (_results, members) => ({ identities: Object.fromEntries(members.map(({ name, identity }) => [name, identity])) }),
		probe: "repeatable"
	});
}
function restartStep(service, host, before, restart) {
	const { name, startMs, stopMs } = service;
	return step({
		id: "restart",
		title: `Restart ${name} on ${host.host}`,
		inputs: {
			service: name,
			what: service.what,
			host: host.host
		},
		read: (ctx) => host.control.observe(ctx.signal),
		decide: (members, ctx) => {
			const { identities } = ctx.outputOf(before);
			const left = members.filter((member) => member.identity === (identities[member.name] ?? null));
			if (left.length === 0) return {
				kind: "nothing",
				why: members.length === 0 ? `nothing of ${name} is installed on ${host.host}` : "restarted already"
			};
			return {
				kind: "do",
				effects: restart(left.map((member) => member.name), startMs + stopMs)
			};
		},
		outputs: doneSchema,
		collect: (results) => ({ changed: results.length > 0 }),
		planned: () => ({ changed: true }),
		probe: "repeatable",
		timeoutMs: startMs + stopMs + MARGIN_MS
	});
}

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