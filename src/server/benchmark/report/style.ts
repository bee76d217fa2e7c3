/** The style sheet of the HTML report: light or dark as the reader's system is; eight colours of methods that colour-blind eyes tell apart. */

export const reportStyle = `
:root { color-scheme: light dark; --page: #fbfbfa; --panel: #ffffff; --edge: #e2e2df; --ink: #1d1f22; --soft: #5d6269; --grid: #e9e9e6;
  --m0: #2563b8; --m1: #c8641b; --m2: #12826f; --m3: #7a4fb5; --m4: #bf3b4a; --m5: #77740f; --m6: #5f6b7a; --m7: #b04a8a }
@media (prefers-color-scheme: dark) { :root { --page: #16181b; --panel: #1d2024; --edge: #31353b; --ink: #e8e9eb; --soft: #a2a8b1; --grid: #2b2f35;
  --m0: #7db0f5; --m1: #f0a05c; --m2: #4fc3ab; --m3: #b99af0; --m4: #f08a95; --m5: #cfc95a; --m6: #a8b3c2; --m7: #eb9acb } }
* { box-sizing: border-box }
body { margin: 0; background: var(--page); color: var(--ink); font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif }
main { max-width: 1080px; margin: 0 auto; padding: 40px 24px 80px }
h1 { font-size: 26px; line-height: 1.25; margin: 0 0 4px; font-weight: 650 }
h2 { font-size: 18px; margin: 44px 0 10px; font-weight: 650 }
h3 { font-size: 15px; margin: 22px 0 8px; font-weight: 600 }
p { margin: 8px 0; max-width: 78ch }
.soft, caption, figcaption { color: var(--soft) }
ul { padding-left: 20px; max-width: 84ch } li { margin: 4px 0 }
code { font: 0.92em ui-monospace, "SF Mono", Menlo, Consolas, monospace }
.scroll { overflow-x: auto; margin: 14px 0 }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; width: 100% }
th, td { padding: 7px 10px; border-bottom: 1px solid var(--edge); text-align: right; white-space: nowrap }
th:first-child, td:first-child { text-align: left; padding-left: 0 }
th { white-space: normal; vertical-align: bottom; font-weight: 600; color: var(--soft); font-size: 13px }
td.best { font-weight: 650 }
td .spread { color: var(--soft); font-weight: 400 }
caption { text-align: left; font-size: 13px; padding-bottom: 4px }
.plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 440px), 1fr)); gap: 16px }
.plots.bars { grid-template-columns: repeat(auto-fit, minmax(min(100%, 310px), 1fr)) } .plots + .panel { margin-top: 16px }
.panel { background: var(--panel); border: 1px solid var(--edge); border-radius: 8px; padding: 14px 16px; margin: 0 }
.panel figcaption { font-size: 13px; margin-bottom: 8px } .panel figcaption b { color: var(--ink); font-weight: 600 }
svg { display: block; width: 100%; height: auto } svg text { fill: var(--ink); font-size: 12px }
svg .tick { fill: var(--soft); font-size: 11px } svg .value { font-variant-numeric: tabular-nums }
svg .grid { stroke: var(--grid); stroke-width: 1 } svg .whisker { stroke: var(--ink); stroke-width: 1.4 }
svg .stroke { fill: none; stroke-width: 2 } svg .thin { stroke-width: 1.6; opacity: .55 } svg .dot { stroke: var(--panel); stroke-width: 1.2 }
.legend { display: flex; flex-wrap: wrap; gap: 4px 18px; list-style: none; padding: 0; margin: 10px 0; font-size: 13px }
.legend i { display: inline-block; width: 10px; height: 10px; border-radius: 50%; margin-right: 7px }
${Array.from({ length: 8 }, (_, k) => `.fill.m${k}, .dot.m${k} { fill: var(--m${k}) } .stroke.m${k} { stroke: var(--m${k}) } i.m${k} { background: var(--m${k}) }`).join('\n')}
.failures { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 440px), 1fr)); gap: 16px }
.strip { display: grid; grid-template-columns: repeat(3, 1fr); gap: 6px; align-items: start } .strip div { font-size: 12px; color: var(--soft); line-height: 1.35 }
.strip img { width: 100%; height: auto; border-radius: 4px; display: block; margin-bottom: 4px }
.quoted { border-left: 3px solid var(--edge); padding-left: 18px; margin: 12px 0 } .quoted td, .quoted th { padding-block: 4px } .quoted table { width: auto }
@media print { .panel { break-inside: avoid } }
`
