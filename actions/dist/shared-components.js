import { t as ProblemError } from "./shared-problem.js";
import { W as buildOutcome, ha as sourceCommit, xt as buildRelease } from "./shared-common.js";

// src/release/build/components.ts
/**
* Builds one component of the commit that is checked out, as a release would: a release of the same commit and version then takes what was
* built, by digest. Needs no lease on the environment and no secret.
*/
async function buildComponent(service, request) {
	const component = chosen(service, request);
	const commit = await sourceCommit(service, request.allowDirty);
	const built = await buildRelease(service, {
		commit,
		version: request.version,
		components: [component]
	});
	const version = built.kind === "built" ? built.artefacts.version : request.version ?? commit.slice(0, 12);
	return {
		...buildOutcome(service, built.result, version),
		component,
		commit,
		made: built.kind === "built" ? built.artefacts.byComponent[component] ?? null : null
	};
}
/** The same with every component, in one run. */
async function buildComponents(service, { version, allowDirty }) {
	const commit = await sourceCommit(service, allowDirty);
	const built = await buildRelease(service, {
		commit,
		version
	});
	const named = built.kind === "built" ? built.artefacts.version : version ?? commit.slice(0, 12);
	return {
		...buildOutcome(service, built.result, named),
		made: built.kind === "built" ? {
			...built.artefacts.byComponent,
			...built.artefacts.images
		} : {}
	};
}
/** Pure. */
function chosen({ environment }, { kind, component }) {
	const names = Object.entries(environment.components).filter(([, settings]) => settings.kind === kind).map(([name]) => name);
	const [only] = names;
	if (component === void 0 && only !== void 0 && names.length === 1) return only;
	if (component !== void 0 && names.includes(component)) return component;
	throw new ProblemError({
		code: "cli.component",
		where: `components of ${environment.environment}`,
		found: component ?? `${names.length} components of kind ${kind}`,
		expected: names.length === 0 ? `a component of kind ${kind}` : `one of ${names.join(", ")}, of kind ${kind}`,
		remedy: "name the component"
	});
}

export { buildComponents as n, buildComponent as t };