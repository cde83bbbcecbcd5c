import { createHash } from 'node:crypto';

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
export const STYLE = SHEET;

/** For the content security policy: this sheet and nothing else. */
export const STYLE_HASH = `sha256-${createHash('sha256').update(SHEET).digest('base64')}`;
