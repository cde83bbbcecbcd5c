import { Fn as object, Jn as string, Lt as boolean, Nt as array, Yt as discriminatedUnion, qn as strictObject, xn as literal } from "./shared-schemas.js";
import { t as runIfStarted } from "./shared-own.js";
import { $s as gate, Ar as hostsNode, Pr as askWhole, Qs as forEach, Xs as action, ic as sequence, jr as hostEffect, sc as MADE_PASSWORD } from "./shared-common.js";
import { F as resticVariables, N as resolved, P as resticProblem, d as repositoryIn, s as notConfigured } from "./shared-open.js";
import { t as ProblemError } from "./shared-problem.js";
import { a as secretFiles, i as replaceFile, n as dropFiles, r as here, t as QUICK_MS } from "./shared-files.js";
import { i as restic } from "./shared-restic.js";
import { S as wholeLines } from "./shared-program.js";
import { i as reachOf } from "./shared-system.js";
import { c as optionalText, d as runbook, t as choice, u as text } from "./shared-input.js";
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";

// src/release/keys/problems.ts
/** Why a key is not exchanged, in words that a person can act on. Pure. */
function noHosts(environment) {
	return {
		code: "keys.no-hosts",
		where: `environments.${environment}.platform`,
		found: "no hosts that are reached over ssh",
		expected: "`kind: ssh`",
		remedy: "--key backup exchanges the password of backups"
	};
}
function noIdentity(environment) {
	return {
		code: "keys.no-identity",
		where: `environments.${environment}.platform.identityFile`,
		found: "nothing: keys of an agent, or the files that ssh takes by itself",
		expected: "the file of the key by which hosts are reached",
		remedy: "name it in `platform.identityFile`; a key that an agent holds is exchanged where it is kept"
	};
}
function unreadableKey(path, found) {
	return {
		code: "keys.unreadable",
		where: path,
		found,
		expected: "a private key of OpenSSH without a passphrase, readable for this user",
		remedy: "mend `platform.identityFile`; a key with a passphrase, or of an agent, is exchanged where it is kept"
	};
}
function notLetIn(host, file) {
	return {
		code: "keys.not-let-in",
		where: host,
		found: `an authorized_keys without the public half of ${file}`,
		expected: "the key in authorized_keys of the user by whom the host is reached",
		remedy: "look how the host lets it in (a certificate, a command, another file), and exchange it there"
	};
}
function stillLetIn(where, what) {
	return {
		code: "keys.old-still-let-in",
		where,
		found: `${what} that was taken away, and is let in all the same`,
		expected: "that it is refused",
		remedy: "look for it in other files and rules by which this host or repository lets people in, then resume the run"
	};
}
function noneMade(path) {
	return {
		code: "keys.none-made",
		where: path,
		found: "no new one",
		expected: "the new one, which an earlier step has made",
		remedy: "nothing was taken away; begin a new run, which makes another"
	};
}
function notFile(environment, reference) {
	return {
		code: "keys.not-file",
		where: `environments.${environment}.backup`,
		found: reference,
		expected: "a password behind `file:`, which can be written from here",
		remedy: "keep it in a file; or do it by hand: restic key add, change the secret, restic key remove"
	};
}
function noSuchRepository(environment, given, known) {
	return {
		code: "keys.no-such-repository",
		where: "--repository",
		found: given,
		expected: `one of ${known.join(", ")}`,
		remedy: `name it as \`environments.${environment}.backup\` has it`
	};
}
function opensNot(repository, file) {
	return {
		code: "keys.opens-not",
		where: repository,
		found: `a password in ${file} that opens no key of this repository`,
		expected: "the password of this repository",
		remedy: "put it there; without it nothing in this repository can be read by anybody"
	};
}
/** An earlier run has begun to take the old one away: what is used must be let in everywhere, so the new one stays. */
function noWayBack(places) {
	return {
		code: "keys.no-way-back",
		where: places.join(", "),
		found: "a place that lets the old one in no more",
		expected: "the old one let in everywhere, before it is used again",
		remedy: "the new one stays in use, and is let in everywhere; begin a new run, and let it come to its end"
	};
}

// src/release/keys/backup-look.ts
/**
* @param given which of the repositories, as it is configured; undefined: the first
* @throws ProblemError where there is none, or its password cannot be written from here
*/
function openBackupKeys(service, given) {
	const { environment, backup } = service.environment;
	if (backup === null) throw new ProblemError(notConfigured(environment));
	const all = [backup, ...backup.copies].map(repositoryIn(service));
	const meant = given === void 0 ? all[0] : all.find(({ repository }) => sameRepository(repository, given, service));
	if (meant === void 0) {
		const known = all.map(({ repository }) => repository);
		throw new ProblemError(noSuchRepository(environment, given ?? "", known));
	}
	const reference = referenceOf(meant.password);
	if (!reference.startsWith("file:")) throw new ProblemError(notFile(environment, reference));
	const fileOf = (text) => resolve(service.baseDir, text.slice(5));
	const own = fileOf(reference);
	return {
		service,
		repositories: all.filter(({ password }) => {
			const other = referenceOf(password);
			return other.startsWith("file:") && fileOf(other) === own;
		}),
		files: secretFiles(own)
	};
}
function sameRepository(repository, given, { baseDir }) {
	return repository === given || repository === resolve(baseDir, given);
}
function referenceOf(password) {
	return typeof password === "string" ? "" : password.secret;
}
/** Files are read anew each time: what is known of a secret is what it was when it was asked for first. */
async function passwordsOf({ files }) {
	const [own = null, next = null, before = null] = await Promise.all([
		files.own,
		files.next,
		files.before
	].map(passwordIn));
	return {
		own,
		next,
		before
	};
}
async function passwordIn(path) {
	const text = await readFile(path, "utf8").catch(() => null);
	return text === null || text.trim() === "" ? null : text.replace(/\r?\n$/, "");
}
const RESTIC_MS$1 = 3e5;
const keySchema = array(object({
	current: boolean(),
	id: string()
}));
/** The same repository, by the password of another file. Pure. */
function withPasswordOf(repository, file) {
	return {
		...repository,
		password: { secret: `file:${file}` }
	};
}
/** Whether a password opens a repository, by reading its configuration with it. @throws ProblemError for anything else, such as no repository */
async function opens(work, repository, password) {
	const result = await ask(work, repository, password, [
		"--no-lock",
		"cat",
		"config"
	]);
	if (result.exitCode === 0) return true;
	const problem = resticProblem(repository, result);
	if (problem.code === "backup.wrong-key") return false;
	throw new ProblemError(problem);
}
/** Id of the key that a password opens; null: none. @throws ProblemError for anything else */
async function keyOf(work, repository, password) {
	const result = await ask(work, repository, password, [
		"--no-lock",
		"key",
		"list",
		"--json"
	]);
	if (result.exitCode === 0) return keySchema.parse(JSON.parse(result.stdout)).find(({ current }) => current)?.id ?? null;
	const problem = resticProblem(repository, result);
	if (problem.code === "backup.wrong-key") return null;
	throw new ProblemError(problem);
}
function ask({ service }, repository, password, words) {
	return service.exec.read([repository.program, ...words], {
		env: resolved(resticVariables({
			...repository,
			password
		}), service.secrets),
		timeoutMs: RESTIC_MS$1
	});
}

// src/release/keys/file-steps.ts
function keepStep({ files, service }, look) {
	return action({
		id: "keep",
		title: "Keep the old one beside it",
		inputs: { file: files.before },
		read: look,
		decide: ({ own, next, before }) => own !== next && before !== own ? {
			kind: "do",
			effects: replaceFile(service, files, files.own, files.before)
		} : {
			kind: "nothing",
			why: "it is kept"
		},
		probe: "repeatable",
		timeoutMs: 5 * QUICK_MS
	});
}
/** The old one in its place again; refused where somebody does not take it any more. */
function wayBackStep({ files, service }, { title, isThere, look, shut, timeoutMs }) {
	return action({
		id: "restore",
		title,
		inputs: { file: files.own },
		read: async ({ signal }) => {
			const { own, next, before } = await look();
			if (own !== next || before === null) return {
				isUsed: true,
				shut: []
			};
			return {
				isUsed: false,
				shut: await shut(before, signal)
			};
		},
		decide: (found) => {
			if (found.isUsed) return {
				kind: "nothing",
				why: isThere
			};
			if (found.shut.length > 0) return {
				kind: "refuse",
				problems: [noWayBack(found.shut)]
			};
			return {
				kind: "do",
				effects: replaceFile(service, files, files.before, files.own)
			};
		},
		probe: "repeatable",
		timeoutMs
	});
}
/** The new one first: what is left by a run that dies in between is an old one that opens nothing. */
function tidyStep({ files, service }) {
	return action({
		id: "tidy",
		title: "Take away what nobody needs any more",
		inputs: { files: [files.next, files.before] },
		read: async () => null,
		decide: () => ({
			kind: "do",
			effects: dropFiles(service, [files.next, files.before])
		}),
		probe: "repeatable"
	});
}

// src/release/keys/gates.ts
/** Pure. */
function confirmed({ role, what, works, others }, description) {
	return gate({
		id: "checkpoint",
		title: `Confirm that everything that uses ${what} has the new one`,
		description,
		role,
		evidence: [
			{
				kind: "check",
				name: "works",
				question: works
			},
			{
				kind: "check",
				name: "others",
				question: others
			},
			{
				kind: "text",
				name: "seen",
				question: "What did you look at, and what did you see?",
				minLength: 10
			}
		],
		guard: { kind: "nothing-shifted" },
		judge: (evidence) => evidence["works"] === true && evidence["others"] === true ? { kind: "pass" } : {
			kind: "reject",
			why: "somebody still needs the old one"
		}
	});
}
/** The first host lets the old one in no more. Pure. */
function inspected({ role }, host) {
	return gate({
		id: "first",
		title: `Inspect ${host} before the other hosts let the old key in no more`,
		description: "On “no” the other hosts keep both keys; once mended, run it again.",
		role,
		evidence: [{
			kind: "check",
			name: "works",
			question: `Does everybody get in to ${host} who must, jobs of other machines too?`
		}, {
			kind: "text",
			name: "seen",
			question: "What did you look at, and what did you see?",
			minLength: 10
		}],
		guard: { kind: "nothing-shifted" },
		judge: (evidence) => evidence["works"] === true ? { kind: "pass" } : {
			kind: "reject",
			why: `somebody does not get in to ${host}`
		}
	});
}

// src/release/keys/backup-steps.ts
/**
* A new password of restic's repositories: a key of its own beside the old one, whose key goes last. Commands name the files `*.previous` and `*.next`,
* which keep what they have for the whole run, and never the one that is exchanged in between.
*/
/** @param words what people are asked, and whom */
function backupKeyNodes(work, words) {
	const each = work.repositories.map((repository, at) => ({
		repository,
		id: at === 0 ? "one" : `one-${at + 1}`
	}));
	return [
		...each.map(({ repository, id }) => lookStep$1(work, repository, `look-${id}`)),
		sequence({
			id: "exchange",
			title: "Exchange it while both open",
			steps: [
				makeStep$1(work),
				keepStep(work, () => passwordsOf(work)),
				...each.flatMap(({ repository, id }) => [addStep(work, repository, `add-${id}`), provenStep$1(work, repository, `proven-${id}`)]),
				switchStep$1(work),
				confirmed(words, "From then on the old one opens nothing any more. Until then “no” takes the exchange back, and nobody is cut off.")
			],
			rollback: sequence({
				id: "back",
				title: "Put the old one behind its reference again, and take the new key away",
				steps: [
					backStep$1(work),
					...each.map(({ repository, id }) => removeStep(work, repository, `forget-${id}`, "next")),
					tidyStep(work)
				]
			})
		}),
		sequence({
			id: "finish",
			title: "Only the new one opens",
			steps: [...each.flatMap(({ repository, id }) => [provenStep$1(work, repository, `opens-${id}`), removeStep(work, repository, `discard-${id}`, "before")]), tidyStep(work)]
		})
	];
}
function lookStep$1(work, repository, id) {
	return action({
		id,
		title: `Look whether the password opens ${repository.repository}`,
		inputs: {
			repository: repository.repository,
			file: work.files.own
		},
		read: async () => {
			const { own } = await passwordsOf(work);
			return own !== null && await opens(work, repository, own);
		},
		decide: (isOpen) => isOpen ? {
			kind: "nothing",
			why: "it does"
		} : {
			kind: "refuse",
			problems: [opensNot(repository.repository, work.files.own)]
		},
		probe: "repeatable",
		timeoutMs: RESTIC_MS
	});
}
/** 192 bits of `node:crypto`. A file that is there is never replaced, so a second try has the same one. */
function makeStep$1(work) {
	const { files } = work;
	return action({
		id: "make",
		title: "Make a new password",
		inputs: { file: files.next },
		read: async () => ({
			found: await passwordsOf(work),
			text: await readFile(files.own, "utf8")
		}),
		decide: ({ found, text }) => {
			if (found.next !== null) return {
				kind: "nothing",
				why: "there is one"
			};
			const made = `${MADE_PASSWORD}${text.endsWith("\n") ? "\n" : ""}`;
			return {
				kind: "do",
				effects: [{
					kind: "file",
					path: files.next,
					content: { made },
					mode: 384,
					timeoutMs: QUICK_MS
				}]
			};
		},
		probe: "repeatable"
	});
}
function addStep(work, repository, id) {
	const { files } = work;
	return action({
		id,
		title: `Make a key for it in ${repository.repository}`,
		inputs: { repository: repository.repository },
		read: async () => {
			const { next } = await passwordsOf(work);
			return next !== null && await opens(work, repository, next);
		},
		decide: (isOpen) => isOpen ? {
			kind: "nothing",
			why: "it opens one"
		} : {
			kind: "do",
			effects: [restic(withPasswordOf(repository, files.before), [
				"key",
				"add",
				"--new-password-file",
				files.next
			], `a key for the new password in ${repository.repository}`)]
		},
		probe: "repeatable",
		timeoutMs: RESTIC_MS
	});
}
/** The new password alone reads the configuration of the repository, which is encrypted as everything in it is. */
function provenStep$1(work, repository, id) {
	return action({
		id,
		title: `Open ${repository.repository} with the new password alone`,
		inputs: { repository: repository.repository },
		read: async ({ mode }) => {
			if (mode === "run") await prove$1(work, repository);
			return null;
		},
		decide: () => ({
			kind: "nothing",
			why: "it opens"
		}),
		probe: "repeatable",
		timeoutMs: RESTIC_MS
	});
}
/** @throws ProblemError where it does not open, or there is none */
async function prove$1(work, repository) {
	const { next } = await passwordsOf(work);
	if (next === null) throw new ProblemError(noneMade(work.files.next));
	if (!await opens(work, repository, next)) throw new ProblemError(opensNot(repository.repository, work.files.next));
}
function switchStep$1(work) {
	const { files, service } = work;
	return action({
		id: "switch",
		title: "Put the new one behind the reference",
		inputs: { file: files.own },
		read: () => passwordsOf(work),
		decide: ({ own, next }, { mode }) => {
			if (next === null && mode === "run") return {
				kind: "refuse",
				problems: [noneMade(files.next)]
			};
			return own === next ? {
				kind: "nothing",
				why: "it is there"
			} : {
				kind: "do",
				effects: replaceFile(service, files, files.next, files.own)
			};
		},
		probe: "repeatable",
		timeoutMs: 5 * QUICK_MS
	});
}
/** An earlier run may have begun to take the old one away from repositories. */
function backStep$1(work) {
	return wayBackStep(work, {
		title: "Put the old one behind the reference again",
		isThere: "it is there",
		look: () => passwordsOf(work),
		shut: async (before) => {
			const opened = await Promise.all(work.repositories.map((one) => opens(work, one, before)));
			return work.repositories.filter((_one, at) => opened[at] !== true).map(({ repository }) => repository);
		},
		timeoutMs: RESTIC_MS
	});
}
const TO_COME$1 = {
	before: "<id of the old key>",
	next: "<id of the new key>"
};
/** @param which whose key goes: restic removes it by its id, opened by the other password; it never removes the one that it was opened by */
function removeStep(work, repository, id, which) {
	const { files } = work;
	const other = which === "before" ? "next" : "before";
	const what = which === "before" ? "old" : "new";
	return action({
		id,
		title: `Take the key of the ${what} password away in ${repository.repository}`,
		description: `Afterwards the ${what} password must open nothing.`,
		inputs: { repository: repository.repository },
		read: async ({ mode }) => {
			if (mode === "plan") return TO_COME$1[which];
			const found = await passwordsOf(work);
			const [goes, stays] = [found[which], found[other]];
			return goes === null || stays === null || goes === stays ? null : keyOf(work, repository, goes);
		},
		decide: (gone) => {
			if (gone === null) return {
				kind: "nothing",
				why: "it opens nothing"
			};
			const opened = withPasswordOf(repository, files[other]);
			return {
				kind: "do",
				effects: [restic(opened, ["unlock"], "locks of commands that are gone"), restic(opened, [
					"key",
					"remove",
					gone
				], `the key of the ${what} password in ${repository.repository}`)]
			};
		},
		probe: "repeatable",
		timeoutMs: RESTIC_MS,
		verify: async () => {
			const { [which]: goes } = await passwordsOf(work);
			return goes !== null && await opens(work, repository, goes) ? [stillLetIn(repository.repository, `the ${what} password`)] : [];
		}
	});
}
const RESTIC_MS = 6e5;

// src/platform/ssh/keys.ts
/**
* Keys by which the user of ours logs in to a host: those in its `authorized_keys` (sshd(8)). A key is its bytes in base64, the second word of a public
* key.
*/
const KEYS_MS = 6e4;
/** Lets a key in beside one that is let in, with the same restrictions. Repeatable. Pure. */
function addKeyEffect(options, old, added, comment) {
	const why = `let the new key in beside the old one on ${options.host.name}`;
	return keyEffect(options, [
		"--do",
		"add",
		"--of",
		old,
		"--to",
		added,
		"--name",
		comment
	], why);
}
/** Lets a key in no more; the host refuses where the other one is not let in. Repeatable. Pure. */
function removeKeyEffect(options, removed, kept, which) {
	const why = `let the ${which} key in no more on ${options.host.name}`;
	return keyEffect(options, [
		"--do",
		"remove",
		"--of",
		removed,
		"--to",
		kept
	], why);
}
function keyEffect(options, words, why) {
	return hostEffect(options, "key", words, {
		why,
		timeoutMs: KEYS_MS
	});
}
const line = discriminatedUnion("kind", [strictObject({
	kind: literal("key"),
	key: string(),
	file: string()
}), strictObject({ kind: literal("end") })]);
/**
* In which file each of these keys stands, in their order; null for one that stands in none.
* @param identityFile log in anew with this key alone, and with nothing else: a proof that it is let in
* @throws ProblemError when the host cannot be asked; `ssh.refused` where it does not let the key in
*/
async function keysOn({ host, reach, exec }, keys, { identityFile, signal } = {}) {
	const looking = {
		host,
		access: identityFile === void 0 ? reach.access : {
			...reach.access,
			identityFile,
			alone: true
		},
		root: reach.root,
		exec
	};
	const parse = (said) => {
		const found = new Map(wholeLines(said, line)?.flatMap((one) => one.kind === "key" ? [[one.key, one.file]] : []));
		return keys.every((key) => found.has(key)) ? keys.map((key) => found.get(key) || null) : void 0;
	};
	return askWhole(looking, {
		verb: "keys",
		words: ["--of", keys.join(",")],
		parse
	}, signal);
}

// src/release/keys/host-look.ts
/** @throws ProblemError where no key of a file leads to hosts */
function openHostKeys(service) {
	const { environment } = service;
	const reach = reachOf(environment, { hosts: environment.system?.hosts ?? [] });
	if (reach === null || reach.hosts.length === 0) throw new ProblemError(noHosts(environment.environment));
	const { identityFile } = reach.access;
	if (identityFile === void 0) throw new ProblemError(noIdentity(environment.environment));
	return {
		service,
		reach,
		files: secretFiles(identityFile),
		comment: `shiplock-${environment.service}-${environment.environment}`
	};
}
const LOOK_MS = 1e4;
/** @throws ProblemError `keys.unreadable` */
async function lookAtFiles({ service, files }) {
	const [own, next, before] = await Promise.all([
		files.own,
		files.next,
		files.before
	].map((file) => publicHalf(service.exec, file)));
	if (own === void 0 || own === null) throw new ProblemError(unreadableKey(files.own, "no file"));
	return {
		own,
		next: next ?? null,
		before: before ?? null
	};
}
/** Of the private key itself: a `.pub` beside it may be another one's. Null: no file. */
async function publicHalf(exec, file) {
	try {
		await readFile(file);
	} catch (error) {
		if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
		throw new ProblemError(unreadableKey(file, error instanceof Error ? error.message : String(error)));
	}
	const result = await exec.read([
		"ssh-keygen",
		"-y",
		"-P",
		"",
		"-f",
		file
	], { timeoutMs: LOOK_MS });
	const [, key] = result.exitCode === 0 ? result.stdout.trim().split(/\s+/) : [];
	if (key === void 0) throw new ProblemError(unreadableKey(file, said(result)));
	return key;
}
function said({ stderr, exitCode }) {
	return stderr.trim().split("\n").at(-1) || `ssh-keygen ended with ${exitCode}`;
}
/** The two keys of an exchange: `old` leads to hosts from before; `fresh` is null before it is made. Pure. */
function oldAndFresh({ own, next, before }) {
	return own !== null && own === next ? {
		old: before,
		fresh: next
	} : {
		old: own,
		fresh: next
	};
}
/** Which of these a host lets in. @throws ProblemError when it cannot be asked */
async function letInOn({ service, reach }, host, keys, how = {}) {
	return (await keysOn({
		host,
		reach,
		exec: service.exec
	}, keys, how)).map((file) => file !== null);
}
/** Whether a login with the key of this file alone is let in. @throws ProblemError when the host does not answer at all */
async function logsIn(work, host, identityFile, key, signal) {
	try {
		await letInOn(work, host, [key], {
			identityFile,
			signal
		});
		return true;
	} catch (error) {
		if (error instanceof ProblemError && error.problems.some(({ code }) => code === "ssh.refused")) return false;
		throw error;
	}
}

// src/release/keys/host-steps.ts
/**
* A new SSH key for the hosts of an environment. Each host lets both in until a person has confirmed that everybody has the new one; then each lets the
* old one in no more, the first host alone. Every step looks whether it is done already; a host takes no key away where the other one is not let in.
*/
/** In a plan the new key is not there yet. */
const TO_COME = "<make.key>";
/** @param words what people are asked, and whom */
function hostKeyNodes(work, words) {
	const { hosts } = work.reach;
	const [first, ...rest] = hosts;
	if (first === void 0) throw new TypeError("without hosts it is refused before");
	const names = hosts.map(({ name }) => name).join(", ");
	return [
		hostsNode({
			...work.reach,
			exec: work.service.exec
		}, "an exchange of keys"),
		lookStep(work),
		sequence({
			id: "exchange",
			title: "Exchange it while both are let in",
			steps: [
				makeStep(work),
				keepStep(work, () => lookAtFiles(work)),
				forEach({
					id: "both",
					title: "Let the new one in beside the old one",
					items: hosts,
					body: (host) => bothOn(work, host)
				}),
				switchStep(work),
				...hosts.map((host) => provenStep(work, host, `uses-${host.name}`, "own")),
				confirmed(words, `From then on hosts let the old one in no more: ${names}. Until then “no” takes the exchange back, and nobody is cut off.`)
			],
			rollback: sequence({
				id: "back",
				title: "Use the old one again, and have the hosts forget the new one",
				steps: [
					backStep(work),
					...hosts.map((host) => forgetStep(work, host)),
					tidyStep(work)
				]
			})
		}),
		sequence({
			id: "finish",
			title: "Let in only the new one",
			steps: [
				discardOn(work, first),
				...rest.length === 0 ? [] : [inspected(words, first.name), forEach({
					id: "rest",
					title: "The other hosts",
					items: rest,
					body: (host) => discardOn(work, host)
				})],
				tidyStep(work)
			]
		})
	];
}
function lookStep(work) {
	return action({
		id: "look",
		title: "Look whether each host lets the key in by a file that can be written",
		inputs: {
			hosts: work.reach.hosts.map(({ name }) => name),
			file: work.files.own
		},
		read: async ({ signal }) => {
			const { old, fresh } = oldAndFresh(await lookAtFiles(work));
			const keys = [old, fresh].filter((key) => key !== null);
			const asked = await Promise.all(work.reach.hosts.map((host) => letInOn(work, host, keys, { signal })));
			return work.reach.hosts.filter((_host, at) => asked[at]?.includes(true) !== true).map(({ name }) => name);
		},
		decide: (strangers) => strangers.length > 0 ? {
			kind: "refuse",
			problems: strangers.map((name) => notLetIn(name, work.files.own))
		} : {
			kind: "nothing",
			why: "each of them does"
		},
		probe: "repeatable"
	});
}
/** Under another name until it is whole; one that is there is never replaced, so a second try has the same one. */
function makeStep(work) {
	const { files, service, comment } = work;
	const part = `${files.next}.part`;
	const make = [
		"ssh-keygen",
		"-q",
		"-t",
		"ed25519",
		"-N",
		"",
		"-C",
		comment,
		"-f",
		part
	];
	return action({
		id: "make",
		title: "Make a new key",
		inputs: { file: files.next },
		read: () => lookAtFiles(work),
		decide: (found) => oldAndFresh(found).fresh !== null ? {
			kind: "nothing",
			why: "there is one"
		} : {
			kind: "do",
			effects: [
				...dropFiles(service, [part, `${part}.pub`]),
				here(service, make),
				here(service, [
					"sync",
					"--",
					part
				]),
				here(service, [
					"mv",
					"-f",
					"--",
					part,
					files.next
				]),
				...dropFiles(service, [`${part}.pub`])
			]
		},
		probe: "repeatable",
		timeoutMs: 5 * QUICK_MS
	});
}
function bothOn(work, host) {
	return sequence({
		id: host.name,
		title: `Let it in on ${host.name}, and log in with it`,
		steps: [bothStep(work, host), provenStep(work, host, "proven", "next")]
	});
}
function bothStep(work, host) {
	return action({
		id: "let-in",
		title: `Write it beside the old one on ${host.name}`,
		inputs: {
			host: host.name,
			comment: work.comment
		},
		read: async ({ signal }) => {
			const files = await lookAtFiles(work);
			const { fresh } = oldAndFresh(files);
			const [isIn = false] = fresh === null ? [] : await letInOn(work, host, [fresh], { signal });
			return {
				files,
				isIn
			};
		},
		decide: ({ files, isIn }, { mode }) => {
			if (isIn) return {
				kind: "nothing",
				why: "it is let in"
			};
			const { old, fresh } = oldAndFresh(files);
			const added = fresh ?? (mode === "plan" ? TO_COME : null);
			if (old === null || added === null) return {
				kind: "refuse",
				problems: [noneMade(work.files.next)]
			};
			return {
				kind: "do",
				effects: [addKeyEffect({
					host,
					reach: work.reach
				}, old, added, work.comment)]
			};
		},
		probe: "repeatable",
		timeoutMs: HOST_MS
	});
}
/** A login of its own with that file and nothing else: no open connection and no agent helps. */
function provenStep(work, host, id, which) {
	const file = work.files[which];
	return action({
		id,
		title: `Log in to ${host.name} with the new key alone`,
		inputs: {
			host: host.name,
			file
		},
		read: async ({ mode, signal }) => {
			if (mode === "run") await prove(work, host, file, signal);
			return null;
		},
		decide: () => ({
			kind: "nothing",
			why: "it is let in"
		}),
		probe: "repeatable",
		timeoutMs: HOST_MS
	});
}
/** @throws ProblemError where it is not let in, or the file has another key than the new one */
async function prove(work, host, file, signal) {
	const found = await lookAtFiles(work);
	const { fresh } = oldAndFresh(found);
	if (fresh === null || file === work.files.own && found.own !== fresh) throw new ProblemError(noneMade(file));
	const [isIn] = await letInOn(work, host, [fresh], {
		identityFile: file,
		signal
	});
	if (isIn !== true) throw new ProblemError(notLetIn(host.name, file));
}
/** The public half goes first: ssh offers what it says, and would not use another private key. Without it ssh asks the private key itself. */
function switchStep(work) {
	const { files, service } = work;
	return action({
		id: "switch",
		title: "Use the new one",
		inputs: { file: files.own },
		read: () => lookAtFiles(work),
		decide: (found, { mode }) => {
			const fresh = oldAndFresh(found).fresh ?? (mode === "plan" ? TO_COME : null);
			if (fresh === null) return {
				kind: "refuse",
				problems: [noneMade(files.next)]
			};
			if (found.own === fresh) return {
				kind: "nothing",
				why: "it is used"
			};
			return {
				kind: "do",
				effects: [...dropFiles(service, [`${files.own}.pub`]), ...replaceFile(service, files, files.next, files.own)]
			};
		},
		probe: "repeatable",
		timeoutMs: 6 * QUICK_MS
	});
}
/** An earlier run may have begun to take the old one away from hosts. */
function backStep(work) {
	const { hosts } = work.reach;
	return wayBackStep(work, {
		title: "Use the old one again",
		isThere: "it is used",
		look: () => lookAtFiles(work),
		shut: async (before, signal) => {
			const asked = await Promise.all(hosts.map((host) => letInOn(work, host, [before], { signal })));
			return hosts.filter((_host, at) => asked[at]?.[0] !== true).map(({ name }) => name);
		},
		timeoutMs: 5 * QUICK_MS
	});
}
/** A host that cannot be asked is left: nobody has the new key any more once its files are gone. */
function forgetStep(work, host) {
	return action({
		id: `forget-${host.name}`,
		title: `Let the new one in no more on ${host.name}`,
		inputs: { host: host.name },
		read: async ({ signal }) => {
			const files = await lookAtFiles(work);
			if (files.next === null || files.own === files.next) return {
				files,
				isIn: false
			};
			try {
				const [isIn = false] = await letInOn(work, host, [files.next], { signal });
				return {
					files,
					isIn
				};
			} catch (error) {
				if (error instanceof ProblemError && error.problems.some(({ code }) => code === "ssh.unreachable")) return {
					files,
					isIn: null
				};
				throw error;
			}
		},
		decide: ({ files: { own, next }, isIn }) => {
			if (isIn === null) return {
				kind: "nothing",
				why: "it does not answer; the new key itself is deleted here"
			};
			if (!isIn || own === null || next === null) return {
				kind: "nothing",
				why: "it is not let in"
			};
			return {
				kind: "do",
				effects: [removeKeyEffect({
					host,
					reach: work.reach
				}, next, own, "new")]
			};
		},
		probe: "repeatable",
		timeoutMs: HOST_MS
	});
}
function discardOn(work, host) {
	return sequence({
		id: host.name,
		title: `Let the old one in no more on ${host.name}`,
		steps: [provenStep(work, host, "proven", "own"), discardStep(work, host)]
	});
}
function discardStep(work, host) {
	const { files, reach } = work;
	return action({
		id: "discard",
		title: `Take the old one away on ${host.name}`,
		description: "Afterwards a login with the old key must be refused, and one with the new key let in.",
		inputs: { host: host.name },
		read: async ({ signal }) => {
			const found = await lookAtFiles(work);
			const { old } = oldAndFresh(found);
			const [isIn = false] = old === null ? [] : await letInOn(work, host, [old], { signal });
			return {
				files: found,
				isIn
			};
		},
		decide: ({ files: found, isIn }, { mode }) => {
			const { old, fresh } = oldAndFresh(found);
			if (!isIn) return {
				kind: "nothing",
				why: "it is not let in"
			};
			const kept = fresh ?? (mode === "plan" ? TO_COME : null);
			if (old === null || kept === null) return {
				kind: "refuse",
				problems: [noneMade(files.next)]
			};
			return {
				kind: "do",
				effects: [removeKeyEffect({
					host,
					reach
				}, old, kept, "old")]
			};
		},
		probe: "repeatable",
		timeoutMs: HOST_MS,
		verify: async ({ signal }) => {
			await prove(work, host, files.own, signal);
			const { old } = oldAndFresh(await lookAtFiles(work));
			return old !== null && await logsIn(work, host, files.before, old, signal) ? [stillLetIn(host.name, "the old key")] : [];
		}
	});
}
const HOST_MS = 9e4;

// runbooks/key-rotate.ts
/** SOP: a new key by which Shiplock is let in. `node runbooks/key-rotate.ts production --key hosts --reason "every year"`. */
const reason = text({
	name: "reason",
	question: "Why is it exchanged? It stands in the journal.",
	minLength: 3
});
const key = choice({
	name: "key",
	question: "hosts: the SSH key of `platform.identityFile`; backup: the password of a repository of restic",
	options: ["hosts", "backup"]
});
const repository = optionalText({
	name: "repository",
	question: "For --key backup: which repository, as shiplock.yaml has it. Left out: `backup.repository`"
});
const keyRotate = runbook({
	id: "key-rotate",
	title: "Exchange a key",
	summary: "Makes a new SSH key for the hosts, or a new password of a repository of backups, has it let in beside the old one, proves it by a login or by opening the repository with it alone, uses it, and asks a person whether everybody has it. Then the old one is let in no more, on the first host alone until a person has inspected it, and each time it is tried that the old one is refused.",
	when: "By rule (every year, say), when somebody leaves who could read the file, or when it was seen where it should not be. Where other machines have copies of it, bring them the new one before you fill in the checkpoint; this runbook does not. A key that was stolen is taken away by hand at once, before a new one is made here.",
	requirements: ["F1"],
	roles: [{
		role: "operator",
		does: "runs it"
	}, {
		role: "releaser",
		does: "confirms that nobody needs the old one, and inspects the first host (the role of the rollout)"
	}],
	severity: "changes",
	reach: "without-database",
	inputs: [
		reason,
		key,
		repository
	],
	prerequisites: [
		"It runs on the machine that holds the key, as the user who may write the file and its directory.",
		"hosts: each of them answers, and its user has the key in `authorized_keys` in its home.",
		"backup: the password is a `file:`, and a second place is ready for the new one: without it nothing can be restored."
	],
	wayBack: "Until the last part old and new are both let in. When a host or a repository refuses the new one, or the checkpoint is filled in with “no”, the old one is used again, the new one is taken away everywhere and deleted (4). From the last part on there is no way back to the old one; a new run makes another.",
	clauses: [{
		id: "F1",
		says: "The key of the hosts is exchanged while both are let in, proven by a login with it alone on every host, and the old one is discarded last, after a person has confirmed it, on the first host alone until it was inspected.",
		nodes: [
			"key-rotate/look",
			"key-rotate/exchange/make",
			"key-rotate/exchange/both/web1/proven",
			"key-rotate/exchange/switch",
			"key-rotate/exchange/checkpoint",
			"key-rotate/finish/web1/discard",
			"key-rotate/finish/first",
			"key-rotate/finish/rest/web2/discard"
		],
		test: "test/integration/runbook-key-rotate.test.ts"
	}],
	sample: {
		reason: "every year",
		key: "hosts"
	},
	how: {
		kind: "tree",
		build(given, { service }) {
			const { environment, service: about } = service.target;
			const { role } = service.environment.rollout;
			const isHosts = given(key) === "hosts";
			const steps = isHosts ? hostKeyNodes(openHostKeys(service), {
				role,
				what: "the SSH key of the hosts",
				works: "Do logins with the new key work, as the steps before say?",
				others: "Have other machines, jobs and people got the new key (or one of their own) that reach these hosts with a copy of the old one?"
			}) : backupKeyNodes(openBackupKeys(service, given(repository)), {
				role,
				what: "the password of the backups",
				works: "Is the new password kept in a second place, away from this machine? Without it nothing can be restored.",
				others: "Has everything been restarted that keeps the old one in memory (`shiplock backup stream`), and have other machines got the new one?"
			});
			const what = isHosts ? "SSH key of the hosts" : "password of the backups";
			return {
				title: `Exchange the ${what} of ${about} in ${environment}`,
				description: `Reason: ${given(reason)}`,
				root: sequence({
					id: "key-rotate",
					title: `Exchange the ${what}`,
					steps: [...steps]
				})
			};
		}
	}
});
await runIfStarted(import.meta.url, keyRotate);

export { keyRotate as default };