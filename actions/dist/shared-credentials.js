import { Fn as object, Jn as string, Lt as boolean, Nt as array } from "./shared-schemas.js";
import { r as parsedJson } from "./shared-json.js";
import { c as unwrap, i as ok, n as bad, t as ProblemError } from "./shared-problem.js";
import { r as runCommand } from "./shared-exec.js";
import { f as load } from "./shared-js-yaml.js";
import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";

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
	const answer = answerSchema.safeParse(parsedJson(result.stdout));
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
function pluginFailed(plugin, found) {
	return new ProblemError({
		code: "kube.exec-plugin",
		where: [plugin.command, ...plugin.args].join(" "),
		found,
		expected: "credentials for the cluster",
		remedy: "run it by hand; many such programs want a login first"
	});
}

export { identityOf };