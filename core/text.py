"""Text as people type it: cleaning and folding."""

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.db.models import CharField, Func
from django.utils.translation import gettext_lazy as _

# Bidirectional overrides and isolates can make a name read as another one; the plain marks
# LRM and RLM are needed in Arabic text and stay.
# Halves of a character, which JSON can name, fit into no column.
_FORBIDDEN = re.compile(
    "[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
_ARABIC_FORMS = str.maketrans("أإآٱىة", "اااايه", "ـًٌٍَُِّْ")
_LIGATURES = str.maketrans(
    {
        "Œ": "OE",
        "œ": "oe",
        "Æ": "AE",
        "æ": "ae",
        "ß": "ss",
        "Ø": "O",
        "ø": "o",
        "Ł": "L",
        "ł": "l",
    }
)


def clean_text(value: str) -> None:
    """Refuse characters that no keyboard types: NUL, control characters, bidi overrides."""
    if _FORBIDDEN.search(value):
        raise ValidationError(
            _("This text holds hidden control characters. Type it again without copying them."),
            code="control_characters",
        )


def fold(value: str) -> str:
    """Comparable form of a name: no accents, case, Arabic letter variants or punctuation.

    The database has the same function as ``core_fold``; a test holds the two together.
    """
    folded = unicodedata.normalize("NFKD", value.translate(_ARABIC_FORMS).translate(_LIGATURES))
    folded = "".join(c for c in folded if not unicodedata.combining(c)).lower()
    return re.sub(r"\W+", " ", folded).strip()


class Fold(Func):
    """``core_fold(expression)``: the stored search key of a name."""

    function = "core_fold"
    arity = 1
    output_field = CharField()
