import { n as renewNode } from "./shared-certificate.js";
import { t as runIfStarted } from "./shared-own.js";
import { ic as sequence } from "./shared-common.js";
import { d as runbook, u as text } from "./shared-input.js";
import { n as openCertificates } from "./shared-certificates.js";

// runbooks/certificate-renew.ts
/** SOP: a new certificate, on the first host alone, then on the others. `node runbooks/certificate-renew.ts production --certificate public --reason "ends in May"`. */
const reason = text({
	name: "reason",
	question: "Why is it renewed? It stands in the journal.",
	minLength: 3
});
const which = text({
	name: "certificate",
	question: "Which one of `certificates:`?"
});
const certificateRenew = runbook({
	id: "certificate-renew",
	title: "Renew a certificate",
	summary: "Has a new pair of chain and key made where the old one is not good for long any more, looks whether it fits, lays it down beside the old one on the first host, reloads the service, and looks by a handshake that clients get it and trust it. A person inspects that host; then the others follow.",
	when: "Before a certificate ends (`certificate-status` tells), after a key was lost, or when names are added. The service is reloaded, not restarted: users notice nothing.",
	requirements: ["F1", "F4"],
	roles: [{
		role: "operator",
		does: "runs it"
	}, {
		role: "releaser",
		does: "inspects the first host, where there are several, and fills in the checkpoint"
	}],
	severity: "changes",
	inputs: [reason, which],
	prerequisites: ["The new pair lies where `from:` says, or `from.renew` is a command that puts it there.", "The service runs on its hosts (`shiplock runbook run system-status ENVIRONMENT`)."],
	wayBack: "A host on which the new certificate is not seen, or not trusted, gets its old files back and is reloaded by the run itself; no other host is touched. The files from before stay beside the new ones as `*.previous`.",
	clauses: [{
		id: "F1",
		says: "A certificate is renewed host by host: what does not fit is not put in place, what clients do not see is taken back, and no second host is touched before the first was inspected.",
		nodes: ["certificate-renew/renew/pair", "certificate-renew/renew/local"],
		test: "test/integration/runbook-certificate.test.ts"
	}, {
		id: "F4",
		says: "A certificate that has ended is replaced by one command, and a handshake shows that clients get the new one.",
		nodes: ["certificate-renew/renew/local/shown"],
		test: "test/integration/runbook-certificate.test.ts"
	}],
	sample: {
		reason: "it ends in May",
		certificate: "public"
	},
	how: {
		kind: "tree",
		build(given, context) {
			const system = context.system();
			const certificates = openCertificates(context.service, system, given(which));
			const serving = new Set(certificates.map(({ service }) => service));
			const prepare = system.prepare(system.services.filter(({ name }) => serving.has(name)));
			const { environment, service: about } = context.service.target;
			return {
				title: `Renew the certificate ${given(which)} of ${about} in ${environment}`,
				description: `Reason: ${given(reason)}`,
				root: sequence({
					id: "certificate-renew",
					title: `Renew ${given(which)}`,
					steps: [...prepare === null ? [] : [prepare], ...certificates.map((one) => renewNode(one, system.role))]
				})
			};
		}
	}
});
await runIfStarted(import.meta.url, certificateRenew);

export { certificateRenew as default };