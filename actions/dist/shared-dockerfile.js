import { Fn as object, Jn as string } from "./shared-schemas.js";
import { d as manifestSchema, i as baseConfigSchema, n as readLayout, t as blobPath } from "./shared-layout3.js";
import { readFile } from "node:fs/promises";

// src/build/oci/dockerfile.ts
/** What is asked of a Dockerfile, and of the image that was made by it. */
/** Instructions with their line, continued lines joined, comments left out (Dockerfile reference, "Format" and "Escape"). Pure. */
function instructions(text) {
	const found = [];
	let begun = null;
	for (const [at, raw] of text.split(/\r?\n/).entries()) {
		if (/^\s*#/.test(raw) || begun === null && raw.trim() === "") continue;
		const goesOn = /\\\s*$/.test(raw);
		const part = raw.replace(/\\\s*$/, "");
		begun = begun === null ? {
			line: at + 1,
			text: part
		} : {
			line: begun.line,
			text: `${begun.text} ${part}`
		};
		if (goesOn) continue;
		found.push({
			line: begun.line,
			words: begun.text.trim().split(/\s+/)
		});
		begun = null;
	}
	return found;
}
/**
* What makes the same Dockerfile give another image tomorrow: an image to stand on, or to copy from, that is named by a tag. Pure.
*
* @param file where it lies, for the messages
*/
function dockerfileProblems(text, file) {
	const stages = /* @__PURE__ */ new Set(["scratch"]);
	const problems = [];
	const judge = (line, image) => {
		if (stages.has(image.toLowerCase()) || /^\d+$/.test(image) || /@sha256:[0-9a-f]{64}$/.test(image)) return;
		problems.push({
			code: "build.image-by-tag",
			where: `${file}:${line}`,
			found: image,
			expected: "an image by its digest, such as debian@sha256:…: a tag can be moved, and the same commit would give another image",
			remedy: "write the digest behind the name; `docker buildx imagetools inspect NAME` says it"
		});
	};
	for (const { line, words } of instructions(text)) {
		const [name = "", ...rest] = words;
		if (/^from$/i.test(name)) {
			const [image = "", named = "", stage = ""] = rest.filter((word) => !word.startsWith("--"));
			judge(line, image);
			if (/^as$/i.test(named) && stage !== "") stages.add(stage.toLowerCase());
		}
		if (/^(?:copy|add)$/i.test(name)) {
			const from = rest.find((word) => word.startsWith("--from="))?.slice(7);
			if (from !== void 0) judge(line, from);
		}
	}
	return problems;
}
const configSchema = baseConfigSchema.extend({ config: object({ User: string().nullish() }).nullish() });
/** Platforms of an image in a layout, and as whom each runs; a name cannot be looked up, a number can. */
async function usersOf(directory) {
	const { manifests } = await readLayout(directory);
	return Promise.all(manifests.map(async ({ digest }) => {
		const manifest = manifestSchema.parse(await documentAt(directory, digest));
		const { os, architecture, config } = configSchema.parse(await documentAt(directory, manifest.config.digest));
		return {
			platform: `${os}/${architecture}`,
			user: config?.User ?? ""
		};
	}));
}
async function documentAt(directory, digest) {
	return JSON.parse(await readFile(blobPath(directory, digest), "utf8"));
}
/** An image that runs as root, or as somebody of whom nobody knows whether it is root. Pure. */
function userProblems(users, file) {
	return users.filter(({ user }) => !/^[1-9]\d*(?::\d+)?$/.test(user)).map(({ platform, user }) => ({
		code: "build.image-user",
		where: file,
		found: `${user === "" ? "no user, so root" : `the user \`${user}\``}, on ${platform}`,
		expected: "the number of a user, from 1: clusters cannot tell from a name that it is not root",
		remedy: "write `USER 65532:65532` at the end of the Dockerfile"
	}));
}

export { dockerfileProblems, userProblems, usersOf };