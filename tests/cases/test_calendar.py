"""The person's calendar: no overlaps, no journey before the end of a started course."""

import datetime

import pytest
from django.core.exceptions import ValidationError

from cases import services
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
