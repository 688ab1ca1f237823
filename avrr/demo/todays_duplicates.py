"""The programme of today: people registered twice, joined or waiting for a second person."""

from avrr.demo.todays_caseload import Caseload
from avrr.demo.todays_people import REGISTERED_TWICE
from cases import services
from cases.models import Merge


def join(load: Caseload) -> None:
    """One pair is joined, one waits; a third is only offered when somebody looks for it."""
    joined, _waiting = (_propose(load, name) for name in REGISTERED_TWICE)
    services.confirm_merge(joined, by=load.setting.person("programme"))


def _propose(load: Caseload, name: str) -> Merge:
    first, second = sorted(load.tagged(name), key=lambda person: person.number)
    return services.merge(
        kept=load.case(first),
        other=load.case(second),
        reason="Même photo et même numéro de téléphone ; confirmé par la personne",
        by=load.setting.person("protection"),
    )
