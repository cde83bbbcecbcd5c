import { t as ProblemError } from "./shared-problem.js";
import { o as versionSchema } from "./shared-release.js";
import { join } from "node:path";

// src/platform/local/layout.ts
/**
* The one directory layout of a host, the standard for every service (docs/layout.md):
*
*     <root>/run/fence, run/unit.lock
*     <root>/hosts/<name>/     root of a host of its own, where one machine plays several
*     <root>/<component>/releases/<version>/   the artefact and unit.json
*     <root>/<component>/current               link to releases/<version>: what starts after a reboot
*     <root>/<component>/shared/               data that outlives releases
*     <root>/<component>/logs/<instance>.log
*     <root>/<component>/run/                  one <instance>.json per instance, wanted.json, history.json
*
* Names are checked before they become paths, so no name can lead out of the root.
*/
/** Under the root, `run` belongs to the host itself, and `hosts` holds the roots of further ones. */
const RESERVED = /* @__PURE__ */ new Set(["run", "hosts"]);
const COMPONENT = /^[a-z0-9](?:[a-z0-9_-]{0,38}[a-z0-9])?$/;
/** Root of a host that this machine plays under the root of an environment. Pure. */
function hostRoot(root, host) {
	return join(root, "hosts", host);
}
const UNIT_FILE = "unit.json";
/** An artefact that brings a file of that name. */
function reservedName(artefact) {
	return new ProblemError({
		code: "unit.reserved-name",
		where: artefact,
		found: `a file named ${UNIT_FILE}`,
		expected: "another name: the platform writes its own record there",
		remedy: "rename the file in the artefact"
	});
}
/** Paths below an absolute root. Pure. */
function layout(root) {
	const hostRun = join(root, "run");
	return {
		root,
		hostRun,
		fence: join(hostRun, "fence"),
		lock: join(hostRun, "unit.lock"),
		component: (name) => componentLayout(root, checkComponent(name))
	};
}
function componentLayout(root, component) {
	const home = join(root, component);
	const run = join(home, "run");
	const releases = join(home, "releases");
	const logs = join(home, "logs");
	const release = (version) => join(releases, checkVersion(version));
	return {
		component,
		home,
		releases,
		current: join(home, "current"),
		shared: join(home, "shared"),
		logs,
		run,
		wanted: join(run, "wanted.json"),
		history: join(run, "history.json"),
		installLock: join(run, "install.lock"),
		release,
		unit: (version) => join(release(version), UNIT_FILE),
		runFile: (instance) => join(run, `${instance}.json`),
		stopFile: (instance) => join(run, `${instance}.stop`),
		log: (instance) => join(logs, `${instance}.log`)
	};
}
function isComponent(name) {
	return COMPONENT.test(name) && !RESERVED.has(name);
}
/** @throws ProblemError `unit.bad-name` for a name that may not be a directory of the layout */
function checkComponent(name) {
	if (isComponent(name)) return name;
	throw new ProblemError({
		code: "unit.bad-name",
		where: "--component",
		found: JSON.stringify(name),
		expected: "lower-case letters, digits, - and _, at most 40, and neither `run` nor `hosts`",
		remedy: "rename the component"
	});
}
/** @throws ProblemError `unit.bad-version` */
function checkVersion(version) {
	if (versionSchema.safeParse(version).success) return version;
	throw new ProblemError({
		code: "unit.bad-version",
		where: "--version",
		found: JSON.stringify(version),
		expected: "letters, digits, dot, plus, minus; at most 64; a letter or digit at both ends",
		remedy: "give the version as in release.json"
	});
}
/** Name of the n-th instance (from 1) of a version: unique within the component, since the part after the last `-` is n. */
function instanceName(version, index) {
	return `${version}-${index}`;
}
function guardName(instance) {
	return `${instance}.guard`;
}
const PLACEHOLDER = /\{(\w+)\}/g;
/** Puts values in for `{name}`; names that are not known stay as they are, so JSON in an argument survives. */
function fill(text, values) {
	return text.replace(PLACEHOLDER, (whole, name) => Object.hasOwn(values, name) ? values[name] ?? whole : whole);
}

export { hostRoot as a, layout as c, guardName as i, reservedName as l, checkComponent as n, instanceName as o, fill as r, isComponent as s, UNIT_FILE as t };