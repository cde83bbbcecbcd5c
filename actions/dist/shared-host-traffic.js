import { Lt as boolean, Pn as number, qn as strictObject } from "./shared-schemas.js";
import { Ba as endpointOf, Ua as isOnHost, Va as taking, Xs as action, ac as step, oc as watch } from "./shared-common.js";

// src/release/environment/host-traffic.ts
/** Takes the instances of one host out of the traffic of the proxy and brings them back, whatever version serves there. */
const LOOK_EVERY_MS = 200;
/** Null where there is one host only: nobody else could take its traffic. */
function hostTraffic({ target }) {
	const { ports, policy, hosts } = target;
	if (hosts.length < 2) return null;
	const { router } = ports;
	return { around(host, needed) {
		const out = outStep(host, router, needed);
		return {
			out: [out, drained(host, router, policy.drainTimeoutMs)],
			back: [backStep(host, router, out)]
		};
	} };
}
const movedSchema = strictObject({ moved: boolean() });
function outStep(host, router, needed) {
	return step({
		id: "out",
		title: `Take ${host} out of the traffic`,
		inputs: { host },
		read: (ctx) => router.observe(ctx.signal),
		decide: (routes, ctx) => {
			if (!needed(ctx)) return {
				kind: "nothing",
				why: "nothing is to be changed there"
			};
			if (routes.kind === "unreachable") return {
				kind: "refuse",
				problems: [proxyUnreachable(host, routes.reason)]
			};
			const problems = routes.routes.flatMap((route) => routeProblems(host, route));
			if (problems.length > 0) return {
				kind: "refuse",
				problems
			};
			const effects = router.apply(routesWith(routes, host, true), routes);
			return effects.length === 0 ? {
				kind: "nothing",
				why: "it gets no requests"
			} : {
				kind: "do",
				effects
			};
		},
		outputs: movedSchema,
		collect: (results) => ({ moved: results.length > 0 }),
		probe: "repeatable",
		verify: async (ctx) => needed(ctx) ? stillTaking(host, await router.observe(ctx.signal)) : []
	});
}
/** Also where an earlier run has left it out. */
function backStep(host, router, out) {
	return action({
		id: "back",
		title: `Bring ${host} back into the traffic`,
		inputs: { host },
		read: (ctx) => router.observe(ctx.signal),
		decide: (routes, ctx) => {
			ctx.outputOf(out);
			if (routes.kind === "unreachable") return {
				kind: "refuse",
				problems: [proxyUnreachable(host, routes.reason)]
			};
			const effects = routes.routes.flatMap(({ endpoints }) => endpoints).filter(({ instance }) => isOnHost(instance, host)).length === 0 ? [] : router.apply(routesWith(routes, host, false), routes);
			return effects.length === 0 ? {
				kind: "nothing",
				why: "it gets its requests"
			} : {
				kind: "do",
				effects
			};
		},
		probe: "repeatable",
		async verify(ctx) {
			const routes = await router.observe(ctx.signal);
			return routes.kind === "unreachable" ? [proxyUnreachable(host, routes.reason)] : [];
		}
	});
}
/** The same routes, with the places of a host draining or not. Pure. */
function routesWith({ service, routes }, host, draining) {
	return {
		service,
		routes: routes.map(({ version, configuredShare, hold, endpoints }) => ({
			version,
			hold,
			share: configuredShare,
			endpoints: endpoints.map((one) => {
				const is = isOnHost(one.instance, host) ? draining : one.draining === true;
				return {
					...endpointOf(one),
					...is ? { draining: true } : {}
				};
			})
		}))
	};
}
/** Why a host may not leave the traffic now. Pure. */
function routeProblems(host, { version, configuredShare, hold, endpoints }) {
	const [here, there] = [true, false].map((on) => endpoints.filter((one) => isOnHost(one.instance, host) === on));
	if (configuredShare === 0 || here === void 0 || here.length === 0) return [];
	if (hold === "leased") return [{
		code: "system.release-under-way",
		where: `${version} on ${host}`,
		found: `a release that has ${Math.round(configuredShare * 1e3) / 10} % of the traffic for the time being`,
		expected: "one version that serves, and nothing under way",
		remedy: "bring the release to its end first, or go back (`shiplock status`)"
	}];
	if ((there ?? []).some(({ draining, health }) => draining !== true && health === "up")) return [];
	return [{
		code: "system.last-in-traffic",
		where: `${version} on ${host}`,
		found: "no other host that takes its requests",
		expected: "at least one other host in the traffic that is up",
		remedy: "bring another host back first; one that an earlier run left out comes back when that run is done again"
	}];
}
function stillTaking(host, now) {
	if (now.kind === "unreachable") return [proxyUnreachable(host, now.reason)];
	return leftInTraffic(host, now.routes.filter(({ configuredShare }) => configuredShare > 0).flatMap(({ endpoints }) => taking(endpoints).filter((one) => isOnHost(one.instance, host))));
}
/** What is wrong where these endpoints of a host get requests still. Pure. */
function leftInTraffic(host, left) {
	if (left.length === 0) return [];
	return [{
		code: "system.still-in-traffic",
		where: host,
		found: left.map(({ instance }) => instance).join(", "),
		expected: "instances that get no new request",
		remedy: "look at the proxy and at who else changes it, then run it again"
	}];
}
function proxyUnreachable(where, found) {
	return {
		code: "system.proxy-unreachable",
		where,
		found,
		expected: "a proxy that says who gets the traffic",
		remedy: "start the proxy (`shiplock runbook run system-start`), then run it again"
	};
}
const sampleSchema = strictObject({
	time: number(),
	open: number()
});
/** Until the requests that it has are finished; after the time-out it goes on and says what was left, as a release does. */
function drained(host, router, limitMs) {
	return watch({
		id: "drained",
		title: `Let ${host} finish its requests`,
		inputs: {
			host,
			limitMs
		},
		everyMs: LOOK_EVERY_MS,
		samples: sampleSchema,
		outputs: strictObject({ left: number() }),
		sample: async (ctx) => ({
			time: ctx.clock.now(),
			open: openOn(await router.observe(ctx.signal), host)
		}),
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
			if (last.open === 0) return {
				kind: "pass",
				status: "no open request",
				outputs: { left: 0 }
			};
			if (last.time - from < limitMs) return {
				kind: "look-on",
				status: `${last.open} open requests`
			};
			return {
				kind: "pass",
				status: `${last.open} requests left after the time-out`,
				outputs: { left: last.open }
			};
		},
		forecast: async () => `looks every ${LOOK_EVERY_MS / 1e3} s, for at most ${limitMs / 1e3} s`
	});
}
/** Open requests of what drains on a host: what takes requests is none that was taken out. */
function openOn(routes, host) {
	if (routes.kind === "unreachable") return 0;
	return routes.routes.flatMap(({ endpoints }) => endpoints).filter((one) => one.draining === true && isOnHost(one.instance, host)).reduce((sum, { openRequests }) => sum + openRequests, 0);
}

export { routesWith as i, leftInTraffic as n, proxyUnreachable as r, hostTraffic as t };