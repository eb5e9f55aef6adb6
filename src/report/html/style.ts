import { createHash } from 'node:crypto';

/** On a screen in its light or dark colours; on paper one page of A4. */
export const style = `
:root{color-scheme:light dark;--text:#16202b;--quiet:#4f5b68;--rule:#c3cad2;--track:#e1e6eb;--field:#f4f6f8;--page:#fff;--accent:#c23b06;--middle:#8a96a3;--bar:#16202b;--status:#16202b}
@media screen and (prefers-color-scheme:dark){:root{--text:#e6ebf0;--quiet:#a9b4c0;--rule:#3b4652;--track:#2b3540;--field:#182028;--page:#10161c;--accent:#ff8d5e;--middle:#74808d;--bar:#e6ebf0;--status:#000}}
*{box-sizing:border-box}
html{font-size:15px}
body{margin:0 auto;padding:1.5rem;max-width:64rem;background:var(--page);color:var(--text);font:1rem/1.35 "Noto Sans",system-ui,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;font-variant-numeric:tabular-nums}
h1{font-size:1.7rem;line-height:1.2;margin:0}
h2{font-size:1rem;margin:0 0 .5rem;padding-bottom:.25rem;border-bottom:1px solid var(--rule)}
p{margin:0}
.top{display:flex;justify-content:space-between;align-items:end;gap:1rem 2rem;flex-wrap:wrap}
.top div{text-align:right;margin-left:auto}
.quiet,th,dt,figcaption{color:var(--quiet);font-weight:400}
.small,figcaption,.origin,.models{font-size:.85rem}
.status{margin:.7rem 0;padding:.6rem 1rem;background:var(--status);color:#fff;border-left:.5rem solid #f0642f;print-color-adjust:exact;-webkit-print-color-adjust:exact}
.status strong{display:block;font-size:1.15rem}
dl{display:grid;grid-template-columns:repeat(3,1fr);gap:.4rem 1.5rem;margin:0;padding:.6rem 1rem;background:var(--field);print-color-adjust:exact;-webkit-print-color-adjust:exact}
dt{font-size:.8rem}
dd,li,bdi,.models td,.models p{overflow-wrap:anywhere}
dd{margin:0;min-height:1.35em}
dl div:first-child dd{font-weight:700}
.row{display:grid;gap:1.4rem;margin-top:1rem;align-items:start}
.main{grid-template-columns:minmax(0,4fr) minmax(0,3fr)}
.table{grid-template-columns:minmax(0,9fr) minmax(0,7fr)}
.strip{grid-template-columns:repeat(5,minmax(0,1fr));gap:.6rem}
.pair{display:grid;grid-template-columns:1fr 1fr;gap:.6rem}
.half{grid-template-columns:repeat(2,minmax(0,1fr))}
.row>section:only-child{grid-column:1/-1}
figure{margin:0}
img{display:block;width:100%;height:auto}
section section,.results section+section{margin-top:1rem}
.pattern+p{margin-bottom:.4rem}
.see{font-weight:700;color:var(--accent);margin-bottom:.6rem}
.pattern{font-size:1.2rem;font-weight:700;line-height:1.25;margin-bottom:.4rem}
.big{font-size:2.4rem;font-weight:700;line-height:1.1}
.band{font-size:1.25rem;font-weight:700;color:var(--accent);margin-left:.6rem}
table{border-collapse:collapse;width:100%}
th{text-align:left}
td,th{padding:.14rem .3rem;vertical-align:middle}
td:first-child,th:first-child{padding-left:0}
td:last-child,th:last-child{padding-right:0}
thead th{font-size:.8rem;vertical-align:bottom}
tbody th{color:var(--text)}
.number{text-align:right;white-space:nowrap}
.regions th,.results th{white-space:nowrap}
.regions td.wide,.results td.wide{width:100%}
.regions thead th{white-space:normal}
.strong>*{font-weight:700}
.lobe th{padding-left:.4rem}
svg{display:block}
.bar{width:100%;height:.7rem;min-width:3rem}
.chip{display:inline-block;width:.75rem;height:.75rem;margin-right:.5rem}
.track{fill:var(--track)}.fill{fill:var(--accent)}.dark{fill:var(--bar)}.middle{fill:var(--middle)}
.results td.number{min-width:4rem}
.scale{width:100%;height:1.2rem;margin-top:.3rem}
.bands{display:flex;justify-content:space-between;gap:.5rem;margin:0;padding:0;list-style:none;font-size:.85rem;color:var(--quiet)}
.bands strong{color:var(--text)}
.trend{width:100%;height:7rem;margin-top:.5rem}
.line{fill:none;stroke-width:1.5;vector-effect:non-scaling-stroke}
.percent{stroke:var(--accent)}.score{stroke:var(--bar)}
circle.percent{fill:var(--accent)}circle.score{fill:var(--bar)}circle.hollow{fill:var(--page)}
text{font-size:9px;fill:var(--quiet)}
ul{margin:0;padding-left:1.1rem}
code{font:inherit;font-size:.9em}
.sum{font-family:ui-monospace,"Noto Sans Mono",Menlo,Consolas,monospace;font-size:.85em}
.models p{margin-top:.35rem}
.origin{display:grid;grid-template-columns:repeat(2,1fr);gap:.1rem 1.5rem;margin-top:.4rem;padding:0;background:none}
.origin dd,.origin dt{display:inline;font-size:1em}
dl.origin div:first-child dd{font-weight:400}
footer{margin-top:1rem;padding-top:.4rem;border-top:1px solid var(--rule);font-weight:700}
@media screen and (max-width:48rem){.main,.table,.half{grid-template-columns:1fr}.strip{grid-template-columns:repeat(2,1fr)}dl,.origin{grid-template-columns:1fr}}
@page{size:A4;margin:8mm 10mm}
@media print{html{font-size:6.6pt}body{max-width:none;padding:0}.row{margin-top:.6rem}.main{grid-template-columns:minmax(0,5fr) minmax(0,4fr)}section,figure,tr{break-inside:avoid}.trend{height:5.5rem}svg{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
`;

/** By which a Content-Security-Policy allows this style and no other (CSP Level 3, 2.3.1). */
export const styleHash = `'sha256-${createHash('sha256').update(style).digest('base64')}'`;
