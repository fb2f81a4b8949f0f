"""What several forms of the contract share: the hash of what a page shows."""

from companion.web.unseen import UnseenField


class SeenField(UnseenField):
    """The content hash of the version that the page shows, in hexadecimal; b"" for what can't be one."""

    def _value(self) -> str:
        return self.data.hex() if self.data else ""

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            self.data = bytes.fromhex(valuelist[0]) if valuelist else b""
        except ValueError:
            self.data = b""
