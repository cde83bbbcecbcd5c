import { Lt as boolean, qn as strictObject } from "./shared-schemas.js";
import { ac as step, ic as sequence, oc as watch, tc as parallel } from "./shared-common.js";
import { a as healthAt, o as healthText } from "./shared-system.js";
import { c as lookSchema, d as membersText, f as noneRuns, n as startsAfter, o as allRun, p as unseenLook, r as stopsAfter, s as lookAt, u as membersIn } from "./shared-order.js";

// src/system/outputs.ts
/** What a step that starts or stops something records. */
const doneSchema = strictObject({ 
/** False: it was so already. */
changed: boolean() });

// src/system/nodes.ts
/** Procedures over the services of a system: each service in its turn, each host of it, and the look that it has happened. */
/** Most services that are started or stopped at the same time, where the order allows it. */
const AT_ONCE = 4;
const LOOK_EVERY_MS = 500;
/** What ssh and the fence may take besides the work itself. */
const MARGIN_MS = 3e4;
const ONCE = {
	attempts: 1,
	delayMs: 0
};
/** Starts the services, each once what it needs runs and is healthy. */
function startNode(system, services) {
	return parallel({
		id: "start",
		title: `Start ${listed(services)}`,
		description: "Each service is started once all that it needs runs and is healthy. What runs already is left alone.",
		limit: AT_ONCE,
		after: startsAfter(services),
		steps: services.map((service) => onHosts(service, (host) => startOn(system, service, host)))
	});
}
/** Stops the services, each once nothing that needs it runs any more. */
function stopNode(services) {
	return parallel({
		id: "stop",
		title: `Stop ${listed(services.toReversed())}`,
		description: "Each service is stopped once nothing that needs it runs any more. What is enabled comes back after a reboot.",
		limit: AT_ONCE,
		after: stopsAfter(services),
		steps: services.toReversed().map((service) => onHosts(service, (host) => stopOn(service, host)))
	});
}
/** The same for each host of a service, side by side. */
function onHosts(service, body) {
	const each = service.on.map((host) => sequence({
		id: host.host,
		title: `${service.name} on ${host.host}`,
		steps: body(host)
	}));
	return parallel({
		id: service.name,
		title: `${service.name} (${service.what})`,
		steps: each
	});
}
function startOn(system, service, host) {
	return [startStep(service, host, "start"), healthyWatch(system, service, host)];
}
/** @param how `again`: a step before it has stopped what runs at the moment of the plan */
function startStep(service, host, id, how) {
	const { name, startMs } = service;
	return step({
		id,
		title: `Start ${name} on ${host.host}`,
		inputs: {
			service: name,
			what: service.what,
			host: host.host
		},
		read: (ctx) => host.control.observe(ctx.signal),
		decide: (members, ctx) => {
			const missing = missingProblems(service, host, members);
			if (missing.length > 0) return {
				kind: "refuse",
				problems: missing
			};
			if (members.length === 0) return {
				kind: "nothing",
				why: `nothing of ${name} is installed on ${host.host}`
			};
			const down = how === "again" && ctx.mode === "plan" ? members : membersIn(members, "partly", "stopped", "failed", "changing");
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
function stopOn(service, host) {
	const { name, stopMs } = service;
	return [step({
		id: "stop",
		title: `Stop ${name} on ${host.host}`,
		inputs: {
			service: name,
			what: service.what,
			host: host.host
		},
		read: async (ctx) => ({
			members: await host.control.observe(ctx.signal),
			barred: await host.control.mayStop?.(ctx.signal) ?? []
		}),
		decide: ({ members, barred }) => {
			const missing = missingProblems(service, host, members);
			if (missing.length > 0) return {
				kind: "refuse",
				problems: missing
			};
			const up = membersIn(members, "running", "partly", "changing");
			if (up.length === 0) return {
				kind: "nothing",
				why: `${name} does not run on ${host.host}`
			};
			if (barred.length > 0) return {
				kind: "refuse",
				problems: barred
			};
			return {
				kind: "do",
				effects: host.control.stop(up, stopMs)
			};
		},
		outputs: doneSchema,
		collect: (results) => ({ changed: results.length > 0 }),
		planned: () => ({ changed: true }),
		probe: "repeatable",
		retry: host.control.retry ?? ONCE,
		timeoutMs: stopMs + MARGIN_MS
	}), stoppedWatch(service, host)];
}
/** Until it runs and is healthy. A watch, so that the live view says why it takes long. */
function healthyWatch(system, service, host) {
	const asked = service.health === null ? "it runs" : healthText(healthAt(service.health, host.address));
	return waitFor(service, host, {
		id: "healthy",
		title: `Wait until ${service.name} on ${host.host} does its work`,
		asked,
		limitMs: service.startMs,
		look: (signal, now) => lookAt(service, host, system.probe, {
			now,
			signal
		}),
		met: ({ members, unhealthy }) => members.length === 0 || allRun(members) && unhealthy === null,
		text: ({ members, unhealthy }) => unhealthy ?? membersText(members),
		late: (found) => ({
			code: "system.not-healthy",
			where: `${service.name} on ${host.host}`,
			found,
			expected: asked,
			remedy: `read the log of ${service.name} on ${host.host}, mend it, and start again: what runs is left alone`
		})
	});
}
function stoppedWatch(service, host) {
	return waitFor(service, host, {
		id: "stopped",
		title: `Wait until ${service.name} on ${host.host} has stopped`,
		asked: "nothing of it runs",
		limitMs: service.stopMs,
		look: async (signal, now) => ({
			time: now,
			members: await host.control.observe(signal),
			unhealthy: null,
			unseen: null
		}),
		met: ({ members }) => noneRuns(members),
		text: ({ members }) => membersText(members),
		late: (found) => ({
			code: "system.not-stopped",
			where: `${service.name} on ${host.host}`,
			found,
			expected: "a service that ends when it is told to",
			remedy: `look why ${service.name} on ${host.host} does not end, end it by hand, then stop again`
		})
	});
}
function waitFor(service, host, wait) {
	const { id, title, asked, limitMs } = wait;
	return watch({
		id,
		title,
		description: `${asked.charAt(0).toUpperCase()}${asked.slice(1)}, within ${limitMs / 1e3} s.`,
		inputs: {
			service: service.name,
			host: host.host,
			asked,
			limitMs
		},
		everyMs: LOOK_EVERY_MS,
		samples: lookSchema,
		outputs: doneSchema,
		sample: (ctx) => wait.look(ctx.signal, ctx.clock.now()).catch((error) => unseenLook(error, host.host, ctx.clock.now(), ctx.signal)),
		start: () => ({
			from: null,
			last: null
		}),
		fold: (state, sample) => ({
			from: state.from ?? sample.time,
			last: sample
		}),
		decide: ({ from, last }) => {
			if (from === null || last === null) return {
				kind: "look-on",
				status: "nothing seen yet"
			};
			const text = last.unseen ?? wait.text(last);
			if (last.unseen === null && wait.met(last)) return {
				kind: "pass",
				status: text,
				outputs: { changed: false }
			};
			const waited = last.time - from;
			if (waited < limitMs) return {
				kind: "look-on",
				status: `${text}, after ${Math.round(waited / 1e3)} s`
			};
			return {
				kind: "fail",
				problem: wait.late(`${text} after ${limitMs / 1e3} s`)
			};
		},
		forecast: async () => `looks every ${LOOK_EVERY_MS / 1e3} s whether ${asked}, for at most ${limitMs / 1e3} s`
	});
}
/** Units that the host does not know. */
function missingProblems(service, host, members) {
	return membersIn(members, "missing").map(({ name }) => ({
		code: "system.unknown-unit",
		where: `${service.name} on ${host.host}`,
		found: `no unit ${name}`,
		expected: "a unit that systemd knows there",
		remedy: `install what brings it, or mend \`unit:\` or \`hosts:\` of system.services.${service.name}`
	}));
}
/** `database, api and proxy`. */
function listed(services) {
	const names = services.map(({ name }) => name);
	return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}

export { startNode as a, stopOn as c, missingProblems as i, stoppedWatch as l, ONCE as n, startStep as o, healthyWatch as r, stopNode as s, MARGIN_MS as t, doneSchema as u };