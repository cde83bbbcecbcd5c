import { t as systemClock } from "./shared-clock2.js";
import { t as createExec } from "./shared-exec.js";
import { n as httpClient } from "./shared-http-client.js";
import { c as unwrap, s as problemsOf, t as ProblemError } from "./shared-problem.js";
import { C as withLock, S as tryLock, T as filesAt, _ as readLine, a as recovering, b as taken, c as pushRefused, d as makeCommit, f as touchedSince, g as joined, i as openSession, l as headAt, m as lastLine, n as changeLine, o as refresh, r as isFresh, s as push, t as bringHead, u as isBelow, v as refusedBy, w as diagnose, x as without, y as scattered } from "./shared-session.js";
import { i as messageOf } from "./shared-message.js";
import { n as valueAt, t as deriveValues } from "./shared-values.js";
import { n as placeOf, t as checkFile } from "./shared-place.js";
import { n as valuesRequestSchema } from "./shared-request.js";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { text } from "node:stream/consumers";

// src/gitops/commit/backoff.ts
/** How long to wait after a lost race. Pure; the window is remembered between commits, since those who compete stay the same for a while. */
/** Windows are counted in tries: one is as long as one reading and pushing took here. */
const WIDEST = 64;
/** Nobody was in the way: half as wide, and soon none. */
function narrower(window) {
	return window < 1 ? 0 : window / 2;
}
/** Somebody was quicker: the first time no wait at all, since whoever it was is done now. */
function wider(window) {
	return Math.min(WIDEST, window === 0 ? .5 : window * 2);
}
/** Full jitter: anywhere in the window. `random` is in [0, 1). */
function delayMs(window, tryMs, random, longestMs = 1e4) {
	return window < 1 ? 0 : Math.min(longestMs, random * window * tryMs);
}

// src/gitops/commit/land.ts
/** A push that changed nothing is tried so often before it counts as refused: another one may have been in the middle of it. */
const STRIKES = 3;
const POLL_MS = 10;
const SLOWEST_POLL_MS = 60;
const WITHDRAW_MS = 1e4;
async function land(session, commit, tries) {
	const { names, ports } = session;
	let pollMs = POLL_MS;
	for (;;) {
		ports.signal.throwIfAborted();
		const line = await readLine(names.line);
		if (line.landed.includes(commit)) return { kind: "landed" };
		const refused = line.refused.find((one) => one.commit === commit);
		if (refused !== void 0) return {
			kind: "refused",
			problem: await pushRefused(session.place, refused.said, ports)
		};
		if (!line.waiting.some((one) => one.commit === commit)) return lookFor(session, commit, line.base);
		if (await tryLock(names.netLock, ports.clock, () => pushLine(session, tries)) !== "busy") continue;
		await ports.clock.sleep(pollMs * (.5 + ports.random()), ports.signal);
		pollMs = Math.min(SLOWEST_POLL_MS, pollMs * 1.5);
	}
}
/** Nobody remembers it: the branch does. */
async function lookFor(session, commit, base) {
	if (base !== null && await isBelow(session.cache, commit, base)) return { kind: "landed" };
	return { kind: "overtaken" };
}
/** Under the lock of the network: one push of all who wait. */
async function pushLine(session, tries) {
	const { cache, place, ports } = session;
	const { waiting, window, base } = await changeLine(session, async (line) => [line, line]);
	const last = waiting.at(-1)?.commit;
	if (last === void 0) return;
	const begun = ports.clock.monotonic();
	const pushed = await push(cache, place, last);
	const pushMs = ports.clock.monotonic() - begun;
	if (pushed.kind === "landed") {
		tries.strikes = 0;
		const now = ports.clock.now();
		await changeLine(session, async (line) => [{
			...taken(line, last, now),
			window: narrower(window)
		}, void 0]);
		return;
	}
	if (pushed.kind === "rejected") await ports.clock.sleep(delayMs(window, tries.tryMs, ports.random()), ports.signal);
	const looked = ports.clock.monotonic();
	const head = await bringHead(session);
	tries.tryMs = .6 * tries.tryMs + .4 * (pushMs + ports.clock.monotonic() - looked);
	if (head === base) return strike(session, {
		last,
		alone: waiting.length === 1,
		pushed,
		tries
	});
	tries.strikes = 0;
	await changeLine(session, async (line) => {
		return [line.landed.includes(last) ? line : {
			...line,
			window: wider(line.window)
		}, void 0];
	});
}
/** Nobody moved the branch, and our commits are not on it. */
async function strike(session, { last, alone, pushed, tries }) {
	const { place, ports } = session;
	tries.strikes++;
	if (tries.strikes < STRIKES) {
		await ports.clock.sleep(50 + ports.random() * 200 * tries.strikes, ports.signal);
		return;
	}
	tries.strikes = 0;
	if (pushed.kind === "no-answer") throw new ProblemError(await diagnose({
		place,
		want: "push",
		said: pushed.said,
		...ports
	}));
	await changeLine(session, async (line) => [alone ? refusedBy(line, last, pushed.said) : scattered(line, 1), void 0]);
}
/** Takes a commit out of the line, so that nobody pushes it after we gave up. */
async function withdraw(session, commit) {
	const { names, ports } = session;
	const signal = AbortSignal.timeout(WITHDRAW_MS);
	const own = {
		...session,
		ports: {
			...ports,
			signal
		}
	};
	await withLock(names.netLock, own.ports, () => changeLine(own, async (line) => [without(line, commit), void 0])).catch(() => void 0);
}

// src/gitops/commit/sign.ts
/**
* Signatures as git makes them with `gpg.format=ssh`: over the bytes of the commit, in its header `gpgsig`, for the namespace `git`. Nobody is
* ever asked for a passphrase: such a key goes into an agent, and its public half is named.
*/
const NAMESPACE = "git";
const TIMEOUT_MS = 2e4;
/** The same commit with a signature; its id. */
async function signCommit(cache, commit, signing) {
	const payload = await cache.local([
		"cat-file",
		"commit",
		commit
	]);
	const signed = withSignature(payload, await sign(payload, signing));
	return (await cache.local([
		"hash-object",
		"-t",
		"commit",
		"-w",
		"--stdin"
	], { stdin: signed })).trim();
}
/** Pure: the header comes last, before the empty line; its further lines begin with a space. */
function withSignature(payload, signature) {
	const end = payload.indexOf("\n\n");
	const header = `gpgsig ${signature.trimEnd().replaceAll("\n", "\n ")}`;
	return `${payload.slice(0, end)}\n${header}${payload.slice(end)}`;
}
async function sign(payload, { key, exec, signal }) {
	const dir = await mkdtemp(join(tmpdir(), "shiplock-sign-"));
	try {
		const file = join(dir, "commit");
		await writeFile(file, payload);
		const argv = [
			"ssh-keygen",
			"-Y",
			"sign",
			"-q",
			"-f",
			await keyFile(key, dir),
			"-n",
			NAMESPACE,
			file
		];
		const result = await exec.read([...[
			"env",
			"-u",
			"SSH_ASKPASS",
			"-u",
			"DISPLAY",
			"SSH_ASKPASS_REQUIRE=never",
			"LC_ALL=C"
		], ...argv], {
			timeoutMs: TIMEOUT_MS,
			signal
		});
		if (result.exitCode === 0) return await readFile(`${file}.sig`, "utf8");
		throw new ProblemError(cannotSign(key, lastLine(result.stderr, result.exitCode)));
	} finally {
		await rm(dir, {
			recursive: true,
			force: true
		});
	}
}
async function keyFile(key, dir) {
	if (!key.startsWith("key::")) {
		if (existsSync(key)) return key;
		throw new ProblemError(cannotSign(key, "no such file"));
	}
	const path = join(dir, "key.pub");
	await writeFile(path, `${key.slice(5).trim()}\n`);
	return path;
}
function cannotSign(key, found) {
	return {
		code: "gitops.cannot-sign",
		where: `gitops.signingKey ${key.slice(0, 80)}`,
		found,
		expected: "an OpenSSH key that signs without a question",
		remedy: "name a private key without a passphrase; or give the key to the agent (`ssh-add`) and name its public half, as a path or as `key::ssh-ed25519 AAAA…`"
	};
}

// src/gitops/commit/index.ts
/**
* One commit on the branch, by compare-and-swap: derived from the head, pushed as a plain fast-forward, and derived anew from the new head
* when somebody was quicker. Nothing is merged, nothing forced. Commits of several processes on one machine go in one push, each as a
* commit of its own. The same run and node are never committed twice, unless it `repeats`.
* @throws ProblemError when it is refused, in conflict, out of time, or the repository does not answer
*/
async function commit(request, ports) {
	const session = await openSession(request.place, ports);
	const tries = {
		strikes: 0,
		tryMs: 400
	};
	const begun = ports.clock.now();
	const end = ports.clock.monotonic() + request.deadlineMs;
	let count = 0;
	return recovering(session, async () => {
		for (;;) {
			if (ports.clock.monotonic() > end) throw new ProblemError(contended(request.place, count, request.deadlineMs));
			const built = await build(session, request, begun);
			if (built.kind === "look") {
				await refresh(session, begun);
				continue;
			}
			if (built.kind === "full") {
				await ports.clock.sleep(20 + ports.random() * 40, ports.signal);
				continue;
			}
			if (built.kind !== "built") return built;
			count++;
			const landing = await landOrWithdraw(session, built.commit, tries);
			if (landing.kind === "landed") return {
				kind: "committed",
				commit: built.commit,
				edits: built.edits,
				tries: count
			};
			if (landing.kind === "refused") throw new ProblemError(landing.problem);
		}
	});
}
async function landOrWithdraw(session, made, tries) {
	try {
		return await land(session, made, tries);
	} catch (error) {
		await withdraw(session, made);
		throw error;
	}
}
/** Derives on the last commit of the line and joins it; an answer that needs no commit is given on the head of the branch itself. */
function build(session, request, begun) {
	const { cache, ports } = session;
	const { files, origin, derive } = request;
	const isOwn = (at) => ownIn(at, request) !== void 0;
	return changeLine(session, async (line) => {
		const now = ports.clock.now();
		const seen = line.seenAt >= begun && line.seenAt <= now;
		if (!seen && !isFresh(line, now)) return [line, { kind: "look" }];
		if (line.waiting.length >= line.limit) return [line, { kind: "full" }];
		const tip = line.waiting.at(-1)?.commit ?? line.base;
		const head = await headAt(cache, tip, files, origin.environment);
		const derived = isOwn(head) ? void 0 : derive(head);
		if (derived?.kind === "edit") {
			const made = await make(session, request, tip, derived.edits);
			return [joined(line, made, now), {
				kind: "built",
				commit: made,
				edits: derived.edits
			}];
		}
		if (!seen) return [line, { kind: "look" }];
		if (tip !== line.base) {
			const there = await headAt(cache, line.base, files, origin.environment);
			return !isOwn(there) && derive(there).kind === "edit" ? [line, { kind: "full" }] : [line, await answer(session, request, there)];
		}
		return [line, await answer(session, request, head)];
	});
}
async function answer(session, request, head) {
	const own = ownIn(head, request);
	if (own !== void 0) return {
		kind: "was-committed",
		commit: own.commit
	};
	const derived = request.derive(head);
	switch (derived.kind) {
		case "nothing": return {
			kind: "nothing",
			why: derived.why,
			base: head.base
		};
		case "refuse": throw new ProblemError(derived.problems);
		case "conflict": throw new ProblemError(await conflictProblem(session, request, head, derived.conflict));
		case "edit": return { kind: "look" };
	}
}
function ownIn(head, { origin: { run, node }, repeats }) {
	if (repeats === true) return void 0;
	return head.ours.find((one) => one.run === run && one.node === node);
}
async function make({ cache, ports }, request, base, edits) {
	const { author, time, origin, subject, signingKey } = request;
	const made = await makeCommit(cache, {
		base,
		author,
		time,
		edits,
		message: messageOf(origin, edits, subject)
	});
	return signingKey === void 0 ? made : signCommit(cache, made, {
		key: signingKey,
		...ports
	});
}
async function conflictProblem({ cache, place }, { readAt }, { base }, { file, path, read, theirs, ours }) {
	const who = base === null ? void 0 : await writerOf(cache, {
		readAt: readAt ?? null,
		base,
		file,
		path,
		theirs
	});
	return {
		code: "gitops.conflict",
		where: `${place.location.address} ${place.branch}:${file} ${path}`,
		found: `${theirs}${who === void 0 ? "" : `, by ${who.author} in commit ${who.commit.slice(0, 12)} of ${who.time}`}`,
		expected: `${read}, as it was read before it should become ${ours}`,
		remedy: "ask them which of the two is meant; to go on with ours, start the release again: it then begins from their value"
	};
}
/** The commit that gave the value what it is now. */
async function writerOf(cache, of) {
	const touched = await touchedSince(cache, of.readAt, of.base, of.file).catch(() => []);
	let writer = touched[0];
	for (const one of touched) {
		const files = await filesAt(cache, one.commit, [of.file]);
		if ((valueAt(files[of.file] ?? null, of.path) ?? "nothing") !== of.theirs) break;
		writer = one;
	}
	return writer;
}
function contended(place, tries, deadlineMs) {
	return {
		code: "gitops.contended",
		where: `${place.location.address} ${place.branch}`,
		found: `${tries} tries in ${Math.round(deadlineMs / 1e3)} s, and somebody else was quicker each time`,
		expected: "a moment in which the branch stands still",
		remedy: "run the same again; where many write to one branch all the time, give each service a repository or a branch of its own"
	};
}

// src/gitops/commit/values-main.ts
/**
* The effect of a commit step: reads a request, commits, answers with one line of JSON. Every refusal is an answer too; the step that
* reads it says what it means.
*/
async function valuesMain(stdin, ports, out) {
	const answer = await answerTo(stdin, ports);
	out(`${JSON.stringify(answer)}\n`);
	return answer.kind === "problems" ? 5 : 0;
}
async function answerTo(stdin, ports) {
	try {
		const parsed = JSON.parse(stdin);
		return await commitValues(valuesRequestSchema.parse(parsed), ports);
	} catch (error) {
		return {
			kind: "problems",
			problems: [...problemsOf(error, "commit")]
		};
	}
}
/** One commit that sets values in files. */
async function commitValues(request, ports) {
	const { changes, origin, missingFile, othersValue, repository, branch } = request;
	const place = unwrap(placeOf(request));
	const done = await commit({
		...request,
		place,
		files: [...new Set(changes.map(({ file }) => checkFile(file)))],
		derive: deriveValues({
			origin,
			changes,
			missingFile,
			othersValue,
			where: `${repository} ${branch}`
		})
	}, ports);
	return done.kind === "committed" ? {
		kind: done.kind,
		commit: done.commit,
		tries: done.tries
	} : done;
}

// src/gitops/commit-main.ts
process.exitCode = await valuesMain(await text(process.stdin), {
	exec: createExec(),
	clock: systemClock,
	http: httpClient,
	random: Math.random,
	signal: new AbortController().signal
}, (answer) => {
	process.stdout.write(answer);
});

export {  };