"""REST resources of cases and referrals."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.response import Response

from accounts.models import Office, OfficeKind
from accounts.permissions import Permission as P
from cases import filters, references, services
from cases.enums import (
    BirthPrecision,
    CaseOutcome,
    ConsentAnswer,
    ConsentGiver,
    ConsentPurpose,
    ContactChannel,
    ContactKind,
    ContactOwner,
    ContactResult,
    DocumentKind,
    EducationLevel,
    FamilySituation,
    Sex,
    TimeAbroad,
)
from cases.models import (
    Case,
    CaseEvent,
    Consent,
    ContactAttempt,
    ContactPoint,
    Document,
    Handover,
    Referral,
)
from core import audit
from core.api import InputSerializer, ListMixin, RecordViewSet, RetrieveMixin
from reference.models import Country, Place, ReferralSource


class PersonOut(serializers.Serializer):
    family_name = serializers.CharField()
    given_name = serializers.CharField()
    sex = serializers.CharField()
    birth_on = serializers.DateField()
    nationality = serializers.CharField(source="nationality_id")


class CaseOut(serializers.ModelSerializer):
    person = PersonOut()
    office = serializers.CharField(source="office.code")
    country = serializers.CharField(source="country_id")
    programme = serializers.CharField(source="programme.code", default=None)
    destination = serializers.CharField(source="destination_id", default=None)

    class Meta:
        model = Case
        fields = (
            "reference",
            "version",
            "status",
            "outcome",
            "person",
            "office",
            "country",
            "programme",
            "destination",
            "registered_on",
            "closed_on",
            "is_unaccompanied_child",
            "handed_over_at",
        )


def codes(queryset: Any, field: str = "", **kwargs: Any) -> serializers.RelatedField:
    """A reference to a row by its key, or by ``field``."""
    if field:
        return serializers.SlugRelatedField(slug_field=field, queryset=queryset, **kwargs)
    return serializers.PrimaryKeyRelatedField(queryset=queryset, **kwargs)


class RegisterIn(InputSerializer):
    """Person and case in one body, flat."""

    family_name = serializers.CharField(max_length=100)
    given_name = serializers.CharField(max_length=100, required=False, allow_blank=True)
    sex = serializers.ChoiceField(Sex.choices, required=False, allow_blank=True)
    birth_on = serializers.DateField(required=False, allow_null=True)
    birth_precision = serializers.ChoiceField(BirthPrecision.choices, required=False)
    nationality = codes(Country.objects.all())
    family_situation = serializers.ChoiceField(FamilySituation.choices, required=False)
    education = serializers.ChoiceField(EducationLevel.choices, required=False)
    time_abroad = serializers.ChoiceField(TimeAbroad.choices, required=False)
    office = codes(Office.objects.filter(kind=OfficeKind.MOP), "code")
    registered_on = serializers.DateField()
    country = codes(Country.objects.all())
    destination = codes(Place.objects.all(), required=False, allow_null=True)
    referral_source = codes(ReferralSource.objects.all(), "code", required=False, allow_null=True)
    is_unaccompanied_child = serializers.BooleanField(required=False, default=False)
    consents = serializers.DictField(
        child=serializers.ChoiceField(ConsentAnswer.choices), required=False
    )
    duplicates_checked = serializers.BooleanField(required=False, default=False)

    PERSON = frozenset(
        {
            "family_name",
            "given_name",
            "sex",
            "birth_on",
            "birth_precision",
            "nationality",
            "family_situation",
            "education",
            "time_abroad",
        }
    )


class CloseIn(InputSerializer):
    outcome = serializers.ChoiceField(CaseOutcome.choices)
    on = serializers.DateField()
    note = serializers.CharField(max_length=500, required=False, allow_blank=True, default="")


class ConsentIn(InputSerializer):
    purpose = serializers.ChoiceField(ConsentPurpose.choices)
    answer = serializers.ChoiceField(ConsentAnswer.choices)
    on = serializers.DateField()
    given_by = serializers.ChoiceField(ConsentGiver.choices, default=ConsentGiver.SELF)
    note = serializers.CharField(max_length=300, required=False, allow_blank=True, default="")


class ContactPointIn(InputSerializer):
    kind = serializers.ChoiceField(ContactKind.choices)
    value = serializers.CharField(max_length=300)
    owner = serializers.ChoiceField(ContactOwner.choices, default=ContactOwner.SELF)
    may_be_used = serializers.BooleanField(default=False)


class AttemptIn(InputSerializer):
    on = serializers.DateField()
    channel = serializers.ChoiceField(ContactChannel.choices)
    result = serializers.ChoiceField(ContactResult.choices)
    note = serializers.CharField(max_length=500, required=False, allow_blank=True, default="")


class HandoverIn(InputSerializer):
    message = serializers.CharField(max_length=2_000, required=False, allow_blank=True, default="")


class EventOut(serializers.ModelSerializer):
    by = serializers.CharField(source="by.name")

    class Meta:
        model = CaseEvent
        fields = ("from_status", "to_status", "on", "at", "by", "note")


class ConsentOut(serializers.ModelSerializer):
    class Meta:
        model = Consent
        fields = ("purpose", "answer", "answered_on", "given_by", "note")


class ContactPointOut(serializers.ModelSerializer):
    class Meta:
        model = ContactPoint
        fields = ("kind", "value", "owner", "may_be_used", "last_worked_on", "is_active")


class AttemptOut(serializers.ModelSerializer):
    class Meta:
        model = ContactAttempt
        fields = ("on", "channel", "result", "note")


class DocumentOut(serializers.ModelSerializer):
    class Meta:
        model = Document
        fields = ("reference", "kind", "title", "content_type", "size", "added_on")
        extra_kwargs = {"kind": {"choices": DocumentKind.choices}}


class HandoverOut(serializers.ModelSerializer):
    class Meta:
        model = Handover
        fields = ("status", "message", "question", "sent_at", "answered_at")


class CaseViewSet(ListMixin, RetrieveMixin, RecordViewSet):
    """Cases one may see, found by reference."""

    model = Case
    serializer_class = CaseOut
    filterset_class = filters.CaseFilter
    ordering = ("-registered_on", "-id")
    permissions = {
        "list": P.VIEW_CASES,
        "retrieve": P.VIEW_CASES,
        "create": P.REGISTER_CASES,
        "close": P.CLOSE_CASES,
        "events": P.VIEW_CASES,
        "consents": P.VIEW_CASES,
        "record_consent": P.RECORD_CONSENT,
        "contacts": P.VIEW_CASES,
        "add_contact": P.RECORD_CONTACT,
        "log_attempt": P.RECORD_CONTACT,
        "attempts": P.VIEW_CASES,
        "documents": P.VIEW_CASES,
        "handover": P.VIEW_CASES,
        "send_handover": P.SEND_HANDOVER,
    }

    def clean_lookup(self, value: str) -> str:
        return references.read(value) or value

    @extend_schema(request=RegisterIn, responses={201: CaseOut})
    def create(self, request: Any) -> Response:
        def perform(**data: Any) -> Case:
            person = {k: v for k, v in data.items() if k in RegisterIn.PERSON}
            consents = data.pop("consents", {})
            checked = data.pop("duplicates_checked")
            case = {k: v for k, v in data.items() if k not in RegisterIn.PERSON}
            return services.register(
                by=request.user,
                person=person,
                case=case,
                consents=consents,
                duplicates_checked=checked,
            )

        return self.act(RegisterIn, perform, code=status.HTTP_201_CREATED)

    @extend_schema(request=CloseIn, responses=CaseOut)
    @action(detail=True, methods=["post"])
    def close(self, request: Any, reference: str = "") -> Response:
        case = self.get_object()
        return self.act(
            CloseIn, lambda obj, **data: services.close(obj, by=request.user, **data), obj=case
        )

    def sub_list(self, serializer: type[serializers.Serializer], name: str) -> Response:
        """All rows of one kind of one case; few by nature."""
        case = self.get_object()
        audit.read(self.request.user, case)
        rows = getattr(case, name).all()
        return Response({"results": serializer(rows, many=True).data})

    def sub_create(
        self, input_class: type[serializers.Serializer], service: Any, output: Any
    ) -> Response:
        """Add a row to one case; the answer is the row."""
        case = self.get_object()
        given = input_class(data=self.request.data)
        given.is_valid(raise_exception=True)
        row = self.keyed(
            lambda: service(case, by=self.request.user, **given.validated_data), output
        )
        return Response(row, status=status.HTTP_201_CREATED)

    @extend_schema(responses=EventOut(many=True))
    @action(detail=True)
    def events(self, request: Any, reference: str = "") -> Response:
        return self.sub_list(EventOut, "events")

    @extend_schema(responses=ConsentOut(many=True))
    @action(detail=True)
    def consents(self, request: Any, reference: str = "") -> Response:
        return self.sub_list(ConsentOut, "consents")

    @extend_schema(request=ConsentIn, responses={201: ConsentOut})
    @consents.mapping.post
    def record_consent(self, request: Any, reference: str = "") -> Response:
        return self.sub_create(ConsentIn, services.record_consent, ConsentOut)

    @extend_schema(responses=ContactPointOut(many=True))
    @action(detail=True)
    def contacts(self, request: Any, reference: str = "") -> Response:
        return self.sub_list(ContactPointOut, "contact_points")

    @extend_schema(request=ContactPointIn, responses={201: ContactPointOut})
    @contacts.mapping.post
    def add_contact(self, request: Any, reference: str = "") -> Response:
        return self.sub_create(ContactPointIn, services.add_contact_point, ContactPointOut)

    @extend_schema(responses=AttemptOut(many=True))
    @action(detail=True)
    def attempts(self, request: Any, reference: str = "") -> Response:
        return self.sub_list(AttemptOut, "contact_attempts")

    @extend_schema(request=AttemptIn, responses={201: AttemptOut})
    @attempts.mapping.post
    def log_attempt(self, request: Any, reference: str = "") -> Response:
        return self.sub_create(AttemptIn, services.log_attempt, AttemptOut)

    @extend_schema(responses=DocumentOut(many=True))
    @action(detail=True)
    def documents(self, request: Any, reference: str = "") -> Response:
        case = self.get_object()
        audit.read(request.user, case)
        rows = Document.objects.visible_to(request.user).filter(case=case)
        return Response({"results": DocumentOut(rows, many=True).data})

    @extend_schema(responses=HandoverOut)
    @action(detail=True)
    def handover(self, request: Any, reference: str = "") -> Response:
        case = self.get_object()
        audit.read(request.user, case)
        row = getattr(case, "handover", None)
        return Response(HandoverOut(row).data if row else {})

    @extend_schema(request=HandoverIn, responses={201: HandoverOut})
    @handover.mapping.post
    def send_handover(self, request: Any, reference: str = "") -> Response:
        return self.sub_create(HandoverIn, services.send_handover, HandoverOut)


class ReferralIn(InputSerializer):
    family_name = serializers.CharField(max_length=100)
    given_name = serializers.CharField(max_length=100, required=False, allow_blank=True)
    sex = serializers.ChoiceField(Sex.choices, required=False, allow_blank=True)
    nationality = codes(Country.objects.all())
    phone = serializers.CharField(max_length=30, required=False, allow_blank=True)
    office = codes(Office.objects.filter(kind=OfficeKind.MOP), "code")
    reason = serializers.CharField(max_length=500, required=False, allow_blank=True)


class ReferralOut(serializers.ModelSerializer):
    """What the referrer sees: its own words and the status (R010)."""

    office = serializers.CharField(source="office.code")

    class Meta:
        model = Referral
        fields = ("reference", "family_name", "given_name", "referred_on", "office", "status")


class ReferralViewSet(ListMixin, RetrieveMixin, RecordViewSet):
    """Referrals sent by government partners."""

    model = Referral
    serializer_class = ReferralOut
    filterset_class = filters.ReferralFilter
    ordering = ("-referred_on", "-id")
    permissions = {
        "list": P.VIEW_REFERRALS,
        "retrieve": P.VIEW_REFERRALS,
        "create": P.REFER_PEOPLE,
    }

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("office")

    @extend_schema(request=ReferralIn, responses={201: ReferralOut})
    def create(self, request: Any) -> Response:
        return self.act(
            ReferralIn,
            lambda **data: services.refer(by=request.user, **data),
            code=status.HTTP_201_CREATED,
        )


ROUTES = (("cases", CaseViewSet), ("referrals", ReferralViewSet))
