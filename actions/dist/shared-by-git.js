import { Ei as procedure, M as agreeWithGit, Oi as sequence, Qn as resolveEnvironment, Tt as engineOptions, V as tellGit, Z as underPolicy, ki as step, mt as approvalOf, tr as environmentNames, ur as isInCluster, wt as runAgain } from "./shared-common.js";
import { a as observeGitops, i as gitopsCommitNode, r as gitopsPlace } from "./shared-git.js";
import { c as gitRelations, i as noCluster, r as clusterOf, s as syncNode, t as applicationPlace } from "./shared-cluster.js";
import { A as string, c as unwrap, k as strictObject, t as ProblemError } from "./shared-problem.js";
import { t as kubeClient } from "./shared-client.js";
import { posix } from "node:path";

// src/release/manifests/by-git.ts
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
	return {
		...outcomeOf(service, result, value, committed === null ? `${path} of ${environment.environment} was not set in git` : committed.changed ? `${path} of ${environment.environment} is ${value} in git, by commit ${committed.commit.slice(0, 12)}` : `${path} of ${environment.environment} is ${value} in git already`),
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
/** Asks Argo CD to bring a commit into the cluster and waits until it has: this one, or one that contains it. */
async function waitForArgoCd(opened, request) {
	const service = await underPolicy(opened, "forward");
	const { environment, store, exec, clock, door } = service;
	if (!isInCluster(environment)) throw new ProblemError(noCluster(environment, "wait"));
	const cluster = clusterOf(environment, door.env);
	const place = gitopsPlace(environment, store);
	const commit = request.commit ?? (await observeGitops(place, exec)).commit ?? "";
	if (!/^[0-9a-f]{40,64}$/.test(commit)) throw new ProblemError(noCommit(environment.environment, commit));
	const wanted = wantedStep(commit);
	const { node, synced } = syncNode({
		id: "sync",
		place: applicationPlace(environment, cluster),
		kube: kubeClient(cluster, clock),
		commit: wanted,
		relations: gitRelations(place),
		deadlineMs: environment.platform.syncDeadlineMs
	});
	const result = await begin(service, procedure({
		id: "argocd-wait",
		title: `Wait until Argo CD has brought ${commit.slice(0, 12)} to ${environment.environment}`,
		description: "Argo CD is asked to look at git, what stands in the way is ended, and it is waited for.",
		environment: environment.environment,
		inputs: {
			commit,
			why: request.why
		},
		root: sequence({
			id: "wait",
			title: "Wait for Argo CD",
			steps: [wanted, node]
		})
	}));
	const revision = result.outcome === "done" ? result.outputs(synced)?.revision ?? "" : "";
	const said = result.outcome === "done" ? `Argo CD has brought ${commit.slice(0, 12)} to ${environment.environment}` : `Argo CD has not brought ${commit.slice(0, 12)} to ${environment.environment}`;
	return {
		...outcomeOf(service, result, commit.slice(0, 12), said),
		commit,
		revision
	};
}
function wantedStep(commit) {
	return step({
		id: "commit",
		title: `Take ${commit.slice(0, 12)}`,
		inputs: { commit },
		read: async () => null,
		decide: () => ({
			kind: "nothing",
			why: "it is given"
		}),
		outputs: strictObject({ commit: string() }),
		collect: () => ({ commit }),
		planned: () => ({ commit }),
		probe: "repeatable"
	});
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
async function begin(service, tree) {
	await agreeWithGit(service);
	const result = await runAgain(tree, engineOptions(service));
	await tellGit(service);
	return result;
}
function outcomeOf(service, result, version, said) {
	const { run, outcome, exit, problems, planHash, anchor } = result;
	const first = problems[0];
	const sentence = first === void 0 ? `${said}.` : `${said}: ${first.found} (${first.code}).`;
	const { service: name, environment } = service.target;
	return {
		exit,
		run,
		version,
		problems,
		summary: {
			service: name,
			environment,
			version,
			before: null,
			outcome,
			sentence,
			run,
			planHash,
			anchor,
			gate: null,
			problems
		}
	};
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
function noCommit(environment, found) {
	return {
		code: "cli.commit",
		where: environment,
		found: found === "" ? "a branch without a commit" : found,
		expected: "a whole commit id, 40 or 64 hexadecimal digits",
		remedy: "name the commit, or push one to the branch of `gitops`"
	};
}

export { waitForArgoCd as n, commitValue as t };