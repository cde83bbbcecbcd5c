import { n as commitValue, t as gitopsCommit } from "./shared-gitops-commit-parts.js";
import { n as runAction } from "./shared-job.js";
import { n as runDone, t as openFor } from "./shared-common.js";

// actions/gitops-commit/index.ts
await runAction(gitopsCommit, async (inputs, job) => {
	const service = await openFor(job, inputs);
	const { path, value, file, reason: why } = inputs;
	const outcome = await commitValue(service, {
		path,
		value,
		file,
		why
	});
	const { committed } = outcome;
	const { outputs, ...done } = await runDone(service, outcome);
	const { version: _value, ...run } = outputs;
	return {
		...done,
		outputs: {
			...run,
			commit: committed?.commit ?? "",
			before: String(committed?.before ?? ""),
			changed: String(committed?.changed ?? false)
		}
	};
});

export {  };