import { Jn as string, Nt as array, Pn as number, qn as strictObject } from "./shared-schemas.js";
import { $s as gate, Qs as forEach, Xs as action, ac as step, ic as sequence, oc as watch } from "./shared-common.js";
import { h as parseAddress } from "./shared-scalars.js";
import { connect, isIP } from "node:net";
import { connect as connect$1 } from "node:tls";
import { X509Certificate, createHash, createPrivateKey } from "node:crypto";

// src/certificate/facts.ts
const DAY_MS = 864e5;
const BLOCK = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;
function certificateFacts(certificate) {
	const { serialNumber, fingerprint256, subject, issuer, validFrom, validTo, subjectAltName } = certificate;
	return {
		serial: serialNumber,
		fingerprint: fingerprint256,
		subject: oneLine(subject),
		issuer: oneLine(issuer),
		notBefore: new Date(validFrom).toISOString(),
		notAfter: new Date(validTo).toISOString(),
		names: subjectAltName ?? ""
	};
}
function oneLine(text) {
	return text.trim().replaceAll("\n", ", ");
}
/** Chain and key as one text, each with one end of line: what lies in a combined file, and what is sent to a host. */
function bundleOf(chain, key) {
	return `${chain.trimEnd()}\n${key.trimEnd()}\n`;
}
function bundleDigest(bundle) {
	return createHash("sha256").update(bundle).digest("hex");
}
/** A pair as it would be put in place. The key is looked at, and nothing of it is told. */
function judgePair(chain, key, wanted) {
	const { where } = wanted;
	const blocks = chain.match(BLOCK) ?? [];
	if (/PRIVATE KEY/.test(chain)) return unreadable(where, "a private key among the certificates", "the key only in the file of the key");
	let certificates;
	let secret;
	try {
		certificates = blocks.map((block) => new X509Certificate(block));
		secret = createPrivateKey(key);
	} catch {
		return unreadable(where, "files that are no chain and key", "certificates and a key that is not encrypted, in PEM");
	}
	const [leaf, ...between] = certificates;
	if (leaf === void 0) return unreadable(where, "no certificate", "at least one certificate, in PEM");
	return {
		kind: "readable",
		facts: {
			...certificateFacts(leaf),
			digest: bundleDigest(bundleOf(chain, key))
		},
		problems: [
			...leaf.checkPrivateKey(secret) ? [] : [mismatch(where, leaf)],
			...timeProblems(certificateFacts(leaf), wanted),
			...nameProblems(leaf, wanted),
			...chainProblems([leaf, ...between], wanted)
		]
	};
}
/** Not valid yet, or not long enough. Pure. */
function timeProblems({ notBefore, notAfter }, { days, now, where }) {
	if (Date.parse(notBefore) > now) return [{
		code: "certificate.not-yet",
		where,
		found: `a certificate that is valid from ${notBefore}`,
		expected: `one that is valid now, ${new Date(now).toISOString()}`,
		remedy: "look at the clock of this machine, or wait"
	}];
	const left = Math.floor((Date.parse(notAfter) - now) / DAY_MS);
	if (left >= days) return [];
	return [{
		code: left < 0 ? "certificate.expired" : "certificate.ends-soon",
		where,
		found: left < 0 ? `a certificate that ended at ${notAfter}` : `${left} days left, until ${notAfter}`,
		expected: `at least ${days} days`,
		remedy: "renew it: `shiplock runbook run certificate-renew`"
	}];
}
/** Names that it does not stand for. Pure. */
function nameProblems(leaf, { names, where }) {
	const missing = names.filter((name) => (isIP(name) === 0 ? leaf.checkHost(name, { subject: "never" }) : leaf.checkIP(name)) === void 0);
	if (missing.length === 0) return [];
	return [{
		code: "certificate.other-names",
		where,
		found: leaf.subjectAltName ?? "no subject alternative name",
		expected: missing.join(", "),
		remedy: "order a certificate for these names too"
	}];
}
/** Whether the last of a chain is one of these roots, or signed by one. Pure. @param roots PEM */
function signedBy(chain, roots) {
	const last = chain.match(BLOCK)?.at(-1);
	if (last === void 0) return false;
	try {
		const top = new X509Certificate(last);
		return (roots.match(BLOCK) ?? []).map((block) => new X509Certificate(block)).some((root) => root.fingerprint256 === top.fingerprint256 || top.checkIssued(root) && top.verify(root.publicKey));
	} catch {
		return false;
	}
}
function chainProblems(certificates, { now, where }) {
	return certificates.flatMap((one, at) => {
		const issuer = certificates[at + 1];
		if (issuer === void 0) return [];
		const ended = Date.parse(issuer.validTo) <= now;
		if (!ended && one.checkIssued(issuer) && one.verify(issuer.publicKey)) return [];
		return [{
			code: "certificate.broken-chain",
			where,
			found: ended ? `${oneLine(issuer.subject)} ended at ${new Date(issuer.validTo).toISOString()}` : `${oneLine(one.subject)} is not signed by ${oneLine(issuer.subject)}, which follows it`,
			expected: "each certificate signed by the one behind it",
			remedy: "take the chain as the authority gives it: the certificate of the service first"
		}];
	});
}
function mismatch(where, leaf) {
	return {
		code: "certificate.key-mismatch",
		where,
		found: `a key that is not that of ${oneLine(leaf.subject)}, serial ${leaf.serialNumber}`,
		expected: "the key that the certificate was made for",
		remedy: "put both files of one order there"
	};
}
function unreadable(where, found, expected) {
	return {
		kind: "unreadable",
		problems: [{
			code: "certificate.unreadable",
			where,
			found,
			expected,
			remedy: "look at the files with openssl x509 and openssl pkey"
		}]
	};
}

// src/certificate/mysql.ts
const SSL = 2048;
const HEADER = 4;
/** utf8mb4. */
const CHARACTERS = 45;
/** A greeting is some 80 bytes; whoever sends more is no such server. */
const LONGEST = 4096;
/**
* Reads the greeting and asks for TLS.
* @returns null when TLS may begin; else why not
*/
function askForTls(socket) {
	return new Promise((resolve) => {
		let received = Buffer.alloc(0);
		const done = (why) => {
			socket.removeListener("data", take);
			socket.removeListener("end", over);
			resolve(why);
		};
		const over = () => done("the connection was closed before a greeting");
		const take = (chunk) => {
			received = Buffer.concat([received, chunk]);
			if (received.length > LONGEST) {
				done("no greeting of MySQL or MariaDB");
				return;
			}
			if (received.length < HEADER || received.length < HEADER + received.readUIntLE(0, 3)) return;
			socket.pause();
			const why = refusalIn(received.subarray(HEADER));
			if (why === null) socket.write(sslRequest());
			done(why);
		};
		socket.on("data", take);
		socket.once("end", over);
	});
}
/** Why a greeting does not lead to TLS; null: it does. Pure. */
function refusalIn(greeting) {
	if (greeting[0] === 255) return `the server refuses: ${greeting.subarray(3).toString("latin1").replaceAll(/[^ -~]/g, "").slice(0, 200)}`;
	const end = greeting.indexOf(0, 1);
	const at = end + 1 + 4 + 8 + 1;
	if (greeting[0] !== 10 || end < 0 || greeting.length < at + 2) return "no greeting of MySQL or MariaDB";
	return (greeting.readUInt16LE(at) & SSL) === 0 ? "the server has no TLS" : null;
}
function sslRequest() {
	const packet = Buffer.alloc(36);
	packet.writeUIntLE(32, 0, 3);
	packet.writeUInt8(1, 3);
	packet.writeUInt32LE(35328, HEADER);
	packet.writeUInt32LE(1 << 24, 8);
	packet.writeUInt8(CHARACTERS, 12);
	return packet;
}

// src/certificate/handshake.ts
const LOOK_MS = 5e3;
/**
* Connects as a client does that asks for `name`, and closes again. Never throws but for an abort: no answer is an answer too.
* @param at `host:port`
*/
function shownAt(at, { name, ca, signal, speaks = "tls" }) {
	const place = parseAddress(at);
	if (place === void 0) return Promise.resolve({
		kind: "silent",
		reason: `${at} is no address`
	});
	const limit = AbortSignal.timeout(LOOK_MS);
	const either = signal === void 0 ? limit : AbortSignal.any([signal, limit]);
	return new Promise((resolve, reject) => {
		let open;
		const end = (found) => {
			either.removeEventListener("abort", late);
			open.destroy();
			resolve(found);
		};
		const late = () => {
			if (signal?.aborted !== true) end({
				kind: "silent",
				reason: `${at}: no handshake within ${LOOK_MS / 1e3} s`
			});
			else {
				open.destroy();
				reject(signal.reason);
			}
		};
		const failed = (error) => end({
			kind: "silent",
			reason: `${at}: ${error.code ?? error.message}`
		});
		const secure = (over) => {
			const socket = connect$1({
				...over === null ? place : {
					socket: over,
					host: name
				},
				...isIP(name) === 0 ? { servername: name } : {},
				...ca === null ? {} : { ca },
				rejectUnauthorized: false
			});
			socket.once("secureConnect", () => end(shownOf(socket, at, name)));
			socket.once("error", failed);
			return socket;
		};
		either.addEventListener("abort", late);
		if (speaks === "tls") {
			open = secure(null);
			return;
		}
		const plain = connect(place);
		open = plain;
		plain.once("error", failed);
		askForTls(plain).then((no) => no === null ? secure(plain) : end({
			kind: "silent",
			reason: `${at}: ${no}`
		}), failed);
	});
}
function shownOf(socket, at, name) {
	const certificate = socket.getPeerX509Certificate();
	if (certificate === void 0) return {
		kind: "silent",
		reason: `${at}: no certificate`
	};
	const why = (isIP(name) === 0 ? certificate.checkHost(name) : certificate.checkIP(name)) === void 0 ? `it is not for ${name}` : null;
	const error = socket.authorizationError;
	return {
		kind: "shown",
		facts: certificateFacts(certificate),
		distrust: socket.authorized ? why : error instanceof Error ? error.message : String(error ?? "not trusted")
	};
}

// src/certificate/nodes.ts
/** A new pair of chain and key: made, looked at, put in place on the first host alone, seen by a real handshake, then on the others. */
const RENEW_MS = 6e5;
const LAY_MS = 9e4;
const LOOK_EVERY_MS = 250;
/** How long a reloaded service may take to show the new certificate. */
const SHOWS_MS = 2e4;
/** Looks in a row: while Nginx reloads, workers of before and after answer in turn. */
const STEADY = 3;
const pairSchema = strictObject({
	/** Null in a plan: known once it is renewed. */
	fingerprint: string().nullable(),
	serial: string(),
	notAfter: string(),
	/** SHA-256 of each file that is put in place, in the order of the files of a place. */
	digests: array(string()).readonly()
});
const beforeSchema = strictObject({ fingerprint: string().nullable() });
/** Makes a new pair where it is time, and puts it in place everywhere. A host on which it is not seen gets its old pair back. */
function renewNode(certificate, role) {
	const { name, places, renew } = certificate;
	const pair = pairStep(certificate);
	const [first, ...rest] = places;
	return sequence({
		id: "renew",
		title: `Renew the certificate ${name}`,
		steps: [
			...renew === null ? [] : [orderStep(certificate, renew)],
			pair,
			...first === void 0 ? [] : [onPlace(certificate, first, pair)],
			...first === void 0 || rest.length === 0 ? [] : [checkpoint(certificate, first, role), forEach({
				id: "rest",
				title: `${name} on the other hosts`,
				items: rest,
				body: (place) => onPlace(certificate, place, pair)
			})]
		]
	});
}
/** Runs the command that makes a new pair, where what lies there is not good for long any more. */
function orderStep(certificate, renew) {
	return action({
		id: "order",
		title: `Order a new certificate ${certificate.name}`,
		inputs: {
			command: [...renew],
			days: certificate.days
		},
		read: async (ctx) => (await judged(certificate, ctx.clock.now())).problems,
		decide: (problems) => problems.length === 0 ? {
			kind: "nothing",
			why: `what lies there is good for ${certificate.days} days and more`
		} : {
			kind: "do",
			why: problems[0]?.found ?? "",
			effects: [{
				kind: "exec",
				argv: [...renew],
				cwd: certificate.cwd,
				resource: certificate.resource,
				why: `make a new pair for ${certificate.name}`,
				timeoutMs: RENEW_MS
			}]
		},
		probe: "repeatable",
		timeoutMs: 61e4
	});
}
async function judged({ chain, key, names, days }, now) {
	const texts = await Promise.all([chain.read(), key.read()]);
	return judgePair(texts[0], texts[1], {
		names,
		days,
		now,
		where: `${chain.path} and ${key.path}`
	});
}
/** Nothing is put in place that does not fit together. */
function pairStep(certificate) {
	const { renew, days } = certificate;
	return step({
		id: "pair",
		title: "Look whether chain and key fit",
		description: `The key is that of the certificate, each certificate is signed by the one behind it, the names are those that are asked for, and at least ${days} days are left.`,
		inputs: {
			names: [...certificate.names],
			days
		},
		read: async (ctx) => {
			const found = await judged(certificate, ctx.clock.now());
			if (found.kind === "unreadable") return {
				problems: found.problems,
				pair: null
			};
			const texts = [await certificate.chain.read(), await certificate.key.read()];
			return {
				problems: found.problems,
				pair: {
					...found.facts,
					digests: certificate.digestsOf(...texts)
				}
			};
		},
		decide: ({ problems, pair }, ctx) => {
			if (problems.length > 0 && !(ctx.mode === "plan" && renew !== null)) return {
				kind: "refuse",
				problems
			};
			return {
				kind: "nothing",
				why: `serial ${pair?.serial ?? "unknown"}, until ${pair?.notAfter ?? "unknown"}`
			};
		},
		outputs: pairSchema,
		collect: (_results, { pair }) => {
			if (pair === null) throw new TypeError("what cannot be read is refused");
			const { fingerprint, serial, notAfter, digests } = pair;
			return {
				fingerprint,
				serial,
				notAfter,
				digests
			};
		},
		planned: ({ problems, pair }) => pair === null || problems.length > 0 ? {
			fingerprint: null,
			serial: "<pair.serial>",
			notAfter: "<pair.notAfter>",
			digests: certificate.unknownDigests
		} : {
			fingerprint: pair.fingerprint,
			serial: pair.serial,
			notAfter: pair.notAfter,
			digests: pair.digests
		},
		probe: "repeatable"
	});
}
function onPlace(certificate, place, pair) {
	const { name } = certificate;
	const before = beforeStep(certificate, place);
	return sequence({
		id: place.host,
		title: `${name} on ${place.host}`,
		steps: [
			before,
			putStep(place, pair),
			reloadStep("reload", certificate, place, (ctx) => ctx.outputOf(pair).fingerprint),
			shownWatch("shown", certificate, place, pair, null),
			action({
				id: "settle",
				title: `Keep the pair that ${place.host} had before for people alone`,
				read: async () => null,
				decide: (_facts, ctx) => ({
					kind: "do",
					effects: place.settle(ctx.outputOf(pair).digests)
				}),
				probe: "repeatable",
				timeoutMs: LAY_MS
			})
		],
		rollback: sequence({
			id: "back",
			title: `Bring back the pair that ${place.host} had before`,
			steps: [
				action({
					id: "lay-back",
					title: `Lay the old files down on ${place.host}`,
					read: async () => null,
					decide: (_facts, ctx) => ({
						kind: "do",
						effects: place.back(ctx.outputOf(pair).digests)
					}),
					probe: "repeatable",
					timeoutMs: LAY_MS
				}),
				reloadStep("reload-back", certificate, place, () => null),
				shownWatch("shown-back", certificate, place, pair, before)
			]
		})
	});
}
function beforeStep(certificate, place) {
	return step({
		id: "before",
		title: `Write down which certificate ${place.host} shows`,
		inputs: { at: place.at },
		read: (ctx) => look(certificate, place, ctx.signal),
		decide: (shown) => ({
			kind: "nothing",
			why: shownText(shown)
		}),
		outputs: beforeSchema,
		collect: (_results, shown) => ({ fingerprint: shown.kind === "shown" ? shown.facts.fingerprint : null }),
		planned: (shown) => ({ fingerprint: shown.kind === "shown" ? shown.facts.fingerprint : null }),
		probe: "repeatable"
	});
}
function putStep(place, pair) {
	return action({
		id: "put",
		title: `Lay the new files down on ${place.host}, keep the old ones`,
		inputs: { files: [...place.files] },
		read: (ctx) => place.laid(ctx.signal),
		decide: (laid, ctx) => {
			const { digests } = ctx.outputOf(pair);
			if (digests.every((digest, at) => laid[at] === digest)) return {
				kind: "nothing",
				why: "they lie there"
			};
			return {
				kind: "do",
				effects: place.put(digests)
			};
		},
		verify: async (ctx) => {
			const { digests } = ctx.outputOf(pair);
			const laid = await place.laid(ctx.signal);
			const wrong = place.files.filter((_file, at) => laid[at] !== digests[at]);
			return wrong.length === 0 ? [] : [notLaid(place, wrong)];
		},
		probe: "repeatable",
		timeoutMs: LAY_MS
	});
}
/** A service that shows the right one already is left alone. */
function reloadStep(id, certificate, place, wanted) {
	return action({
		id,
		title: `Have ${certificate.service} on ${place.host} read its certificate again`,
		inputs: {
			service: certificate.service,
			host: place.host
		},
		read: (ctx) => look(certificate, place, ctx.signal),
		decide: (shown, ctx) => {
			const fingerprint = wanted(ctx);
			return fingerprint !== null && shown.kind === "shown" && shown.facts.fingerprint === fingerprint ? {
				kind: "nothing",
				why: `it shows ${shown.facts.serial} already`
			} : {
				kind: "do",
				effects: reloadEffects(place)
			};
		},
		probe: "repeatable",
		timeoutMs: LAY_MS
	});
}
function reloadEffects(place) {
	return place.reload();
}
const lookSchema = strictObject({
	/** Wall clock, milliseconds. */
	time: number(),
	fingerprint: string().nullable(),
	distrust: string().nullable(),
	found: string()
});
const shownSchema = strictObject({ found: string() });
const sampleSchema = lookSchema.extend({ wanted: string().nullable() });
/** Until a client sees it. What is brought back need not be trusted: it is what was there. */
function shownWatch(id, certificate, place, pair, before) {
	const asked = before === null ? "the new certificate" : "the certificate from before";
	return watch({
		id,
		title: `Wait until ${place.host} shows ${asked}`,
		description: `Handshakes with ${place.at} from this machine, ${STEADY} in a row, within ${SHOWS_MS / 1e3} s.`,
		inputs: {
			at: place.at,
			name: certificate.names[0] ?? ""
		},
		everyMs: LOOK_EVERY_MS,
		samples: sampleSchema,
		outputs: shownSchema,
		sample: async (ctx) => {
			const shown = await look(certificate, place, ctx.signal);
			const seen = shown.kind === "shown" ? shown.facts.fingerprint : null;
			const fresh = ctx.outputOf(pair).fingerprint;
			const earlier = before === null ? fresh : ctx.outputOf(before).fingerprint;
			const wanted = before !== null && earlier === fresh ? seen : earlier;
			const base = {
				time: ctx.clock.now(),
				wanted,
				found: shownText(shown)
			};
			return shown.kind === "shown" ? {
				...base,
				fingerprint: shown.facts.fingerprint,
				distrust: before === null ? shown.distrust : null
			} : {
				...base,
				fingerprint: null,
				distrust: null
			};
		},
		start: () => ({
			from: null,
			last: null,
			steady: 0
		}),
		fold: ({ from, steady }, one) => ({
			from: from ?? one.time,
			last: one,
			steady: one.fingerprint === one.wanted && one.distrust === null ? steady + 1 : 0
		}),
		decide: ({ from, last, steady }) => {
			if (from === null || last === null) return {
				kind: "look-on",
				status: "nothing seen yet"
			};
			if (steady >= STEADY) return {
				kind: "pass",
				status: last.found,
				outputs: { found: last.found }
			};
			if (steady > 0) return {
				kind: "look-on",
				status: `${last.found}, ${steady} of ${STEADY} looks`
			};
			if (last.time - from < SHOWS_MS && !(last.fingerprint === last.wanted && last.distrust !== null)) return {
				kind: "look-on",
				status: last.found
			};
			return {
				kind: "fail",
				problem: notShown(place, asked, last)
			};
		},
		forecast: async () => `looks every ${LOOK_EVERY_MS} ms until ${place.at} has shown ${asked} ${STEADY} times in a row, for at most ${SHOWS_MS / 1e3} s`
	});
}
function notShown({ host, at }, asked, { found, distrust }) {
	return {
		code: distrust === null ? "certificate.not-shown" : "certificate.not-trusted",
		where: `${host}, ${at}`,
		found: distrust === null ? found : `${found}; a client does not trust it: ${distrust}`,
		expected: asked,
		remedy: distrust === null ? "look at the log of the service on that host, and whether `to:` is the file that it reads; then run it again" : "put the certificates between it and the root into `chain`, or name the root in `ca:`"
	};
}
function notLaid({ host }, files) {
	return {
		code: "certificate.not-laid",
		where: host,
		found: `other content in ${files.join(", ")}`,
		expected: "the new pair",
		remedy: "see whether another program writes these files, such as a renewal of that host; then run it again"
	};
}
function checkpoint({ name, service }, { host, at }, role) {
	return gate({
		id: "checkpoint",
		title: `Inspect ${service} on ${host} before any other host gets ${name}`,
		role,
		evidence: [{
			kind: "check",
			name: "works",
			question: `Do clients reach ${service} on ${host} (${at}) without a warning?`
		}, {
			kind: "text",
			name: "seen",
			question: "What did you look at, and what did you see?",
			minLength: 10
		}],
		guard: { kind: "nothing-shifted" },
		judge: (evidence) => evidence["works"] === true ? { kind: "pass" } : {
			kind: "reject",
			why: `clients do not reach ${service} on ${host}`
		}
	});
}
/** What a place shows now. */
async function look({ names, ca, speaks }, { at }, signal) {
	const wanted = {
		name: names[0] ?? "",
		ca: ca === null ? null : await ca.read(),
		signal
	};
	return shownAt(at, speaks === void 0 ? wanted : {
		...wanted,
		speaks
	});
}
/** `serial 0A…, until 2027-01-01, 39 days left` where the time is known. Pure. */
function shownText(shown, now) {
	if (shown.kind === "silent") return shown.reason;
	const { serial, notAfter } = shown.facts;
	return `serial ${serial}, until ${notAfter}${now === void 0 ? "" : `, ${Math.floor((Date.parse(notAfter) - now) / DAY_MS)} days left`}`;
}

export { DAY_MS as a, judgePair as c, timeProblems as d, shownAt as i, nameProblems as l, renewNode as n, bundleDigest as o, shownText as r, bundleOf as s, look as t, signedBy as u };