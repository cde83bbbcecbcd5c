import { mkdir, open, readdir, rename } from "node:fs/promises";
import { dirname, join } from "node:path";
import { randomBytes } from "node:crypto";

// src/procedure/store.ts
/** Run ids and environments are used as file names: anything else is percent-encoded, a leading dot too. */
function fileName(name) {
	return encodeURIComponent(name).replace(/^\./, "%2E").replaceAll("*", "%2A");
}
function runPaths(store, run) {
	const directory = join(store, "runs", fileName(run));
	return {
		directory,
		journal: join(directory, "journal.jsonl"),
		taken: join(directory, "journal.taken.jsonl"),
		payloads: join(directory, "payloads.jsonl"),
		copied: join(directory, "copied.json"),
		aside: join(directory, "parted-")
	};
}
function runsDirectory(store) {
	return join(store, "runs");
}
function leaseDirectory(store, environment) {
	return join(store, "leases", fileName(environment));
}
function anchorPath(store, run) {
	return join(store, "anchors", `${fileName(run)}.json`);
}
/** Makes the entries of a directory durable. */
async function syncDirectory(directory) {
	const handle = await open(directory, "r");
	try {
		await handle.sync();
	} finally {
		await handle.close();
	}
}
/** A name beside `path` that nobody else uses. */
function temporaryBeside(path) {
	return `${path}.${process.pid}.${randomBytes(4).toString("hex")}.tmp`;
}
/** Writes and fsyncs `content` under a name of its own beside `path`; the caller renames or links it. */
async function writeTemporary(path, content, mode = 420) {
	await mkdir(dirname(path), { recursive: true });
	const temporary = temporaryBeside(path);
	const handle = await open(temporary, "wx", mode);
	try {
		await handle.chmod(mode);
		await handle.writeFile(content);
		await handle.sync();
	} finally {
		await handle.close();
	}
	return temporary;
}
/** Replaces a file: temporary file, fsync, rename, fsync of the directory. */
async function replaceFile(path, content, mode = 420) {
	const temporary = await writeTemporary(path, content, mode);
	await rename(temporary, path);
	await syncDirectory(dirname(path));
}
/** What lies in a directory, sorted; nothing when there is none. */
async function namesIn(directory) {
	try {
		return (await readdir(directory)).toSorted();
	} catch (error) {
		if (isMissing(error)) return [];
		throw error;
	}
}
/** True for "no such file or directory". */
function isMissing(error) {
	return hasCode(error, "ENOENT");
}
function hasCode(error, code) {
	return error instanceof Error && "code" in error && error.code === code;
}

export { leaseDirectory as a, runPaths as c, temporaryBeside as d, writeTemporary as f, isMissing as i, runsDirectory as l, fileName as n, namesIn as o, hasCode as r, replaceFile as s, anchorPath as t, syncDirectory as u };