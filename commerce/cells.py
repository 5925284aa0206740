"""H3 cells: the hexagons that the nearby search walks instead of measuring every shop."""

from __future__ import annotations

from functools import lru_cache
from math import asin, cos, radians, sin, sqrt

import h3

CELL = 9
"""Resolution of a shop's own cell: about 350 m from centre to centre."""
AREA = 6
"""Resolution of its area: about 6 km from centre to centre."""
EARTH_M = 6_371_008.8
"""Mean radius of the Earth (IUGG), metres."""


def distance_m(lat: float, lon: float, to_lat: float, to_lon: float) -> float:
    """Great-circle distance in metres between two points in degrees, by the haversine formula."""
    a, b = radians(lat), radians(to_lat)
    h = sin((b - a) / 2) ** 2 + cos(a) * cos(b) * sin(radians(to_lon - lon) / 2) ** 2
    return 2 * EARTH_M * asin(min(1.0, sqrt(h)))


def cells_of(lat: float, lon: float) -> tuple[str, str]:
    """The cell and the area that a point in degrees lies in."""
    cell: str = h3.latlng_to_cell(lat, lon, CELL)
    area: str = h3.cell_to_parent(cell, AREA)
    return cell, area


@lru_cache(maxsize=512)
def disk(cell: str, rings: int) -> frozenset[str]:
    """The cell and everything within that many steps of it."""
    return frozenset(h3.grid_disk(cell, rings))


def covered_m(lat: float, lon: float, cell: str, rings: int) -> float:
    """A distance in metres within which every point around the given one lies in ``disk(cell, rings)``.

    A way out of the disk leads through the next ring, so it is at least as long as the way to the nearest centre
    there less that cell's radius.
    """
    beyond = _next_ring(cell, rings)
    return min(distance_m(lat, lon, *centre) for centre, _ in beyond) - max(radius for _, radius in beyond)


@lru_cache(maxsize=512)
def _next_ring(cell: str, rings: int) -> tuple[tuple[tuple[float, float], float], ...]:
    """Centre and radius in metres of each cell one step beyond the disk."""
    beyond = disk(cell, rings + 1) - disk(cell, rings)
    return tuple((h3.cell_to_latlng(one), _radius_m(one)) for one in sorted(beyond))


def _radius_m(cell: str) -> float:
    centre = h3.cell_to_latlng(cell)
    return max(distance_m(*centre, *corner) for corner in h3.cell_to_boundary(cell))
