// The look of the HTML report.

enum HTMLStyle {
  /// The page's style sheet. Nothing in it fetches anything; widths of bars come as `--w`.
  static let text = """

    :root {
      color-scheme: light dark;
      --page: #ffffff; --panel: #f4f6f8; --text: #1a1f26; --muted: #566070; --line: #d3d9e1;
      --good: #14652f; --good-fill: #d9f2e1; --bad: #a81e17; --bad-fill: #fde4e1;
      --warning: #6f4a00; --warning-fill: #fbecc4; --plain-fill: #e3e7ec; --plain: #b4bdc9;
      --accent: #0a57a8; --bar: #c9e0f7; --mark-out: #f7a9a1; --mark-in: #93dcaa; --unseen: #6c2591;
    }
    @media (prefers-color-scheme: dark) {
      :root {
        --page: #14171b; --panel: #1c2026; --text: #e3e7ec; --muted: #a2adba; --line: #353d48;
        --good: #7fdc9c; --good-fill: #17402a; --bad: #ffa198; --bad-fill: #571f1d;
        --warning: #f2cb72; --warning-fill: #46370f; --plain-fill: #303741; --plain: #5a6573;
        --accent: #83bbf8; --bar: #264a70; --mark-out: #93352f; --mark-in: #22713f; --unseen: #e7c2fa;
      }
    }
    * { box-sizing: border-box; }
    html { scroll-padding-top: 6rem; }
    body {
      margin: 0 auto; max-width: 90rem; padding: 0 1.25rem 2rem;
      background: var(--page); color: var(--text);
      font: 0.9375rem/1.45 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
    }
    code, bdi, .diff td, .list ol { font-family: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; }
    code, bdi { font-size: 0.92em; overflow-wrap: anywhere; white-space: pre-wrap; }
    .x, .o, .w { font-style: normal; }
    .x { color: var(--unseen); }
    mark .x { color: inherit; text-decoration: underline dotted; text-underline-offset: 0.2em; }
    .o { color: var(--muted); font-family: system-ui, sans-serif; }
    .w { background: radial-gradient(circle, var(--unseen) 0.09em, transparent 0.11em) center / 0.6em 0.6em no-repeat; }
    [hidden] { display: none !important; }
    :focus-visible { outline: 2px solid var(--accent); outline-offset: 1px; }
    .good { color: var(--good); }
    .bad { color: var(--bad); }
    .warning { color: var(--warning); }

    header { padding: 1.25rem 0 0.5rem; }
    header.good, header.bad, header.warning { color: inherit; }
    h1 { margin: 0 0 0.6rem; font-size: 1.5rem; line-height: 1.25; font-weight: 650; }
    h1 span { display: block; font-size: 0.875rem; font-weight: 500; color: var(--muted); }
    header.good h1 { color: var(--good); }
    header.bad h1 { color: var(--bad); }
    .share { display: flex; gap: 2px; height: 0.5rem; margin-bottom: 0.9rem; border-radius: 4px; overflow: hidden; }
    .share span { flex: 0 1 0; min-width: 4px; background: var(--plain); }
    .share .good { background: #2f9e58; }
    .share .bad { background: #d64541; }
    .share .warning { background: #d9a21b; }
    .facts { display: flex; flex-wrap: wrap; gap: 0.3rem 2rem; margin: 0; }
    .facts dt { color: var(--muted); font-size: 0.8125rem; }
    .facts dd { margin: 0; overflow-wrap: anywhere; white-space: pre-wrap; }

    .notices { list-style: none; margin: 0.5rem 0; padding: 0; }
    .notices li { padding: 0.3rem 0.7rem; border-left: 4px solid; margin-bottom: 2px; background: var(--panel); }
    .notices span { color: var(--text); white-space: pre-wrap; overflow-wrap: anywhere; }

    .groups { list-style: none; margin: 0.6rem 0 0; padding: 0; font-size: 0.875rem; }
    .groups li { display: grid; grid-template-columns: 4.5rem minmax(0, 1fr); gap: 0.75rem; overflow-wrap: anywhere; }
    .groups b { font-size: 0.75rem; line-height: 1.7; }
    .groups a { color: var(--accent); text-decoration: none; unicode-bidi: isolate; }
    .groups a:hover { text-decoration: underline; }

    .charts { margin: 0.75rem 0; }
    .charts > summary { cursor: pointer; font-weight: 600; width: fit-content; }
    .charts > div { display: flex; flex-wrap: wrap; gap: 0.5rem 2.5rem; }
    .charts section { flex: 1 1 26rem; min-width: 0; }
    h2 { font-size: 0.8125rem; font-weight: 500; color: var(--muted); margin: 0.5rem 0 0.25rem; }
    .charts ol { list-style: none; margin: 0; padding: 0; font-size: 0.875rem; }
    .charts li { display: grid; grid-template-columns: minmax(0, 2fr) minmax(0, 3fr); gap: 0.75rem; align-items: center; line-height: 1.6; }
    .charts a {
      overflow: hidden; text-overflow: ellipsis; white-space: nowrap; color: var(--accent);
      text-decoration: none; unicode-bidi: isolate;
    }
    .charts a:hover { text-decoration: underline; }
    .bar { font-variant-numeric: tabular-nums; margin: 2px 0; white-space: nowrap; }
    .bar, .n { background: linear-gradient(var(--bar), var(--bar)) no-repeat 0 0 / var(--w, 0) 100%; }
    .bar span { padding-left: 0.4rem; }

    .tallies { display: flex; flex-wrap: wrap; gap: 0.4rem; list-style: none; margin: 0.9rem 0 0; padding: 0; }
    .tallies li { display: flex; gap: 0.35rem; }
    .tallies li, .tallies button {
      border-radius: 999px; padding: 0.2rem 0.8rem; background: var(--plain-fill); color: var(--text);
    }
    .tallies li:has(button) { padding: 0; background: none; }
    .tallies .good, .tallies .good button { background: var(--good-fill); color: var(--good); }
    .tallies .bad, .tallies .bad button { background: var(--bad-fill); color: var(--bad); }
    .tallies .warning, .tallies .warning button { background: var(--warning-fill); color: var(--warning); }
    button { font: inherit; color: inherit; border: 0; background: none; cursor: pointer; }
    .tallies button { border: 2px solid transparent; padding: calc(0.2rem - 2px) calc(0.8rem - 2px); }
    .tallies button:hover { border-color: currentColor; }
    .tallies button[aria-pressed=true] { border-color: currentColor; }

    .tools { position: sticky; top: 0; z-index: 1; background: var(--page); padding-top: 0.6rem; }
    .search { display: flex; gap: 0.75rem; align-items: center; padding-bottom: 0.5rem; }
    .search input {
      flex: 1; min-width: 0; max-width: 32rem; font: inherit; color: inherit; background: var(--panel);
      border: 1px solid var(--line); border-radius: 6px; padding: 0.35rem 0.7rem;
    }
    .search #shown { color: var(--muted); font-size: 0.875rem; }
    #pages { display: flex; gap: 0.25rem; }
    #pages button { border: 1px solid var(--line); border-radius: 6px; padding: 0.3rem 0.8rem; }
    #pages button:hover { background: var(--panel); }
    #pages button:disabled { color: var(--muted); background: none; cursor: default; }
    #open { margin-left: auto; border: 1px solid var(--line); border-radius: 6px; padding: 0.3rem 0.8rem; white-space: nowrap; }
    #open:hover { background: var(--panel); }
    .row {
      display: grid; grid-template-columns: 4.5rem minmax(0, 1fr) 7rem 9rem 6.5rem; column-gap: 0.75rem;
      padding: 0.2rem 0.5rem; align-items: start;
    }
    .two .row { grid-template-columns: 4.5rem minmax(0, 1fr) 7rem 9rem 6rem 6.5rem; }
    .n { text-align: right; font-variant-numeric: tabular-nums; padding-right: 0.3rem; white-space: nowrap; }
    .n.up { color: var(--bad); }
    .n.down { color: var(--good); }
    .head { border-bottom: 1px solid var(--line); color: var(--muted); font-size: 0.8125rem; }
    .head button { padding: 0; font-size: inherit; }
    .head button:hover { color: var(--text); text-decoration: underline; }
    .head [aria-sort] { color: var(--text); font-weight: 600; }
    .head [aria-sort=ascending] button::after { content: " \\2191"; }
    .head [aria-sort=descending] button::after { content: " \\2193"; }

    .cases > details { content-visibility: auto; contain-intrinsic-size: auto 1.75rem; border-bottom: 1px solid var(--line); }
    .cases summary { list-style: none; cursor: pointer; }
    .cases summary::-webkit-details-marker { display: none; }
    .cases .row:hover { background-color: var(--panel); }
    .cases .row > b { font-size: 0.75rem; line-height: 1.36rem; letter-spacing: 0.02em; }
    .cases .row > span:nth-child(2) { overflow-wrap: anywhere; min-width: 0; padding-left: 1.2em; text-indent: -1.2em; }
    .cases .row > span:nth-child(2)::before {
      content: ""; display: inline-block; width: 0.38em; height: 0.38em; margin: 0 0.62em 0.12em 0.1em; text-indent: 0;
      border: solid var(--muted); border-width: 0 2px 2px 0; transform: rotate(-45deg);
    }
    .cases [open] > .row > span:nth-child(2)::before { transform: rotate(45deg); }
    .cases small {
      display: block; font-size: 0.8125rem; color: var(--muted); overflow: hidden; text-overflow: ellipsis;
      white-space: nowrap; unicode-bidi: isolate; text-indent: 0;
    }
    .cases [open] > .row small { white-space: pre-wrap; color: var(--text); }
    .cases > [open] { padding-bottom: 0.75rem; }
    .cases > [open] > .row { background-color: var(--panel); }
    .cases p, .cases .list, .diff { margin: 0.5rem 0.5rem 0 0.5rem; }
    .cases p { color: var(--muted); font-size: 0.8125rem; overflow-wrap: anywhere; }
    .cases p code { font-size: 1em; }
    .list { font-size: 0.8125rem; }
    .list > summary { color: var(--muted); width: fit-content; }
    .list > summary::before { content: "+ "; }
    .list[open] > summary::before { content: "\\2212\\a0"; }
    .list ol, .list ul { margin: 0.1rem 0 0; padding-left: 2.5rem; }
    .list ul { padding-left: 1.6rem; }
    .list li { overflow-wrap: anywhere; white-space: pre-wrap; unicode-bidi: isolate; }
    .list li::marker { color: var(--muted); }
    #nothing { text-align: center; color: var(--muted); padding: 2rem; }

    .diff { border: 1px solid var(--line); max-height: 32rem; overflow: auto; }
    .diff table { width: 100%; table-layout: fixed; border-collapse: collapse; }
    .diff th { text-align: left; font-size: 0.8125rem; font-weight: 500; color: var(--muted); background: var(--panel); padding: 0.1rem 0.6rem; }
    .diff td {
      font-size: 0.8125rem; line-height: 1.5; padding: 0 0.6rem 0 1.5rem; text-indent: -0.9rem; vertical-align: top;
      white-space: pre-wrap; overflow-wrap: anywhere; unicode-bidi: isolate; direction: ltr;
    }
    .diff td + td, .diff th + th { border-left: 1px solid var(--line); }
    .diff td::before { content: "\\a0"; display: inline-block; width: 0.9rem; text-indent: 0; color: var(--muted); user-select: none; }
    .diff .out { background: var(--bad-fill); }
    .diff .in { background: var(--good-fill); }
    .diff .out::before { content: "\\2212"; }
    .diff .in::before { content: "+"; }
    .diff .none { background: var(--panel); }
    .diff .omission td { color: var(--muted); background: var(--panel); font-family: inherit; }
    .diff mark { color: inherit; background: var(--mark-in); border-radius: 2px; }
    .diff .out mark { background: var(--mark-out); }
    footer { color: var(--muted); font-size: 0.8125rem; padding-top: 1.5rem; }

    @media (max-width: 46rem) {
      body { padding: 0 0.75rem 2rem; }
      h1 { font-size: 1.25rem; }
      .facts { display: block; }
      .facts div { display: flex; gap: 0.6rem; }
      .facts dt { flex: 0 0 5.5rem; line-height: 1.6; }
      .row, .two .row {
        grid-template-columns: 3.2rem minmax(0, 1fr) minmax(0, 1.3fr) minmax(0, 1fr); column-gap: 0.5rem;
        padding: 0.3rem 0;
      }
      .two .row { grid-template-columns: 3.2rem repeat(4, minmax(0, 1fr)); }
      .cases .row > span:nth-child(2) { grid-column: 2 / -1; }
      .cases .row > .n { font-size: 0.8125rem; padding-right: 0; }
      .cases .row > .n:nth-child(3) { grid-column-start: 2; }
      .cases .row > .n:nth-child(4)::after { content: " instr."; color: var(--muted); }
      .search { flex-wrap: wrap; gap: 0.4rem 0.75rem; }
      .search input { flex-basis: 11rem; }
      .head { display: flex; flex-wrap: wrap; gap: 0.1rem 0.9rem; }
      .head .n { text-align: left; }
      .head button { padding: 0.2rem 0; }
      .cases > details { contain-intrinsic-size: auto 3.4rem; }
      .charts section { flex-basis: 100%; }
      .charts li { display: block; margin-bottom: 0.2rem; }
      .charts a, .bar { display: block; line-height: 1.4; }
      .cases p, .cases .list, .diff { margin-left: 0; margin-right: 0; }
      .diff:not(.one) thead, .diff .none { display: none; }
      .diff table, .diff tbody, .diff tr, .diff td { display: block; }
      .diff td + td { border-left: 0; }
      .diff .same td + td { display: none; }
      .diff td { padding-right: 0.3rem; padding-left: 1.2rem; }
    }
    @media print {
      .tools { position: static; }
      .search { display: none; }
      .cases > details { content-visibility: visible; }
      .diff { max-height: none; }
    }

    """
}
