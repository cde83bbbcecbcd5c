import { childrenOf, guardText, type Node, type Procedure, whoseGate } from '../../procedure/index.ts';
import { html } from '../../report/index.ts';
import type { Runbook } from './define.ts';
import { inputText } from './input.ts';
import { commandsOf, SEVERITIES } from './sop.ts';

/** The same as a page for printing: one file, no script, nothing from elsewhere, a box to tick at each step. */

/** Pure. @param of what it was printed for, one sentence */
export function sopHtml(runbook: Runbook, procedure: Procedure, of: string): string {
  const { title, summary, when, severity, roles, inputs, prerequisites, wayBack } = runbook;
  const list = (lines: readonly string[], mark = ''): string =>
    `<ul>${lines.map((line) => `<li>${mark}${line}</li>`).join('')}</ul>`;
  const body = [
    `<h1>SOP: ${html(title)}</h1>`,
    `<p>${html(summary)}</p>`,
    `<p class="of">Runbook <code>${html(runbook.id)}</code>, ${html(SEVERITIES[severity])}. ${html(of)}</p>`,
    `<h2>When to use it</h2><p>${html(when)}</p>`,
    `<h2>Who</h2>${list(roles.map(({ role, does }) => `<b>${html(role)}</b> ${html(does)}`))}`,
    '<h2>Inputs</h2>',
    inputs.length === 0
      ? '<p>None but the environment.</p>'
      : `<table><tr><th>option</th><th>question</th><th>may be</th><th>given</th></tr>${inputs
          .map(
            (input) =>
              `<tr><td><code>--${html(input.name)}</code></td><td>${html(input.question)}</td><td>${html(inputText(input))}</td><td class="blank"></td></tr>`,
          )
          .join('')}</table>`,
    `<h2>Before you begin</h2>${list(prerequisites.map(html), BOX)}`,
    `<h2>How to run it</h2><pre>${commandsOf(runbook, procedure.environment).map(html).join('\n')}</pre>`,
    `<h2>Flow</h2><div class="flow">${flow(procedure.root)}</div>`,
    `<h2>Steps</h2>${stepHtml(procedure.root, procedure.root.id, '1')}`,
    `<h2>The way back</h2><p>${html(wayBack)}</p>`,
    '<p class="sign">Begun ____________ &nbsp; by ____________ &nbsp; over ____________ &nbsp; outcome ____________</p>',
  ];
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>SOP: ${html(title)}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>${STYLE}</style></head>
<body>
${body.join('\n')}
</body></html>
`;
}

const BOX = '<span class="box" aria-hidden="true"></span>';

/** Boxes in their order: what runs one after another stands below each other, what runs side by side beside each other. */
function flow(node: Node): string {
  const children = childrenOf(node, node.id).map(([child]) => child);
  switch (node.kind) {
    case 'parallel':
      return `<div class="group"><i>${html(node.title)}</i><div class="beside">${node.steps.map(flow).join('')}</div></div>`;
    case 'sequence':
    case 'choice':
    case 'repeatUntil':
    case 'forEach':
      return `<div class="group"><i>${html(node.title)}</i><div class="below">${children.map(flow).join('')}</div></div>`;
    default:
      return `<div class="node ${node.kind}">${html(node.title)}</div>`;
  }
}

function stepHtml(node: Node, path: string, number: string): string {
  const children = childrenOf(node, path)
    .map(([child, at], index) => stepHtml(child, at, `${number}.${index + 1}`))
    .join('');
  const words = [
    ...(node.description === undefined ? [] : [html(node.description)]),
    ...(node.kind === 'gate'
      ? [`For <b>${html(whoseGate(node))}</b>. Meanwhile: ${html(guardText(node.guard))}.`]
      : []),
    ...(node.kind === 'opaque' ? [`It promises: ${html(node.promise)}`] : []),
  ];
  const questions =
    node.kind === 'gate'
      ? node.evidence.map(({ question }) => `<div class="tick">${BOX}${html(question)} ____________</div>`).join('')
      : '';
  const done =
    node.kind === 'step' || node.kind === 'opaque' || node.kind === 'watch'
      ? `<div class="tick">${BOX}${node.kind === 'watch' ? 'seen' : 'carried out'} ____________ (when, by whom)</div>`
      : '';
  return `<section><h3>${number} ${html(node.title)} <code>${html(path)}</code></h3>${words
    .map((text) => `<p>${text}</p>`)
    .join('')}${questions}${done}${children}</section>`;
}

const STYLE = `
body{font:14px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#111;background:#fff}
h1{font-size:1.6rem}h2{font-size:1.2rem;border-bottom:1px solid #999;margin-top:2rem}h3{font-size:1rem;margin:.8rem 0 .2rem}
h3 code{font-weight:normal;color:#555}table{border-collapse:collapse;width:100%}td,th{border:1px solid #999;padding:.3rem .5rem;text-align:left}
.blank{min-width:8rem}pre{background:#f3f3f3;padding:.6rem;white-space:pre-wrap}ul{padding-left:1.2rem}p{margin:.3rem 0}.of{color:#444}
section section{margin-left:1rem;border-left:2px solid #ddd;padding-left:.8rem}section{break-inside:avoid-page}
.tick{margin:.2rem 0}.box{display:inline-block;width:.8rem;height:.8rem;border:1.5px solid #111;margin-right:.5rem;vertical-align:-1px}
.group{border:1px solid #bbb;border-radius:4px;padding:.3rem .5rem;margin:.3rem 0}.group>i{color:#444}
.beside{display:flex;flex-wrap:wrap;gap:.5rem}.beside>*{flex:1 1 12rem}.node{border:1.5px solid #333;border-radius:4px;padding:.3rem .5rem;margin:.3rem 0}
.gate{border-style:double;border-width:4px}.watch{border-radius:1rem}.below>*+*{margin-top:1.2rem;position:relative}
.below>*+*::before{content:"\\2193";position:absolute;top:-1.25rem;left:50%}.sign{margin-top:2rem}
@media print{body{margin:0;max-width:none}}
`;
