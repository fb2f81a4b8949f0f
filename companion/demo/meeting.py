"""The sessions of Mark and his therapist: when they were, what was prepared, done in them and said afterwards."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from companion.accounts.rules import Actor
from companion.checkins import queries as cards
from companion.checkins import services as checkins
from companion.demo import meeting_words as words
from companion.demo.calendar import Calendar, Event, case
from companion.sessions import queries
from companion.sessions import services as sessions
from companion.sessions.queries import PointRead
from companion.sessions.rules import Belief, Between, ChosenBy, RuptureWords, SceneKind, SceneWords, StepSaid

SET_BEFORE = timedelta(days=6)
POINT_BEFORE, ANSWERED_AFTER = timedelta(hours=14), timedelta(hours=9)
STEP = timedelta(minutes=3)
EVERY = 2
"""Sessions between two on which Mark says how it was."""


@dataclass
class Meetings:
    """Tells the sessions' services what happened, each at its own instant."""

    therapist: Actor
    patient: Actor
    calendar: Calendar

    def events(self) -> Iterator[Event]:
        """All of it, in no order."""
        beliefs = {told["week"]: told for told in case()["beliefs"]}
        for told in case()["sessions"]:
            week, at = told["week"], self.calendar.instant(told["at"])
            noted_at = at - SET_BEFORE
            yield noted_at, partial(sessions.set_next_session, self.therapist, self.patient.id, at, noted_at)
            if week in words.POINTS:
                yield at - POINT_BEFORE, partial(self._prepare, week, at)
            if week in beliefs:
                yield at + timedelta(minutes=20), partial(self._believe, beliefs[week], at)
            if week in case()["role_plays"]:
                yield at + timedelta(minutes=15), partial(self._play, week, at)
            if week in words.RUPTURES:
                yield at + timedelta(minutes=50), partial(self._fall_out, week, at)
            if week in words.NOTES:
                yield at + timedelta(hours=1), partial(self._note, week, at)
            if week % EVERY == 0:
                yield at + ANSWERED_AFTER, partial(self._say_how_it_was, week, at)

    def _session(self, at: datetime) -> UUID:
        return next(each.id for each in queries.meetings(self.patient, self.patient.id) if each.at == at)

    def _prepare(self, week: int, at: datetime) -> None:
        point = PointRead(words.POINTS[week])
        sessions.write_point(self.patient, self._session(at), point, at - POINT_BEFORE)

    def _believe(self, told: dict[str, Any], at: datetime) -> None:
        on = (self.therapist, self.patient.id, self._session(at))
        said_at = at + timedelta(minutes=20)
        sessions.rate_beliefs(*on, sessions.Ideas(*words.IDEAS), Belief(old=told["old"], new=told["new"]), said_at)

    def _play(self, week: int, at: datetime) -> None:
        """A scene, step by step, with the words found at its end; the last ones he keeps."""
        told = words.SCENES[week]
        on, begun_at = (self.therapist, self.patient.id, self._session(at)), at + timedelta(minutes=15)
        scene = SceneWords(
            kind=SceneKind.ROLE_PLAY,
            scene=told.scene,
            chosen_by=ChosenBy.TOGETHER,
            guilt_before=told.guilt[0],
            guilt_after=told.guilt[1],
            words_found=told.found,
        )
        scene_id = sessions.begin_scene(*on, scene, begun_at)
        for number, (step, said) in enumerate(told.steps, start=1):
            sessions.note_step(*on, scene_id, sessions.Step(step, StepSaid(said)), begun_at + number * STEP)
        if told.is_kept:
            later = begun_at + (len(told.steps) + 1) * STEP
            sessions.suggest_words_found(*on, scene_id, later)
            suggested = next(card for card in cards.cards_of(self.patient) if card.words == told.found)
            checkins.keep_suggested(self.patient, suggested.id, told.found, later + ANSWERED_AFTER)

    def _fall_out(self, week: int, at: datetime) -> None:
        happened, my_part, repair = words.RUPTURES[week]
        noted = RuptureWords(happened=happened, my_part=my_part, repair=repair, talked_about=True)
        sessions.note_rupture(self.therapist, self.patient.id, self._session(at), noted, at + timedelta(minutes=50))

    def _note(self, week: int, at: datetime) -> None:
        written = sessions.Note(*words.NOTES[week])
        sessions.keep_private_note(self.therapist, self.patient.id, written, at + timedelta(hours=1), self._session(at))

    def _say_how_it_was(self, week: int, at: datetime) -> None:
        session_id, said_at = self._session(at), at + ANSWERED_AFTER
        numbers, chips, his, hers = next(told for since, told in words.BETWEEN_US if since <= week)
        between = Between(mattered=numbers[0], mine=numbers[1], heard=numbers[2], chips=chips)
        sessions.say_between_us(self.patient, session_id, between, said_at)
        sessions.say_learned(self.patient, self.patient.id, session_id, his, said_at)
        sessions.say_learned(self.therapist, self.patient.id, session_id, hers, at + timedelta(minutes=55))
