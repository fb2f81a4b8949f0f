"""What is said in and around the invented sessions. No sentence of it is anybody's."""

from dataclasses import dataclass

from companion.sessions.rules import Chip, Felt, Learned

POINTS = {
    9: "The cinema. I'd rather not, so it should probably be that.",
    15: "Whether three a week is your number or mine.",
    27: "I want to tell my aunt where I go. I have no sentence for it.",
    51: "Spanish. I think I'm done with it, and that's all right.",
    68: "My sister is in hospital. I don't know what is guilt and what is just true.",
    76: "The one at the bar with the boat. I said nothing, and it didn't itch.",
}
"""By week: Mark's own point for the session."""

IDEAS = ("If I look after myself, somebody pays for it.", "They can miss me for an evening, and so can I.")


@dataclass(frozen=True)
class Scene:
    """A scene tried out in a session: steps with what he said to each, guilt 0-10 before and after."""

    scene: str
    steps: tuple[tuple[str, str], ...]
    guilt: tuple[int, int]
    found: str
    is_kept: bool = False


SCENES = {
    20: Scene(
        "In the hall, coat on, his aunt asks where he is going.",
        (("You say it as you would at home.", "yes"), ("Now without a reason.", "not_this")),
        (8, 8),
        "I'm off.",
    ),
    22: Scene(
        "The same hall.",
        (("I am your aunt, and look worried.", "yes"), ("Wait three breaths before you answer.", "yes")),
        (8, 6),
        "I'm going out. I'll be back by eleven.",
    ),
    24: Scene(
        "The phone, at the table with the others.",
        (("It rings twice.", "yes"), ("You look at it, and turn it over.", "yes"), ("It rings again.", "stop")),
        (7, 5),
        "I'll ring when I'm out of here.",
    ),
    26: Scene(
        "The hall again, chosen by him.",
        (
            ("Your aunt says nothing at all.", "yes"),
            ("Say where, and go.", "yes"),
            ("From the street, wave.", "yes"),
        ),
        (6, 3),
        "I'm playing tennis. I'd like to go.",
        is_kept=True,
    ),
}
"""By week."""

RUPTURES = {
    3: (
        "I explained the plan a second time. He asked whether it came with a diploma.",
        "I wanted to be taken seriously, and hurried.",
        "Said so, and asked what the joke was for. I had sounded like the head of his laboratory.",
    ),
    14: (
        "He put the sheet face down on the table.",
        "Three a week was my number. I had counted for him.",
        "Asked what his would be. He wrote it himself.",
    ),
}
"""By week: what happened, her part, how it was put right."""

NOTES = {
    2: ((Felt.BORED,), "I drifted off while he described his week.", "Asked for one evening instead of the week."),
    3: ((Felt.BELITTLED, Felt.DEFENDING), "I wanted to win.", "Two slow breaths, then his side of it."),
    14: ((Felt.PUSHING,), "My eagerness again.", "Put the pen down."),
}
"""By week: her own reactions, and what she did with them."""

BETWEEN_US = (
    (60, ((8, 9, 9), (Chip.NOTHING,), Learned.SOMETHING, Learned.SOMETHING)),
    (36, ((8, 8, 8), (), Learned.A_LOT, Learned.SOMETHING)),
    (27, ((8, 8, 7), (Chip.NOTHING,), Learned.SOMETHING, Learned.SOMETHING)),
    (18, ((6, 5, 6), (Chip.KEPT_BACK,), Learned.A_LITTLE, Learned.SOMETHING)),
    (14, ((5, 3, 4), (Chip.YOU_PUSHED,), Learned.NOTHING_YET, Learned.A_LITTLE)),
    (6, ((4, 4, 4), (Chip.KEPT_BACK,), Learned.NOTHING_YET, Learned.A_LITTLE)),
    (1, ((3, 2, 3), (Chip.MADE_FUN, Chip.ENVIED), Learned.NOTHING_YET, Learned.NOTHING_YET)),
)
"""From a week on, newest first: his three answers and chips, and what each of the two learned from the homework."""
