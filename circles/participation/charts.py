"""Where lines, dots and squares go: figures in, coordinates out. Pure; colours are the style sheet's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

GAP = 3  # between squares, in units of the viewBox
SHADES = 4
LEFT, TOP, BOTTOM, RIGHT = 44, 26, 34, 16  # room around a line
NAME, VALUE = 28, 52  # room for a name above a bar, for a value behind it


@dataclass(frozen=True)
class Cell:
    """One square: two groups by place, its value (None: not shown), its shade 1 … 4 (0: not shown)."""

    row: int
    column: int
    x: int
    y: int
    value: int | None
    shade: int


@dataclass(frozen=True)
class HeatMap:
    """A triangle of squares: rows are all groups but the first, columns all but the last."""

    width: int
    height: int
    cell: int  # side of a square
    label: int  # room for the names of rows
    rows: tuple[tuple[int, int], ...]  # (place of the group, y of its label)
    columns: tuple[tuple[int, int, int], ...]  # (place of the group, x, y of its label)
    cells: tuple[Cell, ...]
    legend: tuple[tuple[int, int, int], ...]  # (shade, from, up to and including)


@dataclass(frozen=True)
class Dot:
    """One quarter on the line; `y` and `value` are None where nothing is shown."""

    label: str
    x: float
    y: float | None
    value: int | None


@dataclass(frozen=True)
class Line:
    """A line over quarters, broken where nothing is shown."""

    width: int
    height: int
    base: int  # y of zero
    paths: tuple[str, ...]
    dots: tuple[Dot, ...]
    ticks: tuple[tuple[int, float], ...]  # (value, y)


@dataclass(frozen=True)
class Bar:
    """One bar lying down: `y` of its upper side, its length and value; both None where nothing is shown."""

    y: int
    length: float | None
    value: int | None


@dataclass(frozen=True)
class Bars:
    """Bars under each other, each with room for its name above it and its value behind it."""

    width: int
    height: int
    longest: int
    thick: int
    rows: tuple[Bar, ...]


def heat_map(
    groups: int,
    values: dict[tuple[int, int], int | None],
    *,
    cell: int = 52,
    label: int = 190,
    margin: int = 190,
) -> HeatMap:
    """Squares for each pair (lower place first) of that many groups; `margin` is room for the last column's name."""
    step = _shade_step([value for value in values.values() if value is not None])
    head, pitch = cell // 2 + 8, cell + GAP
    cells = tuple(
        Cell(row, column, label + column * pitch, head + (row - 1) * pitch, value,
             0 if value is None else min(SHADES, ceil(value / step)))
        for row in range(1, groups)
        for column in range(row)
        for value in [values.get((column, row))]
    )  # fmt: skip
    shades = sorted({square.shade for square in cells} - {0})
    return HeatMap(
        width=label + (groups - 1) * pitch + margin,
        height=head + (groups - 1) * pitch,
        cell=cell,
        label=label,
        rows=tuple((row, head + (row - 1) * pitch + cell // 2 + 5) for row in range(1, groups)),
        columns=tuple(
            (column, label + column * pitch + 2, head + column * pitch - 7) for column in range(groups - 1)
        ),
        cells=cells,
        legend=tuple((shade, (shade - 1) * step + 5, shade * step) for shade in shades),
    )


def line(points: Sequence[tuple[str, int | None]], *, width: int = 470, height: int = 260) -> Line:
    """A line through the values that are shown, the first on the left."""
    highest = _round_up(max((value for _, value in points if value is not None), default=0))
    base, room = height - BOTTOM, width - LEFT - RIGHT
    apart = room / max(1, len(points) - 1)

    def y(value: int) -> float:
        return round(base - (base - TOP) * value / highest, 1)

    dots = tuple(
        Dot(label, round(LEFT + number * apart, 1), None if value is None else y(value), value)
        for number, (label, value) in enumerate(points)
    )
    ticks = tuple((value, y(value)) for value in range(0, highest + 1, max(1, highest // 4)))
    return Line(width, height, base, tuple(_paths(dots)), dots, ticks)


def bars(values: Sequence[int | None], *, width: int = 470, thick: int = 18, pitch: int = 58) -> Bars:
    """A bar for each value in that order, as long as the value is to the highest."""
    highest = max((value for value in values if value), default=1)
    longest = width - VALUE
    rows = tuple(
        Bar(NAME + number * pitch, None if value is None else round(longest * value / highest, 1), value)
        for number, value in enumerate(values)
    )
    return Bars(width, pitch * len(values), longest, thick, rows)


def _paths(dots: Sequence[Dot]) -> list[str]:
    runs: list[list[Dot]] = [[]]
    for dot in dots:
        if dot.y is None:
            runs.append([])
        else:
            runs[-1].append(dot)
    return ["M" + " L".join(f"{dot.x} {dot.y}" for dot in run) for run in runs if len(run) > 1]


def _shade_step(values: Sequence[int]) -> int:
    """How many people wide a shade is: a multiple of five, so that four shades reach the highest."""
    return 5 * max(1, ceil(max(values, default=0) / SHADES / 5))


def _round_up(value: int) -> int:
    """The lowest of 20, 40, 80, 120, 160 … that holds the value: divisible by four."""
    return next((top for top in (20, 40) if top >= value), max(80, 40 * ceil(value / 40)))
