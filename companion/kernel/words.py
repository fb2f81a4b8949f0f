"""What somebody wrote."""


class Words(str):
    """A text of the patient's or the therapist's: an ordinary string, but its repr says nothing of it.

    So whatever holds one can be logged, compared in a traceback or shown by a debugger without giving it away.
    """

    __slots__ = ()

    def __repr__(self) -> str:
        return "<words>" if self else "''"
