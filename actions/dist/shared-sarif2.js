import { t as packageVersion } from "./shared-version.js";
import { s as problemsOf } from "./shared-problem.js";
import { n as sarifLog, t as findingsOf } from "./shared-sarif.js";

// actions/shared/sarif.ts
/** Says what is done, and writes what was found about files on the way as SARIF, however it ends. Without a file only the former. */
async function withSarif(job, file, act, what = "the migrations") {
	const write = async ({ problems, findings: found = [] }) => {
		if (file === void 0) return;
		const { findings, others } = findingsOf(problems);
		const root = process.env["GITHUB_WORKSPACE"] ?? process.cwd();
		const log = sarifLog([...found, ...findings], {
			version: packageVersion(),
			root,
			failures: others
		});
		await job.write(file, `${JSON.stringify(log, null, 2)}\n`);
	};
	try {
		const done = await act();
		await write(done);
		return done;
	} catch (error) {
		await write({ problems: problemsOf(error, what) });
		throw error;
	}
}

export { withSarif as t };