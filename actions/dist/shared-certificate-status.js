import { Et as _enum, Jn as string, Pn as number, qn as strictObject } from "./shared-schemas.js";
import { ac as step, tc as parallel } from "./shared-common.js";
import { a as DAY_MS, d as timeProblems, r as shownText, t as look } from "./shared-certificate.js";
import { t as runIfStarted } from "./shared-own.js";
import { t as jsonSchema } from "./shared-json.js";
import { c as optionalText, d as runbook } from "./shared-input.js";
import { n as openCertificates } from "./shared-certificates.js";

// src/certificate/status.ts
/** What every host shows now, and how long it is good for. Looks only. */
const rowSchema = strictObject({
	certificate: string(),
	host: string(),
	at: string(),
	state: _enum([
		"good",
		"ends-soon",
		"expired",
		"not-yet",
		"not-trusted",
		"silent"
	]),
	serial: string().nullable(),
	notAfter: string().nullable(),
	/** Whole days until then; negative when it is over. */
	daysLeft: number().int().nullable(),
	detail: string()
});
const outputs = strictObject({ row: rowSchema });
/** @param days fewest days that must be left; null: what each certificate is configured with */
function certificateStatusNode(certificates, days) {
	const groups = certificates.map((one) => one.places.map((place) => lookStep(one, place, days ?? one.days)));
	return {
		steps: groups.flat(),
		root: parallel({
			id: "certificates",
			title: "Look at every certificate by a handshake",
			steps: certificates.map((one, at) => parallel({
				id: one.name,
				title: `${one.name} (${one.names.join(", ")})`,
				steps: groups[at] ?? []
			}))
		})
	};
}
function lookStep(certificate, place, days) {
	return step({
		id: place.host,
		title: `Look at ${certificate.name} on ${place.host}`,
		inputs: {
			at: place.at,
			days
		},
		read: async (ctx) => {
			const shown = await look(certificate, place, ctx.signal);
			const now = ctx.clock.now();
			const base = {
				certificate: certificate.name,
				host: place.host,
				at: place.at,
				detail: shownText(shown, now)
			};
			if (shown.kind === "silent") return {
				...base,
				state: "silent",
				serial: null,
				notAfter: null,
				daysLeft: null
			};
			const { serial, notAfter } = shown.facts;
			const [late] = timeProblems(shown.facts, {
				days,
				now,
				where: place.at
			});
			const distrust = shown.distrust === null ? base : {
				...base,
				detail: `${base.detail}; ${shown.distrust}`
			};
			return {
				...late === void 0 ? distrust : base,
				state: late === void 0 ? shown.distrust === null ? "good" : "not-trusted" : stateOf(late),
				serial,
				notAfter,
				daysLeft: Math.floor((Date.parse(notAfter) - now) / DAY_MS)
			};
		},
		decide: (row) => ({
			kind: "nothing",
			why: `${row.state}: ${row.detail}`
		}),
		outputs,
		collect: (_results, row) => ({ row }),
		probe: "repeatable"
	});
}
function stateOf({ code }) {
	switch (code) {
		case "certificate.expired": return "expired";
		case "certificate.not-yet": return "not-yet";
		default: return "ends-soon";
	}
}
/** The rows as a table for people. Pure. */
function certificateText(rows) {
	const cells = [[
		"CERTIFICATE",
		"HOST",
		"STATE",
		""
	], ...rows.map((row) => [
		row.certificate,
		row.host,
		row.state,
		row.detail
	])];
	const widths = [
		0,
		1,
		2
	].map((column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
	return cells.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ").trimEnd()).join("\n");
}

// runbooks/certificate-status.ts
/** SOP: see which certificates are served, and until when. `node runbooks/certificate-status.ts production`. Exit code 1: one must be renewed. */
const days = optionalText({
	name: "days",
	question: "Fewest days that must be left. Left out: `days` of each certificate",
	check: (given) => /^[1-9]\d{0,2}$/.test(given) ? void 0 : "a whole number from 1 to 999"
});
const certificateStatus = runbook({
	id: "certificate-status",
	title: "See how long the certificates are good for",
	summary: "Shakes hands with every host that serves a certificate, as a client does, and shows serial, end, and whether a client trusts it. Ends with 1 when one is to be renewed.",
	when: "Every day, by a timer, and first of all when clients are warned. It works while a release or another runbook holds the environment.",
	requirements: ["F1"],
	roles: [{
		role: "operator",
		does: "reads it"
	}],
	severity: "reads",
	inputs: [days],
	prerequisites: [],
	wayBack: "Nothing is changed.",
	clauses: [{
		id: "F1",
		says: "Certificates that end soon, have ended or are not trusted are seen on every host, before clients see them.",
		nodes: ["certificates/public"],
		test: "test/integration/runbook-certificate.test.ts"
	}],
	sample: {},
	how: {
		kind: "tree",
		build(given, context) {
			const most = given(days);
			const { root, steps } = certificateStatusNode(openCertificates(context.service, context.system()), most === void 0 ? null : Number(most));
			const { environment, service: about } = context.service.target;
			return {
				title: `See how long the certificates of ${about} in ${environment} are good for`,
				description: "A handshake with every host, from this machine.",
				root,
				report(outputs) {
					const rows = steps.flatMap((step) => {
						const found = outputs(step);
						return found === void 0 ? [] : [found.row];
					});
					return {
						text: certificateText(rows),
						json: jsonSchema.parse({
							environment,
							certificates: rows
						}),
						bad: rows.some(({ state }) => state !== "good")
					};
				}
			};
		}
	}
});
await runIfStarted(import.meta.url, certificateStatus);

export { certificateStatus as default, certificateText as n, certificateStatusNode as t };