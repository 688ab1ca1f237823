"""Cases, found by reference, and what belongs to one."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.response import Response

from accounts.permissions import Permission as P
from cases import filters, references, services
from cases.api.contacts import AttemptIn, AttemptOut, ContactPointIn, ContactPointOut
from cases.api.eligibility import VerdictOut
from cases.api.merges import ConfirmMergeIn, MergeIn, MergeOut, MergeReasonIn
from cases.api.papers import (
    CloseIn,
    ConfirmMarkIn,
    ConsentIn,
    ConsentOut,
    CorrectDeclarationIn,
    DeclarationIn,
    DeclarationOut,
    DocumentIn,
    DocumentOut,
    EventOut,
    HandoverIn,
    HandoverItemIn,
    HandoverItemOut,
    HandoverOut,
    HandoverQuestionIn,
    MarkReasonIn,
    TakeBackIn,
    WithdrawDeclarationIn,
)
from cases.api.registration import (
    CaseOut,
    CorrectCaseIn,
    ProfileOut,
    RegisterIn,
    registration_error,
)
from cases.enums import MergeStatus
from cases.models import Case, Document, Handover, Merge, Referral
from cases.presenters import usual_window
from cases.services.registration import candidate
from core import audit, records
from core.api import Conflict, InputSerializer, ListMixin, RecordViewSet, RetrieveMixin
from core.exceptions import Stale
from programmes import eligibility


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
        "correct": P.EDIT_CASES,
        "close": P.CLOSE_CASES,
        "take_back": P.CLOSE_CASES,
        "events": P.VIEW_CASES,
        "profile": P.VIEW_CASES,
        "eligibility": P.VIEW_CASES,
        "consents": P.VIEW_CASES,
        "record_consent": P.RECORD_CONSENT,
        "declarations": P.VIEW_CASES,
        "declare": P.RECORD_CONSENT,
        "withdraw_declaration": P.RECORD_CONSENT,
        "correct_declaration": P.RECORD_CONSENT,
        "propose_mark_removal": P.VIEW_PROTECTION,
        "confirm_mark_removal": P.DECIDE_CHILD_RETURN,
        "decline_mark_removal": P.VIEW_PROTECTION,
        "contacts": P.VIEW_CASES,
        "add_contact": P.RECORD_CONTACT,
        "log_attempt": P.RECORD_CONTACT,
        "attempts": P.VIEW_CASES,
        "documents": P.VIEW_CASES,
        "add_document": P.EDIT_CASES,
        "handover": P.VIEW_CASES,
        "send_handover": P.SEND_HANDOVER,
        "add_handover_item": P.SEND_HANDOVER,
        "accept_handover": P.RECEIVE_HANDOVER,
        "question_handover": P.RECEIVE_HANDOVER,
        "merge": P.VIEW_CASES,
        "propose_merge": P.MERGE_CASES,
        "confirm_merge": P.MERGE_CASES,
        "decline_merge": P.MERGE_CASES,
        "undo_merge": P.MERGE_CASES,
    }

    def get_queryset(self) -> Any:
        cases = Case.objects.visible_to(self.request.user)
        return cases.select_related(
            "person", "office", "programme", "registered_by"
        ).with_departed_on()

    def clean_lookup(self, value: str) -> str:
        return references.read(value) or value

    def get_serializer_context(self) -> dict[str, Any]:
        return super().get_serializer_context() | {"usual_window": usual_window()}

    @extend_schema(request=RegisterIn, responses={201: CaseOut})
    def create(self, request: Any) -> Response:
        user = request.user

        def perform(
            *,
            known_case: str,
            take_over: bool,
            different_from: list[str],
            phone: str,
            phone_owner: str,
            referral: str,
            given_by: str,
            explained_in: Any,
            declaration_signed_on: Any,
            consents: Any = None,
            **data: Any,
        ) -> Case:
            return services.register(
                by=user,
                person={k: v for k, v in data.items() if k in RegisterIn.PERSON},
                case={k: v for k, v in data.items() if k not in RegisterIn.PERSON},
                consents=consents,
                declaration={"on": declaration_signed_on} if declaration_signed_on else None,
                given_by=given_by,
                explained_in=explained_in,
                contact_points=services.phone_given(phone, phone_owner),
                known_person=self._known(known_case).person if known_case else None,
                take_over=take_over,
                different_from=different_from,
                referral=self._referral(referral) if referral else None,
            )

        try:
            return self.act(RegisterIn, perform, code=status.HTTP_201_CREATED)
        except ValidationError as error:
            raise registration_error(error, by=user) from error

    def _known(self, reference: str) -> Case:
        """The visible file of somebody met before. Raises ValidationError when there is none."""
        found = self.get_queryset().filter(reference=self.clean_lookup(reference)).first()
        if found is None:
            raise serializers.ValidationError(
                {"known_case": [_("No file with this reference is open to you.")]}
            )
        return found

    def _referral(self, reference: str) -> Referral:
        """The waiting referral of this person. Raises ValidationError when there is none."""
        waiting = Referral.objects.visible_to(self.request.user).waiting()
        found = waiting.filter(reference=reference).first()
        if found is None:
            raise serializers.ValidationError(
                {"referral": [_("No waiting referral with this reference is open to you.")]}
            )
        return found

    @extend_schema(request=CloseIn, responses=CaseOut)
    @action(detail=True, methods=["post"])
    def close(self, request: Any, reference: str = "") -> Response:
        return self.verb(CloseIn, services.close)

    @extend_schema(request=CorrectCaseIn, responses=CaseOut)
    @action(detail=True, methods=["post"])
    def correct(self, request: Any, reference: str = "") -> Response:
        """Correct what was registered; the earlier values stay in the history (R048)."""

        def perform(case: Case, *, by: Any, reason: str, **data: Any) -> Case:
            return services.correct_registration(
                case,
                person={k: v for k, v in data.items() if k in CorrectCaseIn.PERSON},
                values={k: v for k, v in data.items() if k not in CorrectCaseIn.PERSON},
                by=by,
                reason=reason,
            )

        return self.verb(CorrectCaseIn, perform)

    @extend_schema(request=TakeBackIn, responses=CaseOut)
    @action(detail=True, methods=["post"], url_path="take-back")
    def take_back(self, request: Any, reference: str = "") -> Response:
        """Take the last step back; both entries stay in the history (R034)."""
        return self.verb(TakeBackIn, services.take_back_step)

    @transaction.atomic
    def told(self, give: Callable[[Case], Any]) -> Response:
        """What is read of one case, and that it was read."""
        case = self.get_object()
        audit.read(self.request.user, case)
        return Response(give(case))

    def sub_list(
        self, serializer: type[serializers.Serializer], rows: Callable[[Case], Any]
    ) -> Response:
        """All rows of one kind of one case; few by nature."""
        return self.told(lambda case: {"results": serializer(rows(case), many=True).data})

    def sub_create(
        self,
        input_class: type[serializers.Serializer],
        service: Any,
        output: Any,
        code: int = status.HTTP_201_CREATED,
    ) -> Response:
        """Add a row to one case, or answer one; the answer is the row."""
        case = self.get_object()
        given = input_class(data=self.request.data, context=self.get_serializer_context())
        given.is_valid(raise_exception=True)
        row = self.keyed(
            lambda: service(records.lock(case), by=self.request.user, **given.validated_data),
            output,
        )
        return Response(row, status=code)

    def sub_verb(
        self,
        input_class: type[serializers.Serializer],
        service: Any,
        output: type[serializers.Serializer],
    ) -> Response:
        """A verb on what belongs to one case, at its own version; the answer is the row."""

        def perform(case: Case, **data: Any) -> Any:
            return service(case, version=self.sent_version(), **data)

        try:
            return self.sub_create(input_class, perform, output, code=status.HTTP_200_OK)
        except Stale as stale:
            audit.read(self.request.user, stale.current)
            current = dict(output(stale.current).data)
            raise Conflict(current, dict(self.request.data)) from stale

    @extend_schema(responses=EventOut(many=True))
    @action(detail=True)
    def events(self, request: Any, reference: str = "") -> Response:
        return self.sub_list(EventOut, lambda case: case.events.select_related("by"))

    @extend_schema(responses=ProfileOut)
    @action(detail=True)
    def profile(self, request: Any, reference: str = "") -> Response:
        return self.told(lambda case: ProfileOut(case.person).data)

    @extend_schema(responses=VerdictOut(many=True))
    @action(detail=True)
    def eligibility(self, request: Any, reference: str = "") -> Response:
        """Each programme of the day of registration, eligible or not, and why (R217)."""
        return self.sub_list(
            VerdictOut, lambda case: eligibility.explain(candidate(case, case.person))
        )

    @extend_schema(responses=ConsentOut(many=True))
    @action(detail=True)
    def consents(self, request: Any, reference: str = "") -> Response:
        return self.sub_list(ConsentOut, lambda case: case.consents.select_related("recorded_by"))

    @extend_schema(request=ConsentIn, responses={201: ConsentOut})
    @consents.mapping.post
    def record_consent(self, request: Any, reference: str = "") -> Response:
        return self.sub_create(ConsentIn, services.record_consent, ConsentOut)

    @extend_schema(responses=DeclarationOut(many=True))
    @action(detail=True, url_path="declaration", url_name="declaration")
    def declarations(self, request: Any, reference: str = "") -> Response:
        """Every declaration of voluntary return, withdrawn ones included."""
        return self.sub_list(
            DeclarationOut, lambda case: case.declarations.select_related("recorded_by")
        )

    @extend_schema(request=DeclarationIn, responses={201: DeclarationOut})
    @declarations.mapping.post
    def declare(self, request: Any, reference: str = "") -> Response:
        return self.sub_create(DeclarationIn, services.declare_voluntary, DeclarationOut)

    @extend_schema(request=WithdrawDeclarationIn, responses=DeclarationOut)
    @action(
        detail=True,
        methods=["post"],
        url_path="declaration/withdraw",
        url_name="declaration-withdraw",
    )
    def withdraw_declaration(self, request: Any, reference: str = "") -> Response:
        return self._on_declaration(WithdrawDeclarationIn, services.withdraw_declaration)

    @extend_schema(request=CorrectDeclarationIn, responses=DeclarationOut)
    @action(
        detail=True,
        methods=["post"],
        url_path="declaration/correct",
        url_name="declaration-correct",
    )
    def correct_declaration(self, request: Any, reference: str = "") -> Response:
        return self._on_declaration(CorrectDeclarationIn, services.correct_declaration)

    def _on_declaration(self, input_class: type[InputSerializer], service: Any) -> Response:
        """A verb on the declaration in force, at its version."""
        return self.sub_verb(input_class, service, DeclarationOut)

    @extend_schema(request=MarkReasonIn, responses=CaseOut)
    @action(detail=True, methods=["post"], url_path="mark/propose", url_name="mark-propose")
    def propose_mark_removal(self, request: Any, reference: str = "") -> Response:
        """Say why this is no child travelling alone; a second person decides (R018)."""
        return self.verb(MarkReasonIn, services.propose_mark_removal)

    @extend_schema(request=ConfirmMarkIn, responses=CaseOut)
    @action(detail=True, methods=["post"], url_path="mark/confirm", url_name="mark-confirm")
    def confirm_mark_removal(self, request: Any, reference: str = "") -> Response:
        return self.verb(ConfirmMarkIn, services.confirm_mark_removal)

    @extend_schema(request=MarkReasonIn, responses=CaseOut)
    @action(detail=True, methods=["post"], url_path="mark/decline", url_name="mark-decline")
    def decline_mark_removal(self, request: Any, reference: str = "") -> Response:
        return self.verb(MarkReasonIn, services.decline_mark_removal)

    @extend_schema(responses=ContactPointOut(many=True))
    @action(detail=True)
    def contacts(self, request: Any, reference: str = "") -> Response:
        return self.sub_list(ContactPointOut, lambda case: case.contact_points.all())

    @extend_schema(request=ContactPointIn, responses={201: ContactPointOut})
    @contacts.mapping.post
    def add_contact(self, request: Any, reference: str = "") -> Response:
        return self.sub_create(ContactPointIn, services.add_contact_point, ContactPointOut)

    @extend_schema(responses=AttemptOut(many=True))
    @action(detail=True)
    def attempts(self, request: Any, reference: str = "") -> Response:
        return self.sub_list(AttemptOut, lambda case: case.contact_attempts.all())

    @extend_schema(request=AttemptIn, responses={201: AttemptOut})
    @attempts.mapping.post
    def log_attempt(self, request: Any, reference: str = "") -> Response:
        return self.sub_create(AttemptIn, services.log_attempt, AttemptOut)

    @extend_schema(responses=DocumentOut(many=True))
    @action(detail=True)
    def documents(self, request: Any, reference: str = "") -> Response:
        papers = Document.objects.visible_to(request.user)
        return self.sub_list(DocumentOut, lambda case: papers.filter(case=case))

    @extend_schema(request={"multipart/form-data": DocumentIn}, responses={201: DocumentOut})
    @documents.mapping.post
    def add_document(self, request: Any, reference: str = "") -> Response:
        return self.sub_create(DocumentIn, services.add_document, DocumentOut)

    @extend_schema(responses=HandoverOut)
    @action(detail=True)
    def handover(self, request: Any, reference: str = "") -> Response:
        """What is handed over; the office of origin has opened it from then on."""

        def give(case: Case) -> Any:
            row = services.open_handover(case, by=request.user)
            return HandoverOut(row or Handover(case=case)).data

        return self.told(give)

    @extend_schema(request=HandoverIn, responses={201: HandoverOut})
    @handover.mapping.post
    def send_handover(self, request: Any, reference: str = "") -> Response:
        return self.sub_create(HandoverIn, services.send_handover, HandoverOut)

    @extend_schema(request=HandoverItemIn, responses={201: HandoverItemOut})
    @action(detail=True, methods=["post"], url_path="handover/items", url_name="handover-items")
    def add_handover_item(self, request: Any, reference: str = "") -> Response:
        return self.sub_create(HandoverItemIn, services.add_handover_item, HandoverItemOut)

    @extend_schema(request=InputSerializer, responses=HandoverOut)
    @action(detail=True, methods=["post"], url_path="handover/accept", url_name="handover-accept")
    def accept_handover(self, request: Any, reference: str = "") -> Response:
        return self.sub_verb(InputSerializer, services.accept_handover, HandoverOut)

    @extend_schema(request=HandoverQuestionIn, responses=HandoverOut)
    @action(
        detail=True, methods=["post"], url_path="handover/question", url_name="handover-question"
    )
    def question_handover(self, request: Any, reference: str = "") -> Response:
        return self.sub_verb(HandoverQuestionIn, services.question_handover, HandoverOut)

    @extend_schema(responses=MergeOut(many=True))
    @action(detail=True)
    def merge(self, request: Any, reference: str = "") -> Response:
        merges = Merge.objects.visible_to(request.user).with_list_data()
        return self.sub_list(MergeOut, lambda case: merges.of_case(case))

    @extend_schema(request=MergeIn, responses={201: MergeOut})
    @merge.mapping.post
    def propose_merge(self, request: Any, reference: str = "") -> Response:
        """Join this file with another; If-Match is the version of this one."""
        case = self.get_object()

        def perform(*, other: str, reason: str, other_version: int | None = None) -> Merge:
            found = self.get_queryset().filter(reference=self.clean_lookup(other)).first()
            if found is None or found == case:
                unknown = _("No other file with this reference is open to you.")
                raise serializers.ValidationError({"other": [unknown]})
            return services.merge(
                kept=case,
                other=found,
                reason=reason,
                by=request.user,
                kept_version=self.sent_version(),
                other_version=other_version,
            )

        return self._about_merge(MergeIn, perform, code=status.HTTP_201_CREATED)

    @extend_schema(request=ConfirmMergeIn, responses=MergeOut)
    @action(detail=True, methods=["post"], url_path="confirm-merge")
    def confirm_merge(self, request: Any, reference: str = "") -> Response:
        return self._decide(ConfirmMergeIn, services.confirm_merge, MergeStatus.PROPOSED)

    @extend_schema(request=MergeReasonIn, responses=MergeOut)
    @action(detail=True, methods=["post"], url_path="decline-merge")
    def decline_merge(self, request: Any, reference: str = "") -> Response:
        return self._decide(MergeReasonIn, services.decline_merge, MergeStatus.PROPOSED)

    @extend_schema(request=MergeReasonIn, responses=MergeOut)
    @action(detail=True, methods=["post"], url_path="undo-merge")
    def undo_merge(self, request: Any, reference: str = "") -> Response:
        return self._decide(MergeReasonIn, services.undo_merge, MergeStatus.DONE)

    def _decide(self, input_class: type[InputSerializer], service: Any, status: str) -> Response:
        """One verb on the latest merge of this file; If-Match is the version of the merge."""
        case, user = self.get_object(), self.request.user

        def perform(**data: Any) -> Merge:
            merge = Merge.objects.visible_to(user).of_case(case).filter(status=status).first()
            if merge is None:
                raise ValidationError(_("This file has no joining of which this can be said."))
            return service(records.lock(merge, version=self.sent_version()), by=user, **data)

        return self._about_merge(input_class, perform)

    def _about_merge(
        self, input_class: type[InputSerializer], perform: Any, code: int = status.HTTP_200_OK
    ) -> Response:
        """Perform once and answer with the merge; what changed meanwhile is 409.

        No file is locked here: the service locks both in one order.
        """
        given = input_class(data=self.request.data)
        given.is_valid(raise_exception=True)
        try:
            body = self.keyed(lambda: perform(**given.validated_data), MergeOut)
        except Stale as stale:
            audit.read(self.request.user, stale.current)
            output = MergeOut if isinstance(stale.current, Merge) else self.get_serializer
            raise Conflict(dict(output(stale.current).data), dict(self.request.data)) from stale
        return Response(body, status=code, headers={"ETag": f'"{body["version"]}"'})
