"""What somebody wrote."""

from typing import SupportsIndex


class Words(str):
    """A text of the patient's or the therapist's: an ordinary string, but its repr says nothing of it.

    So whatever holds one can be logged, compared in a traceback or shown by a debugger without giving it away.
    """

    __slots__ = ()

    def __repr__(self) -> str:
        return "<words>" if self else "''"

    def strip(self, chars: str | None = None, /) -> "Words":
        """As of any string; what is left of somebody's words is still theirs."""
        return Words(super().strip(chars))

    def replace(self, old: str, new: str, count: SupportsIndex = -1, /) -> "Words":
        return Words(super().replace(old, new, count))
