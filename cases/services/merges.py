"""Joining two files of one person, and undoing it (R037, ADR 0012)."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from cases import policies
from cases.enums import CaseOutcome, CaseStatus, ContactKind, ContactOwner, MergeStatus
from cases.models import Case, CaseEvent, Commitment, Merge, MergedCase, Person
from cases.services.duplicates import possible_duplicates, seen_among
from cases.services.lifecycle import correct_last_step
from cases.workflow import MERGE_TRANSITIONS, TRANSITIONS, WAY
from core import records, workflow
from core.clock import today
from core.exceptions import Refused, Stale


@transaction.atomic
def merge(
    *,
    kept: Case,
    other: Case,
    reason: str,
    by: Any,
    kept_version: int | None = None,
    other_version: int | None = None,
) -> Merge:
    """Join two files of one person; ``kept`` leads, and its person's values are kept (R037).

    Done at once when all files of both people belong to one office and one country of origin and
    ``by`` sees them all; otherwise proposed, for a second person to confirm (AB44). Raises
    ValidationError for what cannot be one person's, Stale and Refused.
    """
    if not policies.can_merge(by, kept, other):
        raise Refused(_("You may not join these files."), kept)
    files = _locked(kept.person_id, other.person_id)
    kept, other = _fresh(files, kept), _fresh(files, other)
    if kept.person_id == other.person_id:
        raise ValidationError(_("These files belong to the same person already."), code="joined")
    for case, version in ((kept, kept_version), (other, other_version)):
        if version is not None and case.version != version:
            raise Stale(case)
    people = (kept.person_id, other.person_id)
    if Merge.objects.waiting().filter(Q(kept__in=people) | Q(absorbed__in=people)).exists():
        raise ValidationError(
            _("Joining one of these people waits for a second person already."), code="waiting"
        )
    row = Merge(
        kept_case=kept,
        other_case=other,
        kept=kept.person,
        absorbed=other.person,
        reason=reason,
        is_two_person=policies.merge_needs_second_person(by, files),
        proposed_on=today(),
        proposed_by=by,
    )
    records.save(row, by=by)
    if policies.sees_all(by, files):
        _refuse_the_impossible(row, files)
    return row if row.is_two_person else _join(row, files, by=by)


def likely_the_same(case: Case, *, by: Any) -> list[tuple[Case, tuple[str, ...]]]:
    """Files ``by`` may see of people who look like this one, most alike first, and why (R037)."""
    person = case.person
    own = case.contact_points.filter(kind=ContactKind.PHONE, owner=ContactOwner.SELF)
    found = possible_duplicates(
        family_name=person.family_name,
        given_name=person.given_name,
        birth_on=person.birth_on,
        nationality=person.nationality_id,
        phones=[point.value for point in own],
        document_number=person.document_number,
        limit=20,
    )
    others = [item for item in found if item.person.pk != person.pk]
    alike, _is_known_elsewhere = seen_among(others, by=by)
    return [(row, item.reasons) for item, cases in alike for row in cases]


@transaction.atomic
def confirm_merge(merge: Merge, *, by: Any) -> Merge:
    """A second person, who sees all files of both people, agrees: they are joined (AB44)."""
    merge = records.lock(merge)
    files = _locked(merge.kept_id, merge.absorbed_id)
    if not policies.can_confirm_merge(by, merge):
        raise Refused(_("Somebody else, who may see all files of both people, confirms."), merge)
    owners = {case.pk: case.person_id for case in files}
    if (owners.get(merge.kept_case_id), owners.get(merge.other_case_id)) != (
        merge.kept_id,
        merge.absorbed_id,
    ):
        raise _changed()
    _refuse_the_impossible(merge, files)
    return _join(merge, files, by=by)


@transaction.atomic
def decline_merge(merge: Merge, *, reason: str, by: Any) -> Merge:
    """It is not the same person after all; whoever proposed it may also take it back."""
    if not policies.can_decline_merge(by, merge):
        raise Refused(_("You may not decide on joining these files."), merge)
    return workflow.move(
        merge,
        MergeStatus.DECLINED,
        transitions=MERGE_TRANSITIONS,
        by=by,
        values={"decided_on": today(), "decided_by": by, "decline_reason": reason},
    )


@transaction.atomic
def undo_merge(merge: Merge, *, reason: str, by: Any) -> Merge:
    """Give everything back to the person it came from, within the days of the rule (R037).

    What was engaged since for the moved files goes back with them; files closed as registered
    twice are open again. Raises ValidationError when it is too late or a later merge stands in
    the way, and Refused.
    """
    merge = records.lock(merge)
    if not policies.can_undo_merge(by, merge):
        raise Refused(_("You may not undo the joining of these files."), merge)
    until = policies.merge_undo_until(merge)
    if until is not None and today() > until:
        raise ValidationError(
            _("This could be undone until %(day)s. Now the files stay joined."),
            code="too_late",
            params={"day": date_format(until)},
        )
    _locked(merge.kept_id, merge.absorbed_id)
    touched = list(merge.cases.select_related("case").order_by("case"))
    moved = [row.case for row in touched if row.is_moved]
    if any(case.person_id != merge.kept_id for case in moved):
        raise ValidationError(
            _("The person was joined with another file since. Undo the later joining first."),
            code="later_merge",
        )
    days = Commitment.objects.filter(
        Q(pk__in=merge.commitments.values("pk")) | Q(pk__in=Commitment.objects.of_cases(moved)),
        person=merge.kept_id,
    )
    undone = workflow.move(
        merge,
        MergeStatus.UNDONE,
        transitions=MERGE_TRANSITIONS,
        by=by,
        values={"undone_on": today(), "undone_by": by, "undo_reason": reason},
    )
    _hand_over(days, undone.absorbed, by=by, reason=reason)
    for gave_way in undone.released.order_by("pk"):
        gave_way.is_released = False
        records.save(gave_way, by=by, reason=reason)
    _hand_over(moved, undone.absorbed, by=by, reason=reason)
    for row in touched:
        if row.is_restricted:
            _lift_restriction(row.case, by=by, reason=reason)
        if row.is_closed and row.case.outcome == CaseOutcome.DUPLICATE:
            correct_last_step(row.case, reason="", by=by)
    return undone


def clashes_in_words(first: Person, second: Person) -> list[str]:
    """Engagements of two people that cannot both be one person's, a sentence each."""
    text = _(
        "%(first)s and %(second)s cannot both be this person's. If it is the same person, cancel "
        "one of them first."
    )
    return [
        text % {"first": _in_words(ours), "second": _in_words(theirs)}
        for ours, theirs in policies.calendar_clashes(first, second)
    ]


def _locked(*people: int) -> list[Case]:
    """All files of these people, by number, locked before the people: merges wait in turn.

    Raises ValidationError when a file came or went meanwhile: what came is not locked.
    """
    mine = Case.objects.filter(person__in=people).order_by("pk")
    locked = list(mine.select_for_update(of=("self",)).values_list("pk", flat=True))
    list(Person.objects.select_for_update(of=("self",)).filter(pk__in=people).order_by("pk"))
    files = list(mine.select_related("person", "office", "country"))
    if [case.pk for case in files] != locked:
        raise _changed()
    return files


def _fresh(files: Iterable[Case], case: Case) -> Case:
    """The locked row of this file. Raises ValidationError when it is somebody else's by now."""
    for row in files:
        if row.pk == case.pk:
            return row
    raise _changed()


def _changed() -> ValidationError:
    return ValidationError(
        _("One of these files was joined with another a moment ago. Compare them afresh."),
        code="changed",
    )


def _refuse_the_impossible(merge: Merge, files: Sequence[Case]) -> None:
    """Raises ValidationError for days nobody can have twice, and for closing the wrong file."""
    if clashes := clashes_in_words(merge.kept, merge.absorbed):
        raise ValidationError([ValidationError(text, code="clash") for text in clashes])
    going_on = [case for case in files if case.person_id == merge.kept_id and _is_open(case)]
    for case in _to_close(merge, files):
        if all(WAY.index(case.status) > WAY.index(leading.status) for leading in going_on):
            raise ValidationError(
                {
                    "leading": _(
                        "%(reference)s is further on its way (%(status)s). Let that file lead."
                    )
                    % {"reference": case.reference, "status": case.get_status_display()}
                },
                code="wrong_leading",
            )


def _is_open(case: Case) -> bool:
    return case.status != CaseStatus.CLOSED


def _to_close(merge: Merge, files: Sequence[Case]) -> list[Case]:
    """Open files of the absorbed person when the kept person has one: one return goes on."""
    if not any(case.person_id == merge.kept_id and _is_open(case) for case in files):
        return []
    return [case for case in files if case.person_id == merge.absorbed_id and _is_open(case)]


def _in_words(days: Commitment) -> str:
    return _("“%(label)s” (%(first)s to %(last)s)") % {
        "label": days.label,
        "first": date_format(days.first_day),
        "last": date_format(days.last_day),
    }


def _join(merge: Merge, files: Sequence[Case], *, by: Any) -> Merge:
    """Move files and days to the kept person, close what was registered twice, and list it all.

    When one file is a lone child's, the others of this person become as restricted as it is.
    """
    closing = _to_close(merge, files)
    is_restricted = any(case.is_restricted for case in files)
    done = workflow.move(
        merge,
        MergeStatus.DONE,
        transitions=MERGE_TRANSITIONS,
        by=by,
        values={"decided_on": today(), "decided_by": by},
    )
    rows = [
        MergedCase(
            merge=done,
            case=case,
            is_moved=case.person_id == done.absorbed_id,
            is_closed=case in closing,
            is_restricted=is_restricted and not case.is_restricted,
        )
        for case in files
    ]
    touched = [row for row in rows if row.is_moved or row.is_restricted]
    records.create_many(MergedCase, touched, by=by)
    done.released.set(_make_room(done, by=by))
    days = list(Commitment.objects.filter(person=done.absorbed_id).order_by("pk"))
    _hand_over(days, done.kept, by=by, reason=done.reason)
    done.commitments.set(days)
    for row in touched:
        case = row.case
        case.person = done.kept
        case.is_restricted = is_restricted
        records.save(case, by=by, reason=done.reason)
        if row.is_closed:
            _close(case, by=by)
    return done


def _make_room(merge: Merge, *, by: Any) -> list[Commitment]:
    """Release past days that were never begun where both people had something."""
    released: dict[int, Commitment] = {}
    for ours, theirs in policies.shared_days(merge.kept, merge.absorbed):
        days = theirs if policies.gives_way(theirs) else ours
        if days.pk not in released:
            days.is_released = True
            released[days.pk] = records.save(days, by=by, reason=merge.reason)
    return list(released.values())


def _close(case: Case, *, by: Any) -> None:
    """Close what was registered twice. The event names no other file: not everybody sees it."""
    before = case.status
    values = {"outcome": CaseOutcome.DUPLICATE, "closed_on": today(), "closed_by": by}
    closed = workflow.move(case, CaseStatus.CLOSED, transitions=TRANSITIONS, by=by, values=values)
    CaseEvent.objects.create(
        case=closed, from_status=before, to_status=CaseStatus.CLOSED, on=today(), by=by
    )


def _lift_restriction(case: Case, *, by: Any, reason: str) -> None:
    """Open the file to its office again, unless the person has the file of a lone child still."""
    of_child = Case.objects.filter(person=case.person_id, is_unaccompanied_child=True)
    case.is_restricted = of_child.exists()
    records.save(case, by=by, reason=reason)


def _hand_over(rows: Iterable[Case | Commitment], person: Person, *, by: Any, reason: str) -> None:
    """The rows are this person's from now on."""
    for row in rows:
        row.person = person
        records.save(row, by=by, reason=reason)
