import { Fi as kubeMetaSchema, Ii as kubePath, Li as kubeText } from "./shared-common.js";
import { A as string, D as object, E as number, P as unknown, _ as boolean, c as unwrap, h as array, i as ok, n as bad, p as _enum, t as ProblemError } from "./shared-problem.js";
import { t as systemClock } from "./shared-clock2.js";
import { i as runCommand } from "./shared-exec.js";
import { f as load } from "./shared-js-yaml.js";
import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { createInterface } from "node:readline";
import { Agent, request } from "node:http";
import { Agent as Agent$1, request as request$1 } from "node:https";

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
	try {
		return statusSchema.safeParse(JSON.parse(text)).data ?? null;
	} catch {
		return null;
	}
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

// src/procedure/kube/kubeconfig.ts
/**
* kubeconfig files as kubectl reads them: clusters, users and contexts by name, several files merged so that the first one that
* names something counts. Pure; files that are named inside are only resolved, never read here.
*/
const execSchema = object({
	apiVersion: string(),
	command: string(),
	args: array(string()).nullish(),
	env: array(object({
		name: string(),
		value: string()
	})).nullish(),
	provideClusterInfo: boolean().nullish()
});
const clusterEntry = object({
	name: string(),
	cluster: object({
		server: string(),
		"certificate-authority": string().nullish(),
		"certificate-authority-data": string().nullish(),
		"insecure-skip-tls-verify": boolean().nullish(),
		"tls-server-name": string().nullish(),
		"proxy-url": string().nullish()
	})
});
const userEntry = object({
	name: string(),
	user: object({
		"client-certificate": string().nullish(),
		"client-certificate-data": string().nullish(),
		"client-key": string().nullish(),
		"client-key-data": string().nullish(),
		token: string().nullish(),
		tokenFile: string().nullish(),
		exec: execSchema.nullish(),
		"auth-provider": object({ name: string() }).nullish()
	}).nullish()
});
const contextEntry = object({
	name: string(),
	context: object({
		cluster: string(),
		user: string().nullish(),
		namespace: string().nullish()
	})
});
const fileSchema = object({
	"current-context": string().nullish(),
	clusters: array(clusterEntry).nullish(),
	users: array(userEntry).nullish(),
	contexts: array(contextEntry).nullish()
});
/** Pure. */
function accessOf(files, wanted) {
	const where = files.map(({ path }) => path).join(":");
	const parsed = [];
	for (const file of files) {
		const one = parseFile(file);
		if (!one.ok) return one;
		parsed.push(one.value);
	}
	const name = wanted ?? parsed.map((one) => one.content["current-context"]).find((one) => one != null && one !== "");
	const contexts = parsed.flatMap((one) => one.content.contexts ?? []);
	const known = [...new Set(contexts.map((one) => one.name))];
	const context = contexts.find((one) => one.name === name)?.context;
	if (name == null || context === void 0) {
		const found = name == null ? "no current context" : `no context \`${name}\``;
		const expected = known.length === 0 ? "a context" : `one of ${known.join(", ")}`;
		return bad({
			code: "kube.context",
			where,
			found,
			expected,
			remedy: "write one of them as `platform.context`, or `kubectl config use-context NAME`"
		});
	}
	const cluster = firstNamed(parsed, context.cluster, (one) => one.clusters);
	if (cluster === void 0) return bad(dangling(where, name, `cluster \`${context.cluster}\``));
	const user = context.user == null ? null : firstNamed(parsed, context.user, (one) => one.users);
	if (user === void 0) return bad(dangling(where, name, `user \`${context.user}\``));
	const made = cluster.value.cluster;
	if (made["proxy-url"] != null && made["proxy-url"] !== "") return bad(unsupported(where, `\`proxy-url\` of the cluster \`${context.cluster}\``));
	const credentials = credentialsOf(user?.value.user ?? {}, user?.dir ?? "/");
	if (credentials === null) return bad(unsupported(where, `\`auth-provider\` of the user \`${context.user}\``));
	return ok({
		name,
		server: made.server.replace(/\/+$/, ""),
		authority: pemOf(made["certificate-authority-data"], made["certificate-authority"], cluster.dir),
		insecure: made["insecure-skip-tls-verify"] === true,
		serverName: made["tls-server-name"] ?? null,
		credentials,
		namespace: context.namespace ?? null
	});
}
function parseFile({ path, text }) {
	const problem = (found) => ({
		code: "kube.kubeconfig",
		where: path,
		found,
		expected: "a kubeconfig file as kubectl reads it",
		remedy: `try \`kubectl --kubeconfig ${path} config view\``
	});
	try {
		const content = fileSchema.safeParse(load(text));
		if (content.success) return ok({
			dir: dirname(path),
			content: content.data
		});
		const issue = content.error.issues[0];
		return bad(problem(`${issue?.message ?? "another form"} at ${issue?.path.join(".") ?? "the top"}`));
	} catch (error) {
		return bad(problem(error instanceof Error ? error.message.split("\n")[0] ?? "no YAML" : String(error)));
	}
}
function firstNamed(files, name, list) {
	for (const { dir, content } of files) {
		const value = list(content)?.find((one) => one.name === name);
		if (value !== void 0) return {
			value,
			dir
		};
	}
}
function credentialsOf(user, dir) {
	const certificate = pemOf(user["client-certificate-data"], user["client-certificate"], dir);
	const key = pemOf(user["client-key-data"], user["client-key"], dir);
	if (certificate !== null && key !== null) return {
		kind: "certificate",
		certificate,
		key
	};
	if (user.tokenFile != null && user.tokenFile !== "") return {
		kind: "token-file",
		path: resolve(dir, user.tokenFile)
	};
	if (user.token != null && user.token !== "") return {
		kind: "token",
		token: user.token
	};
	if (user.exec != null) {
		const { apiVersion, command, args, env } = user.exec;
		const program = command.includes("/") ? resolve(dir, command) : command;
		const variables = Object.fromEntries((env ?? []).map(({ name, value }) => [name, value]));
		return {
			kind: "exec",
			plugin: {
				apiVersion,
				command: program,
				args: args ?? [],
				env: variables
			}
		};
	}
	return user["auth-provider"] == null ? { kind: "none" } : null;
}
function pemOf(data, path, dir) {
	if (data != null && data !== "") return {
		kind: "text",
		text: Buffer.from(data, "base64").toString("utf8")
	};
	return path == null || path === "" ? null : {
		kind: "file",
		path: resolve(dir, path)
	};
}
function dangling(where, context, what) {
	return {
		code: "kube.kubeconfig",
		where,
		found: `the context \`${context}\` names the ${what}, which is not there`,
		expected: "a context whose cluster and user are there",
		remedy: "mend the context, or choose another one with `platform.context`"
	};
}
function unsupported(where, what) {
	return {
		code: "kube.kubeconfig",
		where,
		found: `${what}, which we do not support`,
		expected: "a client certificate, a token, a token file or an exec plugin, without a proxy",
		remedy: "use an exec plugin (`users[].user.exec`), as kubectl itself recommends"
	};
}

// src/procedure/kube/credentials.ts
/** Where the platform itself lays down what a pod needs to talk to its own cluster. */
const SERVICE_ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount";
const EXEC_TIMEOUT_MS = 3e4;
/** Reads files and asks an exec plugin where there is one. */
async function identityOf(cluster, clock, signal) {
	const access = await readAccess(cluster);
	const made = await credentialsNow(access, clock, signal);
	const ca = access.authority === null ? void 0 : await pemText(access.authority);
	return {
		name: access.name,
		server: access.server,
		tls: {
			...ca === void 0 ? {} : { ca },
			...made.tls,
			...access.serverName === null ? {} : { servername: access.serverName },
			rejectUnauthorized: !access.insecure
		},
		token: made.token,
		untilMs: made.untilMs
	};
}
/** The way into a cluster, as its kubeconfig or the pod that we run in says. */
async function readAccess(cluster) {
	if (cluster.kubeconfig === null) return inCluster();
	const found = (await Promise.all(cluster.kubeconfig.map(async (path) => {
		const text = await readFile(path, "utf8").catch((error) => unreadable(path, error));
		return text === null ? [] : [{
			path,
			text
		}];
	}))).flat();
	if (found.length === 0) throw new ProblemError(noFile(cluster.kubeconfig.join(":")));
	return unwrap(accessOf(found, cluster.context));
}
/** A file that is not there may be one of several; any other failure is told. */
function unreadable(path, error) {
	const code = error instanceof Error && "code" in error ? String(error.code) : String(error);
	if (code === "ENOENT") return null;
	throw new ProblemError({
		code: "kube.kubeconfig",
		where: path,
		found: `it cannot be read (${code})`,
		expected: "a file that this user may read",
		remedy: `look at it with \`ls -l ${path}\``
	});
}
function noFile(where) {
	return {
		code: "kube.no-kubeconfig",
		where,
		found: "no such file",
		expected: "a kubeconfig file",
		remedy: "name one as `platform.kubeconfig` or in KUBECONFIG"
	};
}
async function inCluster() {
	const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port } = process.env;
	if (host === void 0 || port === void 0) throw new ProblemError(noFile("KUBECONFIG, ~/.kube/config"));
	return {
		name: "in-cluster",
		server: `https://${host.includes(":") ? `[${host}]` : host}:${port}`,
		authority: {
			kind: "file",
			path: `${SERVICE_ACCOUNT}/ca.crt`
		},
		insecure: false,
		serverName: null,
		credentials: {
			kind: "token-file",
			path: `${SERVICE_ACCOUNT}/token`
		},
		namespace: null
	};
}
async function credentialsNow(access, clock, signal) {
	const { credentials } = access;
	switch (credentials.kind) {
		case "none": return {
			tls: {},
			token: null,
			untilMs: null
		};
		case "token": return {
			tls: {},
			token: credentials.token,
			untilMs: null
		};
		case "token-file": return {
			tls: {},
			token: (await pemText({
				kind: "file",
				path: credentials.path
			})).trim(),
			untilMs: clock.now() + 6e4
		};
		case "certificate": return {
			tls: await pairOf(credentials),
			token: null,
			untilMs: null
		};
		case "exec": return askPlugin(access, credentials.plugin, clock, signal);
	}
}
async function pairOf({ certificate, key }) {
	const [cert, secret] = await Promise.all([pemText(certificate), pemText(key)]);
	return {
		cert,
		key: secret
	};
}
async function pemText(pem) {
	if (pem.kind === "text") return pem.text;
	try {
		return await readFile(pem.path, "utf8");
	} catch (error) {
		const code = error instanceof Error && "code" in error ? String(error.code) : String(error);
		throw new ProblemError({
			code: "kube.kubeconfig",
			where: pem.path,
			found: `it cannot be read (${code})`,
			expected: "the file that the kubeconfig names",
			remedy: "restore it, or ask for new credentials"
		});
	}
}
const answerSchema = object({ status: object({
	token: string().nullish(),
	clientCertificateData: string().nullish(),
	clientKeyData: string().nullish(),
	expirationTimestamp: string().nullish()
}) });
/** Credentials of a program, by the protocol of client.authentication.k8s.io. It is never given a terminal. */
async function askPlugin(access, plugin, clock, signal) {
	const info = {
		apiVersion: plugin.apiVersion,
		kind: "ExecCredential",
		spec: {
			interactive: false,
			cluster: { server: access.server }
		}
	};
	const timeout = AbortSignal.timeout(EXEC_TIMEOUT_MS);
	const result = await runCommand({
		argv: [plugin.command, ...plugin.args],
		env: {
			...plugin.env,
			KUBERNETES_EXEC_INFO: JSON.stringify(info)
		},
		signal: signal === void 0 ? timeout : AbortSignal.any([timeout, signal])
	}, clock).catch((error) => {
		signal?.throwIfAborted();
		throw pluginFailed(plugin, error instanceof Error ? error.message : String(error));
	});
	if (result.exitCode !== 0) throw pluginFailed(plugin, `exit code ${result.exitCode}: ${result.stderr.trim().split("\n").slice(-2).join("; ")}`);
	const answer = answerSchema.safeParse(jsonOf(result.stdout));
	if (!answer.success) throw pluginFailed(plugin, "an answer that is no ExecCredential with a status");
	const { token, clientCertificateData: cert, clientKeyData: key, expirationTimestamp } = answer.data.status;
	if (token == null && (cert == null || key == null)) throw pluginFailed(plugin, "neither a token nor a certificate");
	const until = expirationTimestamp == null ? NaN : Date.parse(expirationTimestamp);
	return {
		tls: cert == null || key == null ? {} : {
			cert,
			key
		},
		token: token ?? null,
		untilMs: Number.isNaN(until) ? null : until
	};
}
function jsonOf(text) {
	try {
		return JSON.parse(text);
	} catch {
		return;
	}
}
function pluginFailed(plugin, found) {
	return new ProblemError({
		code: "kube.exec-plugin",
		where: [plugin.command, ...plugin.args].join(" "),
		found,
		expected: "credentials for the cluster",
		remedy: "run it by hand; many such programs want a login first"
	});
}

// src/procedure/kube/request.ts
/** Credentials are renewed this long before they end. */
const EARLY_MS = 1e4;
function connection(cluster, clock) {
	let held = null;
	let way = {
		context: cluster.context ?? "current context",
		server: "the cluster"
	};
	const identity = async (renew, signal) => {
		const { untilMs = null } = held?.identity ?? {};
		if (held !== null && !renew && (untilMs === null || clock.now() < untilMs - EARLY_MS)) return held;
		held?.agent.destroy();
		const made = await identityOf(cluster, clock, signal);
		way = {
			context: made.name,
			server: made.server
		};
		const options = {
			keepAlive: true,
			maxSockets: 8
		};
		held = {
			identity: made,
			agent: made.server.startsWith("http:") ? new Agent(options) : new Agent$1({
				...options,
				...made.tls
			})
		};
		return held;
	};
	/** A token may have ended meanwhile: the second try is made with new credentials. */
	const open = async (request) => {
		const first = await identity(false, request.signal);
		const answer = await begin(request, first.identity, first.agent).catch((error) => fail(request, error));
		if (answer.statusCode !== 401) return answer;
		answer.resume();
		const second = await identity(true, request.signal);
		return begin(request, second.identity, second.agent).catch((error) => fail(request, error));
	};
	const fail = (request, error) => {
		request.signal?.throwIfAborted();
		if (error instanceof ProblemError) throw error;
		throw new ProblemError(connectionProblem(request.asked, way, error));
	};
	const send = async (request) => {
		const answer = await open(request);
		const text = await readAll(answer, request.timeoutMs).catch((error) => fail(request, error));
		return {
			status: answer.statusCode ?? 0,
			text
		};
	};
	const problem = (asked, { status, text }) => new ProblemError(statusProblem(asked, way, status, text));
	return {
		send,
		problem,
		async stream(request) {
			const answer = await open(request);
			if (answer.statusCode === 200) return answer;
			const text = await readAll(answer, request.timeoutMs).catch((error) => fail(request, error));
			throw problem(request.asked, {
				status: answer.statusCode ?? 0,
				text
			});
		}
	};
}
function begin(request$2, identity, agent) {
	const { method, path, body, contentType = "application/json", signal } = request$2;
	const url = new URL(`${identity.server}${path}`);
	const late = AbortSignal.timeout(request$2.timeoutMs);
	const options = {
		method,
		agent,
		headers: {
			accept: "application/json",
			"user-agent": "shiplock",
			...identity.token === null ? {} : { authorization: `Bearer ${identity.token}` },
			...body === void 0 ? {} : {
				"content-type": contentType,
				"content-length": Buffer.byteLength(body)
			}
		},
		...signal === void 0 ? {} : { signal }
	};
	return new Promise((resolve, reject) => {
		const sent = url.protocol === "http:" ? request(url, options) : request$1(url, {
			...options,
			...identity.tls
		});
		const giveUp = () => {
			sent.destroy(/* @__PURE__ */ new Error(`no answer within ${request$2.timeoutMs} ms`));
		};
		late.addEventListener("abort", giveUp, { once: true });
		sent.on("response", (answer) => {
			late.removeEventListener("abort", giveUp);
			resolve(answer);
		});
		sent.on("error", (error) => {
			late.removeEventListener("abort", giveUp);
			reject(error);
		});
		sent.end(body);
	});
}
/** More than this is no answer of an API server to us. */
const LONGEST = 67108864;
async function readAll(answer, timeoutMs) {
	const late = AbortSignal.timeout(timeoutMs);
	const giveUp = () => {
		answer.destroy(/* @__PURE__ */ new Error(`no whole answer within ${timeoutMs} ms`));
	};
	late.addEventListener("abort", giveUp, { once: true });
	try {
		const chunks = [];
		let size = 0;
		for await (const chunk of answer) {
			const bytes = Buffer.from(chunk);
			size += bytes.length;
			if (size > LONGEST) throw new Error(`an answer of more than ${LONGEST} bytes`);
			chunks.push(bytes);
		}
		return Buffer.concat(chunks).toString("utf8");
	} finally {
		late.removeEventListener("abort", giveUp);
	}
}

// src/procedure/kube/client.ts
const TIMEOUT_MS = 1e4;
/** Looks at a cluster over its API. Nothing is connected, and no file is read, before it is asked something. */
function kubeClient(cluster, clock = systemClock) {
	const way = connection(cluster, clock);
	return {
		get: (kind, name, signal) => get(way, kind, name, signal),
		list: (kind, selector, signal) => list(way, kind, selector, signal),
		watch: (kind, options) => watch(way, kind, options),
		may: (right, signal) => may(way, right, signal),
		version: (signal) => version(way, signal)
	};
}
/** What `text` says, which is JSON or no answer of an API server at all. */
function parsed(asked, text) {
	try {
		return JSON.parse(text);
	} catch {
		throw notKubernetes(asked, text);
	}
}
function notKubernetes({ kind }, text) {
	return new ProblemError({
		code: "kube.not-kubernetes",
		where: `an answer about ${kind.plural}`,
		found: text.trim().slice(0, 200),
		expected: "an answer of an API server",
		remedy: "does the kubeconfig name an API server, or a proxy in front of it that wants a login?"
	});
}
const objectSchema = object({ metadata: kubeMetaSchema });
/** Any object of the API. */
function kubeObject(asked, body) {
	const object = objectSchema.safeParse(body);
	if (!object.success) throw notKubernetes(asked, JSON.stringify(body).slice(0, 200));
	return {
		meta: object.data.metadata,
		body
	};
}
async function get(way, kind, name, signal) {
	const asked = {
		verb: "get",
		kind,
		name
	};
	const answer = await way.send({
		asked,
		method: "GET",
		path: kubePath(kind, name),
		timeoutMs: TIMEOUT_MS,
		signal
	});
	if (answer.status === 404 && isMissingObject(asked, readStatus(answer.text))) return null;
	if (answer.status !== 200) throw way.problem(asked, answer);
	return kubeObject(asked, parsed(asked, answer.text));
}
const listSchema = object({
	metadata: object({
		resourceVersion: string(),
		continue: string().default("")
	}),
	items: array(unknown())
});
const PAGE = 500;
async function list(way, kind, selector, signal) {
	const asked = {
		verb: "list",
		kind
	};
	const items = [];
	let next = "";
	for (;;) {
		const query = new URLSearchParams({
			limit: String(PAGE),
			...selector === void 0 ? {} : { labelSelector: selector },
			...next === "" ? {} : { continue: next }
		});
		const path = `${kubePath(kind)}?${query}`;
		const answer = await way.send({
			asked,
			method: "GET",
			path,
			timeoutMs: TIMEOUT_MS,
			signal
		});
		if (answer.status !== 200) throw way.problem(asked, answer);
		const body = parsed(asked, answer.text);
		const page = listSchema.safeParse(body);
		if (!page.success) throw notKubernetes(asked, answer.text);
		const found = memberOf(body, "items");
		for (const item of Array.isArray(found) ? found : []) items.push(kubeObject(asked, item));
		next = page.data.metadata.continue;
		if (next === "") return {
			items,
			resourceVersion: page.data.metadata.resourceVersion
		};
	}
}
const eventSchema = object({
	type: _enum([
		"ADDED",
		"MODIFIED",
		"DELETED",
		"BOOKMARK",
		"ERROR"
	]),
	object: unknown()
});
/** The server ends a watch by itself after this long, so that a dead connection is noticed. */
const WATCH_SECONDS = 240;
async function* watch(way, kind, options) {
	const { resourceVersion, selector, signal } = options;
	const asked = {
		verb: "watch",
		kind
	};
	const query = new URLSearchParams({
		watch: "1",
		resourceVersion,
		timeoutSeconds: String(WATCH_SECONDS),
		...selector === void 0 ? {} : { labelSelector: selector }
	});
	const path = `${kubePath(kind)}?${query}`;
	const stream = await way.stream({
		asked,
		method: "GET",
		path,
		timeoutMs: TIMEOUT_MS,
		signal
	});
	const lines = createInterface({
		input: stream,
		crlfDelay: Number.POSITIVE_INFINITY
	});
	stream.on("error", () => lines.close());
	try {
		for await (const line of lines) {
			if (line === "") continue;
			const event = eventSchema.parse(parsed(asked, line));
			if (event.type === "BOOKMARK") continue;
			const object = memberOf(parsed(asked, line), "object");
			if (event.type === "ERROR") throw new ProblemError(statusProblem(asked, {
				context: "watch",
				server: ""
			}, 410, JSON.stringify(object)));
			yield {
				type: event.type,
				object: kubeObject(asked, object)
			};
		}
	} finally {
		lines.close();
		stream.destroy();
	}
	signal.throwIfAborted();
}
function memberOf(value, name) {
	if (typeof value !== "object" || value === null || Array.isArray(value)) return null;
	return Object.entries(value).find(([key]) => key === name)?.[1] ?? null;
}
const REVIEW = {
	group: "authorization.k8s.io",
	version: "v1",
	kind: "SelfSubjectAccessReview",
	plural: "selfsubjectaccessreviews"
};
const reviewSchema = object({ status: object({ allowed: boolean() }) });
async function may(way, { verb, kind, subresource }, signal) {
	const asked = {
		verb: "create",
		kind: REVIEW
	};
	const body = JSON.stringify({
		apiVersion: "authorization.k8s.io/v1",
		kind: REVIEW.kind,
		spec: { resourceAttributes: {
			verb,
			group: kind.group,
			version: kind.version,
			resource: kind.plural,
			...kind.namespace === void 0 ? {} : { namespace: kind.namespace },
			...subresource === void 0 ? {} : { subresource }
		} }
	});
	const answer = await way.send({
		asked,
		method: "POST",
		path: kubePath(REVIEW),
		body,
		timeoutMs: TIMEOUT_MS,
		signal
	});
	if (answer.status !== 201) throw way.problem(asked, answer);
	const review = reviewSchema.safeParse(parsed(asked, answer.text));
	if (!review.success) throw notKubernetes(asked, answer.text);
	return review.data.status.allowed;
}
const versionSchema = object({ gitVersion: string() });
const VERSION = {
	group: "",
	version: "v1",
	kind: "Version",
	plural: "version"
};
async function version(way, signal) {
	const asked = {
		verb: "get",
		kind: VERSION
	};
	const answer = await way.send({
		asked,
		method: "GET",
		path: "/version",
		timeoutMs: TIMEOUT_MS,
		signal
	});
	if (answer.status !== 200) throw way.problem(asked, answer);
	const found = versionSchema.safeParse(parsed(asked, answer.text));
	if (!found.success) throw notKubernetes(asked, answer.text);
	return found.data.gitVersion;
}

export { ruleText as a, missingObject as i, kubeObject as n, connection as r, kubeClient as t };