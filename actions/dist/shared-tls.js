import { Fn as object, Jn as string, Lt as boolean, qn as strictObject } from "./shared-schemas.js";
import { i as string$1, r as number } from "./shared-libraries.js";
import { c as judgePair, d as timeProblems, i as shownAt, n as renewNode, r as shownText, u as signedBy } from "./shared-certificate.js";
import { a as accountText, t as declaredAccounts } from "./shared-account-secret.js";
import { n as openDsnSession } from "./shared-session2.js";
import { xt as resolveDsn } from "./shared-migrate.js";
import { t as ProblemError } from "./shared-problem.js";
import { f as laidHere, g as verbsForGood, h as setOf, m as localLayEffect } from "./shared-program.js";
import { Sr as openEnvironment, Xs as action, ac as step, br as runAgain, ic as sequence, nc as procedure, wr as withDatabaseRoots, xr as engineOptions } from "./shared-common.js";
import { r as sourceOf, t as lineEnded } from "./shared-certificates.js";
import { h as parseAddress } from "./shared-scalars.js";
import { n as localResource } from "./shared-system.js";
import { readFile, stat } from "node:fs/promises";
import { dirname, isAbsolute, join } from "node:path";
import { isIP } from "node:net";
import { X509Certificate, createHash } from "node:crypto";
import { readFileSync } from "node:fs";

// src/database/tls.ts
const variable = object({
	Variable_name: string(),
	Value: string()
});
const accountRow = object({
	user: string(),
	host: string(),
	kind: string$1().nullable()
});
const clearRow = object({
	user: string().nullable(),
	open: number()
});
/** Locked accounts and roles log in never; what MySQL keeps of itself (`mysql.sys`) is locked too. */
const ACCOUNTS = {
	mysql: "SELECT User AS user, Host AS host, ssl_type AS kind FROM mysql.user WHERE account_locked = 'N'",
	mariadb: `SELECT User AS user, Host AS host, JSON_VALUE(Priv, '$.ssl_type') AS kind FROM mysql.global_priv
 WHERE IFNULL(JSON_VALUE(Priv, '$.is_role'), 0) NOT IN ('1', 'true') AND IFNULL(JSON_VALUE(Priv, '$.account_locked'), 0) NOT IN ('1', 'true')`
};
/** MariaDB knows no kind of connection; the cipher of each stands in its status. */
const IN_CLEAR = {
	mysql: "SELECT PROCESSLIST_USER AS user, COUNT(*) AS open FROM performance_schema.threads WHERE CONNECTION_TYPE = 'TCP/IP' GROUP BY PROCESSLIST_USER",
	mariadb: `SELECT t.PROCESSLIST_USER AS user, COUNT(*) AS open FROM performance_schema.threads t JOIN performance_schema.status_by_thread s USING (THREAD_ID)
 WHERE s.VARIABLE_NAME = 'Ssl_cipher' AND s.VARIABLE_VALUE = '' AND t.PROCESSLIST_HOST <> 'localhost' GROUP BY t.PROCESSLIST_USER`
};
/** @throws what the server refuses */
async function readTls(ask, engine) {
	const rows = await ask(variable, "SHOW GLOBAL VARIABLES WHERE Variable_name IN ('version', 'datadir', 'ssl_ca', 'ssl_cert', 'ssl_key', 'tls_version', 'require_secure_transport', 'performance_schema')");
	const told = new Map(rows.map((row) => [row.Variable_name.toLowerCase(), row.Value]));
	const text = (name) => told.get(name) ?? "";
	const whole = (path) => isAbsolute(path) ? path : join(text("datadir"), path);
	const [cert, key, ca] = [
		text("ssl_cert"),
		text("ssl_key"),
		text("ssl_ca")
	];
	const clear = text("performance_schema").toUpperCase() === "ON" ? await ask(clearRow, IN_CLEAR[engine]) : null;
	const accounts = await ask(accountRow, ACCOUNTS[engine]);
	return {
		version: text("version"),
		pair: cert === "" || key === "" ? null : {
			cert: whole(cert),
			key: whole(key),
			ca: ca === "" ? null : whole(ca)
		},
		dataDirectory: join(text("datadir"), "."),
		protocols: text("tls_version").split(",").filter((one) => one !== ""),
		required: /^(?:on|1)$/i.test(text("require_secure_transport")),
		accounts: accounts.map(({ user, host, kind }) => ({
			user,
			from: host,
			requires: kind !== null && kind !== "" && kind !== "0",
			inClear: clear === null ? null : clear.filter((one) => one.user === user).reduce((sum, one) => sum + one.open, 0)
		}))
	};
}
/** Has a server read its pair again; connections that are open stay as they are. */
function reloadTls(engine) {
	return engine === "mysql" ? "ALTER INSTANCE RELOAD TLS" : "FLUSH SSL";
}
/** Lets an account in over TLS alone, or also without. */
function requireTls(account, required) {
	return `ALTER USER ${accountText(account)} REQUIRE ${required ? "SSL" : "NONE"}`;
}
/** The file of a server that names its pair. Paths are those of the configuration, which hold no character of note. */
function tlsFile(engine, pair) {
	return [
		"# Written by shiplock database tls; edits are lost.",
		engine === "mysql" ? "[mysqld]" : "[mariadb]",
		`ssl_cert = ${pair.cert}`,
		`ssl_key = ${pair.key}`,
		"tls_version = TLSv1.2,TLSv1.3",
		""
	].join("\n");
}
const NEAR = /* @__PURE__ */ new Set([
	"localhost",
	"127.0.0.1",
	"::1"
]);
/** What one should not find; told, and changed only where it was asked for. Pure. */
function tlsFindings({ protocols, required, accounts }) {
	const old = protocols.filter((one) => one === "TLSv1" || one === "TLSv1.0" || one === "TLSv1.1");
	const open = required ? [] : accounts.filter(({ from, requires }) => !requires && !NEAR.has(from));
	return [...old.length === 0 ? [] : [{
		code: "database.tls-old-protocol",
		where: "tls_version",
		found: old.join(", "),
		expected: "TLSv1.2,TLSv1.3",
		remedy: "write `tls_version = TLSv1.2,TLSv1.3` into the file of the server, and restart it when it suits"
	}], ...open.map((one) => ({
		code: "database.tls-not-required",
		where: accountText(one),
		found: "let in over a network without TLS",
		expected: "over TLS alone",
		remedy: `${requireTls(one, true)}, once all who use it connect over TLS; \`--require\` does it for declared accounts`
	}))];
}

// src/release/database/tls-authority.ts
const pairFiles = ({ directory }) => ({
	chain: join(directory, "server.pem"),
	key: join(directory, "server-key.pem")
});
/** Only looks. @param now milliseconds since 1970 */
async function lookAtAuthority(place, now) {
	const { chain: chainFile, key: keyFile } = pairFiles(place);
	const [ca, chain, key] = await Promise.all([
		place.ca,
		chainFile,
		keyFile
	].map(textOf));
	const hasKey = await stat(join(place.directory, "ca-key.pem")).then(() => true, () => false);
	const base = {
		ca: ca ?? null,
		hasKey
	};
	if (ca == null || chain == null || key == null) return {
		...base,
		facts: null,
		problems: [noPair(place)]
	};
	const judged = judgePair(chain, key, {
		...place,
		now,
		where: chainFile
	});
	const foreign = signedBy(chain, ca) ? [] : [otherAuthority(place, chainFile)];
	return judged.kind === "unreadable" ? {
		...base,
		facts: null,
		problems: judged.problems
	} : {
		...base,
		facts: judged.facts,
		problems: [...judged.problems, ...foreign]
	};
}
async function textOf(file) {
	return readFile(file, "utf8").catch((error) => {
		if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
		throw new ProblemError({
			code: "database.tls-unreadable",
			where: file,
			found: error instanceof Error ? error.message : String(error),
			expected: "a file that this user may read",
			remedy: "run it as the user whose file it is, such as root"
		});
	});
}
/** Effects that make the authority where it is not whole; none where it is. Pure. */
function makeAuthority(place, { ca, hasKey }) {
	const { directory, resource, service } = place;
	const key = join(directory, "ca-key.pem");
	const settings = join(directory, "ca.cnf");
	const lines = [
		...[
			"[req]",
			"prompt = no",
			"distinguished_name = name",
			"x509_extensions = authority"
		],
		...[
			"[name]",
			`CN = ${service} database authority`,
			"[authority]"
		],
		...["basicConstraints = critical, CA:TRUE, pathlen:0", "keyUsage = critical, keyCertSign, cRLSign"],
		...["subjectKeyIdentifier = hash", ""]
	];
	if (ca !== null) return [];
	return [
		command(resource, [
			"install",
			"-d",
			"-m",
			"0700",
			directory
		]),
		...hasKey ? [] : newKey(resource, key),
		{
			kind: "file",
			path: settings,
			content: lines.join("\n"),
			mode: 384,
			timeoutMs: QUICK_MS
		},
		command(resource, [
			"mkdir",
			"-p",
			dirname(place.ca)
		]),
		command(resource, [...[
			"openssl",
			"req",
			"-x509",
			"-new",
			"-sha256",
			"-key",
			key,
			"-config",
			settings
		], ...[
			"-days",
			String(AUTHORITY_DAYS),
			"-out",
			`${place.ca}.new`
		]]),
		...whole(resource, `${place.ca}.new`, place.ca)
	];
}
/** Effects that make a new pair; the key is a new one each time. Pure. */
function makePair(place) {
	const { directory, resource, names, validity } = place;
	const { chain, key } = pairFiles(place);
	const settings = join(directory, "server.cnf");
	const request = join(directory, "server.csr");
	const lines = [
		...[
			"[req]",
			"prompt = no",
			"distinguished_name = name",
			"[name]",
			`CN = ${(names[0] ?? "").slice(0, 64)}`
		],
		...[
			"[server]",
			"basicConstraints = critical, CA:FALSE",
			"keyUsage = critical, digitalSignature"
		],
		...[
			"extendedKeyUsage = serverAuth",
			"subjectKeyIdentifier = hash",
			"authorityKeyIdentifier = keyid"
		],
		`subjectAltName = ${names.map((name) => `${isIP(name) === 0 ? "DNS" : "IP"}:${name}`).join(", ")}`,
		""
	];
	return [
		...newKey(resource, `${key}.next`),
		{
			kind: "file",
			path: settings,
			content: lines.join("\n"),
			mode: 384,
			timeoutMs: QUICK_MS
		},
		command(resource, [
			"openssl",
			"req",
			"-new",
			"-key",
			`${key}.next`,
			"-config",
			settings,
			"-out",
			request
		]),
		command(resource, [
			...[
				"openssl",
				"x509",
				"-req",
				"-sha256",
				"-in",
				request,
				"-CA",
				place.ca
			],
			...[
				"-CAkey",
				join(directory, "ca-key.pem"),
				"-CAserial",
				join(directory, "ca.srl"),
				"-CAcreateserial"
			],
			...[
				"-days",
				String(validity),
				"-extfile",
				settings,
				"-extensions",
				"server",
				"-out",
				`${chain}.new`
			]
		]),
		command(resource, [
			"mv",
			"-f",
			`${key}.next`,
			key
		]),
		...whole(resource, `${chain}.new`, chain)
	];
}
/** Why no pair can be made here. Pure. */
function cannotMake(place, state, now) {
	const { ca, hasKey } = state;
	if (ca === null) return [];
	if (!hasKey) return [noKey(place)];
	const { validFrom, validTo } = new X509Certificate(ca);
	const times = {
		notBefore: new Date(validFrom).toISOString(),
		notAfter: new Date(validTo).toISOString()
	};
	return timeProblems(times, {
		days: place.validity,
		now,
		where: place.ca
	});
}
const AUTHORITY_DAYS = 3650;
const QUICK_MS = 3e4;
function command(resource, argv) {
	return {
		kind: "exec",
		argv,
		resource,
		timeoutMs: QUICK_MS
	};
}
/** openssl makes files of private keys for their owner only. */
function newKey(resource, file) {
	return [
		command(resource, [
			"openssl",
			"genpkey",
			...[
				"-algorithm",
				"EC",
				"-pkeyopt",
				"ec_paramgen_curve:P-256"
			],
			"-out",
			`${file}.new`
		]),
		command(resource, [
			"chmod",
			"0600",
			`${file}.new`
		]),
		...whole(resource, `${file}.new`, file)
	];
}
function whole(resource, from, to) {
	return [command(resource, ["sync", from]), command(resource, [
		"mv",
		"-f",
		from,
		to
	])];
}
function noPair(place) {
	const { chain, key } = pairFiles(place);
	return {
		code: "database.tls-no-pair",
		where: chain,
		found: `not all of ${place.ca}, ${chain} and ${key}`,
		expected: "roots, certificate and key",
		remedy: "give --create: an authority of your own is made, and a pair; or put the pair of another authority there"
	};
}
function otherAuthority({ ca }, where) {
	return {
		code: "database.tls-other-authority",
		where,
		found: `a certificate that none of ${ca} has signed`,
		expected: "a certificate that those trust who trust these roots",
		remedy: "give --create for a new pair; or put the pair that this authority has signed there"
	};
}
function noKey({ ca, directory }) {
	return {
		code: "database.tls-no-authority-key",
		where: join(directory, "ca-key.pem"),
		found: `the roots ${ca}, and no key that could sign for them`,
		expected: "both, or a pair that was made elsewhere",
		remedy: "put the new pair (server.pem, server-key.pem) there; or run it where the key of the authority is kept"
	};
}

// src/release/database/tls-look.ts
/** @throws ProblemError `database.no-tls`, and when the server does not answer */
async function openTls(door, request) {
	const service = await openEnvironment(door, request.environment, "without-trust");
	const { environment, secrets, clock } = service;
	const { database } = environment;
	const settings = database?.tls ?? null;
	if (database === null || settings === null) throw new ProblemError(noTls(request.environment));
	const { engine, accounts: declared } = database;
	const dsn = request.admin === null ? database.dsn : { secret: request.admin };
	const { host = "", port = 3306, socketPath } = resolveDsn(dsn, secrets).options;
	const local = socketPath !== void 0 || LOOPBACK.has(host);
	const at = socketPath === void 0 ? addressText(host, port) : declared?.address ?? addressText("127.0.0.1", 3306);
	const place = placeOf(service, settings);
	const state = place === null ? null : await lookAtAuthority(place, clock.now());
	const clients = clientNames(service, declared?.address);
	const names = settings.server?.names ?? (clients.length > 0 ? clients : [host]);
	const ca = state?.ca ?? await rootsOf(settings.ca);
	const shown = await shownAt(at, {
		name: names[0] ?? host,
		ca,
		speaks: "mysql"
	});
	const base = {
		service,
		engine,
		dsn,
		settings,
		place,
		request
	};
	const { server, used } = await asked({
		...base,
		secrets
	}, {
		ca,
		local,
		shown
	});
	const accounts = declared == null ? [] : declaredAccounts(service).filter(({ from }) => from !== "localhost");
	const now = clock.now();
	const plan = {
		engine,
		at,
		names,
		shown,
		now,
		server,
		authority: state,
		accounts,
		findings: [...shownFindings(shown, at, settings.server?.days ?? DAYS, now), ...server === null ? [] : tlsFindings(server)],
		refusals: [
			...local ? [] : [notLocal(at)],
			...place === null ? [noServer(request.environment)] : [],
			...place === null ? [] : clients.filter((one) => !place.names.includes(one)).map((one) => otherName(one, place)),
			...pairRefusals(place, state, request, now),
			...server === null || settings.server === void 0 ? [] : otherPlace(server, settings.server.directory),
			...request.require ? requireRefusals(server, accounts) : []
		]
	};
	return {
		...base,
		secrets: used,
		plan
	};
}
/** What the server says of itself, as an administrator sees it. */
function askTls({ service, dsn, secrets, engine }) {
	return asAdministrator({
		service,
		dsn,
		secrets
	}, (ask) => readTls(ask, engine));
}
async function asAdministrator({ service, dsn, secrets }, look) {
	const connectTimeoutMs = service.environment.database?.connectTimeoutMs ?? 1e4;
	const session = await openDsnSession(resolveDsn(dsn, secrets), connectTimeoutMs);
	try {
		return await look((row, sql, values) => session.ask(row, sql, values));
	} finally {
		await session.close();
	}
}
/** A password is sent to a server that is trusted, or on this machine; to nobody else. */
async function asked(work, { ca, local, shown }) {
	if (local) {
		const used = shown.kind === "shown" ? {
			...work.secrets,
			databaseTrust: { kind: "here" }
		} : work.secrets;
		return {
			server: await askTls({
				...work,
				secrets: used
			}),
			used
		};
	}
	if (ca === null || shown.kind === "silent" || shown.distrust !== null) return {
		server: null,
		used: work.secrets
	};
	const used = {
		...work.secrets,
		databaseTrust: {
			kind: "roots",
			pem: ca
		}
	};
	return {
		server: await askTls({
			...work,
			secrets: used
		}),
		used
	};
}
/** By which names the product and the accounts that it makes reach the server. */
function clientNames({ environment, secrets }, address) {
	const named = parseAddress(address ?? "")?.host;
	const own = () => {
		if (environment.database === null) return void 0;
		const { host, socketPath } = resolveDsn(environment.database.dsn, secrets).options;
		return socketPath === void 0 ? host : void 0;
	};
	try {
		return [...new Set([own(), named].filter((one) => one !== void 0))];
	} catch (error) {
		if (!(error instanceof ProblemError)) throw error;
		return named === void 0 ? [] : [named];
	}
}
const LOOPBACK = /* @__PURE__ */ new Set([
	"localhost",
	"127.0.0.1",
	"::1"
]);
const DAYS = 30;
function addressText(host, port) {
	return isIP(host) === 6 ? `[${host}]:${port}` : `${host}:${port}`;
}
function placeOf({ environment }, { ca, server }) {
	if (server === void 0) return null;
	const { authority, names, days, validity } = server;
	return {
		ca,
		directory: authority,
		names,
		days,
		validity,
		service: environment.service,
		resource: localResource(environment)
	};
}
async function rootsOf(file) {
	const { readFile } = await import("node:fs/promises");
	return readFile(file, "utf8").catch(() => null);
}
function shownFindings(shown, at, days, now) {
	if (shown.kind === "silent") return [{
		code: "database.tls-off",
		where: at,
		found: shown.reason,
		expected: "a handshake of TLS",
		remedy: "give the server a pair: `shiplock database tls --create --apply` on its machine"
	}];
	const { facts, distrust } = shown;
	return [...timeProblems(facts, {
		days,
		now,
		where: at
	}).map((problem) => ({
		...problem,
		remedy: "renew it: `shiplock database tls --create --apply` on the machine of the server"
	})), ...distrust === null ? [] : [{
		code: "database.tls-not-trusted",
		where: at,
		found: `${shownText(shown)}, which a client does not trust: ${distrust}`,
		expected: "a certificate for its names, signed by `database.tls.ca`",
		remedy: "give the server such a pair: `shiplock database tls --create --apply` on its machine"
	}]];
}
function pairRefusals(place, state, { create }, now) {
	if (place === null || state === null || state.problems.length === 0) return [];
	return create ? cannotMake(place, state, now) : state.problems;
}
/** What lies elsewhere may be used by others, or be renewed by them. */
function otherPlace({ pair, dataDirectory }, directory) {
	return (pair === null ? [] : [
		pair.cert,
		pair.key,
		...pair.ca === null ? [] : [pair.ca]
	]).filter((path) => ![directory, dataDirectory].includes(dirname(path))).map((path) => ({
		code: "database.tls-other-place",
		where: path,
		found: "a file of the server in a place that may not be its own",
		expected: `all of its pair in ${directory}, or in its data directory`,
		remedy: `write \`directory: ${dirname(path)}\` when nobody else uses what lies there; or move it, name it in the file of the server, and restart it`
	}));
}
function requireRefusals(server, accounts) {
	return (server?.accounts ?? []).filter(({ user, from, inClear }) => (inClear ?? 0) > 0 && accounts.some((one) => one.user === user && one.from === from)).map(({ user, from, inClear }) => ({
		code: "database.tls-in-clear",
		where: `account ${user}@${from}`,
		found: `${inClear} connections without TLS now`,
		expected: "none: whoever opened them would be let in no more",
		remedy: "have it connect over TLS first (docs/database.md), restart it, and run this again"
	}));
}
function noTls(environment) {
	return {
		code: "database.no-tls",
		where: `environments.${environment}.database`,
		found: "no `tls:`",
		expected: "the roots that connections to it trust",
		remedy: "write `tls: { ca: …, server: { names: […], authority: … } }`; docs/database.md"
	};
}
function noServer(environment) {
	return {
		code: "database.tls-no-server",
		where: `environments.${environment}.database.tls`,
		found: "no `server:`",
		expected: "names of the server, and where its pair is kept",
		remedy: "write `server: { names: […], authority: … }`; docs/database.md"
	};
}
function notLocal(at) {
	return {
		code: "database.tls-not-local",
		where: at,
		found: "a server on another machine",
		expected: "the machine of the server: its files are laid down there",
		remedy: "run it there, with a connection string to its socket or to 127.0.0.1"
	};
}
function otherName(name, { names }) {
	return {
		code: "database.tls-other-name",
		where: "database.tls.server.names",
		found: names.join(", "),
		expected: `${name} too, by which clients reach the server`,
		remedy: "add the name: clients refuse a certificate that is not for the name they asked for"
	};
}

// src/release/database/tls.ts
/** TLS of the server of a database: a pair that its clients trust, laid down, read by the running server, seen by a handshake, or taken back. */
/** Only looks. @throws ProblemError */
async function planTls(door, request) {
	return (await openTls(door, request)).plan;
}
/**
* Makes the pair where that was asked for, and puts it in place. A server that has a pair reads the new one while it runs, and gets the old one back
* when a client would not trust what it shows. One that has none gets a file that names the pair, and reads it when it is started again (`restart`).
* @throws ProblemError when it is refused: nothing was changed
*/
async function setTls(door, request) {
	const work = await openTls(door, request);
	const { plan, place, secrets, service } = work;
	if (plan.refusals.length > 0) throw new ProblemError(plan.refusals);
	if (place === null || plan.server === null) throw new TypeError("both are refused");
	const result = await runAgain(tlsProcedure(work, place, plan.server), {
		...engineOptions(service),
		secrets
	});
	return {
		result,
		plan,
		restart: result.exit === 0 && plan.server.pair === null
	};
}
const LAY_MS = 3e4;
function tlsProcedure(work, place, server) {
	const { service, request, plan, engine } = work;
	const { environment } = service.environment;
	return procedure({
		id: "database-tls",
		title: `Give the database of ${environment} a pair that its clients trust`,
		description: "The pair is looked at, laid down, and seen by handshakes; the one before comes back when a client would not trust it.",
		environment,
		inputs: {
			environment,
			engine,
			why: request.why,
			create: request.create,
			require: request.require,
			names: [...place.names],
			pair: server.pair === null ? null : { ...server.pair }
		},
		root: sequence({
			id: "tls",
			title: "Put the pair in place",
			steps: [
				...request.create ? [authorityStep(work, place), issueStep(work, place)] : [],
				...server.pair === null ? [firstStep(work, place), optionsStep(work, place)] : [renewNode(certificateOf(work, place, server.pair), ""), clientsStep(work)],
				...request.require && server.pair !== null ? plan.accounts.map((account) => requireStep(work, account)) : []
			]
		})
	});
}
function authorityStep({ service }, place) {
	return action({
		id: "authority",
		title: "Make an authority where there is none",
		inputs: { ca: place.ca },
		read: () => lookAtAuthority(place, service.clock.now()),
		decide: (state) => {
			const effects = makeAuthority(place, state);
			return effects.length === 0 ? {
				kind: "nothing",
				why: "it is there"
			} : {
				kind: "do",
				effects
			};
		},
		probe: "repeatable",
		verify: async () => (await lookAtAuthority(place, service.clock.now())).ca === null ? [notMade(place.ca)] : []
	});
}
function issueStep({ service }, place) {
	return action({
		id: "issue",
		title: `Make a pair that is good for ${place.days} days and more`,
		inputs: {
			names: [...place.names],
			validity: place.validity
		},
		read: () => lookAtAuthority(place, service.clock.now()),
		decide: ({ problems, facts }) => problems.length === 0 ? {
			kind: "nothing",
			why: `serial ${facts?.serial ?? ""} is good until ${facts?.notAfter ?? ""}`
		} : {
			kind: "do",
			why: problems[0]?.found ?? "",
			effects: makePair(place)
		},
		probe: "repeatable",
		verify: async () => (await lookAtAuthority(place, service.clock.now())).problems
	});
}
/** The certificate as the steps of every renewal know it: one host, this machine, whose server begins TLS when it is asked to. */
function certificateOf({ service, plan, engine, dsn }, { resource, names, days, ca, ...place }, at) {
	const { chain, key } = pairFiles(place);
	const files = [
		{
			to: at.key,
			sources: [key]
		},
		{
			to: at.cert,
			sources: [chain]
		},
		...at.ca === null ? [] : [{
			to: at.ca,
			sources: [ca]
		}]
	];
	const laid = (verb) => (digests) => files.map((file, index) => lay(resource, verb, {
		...file,
		digest: digests[index] ?? "",
		set: setOf(digests)
	}));
	return {
		name: "database",
		names,
		days,
		resource,
		speaks: "mysql",
		places: [{
			host: "server",
			at: plan.at,
			files: files.map(({ to }) => to),
			laid: () => Promise.all(files.map(({ to }) => laidHere(to))),
			put: laid("put"),
			back: laid("back"),
			settle: laid("settle"),
			reload: () => [{
				kind: "sql",
				dsn,
				statements: [reloadTls(engine)],
				lock: "shiplock:database-tls",
				timeoutMs: LAY_MS
			}]
		}],
		chain: sourceOf(chain),
		key: sourceOf(key),
		ca: sourceOf(ca),
		renew: null,
		cwd: service.baseDir,
		service: "the database",
		digestsOf: (one, other) => [
			other,
			one,
			...at.ca === null ? [] : [readFileSync(ca, "utf8")]
		].map(digestOf),
		unknownDigests: files.map(() => "<pair.digest>")
	};
}
function lay(resource, verb, file) {
	return localLayEffect({
		resource,
		privileged: privileged()
	}, verb, file);
}
/** Nothing brings back what was there before. */
function layForGood(resource, files, lie) {
	return verbsForGood(lie).flatMap((verb) => files.map((file) => lay(resource, verb, file)));
}
function privileged() {
	return process.getuid?.() === 0 ? [] : ["sudo", "-n"];
}
function digestOf(text) {
	return createHash("sha256").update(lineEnded(text)).digest("hex");
}
const firstFiles = ({ settings }) => {
	const directory = settings.server?.directory ?? "";
	return {
		directory,
		cert: join(directory, "server-cert.pem"),
		key: join(directory, "server-key.pem")
	};
};
function allLie({ files, laid }) {
	return files.every(({ digest }, at) => laid[at] === digest);
}
/** A server without a pair: it is laid down where nothing reads it yet. */
function firstStep(work, place) {
	const { directory, cert, key } = firstFiles(work);
	const owner = work.settings.server?.owner ?? "";
	const read = async () => {
		const from = pairFiles(place);
		const [keyDigest = "", chainDigest = ""] = (await Promise.all([from.key, from.chain].map((path) => sourceOf(path).read().catch(() => "")))).map(digestOf);
		const set = setOf([keyDigest, chainDigest]);
		return {
			there: await laidHere(cert) !== null || await isDirectory(directory),
			laid: await Promise.all([key, cert].map(laidHere)),
			files: [{
				to: key,
				sources: [from.key],
				digest: keyDigest,
				set
			}, {
				to: cert,
				sources: [from.chain],
				digest: chainDigest,
				set
			}]
		};
	};
	const command = (...argv) => ({
		kind: "exec",
		argv: [...privileged(), ...argv],
		resource: place.resource,
		timeoutMs: LAY_MS
	});
	return action({
		id: "first",
		title: `Lay the pair down in ${directory}`,
		inputs: {
			directory,
			owner
		},
		read,
		decide: (first) => ({
			kind: "do",
			effects: [
				...first.there ? [] : [command("install", "-d", "-m", "0750", "-o", owner, directory)],
				...layForGood(place.resource, first.files, allLie(first)),
				command("chown", owner, key, cert),
				command("chmod", "0600", key)
			]
		}),
		probe: "repeatable",
		verify: async () => allLie(await read()) ? [] : [notMade(directory)]
	});
}
async function isDirectory(path) {
	return stat(path).then((found) => found.isDirectory(), () => false);
}
/** Last: from now on the next start of the server uses the pair. */
function optionsStep(work, place) {
	const to = work.settings.server?.options ?? "";
	const text = tlsFile(work.engine, firstFiles(work));
	const staged = join(place.directory, "server-options.cnf");
	const digest = digestOf(text);
	return action({
		id: "options",
		title: `Name the pair in ${to}`,
		description: "The server reads it when it is started again.",
		inputs: { file: to },
		read: async () => ({
			lies: await laidHere(to) === digest,
			readable: await isReadable(to)
		}),
		decide: ({ lies, readable }) => lies && readable ? {
			kind: "nothing",
			why: "it stands there"
		} : {
			kind: "do",
			effects: [
				{
					kind: "file",
					path: staged,
					content: text,
					mode: 384,
					timeoutMs: LAY_MS
				},
				...layForGood(place.resource, [{
					to,
					sources: [staged],
					digest,
					set: setOf([digest])
				}], lies),
				{
					kind: "exec",
					argv: [
						...privileged(),
						"chmod",
						"0644",
						to
					],
					resource: place.resource,
					timeoutMs: LAY_MS
				}
			]
		},
		probe: "repeatable",
		verify: async () => await laidHere(to) === digest && await isReadable(to) ? [] : [notMade(to)]
	});
}
/** By everybody: what was killed before it said so has left a file that the server may not read. */
async function isReadable(path) {
	return stat(path).then(({ mode }) => (mode & 511) === 420, () => false);
}
/** The connection of the product itself, as it is opened from now on. */
function clientsStep({ service }) {
	const { database } = service.environment;
	return action({
		id: "clients",
		title: "Connect as the migrations do, with the server verified",
		read: async () => {
			if (database === null) return null;
			const dsn = resolveDsn(database.dsn, await withDatabaseRoots(service.secrets, service.environment));
			try {
				await (await openDsnSession(dsn, database.connectTimeoutMs)).close();
				return null;
			} catch (error) {
				if (!(error instanceof ProblemError)) throw error;
				return error.problems[0] ?? null;
			}
		},
		decide: (problem) => problem === null ? {
			kind: "nothing",
			why: "it is let in, and trusts the server"
		} : {
			kind: "refuse",
			problems: [problem]
		},
		probe: "repeatable"
	});
}
const before = strictObject({ required: boolean() });
function requireStep(work, account) {
	const { role, user, from } = account;
	const look = async () => (await askTls(work)).accounts.find((one) => one.user === user && one.from === from)?.requires ?? null;
	const effect = (required) => ({
		kind: "sql",
		dsn: work.dsn,
		statements: [requireTls(account, required)],
		timeoutMs: LAY_MS,
		lock: "shiplock:database-tls",
		why: "connections that are open stay open"
	});
	return step({
		id: `require-${role}`,
		title: `Let ${user}@${from} in over TLS alone`,
		inputs: {
			role,
			user,
			from
		},
		read: look,
		decide: (required) => {
			if (required === null) return {
				kind: "nothing",
				why: "there is no such account"
			};
			return required ? {
				kind: "nothing",
				why: "it is so"
			} : {
				kind: "do",
				effects: [effect(true)]
			};
		},
		outputs: before,
		collect: (_results, required) => ({ required: required !== false }),
		planned: (required) => ({ required: required !== false }),
		probe: "repeatable",
		verify: async () => await look() === false ? [notMade(`account ${user}@${from}`)] : [],
		undo: ({ required }) => required ? {
			kind: "nothing",
			why: "it was so before"
		} : {
			kind: "do",
			effects: [effect(false)]
		}
	});
}
function notMade(where) {
	return {
		code: "database.tls-not-made",
		where,
		found: "not what was asked for",
		expected: "what was just made",
		remedy: "see whether another program writes there; then run it again"
	};
}

export { setTls as a, readTls as c, tlsFile as d, tlsFindings as f, planTls as i, reloadTls as l, digestOf as n, placeOf as o, issueStep as r, pairFiles as s, authorityStep as t, requireTls as u };