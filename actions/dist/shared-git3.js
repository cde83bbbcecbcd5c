import { Jn as string, Nt as array, Pn as number, qn as strictObject } from "./shared-schemas.js";
import { r as observeGitops, t as gitopsPlace } from "./shared-observe2.js";
import { a as gitopsCommitNode, i as gitopsChange } from "./shared-commit2.js";
import { s as problemsOf } from "./shared-problem.js";
import { $s as gate, ec as opaque } from "./shared-common.js";

// src/release/manifests/git-commit.ts
/** What git shall name of a release, and where. */
/** The step that makes git name a release. */
function commitNode(environment, store, record, id, said = {}) {
	return gitopsCommitNode(commitOptions(environment, store, record, id, said));
}
function commitOptions(environment, store, record, id, said = {}) {
	const { service, gitops } = environment;
	const { version } = record.release;
	return {
		...gitopsPlace(environment, store),
		...said,
		id,
		value: gitValue(gitops.names, record),
		author: gitops.author,
		signingKey: gitops.signingKey,
		service,
		environment: environment.environment,
		message: `${service} in ${environment.environment}: ${version}`,
		urgent: id === "git-back",
		pushes: gitops.by === "push" || id === "git-back"
	};
}
/** Pure. A digest cannot be moved, a version is a name that people give. */
function gitValue(names, { release, unit }) {
	switch (names) {
		case "version": return release.version;
		case "digest": return unit?.digest ?? "";
		case "image": return unit?.artefact ?? "";
	}
}

// src/release/manifests/gitops-forge.ts
async function openGitopsForge({ api, repository, token, app }, { clock, secrets }, { signal, patienceMs }) {
	const { openForge } = await import("./shared-forge.js");
	const [owner = "", repo = ""] = repository.split("/");
	return openForge({
		api,
		owner,
		repo,
		credentials: app === void 0 ? {
			kind: "token",
			token: secrets.get(token?.secret ?? "")
		} : {
			kind: "app",
			app: app.id,
			privateKey: secrets.get(app.key.secret)
		},
		ports: {
			clock,
			random: Math.random,
			signal
		},
		...patienceMs === void 0 ? {} : {
			patienceMs,
			answerMs: patienceMs
		}
	});
}

// src/release/manifests/merge-look.ts
async function stillMissing(forge, asked) {
	const pull = await forge.pulls.ofBranch(asked.branch);
	if (pull === void 0 || !pull.open) return overProblem(asked, pull);
	const [rules, said, reviews] = await Promise.all([
		forge.rules.branch(asked.base),
		forge.rules.saidOf(pull.head.commit),
		forge.pulls.reviews(pull.number)
	]);
	const { notGood } = await import("./shared-forge.js");
	const checks = notGood(rules.requiredChecks, said).map(({ check, state }) => `${check.name} (${state})`);
	return openProblem(asked, pull, {
		approvals: approvalsOf(reviews, pull),
		rules,
		checks
	});
}
/** Before it is opened. Pure. */
function notYet({ where, base, named, value }) {
	return {
		code: "release.not-merged",
		where,
		found: `${base} names ${named ?? "nothing"}`,
		expected: `${base} names ${value}`,
		remedy: "let somebody merge the pull request that the release opens, then `shiplock resume`"
	};
}
/** Persons whose newest word on exactly this commit is a yes. Pure. */
function approvalsOf(reviews, { head, author }) {
	const newest = /* @__PURE__ */ new Map();
	for (const review of reviews) {
		if (review.author === null || review.author.id === author?.id || review.state === "commented") continue;
		newest.set(review.author.id, review);
	}
	return [...newest.values()].filter(({ state, commit }) => state === "approved" && commit === head.commit).length;
}
/** Pure. */
function openProblem({ where, value }, { number, url }, seen) {
	const { approvals, rules, checks } = seen;
	const waits = [...approvals < rules.approvals ? [`${approvals} of ${rules.approvals} approvals`] : [], ...checks.length === 0 ? [] : [`checks that are not good: ${checks.join(", ")}`]];
	return {
		code: "release.not-merged",
		where: `${where}#${number}`,
		found: `it is open${waits.length === 0 ? ", and nothing that we can see stands against merging it" : `, with ${waits.join(" and ")}`}`,
		expected: `${value}, merged`,
		remedy: `let somebody merge ${url}, then \`shiplock resume\`; or \`shiplock rollout abort\``
	};
}
function overProblem({ where, base, named, value }, pull) {
	const became = pull === void 0 ? "there is no pull request" : pull.merged ? `#${pull.number} is merged` : `#${pull.number} is closed, not merged`;
	return {
		code: "release.not-merged",
		where: pull === void 0 ? where : `${where}#${pull.number}`,
		found: `${became}, and ${base} names ${named ?? "nothing"}`,
		expected: `${base} names ${value}`,
		remedy: "`shiplock rollout abort`, then release again; a pull request that was closed can be opened again instead"
	};
}

// src/release/manifests/request.ts
const openedSchema = strictObject({
	/** Null: git named the version already. */
	pull: number().int().positive().nullable(),
	url: string()
});
const withdrawnSchema = strictObject({ pulls: array(number()).readonly() });
const MARKER = "<!-- shiplock:preview -->";
const OPEN_MS = 12e4;
/** The way back waits no longer than this for the forge. */
const WITHDRAW_MS = 15e3;
function requestNodes(environment, store, record, said, forge) {
	const repository = environment.gitops.forge?.repository ?? environment.gitops.repository;
	const { version } = record.release;
	const options = commitOptions(environment, store, record, "git", said);
	const value = gitValue(environment.gitops.names, record);
	return {
		nodes: [opaque({
			id: "git-request",
			title: `Ask by a pull request that git names ${version} for ${environment.environment}`,
			inputs: {
				repository,
				base: environment.gitops.branch,
				value
			},
			outputs: openedSchema,
			promise: `one pull request on ${repository}, with one commit that changes one value, and its difference as a comment`,
			probe: "repeatable",
			timeoutMs: OPEN_MS,
			run: async (ctx) => openRequest(await forge({ signal: ctx.signal }), environment, options, ctx)
		}), gate({
			id: "git-merged",
			title: `The pull request for ${version} is merged`,
			description: "Nobody needs to answer: it passes when git names the version. Look again with `shiplock resume`; `shiplock rollout abort` closes it.",
			role: "nobody",
			asks: "condition",
			evidence: [],
			guard: { kind: "nothing-shifted" },
			condition: { look: async (ctx) => {
				const { value: named } = await observeGitops(gitopsPlace(environment, store), ctx.exec, ctx.signal);
				const about = {
					repository,
					base: environment.gitops.branch,
					value
				};
				if (named === value) return {
					about,
					unmet: [],
					found: `${environment.gitops.branch} names ${version}`
				};
				const asked = {
					branch: branchOf(environment, ctx.run),
					base: environment.gitops.branch,
					where: repository,
					named,
					value
				};
				const problem = ctx.mode === "plan" ? notYet(asked) : await stillMissing(await forge({ signal: ctx.signal }), asked);
				return {
					about,
					unmet: [problem],
					found: `${problem.where}: ${problem.found}`
				};
			} }
		})],
		withdraw: withdrawNode(environment, forge)
	};
}
/** Closes what is open for an environment, so that nobody merges what was taken back. The way back goes on when the forge does not answer. */
function withdrawNode(environment, forge) {
	return opaque({
		id: "git-withdraw",
		title: `Close pull requests that would bring another version to ${environment.environment}`,
		outputs: withdrawnSchema,
		promise: "pull requests of this environment that are still open are closed, and their branches removed",
		probe: "repeatable",
		timeoutMs: WITHDRAW_MS * 2,
		run: async (ctx) => {
			const limit = AbortSignal.any([ctx.signal, AbortSignal.timeout(WITHDRAW_MS)]);
			try {
				return { pulls: await withdrawAll(await forge({
					signal: limit,
					patienceMs: WITHDRAW_MS / 3
				}), prefixOf(environment)) };
			} catch (error) {
				ctx.signal.throwIfAborted();
				const [first] = problemsOf(error, "the forge");
				ctx.note(`a pull request may still be open, close it by hand: ${first?.found ?? "no answer"}`);
				return { pulls: [] };
			}
		}
	});
}
/** Pull requests of an environment, closed. */
async function withdrawAll(forge, prefix, but) {
	const open = (await forge.pulls.open(prefix)).filter(({ head }) => head.branch !== but);
	for (const { number, head } of open) await forge.writer.withdraw({
		number,
		branch: head.branch
	});
	return open.map(({ number }) => number);
}
/** Branches of an environment begin so. Pure. */
function prefixOf({ service, environment }) {
	return `shiplock/${service}/${environment}/`;
}
function branchOf(environment, run) {
	return `${prefixOf(environment)}${run}`;
}
/** Opens the pull request of a run, or takes the one that an earlier try has opened. */
async function openRequest(forge, environment, options, ctx) {
	const branch = branchOf(environment, ctx.run);
	await withdrawAll(forge, prefixOf(environment), branch);
	const pull = await forge.pulls.ofBranch(branch) ?? await propose(forge, environment, options, ctx);
	if (pull === void 0) return {
		pull: null,
		url: ""
	};
	const { diffPreview } = await import("./shared-forge.js");
	const body = `What merging this changes:\n\n${diffPreview(await forge.pulls.files(pull.number))}`;
	await forge.comments.upsert({
		issue: pull.number,
		marker: MARKER,
		body
	});
	return {
		pull: pull.number,
		url: pull.url
	};
}
async function propose(forge, environment, options, ctx) {
	const change = await gitopsChange(options, ctx);
	if (change === null) return void 0;
	const { service, environment: name, gitops } = environment;
	const branch = branchOf(environment, ctx.run);
	const { base: expected, headline, body, trailers, files } = change;
	const proposal = {
		id: `${ctx.run}/git-request`,
		branch,
		base: gitops.branch,
		expected,
		headline,
		body,
		trailers,
		additions: files,
		deletions: [],
		title: headline,
		text: [`Run \`${ctx.run}\` asks to bring \`${options.value}\` of \`${service}\` to \`${name}\`.`, "It goes on after the merge, with `shiplock resume`. Closing this without merging leaves it waiting; `shiplock rollout abort` ends it."].join("\n\n")
	};
	const { ForgeError } = await import("./shared-forge.js");
	try {
		return await forge.writer.propose(proposal);
	} catch (error) {
		if (!(error instanceof ForgeError) || error.status !== 409) throw error;
		await forge.writer.removeBranch(branch);
		return forge.writer.propose(proposal);
	}
}

// src/release/environment/git.ts
/** Where git names what serves an environment. */
function openGitTarget(environment, service) {
	const { repository, branch, file } = environment.gitops;
	const { store, exec } = service;
	return {
		describe: `${repository} ${branch}:${file}`,
		commit: (record, id, said) => commitNode(environment, store, record, id, said),
		...requestTarget(environment, service),
		named: async () => (await observeGitops(gitopsPlace(environment, store), exec)).value
	};
}
/** By pull request; nothing is asked of a forge where commits are pushed. */
function requestTarget(environment, { store, clock, secrets }) {
	const { by, forge } = environment.gitops;
	if (by === "push" || forge === null) return {
		request: () => null,
		withdraw: null
	};
	const open = (patience) => openGitopsForge(forge, {
		clock,
		secrets
	}, patience);
	return {
		request: (record, actor) => requestNodes(environment, store, record, { actor }, open),
		withdraw: withdrawNode(environment, open)
	};
}

export { openGitopsForge as n, commitNode as r, openGitTarget as t };