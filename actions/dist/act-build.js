import { t as buildComponent } from "./shared-components.js";
import { U as testedShare, V as madeMarkdown, n as runDone, t as openFor } from "./shared-common.js";

// actions/shared/act-build.ts
/** Builds one component of a kind. */
async function build(kind, inputs, job) {
	return (await buildOne(kind, inputs, job)).done;
}
/** Builds a Go program: its digests by platform, and how far its tests reach. */
async function buildGo(inputs, job) {
	const { done, built } = await buildOne("go", inputs, job);
	const { component, made } = built;
	const digests = Object.fromEntries((made?.platforms ?? []).map(({ platform, digest }) => [platform, digest]));
	return {
		...done,
		outputs: {
			...done.outputs,
			digests: JSON.stringify(digests),
			coverage: testedShare(made)
		},
		summary: `${done.summary ?? ""}${made === null ? "" : madeMarkdown({ [component]: made })}`
	};
}
async function buildOne(kind, inputs, job) {
	const service = await openFor(job, inputs);
	const { component, release: version } = inputs;
	const built = await buildComponent(service, {
		kind,
		component,
		version,
		allowDirty: false
	});
	const { outputs, ...done } = await runDone(service, built);
	return {
		built,
		done: {
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
		}
	};
}

export { build, buildGo };