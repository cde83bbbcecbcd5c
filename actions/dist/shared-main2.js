import { t as EXIT } from "./shared-exit.js";
import { c as unwrap, i as ok, n as bad, r as formatProblem, s as problemsOf, t as ProblemError } from "./shared-problem.js";
import { Fn as installerOf, Ns as packSpecSchema, _ as tarName, g as tarHeader, ns as sha256, v as tarPadding } from "./shared-common.js";
import { a as yankedText, i as parseYanked, n as indexText, r as parseManifest, t as PLAIN_VERSION } from "./shared-client-package.js";
import { chmod, lstat, mkdir, open, readFile, readdir, rename, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { Buffer as Buffer$1 } from "node:buffer";
import { parseArgs } from "node:util";
import { crc32 } from "node:zlib";
import { createPrivateKey, createPublicKey, sign } from "node:crypto";

// src/build/client/archive.ts
/** 1980-01-01T00:00:00Z, seconds: some tar programs warn of files that are as old as 1970. */
const MODIFIED = 315532800;
/** tar writes records of 20 blocks. */
const RECORD = 20 * 512;
/**
* A tar archive: owner and group root, modes 0755 and 0644.
* Entries are sorted by their bytes; the directories that they lie in are added.
* @throws RangeError for a path that the format cannot hold (more than 100 bytes in its last part, or 155 before it)
*/
function tarOf(entries) {
	const all = new Map(entries.map((entry) => [entry.path, entry]));
	for (const { path } of entries) for (const parent of parentsOf(path)) all.set(parent, directory(parent));
	const blocks = [...all.values()].toSorted((a, b) => Buffer$1.compare(Buffer$1.from(a.path), Buffer$1.from(b.path))).flatMap((entry) => [
		headerOf(entry),
		entry.bytes,
		tarPadding(entry.bytes.length)
	]);
	const end = Buffer$1.alloc(2 * 512);
	const length = [...blocks, end].reduce((sum, block) => sum + block.length, 0);
	return Buffer$1.concat([
		...blocks,
		end,
		tarPadding(length, RECORD)
	]);
}
function parentsOf(path) {
	const parts = path.replace(/\/$/, "").split("/").slice(0, -1);
	return parts.map((_, index) => `${parts.slice(0, index + 1).join("/")}/`);
}
function directory(path) {
	return {
		path,
		bytes: /* @__PURE__ */ new Uint8Array(),
		program: true
	};
}
function headerOf({ path, bytes, program }) {
	const [type, mode] = [path.endsWith("/") ? "5" : "0", program ? 493 : 420];
	return tarHeader({
		...tarName(path),
		type,
		mode,
		ownerName: "root",
		size: bytes.length,
		mtime: MODIFIED
	});
}
/** Most that a block of the form may hold (RFC 1951, 3.2.4). */
const STORED = 65535;
/**
* A gzip file (RFC 1952) of stored blocks (RFC 1951, 3.2.4): every gunzip reads it, and no compressor had a say in its bytes. It is 0.02 % larger
* than its content; scripts are small.
*/
function gzipOf(content) {
	const head = Buffer$1.from([
		31,
		139,
		8,
		0,
		0,
		0,
		0,
		0,
		0,
		255
	]);
	const blocks = [];
	for (let at = 0; at < content.length || at === 0; at += STORED) {
		const part = content.subarray(at, at + STORED);
		const block = Buffer$1.alloc(5);
		block.writeUInt8(at + STORED >= content.length ? 1 : 0, 0);
		block.writeUInt16LE(part.length, 1);
		block.writeUInt16LE(~part.length & 65535, 3);
		blocks.push(block, part);
	}
	const tail = Buffer$1.alloc(8);
	tail.writeUInt32LE(crc32(content), 0);
	tail.writeUInt32LE(content.length >>> 0, 4);
	return Buffer$1.concat([
		head,
		...blocks,
		tail
	]);
}

// src/build/client/sign.ts
const LEAST_RSA_BITS = 3072;
/** @param where file, for problems */
function readPublicKey(pem, where) {
	if (pem.includes("PRIVATE KEY")) return bad(keyProblem(where, "a private key"));
	try {
		return known(createPublicKey(pem), where);
	} catch {
		return bad(keyProblem(where, "no key in PEM"));
	}
}
function known(key, where) {
	const pem = key.export({
		type: "spki",
		format: "pem"
	}).toString();
	const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
	if (key.asymmetricKeyType === "ed25519") return ok({
		kind: "ed25519",
		pem,
		key
	});
	if (key.asymmetricKeyType === "rsa" && bits >= LEAST_RSA_BITS) return ok({
		kind: "rsa",
		pem,
		key
	});
	const found = key.asymmetricKeyType === "rsa" ? `an RSA key of ${bits} bits` : `a key of type ${key.asymmetricKeyType}`;
	return bad(keyProblem(where, found));
}
/**
* Signs the checksums of a package. The private key must be the one whose public half is published: a signature that no client would take is not made.
* @param privatePem PKCS #8 or the forms of OpenSSL, without a passphrase
*/
function signChecksums(content, privatePem, publicKey, where) {
	let key;
	try {
		key = createPrivateKey(privatePem);
	} catch {
		return bad(signingProblem(where, "a text that is no private key in PEM, or one with a passphrase"));
	}
	if (createPublicKey(key).export({
		type: "spki",
		format: "pem"
	}).toString() !== publicKey.pem) return bad(signingProblem(where, "the private half of another key"));
	const signature = sign(publicKey.kind === "rsa" ? "sha256" : null, content, key);
	return ok(signature);
}
function keyProblem(where, found) {
	return {
		code: "build.script-key",
		where,
		found,
		expected: `a public key in PEM: Ed25519, or RSA of ${LEAST_RSA_BITS} bits or more`,
		remedy: "make one: openssl genpkey -algorithm ed25519 -out release.key && openssl pkey -in release.key -pubout -out release.pub"
	};
}
function signingProblem(where, found) {
	return {
		code: "build.script-signing-key",
		where,
		found,
		expected: "the private key of `sign.publicKey`, in PEM, without a passphrase",
		remedy: "mend the secret that `sign.key` names, or `sign.publicKey`"
	};
}

// src/build/client/stamp.ts
/**
* Puts a version into the one line of a script that sets the variable: `version=1.0.0`, with or without quotes, `readonly` or `export` before it. All
* other bytes stay as they are. Pure.
* @param where file, for problems
*/
function stampVersion(text, variable, version, where) {
	if (!PLAIN_VERSION.test(version)) return bad(notPlain(version, where));
	const lines = text.toString("latin1").split("\n");
	const pattern = new RegExp(`^([ \\t]*(?:(?:readonly|export)[ \\t]+)?${variable}=)(?:"[^"]*"|'[^']*'|[^\\s;#"']*)([ \\t]*(?:#.*)?\\r?)$`);
	const found = lines.flatMap((line, index) => pattern.test(line) ? [index] : []);
	const [only] = found;
	if (only === void 0 || found.length > 1) return bad(notOnce(variable, where, found));
	const stamped = lines.with(only, (lines[only] ?? "").replace(pattern, (_line, before, after) => `${before}${version}${after}`));
	return ok(Buffer.from(stamped.join("\n"), "latin1"));
}
function notOnce(variable, where, found) {
	const places = found.map((index) => index + 1).join(", ");
	return {
		code: "build.script-stamp",
		where: found.length > 1 ? `${where}:${(found[1] ?? 0) + 1}` : where,
		found: found.length === 0 ? `no line that sets ${variable}` : `${variable} set in lines ${places}`,
		expected: `one line such as ${variable}=0.0.0, which gets the version of the release`,
		remedy: `keep one such line, or name another variable with \`stamp\``
	};
}
function notPlain(version, where) {
	return {
		code: "build.script-version",
		where,
		found: `the version ${JSON.stringify(version)}`,
		expected: "letters, digits, dots, +, _ and -, beginning with a letter or digit, at most 128",
		remedy: "give the release another name, or tag the commit with one"
	};
}

// src/build/client/pack.ts
/** Makes the package of a client script: what is published of one version. docs/client.md says what each file is for. */
/** Most that all files together may have, bytes: a script with its libraries, not a distribution of something else. */
const MOST = 16777216;
/**
* What is published of one version, name → content. The same inputs give the same bytes.
* @param publicPem the public key; null: it will not be signed
* @throws ProblemError where the version cannot be stamped in, or a key is none
*/
function packageFiles(spec, sources, publicPem) {
	const { name, version, commit, address, config, links } = spec;
	const key = publicPem === null ? null : unwrap(readPublicKey(publicPem, spec.publicKey ?? ""));
	const installer = Buffer.from(installerOf({
		name,
		address,
		links,
		config,
		key
	}));
	const run = /* @__PURE__ */ new Set([spec.files[0], ...Object.values(links)]);
	const inside = [
		...sources.map((file) => ({
			...file,
			bytes: file.path === spec.files[0] ? stamped(spec, file) : file.bytes,
			program: file.program || run.has(file.path)
		})),
		{
			path: "VERSION",
			bytes: Buffer.from(`${version}\n`),
			program: false
		},
		{
			path: "install.sh",
			bytes: installer,
			program: true
		}
	];
	const list = {
		path: "FILES",
		bytes: Buffer.from(sumsOf(inside)),
		program: false
	};
	const folder = `${name}-${version}`;
	const entries = [...inside, list].map((file) => ({
		...file,
		path: `${folder}/${file.path}`
	}));
	const archive = {
		path: `${folder}.tar.gz`,
		bytes: gzipOf(tarOf(entries))
	};
	const manifest = {
		formatVersion: 1,
		name,
		version,
		commit,
		package: {
			file: archive.path,
			size: archive.bytes.length,
			sha256: sha256(archive.bytes)
		},
		signed: key !== null
	};
	return /* @__PURE__ */ new Map([
		[archive.path, archive.bytes],
		["install.sh", installer],
		["version", Buffer.from(`${version}\n`)],
		["client.json", Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`)],
		["SHA256SUMS", Buffer.from(sumsOf([archive, {
			path: "install.sh",
			bytes: installer
		}]))]
	]);
}
function stamped({ stamp, version, source }, { bytes, path }) {
	return stamp === null ? bytes : unwrap(stampVersion(bytes, stamp, version, join(source, path)));
}
/** As `sha256sum` writes and reads it, sorted by name. Pure. */
function sumsOf(files) {
	return files.toSorted((a, b) => a.path < b.path ? -1 : 1).map(({ path, bytes }) => `${sha256(bytes)}  ${path}\n`).join("");
}
/**
* Reads the sources and writes the package into a directory that does not exist yet. Modes do not depend on the umask.
* @throws ProblemError for what cannot be packed
*/
async function writePackage(spec, out) {
	const sources = await Promise.all(spec.files.map((path) => readSource(spec.source, path)));
	const total = sources.reduce((sum, { bytes }) => sum + bytes.length, 0);
	if (total > MOST) throw new ProblemError(tooLarge(spec.source, total));
	const files = packageFiles(spec, sources, spec.publicKey === null ? null : await readKey(spec.publicKey));
	await mkdir(out);
	await chmod(out, 493);
	for (const [name, bytes] of files) await writePlain(join(out, name), bytes);
	return files;
}
/** Everybody may read what is published. */
async function writePlain(path, bytes) {
	await writeFile(path, bytes, { flag: "wx" });
	await chmod(path, 420);
}
async function readSource(source, path) {
	const full = join(source, path);
	const stat = await lstat(full).catch(() => void 0);
	if (stat?.isFile() !== true) throw new ProblemError(noFile(full, stat === void 0));
	return {
		path,
		bytes: await readFile(full),
		program: (stat.mode & 64) !== 0
	};
}
async function readKey(path) {
	const text = await readFile(path, "utf8").catch(() => void 0);
	if (text === void 0) throw new ProblemError(noFile(path, true));
	return text;
}
function noFile(where, missing) {
	return {
		code: "build.script-file",
		where,
		found: missing ? "no such file" : "a link or a directory",
		expected: "a plain file: what is packed is named file by file",
		remedy: "mend `main`, `files`, `install.config` or `sign.publicKey` of the component"
	};
}
function tooLarge(where, bytes) {
	return {
		code: "build.script-size",
		where,
		found: `${bytes} bytes`,
		expected: `at most ${MOST}: a script with its libraries`,
		remedy: "take out of `files` what the script does not need"
	};
}

// src/build/client/publish.ts
/**
* A place to install from, as files that any web server or object store hands out:
*
*     <version>/…        what was built of a version; never changed
*     latest             one line: the version that is installed where none is named
*     yanked             a line for each version that was withdrawn: version, blank, reason
*     install.sh         the installer of the latest version
*     index.json         all of it, for programs
*
* Each appears by a rename, and `latest` after what it leads to, so that nobody ever finds half of a version.
*/
/**
* Publishes what was built into a directory, and calls it the latest. Doing it again changes nothing; other content under the same version is refused.
* @param from directory that the build made
* @returns the version, and whether it was new
*/
async function publishPackage(from, to) {
	const { version } = await readManifest(from);
	await mkdir(to, { recursive: true });
	await clearLeftovers(to);
	const target = join(to, version);
	const there = await filesOf(target).catch(() => null);
	const files = await filesOf(from);
	if (there !== null && !sameFiles(there, files)) throw new ProblemError(otherContent(target));
	if (there === null) {
		const temporary = join(to, `.new-${version}`);
		await mkdir(temporary);
		for (const [name, bytes] of files) await writeSynced(join(temporary, name), bytes);
		await rename(temporary, target);
	}
	const installer = files.get("install.sh");
	if (installer !== void 0) await replace(to, "install.sh", installer);
	if (await readFile(join(to, "yanked"), "utf8").catch(() => null) === null) await replace(to, "yanked", "");
	await replace(to, "latest", `${version}\n`);
	await writeIndex(to);
	return {
		version,
		added: there === null
	};
}
/**
* Marks a version as withdrawn, or, without a reason, as not withdrawn any more.
* @param to a place to install from, or the directory of the component on the host that serves it (docs/layout.md), where servers make the index
*/
async function yankVersion(to, version, reason) {
	const onHost = await readdir(join(to, "releases")).catch(() => null) !== null;
	const known = await versionsOf(onHost ? join(to, "releases") : to);
	if (!known.some((one) => one.version === version)) throw new ProblemError(unknownVersion(to, version, known));
	const at = onHost ? join(to, "shared") : to;
	const text = await readFile(join(at, "yanked"), "utf8").catch(() => "");
	const others = parseYanked(text).filter((one) => one.version !== version);
	await mkdir(at, { recursive: true });
	await replace(at, "yanked", yankedText(reason === null ? others : [...others, {
		version,
		reason
	}]));
	if (!onHost) await writeIndex(to);
}
/** Every version of a place, sorted by name. */
async function versionsOf(to) {
	const names = await readdir(to).catch(() => []);
	return (await Promise.all(names.filter((name) => PLAIN_VERSION.test(name)).map((name) => readManifest(join(to, name)).catch(() => null)))).filter((one) => one !== null).toSorted((a, b) => a.version < b.version ? -1 : 1);
}
async function writeIndex(to) {
	const latest = (await readFile(join(to, "latest"), "utf8").catch(() => "")).trim();
	const yanked = parseYanked(await readFile(join(to, "yanked"), "utf8").catch(() => ""));
	await replace(to, "index.json", indexText(latest === "" ? null : latest, await versionsOf(to), yanked));
}
/** @throws ProblemError where there is no package */
async function readManifest(from) {
	const path = join(from, "client.json");
	const text = await readFile(path, "utf8").catch(() => void 0);
	const manifest = parseManifest(text ?? "");
	if (manifest !== void 0) return manifest;
	throw new ProblemError({
		code: "build.no-client-package",
		where: path,
		found: text === void 0 ? "no such file" : "a text that is no description of a package",
		expected: "what a build of a component of `kind: script` makes",
		remedy: "build it first, and name the directory that the build says"
	});
}
async function filesOf(directory) {
	const names = (await readdir(directory)).filter((name) => !name.startsWith(".")).toSorted();
	return new Map(await Promise.all(names.map(async (name) => [name, await readFile(join(directory, name))])));
}
function sameFiles(one, other) {
	return one.size === other.size && [...one].every(([name, bytes]) => other.get(name)?.equals(bytes) === true);
}
/** What a killed publication left. Two at once would disturb each other: a place has one publisher. */
async function clearLeftovers(to) {
	for (const name of await readdir(to)) if (name.startsWith(".new-")) await rm(join(to, name), {
		recursive: true,
		force: true
	});
}
async function replace(to, name, content) {
	const temporary = join(to, `.new-${name}`);
	await rm(temporary, { force: true });
	await writeSynced(temporary, content);
	await rename(temporary, join(to, name));
}
async function writeSynced(path, content) {
	await writePlain(path, content);
	const handle = await open(path, "r");
	try {
		await handle.sync();
	} finally {
		await handle.close();
	}
}
function otherContent(where) {
	return {
		code: "build.client-other-content",
		where,
		found: "other files under the same version",
		expected: "one content for a version, for ever",
		remedy: "release it under a new version"
	};
}
function unknownVersion(where, version, known) {
	return {
		code: "build.client-unknown-version",
		where,
		found: version,
		expected: known.length === 0 ? "a version that is published" : `one of ${known.map((one) => one.version).join(", ")}`,
		remedy: "name a version that is published here"
	};
}

// src/build/client/main.ts
const HELP = `shiplock client COMMAND: packages of client scripts, and places to install them from

  publish --from DIR --to DIR                      copy what was built into a place to install from, and call it the latest
  yank --at DIR --version V --reason TEXT          withdraw a version: installers refuse it from then on
  yank --at DIR --version V --undo                 let it be installed again
                                                   DIR is such a place, or ROOT/COMPONENT on the host that serves it

What a build runs:

  pack --out DIR                                   make a package; what it is made of comes as JSON on standard input
  sign --dir DIR --public-key FILE                 sign its checksums; the private key, PEM, comes on standard input

  --json                                           say what was done as JSON
  --help                                           print this help

Every command may be given twice. Exit codes: 0 done, 1 failed, 2 wrong usage.

Example:
  shiplock client publish --from .shiplock/state/artefacts/client/3f2a91bc00d41e57/client --to /srv/www/client
`;
/** `shiplock client …`; its exit code. */
async function clientMain(argv, io) {
	const json = argv.includes("--json");
	try {
		const said = await run(argv, io);
		io.out(json ? `${JSON.stringify(said.json, null, 2)}\n` : said.text);
		return EXIT.done;
	} catch (error) {
		const problems = problemsOf(error, "shiplock client");
		if (json) io.out(`${JSON.stringify({ problems }, null, 2)}\n`);
		else io.err(problems.map((problem) => `error ${formatProblem(problem)}\n`).join(""));
		return problems.some((problem) => problem.code === "client.usage") ? EXIT.usage : EXIT.failed;
	}
}
async function run(argv, io) {
	const { values, positionals } = parse(argv);
	if (values.help === true) return {
		text: HELP,
		json: { help: HELP }
	};
	const path = (name) => {
		const value = values[name];
		if (value === void 0) throw usage(`no --${name}`, `--${name} and a path`);
		return resolve(io.cwd, value);
	};
	switch (positionals.join(" ")) {
		case "pack": {
			const out = path("out");
			const files = await writePackage(specOf(await textOf(io.stdin)), out);
			return {
				text: `packed ${out}\n`,
				json: {
					out,
					files: [...files.keys()]
				}
			};
		}
		case "sign": return signed(path("dir"), path("public-key"), await textOf(io.stdin));
		case "publish": {
			const to = path("to");
			const { version, added } = await publishPackage(path("from"), to);
			return {
				text: `${version} is the latest in ${to}${added ? "" : "; it was there"}\n`,
				json: {
					to,
					version,
					added
				}
			};
		}
		case "yank": {
			const { version, reason, undo = false } = values;
			if (version === void 0) throw usage("no --version", "--version and the version");
			if (undo === (reason !== void 0)) throw usage(undo ? "--reason and --undo" : "no --reason", "--reason TEXT, or --undo");
			await yankVersion(path("at"), version, reason ?? null);
			return {
				text: `${version} ${undo ? "may be installed again" : "is withdrawn"}\n`,
				json: {
					version,
					yanked: !undo
				}
			};
		}
		default: throw usage(positionals.join(" ") || "no command", "publish, yank, pack or sign");
	}
}
async function signed(dir, keyFile, privatePem) {
	const sums = resolve(dir, "SHA256SUMS");
	const key = unwrap(readPublicKey(await readFile(keyFile, "utf8"), keyFile));
	const signature = unwrap(signChecksums(await readFile(sums), privatePem, key, sums));
	await writePlain(`${sums}.sig`, signature);
	return {
		text: `signed ${sums}\n`,
		json: { signed: sums }
	};
}
function specOf(text) {
	try {
		return packSpecSchema.parse(JSON.parse(text));
	} catch {
		throw usage("no description of a package on standard input", "JSON, as a build gives it");
	}
}
async function textOf(stdin) {
	const parts = [];
	for await (const part of stdin) parts.push(typeof part === "string" ? Buffer.from(part) : part);
	return Buffer.concat(parts).toString("utf8");
}
function parse(argv) {
	const text = { type: "string" };
	const flag = { type: "boolean" };
	try {
		return parseArgs({
			args: [...argv],
			allowPositionals: true,
			options: {
				from: text,
				to: text,
				at: text,
				out: text,
				dir: text,
				"public-key": text,
				version: text,
				reason: text,
				undo: flag,
				json: flag,
				help: flag
			}
		});
	} catch (error) {
		throw usage(error instanceof Error ? error.message : String(error), "the options of `shiplock client --help`");
	}
}
function usage(found, expected) {
	return new ProblemError({
		code: "client.usage",
		where: "shiplock client",
		found,
		expected,
		remedy: "see `shiplock client --help`"
	});
}

export { clientMain };