import { Zt as underPolicy, er as approvalOf, ic as sequence, ls as environmentNames, n as runDone, nc as procedure, os as resolveEnvironment, t as openFor } from "./shared-common.js";
import { t as gitopsPlace } from "./shared-observe2.js";
import { c as unwrap, t as ProblemError } from "./shared-problem.js";
import { n as outcomeOf, t as begin } from "./shared-by-git.js";
import { posix } from "node:path";

// src/release/manifests/commit-value.ts
/**
* Sets one value in the repository of an environment, by compare-and-swap, under its lease. Never in a file that names what serves: only a
* release, with its gates and its way back, may change that, and one value has many addresses.
*/
async function commitValue(opened, request) {
	const service = await ruledWithoutGates(opened);
	const { environment, store, door } = service;
	const gitops = gitopsOf(service);
	const { file, path, value, why } = request;
	if (NOT_TEXT.test(value)) throw new ProblemError(onlyText(file, path, value));
	if (filesThatName(service, gitops.repository).has(posix.normalize(file))) throw new ProblemError(namesWhatServes(environment.environment, file));
	const { gitopsCommitNode } = await import("./shared-commit.js");
	const node = gitopsCommitNode({
		...gitopsPlace({
			...environment,
			gitops
		}, store),
		id: "commit",
		file,
		path,
		value,
		author: gitops.author,
		signingKey: gitops.signingKey,
		service: environment.service,
		environment: environment.environment,
		message: `${environment.service} in ${environment.environment}: ${path} ${value}`,
		actor: door.who,
		missingFile: "refuse"
	});
	const result = await begin(service, procedure({
		id: "gitops-commit",
		title: `Set ${path} of ${environment.environment} in git`,
		description: "One commit that changes one value and no other byte, in a file that does not name what serves.",
		environment: environment.environment,
		inputs: {
			file,
			path,
			value,
			why
		},
		root: sequence({
			id: "gitops",
			title: "One commit",
			steps: [node]
		})
	}));
	const committed = result.outputs(node) ?? null;
	const said = committed === null ? `${path} of ${environment.environment} was not set in git` : committed.changed ? `${path} of ${environment.environment} is ${value} in git, by commit ${committed.commit.slice(0, 12)}` : `${path} of ${environment.environment} is ${value} in git already`;
	return {
		...outcomeOf(service, result, value, said),
		committed
	};
}
/** What would be written with quotes, as a text that looks like something else. */
const NOT_TEXT = /^(?:[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[-+]?\d+)?|true|false|null|~)$/i;
function onlyText(file, path, value) {
	return {
		code: "release.only-text",
		where: `${file} ${path}`,
		found: `${value}, which is no text`,
		expected: "a text: a commit writes numbers, true and false in quotes",
		remedy: "set it with `shiplock gitops set` in a working copy, which keeps its kind, and commit that"
	};
}
/** Neither has gates: where the policy asks for a person or a window before anything goes forward, only a release may. */
async function ruledWithoutGates(opened) {
	const service = await underPolicy(opened, "forward");
	const { approval } = approvalOf(service.rules.kind === "policy" ? service.rules.policy.rules : void 0);
	if (approval === void 0) return service;
	throw new ProblemError({
		code: "policy.needs-a-release",
		where: service.environment.environment,
		found: "a change of git without a gate",
		expected: `${approval.role === null ? "a window" : `an approval by the role ${approval.role}`}, as the policy asks before anything goes forward`,
		remedy: "put the value into shiplock.yaml or into the repository by a reviewed commit, and release"
	});
}
function gitopsOf({ environment }) {
	if (environment.gitops !== null) return environment.gitops;
	throw new ProblemError({
		code: "release.no-gitops",
		where: `environments.${environment.environment}`,
		found: "no `gitops:`",
		expected: "a repository that names what serves",
		remedy: "write `gitops:` into shiplock.yaml"
	});
}
/** Files of a repository that name what serves in some environment of this service. */
function filesThatName({ config, baseDir }, repository) {
	const places = environmentNames(config).flatMap((name) => {
		const { gitops } = unwrap(resolveEnvironment(config, name, { baseDir }));
		return gitops !== null && gitops.repository === repository ? [posix.normalize(gitops.file)] : [];
	});
	return new Set(places);
}
function namesWhatServes(environment, file) {
	return {
		code: "release.names-what-serves",
		where: `environments.${environment}.gitops`,
		found: `${file}, which names what serves`,
		expected: "another file",
		remedy: "release, promote or roll back: those commit it, with their gates and a way back"
	};
}

// actions/gitops-commit/act.ts
/** Commits one value. */
async function act(inputs, job) {
	const service = await openFor(job, inputs);
	const { path, value, file, reason: why } = inputs;
	const outcome = await commitValue(service, {
		path,
		value,
		file,
		why
	});
	const { committed } = outcome;
	const { outputs, ...done } = await runDone(service, outcome);
	const { version: _value, ...run } = outputs;
	return {
		...done,
		outputs: {
			...run,
			commit: committed?.commit ?? "",
			before: String(committed?.before ?? ""),
			changed: String(committed?.changed ?? false)
		}
	};
}

export { act, commitValue as t };