"""Case references for phone and paper: nine random characters and a check (design §6.4)."""

import re
import secrets

ALPHABET = "123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 9
_VALUE = {character: index for index, character in enumerate(ALPHABET)}
_WEIGHTS = tuple(pow(3, k, 31) for k in range(1, LENGTH + 1))


def check_character(body: str) -> str:
    """The check character of nine characters: weighted sum modulo 31."""
    return ALPHABET[sum(w * _VALUE[c] for w, c in zip(_WEIGHTS, body, strict=True)) % 31]


def new() -> str:
    """A random reference in its printed form, ``7KQM2-XWRTC``."""
    body = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    return printed(body + check_character(body))


def printed(compact: str) -> str:
    """Two groups of five."""
    return f"{compact[:5]}-{compact[5:]}"


def read(text: str) -> str | None:
    """The reference somebody typed or spelt, in printed form; None when it is none.

    Forgiving of case, spaces, dashes and of I and L for 1; a wrong character is noticed.
    """
    compact = re.sub(r"[\s\-–—.]", "", text).upper().translate(str.maketrans("IL", "11"))
    if len(compact) != LENGTH + 1 or any(c not in _VALUE for c in compact):
        return None
    if check_character(compact[:LENGTH]) != compact[LENGTH]:
        return None
    return printed(compact)
