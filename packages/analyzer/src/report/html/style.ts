/**
 * Style sheet of the HTML report. The page has no `style` attributes, because the content security policy allows only this text, by its
 * hash.
 */
export const pageStyle = `
:root {
  color-scheme: light dark;
  --ground: #f6f7f9; --card: #ffffff; --line: #dfe3e8; --text: #1b1f24; --soft: #59636e; --accent: #0b5cad;
  --critical: #a8071a; --high: #c2410c; --medium: #8a5a00; --low: #51606f; --good: #1a7f37; --good-ground: #e6f6ea; --bad-ground: #fdecec; --warn-ground: #fff6dd;
  --bar-1: #0b5cad; --bar-2: #6f42c1; --bar-3: #1a7f37; --bar-4: #c2410c; --bar-5: #b3368b; --bar-6: #8b949e;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #0f1216; --card: #171b21; --line: #2d343d; --text: #e6e9ed; --soft: #9aa5b1; --accent: #6cb2ff;
    --critical: #ff7b85; --high: #ff9c63; --medium: #e3b341; --low: #a3b1bf; --good: #56d364; --good-ground: #12261a; --bad-ground: #2d1618; --warn-ground: #2a2310;
    --bar-1: #58a6ff; --bar-2: #b08cf7; --bar-3: #56d364; --bar-4: #ff9c63; --bar-5: #f08ac7; --bar-6: #8b949e;
  }
}
*, ::before, ::after { box-sizing: border-box }
body { margin: 0; background: var(--ground); color: var(--text); font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; overflow-wrap: anywhere }
main, header { max-width: 72rem; margin: 0 auto; padding: 0 1.25rem }
header { padding-top: 2rem }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 }
h2 { font-size: 1.15rem; margin: 0 0 .75rem }
h3 { font-size: 1rem; margin: 0 }
p { margin: .35rem 0 }
a { color: var(--accent) }
code { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; font-size: .88em }
.soft { color: var(--soft) }
.small { font-size: .875rem }
.verdict { border: 1px solid var(--line); border-left: .5rem solid var(--good); background: var(--good-ground); border-radius: .5rem; padding: 1rem 1.25rem }
.verdict.failed { border-left-color: var(--critical); background: var(--bad-ground) }
.verdict.incomplete { border-left-color: var(--medium); background: var(--warn-ground) }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(8.5rem, 1fr)); gap: .75rem; margin: 1rem 0 0; padding: 0 }
.tile { background: var(--card); border: 1px solid var(--line); border-radius: .5rem; padding: .65rem .9rem; list-style: none }
.tile b { display: block; font-size: 1.5rem; line-height: 1.2; font-variant-numeric: tabular-nums }
section { background: var(--card); border: 1px solid var(--line); border-radius: .5rem; padding: 1.1rem 1.25rem }
main > * { margin: 1rem 0 }
.side { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(22rem, 100%), 1fr)); gap: 1rem }
.scroll { overflow-x: auto }
table { border-collapse: collapse; width: 100%; font-size: .9rem }
th, td { text-align: left; vertical-align: top; padding: .4rem 1.25rem .4rem 0; overflow-wrap: break-word; border-bottom: 1px solid var(--line) }
tr:last-child > td, tr:last-child > th { border-bottom: 0 }
thead th { color: var(--soft); font-weight: 600; white-space: nowrap }
.number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums }
th[scope=row] { min-width: 7rem }
td.fix { min-width: 14rem }
section ul:not(.legend) { margin: 0; padding-left: 1.2rem }
.badge { display: inline-block; border: 1px solid currentColor; border-radius: 1rem; padding: 0 .55rem; font-size: .78rem; font-weight: 600; line-height: 1.45; white-space: nowrap }
.critical { color: var(--critical) } .high { color: var(--high) } .medium { color: var(--medium) } .low { color: var(--low) }
.passed, .fixed { color: var(--good) } .failed-text { color: var(--critical) } .new { color: var(--accent) } .existing, .suppressed { color: var(--soft) }
details > summary { cursor: pointer; padding: .35rem 0; font-weight: 600 }
details > summary:focus-visible, a:focus-visible, input:focus-visible + label { outline: 2px solid var(--accent); outline-offset: 2px }
.finding { border-top: 1px solid var(--line); padding: .7rem 0; color: var(--text) }
.finding h3 { display: inline; font-weight: 600 }
.finding .badge { margin-right: .4rem }
fieldset { border: 0; margin: 0 0 .5rem; padding: 0; display: flex; flex-wrap: wrap; gap: .35rem; align-items: center }
legend { float: left; padding: 0; margin-right: .5rem; color: var(--soft) }
fieldset input { position: absolute; opacity: 0 }
fieldset label { border: 1px solid var(--line); border-radius: 1rem; padding: .1rem .75rem; cursor: pointer; font-size: .875rem }
fieldset input:checked + label { background: var(--accent); border-color: var(--accent); color: var(--card) }
:root:has(#show-new:checked) .finding:not(.is-new), :root:has(#show-existing:checked) .finding:not(.is-existing),
:root:has(#show-fixed:checked) .finding:not(.is-fixed), :root:has(#show-suppressed:checked) .finding:not(.is-suppressed) { display: none }
svg { display: block; width: 100%; height: auto }
svg text { fill: var(--soft); font: 12px system-ui, sans-serif }
.fill-critical { fill: var(--critical) } .fill-high { fill: var(--high) } .fill-medium { fill: var(--medium) } .fill-low { fill: var(--low) }
.faded { opacity: .35 }
.bar-1 { fill: var(--bar-1) } .bar-2 { fill: var(--bar-2) } .bar-3 { fill: var(--bar-3) } .bar-4 { fill: var(--bar-4) } .bar-5 { fill: var(--bar-5) } .bar-6 { fill: var(--bar-6) }
.line { fill: none; stroke-width: 2; stroke-linejoin: round; stroke-linecap: round }
.line-lines { stroke: var(--bar-1) } .line-critical { stroke: var(--critical) } .line-high { stroke: var(--high) } .line-medium { stroke: var(--medium) } .line-low { stroke: var(--low) }
.axis { stroke: var(--line) }
.legend { display: flex; flex-wrap: wrap; gap: .25rem 1.1rem; list-style: none; margin: .6rem 0 0; padding: 0; font-size: .875rem }
.legend svg { display: inline-block; width: .75rem; height: .75rem; margin-right: .35rem; vertical-align: -.05rem }
footer { max-width: 72rem; margin: 0 auto; padding: 0 1.25rem 2rem; color: var(--soft); font-size: .875rem }
@media (max-width: 40rem) { main, header, footer { padding-left: .75rem; padding-right: .75rem } section { padding: .9rem .8rem } h1 { font-size: 1.3rem } }
@media print { body { background: none } section { break-inside: avoid-page } fieldset { display: none } }
`;
