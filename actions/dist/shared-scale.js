import { Jn as string, Lt as boolean, Nt as array, Pn as number, qn as strictObject } from "./shared-schemas.js";
import { $s as gate, Ar as hostsNode, Ba as endpointOf, Fi as unitSpecSchema, Q as stableRecord, Qs as forEach, Ra as doOrNothing, Ua as isOnHost, Xs as action, ac as step, ic as sequence, kr as sshReach, oc as watch, za as smokeAt } from "./shared-common.js";
import { r as proxyUnreachable, t as hostTraffic } from "./shared-host-traffic.js";
import { t as ProblemError } from "./shared-problem.js";

// src/release/scale/decide.ts
/** What the run found first; everything later goes by it. */
const foundSchema = strictObject({
	spec: unitSpecSchema,
	/** Hosts that are to serve, and do not. */
	joining: array(string()).readonly(),
	/** Hosts that are not to serve, and do. */
	leaving: array(string()).readonly()
});
/**
* Which hosts are meant by `2`, the first two as they are configured, or by `web1,web3`.
* @throws ProblemError for anything else
*/
function hostsMeant(text, hosts) {
	const wanted = /^\d+$/.test(text) ? hosts.slice(0, Number(text)) : hosts.filter((host) => text.split(",").includes(host));
	const count = /^\d+$/.test(text) ? Number(text) : new Set(text.split(",")).size;
	if (wanted.length === count && count > 0) return wanted;
	throw new ProblemError({
		code: "cli.runbook-input",
		where: "--to",
		found: text,
		expected: `a number from 1 to ${hosts.length}, or some of ${hosts.join(", ")} with commas between them`,
		remedy: "another host is added in `platform.hosts` first"
	});
}
/** Instances of the version on a host that are meant to run. */
function instancesOn({ instances }, spec, host) {
	return instances.filter((one) => one.component === spec.component && one.version === spec.version && one.on === host && one.state !== "stopped");
}
/** How many run on each host, where it serves. */
function perHost(spec, platform) {
	return Math.max(1, Math.ceil(spec.replicas / Math.max(1, platform.hosts.length)));
}
/** The same state with this host alone: the effects of others fall away. */
function only(platform, host) {
	return {
		...platform,
		hosts: platform.hosts.filter(({ name }) => name === host)
	};
}
/**
* What is to be done, from the record of what serves.
* @param unwanted hosts that are not to serve; those that are in neither list stay as they are
*/
function foundIn(spec, { platform, routes }, wanted, unwanted) {
	const endpoints = routes.kind === "observed" ? routes.routes.flatMap((route) => route.endpoints) : [];
	const taking = (host) => endpoints.filter((one) => one.draining !== true && isOnHost(one.instance, host)).length;
	const names = platform.hosts.map(({ name }) => name);
	const here = (host) => instancesOn(platform, spec, host).length;
	return {
		spec,
		joining: names.filter((host) => wanted.includes(host) && (here(host) < perHost(spec, platform) || taking(host) < perHost(spec, platform))),
		leaving: names.filter((host) => unwanted.includes(host) && (here(host) > 0 || endpoints.some((one) => isOnHost(one.instance, host))))
	};
}
/** Why it may not be begun. */
function refusals(serving, { platform, routes }, { environment, wanted, capacityPerInstance }) {
	if (serving === null || serving === "files") return [nothingServes(environment, serving)];
	if (routes.kind === "unreachable") return [proxyUnreachable(environment, routes.reason)];
	const { version } = serving;
	const trial = routes.routes.find(({ hold, configuredShare }) => hold === "leased" && configuredShare > 0);
	const share = routes.routes.find((route) => route.version === version)?.configuredShare ?? 0;
	if (trial !== void 0 || share < 1) return [underWay(environment, trial?.version ?? version, trial?.configuredShare ?? share)];
	const needed = capacityPerInstance === void 0 ? 0 : Math.ceil(1 / capacityPerInstance - 1e-9);
	const have = wanted.length * perHost(serving, platform);
	return [...have < needed ? [tooFew(environment, have, needed)] : [], ...platform.hosts.flatMap((host) => host.kind === "unreachable" && wanted.includes(host.name) ? [silent(host.name, host.reason)] : [])];
}
/** The same routes, with these instances of the host and no others, taking requests. */
function joined({ service, routes }, spec, host, here) {
	return mapped({
		service,
		routes
	}, (endpoints, version) => version === spec.version ? withPlaces(endpoints, host, here.map(endpointOf)) : endpoints);
}
/** The same routes without the places of the host. */
function left(observed, host) {
	return mapped(observed, (endpoints) => endpoints.filter(({ instance }) => !isOnHost(instance, host)));
}
/** The same routes; what still runs on these hosts takes requests again. */
function returned(observed, hosts) {
	return mapped(observed, (endpoints) => endpoints.map((one) => hosts.some((host) => isOnHost(one.instance, host)) ? endpointOf(one) : one));
}
/**
* Each keeps its place, so that nothing changes where all of it is as it was. An instance of the same name at another port is another one: the host was
* emptied since.
*/
function withPlaces(endpoints, host, here) {
	const same = (one, other) => one.instance === other.instance && one.host === other.host && one.port === other.port;
	return [...endpoints.flatMap((one) => isOnHost(one.instance, host) ? here.filter((other) => same(one, other)) : [one]), ...here.filter((one) => !endpoints.some((other) => same(one, other)))];
}
function mapped({ service, routes }, change) {
	return {
		service,
		routes: routes.map((route) => {
			const kept = route.endpoints.map((one) => ({
				...endpointOf(one),
				...one.draining === true ? { draining: true } : {}
			}));
			return {
				version: route.version,
				hold: route.hold,
				share: route.configuredShare,
				endpoints: change(kept, route.version)
			};
		})
	};
}
function nothingServes(environment, serving) {
	return {
		code: "system.nothing-to-scale",
		where: environment,
		found: serving === null ? "nothing serves" : "what serves is only files",
		expected: "a version with instances that serves",
		remedy: "make a release first; files are served beside the proxy and need no instances"
	};
}
function underWay(environment, version, share) {
	return {
		code: "system.release-under-way",
		where: environment,
		found: `${version} with ${Math.round(share * 1e3) / 10} % of the traffic`,
		expected: "one version that serves, and nothing under way",
		remedy: "bring the release to its end first, or go back (`shiplock status`)"
	};
}
function tooFew(environment, have, needed) {
	return {
		code: "system.too-few",
		where: environment,
		found: `${have} instances would be left`,
		expected: `at least ${needed}, by \`rollout.capacity.perInstance\``,
		remedy: "leave more hosts, or measure again what one instance can carry"
	};
}
function silent(host, found) {
	return {
		code: "system.host-silent",
		where: host,
		found,
		expected: "a host that answers, since it is to serve",
		remedy: "mend the host, or name others with --to"
	};
}

// src/release/scale/join.ts
/** One host begins to serve: what serves elsewhere is laid down there, started, asked, and only then gets requests. */
const LOOK_EVERY_MS = 250;
const MARGIN_MS$1 = 3e4;
async function lookAtWorld({ ports }, signal) {
	const [platform, routes] = await Promise.all([ports.platform.observe(signal), ports.router.observe(signal)]);
	return {
		platform,
		routes
	};
}
/** Every step of it finds that there is nothing to do where the host serves already. */
function joinNode(target, host, look) {
	const { bring, admit } = joinParts(target, host, look);
	return sequence({
		id: host,
		title: `Let ${host} serve`,
		steps: [...bring, ...admit]
	});
}
/** Both halves, for who wants to look in between. */
function joinParts(target, host, look) {
	const ready = readyWatch(target, host, look);
	const takes = takesWatch(target, host, look);
	return {
		bring: [
			installStep(target, host, look),
			startStep(target, host, look),
			ready,
			smokeStep(target, host, {
				look,
				ready
			})
		],
		admit: [
			trafficStep(target, host, {
				id: "traffic",
				title: `Send requests to ${host} too`,
				look,
				after: ready,
				nothing: "it gets its requests"
			}),
			takes,
			trafficStep(target, host, {
				id: "tidy",
				title: `Take out what ${host} had in the proxy before`,
				look,
				after: takes,
				nothing: "there is nothing of before"
			}),
			settleStep(target, host, look)
		]
	};
}
function installStep(target, host, look) {
	const { platform } = target.ports;
	return action({
		id: "install",
		title: `Lay down on ${host} what serves`,
		inputs: { host },
		read: (ctx) => platform.observe(ctx.signal),
		decide: (state, ctx) => doOrNothing(platform.install(ctx.outputOf(look).spec, state, [host]), "it is installed with this digest"),
		probe: "repeatable"
	});
}
function startStep(target, host, look) {
	const { ports, policy } = target;
	return action({
		id: "start",
		title: `Start it on ${host}`,
		inputs: { host },
		read: (ctx) => ports.platform.observe(ctx.signal),
		decide: (state, ctx) => {
			const { spec } = ctx.outputOf(look);
			if (instancesOn(state, spec, host).length >= perHost(spec, state)) return {
				kind: "nothing",
				why: "it runs"
			};
			return doOrNothing(ports.platform.start(spec, state, [host]), "it runs");
		},
		probe: "repeatable",
		timeoutMs: policy.healthDeadlineMs + MARGIN_MS$1
	});
}
const readySchema = strictObject({
	time: number(),
	ready: number(),
	wanted: number(),
	/** What is not well, in words. */
	ill: string(),
	dying: boolean()
});
const doneSchema = strictObject({ ready: number() });
/**
* How both waits for a host go: they look until `judge` has an answer to what was seen last, and when the time is over, it must have one. What `judge` is
* given depends on samples alone.
*/
function waits(limitMs, judge) {
	return {
		everyMs: LOOK_EVERY_MS,
		outputs: doneSchema,
		start: () => ({
			from: null,
			last: null
		}),
		fold: ({ from }, sample) => ({
			from: from ?? sample.time,
			last: sample
		}),
		decide: ({ from, last }) => from === null || last === null ? {
			kind: "look-on",
			status: "nothing seen yet"
		} : judge(last, last.time - from >= limitMs),
		forecast: async () => `looks every ${LOOK_EVERY_MS / 1e3} s, for at most ${limitMs / 1e3} s`
	};
}
/** Until every instance of the host answers on its ready path. */
function readyWatch({ ports, policy }, host, look) {
	const limitMs = policy.healthDeadlineMs;
	return watch({
		id: "ready",
		title: `Wait until it is ready on ${host}`,
		inputs: {
			host,
			limitMs
		},
		samples: readySchema,
		sample: async (ctx) => {
			const { spec } = ctx.outputOf(look);
			const state = await ports.platform.observe(ctx.signal);
			const here = instancesOn(state, spec, host);
			const ill = here.filter((one) => one.state !== "ready");
			return {
				time: ctx.clock.now(),
				ready: here.length - ill.length,
				wanted: perHost(spec, state),
				ill: ill.map((one) => `${one.instance} ${one.state}${one.detail === "" ? "" : ` (${one.detail})`}`).join(", "),
				dying: ill.some((one) => one.state === "crash-loop")
			};
		},
		...waits(limitMs, (last, isOver) => {
			const status = `${last.ready} of ${last.wanted} ready${last.ill === "" ? "" : `: ${last.ill}`}`;
			if (last.ready >= last.wanted) return {
				kind: "pass",
				status,
				outputs: { ready: last.ready }
			};
			if (!last.dying && !isOver) return {
				kind: "look-on",
				status
			};
			return {
				kind: "fail",
				problem: notServing(host, status, `ready within ${limitMs / 1e3} s`)
			};
		})
	});
}
/** Asked at the instances themselves: the proxy does not send anybody there yet. */
function smokeStep({ ports, policy }, host, { look, ready }) {
	return action({
		id: "smoke",
		title: `Smoke test on ${host}`,
		description: policy.smoke.map(({ path, status }) => `GET ${path} answers ${status}`).join("; ") || "No smoke requests configured.",
		inputs: {
			host,
			requests: policy.smoke.map(({ path, status, contains = null }) => ({
				path,
				status,
				contains
			}))
		},
		read: async (ctx) => {
			ctx.outputOf(ready);
			const here = instancesOn(await ports.platform.observe(ctx.signal), ctx.outputOf(look).spec, host);
			return (await Promise.all(here.map((one) => smokeAt(ports.http, `http://${one.host.includes(":") ? `[${one.host}]` : one.host}:${one.port}`, policy.smoke)))).flat();
		},
		decide: (problems) => problems.length > 0 ? {
			kind: "refuse",
			problems
		} : {
			kind: "nothing",
			why: policy.smoke.length === 0 ? "no smoke requests are configured" : "all are answered"
		},
		probe: "repeatable",
		timeoutMs: policy.healthDeadlineMs + MARGIN_MS$1
	});
}
/** The proxy sends requests to the instances that are ready there. What it must drain first leaves it the next time. */
function trafficStep(target, host, { id, title, look, after, nothing }) {
	const { router } = target.ports;
	return action({
		id,
		title,
		inputs: { host },
		read: (ctx) => lookAtWorld(target, ctx.signal),
		decide: ({ platform, routes }, ctx) => {
			ctx.outputOf(after);
			const { spec } = ctx.outputOf(look);
			if (routes.kind === "unreachable") return {
				kind: "refuse",
				problems: [proxyUnreachable(host, routes.reason)]
			};
			const here = instancesOn(platform, spec, host).filter(({ state }) => state === "ready");
			return doOrNothing(router.apply(joined(routes, spec, host, here), routes), nothing);
		},
		probe: "repeatable"
	});
}
const takesSchema = strictObject({
	time: number(),
	up: number(),
	places: number()
});
/** The proxy's own checks must find it well, or it was added in name only. */
function takesWatch({ ports, policy }, host, look) {
	const limitMs = policy.healthDeadlineMs;
	return watch({
		id: "takes",
		title: `Wait until the proxy finds ${host} well`,
		inputs: {
			host,
			limitMs
		},
		samples: takesSchema,
		sample: async (ctx) => {
			const { spec } = ctx.outputOf(look);
			const routes = await ports.router.observe(ctx.signal);
			const places = routes.kind === "unreachable" ? [] : routes.routes.filter(({ version }) => version === spec.version).flatMap(({ endpoints }) => endpoints).filter(({ instance, draining }) => isOnHost(instance, host) && draining !== true);
			const up = places.filter(({ health }) => health === "up" || health === "unknown");
			return {
				time: ctx.clock.now(),
				up: up.length,
				places: places.length
			};
		},
		...waits(limitMs, (last, isOver) => {
			const status = `${last.up} of ${last.places} places up`;
			if (last.places > 0 && last.up === last.places) return {
				kind: "pass",
				status,
				outputs: { ready: last.up }
			};
			if (!isOver) return {
				kind: "look-on",
				status
			};
			return {
				kind: "fail",
				problem: notServing(host, status, `well by the checks of the proxy within ${limitMs / 1e3} s`)
			};
		})
	});
}
/** After a reboot it comes back by itself; its share is no lease, so nothing of it needs a guard. */
function settleStep({ ports }, host, look) {
	return action({
		id: "make-current",
		title: `Make it current on ${host}`,
		inputs: { host },
		read: (ctx) => ports.platform.observe(ctx.signal),
		decide: (state, ctx) => {
			const { joining, spec } = ctx.outputOf(look);
			if (!joining.includes(host)) return {
				kind: "nothing",
				why: "it served before"
			};
			return doOrNothing([...ports.platform.makeCurrent(spec.version, only(state, host)), ...ports.stopGuards(spec.version, [host])], "it is current");
		},
		probe: "repeatable"
	});
}
function notServing(host, found, expected) {
	return {
		code: "system.not-serving",
		where: host,
		found,
		expected: `a host that is ${expected}`,
		remedy: `read the log of its instances on ${host}, mend it, and run it again; other hosts serve as before`
	};
}
/** For the report: what serves where, at the end. */
const rowsSchema = strictObject({
	version: string(),
	rows: array(strictObject({
		host: string(),
		running: number(),
		taking: number()
	})).readonly()
});
function afterStep(target, look) {
	return step({
		id: "after",
		title: "Write down what serves where",
		read: (ctx) => lookAtWorld(target, ctx.signal),
		decide: () => ({
			kind: "nothing",
			why: "it is only looked at"
		}),
		outputs: rowsSchema,
		collect: (_results, { platform, routes }, ctx) => {
			const { spec } = ctx.outputOf(look);
			const endpoints = routes.kind === "observed" ? routes.routes.flatMap((route) => route.endpoints) : [];
			return {
				version: spec.version,
				rows: platform.hosts.map(({ name }) => ({
					host: name,
					running: instancesOn(platform, spec, name).length,
					taking: endpoints.filter((one) => one.draining !== true && isOnHost(one.instance, name)).length
				}))
			};
		},
		probe: "repeatable"
	});
}

// src/release/scale/leave.ts
/** One host serves no longer: no new requests, those that it has are finished, and only then it is stopped. */
const MARGIN_MS = 3e4;
function leaveNode(target, host, traffic, look) {
	return sequence({
		id: host,
		title: `Take ${host} out of service`,
		steps: [
			...traffic.around(host, (ctx) => ctx.outputOf(look).leaving.includes(host)).out,
			checkpoint(target, host, look),
			stopStep(target, host, look)
		]
	});
}
/** Once, behind the first host that leaves the traffic: until then it takes one step to have it back. */
function checkpoint({ policy }, host, look) {
	return gate({
		id: "checkpoint",
		title: `Look how the others carry the load before ${host} is stopped`,
		description: `${host} gets no requests and still runs. “No” brings it back into the traffic at once.`,
		role: policy.role,
		evidence: [{
			kind: "check",
			name: "carries",
			question: "Do the hosts that are left carry the load, also at the next peak?"
		}, {
			kind: "text",
			name: "seen",
			question: "What did you look at, and what did you see?",
			minLength: 10
		}],
		guard: { kind: "nothing-shifted" },
		needed: (ctx) => ctx.outputOf(look).leaving[0] === host,
		judge: (evidence) => evidence["carries"] === true ? { kind: "pass" } : {
			kind: "reject",
			why: `the others do not carry the load without ${host}`
		}
	});
}
function stopStep(target, host, look) {
	const { ports, policy } = target;
	return action({
		id: "stop",
		title: `Stop it on ${host}`,
		description: "It does not come back after a reboot. What is installed stays.",
		inputs: { host },
		read: (ctx) => lookAtWorld(target, ctx.signal),
		decide: ({ platform, routes }, ctx) => {
			const { spec, leaving } = ctx.outputOf(look);
			if (!leaving.includes(host)) return {
				kind: "nothing",
				why: `it does not serve on ${host}`
			};
			if (routes.kind === "unreachable") return {
				kind: "refuse",
				problems: [proxyUnreachable(host, routes.reason)]
			};
			const running = instancesOn(platform, spec, host);
			return doOrNothing([...ports.router.apply(left(routes, host), routes), ...running.length === 0 ? [] : ports.platform.stop(spec.version, only(platform, host))], `it does not run on ${host}`);
		},
		probe: "repeatable",
		timeoutMs: policy.drainTimeoutMs + 10 * MARGIN_MS
	});
}
/** Whatever was not stopped yet takes requests again, at once. */
function backNode(target, hosts) {
	const { router } = target.ports;
	return action({
		id: "back",
		title: `Bring what still runs of ${hosts.join(", ")} back into the traffic`,
		read: (ctx) => lookAtWorld(target, ctx.signal),
		decide: ({ routes }) => {
			if (routes.kind === "unreachable") return {
				kind: "refuse",
				problems: [proxyUnreachable(hosts.join(", "), routes.reason)]
			};
			return doOrNothing(router.apply(returned(routes, hosts), routes), "nothing was taken out");
		},
		probe: "repeatable",
		urgent: true
	});
}

// src/release/scale/index.ts
/**
* @param to how many of the configured hosts, the first ones, or their names
* @throws ProblemError for words that name no such hosts
*/
function scaleNodes(service, to) {
	const { target } = service;
	const wanted = hostsMeant(to, target.hosts);
	const { nodes, after } = scaleTree(target, wanted, () => servingOf(service));
	return {
		wanted,
		after,
		nodes: [...prepared(service, wanted), ...nodes]
	};
}
/** What was released last, and stayed. */
async function servingOf(service) {
	const record = await stableRecord(service);
	return record === null ? null : record.unit ?? "files";
}
/** The tree, over whatever hosts and proxy there are. */
function scaleTree(target, wanted, serving) {
	const unwanted = target.hosts.filter((host) => !wanted.includes(host));
	const look = lookStep(target, {
		wanted,
		unwanted
	}, serving);
	const after = afterStep(target, look);
	const traffic = hostTraffic({ target });
	return {
		after,
		nodes: [
			look,
			forEach({
				id: "out",
				title: `${wanted.join(", ")} serve`,
				items: wanted,
				shares: wanted.map((_host, at) => (at + .5) / wanted.length),
				body: (host) => joinNode(target, host, look)
			}),
			...traffic === null || unwanted.length === 0 ? [] : [sequence({
				id: "in",
				title: `${unwanted.join(", ")} serve no longer`,
				steps: unwanted.map((host) => leaveNode(target, host, traffic, look)),
				rollback: backNode(target, unwanted)
			})],
			after
		]
	};
}
/** Only those that are to serve must be there: one that is to leave may be dead. */
function prepared({ environment, exec }, wanted) {
	const { platform } = environment;
	if (platform.kind !== "ssh") return [];
	const reach = sshReach(environment, platform);
	return [hostsNode({
		...reach,
		hosts: reach.hosts.filter(({ name }) => wanted.includes(name)),
		exec
	}, "what serves")];
}
/** What serves, where, and whether it may be begun. Recorded: a resume goes by what was found first. */
function lookStep(target, { wanted, unwanted }, serving) {
	const { environment, policy } = target;
	return step({
		id: "look",
		title: "Look what serves, and where",
		inputs: {
			wanted: [...wanted],
			capacityPerInstance: policy.capacityPerInstance ?? null
		},
		read: async (ctx) => {
			const [now, world] = await Promise.all([serving(), lookAtWorld(target, ctx.signal)]);
			return {
				serving: now,
				world
			};
		},
		decide: ({ serving: now, world }) => {
			const { capacityPerInstance } = policy;
			const problems = refusals(now, world, {
				environment,
				wanted,
				capacityPerInstance
			});
			if (problems.length > 0 || now === null || now === "files") return {
				kind: "refuse",
				problems
			};
			const { joining, leaving } = foundIn(now, world, wanted, unwanted);
			const words = [joining.length === 0 ? "" : `${joining.join(", ")} will serve`, leaving.length === 0 ? "" : `${leaving.join(", ")} will not`].filter((text) => text !== "");
			return {
				kind: "nothing",
				why: `${now.version}: ${words.join("; ") || "it is so already"}`
			};
		},
		outputs: foundSchema,
		collect: (_results, facts) => found(facts, {
			wanted,
			unwanted
		}),
		planned: (facts) => found(facts, {
			wanted,
			unwanted
		}),
		probe: "repeatable"
	});
}
function found({ serving, world }, { wanted, unwanted }) {
	if (serving === null || serving === "files") throw new TypeError("it was refused without instances");
	return foundIn(serving, world, wanted, unwanted);
}

export { lookAtWorld as a, joinParts as i, scaleNodes as n, instancesOn as o, servingOf as r, lookStep as t };