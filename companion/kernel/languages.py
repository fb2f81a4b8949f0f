"""The languages there are; the first where none of them is asked for."""

LANGUAGES = ("en",)
