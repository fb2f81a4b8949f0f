"""What was said, and how it was met: counts, and from three on what was feared beside what was seen."""

from companion.experiments.rules import Reaction, Telling
from companion.review.rules.tellings import Told, how_met


def test_each_way_of_saying_it_has_its_reactions() -> None:
    told = [
        Told(Telling.COVER, Reaction.UNKNOWN),
        Told(Telling.TOLD, Reaction.NEUTRAL),
        Told(Telling.TOLD, Reaction.SUPPORTIVE),
        Told(Telling.TOLD, Reaction.SUPPORTIVE),
        Told(Telling.TOLD),
    ]
    truth, cover = how_met(told)
    assert (truth.telling, truth.n, truth.not_known) == (Telling.TOLD, 4, 1)
    assert truth.reactions == ((Reaction.SUPPORTIVE, 2), (Reaction.NEUTRAL, 1))
    assert (cover.telling, cover.n, cover.not_known, cover.reactions) == (Telling.COVER, 1, 1, ())
    assert (truth.is_enough, cover.is_enough) == (True, False)


def test_feared_and_seen_are_put_together_from_three_pairs_on() -> None:
    two = [Told(Telling.TOLD, feared=8, seen=2), Told(Telling.TOLD, feared=6, seen=3)]
    [truth] = how_met([*two, Told(Telling.TOLD, feared=5), Told(Telling.TOLD, seen=5)])
    assert (truth.n, truth.suffering.expected, truth.suffering.seen) == (4, None, None)
    [truth] = how_met([*two, Told(Telling.TOLD, feared=7, seen=0)])
    assert (truth.suffering.expected, truth.suffering.seen) == (7, 1.7)
    assert truth.suffering.each == ((8, 2), (6, 3), (7, 0))


def test_nothing_said_is_nothing_met() -> None:
    assert how_met([]) == ()
