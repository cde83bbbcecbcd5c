import { Jn as string, Nt as array, Pn as number, qn as strictObject } from "./shared-schemas.js";
import { t as runIfStarted } from "./shared-own.js";
import { t as jsonSchema } from "./shared-json.js";
import { r as formatProblem } from "./shared-problem.js";
import { _ as hostManualEffect, a as refreshStep, c as ageText, f as exactly, g as recordedSchema, h as recordedOf, l as changedSince$1, m as pendingOf, p as installedText, u as changesText, v as hostPackageEffect, y as observeHostPackages } from "./shared-steps.js";
import { $s as gate, Ar as hostsNode, Ra as doOrNothing, Ua as isOnHost, Xs as action, ac as step, ic as sequence } from "./shared-common.js";
import { t as hostFilesOptions, v as observeMachine } from "./shared-hosts.js";
import { T as readBeside, l as openBackup, x as besideFile } from "./shared-open.js";
import { t as hostRestoreNodes } from "./shared-restore-host.js";
import { i as routesWith, n as leftInTraffic, r as proxyUnreachable } from "./shared-host-traffic.js";
import { a as lookAtWorld, i as joinParts, o as instancesOn, r as servingOf, t as lookStep } from "./shared-scale.js";
import { c as formatDuration } from "./shared-scalars.js";
import { t as hostSetup } from "./shared-database-setup.js";
import { c as hostUnitEffect, l as observeHostUnits } from "./shared-system.js";
import { d as membersText, s as lookAt } from "./shared-order.js";
import { c as optionalText, d as runbook, n as duration, r as flag, u as text } from "./shared-input.js";
import { createHash } from "node:crypto";

// src/backup/host/times.ts
/** How long it takes until a lost host is back: what earlier ones took, and what follows from it. */
const KIND = "whole-hosts";
/** What one whole host took; seconds, without those in which people were waited for. */
const hostTimesSchema = strictObject({
	at: string().datetime(),
	host: string(),
	/** Of the stored tar. */
	bytes: number(),
	/** Packages that were installed. */
	packages: number(),
	packageSeconds: number(),
	fileSeconds: number(),
	/** Units, the application, and looks. */
	otherSeconds: number()
});
/** In proportion to bytes and to packages, by the newest one that had some; null: nothing was measured yet. Pure. */
function predictHost({ bytes, packages }, measured) {
	const newest = measured.toSorted((a, b) => a.at < b.at ? -1 : 1);
	const last = newest.at(-1);
	const byFiles = newest.findLast((one) => one.bytes > 0);
	const byPackages = newest.findLast((one) => one.packages > 0);
	if (last === void 0 || byFiles === void 0 || packages > 0 && byPackages === void 0) return null;
	const ofPackages = byPackages === void 0 ? 0 : byPackages.packageSeconds * packages / byPackages.packages;
	return last.otherSeconds + byFiles.fileSeconds * bytes / byFiles.bytes + ofPackages;
}
/** File of the times of one: beside the records, and so in the repository too. Pure. */
function hostTimesFile(place, run) {
	return besideFile(place, KIND, run);
}
/** Text of its file. Pure. */
function hostTimesText(times) {
	return `${JSON.stringify(hostTimesSchema.parse(times), null, 2)}\n`;
}
/** What earlier ones of the environment took; a file that cannot be read tells nothing. */
async function readHostTimes(place) {
	return readBeside(place, KIND, hostTimesSchema);
}

// src/release/host-restore/application.ts
/** Null where the host has no part in the service. */
function applicationNodes(service, host) {
	const { target } = service;
	if (!target.hosts.includes(host)) return null;
	const { capacityPerInstance: _none, ...policy } = target.policy;
	const scaled = {
		...target,
		policy
	};
	const look = lookStep(scaled, {
		wanted: [host],
		unwanted: []
	}, () => servingOf(service));
	const { bring, admit } = joinParts(scaled, host, look);
	return {
		look: sequence({
			id: "serving",
			title: "Look what serves, and whether something does here",
			steps: [look, emptyStep(scaled, host, look)]
		}),
		away: awayStep(scaled, host),
		bring: sequence({
			id: "application",
			title: `Bring what serves to ${host}`,
			steps: bring
		}),
		admit: sequence({
			id: "traffic",
			title: `Let ${host} serve`,
			steps: admit
		})
	};
}
/** A host that does its work is not put back to what it was: nobody meant that one. */
function emptyStep(target, host, look) {
	return action({
		id: "empty",
		title: `Look whether ${host} serves`,
		inputs: { host },
		read: (ctx) => lookAtWorld(target, ctx.signal),
		decide: ({ platform, routes }, ctx) => {
			const { spec } = ctx.outputOf(look);
			const served = instancesOn(platform, spec, host).filter(({ state }) => state === "ready").filter(({ instance }) => isServed(routes, instance));
			return served.length === 0 ? {
				kind: "nothing",
				why: "it does not"
			} : {
				kind: "refuse",
				problems: [serves(host, served.map(({ instance }) => instance))]
			};
		},
		probe: "repeatable"
	});
}
function isServed(routes, instance) {
	return routes.kind === "observed" && routes.routes.some(({ endpoints }) => endpoints.some((one) => one.instance === instance && one.draining !== true));
}
/** Places of the lost host get no request: what will answer there first was inspected by nobody. */
function awayStep({ ports: { router } }, host) {
	return action({
		id: "away",
		title: `Send no request to ${host} until it was inspected`,
		inputs: { host },
		read: (ctx) => router.observe(ctx.signal),
		decide: (routes) => {
			if (routes.kind === "unreachable") return {
				kind: "refuse",
				problems: [proxyUnreachable(host, routes.reason)]
			};
			return doOrNothing(router.apply(routesWith(routes, host, true), routes), "none is sent there");
		},
		probe: "repeatable",
		verify: async (ctx) => {
			const routes = await router.observe(ctx.signal);
			return routes.kind === "unreachable" ? [proxyUnreachable(host, routes.reason)] : stillSent(routes, host);
		}
	});
}
function stillSent({ routes }, host) {
	const left = routes.flatMap(({ endpoints }) => endpoints).filter(({ instance, draining }) => isOnHost(instance, host) && draining !== true);
	return leftInTraffic(host, left);
}
function serves(where, instances) {
	return {
		code: "restore.host-serves",
		where,
		found: `${instances.join(", ")} in the traffic`,
		expected: "an empty machine in place of a host that was lost",
		remedy: "for files of a host that lives: `shiplock restore files ENVIRONMENT --host NAME`; to do it anyway, take it out of service first (`shiplock runbook run scale` with the other hosts)"
	};
}

// src/release/host-restore/packages.ts
/** Packages of a lost host on the machine in its place: in the versions that they had, where a source still has those. */
const plannedSchema = strictObject({
	...recordedSchema.shape,
	/** Those that a source has in another version than the host had. */
	other: array(strictObject({
		name: string(),
		was: string(),
		to: string()
	})).readonly(),
	/** Those that no source has. */
	gone: array(string()).readonly(),
	/** Those that were wanted by themselves. */
	manual: array(string()).readonly()
});
/**
* Asks apt for all of them in the versions that they had; for what it does not have, once more without.
* @throws what `look` throws
*/
async function findPackages(missing, look) {
	let asked = missing;
	let gone = [];
	while (asked.length > 0) {
		const found = await look(asked.map(wordOf));
		const less = found.failed === null ? null : askedLess(asked, found.failed);
		if (less === null) return {
			look: found,
			missing,
			gone
		};
		gone = [...gone, ...less.gone];
		asked = less.asked;
	}
	return {
		look: null,
		missing,
		gone
	};
}
function wordOf({ name, version }) {
	return version === null ? name : `${name}=${version}`;
}
/** What is still asked for after apt has refused; null: nothing less would help. Pure. @param failed what apt said */
function askedLess(asked, failed) {
	const other = namesIn(failed, /Version '[^']*' for '([^']+)' was not found/g);
	const none = [...namesIn(failed, /Unable to locate package ([a-z0-9][a-z0-9.+-]*(?::[a-z0-9]+)?)/g), ...namesIn(failed, /Package '([^']+)' has no installation candidate/g)];
	const isOne = (names, { name }) => names.some((one) => bare(one) === bare(name) && (!one.includes(":") || one === name));
	const gone = asked.filter((one) => isOne(none, one));
	const left = asked.filter((one) => !gone.includes(one));
	const without = left.map((one) => isOne(other, one) ? {
		...one,
		version: null
	} : one);
	if (gone.length > 0 || without.some((one, at) => one.version !== left[at]?.version)) return {
		asked: without,
		gone: gone.map(({ name }) => name)
	};
	if (left.some(({ version }) => version !== null)) return {
		asked: left.map(({ name }) => ({
			name,
			version: null
		})),
		gone: []
	};
	return null;
}
function namesIn(text, pattern) {
	return [...text.matchAll(pattern)].flatMap(([, name]) => name === void 0 ? [] : [name]);
}
/** dpkg names some packages with their architecture, apt those of the machine's own without. */
function bare(name) {
	return name.replace(/:[a-z0-9-]+$/, "");
}
/** What is recorded: nothing else is installed later. Pure. */
function plannedOf({ look, missing, gone }) {
	const recorded = look === null ? {
		changes: [],
		back: [],
		lost: []
	} : recordedOf(look);
	const wasOf = (name) => missing.find((one) => one.name === name) ?? missing.find((one) => bare(one.name) === bare(name));
	return {
		...recorded,
		other: recorded.changes.flatMap(({ name, to }) => {
			const was = wasOf(name);
			return was === void 0 || was.version === to ? [] : [{
				name,
				was: was.version,
				to
			}];
		}),
		gone: [...gone],
		manual: recorded.changes.map(({ name }) => name).filter((name) => wasOf(name)?.manual === true)
	};
}
/** For a plan and a journal. Pure. */
function packageWords(planned, look) {
	const { changes, other, gone } = planned;
	return [
		changes.length === 0 ? "no package is to be installed" : `${changes.length} packages: ${changesText(changes)}`,
		other.length === 0 ? "" : `in another version: ${other.map(({ name, was, to }) => `${name} ${to}, was ${was}`).join(", ")}`,
		gone.length === 0 ? "" : `no source has ${gone.join(", ")}`,
		look === null ? "" : ageText(look)
	].filter((word) => word !== "").join("; ");
}
/** Which packages would be installed. It is recorded: nothing else is installed later. */
function packagesStep(options, files) {
	const { host } = options;
	return step({
		id: "packages",
		title: `Look which packages are to be installed on ${host.name}`,
		inputs: { host: host.name },
		timeoutMs: 6e5,
		read: (ctx) => findPackages(ctx.outputOf(files.look).missing, (words) => observeHostPackages(options, words, false, ctx.signal, "new")),
		decide: (found) => found.look !== null && found.look.failed !== null ? {
			kind: "refuse",
			problems: [refused(host.name, found.look.failed)]
		} : {
			kind: "nothing",
			why: packageWords(plannedOf(found), found.look)
		},
		outputs: plannedSchema,
		collect: (_results, found) => plannedOf(found),
		planned: (found) => plannedOf(found),
		probe: "repeatable"
	});
}
/** Exactly those that were found, and which of them are wanted by themselves. */
function installStep(options, planned, limitMs) {
	const { host } = options;
	const look = (words, signal) => observeHostPackages(options, words, false, signal, "new");
	return action({
		id: "install",
		title: `Install the packages of ${host.name}`,
		inputs: { host: host.name },
		read: async (ctx) => {
			const { changes } = ctx.outputOf(planned);
			return changes.length === 0 ? null : look(exactly(changes), ctx.signal);
		},
		decide: (now, ctx) => {
			const recorded = ctx.outputOf(planned);
			if (now === null) return {
				kind: "nothing",
				why: "none is missing"
			};
			const problems = changedSince$1(host.name, recorded, now);
			if (problems.length > 0) return {
				kind: "refuse",
				problems
			};
			const pending = pendingOf(recorded.changes, now.installed);
			const auto = recorded.manual.filter((name) => now.auto?.includes(name) === true);
			const wanted = pending.length > 0 ? recorded.manual : auto;
			const effects = [...pending.length === 0 ? [] : [hostPackageEffect(options, "set", exactly(recorded.changes), false, limitMs)], ...wanted.length === 0 ? [] : [hostManualEffect(options, wanted, 6e4)]];
			return effects.length === 0 ? {
				kind: "nothing",
				why: "they are there"
			} : {
				kind: "do",
				effects,
				why: changesText(pending)
			};
		},
		probe: "repeatable",
		verify: async (ctx) => {
			const { changes } = ctx.outputOf(planned);
			if (changes.length === 0) return [];
			const { installed, said } = await look(exactly(changes), ctx.signal);
			const pending = pendingOf(changes, installed);
			return pending.length === 0 ? [] : [notSet(host.name, `${installedText(pending, installed)}: ${said.trim().split("\n").at(-1) ?? ""}`)];
		},
		timeoutMs: limitMs + 6e4
	});
}
function refused(where, found) {
	return {
		code: "system.packages-refused",
		where,
		found,
		expected: "packages of the backup that apt can install without removing one",
		remedy: "run `apt-get -s install` with these names on the host and mend what it names (sources, keys of sources), then run it again; --refresh asks the sources first"
	};
}
function notSet(where, found) {
	return {
		code: "system.packages-not-set",
		where,
		found,
		expected: "the packages that were planned",
		remedy: "read run/packages.log there, mend what it names, and run it again: what is done is left alone"
	};
}

// src/release/host-restore/time.ts
/** How long it will take, how long it took, and what of both was promised. */
const QUICK_MS = 6e4;
const expectedSchema = strictObject({
	/** When the run was begun, milliseconds since 1970. */
	startedAt: number(),
	/** Until a person can inspect it; null: none was measured yet. */
	predictedSeconds: number().nullable(),
	/** Between the backup and the beginning of this run: what was written there since then is lost. */
	lostSeconds: number(),
	rtoSeconds: number().nullable(),
	rpoSeconds: number().nullable()
});
/** Told before anything is changed, so that it can be held against what is measured. */
function expectStep(open, host, { files, packages }) {
	return step({
		id: "expect",
		title: "Tell how long it will take, and what is lost",
		inputs: { host },
		timeoutMs: QUICK_MS,
		read: async (ctx) => {
			const { place, service } = await open();
			const { bytes, takenAt } = ctx.outputOf(files.look);
			const count = ctx.outputOf(packages).changes.length;
			const { rtoMs, rpoMs } = service.environment.objectives;
			const startedAt = service.clock.now();
			return {
				startedAt,
				predictedSeconds: predictHost({
					bytes,
					packages: count
				}, await readHostTimes(place)),
				lostSeconds: Math.max(0, (startedAt - Date.parse(takenAt)) / 1e3),
				rtoSeconds: secondsOf(rtoMs),
				rpoSeconds: secondsOf(rpoMs)
			};
		},
		decide: (expected) => ({
			kind: "nothing",
			why: expectWords(expected)
		}),
		outputs: expectedSchema,
		collect: (_results, expected) => expected,
		planned: (expected) => expected,
		probe: "repeatable"
	});
}
function secondsOf(ms) {
	return ms === void 0 ? null : ms / 1e3;
}
function words(seconds) {
	return formatDuration(Math.ceil(seconds) * 1e3);
}
/** For a plan and a journal. Pure. */
function expectWords({ predictedSeconds, lostSeconds, rtoSeconds, rpoSeconds }) {
	const promised = (seconds) => seconds === null ? "" : ` (promised: ${words(seconds)})`;
	return `${predictedSeconds === null ? "a time that was never measured" : `about ${words(predictedSeconds)}`} until it can be inspected${promised(rtoSeconds)}; what was written there in the last ${words(lostSeconds)} is lost${promised(rpoSeconds)}`;
}
const momentSchema = strictObject({ at: number() });
/** Notes the time: what lies between two of them was this program's, and no person's. */
function momentStep(id, title, clock) {
	return step({
		id,
		title,
		read: async () => clock.now(),
		decide: () => ({
			kind: "nothing",
			why: "it is only counted"
		}),
		outputs: momentSchema,
		collect: (_results, at) => ({ at }),
		planned: (at) => ({ at }),
		probe: "repeatable"
	});
}
const tookSchema = strictObject({
	/** Since the run was begun, people included. */
	seconds: number(),
	/** From the approval until it could be inspected. */
	workSeconds: number(),
	predictedSeconds: number().nullable(),
	lostSeconds: number(),
	rtoSeconds: number().nullable(),
	rpoSeconds: number().nullable()
});
/** Written down beside the catalogue: the next prediction knows of it. */
function tookStep(open, host, { expect, moments, files, packages }) {
	return step({
		id: "took",
		title: "Record how long it took",
		inputs: { host },
		timeoutMs: QUICK_MS,
		read: async (ctx) => {
			const { place, service } = await open();
			const now = service.clock.now();
			const [begin, installed, placed, ready] = [
				moments.begin,
				moments.installed,
				moments.placed,
				moments.ready
			].map((one) => ctx.outputOf(one).at);
			const between = (from = 0, to = 0) => Math.max(0, (to - from) / 1e3);
			return {
				now,
				file: hostTimesFile(place, ctx.run),
				at: new Date(now).toISOString(),
				host,
				bytes: ctx.outputOf(files.look).bytes,
				packages: ctx.outputOf(packages).changes.length,
				packageSeconds: between(begin, installed),
				fileSeconds: between(installed, placed),
				otherSeconds: between(placed, ready)
			};
		},
		decide: ({ now: _now, file, ...times }) => ({
			kind: "do",
			effects: [{
				kind: "file",
				path: file,
				content: hostTimesText(times),
				timeoutMs: QUICK_MS
			}]
		}),
		outputs: tookSchema,
		collect: (_results, { now, packageSeconds, fileSeconds, otherSeconds }, ctx) => {
			const { startedAt, ...promised } = ctx.outputOf(expect);
			const seconds = Math.max(0, (now - startedAt) / 1e3);
			return {
				...promised,
				seconds,
				workSeconds: packageSeconds + fileSeconds + otherSeconds
			};
		},
		probe: "repeatable"
	});
}
/** What people are told at the end, and objectives that were not kept. Pure. */
function tookTold(took, where) {
	const { seconds, workSeconds, predictedSeconds, rtoSeconds, rpoSeconds, lostSeconds } = took;
	const predicted = predictedSeconds === null ? "nothing was predicted" : `predicted ${words(predictedSeconds)}`;
	const promised = (limit) => limit === null ? "nothing was promised" : `promised ${words(limit)}`;
	return {
		text: [
			`it could be inspected after ${words(workSeconds)} of work, ${predicted}`,
			`it was back after ${words(seconds)} with people, ${promised(rtoSeconds)}`,
			`what was written there in the ${words(lostSeconds)} before is lost, ${promised(rpoSeconds)}`
		].join("\n"),
		problems: missed(took, where)
	};
}
function missed({ seconds, lostSeconds, rtoSeconds, rpoSeconds }, where) {
	const late = {
		code: "backup.rto-missed",
		where,
		found: `a host that was back after ${words(seconds)}`,
		expected: `at most ${words(rtoSeconds ?? 0)}, as \`objectives.rto\` promises`,
		remedy: "the host serves: see in the report how much of it was waiting for people; or promise what can be kept"
	};
	const old = {
		code: "backup.rpo-missed",
		where,
		found: `files that were ${words(lostSeconds)} old`,
		expected: `at most ${words(rpoSeconds ?? 0)}, as \`objectives.rpo\` promises`,
		remedy: "the host serves: back its files up more often (`shiplock backup units`)"
	};
	return [...rtoSeconds !== null && seconds > rtoSeconds ? [late] : [], ...rpoSeconds !== null && lostSeconds > rpoSeconds ? [old] : []];
}

// src/release/host-restore/units.ts
/** Of what systemd can start by its name. */
const STARTED = /\.(?:service|socket|timer|path|mount|automount|swap)$/;
const TEMPLATE = /@\./;
/** A unit that does not come up is told at the inspection: nobody knows whether it worked before. */
function unitsStep(options, files, limitMs) {
	const { host } = options;
	const { enable } = hostSetup(options);
	return action({
		id: "units",
		title: `Let the units of ${host.name} start by themselves again, and start them`,
		description: "Those that started by themselves on the lost host and did not on this machine when it was looked at.",
		inputs: { host: host.name },
		read: async (ctx) => {
			const wanted = ctx.outputOf(files.look).enable;
			const known = await unitsOn(options, wanted, ctx.signal);
			const there = wanted.filter((unit) => known.get(unit) !== "missing");
			const { enabled } = await observeMachine(options, ctx.signal);
			return {
				off: there.filter((unit) => !enabled.includes(unit)),
				startable: there.filter((unit) => STARTED.test(unit) && !TEMPLATE.test(unit))
			};
		},
		decide: ({ off, startable }, ctx) => {
			const wanted = ctx.outputOf(files.look).enable;
			const [on, start] = ctx.mode === "plan" ? [wanted, wanted.filter((unit) => STARTED.test(unit) && !TEMPLATE.test(unit))] : [off, startable];
			if (on.length + start.length === 0) return {
				kind: "nothing",
				why: "all start by themselves"
			};
			return {
				kind: "do",
				effects: [...on.map(enable), ...start.length === 0 ? [] : [{
					...hostUnitEffect(options, "restart", start, limitMs),
					okExitCodes: [0, 1]
				}]]
			};
		},
		probe: "repeatable",
		timeoutMs: limitMs + 6e4
	});
}
/** What systemd says of units by their names; a template is none that it could say something of. */
async function unitsOn(options, units, signal) {
	const names = units.filter((unit) => !TEMPLATE.test(unit));
	if (names.length === 0) return /* @__PURE__ */ new Map();
	const found = await observeHostUnits({
		...options,
		which: { units: names }
	}, signal);
	return new Map(names.map((name, at) => [name, (found.find((one) => one.name === name) ?? found[at])?.state ?? "missing"]));
}
const stateSchema = strictObject({ 
/** What is not as it was, a line each. */
differs: array(string()).readonly() });
/** Told, journaled, and shown to the person who inspects the host. */
function stateStep(options, { files, packages, system }) {
	const { host } = options;
	const here = servicesOn(system, host.name);
	return step({
		id: "state",
		title: `Look what is not as it was on ${host.name}`,
		inputs: {
			host: host.name,
			services: here.map(({ service }) => service.name)
		},
		timeoutMs: 12e4,
		read: async (ctx) => {
			const { enable, missing } = ctx.outputOf(files.look);
			const { other, gone } = ctx.outputOf(packages);
			const [machine, units] = await Promise.all([observeMachine(options, ctx.signal), unitsOn(options, enable, ctx.signal)]);
			const absent = missing.filter(({ name }) => !machine.packages.some((one) => one.name === name));
			const services = await Promise.all(here.map(async ({ service, on }) => {
				const look = await lookAt(service, on, system?.probe ?? (async () => null), {
					now: ctx.clock.now(),
					signal: ctx.signal
				});
				return {
					name: service.name,
					look
				};
			}));
			return [
				...absent.map(({ name }) => `not installed: ${name}${gone.includes(name) ? ", which no source has" : ""}`),
				...other.map(({ name, was, to }) => `another version: ${name} ${to}, was ${was}`),
				...enable.filter((unit) => !machine.enabled.includes(unit)).map((unit) => `does not start by itself: ${unit}`),
				...[...units].flatMap(([unit, state]) => state === "failed" || state === "missing" ? [`${state}: ${unit}`] : []),
				...services.flatMap(({ name, look }) => look.members.length > 0 && look.members.every(({ state }) => state === "running") && look.unhealthy === null ? [] : [`service ${name}: ${look.unhealthy ?? membersText(look.members)}`])
			];
		},
		decide: (lines) => ({
			kind: "nothing",
			why: lines.length === 0 ? "all is as it was" : lines.join("; ")
		}),
		outputs: stateSchema,
		collect: (_results, lines) => ({ differs: [...lines] }),
		planned: () => ({ differs: [] }),
		probe: "repeatable"
	});
}
function servicesOn(system, host) {
	return (system?.services ?? []).flatMap((service) => service.on.filter((on) => on.host === host).map((on) => ({
		service,
		on
	})));
}

// src/release/host-restore/index.ts
/** @param system null: none is configured @throws ProblemError for a name that no host has */
function wholeHostNodes(service, system, wish) {
	const { environment, target, clock, exec, door } = service;
	const { host, reach } = hostFilesOptions(service, wish.host);
	const options = {
		host,
		reach,
		exec
	};
	let opened;
	const open = () => {
		opened ??= openBackup(door, target.environment);
		return opened;
	};
	const files = hostRestoreNodes(open, service, {
		environment: target.environment,
		host: host.name,
		id: wish.id,
		reload: wish.reload
	});
	const packages = packagesStep(options, files);
	const expect = expectStep(open, host.name, {
		files,
		packages
	});
	const state = stateStep(options, {
		files,
		packages,
		system
	});
	const moments = {
		begin: momentStep("begin", "Note when the work begins", clock),
		installed: momentStep("installed", "Note when the packages were there", clock),
		placed: momentStep("placed", "Note when the files were there", clock),
		ready: momentStep("ready", "Note when it can be inspected", clock)
	};
	const took = tookStep(open, host.name, {
		expect,
		moments,
		files,
		packages
	});
	const application = applicationNodes(service, host.name);
	const laid = hostsNode({
		...reach,
		hosts: [host],
		exec
	}, "what it had");
	const refresh = refreshStep(wish, {
		host: host.name,
		packages: { refresh: (timeoutMs) => [hostPackageEffect(options, "refresh", [], false, timeoutMs)] }
	});
	const { role } = environment.rollout;
	const steps = [
		...wish.refresh ? [laid, sequence({
			...REFRESH,
			steps: [refresh]
		})] : [],
		...[
			files.look,
			packages,
			expect
		],
		...application === null ? [] : [application.look],
		plannedStep(wish, {
			files,
			packages
		}),
		...wish.planned === void 0 ? [approval(host.name, role)] : [],
		...wish.refresh ? [] : [laid],
		moments.begin,
		...application === null ? [] : [application.away],
		...[
			files.accounts,
			installStep(options, packages, wish.limitMs),
			moments.installed
		],
		...[
			files.put,
			moments.placed,
			unitsStep(options, files, UNITS_MS)
		],
		...application === null ? [] : [application.bring],
		...[
			state,
			moments.ready,
			inspection(host.name, role)
		],
		...application === null ? [] : [application.admit],
		took
	];
	return {
		root: sequence({
			id: "host-restore",
			title: `Bring ${host.name} back`,
			steps
		}),
		told: (outputs) => ({
			id: outputs(files.look)?.id ?? null,
			packages: outputs(packages) ?? null,
			files: outputs(files.told)?.files ?? null,
			differs: outputs(state)?.differs ?? [],
			took: outputs(took) ?? null
		})
	};
}
const UNITS_MS = 3e5;
const REFRESH = {
	id: "refresh",
	title: "Ask the package sources what they have"
};
/** What a person approves, in 12 characters: the same things give the same ones. Pure. */
function digestOfHost({ id, accounts, enable }, { changes, gone }) {
	const all = [
		id,
		changes.map(({ name, from, to }) => [
			name,
			from ?? "",
			to
		]).toSorted(),
		gone.toSorted(),
		accounts,
		enable.toSorted()
	];
	return createHash("sha256").update(JSON.stringify(all)).digest("hex").slice(0, 12);
}
/** Binds a run to a plan: the same backup, packages, accounts and units, or nothing is changed. */
function plannedStep({ planned, host }, { files, packages }) {
	return action({
		id: "planned",
		title: "Compare it with what was planned",
		inputs: { planned: planned ?? null },
		read: async () => null,
		decide: (_facts, ctx) => {
			const looked = ctx.outputOf(files.look);
			const digest = digestOfHost(looked, ctx.outputOf(packages));
			const units = looked.enable.length === 0 ? "" : `; units that start by themselves again: ${looked.enable.join(", ")}`;
			if (planned === void 0) return {
				kind: "nothing",
				why: `a person approves it; to approve this list now: --planned ${digest}${units}`
			};
			return planned === digest ? {
				kind: "nothing",
				why: `it is the same list${units}`
			} : {
				kind: "refuse",
				problems: [changedSince(host, planned, digest)]
			};
		},
		probe: "repeatable"
	});
}
function changedSince(where, planned, digest) {
	return {
		code: "restore.host-changed",
		where,
		found: `${planned}, while the list of today is ${digest}`,
		expected: "the same backup, packages, accounts and units as when it was planned",
		remedy: "plan it again, look at the list, and give its digest with --planned; or name the backup with --id"
	};
}
/** Behind every look, before anything is changed. */
function approval(host, role) {
	return gate({
		id: "approve",
		title: `Approve what is installed and put on ${host}`,
		description: `The looks before it have told the backup, the packages with their versions, accounts and units. Every line of every file: \`shiplock restore files ENVIRONMENT --host ${host} --dry-run\`.`,
		role,
		evidence: [{
			kind: "check",
			name: "approved",
			question: "Are these the packages, accounts and files that the host is to have?"
		}, {
			kind: "text",
			name: "seen",
			question: "What did you look at?",
			minLength: 10
		}],
		guard: { kind: "nothing-shifted" },
		judge: (evidence) => evidence["approved"] === true ? { kind: "pass" } : {
			kind: "reject",
			why: "what would be installed is not approved; nothing was changed"
		}
	});
}
/** No request goes there before. */
function inspection(host, role) {
	return gate({
		id: "inspect",
		title: `Inspect ${host} before it gets requests`,
		description: "The look before it has told what is not as it was. It gets no requests yet.",
		role,
		evidence: [
			{
				kind: "check",
				name: "works",
				question: `Does everything on ${host} do its work?`
			},
			{
				kind: "check",
				name: "differs",
				question: "Is it in order that what was told is not as it was?"
			},
			{
				kind: "text",
				name: "seen",
				question: "What did you look at, and what did you see?",
				minLength: 10
			}
		],
		guard: { kind: "nothing-shifted" },
		judge: (evidence) => evidence["works"] === true && evidence["differs"] === true ? { kind: "pass" } : {
			kind: "reject",
			why: `${host} is not as it must be; it gets no requests`
		}
	});
}

// runbooks/host-restore.ts
/** SOP: a lost host on an empty machine. `node runbooks/host-restore.ts production --host web2 --reason "its disk died"`. */
const reason = text({
	name: "reason",
	question: "Why? It stands in the journal.",
	minLength: 3
});
const lost = text({
	name: "host",
	question: "Which host? An empty machine answers at its address",
	check: (given) => /^[A-Za-z0-9][A-Za-z0-9.-]*$/.test(given) ? void 0 : "the name of a host"
});
const id = optionalText({
	name: "id",
	question: "Which backup of its files? Left out: the newest"
});
const planned = optionalText({
	name: "planned",
	question: "Digest of what a plan has shown: then nobody is asked to approve it, and with another list nothing is changed",
	check: (given) => /^[0-9a-f]{12}$/.test(given) ? void 0 : "12 characters, as the plan prints them"
});
const refresh = flag({
	name: "refresh",
	question: "Ask the package sources first (apt-get update)?"
});
const reload = optionalText({
	name: "reload",
	question: "Units that run on the machine already and read their files again, with commas between them",
	check: (given) => given.split(",").every((unit) => /^[A-Za-z0-9][A-Za-z0-9._@:-]*$/.test(unit)) ? void 0 : "names of units"
});
const limit = duration({
	name: "limit",
	question: "How long the work of packages may take",
	usual: "30m",
	minMs: 1e4,
	maxMs: 144e5
});
const hostRestore = runbook({
	id: "host-restore",
	title: "Bring a lost host back on an empty machine",
	summary: "Makes an empty machine what a lost host was: its packages, accounts, files, certificates and units out of its backup, and the version of the service that serves now. A person approves the list before anything is changed, and inspects the host before it gets requests.",
	when: "When a host is gone with its disk, and a fresh Debian answers at its address. Not for single files of a host that lives: `shiplock restore files ENVIRONMENT --host NAME`. Not for a database that was on it: that is `restore`, afterwards. Not in a cluster.",
	requirements: ["C5", "F2"],
	roles: [{
		role: "operator",
		does: "reaches the empty machine, tells its host key, plans and runs it"
	}, {
		role: "releaser",
		does: "approves the list, and inspects the host (the role of the rollout)"
	}],
	severity: "changes",
	inputs: [
		reason,
		lost,
		id,
		planned,
		refresh,
		reload,
		limit
	],
	prerequisites: [
		"The machine has the name and the address of the lost one in `platform.hosts` or `system.hosts`, ssh and systemd, and lets the key of Shiplock in.",
		"Its host key was compared, and stands in the file that `knownHosts` names in place of the old one.",
		"Its package sources (`/etc/apt`) are those of the lost host: put them there first with `shiplock restore files ENVIRONMENT --host NAME --only /etc/apt`, where they were not those of the distribution.",
		"There is a backup of the files of that host (`shiplock backup list ENVIRONMENT`).",
		"One version serves, and no release is under way (`shiplock status ENVIRONMENT`)."
	],
	wayBack: "Until the inspection the machine gets no requests, and the other hosts serve as before: “no” at a checkpoint ends the run there. Mend what was told and run it again with the same words: what is done is left alone, and files are put again. `shiplock restore files ENVIRONMENT --host NAME --undo SET` takes the files back; packages and accounts stay. Or empty the machine once more.",
	clauses: [{
		id: "C5",
		says: "A whole host is restored on an empty machine: packages in their versions where a source still has them, accounts, configuration, certificates, units that start by themselves, and the version that serves.",
		nodes: [
			"host-restore/look",
			"host-restore/packages",
			"host-restore/accounts",
			"host-restore/install",
			"host-restore/files",
			"host-restore/units",
			"host-restore/application"
		],
		test: "test/integration/runbook-host-restore.test.ts"
	}, {
		id: "F2",
		says: "Nothing is changed on the machine before a person has approved what is to be installed, and it gets no request before a person has inspected it; the time is predicted, measured, and compared with the objective.",
		nodes: [
			"host-restore/expect",
			"host-restore/approve",
			"host-restore/away",
			"host-restore/state",
			"host-restore/inspect",
			"host-restore/traffic",
			"host-restore/took"
		],
		test: "test/integration/runbook-host-restore.test.ts"
	}],
	sample: {
		reason: "its disk died",
		host: "web2"
	},
	how: {
		kind: "tree",
		build(given, context) {
			const { service } = context;
			const { environment, service: about } = service.target;
			const system = service.environment.system === void 0 ? null : context.system();
			const host = given(lost);
			const { root, told } = wholeHostNodes(service, system, {
				host,
				id: given(id),
				planned: given(planned),
				refresh: given(refresh),
				limitMs: given(limit),
				reload: given(reload)?.split(",") ?? []
			});
			return {
				title: `Bring ${host} of ${about} in ${environment} back`,
				description: `Reason: ${given(reason)}`,
				root,
				report(outputs) {
					const { id: which, packages, files, differs, took } = told(outputs);
					const time = took === null ? null : tookTold(took, host);
					return {
						text: [
							`${host}: ${packages?.changes.length ?? 0} packages, ${files ?? 0} files of ${which ?? "no backup"}`,
							...differs.length === 0 ? ["all is as it was"] : differs,
							...time === null ? [] : [time.text, ...time.problems.map(formatProblem)]
						].join("\n"),
						json: jsonSchema.parse({
							environment,
							host,
							id: which,
							packages,
							files,
							differs,
							took
						}),
						bad: (time?.problems.length ?? 0) > 0
					};
				}
			};
		}
	}
});
await runIfStarted(import.meta.url, hostRestore);

export { hostRestore as default };