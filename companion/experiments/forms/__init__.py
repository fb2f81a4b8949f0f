"""The forms of occasions: what is asked, in the words of the page, and what was given, as values."""

from companion.experiments.forms.after import (
    AfterForm,
    AlreadyForm,
    CloseWeekForm,
    CorrectForm,
    TakeBackForm,
    after_form,
    already_form,
    correct_form,
)
from companion.experiments.forms.parts import HereForm, HighlightForm
from companion.experiments.forms.plans import (
    ChangeForm,
    ExpectMoreForm,
    PlanAndExpectForm,
    PlanForm,
    change_form,
    expect_more_form,
)
from companion.experiments.forms.words import HEADLINES, in_words

__all__ = [
    "HEADLINES",
    "AfterForm",
    "AlreadyForm",
    "ChangeForm",
    "CloseWeekForm",
    "CorrectForm",
    "ExpectMoreForm",
    "HereForm",
    "HighlightForm",
    "PlanAndExpectForm",
    "PlanForm",
    "TakeBackForm",
    "after_form",
    "already_form",
    "change_form",
    "correct_form",
    "expect_more_form",
    "in_words",
]
