import { Jn as string, Lt as boolean, Nt as array, Pn as number, or as union, qn as strictObject } from "./shared-schemas.js";
import { t as runIfStarted } from "./shared-own.js";
import { t as jsonSchema } from "./shared-json.js";
import { $s as gate, Xs as action, Zs as choice, ac as step, ic as sequence, sc as MADE_PASSWORD } from "./shared-common.js";
import { _ as hostManualEffect, a as refreshStep, c as ageText, g as recordedSchema, h as recordedOf, u as changesText, v as hostPackageEffect, y as observeHostPackages } from "./shared-steps.js";
import { a as fitting, i as tooSmall$1, l as compareSettings, n as connectionsOf, s as settingsFor } from "./shared-configure.js";
import { D as usualPackages, O as versionAfter, i as setStep, k as versionText, l as plannedStep } from "./shared-upgrade-steps.js";
import { s as problemsOf, t as ProblemError } from "./shared-problem.js";
import { t as hostSetup } from "./shared-database-setup.js";
import { i as reachOf } from "./shared-system.js";
import { t as declaredAccounts } from "./shared-account-secret.js";
import { l as reloadTls, n as digestOf, o as placeOf$1, r as issueStep, s as pairFiles, t as authorityStep } from "./shared-tls.js";
import { n as openDsnSession } from "./shared-session2.js";
import { xt as resolveDsn } from "./shared-migrate.js";
import { g as verbsForGood, h as setOf } from "./shared-program.js";
import { r as healthyWatch } from "./shared-nodes.js";
import { r as sourceOf } from "./shared-certificates.js";
import { i as usersNodes } from "./shared-users-procedure.js";
import { c as optionalText, d as runbook, n as duration, o as neededService, r as flag, s as number$1, u as text } from "./shared-input.js";
import { stat } from "node:fs/promises";
import { resolve } from "node:path";

// src/database/setup.ts
/** Settings by the size of the machine, and what a server needs that others reach. */
function setupSettings(wanted, { bind, pair }) {
	const fixed = (name, value, why) => ({
		name,
		value,
		why,
		live: false
	});
	return [
		...settingsFor(wanted),
		...bind === null ? [] : [fixed("bind_address", bind, "it listens where its clients come in, and nowhere else")],
		...pair === null ? [] : [fixed("ssl_cert", pair.cert, "connections over a network are encrypted"), fixed("ssl_key", pair.key, "the key of that certificate")]
	];
}
/** Lines of its file, `name=value`. The binary log is switched on by its name. */
function optionWords(settings) {
	return settings.map(({ name, value }) => name === "log_bin" ? "log_bin=binlog" : `${name}=${value}`);
}
/** Every setting beside what the server says; a server that does not answer has none of them. */
function setupDifferences(settings, { server }) {
	return compareSettings(settings, new Map(Object.entries(server?.variables ?? {}))).filter(({ same }) => !same);
}
/** Names that a look must ask for. */
function settingNames(settings) {
	return [
		...settings.map(({ name }) => name),
		"innodb_buffer_pool_chunk_size",
		"innodb_buffer_pool_instances"
	];
}
/** Packages of a new server: its program with its clients, and the zones that its tables are filled from. */
function setupPackages(engine) {
	return [...usualPackages(engine), "tzdata"];
}
/**
* Why it is not set up there. A server that holds tables of somebody is never started again and loses no account from here: what differs there is told,
* with the command that mends it in the open.
*/
function setupProblems(look, asked) {
	const { engine, where, coming, needs } = asked;
	const { server, data, freeBytes } = look;
	if (server !== null && /mariadb/i.test(server.version) !== (engine === "mariadb")) return [otherFamily(where, engine, server.version)];
	const left = coming && server === null && data.state === "filled" ? [foreignData(where, data.owner)] : [];
	const silent = !coming && server === null && data.state === "filled" ? [doesNotAnswer(where, look.silence)] : [];
	const small = server === null && freeBytes < needs ? [tooSmall(where, freeBytes, needs)] : [];
	const used = server !== null && server.tables > 0 ? inUse(look, asked) : [];
	const exposed = data.state === "filled" && data.owner !== "mysql" ? [notItsOwn(where, data)] : [];
	return [
		...left,
		...silent,
		...small,
		...used,
		...exposed
	];
}
function inUse(look, { where, settings }) {
	const differs = setupDifferences(settings, look).map(({ name, value, now }) => `${name} ${now ?? "(none)"}, not ${value}`);
	const lax = (look.server?.lax ?? []).filter((one) => !one.startsWith("others of the machine"));
	const tables = `a server with ${look.server?.tables ?? 0} tables`;
	return [...differs.length === 0 ? [] : [{
		code: "database.setup-in-use",
		where,
		found: `${tables}, whose settings differ: ${differs.slice(0, 4).join("; ")}${differs.length > 4 ? ` and ${differs.length - 4} more` : ""}`,
		expected: "a server without tables, which may be started again; or one that is set up already",
		remedy: "`shiplock database configure --apply` sets what it takes while it runs; put the rest into its file, and restart it in a window"
	}], ...lax.length === 0 ? [] : [{
		code: "database.setup-lax",
		where,
		found: `${tables}, which lets in what it should not: ${lax.join("; ")}`,
		expected: "root by the socket alone, no account without a name",
		remedy: "look who uses these accounts, and drop them by hand: from here no account of a server in use is dropped"
	}]];
}
function otherFamily(where, engine, version) {
	return {
		code: "database.other-family",
		where,
		found: `a server that says it is ${version}`,
		expected: engine,
		remedy: "mend `database.engine`, or name another service"
	};
}
function foreignData(where, owner) {
	return {
		code: "database.setup-data",
		where: `${where}: /var/lib/mysql`,
		found: `data of a server that is not installed any more, or not yet (owner ${owner})`,
		expected: "no such directory, or an empty one",
		remedy: "look whose data it is; move it away, or restore it into a server by hand: a new server is not started on it"
	};
}
function doesNotAnswer(where, silence) {
	return {
		code: "database.setup-silent",
		where,
		found: `packages of a server and data, and no answer to root over its socket: ${silence}`,
		expected: "a server that answers root of its host, or none",
		remedy: "start it, or mend the login of root (`sudo mariadb`, `sudo mysql`); then run this again"
	};
}
function tooSmall(where, free, needs) {
	const mib = (bytes) => `${Math.round(bytes / 1048576)} MiB`;
	return {
		code: "database.setup-disk",
		where,
		found: `${mib(free)} free where its data will lie`,
		expected: `at least ${mib(needs)}: redo log, binary logs and the tables of the server`,
		remedy: "mount a larger disk on /var/lib/mysql first, or give less memory (--memory)"
	};
}
function notItsOwn(where, { owner, mode }) {
	return {
		code: "database.setup-owner",
		where: `${where}: /var/lib/mysql`,
		found: `owner ${owner}, mode ${mode}`,
		expected: "owner mysql",
		remedy: "chown -R mysql: /var/lib/mysql, once nothing else uses it"
	};
}

// src/release/database/setup-case.ts
const DEFAULT_PORT = 3306;
/** @throws ProblemError when there is no such database, or no host over ssh for it */
function openServerSetup(service, system, asked) {
	const { environment, exec } = service;
	const { database } = environment;
	const accounts = declaredAccounts(service);
	if (database?.accounts == null) throw new TypeError("declaredAccounts has looked");
	const target = system.services.find(({ name }) => name === asked.service);
	if (target === void 0) throw new TypeError("an input of kind service names one of them");
	const configured = environment.system?.services.find(({ name }) => name === asked.service);
	const [on, ...others] = target.on;
	const reach = environment.system === void 0 ? null : reachOf(environment, environment.system);
	const host = reach?.hosts.find(({ name }) => name === on?.host);
	if (on === void 0 || others.length > 0 || reach === null || host === void 0 || configured?.run.kind !== "unit") throw new ProblemError(notThere(target));
	const options = {
		host,
		reach,
		exec
	};
	const admin = { secret: asked.admin };
	const { engine, accounts: declared } = database;
	const address = declared.address ?? `${on.address}:${DEFAULT_PORT}`;
	return {
		asked,
		service,
		system,
		engine,
		target,
		on,
		admin,
		address,
		unit: configured.run.unit,
		words: asked.packages?.split(",") ?? setupPackages(engine),
		host: {
			host: on.host,
			packages: {
				look: (words, signal) => observeHostPackages(options, words, false, signal, "new"),
				refresh: (timeoutMs) => [hostPackageEffect(options, "refresh", [], false, timeoutMs)],
				set: (words, timeoutMs) => [hostPackageEffect(options, "set", words, false, timeoutMs)],
				restart: () => []
			}
		},
		manual: (names) => hostManualEffect(options, names, 6e4),
		machine: hostSetup(options),
		tls: tlsOf(service, database.tls),
		adminFile: asked.admin.startsWith("file:") ? resolve(service.baseDir, asked.admin.slice(5)) : null,
		users: {
			service,
			engine,
			dsn: admin,
			schema: declared.schema,
			address,
			accounts,
			request: {
				environment: environment.environment,
				admin: asked.admin,
				revoke: false,
				passwords: false,
				why: asked.reason
			}
		},
		wayBack: `mend what is said, and run it again: what is done already is left alone. A server that is not wanted any more: apt-get purge on ${on.host}, and its data by hand`
	};
}
function tlsOf(service, tls) {
	const place = tls === null ? null : placeOf$1(service, tls);
	return place === null || tls?.server === void 0 ? null : {
		place,
		directory: tls.server.directory
	};
}
/** Where the pair lies on the host, and what it is made of. Pure. */
function pairOf({ tls }) {
	if (tls === null) return null;
	const { directory, place } = tls;
	const { chain, key } = pairFiles(place);
	return {
		cert: `${directory}/server-cert.pem`,
		key: `${directory}/server-key.pem`,
		from: {
			cert: chain,
			key
		}
	};
}
/** The name of the administrator: that of its connection string, or a usual one where that is still to be made. */
async function administratorOf({ adminFile, asked, service }) {
	if (adminFile !== null && !await isThere(adminFile)) return {
		user: USUAL_ADMINISTRATOR,
		isToMake: true
	};
	const url = URL.parse(service.secrets.get(asked.admin).trim());
	const user = url === null ? "" : decodeURIComponent(url.username);
	if (url?.protocol === "mysql:" && user !== "" && url.password !== "") return {
		user,
		isToMake: false
	};
	throw new ProblemError({
		code: "database.setup-administrator",
		where: asked.admin,
		found: "a connection string of another form, or without user or password",
		expected: "mysql://USER:PASSWORD@HOST:PORT/mysql, or a file that is not there yet",
		remedy: "mend it; or let --admin name a new file: user and password are made"
	});
}
const USUAL_ADMINISTRATOR = "shiplock_admin";
async function isThere(path) {
	return stat(path).then(() => true, () => false);
}
function notThere({ name, on, what }) {
	return {
		code: "database.setup-place",
		where: `system.services.${name}`,
		found: on.length === 1 ? `${what} on ${on[0]?.host ?? ""}` : `${what} on ${on.length} hosts`,
		expected: "a unit of systemd on one host that is reached over ssh",
		remedy: "write `unit: mariadb.service` (or mysql.service) and one of `hosts:` for it in `system:`"
	};
}

// src/release/database/setup-checks.ts
/** What is looked at before a new server is made. Each of these steps refuses, and none changes anything. */
/** Which packages would come, in which versions. Nothing else is installed later. */
function packagesStep({ words, host }) {
	return step({
		id: "look",
		title: `Look what is to be installed on ${host.host}`,
		inputs: {
			host: host.host,
			words: [...words]
		},
		read: (ctx) => host.packages.look(words, ctx.signal),
		decide: (look) => {
			if (look.failed !== null) return {
				kind: "refuse",
				problems: [refused(host.host, look.failed)]
			};
			if (isInstalled(words, look)) return {
				kind: "nothing",
				why: "they are installed; newer versions come by upgrade-database"
			};
			const old = look.changes.filter(({ from }) => from !== null);
			if (versionAfter(old) !== null) return {
				kind: "refuse",
				problems: [wouldUpgrade(host.host, changesText(old))]
			};
			return {
				kind: "nothing",
				why: `${changesText(look.changes)}; ${ageText(look)}`
			};
		},
		outputs: recordedSchema,
		collect: (_results, look) => recordedOf(isInstalled(words, look) ? {
			...look,
			changes: []
		} : look),
		probe: "repeatable"
	});
}
function isInstalled(words, { installed }) {
	return words.every((word) => installed[word.split("=")[0] ?? ""]?.whole === true);
}
function wouldUpgrade(where, found) {
	return {
		code: "database.setup-would-upgrade",
		where,
		found: `a server that is there, and would be upgraded: ${found}`,
		expected: "new packages only",
		remedy: "run upgrade-database first, which takes a backup; then this one"
	};
}
function refused(where, found) {
	return {
		code: "system.packages-refused",
		where,
		found,
		expected: "packages that apt can install without removing one",
		remedy: "give --refresh where the lists of its sources are old; else run `apt-get -s install` with these names on the host, mend what it names, and plan again"
	};
}
const serverSchema = strictObject({
	/** No server answered: everything is made anew. */
	fresh: boolean(),
	/** It holds tables already. */
	used: boolean(),
	version: string(),
	/** Address from which the host was asked. */
	from: string().nullable(),
	settings: array(strictObject({
		name: string(),
		value: union([string(), number()]),
		why: string(),
		live: boolean()
	})).readonly()
});
/** Tables of the server, undo, temporary tables, and a day of small binary logs. */
const BESIDE_REDO = 1024 ** 3 / 2;
const REDO = /^innodb_(?:redo_log_capacity|log_file_size)$/;
/** What the machine is, what the server there says, and everything that speaks against it. */
function serverStep(setup, packages) {
	const { engine, target, on, asked } = setup;
	const where = `${target.name} on ${on.host}`;
	const record = (look, changes) => ({
		fresh: look.server === null,
		used: (look.server?.tables ?? 0) > 0,
		version: versionOf(look, changes),
		from: look.from === "" ? null : look.from,
		settings: settingsOf(setup, look, changes)
	});
	return step({
		id: "server",
		title: `Look at the machine of ${where}`,
		description: "Its memory, processors and disk, what lies where the data is to lie, and what a server says that answers there already: settings, tables, accounts.",
		inputs: {
			service: target.name,
			host: on.host,
			engine,
			pool: asked.pool,
			reserve: asked.reserve,
			share: asked.share
		},
		read: (ctx) => lookAt(setup, ctx.signal),
		decide: (look, ctx) => {
			const { changes } = ctx.outputOf(packages);
			const wanted = wantedOf(setup, look, changes);
			const { fits, needed } = fitting(wanted);
			if (!fits) return {
				kind: "refuse",
				problems: problemsOf(tooSmall$1(wanted, needed), where)
			};
			const settings = settingsOf(setup, look, changes);
			const redo = Number(settings.find(({ name }) => REDO.test(name))?.value ?? 0);
			const coming = changes.length > 0;
			const problems = setupProblems(look, {
				engine,
				where,
				coming,
				settings,
				needs: redo + BESIDE_REDO
			});
			if (problems.length > 0) return {
				kind: "refuse",
				problems
			};
			if (look.server === null) {
				const mib = Math.round(wanted.machine.memory * wanted.share / 1024 ** 2);
				return {
					kind: "nothing",
					why: `a new ${engine} ${versionOf(look, changes)}, ${mib} MiB for it`
				};
			}
			const left = setupDifferences(settings, look).length;
			return {
				kind: "nothing",
				why: `${look.server.version} answers; ${left === 0 ? "its settings are as they should be" : `${left} settings differ`}, ${look.server.tables} tables`
			};
		},
		outputs: serverSchema,
		collect: (_results, look, ctx) => record(look, ctx.outputOf(packages).changes),
		probe: "repeatable"
	});
}
/** Only looks. */
function lookAt(setup, signal) {
	const { engine } = setup;
	const any = {
		engine,
		share: 1,
		connections: 1,
		serverId: 1,
		version: "0.0.0",
		machine: {
			memory: 0,
			cores: 1,
			disk: "ssd"
		}
	};
	return setup.machine.look(settingNames(setupSettings(any, placeOf(setup))), signal);
}
/** The server answers in a run behind the steps that make it; before, and in a plan, it may not. @throws ProblemError */
async function answering(setup, ctx) {
	const look = await lookAt(setup, ctx.signal);
	if (look.server !== null || ctx.mode === "plan") return look;
	throw new ProblemError({
		code: "database.setup-silent",
		where: `${setup.target.name} on ${setup.on.host}`,
		found: look.silence,
		expected: "a server that answers root over its socket",
		remedy: `read its log there (journalctl -u ${setup.unit}); ${setup.wayBack}`
	});
}
function versionOf({ server }, changes) {
	const after = versionAfter(changes);
	return server?.version ?? (after === null ? "" : versionText(after));
}
function wantedOf(setup, look, changes) {
	const { engine, asked, service } = setup;
	return {
		engine,
		share: asked.share,
		serverId: asked.serverId,
		version: versionOf(look, changes),
		machine: {
			memory: asked.machine.memory ?? look.memory,
			cores: look.cores,
			disk: look.disk
		},
		connections: connectionsOf(service.environment, asked)
	};
}
function placeOf({ asked, on, ...setup }) {
	return {
		bind: asked.bind ?? on.address,
		pair: pairOf(setup)
	};
}
function settingsOf(setup, look, changes) {
	return setupSettings(wantedOf(setup, look, changes), placeOf(setup));
}
/** Its file of settings is as it should be. Pure. */
function hasOptions(look, { settings }) {
	const words = optionWords(settings);
	return look.options.length === words.length && words.every((word) => look.options.includes(word));
}

// src/release/database/setup-steps.ts
/** What is done to a new server. Each step looks whether it is done, and can be done again. */
const QUICK_MS = 6e4;
/** What ssh and the fence may take besides the work itself. */
const MARGIN_MS = 3e4;
/** In a plan, what a step before will have made is not there yet. */
function isToCome(ctx, server) {
	return ctx.mode === "plan" && ctx.outputOf(server).fresh;
}
/** New packages count as wanted by themselves, so that nothing removes them as left over. */
function manualStep({ words, host, manual }, packages) {
	return action({
		id: "wanted",
		title: `Count the packages of the server as wanted on ${host.host}`,
		inputs: { host: host.host },
		read: async (ctx) => (await host.packages.look(words, ctx.signal)).auto ?? [],
		decide: (auto, ctx) => {
			const isNew = ctx.mode === "plan" && ctx.outputOf(packages).changes.length > 0;
			if (auto.length === 0 && !isNew) return {
				kind: "nothing",
				why: "they do"
			};
			return {
				kind: "do",
				effects: [manual(words.map((word) => word.split("=")[0] ?? ""))]
			};
		},
		probe: "repeatable"
	});
}
/** Its own unit, started now and with the machine. */
function enableStep(setup, server) {
	const { unit, on, target, machine } = setup;
	const { startMs } = target;
	return action({
		id: "enable",
		title: `Start ${target.name} on ${on.host}, now and with the machine`,
		inputs: {
			unit,
			host: on.host
		},
		read: async (ctx) => {
			const [look, members] = await Promise.all([lookAt(setup, ctx.signal), on.control.observe(ctx.signal)]);
			return {
				enabled: look.enabled.includes(unit),
				up: members.every(({ state }) => state === "running")
			};
		},
		decide: ({ enabled, up }, ctx) => {
			const fresh = ctx.outputOf(server).fresh;
			if (enabled && up && !fresh) return {
				kind: "nothing",
				why: "it runs, and starts with the machine"
			};
			return {
				kind: "do",
				effects: [machine.enable(unit), ...on.control.start([{ name: unit }], startMs)]
			};
		},
		probe: "repeatable",
		timeoutMs: startMs + MARGIN_MS
	});
}
/** Authority and pair on this machine, then the pair on the host, where only the server may read it. */
function tlsNodes(setup, server) {
	const { tls, service } = setup;
	if (tls === null) return [];
	return [sequence({
		id: "tls",
		title: "Give it a pair that its clients trust",
		steps: [
			authorityStep({ service }, tls.place),
			issueStep({ service }, tls.place),
			pairStep(setup, server)
		]
	})];
}
function pairStep(setup, server) {
	const { machine, on, tls, admin, engine } = setup;
	const pair = pairOf(setup);
	if (pair === null || tls === null) throw new TypeError("only where there is one");
	const files = [pair.key, pair.cert];
	const read = async (ctx) => {
		const laid = await machine.laid(files, ctx.signal);
		try {
			const [key, cert] = await Promise.all([sourceOf(pair.from.key).read(), sourceOf(pair.from.cert).read()]);
			return {
				laid,
				wanted: [digestOf(key), digestOf(cert)]
			};
		} catch (error) {
			if (ctx.mode === "plan") return {
				laid,
				wanted: null
			};
			throw error;
		}
	};
	const isLaid = ({ wanted, laid }) => wanted?.every((digest, at) => laid[at] === digest) === true;
	return action({
		id: "pair",
		title: `Lay the pair down on ${on.host}`,
		inputs: {
			directory: tls.directory,
			host: on.host
		},
		read,
		decide: (facts, ctx) => {
			const { fresh } = ctx.outputOf(server);
			if (isLaid(facts) && !fresh) return {
				kind: "nothing",
				why: "it lies there"
			};
			const digests = facts.wanted ?? ["<pair.key>", "<pair.certificate>"];
			const from = [pair.from.key, pair.from.cert];
			const set = setOf(digests);
			return {
				kind: "do",
				effects: [
					...verbsForGood(isLaid(facts)).flatMap((verb) => files.map((to, at) => machine.lay(verb, {
						to,
						set,
						digest: digests[at] ?? "",
						sources: [from[at] ?? ""]
					}))),
					machine.ownPair(tls.directory),
					...fresh || facts.laid.includes(null) ? [] : [{
						kind: "sql",
						dsn: admin,
						statements: [reloadTls(engine)],
						timeoutMs: QUICK_MS,
						lock: "shiplock:database-tls"
					}]
				]
			};
		},
		probe: "repeatable",
		verify: async (ctx) => isLaid(await read(ctx)) ? [] : [notDone("the pair of the server", on.host, setup)]
	});
}
/** Written once the program of the server has taken every one of them. */
function optionsStep(setup, server) {
	const { machine, on, target } = setup;
	return action({
		id: "options",
		title: `Write the settings of ${target.name} on ${on.host}`,
		description: "By the size of the machine, each with the reason that `shiplock database configure` tells. The program of the server is asked first whether it would start with them.",
		inputs: {
			service: target.name,
			host: on.host
		},
		read: (ctx) => lookAt(setup, ctx.signal),
		decide: (look, ctx) => {
			const record = ctx.outputOf(server);
			if (hasOptions(look, record)) return {
				kind: "nothing",
				why: "they stand there"
			};
			return {
				kind: "do",
				effects: [machine.options(optionWords(record.settings))]
			};
		},
		probe: "repeatable",
		verify: async (ctx) => hasOptions(await lookAt(setup, ctx.signal), ctx.outputOf(server)) ? [] : [notDone("its file of settings", on.host, setup)],
		timeoutMs: 2 * QUICK_MS
	});
}
/** A server without tables is started again; one in use was refused long before. */
function settingsNode(setup, server) {
	const { on, target, unit, system } = setup;
	const { restart } = on.control;
	const limitMs = target.startMs + target.stopMs;
	const left = (look, ctx) => setupDifferences(ctx.outputOf(server).settings, look);
	const again = action({
		id: "again",
		title: `Start ${target.name} on ${on.host} again, with its settings`,
		inputs: {
			service: target.name,
			host: on.host
		},
		read: (ctx) => answering(setup, ctx),
		decide: (look, ctx) => {
			const differing = left(look, ctx);
			if (!isToCome(ctx, server) && differing.length === 0) return {
				kind: "nothing",
				why: "it has them"
			};
			if ((look.server?.tables ?? 0) > 0) return {
				kind: "refuse",
				problems: [usedMeanwhile(setup, look)]
			};
			return {
				kind: "do",
				effects: restart === null ? [...on.control.stop([{ name: unit }], target.stopMs), ...on.control.start([{ name: unit }], target.startMs)] : restart([{ name: unit }], limitMs),
				why: differing.map(({ name }) => name).join(", ")
			};
		},
		probe: "repeatable",
		verify: async (ctx) => {
			const look = await answering(setup, ctx);
			return left(look, ctx).map(({ name, value, now }) => notTaken(name, String(value), now, setup));
		},
		timeoutMs: limitMs + MARGIN_MS
	});
	return sequence({
		id: "up",
		title: `${target.name} on ${on.host} with its settings`,
		steps: [again, healthyWatch(system, target, on)]
	});
}
function secureStep(setup, server) {
	const { machine, on, target } = setup;
	return action({
		id: "secure",
		title: `Let root in by the socket of ${on.host} alone`,
		description: "No password of root, no root from other machines, no account without a name, no schema `test`.",
		inputs: {
			service: target.name,
			host: on.host
		},
		read: (ctx) => answering(setup, ctx),
		decide: ({ server: found }, ctx) => {
			if (found !== null && found.lax.length === 0 && !ctx.outputOf(server).fresh) return {
				kind: "nothing",
				why: "it is so"
			};
			return {
				kind: "do",
				effects: [machine.secure()],
				why: found?.lax.join("; ") ?? ""
			};
		},
		probe: "repeatable",
		verify: async (ctx) => {
			return ((await answering(setup, ctx)).server?.lax ?? []).map((one) => notDone(one, on.host, setup));
		}
	});
}
function zonesStep(setup, server) {
	const { machine, on, target } = setup;
	return action({
		id: "zones",
		title: `Fill the tables of time zones of ${target.name}`,
		description: "CONVERT_TZ and SET time_zone = 'Europe/Berlin' give NULL or an error without them.",
		inputs: {
			service: target.name,
			host: on.host
		},
		read: (ctx) => answering(setup, ctx),
		decide: ({ server: found }, ctx) => found !== null && found.zones > 0 && !isToCome(ctx, server) ? {
			kind: "nothing",
			why: `${found.zones} of them`
		} : {
			kind: "do",
			effects: [machine.zones()]
		},
		probe: "repeatable",
		verify: async (ctx) => ((await answering(setup, ctx)).server?.zones ?? 0) > 0 ? [] : [notDone("the tables of time zones", on.host, setup)],
		timeoutMs: 11 * QUICK_MS
	});
}
const administratorSchema = strictObject({ user: string() });
/** Its connection string first, so that no account is made with a password that nobody keeps. */
function administratorSecretStep(setup) {
	const { adminFile, address } = setup;
	return step({
		id: "secret",
		title: "Keep the connection string of the administrator",
		inputs: { reference: setup.asked.admin },
		read: () => administratorOf(setup),
		decide: ({ isToMake }) => isToMake && adminFile !== null ? {
			kind: "do",
			effects: [{
				kind: "file",
				path: adminFile,
				mode: 384,
				timeoutMs: QUICK_MS,
				content: { made: `mysql://${USUAL_ADMINISTRATOR}:${MADE_PASSWORD}@${address}/mysql\n` },
				why: "for its owner only"
			}]
		} : {
			kind: "nothing",
			why: "it is kept"
		},
		outputs: administratorSchema,
		collect: (_results, { user }) => ({ user }),
		planned: ({ user }) => ({ user }),
		probe: "repeatable"
	});
}
/** The one account that is made over the socket; all others are made by it. */
function administratorStep(setup, server, secret) {
	const { machine, on, asked, admin, engine, target } = setup;
	const fromOf = (ctx) => asked.adminFrom ?? ctx.outputOf(server).from;
	return action({
		id: "account",
		title: `Make the administrator of ${target.name}`,
		description: "It may do everything, and comes from one address: accounts, settings and TLS are set up by it from now on.",
		inputs: {
			service: target.name,
			host: on.host,
			from: asked.adminFrom ?? null
		},
		read: (ctx) => answering(setup, ctx),
		decide: ({ server: found }, ctx) => {
			const from = fromOf(ctx);
			if (from === null) return {
				kind: "refuse",
				problems: [noAddress(on.host)]
			};
			const { user } = ctx.outputOf(secret);
			if (found?.administrators.includes(`${user}@${from}`) === true) return {
				kind: "nothing",
				why: "it is there"
			};
			return {
				kind: "do",
				effects: [machine.administrator(user, from, admin, engine)]
			};
		},
		probe: "repeatable",
		verify: async (ctx) => {
			const { user } = ctx.outputOf(secret);
			return ((await answering(setup, ctx)).server?.administrators ?? []).includes(`${user}@${fromOf(ctx)}`) ? [] : [notDone(`account ${user}`, on.host, setup)];
		}
	});
}
/** As the migrations do it: the last word on address, account, password and trust. */
function connectStep(setup, server) {
	const { environment, secrets } = setup.service;
	const { database } = environment;
	if (database === null) throw new TypeError("looked for before");
	return action({
		id: "connect",
		title: "Connect as the migrations do",
		inputs: { address: setup.address },
		read: async (ctx) => {
			if (isToCome(ctx, server)) return null;
			try {
				await (await openDsnSession(resolveDsn(database.dsn, secrets), database.connectTimeoutMs)).close();
				return [];
			} catch (error) {
				if (!(error instanceof ProblemError)) throw error;
				return problemsOf(error, setup.address);
			}
		},
		decide: (problems) => {
			if (problems === null) return {
				kind: "nothing",
				why: "tried when the server is there"
			};
			return problems.length === 0 ? {
				kind: "nothing",
				why: "it is let in"
			} : {
				kind: "refuse",
				problems
			};
		},
		probe: "repeatable"
	});
}
function notDone(what, where, { wayBack }) {
	return {
		code: "database.setup-not-done",
		where,
		found: `${what}: not as it was just made`,
		expected: "what was asked for",
		remedy: `see whether another program changes it; ${wayBack}`
	};
}
function notTaken(name, expected, now, { unit, wayBack }) {
	return {
		code: "database.not-taken",
		where: name,
		found: now ?? "no such setting",
		expected,
		remedy: `read its log (journalctl -u ${unit}), and the files of settings below /etc/mysql that come later; ${wayBack}`
	};
}
function usedMeanwhile({ target, on }, { server }) {
	return {
		code: "database.setup-in-use",
		where: `${target.name} on ${on.host}`,
		found: `${server?.tables ?? 0} tables, made since this run began`,
		expected: "a server without tables, which may be started again",
		remedy: "restart it in a window (`shiplock runbook run system-restart`), then go on with this run"
	};
}
function noAddress(where) {
	return {
		code: "database.setup-address",
		where,
		found: "a host that does not tell from where it is asked (sudo takes that away)",
		expected: "the address from which the administrator comes",
		remedy: "give --admin-from with the address of this machine as the host sees it"
	};
}

// src/release/database/setup.ts
/** The tree. Nothing is undone: what is half made goes on where it was, and nobody uses it yet. */
function serverSetupNodes(setup) {
	const { asked, system, target, on, host } = setup;
	const packages = packagesStep(setup);
	const server = serverStep(setup, packages);
	const secret = administratorSecretStep(setup);
	const prepare = system.prepareHosts([on.host]);
	const laid = prepare === null ? [] : [prepare];
	const users = {
		...setup.users,
		isToCome: (ctx) => isToCome(ctx, server)
	};
	const steps = [
		...asked.refresh ? [...laid, sequence({
			...REFRESH,
			steps: [refreshStep(asked, host)]
		})] : [],
		...[
			packages,
			server,
			plannedStep(setup, packages)
		],
		...asked.refresh ? [] : laid,
		...[
			setStep(setup, packages),
			manualStep(setup, packages),
			enableStep(setup, server)
		],
		...tlsNodes(setup, server),
		...[
			optionsStep(setup, server),
			settingsNode(setup, server),
			secureStep(setup, server),
			zonesStep(setup, server)
		],
		sequence({
			id: "administrator",
			title: "Make the administrator",
			steps: [secret, administratorStep(setup, server, secret)]
		}),
		sequence({
			id: "users",
			title: "Make the schema and its accounts",
			steps: usersNodes(users)
		}),
		connectStep(setup, server),
		inspection(setup, server)
	];
	return {
		root: sequence({
			id: "database-setup",
			title: `Set up ${target.name} on ${on.host}`,
			steps
		}),
		told: (outputs) => outputs(server) ?? null
	};
}
const REFRESH = {
	id: "refresh",
	title: "Ask the package sources what they have"
};
/** A server that holds tables was inspected long ago. */
function inspection(setup, server) {
	const { target, on } = setup;
	return choice({
		id: "inspect",
		title: `Inspect ${target.name} on ${on.host}, where it is new`,
		read: async () => null,
		choose: (_facts, ctx) => ctx.outputOf(server).used ? "used" : "new",
		branches: {
			new: checkpoint(setup),
			used: sequence({
				id: "used",
				title: "It is in use already",
				steps: []
			})
		}
	});
}
/** Nobody uses it yet: what a person finds now costs nothing. */
function checkpoint({ system, target, on }) {
	return gate({
		id: "checkpoint",
		title: `Inspect ${target.name} on ${on.host} before it is used`,
		description: "Look from the machine of the application, too: does it reach the server, and does nobody else? Then take the first backup: until one is verified, what is written there can be lost.",
		role: system.role,
		evidence: [
			{
				kind: "check",
				name: "works",
				question: "Does the application reach the server, and does nobody else?"
			},
			{
				kind: "check",
				name: "kept",
				question: "Is the connection string of the administrator kept where only its owner reads it?"
			},
			{
				kind: "text",
				name: "seen",
				question: "What did you look at, and what did you see?",
				minLength: 10
			}
		],
		guard: { kind: "nothing-shifted" },
		judge: (evidence) => evidence["works"] === true && evidence["kept"] === true ? { kind: "pass" } : {
			kind: "reject",
			why: "the new server is not as it must be"
		}
	});
}

// runbooks/database-setup.ts
/** SOP: a new server of the database. `node runbooks/database-setup.ts production --service database --admin file:secrets/admin.dsn --reason "a new shop"`. */
const reason = text({
	name: "reason",
	question: "Why is it set up? It stands in the journal.",
	minLength: 3
});
const which = neededService({
	name: "service",
	question: "Which service of `system:` is the server?"
});
const admin = text({
	name: "admin",
	question: "Reference to the connection string of its administrator; a file that is not there is made",
	check: (given) => /^(?:env|file):\S+$/.test(given) ? void 0 : "env:NAME or file:PATH, never the text itself"
});
const adminFrom = optionalText({
	name: "admin-from",
	question: "From which address does the administrator come? Left out: that from which the host is reached now",
	check: (given) => /^[0-9a-z%_:][0-9a-z.%_:-]*$/.test(given) ? void 0 : "a host as accounts have it, such as 10.0.1.5"
});
/** Debian policy 5.6.1 and 5.6.12. */
const WORD = /^(?!all$)[a-z0-9][a-z0-9.+-]+(?::[a-z0-9-]+)?(?:=[A-Za-z0-9.+:~-]+)?$/;
const packages = optionalText({
	name: "packages",
	question: "Which packages, with commas between them: names or name=version. Left out: mariadb-server or mysql-server, and tzdata",
	check: (given) => given.split(",").every((word) => WORD.test(word)) ? void 0 : "names of packages, or name=version"
});
const planned = optionalText({
	name: "planned",
	question: "Digest of the versions that a plan has shown; with others nothing is changed",
	check: (given) => /^[0-9a-f]{12}$/.test(given) ? void 0 : "12 characters, as the plan prints them"
});
const refresh = flag({
	name: "refresh",
	question: "Ask the package sources first (apt-get update)?"
});
const memory = optionalText({
	name: "memory",
	question: "Memory of its machine, such as 16384MiB. Left out: what the machine says",
	check: (given) => /^[1-9]\d{0,8}MiB$/.test(given) ? void 0 : "a whole number of MiB, such as 16384MiB"
});
const share = number$1({
	name: "share",
	question: "Which part of the memory may the server use, in percent?",
	usual: 80,
	min: 10,
	max: 100
});
const pool = number$1({
	name: "pool",
	question: "Connections that one instance opens at most",
	usual: 10,
	min: 1,
	max: 1e4
});
const reserve = number$1({
	name: "reserve",
	question: "Connections for people and tools",
	usual: 30,
	min: 1,
	max: 1e4
});
const serverId = number$1({
	name: "server-id",
	question: "A number that no other server of its replication has",
	usual: 1,
	min: 1,
	max: 4294967295
});
const bind = optionalText({
	name: "bind",
	question: "On which address does it listen? Left out: that of its host",
	check: (given) => /^[0-9A-Za-z.:_*-]{1,253}$/.test(given) ? void 0 : "an address, a name, or *"
});
const limit = duration({
	name: "limit",
	question: "How long the packages may take",
	usual: "30m",
	minMs: 1e4,
	maxMs: 288e5
});
const databaseSetup = runbook({
	id: "database-setup",
	title: "Set up a server of the database",
	summary: "Makes a new MySQL or MariaDB server on one host: exactly the planned packages, settings by the size of the machine, start and autostart, root by the socket alone, time zones, a pair for TLS, an administrator, and the accounts that shiplock.yaml declares. A person inspects it before it is used.",
	when: "For a new host, or one whose set-up has died half way. On a server that is set up nothing is changed. Not for a server in use whose settings differ: that is told, and `shiplock database configure` mends it. Not where the database is rented.",
	requirements: ["C1"],
	roles: [{
		role: "operator",
		does: "plans it, reads packages and settings, and runs it with the digest of the plan"
	}, {
		role: "releaser",
		does: "inspects the new server and fills in the checkpoint (the role of the rollout)"
	}],
	severity: "changes",
	reach: "before-database",
	inputs: [...[
		reason,
		which,
		admin,
		adminFrom,
		packages,
		planned,
		refresh,
		memory,
		share,
		pool,
		reserve,
		serverId,
		bind
	], limit],
	prerequisites: [
		"`system:` names the server: `unit: mariadb.service` or `mysql.service`, on one host over ssh.",
		"`database.accounts` declares who may use it, and `database.tls` how connections are protected (docs/database.md).",
		"The disk of the data is mounted on /var/lib/mysql, where it is one of its own.",
		"The network lets clients through to the port of the server, and nobody else."
	],
	wayBack: "Nobody uses the server yet: mend what is said, and run it again; what is done is left alone. A server that is not wanted after all goes by `apt-get purge`, and its data by hand.",
	clauses: [{
		id: "C1",
		says: "A server is installed in exactly the planned version, set to the size of its machine, started with it, and lets in root by its socket and the declared accounts with their rights alone; a person inspects it before it is used.",
		nodes: [
			"database-setup/look",
			"database-setup/server",
			"database-setup/planned",
			"database-setup/packages",
			"database-setup/enable",
			"database-setup/options",
			"database-setup/up",
			"database-setup/secure",
			"database-setup/zones",
			"database-setup/administrator",
			"database-setup/users",
			"database-setup/connect",
			"database-setup/inspect"
		],
		test: "test/integration/runbook-database-setup.test.ts"
	}],
	sample: {
		reason: "a new shop",
		service: "database",
		admin: "file:secrets/admin.dsn"
	},
	how: {
		kind: "tree",
		build(given, context) {
			const { environment, service: about } = context.service.target;
			const told = given(memory);
			const setup = openServerSetup(context.service, context.system(), {
				service: given(which),
				reason: given(reason),
				admin: given(admin),
				adminFrom: given(adminFrom),
				packages: given(packages),
				planned: given(planned),
				refresh: given(refresh),
				bind: given(bind),
				machine: told === void 0 ? {} : { memory: Number(told.replace("MiB", "")) * 1024 ** 2 },
				share: given(share) / 100,
				pool: given(pool),
				reserve: given(reserve),
				serverId: given(serverId),
				limitMs: given(limit)
			});
			const { root, told: found } = serverSetupNodes(setup);
			return {
				title: `Set up ${given(which)} of ${about} in ${environment}`,
				description: `Reason: ${given(reason)}`,
				root,
				report(outputs) {
					const record = found(outputs);
					const next = `take the first backup: shiplock backup run ${environment}, then shiplock backup verify ${environment}`;
					return {
						text: record === null ? "nothing was looked at" : `${given(which)}: ${record.fresh ? "set up" : "as it should be"}, version ${record.version}, ${record.settings.length} settings; ${next}`,
						json: jsonSchema.parse({
							service: given(which),
							...record,
							next
						})
					};
				}
			};
		}
	}
});
await runIfStarted(import.meta.url, databaseSetup);

export { setupProblems as a, databaseSetup as default, setupPackages as i, settingNames as n, setupSettings as o, setupDifferences as r, optionWords as t };