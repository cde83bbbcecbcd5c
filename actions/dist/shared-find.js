import { Cr as openService, Sr as openEnvironment, Xn as changeIdSchema, fr as unknownChange, ls as environmentNames } from "./shared-common.js";
import { t as ProblemError } from "./shared-problem.js";
import { t as fetchChanges } from "./shared-fetch2.js";
import { a as readChange, n as changePath } from "./shared-store3.js";

// src/release/change/find.ts
/**
* The environment that has a record of this name; where none is here, what other machines wrote is fetched. Opens nothing that a connection needs.
* @throws ProblemError `change.unknown`
*/
async function findChange(entry, id) {
	const { config, store } = await openService(entry);
	const names = environmentNames(config);
	for (const name of changeIdSchema.safeParse(id).success ? names : []) {
		const service = await openEnvironment(entry, name, "without-trust");
		await fetchChanges(service);
		const what = (await readChange(service.store, name, id))?.head.what;
		if (what !== void 0) return {
			environment: name,
			what
		};
	}
	throw new ProblemError({
		...unknownChange(id, names.join(", ")),
		where: changePath(store, names[0] ?? "", id)
	});
}

export { findChange as t };