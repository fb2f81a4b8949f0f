"""Benchmarks: what companion costs beside the barest application that does the same, measured side by side.

`make bench` runs them all, `ONLY=core make bench` one group. What is measured, and what came of it, is told in
docs/performance.md. A group is a module of `groups` with a tuple BENCHMARKS.
"""
