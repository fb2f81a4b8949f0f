"""What a service or a query may answer instead of doing what was asked."""


class DomainError(Exception):
    """Asked for something that can't be done as asked."""


class NotFoundError(DomainError):
    """There is no such thing for this viewer; whether it exists for another isn't said."""


class RefusedError(DomainError):
    """Can't be done, for a reason to show beside `field` (or above the form where it is None).

    `message` is a translatable text; it is turned into a string only when it is shown.
    """

    def __init__(self, message: object, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class SentBeforeError(RefusedError):
    """What was sent under this id before says something else, and stands; under another id this can be kept as well.

    It has no text of its own: the page that made the id says it, and becomes another page.
    """

    def __init__(self) -> None:
        super().__init__("")
