import { join } from "node:path";

// src/release/manifests/git-place.ts
function gitopsPlace({ gitops, baseDir }, store) {
	return {
		...gitops,
		workDir: join(store, "gitops"),
		baseDir
	};
}

export { gitopsPlace as t };