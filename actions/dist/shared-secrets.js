import { t as ProblemError } from "./shared-problem.js";
import { t as createMask } from "./shared-mask.js";
import { resolve } from "node:path";
import { readFileSync } from "node:fs";

// src/procedure/masking/secrets.ts
/** Shorter values cannot be masked without blanking half of every text, so they are refused. */
const SHORTEST = 6;
/**
* Secrets by reference: `env:NAME` reads the environment, `file:/path` a file (one trailing newline is dropped; relative paths
* are taken from `base`). Each value is read once, at the moment an effect needs it, and masked from then on.
*/
function createSecrets(options = {}) {
	const env = options.env ?? process.env;
	const base = options.base ?? process.cwd();
	const known = /* @__PURE__ */ new Map();
	const mask = createMask();
	const read = (reference) => {
		if (reference.startsWith("env:")) {
			const name = reference.slice(4);
			const value = env[name];
			if (value === void 0) throw missing(reference, "no such variable", `set ${name} in the environment`);
			return value;
		}
		if (reference.startsWith("file:")) {
			const path = resolve(base, reference.slice(5));
			try {
				return readFileSync(path, "utf8").replace(/\r?\n$/, "");
			} catch (error) {
				throw missing(reference, `${error instanceof Error && "code" in error ? String(error.code) : "unreadable"} for ${path}`, "write the secret to that file, readable for this user");
			}
		}
		throw missing(reference, "an unknown kind of reference", "write env:NAME or file:/path");
	};
	return {
		get(reference) {
			const before = known.get(reference);
			if (before !== void 0) return before;
			const value = read(reference);
			if (value.length < SHORTEST) throw missing(reference, `a value of ${value.length} characters`, `use a secret of at least ${SHORTEST} characters`);
			known.set(reference, value);
			mask.add(value);
			return value;
		},
		mask: mask.text,
		maskJson: (value, form) => mask.json(value, form),
		stream: mask.stream
	};
}
function missing(reference, found, remedy) {
	return new ProblemError({
		code: "secret.not-found",
		where: `secret ${reference}`,
		found,
		expected: `a value of at least ${SHORTEST} characters behind env:NAME or file:/path`,
		remedy
	});
}

export { createSecrets as t };