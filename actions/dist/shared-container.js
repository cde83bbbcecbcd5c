import { t as ProblemError } from "./shared-problem.js";
import { r as parsedJson } from "./shared-json.js";
import { n as openDialog } from "./shared-exec.js";
import { n as isGone, r as ownIdentity, t as identitySchema } from "./shared-identity.js";
import { Xs as action } from "./shared-common.js";
import { V as pointLines, _ as appliedDigest, b as rowsFor, g as CREATE_STRUCTURE_TABLE, gt as driftOf, mt as sessionSettings, v as liveDrift, x as changeText, y as markDrifted, yt as schemaState } from "./shared-migrate.js";
import { a as inShell, c as mustRun, d as served, f as serverWords, h as makePlace, o as initialiseWords, r as START_MS } from "./shared-local.js";
import { lstat, mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { randomBytes } from "node:crypto";
import { tmpdir } from "node:os";

// src/migrate/apply/remember.ts
async function see(database) {
	const [look, both] = [await database.look(), await database.bothStructures()];
	return {
		applied: look.applied,
		...both
	};
}
/** Before migrations run: marks what others changed, since afterwards it could not be told from what the migrations did. */
function driftStep(options) {
	return action({
		id: "structure",
		title: "Look for changes that no migration made",
		inputs: { database: options.database.resource },
		read: async (ctx) => {
			const seen = await see(options.database);
			for (const change of liveDrift(seen, seen.applied) ?? []) ctx.note(changeText(change));
			return seen;
		},
		decide: (seen, ctx) => {
			const changes = liveDrift(seen, seen.applied);
			if (changes === void 0) return {
				kind: "nothing",
				why: "no structure is remembered for what is applied"
			};
			const objects = [...new Set(changes.map(({ object }) => object))];
			const unmarked = objects.filter((object) => seen.remembered?.drifted.includes(object) !== true);
			const why = objects.length === 0 ? "nobody changed it" : `changed without a migration: ${objects.join(", ")}`;
			if (unmarked.length === 0 || ctx.mode === "plan") return {
				kind: "nothing",
				why
			};
			return {
				kind: "do",
				effects: [write(options, unmarked.map(markDrifted), why)],
				why
			};
		},
		probe: "repeatable",
		timeoutMs: options.statementTimeoutMs + 3e4
	});
}
/**
* After migrations: remembers what the database is made of now, but for what others changed. A plan does not know that while `last`, the step that
* records the last of them, is still to come.
*/
function rememberStep(options, last) {
	return action({
		id: "remember",
		title: "Remember what the database is made of",
		inputs: { database: options.database.resource },
		read: () => see(options.database),
		decide: (seen, ctx) => {
			const { applied, remembered } = seen;
			const schema = schemaState(applied);
			if (ctx.mode === "plan" && last !== void 0) ctx.outputOf(last);
			if (remembered?.applied === appliedDigest(applied)) return {
				kind: "nothing",
				why: `it is, since ${schema}`
			};
			return {
				kind: "do",
				effects: [write(options, rowsFor(seen, "keep"), `as ${schema} left it`)]
			};
		},
		probe: "repeatable",
		timeoutMs: options.statementTimeoutMs + 3e4
	});
}
/** Takes the structure as it is now for what should be there: what others changed is no drift any more. */
function acceptStep(options) {
	return action({
		id: "accept",
		title: "Take the structure as it is for what it should be",
		inputs: { database: options.database.resource },
		read: () => see(options.database),
		decide: (seen) => {
			return {
				kind: "do",
				effects: [write(options, rowsFor(seen, "accept"), "a person answers for it")]
			};
		},
		probe: "repeatable",
		timeoutMs: options.statementTimeoutMs + 3e4
	});
}
function write(options, rows, why) {
	const { dsn, lock, resource } = options.database;
	return {
		kind: "sql",
		dsn,
		statements: [
			sessionSettings(options.lockWaitTimeoutMs),
			CREATE_STRUCTURE_TABLE,
			"START TRANSACTION",
			...rows,
			"COMMIT"
		],
		lock,
		resource,
		why,
		timeoutMs: options.statementTimeoutMs
	};
}

// src/migrate/files/status.ts
/** Pure. */
function migrationStatus(applied, files, look, restorePoints = []) {
	const done = new Set(applied.filter((row) => row.state === "applied").map((row) => row.id));
	const begun = new Set(applied.filter((row) => row.state === "running").map((row) => row.id));
	const pending = files.filter((file) => !done.has(file.id)).map(({ id, header }) => ({
		id,
		phase: header.phase,
		running: begun.has(id)
	}));
	const problems = driftOf(applied, files);
	const live = liveDrift(look, applied) ?? null;
	return {
		state: problems.length > 0 || (live ?? []).length > 0 ? "drift" : pending.length > 0 ? "pending" : "in-step",
		schema: schemaState(applied),
		applied: done.size,
		pending,
		files: problems,
		live,
		unknown: live === null ? whyUnknown(applied, look) : null,
		restorePoints
	};
}
function whyUnknown(applied, { remembered }) {
	if (remembered === null) return "no run has remembered a structure here yet; the next one that applies migrations does";
	const open = applied.find((row) => row.state === "running");
	if (open !== void 0) return `${open.id} began and did not end; resume its run first`;
	return `migrations were applied since the structure was remembered (${remembered.schema}), and none was remembered after them`;
}
const MOST_POINTS = 5;
/** Lines for a person. Pure. */
function statusLines(status) {
	const { schema, applied, pending, files, live, unknown, restorePoints } = status;
	const lines = [`schema ${schema}, ${applied} ${applied === 1 ? "migration" : "migrations"} applied`];
	for (const { id, phase, running } of pending) lines.push(`pending: ${id} (${running ? `${phase}, begun` : phase})`);
	for (const { where, found, remedy } of files) lines.push(`files: ${where}: ${found}`, `  → ${remedy}`);
	if (live === null) lines.push(`live schema: not compared: ${unknown}`);
	else if (live.length === 0) lines.push("live schema: as the last migration left it");
	else {
		lines.push("live schema: changed without a migration");
		lines.push(...live.map((change) => `  ${changeText(change)}`));
		lines.push("  → write it as a migration, or take it back; `shiplock migrate adopt` takes it as it is");
	}
	lines.push(...restorePoints.slice(0, MOST_POINTS).flatMap(pointLines));
	const more = restorePoints.length - MOST_POINTS;
	if (more > 0) lines.push(`${more} older restore points: --json has them all`);
	return lines;
}

// src/migrate/shadow/engine.ts
/** The Docker engine of this machine, as far as throw-away servers need it: whether it can run one, its images, and what dead ones left. */
/** An engine on this machine answers at once. */
const ENGINE_MS = 15e3;
/** How long an image may take to be fetched. */
const PULL_MS = 12e5;
/** Label of each container of ours; its value says whose it is. */
const LABEL = "shiplock.shadow";
/** File in each directory of ours that says the same. */
const HOLDER = "holder.json";
/** How a directory of ours is called, before what makes it the only one of this name. */
const DIRECTORY = "shiplock-shadow-";
/** Marks a directory as that of this process; answers the label for its container. */
async function claim(directory) {
	const holder = JSON.stringify(ownIdentity());
	await writeFile(join(directory, HOLDER), holder, { mode: 384 });
	return `${LABEL}=${holder}`;
}
/** @throws ProblemError when containers of ours cannot be run: no engine, one elsewhere, one that gives users other numbers */
async function askEngine(exec, image) {
	const told = await docker(exec, [
		"info",
		"--format",
		"{{.OSType}} {{json .SecurityOptions}}"
	]);
	const place = process.env["DOCKER_HOST"] ?? await contextHost(exec);
	const found = unfit({
		...told,
		place
	});
	if (found === null) return;
	throw new ProblemError({
		code: "migrate.shadow-no-engine",
		where: `database.shadow.image (${image})`,
		found,
		expected: "a Docker engine on this machine which this user may use, and in which users have their own numbers",
		remedy: "start the engine, or let this user use it; otherwise name a server program of this machine with `program:`, or a running server with `dsn:`"
	});
}
/** Why not; null: it will do. Pure. */
function unfit({ exitCode, stdout, stderr, place }) {
	if (exitCode === 127) return "there is no docker command on PATH";
	if (place !== null && !place.startsWith("unix://")) return `the engine is at ${place}, not on this machine`;
	if (exitCode !== 0) return lastLine(stderr);
	if (!stdout.startsWith("linux ")) return `the engine runs ${stdout.split(" ")[0]} containers`;
	const mapped = ["rootless", "userns"].find((option) => stdout.includes(`name=${option}`));
	return mapped === void 0 ? null : `the engine gives users other numbers (${mapped})`;
}
/** Where the current context of the command has its engine; null: it does not tell. */
async function contextHost(exec) {
	const { exitCode, stdout } = await docker(exec, [
		"context",
		"inspect",
		"--format",
		"{{.Endpoints.docker.Host}}"
	]);
	return exitCode === 0 && stdout.trim() !== "" ? stdout.trim() : null;
}
/** Has the engine fetch the image when it does not have it. @throws ProblemError when it cannot be had */
async function needImage(exec, image) {
	if ((await docker(exec, [
		"image",
		"inspect",
		"--format",
		"{{.Id}}",
		image
	])).exitCode === 0) return;
	const fetched = image.includes("@") ? await docker(exec, [
		"pull",
		"--quiet",
		image
	], PULL_MS) : {
		exitCode: 1,
		stderr: "the engine has no image with this id, and an id alone does not say where to fetch it"
	};
	if (fetched.exitCode === 0) return;
	throw new ProblemError({
		code: "migrate.shadow-no-image",
		where: `database.shadow.image (${image})`,
		found: lastLine(fetched.stderr),
		expected: "an image that the engine has, or can fetch",
		remedy: "mend name or digest, log in to its registry with `docker login`, or fetch it beforehand with `docker pull`; `docker image inspect` shows the digest under RepoDigests"
	});
}
/**
* Removes the containers and directories of processes that are certainly gone: they end by themselves when their process does, unless the engine was
* killed just then. Those of other machines and namespaces that share the engine stay.
*/
async function removeAbandoned(exec) {
	const { exitCode, stdout } = await docker(exec, [
		"ps",
		"--all",
		"--filter",
		`label=${LABEL}`,
		"--format",
		`{{.ID}} {{.Label "${LABEL}"}}`
	]);
	if (exitCode !== 0) return;
	for (const id of abandoned(stdout, isGone)) await docker(exec, [
		"rm",
		"--force",
		"--volumes",
		id
	]);
	for (const place of /* @__PURE__ */ new Set([tmpdir(), "/tmp"])) for (const name of await readdir(place).catch(() => [])) {
		if (!name.startsWith("shiplock-shadow-")) continue;
		const directory = join(place, name);
		const found = await lstat(directory).catch(() => null);
		if (found === null || !found.isDirectory() || found.uid !== process.getuid?.()) continue;
		const holder = holderIn(await readFile(join(directory, HOLDER), "utf8").catch(() => ""));
		if (holder !== null && isGone(holder)) await rm(directory, {
			recursive: true,
			force: true
		});
	}
}
/** Those in a list of lines `ID LABEL` whose process is gone. Pure but for what it is told of processes. */
function abandoned(list, gone) {
	return list.split("\n").flatMap((line) => {
		const [, id = "", label = ""] = /^([0-9a-f]{12,64}) (\{.*\})$/.exec(line.trim()) ?? [];
		const holder = holderIn(label);
		return holder !== null && gone(holder) ? [id] : [];
	});
}
/** Null: it does not say. */
function holderIn(text) {
	return identitySchema.safeParse(parsedJson(text)).data ?? null;
}
function docker(exec, words, timeoutMs = ENGINE_MS) {
	return exec.read(["docker", ...words], { timeoutMs });
}
/** What Docker complains about, in one line. Pure. */
function lastLine(stderr) {
	return (stderr.split("\n").map((line) => line.trim()).findLast((line) => line !== "") ?? "no reason given").replace(/^(?:docker: )?Error response from daemon: /, "").slice(-500);
}

// src/migrate/shadow/container.ts
/** Where it has what, inside. */
const PLACES = {
	data: "/shadow/data",
	tmp: "/shadow/tmp",
	run: "/shadow-run",
	nowhere: "/shadow/nowhere",
	noPlugins: "/shadow/no-plugins"
};
/** Processes and threads: a server with 20 connections has some 60. */
const TASKS = 512;
/**
* Runs inside as the first process, so that all ends with it: when the server has ended, and when the input has, which the engine closes when the
* command that started the container dies in whatever way.
*/
const INSIDE = `exec 3<&0
trap 'exit 0' TERM
mkdir -m 700 ${PLACES.data} ${PLACES.tmp} && mkdir -m 555 ${PLACES.nowhere} || exit
{ while read -r line; do :; done <&3; kill -TERM 1; } > /dev/null 2>&1 &
{ exec 3<&-; eval "$1"; } < /dev/null &
wait $!`;
/**
* Holds the container while its input is open, as the container itself does; then sees to it that it is removed, and deletes the directory.
* Words: directory, name of the container, what starts it.
*/
const GUARD = `dir=$1 name=$2
shift 2
read -r go || { rm -rf "$dir"; exit 0; }
exec 3<&0
{ "$@" <&3; echo "ended with $?"; } > "$dir/server.log" 2>&1 &
run=$!
echo started
while read -r line; do :; done
docker rm --force --volumes "$name" > /dev/null 2>&1
wait "$run"
rm -rf "$dir"`;
/** How long an engine may take to remove a container before nobody waits for it any more; the guard goes on. */
const REMOVE_MS = 3e4;
/** Starts it. @throws ProblemError when there is no engine or image, and with the end of its log when it does not come up */
async function startContainer(wanted, { exec, clock }) {
	await askEngine(exec, wanted.image);
	await removeAbandoned(exec);
	await needImage(exec, wanted.image);
	const dir = await makePlace(DIRECTORY);
	try {
		const owner = await ownerOf(wanted.user, exec);
		const run = join(dir, "run");
		await mkdir(run, { mode: 448 });
		if (process.getuid?.() === 0) await mustRun(exec, [
			"chown",
			owner,
			run
		]);
		return await startIn(dir, wanted, owner, clock);
	} catch (error) {
		await rm(dir, {
			recursive: true,
			force: true
		});
		throw error;
	}
}
async function startIn(dir, wanted, owner, clock) {
	const name = `shiplock-shadow-${randomBytes(6).toString("hex")}`;
	const log = join(dir, "server.log");
	const words = runWords(wanted, {
		name,
		owner,
		run: join(dir, "run"),
		label: await claim(dir)
	});
	const guard = openDialog([
		"sh",
		"-c",
		GUARD,
		"sh",
		dir,
		name,
		...words
	], clock);
	const close = async () => {
		const late = new AbortController();
		await Promise.race([guard.close(), clock.sleep(REMOVE_MS, late.signal).catch(() => void 0)]);
		late.abort();
	};
	try {
		await guard.ask("start", AbortSignal.timeout(START_MS));
		const { database } = wanted;
		return await served({
			socketPath: join(dir, "run", "s"),
			log,
			database,
			guard: { close }
		}, clock);
	} catch (error) {
		const text = await readFile(log, "utf8").catch(() => "");
		await close();
		const said = error instanceof Error ? error.message : String(error);
		throw noServer(wanted.image, `${said}${text === "" ? "" : `; its log ends: ${text.trim().slice(-500)}`}`);
	}
}
/** `UID:GID` of who it runs as: never root, and on this machine nobody who owns more than its socket. */
async function ownerOf(user, exec) {
	const [uid, gid] = [process.getuid?.(), process.getgid?.()];
	if (uid !== void 0 && gid !== void 0 && uid !== 0) return `${uid}:${gid}`;
	const ids = [];
	for (const flag of ["-u", "-g"]) {
		const { exitCode, stdout, stderr } = await exec.read([
			"id",
			flag,
			user
		]);
		if (exitCode !== 0) throw noUser(user, stderr.trim());
		ids.push(stdout.trim());
	}
	if (ids[0] === "0") throw noUser(user, "it is root");
	return ids.join(":");
}
/** The command that runs it, attached. Pure. */
function runWords({ image, memory, ...server }, here) {
	const [uid = "", gid = ""] = here.owner.split(":");
	const [program, maker] = server.family === "mysql" ? ["mysqld", "mysqld"] : ["mariadbd", "mariadb-install-db"];
	const begin = [
		...initialiseWords(maker, server),
		`--datadir=${PLACES.data}`,
		`--tmpdir=${PLACES.tmp}`
	];
	const serve = [...serverWords(program, PLACES, server), `--socket=${join(PLACES.run, "s")}`];
	const half = Math.floor(memory / 2);
	return [
		...[
			"docker",
			"run",
			"--rm",
			"--interactive",
			"--pull=never",
			"--name",
			here.name,
			"--label",
			here.label
		],
		...[
			"--network=none",
			"--read-only",
			"--cap-drop=ALL",
			"--security-opt=no-new-privileges",
			`--user=${here.owner}`
		],
		...[
			`--memory=${memory}`,
			`--memory-swap=${memory}`,
			`--pids-limit=${TASKS}`,
			"--log-driver=none"
		],
		`--tmpfs=/shadow:rw,nosuid,nodev,noexec,size=${half},mode=0700,uid=${uid},gid=${gid}`,
		"--tmpfs=/tmp:rw,nosuid,nodev,noexec,size=16777216",
		`--mount=type=bind,"source=${here.run}",target=${PLACES.run}`,
		...[
			"--entrypoint=/bin/sh",
			image,
			"-c",
			INSIDE,
			"sh",
			`${inShell(begin)} && exec ${inShell(serve)}`
		]
	];
}
function noServer(image, found) {
	return new ProblemError({
		code: "migrate.shadow-no-container",
		where: `database.shadow.image (${image})`,
		found,
		expected: "an image whose server starts on an empty data directory, with a shell beside it",
		remedy: "take the image of the target’s family and version, raise `memory:` when it was killed, or name a program with `program:`"
	});
}
function noUser(user, found) {
	return new ProblemError({
		code: "migrate.shadow-no-user",
		where: `database.shadow.user (${user})`,
		found,
		expected: "a user of this machine that is not root",
		remedy: "name one that is there, such as nobody"
	});
}

export { driftStep as a, acceptStep as i, migrationStatus as n, rememberStep as o, statusLines as r, startContainer as t };