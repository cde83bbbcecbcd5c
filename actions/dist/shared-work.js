import { Dn as tokenIn, En as challengeOf, On as tokenPlace, Pn as momentOf, Sn as labelsOf, g as tarHeader, m as TAR_LARGEST, v as tarPadding } from "./shared-common.js";
import { t as ProblemError } from "./shared-problem.js";
import { d as temporaryBeside, u as syncDirectory } from "./shared-store.js";
import { a as blobOf, c as indexSchema, d as manifestSchema, i as baseConfigSchema, l as layoutIndex, n as readLayout, o as configDocument, r as MEDIA, s as indexDocument, t as blobPath, u as manifestDocument } from "./shared-layout3.js";
import { r as whyNoAnswer } from "./shared-http-client.js";
import { a as mapLimited, i as listTree, n as bytesDigest } from "./shared-digest.js";
import { access, copyFile, link, lstat, mkdir, open, readFile, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { Readable } from "node:stream";
import { createHash } from "node:crypto";
import { createReadStream, openAsBlob } from "node:fs";
import { createRequire } from "module";

// src/build/oci/registry.ts
const TRIES = 4;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 3e4;
const TIMEOUT_MS = 3e4;
function openRegistry(place) {
	const base = new URL(place.registry);
	let token = null;
	const once = async (request, signal) => {
		const url = new URL(request.url, `${place.registry.replace(/\/+$/, "")}/`);
		const own = url.origin === base.origin;
		const answer = await attempt(place, request, url, own ? token ?? place.authorization() : null, signal);
		if (answer.status !== 401 || !own) return answer;
		const bought = await buyToken(place, answer, signal);
		if (bought === null) return answer;
		await answer.body?.cancel();
		token = `Bearer ${bought}`;
		return attempt(place, request, url, token, signal);
	};
	return { async send(request, signal) {
		const most = request.tries ?? TRIES;
		for (let tries = 1;; tries += 1) {
			const answer = await once(request, signal).catch((error) => {
				if (signal.aborted || tries >= most || !(error instanceof ProblemError)) throw error;
				return null;
			});
			const overloaded = answer === null || answer.status === 429 || answer.status >= 500;
			if (answer !== null && (!overloaded || tries >= most)) return answer;
			await answer?.body?.cancel();
			await place.clock.sleep(pauseMs(answer, tries), signal);
		}
	} };
}
/** How long until the next try: what the registry asks for, else twice as long each time. Milliseconds. */
function pauseMs(answer, tries) {
	const asked = Number(answer?.headers.get("retry-after") ?? NaN) * 1e3;
	const own = FIRST_PAUSE_MS * 2 ** (tries - 1);
	return Math.min(Number.isFinite(asked) && asked > 0 ? asked : own, LONGEST_PAUSE_MS);
}
async function attempt(place, { method, headers, body, timeoutMs = TIMEOUT_MS }, url, authorization, signal) {
	const timeout = AbortSignal.timeout(timeoutMs);
	try {
		return await fetch(url, {
			method,
			headers: {
				"user-agent": "shiplock",
				...headers,
				...authorization === null ? {} : { authorization }
			},
			body: body ?? null,
			redirect: "manual",
			signal: AbortSignal.any([timeout, signal])
		});
	} catch (error) {
		if (signal.aborted) throw signal.reason;
		throw unreachable(place, timeout.aborted ? `no answer within ${timeoutMs / 1e3} s` : whyNoAnswer(error));
	}
}
async function buyToken(place, answer, signal) {
	const challenge = challengeOf(answer.headers.get("www-authenticate") ?? "");
	if (challenge === null) return null;
	const { href, account } = tokenPlace(challenge, place.registry, place.authorization());
	const said = await attempt(place, {
		method: "GET",
		url: href
	}, new URL(href), account, signal);
	const text = await said.text();
	return said.status === 200 ? tokenIn(text) : null;
}
/** Repository without its registry. */
function repositoryOf(image) {
	return image.slice(image.indexOf("/") + 1);
}
function unreachable({ image, registry }, found) {
	return new ProblemError({
		code: "build.registry-unreachable",
		where: image,
		found,
		expected: `a registry that answers at ${registry}`,
		remedy: "does this machine reach it? `registry` of the component names another address"
	});
}
/** An answer that nothing can be done with. */
async function refusal(place, what, answer) {
	const words = (await answer.text().catch(() => "")).trim().slice(0, 300);
	const denied = answer.status === 401 || answer.status === 403;
	return new ProblemError({
		code: denied ? "build.registry-denied" : "build.registry-refused",
		where: place.image,
		found: `status ${answer.status} to ${what}${words === "" ? "" : `: ${words}`}`,
		expected: denied ? "an account that may push there" : "a registry that takes it",
		remedy: denied ? "mend `image.authorization` of the component, by a secret reference" : "mend what the registry names; then build again: what it has already is not sent twice"
	});
}

// src/build/oci/base.ts
/** An image to stand on: taken from its registry by digest, checked against it, and kept. */
/** Layers as Docker names them are what the specification names so. */
const LAYER_TYPES = {
	"application/vnd.docker.image.rootfs.diff.tar.gzip": MEDIA.layer,
	"application/vnd.docker.image.rootfs.diff.tar": "application/vnd.oci.image.layer.v1.tar"
};
const DOWNLOAD_MS = 9e5;
const MOST_REDIRECTS = 3;
/**
* Fetches a base image for one platform. What was fetched before is not asked for again.
*
* @param digest of its manifest, or of the index over several platforms
* @param platform `linux/amd64`
* @param cache directory, absolute
* @throws ProblemError when it is not there, not for this platform, or not what its digest says
*/
async function fetchBase(place, { digest, platform, cache }, signal) {
	const fetching = {
		registry: openRegistry(place),
		place,
		signal,
		cache
	};
	const manifest = await manifestFor(fetching, digest, platform);
	const config = await documentAt(fetching, "blobs", manifest.config.digest, baseConfigSchema);
	const layers = [];
	for (const { mediaType, digest: layer, size } of manifest.layers) {
		const path = await kept(fetching, "blobs", layer);
		layers.push({
			mediaType: LAYER_TYPES[mediaType] ?? mediaType,
			digest: layer,
			size,
			path
		});
	}
	return {
		config,
		layers
	};
}
async function manifestFor(fetching, digest, platform) {
	const path = await kept(fetching, "manifests", digest);
	const found = JSON.parse(await readFile(path, "utf8"));
	const index = indexSchema.safeParse(found);
	if (!index.success) return documentAt(fetching, "manifests", digest, manifestSchema);
	const [os, architecture] = platform.split("/");
	const one = index.data.manifests.find((each) => each.platform?.os === os && each.platform?.architecture === architecture);
	if (one !== void 0) return documentAt(fetching, "manifests", one.digest, manifestSchema);
	const has = index.data.manifests.flatMap((each) => each.platform === void 0 ? [] : [each.platform]);
	throw new ProblemError({
		code: "build.base-platform",
		where: `${fetching.place.image}@${digest}`,
		found: `images for ${has.map((each) => `${each.os}/${each.architecture}`).join(", ") || "no platform"}`,
		expected: `an image for ${platform}`,
		remedy: "take a base that has it, or leave the platform out of `platforms` of the component"
	});
}
async function documentAt(fetching, kind, digest, schema) {
	const path = await kept(fetching, kind, digest);
	const parsed = schema.safeParse(JSON.parse(await readFile(path, "utf8")));
	if (parsed.success) return parsed.data;
	throw new ProblemError({
		code: "build.base-unknown",
		where: `${fetching.place.image}@${digest}`,
		found: parsed.error.issues[0]?.message ?? "a document of another kind",
		expected: "an image of the OCI specification, or of Docker since 2016",
		remedy: "push the base anew with a present tool"
	});
}
/** Path of what has this digest; it is fetched, checked and moved there where it is not yet. */
async function kept(fetching, kind, digest) {
	const path = blobPath(fetching.cache, digest);
	if (await access(path).then(() => true, () => false)) return path;
	await mkdir(dirname(path), { recursive: true });
	const temporary = temporaryBeside(path);
	try {
		const found = await writeHashed(await download(fetching, `v2/${repositoryOf(fetching.place.image)}/${kind}/${digest}`), temporary);
		if (found !== digest) throw tampered(fetching, digest, found);
		await rename(temporary, path);
	} finally {
		await rm(temporary, { force: true });
	}
	return path;
}
/** Registries send to a store of blobs elsewhere. */
async function download({ registry, place, signal }, from) {
	const headers = { accept: [
		MEDIA.index,
		MEDIA.manifest,
		MEDIA.dockerIndex,
		MEDIA.dockerManifest,
		"*/*"
	].join(", ") };
	let url = from;
	for (let hop = 0; hop <= MOST_REDIRECTS; hop += 1) {
		const answer = await registry.send({
			method: "GET",
			url,
			headers,
			timeoutMs: DOWNLOAD_MS
		}, signal);
		const location = answer.headers.get("location");
		if (answer.status < 300 || answer.status >= 400 || location === null) {
			if (answer.status === 200) return answer;
			throw await refusal(place, `the question for ${from}`, answer);
		}
		await answer.body?.cancel();
		url = new URL(location, new URL(url, `${place.registry}/`)).href;
	}
	throw new ProblemError({
		code: "build.registry-refused",
		where: place.image,
		found: `more than ${MOST_REDIRECTS} redirects`,
		expected: "a registry that gives what it has",
		remedy: "is something between that changes what the registry answers? Ask it directly"
	});
}
async function writeHashed(answer, path) {
	const hash = createHash("sha256");
	const handle = await open(path, "wx", 420);
	try {
		if (answer.body !== null) for await (const chunk of Readable.fromWeb(answer.body)) {
			if (!(chunk instanceof Uint8Array)) throw new TypeError("a body is bytes");
			hash.update(chunk);
			await handle.writeFile(chunk);
		}
		await handle.sync();
	} finally {
		await handle.close();
	}
	return `sha256:${hash.digest("hex")}`;
}
function tampered({ place }, digest, found) {
	return new ProblemError({
		code: "build.registry-digest",
		where: `${place.image}@${digest}`,
		found,
		expected: `bytes with the digest ${digest}`,
		remedy: "something between changes what the registry answers: ask it directly"
	});
}

// src/build/oci/content.ts
/** What lies in the layers of an image. */
/** Number of the user that images of no base run as; the same that distroless images have. */
const NONROOT = 65532;
const CERTIFICATES = "etc/ssl/certs/ca-certificates.crt";
/**
* What a program from scratch expects of a system: accounts, the order in which names are looked up, a place for temporary files, and
* certificates of authorities where they are given. Pure.
*
* @param user number of the user that the image runs as
* @param certificates PEM; null: none
*/
function systemEntries(user, certificates) {
	const accounts = [...(user === 0 || user === 65532 ? [] : [user]).map((id) => ({
		id,
		name: "app"
	})), {
		id: NONROOT,
		name: "nonroot"
	}];
	const passwd = [
		"root:x:0:0:root:/root:/sbin/nologin",
		...accounts.map(({ id, name }) => `${name}:x:${id}:${id}:${name}:/home/${name}:/sbin/nologin`),
		"nobody:x:65534:65534:nobody:/nonexistent:/sbin/nologin"
	];
	const group = [
		"root:x:0:",
		...accounts.map(({ id, name }) => `${name}:x:${id}:`),
		"nogroup:x:65534:"
	];
	return [
		text("etc/passwd", passwd),
		text("etc/group", group),
		text("etc/nsswitch.conf", ["hosts: files dns"]),
		...accounts.map(({ id, name }) => ({
			kind: "directory",
			path: `home/${name}`,
			mode: 448,
			owner: id
		})),
		{
			kind: "directory",
			path: "tmp",
			mode: 1023
		},
		...certificates === null ? [] : [file(CERTIFICATES, certificates)]
	];
}
function text(path, lines) {
	return file(path, Buffer.from(`${lines.join("\n")}\n`));
}
function file(path, content) {
	return {
		kind: "file",
		path,
		mode: 420,
		size: content.length,
		content
	};
}
/**
* A file, or all that lies below a directory, at a place in the image. Modes of this machine do not count: 0755 for directories and
* programs, 0644 for the rest, so that a umask changes nothing.
*
* @param from absolute, on this machine
* @param to absolute, in the image
* @throws ProblemError for what is not there, and for what cannot be part of an artefact
*/
async function entriesOf(from, to) {
	const place = to.replace(/^\/+|\/+$/g, "");
	const stat = await lstat(from).catch(() => void 0);
	if (stat?.isFile() === true) return [onDisk(from, place, stat.size, (stat.mode & 64) !== 0)];
	if (stat?.isDirectory() !== true) throw missing(from);
	const below = (path) => place === "" ? path : `${place}/${path}`;
	return (await listTree(from)).map((one) => {
		if (one.kind === "d") return {
			kind: "directory",
			path: below(one.path),
			mode: 493
		};
		if (one.kind === "l") return {
			kind: "link",
			path: below(one.path),
			target: one.target
		};
		return onDisk(join(from, one.path), below(one.path), one.size, one.kind === "x");
	});
}
/** A program at a place in the image. */
async function programEntry(from, to) {
	const { size } = await lstat(from);
	return onDisk(from, to.replace(/^\/+/, ""), size, true);
}
function onDisk(content, path, size, program) {
	return {
		kind: "file",
		path,
		mode: program ? 493 : 420,
		size,
		content
	};
}
/** @throws ProblemError for a file that is not there or holds no certificate */
async function readCertificates(path) {
	const content = await readFile(path).catch(() => void 0);
	if (content?.includes("-----BEGIN CERTIFICATE-----") === true) return content;
	throw new ProblemError({
		code: "build.no-certificates",
		where: path,
		found: content === void 0 ? "no file that can be read" : "no certificate in it",
		expected: "certificates of authorities, PEM",
		remedy: "mend `image.certificates` of the component; a file in the repository makes the same image everywhere"
	});
}
function missing(path) {
	return new ProblemError({
		code: "build.no-such-file",
		where: path,
		found: "nothing",
		expected: "a file or directory for the image",
		remedy: "mend `image.files` of the component"
	});
}

// node_modules/fflate/esm/index.mjs
var require = createRequire("/");
var Worker;
try {
	Worker = require("worker_threads").Worker;
} catch (e) {}
var u8 = Uint8Array;
var u16 = Uint16Array;
var i32 = Int32Array;
var fleb = new u8([
	0,
	0,
	0,
	0,
	0,
	0,
	0,
	0,
	1,
	1,
	1,
	1,
	2,
	2,
	2,
	2,
	3,
	3,
	3,
	3,
	4,
	4,
	4,
	4,
	5,
	5,
	5,
	5,
	0,
	0,
	0,
	0
]);
var fdeb = new u8([
	0,
	0,
	0,
	0,
	1,
	1,
	2,
	2,
	3,
	3,
	4,
	4,
	5,
	5,
	6,
	6,
	7,
	7,
	8,
	8,
	9,
	9,
	10,
	10,
	11,
	11,
	12,
	12,
	13,
	13,
	0,
	0
]);
var clim = new u8([
	16,
	17,
	18,
	0,
	8,
	7,
	9,
	6,
	10,
	5,
	11,
	4,
	12,
	3,
	13,
	2,
	14,
	1,
	15
]);
var freb = function(eb, start) {
	var b = new u16(31);
	for (var i = 0; i < 31; ++i) b[i] = start += 1 << eb[i - 1];
	var r = new i32(b[30]);
	for (var i = 1; i < 30; ++i) for (var j = b[i]; j < b[i + 1]; ++j) r[j] = j - b[i] << 5 | i;
	return {
		b,
		r
	};
};
var _a = freb(fleb, 2);
var fl = _a.b;
var revfl = _a.r;
fl[28] = 258, revfl[258] = 28;
var _b = freb(fdeb, 0);
var fd = _b.b;
var revfd = _b.r;
var rev = new u16(32768);
for (var i = 0; i < 32768; ++i) {
	var x = (i & 43690) >> 1 | (i & 21845) << 1;
	x = (x & 52428) >> 2 | (x & 13107) << 2;
	x = (x & 61680) >> 4 | (x & 3855) << 4;
	rev[i] = ((x & 65280) >> 8 | (x & 255) << 8) >> 1;
}
var hMap = (function(cd, mb, r) {
	var s = cd.length;
	var i = 0;
	var l = new u16(mb);
	for (; i < s; ++i) if (cd[i]) ++l[cd[i] - 1];
	var le = new u16(mb);
	for (i = 1; i < mb; ++i) le[i] = le[i - 1] + l[i - 1] << 1;
	var co;
	if (r) {
		co = new u16(1 << mb);
		var rvb = 15 - mb;
		for (i = 0; i < s; ++i) if (cd[i]) {
			var sv = i << 4 | cd[i];
			var r_1 = mb - cd[i];
			var v = le[cd[i] - 1]++ << r_1;
			for (var m = v | (1 << r_1) - 1; v <= m; ++v) co[rev[v] >> rvb] = sv;
		}
	} else {
		co = new u16(s);
		for (i = 0; i < s; ++i) if (cd[i]) co[i] = rev[le[cd[i] - 1]++] >> 15 - cd[i];
	}
	return co;
});
var flt = new u8(288);
for (var i = 0; i < 144; ++i) flt[i] = 8;
for (var i = 144; i < 256; ++i) flt[i] = 9;
for (var i = 256; i < 280; ++i) flt[i] = 7;
for (var i = 280; i < 288; ++i) flt[i] = 8;
var fdt = new u8(32);
for (var i = 0; i < 32; ++i) fdt[i] = 5;
var flm = /*#__PURE__*/ hMap(flt, 9, 0);
var fdm = /*#__PURE__*/ hMap(fdt, 5, 0);
var shft = function(p) {
	return (p + 7) / 8 | 0;
};
var slc = function(v, s, e) {
	if (s == null || s < 0) s = 0;
	if (e == null || e > v.length) e = v.length;
	return new u8(v.subarray(s, e));
};
var ec = [
	"unexpected EOF",
	"invalid block type",
	"invalid length/literal",
	"invalid distance",
	"stream finished",
	"no stream handler",
	,
	"no callback",
	"invalid UTF-8 data",
	"extra field too long",
	"date not in range 1980-2099",
	"filename too long",
	"stream finishing",
	"invalid zip data"
];
var err = function(ind, msg, nt) {
	var e = new Error(msg || ec[ind]);
	e.code = ind;
	if (Error.captureStackTrace) Error.captureStackTrace(e, err);
	if (!nt) throw e;
	return e;
};
var wbits = function(d, p, v) {
	v <<= p & 7;
	var o = p / 8 | 0;
	d[o] |= v;
	d[o + 1] |= v >> 8;
};
var wbits16 = function(d, p, v) {
	v <<= p & 7;
	var o = p / 8 | 0;
	d[o] |= v;
	d[o + 1] |= v >> 8;
	d[o + 2] |= v >> 16;
};
var hTree = function(d, mb) {
	var t = [];
	for (var i = 0; i < d.length; ++i) if (d[i]) t.push({
		s: i,
		f: d[i]
	});
	var s = t.length;
	var t2 = t.slice();
	if (!s) return {
		t: et,
		l: 0
	};
	if (s == 1) {
		var v = new u8(t[0].s + 1);
		v[t[0].s] = 1;
		return {
			t: v,
			l: 1
		};
	}
	t.sort(function(a, b) {
		return a.f - b.f;
	});
	t.push({
		s: -1,
		f: 25001
	});
	var l = t[0], r = t[1], i0 = 0, i1 = 1, i2 = 2;
	t[0] = {
		s: -1,
		f: l.f + r.f,
		l,
		r
	};
	while (i1 != s - 1) {
		l = t[t[i0].f < t[i2].f ? i0++ : i2++];
		r = t[i0 != i1 && t[i0].f < t[i2].f ? i0++ : i2++];
		t[i1++] = {
			s: -1,
			f: l.f + r.f,
			l,
			r
		};
	}
	var maxSym = t2[0].s;
	for (var i = 1; i < s; ++i) if (t2[i].s > maxSym) maxSym = t2[i].s;
	var tr = new u16(maxSym + 1);
	var mbt = ln(t[i1 - 1], tr, 0);
	if (mbt > mb) {
		var i = 0, dt = 0;
		var lft = mbt - mb, cst = 1 << lft;
		t2.sort(function(a, b) {
			return tr[b.s] - tr[a.s] || a.f - b.f;
		});
		for (; i < s; ++i) {
			var i2_1 = t2[i].s;
			if (tr[i2_1] > mb) {
				dt += cst - (1 << mbt - tr[i2_1]);
				tr[i2_1] = mb;
			} else break;
		}
		dt >>= lft;
		while (dt > 0) {
			var i2_2 = t2[i].s;
			if (tr[i2_2] < mb) dt -= 1 << mb - tr[i2_2]++ - 1;
			else ++i;
		}
		for (; i >= 0 && dt; --i) {
			var i2_3 = t2[i].s;
			if (tr[i2_3] == mb) {
				--tr[i2_3];
				++dt;
			}
		}
		mbt = mb;
	}
	return {
		t: new u8(tr),
		l: mbt
	};
};
var ln = function(n, l, d) {
	return n.s == -1 ? Math.max(ln(n.l, l, d + 1), ln(n.r, l, d + 1)) : l[n.s] = d;
};
var lc = function(c) {
	var s = c.length;
	while (s && !c[--s]);
	var cl = new u16(++s);
	var cli = 0, cln = c[0], cls = 1;
	var w = function(v) {
		cl[cli++] = v;
	};
	for (var i = 1; i <= s; ++i) if (c[i] == cln && i != s) ++cls;
	else {
		if (!cln && cls > 2) {
			for (; cls > 138; cls -= 138) w(32754);
			if (cls > 2) {
				w(cls > 10 ? cls - 11 << 5 | 28690 : cls - 3 << 5 | 12305);
				cls = 0;
			}
		} else if (cls > 3) {
			w(cln), --cls;
			for (; cls > 6; cls -= 6) w(8304);
			if (cls > 2) w(cls - 3 << 5 | 8208), cls = 0;
		}
		while (cls--) w(cln);
		cls = 1;
		cln = c[i];
	}
	return {
		c: cl.subarray(0, cli),
		n: s
	};
};
var clen = function(cf, cl) {
	var l = 0;
	for (var i = 0; i < cl.length; ++i) l += cf[i] * cl[i];
	return l;
};
var wfblk = function(out, pos, dat) {
	var s = dat.length;
	var o = shft(pos + 2);
	out[o] = s & 255;
	out[o + 1] = s >> 8;
	out[o + 2] = out[o] ^ 255;
	out[o + 3] = out[o + 1] ^ 255;
	for (var i = 0; i < s; ++i) out[o + i + 4] = dat[i];
	return (o + 4 + s) * 8;
};
var wblk = function(dat, out, final, syms, lf, df, eb, li, bs, bl, p) {
	wbits(out, p++, final);
	++lf[256];
	var _a = hTree(lf, 15), dlt = _a.t, mlb = _a.l;
	var _b = hTree(df, 15), ddt = _b.t, mdb = _b.l;
	var _c = lc(dlt), lclt = _c.c, nlc = _c.n;
	var _d = lc(ddt), lcdt = _d.c, ndc = _d.n;
	var lcfreq = new u16(19);
	for (var i = 0; i < lclt.length; ++i) ++lcfreq[lclt[i] & 31];
	for (var i = 0; i < lcdt.length; ++i) ++lcfreq[lcdt[i] & 31];
	var _e = hTree(lcfreq, 7), lct = _e.t, mlcb = _e.l;
	var nlcc = 19;
	for (; nlcc > 4 && !lct[clim[nlcc - 1]]; --nlcc);
	var flen = bl + 5 << 3;
	var ftlen = clen(lf, flt) + clen(df, fdt) + eb;
	var dtlen = clen(lf, dlt) + clen(df, ddt) + eb + 14 + 3 * nlcc + clen(lcfreq, lct) + 2 * lcfreq[16] + 3 * lcfreq[17] + 7 * lcfreq[18];
	if (bs >= 0 && flen <= ftlen && flen <= dtlen) return wfblk(out, p, dat.subarray(bs, bs + bl));
	var lm, ll, dm, dl;
	wbits(out, p, 1 + (dtlen < ftlen)), p += 2;
	if (dtlen < ftlen) {
		lm = hMap(dlt, mlb, 0), ll = dlt, dm = hMap(ddt, mdb, 0), dl = ddt;
		var llm = hMap(lct, mlcb, 0);
		wbits(out, p, nlc - 257);
		wbits(out, p + 5, ndc - 1);
		wbits(out, p + 10, nlcc - 4);
		p += 14;
		for (var i = 0; i < nlcc; ++i) wbits(out, p + 3 * i, lct[clim[i]]);
		p += 3 * nlcc;
		var lcts = [lclt, lcdt];
		for (var it = 0; it < 2; ++it) {
			var clct = lcts[it];
			for (var i = 0; i < clct.length; ++i) {
				var len = clct[i] & 31;
				wbits(out, p, llm[len]), p += lct[len];
				if (len > 15) wbits(out, p, clct[i] >> 5 & 127), p += clct[i] >> 12;
			}
		}
	} else lm = flm, ll = flt, dm = fdm, dl = fdt;
	for (var i = 0; i < li; ++i) {
		var sym = syms[i];
		if (sym > 255) {
			var len = sym >> 18 & 31;
			wbits16(out, p, lm[len + 257]), p += ll[len + 257];
			if (len > 7) wbits(out, p, sym >> 23 & 31), p += fleb[len];
			var dst = sym & 31;
			wbits16(out, p, dm[dst]), p += dl[dst];
			if (dst > 3) wbits16(out, p, sym >> 5 & 8191), p += fdeb[dst];
		} else wbits16(out, p, lm[sym]), p += ll[sym];
	}
	wbits16(out, p, lm[256]);
	return p + ll[256];
};
var deo = /*#__PURE__*/ new i32([
	65540,
	131080,
	131088,
	131104,
	262176,
	1048704,
	1048832,
	2114560,
	2117632
]);
var et = /*#__PURE__*/ new u8(0);
var dflt = function(dat, lvl, plvl, pre, post, st) {
	var s = st.z || dat.length;
	var o = new u8(pre + s + 5 * (1 + Math.ceil(s / 7e3)) + post);
	var w = o.subarray(pre, o.length - post);
	var lst = st.l;
	var pos = (st.r || 0) & 7;
	if (lvl) {
		if (pos) w[0] = st.r >> 3;
		var opt = deo[lvl - 1];
		var n = opt >> 13, c = opt & 8191;
		var msk_1 = (1 << plvl) - 1;
		var prev = st.p || new u16(32768), head = st.h || new u16(msk_1 + 1);
		var bs1_1 = Math.ceil(plvl / 3), bs2_1 = 2 * bs1_1;
		var hsh = function(i) {
			return (dat[i] ^ dat[i + 1] << bs1_1 ^ dat[i + 2] << bs2_1) & msk_1;
		};
		var syms = new i32(25e3);
		var lf = new u16(288), df = new u16(32);
		var lc_1 = 0, eb = 0, i = st.i || 0, li = 0, wi = st.w || 0, bs = 0;
		for (; i + 2 < s; ++i) {
			var hv = hsh(i);
			var imod = i & 32767, pimod = head[hv];
			prev[imod] = pimod;
			head[hv] = imod;
			if (wi <= i) {
				var rem = s - i;
				if ((lc_1 > 7e3 || li > 24576) && (rem > 423 || !lst)) {
					pos = wblk(dat, w, 0, syms, lf, df, eb, li, bs, i - bs, pos);
					li = lc_1 = eb = 0, bs = i;
					for (var j = 0; j < 286; ++j) lf[j] = 0;
					for (var j = 0; j < 30; ++j) df[j] = 0;
				}
				var l = 2, d = 0, ch_1 = c, dif = imod - pimod & 32767;
				if (rem > 2 && hv == hsh(i - dif)) {
					var maxn = Math.min(n, rem) - 1;
					var maxd = Math.min(32767, i);
					var ml = Math.min(258, rem);
					while (dif <= maxd && --ch_1 && imod != pimod) {
						if (dat[i + l] == dat[i + l - dif]) {
							var nl = 0;
							for (; nl < ml && dat[i + nl] == dat[i + nl - dif]; ++nl);
							if (nl > l) {
								l = nl, d = dif;
								if (nl > maxn) break;
								var mmd = Math.min(dif, nl - 2);
								var md = 0;
								for (var j = 0; j < mmd; ++j) {
									var ti = i - dif + j & 32767;
									var cd = ti - prev[ti] & 32767;
									if (cd > md) md = cd, pimod = ti;
								}
							}
						}
						imod = pimod, pimod = prev[imod];
						dif += imod - pimod & 32767;
					}
				}
				if (d) {
					syms[li++] = 268435456 | revfl[l] << 18 | revfd[d];
					var lin = revfl[l] & 31, din = revfd[d] & 31;
					eb += fleb[lin] + fdeb[din];
					++lf[257 + lin];
					++df[din];
					wi = i + l;
					++lc_1;
				} else {
					syms[li++] = dat[i];
					++lf[dat[i]];
				}
			}
		}
		for (i = Math.max(i, wi); i < s; ++i) {
			syms[li++] = dat[i];
			++lf[dat[i]];
		}
		pos = wblk(dat, w, lst, syms, lf, df, eb, li, bs, i - bs, pos);
		if (!lst) {
			st.r = pos & 7 | w[pos / 8 | 0] << 3;
			pos -= 7;
			st.h = head, st.p = prev, st.i = i, st.w = wi;
		}
	} else {
		for (var i = st.w || 0; i < s + lst; i += 65535) {
			var e = i + 65535;
			if (e >= s) {
				w[pos / 8 | 0] = lst;
				e = s;
			}
			pos = wfblk(w, pos + 1, dat.subarray(i, e));
		}
		st.i = s;
	}
	return slc(o, 0, pre + shft(pos) + post);
};
var crct = /*#__PURE__*/ (function() {
	var t = /* @__PURE__ */ new Int32Array(256);
	for (var i = 0; i < 256; ++i) {
		var c = i, k = 9;
		while (--k) c = (c & 1 && -306674912) ^ c >>> 1;
		t[i] = c;
	}
	return t;
})();
var crc = function() {
	var c = -1;
	return {
		p: function(d) {
			var cr = c;
			for (var i = 0; i < d.length; ++i) cr = crct[cr & 255 ^ d[i]] ^ cr >>> 8;
			c = cr;
		},
		d: function() {
			return ~c;
		}
	};
};
var dopt = function(dat, opt, pre, post, st) {
	if (!st) {
		st = { l: 1 };
		if (opt.dictionary) {
			var dict = opt.dictionary.subarray(-32768);
			var newDat = new u8(dict.length + dat.length);
			newDat.set(dict);
			newDat.set(dat, dict.length);
			dat = newDat;
			st.w = dict.length;
		}
	}
	return dflt(dat, opt.level == null ? 6 : opt.level, opt.mem == null ? st.l ? Math.ceil(Math.max(8, Math.min(13, Math.log(dat.length))) * 1.5) : 20 : 12 + opt.mem, pre, post, st);
};
var wbytes = function(d, b, v) {
	for (; v; ++b) d[b] = v, v >>>= 8;
};
var gzh = function(c, o) {
	var fn = o.filename;
	c[0] = 31, c[1] = 139, c[2] = 8, c[8] = o.level < 2 ? 4 : o.level == 9 ? 2 : 0, c[9] = 3;
	if (o.mtime != 0) wbytes(c, 4, Math.floor(new Date(o.mtime || Date.now()) / 1e3));
	if (fn) {
		c[3] = 8;
		for (var i = 0; i <= fn.length; ++i) c[i + 10] = fn.charCodeAt(i);
	}
};
var gzhl = function(o) {
	return 10 + (o.filename ? o.filename.length + 1 : 0);
};
/**
* Streaming DEFLATE compression
*/
var Deflate = /* @__PURE__ */ function() {
	function Deflate(opts, cb) {
		if (typeof opts == "function") cb = opts, opts = {};
		this.ondata = cb;
		this.o = opts || {};
		this.s = {
			l: 0,
			i: 32768,
			w: 32768,
			z: 32768
		};
		this.b = new u8(98304);
		if (this.o.dictionary) {
			var dict = this.o.dictionary.subarray(-32768);
			this.b.set(dict, 32768 - dict.length);
			this.s.i = 32768 - dict.length;
		}
	}
	Deflate.prototype.p = function(c, f) {
		this.ondata(dopt(c, this.o, 0, 0, this.s), f);
	};
	/**
	* Pushes a chunk to be deflated
	* @param chunk The chunk to push
	* @param final Whether this is the last chunk
	*/
	Deflate.prototype.push = function(chunk, final) {
		if (!this.ondata) err(5);
		if (this.s.l) err(4);
		var endLen = chunk.length + this.s.z;
		if (endLen > this.b.length) {
			if (endLen > 2 * this.b.length - 32768) {
				var newBuf = new u8(endLen & -32768);
				newBuf.set(this.b.subarray(0, this.s.z));
				this.b = newBuf;
			}
			var split = this.b.length - this.s.z;
			this.b.set(chunk.subarray(0, split), this.s.z);
			this.s.z = this.b.length;
			this.p(this.b, false);
			this.b.set(this.b.subarray(-32768));
			this.b.set(chunk.subarray(split), 32768);
			this.s.z = chunk.length - split + 32768;
			this.s.i = 32766, this.s.w = 32768;
		} else {
			this.b.set(chunk, this.s.z);
			this.s.z += chunk.length;
		}
		this.s.l = final & 1;
		if (this.s.z > this.s.w + 8191 || final) {
			this.p(this.b, final || false);
			this.s.w = this.s.i, this.s.i -= 2;
		}
	};
	/**
	* Flushes buffered uncompressed data. Useful to immediately retrieve the
	* deflated output for small inputs.
	*/
	Deflate.prototype.flush = function() {
		if (!this.ondata) err(5);
		if (this.s.l) err(4);
		this.p(this.b, false);
		this.s.w = this.s.i, this.s.i -= 2;
	};
	return Deflate;
}();
/**
* Streaming GZIP compression
*/
var Gzip = /* @__PURE__ */ function() {
	function Gzip(opts, cb) {
		this.c = crc();
		this.l = 0;
		this.v = 1;
		Deflate.call(this, opts, cb);
	}
	/**
	* Pushes a chunk to be GZIPped
	* @param chunk The chunk to push
	* @param final Whether this is the last chunk
	*/
	Gzip.prototype.push = function(chunk, final) {
		this.c.p(chunk);
		this.l += chunk.length;
		Deflate.prototype.push.call(this, chunk, final);
	};
	Gzip.prototype.p = function(c, f) {
		var raw = dopt(c, this.o, this.v && gzhl(this.o), f && 8, this.s);
		if (this.v) gzh(raw, this.o), this.v = 0;
		if (f) wbytes(raw, raw.length - 8, this.c.d()), wbytes(raw, raw.length - 4, this.l);
		this.ondata(raw, f);
	};
	/**
	* Flushes buffered uncompressed data. Useful to immediately retrieve the
	* GZIPped output for small inputs.
	*/
	Gzip.prototype.flush = function() {
		Deflate.prototype.flush.call(this);
	};
	return Gzip;
}();
var td = typeof TextDecoder != "undefined" && /*#__PURE__*/ new TextDecoder();
var tds = 0;
try {
	td.decode(et, { stream: true });
	tds = 1;
} catch (e) {}

// src/build/oci/tar.ts
/**
* The archive, piece by piece. Parents that are not among the entries are added (mode 0755, owner 0).
*
* @param mtime of every entry, seconds since 1970
* @throws ProblemError `build.file-changed` for a file that is not as long as it was when it was listed
*/
async function* tarArchive(entries, mtime) {
	for (const entry of withParents(entries)) {
		yield* headers(entry, mtime);
		if (entry.kind === "file") yield* contentOf$1(entry);
	}
	yield new Uint8Array(2 * 512);
}
/** Sorted by the bytes of the name, each name once (the last one given counts), with every parent. Pure. */
function withParents(entries) {
	const all = /* @__PURE__ */ new Map();
	for (const entry of entries) {
		const names = entry.path.split("/");
		for (let depth = 1; depth < names.length; depth += 1) {
			const path = names.slice(0, depth).join("/");
			if (!all.has(path)) all.set(path, {
				kind: "directory",
				path,
				mode: 493
			});
		}
		all.set(entry.path, entry);
	}
	return [...all.values()].toSorted((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)));
}
function* headers(entry, mtime) {
	const path = entry.kind === "directory" ? `${entry.path}/` : entry.path;
	const target = entry.kind === "link" ? entry.target : "";
	const size = entry.kind === "file" ? entry.size : 0;
	const owner = entry.owner ?? 0;
	const records = [...record("path", path), ...record("linkpath", target)];
	if (records.length > 0) {
		const body = Buffer.concat(records);
		yield header({
			path: "PaxHeaders/entry",
			target: "",
			type: "x",
			mode: 420,
			owner: 0,
			size: body.length,
			mtime
		});
		yield body;
		yield tarPadding(body.length);
	}
	yield header({
		path,
		target,
		type: entry.kind === "directory" ? "5" : entry.kind === "link" ? "2" : "0",
		mode: entry.kind === "link" ? 511 : entry.mode,
		owner,
		size,
		mtime
	});
}
async function* contentOf$1(entry) {
	const { content, size } = entry;
	let seen = 0;
	if (typeof content !== "string") {
		seen = content.length;
		yield content;
	} else for await (const chunk of createReadStream(content, { highWaterMark: 262144 })) {
		if (!(chunk instanceof Uint8Array)) throw new TypeError("a file is read as bytes");
		seen += chunk.length;
		yield chunk;
	}
	if (seen !== size) throw changed(entry, seen);
	yield tarPadding(size);
}
function header({ path, target, size, ...rest }) {
	if (size > 8589934591) throw tooLarge(path, size);
	return tarHeader({
		...rest,
		name: ascii(path),
		target: ascii(target),
		size
	});
}
function ascii(text) {
	return text.replaceAll(/[^\x20-\x7e]/g, "_");
}
/** A pax record counts its own length, digits included. */
function record(key, value) {
	if (Buffer.byteLength(value) <= 100 && value === ascii(value)) return [];
	const rest = Buffer.byteLength(` ${key}=${value}\n`);
	let length = rest + String(rest).length;
	if (rest + String(length).length !== length) length = rest + String(length).length;
	return [Buffer.from(`${length} ${key}=${value}\n`)];
}
function changed({ path, size }, seen) {
	return new ProblemError({
		code: "build.file-changed",
		where: path,
		found: `${seen} bytes`,
		expected: `${size} bytes, as when the image was begun`,
		remedy: "let nothing write there while it is built, then build again"
	});
}
function tooLarge(path, size) {
	return new ProblemError({
		code: "build.file-too-large",
		where: path,
		found: `${size} bytes`,
		expected: "less than 8 GiB: more does not fit into the header of a tar archive",
		remedy: "keep it out of the image, in a volume of its own"
	});
}

// src/build/oci/write.ts
/**
* Bytes of zlib differ between versions of Node and between processors, and with them the digests: so layers are compressed by a library
* in JavaScript whose version is pinned.
*/
const LEVEL = 6;
/** Writes an image to `directory`, which appears by a rename. Returns its digest. */
async function writeLayout(directory, content) {
	const partial = `${directory}.partial`;
	await rm(partial, {
		recursive: true,
		force: true
	});
	await mkdir(join(partial, "blobs", "sha256"), { recursive: true });
	const written = /* @__PURE__ */ new Map();
	const manifests = [];
	for (const image of content.platforms) {
		const layers = [];
		for (const layer of image.layers) {
			const known = written.get(layer) ?? await writeLayer(partial, layer);
			written.set(layer, known);
			layers.push(known);
		}
		for (const one of image.base?.layers ?? []) await takeOver(partial, one);
		manifests.push({
			platform: image.platform,
			manifest: await writeImage$1(partial, content, image, layers)
		});
	}
	const [first] = manifests;
	if (first === void 0) throw new TypeError("an image has at least one platform");
	const several = manifests.length > 1;
	const root = several ? blobOf(indexDocument(manifests, content.labels)) : first.manifest;
	if (several) await writeBlob(partial, root);
	const index = layoutIndex(root, several ? MEDIA.index : MEDIA.manifest, content.tag);
	await writeDurably(join(partial, "oci-layout"), Buffer.from("{\"imageLayoutVersion\":\"1.0.0\"}"));
	await writeDurably(join(partial, "index.json"), Buffer.from(JSON.stringify(index)));
	await syncDirectory(join(partial, "blobs", "sha256"));
	await syncDirectory(partial);
	await rename(partial, directory);
	await syncDirectory(dirname(directory));
	return root.digest;
}
async function writeImage$1(directory, { created, labels }, { platform, base, runs }, layers) {
	const config = blobOf(configDocument({
		platform,
		created,
		labels,
		runs,
		base: base?.config ?? null,
		layers
	}));
	await writeBlob(directory, config);
	const own = layers.map(({ digest, size }) => ({
		mediaType: MEDIA.layer,
		digest,
		size
	}));
	const manifest = blobOf(manifestDocument(config, [...base?.layers ?? [], ...own], labels));
	await writeBlob(directory, manifest);
	return manifest;
}
/** Archive, compressed, under its digest. */
async function writeLayer(directory, { entries, mtime, what }) {
	const temporary = join(directory, "layer.tmp");
	const plain = createHash("sha256");
	const packed = createHash("sha256");
	const handle = await open(temporary, "w", 420);
	let size = 0;
	try {
		const pieces = [];
		const gzip = new Gzip({
			level: LEVEL,
			mtime: 0
		}, (piece) => void pieces.push(piece));
		const drain = async () => {
			for (const piece of pieces.splice(0)) {
				packed.update(piece);
				size += piece.length;
				await handle.writeFile(piece);
			}
		};
		for await (const chunk of evenly(tarArchive(entries, mtime))) {
			plain.update(chunk);
			gzip.push(chunk);
			await drain();
		}
		gzip.push(/* @__PURE__ */ new Uint8Array(0), true);
		await drain();
		await handle.sync();
	} finally {
		await handle.close();
	}
	const digest = `sha256:${packed.digest("hex")}`;
	await rename(temporary, blobPath(directory, digest));
	return {
		digest,
		size,
		diffId: `sha256:${plain.digest("hex")}`,
		what
	};
}
const PIECE = 131072;
/** The same bytes in pieces of one size: what a stream happens to give at once must not show in what is compressed. */
async function* evenly(stream) {
	let held = [];
	let length = 0;
	for await (const chunk of stream) {
		held.push(chunk);
		length += chunk.length;
		if (length < PIECE) continue;
		const all = Buffer.concat(held);
		let at = 0;
		for (; at + PIECE <= all.length; at += PIECE) yield all.subarray(at, at + PIECE);
		held = [all.subarray(at)];
		length = all.length - at;
	}
	if (length > 0) yield Buffer.concat(held);
}
async function writeBlob(directory, { bytes, digest }) {
	await writeDurably(blobPath(directory, digest), bytes);
}
async function writeDurably(path, bytes) {
	const handle = await open(path, "w", 420);
	try {
		await handle.writeFile(bytes);
		await handle.sync();
	} finally {
		await handle.close();
	}
}
/** A layer of the base image, which lies in a cache already. */
async function takeOver(directory, { digest, path }) {
	const to = blobPath(directory, digest);
	await link(path, to).catch(() => copyFile(path, to));
}

// src/build/oci/assemble.ts
/** From what was built to what lies in an image. Heavy to load, so it is loaded where an image is written. */
/** Directory of programs in images. */
const PROGRAMS = "/app";
/** Writes the image of a build to its place. */
async function writeImage(build, place, ctx) {
	await writeLayout(place.directory, await contentOf(build, place, ctx));
}
async function contentOf(build, { created }, ctx) {
	const { settings, parts } = build;
	const moment = momentOf(created);
	const system = [];
	if (settings.base === null || settings.certificates !== null) {
		const certificates = settings.certificates === null ? null : await readCertificates(settings.certificates);
		const entries = systemEntries(settings.user, certificates);
		const kept = settings.base === null ? entries : entries.filter(({ path }) => path.startsWith("etc/ssl/"));
		system.push({
			what: "accounts and certificates",
			entries: kept,
			mtime: 0
		});
	}
	const more = (await Promise.all(settings.files.map(({ from, to }) => entriesOf(from, to)))).flat();
	const files = more.length === 0 ? [] : [{
		what: "files",
		entries: more,
		mtime: created
	}];
	const below = [...system, ...files];
	const image = async (platform, part, runs) => ({
		platform,
		layers: [...below, part],
		base: await baseFor(build, platform, ctx),
		runs
	});
	const platforms = [];
	const runs = runsOf(settings, parts);
	if (parts.kind === "static") {
		const { path } = await parts.artefact.read(ctx);
		const part = {
			what: "files of the site",
			entries: await entriesOf(path, parts.to),
			mtime: created
		};
		for (const platform of parts.platforms) platforms.push(await image(platform, part, runs));
	} else for (const { platform, artefact } of parts.programs) {
		const { path } = await artefact.read(ctx);
		const entries = [await programEntry(path, `${PROGRAMS}/${parts.binary}`)];
		platforms.push(await image(platform, {
			what: `program ${parts.binary}`,
			entries,
			mtime: created
		}, runs));
	}
	return {
		tag: settings.tag,
		created: moment,
		labels: labelsOf(build, created),
		platforms
	};
}
function runsOf({ user, entrypoint, arguments: words, env, port }, parts) {
	const own = parts.kind === "go" ? [`${PROGRAMS}/${basename(parts.binary)}`] : null;
	return {
		user: `${user}:${user}`,
		entrypoint: entrypoint ?? own,
		arguments: words,
		env,
		port
	};
}
async function baseFor({ settings: { base, repository }, outDir, clock, authorization }, platform, ctx) {
	if (base === null) return null;
	const same = base.image.split("/")[0] === repository.split("/")[0];
	const place = {
		image: base.image,
		registry: base.registry,
		authorization: same ? authorization : () => null,
		clock
	};
	return fetchBase(place, {
		digest: base.digest,
		platform,
		cache: join(outDir, "bases")
	}, ctx.signal);
}

// src/build/oci/push.ts
const AT_ONCE = 3;
const PIECE_BYTES = 33554432;
const UPLOAD_MS = 9e5;
const UPLOADS = 3;
/** @throws ProblemError `build.tag-taken` when the tag names another image and may not be moved; nothing was sent then */
async function pushImage(request, signal) {
	const registry = openRegistry(request.place);
	const pushing = {
		...request,
		registry,
		signal,
		root: `v2/${repositoryOf(request.place.image)}`
	};
	const { layout, tag, moves } = pushing;
	const before = await tagged(pushing);
	if (before === layout.root.digest) return {
		sent: 0,
		sentBytes: 0,
		mounted: 0,
		present: layout.blobs.length
	};
	if (before !== null && !moves) throw tagTaken(pushing, before);
	const how = await mapLimited(layout.blobs, AT_ONCE, (blob) => bring(pushing, blob));
	for (const manifest of layout.manifests) if (manifest !== layout.root) await putManifest(pushing, manifest, manifest.digest);
	await putManifest(pushing, layout.root, tag);
	const bytes = layout.blobs.map(({ size }, index) => how[index] === "sent" ? size : 0);
	return {
		sent: how.filter((one) => one === "sent").length,
		sentBytes: bytes.reduce((total, size) => total + size, 0),
		mounted: how.filter((one) => one === "mounted").length,
		present: how.filter((one) => one === "present").length
	};
}
const ANY_MANIFEST = [
	MEDIA.index,
	MEDIA.manifest,
	MEDIA.dockerIndex,
	MEDIA.dockerManifest
].join(", ");
/** What the tag names now; null: nothing. */
async function tagged(pushing) {
	const { registry, root, tag, signal, place } = pushing;
	const url = `${root}/manifests/${tag}`;
	const answer = await registry.send({
		method: "GET",
		url,
		headers: { accept: ANY_MANIFEST }
	}, signal);
	if (answer.status === 404) {
		await answer.body?.cancel();
		return null;
	}
	if (answer.status !== 200) throw await refusal(place, `the question for ${tag}`, answer);
	const bytes = Buffer.from(await answer.arrayBuffer());
	return bytesDigest(bytes);
}
/** An upload that breaks off is begun anew; what came whole although its answer was lost is there then. */
async function bring(pushing, blob) {
	for (let tries = 1;; tries += 1) try {
		return await bringOnce(pushing, blob);
	} catch (error) {
		const denied = error instanceof ProblemError && error.problems.some(({ code }) => code === "build.registry-denied");
		if (pushing.signal.aborted || denied || tries >= UPLOADS) throw error;
		await pushing.place.clock.sleep(tries * 1e3, pushing.signal);
	}
}
async function bringOnce(pushing, blob) {
	const { registry, root, signal, place, mountFrom } = pushing;
	if (await has(pushing, root, blob)) return "present";
	let query = "";
	for (const from of mountFrom) {
		if (!await has(pushing, `v2/${from}`, blob).catch(() => false)) continue;
		query = `?mount=${blob.digest}&from=${encodeURIComponent(from)}`;
		break;
	}
	const begun = await registry.send({
		method: "POST",
		url: `${root}/blobs/uploads/${query}`
	}, signal);
	if (begun.status !== 201 && begun.status !== 202) throw await refusal(place, "the begin of an upload", begun);
	await begun.body?.cancel();
	if (begun.status === 201) return "mounted";
	await upload(pushing, blob, locationOf(pushing, begun), begun.headers.get("oci-chunk-min-length"));
	return "sent";
}
/** Does a repository have it? */
async function has({ registry, signal, place }, root, { digest }) {
	const found = await registry.send({
		method: "HEAD",
		url: `${root}/blobs/${digest}`
	}, signal);
	if (found.status >= 200 && found.status < 400) return true;
	if (found.status === 404) return false;
	throw await refusal(place, `the question for ${digest}`, found);
}
/** Where the registry wants the next request of this upload. */
function locationOf({ place }, answer) {
	const location = answer.headers.get("location");
	if (location !== null && URL.canParse(location, place.registry)) return new URL(location, place.registry).href;
	throw new ProblemError({
		code: "build.registry-refused",
		where: place.image,
		found: `an upload without a place: location ${location ?? "missing"}`,
		expected: "an answer as the distribution specification has it",
		remedy: "is something between that changes what the registry answers? Ask it directly"
	});
}
async function upload(pushing, blob, begun, least) {
	const { registry, signal, place, layout } = pushing;
	const content = await openAsBlob(blobPath(layout.directory, blob.digest));
	const piece = Math.max(pushing.pieceBytes ?? PIECE_BYTES, Number(least ?? 0));
	let url = begun;
	let rest = content;
	if (content.size > piece) {
		for (let at = 0; at < content.size; at += piece) {
			const end = Math.min(at + piece, content.size);
			const answer = await registry.send({
				method: "PATCH",
				url,
				headers: {
					"content-type": "application/octet-stream",
					"content-range": `${at}-${end - 1}`
				},
				body: content.slice(at, end),
				timeoutMs: UPLOAD_MS,
				tries: 1
			}, signal);
			if (!answer.ok) throw await refusal(place, `bytes ${at} to ${end - 1} of ${blob.digest}`, answer);
			await answer.body?.cancel();
			if (answer.headers.has("location")) url = locationOf(pushing, answer);
		}
		rest = /* @__PURE__ */ new Uint8Array(0);
	}
	const last = new URL(url);
	last.searchParams.set("digest", blob.digest);
	const answer = await registry.send({
		method: "PUT",
		url: last.href,
		headers: { "content-type": "application/octet-stream" },
		body: rest,
		timeoutMs: UPLOAD_MS,
		tries: 1
	}, signal);
	if (answer.status !== 201) throw await refusal(place, `the blob ${blob.digest}`, answer);
	await answer.body?.cancel();
}
async function putManifest(pushing, { digest, mediaType }, reference) {
	const { registry, root, signal, place, layout } = pushing;
	const body = new Uint8Array(await readFile(blobPath(layout.directory, digest)));
	const url = `${root}/manifests/${reference}`;
	const answer = await registry.send({
		method: "PUT",
		url,
		headers: { "content-type": mediaType },
		body
	}, signal);
	if (answer.status !== 201 && answer.status !== 200) throw await refusal(place, `the manifest ${digest}`, answer);
	await answer.body?.cancel();
	const said = answer.headers.get("docker-content-digest");
	if (said !== null && said !== digest) throw otherDigest(pushing, digest, said);
}
function tagTaken({ place, tag, layout }, found) {
	return new ProblemError({
		code: "build.tag-taken",
		where: `${place.image}:${tag}`,
		found: `it names ${found} already`,
		expected: `${layout.root.digest}: a name of an image never means two`,
		remedy: "release under another version; `image.tags: moved` lets a tag be moved, for an experiment that nobody relies on"
	});
}
function otherDigest({ place }, digest, said) {
	return new ProblemError({
		code: "build.registry-digest",
		where: place.image,
		found: `the registry says ${said}`,
		expected: `${digest}, as it was sent`,
		remedy: "something between changes what is sent: push to the registry directly"
	});
}

export { pushImage, readLayout, writeImage };