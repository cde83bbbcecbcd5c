import { $ as treeOf, Di as knownReleases, Ht as comesFrom, Is as isInCluster, Pi as readReleaseRecord, Q as stableRecord, Rs as configHash, Ti as cameToServe, Z as runRelease, Zt as underPolicy, at as fetchRun, co as planProcedure, cr as planChange, en as releaseProcedure, er as approvalOf, fa as commitTime, gr as withScan, ha as sourceCommit, ji as readEnvironmentRecord, jo as listRuns, jt as provenanceProblems, ki as liveVersion, ma as nameVersion, nt as fetchDocumentsOf, pn as travelling, pr as planScan, qt as promotionRulesOf, sr as mustNameChange, tt as agreeWithGit, ur as withChange, wt as imageName, xr as engineOptions, yt as unitsOf } from "./shared-common.js";
import { c as unwrap, t as ProblemError } from "./shared-problem.js";
import { n as isReference, r as specsOf, t as artefactProblems } from "./shared-artefacts.js";
import { t as imageProblems } from "./shared-images2.js";

// src/release/build/deployable.ts
/** Pure. */
function deployableIn(environment, source) {
	const inCluster = isInCluster(environment);
	const byComponent = {};
	const problems = [];
	for (const { component, digest, artefact } of specsOf(source)) {
		const settings = environment.components[component];
		const reference = isReference({
			digest,
			artefact
		});
		const own = settings?.kind === "go" || settings?.kind === "static" ? settings.image : void 0;
		if (inCluster && own !== void 0) {
			const image = reference ? digest : imageIn(source.release, component);
			if (image === void 0) problems.push(withoutImage(component, environment.environment, source));
			else byComponent[component] = {
				digest: image,
				path: `${own.repository}@${image}`
			};
		} else if (settings !== void 0 && reference !== inCluster) problems.push(inCluster ? withoutImage(component, environment.environment, source) : onlyImage(component, environment.environment, source));
		else byComponent[component] = {
			digest,
			path: artefact
		};
	}
	return {
		byComponent,
		problems
	};
}
/** The image that was built of a component beside what is released of it. */
function imageIn({ artefacts }, component) {
	return artefacts.find(({ name }) => name === imageName(component))?.digest;
}
function withoutImage(component, environment, source) {
	return {
		code: "release.without-image",
		where: `${component} of ${source.release.version} in ${source.environment}`,
		found: "no image among its artefacts",
		expected: `an image: ${environment} runs pods`,
		remedy: `give the component an \`image:\` in ${source.environment} too, so that both are built at once; then release a new version there`
	};
}
function onlyImage(component, environment, source) {
	return {
		code: "release.only-image",
		where: `${component} of ${source.release.version} in ${source.environment}`,
		found: "an image",
		expected: `a program or files: ${environment} runs no images`,
		remedy: `promote from an environment whose platform runs what ${environment} runs`
	};
}

// src/release/run/promote.ts
/**
* Takes the release that serves in one environment to this one: the same commit, artefacts and migrations, nothing is built again. Only the
* configuration is that of this environment. From there on it is a release like any other.
*/
async function promote(opened, request) {
	const { service, inputs } = await preparePromotion(opened, request);
	return runRelease(service, inputs);
}
/** What it would bring. Touches nothing of the environment. */
async function preparePromotion(opened, request) {
	const service = await underPolicy(opened, "forward");
	mustNameChange(service, request);
	await agreeWithGit(service);
	const scanned = await withScan(service, await promoteInputs(service, request), request);
	return {
		service,
		inputs: await withChange(service, scanned, request, treeOf(service))
	};
}
/** What that would do now. Looks only. */
async function planPromotion(opened, request) {
	const service = await underPolicy(opened, "plan");
	const scanned = await planScan(service, await promoteInputs(service, request));
	const inputs = await planChange(service, scanned, request, treeOf(service));
	return {
		inputs,
		release: await planProcedure(releaseProcedure(inputs, service.target), engineOptions(service)),
		rules: service.rules
	};
}
async function promoteInputs(service, request) {
	const { target, store, environment, door } = service;
	const { why, seed } = request;
	const from = comesFrom(service, request.from);
	await fetchDocumentsOf(service, from);
	const { record: source, run } = await provenRelease(service, from, request.version);
	const stable = await stableRecord(service);
	const head = await sourceCommit(service, request.allowDirty);
	const made = source.release;
	const deployable = deployableIn(environment, source);
	const deployed = Object.entries(deployable.byComponent).map(([component, { digest }]) => ({
		component,
		digest
	}));
	const problems = [
		...otherCommit(made, request.commit),
		...migrationProblems(made, target.database?.migrations ?? [], head),
		...service.trust === null ? await artefactProblems(source) : await provenanceProblems(service, source, "refused"),
		...deployable.problems,
		...await target.quarantine(deployed)
	];
	if (problems.length > 0) throw new ProblemError(problems);
	const hash = configHash(environment);
	const version = unwrap(nameVersion({
		wanted: made.version,
		described: made.version,
		commit: made.commit,
		hash,
		live: stable?.release.version ?? null,
		known: await knownReleases(store, target.environment)
	}));
	const units = unitsOf(environment, version, deployable.byComponent);
	const gone = await imageProblems(environment, service.secrets, units);
	if (gone.length > 0) throw new ProblemError(gone);
	const configured = head === made.commit || request.allowDirty ? null : await commitTime(service, head);
	return {
		candidate: {
			formatVersion: 1,
			environment: target.environment,
			release: {
				...made,
				version,
				configHash: hash
			},
			...units,
			schema: await target.database?.after() ?? "empty",
			...source.manifest === void 0 ? {} : { manifest: source.manifest },
			...head === made.commit ? {} : { configCommit: head },
			...configured === null ? {} : { configCommitTime: configured }
		},
		stable,
		seed,
		...service.trust === null ? {} : { attested: true },
		...approvalOf(service.rules.kind === "policy" ? service.rules.policy.rules : void 0),
		promotion: {
			from,
			version: source.release.version,
			run,
			manifest: await travelling(store, source),
			rules: promotionRulesOf(service.rules)
		},
		who: door.who,
		why
	};
}
/** The record of a release that serves in its environment and went through its whole run there. */
async function provenRelease({ store, shared, target }, from, wanted) {
	const history = await readEnvironmentRecord(store, from, target.service);
	const version = wanted ?? liveVersion(history);
	const entry = version === null ? void 0 : provenEntry(history, version);
	const record = version === null ? null : await readReleaseRecord(store, from, version);
	const ran = async () => (await listRuns(store)).find((one) => one.run === entry?.run);
	if (entry !== void 0 && await ran() === void 0) await fetchRun({
		shared,
		store
	}, entry.run);
	const run = await ran();
	const outcome = run?.finished?.outcome ?? null;
	if (version !== null && entry !== void 0 && record !== null && outcome === "done") return {
		record,
		run: entry.run
	};
	throw new ProblemError({
		code: "release.not-proven",
		where: version === null ? from : `${version} in ${from}`,
		found: notProven(history, version, entry, record, run === void 0 ? "no journal" : outcome ?? run.state),
		expected: `a release that serves ${from} and was verified there to the end of its run`,
		remedy: `\`shiplock status ${from}\` says what serves; release it there first, or name another with --release`
	});
}
/** The entry by which this version came to serve, while nothing has taken it back since. Pure. */
function provenEntry({ history }, version) {
	let serves;
	const takenBack = /* @__PURE__ */ new Set();
	const proven = /* @__PURE__ */ new Map();
	for (const entry of history) {
		if (entry.outcome === "rolled-back" || entry.outcome === "removed") takenBack.add(entry.version);
		if (entry.outcome === "went-back-to" && serves !== void 0 && serves.version !== entry.version) takenBack.add(serves.version);
		if (entry.outcome === "released") {
			takenBack.delete(entry.version);
			proven.set(entry.version, entry);
		}
		if (cameToServe(entry)) serves = entry;
		if (entry.outcome === "removed") serves = void 0;
	}
	return takenBack.has(version) ? void 0 : proven.get(version);
}
function notProven({ history }, version, entry, record, outcome) {
	if (version === null) return "nothing serves";
	if (!history.some((one) => one.version === version)) return "a version that was never released there";
	if (entry === void 0) return "a version that was taken back there";
	return record === null ? "no record of the release" : `a release whose run ${entry.run} has not ended well: ${outcome}`;
}
function otherCommit({ version, commit }, meant) {
	if (meant === void 0 || commit.startsWith(meant)) return [];
	return [{
		code: "release.other-commit",
		where: version,
		found: commit.slice(0, 12),
		expected: `commit ${meant.slice(0, 12)}, which is meant`,
		remedy: "see what serves in the environment before; name another release with --release, or its commit"
	}];
}
/** The migrations that lie here are those that belong to the release. Pure. */
function migrationProblems(release, here, head) {
	const list = (all) => all.map(({ id, sha256 }) => `${id} ${sha256}`);
	const [theirs, ours] = [list(release.migrations), list(here)];
	const differs = [...theirs.filter((one) => !ours.includes(one)), ...ours.filter((one) => !theirs.includes(one))];
	const [first] = differs;
	if (first === void 0) return [];
	return [{
		code: "release.other-migrations",
		where: `migrations at ${head.slice(0, 12)}`,
		found: `${differs.length} that are not those of ${release.version}, the first: ${first.split(" ")[0] ?? ""}`,
		expected: `the migrations of commit ${release.commit.slice(0, 12)}`,
		remedy: `git checkout ${release.commit.slice(0, 12)}, then promote again`
	}];
}

export { preparePromotion as n, promote as r, planPromotion as t };