"""A poster for the wall: what a vakcirkel is, and where to begin."""

from __future__ import annotations

import segno
from flask import render_template
from flask.typing import ResponseReturnValue

from circles import links
from circles.people.views.blueprint import bp
from circles.policy import administrator, allow


@bp.get("/beheer/poster")
@allow(administrator)
def poster() -> ResponseReturnValue:
    """One A4 with a QR code to the page where people get in."""
    address = links.address("people.welcome_page")
    code = segno.make(address, error="m", micro=False)
    # A picture by its address: it passes the CSP without an inline style.
    picture = code.svg_data_uri(scale=8, border=2, dark="#000", light="#fff")
    return render_template("people/administration/poster.html", address=address, picture=picture)
