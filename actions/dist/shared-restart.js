import { Jn as string, Un as record, qn as strictObject } from "./shared-schemas.js";
import { $s as gate, Qs as forEach, ac as step, ic as sequence } from "./shared-common.js";
import { u as membersIn } from "./shared-order.js";
import { c as stopOn, i as missingProblems, n as ONCE, o as startStep, r as healthyWatch, t as MARGIN_MS, u as doneSchema } from "./shared-nodes.js";

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
			const down = membersIn(left, "stopped", "failed");
			return {
				kind: "do",
				effects: [...restart(left.filter((member) => !down.includes(member)), startMs + stopMs), ...host.control.start(down, startMs)]
			};
		},
		outputs: doneSchema,
		collect: (results) => ({ changed: results.length > 0 }),
		planned: () => ({ changed: true }),
		probe: "repeatable",
		retry: host.control.retry ?? ONCE,
		timeoutMs: startMs + stopMs + MARGIN_MS
	});
}

export { restartNode as t };