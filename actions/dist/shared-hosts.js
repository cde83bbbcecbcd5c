import { Et as _enum, Jn as string, Lt as boolean, Nt as array, Pn as number, Un as record, qn as strictObject, xn as literal } from "./shared-schemas.js";
import { B as isOfHost, C as markBegun, F as resticVariables, I as tagArguments, L as filesSchema, M as madeSnapshot, N as resolved, P as resticProblem, S as clearBegun, h as whileItStays, i as keepStored, z as isGood } from "./shared-open.js";
import { o as problemSchema, s as problemsOf, t as ProblemError } from "./shared-problem.js";
import { l as pipeCommands } from "./shared-restore.js";
import { _ as parseMachine, i as programArgv, n as hostProgram } from "./shared-program.js";
import { a as sshArgv, i as socketDirectory, t as hostProblem } from "./shared-failure.js";
import { Fr as lentArgv, Mr as checkHost, Pr as askWhole, Xs as action, ec as opaque, jr as hostEffect } from "./shared-common.js";
import { i as reachOf } from "./shared-system.js";
import { r as idOf } from "./shared-restic.js";
import { createHash } from "node:crypto";

// src/platform/ssh/files.ts
/** @throws ProblemError when the host cannot be asked, or is not fit */
async function hostReading({ host, reach, exec }, signal) {
	const found = await checkHost({
		host,
		access: reach.access,
		root: reach.root,
		exec
	}, signal);
	const words = (paths) => [
		"--do",
		"read",
		"--of",
		paths.join(",")
	];
	return { read: (paths) => found === "ready" ? {
		argv: argvOf({
			host,
			reach
		}, words(paths)),
		stdin: ""
	} : {
		argv: sshArgv(host, reach.access, socketDirectory(), lentArgv(reach.root, "files", words(paths))),
		stdin: hostProgram().text
	} };
}
/**
* Command that puts the files of the tar on its standard input in place.
* @param set names what is put together, so that it can be taken back; hexadecimal digits
* @param digest SHA-256 of the whole input
*/
function hostPutArgv({ host, reach }, { set, digest, fence }) {
	return argvOf({
		host,
		reach
	}, [
		"--fence",
		String(fence),
		"--do",
		"put",
		"--set",
		set,
		"--digest",
		digest
	]);
}
function argvOf({ host, reach }, words) {
	return sshArgv(host, reach.access, socketDirectory(), programArgv(host, reach.root, "files", words));
}
/** @throws ProblemError when the host cannot be asked */
function observeMachine({ host, reach, exec }, signal) {
	const looking = {
		host,
		access: reach.access,
		root: reach.root,
		exec
	};
	return askWhole(looking, {
		verb: "files",
		words: ["--do", "facts"],
		parse: parseMachine
	}, signal);
}
/** What a command of these said, as a problem of the host. Pure. */
function hostFilesProblem(host, result) {
	return hostProblem(host, {
		...result,
		stdout: ""
	});
}
/** Brings back what a set has replaced. Repeatable. Pure. */
function hostBackEffect(options, set, timeoutMs) {
	const why = `bring back what was there before on ${options.host.name}`;
	return hostEffect(options, "files", [
		"--do",
		"back",
		"--set",
		set
	], {
		why,
		timeoutMs
	});
}
/** The restore of a set is over: a later one takes its files as those that were there. Repeatable. Pure. */
function hostSettleEffect(options, set, timeoutMs) {
	const why = `what was put on ${options.host.name} stays`;
	return hostEffect(options, "files", [
		"--do",
		"settle",
		"--set",
		set
	], {
		why,
		timeoutMs
	});
}
/** Makes accounts and groups that are missing. Repeatable. Pure. @param words as files.sh takes them */
function hostAccountsEffect(options, words, timeoutMs) {
	const why = `make accounts that are missing on ${options.host.name}`;
	return hostEffect(options, "files", [
		"--do",
		"accounts",
		"--of",
		words.join(",")
	], {
		why,
		timeoutMs
	});
}
/** @throws ProblemError for a name that no host has */
function hostNamed(hosts, name) {
	const found = hosts.find((one) => one.name === name);
	if (found !== void 0) return found;
	throw new ProblemError({
		code: "ssh.no-such-host",
		where: name,
		found: "a name that no host has",
		expected: hosts.length === 0 ? "hosts over ssh" : `one of ${hosts.map((one) => one.name).join(", ")}`,
		remedy: "name a host as `platform.hosts` or `system.hosts` does"
	});
}

// src/backup/host/compare.ts
/** Everything that is not the same, in the order of the paths. Times of directories change with what is put into them, and do not count. */
function differences(was, is) {
	const now = new Map(is.map((one) => [one.path, one]));
	const then = new Set(was.map(({ path }) => path));
	const found = was.flatMap((one) => {
		const other = now.get(one.path);
		if (other === void 0) return [{
			path: one.path,
			what: "missing"
		}];
		const what = changed(one, other);
		return what.length === 0 ? [] : [{
			path: one.path,
			what
		}];
	});
	for (const { path } of is) if (!then.has(path)) found.push({
		path,
		what: "extra"
	});
	return found.toSorted((a, b) => a.path < b.path ? -1 : 1);
}
function changed(one, other) {
	if (one.kind !== other.kind) return ["kind"];
	return [
		...one.sha256 !== other.sha256 || one.size !== other.size ? ["content"] : [],
		...one.target !== other.target ? ["target"] : [],
		...one.mode !== other.mode ? ["mode"] : [],
		...one.uid !== other.uid || one.gid !== other.gid ? ["owner"] : [],
		...one.kind === "file" && one.mtime !== other.mtime ? ["time"] : [],
		...JSON.stringify(one.attributes) !== JSON.stringify(other.attributes) ? ["attributes"] : []
	];
}
/** At or below one of these paths. */
function isWithin(path, roots) {
	return roots.some((root) => path === root || path.startsWith(root === "/" ? root : `${root}/`));
}

// src/backup/host/description.ts
/** What stands at the beginning of the stored tar of a host: what the machine was, and every file as it was read. docs/formats/host.schema.json */
/** Name of its entry; no path of a host begins so. */
const DESCRIPTION = ".shiplock/host.json";
const entrySchema = strictObject({
	path: string(),
	kind: _enum([
		"file",
		"directory",
		"link",
		"other"
	]),
	mode: number().int(),
	uid: number().int(),
	gid: number().int(),
	size: number().int(),
	/** Seconds since 1970, up to nine digits behind the point. */
	mtime: string(),
	target: string(),
	/** ACLs and extended attributes: SHA-256 of each value. */
	attributes: record(string(), string()),
	sha256: string()
});
const machineSchema = strictObject({
	system: string(),
	packages: array(strictObject({
		name: string(),
		version: string(),
		manual: boolean()
	})).readonly(),
	/** Those that own one of the files, and those of people. No password is among it. */
	accounts: array(strictObject({
		name: string(),
		uid: number().int(),
		gid: number().int(),
		home: string(),
		shell: string()
	})).readonly(),
	groups: array(strictObject({
		name: string(),
		gid: number().int()
	})).readonly(),
	enabled: array(string()).readonly()
});
const descriptionSchema = strictObject({
	v: literal(1),
	service: string(),
	environment: string(),
	host: string(),
	takenAt: string().datetime(),
	paths: array(string()).readonly(),
	machine: machineSchema,
	entries: array(entrySchema).readonly()
});
/** First and last number of an account of a person, as Debian's policy (9.2.2) has them. */
const PEOPLE = {
	first: 1e3,
	last: 59999
};
/** Accounts and groups that a restore needs: those that own one of the files, and those of people. Pure. */
function machineFor(machine, entries) {
	const person = (id) => id >= PEOPLE.first && id <= PEOPLE.last;
	const users = new Set(entries.map(({ uid }) => uid));
	const accounts = machine.accounts.filter(({ uid }) => uid !== 0 && (users.has(uid) || person(uid)));
	const used = /* @__PURE__ */ new Set([...entries.map(({ gid }) => gid), ...accounts.map(({ gid }) => gid)]);
	return {
		...machine,
		accounts,
		groups: machine.groups.filter(({ gid }) => gid !== 0 && (used.has(gid) || person(gid)))
	};
}

// src/backup/host/tar.ts
const BLOCK = 512;
const END = Buffer.alloc(2 * BLOCK);
/** Names and attributes of one file. */
const MOST_HEADER = 1 << 20;
function readTar({ wanted = () => true, kept = () => false } = {}) {
	const entries = [];
	const texts = /* @__PURE__ */ new Map();
	let state = { kind: "header" };
	let held = Buffer.alloc(0);
	/** Headers before it is known whether their file is wanted. */
	let raw = [];
	let more = /* @__PURE__ */ new Map();
	const take = (bytes) => {
		if (held.length < bytes) return null;
		const taken = held.subarray(0, bytes);
		held = held.subarray(bytes);
		return taken;
	};
	const header = (out) => {
		const block = take(BLOCK);
		if (block === null) return false;
		if (block.every((byte) => byte === 0)) {
			if (raw.length > 0) throw broken("an extended header without a file");
			state = { kind: "over" };
			return true;
		}
		raw.push(block);
		const found = parseHeader(block);
		if (found.type === "x") {
			if (found.size > MOST_HEADER) throw broken(`an extended header of ${found.size} bytes`);
			state = {
				kind: "records",
				size: found.size
			};
			return true;
		}
		const entry = entryOf(found, more);
		const passes = wanted(entry.path, entry.kind);
		if (passes) out.push(...raw);
		[raw, more] = [[], /* @__PURE__ */ new Map()];
		const text = entry.kind === "file" && kept(entry.path, entry.size) ? [] : null;
		const file = {
			entry,
			hash: createHash("sha256"),
			passes,
			text
		};
		const left = entry.kind === "file" ? entry.size : 0;
		state = {
			kind: "content",
			file,
			left,
			padding: padded(left) - left
		};
		return true;
	};
	const records = (size) => {
		const block = take(padded(size));
		if (block === null) return false;
		raw.push(block);
		more = parseRecords(block.subarray(0, size));
		state = { kind: "header" };
		return true;
	};
	const content = (now, out) => {
		const { file } = now;
		const part = take(Math.min(now.left, held.length));
		if (part !== null && part.length > 0) {
			now.left -= part.length;
			file.hash.update(part);
			file.text?.push(Buffer.from(part));
			if (file.passes) out.push(part);
		}
		if (now.left > 0) return false;
		const rest = take(now.padding);
		if (rest === null) return false;
		if (file.passes && rest.length > 0) out.push(rest);
		const isFile = file.entry.kind === "file";
		entries.push({
			...file.entry,
			sha256: isFile ? file.hash.digest("hex") : ""
		});
		if (file.text !== null) texts.set(file.entry.path, Buffer.concat(file.text));
		state = { kind: "header" };
		return true;
	};
	const step = (out) => {
		switch (state.kind) {
			case "header": return header(out);
			case "records": return records(state.size);
			case "content": return content(state, out);
			case "over":
				held = Buffer.alloc(0);
				return false;
		}
	};
	return {
		entries,
		texts,
		push(chunk) {
			const out = [];
			held = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
			while (step(out));
			return Buffer.concat(out);
		},
		end() {
			if (state.kind !== "over") throw broken("it breaks off");
			return END;
		}
	};
}
/** A file of ours as an entry at the beginning of a tar. Readable for its owner only. Pure. @param mtime seconds since 1970 */
function tarFile(name, content, mtime) {
	const block = Buffer.alloc(BLOCK);
	const octal = (value, digits) => `${value.toString(8).padStart(digits, "0")}\0`;
	block.write(name, 0, 100);
	block.write(octal(384, 7), 100);
	block.write(octal(0, 7), 108);
	block.write(octal(0, 7), 116);
	block.write(octal(content.length, 11), 124);
	block.write(octal(mtime, 11), 136);
	block.write("0", 156);
	block.write("ustar\x0000", 257);
	block.write(`${sumOf(block).toString(8).padStart(6, "0")}\0 `, 148);
	return Buffer.concat([
		block,
		content,
		Buffer.alloc(padded(content.length) - content.length)
	]);
}
function padded(size) {
	return Math.ceil(size / BLOCK) * BLOCK;
}
/** Of a header, its own field counted as spaces. */
function sumOf(block) {
	let sum = 256;
	for (const [at, byte] of block.entries()) if (at < 148 || at >= 156) sum += byte;
	return sum;
}
function parseHeader(block) {
	const text = (from, length) => {
		const field = block.subarray(from, from + length);
		const end = field.indexOf(0);
		return end < 0 ? field : field.subarray(0, end);
	};
	const number = (from, length) => {
		const field = block.subarray(from, from + length);
		if ((field[0] ?? 0) & 128) {
			let value = BigInt((field[0] ?? 0) & 127);
			for (const byte of field.subarray(1)) value = value * 256n + BigInt(byte);
			return Number(value);
		}
		const digits = field.toString("latin1").replaceAll("\0", " ").trim();
		if (!/^[0-7]*$/.test(digits)) throw broken(`a number ${JSON.stringify(digits)}`);
		return digits === "" ? 0 : Number.parseInt(digits, 8);
	};
	if (block.subarray(257, 262).toString("latin1") !== "ustar") throw broken("a header of another kind");
	if (number(148, 8) !== sumOf(block)) throw broken("a header with another sum");
	const prefix = text(345, 155);
	return {
		mode: number(100, 8) & 4095,
		uid: number(108, 8),
		gid: number(116, 8),
		size: number(124, 12),
		mtime: String(number(136, 12)),
		name: prefix.length === 0 ? text(0, 100) : Buffer.concat([
			prefix,
			Buffer.from("/"),
			text(0, 100)
		]),
		type: text(156, 1).toString("latin1") || "0",
		target: text(157, 100)
	};
}
/** `LENGTH NAME=VALUE\n`, one behind the other. */
function parseRecords(block) {
	const found = /* @__PURE__ */ new Map();
	for (let at = 0; at < block.length;) {
		const space = block.indexOf(32, at);
		const length = space < 0 ? NaN : Number(block.subarray(at, space).toString("latin1"));
		const equals = block.indexOf(61, space);
		if (!Number.isSafeInteger(length) || length < 5 || at + length > block.length || equals < 0) throw broken("a record of an extended header that is not whole");
		found.set(block.subarray(space + 1, equals).toString("latin1"), Buffer.from(block.subarray(equals + 1, at + length - 1)));
		at += length;
	}
	return found;
}
const KINDS = {
	"0": "file",
	"5": "directory",
	"2": "link"
};
/** Devices and pipes: they are not put back. */
const OTHERS = [
	"3",
	"4",
	"6"
];
function entryOf(found, more) {
	const text = (name) => {
		const value = more.get(name);
		return value === void 0 ? void 0 : exactText(value);
	};
	const whole = (name, otherwise) => Number(text(name) ?? otherwise);
	const kind = KINDS[found.type] ?? (OTHERS.includes(found.type) ? "other" : void 0);
	const path = (text("path") ?? exactText(found.name)).replace(/(?<=.)\/+$/, "");
	if (kind === void 0) throw broken(`${path} of type ${JSON.stringify(found.type)}`);
	const attributes = [...more].filter(([name]) => name.startsWith("SCHILY.")).map(([name, value]) => [name, createHash("sha256").update(value).digest("hex")]).toSorted(([a], [b]) => a < b ? -1 : 1);
	return {
		path,
		kind,
		mode: found.mode,
		uid: whole("uid", found.uid),
		gid: whole("gid", found.gid),
		size: kind === "file" ? whole("size", found.size) : 0,
		mtime: text("mtime") ?? found.mtime,
		target: kind === "link" ? text("linkpath") ?? exactText(found.target) : "",
		attributes: Object.fromEntries(attributes),
		sha256: ""
	};
}
const CONTROL = /[\u0000-\u001f\u007f]/;
/** @throws ProblemError for a name that cannot be told apart from another, or that a line cannot hold */
function exactText(bytes) {
	const text = bytes.toString("utf8");
	if (Buffer.from(text, "utf8").equals(bytes) && !CONTROL.test(text)) return text;
	throw new ProblemError({
		code: "backup.file-name",
		where: JSON.stringify(text),
		found: "a name with control characters, or that is no UTF-8",
		expected: "names that can be told and put back exactly",
		remedy: "rename the file on the host, or name other paths in `backup.files`"
	});
}
function broken(found) {
	return new ProblemError({
		code: "backup.not-a-tar",
		where: "the files of a host",
		found,
		expected: "a whole tar, as GNU tar writes it (--format=posix)",
		remedy: "run it again; if it comes again, the stored files are damaged, or tar on the host is another one"
	});
}

// src/backup/host/take.ts
/** How often it is read before what changes meanwhile is stored as it is, and said. */
const ATTEMPTS = 3;
/** Thrown to ourselves: it was not the same twice. */
var ChangedMeanwhile = class extends Error {
	paths;
	constructor(paths) {
		super(paths.join(", "));
		this.paths = paths;
	}
};
/** Takes it. Nothing counts before this returns. @throws ProblemError */
async function takeHostFiles(options) {
	const machine = await options.machine();
	for (let attempt = 1;; attempt++) try {
		return await attemptTake(options, machine, attempt === ATTEMPTS);
	} catch (error) {
		if (!(error instanceof ChangedMeanwhile)) throw error;
		options.note(`${options.host}: changed while it was read, so it is read again: ${few(error.paths)}`);
	}
}
async function attemptTake(options, machine, last) {
	const { host, service, environment, clock, repository, secrets, signal, id } = options;
	const all = [.../* @__PURE__ */ new Set([...options.paths, ...options.also])].toSorted();
	const takenAt = new Date(clock.now()).toISOString();
	const first = readTar();
	ended(options, (await pipeCommands({
		from: options.read(all),
		onChunk: (chunk) => void first.push(chunk),
		signal
	}, clock)).from);
	first.end();
	const absent = options.paths.filter((path) => !first.entries.some((one) => one.path === path));
	if (absent.length > 0) throw new ProblemError(notThere(host, absent));
	const entries = [...first.entries];
	const paths = all.filter((path) => entries.some((one) => one.path === path));
	const description = descriptionSchema.parse({
		v: 1,
		service,
		environment,
		host,
		takenAt,
		paths,
		entries,
		machine: machineFor(machine, entries)
	});
	const head = tarFile(DESCRIPTION, Buffer.from(`${JSON.stringify(description)}\n`), Math.floor(Date.parse(takenAt) / 1e3));
	const second = readTar();
	const stored = digesting();
	let changed = [];
	let begun = false;
	const file = `${host}.tar`;
	const tags = tagArguments({
		service,
		environment,
		id,
		kind: "files"
	});
	const { to } = await pipeCommands({
		from: options.read(all),
		to: {
			argv: [
				repository.program,
				"backup",
				"--json",
				"--stdin",
				"--stdin-filename",
				file,
				"--host",
				service,
				...tags
			],
			env: resolved(resticVariables(repository), secrets)
		},
		through: {
			push(chunk) {
				second.push(chunk);
				const piece = begun ? chunk : Buffer.concat([head, chunk]);
				begun = true;
				return stored.see(piece);
			},
			end: () => Buffer.alloc(0)
		},
		allow: (end) => {
			const told = ended(options, end);
			second.end();
			changed = [.../* @__PURE__ */ new Set([...differences(entries, second.entries).map(({ path }) => path), ...told])].toSorted();
			if (changed.length > 0 && !last) throw new ChangedMeanwhile(changed);
		},
		signal
	}, clock);
	const snapshot = to === null || to.exitCode !== 0 ? null : madeSnapshot(to.stdout);
	if (snapshot === null) throw new ProblemError(resticProblem(repository, to ?? {
		exitCode: 1,
		stderr: ""
	}));
	return {
		v: 1,
		kind: "files",
		id,
		run: options.run,
		takenAt,
		paths,
		snapshot,
		state: "stored",
		why: null,
		host: {
			name: host,
			file,
			...stored.told(),
			entries: entries.length,
			changed: [...changed],
			verified: null
		}
	};
}
function digesting() {
	const hash = createHash("sha256");
	let bytes = 0;
	return {
		see(piece) {
			bytes += piece.length;
			hash.update(piece);
			return piece;
		},
		told: () => ({
			bytes,
			sha256: hash.digest("hex")
		})
	};
}
/**
* What tar says that somebody wrote while it read. GNU tar ends with 1 for that, and goes on.
* @throws ProblemError when it did not come to its end
*/
function ended(options, end) {
	if (end.exitCode === 0) return [];
	const told = [...end.stderr.matchAll(/^tar: (.+): (?:file changed [a-z]+ we read it|File removed before we read it|File shrank by .*)$/gm)];
	if (end.exitCode === 1 && told.length > 0) return told.flatMap(([, path]) => path === void 0 ? [] : [path]);
	throw new ProblemError(options.problemOf(end));
}
/** What must be the same when it is read back: everything but what changed meanwhile. Pure. */
function sameAsDescribed(described, stored, changed) {
	return differences(described, stored.filter(({ path }) => path !== DESCRIPTION)).filter(({ path }) => !isWithin(path, changed)).map(({ path }) => path);
}
function few(paths) {
	return paths.length > 5 ? `${paths.slice(0, 5).join(", ")} and ${paths.length - 5} more` : paths.join(", ");
}
function notThere(host, absent) {
	return {
		code: "backup.host-path-missing",
		where: host,
		found: `no ${few(absent)}`,
		expected: "every path that `backup.files` names for this host; nothing of it was stored, so the backup before it still counts",
		remedy: "bring them back (`shiplock restore files`), or take them out of `backup.files`"
	};
}

// src/release/backup/hosts.ts
/** Hosts that `backup.files` names, in the order of their names; none where there are none. Looks at nothing. */
function hostsToBackUp({ service, settings }) {
	return Object.entries(settings.hostFiles).toSorted(([a], [b]) => a < b ? -1 : 1).map(([name, paths]) => ({
		...hostFilesOptions(service, name),
		paths,
		also: ownPaths(service)
	}));
}
/** How a host is asked for files. @throws ProblemError for a name that no host has */
function hostFilesOptions({ environment }, name) {
	const reach = reachOf(environment, environment.system ?? { hosts: [] });
	const host = hostNamed(reach?.hosts ?? [], name);
	if (reach === null) throw new TypeError("a host without a way to it");
	return {
		host,
		reach
	};
}
/**
* Units of instances are not among it: a release makes them, and those of a backup would start a version of the past.
*/
function ownPaths({ environment }) {
	const { service, components, certificates = [], logs = [] } = environment;
	return [
		"/etc/shiplock",
		...Object.keys(components).map((component) => `/var/lib/shiplock/${service}-${component}`),
		...certificates.flatMap(({ to }) => to.kind === "combined" ? [to.file] : [to.chain, to.key]),
		...logs.map(({ name }) => `/etc/logrotate.d/shiplock-${service}-${name}`)
	];
}
/** `api@1.2.3-1.service` and what hangs on it: made by releases. Pure. */
function isInstanceUnit({ service, components }, path) {
	const match = /^\/etc\/systemd\/system\/(?:[^/]+\.(?:wants|requires)\/)?([^/@]+)@[^/]+\.service(?:\.d(?:\/.*)?)?$/.exec(path);
	return Object.keys(components).some((component) => match?.[1] === `${service}-${component}`);
}
const takenSchema = strictObject({
	stored: filesSchema.nullable(),
	/** Why it was not stored: the others are, and the run fails at its end. */
	problems: array(problemSchema).readonly()
});
/** A step for each host: one that is dead holds up no other backup. */
function hostSteps(backup) {
	const nodes = hostsToBackUp(backup).map((one) => hostStep(backup, one));
	return {
		nodes,
		taken: nodes,
		judge: nodes.length === 0 ? null : judgeStep(nodes)
	};
}
function hostStep(backup, { host, reach, paths, also }) {
	const { service, settings, place, repository } = backup;
	const { exec, secrets, environment } = service;
	return opaque({
		id: `host-${host.name}`,
		title: `Store files of ${host.name}`,
		inputs: {
			host: host.name,
			paths: [...paths],
			also: [...also]
		},
		outputs: takenSchema,
		promise: `tar on ${host.name} reads ${[...paths, ...also].join(", ")} twice over ssh, with owners, modes, ACLs and extended attributes, and restic stores it when both were the same; what changes each time is stored as it is and named`,
		probe: "repeatable",
		timeoutMs: settings.timeoutMs,
		meanwhile: whileItStays(backup, repository),
		run: async (ctx) => {
			const id = `${idOf(ctx.clock.now())}-${host.name}`;
			try {
				const { read } = await hostReading({
					host,
					reach,
					exec
				}, ctx.signal);
				await markBegun(place, id);
				const stored = await takeHostFiles({
					id,
					run: ctx.run,
					service: environment.service,
					environment: environment.environment,
					host: host.name,
					paths,
					also,
					repository,
					secrets,
					clock: ctx.clock,
					signal: ctx.signal,
					read,
					machine: async () => observeMachine({
						host,
						reach,
						exec
					}, ctx.signal),
					problemOf: (end) => hostFilesProblem(host, end),
					note: ctx.note
				});
				await keepStored(backup, stored);
				await clearBegun(place, id);
				if (stored.host.changed.length > 0) ctx.note(`${host.name}: changed each time it was read, stored as it was: ${stored.host.changed.join(", ")}`);
				return {
					stored,
					problems: []
				};
			} catch (error) {
				ctx.signal.throwIfAborted();
				if (!(error instanceof ProblemError)) throw error;
				const problems = problemsOf(error, host.name);
				for (const { code, found } of problems) ctx.note(`${host.name} was not stored: ${code}: ${found}`);
				return {
					stored: null,
					problems: [...problems]
				};
			}
		}
	});
}
/** After everything else, so that one host holds up no other. */
function judgeStep(taken) {
	return action({
		id: "hosts",
		title: "Look whether every host was stored",
		read: async (ctx) => taken.flatMap((one) => ctx.outputOf(one).problems),
		decide: (problems) => problems.length > 0 ? {
			kind: "refuse",
			problems
		} : {
			kind: "nothing",
			why: "every one was"
		},
		probe: "repeatable"
	});
}
/** Backups of this host that are to be believed, oldest first. Pure. */
function ofHost(files, host) {
	return files.filter(isOfHost).filter((one) => one.host.name === host && isGood(one));
}

export { hostSettleEffect as _, ofHost as a, DESCRIPTION as c, isWithin as d, hostAccountsEffect as f, hostReading as g, hostPutArgv as h, isInstanceUnit as i, descriptionSchema as l, hostFilesProblem as m, hostSteps as n, sameAsDescribed as o, hostBackEffect as p, hostsToBackUp as r, readTar as s, hostFilesOptions as t, differences as u, observeMachine as v };