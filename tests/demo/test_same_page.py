"""In the demo practice, too, the patient sees what the therapist sees of him."""

from flask import Flask

from tests.support.brief import parts
from tests.support.client import Browser
from tests.support.demo import signed_in


def test_what_mark_put_at_the_top_is_read_first_by_both(demo_app: Flask) -> None:
    with demo_app.app_context():
        mark, elena = signed_in("mark"), signed_in("elena")
    theirs = Browser(demo_app.test_client()).sign_in(elena).get(f"/patients/{mark.id}")
    mine = Browser(demo_app.test_client()).sign_in(mark).get("/shared")
    assert next(iter(parts(theirs))) == "brief-top"
    (top,) = theirs.document.query(".brief-top")
    said = " ".join(top.to_text().split())
    assert "She asked whether the court was heated. That was all." in said
    assert "I said at home: tennis, until nine." in said
    assert parts(theirs) == parts(mine)
