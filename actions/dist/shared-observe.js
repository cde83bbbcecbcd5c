import { s as problemsOf, t as ProblemError } from "./shared-problem.js";
import { t as LOOPBACK } from "./shared-host-ports.js";
import { i as listTree, o as treeDigest, r as fileDigest, t as artefactDigest } from "./shared-digest.js";
import { u as syncDirectory } from "./shared-store.js";
import { l as reservedName, t as UNIT_FILE } from "./shared-layout.js";
import { _ as isRunning, c as makeDirectories, d as readRuns, f as readUnit, l as readCurrent, m as writeRecord, o as components, s as installedVersions, v as serviceRunning, y as withLock } from "./shared-start.js";
import { n as ageMs, o as isAlive } from "./shared-processes.js";
import { cp, lstat, mkdir, open, readdir, rename, rm } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { request } from "node:http";
import { isDeepStrictEqual } from "node:util";
import { createHash, randomBytes } from "node:crypto";
import { constants as constants$1 } from "node:fs";

// src/platform/local/install.ts
const LOCK_WAIT_MS = 12e4;
/**
* Lays a release down: copy beside its place, check the digest of the copy, fsync, rename. Doing it again changes nothing;
* other content under the same version is refused, and other settings too while the version runs or is current.
*/
async function install(host, request, clock) {
	const at = host.component(request.component);
	at.release(request.version);
	await makeDirectories(at);
	return withLock(at.installLock, LOCK_WAIT_MS, async () => {
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
		mode: constants$1.COPYFILE_FICLONE
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
const PROBE_TIMEOUT_MS = 500;
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
			broken.push(`${at.current}: ${words(error, at.current)}`);
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
			const timeoutMs = options.probeTimeoutMs ?? PROBE_TIMEOUT_MS;
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
			broken.push(`${at.release(version)}: ${words(error, at.component)}`);
			return;
		}
	}))).filter((row) => row !== void 0);
}
function words(error, where) {
	return problemsOf(error, where).map((problem) => problem.found).join("; ");
}

export { settingsHash as a, install as i, probeReady as n, clearLeftovers as r, observeHost as t };