import { Fn as object, Jn as string, Pn as number } from "./shared-schemas.js";
import { r as parsedJson } from "./shared-json.js";
import { mc as kubeText } from "./shared-common.js";

// src/procedure/kube/problems.ts
const statusSchema = object({
	message: string().default(""),
	reason: string().default(""),
	details: object({
		name: string().default(""),
		kind: string().default(""),
		retryAfterSeconds: number().default(0)
	}).partial().default({})
});
/** What the server says of a failure; null for a text that is no such answer (a path that is not served). */
function readStatus(text) {
	return statusSchema.safeParse(parsedJson(text)).data ?? null;
}
function askedText({ verb, kind, name, subresource }) {
	return `${verb} ${name === void 0 ? `${kind.plural} in ${kind.namespace ?? "the cluster"}` : kubeText(kind, name)}${subresource === void 0 ? "" : ` (${subresource})`}`;
}
/** Whether "404" means this one object, not its kind. */
function isMissingObject(asked, status) {
	return status?.reason === "NotFound" && asked.name !== void 0 && status.details.name === asked.name;
}
/** The problem of an answer other than 2xx. */
function statusProblem(asked, way, code, text) {
	const status = readStatus(text);
	const where = `${way.context}: ${askedText(asked)}`;
	const said = status?.message || text.trim().slice(0, 300) || "no words";
	switch (code) {
		case 401: return {
			code: "kube.credentials",
			where,
			found: "the cluster does not know these credentials, or they have ended (401)",
			expected: `credentials of the context ${way.context} that are still good`,
			remedy: `log in again or ask for a new token; try \`kubectl --context ${way.context} get --raw /version\``
		};
		case 403: return status !== null && isDenied(status) ? denied(where, said) : forbidden(asked, where, said);
		case 404: return notFound(asked, where, status);
		case 409: return {
			code: status?.reason === "AlreadyExists" ? "kube.exists" : "kube.conflict",
			where,
			found: said,
			expected: "the object as it was when this change was decided",
			remedy: "nothing: it is read and decided anew; if it goes on, find out who else writes it"
		};
		case 410: return {
			code: "kube.watch-too-old",
			where,
			found: said,
			expected: "a version that the server still has",
			remedy: "nothing: the list is read anew"
		};
		case 422: return isDeniedText(said) ? denied(where, said) : {
			code: "kube.invalid",
			where,
			found: said,
			expected: "an object that its definition allows",
			remedy: "mend what the message names; does the version of the definition (CRD) fit?"
		};
		default: return {
			code: code === 429 || code >= 500 ? "kube.busy" : "kube.refused",
			where,
			found: `status ${code}: ${said}`,
			expected: "an answer",
			remedy: "see the log of the API server, then try again"
		};
	}
}
/** Policies and webhooks answer 403 or 422 too, and no RBAC rule would help. */
function isDenied(status) {
	return isDeniedText(status.message) || !/cannot \w+ resource|is forbidden: User/.test(status.message);
}
function isDeniedText(text) {
	return /admission webhook .* denied|ValidatingAdmissionPolicy .* denied|violates PodSecurity|exceeded quota/.test(text);
}
function denied(where, said) {
	return {
		code: "kube.denied",
		where,
		found: said,
		expected: "what the policies of the cluster allow",
		remedy: "mend what the policy names; it is no question of rights"
	};
}
function forbidden({ verb, kind, subresource }, where, said) {
	return {
		code: "kube.forbidden",
		where,
		found: said,
		expected: `the right to ${verb} ${resourceName(kind, subresource)}`,
		remedy: `give the account a ${kind.namespace === void 0 ? "ClusterRole" : `Role in ${kind.namespace}`} with the rule ${ruleText({
			verb,
			kind,
			subresource
		})}`
	};
}
function resourceName({ plural }, subresource) {
	return subresource === void 0 ? plural : `${plural}/${subresource}`;
}
/** The RBAC rule that would allow it, as it is written in YAML. */
function ruleText({ verb, kind, subresource }) {
	return `{apiGroups: ["${kind.group}"], resources: ["${resourceName(kind, subresource)}"], verbs: ["${verb}"]}`;
}
function notFound(asked, where, status) {
	const { kind, name } = asked;
	if (status?.details.kind === "namespaces" && kind.kind !== "Namespace") return {
		code: "kube.namespace",
		where,
		found: `no namespace \`${status.details.name ?? kind.namespace}\``,
		expected: "a namespace that is there",
		remedy: "mend `platform.namespace`, or make it: `kubectl create namespace …`"
	};
	if (name !== void 0 && isMissingObject(asked, status)) return missingObject(where, kind, name);
	return {
		code: "kube.missing-kind",
		where,
		found: `the cluster does not know ${kind.plural}.${kind.group} in version ${kind.version}`,
		expected: "the definition (CRD) of this kind",
		remedy: HOME[kind.group] ?? `install what brings ${kind.plural}.${kind.group}`
	};
}
const HOME = { "argoproj.io": "install Argo CD (for Applications) and Argo Rollouts (for Rollouts) with their definitions, `kubectl get crd` lists them" };
function missingObject(where, kind, name) {
	return {
		code: "kube.not-found",
		where,
		found: `no ${kubeText(kind, name)}`,
		expected: "an object of this name there",
		remedy: `mend the name or the namespace; \`kubectl get ${kind.plural} --all-namespaces\` lists what is there`
	};
}
const TLS = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER|ALTNAME|EPROTO|ERR_SSL|ERR_OSSL|ERR_TLS|BAD_DECRYPT|key values mismatch/;
/** The problem of a request that got no answer. */
function connectionProblem(asked, way, error) {
	const where = `${way.context}: ${askedText(asked)}`;
	const code = error instanceof Error && "code" in error ? String(error.code) : "";
	const words = error instanceof Error ? error.message : String(error);
	if (TLS.test(`${code} ${words}`)) return {
		code: "kube.tls",
		where,
		found: `${words}${code === "" || words.includes(code) ? "" : ` (${code})`}`,
		expected: `a certificate of ${way.server} that the authority of the context vouches for`,
		remedy: "is it the right server? Otherwise put its certificate authority into the kubeconfig"
	};
	return {
		code: "kube.unreachable",
		where,
		found: words === "" ? code || "no answer" : words,
		expected: `an API server that answers at ${way.server}`,
		remedy: "does the cluster run, and does this machine reach it (VPN, firewall, DNS)?"
	};
}

export { ruleText as a, readStatus as i, isMissingObject as n, statusProblem as o, missingObject as r, connectionProblem as t };