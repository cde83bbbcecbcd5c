import { t as ProblemError } from "./shared-problem.js";
import { lstat, readdir, readlink } from "node:fs/promises";
import { join, posix } from "node:path";
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";

// src/procedure/machine/digest.ts
/**
* Digests of artefacts: what a build writes into release.json and an installation checks.
*
* A file: SHA-256 of its bytes. A directory (tree digest, version 1): SHA-256 over the line `shiplock-tree-v1` and one record
* per entry below it, sorted by the UTF-8 bytes of the path relative to the directory (separator `/`):
*
*     d <path> NUL LF                                directory
*     f <path> NUL <sha256 of the bytes, hex> LF     plain file
*     x <path> NUL <sha256 of the bytes, hex> LF     plain file that its owner may execute
*     l <path> NUL <target as written> LF            symbolic link
*
* Times, owners and other permission bits do not count, so the same content has the same digest on every machine.
*/
const HEADER = "shiplock-tree-v1\n";
const OPEN_FILES = 8;
/** `sha256:…` of bytes that are at hand. Pure. */
function bytesDigest(bytes) {
	return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}
/** `sha256:…` of a file's bytes. @throws the system's error when it cannot be read */
async function fileDigest(path) {
	return `sha256:${await hashFile(path)}`;
}
/**
* `sha256:…` of a directory as described above. `except`: names directly in the directory that do not count.
* @throws ProblemError for sockets, devices and links that lead out of the tree
*/
async function treeDigest(path, except = []) {
	const entries = await listTree(path, except);
	const contents = await mapLimited(entries, OPEN_FILES, (entry) => contentOf(path, entry));
	const hash = createHash("sha256").update(HEADER);
	entries.forEach((entry, index) => {
		hash.update(`${entry.kind} ${entry.path}\0${contents[index] ?? ""}\n`);
	});
	return `sha256:${hash.digest("hex")}`;
}
/** The digest of an artefact, be it a file or a directory. @throws ProblemError `digest.no-artefact` when there is neither */
async function artefactDigest(path) {
	const stat = await lstat(path).catch(() => void 0);
	if (stat?.isDirectory() === true) return treeDigest(path);
	if (stat?.isFile() === true) return fileDigest(path);
	throw new ProblemError({
		code: "digest.no-artefact",
		where: path,
		found: stat === void 0 ? "nothing" : "neither a file nor a directory",
		expected: "the file or directory that the build made",
		remedy: "build it first, or name the right path"
	});
}
/** Every entry of a tree in the order of its digest. @throws ProblemError for entries that cannot be part of an artefact */
async function listTree(root, except = []) {
	const entries = [];
	const walk = async (relative) => {
		const names = await readdir(join(root, relative));
		for (const name of names) {
			if (relative === "" && except.includes(name)) continue;
			const path = relative === "" ? name : `${relative}/${name}`;
			const entry = await entryOf(root, path);
			entries.push(entry);
			if (entry.kind === "d") await walk(path);
		}
	};
	await walk("");
	return entries.toSorted((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)));
}
async function entryOf(root, path) {
	const full = join(root, path);
	const stat = await lstat(full, { bigint: true });
	const base = {
		path,
		size: Number(stat.size),
		mtimeNs: stat.mtimeNs,
		target: ""
	};
	if (stat.isDirectory()) return {
		...base,
		kind: "d"
	};
	if (stat.isFile()) return {
		...base,
		kind: (stat.mode & 64n) === 0n ? "f" : "x"
	};
	if (stat.isSymbolicLink()) {
		const target = await readlink(full);
		const end = posix.normalize(posix.join(posix.dirname(path), target));
		if (posix.isAbsolute(target) || end === ".." || end.startsWith("../")) throw new ProblemError({
			code: "digest.link-leads-out",
			where: full,
			found: `a symbolic link to ${target}`,
			expected: "links that stay inside the artefact",
			remedy: "copy the file into the artefact, or leave the link out"
		});
		return {
			...base,
			kind: "l",
			target
		};
	}
	throw new ProblemError({
		code: "digest.special-file",
		where: full,
		found: "a socket, pipe or device",
		expected: "plain files, directories and links",
		remedy: "take it out of the artefact"
	});
}
function contentOf(root, entry) {
	if (entry.kind === "d") return Promise.resolve("");
	if (entry.kind === "l") return Promise.resolve(entry.target);
	return hashFile(join(root, entry.path));
}
async function hashFile(path) {
	const hash = createHash("sha256");
	for await (const chunk of createReadStream(path, { highWaterMark: 1048576 })) hash.update(chunk);
	return hash.digest("hex");
}
/** `work` on every item, at most `limit` at a time; results in the order of the items. */
async function mapLimited(items, limit, work) {
	const results = [];
	const indices = items.keys();
	const lane = async () => {
		for (const index of indices) {
			const item = items[index];
			if (item !== void 0) results[index] = await work(item);
		}
	};
	await Promise.all(Array.from({ length: Math.min(limit, items.length) }, lane));
	return results;
}

export { mapLimited as a, listTree as i, bytesDigest as n, treeDigest as o, fileDigest as r, artefactDigest as t };