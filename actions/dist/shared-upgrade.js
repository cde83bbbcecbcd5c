import { Ha as LOCAL_HOST } from "./shared-common.js";
import { t as ProblemError } from "./shared-problem.js";
import { v as hostPackageEffect, y as observeHostPackages } from "./shared-steps.js";
import { c as hostUnitEffect, i as reachOf, n as localResource, u as localUnitEffects } from "./shared-system.js";
import { a as PACKAGES_PROGRAM, o as parsePackages } from "./shared-program.js";
import { t as startOrder } from "./shared-order.js";
import { t as hostTraffic } from "./shared-host-traffic.js";
import { join } from "node:path";

// src/platform/local/packages.ts
const LOOK_MS = 3e4;
/** @throws ProblemError `platform.packages-answer` */
async function observeLocalPackages({ root, exec }, words, downgrade, signal) {
	const argv = [
		"sh",
		PACKAGES_PROGRAM,
		"look",
		...logWords(root, downgrade),
		...words
	];
	const { stdout, stderr, exitCode } = await exec.read(argv, {
		timeoutMs: LOOK_MS,
		...signal === void 0 ? {} : { signal }
	});
	const state = parsePackages(stdout);
	if (state !== void 0) return state;
	throw new ProblemError({
		code: "platform.packages-answer",
		where: "this machine",
		found: stderr.trim().split("\n").at(-1) || `exit code ${exitCode}: ${stdout.trim().slice(-200)}`,
		expected: "apt and dpkg, which say what they would do",
		remedy: "packages are upgraded on machines of the Debian family only; look whether `apt-get -s upgrade` works there"
	});
}
/** Repeatable. `set` may end with 70: what is so then, a look shows. Pure. */
function localPackageEffect({ root, resource, privileged }, verb, words, downgrade, timeoutMs) {
	return {
		kind: "exec",
		argv: [
			...privileged,
			"sh",
			PACKAGES_PROGRAM,
			verb,
			...logWords(root, downgrade),
			...words
		],
		resource,
		why: verb === "set" ? `set ${words.join(", ")} on this machine` : "ask the package sources on this machine",
		...verb === "set" ? { okExitCodes: [0, 70] } : {},
		timeoutMs
	};
}
function logWords(root, downgrade) {
	return [join(root, "run", "packages.log"), downgrade ? "yes" : "no"];
}

// src/release/environment/upgrade.ts
/** @throws ProblemError when no host is left, or packages are none of this environment's */
function upgradeHosts(service, system, asked) {
	const services = startOrder(system.services);
	const found = packagesOf(service, asked.downgrade).map(({ host, packages, traffic }) => ({
		host,
		packages,
		traffic,
		services: services.flatMap((one) => one.on.filter((on) => on.host === host).map((on) => ({
			service: one,
			on
		})))
	})).filter(({ host }) => asked.host === void 0 || host === asked.host).filter(({ services: there }) => asked.service === void 0 || there.some((one) => one.service.name === asked.service));
	if (found.length > 0) return found;
	throw new ProblemError({
		code: "cli.runbook-input",
		where: "--host",
		found: `${asked.host ?? "no host"}, where ${asked.service ?? "no service"} does not run`,
		expected: "a host on which it runs",
		remedy: "leave --host or --service out, or see `shiplock runbook run system-status ENVIRONMENT`"
	});
}
function packagesOf(service, downgrade) {
	const { environment, exec, target } = service;
	const { platform, system } = environment;
	if (platform.kind === "local") return [{
		host: LOCAL_HOST,
		packages: hereControl(service, platform.root, downgrade),
		traffic: null
	}];
	const reach = system === void 0 ? null : reachOf(environment, system);
	if (reach === null) throw new ProblemError({
		code: "system.no-packages",
		where: `environments.${environment.environment}.platform`,
		found: `kind ${platform.kind}`,
		expected: "hosts over ssh, or this machine",
		remedy: "nodes of a cluster are upgraded by what has made the cluster"
	});
	const traffic = hostTraffic(service);
	return reach.hosts.map((host) => {
		const options = {
			host,
			reach,
			exec
		};
		return {
			host: host.name,
			traffic: target.hosts.includes(host.name) ? traffic : null,
			packages: {
				look: (words, signal) => observeHostPackages(options, words, downgrade, signal),
				refresh: (timeoutMs) => [hostPackageEffect(options, "refresh", [], downgrade, timeoutMs)],
				set: (words, timeoutMs) => [hostPackageEffect(options, "set", words, downgrade, timeoutMs)],
				restart: (units, timeoutMs) => units.length === 0 ? [] : [hostUnitEffect(options, "restart", units, timeoutMs)]
			}
		};
	});
}
function hereControl({ environment, exec }, root, downgrade) {
	const privileged = process.getuid?.() === 0 ? [] : ["sudo", "-n"];
	const options = {
		root,
		resource: localResource(environment),
		exec,
		privileged
	};
	return {
		look: (words, signal) => observeLocalPackages(options, words, downgrade, signal),
		refresh: (timeoutMs) => [localPackageEffect(options, "refresh", [], downgrade, timeoutMs)],
		set: (words, timeoutMs) => [localPackageEffect(options, "set", words, downgrade, timeoutMs)],
		restart: (units, timeoutMs) => units.length === 0 ? [] : localUnitEffects({
			...options,
			units
		}, "restart", units, timeoutMs)
	};
}

export { upgradeHosts as t };