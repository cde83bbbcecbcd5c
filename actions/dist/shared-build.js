import { at as buildRelease, g as buildOutcome, lt as sourceCommit } from "./shared-report.js";
import { t as ProblemError, w as object } from "./shared-problem.js";
import { n as runAction, o as optional } from "./shared-job.js";
import { n as runDone, t as openFor } from "./shared-service.js";
import { t as defineAction } from "./shared-define.js";
import { a as state, i as release, n as config, r as environment, t as RUN_OUTPUTS } from "./shared-fields.js";

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

// actions/shared/run-build.ts
/** Builds one component of a kind. */
function runBuild(definition, kind) {
	return runAction(definition, async (inputs, job) => {
		const service = await openFor(job, inputs);
		const { component, release: version } = inputs;
		const built = await buildComponent(service, {
			kind,
			component,
			version,
			allowDirty: false
		});
		const { outputs, ...done } = await runDone(service.store, built);
		return {
			...done,
			outputs: {
				outcome: outputs.outcome,
				run: outputs.run,
				version: outputs.version,
				component: built.component,
				commit: built.commit,
				path: built.made?.path ?? "",
				digest: built.made?.digest ?? ""
			}
		};
	});
}

// actions/shared/build.ts
function defineBuild({ name, title, description, kind, example }) {
	return defineAction({
		name,
		title,
		description,
		inputs: object({
			environment: environment("that it is built for."),
			component: optional(`Which component. Empty means the only one of kind \`${kind}\`.`, example),
			config: config(),
			state: state(),
			release: release()
		}),
		outputs: {
			outcome: RUN_OUTPUTS.outcome,
			run: RUN_OUTPUTS.run,
			component: "What was built.",
			version: "The version that was stamped in.",
			commit: "The commit that was built.",
			path: "Where it lies on the runner.",
			digest: "`sha256:…` of it."
		},
		acts: true
	});
}

export { runBuild as n, buildComponent as r, defineBuild as t };