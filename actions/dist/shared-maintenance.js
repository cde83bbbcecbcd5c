import { Jn as string, Lt as boolean, Pn as number, qn as strictObject } from "./shared-schemas.js";
import { t as ProblemError } from "./shared-problem.js";
import { $i as maintenancePage, Ba as endpointOf, Gi as markEffect, Ki as readMaintenance, Ls as isOnHosts, Xs as action, ic as sequence, oc as watch } from "./shared-common.js";
import { isDeepStrictEqual } from "node:util";

// src/traffic/maintenance/nodes.ts
/** Shuts users out with a page, and lets them in again: the mark, the proxy, and a look from outside that it is so. */
const LOOK_MS = 3e3;
const LOOK_EVERY_MS = 200;
/** How long a reloaded proxy may take to serve its new configuration. */
const SERVES_MS = 2e4;
const APPLY_MS = 6e4;
/** Shuts users out. What fails takes all of it back. */
function closeNode(doors, maintenance) {
	return sequence({
		id: "close",
		title: `Show users of ${doors.service} the page of maintenance`,
		steps: [
			markStep(doors, "mark", maintenance),
			proxyStep(doors, "proxy", maintenance),
			seenWatch(doors, "seen", maintenance)
		],
		rollback: sequence({
			id: "open-again",
			title: "Let users in again",
			steps: openSteps(doors)
		})
	});
}
/** Lets users in. The mark goes last: as long as it lies there, no release begins. */
function openNode(doors) {
	return sequence({
		id: "open",
		title: `Let users of ${doors.service} in again`,
		steps: openSteps(doors)
	});
}
function openSteps(doors) {
	return [
		proxyStep(doors, "proxy", null),
		seenWatch(doors, "seen", null),
		markStep(doors, "unmark", null)
	];
}
function markStep(doors, id, wanted) {
	return action({
		id,
		title: wanted === null ? "Take the mark of maintenance away" : "Leave the mark of maintenance",
		description: wanted === null ? "From then on releases may begin." : "It lies beside the configuration of the proxy. While it is there, releases are refused and tell who began it, why, and until when.",
		inputs: {
			environment: doors.environment,
			...wanted === null ? {} : wordsOf(wanted)
		},
		read: async (ctx) => {
			const there = await readMaintenance(doors.directory);
			const desired = wanted === null ? null : desiredOf(doors, await doors.router(wanted).observe(ctx.signal));
			return {
				there,
				now: ctx.clock.now(),
				cannot: desired !== null && "code" in desired ? desired : null
			};
		},
		decide: ({ there, now, cannot }) => {
			if (cannot !== null) return {
				kind: "refuse",
				problems: [cannot]
			};
			if (same(there, wanted)) return {
				kind: "nothing",
				why: wanted === null ? "there is none" : "it lies there"
			};
			if (wanted !== null && wanted.until !== null && Date.parse(wanted.until) <= now) return {
				kind: "refuse",
				problems: [overAlready(doors.environment, wanted.until, now)]
			};
			return {
				kind: "do",
				effects: [markEffect(doors, wanted)]
			};
		},
		verify: async () => same(await readMaintenance(doors.directory), wanted) ? [] : [notKept(doors)],
		probe: "repeatable"
	});
}
/** What it says, but for who began it: another person may go on with the run. */
function wordsOf({ reason, until, retryAfterS, message, except }) {
	return {
		reason,
		until,
		retryAfterS,
		message,
		except: [...except]
	};
}
function same(one, other) {
	return isDeepStrictEqual(one === null ? null : wordsOf(one), other === null ? null : wordsOf(other));
}
function proxyStep(doors, id, wanted) {
	const router = doors.router(wanted);
	return action({
		id,
		title: wanted === null ? "Have the proxy let users in" : "Have the proxy answer 503 with the page",
		description: "The shares stay as they are. The proxy is reloaded without losing a connection; what is under way is answered.",
		inputs: {
			environment: doors.environment,
			closed: wanted !== null
		},
		read: (ctx) => router.observe(ctx.signal),
		decide: (seen) => {
			const desired = desiredOf(doors, seen);
			if ("code" in desired) return {
				kind: "refuse",
				problems: [desired]
			};
			const effects = router.apply(desired, seen);
			return effects.length === 0 ? {
				kind: "nothing",
				why: "it does so already"
			} : {
				kind: "do",
				effects
			};
		},
		probe: "repeatable",
		timeoutMs: APPLY_MS
	});
}
/** The routes as they are, as what is wanted; or why they cannot be kept. Pure. */
function desiredOf({ service, environment }, seen) {
	if (seen.kind === "unreachable") return {
		code: "traffic.proxy-silent",
		where: environment,
		found: seen.reason,
		expected: "a proxy that answers: its shares must be known before its configuration is written",
		remedy: "start the proxy, then run it again; while it is down, users reach nothing anyway"
	};
	const leased = seen.routes.find(({ hold }) => hold === "leased");
	if (leased !== void 0) return {
		code: "traffic.rollout-under-way",
		where: environment,
		found: `a share of ${leased.version} that lives on a heartbeat`,
		expected: "one version that serves by itself",
		remedy: `finish or take back its release first: shiplock status ${environment}`
	};
	return {
		service,
		routes: seen.routes.filter(({ configuredShare }) => configuredShare > 0).map(({ version, configuredShare, hold, endpoints }) => ({
			version,
			share: configuredShare,
			hold,
			endpoints: endpoints.map((one) => ({
				...endpointOf(one),
				...one.health === "draining" ? { draining: true } : {}
			}))
		}))
	};
}
const lookSchema = strictObject({
	/** Wall clock, milliseconds. */
	time: number(),
	/** Null: nobody answers. */
	closed: boolean().nullable(),
	found: string()
});
const seenSchema = strictObject({ found: string() });
/** Looks as a user does, until the answer is the one that is wanted. */
function seenWatch(doors, id, wanted) {
	const asked = wanted === null ? "users are let in" : "users see the page";
	return watch({
		id,
		title: `Wait until ${asked}`,
		description: `GET ${doors.entry}/ from this machine, within ${SERVES_MS / 1e3} s.`,
		inputs: {
			entry: doors.entry,
			closed: wanted !== null
		},
		everyMs: LOOK_EVERY_MS,
		samples: lookSchema,
		outputs: seenSchema,
		sample: async (ctx) => {
			const answer = await doors.http.get(`${doors.entry}/`, {
				timeoutMs: LOOK_MS,
				signal: ctx.signal
			});
			const time = ctx.clock.now();
			if (answer.kind === "no-answer") return {
				time,
				closed: null,
				found: answer.reason
			};
			return {
				time,
				closed: isPage(doors, wanted, answer),
				found: `status ${answer.status}${answer.headers["retry-after"] === void 0 ? "" : `, Retry-After ${answer.headers["retry-after"]}`}`
			};
		},
		start: () => ({
			from: null,
			last: null
		}),
		fold: ({ from }, look) => ({
			from: from ?? look.time,
			last: look
		}),
		decide: ({ from, last }) => {
			if (from === null || last === null) return {
				kind: "look-on",
				status: "nothing seen yet"
			};
			if (last.closed === (wanted !== null)) return {
				kind: "pass",
				status: last.found,
				outputs: { found: last.found }
			};
			if (last.time - from < SERVES_MS) return {
				kind: "look-on",
				status: last.found
			};
			return {
				kind: "fail",
				problem: {
					code: "traffic.maintenance-not-seen",
					where: doors.entry,
					found: last.found,
					expected: asked,
					remedy: "look whether another program listens there, and at the log of the proxy; then run it again"
				}
			};
		},
		forecast: async () => `looks every ${LOOK_EVERY_MS} ms whether ${asked}, for at most ${SERVES_MS / 1e3} s`
	});
}
/** With words to compare: exactly this page. Without: any page of maintenance of ours. */
function isPage({ service }, wanted, { status, body, headers }) {
	if (status !== 503) return false;
	if (wanted !== null) return body === maintenancePage(service, wanted) && headers["retry-after"] === String(wanted.retryAfterS);
	const title = /<title>.*?<\/title>/;
	return title.exec(body)?.[0] === title.exec(maintenancePage(service, {
		formatVersion: 1,
		who: "",
		reason: "",
		until: null,
		retryAfterS: 1,
		message: null,
		except: []
	}))?.[0];
}
function overAlready(environment, until, now) {
	return {
		code: "traffic.maintenance-over",
		where: environment,
		found: `an end at ${until}, and it is ${new Date(now).toISOString()}`,
		expected: "an end that is still to come, or none",
		remedy: "give a later --until, or leave it out"
	};
}
function notKept({ directory }) {
	return {
		code: "traffic.maintenance-changed",
		where: directory,
		found: "another mark of maintenance than was written",
		expected: "the one that was written",
		remedy: "somebody else has written it: talk to them, then run it again"
	};
}

// src/release/upkeep/maintenance.ts
/** The doors of an environment, for the runbooks of maintenance. */
/** @throws ProblemError `traffic.no-doors` where a cluster routes */
function doorsOf({ target }) {
	if (target.doors !== null) return target.doors;
	throw new ProblemError({
		code: "traffic.no-doors",
		where: `environments.${target.environment}.traffic`,
		found: "traffic that a cluster routes",
		expected: "a proxy of ours: `kind: haproxy` or `kind: nginx`",
		remedy: "shut users out where the cluster lets them in: its gateway or ingress"
	});
}
/** What is marked, from what a person has said and what is configured. Pure. */
function maintenanceOf({ door, environment }, said) {
	const { reason, until, message, retryAfterMs } = said;
	return {
		formatVersion: 1,
		who: door.who,
		reason,
		until,
		message,
		retryAfterS: Math.ceil(retryAfterMs / 1e3),
		except: isOnHosts(environment) ? environment.traffic.maintenanceExcept ?? [] : []
	};
}

export { openNode as i, maintenanceOf as n, closeNode as r, doorsOf as t };