"""No child travels alone without six safeguards signed by two people; there is no exception."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from cases import services as case_services
from core.exceptions import Refused
from tests.travel.conftest import ALL_DONE, FLIGHT, SAFEGUARDS, TICKET, TODAY
from travel import policies, services, worklist
from travel.enums import JourneyStatus
from travel.models import ChildGate, Journey

pytestmark = pytest.mark.django_db
D = datetime.date


@pytest.fixture
def journey(world, child):
    return services.plan(child, planned_on=FLIGHT, by=world.fresh("protection_officer"), **TICKET)


def confirm(world, journey):
    return services.confirm(journey, on=TODAY, by=world.fresh("protection_officer"))


def test_a_child_without_safeguards_is_refused_and_each_is_named(world, journey):
    with pytest.raises(ValidationError) as refused:
        confirm(world, journey)

    assert len(refused.value.messages) == 6
    for name in (
        "positive best-interest determination",
        "consent of the guardian",
        "assent of the child",
        "family assessment",
        "named escort",
        "named receiver",
    ):
        assert f"A child travelling alone needs this first: {name}." in refused.value.messages


@pytest.mark.parametrize(
    "missing",
    [
        {"determination": ""},
        {"determination": "other"},
        {"determined_on": None},
        {"determined_by": ""},
        {"guardian_name": ""},
        {"guardian_consented_on": None},
        {"child_assented_on": None},
        {"family_assessed_on": None},
        {"escort_name": ""},
        {"receiver_name": ""},
    ],
)
def test_each_safeguard_alone_holds_the_journey(
    world, child, journey, gate, second_officer, missing
):
    row = gate(child, **missing)

    with pytest.raises(ValidationError):
        services.sign_gate(row, by=second_officer)
    with pytest.raises(ValidationError, match="A child travelling alone needs this first"):
        confirm(world, journey)


def test_complete_safeguards_still_need_the_signature_of_a_second_person(
    world, child, journey, gate, second_officer
):
    row = gate(child)

    with pytest.raises(ValidationError, match="signature of a second person"):
        confirm(world, journey)
    with pytest.raises(Refused, match="Somebody else"):
        services.sign_gate(row, by=world.fresh("protection_officer"))
    services.sign_gate(row, by=second_officer)

    assert confirm(world, journey).status == JourneyStatus.CONFIRMED


def test_a_change_after_the_signature_holds_the_departure(
    world, child, journey, gate, second_officer, clock
):
    services.sign_gate(gate(child), by=second_officer)
    journey = confirm(world, journey)
    officer = world.fresh("protection_officer")
    services.save_check(journey, items=ALL_DONE, close=True, by=officer)
    case_services.send_handover(journey.case, by=officer)
    gate(child, escort_name="Another escort")
    clock(FLIGHT)

    with pytest.raises(ValidationError, match="signature of a second person"):
        services.depart(journey, on=FLIGHT, by=world.fresh("protection_officer"))
    services.sign_gate(ChildGate.objects.get(), by=second_officer)
    assert services.depart(journey, on=FLIGHT, by=world.fresh("protection_officer"))


def test_a_signature_can_be_taken_back_with_a_reason(child, gate, second_officer):
    signed = services.sign_gate(gate(child), by=second_officer)

    open_again = services.revoke_gate(signed, reason="Uncle unknown", by=second_officer)

    assert not open_again.is_signed
    assert policies.missing_safeguards(child, FLIGHT, by_day=FLIGHT) == [
        "signature of a second person"
    ]


def test_the_database_refuses_one_persons_two_signatures_and_gaps(
    world, child, gate, second_officer
):
    row = gate(child)
    for values in (
        {"decided_by": row.recorded_by, "decided_on": TODAY},
        {"decided_by": second_officer, "decided_on": TODAY, "receiver_name": None},
        {"decided_by": second_officer, "decided_on": TODAY, "determination": "other"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            ChildGate.objects.filter(pk=row.pk).update(**values)


def test_only_protection_officers_see_the_child_the_journey_and_the_safeguards(
    world, child, journey, gate
):
    row = gate(child)
    for name in ("caseworker", "clerk", "focal_point", "programme_manager", "donor", "nobody"):
        user = world.fresh(name)
        assert not Journey.objects.visible_to(user).filter(pk=journey.pk).exists()
        assert not ChildGate.objects.visible_to(user).filter(pk=row.pk).exists()
        with pytest.raises(Refused):
            services.record_gate(child, values=SAFEGUARDS, by=user)

    assert ChildGate.objects.visible_to(world.fresh("protection_officer")).get() == row


def test_names_of_the_guardian_escort_and_receiver_are_sealed(child, gate):
    gate(child)

    with connection.cursor() as cursor:
        cursor.execute("SELECT guardian_name, escort_name, receiver_name FROM travel_childgate")
        sealed = " ".join(cursor.fetchone())
    assert not any(name in sealed for name in ("Camara", "Bah"))
    assert ChildGate.objects.get().escort_name == "S. Bah"


def test_a_safeguard_in_the_future_is_refused(child, gate):
    with pytest.raises(ValidationError) as refused:
        gate(child, child_assented_on=D(2019, 6, 4))

    assert "child_assented_on" in refused.value.message_dict


def test_somebody_of_age_on_the_day_of_travel_needs_no_safeguards_but_in_doubt_does(ready, world):
    of_age = ready(birth_on=D(2001, 6, 1), sex="male", is_unaccompanied_child=True)
    in_doubt = ready(
        birth_on=D(2001, 1, 1),
        birth_precision="year",
        sex="male",
        is_unaccompanied_child=True,
        registered_on=D(2018, 12, 3),
    )

    assert not policies.needs_gate(of_age, FLIGHT)
    assert policies.needs_gate(of_age, D(2019, 5, 31))
    assert policies.needs_gate(in_doubt, FLIGHT)


def test_a_child_waits_on_the_work_list_until_the_safeguards_are_signed(
    world, child, journey, gate, second_officer
):
    def waiting() -> list[str]:
        sections = {s.title: s for s in worklist.sections(world.fresh("protection_officer"))}
        return [item.title for item in sections["Safeguards of children to complete"].items]

    assert waiting() == [child.person.full_name]
    services.sign_gate(gate(child), by=second_officer)
    assert waiting() == []
