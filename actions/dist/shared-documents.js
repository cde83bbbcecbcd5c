import { Fn as object, Jn as string, Lt as boolean, Pn as number, Un as record, bn as lazy, sr as unknown, xn as literal } from "./shared-schemas.js";
import { a as mapLimited, i as listTree, n as bytesDigest } from "./shared-digest.js";
import { i as isMissing } from "./shared-store.js";
import { Nn as commitSeconds, Pn as momentOf, bn as ociPurl, mn as npmLock, ns as sha256, yn as SPDX_FILE } from "./shared-common.js";
import { t as ProblemError } from "./shared-problem.js";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";

// src/build/sbom/identity.ts
/**
* A UUID that follows from the content: version 8 of RFC 9562, the first 128 bits of a SHA-256. The same release has the same document,
* and another one another name. Pure.
*/
function uuidOf(inventory) {
	const hex = sha256(JSON.stringify(inventory)).slice(0, 32);
	const variant = (Number.parseInt(hex[16] ?? "0", 16) & 3 | 8).toString(16);
	const text = `${hex.slice(0, 12)}8${hex.slice(13, 16)}${variant}${hex.slice(17)}`;
	return [
		text.slice(0, 8),
		text.slice(8, 12),
		text.slice(12, 16),
		text.slice(16, 20),
		text.slice(20)
	].join("-");
}

// src/build/sbom/inventory.ts
/** A package of several artefacts stands in a document once; what one of them has in it counts more than what another only builds with. Pure. */
function packagesOf({ artefacts }) {
	const all = /* @__PURE__ */ new Map();
	const weight = {
		in: 2,
		optional: 1,
		build: 0
	};
	for (const one of artefacts.flatMap(({ packages }) => packages)) {
		const known = all.get(one.purl);
		if (known === void 0 || weight[one.use] > weight[known.use]) all.set(one.purl, one);
	}
	return [...all.values()].toSorted((a, b) => a.purl < b.purl ? -1 : 1);
}
/** Percent-encoded as the package URL specification wants it; `/` and `:` stay where they divide. Pure. */
function purlPart(text) {
	return encodeURIComponent(text).replaceAll("%3A", ":");
}

// src/build/sbom/licence.ts
/** Licences as packages name them, for documents that allow only names of the SPDX licence list. */
/** Those that nearly all packages have. What is not among them is told as the package says it, and claimed to be nothing. */
const KNOWN = new Set(`0BSD AFL-2.1 AFL-3.0 AGPL-3.0-only AGPL-3.0-or-later Apache-2.0 Artistic-2.0 BlueOak-1.0.0 BSD-2-Clause BSD-3-Clause BSD-3-Clause-Clear BSL-1.0
  CC-BY-3.0 CC-BY-4.0 CC-BY-SA-4.0 CC0-1.0 CDDL-1.0 CDDL-1.1 EPL-1.0 EPL-2.0 EUPL-1.2 GPL-2.0-only GPL-2.0-or-later GPL-3.0-only GPL-3.0-or-later HPND
  ICU ISC LGPL-2.1-only LGPL-2.1-or-later LGPL-3.0-only LGPL-3.0-or-later MIT MIT-0 MPL-1.1 MPL-2.0 MS-PL NCSA NTP OFL-1.1 OpenSSL OSL-3.0 PostgreSQL
  Python-2.0 Ruby Unicode-3.0 Unicode-DFS-2016 Unlicense UPL-1.0 Vim W3C W3C-20150513 WTFPL X11 Zlib zlib-acknowledgement ZPL-2.1`.split(/\s+/));
const EXCEPTIONS = /* @__PURE__ */ new Set([
	"Classpath-exception-2.0",
	"GCC-exception-3.1",
	"LLVM-exception"
]);
/** An expression of known licences (SPDX specification 2.3, annex D: AND, OR, WITH, brackets); null for anything else. Pure. */
function licenceExpression(text) {
	const words = text.replaceAll(/([()])/g, " $1 ").split(/\s+/).filter((word) => word !== "");
	let depth = 0;
	let wants = "licence";
	for (const word of words) if (wants === "licence") {
		if (word === "(") depth += 1;
		else if (KNOWN.has(word.replace(/\+$/, ""))) wants = "operator";
		else return null;
	} else if (wants === "exception") {
		if (!EXCEPTIONS.has(word)) return null;
		wants = "operator";
	} else if (word === ")") {
		depth -= 1;
		if (depth < 0) return null;
	} else if (word === "AND" || word === "OR") wants = "licence";
	else if (word === "WITH") wants = "exception";
	else return null;
	return wants === "operator" && depth === 0 ? words.join(" ").replaceAll("( ", "(").replaceAll(" )", ")") : null;
}

// src/build/sbom/cyclonedx.ts
/**
* An inventory as CycloneDX 1.6 (ECMA-424), JSON. The same inventory gives the same text. Pure.
*
* @param other digest of the same inventory in the other format: who checks this document has checked both
*/
function cycloneDx(inventory, other) {
	const { service, version, commit, created, artefacts } = inventory;
	const packages = packagesOf(inventory);
	const root = `release:${service}@${version}`;
	const document = {
		$schema: "http://cyclonedx.org/schema/bom-1.6.schema.json",
		bomFormat: "CycloneDX",
		specVersion: "1.6",
		serialNumber: `urn:uuid:${uuidOf(inventory)}`,
		version: 1,
		metadata: {
			timestamp: created,
			lifecycles: [{ phase: "build" }],
			tools: { components: [{
				type: "application",
				name: "shiplock"
			}] },
			component: {
				type: "application",
				"bom-ref": root,
				name: service,
				version,
				externalReferences: [{
					type: "bom",
					url: SPDX_FILE,
					comment: "the same in SPDX 2.3",
					hashes: [{
						alg: "SHA-256",
						content: other.replace("sha256:", "")
					}]
				}],
				properties: [{
					name: "shiplock:commit",
					value: commit
				}]
			}
		},
		components: [...artefacts.map((one) => artefactComponent(one, version)), ...packages.map(packageComponent)],
		dependencies: [
			{
				ref: root,
				dependsOn: artefacts.map(refOf).toSorted()
			},
			...artefacts.map((one) => ({
				ref: refOf(one),
				dependsOn: [...one.needs].toSorted()
			})),
			...packages.map(({ purl, needs }) => ({
				ref: purl,
				dependsOn: [...needs].toSorted()
			}))
		]
	};
	return `${JSON.stringify(document, null, 2)}\n`;
}
function refOf({ name }) {
	return `artefact:${name}`;
}
const TYPES = {
	program: "application",
	files: "data",
	image: "container"
};
function artefactComponent(one, version) {
	const { name, kind, digest, purl, files } = one;
	return {
		type: TYPES[kind],
		"bom-ref": refOf(one),
		name,
		version,
		...kind === "files" ? {} : { hashes: [{
			alg: "SHA-256",
			content: digest.replace("sha256:", "")
		}] },
		...purl === null ? {} : { purl },
		properties: [{
			name: "shiplock:digest",
			value: digest
		}],
		...files.length === 0 ? {} : { components: files.map(({ path, sha256 }) => ({
			type: "file",
			"bom-ref": `file:${name}/${path}`,
			name: path,
			hashes: [{
				alg: "SHA-256",
				content: sha256
			}]
		})) }
	};
}
const SCOPES = {
	in: "required",
	optional: "optional",
	build: "excluded"
};
function packageComponent({ purl, name, version, hashes, licence, use, goSum }) {
	const expression = licence === null ? null : licenceExpression(licence);
	return {
		type: "library",
		"bom-ref": purl,
		name,
		...version === "" ? {} : { version },
		scope: SCOPES[use],
		...hashes.length === 0 ? {} : { hashes: hashes.map(({ algorithm, hex }) => ({
			alg: algorithm,
			content: hex
		})) },
		...licence === null ? {} : { licenses: expression === null ? [{ license: { name: licence } }] : [{ expression }] },
		purl,
		...goSum === null ? {} : { properties: [{
			name: "shiplock:go:sum",
			value: goSum
		}] }
	};
}

// src/build/sbom/go.ts
/**
* Reads the modules of a program.
* @throws ProblemError `build.no-build-info` for a file without build information
*/
async function goModules(path, exec, signal) {
	const said = await exec.read([
		"go",
		"version",
		"-m",
		path
	], { signal });
	const modules = said.exitCode === 0 ? parseBuildInfo(said.stdout) : null;
	if (modules !== null) return modules;
	throw new ProblemError({
		code: "build.no-build-info",
		where: path,
		found: said.stderr.trim().split("\n")[0] || "no version of Go in it",
		expected: "a Go program with its build information",
		remedy: "build it with Go 1.18 or newer, and without what takes it away"
	});
}
/** Modules from what `go version -m` prints; null: it names no version of Go. Pure. */
function parseBuildInfo(text) {
	const lines = text.split("\n");
	const go = /: (?:go|devel go)(\d+(?:\.\d+)*(?:(?:rc|beta)\d+)?)/.exec(lines[0] ?? "")?.[1];
	if (go === void 0) return null;
	const packages = [goPackage("stdlib", go, null)];
	for (const line of lines.slice(1)) {
		const [, kind, path = "", version = "", sum] = line.split("	");
		if (kind === "dep") packages.push(goPackage(path, version, sum ?? null));
		else if (kind === "=>" && packages.length > 1) packages.splice(-1, 1, goPackage(path, version, sum ?? null));
	}
	const unique = [...new Map(packages.map((one) => [one.purl, one])).values()].toSorted((a, b) => a.purl < b.purl ? -1 : 1);
	return {
		packages: unique,
		needs: unique.map(({ purl }) => purl)
	};
}
function goPackage(path, version, sum) {
	const known = version !== "" && version !== "(devel)";
	return {
		purl: `pkg:golang/${path.split("/").map(purlPart).join("/").toLowerCase()}${known ? `@${purlPart(version)}` : ""}`,
		name: path,
		version: known ? version : "",
		hashes: [],
		licence: null,
		use: "in",
		goSum: sum?.startsWith("h1:") === true ? sum : null,
		needs: []
	};
}

// src/build/sbom/npm.ts
/** Packages from a package-lock.json (npm's documentation of package-lock.json, `lockfileVersion` 1 to 3). */
const names = record(string(), string());
const lockedSchema = object({
	name: string().optional(),
	version: string().optional(),
	resolved: string().optional(),
	integrity: string().optional(),
	license: unknown().optional(),
	dev: boolean().optional(),
	devOptional: boolean().optional(),
	optional: boolean().optional(),
	link: boolean().optional(),
	dependencies: names.optional(),
	devDependencies: names.optional(),
	optionalDependencies: names.optional(),
	peerDependencies: names.optional()
});
const lockSchema = object({
	lockfileVersion: number(),
	packages: record(string(), lockedSchema)
});
const oldSchema = lazy(() => object({
	version: string().optional(),
	integrity: string().optional(),
	dev: boolean().optional(),
	optional: boolean().optional(),
	requires: names.optional(),
	dependencies: record(string(), oldSchema).optional()
}));
const oldLockSchema = object({
	lockfileVersion: literal(1),
	dependencies: record(string(), oldSchema).default({})
});
/**
* Reads a lock file. Pure.
* @param where name of the file, for problems
* @throws ProblemError `build.lock-file` for a file that is none
*/
function npmPackages(text, where) {
	const { packages } = parseLock(text, where);
	const purls = /* @__PURE__ */ new Map();
	for (const [place, one] of Object.entries(packages)) {
		const purl = purlOf(place, one);
		if (purl !== null) purls.set(place, purl);
	}
	const needsOf = (place) => {
		const one = packages[place];
		if (one === void 0) return [];
		const { dependencies, devDependencies, optionalDependencies, peerDependencies } = one;
		const found = Object.keys({
			...dependencies,
			...optionalDependencies,
			...peerDependencies,
			...place === "" ? devDependencies : {}
		}).map((name) => purls.get(placeOf(packages, place, name) ?? ""));
		return [...new Set(found.filter((purl) => purl !== void 0))].toSorted();
	};
	const all = /* @__PURE__ */ new Map();
	for (const [place, purl] of purls) {
		const one = packages[place];
		if (one === void 0) continue;
		const made = packageOf$1(place, one, purl, needsOf(place));
		const known = all.get(purl);
		if (known === void 0 || known.use === "build" && made.use !== "build") all.set(purl, made);
	}
	return {
		packages: [...all.values()].toSorted((a, b) => a.purl < b.purl ? -1 : 1),
		needs: needsOf("")
	};
}
/** Where Node finds a package from a place: beside it, else one level up, and so on. */
function placeOf(packages, from, name) {
	let base = from;
	for (;;) {
		const place = base === "" ? `node_modules/${name}` : `${base}/node_modules/${name}`;
		if (Object.hasOwn(packages, place)) return place;
		if (base === "") return void 0;
		const up = base.lastIndexOf("/node_modules/");
		base = up < 0 ? "" : base.slice(0, up);
	}
}
function packageOf$1(place, one, purl, needs) {
	const { version = "", license, dev, devOptional, optional } = one;
	return {
		purl,
		name: nameOf(place, one),
		version,
		hashes: integrityHashes(one.integrity),
		licence: typeof license === "string" && license.trim() !== "" ? license.trim() : null,
		use: dev === true ? "build" : optional === true || devOptional === true ? "optional" : "in",
		goSum: null,
		needs
	};
}
function nameOf(place, { name }) {
	return name ?? place.slice(place.lastIndexOf("node_modules/") + 13);
}
/** Null for what is no package of others: the sources themselves, and links to places beside them. */
function purlOf(place, one) {
	if (!place.includes("node_modules/") || one.link === true || one.version === void 0) return null;
	return `pkg:npm/${nameOf(place, one).split("/").map(purlPart).map((part) => part.replace(/^@/, "%40")).join("/")}@${purlPart(one.version)}`;
}
const ALGORITHMS = {
	sha1: "SHA-1",
	sha256: "SHA-256",
	sha384: "SHA-384",
	sha512: "SHA-512"
};
/** Subresource integrity: algorithms and base64 values, divided by blanks (W3C). Pure. */
function integrityHashes(integrity) {
	return (integrity ?? "").split(/\s+/).flatMap((word) => {
		const [, name, value] = /^(sha(?:1|256|384|512))-([A-Za-z0-9+/]+=*)/.exec(word) ?? [];
		const algorithm = Object.entries(ALGORITHMS).find(([key]) => key === name)?.[1];
		return algorithm === void 0 || value === void 0 ? [] : [{
			algorithm,
			hex: Buffer.from(value, "base64").toString("hex")
		}];
	});
}
function parseLock(text, where) {
	let found = "no JSON";
	try {
		const json = JSON.parse(text);
		const old = oldLockSchema.safeParse(json).data;
		if (old !== void 0) return {
			lockfileVersion: 1,
			packages: asPackages(old.dependencies)
		};
		const parsed = lockSchema.safeParse(json);
		if (parsed.success && parsed.data.lockfileVersion >= 2) return parsed.data;
		found = parsed.success ? `lockfileVersion ${parsed.data.lockfileVersion}` : parsed.error.issues[0]?.message ?? "";
	} catch {}
	throw new ProblemError({
		code: "build.lock-file",
		where,
		found,
		expected: "a package-lock.json with lockfileVersion 1, 2 or 3",
		remedy: "write it anew with npm 7 or newer: npm install --package-lock-only"
	});
}
/**
* The same by places, as later versions have it. What the sources need themselves stands only in package.json there: it is taken to be what no other
* package needs. Pure.
*/
function asPackages(tree) {
	const packages = Object.fromEntries(placesIn(tree, ""));
	const needed = new Set(Object.values(packages).flatMap(({ dependencies }) => Object.keys(dependencies ?? {})));
	const own = Object.keys(tree).filter((name) => !needed.has(name));
	return {
		"": { dependencies: Object.fromEntries(own.map((name) => [name, "*"])) },
		...packages
	};
}
function placesIn(tree, below) {
	return Object.entries(tree).flatMap(([name, one]) => {
		const place = `${below}node_modules/${name}`;
		const { version, integrity, dev, optional, requires, dependencies } = one;
		const [, alias, aliased] = /^npm:(.+)@([^@]+)$/.exec(version ?? "") ?? [];
		const plain = version?.includes(":") === true ? void 0 : version;
		return [[place, {
			name: alias,
			version: aliased ?? plain,
			integrity,
			dev,
			optional,
			dependencies: requires
		}], ...placesIn(dependencies ?? {}, `${place}/`)];
	});
}

// src/build/sbom/spdx.ts
/** An inventory as SPDX 2.3 (the version before it is ISO/IEC 5962:2021), JSON. The same inventory gives the same text. Pure. */
function spdx(inventory) {
	const { service, version, created, artefacts } = inventory;
	const packages = packagesOf(inventory);
	const uses = new Map(packages.map(({ purl, use }) => [purl, use]));
	const name = `${service}-${version}`;
	const root = "SPDXRef-Release";
	const document = {
		spdxVersion: "SPDX-2.3",
		dataLicense: "CC0-1.0",
		SPDXID: "SPDXRef-DOCUMENT",
		name,
		documentNamespace: `https://spdx.org/spdxdocs/${encodeURIComponent(name)}-${uuidOf(inventory)}`,
		creationInfo: {
			created,
			creators: ["Tool: shiplock"]
		},
		packages: [
			releasePackage(inventory, root),
			...artefacts.map((one) => artefactPackage(one, version)),
			...packages.map(packageOf)
		],
		...artefacts.every(({ files }) => files.length === 0) ? {} : { files: artefacts.flatMap(filesOf) },
		relationships: [
			relation("SPDXRef-DOCUMENT", "DESCRIBES", root),
			...artefacts.map((one) => relation(root, "CONTAINS", artefactId(one))),
			...artefacts.flatMap((one) => one.files.map(({ path }) => relation(artefactId(one), "CONTAINS", fileId(one, path)))),
			...artefacts.flatMap((one) => one.needs.map((purl) => needed(uses, artefactId(one), purl))),
			...packages.flatMap((one) => one.needs.map((purl) => needed(uses, idOf("Package", one.purl), purl)))
		]
	};
	return `${JSON.stringify(document, null, 2)}\n`;
}
function releasePackage({ service, version, commit }, id) {
	return {
		SPDXID: id,
		name: service,
		versionInfo: version,
		...UNKNOWN,
		filesAnalyzed: false,
		primaryPackagePurpose: "APPLICATION",
		sourceInfo: `commit ${commit}`
	};
}
/** What nobody here knows is said to be unknown: an empty field would be a claim. */
const UNKNOWN = {
	downloadLocation: "NOASSERTION",
	licenseConcluded: "NOASSERTION",
	licenseDeclared: "NOASSERTION",
	copyrightText: "NOASSERTION"
};
const PURPOSES = {
	program: "APPLICATION",
	files: "ARCHIVE",
	image: "CONTAINER"
};
function artefactPackage(one, version) {
	const { name, kind, digest, purl, files } = one;
	return {
		SPDXID: artefactId(one),
		name,
		versionInfo: version,
		...UNKNOWN,
		...files.length === 0 ? { filesAnalyzed: false } : {
			filesAnalyzed: true,
			packageVerificationCode: { packageVerificationCodeValue: verificationCode(files) },
			licenseInfoFromFiles: ["NOASSERTION"]
		},
		primaryPackagePurpose: PURPOSES[kind],
		...kind === "files" ? { comment: `digest over its files: ${digest}` } : { checksums: [{
			algorithm: "SHA256",
			checksumValue: digest.replace("sha256:", "")
		}] },
		...purl === null ? {} : references(purl)
	};
}
/** SHA-1 over the sorted SHA-1s of the files (SPDX specification 2.3, 7.9). */
function verificationCode(files) {
	const sums = files.map(({ sha1 }) => sha1).toSorted();
	return createHash("sha1").update(sums.join("")).digest("hex");
}
function packageOf({ purl, name, version, hashes, licence, goSum }) {
	const expression = licence === null ? null : licenceExpression(licence);
	return {
		SPDXID: idOf("Package", purl),
		name,
		...version === "" ? {} : { versionInfo: version },
		...UNKNOWN,
		...expression === null ? {} : { licenseDeclared: expression },
		...licence !== null && expression === null ? { licenseComments: `the package says: ${licence}` } : {},
		filesAnalyzed: false,
		primaryPackagePurpose: "LIBRARY",
		...hashes.length === 0 ? {} : { checksums: hashes.map((one) => ({
			algorithm: one.algorithm.replace("-", ""),
			checksumValue: one.hex
		})) },
		...goSum === null ? {} : { comment: `checksum of the module as go.sum has it: ${goSum}` },
		...references(purl)
	};
}
function references(purl) {
	return { externalRefs: [{
		referenceCategory: "PACKAGE-MANAGER",
		referenceType: "purl",
		referenceLocator: purl
	}] };
}
function filesOf(one) {
	return one.files.map(({ path, sha1, sha256 }) => ({
		SPDXID: fileId(one, path),
		fileName: `./${path}`,
		checksums: [{
			algorithm: "SHA1",
			checksumValue: sha1
		}, {
			algorithm: "SHA256",
			checksumValue: sha256
		}],
		licenseConcluded: "NOASSERTION",
		licenseInfoInFiles: ["NOASSERTION"],
		copyrightText: "NOASSERTION"
	}));
}
function artefactId({ name }) {
	return idOf("Artefact", name);
}
function fileId({ name }, path) {
	return idOf("File", `${name}/${path}`);
}
/** Identifiers may have letters, digits, dots and dashes only; the digits at the end keep names apart that differ in other signs. */
function idOf(kind, name) {
	const digits = sha256(name).slice(0, 12);
	return `SPDXRef-${kind}-${name.replaceAll(/[^A-Za-z0-9.]+/g, "-").slice(-60)}-${digits}`;
}
function relation(from, type, to) {
	return {
		spdxElementId: from,
		relationshipType: type,
		relatedSpdxElement: to
	};
}
function needed(uses, from, purl) {
	const use = uses.get(purl);
	const to = idOf("Package", purl);
	if (use === "build") return relation(to, "DEV_DEPENDENCY_OF", from);
	if (use === "optional") return relation(to, "OPTIONAL_DEPENDENCY_OF", from);
	return relation(from, "DEPENDS_ON", to);
}

// src/build/sbom/documents.ts
/** What a release consists of, in words of both formats; null while something is not built. Reads only. */
async function documentsOf(build, ctx) {
	const inventory = await inventoryOf(build, ctx);
	if (inventory === null) return null;
	const other = spdx(inventory);
	const cyclonedx = cycloneDx(inventory, bytesDigest(other));
	return {
		digest: bytesDigest(cyclonedx),
		cyclonedx,
		spdx: other
	};
}
/** What a release consists of; null while something is not built. Reads only. */
async function inventoryOf(build, ctx) {
	const { service, version, commit, directory, sources } = build;
	const artefacts = [];
	for (const source of sources) {
		const { path, digest } = await source.artefact.read(ctx);
		if (digest === null) return null;
		artefacts.push(await artefactOf(source, {
			path,
			digest
		}, artefacts, ctx));
	}
	return {
		service,
		version,
		commit,
		created: momentOf(await commitSeconds(directory, commit, ctx)),
		artefacts: artefacts.toSorted((a, b) => a.name < b.name ? -1 : 1)
	};
}
async function artefactOf(source, { path, digest }, known, ctx) {
	const { name } = source;
	if (source.kind === "go") return {
		name,
		kind: "program",
		digest,
		purl: null,
		files: [],
		...await goModules(path, ctx.exec, ctx.signal)
	};
	if (source.kind === "static") {
		const { packages, needs } = await lockedPackages(source.source);
		return {
			name,
			kind: "files",
			digest,
			purl: null,
			files: await filesIn(path),
			packages,
			needs
		};
	}
	const inside = known.filter((one) => source.of.includes(one.name));
	return {
		name,
		kind: "image",
		digest,
		purl: ociPurl(source, digest),
		files: [],
		packages: [],
		needs: [...new Set(inside.flatMap((one) => one.needs))].toSorted()
	};
}
async function lockedPackages(source) {
	if (source === null) return {
		packages: [],
		needs: []
	};
	const name = npmLock(source);
	if (name === void 0) return {
		packages: [],
		needs: []
	};
	const path = join(source, name);
	const text = await readFile(path, "utf8").catch((error) => {
		if (isMissing(error)) return null;
		throw error;
	});
	return text === null ? {
		packages: [],
		needs: []
	} : npmPackages(text, path);
}
const AT_ONCE = 8;
async function filesIn(path) {
	const entries = (await listTree(path)).filter(({ kind }) => kind === "f" || kind === "x");
	return mapLimited(entries, AT_ONCE, async (entry) => {
		const sha1 = createHash("sha1");
		const sha256 = createHash("sha256");
		for await (const chunk of createReadStream(join(path, entry.path))) {
			sha1.update(chunk);
			sha256.update(chunk);
		}
		return {
			path: entry.path,
			sha1: sha1.digest("hex"),
			sha256: sha256.digest("hex")
		};
	});
}

export { documentsOf };