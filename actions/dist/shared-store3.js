import { Xn as changeIdSchema, _t as changePlace } from "./shared-common.js";
import { c as unwrap, t as ProblemError } from "./shared-problem.js";
import { f as writeTemporary, i as isMissing, o as namesIn, r as hasCode, s as replaceFile, u as syncDirectory } from "./shared-store.js";
import { r as readChangeText, t as changeText } from "./shared-text2.js";
import { link, mkdir, readFile, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { randomBytes } from "node:crypto";

// src/release/change/store.ts
/** Change records in the state directory: one Markdown file each, which the git store carries to other machines. */
function changePath(store, environment, id) {
	return join(store, changePlace(environment), `${id}.md`);
}
/** `CHG-20261123-3f2a`. */
function newChangeId(now) {
	return `CHG-${new Date(now).toISOString().slice(0, 10).replaceAll("-", "")}-${randomBytes(2).toString("hex")}`;
}
/** Writes a new record, whole or not at all. False when one of this name is there. */
async function createChange(store, record) {
	const path = changePath(store, record.head.environment, record.head.change);
	await mkdir(dirname(path), { recursive: true });
	const temporary = await writeTemporary(path, changeText(record));
	try {
		await link(temporary, path);
		await syncDirectory(dirname(path));
		return true;
	} catch (error) {
		if (hasCode(error, "EEXIST")) return false;
		throw error;
	} finally {
		await rm(temporary, { force: true });
	}
}
/** In the place of what is there. */
async function replaceChange(store, record) {
	await replaceFile(changePath(store, record.head.environment, record.head.change), changeText(record));
}
/** Null: there is none. @throws ProblemError `change.unreadable` */
async function readChange(store, environment, id) {
	if (!changeIdSchema.safeParse(id).success) return null;
	const path = changePath(store, environment, id);
	let text;
	try {
		text = await readFile(path, "utf8");
	} catch (error) {
		if (isMissing(error)) return null;
		throw error;
	}
	const record = unwrap(readChangeText(text, path));
	const { change, environment: said } = record.head;
	if (change === id && said === environment) return record;
	throw new ProblemError({
		code: "change.unreadable",
		where: path,
		found: `${change} for ${said}`,
		expected: `${id} for ${environment}, as the file is named`,
		remedy: "a record keeps its name and its place; put them back, or ask anew with `shiplock change new`"
	});
}
/** Ids of an environment, oldest first. */
async function changeIds(store, environment) {
	return (await namesIn(join(store, changePlace(environment)))).flatMap((name) => {
		const id = changeIdSchema.safeParse(name.replace(/\.md$/, ""));
		return name.endsWith(".md") && id.success ? [id.data] : [];
	}).toSorted();
}

export { readChange as a, newChangeId as i, changePath as n, replaceChange as o, createChange as r, changeIds as t };