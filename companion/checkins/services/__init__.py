"""What a patient does on the pages of Now, and on those beside it: rate, tell, keep words to meet an urge with.

Each takes the patient first and the instant (aware, in UTC) last, flushes, and leaves the commit to its caller.
"""

from companion.checkins.services.cards import (
    add_card,
    change_card,
    keep_suggested,
    let_go_of_card,
    put_card_first,
    suggest_card,
)
from companion.checkins.services.entries import (
    Detail,
    Rates,
    Saved,
    add_detail,
    correct,
    count_the_other_too,
    re_rate,
    save,
    set_visibility,
    trigger_named,
)

__all__ = [
    "Detail",
    "Rates",
    "Saved",
    "add_card",
    "add_detail",
    "change_card",
    "correct",
    "count_the_other_too",
    "keep_suggested",
    "let_go_of_card",
    "put_card_first",
    "re_rate",
    "save",
    "set_visibility",
    "suggest_card",
    "trigger_named",
]
