import { Jn as string, qn as strictObject } from "./shared-schemas.js";
import { Is as isInCluster, Zt as underPolicy, ac as step, ic as sequence, n as runDone, nc as procedure, t as openFor } from "./shared-common.js";
import { r as observeGitops, t as gitopsPlace } from "./shared-observe2.js";
import { t as gitRelations } from "./shared-relation.js";
import { t as ProblemError } from "./shared-problem.js";
import { i as noCluster, r as clusterOf, t as applicationPlace } from "./shared-cluster-place.js";
import { n as outcomeOf, t as begin } from "./shared-by-git.js";

// src/release/manifests/wait-for-argocd.ts
/** Asks Argo CD to bring a commit into the cluster and waits until it has: this one, or one that contains it. */
async function waitForArgoCd(opened, request) {
	const service = await underPolicy(opened, "forward");
	const { environment, store, exec, clock, door } = service;
	if (!isInCluster(environment)) throw new ProblemError(noCluster(environment, "wait"));
	const [{ syncNode }, { kubeClient }] = await Promise.all([import("./shared-wait2.js"), import("./shared-client2.js")]);
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
function noCommit(environment, found) {
	return {
		code: "cli.commit",
		where: environment,
		found: found === "" ? "a branch without a commit" : found,
		expected: "a whole commit id, 40 or 64 hexadecimal digits",
		remedy: "name the commit, or push one to the branch of `gitops`"
	};
}

// actions/argocd-wait/act.ts
/** Waits until Argo CD has what git says. */
async function act(inputs, job) {
	const service = await openFor(job, inputs);
	const outcome = await waitForArgoCd(service, {
		commit: inputs.commit,
		why: inputs.reason
	});
	const { outputs, ...done } = await runDone(service, outcome);
	const { version: _commit, ...run } = outputs;
	return {
		...done,
		outputs: {
			...run,
			commit: outcome.commit,
			revision: outcome.revision
		}
	};
}

export { act, waitForArgoCd as t };