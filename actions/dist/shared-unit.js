import { t as __commonJSMin } from "./shared-rolldown-runtime.js";
import { t as EXIT } from "./shared-exit.js";
import { A as union, C as number, D as string, T as record, b as lazy, h as boolean, m as array, o as problemsOf, p as _null, r as formatProblem, t as ProblemError } from "./shared-problem.js";
import { E as PORT_RANGE, S as listTree, T as LOOPBACK, _ as isRunning, a as stop, b as artefactDigest, c as makeDirectories, d as readRuns, f as readUnit, h as guardSchema, i as reload, l as readCurrent, m as writeRecord, n as start, o as components, p as readWanted, r as endInstance, s as installedVersions, u as readHistory, v as serviceRunning, w as treeDigest, x as fileDigest, y as withLock } from "./shared-start.js";
import { i as isMissing, l as syncDirectory, u as temporaryBeside } from "./shared-store.js";
import { C as parsePorts, S as parseDuration, c as layout, l as reservedName, t as UNIT_FILE } from "./shared-layout.js";
import { n as ageMs, o as isAlive } from "./shared-processes.js";
import { n as CRASH_POLICY } from "./shared-crash-policy.js";
import { createHash, randomBytes } from "node:crypto";
import { cp, lstat, mkdir, open, readdir, readlink, rename, rm, symlink } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { constants } from "node:fs";
import { request } from "node:http";
import { isDeepStrictEqual, parseArgs } from "node:util";

// src/model/json.ts
/** Any JSON value; what may be stored in a journal payload or hashed. */
const jsonSchema = lazy(() => union([
	_null(),
	boolean(),
	number(),
	string(),
	array(jsonSchema).readonly(),
	record(string(), jsonSchema).readonly()
]));
/** Nearest of `known` to `word`, or undefined when none is near: for "did you mean". Distance is given, so that this stays pure. */
function nearest(word, known, distance) {
	let best;
	let bestDistance = Math.max(2, Math.floor(word.length / 2)) + 1;
	for (const candidate of known) {
		const d = distance(word.toLowerCase(), candidate.toLowerCase());
		if (d < bestDistance) {
			best = candidate;
			bestDistance = d;
		}
	}
	return best;
}

// node_modules/fastest-levenshtein/mod.js
var require_fastest_levenshtein = /* @__PURE__ */ __commonJSMin(((exports) => {
	exports.__esModule = true;
	exports.distance = exports.closest = void 0;
	var peq = /* @__PURE__ */ new Uint32Array(65536);
	var myers_32 = function(a, b) {
		var n = a.length;
		var m = b.length;
		var lst = 1 << n - 1;
		var pv = -1;
		var mv = 0;
		var sc = n;
		var i = n;
		while (i--) peq[a.charCodeAt(i)] |= 1 << i;
		for (i = 0; i < m; i++) {
			var eq = peq[b.charCodeAt(i)];
			var xv = eq | mv;
			eq |= (eq & pv) + pv ^ pv;
			mv |= ~(eq | pv);
			pv &= eq;
			if (mv & lst) sc++;
			if (pv & lst) sc--;
			mv = mv << 1 | 1;
			pv = pv << 1 | ~(xv | mv);
			mv &= xv;
		}
		i = n;
		while (i--) peq[a.charCodeAt(i)] = 0;
		return sc;
	};
	var myers_x = function(b, a) {
		var n = a.length;
		var m = b.length;
		var mhc = [];
		var phc = [];
		var hsize = Math.ceil(n / 32);
		var vsize = Math.ceil(m / 32);
		for (var i = 0; i < hsize; i++) {
			phc[i] = -1;
			mhc[i] = 0;
		}
		var j = 0;
		for (; j < vsize - 1; j++) {
			var mv_1 = 0;
			var pv_1 = -1;
			var start_1 = j * 32;
			var vlen_1 = Math.min(32, m) + start_1;
			for (var k = start_1; k < vlen_1; k++) peq[b.charCodeAt(k)] |= 1 << k;
			for (var i = 0; i < n; i++) {
				var eq = peq[a.charCodeAt(i)];
				var pb = phc[i / 32 | 0] >>> i & 1;
				var mb = mhc[i / 32 | 0] >>> i & 1;
				var xv = eq | mv_1;
				var xh = ((eq | mb) & pv_1) + pv_1 ^ pv_1 | eq | mb;
				var ph = mv_1 | ~(xh | pv_1);
				var mh = pv_1 & xh;
				if (ph >>> 31 ^ pb) phc[i / 32 | 0] ^= 1 << i;
				if (mh >>> 31 ^ mb) mhc[i / 32 | 0] ^= 1 << i;
				ph = ph << 1 | pb;
				mh = mh << 1 | mb;
				pv_1 = mh | ~(xv | ph);
				mv_1 = ph & xv;
			}
			for (var k = start_1; k < vlen_1; k++) peq[b.charCodeAt(k)] = 0;
		}
		var mv = 0;
		var pv = -1;
		var start = j * 32;
		var vlen = Math.min(32, m - start) + start;
		for (var k = start; k < vlen; k++) peq[b.charCodeAt(k)] |= 1 << k;
		var score = m;
		for (var i = 0; i < n; i++) {
			var eq = peq[a.charCodeAt(i)];
			var pb = phc[i / 32 | 0] >>> i & 1;
			var mb = mhc[i / 32 | 0] >>> i & 1;
			var xv = eq | mv;
			var xh = ((eq | mb) & pv) + pv ^ pv | eq | mb;
			var ph = mv | ~(xh | pv);
			var mh = pv & xh;
			score += ph >>> m - 1 & 1;
			score -= mh >>> m - 1 & 1;
			if (ph >>> 31 ^ pb) phc[i / 32 | 0] ^= 1 << i;
			if (mh >>> 31 ^ mb) mhc[i / 32 | 0] ^= 1 << i;
			ph = ph << 1 | pb;
			mh = mh << 1 | mb;
			pv = mh | ~(xv | ph);
			mv = ph & xv;
		}
		for (var k = start; k < vlen; k++) peq[b.charCodeAt(k)] = 0;
		return score;
	};
	var distance = function(a, b) {
		if (a.length < b.length) {
			var tmp = b;
			b = a;
			a = tmp;
		}
		if (b.length === 0) return a.length;
		if (a.length <= 32) return myers_32(a, b);
		return myers_x(a, b);
	};
	exports.distance = distance;
	var closest = function(str, arr) {
		var min_distance = 1e400;
		var min_index = 0;
		for (var i = 0; i < arr.length; i++) {
			var dist = distance(str, arr[i]);
			if (dist < min_distance) {
				min_distance = dist;
				min_index = i;
			}
		}
		return arr[min_index];
	};
	exports.closest = closest;
}));

// src/platform/local/install.ts
const LOCK_WAIT_MS$1 = 12e4;
/**
* Lays a release down: copy beside its place, check the digest of the copy, fsync, rename. Doing it again changes nothing;
* other content under the same version is refused, and other settings too while the version runs or is current.
*/
async function install(host, request, clock) {
	const at = host.component(request.component);
	at.release(request.version);
	await makeDirectories(at);
	return withLock(at.installLock, LOCK_WAIT_MS$1, async () => {
		await clearLeftovers(at);
		if ((await installedVersions(at)).includes(request.version)) return reinstall(at, request);
		await layDown(at, request, clock);
		return "installed";
	});
}
/** The digest of what lies in a release directory now, computed from its bytes. */
function installedDigest(at, unit) {
	const release = at.release(unit.version);
	return unit.artefact.kind === "file" ? fileDigest(join(release, unit.artefact.name)) : treeDigest(release, [UNIT_FILE]);
}
/** Hash over paths, sizes and times: cheap, and changes whenever somebody writes into a release. */
async function stampOf(release) {
	const entries = await listTree(release, [UNIT_FILE]);
	const hash = createHash("sha256");
	for (const { kind, path, size, mtimeNs, target } of entries) hash.update(kind === "d" ? `d ${path}\n` : `${kind} ${path}\0${size} ${mtimeNs} ${target}\n`);
	return hash.digest("hex");
}
/** One hash of the settings, to see whether an installation has other ones. */
function settingsHash(settings) {
	const env = Object.entries(settings.env).toSorted(([a], [b]) => a < b ? -1 : 1);
	return createHash("sha256").update(JSON.stringify([Object.entries({
		...settings,
		env: 0
	}).toSorted(), env])).digest("hex");
}
async function reinstall(at, request) {
	const unit = await readUnit(at, request.version);
	const found = await installedDigest(at, unit);
	if (unit.digest !== request.digest || found !== request.digest) throw otherContent(at, request, found);
	if (isDeepStrictEqual(unit.settings, request.settings)) return "already there";
	const inUse = await readCurrent(at) === request.version ? "current" : void 0;
	const runs = (await readRuns(at)).runs.filter((run) => run.version === request.version && serviceRunning(run));
	if (inUse !== void 0 || runs.length > 0) throw new ProblemError({
		code: "unit.settings-in-use",
		where: `${request.component} ${request.version}`,
		found: `other settings (command, environment, paths, replicas or time-outs) for a version that is ${inUse ?? "running"}`,
		expected: "settings that stay with their release, so that a restart or a rollback brings back what ran",
		remedy: "release the changed configuration under a version of its own"
	});
	await writeRecord(at.unit(request.version), {
		...unit,
		settings: request.settings
	});
	return "settings replaced";
}
async function layDown(at, request, clock) {
	const artefact = resolve(request.artefact);
	const stat = await lstat(artefact).catch(() => void 0);
	const temporary = join(at.releases, `.new-${request.version}-${randomBytes(4).toString("hex")}`);
	try {
		let shape = { kind: "tree" };
		if (stat?.isDirectory() === true) {
			await copy(artefact, temporary);
			await refuseUnitFile(temporary, artefact);
		} else if (stat?.isFile() === true) {
			shape = {
				kind: "file",
				name: basename(artefact)
			};
			if (shape.name === "unit.json") throw reservedName(artefact);
			await mkdir(temporary);
			await copy(artefact, join(temporary, shape.name));
		}
		const found = stat === void 0 || shape.kind === "file" ? await artefactDigest(shape.kind === "file" ? join(temporary, shape.name) : artefact) : await treeDigest(temporary);
		if (found !== request.digest) throw wrongDigest(artefact, request, found);
		const unit = {
			v: 1,
			component: request.component,
			version: request.version,
			digest: found,
			artefact: shape,
			stamp: await stampOf(temporary),
			settings: request.settings,
			installedAt: clock.now()
		};
		await writeRecord(join(temporary, UNIT_FILE), unit);
		await syncTree(temporary);
		await rename(temporary, at.release(request.version));
		await syncDirectory(at.releases);
	} catch (error) {
		await rm(temporary, {
			recursive: true,
			force: true
		});
		throw error;
	}
}
function copy(from, to) {
	return cp(from, to, {
		recursive: true,
		errorOnExist: true,
		force: false,
		preserveTimestamps: true,
		verbatimSymlinks: true,
		mode: constants.COPYFILE_FICLONE
	});
}
async function syncTree(directory) {
	for (const entry of await listTree(directory)) {
		if (entry.kind === "l") continue;
		const handle = await open(join(directory, entry.path), "r");
		try {
			await handle.sync();
		} finally {
			await handle.close();
		}
	}
	await syncDirectory(directory);
}
/** What a killed installation or removal left: we hold the lock, so nobody works on it. */
async function clearLeftovers(at) {
	for (const name of await readdir(at.releases)) if (/^\.(?:new|old)-/.test(name)) await rm(join(at.releases, name), {
		recursive: true,
		force: true
	});
}
async function refuseUnitFile(directory, artefact) {
	if (await lstat(join(directory, "unit.json")).catch(() => void 0) !== void 0) throw reservedName(artefact);
}
function wrongDigest(artefact, request, found) {
	return new ProblemError({
		code: "unit.wrong-digest",
		where: artefact,
		found,
		expected: request.digest,
		remedy: "build the release again, or take the artefact that release.json describes"
	});
}
function otherContent(at, request, found) {
	return new ProblemError({
		code: "unit.other-content",
		where: at.release(request.version),
		found,
		expected: request.digest,
		remedy: "a version means one content for ever: release under a new version, or remove this one if it was tampered with"
	});
}

// src/platform/local/probe.ts
/** Asks an instance whether it may get traffic: 200 on its readiness path within `timeoutMs`. Never throws. */
async function probeReady(at, path, timeoutMs, clock, signal) {
	const done = new AbortController();
	const late = clock.sleep(timeoutMs, done.signal).then(() => ({
		ready: false,
		why: `${path}: no answer within ${timeoutMs} ms`
	}), () => ({
		ready: false,
		why: "not asked to the end"
	}));
	try {
		return await Promise.race([ask(at, path, done.signal, signal), late]);
	} finally {
		done.abort();
	}
}
function ask({ host, port }, path, done, signal) {
	const stop = signal === void 0 ? done : AbortSignal.any([done, signal]);
	return new Promise((resolve) => {
		const sent = request({
			host,
			port,
			path,
			agent: false,
			signal: stop
		}, (response) => {
			response.resume();
			const { statusCode = 0 } = response;
			resolve(statusCode === 200 ? { ready: true } : {
				ready: false,
				why: `${path}: status ${statusCode}`
			});
		});
		sent.once("error", (error) => resolve({
			ready: false,
			why: `${path}: ${error.code ?? error.message}`
		}));
		sent.end();
	});
}

// src/platform/local/observe.ts
const PROBE_TIMEOUT_MS$1 = 500;
/** Looks at a host: run files, processes, readiness, releases, current links. Changes nothing; an absent root is an empty host. */
async function observeHost(host, clock, options = {}) {
	const names = options.component === void 0 ? await components(host) : [options.component];
	const states = await Promise.all(names.map((name) => observeComponent(host.component(name), clock, options)));
	return {
		instances: states.flatMap((state) => state.instances),
		installed: states.flatMap((state) => state.installed),
		current: Object.assign({}, ...states.map((state) => state.current)),
		broken: states.flatMap((state) => state.broken)
	};
}
async function observeComponent(at, clock, options) {
	const broken = [];
	const [runs, installed, current] = await Promise.all([
		readRuns(at),
		observeInstalled(at, options.verify === true, broken),
		readCurrent(at).catch((error) => {
			broken.push(`${at.current}: ${words$1(error, at.current)}`);
		})
	]);
	broken.push(...runs.broken.map(({ file, why }) => `${file}: ${why}`));
	const guards = new Map(runs.runs.filter((run) => run.role === "guard" && isRunning(run)).map((run) => [run.instance, run.port]));
	return {
		instances: await Promise.all(runs.runs.filter((run) => run.role === "service").map((run) => observeInstance(run, guards.get(`${run.instance}.guard`), clock, options))),
		installed,
		current: current === void 0 ? {} : { [at.component]: current },
		broken
	};
}
async function observeInstance(run, guardPort, clock, options) {
	const condition = await conditionOf(run, clock, options);
	return {
		component: run.component,
		version: run.version,
		instance: run.instance,
		host: LOOPBACK,
		port: run.port,
		...guardPort === void 0 ? {} : { guardPort },
		restarts: run.restarts,
		stopTimeoutMs: run.stopTimeoutMs,
		...condition
	};
}
async function conditionOf(run, clock, options) {
	if (!isAlive(run.supervisor, run.boot)) return {
		state: "stopped",
		detail: `its supervisor is gone (killed, or the machine restarted)${isAlive(run.child, run.boot) ? "; its process still runs and ends with the next start or stop" : ""}`
	};
	switch (run.phase) {
		case "stopped": return {
			state: "stopped",
			detail: ""
		};
		case "stopping": return {
			state: "draining",
			detail: "finishes its requests"
		};
		case "crash-loop": return {
			state: "crash-loop",
			detail: lastWords(run)
		};
		case "backoff": return {
			state: "not-ready",
			detail: lastWords(run)
		};
		case "running": {
			if (run.readyPath === "") return {
				state: "ready",
				detail: ""
			};
			const timeoutMs = options.probeTimeoutMs ?? PROBE_TIMEOUT_MS$1;
			const probe = await probeReady({
				host: LOOPBACK,
				port: run.port
			}, run.readyPath, timeoutMs, clock, options.signal);
			if (probe.ready) return {
				state: "ready",
				detail: ""
			};
			const young = run.child !== null && ageMs(run.child) < run.startTimeoutMs;
			const before = run.restarts > 0 ? `; before: ${lastWords(run)}` : "";
			return {
				state: young ? "starting" : "not-ready",
				detail: `${probe.why}${before}`
			};
		}
	}
}
function lastWords(run) {
	const { lastExit } = run;
	const how = lastExit === null ? "ended" : lastExit.signal !== null ? `killed by ${lastExit.signal}` : lastExit.code === null ? "could not be started" : `exit ${lastExit.code}`;
	const said = run.lastLines.slice(-3).join(" | ");
	return said === "" ? how : `${how}: ${said}`;
}
async function observeInstalled(at, verify, broken) {
	const versions = await installedVersions(at);
	return (await Promise.all(versions.map(async (version) => {
		try {
			const unit = await readUnit(at, version);
			const digest = !verify && await stampOf(at.release(version)) === unit.stamp ? unit.digest : await installedDigest(at, unit);
			if (digest !== unit.digest) broken.push(`${at.release(version)}: content changed after installation: ${digest}`);
			return {
				component: at.component,
				version,
				digest,
				settings: settingsHash(unit.settings)
			};
		} catch (error) {
			broken.push(`${at.release(version)}: ${words$1(error, at.component)}`);
			return;
		}
	}))).filter((row) => row !== void 0);
}
function words$1(error, where) {
	return problemsOf(error, where).map((problem) => problem.found).join("; ");
}

// src/platform/local/releases.ts
const LOCK_WAIT_MS = 6e4;
/**
* Makes `current` name an installed version: a new link beside it, renamed over it, so at every moment there is one or the
* other. What reads through the link (a static server) serves the new version from its next request on.
* @returns false when it was current already
*/
async function makeCurrent(host, component, version, clock) {
	const at = host.component(component);
	await readUnit(at, version);
	return withLock(host.lock, LOCK_WAIT_MS, async () => {
		const target = join("releases", version);
		if (await readlink(at.current).catch(() => void 0) === target) return false;
		const current = [...(await readHistory(at)).current, {
			version,
			time: clock.now()
		}].slice(-50);
		await writeRecord(at.history, {
			v: 1,
			current
		});
		const temporary = temporaryBeside(at.current);
		await symlink(target, temporary);
		await rename(temporary, at.current);
		await syncDirectory(at.home);
		return true;
	});
}
/**
* Removes a release from disk. Its logs stay until a prune: they tell why it went. With `alsoCurrent` a current one goes too,
* the link first: the way back of a first release, which leaves nothing.
* @returns false when it was not installed
* @throws ProblemError `unit.version-current`, `unit.version-running`
*/
async function removeVersion(host, component, version, options = { alsoCurrent: false }) {
	const at = host.component(component);
	at.release(version);
	if (!(await installedVersions(at)).includes(version)) return false;
	return withLock(at.installLock, LOCK_WAIT_MS, () => withLock(host.lock, LOCK_WAIT_MS, async () => {
		const current = await readCurrent(at) === version;
		if (current && !options.alsoCurrent) throw isCurrent(component, version);
		const { runs } = await readRuns(at);
		const running = runs.filter((run) => run.version === version && isRunning(run));
		if (running.length > 0) throw stillRunning(component, version, running.map((run) => run.instance));
		if (current) {
			await rm(at.current);
			await syncDirectory(at.home);
		}
		await discard(at, version);
		for (const run of runs.filter((other) => other.version === version)) await rm(at.runFile(run.instance), { force: true });
		const wanted = await readWanted(at);
		if (wanted.versions[version] !== void 0) {
			const { [version]: _gone, ...versions } = wanted.versions;
			await writeRecord(at.wanted, {
				v: 1,
				versions
			});
		}
		return true;
	}));
}
/**
* Removes old releases, oldest installation first, until `keep` are left; never the current one, the one before it, or one
* that runs or is wanted. Logs of versions that are gone go with them.
* @returns the versions removed
*/
async function prune(host, component, keep) {
	const at = host.component(component);
	await makeDirectories(at);
	return withLock(at.installLock, LOCK_WAIT_MS, () => withLock(host.lock, LOCK_WAIT_MS, async () => {
		await clearLeftovers(at);
		const held = await protectedVersions(at);
		const versions = await installedVersions(at);
		const units = await Promise.all(versions.map((version) => readUnit(at, version)));
		const free = units.filter((unit) => !held.has(unit.version)).toSorted((a, b) => a.installedAt - b.installedAt);
		const excess = Math.max(0, Math.min(free.length, units.length - keep));
		const gone = free.slice(0, excess).map((unit) => unit.version);
		for (const version of gone) await discard(at, version);
		await removeOldLogs(at);
		return gone;
	}));
}
async function protectedVersions(at) {
	const current = await readCurrent(at);
	const previous = (await readHistory(at)).current.findLast((entry) => entry.version !== current)?.version;
	const { runs } = await readRuns(at);
	const wanted = Object.keys((await readWanted(at)).versions);
	const held = [
		current,
		previous,
		...runs.map((run) => run.version),
		...wanted
	];
	return new Set(held.filter((version) => version !== void 0));
}
/** First out of sight in one step, then deleted: a half-deleted release is never taken for an installed one. */
async function discard(at, version) {
	const aside = join(at.releases, `.old-${version}`);
	await rm(aside, {
		recursive: true,
		force: true
	});
	await rename(at.release(version), aside);
	await syncDirectory(at.releases);
	await rm(aside, {
		recursive: true,
		force: true
	});
}
async function removeOldLogs(at) {
	const versions = await installedVersions(at);
	let names;
	try {
		names = await readdir(at.logs);
	} catch (error) {
		if (isMissing(error)) return;
		throw error;
	}
	for (const name of names) {
		const version = /^(.+)-\d+(?:\.guard)?(?:\.supervisor)?\.log(?:\.\d+)?$/.exec(name)?.[1];
		if (version !== void 0 && !versions.includes(version)) await rm(join(at.logs, name), { force: true });
	}
}
function isCurrent(component, version) {
	return new ProblemError({
		code: "unit.version-current",
		where: `${component} ${version}`,
		found: "the current version",
		expected: "a version that nothing needs",
		remedy: "make another version current first"
	});
}
function stillRunning(component, version, instances) {
	return new ProblemError({
		code: "unit.version-running",
		where: `${component} ${version}`,
		found: `running instances: ${instances.join(", ")}`,
		expected: "a version that does not run",
		remedy: `stop it first: shiplock unit stop --component ${component} --version ${version}`
	});
}

// src/platform/local/resume.ts
const LOG_POLICY = {
	maxBytes: 10485760,
	keep: 5
};
/** How a version is started when nobody says otherwise. */
function defaultStart(instances) {
	return {
		instances,
		ports: PORT_RANGE,
		crash: CRASH_POLICY,
		log: LOG_POLICY,
		guard: null
	};
}
/**
* Brings a host back after a reboot: what `current` names, and what was started and not stopped since (a canary too; its share
* is a lease, so it gets no traffic by itself). One component that cannot start does not keep the others down.
*/
async function resume(host, env, clock) {
	const started = [];
	const problems = [];
	for (const component of await components(host)) {
		const at = host.component(component);
		for (const version of await versionsToRun(at)) try {
			const request = await requestFor(at, version, env);
			if (request === void 0) continue;
			const outcome = await start(host, request, clock);
			started.push(...outcome.started.map((instance) => `${component}/${instance}`));
		} catch (error) {
			problems.push(...problemsOf(error, `${component} ${version}`));
		}
	}
	return {
		started,
		problems
	};
}
/**
* Restarts every instance of a version, one after the other: the next one only when the one before is ready again.
* @returns the instances restarted; those that did not run are left alone
*/
async function restart(host, component, version, env, clock) {
	const at = host.component(component);
	const services = (await readRuns(at)).runs.filter((run) => run.version === version && serviceRunning(run));
	const request = await requestFor(at, version, env);
	if (request === void 0) return [];
	for (const run of services) {
		await endInstance(run, clock);
		await start(host, request, clock);
		await awaitReady(component, run, clock);
	}
	return services.map((run) => run.instance);
}
async function versionsToRun(at) {
	const current = await readCurrent(at);
	const wanted = Object.keys((await readWanted(at)).versions);
	return [...new Set(current === void 0 ? wanted : [current, ...wanted])];
}
/** Undefined for a release that is only files. */
async function requestFor(at, version, env) {
	const unit = await readUnit(at, version);
	if (unit.settings.command.length === 0) return void 0;
	const settings = (await readWanted(at)).versions[version] ?? defaultStart(Math.max(1, unit.settings.replicas));
	return {
		component: at.component,
		version,
		settings,
		env
	};
}
const PROBE_TIMEOUT_MS = 1e3;
const POLL_MS = 50;
async function awaitReady(component, run, clock) {
	if (run.readyPath === "") return;
	const deadline = clock.monotonic() + run.startTimeoutMs;
	for (;;) {
		const probe = await probeReady({
			host: LOOPBACK,
			port: run.port
		}, run.readyPath, PROBE_TIMEOUT_MS, clock);
		if (probe.ready) return;
		if (clock.monotonic() > deadline) throw new ProblemError({
			code: "unit.not-ready",
			where: `${component} ${run.instance}`,
			found: probe.why,
			expected: `ready within ${run.startTimeoutMs} ms after its restart`,
			remedy: "see its log; the instances after it were not touched"
		});
		await clock.sleep(POLL_MS);
	}
}

// src/platform/local/unit-options.ts
var import_fastest_levenshtein = require_fastest_levenshtein();
const COMMON = {
	root: {
		type: "string",
		help: "DIR       directory of the host (required)"
	},
	json: {
		type: "boolean",
		help: "          print JSON"
	},
	help: {
		type: "boolean",
		help: "          print this help"
	}
};
const COMPONENT = { component: {
	type: "string",
	help: "NAME component, for instance api"
} };
const VERSION = { version: {
	type: "string",
	help: "VERSION"
} };
const OPTIONS = {
	...COMMON,
	...COMPONENT,
	...VERSION,
	digest: {
		type: "string",
		help: "SHA256  digest the artefact must have"
	},
	artefact: {
		type: "string",
		help: "PATH   file or directory the build made"
	},
	env: {
		type: "string",
		multiple: true,
		help: "K=V        variable of the service; {port} {release} {shared} {instance} {version} are put in"
	},
	"secret-env": {
		type: "string",
		multiple: true,
		help: "K=REF variable from env:NAME or file:/path, read at start, never written down"
	},
	replicas: {
		type: "string",
		help: "N      instances a start begins with"
	},
	ready: {
		type: "string",
		help: "PATH     answers 200 when an instance may get traffic"
	},
	live: {
		type: "string",
		help: "PATH      answers 200 while it lives"
	},
	"start-timeout": {
		type: "string",
		help: "TIME how long it may take to become ready (30s)"
	},
	"stop-timeout": {
		type: "string",
		help: "TIME  how long it may take to finish its requests (15s)"
	},
	instances: {
		type: "string",
		help: "N     instances that must run (default: the replicas of the release)"
	},
	ports: {
		type: "string",
		help: `A-B       ports that may be given (${PORT_RANGE.first}-${PORT_RANGE.last})`
	},
	"crash-exits": {
		type: "string",
		help: `N   this many exits … (${CRASH_POLICY.exits})`
	},
	"crash-window": {
		type: "string",
		help: "TIME … within this time are a crash loop (30s)"
	},
	backoff: {
		type: "string",
		help: "TIME    first pause before a restart, doubled each time (100ms)"
	},
	"max-backoff": {
		type: "string",
		help: "TIME longest pause (10s)"
	},
	"log-size": {
		type: "string",
		help: "BYTES  a log is put aside at this size (10485760)"
	},
	"log-keep": {
		type: "string",
		help: "N      logs put aside that are kept (5)"
	},
	guard: {
		type: "string",
		help: "JSON      command line of the guard as a list; {guardPort} {port} {readyPath} {version} {instance} {heartbeatFile}"
	},
	"heartbeat-file": {
		type: "string",
		help: "PATH file the guard watches; {version} is put in"
	},
	current: {
		type: "boolean",
		help: "       also when it is current; then nothing is current any more"
	},
	verify: {
		type: "boolean",
		help: "        compute every digest again"
	},
	keep: {
		type: "string",
		help: "N          releases to keep (5)"
	}
};
const ONE = [
	"root",
	"component",
	"version",
	"json",
	"help"
];
const START = [
	"instances",
	"ports",
	"crash-exits",
	"crash-window",
	"backoff",
	"max-backoff",
	"log-size",
	"log-keep",
	"guard",
	"heartbeat-file"
];
const IN = "--root /srv/shop --component api";
const COMMANDS = {
	install: {
		summary: "lay a release down: copied, checked against its digest, renamed into place",
		options: [
			...ONE,
			"digest",
			"artefact",
			"env",
			"secret-env",
			"replicas",
			"ready",
			"live",
			"start-timeout",
			"stop-timeout"
		],
		required: [
			"root",
			"component",
			"version",
			"digest",
			"artefact"
		],
		words: true,
		example: `${IN} --version 2.0.0 --digest sha256:… --artefact build/api --ready /readyz -- ./api --listen 127.0.0.1:{port}`
	},
	start: {
		summary: "start what is missing of the wanted instances; running ones stay",
		options: [...ONE, ...START],
		required: [
			"root",
			"component",
			"version"
		],
		example: `${IN} --version 2.0.0 --instances 2`
	},
	stop: {
		summary: "stop every instance of a version: SIGTERM, its time to finish requests, SIGKILL",
		options: [...ONE],
		required: [
			"root",
			"component",
			"version"
		],
		example: `${IN} --version 1.9.0`
	},
	"stop-guards": {
		summary: "stop the guards of a version; its instances stay",
		options: [...ONE],
		required: [
			"root",
			"component",
			"version"
		],
		example: `${IN} --version 2.0.0`
	},
	reload: {
		summary: "SIGHUP to each instance; refused when one would die of it",
		options: [...ONE],
		required: [
			"root",
			"component",
			"version"
		],
		example: `${IN} --version 2.0.0`
	},
	restart: {
		summary: "restart the running instances one at a time, each ready before the next",
		options: [...ONE],
		required: [
			"root",
			"component",
			"version"
		],
		example: `${IN} --version 2.0.0`
	},
	status: {
		summary: "what is installed, current and running; changes nothing",
		options: [
			"root",
			"component",
			"verify",
			"json",
			"help"
		],
		required: ["root"],
		example: "--root /srv/shop --json"
	},
	current: {
		summary: "make a version current: what is served from files, and what starts after a reboot",
		options: [...ONE],
		required: [
			"root",
			"component",
			"version"
		],
		example: `${IN} --version 2.0.0`
	},
	remove: {
		summary: "remove a release from disk; never one that runs, and the current one only with --current",
		options: [...ONE, "current"],
		required: [
			"root",
			"component",
			"version"
		],
		example: `${IN} --version 1.7.0`
	},
	prune: {
		summary: "remove old releases; never the current, the previous, or one that runs or is wanted",
		options: [
			"root",
			"component",
			"keep",
			"json",
			"help"
		],
		required: ["root"],
		example: "--root /srv/shop --keep 5"
	},
	resume: {
		summary: "after a reboot: start what `current` names and what was wanted",
		options: [
			"root",
			"json",
			"help"
		],
		required: ["root"],
		example: "--root /srv/shop"
	}
};
/** @throws ProblemError `unit.usage` with the nearest known word; `undefined` when help was asked for in general */
function parseUnitArguments(argv) {
	const [name, ...rest] = argv;
	if (name === void 0 || name === "--help" || name === "help") return void 0;
	if (!isCommand(name)) throw unknown(`unit ${name}`, name, Object.keys(COMMANDS));
	const spec = COMMANDS[name];
	const split = rest.indexOf("--");
	const words = split < 0 ? [] : rest.slice(split + 1);
	if (words.length > 0 && spec.words !== true) throw usage(`unit ${name}`, "words after --", "options only");
	const { values, tokens } = parseArgs({
		args: split < 0 ? rest : rest.slice(0, split),
		options: OPTIONS,
		strict: false,
		tokens: true,
		allowPositionals: true
	});
	for (const token of tokens) {
		if (token.kind === "positional") throw usage(`unit ${name}`, JSON.stringify(token.value), "options only");
		if (token.kind !== "option") continue;
		const known = spec.options.find((option) => option === token.name);
		if (known === void 0) throw unknown(`unit ${name} ${token.rawName}`, token.name, spec.options);
		if (OPTIONS[known].type === "string" && (token.value === void 0 || token.value === "")) throw usage(`unit ${name} ${token.rawName}`, "no value", "a value");
	}
	const text = (option) => {
		const value = values[option];
		return typeof value === "string" ? value : void 0;
	};
	const texts = (option) => {
		const value = values[option];
		return Array.isArray(value) ? value.filter((entry) => typeof entry === "string") : [];
	};
	if (values["help"] !== true) {
		const missing = spec.required.filter((option) => text(option) === void 0);
		if (missing.length > 0) throw usage(`unit ${name}`, "too little", missing.map((option) => `--${option}`).join(", "));
	}
	return {
		command: name,
		words,
		text,
		texts,
		flag: (option) => values[option] === true
	};
}
/** Settings of a release as `install` is told. */
function settingsFrom(args) {
	const env = {};
	for (const pair of args.texts("env")) {
		const [name, value] = pairOf("--env", pair);
		env[name] = value;
	}
	for (const pair of args.texts("secret-env")) {
		const [name, secret] = pairOf("--secret-env", pair);
		if (!/^(?:env|file):./.test(secret)) throw usage("--secret-env", `a value that is no reference for ${name}`, "NAME=env:NAME or NAME=file:/path");
		env[name] = { secret };
	}
	return {
		command: args.words,
		env,
		replicas: count(args, "replicas", 1, 0),
		readyPath: pathOf(args, "ready"),
		livePath: pathOf(args, "live"),
		startTimeoutMs: time(args, "start-timeout", 3e4),
		stopTimeoutMs: time(args, "stop-timeout", 15e3)
	};
}
/** What `start` is told. `replicas`: instances when it is not told. */
function startFrom(args, replicas, defaultHeartbeat) {
	const ports = parsePorts(args.text("ports") ?? `${PORT_RANGE.first}-${PORT_RANGE.last}`);
	if (ports === void 0) throw usage("--ports", args.text("ports") ?? "", "a range such as 20000-20999");
	return {
		instances: count(args, "instances", Math.max(1, replicas), 1),
		ports,
		crash: {
			exits: count(args, "crash-exits", CRASH_POLICY.exits, 1),
			windowMs: time(args, "crash-window", CRASH_POLICY.windowMs),
			backoffMs: time(args, "backoff", CRASH_POLICY.backoffMs),
			maxBackoffMs: time(args, "max-backoff", CRASH_POLICY.maxBackoffMs)
		},
		log: {
			maxBytes: count(args, "log-size", LOG_POLICY.maxBytes, 1),
			keep: count(args, "log-keep", LOG_POLICY.keep, 0)
		},
		guard: guardFrom(args, defaultHeartbeat)
	};
}
function guardFrom(args, defaultHeartbeat) {
	const text = args.text("guard");
	if (text === void 0) return null;
	const heartbeatFile = args.text("heartbeat-file") ?? defaultHeartbeat;
	let argv;
	try {
		argv = JSON.parse(text);
	} catch {
		argv = void 0;
	}
	const parsed = guardSchema.safeParse({
		argv,
		heartbeatFile
	});
	if (!parsed.success) throw usage("--guard", text, "a JSON list of words, such as [\"guard\",\"--listen\",\"{guardPort}\"]");
	return parsed.data;
}
function pairOf(option, pair) {
	const [, name, value] = /^([A-Za-z_][A-Za-z0-9_]*)=(.*)$/s.exec(pair) ?? [];
	if (name === void 0 || value === void 0) throw usage(option, "something without NAME=", "NAME=VALUE");
	return [name, value];
}
function count(args, name, otherwise, least) {
	const text = args.text(name);
	if (text === void 0) return otherwise;
	const value = Number(text);
	if (!/^\d{1,12}$/.test(text) || value < least) throw usage(`--${name}`, text, `a whole number, at least ${least}`);
	return value;
}
function time(args, name, otherwise) {
	const text = args.text(name);
	const value = text === void 0 ? otherwise : parseDuration(text);
	if (value === void 0 || value < 1) throw usage(`--${name}`, text ?? "", "a duration such as 30s or 250ms");
	return value;
}
function pathOf(args, name) {
	const path = args.text(name) ?? "";
	if (path !== "" && !/^\/[^\s#]*$/.test(path)) throw usage(`--${name}`, path, "a path that begins with /");
	return path;
}
function isCommand(name) {
	return Object.hasOwn(COMMANDS, name);
}
function unknown(where, word, known) {
	const near = nearest(word, known, import_fastest_levenshtein.distance);
	return usage(where, `unknown ${JSON.stringify(word)}`, near === void 0 ? `one of ${known.join(", ")}` : near);
}
function usage(where, found, expected) {
	return new ProblemError({
		code: "unit.usage",
		where,
		found,
		expected,
		remedy: "see `shiplock unit --help` and `shiplock unit COMMAND --help`"
	});
}
/** Help for one command, or for all. */
function unitHelp(name) {
	if (name === void 0) return `shiplock unit COMMAND --root DIR …: the services of this machine, one interface for all\n\n${Object.entries(COMMANDS).map(([command, spec]) => `  ${command.padEnd(12)} ${spec.summary}`).join("\n")}\n\nEvery command may be given twice: what is done already is not done again.\n`;
	const spec = COMMANDS[name];
	const lines = spec.options.map((option) => `  --${option} ${OPTIONS[option].help}`);
	return `shiplock unit ${name} [options]${spec.words === true ? " [-- COMMAND WORDS…]" : ""}: ${spec.summary}\n\n${lines.join("\n")}\n\nExample:\n  shiplock unit ${name} ${spec.example}\n`;
}

// src/platform/local/unit.ts
/** `shiplock unit …`: one command line, its exit code. Errors leave as problems, as text or (with --json) as JSON. */
async function unitMain(argv, io) {
	const json = argv.includes("--json");
	try {
		const args = parseUnitArguments(argv);
		if (args === void 0 || args.flag("help")) {
			io.out(unitHelp(args?.command));
			return EXIT.done;
		}
		const answer = await run(args, layout(resolve(io.cwd, args.text("root") ?? ".")), io);
		io.out(json ? `${JSON.stringify(answer.json, null, 2)}\n` : `${answer.text}\n`);
		return answer.exit ?? EXIT.done;
	} catch (error) {
		const problems = problemsOf(error, `unit ${argv[0] ?? ""}`.trim());
		tell(problems, io, json);
		return exitFor(problems);
	}
}
const USAGE = /* @__PURE__ */ new Set([
	"unit.usage",
	"unit.bad-name",
	"unit.bad-version"
]);
/** Refused before anything was changed. */
const REFUSED = /* @__PURE__ */ new Set([
	"unit.other-content",
	"unit.settings-in-use",
	"unit.version-current",
	"unit.version-running",
	"unit.wrong-digest",
	"unit.no-reload",
	"unit.only-files"
]);
function exitFor(problems) {
	if (problems.some((problem) => USAGE.has(problem.code))) return EXIT.usage;
	return problems.some((problem) => REFUSED.has(problem.code)) ? EXIT.refused : EXIT.failed;
}
function tell(problems, io, json) {
	if (json) io.out(`${JSON.stringify({ problems }, null, 2)}\n`);
	else io.err(problems.map((problem) => `error ${formatProblem(problem)}\n`).join(""));
}
async function run(args, host, io) {
	const { clock, env } = io;
	const component = args.text("component") ?? "";
	const version = args.text("version") ?? "";
	const name = `${component} ${version}`;
	switch (args.command) {
		case "install": {
			const digest = args.text("digest") ?? "";
			const artefact = resolve(io.cwd, args.text("artefact") ?? "");
			const outcome = await install(host, {
				component,
				version,
				digest,
				artefact,
				settings: settingsFrom(args)
			}, clock);
			return {
				text: `${name}: ${outcome}`,
				json: {
					component,
					version,
					outcome
				}
			};
		}
		case "start": {
			const { replicas } = (await readUnit(host.component(component), version)).settings;
			const settings = startFrom(args, replicas, join(host.hostRun, "heartbeat", "{version}"));
			const { started, already } = await start(host, {
				component,
				version,
				settings,
				env
			}, clock);
			return {
				text: `${name}: started ${words(started)}; ran already: ${words(already)}`,
				json: {
					component,
					version,
					started,
					already
				}
			};
		}
		case "stop":
		case "stop-guards": {
			const what = args.command === "stop" ? "everything" : "guards";
			host.component(component).release(version);
			const stopped = await stop(host, {
				component,
				version,
				what
			}, clock);
			return {
				text: `${name}: stopped ${words(stopped)}`,
				json: {
					component,
					version,
					stopped
				}
			};
		}
		case "reload": {
			const reloaded = await reload(host, component, version);
			return {
				text: `${name}: reloaded ${words(reloaded)}`,
				json: {
					component,
					version,
					reloaded
				}
			};
		}
		case "restart": {
			const restarted = await restart(host, component, version, env, clock);
			return {
				text: `${name}: restarted ${words(restarted)}`,
				json: {
					component,
					version,
					restarted
				}
			};
		}
		case "status": return statusAnswer(await observeHost(host, clock, {
			component: args.text("component"),
			verify: args.flag("verify")
		}));
		case "current": {
			const changed = await makeCurrent(host, component, version, clock);
			return {
				text: `${name}: ${changed ? "is current now" : "was current already"}`,
				json: {
					component,
					version,
					changed
				}
			};
		}
		case "remove": {
			const removed = await removeVersion(host, component, version, { alsoCurrent: args.flag("current") });
			return {
				text: `${name}: ${removed ? "removed" : "was not installed"}`,
				json: {
					component,
					version,
					removed
				}
			};
		}
		case "prune": {
			const names = component === "" ? await components(host) : [component];
			const keep = count(args, "keep", 5, 1);
			const removed = {};
			for (const one of names) removed[one] = await prune(host, one, keep);
			return {
				text: Object.entries(removed).map(([one, versions]) => `${one}: removed ${words(versions)}`).join("\n") || "no component",
				json: { removed }
			};
		}
		case "resume": {
			const { started, problems } = await resume(host, env, clock);
			const text = [`started ${words(started)}`, ...problems.map(formatProblem)].join("\n");
			const exit = problems.length === 0 ? EXIT.done : EXIT.failed;
			return {
				text,
				json: {
					started,
					problems: problems.map((problem) => ({ ...problem }))
				},
				exit
			};
		}
	}
}
function words(names) {
	return names.length === 0 ? "nothing" : names.join(", ");
}
function statusAnswer(state) {
	const rows = state.instances.map(({ component, instance, state: condition, host, port, guardPort, restarts, detail }) => [
		`${component}/${instance}`.padEnd(28),
		condition.padEnd(10),
		`${host}:${port}`.padEnd(16),
		guardPort === void 0 ? "" : `guard ${guardPort}`,
		restarts === 0 ? "" : `${restarts} restarts`,
		detail
	].filter((cell) => cell !== "").join("  ").trimEnd());
	const installed = state.installed.map(({ component, version, digest }) => {
		return `${component} ${version}${state.current[component] === version ? " (current)" : ""}  ${digest}`;
	});
	return {
		text: [
			...rows.length === 0 ? ["nothing runs"] : rows,
			...installed,
			...state.broken.map((line) => `broken: ${line}`)
		].join("\n"),
		json: {
			instances: state.instances.map((instance) => ({ ...instance })),
			installed: state.installed.map((row) => ({ ...row })),
			current: { ...state.current },
			broken: [...state.broken]
		}
	};
}

export { require_fastest_levenshtein as a, settingsHash as i, observeHost as n, jsonSchema as o, probeReady as r, nearest as s, unitMain as t };