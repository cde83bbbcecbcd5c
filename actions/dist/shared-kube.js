import { pc as kubePath } from "./shared-common.js";
import { n as kubeObject, r as connection } from "./shared-client.js";

// src/procedure/effects/kube.ts
const CONTENT_TYPE = {
	create: "application/json",
	merge: "application/merge-patch+json",
	apply: "application/apply-patch+yaml"
};
/** Name of the field manager: what `kubectl get --show-managed-fields` shows as the writer. */
const FIELD_MANAGER = "shiplock";
/**
* One change of one object. With `resourceVersion` the API server itself refuses it when the object is not the one that the change was
* decided on: the fence at this resource.
*/
async function kubeEffect(effect, ctx) {
	const begin = ctx.clock.monotonic();
	const { verb, object, name, subresource } = effect;
	const asked = {
		verb: verb === "create" ? "create" : "patch",
		kind: object,
		name,
		subresource
	};
	const way = connection(effect.cluster, ctx.clock);
	const answer = await way.send({
		asked,
		method: verb === "create" ? "POST" : "PATCH",
		path: `${pathOf(effect)}?fieldManager=${FIELD_MANAGER}`,
		body: JSON.stringify(bodyOf(effect)),
		contentType: CONTENT_TYPE[verb],
		timeoutMs: effect.timeoutMs,
		signal: ctx.signal
	});
	const done = {
		kind: "kube",
		durationMs: ctx.clock.monotonic() - begin
	};
	if (answer.status === 200 || answer.status === 201) {
		const { resourceVersion } = kubeObject(asked, JSON.parse(answer.text)).meta;
		return {
			...done,
			resourceVersion
		};
	}
	throw way.problem(asked, answer);
}
function pathOf({ verb, object, name, subresource }) {
	return verb === "create" ? kubePath(object) : kubePath(object, name, subresource);
}
/** The change with what every kind needs around it. Pure. */
function bodyOf({ verb, object, name, body, resourceVersion }) {
	const { metadata, ...rest } = body;
	const given = typeof metadata === "object" && metadata !== null && !Array.isArray(metadata) ? metadata : {};
	const version = resourceVersion === void 0 ? {} : { resourceVersion };
	if (verb === "merge") {
		const meta = {
			...given,
			...version
		};
		return Object.keys(meta).length === 0 ? rest : {
			...rest,
			metadata: meta
		};
	}
	return {
		apiVersion: apiVersionOf(object),
		kind: object.kind,
		...rest,
		metadata: {
			...given,
			name,
			...object.namespace === void 0 ? {} : { namespace: object.namespace },
			...version
		}
	};
}
function apiVersionOf({ group, version }) {
	return group === "" ? version : `${group}/${version}`;
}

export { kubeEffect };