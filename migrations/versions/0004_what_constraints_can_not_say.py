"""What constraints can't say of the contract: what is frozen, what an agreement may stand on.

One table of facts makes the triggers of both databases. SQLite forgets a table's triggers when batch mode rebuilds
it: a migration that does so has to make them anew.
"""

from collections.abc import Iterator
from typing import NamedTuple

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


class Fact(NamedTuple):
    """Something that is refused where `when` holds; `{row}` stands for each row that the event has."""

    name: str
    tables: tuple[str, ...]
    events: tuple[str, ...]
    when: str


def changed(*columns: str) -> str:
    return " OR ".join(f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in columns)


CONTENT = (
    "id",
    "patient_id",
    "number",
    "author",
    "kind",
    "promise",
    "limits",
    "cost_of_staying_still",
    "review_on",
    "content_hash",
)
TERMS = ("version_id", "patient_id", "content_hash", "answer_id", "signature_id", "at", "from_day")

FACTS = (
    Fact(
        "lines_are_frozen",
        ("task", "goal", "expected_cost"),
        ("INSERT", "UPDATE", "DELETE"),
        "EXISTS (SELECT 1 FROM contract_version v WHERE v.id = {row}.version_id AND v.state <> 'draft')",
    ),
    Fact("content_is_frozen", ("contract_version",), ("UPDATE",), f"OLD.state <> 'draft' AND ({changed(*CONTENT)})"),
    # What nobody signed or answered may become a draft again, which is how a whole patient can be erased.
    Fact(
        "moves_as_it_may",
        ("contract_version",),
        ("UPDATE",),
        "OLD.state <> NEW.state AND OLD.state || '>' || NEW.state NOT IN ('draft>proposed',"
        " 'proposed>agreed', 'proposed>declined', 'proposed>counter_proposed', 'proposed>withdrawn',"
        " 'declined>proposed', 'declined>agreed', 'declined>withdrawn',"
        " 'counter_proposed>proposed', 'counter_proposed>withdrawn')"
        " AND (EXISTS (SELECT 1 FROM signature s WHERE s.version_id = OLD.id)"
        " OR EXISTS (SELECT 1 FROM answer a WHERE a.version_id = OLD.id))",
    ),
    Fact("is_written_once", ("answer", "task_answer", "signature"), ("UPDATE",), "1 = 1"),
    Fact(
        "version_is_agreed",
        ("agreement",),
        ("INSERT",),
        "NOT EXISTS (SELECT 1 FROM contract_version v WHERE v.id = NEW.version_id AND v.state = 'agreed')",
    ),
    Fact(
        "answer_is_the_latest",
        ("agreement",),
        ("INSERT",),
        "EXISTS (SELECT 1 FROM answer given JOIN answer later ON later.version_id = given.version_id"
        " WHERE given.id = NEW.answer_id AND later.at > given.at)",
    ),
    Fact(
        "one_at_a_time",
        ("agreement",),
        ("INSERT",),
        "EXISTS (SELECT 1 FROM agreement other"
        " WHERE other.patient_id = NEW.patient_id AND other.version_id <> NEW.version_id"
        " AND (other.until_day IS NULL OR NEW.from_day < other.until_day)"
        " AND (NEW.until_day IS NULL OR other.from_day < NEW.until_day))",
    ),
    Fact(
        "only_ends",
        ("agreement",),
        ("UPDATE",),
        f"{changed(*TERMS)} OR (OLD.until_day IS NOT NULL AND ({changed('until_day')}))",
    ),
)

ROWS = {"INSERT": ("NEW",), "UPDATE": ("OLD", "NEW"), "DELETE": ("OLD",)}


def triggers() -> Iterator[tuple[str, str, str, str]]:
    """Name, table, event, and when it refuses."""
    for fact in FACTS:
        for table in fact.tables:
            for event in fact.events:
                when = " OR ".join(dict.fromkeys(fact.when.format(row=row) for row in ROWS[event]))
                yield f"{table}_{fact.name}_{event.lower()}", table, event, when


def upgrade() -> None:
    for name, table, event, when in triggers():
        if op.get_bind().dialect.name == "sqlite":
            op.execute(
                f"CREATE TRIGGER {name} AFTER {event} ON {table} WHEN {when} BEGIN SELECT RAISE(ABORT, '{name}'); END"
            )
        else:
            op.execute(
                f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF {when}"
                f" THEN RAISE integrity_constraint_violation USING MESSAGE = '{name}'; END IF; RETURN NULL; END $$"
            )
            op.execute(f"CREATE TRIGGER {name} AFTER {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()")


def downgrade() -> None:
    for name, table, _event, _when in triggers():
        if op.get_bind().dialect.name == "sqlite":
            op.execute(f"DROP TRIGGER {name}")
        else:
            op.execute(f"DROP TRIGGER {name} ON {table}")
            op.execute(f"DROP FUNCTION {name}()")
