"""What a patient does on the pages of Now, and on those beside it: rate, tell, reflect, say how it is lately.

Each takes the patient first and the instant (aware, in UTC) last, flushes, and leaves the commit to its caller.
"""

from companion.checkins.services.box import keep_item, set_aside, take_off_aside
from companion.checkins.services.cards import (
    add_card,
    change_card,
    keep_suggested,
    let_go_of_card,
    put_card_first,
    suggest_card,
)
from companion.checkins.services.conflicts import count_the_other_too, leave_out
from companion.checkins.services.entries import (
    Detail,
    Saved,
    add_detail,
    correct,
    decide,
    highlight,
    look_again,
    re_rate,
    save,
    set_visibility,
    trigger_named,
)
from companion.checkins.services.moments import tell_moment, tell_outcome
from companion.checkins.services.monthly import Lately, keep_help_words, put_off, say_how_it_is
from companion.checkins.services.reflecting import Lines, keep_reflection, reflect

__all__ = [
    "Detail",
    "Lately",
    "Lines",
    "Saved",
    "add_card",
    "add_detail",
    "change_card",
    "correct",
    "count_the_other_too",
    "decide",
    "highlight",
    "keep_help_words",
    "keep_item",
    "keep_reflection",
    "keep_suggested",
    "leave_out",
    "let_go_of_card",
    "look_again",
    "put_card_first",
    "put_off",
    "re_rate",
    "reflect",
    "save",
    "say_how_it_is",
    "set_aside",
    "set_visibility",
    "suggest_card",
    "take_off_aside",
    "tell_moment",
    "tell_outcome",
    "trigger_named",
]
