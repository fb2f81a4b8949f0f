"""Handing messages to the browsers' push services (Web Push, RFC 8030). See docs/adr/0015.

`endpoints`, `keys` and `messages` are for everybody. `sender`, and what it stands on, are for the worker process alone:
they bring pywebpush and aiohttp, whose import costs a fifth of a second and some 20 MB.
"""
