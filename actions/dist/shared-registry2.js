import { Et as _enum, Jn as string, Kt as custom, Nt as array, Sn as looseObject, Un as record, or as union, xn as literal } from "./shared-schemas.js";
import { t as require_fastest_levenshtein } from "./shared-fastest-levenshtein.js";
import { n as nearest } from "./shared-json.js";
import { s as problemsOf, t as ProblemError } from "./shared-problem.js";
import { r as hasCode } from "./shared-store.js";
import { o as definitionProblems } from "./shared-runbook.js";
import { readdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";

// src/cli/runbook/registry.ts
var import_fastest_levenshtein = require_fastest_levenshtein();
/** Which runbooks there are: those that come with this program, and those of the service, from the directory `runbooks` beside its shiplock.yaml. */
/** By name. Each is loaded when it is asked for. */
const SHIPPED = {
	"certificate-renew": () => import("./shared-certificate-renew.js"),
	"certificate-status": () => import("./shared-certificate-status.js"),
	"database-setup": () => import("./shared-database-setup2.js"),
	"host-restore": () => import("./shared-host-restore.js"),
	"key-rotate": () => import("./shared-key-rotate.js"),
	"log-rotate": () => import("./shared-log-rotate.js"),
	"maintenance-off": () => import("./shared-maintenance-off.js"),
	"maintenance-on": () => import("./shared-maintenance-on.js"),
	"password-rotate": () => import("./shared-password-rotate.js"),
	restore: () => import("./shared-restore3.js"),
	rollback: () => import("./shared-rollback.js"),
	scale: () => import("./shared-scale2.js"),
	"service-revive": () => import("./shared-service-revive.js"),
	"system-restart": () => import("./shared-system-restart.js"),
	"system-start": () => import("./shared-system-start.js"),
	"system-status": () => import("./shared-system-status.js"),
	"system-stop": () => import("./shared-system-stop.js"),
	"upgrade-database": () => import("./shared-upgrade-database.js"),
	"upgrade-packages": () => import("./shared-upgrade-packages.js")
};
const SHIPPED_NAMES = Object.keys(SHIPPED).toSorted();
/** @throws ProblemError `cli.unknown-runbook`, or what is wrong with the file */
async function findRunbook(name, place) {
	const shipped = Object.hasOwn(SHIPPED, name) ? SHIPPED[name] : void 0;
	const files = await ownFiles(place);
	const file = files.find((one) => nameOf(one) === name);
	if (shipped !== void 0) {
		if (file !== void 0) throw new ProblemError(taken(file, name));
		const { default: found } = await shipped();
		if (place?.byComment === true && found.how.kind === "delivery") throw new ProblemError(ownCommand(found));
		return {
			runbook: found,
			own: false
		};
	}
	if (file === void 0 || place === null) throw new ProblemError(unknown(name, [...SHIPPED_NAMES, ...files.map(nameOf)].toSorted()));
	return {
		runbook: await loadOwn(file, place),
		own: true
	};
}
/** All of them by name; a file that cannot be read does not hide the others. */
async function listRunbooks(place) {
	const found = [];
	const broken = [];
	for (const name of SHIPPED_NAMES) {
		const load = SHIPPED[name];
		if (load !== void 0) found.push({
			runbook: (await load()).default,
			own: false
		});
	}
	for (const file of await ownFiles(place)) try {
		if (place === null) continue;
		if (Object.hasOwn(SHIPPED, nameOf(file))) throw new ProblemError(taken(file, nameOf(file)));
		found.push({
			runbook: await loadOwn(file, place),
			own: true
		});
	} catch (error) {
		broken.push({
			file,
			problems: problemsOf(error, file)
		});
	}
	return {
		found,
		broken
	};
}
/** Node runs TypeScript as it is; tests of runbooks are none. */
const OWN_FILE = /^(?!.*\.(?:test|d)\.)[a-z][a-z0-9-]*\.(?:ts|mts|js|mjs)$/;
async function ownFiles(place) {
	if (place === null) return [];
	try {
		return (await readdir(place.directory)).filter((name) => OWN_FILE.test(name)).toSorted().map((name) => join(place.directory, name));
	} catch (error) {
		if (hasCode(error, "ENOENT") || hasCode(error, "ENOTDIR")) return [];
		throw error;
	}
}
function nameOf(file) {
	return basename(file).replace(/\.[a-z]+$/, "");
}
/** A definition, or a function that makes one out of the kit: so the file needs no path to this program. */
const exported = union([custom((value) => typeof value === "function"), custom(isRunbook)]);
/**
* Loads a runbook of the service. It is code, and runs with the rights of who asked for it: only from a checkout that this person has chosen.
* @throws ProblemError
*/
async function loadOwn(file, { env, byComment = false }) {
	if (byComment) throw new ProblemError(fromComment(file));
	if ((env["GITHUB_EVENT_NAME"] ?? "").startsWith("pull_request")) throw new ProblemError(fromPullRequest(file));
	let module;
	try {
		module = await import(pathToFileURL(file).href);
	} catch (error) {
		throw new ProblemError(unreadable(file, error instanceof Error ? error.message : String(error)));
	}
	const value = typeof module === "object" && module !== null && "default" in module ? module.default : void 0;
	const made = exported.safeParse(value);
	const { kit } = await import("./shared-kit.js");
	const definition = made.success && typeof made.data === "function" ? made.data(kit) : value;
	if (!isRunbook(definition)) throw new ProblemError(unreadable(file, "no runbook as its default export"));
	if (definition.id !== nameOf(file)) throw new ProblemError(unreadable(file, `the id \`${definition.id}\`, which is not the name of the file`));
	const problems = definitionProblems(definition);
	if (problems.length > 0) throw new ProblemError(problems);
	return definition;
}
const shape = looseObject({
	id: string(),
	title: string(),
	summary: string(),
	when: string(),
	requirements: array(string()),
	roles: array(looseObject({
		role: string(),
		does: string()
	})),
	severity: _enum([
		"reads",
		"changes",
		"destructive"
	]),
	inputs: array(looseObject({
		name: string(),
		kind: string(),
		question: string()
	})),
	prerequisites: array(string()),
	wayBack: string(),
	clauses: array(looseObject({ id: string() })),
	sample: record(string(), string()),
	how: looseObject({ kind: literal("tree") })
});
function isRunbook(value) {
	if (!shape.safeParse(value).success) return false;
	const { how } = shape.parse(value);
	return typeof how["build"] === "function";
}
function unknown(name, names) {
	const near = nearest(name, names, import_fastest_levenshtein.distance);
	return {
		code: "cli.unknown-runbook",
		where: "command line",
		found: `the runbook ${JSON.stringify(name)}, which is not there`,
		expected: `one of ${names.join(", ")}`,
		remedy: near === void 0 ? "`shiplock runbook list` shows them; `shiplock runbook new` makes one" : `did you mean ${near}?`
	};
}
function taken(file, name) {
	return {
		code: "runbook.name-taken",
		where: file,
		found: `a runbook \`${name}\` of the service`,
		expected: "a name that no runbook of this program has",
		remedy: "give the file, and the id in it, another name"
	};
}
function unreadable(file, found) {
	return {
		code: "runbook.unreadable",
		where: file,
		found,
		expected: "a default export that is a runbook, or a function that makes one out of the kit",
		remedy: "see docs/runbooks.md; `shiplock runbook new NAME` writes one that works"
	};
}
function fromPullRequest(file) {
	return {
		code: "runbook.from-pull-request",
		where: file,
		found: "a runbook of the service, asked for in the workflow of a pull request",
		expected: "a checkout of a branch that is trusted: the file is code, and would run with the rights of this job",
		remedy: "run it after the merge, or from a terminal"
	};
}
function fromComment(file) {
	return {
		code: "runbook.from-comment",
		where: file,
		found: "a runbook of the service, asked for by a comment",
		expected: "one that comes with this program: the file is code of the checkout, and a comment pins no commit of it",
		remedy: "start it, or go on with its run by `shiplock runbook resume`, at a terminal"
	};
}
function ownCommand({ id }) {
	return {
		code: "runbook.has-command",
		where: `/runbook … ${id}`,
		found: `the runbook ${id}, asked for by a comment`,
		expected: `/${id}, to which the policy gives a role of its own`,
		remedy: `write /${id}; \`/help ${id}\` has its parameters`
	};
}

export { findRunbook as n, listRunbooks as r, SHIPPED_NAMES as t };