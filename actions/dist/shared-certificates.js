import { t as require_fastest_levenshtein } from "./shared-fastest-levenshtein.js";
import { s as bundleOf } from "./shared-certificate.js";
import { n as nearest } from "./shared-json.js";
import { Ha as LOCAL_HOST } from "./shared-common.js";
import { t as ProblemError } from "./shared-problem.js";
import { f as laidHere, h as setOf, m as localLayEffect } from "./shared-program.js";
import { n as laidOn, t as hostLayEffect } from "./shared-lay.js";
import { a as healthAt, i as reachOf, n as localResource, s as tcpHealth } from "./shared-system.js";
import { readFile } from "node:fs/promises";
import { createHash } from "node:crypto";

// src/release/upkeep/certificates.ts
var import_fastest_levenshtein = require_fastest_levenshtein();
/** The certificates of an environment with what reads and lays down their files. Looks at nothing yet. */
/** How long a service may take to read its files again. */
const RELOAD_MS = 6e4;
/**
* @param name only this one; undefined: all of them
* @throws ProblemError `certificate.none`, `certificate.unknown`
*/
function openCertificates(service, system, name) {
	const { environment } = service;
	const all = environment.certificates ?? [];
	const meant = all.filter((one) => name === void 0 || one.name === name);
	if (meant.length === 0) throw new ProblemError(none(environment.environment, all.map((one) => one.name), name));
	const reach = environment.system === void 0 ? null : reachOf(environment, environment.system);
	return meant.map((one) => certificateOf(service, one, system, reach));
}
function certificateOf({ environment, exec, baseDir }, settings, system, reach) {
	const { name, names, days, renew, service, chain, key, ca, to } = settings;
	const resource = localResource(environment);
	const privileged = process.getuid?.() === 0 ? [] : ["sudo", "-n"];
	const files = to.kind === "combined" ? [{
		to: to.file,
		sources: [chain, key]
	}] : [{
		to: to.key,
		sources: [key]
	}, {
		to: to.chain,
		sources: [chain]
	}];
	const laid = (digests) => files.map((file, at) => ({
		...file,
		digest: digests[at] ?? "",
		set: setOf(digests)
	}));
	const placeOf = (place) => {
		const host = reach?.hosts.find((one) => one.name === place.host);
		const remote = place.host === "local" || host === void 0 || reach === null ? null : {
			host,
			reach,
			exec
		};
		const effect = (verb) => (digests) => laid(digests).map((file) => remote === null ? localLayEffect({
			resource,
			privileged
		}, verb, file) : hostLayEffect(remote, verb, file));
		return {
			host: place.host,
			at: addressOf(settings.connect, place.address),
			files: files.map((file) => file.to),
			laid: (signal) => remote === null ? Promise.all(files.map((file) => laidHere(file.to))) : laidOn(remote, files.map((file) => file.to), signal),
			put: effect("put"),
			back: effect("back"),
			settle: effect("settle"),
			reload: () => place.control.reload?.(RELOAD_MS) ?? []
		};
	};
	return {
		name,
		names,
		days,
		renew,
		service,
		resource,
		cwd: baseDir,
		chain: sourceOf(chain),
		key: sourceOf(key),
		ca: ca === null ? null : sourceOf(ca),
		places: (system.services.find((one) => one.name === service)?.on ?? []).map(placeOf),
		digestsOf: (one, other) => (to.kind === "combined" ? [bundleOf(one, other)] : [other, one].map(lineEnded)).map((text) => createHash("sha256").update(text).digest("hex")),
		unknownDigests: files.map(() => "<pair.digest>")
	};
}
/** As lay.sh counts a file: one line feed at its end. */
function lineEnded(text) {
	return `${text.replace(/\n+$/, "")}\n`;
}
function addressOf(connect, address) {
	const health = healthAt(tcpHealth(connect), address);
	return health.kind === "tcp" ? `${health.host.includes(":") ? `[${health.host}]` : health.host}:${health.port}` : connect;
}
/** A file of this machine. */
function sourceOf(path) {
	return {
		path,
		async read() {
			try {
				return await readFile(path, "utf8");
			} catch (error) {
				throw new ProblemError({
					code: "certificate.unreadable",
					where: path,
					found: error instanceof Error ? error.message : String(error),
					expected: "a file that this user may read",
					remedy: "mend the path in `certificates:`, or the rights of the file"
				});
			}
		}
	};
}
function none(environment, names, name) {
	const close = name === void 0 ? void 0 : nearest(name, names, import_fastest_levenshtein.distance);
	return {
		code: name === void 0 || names.length === 0 ? "certificate.none" : "certificate.unknown",
		where: name === void 0 ? `environments.${environment}` : "--certificate",
		found: name ?? "no `certificates:`",
		expected: names.length === 0 ? "certificates in shiplock.yaml" : `one of ${names.join(", ")}`,
		remedy: close === void 0 ? "write `certificates:` as docs/certificates.md says" : `did you mean ${close}?`
	};
}

export { openCertificates as n, sourceOf as r, lineEnded as t };