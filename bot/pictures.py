"""Charts as SVG, drawn from plain numbers: bars in groups, lines from 0 to 1, a grid of how often."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape

COLOURS = ("#2563a8", "#c2571a", "#3d8050", "#7b4fa3", "#8a6d1d")
_INK, _FAINT = "#222", "#ddd"
_SIZE = 12
Line = Sequence[tuple[float, float]]


def bars(title: str, groups: Sequence[str], series: Mapping[str, Sequence[float | None]]) -> str:
    """Shares from 0 to 1 as upright bars: a group for each word of ``groups``, in it a bar of each series."""
    left, top, high, bar = 50, 60, 260, 26
    wide = len(series) * bar + 24
    out = [_text(left, 24, title, 16)]
    out += _scale(left, top, len(groups) * wide, high)
    for number, (name, values) in enumerate(series.items()):
        colour = COLOURS[number % len(COLOURS)]
        out += _key(left + number * 140, 44, name, colour)
        for at, value in enumerate(values):
            if value is None:
                continue
            x, y = left + at * wide + 12 + number * bar, top + high * (1 - value)
            out.append(f'<rect x="{x}" y="{y:.1f}" width="{bar - 3}" height="{high * value:.1f}" fill="{colour}"/>')
            out.append(_text(x + bar / 2 - 1, y - 4, f"{value:.0%}", 9, "middle"))
    out += [
        _text(left + at * wide + wide / 2, top + high + 18, name, _SIZE, "middle") for at, name in enumerate(groups)
    ]
    return _page(left + len(groups) * wide + 20, top + high + 34, out)


def lines(
    title: str,
    across: str,
    up: str,
    series: Mapping[str, Line],
    points: Mapping[str, tuple[float, float]] | None = None,
    *,
    diagonal: bool = False,
) -> str:
    """Lines through points from (0, 0) to (1, 1), each with a dot for itself in ``points``; ``diagonal``: where both
    are the same."""
    left, top, side = 60, 60, 360
    out = [_text(left, 24, title, 16), *_scale(left, top, side, side)]

    def place(point: tuple[float, float]) -> tuple[float, float]:
        return left + side * point[0], top + side * (1 - point[1])

    for at in range(0, 11, 2):
        out.append(_text(left + side * at / 10, top + side + 16, f"{at * 10} %", 10, "middle"))
    if diagonal:
        out.append(_path([place((0, 0)), place((1, 1))], "#999", dashed=True))
    for number, (name, line) in enumerate(series.items()):
        colour = COLOURS[number % len(COLOURS)]
        out += _key(left + number * 140, 44, name, colour)
        out.append(_path([place(point) for point in line], colour))
        if points and name in points:
            x, y = place(points[name])
            out.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="6" fill="none" stroke="{colour}" stroke-width="3"/>')
    out.append(_text(left + side / 2, top + side + 36, across, _SIZE, "middle"))
    middle = top + side / 2
    out.append(f'<g transform="rotate(-90 16 {middle})">{_text(16, middle, up, _SIZE, "middle")}</g>')
    return _page(left + side + 30, top + side + 50, out)


def rows(title: str, shares: Mapping[str, float], notes: Mapping[str, str]) -> str:
    """Shares from 0 to 1 as lying bars, one below the other, each with its note."""
    left, top, step, wide = 190, 50, 17, 320
    out = [_text(14, 24, title, 16)]
    for at, (name, share) in enumerate(shares.items()):
        y = top + at * step
        colour = COLOURS[0] if share >= 0.9 else COLOURS[1]
        out.append(_text(left - 8, y + 11, name, 11, "end"))
        out.append(f'<rect x="{left}" y="{y}" width="{wide}" height="{step - 4}" fill="#f2f2f2"/>')
        out.append(f'<rect x="{left}" y="{y}" width="{wide * share:.1f}" height="{step - 4}" fill="{colour}"/>')
        out.append(_text(left + wide + 8, y + 11, f"{share:.0%}  {notes.get(name, '')}", 10))
    return _page(left + wide + 130, top + len(shares) * step + 16, out)


def grid(title: str, names: Sequence[str], counts: Mapping[tuple[str, str], int]) -> str:
    """How often each name (row) was taken for each (column); the diagonal is what was right. The darker, the larger
    the share of its row."""
    left, top, cell = 190, 190, 15
    totals = {name: sum(counts.get((name, other), 0) for other in names) for name in names}
    side = cell * len(names)
    out = [_text(14, 24, title, 16), _text(14, 42, "rows: what was meant; columns: what it was taken for", 11)]
    for row, name in enumerate(names):
        y = top + row * cell
        out.append(_text(left - 6, y + 11, name, 10, "end"))
        x = left + row * cell + 11
        out.append(f'<g transform="rotate(-90 {x} {top - 6})">{_text(x, top - 6, name, 10)}</g>')
        for column, other in enumerate(names):
            count = counts.get((name, other), 0)
            if not count:
                continue
            colour = COLOURS[0] if name == other else COLOURS[1]
            share = 0.15 + 0.85 * count / totals[name]
            at = left + column * cell
            out.append(
                f'<rect x="{at}" y="{y}" width="{cell}" height="{cell}" fill="{colour}" fill-opacity="{share:.2f}"/>'
            )
            ink = "#fff" if share > 0.6 else _INK
            out.append(_text(at + cell / 2, y + 11, str(count), 8, "middle", ink))
    out += [_rule(left, top + at * cell, left + side, top + at * cell) for at in range(len(names) + 1)]
    out += [_rule(left + at * cell, top, left + at * cell, top + side) for at in range(len(names) + 1)]
    return _page(left + side + 20, top + side + 20, out)


def _scale(left: float, top: float, wide: float, high: float) -> Iterable[str]:
    """Rules and figures for every fifth from 0 to 1."""
    for at in range(0, 11, 2):
        y = top + high * (1 - at / 10)
        yield _rule(left, y, left + wide, y)
        yield _text(left - 6, y + 4, f"{at * 10} %", 10, "end")


def _key(x: float, y: float, name: str, colour: str) -> Sequence[str]:
    return f'<rect x="{x}" y="{y - 10}" width="12" height="12" fill="{colour}"/>', _text(x + 18, y, name, _SIZE)


def _rule(x: float, y: float, to_x: float, to_y: float) -> str:
    return f'<line x1="{x:.1f}" y1="{y:.1f}" x2="{to_x:.1f}" y2="{to_y:.1f}" stroke="{_FAINT}"/>'


def _path(points: Sequence[tuple[float, float]], colour: str, *, dashed: bool = False) -> str:
    places = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    dash = ' stroke-dasharray="5 5"' if dashed else ""
    return f'<polyline points="{places}" fill="none" stroke="{colour}" stroke-width="2"{dash}/>'


def _text(x: float, y: float, words: str, size: int, anchor: str = "start", ink: str = _INK) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="{anchor}" fill="{ink}">{escape(words)}</text>'
    )


def _page(wide: float, high: float, parts: Iterable[str]) -> str:
    head = f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide:.0f}" height="{high:.0f}" font-family="sans-serif">'
    return "\n".join([head, '<rect width="100%" height="100%" fill="white"/>', *parts, "</svg>", ""])
