"""What is rendered once for everybody: the same as rendered each time, and nothing that is somebody's own."""

import pytest
from flask import Flask
from jinja2 import TemplateSyntaxError


def test_it_is_rendered_once_for_each_value_it_may_differ_by(app: Flask) -> None:
    seen: list[str] = []

    def note(value: str) -> str:
        seen.append(value)
        return value

    app.jinja_env.filters["seen"] = note
    page = app.jinja_env.from_string("{% once place %}<b>{{ place|seen }}</b>{% endonce %}")
    with app.test_request_context():
        answers = [page.render(place=place) for place in ("now", "<", "now", "<")]
    assert answers == ["<b>now</b>", "<b>&lt;</b>", "<b>now</b>", "<b>&lt;</b>"]
    assert seen == ["now", "<"]


def test_two_pieces_are_not_taken_for_each_other(app: Flask) -> None:
    with app.test_request_context():
        pages = [app.jinja_env.from_string(f"{{% once %}}{text}{{% endonce %}}") for text in "ab"]
        assert [page.render() for page in pages * 2] == ["a", "b", "a", "b"]


def test_below_another_path_its_addresses_are_others(app: Flask) -> None:
    page = app.jinja_env.from_string("{% once %}{{ url_for('accounts.help_page') }}{% endonce %}")
    for root in ("", "/below"):
        with app.test_request_context(environ_overrides={"SCRIPT_NAME": root}):
            assert page.render() == f"{root}/help"


def test_what_it_sets_itself_may_stand_in_it(app: Flask) -> None:
    page = app.jinja_env.from_string("{% once %}{% for name in ('a', 'b') %}{{ name }}{% endfor %}{% endonce %}")
    with app.test_request_context():
        assert page.render(name="Mark") == "ab"


@pytest.mark.parametrize(
    "own",
    [
        "{{ patient.name }}",
        "{{ current_user.id }}",
        "{{ csrf_token() }}",
        "{% if place %}{{ self.main() }}{% endif %}",
        "{% block main %}{% endblock %}",
        "{{ name }}{% set name = 1 %}",
        "{% if place %}{% set name = 1 %}{% endif %}{{ name }}",
        "{% for each in (1, 2) %}{% set name = each %}{% endfor %}{{ name }}",
        "{{ url_for('.now_page') }}",
        "{{ url_for(endpoint='.now_page') }}",
        "{% for endpoint in ('checkins.now_page', '.cards') %}{{ url_for(endpoint) }}{% endfor %}",
        "{{ url_for('.' ~ place) }}",
        "{% include 'web/error.html' %}",
        "{% from 'components/notices.html' import notices %}{{ notices() }}",
    ],
)
def test_nothing_that_may_be_somebody_s_own_stands_in_it(app: Flask, own: str) -> None:
    with pytest.raises(TemplateSyntaxError, match="not the same on everybody"):
        app.jinja_env.from_string(f"{{% once place %}}{own}{{% endonce %}}")
