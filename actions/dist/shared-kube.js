import { A as string, D as object, E as number, O as record, h as array, k as strictObject } from "./shared-problem.js";

// src/model/kube.ts
/** Kubernetes as plain data: where a cluster is, what kind of object is meant, and what such an object looks like to us. */
/** Which cluster, by reference: credentials are read at the moment of a request and stand in no effect. */
const clusterSchema = strictObject({
	/** Absolute paths, the first one that names something counts; null: the service account of the pod that we run in. */
	kubeconfig: array(string()).min(1).readonly().nullable(),
	/** Context of it; left out: its current one. */
	context: string().exactOptional()
});
/** A kind of object, in a namespace where it has one. */
const kubeKindSchema = strictObject({
	/** Empty for the core group. */
	group: string(),
	version: string(),
	kind: string(),
	plural: string(),
	namespace: string().exactOptional()
});
/** What every object says of itself, as far as we use it. */
const kubeMetaSchema = object({
	name: string(),
	namespace: string().exactOptional(),
	uid: string().default(""),
	resourceVersion: string(),
	generation: number().exactOptional(),
	creationTimestamp: string().exactOptional(),
	deletionTimestamp: string().exactOptional(),
	labels: record(string(), string()).default({}),
	annotations: record(string(), string()).default({}),
	ownerReferences: array(object({
		kind: string(),
		name: string(),
		uid: string()
	})).default([])
});
/** Path of a kind, or of one object of it. */
function kubePath({ group, version, plural, namespace }, name, subresource) {
	return [
		group === "" ? `/api/${version}` : `/apis/${group}/${version}`,
		...namespace === void 0 ? [] : ["namespaces", encodeURIComponent(namespace)],
		plural,
		...name === void 0 ? [] : [encodeURIComponent(name)],
		...subresource === void 0 ? [] : [subresource]
	].join("/");
}
/** `Rollout demo/api`, `Namespace argocd`. */
function kubeText({ kind, namespace }, name) {
	return `${kind} ${namespace === void 0 ? "" : `${namespace}/`}${name}`;
}
const CORE = {
	group: "",
	version: "v1"
};
const POD = {
	...CORE,
	kind: "Pod",
	plural: "pods"
};
const NAMESPACE = {
	...CORE,
	kind: "Namespace",
	plural: "namespaces"
};

export { kubeKindSchema as a, kubeText as c, clusterSchema as i, NAMESPACE as n, kubeMetaSchema as o, POD as r, kubePath as s, CORE as t };