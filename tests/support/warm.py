"""What making an application takes longest over, done once in each process of tests instead of for each test.

Almost every test makes an application of its own. Half of its time went into compiling the same addresses and the same
templates again: both come out the same for the same source.
"""

from collections.abc import Callable
from types import CodeType

from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache
from werkzeug.routing import Rule

Builder = Callable[..., tuple[str, str]]

_templates: dict[str, CodeType | None] = {}
_builders: dict[object, Builder] = {}


def keep_warm() -> None:
    """From now on, in this process; before the first application is made."""
    Flask.url_rule_class = OnceBuilt
    Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": OnceCompiled()}


class OnceCompiled(BytecodeCache):
    """Templates, by their name and source."""

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = _templates.get(f"{bucket.key} {bucket.checksum}")

    def dump_bytecode(self, bucket: Bucket) -> None:
        _templates[f"{bucket.key} {bucket.checksum}"] = bucket.code


class OnceBuilt(Rule):
    """An address, with what builds it taken from the first one that was made of the same parts."""

    def _compile_builder(self, append_unknown: bool = True) -> Builder:  # noqa: FBT001, FBT002  # as werkzeug has it
        parts = (tuple(self._trace), repr(self.defaults), append_unknown)
        if parts not in _builders:
            _builders[parts] = super()._compile_builder(append_unknown)
        return _builders[parts]
