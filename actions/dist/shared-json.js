import { Jn as string, Lt as boolean, Nt as array, Pn as number, Un as record, bn as lazy, kt as _null, or as union } from "./shared-schemas.js";

// src/model/json.ts
/** Any JSON value; what may be stored in a journal payload or hashed. */
const jsonSchema = lazy(() => union([
	_null(),
	boolean(),
	number(),
	string(),
	array(jsonSchema).readonly(),
	record(string(), jsonSchema).readonly()
]));
/**
* The value that a text says in JSON; undefined, which no JSON says, where it is none. For what others write, such as answers and files: a schema tells next
* whether it is what was meant, and nothing is to be said of where the text stopped being JSON.
*/
function parsedJson(text) {
	try {
		return JSON.parse(text);
	} catch {
		return;
	}
}
/** Nearest of `known` to `word`, or undefined when none is near: for "did you mean". Distance is given, so that this stays pure. */
function nearest(word, known, distance) {
	let best;
	let bestDistance = Math.max(2, Math.floor(word.length / 2)) + 1;
	for (const candidate of known) {
		const d = distance(word.toLowerCase(), candidate.toLowerCase());
		if (d < bestDistance) {
			best = candidate;
			bestDistance = d;
		}
	}
	return best;
}

export { nearest as n, parsedJson as r, jsonSchema as t };