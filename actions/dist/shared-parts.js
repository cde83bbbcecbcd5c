import { A as withLeft, C as STATE_WORDS, D as proof, E as moment, O as shown, S as STATE_GLYPHS, T as lasting, j as axisOf, k as bounded, w as clockSince } from "./shared-common.js";
import { t as html } from "./shared-escape.js";
import { createHash } from "node:crypto";

// src/report/page/style.ts
/** The style of the page: one sheet for phone, desktop, light, dark and paper. */
const SHEET = `
:root{--paper:#fff;--ink:#1c2128;--soft:#57606a;--line:#d5dae0;--wash:#f4f6f8;--good:#1a7037;--bad:#b3261e;--waiting:#825500;--plain:#57606a;--canary:#c2410c;--baseline:#0b62a8;--evidence:#5b3bb0}
@media screen{:root{color-scheme:light dark}}
@media screen and (prefers-color-scheme:dark){:root{--paper:#0f1318;--ink:#e6eaef;--soft:#9da7b3;--line:#2d343d;--wash:#181d24;--good:#57c878;--bad:#ff8f85;--waiting:#e3b04b;--plain:#9da7b3;--canary:#ff9e64;--baseline:#6cb6ff;--evidence:#c3a6ff}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{margin:0;background:var(--paper);color:var(--ink);font:1rem/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif;overflow-wrap:anywhere}
main,header,footer{max-width:66rem;margin:0 auto;padding:0 clamp(1rem,4vw,2rem)}
header{padding-top:clamp(1.25rem,4vw,2.5rem)}
.band{height:6px;background:var(--tone);-webkit-print-color-adjust:exact;print-color-adjust:exact}
.tone-good{--tone:var(--good)}.tone-bad{--tone:var(--bad)}.tone-waiting{--tone:var(--waiting)}.tone-plain{--tone:var(--plain)}
.over{margin:0;color:var(--soft);font-size:.875rem}
.status{color:var(--tone);font-weight:700}
h1{margin:.35rem 0 0;font-size:clamp(1.3rem,1.05rem + 1.3vw,1.85rem);line-height:1.25;font-weight:650;letter-spacing:-.012em;text-wrap:pretty}
h1 .why{font-size:.78em;font-weight:400;letter-spacing:0}
h2{margin:2.75rem 0 1rem;padding-top:.9rem;border-top:1px solid var(--line);font-size:1.15rem;line-height:1.3;font-weight:650}
h3{margin:0;font-size:1rem;line-height:1.4;font-weight:600}
p{margin:.4rem 0}
.soft{color:var(--soft)}
.small{font-size:.875rem}
code{font:.8125rem/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace}
dl{margin:0}dt{color:var(--soft);font-size:.8125rem}dd{margin:0}
.facts{display:grid;grid-template-columns:repeat(auto-fill,minmax(9rem,1fr));gap:.9rem 1.25rem;margin-top:1.5rem}
.facts .long{grid-column:span 2}
ol,ul{list-style:none;margin:0;padding:0}
.hidden{position:absolute;width:1px;height:1px;margin:-1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.card{border:1px solid var(--line);border-left:4px solid var(--tone,var(--line));border-radius:6px;padding:.8rem 1rem;margin:0 0 .8rem}
.card p:last-child{margin-bottom:0}
.pairs{display:grid;grid-template-columns:minmax(5.5rem,auto) 1fr;gap:.15rem .9rem;margin-top:.5rem;font-size:.9375rem}
.pairs dt{font-size:.875rem}
.legend{display:flex;flex-wrap:wrap;gap:.25rem 1.5rem;margin:0 0 .5rem;font-size:.875rem}
.legend svg{width:30px;height:10px;margin-right:.45rem;vertical-align:middle}
figure{margin:0 0 .9rem}
figcaption{font-size:.875rem;font-weight:600;margin-bottom:.2rem}
.plot{display:block;width:100%;height:112px;overflow:visible}
.plot.share{height:72px}
.strip{display:block;width:100%;height:18px;overflow:visible}
svg text{fill:var(--soft);font:11px system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif;paint-order:stroke;stroke:var(--paper);stroke-width:3px;stroke-linejoin:round}
.strip text{font-size:12px}
.grid{stroke:var(--line);stroke-width:1}
.limit{stroke:var(--ink);stroke-width:1.2;stroke-dasharray:2 4}
.mark{stroke:var(--ink);stroke-width:1;stroke-opacity:.55}
.cut{stroke:var(--soft);stroke-width:4;stroke-dasharray:1 3}
svg path{fill:none;stroke-width:1.8;stroke-linejoin:round;vector-effect:non-scaling-stroke}
path.canary{stroke:var(--canary)}path.baseline{stroke:var(--baseline);stroke-dasharray:5 3}path.evidence{stroke:var(--evidence)}
path.range{stroke-width:1.4;stroke-opacity:.35;stroke-dasharray:none}
.marks{margin:.6rem 0 0;font-size:.9375rem}
.marks li{display:grid;grid-template-columns:1.6rem 1fr;margin:.25rem 0}
.number{font-weight:700;color:var(--tone)}
.judged{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,19rem),1fr));gap:.8rem;margin-top:1.25rem}
.judged .card{margin:0}
.verdict{color:var(--tone);font-weight:650}
.steps li{padding:.5rem 0;border-top:1px solid var(--line)}
.steps li:first-child{border-top:0}
.row{display:grid;grid-template-columns:1.4rem 1fr auto;gap:0 .5rem;align-items:baseline}
.glyph{font-weight:700;text-align:center;color:var(--tone,var(--soft))}
.when{color:var(--soft);font-size:.875rem;text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
.steps .note{margin:.1rem 0 0 1.9rem;font-size:.875rem;color:var(--soft)}
.steps .part{padding:1rem 0 .4rem;font-weight:650;border-top:0}
.bar{display:block;width:calc(100% - 1.9rem);height:5px;margin:.4rem 0 .1rem 1.9rem;-webkit-print-color-adjust:exact;print-color-adjust:exact}
.bar .whole{fill:var(--wash)}.bar .own{fill:var(--tone,var(--plain))}
.commands>li{margin:0 0 1rem}
.commands .row{grid-template-columns:1fr auto}
.command{display:block;margin-top:.35rem;padding:.4rem .6rem;background:var(--wash);border-radius:4px;white-space:pre-wrap;-webkit-print-color-adjust:exact;print-color-adjust:exact}
.result{color:var(--soft);font-size:.8125rem;margin:.1rem 0 0 .6rem}
.left{padding:.6rem 0;color:var(--soft);font-style:italic}
footer{padding-top:2.5rem;padding-bottom:2.5rem;color:var(--soft);font-size:.875rem}
@media (max-width:34rem){.row{grid-template-columns:1.4rem 1fr}.row .when{grid-column:2;text-align:left;white-space:normal}.commands .row{grid-template-columns:1fr}.commands .when{grid-column:1}.pairs{grid-template-columns:5.75rem 1fr;gap:.2rem .75rem}}
@page{size:A4;margin:14mm 12mm}
@media print{html{font-size:9.5pt}main,header,footer{max-width:none;padding-left:0;padding-right:0}header{padding-top:4mm}h1{font-size:17pt}h2{margin-top:8mm;break-after:avoid}h3,figcaption{break-after:avoid}figure,.card,.steps li,.commands .row,.marks li,.facts>div{break-inside:avoid}.plot{height:26mm}.plot.share{height:17mm}.command{break-after:avoid}.result{break-before:avoid}p,li{orphans:3;widows:3}footer{padding-bottom:0}}
`.trim();
/** The sheet as it stands between the style tags. */
const STYLE = SHEET;
/** For the content security policy: this sheet and nothing else. */
const STYLE_HASH = `sha256-${createHash("sha256").update(SHEET).digest("base64")}`;

// src/report/page/frame.ts
/**
* A page that needs nothing else: no script, no request, not even an inline style. Its own policy forbids the browser everything but the sheet
* that it carries, so a text that came from outside could do nothing even if it got through. Pure.
* @param footer and the parts are HTML
*/
function framed(title, tone, parts, footer) {
	return `${[
		"<!doctype html>",
		"<html lang=\"en\">",
		"<head>",
		"<meta charset=\"utf-8\">",
		`<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src '${STYLE_HASH}'">`,
		"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">",
		"<meta name=\"referrer\" content=\"no-referrer\">",
		`<title>${html(shown(title, "title"))}</title>`,
		`<style>${STYLE}</style>`,
		"</head>",
		`<body class="tone-${tone}">`,
		"<div class=\"band\"></div>",
		...parts,
		`<footer><p>${footer}</p></footer>`,
		"</body>",
		"</html>"
	].join("\n")}\n`;
}

// src/report/page/plots.ts
/**
* The course as pictures that take any width: the paths are stretched with the page, the texts are not. Lines differ in form and
* not only in colour, and each picture says its values in words for those who do not see it. Pure.
*/
function courseParts(course) {
	const { marks, words } = course;
	return [
		legend(course),
		...course.plots.map((plot) => figure(course, plot)),
		strip(course),
		...marks.length === 0 ? [] : [
			"<ol class=\"marks\">",
			...marks.map(({ label, tone, text }) => `<li class="tone-${tone}"><span class="number">${html(label)}</span><span>${html(shown(text, "note"))}</span></li>`),
			"</ol>"
		],
		...course.cuts.map(({ label }) => `<p class="small soft">┊ ${html(label)}</p>`),
		`<p class="small soft">${words.map((one) => html(shown(one, "value"))).join("<br>")}</p>`
	];
}
function legend({ candidate, stable, plots }) {
	const key = (name) => `<svg viewBox="0 0 30 10" aria-hidden="true"><path class="${name}" d="M0 5H30"/></svg>`;
	return `<p class="legend">${[
		`<span>${key("canary")}${html(shown(candidate, "title"))}</span>`,
		...stable === null ? [] : [`<span>${key("baseline")}${html(shown(stable, "title"))}, stable</span>`],
		...plots.some(({ kind }) => kind === "evidence") ? [`<span>${key("evidence")}evidence</span>`] : []
	].join("")}</p>`;
}
function figure(course, plot) {
	const { width, height } = course.frame;
	const title = html(shown(plot.title, "title"));
	const label = html(shown(`${plot.title}. ${inVersions(plot.words, course)}`, "note"));
	return [
		`<figure><figcaption>${title}</figcaption>`,
		`<svg class="plot ${plot.kind}" role="img" aria-label="${label}">`,
		...plot.ticks.map(({ at }) => across("grid", at)),
		...plot.limit === null ? [] : [across("limit", plot.limit.at)],
		...course.cuts.map(({ at }) => down("cut", at)),
		`<svg width="100%" height="100%" viewBox="0 0 ${width} ${height}" preserveAspectRatio="none" overflow="visible">`,
		...plot.lines.flatMap(({ name, path, range }) => [...range === "" ? [] : [`<path class="range ${html(name)}" d="${html(range)}"/>`], `<path class="${html(name)}" d="${html(path)}"/>`]),
		"</svg>",
		...course.marks.map(({ at }) => down("mark", at)),
		...plot.ticks.filter(({ at }) => plot.limit === null || Math.abs(at - plot.limit.at) > CLEAR).map(({ at, label: text }) => words("0", at, text, at < CLEAR ? BELOW : ABOVE)),
		...plot.limit === null ? [] : [words("100%", plot.limit.at, plot.limit.label, BELOW)],
		"</svg></figure>"
	].join("");
}
/** The picture knows its lines by their part; people know versions. */
function inVersions(text, { candidate, stable }) {
	return text.replaceAll("canary:", `${candidate}:`).replaceAll("baseline:", `${stable ?? "stable"}:`);
}
/** Below all pictures: the time, and the numbers of the marks. */
function strip({ times, marks }) {
	const anchor = (at) => at < .06 ? "start" : at > .94 ? "end" : "middle";
	return [
		"<svg class=\"strip\" aria-hidden=\"true\">",
		...times.map(({ at, label }) => `<text x="${percent(at)}" y="13" text-anchor="${anchor(at)}">${html(label)}</text>`),
		"</svg>",
		...marks.length === 0 ? [] : [
			"<svg class=\"strip\" aria-hidden=\"true\">",
			...together(marks).map(({ at, label }) => `<text x="${percent(at)}" y="13" text-anchor="${anchor(at)}">${html(label)}</text>`),
			"</svg>"
		]
	].join("");
}
/** Part of the width that a number needs on a phone. */
const APART = .035;
/** Numbers that would lie on each other stand side by side. */
function together(marks) {
	const groups = [];
	for (const { at, label } of marks) {
		const last = groups.at(-1);
		if (last !== void 0 && at - last.at < APART) last.label += ` ${label}`;
		else groups.push({
			at,
			label
		});
	}
	return groups;
}
function across(name, at) {
	return `<line class="${name}" x1="0" x2="100%" y1="${percent(at)}" y2="${percent(at)}"/>`;
}
function down(name, at) {
	return `<line class="${name}" x1="${percent(at)}" x2="${percent(at)}" y1="0" y2="100%"/>`;
}
/** Where a text stands by its line, pixels. */
const ABOVE = -3;
const BELOW = 12;
/** Part of the height that a text takes. */
const CLEAR = .1;
function words(x, at, text, dy) {
	return `<text x="${x}" y="${percent(at)}" dy="${dy}" text-anchor="${x === "0" ? "start" : "end"}">${html(text)}</text>`;
}
/** A part of 1 as a length, to a hundredth of a percent. */
function percent(part) {
	return `${Math.round(part * 1e4) / 100}%`;
}

// src/report/page/parts.ts
/** The sections of the page; each stays within its part of the page's size. Pure. */
function leftOut(run, what) {
	return (count) => `<li class="left">${count} ${what} left out here: <code>shiplock journal show ${html(run)}</code> has them all</li>`;
}
/** Letters that fit into one column. */
const SHORT = 18;
function factList(facts, how) {
	const value = (text) => html(shown(text, "value"));
	if (how === "pairs") return `<dl class="pairs">${facts.map(({ name, value: v }) => `<dt>${html(shown(name, "title"))}</dt><dd>${value(v)}</dd>`).join("")}</dl>`;
	const fact = ({ name, value: v }) => `<div${v.length > SHORT ? " class=\"long\"" : ""}><dt>${html(shown(name, "title"))}</dt><dd>${value(v)}</dd></div>`;
	return `<dl class="${how}">${facts.map(fact).join("")}</dl>`;
}
const BYTES = {
	problems: 4e4,
	known: 1e4,
	steps: 7e4,
	gates: 3e4,
	decisions: 12e3,
	commands: 8e4,
	processes: 8e3
};
function problemParts(problems, run) {
	const one = (problem) => `<li class="card tone-bad"><h3>${html(shown(problem.found, "problem"))}</h3>${factList([
		{
			name: "where",
			value: problem.where
		},
		{
			name: "expected",
			value: problem.expected
		},
		{
			name: "what to do",
			value: problem.remedy
		},
		{
			name: "code",
			value: problem.code
		}
	], "pairs")}</li>`;
	return [
		"<ul>",
		...withLeft(bounded(problems, BYTES.problems, one), leftOut(run, "problems")),
		"</ul>"
	];
}
function knownParts(known, run) {
	const one = ({ id, title, severity, cause, fix, command, seen, where }) => `<li class="card tone-${severity === "error" ? "bad" : "plain"}"><h3>${html(shown(title, "title"))}</h3>${factList([
		{
			name: "cause",
			value: cause
		},
		{
			name: "what to do",
			value: fix
		},
		...command === null ? [] : [{
			name: "command",
			value: command
		}],
		...seen === null ? [] : [{
			name: "seen",
			value: seen
		}],
		{
			name: "where",
			value: where
		},
		{
			name: "known as",
			value: id
		}
	], "pairs")}</li>`;
	return [
		"<ul>",
		...withLeft(bounded(known, BYTES.known, one), leftOut(run, "known errors")),
		"</ul>"
	];
}
function judgedParts(judged) {
	if (judged.length === 0) return [];
	const one = (step) => `<li class="card tone-${step.tone}"><h3>${html(step.share)}: <span class="verdict">${html(step.verdict)}</span></h3><p class="small">${html(shown(step.text, "note"))}</p>${factList([
		{
			name: "new",
			value: step.candidate
		},
		{
			name: "stable",
			value: step.stable
		},
		...step.evidence,
		{
			name: "watched",
			value: step.after
		}
	], "pairs")}</li>`;
	const left = (count) => `<li class="left">${count} more shares left out here</li>`;
	return [
		"<ul class=\"judged\">",
		...withLeft(bounded(judged, BYTES.gates, one), left),
		"</ul>"
	];
}
const TONES = {
	done: "good",
	nothing: "plain",
	failed: "bad",
	refused: "bad",
	undone: "waiting",
	waiting: "waiting",
	open: "waiting"
};
/** Every step with a bar that says when in the run it was. */
function stepParts({ steps, startedAt, lastAt, pauses }, run) {
	const axis = axisOf(startedAt, lastAt, pauses);
	const firstBack = steps.find(({ back }) => back);
	const one = (step) => {
		const [from, until] = [axis.at(step.from), axis.at(step.until)];
		const width = Math.max(.004, until - from);
		const took = step.until === step.from ? "" : ` · ${lasting(step.until - step.from)}`;
		const part = step === firstBack ? "<li class=\"part\">The way back</li>" : "";
		const details = [
			...step.note === "" ? [] : [step.note],
			...step.problems.map(({ found }) => found),
			...step.attempts > 1 ? [`${step.attempts} attempts`] : [],
			...step.looks > 0 ? [`${step.looks} ${step.looks === 1 ? "look" : "looks"}`] : []
		];
		const note = [...new Set(details)].map((text) => shown(text, "note")).join(" · ");
		return `${part}<li class="tone-${TONES[step.state]}"><div class="row"><span class="glyph"><span aria-hidden="true">${STATE_GLYPHS[step.state]}</span><span class="hidden">${STATE_WORDS[step.state]}: </span></span><span>${html(shown(step.title, "title"))}</span><span class="when">${clockSince(step.from, startedAt)}${took}</span></div>${note === "" ? "" : `<p class="note">${html(note)}</p>`}<svg class="bar" aria-hidden="true"><rect class="whole" width="100%" height="5" rx="2"/><rect class="own" x="${percent(Math.min(from, 1 - width))}" width="${percent(width)}" height="5" rx="1"/></svg></li>`;
	};
	return [
		"<ol class=\"steps\">",
		...withLeft(bounded(steps, BYTES.steps, one), leftOut(run, "steps")),
		"</ol>"
	];
}
function gateParts(gates, run) {
	const one = (gate) => {
		const facts = [
			{
				name: "asks",
				value: gate.role
			},
			{
				name: "opened",
				value: moment(gate.openedAt)
			},
			{
				name: "meanwhile",
				value: gate.guard
			},
			...gate.given.length === 0 ? [{
				name: "filled in",
				value: "not yet"
			}] : [],
			...gate.given.flatMap(({ time, by, host, answers, more }) => [
				{
					name: "filled in",
					value: `${moment(time)}, after ${lasting(time - gate.openedAt)}`
				},
				{
					name: "by",
					value: `${by}, on ${host}`
				},
				...answers.map(({ name, question, value }) => ({
					name: question === "" ? name : question,
					value
				})),
				...more.map(proof)
			])
		];
		const about = gate.description === "" ? "" : `<p class="small soft">${html(shown(gate.description, "note"))}</p>`;
		return `<li class="card tone-${gate.given.length === 0 ? "waiting" : "plain"}"><h3>${html(shown(gate.title, "title"))}</h3>${about}${factList(facts, "pairs")}</li>`;
	};
	return [
		"<ul>",
		...withLeft(bounded(gates, BYTES.gates, one), leftOut(run, "gates")),
		"</ul>"
	];
}
function decisionParts(decisions, run) {
	const one = ({ time, kind, by, role, what, why, more }) => `<li class="card tone-waiting"><h3>${html(kind)}: ${html(shown(what, "note"))}</h3>${factList([
		{
			name: "by",
			value: role === "" ? by : `${by}, in the role ${role}`
		},
		{
			name: "when",
			value: moment(time)
		},
		{
			name: "why",
			value: why
		},
		...more.map(proof)
	], "pairs")}</li>`;
	return [
		"<ul>",
		...withLeft(bounded(decisions, BYTES.decisions, one), leftOut(run, "decisions")),
		"</ul>"
	];
}
function commandParts(commands, startedAt, run) {
	const groups = [];
	for (const command of commands) {
		const last = groups.at(-1);
		if (last !== void 0 && last.title === command.title && last.time === command.time) last.commands.push(command);
		else groups.push({
			title: command.title,
			time: command.time,
			commands: [command]
		});
	}
	const line = (one) => {
		const took = one.durationMs === null ? "" : `, ${lasting(one.durationMs)}`;
		const why = one.why === "" ? "" : ` · ${one.why}`;
		return `<code class="command">${html(shown(one.text, "command"))}</code><p class="result">${html(shown(`${one.kind} · ${one.result}${took}${why}`, "note"))}</p>`;
	};
	const group = ({ title, time, commands: own }) => {
		const kept = bounded(own, BYTES.commands / 4, line);
		const left = (count) => `<p class="left">${count} commands of this step left out here</p>`;
		return `<li><div class="row"><h3>${html(shown(title, "title"))}</h3><span class="when">${clockSince(time, startedAt)}</span></div>${withLeft(kept, left).join("")}</li>`;
	};
	return [
		"<ol class=\"commands\">",
		...withLeft(bounded(groups, BYTES.commands, group), leftOut(run, "steps with their commands")),
		"</ol>"
	];
}
function processParts(processes, startedAt, run) {
	const one = ({ time, text }) => `<li><div class="row"><span class="glyph" aria-hidden="true">·</span><span>${html(shown(text, "note"))}</span><span class="when">${clockSince(time, startedAt)}</span></div></li>`;
	return [
		"<ol class=\"steps\">",
		...withLeft(bounded(processes, BYTES.processes, one), leftOut(run, "lines")),
		"</ol>"
	];
}

export { judgedParts as a, processParts as c, framed as d, gateParts as i, stepParts as l, decisionParts as n, knownParts as o, factList as r, problemParts as s, commandParts as t, courseParts as u };