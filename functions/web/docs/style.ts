/** The stylesheet of the reader, served as a file of its own: the page's policy allows no inline style. */
export const style = `
:root { color-scheme: light dark; --ink: #1b1f24; --soft: #57606a; --line: #d0d7de; --paper: #fff; --code: #f6f8fa; --accent: #0a58ca; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --soft: #9da7b3; --line: #30363d; --paper: #0d1117; --code: #161b22; --accent: #79b8ff; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.55 system-ui, "PingFang SC", "Noto Sans CJK SC", sans-serif; }
.page { display: grid; grid-template-columns: minmax(12rem, 17rem) minmax(0, 1fr); max-width: 78rem; margin: 0 auto; }
nav { position: sticky; top: 0; align-self: start; max-height: 100vh; overflow: auto; padding: 1.5rem 1rem; border-right: 1px solid var(--line); font-size: .9rem; }
nav h2 { margin: 1.2rem 0 .3rem; font-size: .8rem; color: var(--soft); }
nav ul { margin: 0; padding: 0; list-style: none; }
nav a { display: block; padding: .15rem 0; overflow-wrap: anywhere; }
main { padding: 1.5rem 2rem 4rem; min-width: 0; }
a { color: var(--accent); text-decoration: none; }
a:hover, a:focus-visible { text-decoration: underline; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
h1 { margin: 0 0 .5rem; font-size: 1.8rem; }
h2 { margin: 3rem 0 .5rem; font-size: 1.35rem; }
article { padding: 1.2rem 0; border-top: 1px solid var(--line); }
article h3 { margin: 0; font-size: 1.05rem; overflow-wrap: anywhere; }
.method { display: inline-block; min-width: 4.2rem; color: var(--accent); text-transform: uppercase; }
h4 { margin: 1.2rem 0 .3rem; font-size: .95rem; }
code, pre { font: .88em/1.5 ui-monospace, "SF Mono", Consolas, monospace; background: var(--code); border-radius: 4px; }
code { padding: .1em .3em; }
pre { padding: .8rem 1rem; overflow-x: auto; }
pre code { padding: 0; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .92rem; }
th, td { padding: .35rem .8rem .35rem 0; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); }
td p { margin: 0; }
th { color: var(--soft); font-weight: 600; }
.soft { color: var(--soft); }
details { margin: .6rem 0; }
summary { cursor: pointer; }
@media (max-width: 52rem) {
  .page { display: block; }
  nav { position: static; max-height: none; border-right: 0; border-bottom: 1px solid var(--line); padding: 1rem; }
  nav ul { display: flex; flex-wrap: wrap; gap: 0 .9rem; }
  main { padding: 1rem 1rem 3rem; }
}
`;
