import { Jn as string, qn as strictObject } from "./shared-schemas.js";
import { a as envelopeDigest, c as statementOf, i as readEnvelopeText, l as PAYLOAD_TYPE, n as envelopePath, o as verifyAttestation, s as statementBytes, t as attestationsOf, u as signEnvelope } from "./shared-check.js";
import { As as privateKeyFrom, Hi as trustedPem, In as toolVersion, Mo as readRun, Ms as publicPemOf, ac as step, bn as ociPurl, br as runAgain, ic as sequence, ln as manifestDigest, nc as procedure, un as manifestEffects, xr as engineOptions } from "./shared-common.js";
import { c as unwrap, t as ProblemError } from "./shared-problem.js";
import { i as isMissing } from "./shared-store.js";
import { r as specsOf } from "./shared-artefacts.js";
import { readFile, stat } from "node:fs/promises";
import { join, relative } from "node:path";
import { createHash } from "node:crypto";
import { hostname } from "node:os";

// src/release/attest/facts.ts
/** Facts of a build that was made here, for its attestation. Looks only. */
/** Files by which package managers fix what they take. */
const LOCKS = [
	"go.mod",
	"go.sum",
	"package-lock.json"
];
async function factsOf(service, made) {
	const { candidate, manifest } = made;
	const { release } = candidate;
	const components = Object.values(service.environment.components);
	const [built, artefacts, uri, locks, tools] = await Promise.all([
		readRun(service.store, made.run),
		subjectsOf(candidate),
		sourceUri(service),
		locksOf(service, components),
		toolsOf(service, components)
	]);
	const times = built.entries.map(({ record }) => record.time);
	return {
		service: release.service,
		version: release.version,
		components: Object.keys(service.environment.components),
		releaseJson: manifest,
		artefacts,
		sbom: release.sbom ?? null,
		source: {
			commit: release.commit,
			uri,
			clean: made.clean
		},
		locks,
		bases: basesOf(components),
		configHash: release.configHash,
		tools,
		builder: builderOf(service, made.run),
		run: made.run,
		actor: service.door.who,
		startedOn: times[0] ?? "",
		finishedOn: times.at(-1) ?? ""
	};
}
/** Other tools can compare the digest of a file, and of an image; that of a directory is ours. */
async function subjectsOf(candidate) {
	const specs = new Map(specsOf(candidate).map((spec) => [spec.component, spec]));
	return Promise.all(candidate.release.artefacts.map(async ({ name, digest }) => {
		const path = specs.get(name)?.artefact;
		return {
			name,
			digest,
			of: (path === void 0 ? void 0 : await stat(path).catch(() => void 0))?.isDirectory() === true ? "tree" : "bytes"
		};
	}));
}
async function sourceUri({ exec, baseDir }) {
	const asked = await exec.read([
		"git",
		"-C",
		baseDir,
		"remote",
		"get-url",
		"origin"
	]);
	return asked.exitCode === 0 ? gitUri(asked.stdout.trim()) : null;
}
/** `git+https://…` of an address that git takes, without anybody's password; null for a path, which means nothing elsewhere. Pure. */
function gitUri(address) {
	const [, user = "git", host, path] = /^(?:([^\s@:/]+)@)?([^\s@:/]+):(?!\/)(\S+)$/.exec(address) ?? [];
	if (host !== void 0 && path !== void 0) return `git+ssh://${user}@${host}/${path}`;
	if (!URL.canParse(address)) return null;
	const url = new URL(address);
	if (![
		"https:",
		"http:",
		"ssh:",
		"git:"
	].includes(url.protocol)) return null;
	url.password = "";
	if (url.protocol !== "ssh:") url.username = "";
	url.search = "";
	url.hash = "";
	return `git+${url.href}`;
}
async function locksOf({ baseDir }, components) {
	const directories = [...new Set(components.flatMap((one) => "source" in one ? [one.source] : []))];
	return (await Promise.all(directories.flatMap((directory) => LOCKS.map(async (name) => {
		const path = join(directory, name);
		const bytes = await bytesOf(path);
		if (bytes === void 0) return [];
		return [{
			path: relative(baseDir, path),
			digest: createHash("sha256").update(bytes).digest("hex")
		}];
	})))).flat();
}
/** What images stand on, each once. Pure. */
function basesOf(components) {
	const named = components.flatMap((one) => "image" in one && typeof one.image === "object" ? [one.image.base] : []).flatMap((base) => base === null ? [] : [[ociPurl({ repository: base.image }, base.digest), base.digest]]);
	return [...new Map(named)].map(([uri, digest]) => ({
		uri,
		digest
	}));
}
async function bytesOf(path) {
	try {
		return await readFile(path);
	} catch (error) {
		if (isMissing(error)) return void 0;
		throw error;
	}
}
/** Versions of what compiles and packs, by the directory that they worked in: a go.mod can ask for another one there. */
async function toolsOf({ exec }, components) {
	const asked = components.flatMap((one) => {
		if (one.kind === "go") return [[
			"go",
			[
				"go",
				"env",
				"GOVERSION"
			],
			one.source
		]];
		if (one.kind !== "static" || one.build === null) return [];
		return [[
			"node",
			["node", "--version"],
			one.source
		], [
			"npm",
			["npm", "--version"],
			one.source
		]];
	});
	const told = await Promise.all(asked.map(async ([tool, argv, source]) => {
		const version = await toolVersion(argv, source, exec).catch(() => void 0);
		return version === void 0 ? [] : [[tool, version]];
	}));
	return Object.fromEntries(told.flat());
}
/**
* Who builds: what the configuration says, else the workflow on a GitHub runner, else this machine. Only the signature vouches for it: a runner's
* variables can be set by whoever starts a program. Pure.
*/
function builderOf({ config, door }, run, machine = hostname()) {
	const { env } = door;
	const version = { node: process.version };
	const named = config.service.signing?.builder;
	const workflow = env["GITHUB_WORKFLOW_REF"];
	if (env["GITHUB_ACTIONS"] === "true" && workflow !== void 0) {
		const server = env["GITHUB_SERVER_URL"] ?? "https://github.com";
		return {
			id: named ?? `${server}/${workflow}`,
			knownBy: named === void 0 ? "variables of the runner" : "configuration",
			invocation: `${server}/${env["GITHUB_REPOSITORY"] ?? ""}/actions/runs/${env["GITHUB_RUN_ID"] ?? ""}/attempts/${env["GITHUB_RUN_ATTEMPT"] ?? "1"}`,
			version,
			claims: claimsOf(env)
		};
	}
	return {
		id: named ?? `shiplock:local/${machine}`,
		knownBy: named === void 0 ? "name of the machine" : "configuration",
		invocation: `shiplock:run/${run}`,
		version,
		claims: {}
	};
}
const CLAIMS = [
	"GITHUB_EVENT_NAME",
	"GITHUB_REF",
	"GITHUB_SHA",
	"GITHUB_ACTOR_ID",
	"GITHUB_WORKFLOW_SHA",
	"RUNNER_ENVIRONMENT"
];
function claimsOf(env) {
	return Object.fromEntries(CLAIMS.flatMap((name) => {
		const value = env[name];
		return value === void 0 ? [] : [[name.toLowerCase(), value]];
	}));
}

// src/release/attest/make.ts
/** Signs what was built: a run of its own between the build, which knows no secret, and the release, which only verifies. */
const signedSchema = strictObject({
	/** Digest of the envelope; null in a plan. */
	envelope: string().nullable(),
	path: string()
});
/**
* Null: shiplock.yaml names no key, so nothing is signed here.
*
* @param must where no key is in reach, fail; else whoever verifies says what is missing
*/
async function attestRelease(service, made, must) {
	const { signing } = service.config.service;
	if (signing === void 0) return null;
	const manifest = made.candidate.manifest ?? manifestDigest(made.candidate.release);
	const sign = signStep(service, {
		...made,
		manifest
	}, {
		secret: signing.key.secret,
		must
	});
	const result = await runAgain(attestProcedure(made.candidate, sign), engineOptions(service, { shared: void 0 }));
	if (result.outcome !== "done") return {
		kind: "failed",
		result
	};
	const signed = result.outputs(sign);
	if (signed === void 0) throw new TypeError("a run that is done has the outputs of its steps");
	return {
		kind: "signed",
		signed
	};
}
function attestProcedure({ release, environment }, sign) {
	const { service, version, commit } = release;
	return procedure({
		id: "attest",
		title: `Attest how ${service} ${version} was built`,
		description: "A signed statement: what was built, of which commit, with what, by whom. The release takes it by digest.",
		environment: `attest:${service}`,
		inputs: {
			service,
			version,
			commit,
			environment
		},
		root: sequence({
			id: "attest",
			title: "Sign",
			steps: [sign]
		})
	});
}
function signStep(service, made, { secret, must }) {
	const { candidate, manifest } = made;
	const path = envelopePath(service.store, manifest);
	const digest = (facts) => (facts.kind === "kept" || facts.kind === "signed") && facts.text !== null ? envelopeDigest(facts.text) : null;
	return step({
		id: "sign",
		title: `Sign the provenance of ${candidate.release.version}`,
		inputs: {
			release: manifest,
			path,
			key: secret
		},
		read: async (ctx) => {
			const there = await readEnvelopeText(path);
			if (there !== null && verify(service, made, there, secret).some(({ ok }) => ok)) return {
				kind: "kept",
				text: there
			};
			const problems = await signedOtherwise(service, made, secret);
			if (problems.length > 0) return {
				kind: "refused",
				problems
			};
			if (ctx.mode === "plan") return {
				kind: "signed",
				text: null
			};
			if (!must && ownKey(service, secret) === void 0) return { kind: "elsewhere" };
			return {
				kind: "signed",
				text: await signedText(service, made, secret)
			};
		},
		decide: (facts) => decideSigning(facts, path, manifestEffects(service.store, candidate)),
		outputs: signedSchema,
		collect: (_results, facts) => ({
			envelope: digest(facts),
			path
		}),
		planned: (facts) => ({
			envelope: digest(facts),
			path
		}),
		probe: "repeatable"
	});
}
function decideSigning(facts, path, release) {
	switch (facts.kind) {
		case "kept": return {
			kind: "nothing",
			why: `it is signed: ${path}`
		};
		case "elsewhere": return {
			kind: "nothing",
			why: "no key is in reach here: another machine signs"
		};
		case "refused": return {
			kind: "refuse",
			problems: facts.problems
		};
		case "signed": {
			const content = facts.text ?? "<attestation>";
			const why = "who has built it, and of what";
			return {
				kind: "do",
				effects: [...release, {
					kind: "file",
					path,
					content,
					mode: 292,
					why,
					timeoutMs: 1e4
				}]
			};
		}
	}
}
/**
* What an attestation that lies there is worth: by the keys that the policy trusts, and by ours. One that counts by either is as good as what would
* be signed now, so that of the machine that built it is not replaced by one of the machine that releases it.
*/
function verify(service, { candidate, manifest }, envelope, secret, where = "") {
	const own = ownKey(service, secret);
	const maxAgeMs = service.trust?.maxAgeMs ?? null;
	const trusts = [...service.trust === null ? [] : [service.trust], ...own === void 0 ? [] : [{
		keys: [own],
		maxAgeMs
	}]];
	const expected = {
		...candidate.release,
		releaseJson: manifest
	};
	return trusts.map((trust) => verifyAttestation({
		expected,
		trust,
		envelope,
		where,
		now: service.clock.now()
	}));
}
/** A version that was signed with other bytes is never signed again: one name never means two things, whoever has changed what was built. */
async function signedOtherwise(service, made, secret) {
	return (await attestationsOf(service.store, made.candidate.release)).flatMap(({ path, text }) => {
		return verify(service, made, text, secret, path).flatMap((one) => one.ok ? [] : one.problems).filter(({ code }) => code === "attest.other-artefact").slice(0, 1);
	});
}
/** Undefined where the secret is not in reach: another machine signs. */
function ownKey(service, secret) {
	try {
		return trustedPem("own", publicPemOf(unwrap(privateKeyFrom(pemOf(service, secret), secret))));
	} catch (error) {
		if (error instanceof ProblemError && error.problems.every(({ code }) => code === "secret.not-found")) return void 0;
		throw error;
	}
}
/** Where variables hold one line only, `\n` stands for its end. */
function pemOf({ secrets }, secret) {
	return secrets.get(secret).replaceAll("\\n", "\n");
}
async function signedText(service, made, secret) {
	const key = unwrap(privateKeyFrom(pemOf(service, secret), `secret ${secret}`));
	return signEnvelope(PAYLOAD_TYPE, statementBytes(statementOf(await factsOf(service, made))), key);
}

export { attestRelease };