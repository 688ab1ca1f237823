"""What the pages show of scores, of progress over time, of follow-ups and of totals."""

from surveys.presenters.answers import answers_of
from surveys.presenters.follow_ups import follow_ups_of
from surveys.presenters.progress import progress_of
from surveys.presenters.scores import card_of, notice_of
from surveys.presenters.totals import totals_of

__all__ = [
    "answers_of",
    "card_of",
    "follow_ups_of",
    "notice_of",
    "progress_of",
    "totals_of",
]
