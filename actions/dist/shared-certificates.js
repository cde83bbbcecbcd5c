import { Jn as string, Nt as array, Pn as number, Yt as discriminatedUnion, qn as strictObject, xn as literal } from "./shared-schemas.js";
import { t as ProblemError } from "./shared-problem.js";
import { h as parseAddress } from "./shared-scalars.js";
import { n as hostWord } from "./shared-failure.js";
import { t as require_fastest_levenshtein } from "./shared-fastest-levenshtein.js";
import { n as nearest } from "./shared-json.js";
import { $n as ON, Cs as step, Qn as clientWords, Ss as sequence, _s as gate, ea as LOCAL_HOST, er as RESOURCE, gs as forEach, ms as action, tr as askProgram, ws as watch } from "./shared-common.js";
import { c as localResource, f as tcpHealth, l as reachOf, u as healthAt } from "./shared-run.js";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { isIP } from "node:net";
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

// src/certificate/handshake.ts
const LOOK_MS = 5e3;
/**
* Connects as a client does that asks for `name`, and closes again. Never throws but for an abort: no answer is an answer too.
* @param at `host:port`
* @param ca roots that are trusted, PEM; null: those of this program
*/
function shownAt(at, { name, ca, signal }) {
	const place = parseAddress(at);
	if (place === void 0) return Promise.resolve({
		kind: "silent",
		reason: `${at} is no address`
	});
	const limit = AbortSignal.timeout(LOOK_MS);
	const either = signal === void 0 ? limit : AbortSignal.any([signal, limit]);
	return new Promise((resolve, reject) => {
		const socket = connect$1({
			...place,
			...isIP(name) === 0 ? { servername: name } : {},
			...ca === null ? {} : { ca },
			rejectUnauthorized: false
		});
		const end = (found) => {
			either.removeEventListener("abort", late);
			socket.destroy();
			resolve(found);
		};
		const late = () => {
			if (signal?.aborted !== true) end({
				kind: "silent",
				reason: `${at}: no handshake within ${LOOK_MS / 1e3} s`
			});
			else {
				socket.destroy();
				reject(signal.reason);
			}
		};
		either.addEventListener("abort", late);
		socket.once("secureConnect", () => {
			const certificate = socket.getPeerX509Certificate();
			if (certificate === void 0) return end({
				kind: "silent",
				reason: `${at}: no certificate`
			});
			const why = (isIP(name) === 0 ? certificate.checkHost(name) : certificate.checkIP(name)) === void 0 ? `it is not for ${name}` : null;
			const error = socket.authorizationError;
			end({
				kind: "shown",
				facts: certificateFacts(certificate),
				distrust: socket.authorized ? why : error instanceof Error ? error.message : String(error ?? "not trusted")
			});
		});
		socket.once("error", (error) => end({
			kind: "silent",
			reason: `${at}: ${error.code ?? error.message}`
		}));
	});
}

// src/certificate/nodes.ts
/** A new pair of chain and key: made, looked at, put in place on the first host alone, seen by a real handshake, then on the others. */
const RENEW_MS = 6e5;
const LAY_MS$2 = 9e4;
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
			shownWatch("shown", certificate, place, pair, null)
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
					timeoutMs: LAY_MS$2
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
		timeoutMs: LAY_MS$2
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
		timeoutMs: LAY_MS$2
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
			const wanted = before === null ? ctx.outputOf(pair).fingerprint : ctx.outputOf(before).fingerprint;
			const shown = await look(certificate, place, ctx.signal);
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
async function look({ names, ca }, { at }, signal) {
	return shownAt(at, {
		name: names[0] ?? "",
		ca: ca === null ? null : await ca.read(),
		signal
	});
}
/** `serial 0A…, until 2027-01-01, 39 days left` where the time is known. Pure. */
function shownText(shown, now) {
	if (shown.kind === "silent") return shown.reason;
	const { serial, notAfter } = shown.facts;
	return `serial ${serial}, until ${notAfter}${now === void 0 ? "" : `, ${Math.floor((Date.parse(notAfter) - now) / DAY_MS)} days left`}`;
}

// src/platform/local/lay.ts
var import_fastest_levenshtein = require_fastest_levenshtein();
/** One file laid down whole, the one before kept beside it as `*.previous`. What is in it never stands in a journal: only its digest does. */
const LAY_SCRIPT = fileURLToPath(new URL("./lay.sh", import.meta.url));
const LAY_MS$1 = 3e4;
/** Repeatable. Pure. */
function localLayEffect({ resource, privileged }, verb, { to, digest, sources }) {
	return {
		kind: "exec",
		argv: [
			...privileged,
			"sh",
			LAY_SCRIPT,
			verb,
			to,
			digest,
			...verb === "put" ? sources : []
		],
		resource,
		why: verb === "put" ? `lay ${to} down, keep the one before` : `bring back what was ${to} before`,
		timeoutMs: LAY_MS$1
	};
}
/** SHA-256 of the file; null where there is none, or where this user may not read it. */
async function laidHere(path) {
	const content = await readFile(path).catch(() => null);
	return content === null ? null : createHash("sha256").update(content).digest("hex");
}

// src/platform/ssh/lay.ts
/** Files of certificates and keys on a host over ssh: laid down whole, the one before kept. The host takes nothing else but PEM. */
const LAY_MS = 6e4;
/** Repeatable. Pure. */
function hostLayEffect({ host, reach }, verb, { to, digest, sources }) {
	const from = verb === "put" ? sources.flatMap((source) => ["--source", source]) : [];
	return {
		kind: "exec",
		argv: [
			...clientWords(reach, "lay"),
			"--do",
			verb,
			"--to",
			to,
			"--digest",
			digest,
			...from,
			ON,
			hostWord(host)
		],
		resource: `${RESOURCE}${host.name}`,
		why: `${verb === "put" ? `lay ${to} down, keep the one before` : `bring back what was ${to} before`} on ${host.name}`,
		timeoutMs: LAY_MS
	};
}
const line = discriminatedUnion("kind", [strictObject({
	kind: literal("laid"),
	path: string(),
	digest: string()
}), strictObject({ kind: literal("end") })]);
/** SHA-256 of each file that is there, in the order of the paths; null for one that is not. @throws ProblemError when the host cannot be asked */
async function laidOn({ host, reach, exec }, paths, signal) {
	const looking = {
		host,
		access: reach.access,
		root: reach.root,
		exec
	};
	const said = await askProgram(looking, "laid", ["--of", paths.join(",")], signal);
	const lines = said.split("\n").filter((text) => text.startsWith("{")).map((text) => line.safeParse(JSON.parse(text)).data);
	const found = new Map(lines.flatMap((one) => one?.kind === "laid" ? [[one.path, one.digest]] : []));
	if (lines.at(-1)?.kind === "end" && paths.every((path) => found.has(path))) return paths.map((path) => found.get(path) || null);
	throw new ProblemError({
		code: "ssh.strange-answer",
		where: host.name,
		found: `an answer that is not whole: ${said.trim().slice(-200)}`,
		expected: "the lines of `laid`",
		remedy: "look whether the login shell of that user on the host prints something of its own, or is none of the POSIX family"
	});
}

// src/release/upkeep/certificates.ts
/** The certificates of an environment with what reads and lays down their files. Looks at nothing yet. */
/** How long a service may take to read its files again. */
const RELOAD_MS = 6e4;
/**
* @param name only this one; undefined: all of them
* @throws ProblemError `certificate.none`, `certificate.unknown`
*/
function openCertificates(service, system, name) {
	const { environment } = service;
	const all = environment.certificates ?? [];
	const meant = all.filter((one) => name === void 0 || one.name === name);
	if (meant.length === 0) throw new ProblemError(none(environment.environment, all.map((one) => one.name), name));
	const reach = environment.system === void 0 ? null : reachOf(environment, environment.system);
	return meant.map((one) => certificateOf(service, one, system, reach));
}
function certificateOf({ environment, exec, baseDir }, settings, system, reach) {
	const { name, names, days, renew, service, chain, key, ca, to } = settings;
	const resource = localResource(environment);
	const privileged = process.getuid?.() === 0 ? [] : ["sudo", "-n"];
	const files = to.kind === "combined" ? [{
		to: to.file,
		sources: [chain, key]
	}] : [{
		to: to.key,
		sources: [key]
	}, {
		to: to.chain,
		sources: [chain]
	}];
	const laid = (digests) => files.map((file, at) => ({
		...file,
		digest: digests[at] ?? ""
	}));
	const placeOf = (place) => {
		const host = reach?.hosts.find((one) => one.name === place.host);
		const remote = place.host === "local" || host === void 0 || reach === null ? null : {
			host,
			reach,
			exec
		};
		const effect = (verb) => (digests) => laid(digests).map((file) => remote === null ? localLayEffect({
			resource,
			privileged
		}, verb, file) : hostLayEffect(remote, verb, file));
		return {
			host: place.host,
			at: addressOf(settings.connect, place.address),
			files: files.map((file) => file.to),
			laid: (signal) => remote === null ? Promise.all(files.map((file) => laidHere(file.to))) : laidOn(remote, files.map((file) => file.to), signal),
			put: effect("put"),
			back: effect("back"),
			reload: () => place.control.reload?.(RELOAD_MS) ?? []
		};
	};
	return {
		name,
		names,
		days,
		renew,
		service,
		resource,
		cwd: baseDir,
		chain: sourceOf(chain),
		key: sourceOf(key),
		ca: ca === null ? null : sourceOf(ca),
		places: (system.services.find((one) => one.name === service)?.on ?? []).map(placeOf),
		digestsOf: (one, other) => (to.kind === "combined" ? [bundleOf(one, other)] : [other, one].map(lineEnded)).map((text) => createHash("sha256").update(text).digest("hex")),
		unknownDigests: files.map(() => "<pair.digest>")
	};
}
/** As lay.sh counts a file: one line feed at its end. */
function lineEnded(text) {
	return `${text.replace(/\n+$/, "")}\n`;
}
function addressOf(connect, address) {
	const health = healthAt(tcpHealth(connect), address);
	return health.kind === "tcp" ? `${health.host.includes(":") ? `[${health.host}]` : health.host}:${health.port}` : connect;
}
function sourceOf(path) {
	return {
		path,
		async read() {
			try {
				return await readFile(path, "utf8");
			} catch (error) {
				throw new ProblemError({
					code: "certificate.unreadable",
					where: path,
					found: error instanceof Error ? error.message : String(error),
					expected: "a file that this user may read",
					remedy: "mend the path in `certificates:`, or the rights of the file"
				});
			}
		}
	};
}
function none(environment, names, name) {
	const close = name === void 0 ? void 0 : nearest(name, names, import_fastest_levenshtein.distance);
	return {
		code: name === void 0 || names.length === 0 ? "certificate.none" : "certificate.unknown",
		where: name === void 0 ? `environments.${environment}` : "--certificate",
		found: name ?? "no `certificates:`",
		expected: names.length === 0 ? "certificates in shiplock.yaml" : `one of ${names.join(", ")}`,
		remedy: close === void 0 ? "write `certificates:` as docs/certificates.md says" : `did you mean ${close}?`
	};
}

export { DAY_MS as a, shownText as i, look as n, timeProblems as o, renewNode as r, openCertificates as t };