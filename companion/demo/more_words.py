"""What Mark says beside his occasions. No sentence of it is anybody's."""

from companion.checkins.rules import Helped
from companion.contract.rules.goals import GoalSaid, Happened, StillTheirs
from companion.formulation.rules import Motive

WISHES = {
    8: ("Swim in the sea in October, once.", Motive.CURIOSITY),
    12: ("Sit in a café for an hour and owe nobody a reason.", Motive.FREEDOM),
    16: ("Learn Spanish properly. Or find out that I don't want to.", Motive.CURIOSITY),
    31: ("Hit a ball hard, with somebody who laughs.", Motive.FUN),
    62: ("Have someone to ring on a Sunday.", Motive.CLOSENESS),
}
"""By week, in Mark's words, and why."""
SUGGESTED = {70: "A weekend somewhere you have never been."}

PATTERN = {
    "wish": "An evening that is mine.",
    "feared_response": "Will be hurt, and say that I leave them alone.",
    "view_of_self": "The selfish one.",
    "feeling": "Guilt, and under it something flat.",
    "body": "A weight on the chest.",
    "does": "Stay at home, and tell myself that the others are fools.",
    "costs": "The evening. And then I sneer at everybody's.",
    "healthy_part": "Still looks at the tickets.",
}
"""How it goes, as it was put together in a session."""

HARD_TIMES = {
    24: {
        "signs": "I stop answering messages, and everybody seems a fool.",
        "by_myself": "Walk to the river and back. Count the bridges.",
        "elsewhere": "The bar at the corner, with the radio on. The courts.",
        "people": "My aunt, 06 5550 0164, also late.",
        "professionals": "The practice, 06 5550 0100.",
    },
    53: {
        "by_myself": "Walk to the river and back. Hit a ball against the wall.",
        "people": "My aunt, 06 5550 0164, also late. Bruno from tennis, 06 5550 0187.",
        "out_of_reach": "The sleeping pills are at my aunt’s. I asked her.",
    },
}
"""By week, what changed in his plan for hard times: first written down in a session, then by himself."""

LINES = {
    10: ("To go home, I think.", "That the place is loud.", "Flat, then a bit curious."),
    21: ("To stay.", "The film was good, whatever they say.", "Something like light."),
    41: ("To be asked again.", "", "Shy."),
}
"""By week: what do I want here, what is my own view, what do I feel."""

GOALS_SEEN = {
    "patient": {
        "evenings": {11: GoalSaid(Happened.NOT_YET, StillTheirs.PARTLY)},
        "likes": {
            11: GoalSaid(Happened.CANT_TELL, StillTheirs.PARTLY),
            19: GoalSaid(Happened.NOT_YET, StillTheirs.YES),
            27: GoalSaid(Happened.ONCE, StillTheirs.YES),
            39: GoalSaid(Happened.SOMETIMES, StillTheirs.YES),
            63: GoalSaid(Happened.ORDINARY, StillTheirs.YES),
        },
        "plainly": {
            31: GoalSaid(Happened.ONCE, StillTheirs.YES),
            39: GoalSaid(Happened.SOMETIMES, StillTheirs.YES),
            67: GoalSaid(Happened.ORDINARY, StillTheirs.YES),
        },
        "people": {69: GoalSaid(Happened.NOT_YET, StillTheirs.YES), 75: GoalSaid(Happened.ONCE, StillTheirs.YES)},
    },
    "therapist": {
        "evenings": {11: GoalSaid(Happened.ONCE, StillTheirs.PARTLY)},
        "likes": {
            11: GoalSaid(Happened.NOT_YET, StillTheirs.PARTLY),
            23: GoalSaid(Happened.ONCE, StillTheirs.YES),
            31: GoalSaid(Happened.SOMETIMES, StillTheirs.YES),
            59: GoalSaid(Happened.ORDINARY, StillTheirs.YES),
        },
        "plainly": {
            31: GoalSaid(Happened.SOMETIMES, StillTheirs.YES),
            63: GoalSaid(Happened.ORDINARY, StillTheirs.YES),
        },
        "people": {69: GoalSaid(Happened.ONCE, StillTheirs.YES), 75: GoalSaid(Happened.SOMETIMES, StillTheirs.YES)},
    },
}
"""How each of the two saw a goal, by its name, from a week on."""

LATELY = (
    (Helped.NOT_AT_ALL, 2, 1, 2),
    (Helped.A_LITTLE, 2, 2, 2),
    (Helped.A_LITTLE, 3, 2, 3),
    (Helped.A_LITTLE, 3, 3, 2),
    (Helped.SOMEWHAT, 4, 3, 3),
    (Helped.SOMEWHAT, 5, 5, 4),
    (Helped.SOMEWHAT, 5, 6, 4),
    (Helped.A_LOT, 6, 6, 5),
    (Helped.A_LOT, 6, 7, 5),
    (Helped.SOMEWHAT, 6, 6, 5),
    (Helped.A_LOT, 7, 7, 5),
    (Helped.A_LOT, 7, 7, 6),
    (Helped.A_LOT, 7, 8, 6),
    (Helped.SOMEWHAT, 6, 7, 6),
    (Helped.SOMEWHAT, 5, 5, 6),
    (Helped.A_LOT, 7, 7, 7),
)
"""Every four weeks from the twelfth on: whether it helps, and how alive, free and close it was."""
LATELY_WORDS = {0: "You asked.", 14: "Hospital corridors. I'd expected to mind more that I wasn't out."}
