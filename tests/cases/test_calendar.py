"""The person's calendar: no overlaps, no journey before the end of a started course."""

import datetime

import pytest
from django.core.exceptions import ValidationError

from cases import policies, services
from cases.enums import CommitmentKind

D = datetime.date


def course(case, first, last, by, **extra):
    return services.commit(
        case.person,
        kind=CommitmentKind.COURSE,
        first=first,
        last=last,
        label="Business",
        by=by,
        **extra,
    )


@pytest.mark.django_db
@pytest.mark.req("R080")
def test_a_second_overlapping_engagement_is_refused(world, register):
    case = register()
    course(case, D(2019, 6, 3), D(2019, 6, 7), world.caseworker)

    with pytest.raises(ValidationError, match="already engaged"):
        course(case, D(2019, 6, 7), D(2019, 6, 14), world.caseworker)


@pytest.mark.django_db
@pytest.mark.req("R078")
def test_travel_before_the_end_of_a_started_course_names_the_earliest_day(world, register):
    case = register()
    course(case, D(2019, 6, 10), D(2019, 6, 20), world.caseworker, is_binding=True)

    with pytest.raises(ValidationError, match="21 June 2019"):
        services.commit(
            case.person,
            kind=CommitmentKind.TRAVEL,
            first=D(2019, 6, 18),
            last=D(2019, 6, 18),
            label="Journey",
            by=world.caseworker,
        )


@pytest.mark.django_db
def test_a_course_cannot_lie_after_the_journey(world, register):
    case = register()
    services.commit(
        case.person,
        kind=CommitmentKind.TRAVEL,
        first=D(2019, 6, 18),
        last=D(2019, 6, 18),
        label="Journey",
        by=world.caseworker,
    )

    with pytest.raises(ValidationError, match="travels on"):
        course(case, D(2019, 7, 1), D(2019, 7, 5), world.caseworker)


# --- the other verbs, and what a refusal says -----------------------------------------------------
def travel(case, day, by):
    return services.commit(
        case.person, kind=CommitmentKind.TRAVEL, first=day, last=day, label="Journey", by=by
    )


def error_of(refused, field="__all__"):
    (error,) = refused.value.error_dict[field]
    return error.code


@pytest.mark.django_db
def test_each_refusal_has_its_code_at_its_field(world, register):
    by = world.caseworker
    one, other = register(), register()
    course(one, D(2019, 6, 3), D(2019, 6, 7), by, is_binding=True)
    travel(other, D(2019, 6, 18), by)

    with pytest.raises(ValidationError) as overlap:
        course(one, D(2019, 6, 5), D(2019, 6, 14), by, field="starts_on")
    with pytest.raises(ValidationError) as early:
        travel(one, D(2019, 6, 7), by)
    with pytest.raises(ValidationError) as late:
        course(other, D(2019, 6, 17), D(2019, 6, 21), by)
    with pytest.raises(ValidationError) as backwards:
        course(other, D(2019, 6, 7), D(2019, 6, 3), by, field="ends_on")

    assert error_of(overlap, "starts_on") == "overlap"
    assert error_of(early) == "travel_during_course"
    assert error_of(late) == "course_after_travel"
    assert list(backwards.value.message_dict) == ["ends_on"]


@pytest.mark.django_db
def test_a_percent_sign_in_a_label_does_no_harm(world, register):
    case, by = register(), world.caseworker
    services.commit(
        case.person,
        kind=CommitmentKind.COURSE,
        first=D(2019, 6, 3),
        last=D(2019, 6, 7),
        label="100 % business",
        by=by,
    )

    with pytest.raises(ValidationError, match="100 % business"):
        course(case, D(2019, 6, 5), D(2019, 6, 14), by)


@pytest.mark.django_db
def test_days_are_moved_bound_cut_short_and_released(world, register):
    case, by = register(), world.caseworker
    row = course(case, D(2019, 6, 3), D(2019, 6, 7), by)
    journey = travel(case, D(2019, 6, 21), by)

    row = services.move_commitment(row, first=D(2019, 6, 10), last=D(2019, 6, 14), by=by)
    with pytest.raises(ValidationError) as refused:
        services.move_commitment(row, first=D(2019, 6, 20), last=D(2019, 6, 24), by=by)
    assert error_of(refused) == "course_after_travel"
    assert services.bind(services.bind(row, by=by), by=by).is_binding
    assert policies.earliest_travel_day(case.person) == D(2019, 6, 15)
    row = services.end_early(row, last=D(2019, 6, 11), by=by, reason="Flight")
    assert (row.first_day, row.last_day) == (D(2019, 6, 10), D(2019, 6, 11))
    assert policies.earliest_travel_day(case.person) == D(2019, 6, 12)
    services.move_commitment(journey, first=D(2019, 6, 12), last=D(2019, 6, 12), by=by)
    row = services.end_early(row, last=D(2019, 6, 1), by=by, reason="Never began")
    assert row.is_released
    assert services.release(row, by=by).version == row.version
    assert policies.earliest_travel_day(case.person) is None
