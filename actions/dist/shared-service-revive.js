import { Et as _enum, Jn as string, Un as record, qn as strictObject } from "./shared-schemas.js";
import { t as runIfStarted } from "./shared-own.js";
import { t as ProblemError } from "./shared-problem.js";
import { Xs as action, ac as step, ic as sequence, oc as watch } from "./shared-common.js";
import { d as runbook, i as host, o as neededService, u as text } from "./shared-input.js";
import { c as lookSchema, d as membersText, o as allRun, p as unseenLook, s as lookAt, u as membersIn } from "./shared-order.js";
import { i as missingProblems, n as ONCE, r as healthyWatch, t as MARGIN_MS, u as doneSchema } from "./shared-nodes.js";

// src/system/revive.ts
/** One service brought back, host by host: started where it does not run, ended and started where it runs and does not do its work. */
const LOOK_EVERY_MS = 1e3;
/** How long a service that runs must fail its health check, at every look, before it counts as hung: a pause of a garbage collection is none. */
const HUNG_MS = 1e4;
const stateSchema = strictObject({
	state: _enum([
		"well",
		"dead",
		"hung"
	]),
	/** Member → what tells this run of it from the next one. */
	identities: record(string(), string().nullable())
});
/**
* Hosts follow one another, and the next is touched only when the one before does its work: if it is only this machine that cannot see the
* health, one host is restarted for nothing, and not all of them.
*/
function reviveNode(system, service) {
	return sequence({
		id: "start",
		title: `Bring ${service.name} back`,
		steps: [sequence({
			id: service.name,
			title: `${service.name} (${service.what})`,
			steps: service.on.map((host) => reviveOn(system, service, host))
		})]
	});
}
function reviveOn(system, service, host) {
	const seen = stateWatch(system, service, host);
	return sequence({
		id: host.host,
		title: `${service.name} on ${host.host}`,
		steps: [
			seen,
			...service.health === null ? [] : [endStep(system, service, host, seen)],
			startStep(system, service, host),
			healthyWatch(system, service, host)
		]
	});
}
/** Well, dead, or running and not doing its work for a while. */
function stateWatch(system, service, host) {
	const { name, startMs } = service;
	return watch({
		id: "state",
		title: `Look how ${name} on ${host.host} is`,
		description: `Dead, or running without doing its work at every look for ${HUNG_MS / 1e3} s.`,
		inputs: {
			service: name,
			host: host.host,
			hungMs: HUNG_MS
		},
		everyMs: LOOK_EVERY_MS,
		samples: lookSchema,
		outputs: stateSchema,
		sample: (ctx) => lookAt(service, host, system.probe, {
			now: ctx.clock.now(),
			signal: ctx.signal
		}).catch((error) => unseenLook(error, host.host, ctx.clock.now(), ctx.signal)),
		start: () => ({
			from: null,
			last: null
		}),
		fold: ({ from }, sample) => ({
			from: from ?? sample.time,
			last: sample
		}),
		decide: ({ from, last }) => {
			if (from === null || last === null) return {
				kind: "look-on",
				status: "nothing seen yet"
			};
			const { members, unhealthy, unseen } = last;
			const waited = last.time - from;
			const outputs = (state) => ({
				state,
				identities: Object.fromEntries(members.map(({ name: member, identity }) => [member, identity]))
			});
			if (unseen !== null) return waited < startMs ? {
				kind: "look-on",
				status: unseen
			} : {
				kind: "fail",
				problem: notSeen(service, host, unseen)
			};
			const text = unhealthy ?? membersText(members);
			if (members.length === 0 || allRun(members) && unhealthy === null) return {
				kind: "pass",
				status: text,
				outputs: outputs("well")
			};
			if (membersIn(members, "partly", "stopped", "failed", "missing").length > 0) return {
				kind: "pass",
				status: text,
				outputs: outputs("dead")
			};
			if (waited < (allRun(members) ? HUNG_MS : startMs)) return {
				kind: "look-on",
				status: `${text}, after ${Math.round(waited / 1e3)} s`
			};
			return {
				kind: "pass",
				status: `${text} for ${Math.round(waited / 1e3)} s`,
				outputs: outputs("hung")
			};
		},
		forecast: async (ctx) => {
			const now = await lookAt(service, host, system.probe, {
				now: 0,
				signal: ctx.signal
			});
			return `now: ${now.unhealthy ?? membersText(now.members)}; it counts as hung when that is so for ${HUNG_MS / 1e3} s`;
		}
	});
}
/** Ended where it hangs, and nothing that it needs is the cause. */
function endStep(system, service, host, seen) {
	const { name, stopMs } = service;
	return action({
		id: "end",
		title: `End ${name} on ${host.host} where it hangs`,
		description: "Refused where something that it needs does not do its work: that is the cause then, and a restart mends nothing.",
		inputs: {
			service: name,
			what: service.what,
			host: host.host
		},
		read: async (ctx) => {
			const look = await lookAt(service, host, system.probe, {
				now: ctx.clock.now(),
				signal: ctx.signal
			});
			if (!isHung(look)) return {
				look,
				needs: [],
				barred: []
			};
			return {
				look,
				needs: await brokenNeeds(system, service, ctx.signal, ctx.clock.now()),
				barred: await host.control.mayStop?.(ctx.signal) ?? []
			};
		},
		decide: ({ look, needs, barred }, ctx) => {
			const { members, unhealthy } = look;
			const state = ctx.mode === "plan" ? null : ctx.outputOf(seen);
			if (state !== null && state.state !== "hung") return {
				kind: "nothing",
				why: `it does not hang: ${state.state}`
			};
			if (!isHung(look)) return {
				kind: "nothing",
				why: "it does not hang"
			};
			const same = members.filter(({ name: member, identity }) => state === null || state.identities[member] === identity);
			if (same.length === 0) return {
				kind: "nothing",
				why: "another one runs by now"
			};
			if (needs.length > 0) return {
				kind: "refuse",
				problems: [needsFirst(service, host, needs)]
			};
			if (barred.length > 0) return {
				kind: "refuse",
				problems: barred
			};
			return {
				kind: "do",
				why: unhealthy ?? membersText(members),
				effects: host.control.stop(same, stopMs)
			};
		},
		probe: "repeatable",
		retry: host.control.retry ?? ONCE,
		timeoutMs: stopMs + MARGIN_MS
	});
}
function startStep(system, service, host) {
	const { name, startMs } = service;
	return step({
		id: "start",
		title: `Start ${name} on ${host.host} where it does not run`,
		inputs: {
			service: name,
			what: service.what,
			host: host.host
		},
		read: (ctx) => lookAt(service, host, system.probe, {
			now: ctx.clock.now(),
			signal: ctx.signal
		}),
		decide: (look, ctx) => {
			const { members } = look;
			const missing = missingProblems(service, host, members);
			if (missing.length > 0) return {
				kind: "refuse",
				problems: missing
			};
			if (members.length === 0) return {
				kind: "nothing",
				why: `nothing of ${name} is installed on ${host.host}`
			};
			const down = ctx.mode === "plan" && isHung(look) ? members : membersIn(members, "partly", "stopped", "failed", "changing");
			if (down.length === 0) return {
				kind: "nothing",
				why: `${name} runs on ${host.host}`
			};
			return {
				kind: "do",
				effects: host.control.start(down, startMs)
			};
		},
		outputs: doneSchema,
		collect: (results) => ({ changed: results.length > 0 }),
		planned: () => ({ changed: true }),
		probe: "repeatable",
		retry: host.control.retry ?? ONCE,
		timeoutMs: startMs + MARGIN_MS
	});
}
/** It runs, or has been on its way for long, and does not do its work. */
function isHung({ members, unhealthy }) {
	if (members.length === 0 || membersIn(members, "partly", "stopped", "failed", "missing").length > 0) return false;
	return allRun(members) ? unhealthy !== null : true;
}
async function brokenNeeds(system, { after }, signal, now) {
	const needs = system.services.filter(({ name }) => after.includes(name));
	const found = await Promise.all(needs.flatMap((need) => need.on.map(async (on) => {
		const { members, unhealthy, unseen } = await lookAt(need, on, system.probe, {
			now,
			signal
		}).catch((error) => unseenLook(error, on.host, now, signal));
		const well = unseen === null && (members.length === 0 || allRun(members) && unhealthy === null);
		return {
			need: need.name,
			well,
			text: `${need.name} on ${on.host}: ${unseen ?? unhealthy ?? membersText(members)}`
		};
	})));
	return found.filter(({ need }) => !found.some((one) => one.need === need && one.well)).map(({ text }) => text);
}
function needsFirst({ name }, { host }, needs) {
	return {
		code: "system.needs-first",
		where: `${name} on ${host}`,
		found: needs.join("; "),
		expected: "what it needs does its work",
		remedy: "bring that back first, with the same runbook; nothing was touched here"
	};
}
function notSeen({ name, startMs }, { host }, found) {
	return {
		code: "system.not-seen",
		where: `${name} on ${host}`,
		found: `${found}, for ${startMs / 1e3} s`,
		expected: "a host that can be asked",
		remedy: "look at the network and the host; nothing was touched"
	};
}

// runbooks/service-revive.ts
/** SOP: start what has died or hangs. `node runbooks/service-revive.ts production --service proxy`. */
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
	title: "Bring a service back that has died or hangs",
	summary: "Looks at one service on each of its hosts, one host after the other. Starts it where it does not run; ends and starts it where it runs and has failed its health check at every look for 10 s; and waits until it does its work. Where it does, nothing is touched. Where something that it needs does not do its work, nothing is ended: that is the cause then.",
	when: "When a unit or a process is gone, after a crash or when it was killed, or when it runs and does not answer. An alert may start it when nobody is there. To restart what does its work, use `system-restart`, with a look at the first host.",
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
					steps: [...prepare === null ? [] : [prepare], ...services.map((one) => reviveNode(system, one))]
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