"""Pictures that a phone's camera reads."""

import segno
from markupsafe import Markup


def qr_svg(text: str) -> Markup:
    """The text as an inline SVG, black on white in light and dark alike, with the quiet margin that cameras need."""
    code = segno.make_qr(text, error="m")
    return Markup(code.svg_inline(omitsize=True, border=4, light="#fff", svgclass="qr"))  # noqa: S704  # paths only
