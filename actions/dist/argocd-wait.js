import { n as waitForArgoCd, t as argocdWait } from "./shared-argocd-wait-parts.js";
import { n as runAction } from "./shared-job.js";
import { n as runDone, t as openFor } from "./shared-common.js";

// actions/argocd-wait/index.ts
await runAction(argocdWait, async (inputs, job) => {
	const service = await openFor(job, inputs);
	const outcome = await waitForArgoCd(service, {
		commit: inputs.commit,
		why: inputs.reason
	});
	const { outputs, ...done } = await runDone(service, outcome);
	const { version: _commit, ...run } = outputs;
	return {
		...done,
		outputs: {
			...run,
			commit: outcome.commit,
			revision: outcome.revision
		}
	};
});

export {  };