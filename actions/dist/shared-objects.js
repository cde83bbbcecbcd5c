import { t as ProblemError } from "./shared-problem.js";
import { r as whyNoAnswer } from "./shared-http-client.js";
import { t as bucketText } from "./shared-types.js";
import { createHash } from "node:crypto";

// node_modules/aws4fetch/dist/aws4fetch.esm.mjs
/**
* @license MIT <https://opensource.org/licenses/MIT>
* @copyright Michael Hart 2024
*/
const encoder = new TextEncoder();
const HOST_SERVICES = {
	appstream2: "appstream",
	cloudhsmv2: "cloudhsm",
	email: "ses",
	marketplace: "aws-marketplace",
	mobile: "AWSMobileHubService",
	pinpoint: "mobiletargeting",
	queue: "sqs",
	"git-codecommit": "codecommit",
	"mturk-requester-sandbox": "mturk-requester",
	"personalize-runtime": "personalize"
};
const UNSIGNABLE_HEADERS = /* @__PURE__ */ new Set([
	"authorization",
	"content-type",
	"content-length",
	"user-agent",
	"presigned-expires",
	"expect",
	"x-amzn-trace-id",
	"range",
	"connection"
]);
var AwsV4Signer = class {
	constructor({ method, url, headers, body, accessKeyId, secretAccessKey, sessionToken, service, region, cache, datetime, signQuery, appendSessionToken, allHeaders, singleEncode }) {
		if (url == null) throw new TypeError("url is a required option");
		if (accessKeyId == null) throw new TypeError("accessKeyId is a required option");
		if (secretAccessKey == null) throw new TypeError("secretAccessKey is a required option");
		this.method = method || (body ? "POST" : "GET");
		this.url = new URL(url);
		this.headers = new Headers(headers || {});
		this.body = body;
		this.accessKeyId = accessKeyId;
		this.secretAccessKey = secretAccessKey;
		this.sessionToken = sessionToken;
		let guessedService, guessedRegion;
		if (!service || !region) [guessedService, guessedRegion] = guessServiceRegion(this.url, this.headers);
		this.service = service || guessedService || "";
		this.region = region || guessedRegion || "us-east-1";
		this.cache = cache || /* @__PURE__ */ new Map();
		this.datetime = datetime || (/* @__PURE__ */ new Date()).toISOString().replace(/[:-]|\.\d{3}/g, "");
		this.signQuery = signQuery;
		this.appendSessionToken = appendSessionToken || this.service === "iotdevicegateway";
		this.headers.delete("Host");
		if (this.service === "s3" && !this.signQuery && !this.headers.has("X-Amz-Content-Sha256")) this.headers.set("X-Amz-Content-Sha256", "UNSIGNED-PAYLOAD");
		const params = this.signQuery ? this.url.searchParams : this.headers;
		params.set("X-Amz-Date", this.datetime);
		if (this.sessionToken && !this.appendSessionToken) params.set("X-Amz-Security-Token", this.sessionToken);
		this.signableHeaders = ["host", ...this.headers.keys()].filter((header) => allHeaders || !UNSIGNABLE_HEADERS.has(header)).sort();
		this.signedHeaders = this.signableHeaders.join(";");
		this.canonicalHeaders = this.signableHeaders.map((header) => header + ":" + (header === "host" ? this.url.host : (this.headers.get(header) || "").replace(/\s+/g, " "))).join("\n");
		this.credentialString = [
			this.datetime.slice(0, 8),
			this.region,
			this.service,
			"aws4_request"
		].join("/");
		if (this.signQuery) {
			if (this.service === "s3" && !params.has("X-Amz-Expires")) params.set("X-Amz-Expires", "86400");
			params.set("X-Amz-Algorithm", "AWS4-HMAC-SHA256");
			params.set("X-Amz-Credential", this.accessKeyId + "/" + this.credentialString);
			params.set("X-Amz-SignedHeaders", this.signedHeaders);
		}
		if (this.service === "s3") try {
			this.encodedPath = decodeURIComponent(this.url.pathname.replace(/\+/g, " "));
		} catch (e) {
			this.encodedPath = this.url.pathname;
		}
		else this.encodedPath = this.url.pathname.replace(/\/+/g, "/");
		if (!singleEncode) this.encodedPath = encodeURIComponent(this.encodedPath).replace(/%2F/g, "/");
		this.encodedPath = encodeRfc3986(this.encodedPath);
		const seenKeys = /* @__PURE__ */ new Set();
		this.encodedSearch = [...this.url.searchParams].filter(([k]) => {
			if (!k) return false;
			if (this.service === "s3") {
				if (seenKeys.has(k)) return false;
				seenKeys.add(k);
			}
			return true;
		}).map((pair) => pair.map((p) => encodeRfc3986(encodeURIComponent(p)))).sort(([k1, v1], [k2, v2]) => k1 < k2 ? -1 : k1 > k2 ? 1 : v1 < v2 ? -1 : v1 > v2 ? 1 : 0).map((pair) => pair.join("=")).join("&");
	}
	async sign() {
		if (this.signQuery) {
			this.url.searchParams.set("X-Amz-Signature", await this.signature());
			if (this.sessionToken && this.appendSessionToken) this.url.searchParams.set("X-Amz-Security-Token", this.sessionToken);
		} else this.headers.set("Authorization", await this.authHeader());
		return {
			method: this.method,
			url: this.url,
			headers: this.headers,
			body: this.body
		};
	}
	async authHeader() {
		return [
			"AWS4-HMAC-SHA256 Credential=" + this.accessKeyId + "/" + this.credentialString,
			"SignedHeaders=" + this.signedHeaders,
			"Signature=" + await this.signature()
		].join(", ");
	}
	async signature() {
		const date = this.datetime.slice(0, 8);
		const cacheKey = [
			this.secretAccessKey,
			date,
			this.region,
			this.service
		].join();
		let kCredentials = this.cache.get(cacheKey);
		if (!kCredentials) {
			kCredentials = await hmac(await hmac(await hmac(await hmac("AWS4" + this.secretAccessKey, date), this.region), this.service), "aws4_request");
			this.cache.set(cacheKey, kCredentials);
		}
		return buf2hex(await hmac(kCredentials, await this.stringToSign()));
	}
	async stringToSign() {
		return [
			"AWS4-HMAC-SHA256",
			this.datetime,
			this.credentialString,
			buf2hex(await hash(await this.canonicalString()))
		].join("\n");
	}
	async canonicalString() {
		return [
			this.method.toUpperCase(),
			this.encodedPath,
			this.encodedSearch,
			this.canonicalHeaders + "\n",
			this.signedHeaders,
			await this.hexBodyHash()
		].join("\n");
	}
	async hexBodyHash() {
		let hashHeader = this.headers.get("X-Amz-Content-Sha256") || (this.service === "s3" && this.signQuery ? "UNSIGNED-PAYLOAD" : null);
		if (hashHeader == null) {
			if (this.body && typeof this.body !== "string" && !("byteLength" in this.body)) throw new Error("body must be a string, ArrayBuffer or ArrayBufferView, unless you include the X-Amz-Content-Sha256 header");
			hashHeader = buf2hex(await hash(this.body || ""));
		}
		return hashHeader;
	}
};
async function hmac(key, string) {
	const cryptoKey = await crypto.subtle.importKey("raw", typeof key === "string" ? encoder.encode(key) : key, {
		name: "HMAC",
		hash: { name: "SHA-256" }
	}, false, ["sign"]);
	return crypto.subtle.sign("HMAC", cryptoKey, encoder.encode(string));
}
async function hash(content) {
	return crypto.subtle.digest("SHA-256", typeof content === "string" ? encoder.encode(content) : content);
}
const HEX_CHARS = [
	"0",
	"1",
	"2",
	"3",
	"4",
	"5",
	"6",
	"7",
	"8",
	"9",
	"a",
	"b",
	"c",
	"d",
	"e",
	"f"
];
function buf2hex(arrayBuffer) {
	const buffer = new Uint8Array(arrayBuffer);
	let out = "";
	for (let idx = 0; idx < buffer.length; idx++) {
		const n = buffer[idx];
		out += HEX_CHARS[n >>> 4 & 15];
		out += HEX_CHARS[n & 15];
	}
	return out;
}
function encodeRfc3986(urlEncodedStr) {
	return urlEncodedStr.replace(/[!'()*]/g, (c) => "%" + c.charCodeAt(0).toString(16).toUpperCase());
}
function guessServiceRegion(url, headers) {
	const { hostname, pathname } = url;
	if (hostname.endsWith(".on.aws")) {
		const match = hostname.match(/^[^.]{1,63}\.lambda-url\.([^.]{1,63})\.on\.aws$/);
		return match != null ? ["lambda", match[1] || ""] : ["", ""];
	}
	if (hostname.endsWith(".r2.cloudflarestorage.com")) return ["s3", "auto"];
	if (hostname.endsWith(".backblazeb2.com")) {
		const match = hostname.match(/^(?:[^.]{1,63}\.)?s3\.([^.]{1,63})\.backblazeb2\.com$/);
		return match != null ? ["s3", match[1] || ""] : ["", ""];
	}
	const match = hostname.replace("dualstack.", "").match(/([^.]{1,63})\.(?:([^.]{0,63})\.)?amazonaws\.com(?:\.cn)?$/);
	let service = match && match[1] || "";
	let region = match && match[2];
	if (region === "us-gov") region = "us-gov-west-1";
	else if (region === "s3" || region === "s3-accelerate") {
		region = "us-east-1";
		service = "s3";
	} else if (service === "iot") {
		if (hostname.startsWith("iot.")) service = "execute-api";
		else if (hostname.startsWith("data.jobs.iot.")) service = "iot-jobs-data";
		else service = pathname === "/mqtt" ? "iotdevicegateway" : "iotdata";
	} else if (service === "autoscaling") {
		const targetPrefix = (headers.get("X-Amz-Target") || "").split(".")[0];
		if (targetPrefix === "AnyScaleFrontendService") service = "application-autoscaling";
		else if (targetPrefix === "AnyScaleScalingPlannerFrontendService") service = "autoscaling-plans";
	} else if (region == null && service.startsWith("s3-")) {
		region = service.slice(3).replace(/^fips-|^external-1/, "");
		service = "s3";
	} else if (service.endsWith("-fips")) service = service.slice(0, -5);
	else if (region && /-\d$/.test(service) && !/-\d$/.test(region)) [service, region] = [region, service];
	return [HOST_SERVICES[service] || service, region || ""];
}

// src/platform/bucket/xml.ts
/** The few elements of S3's answers that are read (Amazon S3 API Reference: ListObjectsV2, Error Responses). Pure. */
const ENTITIES = {
	lt: "<",
	gt: ">",
	amp: "&",
	quot: "\"",
	apos: "'"
};
/** Text of an element with its entities (XML 1.0, 4.1) put in. */
function plain(text) {
	return text.replace(/&(?:#(\d+)|#x([0-9a-fA-F]+)|(lt|gt|amp|quot|apos));/g, (_all, decimal, hex, name) => {
		if (name !== void 0) return ENTITIES[String(name)] ?? "";
		return String.fromCodePoint(decimal === void 0 ? Number.parseInt(String(hex), 16) : Number(decimal));
	});
}
function first(text, element) {
	return plain(new RegExp(`<${element}>([^<]*)</${element}>`).exec(text)?.[1] ?? "");
}
/** Keys of a list, in its order. */
function keysOf(text) {
	return [...text.matchAll(/<Key>([^<]*)<\/Key>/g)].map(([, key = ""]) => plain(key));
}
/** From where the list goes on; null: it is whole. */
function nextOf(text) {
	return first(text, "IsTruncated") === "true" ? first(text, "NextContinuationToken") || null : null;
}
/** What an error says. */
function saidBy(text) {
	return {
		code: first(text, "Code"),
		message: first(text, "Message")
	};
}

// src/platform/bucket/objects.ts
const TRIES = 5;
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 1e4;
const TIMEOUT_MS = 12e4;
const MOST_CHARACTERS = 400;
/** Header of ours, kept with an object. */
const DIGEST = "x-amz-meta-shiplock-digest";
/** @param signal ends what is under way */
function openObjects(place, keys, clock, signal) {
	const send = async (asking) => {
		for (let tries = 1;; tries += 1) {
			const answer = await attempt(place, keys, clock, asking, signal).catch((error) => {
				if (signal?.aborted === true || tries >= TRIES || !(error instanceof ProblemError)) throw error;
				return null;
			});
			const busy = answer === null || answer.status === 429 || answer.status === 409 || answer.status >= 500;
			if (answer !== null && (!busy || tries >= TRIES)) return answer;
			await answer?.body?.cancel();
			await clock.sleep(Math.min(FIRST_PAUSE_MS * 2 ** (tries - 1), LONGEST_PAUSE_MS), signal);
		}
	};
	return {
		async get(key) {
			const answer = await send({
				method: "GET",
				key
			});
			if (await isMissing(place, answer)) return null;
			if (answer.status !== 200) throw await refusal(place, `the question for ${key}`, answer);
			return {
				bytes: new Uint8Array(await answer.arrayBuffer()),
				etag: answer.headers.get("etag") ?? ""
			};
		},
		async head(key) {
			const answer = await send({
				method: "HEAD",
				key,
				headers: { "x-amz-checksum-mode": "ENABLED" }
			});
			if (answer.status === 404) return null;
			if (answer.status !== 200) throw await refusal(place, `the question for ${key}`, answer);
			return headOf(answer.headers);
		},
		async put(key, { bytes, type, cache, encoding = null, digest }, when) {
			const answer = await send({
				method: "PUT",
				key,
				headers: {
					"content-type": type,
					"cache-control": cache,
					...encoding === null ? {} : { "content-encoding": encoding },
					...digest === void 0 ? {} : { [DIGEST]: digest },
					"x-amz-checksum-sha256": sha256(bytes, "base64"),
					...when === "absent" ? { "if-none-match": "*" } : { "if-match": when.etag }
				},
				body: bytes
			});
			const { status } = answer;
			if (status === 412 || status === 409 || when !== "absent" && await isMissing(place, answer)) {
				await answer.body?.cancel();
				return { kind: "not-so" };
			}
			if (status !== 200) throw await refusal(place, `the object ${key}`, answer);
			await answer.body?.cancel();
			return {
				kind: "written",
				etag: answer.headers.get("etag") ?? ""
			};
		},
		async delete(key) {
			const answer = await send({
				method: "DELETE",
				key
			});
			if (!answer.ok && !await isMissing(place, answer)) throw await refusal(place, `the removal of ${key}`, answer);
			await answer.body?.cancel();
		},
		async list(prefix) {
			const found = [];
			let from = null;
			do {
				const query = listQuery(`${place.prefix}${prefix}`, from);
				const answer = await send({
					method: "GET",
					key: "",
					query
				});
				if (await isMissing(place, answer)) return [];
				if (answer.status !== 200) throw await refusal(place, `the list of ${place.prefix}${prefix}`, answer);
				const text = await answer.text();
				found.push(...keysOf(text).map((key) => key.slice(place.prefix.length)));
				from = nextOf(text);
			} while (from !== null);
			return found.toSorted();
		}
	};
}
/** `encoding-type=url` is not asked for: some servers take it and answer plain keys. Pure. */
function listQuery(prefix, from) {
	return `${from === null ? "" : `continuation-token=${encodeURIComponent(from)}&`}list-type=2&prefix=${encodeURIComponent(prefix)}`;
}
/** Is nothing there? @throws ProblemError when it is the bucket that is missing */
async function isMissing(place, answer) {
	if (answer.status !== 404) return false;
	const text = await answer.text();
	if (saidBy(text).code !== "NoSuchBucket") return true;
	throw new ProblemError({
		code: "bucket.missing",
		where: bucketText(place),
		found: `no bucket \`${place.bucket}\` at ${place.endpoint}`,
		expected: "a bucket that was made before, with the access that its readers need",
		remedy: "make it, or mend `bucket`, `endpoint` or `region` under `buckets:`"
	});
}
/** Pure. */
function headOf(headers) {
	const whole = (headers.get("x-amz-checksum-type") ?? "FULL_OBJECT") === "FULL_OBJECT";
	return {
		etag: headers.get("etag") ?? "",
		size: Number(headers.get("content-length") ?? NaN),
		type: headers.get("content-type"),
		cache: headers.get("cache-control"),
		encoding: headers.get("content-encoding"),
		sha256: whole ? headers.get("x-amz-checksum-sha256") : null,
		digest: headers.get(DIGEST)
	};
}
/** Address of an object. Pure. */
function objectUrl({ endpoint, bucket, prefix, addressing }, key, query = "") {
	const base = new URL(endpoint);
	const path = key === "" ? "" : `${prefix}${key}`.split("/").map(strictly).join("/");
	const below = base.pathname.replace(/\/+$/, "");
	if (addressing === "host") base.host = `${bucket}.${base.host}`;
	base.pathname = addressing === "host" ? `${below}/${path}` : `${below}/${bucket}${path === "" ? "" : `/${path}`}`;
	base.search = query;
	return base.href;
}
/** Everything but the unreserved characters of RFC 3986, as the signature counts them. Pure. */
function strictly(segment) {
	return encodeURIComponent(segment).replace(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`);
}
function sha256(bytes, form) {
	return createHash("sha256").update(bytes).digest(form);
}
async function attempt(place, { id, key: secret, session }, clock, { method, key, query = "", headers = {}, body }, signal) {
	const signed = await new AwsV4Signer({
		method,
		url: objectUrl(place, key, query),
		headers: {
			...headers,
			"x-amz-content-sha256": sha256(body ?? /* @__PURE__ */ new Uint8Array(0), "hex")
		},
		accessKeyId: id,
		secretAccessKey: secret,
		...session === void 0 ? {} : { sessionToken: session },
		service: "s3",
		region: place.region,
		datetime: new Date(clock.now()).toISOString().replace(/[:-]|\.\d{3}/g, "")
	}).sign();
	const timeout = AbortSignal.timeout(TIMEOUT_MS);
	try {
		return await fetch(signed.url, {
			method,
			headers: signed.headers,
			body: body ?? null,
			redirect: "manual",
			signal: signal === void 0 ? timeout : AbortSignal.any([timeout, signal])
		});
	} catch (error) {
		if (signal?.aborted === true) throw signal.reason;
		throw new ProblemError({
			code: "bucket.unreachable",
			where: bucketText(place),
			found: timeout.aborted ? `no answer within ${TIMEOUT_MS / 1e3} s` : whyNoAnswer(error),
			expected: `an S3 server that answers at ${place.endpoint}`,
			remedy: "does this machine reach it? Then resume the run: what it has already is not sent twice"
		});
	}
}
/** An answer that nothing can be done with. */
async function refusal(place, what, answer) {
	const { code, message } = saidBy(await answer.text().catch(() => ""));
	const words = [code, message].filter((word) => word !== "").join(": ").slice(0, MOST_CHARACTERS);
	const found = `status ${answer.status} to ${what}${words === "" ? "" : ` (${words})`}`;
	const where = bucketText(place);
	const region = answer.headers.get("x-amz-bucket-region");
	if (region !== null && region !== place.region) return new ProblemError({
		code: "bucket.other-region",
		where,
		found: `${found}; the bucket is in ${region}`,
		expected: `a bucket in ${place.region}`,
		remedy: `write \`region: ${region}\`, and the endpoint of that region`
	});
	if (answer.status === 401 || answer.status === 403) return new ProblemError({
		code: "bucket.denied",
		where,
		found,
		expected: "credentials that may list, read, write and delete below the prefix",
		remedy: code === "RequestTimeTooSkewed" ? "set the clock of this machine right" : "mend `access` of the bucket, or what its policy allows"
	});
	return new ProblemError({
		code: "bucket.refused",
		where,
		found,
		expected: "a server that takes it",
		remedy: "mend what the server names; then resume the run: what it has already is not sent twice"
	});
}

export { openObjects as n, sha256 as r, objectUrl as t };