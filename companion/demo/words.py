"""What the invented people of the demo practice say. No sentence of it is anybody's."""

from typing import Any

PROMISE = (
    "An hour a week to find out what you want and what stops you, and company while you try it. "
    "It can't take the guilt away first, and it can't do the trying for you."
)
LIMITS = "Nobody reads this page live. Between sessions I answer within two working days; for anything urgent, Help."

COSTS = (
    "Guilt, most likely on the way out of the door.",
    "Seeing myself as the one who leaves others alone.",
    "An evening that turns out to be nothing special.",
)
STAYING_STILL = "Another year of evenings like the last ones, and a sour look at everyone who has a life."

GOALS: dict[str, dict[str, Any]] = {
    "evenings": {
        "text": "An evening of my own, now and then, without paying for it all night.",
        "observable_sign": "I go out, and I'm still there after an hour.",
        "how_it_is_now": "I say yes, then I stay home.",
        "enough": "Twice a month and nobody had to be talked into it.",
    },
    "likes": {
        "text": "Find out what I like, apart from being better than others at it.",
        "observable_sign": "I can name two things that I'd do again.",
        "how_it_is_now": "I couldn't name one.",
        "enough": "One thing that stays.",
    },
    "plainly": {
        "text": "Say at home where I am going, plainly.",
        "observable_sign": "I say it before I leave, in one sentence.",
        "how_it_is_now": "It's always overtime at work.",
        "enough": "Most of the time, to both.",
    },
    "people": {
        "text": "Be with people without wanting to cut them down to size.",
        "observable_sign": "I listen to the end, and ask something.",
        "how_it_is_now": "I'm silent, or I'm the judge.",
        "enough": "Two people I look forward to.",
    },
}

TASKS = {
    "one_off:dinner with a colleague": (
        "evenings",
        "Ask a colleague to dinner on Friday, and go.",
        "A coffee after work",
    ),
    "one_off:cinema alone": (
        "likes",
        "Go to the cinema alone, to a film I pick.",
        "Buy the ticket and sit in the foyer",
    ),
    "one_off:aperitif after work": ("evenings", "Join the others for an aperitif after work.", "One drink, then home"),
    "one_off:live music at the club": ("likes", "Hear a concert at the club.", "The first half"),
    "practice": (
        "likes",
        "When something starts to feel flat: what do I want here, what is my own view, what do I feel?",
        "",
    ),
    "activities": ("likes", "Something for myself: going out, sport, a language.", "Half an hour of it"),
    "telling": ("plainly", "Say where I am going and why, before I go.", "Say it to one of them"),
    "role_play": ("plainly", "Try it out in the session first, in a scene that I choose.", ""),
    "unsaid": ("people", "When the cutting remark is ready: notice it, and let it pass.", ""),
}

TRY_ONCE = "Try the {} once."
NOT_YET = "Not yet. I have two things that I like, and I'd like to keep it at that for a while."

BEFORE_MARK_CHANGED_IT = {"activities": "An hour of it"}
"""Smaller versions as his therapist proposed them."""

REASONS = {
    "one_off:dinner with a colleague": "He asked twice. I'd like to know what he is like.",
    "one_off:cinema alone": "I used to go. Nobody to explain the film to.",
    "one_off:aperitif after work": "To see whether it's as dull as I say it is.",
    "one_off:live music at the club": "I know the band. I never heard them live.",
    "practice": "So that next time somebody asks me what I want I don't look like a chair.",
    "activities": "I want to find out what's for me. Perhaps I'm a failed something after all.",
    "telling": "I'm tired of keeping track of my own stories.",
    "role_play": "Better to be bad at it here first.",
    "unsaid": "Afterwards I feel smaller, not them.",
}

WHY = {
    3: "Three a week sounds like a timetable. I can see the point, but then half an hour has to count.",
    4: "I'm tired of the overtime story. I'd like to say where I go.",
    5: "Two that I look forward to, rather than three to tick off.",
    6: "The remarks. I hear myself, and afterwards I'm the smaller one.",
}
"""What Mark says with each version that he proposes, by its number in the case."""

WANTED = {
    "c005": "Nothing. That's the point.",
    "c007": "To be at the table already, with the first glass drunk.",
    "c012": "To stay until the end for once.",
    "c026": "To read the message tomorrow.",
    "c045": "To be let off by somebody.",
}
LEARNED = {
    "o003": "They talk about nothing and it was all right. I told them at home it was work. Half true.",
    "o045": "She asked whether the court was heated. That was all.",
    "o059": "It turns out I liked Spanish better when I was fourteen. Noted.",
    "o060": "I lost every game. I didn't mind, which is new.",
    "o147": "I said at home: tennis, until nine. Nobody asked for more.",
}

IF_THEN = "I look at it, put the phone back in the bag, and hit the next ball."
NEXT = "tennis"
AT_HOME = "mother"
