import { t as jsonSchema } from "./shared-json.js";
import { Br as keptOf, G as commitMeant, Hr as resultOf, Pi as readReleaseRecord, Sr as openEnvironment, Ur as scansOf, Vs as codeSpan, _r as refusedBy, ji as readEnvironmentRecord, ki as liveVersion, vr as runScan } from "./shared-common.js";
import { n as scanMarkdown, t as inReadingOrder } from "./shared-markdown.js";
import { r as painter } from "./shared-io2.js";
import { n as door } from "./shared-session3.js";
import { i as scanText, t as asJson } from "./shared-scan-run.js";

// src/release/scan/for.ts
/**
* Scans the commit that is checked out as a release to this environment needs it, and keeps the result for that release. A finding that counts,
* or a scanner that did not do its work, is an answer; throws a ProblemError when there is none.
*/
async function scanFor(service, { commit: meant } = {}) {
	const commit = await commitMeant(service, {
		commit: meant,
		allowDirty: false
	});
	const { result, rules } = await runScan(service, {
		commits: [commit],
		anew: true
	});
	if (result.outcome !== "done" && result.outcome !== "refused") throw refusedBy(result);
	const name = service.environment.service;
	const [kept] = await keptOf(service, name, [commit], rules);
	const record = kept?.record ?? null;
	if (record === null) throw refusedBy(result);
	const scanned = resultOf(record, rules, service.clock.now());
	const before = await servingScan(service, commit);
	if (before === null) return {
		result,
		rules,
		record,
		scanned,
		since: null
	};
	const known = new Set(before.record.findings.map(({ fingerprint }) => fingerprint));
	const findings = scanned.findings.map((one) => ({
		...one,
		isNew: !known.has(one.finding.fingerprint)
	}));
	return {
		result,
		rules,
		record,
		scanned: {
			...scanned,
			findings
		},
		since: before.version
	};
}
/** What is kept about the commit that serves: records alone are read, the environment is not asked. */
async function servingScan({ store, environment }, commit) {
	const { environment: place, service } = environment;
	const version = liveVersion(await readEnvironmentRecord(store, place, service));
	const serving = version === null ? null : await readReleaseRecord(store, place, version);
	if (version === null || serving === null || serving.release.commit === commit) return null;
	const [record] = await scansOf(store, service, serving.release.commit);
	return record === void 0 ? null : {
		version,
		record
	};
}

// src/cli/commands/scan-for.ts
/** The scan of a commit as a release needs it: the same for a terminal and for a comment. */
async function scanForEnvironment(io, environment, options) {
	const entry = await door(io, {
		...options,
		quiet: options.quiet ?? options.json ?? false
	}, true);
	const found = await scanFor(await openEnvironment(entry, environment), { commit: options.commit });
	const { result, record, rules, since } = found;
	const scanned = {
		...found.scanned,
		findings: inReadingOrder(found.scanned.findings)
	};
	const about = aboutText(environment, found);
	return {
		exit: result.exit,
		text: `${scanText(scanned, painter(io))}\n${about}`,
		markdown: `${scanMarkdown(scanned)}\n${codeSpan(about)}\n`,
		json: jsonSchema.parse({
			run: result.run,
			environment,
			commit: record.commit,
			time: record.time,
			database: record.database,
			since,
			demanded: rules.place,
			scan: asJson(scanned)
		})
	};
}
function aboutText(environment, { result, record, rules, since }) {
	const compared = since === null ? "nothing that serves has a result to compare with" : `new since ${since} is marked`;
	return `commit ${record.commit.slice(0, 12)} for ${environment}, by ${rules.place}; ${compared}; run ${result.run}`;
}

export { scanForEnvironment };