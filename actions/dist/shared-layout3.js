import { Fn as object, Jn as string, Nt as array, Pn as number, Un as record, sr as unknown, xn as literal } from "./shared-schemas.js";
import { r as parsedJson } from "./shared-json.js";
import { t as ProblemError } from "./shared-problem.js";
import { n as bytesDigest } from "./shared-digest.js";
import { n as digestSchema } from "./shared-release.js";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

// src/build/oci/documents.ts
/** Documents of the OCI image specification 1.1 (image-spec: config.md, manifest.md, image-index.md, image-layout.md). Pure. */
const MEDIA = {
	index: "application/vnd.oci.image.index.v1+json",
	manifest: "application/vnd.oci.image.manifest.v1+json",
	config: "application/vnd.oci.image.config.v1+json",
	layer: "application/vnd.oci.image.layer.v1.tar+gzip",
	dockerIndex: "application/vnd.docker.distribution.manifest.list.v2+json",
	dockerManifest: "application/vnd.docker.distribution.manifest.v2+json"
};
const platformSchema = object({
	os: string(),
	architecture: string(),
	variant: string().optional()
});
const descriptorSchema = object({
	mediaType: string(),
	digest: digestSchema,
	size: number().int().min(0),
	platform: platformSchema.optional(),
	annotations: record(string(), string()).optional()
});
const indexSchema = object({
	schemaVersion: literal(2),
	manifests: array(descriptorSchema)
});
const manifestSchema = object({
	schemaVersion: literal(2),
	mediaType: string().optional(),
	config: descriptorSchema,
	layers: array(descriptorSchema)
});
/** What is taken over from the configuration of a base image. */
const baseConfigSchema = object({
	os: string(),
	architecture: string(),
	config: object({
		Env: array(string()).nullish(),
		Entrypoint: array(string()).nullish(),
		Cmd: array(string()).nullish(),
		WorkingDir: string().nullish(),
		ExposedPorts: record(string(), unknown()).nullish(),
		StopSignal: string().nullish()
	}).nullish(),
	rootfs: object({ diff_ids: array(digestSchema) })
});
function blobOf(document) {
	const bytes = Buffer.from(JSON.stringify(document));
	return {
		bytes,
		digest: bytesDigest(bytes)
	};
}
/** As image-spec writes it: GOOS and GOARCH, and for 32-bit ARM the variant that Go builds for unless told otherwise. */
function platformOf(platform) {
	const [os = "", architecture = ""] = platform.split("/");
	return {
		os,
		architecture,
		...architecture === "arm" ? { variant: "v7" } : {}
	};
}
/** The configuration of an image (config.md). */
function configDocument({ platform, created, labels, runs, base, layers }) {
	const inherited = base?.config ?? {};
	const ports = Object.keys(inherited.ExposedPorts ?? {});
	const exposed = [.../* @__PURE__ */ new Set([...ports, ...runs.port === null ? [] : [`${runs.port}/tcp`]])].toSorted();
	const entrypoint = runs.entrypoint ?? inherited.Entrypoint ?? [];
	const cmd = runs.arguments.length > 0 || runs.entrypoint !== null ? runs.arguments : inherited.Cmd ?? [];
	const env = mergedEnv(inherited.Env ?? ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"], runs.env);
	const before = base?.rootfs.diff_ids ?? [];
	return {
		created,
		...platformOf(platform),
		config: {
			User: runs.user,
			...exposed.length === 0 ? {} : { ExposedPorts: Object.fromEntries(exposed.map((port) => [port, {}])) },
			Env: env,
			...entrypoint.length === 0 ? {} : { Entrypoint: entrypoint },
			...cmd.length === 0 ? {} : { Cmd: cmd },
			WorkingDir: inherited.WorkingDir ?? "/",
			Labels: sorted(labels),
			...inherited.StopSignal == null ? {} : { StopSignal: inherited.StopSignal }
		},
		rootfs: {
			type: "layers",
			diff_ids: [...before, ...layers.map(({ diffId }) => diffId)]
		},
		history: [...before.map(() => ({
			created,
			created_by: "layer of the base image"
		})), ...layers.map(({ what }) => ({
			created,
			created_by: what
		}))]
	};
}
/** The manifest of one platform (manifest.md). */
function manifestDocument(config, layers, annotations) {
	return {
		schemaVersion: 2,
		mediaType: MEDIA.manifest,
		config: {
			mediaType: MEDIA.config,
			digest: config.digest,
			size: config.bytes.length
		},
		layers: layers.map(({ mediaType, digest, size }) => ({
			mediaType,
			digest,
			size
		})),
		annotations: sorted(annotations)
	};
}
/** The index over several platforms (image-index.md). */
function indexDocument(manifests, annotations) {
	return {
		schemaVersion: 2,
		mediaType: MEDIA.index,
		manifests: manifests.map(({ platform, manifest }) => ({
			mediaType: MEDIA.manifest,
			digest: manifest.digest,
			size: manifest.bytes.length,
			platform: platformOf(platform)
		})),
		annotations: sorted(annotations)
	};
}
/** `index.json` of a layout: it names the one image that lies there (image-layout.md). */
function layoutIndex(root, mediaType, tag) {
	return {
		schemaVersion: 2,
		mediaType: MEDIA.index,
		manifests: [{
			mediaType,
			digest: root.digest,
			size: root.bytes.length,
			annotations: { "org.opencontainers.image.ref.name": tag }
		}]
	};
}
function mergedEnv(before, more) {
	return [...before.filter((line) => !Object.hasOwn(more, line.split("=")[0] ?? "")), ...Object.entries(sorted(more)).map(([name, value]) => `${name}=${value}`)];
}
function sorted(texts) {
	return Object.fromEntries(Object.entries(texts).toSorted(([a], [b]) => a < b ? -1 : 1));
}

// src/build/oci/layout.ts
function blobPath(directory, digest) {
	return join(directory, "blobs", "sha256", digest.replace(/^sha256:/, ""));
}
/**
* Reads a layout. Documents are checked against their digests.
* @throws ProblemError `build.broken-layout` when something is missing or is not what its name says
*/
async function readLayout(directory) {
	const root = rootOf(directory, await readFile(join(directory, "index.json"), "utf8").catch(() => ""));
	const manifests = root.mediaType === MEDIA.index ? (await documentOf(directory, root.digest, indexSchema)).manifests : [root];
	const blobs = /* @__PURE__ */ new Map();
	for (const { digest } of manifests) {
		const manifest = await documentOf(directory, digest, manifestSchema);
		for (const one of [manifest.config, ...manifest.layers]) blobs.set(one.digest, one);
	}
	return {
		directory,
		root,
		manifests,
		blobs: [...blobs.values()]
	};
}
function rootOf(directory, text) {
	const root = parsed(text, indexSchema)?.manifests[0];
	if (root === void 0) throw broken(join(directory, "index.json"), "no image");
	return root;
}
async function documentOf(directory, digest, schema) {
	const path = blobPath(directory, digest);
	const bytes = await readFile(path).catch(() => void 0);
	const found = bytes === void 0 ? "nothing" : bytesDigest(bytes);
	const document = found === digest ? parsed(String(bytes), schema) : void 0;
	if (document === void 0) throw broken(path, found);
	return document;
}
function parsed(text, schema) {
	return schema.safeParse(parsedJson(text)).data;
}
function broken(where, found) {
	return new ProblemError({
		code: "build.broken-layout",
		where,
		found,
		expected: "an image as it was written",
		remedy: "delete the directory of this build, then build again: the same inputs give the same image"
	});
}

export { blobOf as a, indexSchema as c, manifestSchema as d, baseConfigSchema as i, layoutIndex as l, readLayout as n, configDocument as o, MEDIA as r, indexDocument as s, blobPath as t, manifestDocument as u };