import { Et as _enum, Fn as object, Jn as string, Nt as array, Pn as number, Un as record, Yt as discriminatedUnion, qc as prettifyError, qn as strictObject, xn as literal } from "./shared-schemas.js";
import { r as parsedJson } from "./shared-json.js";
import { t as ProblemError } from "./shared-problem.js";
import { n as fileName, o as namesIn, s as replaceFile } from "./shared-store.js";
import { Ha as LOCAL_HOST, Sr as openEnvironment, bc as StepPaused, br as runAgain, xr as engineOptions } from "./shared-common.js";
import { n as openDsnSession, t as ServerRefusal } from "./shared-session2.js";
import { xt as resolveDsn } from "./shared-migrate.js";
import { p as startLocal } from "./shared-local.js";
import { open, readFile, realpath, rm } from "node:fs/promises";
import { dirname, isAbsolute, join } from "node:path";
import { createHash } from "node:crypto";

// src/backup/catalogue/record.ts
/**
* What is known of each backup. One file per record in the catalogue; whatever is not in it is no backup, whatever a repository may hold.
*/
/** Where a server's binary log stood, as the server names it. */
const coordinatesSchema = strictObject({
	file: string(),
	position: number().int().min(0),
	/** MySQL: the set of executed transactions; MariaDB: the last of each domain. Null: the server said none. */
	gtid: string().nullable()
});
/** Rows of a table in one moment. */
const tableSumSchema = strictObject({
	database: string(),
	table: string(),
	rows: number().int().min(0),
	/** Decimal sum of 60 bits of the SHA-256 of each row: the order of rows does not count. */
	sum: string()
});
/** How many views, triggers, routines and events there are beside the tables. */
const programsSchema = strictObject({
	views: number(),
	triggers: number(),
	routines: number(),
	events: number()
});
/** Which server: the same name and port may be another one tomorrow. */
const serverSchema = strictObject({
	family: _enum(["mysql", "mariadb"]),
	version: string(),
	/** MySQL: server_uuid; MariaDB: server_id and the directory of its data, since it has no such id. */
	id: string()
});
/** What became of a backup: stored → verified; failed and suspect ones count for nothing. */
const stateSchema = _enum([
	"stored",
	"verified",
	"failed",
	"suspect"
]);
const time = string().datetime();
const fullSchema = strictObject({
	v: literal(1),
	kind: literal("full"),
	id: string(),
	run: string(),
	/** By our clock, just before the moment that it shows. */
	takenAt: time,
	/** The moment that it shows, by the clock of the server. */
	serverTime: time,
	seconds: number(),
	server: serverSchema,
	tool: string(),
	databases: array(string()).readonly(),
	/** Null: the server writes no binary log, so nothing behind it can be restored. */
	coordinates: coordinatesSchema.nullable(),
	/** Settings that a server has for life, by which a throw-away one is made alike. */
	settings: record(string(), string()),
	/** Left out: SQL. `physical`: the files of the whole server. */
	form: _enum(["logical", "physical"]).exactOptional(),
	/**
	* Where the rows were summed up, at the end of this binary log; left out: at the place of the backup itself. A physical backup shows the moment in
	* which its tool ended, which nobody else can hold: the logs in between lead from the one to the other.
	*/
	summedAt: coordinatesSchema.exactOptional(),
	tables: array(tableSumSchema).readonly(),
	programs: programsSchema,
	snapshot: string(),
	file: string(),
	bytes: number().int(),
	sha256: string(),
	state: stateSchema,
	/** Of the last restore that agreed. */
	verified: strictObject({
		at: time,
		seconds: number(),
		segments: number().int()
	}).nullable(),
	/** What speaks against it, for people. */
	why: string().nullable()
});
const segmentSchema = strictObject({
	v: literal(1),
	kind: literal("segment"),
	/** Of its snapshot: several segments may share one. */
	id: string(),
	run: string(),
	takenAt: time,
	server: serverSchema,
	/** As the server names it. */
	file: string(),
	bytes: number().int(),
	sha256: string(),
	/** By the clock of the server, whole seconds; null: it holds no such event. */
	firstEventAt: time.nullable(),
	lastEventAt: time.nullable(),
	/** The file that its last event names as the next; null: the server ended without saying so. */
	next: string().nullable(),
	/** Transactions before its first one, and up to its end, as text; null where the form is not known. */
	gtidsBefore: string().nullable(),
	gtidsAfter: string().nullable(),
	snapshot: string(),
	state: stateSchema,
	why: string().nullable()
});
const filesSchema = strictObject({
	v: literal(1),
	kind: literal("files"),
	id: string(),
	run: string(),
	takenAt: time,
	paths: array(string()).readonly(),
	/** Of a host over ssh: its files are one tar. Left out: of the machine where Shiplock runs, as they lie there. */
	host: strictObject({
		name: string(),
		/** Name of the tar in the snapshot. */
		file: string(),
		bytes: number().int(),
		sha256: string(),
		/** Files, directories and links. */
		entries: number().int(),
		/** What somebody wrote each time it was read: nobody knows whether it is whole. */
		changed: array(string()).readonly(),
		/** When it was last read back and was the same. */
		verified: strictObject({
			at: time,
			seconds: number()
		}).nullable()
	}).exactOptional(),
	/** Of the machine where Shiplock runs: what restic read there. Left out: of a host, or stored before it was counted. */
	here: strictObject({
		/** Without directories and links. */
		files: number().int(),
		bytes: number().int(),
		/** When it was last read back and was the same. */
		verified: strictObject({
			at: time,
			seconds: number()
		}).nullable()
	}).exactOptional(),
	snapshot: string(),
	state: stateSchema,
	why: string().nullable()
});
/** May it be restored from? One that failed or is suspect counts for nothing. Pure. */
function isGood({ state }) {
	return state !== "suspect" && state !== "failed";
}
/** Name of the host whose files they are; `local`: this machine. Pure. */
function placeOf({ host }) {
	return host?.name ?? "local";
}
/** Pure. */
function isOfHost(record) {
	return record.host !== void 0;
}
const recordSchema = discriminatedUnion("kind", [
	fullSchema,
	segmentSchema,
	filesSchema
]);
/** Pure. */
function catalogueOf(records) {
	const byTime = (list) => list.toSorted((a, b) => a.takenAt < b.takenAt ? -1 : a.takenAt > b.takenAt ? 1 : 0);
	return {
		fulls: byTime(records.filter((one) => one.kind === "full")),
		segments: byTime(records.filter((one) => one.kind === "segment")),
		files: byTime(records.filter((one) => one.kind === "files"))
	};
}

// src/backup/restic/repository.ts
/** Environment of a command on it; the password never stands in argv. Pure. */
function resticVariables({ repository, password, env, cache }) {
	return {
		...env,
		RESTIC_REPOSITORY: repository,
		RESTIC_PASSWORD: password,
		RESTIC_CACHE_DIR: cache
	};
}
/** The same for `restic copy`, where another repository is the source. Pure. */
function copyVariables(to, from) {
	return {
		...from.env,
		...resticVariables(to),
		RESTIC_FROM_REPOSITORY: from.repository,
		RESTIC_FROM_PASSWORD: from.password
	};
}
/** The values themselves, for a command that is started at once. */
function resolved(variables, secrets) {
	return Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, typeof value === "string" ? value : secrets.get(value.secret)]));
}
/** Arguments that tag a snapshot. Pure. */
function tagArguments({ service, environment, id, kind }) {
	return [
		"shiplock",
		`service:${service}`,
		`environment:${environment}`,
		`id:${id}`,
		`kind:${kind}`
	].flatMap((tag) => ["--tag", tag]);
}
const snapshotSchema = object({
	id: string(),
	time: string(),
	tags: array(string()).nullish(),
	paths: array(string())
});
const LOOK_MS = 3e5;
function lookAt(repository, ports) {
	const run = (words) => ports.exec.read([repository.program, ...words], {
		env: resolved(resticVariables(repository), ports.secrets),
		timeoutMs: LOOK_MS
	});
	return {
		async identity() {
			const result = await run([
				"--no-lock",
				"cat",
				"config"
			]);
			if (result.exitCode === 0) return object({ id: string() }).parse(JSON.parse(result.stdout)).id;
			if (saysMissing(result.stderr)) return null;
			throw new ProblemError(resticProblem(repository, result));
		},
		async snapshots(tags) {
			const result = await run([
				"--no-lock",
				"snapshots",
				"--json",
				...tags.length === 0 ? [] : ["--tag", tags.join(",")]
			]);
			if (result.exitCode !== 0) throw new ProblemError(resticProblem(repository, result));
			return (array(snapshotSchema).nullable().parse(JSON.parse(result.stdout)) ?? []).map(({ id, tags: own, paths }) => ({
				id,
				paths,
				tags: own ?? []
			}));
		}
	};
}
/** No repository there, as restic says it for directories, SFTP and S3. Pure. */
function saysMissing(stderr) {
	if (NO_WAY.test(stderr)) return false;
	return /Is there a repository at the following location/i.test(stderr) || /unable to open config file.*(?:no such file|does not exist|not exist|NoSuchKey|specified key does not exist)/is.test(stderr);
}
/** What restic said, as a problem. Pure. */
function resticProblem({ repository, program }, { exitCode, stderr }) {
	const said = stderr.trim().split("\n").slice(-4).join(" ").slice(0, 500) || `exit code ${exitCode}`;
	const where = repository;
	if (exitCode === 127) return {
		code: "backup.no-program",
		where: program,
		found: said,
		expected: "restic, 0.14 or newer",
		remedy: "install it, or name it in `backup.programs.restic`"
	};
	if (/wrong password or no key found/i.test(stderr)) return {
		code: "backup.wrong-key",
		where,
		found: "a password that opens no key of this repository",
		expected: "the password with which the repository was made",
		remedy: "look at `backup.password`; without that password nothing in this repository can be read by anybody"
	};
	if (saysMissing(stderr)) return {
		code: "backup.no-repository",
		where,
		found: "no repository",
		expected: "the repository in which the backups are",
		remedy: "mount it, or mend `backup.repository`; `shiplock backup run` makes a new one only where there are no backups yet"
	};
	if (/no space left on device|disk quota exceeded|not enough space/i.test(stderr)) return {
		code: "backup.no-space",
		where,
		found: said,
		expected: "room for the backup",
		remedy: "make room, or let old backups go: `shiplock backup forget`"
	};
	if (/already locked/i.test(stderr)) return {
		code: "backup.repository-locked",
		where,
		found: said,
		expected: "a repository that nobody else works on",
		remedy: "wait for the other command; a lock whose process is gone is taken away by the next backup"
	};
	if (NO_WAY.test(stderr)) return {
		code: "backup.repository-unreachable",
		where,
		found: said,
		expected: "a repository that answers this machine and lets it in",
		remedy: "look at the network, at the account and its keys (`env:` of the repository, the configuration of ssh); nothing says that the repository is damaged"
	};
	return {
		code: "backup.storage-failed",
		where,
		found: said,
		expected: "a repository that takes and gives back what it is given",
		remedy: "read what restic says; `shiplock backup check` looks at the whole repository"
	};
}
/** As the networks, ssh, and servers of S3 say that somebody does not get there, or is not let in. */
const NO_WAY = new RegExp([
	...[
		"unable to start the sftp session",
		"host key verification failed",
		"permission denied \\("
	],
	...[
		"connection (?:refused|reset|timed out|closed by)",
		"no such host",
		"could not resolve hostname",
		"i/o timeout"
	],
	...[
		"no route to host",
		"network is unreachable",
		"tls: ",
		"x509: "
	],
	...[
		"invalidaccesskeyid",
		"access key id you provided",
		"signaturedoesnotmatch",
		"signature we calculated",
		"access ?denied"
	]
].join("|"), "i");
const summarySchema = object({
	message_type: literal("summary"),
	snapshot_id: string(),
	total_files_processed: number().int(),
	total_bytes_processed: number().int()
});
/** What `restic backup --json` says at its end: the id of the snapshot, and how many files it read; null: it says nothing of it. Pure. */
function madeOf(stdout) {
	for (const line of stdout.trimEnd().split("\n").toReversed()) {
		const { data } = summarySchema.safeParse(parsedJson(line));
		if (data !== void 0) return {
			snapshot: data.snapshot_id,
			files: data.total_files_processed,
			bytes: data.total_bytes_processed
		};
	}
	return null;
}
/** Id of the snapshot alone; null: it says none. Pure. */
function madeSnapshot(stdout) {
	return madeOf(stdout)?.snapshot ?? null;
}

// src/backup/catalogue/store.ts
const RECORDS = "catalogue";
const BEGUN = "begun";
/** Where an environment keeps what it knows of its backups. Pure. */
function cataloguePlace(store, environment) {
	return { directory: join(store, "backups", fileName(environment)) };
}
/** Directory of the records: it goes into each repository too. Pure. */
function recordsDirectory({ directory }) {
	return join(directory, RECORDS);
}
/** File of what a run was like, beside the records and so in each repository too. Pure. @param kind name of their directory */
function besideFile(place, kind, run) {
	return join(recordsDirectory(place), kind, `${run}.json`);
}
/** All of a kind that are there, in no order; one that cannot be read tells nothing. */
async function readBeside(place, kind, schema) {
	const directory = join(recordsDirectory(place), kind);
	const names = (await namesIn(directory)).filter((name) => name.endsWith(".json"));
	return (await Promise.all(names.map((name) => readFile(join(directory, name), "utf8")))).flatMap((text) => {
		const parsed = schema.safeParse(parsedJson(text));
		return parsed.success ? [parsed.data] : [];
	});
}
/** Name of the file of a record: the same record again replaces it. Pure. */
function recordFile(place, record) {
	return join(recordsDirectory(place), `${fileName(recordName(record))}.json`);
}
/** What a record is called: kind and id; a segment by its server and file. Pure. */
function recordName(record) {
	if (record.kind !== "segment") return `${record.kind}-${record.id}`;
	return `segment-${record.server.id.slice(0, 40)}-${record.file}-${record.sha256.slice(0, 12)}`;
}
/** Text of its file. Pure. */
function recordText(record) {
	return `${JSON.stringify(recordSchema.parse(record), null, 2)}\n`;
}
/** All that is known. A file that cannot be read is a problem, never an absence. @throws ProblemError */
async function readCatalogue(place) {
	const directory = recordsDirectory(place);
	const names = await namesIn(directory);
	const records = [];
	for (const name of names) {
		if (!name.endsWith(".json")) continue;
		const path = join(directory, name);
		const parsed = recordSchema.safeParse(parsedJson(await readFile(path, "utf8")));
		if (!parsed.success) throw new ProblemError({
			code: "backup.catalogue-unreadable",
			where: path,
			found: prettifyError(parsed.error).split("\n")[0] ?? "something else",
			expected: "a record of a backup",
			remedy: "restore the file from the repository (docs/backup.md), or put it aside; what it told is then not known here"
		});
		records.push(parsed.data);
	}
	return catalogueOf(records);
}
/** Durable when it returns. */
async function writeRecord(place, record) {
	await replaceFile(recordFile(place, record), recordText(record));
}
/**
* File that says that a snapshot is about to be made under this id. What is found under it later, and is not in the catalogue, was cut. Pure.
*/
function begunFile({ directory }, id) {
	return join(directory, BEGUN, fileName(id));
}
async function markBegun(place, id) {
	await replaceFile(begunFile(place, id), "");
}
/** Its snapshot is in the catalogue, or gone. */
async function clearBegun(place, id) {
	await rm(begunFile(place, id), { force: true });
}
/** Ids of what was begun and not cleared. */
async function readBegun(place) {
	return (await namesIn(join(place.directory, BEGUN))).filter((name) => !name.endsWith(".tmp")).map(decodeURIComponent);
}

// src/backup/restic/known.ts
/** Which repositories backups were stored in so far: an empty mount point, or another disk, must not pass for one of them. */
const knownRepositorySchema = strictObject({
	v: literal(1),
	/** As restic names it; null: it was made in this run, and nobody has looked since. */
	id: string().nullable()
});
/** Its file; its name tells no address, in which a password may stand. Pure. */
function knownFile({ directory }, repository) {
	const name = createHash("sha256").update(repository).digest("hex").slice(0, 24);
	return join(directory, "repositories", `${name}.json`);
}
/** Text of its file. Pure. */
function knownText(id) {
	return `${JSON.stringify(knownRepositorySchema.parse({
		v: 1,
		id
	}))}\n`;
}
/** Null: nothing was stored at this address yet. @throws ProblemError when its file cannot be read */
async function readKnown(place, repository) {
	const path = knownFile(place, repository);
	const text = await readFile(path, "utf8").catch((error) => {
		if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
		throw error;
	});
	if (text === null) return null;
	try {
		return knownRepositorySchema.parse(JSON.parse(text));
	} catch {
		throw new ProblemError({
			code: "backup.catalogue-unreadable",
			where: path,
			found: "something else",
			expected: "what is known of a repository",
			remedy: `look whether the right repository is mounted or reached (${repository}), then delete this file: the next backup writes it anew`
		});
	}
}
/** Why nothing may be stored there; nothing: it may. Pure. */
function strange({ id, known, named }, at) {
	if (id === null) return known !== null || named ? [vanished(at)] : [];
	return known !== null && known.id !== null && known.id !== id ? [another(at, id, known.id)] : [];
}
function vanished({ repository, file }) {
	return {
		code: "backup.no-repository",
		where: repository,
		found: "no repository, although backups were stored in it",
		expected: "the repository with these backups",
		remedy: `mount it, or mend its address. If the first repository is lost for good, put the files below backups/ of the state directory aside and take a full backup; if a copy is, delete ${file}`
	};
}
function another({ repository, file }, id, before) {
	return {
		code: "backup.other-repository",
		where: repository,
		found: `the repository ${id.slice(0, 12)}, which is not that of the backups so far, ${before.slice(0, 12)}`,
		expected: "the repository in which the backups were stored so far",
		remedy: `mount the right file system, or mend its address. If it is to be this one from now on, delete ${file}, put the catalogue aside where it is the first repository, and take a full backup`
	};
}

// src/backup/restic/place.ts
/** For looks, which store nothing. */
const NOTHING_HELD = {
	moved: async () => [],
	close: async () => void 0
};
/**
* Keeps in mind which file systems lie below these repositories. An address is none of a directory, and is left out, as is a directory that cannot be
* opened: restic says why.
* @param repositories as they are configured: absolute paths, or addresses
*/
async function holdPlaces(repositories) {
	const held = /* @__PURE__ */ new Map();
	for (const repository of repositories.filter(isAbsolute)) {
		const handle = await openNearest(repository).catch(() => null);
		if (handle !== null) held.set(repository, handle);
	}
	return {
		moved: async (repository) => {
			const before = held.get(repository);
			if (before === void 0) return [];
			const now = await openNearest(repository).catch((error) => String(error));
			if (typeof now === "string") return [movedProblem(repository, now)];
			try {
				return await mountNumber(before) === await mountNumber(now) ? [] : [movedProblem(repository, "another file system than when the backup began")];
			} finally {
				await now.close();
			}
		},
		close: async () => {
			for (const handle of held.values()) await handle.close();
		}
	};
}
/** Does the work while the place of the repository is held. @throws ProblemError when it did not stay */
async function whileHeld(repository, work) {
	const held = await holdPlaces([repository]);
	try {
		const answer = await work();
		const problems = await held.moved(repository);
		if (problems.length > 0) throw new ProblemError(problems);
		return answer;
	} finally {
		await held.close();
	}
}
/** The directory itself, or the nearest one above it that is there: restic makes the rest. */
async function openNearest(path) {
	try {
		return await open(path, "r");
	} catch (error) {
		if (!isMissing(error) || dirname(path) === path) throw error;
		return openNearest(dirname(path));
	}
}
/** The kernel's number of the mount. While somebody has it open it is given to no other, also when it was taken away. Null: this kernel does not tell. */
async function mountNumber({ fd }) {
	const text = await readFile(`/proc/self/fdinfo/${fd}`, "utf8").catch(() => "");
	return /^mnt_id:\s*(\d+)$/m.exec(text)?.[1] ?? null;
}
/** Nothing, or that a file system which /etc/fstab names for this place is not mounted. An address is no place. Looks only. */
async function notMounted(repository) {
	if (!isAbsolute(repository)) return [];
	const place = await realPlace(repository);
	const [fstab, mounted] = await Promise.all([readFile("/etc/fstab", "utf8").catch(() => ""), readFile("/proc/self/mountinfo", "utf8").catch(() => null)]);
	const absent = mounted === null ? null : absentMount(place, fstab, mounted);
	return absent === null ? [] : [absentProblem(repository, absent)];
}
async function realPlace(path) {
	try {
		return await realpath(path);
	} catch (error) {
		if (!isMissing(error) || dirname(path) === path) return path;
		return join(await realPlace(dirname(path)), path.slice(dirname(path).length));
	}
}
/**
* The mount point at or above a place that is to be mounted and is not; null: none. The lowest where there are several. Pure.
* @param fstab text of /etc/fstab
* @param mountinfo text of /proc/self/mountinfo
*/
function absentMount(place, fstab, mountinfo) {
	const mounted = new Set(mountinfo.split("\n").map((line) => unescaped(line.split(" ")[4] ?? "")));
	return fstab.split("\n").filter((line) => !line.trimStart().startsWith("#")).map((line) => unescaped(line.trim().split(/\s+/)[1] ?? "").replace(/(?<=.)\/+$/, "")).filter((point) => isAbsolute(point) && point !== "/").filter((point) => `${place}/`.startsWith(`${point}/`) && !mounted.has(point)).toSorted((a, b) => b.length - a.length)[0] ?? null;
}
/** Blanks stand as `\040` in both files. */
function unescaped(word) {
	return word.replaceAll(/\\([0-7]{3})/g, (_all, digits) => String.fromCharCode(Number.parseInt(digits, 8)));
}
function isMissing(error) {
	return error instanceof Error && "code" in error && error.code === "ENOENT";
}
function movedProblem(where, found) {
	return {
		code: "backup.repository-moved",
		where,
		found,
		expected: "the same file system from the beginning of the backup to its end",
		remedy: "mount it again and take the backup again: nothing of this one counts. What restic has written meanwhile may lie in the directory below the mount point; look there while nothing is mounted"
	};
}
function absentProblem(where, point) {
	return {
		code: "backup.not-mounted",
		where,
		found: `nothing is mounted at ${point}, which /etc/fstab names`,
		expected: "the file system on which the repository lies",
		remedy: `\`mount ${point}\`; where nothing is to be mounted there any more, take its line out of /etc/fstab`
	};
}

// src/release/backup/open.ts
/** How long something may be written beside a repository whose place has changed. */
const STAYS_MS = 5e3;
/** What is configured of backups: no secret of it is needed. @throws ProblemError when there is nothing to back up */
function backupSettings({ environment: { environment, backup, database } }) {
	if (backup === null) throw new ProblemError(notConfigured(environment));
	if (database === null && backup.files.length === 0 && Object.keys(backup.hostFiles).length === 0) throw new ProblemError(nothingToTake(environment));
	return backup;
}
/** @throws ProblemError when nothing is configured */
async function openBackup(door, environment) {
	const service = await openEnvironment(door, environment, "without-database");
	const settings = backupSettings(service);
	const { database } = service.environment;
	const place = cataloguePlace(service.store, environment);
	const repositoryOf = repositoryIn(service);
	return {
		service,
		settings,
		place,
		repository: repositoryOf(settings),
		copies: settings.copies.map(repositoryOf),
		held: NOTHING_HELD,
		database: database === null ? null : accessOf(service, settings, database)
	};
}
/** How a configured repository is asked. Pure. */
function repositoryIn({ environment: { environment, backup }, store }) {
	const place = cataloguePlace(store, environment);
	return ({ repository, password, env }) => ({
		repository,
		password,
		env,
		program: backup?.programs.restic ?? "restic",
		cache: join(place.directory, "restic-cache")
	});
}
function accessOf({ secrets }, { dsn }, settings) {
	const found = resolveDsn(dsn ?? settings.accounts?.backup?.dsn ?? settings.dsn, secrets);
	const { host, port, socketPath, user, password, ssl } = found.options;
	const roots = typeof ssl === "object" && typeof ssl.ca === "string" ? ssl.ca : null;
	return {
		settings,
		name: found.database,
		where: found.resource,
		access: {
			host,
			port,
			socketPath,
			user,
			password,
			tls: ssl === void 0 ? void 0 : {
				family: settings.engine,
				roots
			}
		},
		open: async () => explained(await openDsnSession(found, settings.connectTimeoutMs), found.resource)
	};
}
/** What the server refuses, or a connection that is lost, as problems. */
function explained(session, where) {
	return {
		...session,
		ask: (row, sql, values) => session.ask(row, sql, values).catch((error) => {
			if (error instanceof ProblemError) throw error;
			throw new ProblemError(serverProblem(error, where));
		}),
		tell: (sql) => session.tell(sql).catch((error) => {
			throw new ProblemError(serverProblem(error, where));
		})
	};
}
function serverProblem(error, where) {
	const found = error instanceof Error ? error.message : String(error);
	if (error instanceof ServerRefusal) return {
		code: "backup.server-refused",
		where,
		found,
		expected: "a user with the rights that a backup needs",
		remedy: "docs/backup.md lists them; give them to the user of `backup.dsn`"
	};
	return {
		code: "backup.server-lost",
		where,
		found,
		expected: "a server that answers until the backup is taken",
		remedy: "run the backup again; look at the log of the server if it happens again"
	};
}
/** Programs of the server's family, as they are configured or usually called. Pure. */
function programsOf({ programs }, family) {
	const [dump, client, binlog, server] = family === "mariadb" ? [
		"mariadb-dump",
		"mariadb",
		"mariadb-binlog",
		"mariadbd"
	] : [
		"mysqldump",
		"mysql",
		"mysqlbinlog",
		"mysqld"
	];
	return {
		dump: programs.dump ?? dump,
		client: programs.client ?? client,
		binlog: programs.binlog ?? binlog,
		server: programs.server ?? server,
		physical: programs.physical ?? "mariadb-backup",
		unpack: programs.unpack ?? "mbstream"
	};
}
/** An empty server on a socket, made like the one of a backup. */
function startThrowAway({ service, settings }, family, lifelong) {
	const fixed = Object.entries(lifelong).map(([name, value]) => `--${name.replaceAll("_", "-")}=${value}`);
	return startLocal({
		program: programsOf(settings, family).server,
		family,
		user: settings.serverUser,
		database: "shiplock_verify",
		arguments: {
			initialise: fixed,
			start: [
				...fixed,
				...family === "mysql" ? ["--skip-log-bin"] : [],
				...[
					"--max-allowed-packet=1G",
					"--innodb-buffer-pool-size=128M",
					"--log-bin-trust-function-creators=ON"
				],
				"--character-set-server=utf8mb4"
			]
		}
	}, service);
}
/** @throws ProblemError when a file of it cannot be read */
function catalogueNow({ place }) {
	return readCatalogue(place);
}
/** Writes what became of it. */
function keepRecord({ place }, record) {
	return writeRecord(place, record);
}
/** The same for what was just stored. @throws ProblemError when its repository did not stay where it was: then it has no entry */
async function keepStored(backup, ...records) {
	const problems = await backup.held.moved(backup.repository.repository);
	if (problems.length > 0) throw new ProblemError(problems);
	for (const record of records) await keepRecord(backup, record);
}
/** A step that stores ends as soon as its repository does not stay where it was: what it writes would fill the disk below. Pure. */
function whileItStays({ held }, { repository }) {
	return {
		everyMs: STAYS_MS,
		look: () => held.moved(repository)
	};
}
/** What is at the address of a repository now, and why nothing may be stored there. */
async function lookBefore(backup, repository, named) {
	const absent = await notMounted(repository.repository);
	if (absent.length > 0) return {
		id: null,
		known: null,
		named,
		problems: absent
	};
	const [id, known] = await Promise.all([repositoryLook(backup, repository).identity(), readKnown(backup.place, repository.repository)]);
	const file = knownFile(backup.place, repository.repository);
	return {
		id,
		known,
		named,
		problems: strange({
			id,
			known,
			named
		}, {
			repository: repository.repository,
			file
		})
	};
}
function repositoryLook({ service, repository }, other = repository) {
	return lookAt(other, service);
}
/** One at a time for each environment, under a lease of its own: it waits for no release and holds none up. Pure. */
function leaseName({ service }) {
	const { environment } = service;
	return [
		"backup",
		environment.service,
		environment.environment
	].join(":");
}
/** What takes turns under the lease of the backups: each leaves the catalogue true whenever it dies, so a dead one holds up none of the others. */
const IN_TURN = [
	"backup",
	"backup-verify",
	"backup-verify-hosts",
	"backup-forget"
];
/** Runs it; what died of an earlier one is begun again. @throws ProblemError when it did not come through */
async function runBackup({ service }, tree) {
	const alike = IN_TURN.includes(tree.id) ? IN_TURN : [];
	const result = await runAgain(tree, engineOptions(service, { shared: void 0 }), alike);
	if (result.outcome !== "done") throw notOver(result);
	return result;
}
/** What is thrown for a run that is not done: one that was stopped pauses the run that drives it, and fails nothing. Pure. */
function notOver(result) {
	const problems = notThrough(result);
	return result.outcome === "stopped" ? new StepPaused("stopped", problems) : new ProblemError(problems);
}
function notThrough({ problems, run, outcome }) {
	if (problems.length > 0) return problems;
	return [{
		code: "backup.not-over",
		where: `run ${run}`,
		found: `a run that ended with: ${outcome}`,
		expected: "a run that came to its end",
		remedy: "start it again: what it began is cleared away"
	}];
}
/** No `backup:`. Pure. */
function notConfigured(environment) {
	return {
		code: "backup.not-configured",
		where: `environments.${environment}`,
		found: "no `backup:`",
		expected: "a repository for backups",
		remedy: "write `backup: { repository: …, password: { secret: … } }`; docs/backup.md"
	};
}
function nothingToTake(environment) {
	return {
		code: "backup.nothing-to-take",
		where: `environments.${environment}.backup`,
		found: "neither a database nor `files:`",
		expected: "something to back up",
		remedy: "name files and directories in `backup.files`, or the database of the service"
	};
}

export { copyVariables as A, isOfHost as B, markBegun as C, recordName as D, recordFile as E, resticVariables as F, segmentSchema as H, tagArguments as I, filesSchema as L, madeSnapshot as M, resolved as N, recordText as O, resticProblem as P, fullSchema as R, clearBegun as S, readBeside as T, placeOf as V, whileHeld as _, leaseName as a, begunFile as b, notOver as c, repositoryIn as d, repositoryLook as f, holdPlaces as g, whileItStays as h, keepStored as i, madeOf as j, recordsDirectory as k, openBackup as l, startThrowAway as m, catalogueNow as n, lookBefore as o, runBackup as p, keepRecord as r, notConfigured as s, backupSettings as t, programsOf as u, knownFile as v, readBegun as w, besideFile as x, knownText as y, isGood as z };