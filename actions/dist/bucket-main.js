import { t as systemClock } from "./shared-clock2.js";
import { Et as _enum, Fn as object, Jn as string } from "./shared-schemas.js";
import { t as EXIT } from "./shared-exit.js";
import { r as formatProblem, s as problemsOf, t as ProblemError } from "./shared-problem.js";
import { l as webFilesSchema, n as ENCODING_SUFFIX, r as WEB_FILES, t as ENCODINGS } from "./shared-web-files.js";
import { n as FENCE_VARIABLE, t as FENCED } from "./shared-fenced.js";
import { a as liveKey, c as recordObject, l as recordedVersions, n as asideKey, o as readLive, s as readRelease, t as OWN, u as releaseKey } from "./shared-records2.js";
import { t as bucketText } from "./shared-types.js";
import { a as mapLimited, t as artefactDigest } from "./shared-digest.js";
import { i as isMissing } from "./shared-store.js";
import { n as openObjects, r as sha256 } from "./shared-objects.js";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";

// src/platform/bucket/claim.ts
/** The fence at a bucket: `live.json` names the greatest one, and every change of it is a conditional write. */
/** The bucket has seen a later holder: nothing more may be changed. */
var BucketFencedError = class extends Error {
	constructor(place, own, seen) {
		super(`${bucketText(place)} has seen the fence ${seen}, and this run has ${own}: another run holds the environment`);
		this.name = "BucketFencedError";
	}
};
const TRIES$1 = 5;
/**
* Takes the bucket for this run: from here on an earlier one is refused. What such a one has in flight can still arrive, one request.
* @throws BucketFencedError
* @throws ProblemError `bucket.no-conditions` when the server writes whatever the condition says
*/
async function claim(claiming) {
	const { place, objects, component, fence } = claiming;
	for (let tries = 1;; tries += 1) {
		const found = await readLive(place, objects, component);
		const seen = found?.record.fence ?? 0;
		if (seen > fence) throw new BucketFencedError(place, fence, seen);
		if (found !== null && seen === fence) return found;
		const record = {
			...found?.record ?? {
				formatVersion: 1,
				component,
				current: null,
				next: null
			},
			fence
		};
		const when = found === null ? "absent" : { etag: found.etag };
		const written = await objects.put(liveKey(component), recordObject(record), when);
		if (written.kind === "written") {
			if (found === null) await mustHeed(claiming, record);
			return {
				record,
				etag: written.etag
			};
		}
		if (tries >= TRIES$1) throw contended(place);
	}
}
/** Looks whether this run still holds the bucket. @throws BucketFencedError */
async function mustHold({ place, objects, component, fence }) {
	const found = await readLive(place, objects, component);
	if (found !== null && found.record.fence > fence) throw new BucketFencedError(place, fence, found.record.fence);
}
/** A server that takes no notice of conditions protects nobody: told before anything is sent. The record itself does no harm. */
async function mustHeed({ place, objects, component }, record) {
	if ((await objects.put(liveKey(component), recordObject(record), "absent")).kind === "not-so") return;
	await objects.delete(liveKey(component));
	throw new ProblemError({
		code: "bucket.no-conditions",
		where: bucketText(place),
		found: "a server that overwrites an object although the request says `If-None-Match: *`",
		expected: "a server with conditional writes: two runs could undo each other otherwise",
		remedy: "take a server that has them, or a newer version of this one; docs/frontend.md names some"
	});
}
/**
* Changes the record that this run has written last.
* @throws BucketFencedError when it is another's by now
*/
async function change(claiming, { record, etag }, to) {
	const { place, objects, component, fence } = claiming;
	const wanted = {
		...record,
		...to
	};
	if (record.current === to.current && record.next === to.next) return {
		record,
		etag
	};
	const written = await objects.put(liveKey(component), recordObject(wanted), { etag });
	if (written.kind === "written") return {
		record: wanted,
		etag: written.etag
	};
	const found = await readLive(place, objects, component);
	const { current, next, fence: seen } = found?.record ?? {
		current: null,
		next: null,
		fence: 0
	};
	if (found !== null && seen === fence && current === to.current && next === to.next) return found;
	if (seen > fence) throw new BucketFencedError(place, fence, seen);
	throw contended(place);
}
function contended(place) {
	return new ProblemError({
		code: "bucket.contended",
		where: bucketText(place),
		found: "records that change while they are written",
		expected: "one run at a time",
		remedy: "does another program write below `.shiplock/` of this bucket? Stop it, then resume the run"
	});
}

// src/platform/bucket/plan.ts
/** Everything that is served of a release, in the one form that the bucket has of it. Pure. */
function sendings(files, encoding) {
	return Object.entries(files.files).filter(([path]) => !path.startsWith(OWN)).map(([path, file]) => sendingOf(path, file, encoding)).toSorted((a, b) => a.path < b.path ? -1 : 1);
}
function sendingOf(path, file, wanted) {
	const packed = wanted === "none" ? void 0 : file.encodings[wanted];
	const encoding = wanted === "none" || packed === void 0 ? null : wanted;
	return {
		path,
		source: encoding === null ? path : `${path}${ENCODING_SUFFIX[encoding]}`,
		digest: file.digest,
		sent: (packed?.digest ?? file.digest).replace(/^sha256:/, ""),
		size: packed?.size ?? file.size,
		type: file.type,
		cache: file.cache,
		encoding,
		kind: file.cache.includes("immutable") ? "fixed" : "switched"
	};
}
/** As the record of a release has it. Pure. */
function storedFiles(list) {
	return Object.fromEntries(list.map(({ path, source: _, ...file }) => [path, file]));
}
/**
* In which order files are switched: what pages load first, pages after it, and the page at the top last, since it is the way in. Pure.
*/
function switchOrder(release) {
	const rank = (path) => path === "index.html" ? 2 : path.endsWith(".html") ? 1 : 0;
	return switched(release).toSorted((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
}
/** Paths that are switched. Pure. */
function switched({ files }) {
	return Object.entries(files).flatMap(([path, { kind }]) => kind === "switched" ? [path] : []);
}
/** Paths that other releases have and this one has not: after the switch nobody is to get them. Pure. */
function leftBehind(release, all) {
	const others = all.filter(({ version }) => version !== release.version).flatMap(switched);
	return [...new Set(others)].filter((path) => !Object.hasOwn(release.files, path)).toSorted();
}
/** Files with a hash that no other release has: they may go with it. Pure. */
function ownFixed(release, all) {
	const others = all.filter(({ version }) => version !== release.version);
	return Object.entries(release.files).flatMap(([path, { kind }]) => kind === "fixed" && !others.some(({ files }) => Object.hasOwn(files, path)) ? [path] : []);
}
/** What an object is beside the file that is to lie there; `ask`: only its content tells. Pure. */
function sameObject(head, file) {
	if (head === null) return "other";
	if (!(head.type === file.type && head.cache === file.cache && head.encoding === file.encoding) || head.size !== file.size) return "other";
	if (head.sha256 === null) return "ask";
	return Buffer.from(head.sha256, "base64").toString("hex") === file.sent ? "same" : "other";
}

// src/platform/bucket/install.ts
const AT_ONCE$1 = 8;
/**
* Brings the files of a release into the bucket: those with a hash in their name to where they stay, the others aside until they are switched. Then each
* is looked at as the server has it. Repeatable: what is there is not sent again. Nobody is served anything else by it.
*/
async function installRelease(work, request) {
	const { component, place, objects, encoding } = work;
	const { version, digest, artefact } = request;
	const found = await artefactDigest(artefact);
	if (found !== digest) throw wrongDigest(request, found);
	await claim(work);
	const list = sendings(await webFilesOf(artefact), encoding);
	const before = await readRelease(place, objects, component, version);
	if (before !== null && before.record.digest !== digest) throw otherContent(work, request, before.record.digest);
	if (before?.record.state === "installed" && isSame(before.record, list)) return verified(work, version, list);
	const record = {
		formatVersion: 1,
		component,
		version,
		digest,
		state: "installing",
		files: storedFiles(list)
	};
	const begun = await writeRelease(work, before, record);
	const counts = await mapLimited(list, AT_ONCE$1, async (one) => ({
		one,
		how: one.kind === "fixed" ? await bringFixed(work, artefact, one) : await bringAside(work, version, artefact, one)
	}));
	const { present } = await verified(work, version, list);
	await writeRelease(work, begun, {
		...record,
		state: "installed"
	});
	const sent = counts.filter(({ how }) => how === "sent").map(({ one }) => one);
	return {
		sent: sent.length,
		sentBytes: sent.reduce((sum, { size }) => sum + size, 0),
		present: present - sent.length
	};
}
function isSame(record, list) {
	const [there, wanted] = [Object.entries(record.files), Object.entries(storedFiles(list))];
	return there.length === wanted.length && wanted.every(([path, file]) => record.files[path]?.sent === file.sent && record.files[path]?.cache === file.cache);
}
/** @throws ProblemError `bucket.no-files` when the build did not write down what the files are */
async function webFilesOf(artefact) {
	const path = join(artefact, WEB_FILES);
	try {
		return webFilesSchema.parse(JSON.parse(await readFile(path, "utf8")));
	} catch (error) {
		if (!isMissing(error)) throw error;
		throw new ProblemError({
			code: "bucket.no-files",
			where: path,
			found: "no such file",
			expected: "the list of files that a build writes into an artefact of `kind: static`",
			remedy: "build the release again with this version of Shiplock"
		});
	}
}
/** @throws ProblemError `bucket.contended` when somebody else has written it */
async function writeRelease({ place, objects, component }, before, record) {
	const when = before === null ? "absent" : { etag: before.etag };
	const written = await objects.put(releaseKey(component, record.version), recordObject(record), when);
	if (written.kind === "written") return {
		record,
		etag: written.etag
	};
	const now = await readRelease(place, objects, component, record.version);
	if (now !== null && now.record.state === record.state && now.record.digest === record.digest) return now;
	throw new ProblemError({
		code: "bucket.contended",
		where: `${bucketText(place)}${releaseKey(component, record.version)}`,
		found: "a record that changed while it was written",
		expected: "one run at a time",
		remedy: "does another program write below `.shiplock/` of this bucket? Stop it, then resume the run"
	});
}
async function bringFixed(work, artefact, one) {
	const { objects } = work;
	if (await objects.head(one.path) !== null) return await isContent(work, one) ? "present" : refuseOther(work, one);
	const object = {
		...await objectOf(artefact, one),
		encoding: one.encoding
	};
	if ((await objects.put(one.path, object, "absent")).kind === "written") return "sent";
	return await isContent(work, one) ? "sent" : refuseOther(work, one);
}
/** Material of ours until it is switched: stored as it is, without an encoding. */
async function bringAside(work, version, artefact, one) {
	const { objects, component } = work;
	const key = asideKey(component, version, one.path);
	const there = await objects.head(key);
	const aside = {
		...one,
		...ASIDE
	};
	if (there !== null && await isStored(work, key, aside)) return "present";
	const object = {
		...await objectOf(artefact, one),
		...ASIDE
	};
	if ((await objects.put(key, object, there === null ? "absent" : { etag: there.etag })).kind === "not-so" && !await isStored(work, key, aside)) return refuseOther(work, {
		...one,
		path: key
	});
	return "sent";
}
const ASIDE = {
	type: "application/octet-stream",
	cache: "no-store",
	encoding: null
};
/** The bytes as they are to be sent; they must be those of the artefact that was checked. */
async function objectOf(artefact, { source, sent, type, cache, digest }) {
	const bytes = new Uint8Array(await readFile(join(artefact, source)));
	const found = sha256(bytes, "hex");
	if (found === sent) return {
		bytes,
		type,
		cache,
		digest
	};
	throw new ProblemError({
		code: "bucket.wrong-digest",
		where: join(artefact, source),
		found: `sha256:${found}`,
		expected: `sha256:${sent}, as the build wrote it down`,
		remedy: "build the release again; something changed its files"
	});
}
/** Is an object what it should be, headers and all? Its content is fetched only where the server keeps no checksum. */
async function isStored({ objects }, key, file) {
	const found = sameObject(await objects.head(key), file);
	if (found !== "ask") return found === "same";
	const content = await objects.get(key);
	const wanted = file.encoding === null ? `sha256:${file.sent}` : file.digest;
	return content !== null && `sha256:${sha256(content.bytes, "hex")}` === wanted;
}
/** Has it the content, in whichever encoding? An earlier release may have stored another form: that one is as good. */
async function isContent(work, one) {
	if (await isStored(work, one.path, one)) return true;
	const content = await work.objects.get(one.path);
	return content !== null && `sha256:${sha256(content.bytes, "hex")}` === one.digest;
}
async function verified(work, version, list) {
	const { component } = work;
	const wrong = (await mapLimited(list, AT_ONCE$1, async (one) => {
		return await (one.kind === "fixed" ? isContent(work, one) : isStored(work, asideKey(component, version, one.path), {
			...one,
			...ASIDE
		})) ? [] : [one.path];
	})).flat();
	if (wrong.length === 0) return {
		sent: 0,
		sentBytes: 0,
		present: list.length
	};
	throw new ProblemError({
		code: "bucket.not-as-sent",
		where: bucketText(work.place),
		found: `other content at ${wrong.slice(0, 5).join(", ")}${wrong.length > 5 ? ` and ${wrong.length - 5} more` : ""}`,
		expected: "what was sent a moment ago",
		remedy: "does something else write into this bucket, or change what is sent? Stop it, then resume the run"
	});
}
function refuseOther({ place }, one) {
	throw new ProblemError({
		code: "bucket.same-name-other-content",
		where: `${bucketText(place)}${one.path}`,
		found: "other content under this name already",
		expected: `${one.digest}: browsers keep a name with a hash for a year`,
		remedy: "does something else write below this prefix? Give the component a prefix of its own, or remove that object"
	});
}
function wrongDigest({ artefact, digest }, found) {
	return new ProblemError({
		code: "bucket.wrong-digest",
		where: artefact,
		found,
		expected: digest,
		remedy: "build the release again, or take the artefact that release.json describes"
	});
}
function otherContent({ place, component }, { version, digest }, found) {
	return new ProblemError({
		code: "bucket.other-content",
		where: `${bucketText(place)}${releaseKey(component, version)}`,
		found,
		expected: digest,
		remedy: "a version means one content for ever: release under a new version"
	});
}

// src/platform/bucket/switch.ts
const AT_ONCE = 8;
/** How often a file that somebody changes meanwhile is tried. */
const TRIES = 3;
/**
* Makes a release the one that is served: what pages load, then pages, then the page at the top, each one by one write; then what only other releases
* had is taken away. Repeatable, and gone on with after a kill: `next` says what is under way.
*
* @throws ProblemError `bucket.not-installed`, `bucket.broken-copy`
* @throws BucketFencedError when a later run has come
*/
async function switchTo(claiming, version) {
	const { objects } = claiming;
	const release = await installed(claiming, version);
	let live = await claim(claiming);
	const changed = [];
	const wrong = async () => {
		return (await mapLimited(switchOrder(release), AT_ONCE, async (path) => {
			const file = release.files[path];
			return file === void 0 || await isStored(claiming, path, file) ? [] : [path];
		})).flat();
	};
	const all = await releases(claiming);
	for (let tries = 1;; tries += 1) {
		const due = await wrong();
		if (due.length === 0 && live.record.current === version && live.record.next === null) break;
		live = await change(claiming, live, {
			current: live.record.current,
			next: version
		});
		for (const path of due) {
			await put(claiming, release, path);
			changed.push(path);
		}
		const still = await wrong();
		if (still.length === 0) {
			live = await change(claiming, live, {
				current: version,
				next: null
			});
			break;
		}
		if (tries >= TRIES) throw changing(claiming, still);
	}
	const removed = [];
	for (const path of leftBehind(release, all)) {
		await mustHold(claiming);
		if (await objects.head(path) === null) continue;
		await objects.delete(path);
		removed.push(path);
	}
	return {
		changed,
		removed
	};
}
async function put(claiming, release, path) {
	const { objects, component, place } = claiming;
	const file = release.files[path];
	if (file === void 0) throw new TypeError(`${path} is no file of ${release.version}`);
	const before = await objects.head(path);
	const aside = await objects.get(asideKey(component, release.version, path));
	const found = aside === null ? "nothing" : sha256(aside.bytes, "hex");
	if (aside === null || found !== file.sent) throw new ProblemError({
		code: "bucket.broken-copy",
		where: `${bucketText(place)}${asideKey(component, release.version, path)}`,
		found,
		expected: file.sent,
		remedy: "something else wrote into this bucket: release this version again, which brings its files back"
	});
	const { type, cache, encoding, digest } = file;
	const when = before === null ? "absent" : { etag: before.etag };
	await objects.put(path, {
		bytes: aside.bytes,
		type,
		cache,
		encoding,
		digest
	}, when);
}
async function installed(claiming, version) {
	const { place, objects, component } = claiming;
	const found = await readRelease(place, objects, component, version);
	if (found?.record.state === "installed") return found.record;
	throw new ProblemError({
		code: "bucket.not-installed",
		where: `${bucketText(place)}${releaseKey(component, version)}`,
		found: found === null ? "no such release" : `a release that is ${found.record.state}`,
		expected: "a release whose files are all there",
		remedy: "release this version again, which brings its files back"
	});
}
async function releases(claiming) {
	const { place, objects, component } = claiming;
	const versions = await recordedVersions(objects, component);
	return (await mapLimited(versions, AT_ONCE, (version) => readRelease(place, objects, component, version))).flatMap((one) => one === null ? [] : [one.record]);
}
/**
* Takes a release out of the bucket: files with a hash that no other release has, its copies, then its record. Repeatable, and gone on with after a kill.
*
* @param alsoCurrent also when it is served: then nothing is served afterwards, the way back of a first release
* @throws ProblemError `bucket.version-current`
*/
async function removeRelease(claiming, version, alsoCurrent) {
	const { place, objects, component } = claiming;
	const found = await readRelease(place, objects, component, version);
	if (found === null) return 0;
	const live = await claim(claiming);
	const { current, next } = live.record;
	const serves = current === version || next === version;
	if (serves && !alsoCurrent) throw new ProblemError({
		code: "bucket.version-current",
		where: `${bucketText(place)}${component} ${version}`,
		found: "the release that is served",
		expected: "a release that nothing needs",
		remedy: "switch to another release first"
	});
	const gone = await writeRelease(claiming, found, {
		...found.record,
		state: "removing"
	});
	const all = await releases(claiming);
	const paths = switched(gone.record);
	if (serves) await unserve(claiming, live, paths);
	const keys = [...ownFixed(gone.record, all), ...paths.map((path) => asideKey(component, version, path))];
	for (let at = 0; at < keys.length; at += AT_ONCE) {
		await mustHold(claiming);
		await Promise.all(keys.slice(at, at + AT_ONCE).map((key) => objects.delete(key)));
	}
	await objects.delete(releaseKey(component, version));
	return keys.length;
}
async function unserve(claiming, live, paths) {
	const under = await change(claiming, live, {
		current: null,
		next: live.record.next ?? live.record.current
	});
	await mapLimited(paths, AT_ONCE, (path) => claiming.objects.delete(path));
	await change(claiming, under, {
		current: null,
		next: null
	});
}
function changing({ place }, paths) {
	return new ProblemError({
		code: "bucket.contended",
		where: bucketText(place),
		found: `other content again at ${paths.slice(0, 5).join(", ")}`,
		expected: "what this release has there",
		remedy: "does another program write these objects? Stop it, then resume the run"
	});
}

// src/platform/bucket/bucket.ts
const text = { type: "string" };
const OPTIONS = {
	component: text,
	endpoint: text,
	region: text,
	bucket: text,
	prefix: text,
	addressing: text,
	encoding: text,
	version: text,
	digest: text,
	artefact: text,
	"also-current": { type: "boolean" }
};
const word = string().min(1);
const givenSchema = object({
	component: word,
	endpoint: word,
	region: word,
	bucket: word,
	prefix: string().default(""),
	addressing: _enum(["path", "host"]).default("path"),
	encoding: _enum(["none", ...ENCODINGS]).default("none")
});
const accessSchema = object({
	AWS_ACCESS_KEY_ID: word,
	AWS_SECRET_ACCESS_KEY: word,
	AWS_SESSION_TOKEN: string().default(""),
	[FENCE_VARIABLE]: string().regex(/^[1-9]\d{0,14}$/)
});
/**
* One verb on the bucket of a component, under the fence of the run that asks, for instance
*     switch --component www --endpoint https://s3.example.com --region r1 --bucket www --version 1.4.0
* Keys and fence stand in the environment. Repeatable, every verb.
*/
async function bucketMain(argv, io) {
	try {
		const [verb = "", ...rest] = argv;
		const { values } = parseArgs({
			args: [...rest],
			options: OPTIONS,
			strict: true
		});
		const work = workOf(values, io);
		io.out(`${await act(verb, work, values)}\n`);
		return EXIT.done;
	} catch (error) {
		if (error instanceof BucketFencedError) {
			io.err(`${FENCED.mark} ${error.message}\n`);
			return FENCED.exitCode;
		}
		for (const problem of problemsOf(error, "bucket")) io.err(`error ${formatProblem(problem)}\n`);
		return EXIT.failed;
	}
}
function workOf(values, { env, clock }) {
	const { component, encoding, ...place } = givenSchema.parse(values);
	const access = accessSchema.parse(env);
	const session = access.AWS_SESSION_TOKEN;
	const keys = {
		id: access.AWS_ACCESS_KEY_ID,
		key: access.AWS_SECRET_ACCESS_KEY,
		...session === "" ? {} : { session }
	};
	return {
		place,
		component,
		encoding,
		objects: openObjects(place, keys, clock),
		fence: Number(access[FENCE_VARIABLE])
	};
}
async function act(verb, work, given) {
	const { component } = work;
	switch (verb) {
		case "install": {
			const request = object({
				version: word,
				digest: word,
				artefact: word
			}).parse(given);
			const { sent, sentBytes, present } = await installRelease(work, request);
			return `${component} ${request.version}: ${sent} files sent (${sentBytes} bytes), ${present} were there`;
		}
		case "switch": {
			const version = word.parse(given.version);
			const { changed, removed } = await switchTo(work, version);
			return `${component} ${version}: ${changed.length} files switched, ${removed.length} taken away`;
		}
		case "remove": {
			const version = word.parse(given.version);
			return `${component} ${version}: ${await removeRelease(work, version, given["also-current"] === true)} objects removed`;
		}
		case "raise":
			await claim(work);
			return `${component}: the fence is ${work.fence}`;
		default: throw new TypeError(`no such verb: ${verb}`);
	}
}

// src/platform/bucket/bucket-main.ts
process.exitCode = await bucketMain(process.argv.slice(2), {
	env: process.env,
	clock: systemClock,
	out: (text) => {
		process.stdout.write(text);
	},
	err: (text) => {
		process.stderr.write(text);
	}
});

export {  };