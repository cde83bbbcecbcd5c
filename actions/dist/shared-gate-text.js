// src/cli/commands/gate-text.ts
/** An open gate for people: what it asks, of whom, what guards the system, and the command that answers it. */
function gateText(gate) {
	const fields = gate.evidence.map((field) => `  --item ${field.name}=${wanted(field)}   ${field.question}`);
	const items = gate.evidence.map((field) => ` --item ${field.name}=…`).join("");
	const verb = gate.evidence.length === 0 ? "approve" : "fill";
	const key = gate.demands === void 0 ? "" : " --sign-key ~/.ssh/id_ed25519";
	return [
		`${gate.title}`,
		...gate.description === void 0 ? [] : [`  ${gate.description}`],
		`  run ${gate.run}, gate ${gate.path}, open since ${gate.openedAt}, role ${gate.role}`,
		`  asks for: ${gate.demands ?? "anybody; nobody is checked"}`,
		...gate.given.map(({ kind, by, items: said, reason }) => {
			const text = Object.entries(said).map(([name, value]) => `${name}=${value}`);
			return `  ${kind === "override" ? `overridden by ${by}: ${reason}` : `given by ${by}`}${text.length === 0 ? "" : `: ${text.join(", ")}`}`;
		}),
		...gate.asked === void 0 ? [] : [`  --asked ${gate.asked} to fill it in, --asked ${gate.askedWith ?? ""} to approve`],
		`  meanwhile: ${gate.guard}`,
		...fields,
		`  $ shiplock gate ${verb} ${gate.run} ${gate.path}${items}${key}`
	].join("\n");
}
function wanted(field) {
	switch (field.kind) {
		case "text":
			if (field.pattern !== void 0) return `<text that matches ${field.pattern}>`;
			return `<text${field.minLength === void 0 ? "" : `, at least ${field.minLength} characters`}>`;
		case "number": return `<number${field.min === void 0 ? "" : ` from ${field.min}`}${field.max === void 0 ? "" : ` to ${field.max}`}>`;
		case "check": return "<yes|no>";
		case "choice": return `<${field.options.join("|")}>`;
	}
}

export { gateText as t };