// src/procedure/machine/http-client.ts
/** More than this of a body is not read: a smoke test looks at the beginning. */
const BODY_LIMIT = 65536;
/** GET requests that only look. Never throws: no answer is an answer too. */
const httpClient = { async get(url, options) {
	const timeout = AbortSignal.timeout(options.timeoutMs);
	const signal = options.signal === void 0 ? timeout : AbortSignal.any([timeout, options.signal]);
	try {
		const response = await fetch(url, {
			signal,
			redirect: "manual",
			headers: {
				"user-agent": "shiplock",
				connection: "close",
				...options.headers
			}
		});
		const body = await beginningOf(response, options.mostCharacters ?? BODY_LIMIT);
		return {
			kind: "answer",
			status: response.status,
			headers: Object.fromEntries(response.headers),
			body
		};
	} catch (error) {
		if (timeout.aborted) return {
			kind: "no-answer",
			reason: `no answer within ${options.timeoutMs} ms`
		};
		return {
			kind: "no-answer",
			reason: whyNoAnswer(error)
		};
	}
} };
/** The beginning of a body, at most so many characters; more is not read. */
async function beginningOf(response, most) {
	if (response.body === null) return "";
	const decoder = new TextDecoder();
	let text = "";
	for await (const chunk of response.body) {
		text += decoder.decode(chunk, { stream: true });
		if (text.length >= most) break;
	}
	return text.slice(0, most);
}
/** Why `fetch` failed, in words. */
function whyNoAnswer(error) {
	if (!(error instanceof Error)) return String(error);
	return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}

export { httpClient as n, whyNoAnswer as r, beginningOf as t };