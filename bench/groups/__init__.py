"""The groups of benchmarks, by the name that ONLY takes. A new one is a module here, and a line in GROUPS."""

from bench.groups import contract, core, moment

GROUPS = {"core": core.BENCHMARKS, "contract": contract.BENCHMARKS, "moment": moment.BENCHMARKS}
