"""Draws what peers take as an SVG: a row for each program, a mark for each peer, at its ratio to the reference.

One file serves light and dark pages: its colours follow `prefers-color-scheme`.
"""

import html
import math

WIDTH, LEFT, RIGHT = 700, 96, 628
ROW, LEGEND = 24, 20
TICKS = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10]
NAMES = {"wasm3": "wasm3", "pulley": "Wasmtime, Pulley", "wasmkit": "WasmKit", "cranelift": "Wasmtime, Cranelift",
         "node": "Node (V8)", "lua": "Lua, native", "touchstone": "Touchstone"}
# Light and dark, in the order of the peers.
COLOURS = [("#0b5fd0", "#6cb0ff"), ("#4d4d4d", "#c4c4c4"), ("#b34700", "#ff9a52"), ("#8a2a9b", "#e08cf0"),
           ("#00735a", "#45d6ae"), ("#8a6d00", "#e8c74a"), ("#b5122b", "#ff7a8a"), ("#3b3bb3", "#a3a3ff")]
# Around 0, for a mark of radius 1.
SHAPES = {
    "circle": None,
    "square": [(-.85, -.85), (.85, -.85), (.85, .85), (-.85, .85)],
    "diamond": [(0, -1.2), (1.2, 0), (0, 1.2), (-1.2, 0)],
    "triangle": [(0, -1.15), (1.1, .8), (-1.1, .8)],
    "wedge": [(0, 1.15), (1.1, -.8), (-1.1, -.8)],
}


def style():
    def rules(which):
        ink, paper, faint = (("#1b1b1b", "#ffffff", "#d9d9d9"), ("#ececec", "#15171a", "#3a3d42"))[which]
        text = f"text{{fill:{ink}}}.paper{{fill:{paper}}}.faint{{stroke:{faint}}}.strong{{stroke:{ink}}}"
        for number, colours in enumerate(COLOURS):
            text += f".p{number}{{stroke:{colours[which]};fill:{colours[which]}}}"
        return text + f".hollow{{fill:{paper}}}"
    return (f"<style>text{{font:12px system-ui,-apple-system,'Segoe UI','DejaVu Sans',sans-serif}}.title{{font-size:15px;"
            f"font-weight:600}}.small{{font-size:11px}}.bold{{font-weight:600}}{rules(0)}"
            f"@media(prefers-color-scheme:dark){{{rules(1)}}}</style>")


def label(x, y, text, anchor="start", kind=""):
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" class="{kind}">{html.escape(text)}</text>'


def line(x1, y1, x2, y2, kind, width=1):
    return (f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" class="{kind}" '
            f'stroke-width="{width}"/>')


class Marks:
    """Touchstone's is a filled circle, larger than the others'; compilers' marks are hollow."""

    def __init__(self, peers):
        shapes = list(SHAPES)[1:]
        interpreters = [name for name in peers if not peers[name]["compiles"]]
        compilers = [name for name in peers if peers[name]["compiles"]]
        self.look = {}
        for group in (interpreters, compilers):
            for number, name in enumerate(group):
                own = group is interpreters and number == 0
                shape = "circle" if own else shapes[(number - (group is interpreters)) % len(shapes)]
                self.look[name] = (shape, len(self.look) % len(COLOURS), group is compilers, 6 if own else 4.5)

    def mark(self, name, x, y):
        shape, colour, hollow, size = self.look[name]
        kind = f'class="p{colour}{" hollow" if hollow else ""}" stroke-width="1.6"'
        if SHAPES[shape] is None:
            return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{size}" {kind}/>'
        points = " ".join(f"{x + dx * size:.1f},{y + dy * size:.1f}" for dx, dy in SHAPES[shape])
        return f'<polygon points="{points}" {kind}/>'

    def legend(self, peers, y):
        """Lines of marks with names, and where they end."""
        parts, x = [], 16
        for name in self.look:
            text = f"{NAMES.get(name, name)} {peers[name]['version']}" if name in NAMES and name != "touchstone" else (
                NAMES.get(name, name))
            width = 30 + 7 * len(text)
            if x + width > WIDTH - 8:
                x, y = 16, y + LEGEND
            parts += [self.mark(name, x + 6, y - 4), label(x + 18, y, text)]
            x += width
        return parts, y


def chart(title, result, report):
    peers = {name: peer for name, peer in report["peers"].items() if name in result["means"]}
    reference = result["reference"]
    marks = Marks(peers)
    own = next(iter(peers))
    parts = [label(16, 26, f"{title}: processor time, {reference} = 1", kind="title")]
    legend, y = marks.legend(peers, 52)
    parts += legend
    top = y + 34
    rows = [(one["name"], one["ratios"], one["times"]) for one in result["programs"]]
    rows.append(("mean", result["means"], None))
    bottom = top + ROW * len(rows) + 8
    values = [value for _, ratios, _ in rows for value in ratios.values()]
    low, high = min(values) * 0.85, max(values) * 1.18

    def place(value):
        value = min(max(value, low), high)
        return LEFT + (RIGHT - LEFT) * math.log(value / low) / math.log(high / low)

    for tick in TICKS:
        if low <= tick <= high:
            x = place(tick)
            parts += [line(x, top, x, bottom, "strong" if tick == 1 else "faint"),
                      label(x, top - 6, f"{tick:g}", "middle", "small"), label(x, bottom + 15, f"{tick:g}", "middle", "small")]
    parts.append(label(WIDTH - 16, top - 6, NAMES.get(own, own), "end", "small"))
    for number, (name, ratios, times) in enumerate(rows):
        y = top + ROW * number + ROW / 2 + 4
        kind = ""
        if times is None:
            parts.append(line(16, y - ROW / 2, WIDTH - 16, y - ROW / 2, "strong"))
            kind = "bold"
        parts += [label(LEFT - 14, y + 4, name, "end", kind), line(LEFT, y, RIGHT, y, "faint")]
        # Touchstone's own mark lies above the others.
        for peer in reversed(list(marks.look)):
            if peer not in ratios:
                continue
            if times:
                base = times[reference]["median"]
                parts.append(line(place(times[peer]["firstQuartile"] / base), y,
                                  place(times[peer]["thirdQuartile"] / base), y, f"p{marks.look[peer][1]}", 2))
            parts.append(marks.mark(peer, place(ratios[peer]), y))
        parts.append(label(WIDTH - 16, y + 4, f"{ratios[own]:.2f}", "end", kind))
    machine = report["machine"]
    foot = (f"{report['date']}, {machine['processor']}, {machine['cores']} cores, {machine['system']}. Medians of "
            f"{report['runs']} repetitions, quartiles as lines; the mean is geometric.")
    parts += [label(16, bottom + 38, foot, kind="small"),
              label(16, bottom + 54, "Left is faster, on a logarithmic scale. Filled: interpreters; hollow: compilers "
                    "and native code.", kind="small")]
    height = bottom + 68
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:.0f}" width="{WIDTH}" '
            f'height="{height:.0f}" role="img"><title>{html.escape(title)}</title>{style()}'
            f'<rect class="paper" width="{WIDTH}" height="{height:.0f}"/>' + "\n".join(parts) + "</svg>\n")
