"""Names to addresses, without those inside a network: a name that is allowed may be made to lead anywhere."""

import socket
from collections.abc import Collection

from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver

from companion.reminders.push.endpoints import is_public


class BlockedAddressError(Exception):
    """The name leads to an address that isn't out in the internet. Says no more: not which, not whose."""


class PublicResolver(AbstractResolver):
    """Resolves as the machine does, and hands out only what is public; for the operator's own hosts, anything.

    What it hands out is what is connected to: nothing is looked up a second time.
    """

    def __init__(self, extra_hosts: Collection[str]) -> None:
        self._machine = ThreadedResolver()
        self._extra_hosts = extra_hosts

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Look up a name; raises BlockedAddressError where a single one of its addresses isn't public."""
        found = await self._machine.resolve(host, port, family)
        if host not in self._extra_hosts and not all(is_public(each["host"]) for each in found):
            raise BlockedAddressError
        return found

    async def close(self) -> None:
        await self._machine.close()
