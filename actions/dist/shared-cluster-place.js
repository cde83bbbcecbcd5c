import { join } from "node:path";
import { homedir } from "node:os";

// src/release/environment/cluster-place.ts
/** Where an environment lies in a cluster. Pure. */
/** Why something that is done in clusters only, looking or waiting, cannot be done where hosts of ours serve. */
function noCluster({ environment, platform }, doing) {
	return {
		code: "release.no-cluster",
		where: environment,
		found: `the platform \`${platform.kind}\``,
		expected: "an environment that Argo CD brings into a cluster",
		remedy: doing === "look" ? "`shiplock status` says what serves on hosts, and whether git agrees" : "name an environment on kubernetes; on hosts a release waits for itself"
	};
}
function clusterOf({ platform }, env) {
	return clusterAt(platform, env);
}
/** Which cluster: kubectl's own rules, with what the configuration says before them. */
function clusterAt({ kubeconfig, context }, env) {
	const listed = (env["KUBECONFIG"] ?? "").split(":").filter((path) => path !== "");
	const inPod = env["KUBERNETES_SERVICE_HOST"] !== void 0 && listed.length === 0;
	const usual = listed.length > 0 ? listed : [join(env["HOME"] ?? homedir(), ".kube", "config")];
	return {
		kubeconfig: kubeconfig !== null ? [kubeconfig] : inPod ? null : usual,
		...context === null ? {} : { context }
	};
}
function applicationPlace({ platform }, cluster) {
	return {
		cluster,
		namespace: platform.argocdNamespace,
		name: platform.application
	};
}

export { noCluster as i, clusterAt as n, clusterOf as r, applicationPlace as t };