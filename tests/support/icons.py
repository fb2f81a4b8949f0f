"""Draws the application's icons; run as a command, it writes them anew: `python -m tests.support.icons`.

Each is a few shapes on a square of 64 by 64, drawn twice from the same numbers: as SVG, and as PNG for the home screens
that take nothing else.
"""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from math import dist, hypot
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / "companion" / "static" / "icons"
SIDE, CORNER = 64, 14
MIDDLE = SIDE / 2
THREE = (18, 32, 46)
SIGNATURE = b"\x89PNG\r\n\x1a\n"
COLOURS_WITH_ALPHA = 6
Pixel = tuple[float, float, float, float]
"""Red, green, blue and opacity, 0 to 1."""


@dataclass(frozen=True)
class Circle:
    """A disc; with a `line`, a ring of that width."""

    x: float
    y: float
    radius: float
    colour: str
    line: float = 0

    def distance(self, x: float, y: float) -> float:
        """How far a point lies outside of it; negative inside."""
        away = dist((x, y), (self.x, self.y)) - self.radius
        return abs(away) - self.line / 2 if self.line else away

    def as_svg(self) -> str:
        filled = f'fill="none" stroke="{self.colour}" stroke-width="{self.line:g}"'
        how = filled if self.line else f'fill="{self.colour}"'
        return f'<circle cx="{self.x:g}" cy="{self.y:g}" r="{self.radius:g}" {how}/>'


@dataclass(frozen=True)
class Icon:
    """A ground with shapes on it, all of them within the circle that every platform leaves of an icon."""

    ground: str
    shapes: tuple[Circle, ...]

    def as_svg(self) -> str:
        shapes = "".join(shape.as_svg() for shape in self.shapes)
        ground = f'<rect width="{SIDE}" height="{SIDE}" rx="{CORNER}" fill="{self.ground}"/>'
        return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIDE} {SIDE}">{ground}{shapes}</svg>\n'

    def rows(self, size: int, *, corners: bool) -> Iterator[bytes]:
        """The picture's pixels, row by row; with `corners` rounded, and nothing behind them."""
        for row in range(size):
            yield b"".join(_bytes(self._pixel(column, row, SIDE / size, corners=corners)) for column in range(size))

    def _pixel(self, column: int, row: int, scale: float, *, corners: bool) -> Pixel:
        x, y = (column + 0.5) * scale, (row + 0.5) * scale
        red, green, blue = _parts(self.ground)
        for shape in self.shapes:
            share = _covered(shape.distance(x, y), scale)
            red, green, blue = (
                under + (over - under) * share
                for under, over in zip((red, green, blue), _parts(shape.colour), strict=True)
            )
        return red, green, blue, _covered(_outside_of_square(x, y), scale) if corners else 1.0


ICONS = {
    "companion": Icon("#14555c", (Circle(25, 34, 12, "#faf7f2", 5), Circle(40, 30, 12, "#e6b48a", 5))),
    "days": Icon(
        "#4a5160",
        tuple(Circle(x, y, 4.5, "#f0cf8b" if x == y == MIDDLE else "#f4f1ea") for y in THREE for x in THREE),
    ),
}
PICTURES = {"192": (192, True), "512": (512, True), "maskable": (512, False), "touch": (180, False)}
"""By the end of their names: how large, and whether their corners are cut; where not, the platform cuts them."""


def as_png(icon: Icon, size: int, *, corners: bool) -> bytes:
    """A PNG of eight bits for each of red, green, blue and opacity."""
    header = struct.pack(">IIBBBBB", size, size, 8, COLOURS_WITH_ALPHA, 0, 0, 0)
    filtered = b"".join(_filtered(icon.rows(size, corners=corners)))
    return SIGNATURE + _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(filtered, 9)) + _chunk(b"IEND", b"")


def _filtered(rows: Iterator[bytes]) -> Iterator[bytes]:
    """Each row as its difference from the one above (PNG's filter 2), which packs to next to nothing."""
    above: bytes | None = None
    for row in rows:
        under = above or bytes(len(row))
        yield b"\x02" + bytes((byte - other) % 256 for byte, other in zip(row, under, strict=True))
        above = row


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def _parts(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue


def _covered(distance: float, scale: float) -> float:
    """How much of a pixel a shape covers whose edge is so far from its middle."""
    return min(1.0, max(0.0, 0.5 - distance / scale))


def _outside_of_square(x: float, y: float) -> float:
    across, down = (max(0.0, abs(each - MIDDLE) - (MIDDLE - CORNER)) for each in (x, y))
    return hypot(across, down) - CORNER


def _bytes(pixel: Pixel) -> bytes:
    return bytes(round(part * 255) for part in pixel)


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, icon in ICONS.items():
        (FOLDER / f"{name}.svg").write_text(icon.as_svg())
        for end, (size, corners) in PICTURES.items():
            (FOLDER / f"{name}-{end}.png").write_bytes(as_png(icon, size, corners=corners))
