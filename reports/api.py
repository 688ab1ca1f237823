"""REST resources of indicators and reports (design §6.3)."""

from collections.abc import Mapping
from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.response import Response

from accounts.models import Office, OfficeKind
from accounts.permissions import Permission as P
from cases.enums import ReportingGroup
from core.api import (
    DateField,
    InputSerializer,
    ListMixin,
    RecordViewSet,
    RetrieveMixin,
    VisibleField,
)
from core.clock import today
from programmes.models import Programme
from reference.models import Country
from reports import filters, policies, presenters, services
from reports.disclosure import Cell, Note, ProtectedTable
from reports.downloads import pdf_response
from reports.figures import Figures
from reports.indicators import BY_SLUG
from reports.indicators.base import ANSWER, part_of
from reports.indicators.evaluation import Contradiction
from reports.models import ReportRun, Snapshot

#: Figures that rest on scores, and the stages that tell whom they cover (R153).
SCORES = ("scored", "sustainable")
COVERAGE = {"eligible": "departed", "reached": "contacted", "scored": "scored"}


# --- indicators -----------------------------------------------------------------------------------
class MedianOut(serializers.Serializer):
    """Days, with a half where the median lies between two; null: of nobody, or withheld."""

    total = serializers.CharField(allow_null=True)
    usual = serializers.IntegerField(help_text="How many days it usually takes.")
    by = serializers.DictField(
        child=serializers.DictField(child=serializers.CharField(allow_null=True))
    )


class CoverageOut(serializers.Serializer):
    """How many people could be asked, were in contact, and have a score (R153)."""

    eligible = serializers.IntegerField(allow_null=True)
    reached = serializers.IntegerField(allow_null=True)
    scored = serializers.IntegerField(allow_null=True)


class IndicatorOut(serializers.Serializer):
    """One figure. A withheld value is null and ``suppressed`` is true; a withheld part of ``by`` is
    null, too, and true at the same place in ``suppressed_by``.
    """

    slug = serializers.CharField()
    value = serializers.IntegerField(allow_null=True)
    of = serializers.CharField(allow_null=True)
    denominator = serializers.IntegerField(allow_null=True)
    percent = serializers.CharField(allow_null=True, help_text="One decimal, rounded half up.")
    interval = serializers.ListField(
        child=serializers.CharField(), required=False, help_text="95 %, for shares of few people."
    )
    note = serializers.ChoiceField(
        [note.value for note in Note],
        required=False,
        help_text="Why there is no number or no share, or that the share rests on few people.",
    )
    caution = serializers.CharField(
        required=False, help_text="What may not be concluded from so few people, in words."
    )
    provisional = serializers.BooleanField(
        required=False, help_text="The score is computed with provisional questions and weights."
    )
    coverage = CoverageOut(required=False)
    suppressed = serializers.BooleanField(required=False)
    suppressed_by = serializers.DictField(
        child=serializers.DictField(child=serializers.BooleanField()), required=False
    )
    by = serializers.DictField(
        child=serializers.DictField(child=serializers.IntegerField(allow_null=True))
    )
    answers = serializers.DictField(
        child=serializers.IntegerField(allow_null=True),
        required=False,
        help_text="How often each option was chosen; they add up to the denominator.",
    )
    by_mop = serializers.DictField(
        required=False, help_text="By split: the parts at each orientation point. Inside only."
    )
    median = MedianOut(required=False)


class IndicatorsOut(serializers.Serializer):
    programme = serializers.CharField()
    as_of = serializers.DateField(allow_null=True)
    audience = serializers.ChoiceField(["internal", "donor"])
    indicators = IndicatorOut(many=True)


class IndicatorsIn(serializers.Serializer):
    """The query string."""

    programme = serializers.CharField(required=False)
    as_of = DateField(required=False)
    office = serializers.SlugRelatedField(
        slug_field="code", queryset=Office.objects.filter(kind=OfficeKind.MOP), required=False
    )
    country = serializers.PrimaryKeyRelatedField(queryset=Country.objects.all(), required=False)
    group = serializers.ChoiceField(ReportingGroup.values, required=False)


def shown(cell: Cell | None) -> int | None:
    return cell.value if cell is not None else None


def indicator_body(figures: Figures, slug: str) -> dict[str, Any]:
    """One indicator in the shape of the API."""
    figure = figures.figure(slug)
    body: dict[str, Any] = {
        "slug": slug,
        "value": shown(figure.value),
        "of": figure.of or None,
        "denominator": shown(figure.denominator),
        "percent": None if figure.percent is None else str(figure.percent),
    }
    if figure.value.suppressed:
        body["suppressed"] = True
    if figure.note is not None:
        body["note"] = figure.note.value
    if caution := presenters.caution_of(figures, slug):
        body["caution"] = caution
    if slug in SCORES:
        body["provisional"] = bool(figures.content["is_score_provisional"])
        body["coverage"] = {name: shown(figures.totals[stage]) for name, stage in COVERAGE.items()}
    if figure.interval is not None:
        body["interval"] = [str(end) for end in figure.interval]
    parts = {
        split: {key: shown(table[key]) for key in table.rows}
        for split, table in figures.tables[slug].items()
    }
    if ANSWER in parts:
        body["answers"] = parts.pop(ANSWER)
    body["by"] = parts
    if withheld := {split: _withheld(known) for split, known in parts.items() if _withheld(known)}:
        body["suppressed_by"] = withheld
    if crossed := figures.crossed.get(slug):
        body["by_mop"] = {split: _by_place(table) for split, table in crossed.items()}
    if medians := figures.medians.get(slug):
        body["median"] = MedianOut(medians).data
    return body


def _withheld(parts: Mapping[str, int | None]) -> dict[str, bool]:
    return {key: True for key, value in parts.items() if value is None}


def _by_place(table: ProtectedTable) -> dict[str, dict[str, int | None]]:
    return {mop: {key: shown(table[(key, mop)]) for key in table.rows} for mop in table.columns}


class IndicatorViewSet(RecordViewSet):
    """The catalogue's figures as of a day, for the audience of whoever asks (R113, R235)."""

    model = Programme
    serializer_class = IndicatorsOut
    permissions = {"list": P.VIEW_INDICATORS}

    def allowed_parameters(self) -> set[str]:
        return {"programme", "as_of", "office", "country", "group", "format"}

    @extend_schema(
        parameters=[
            OpenApiParameter("programme", OpenApiTypes.STR, description="Code of the programme."),
            OpenApiParameter(
                "as_of",
                OpenApiTypes.DATE,
                description="The day whose figures are wanted; today if left out. Donors get what "
                "the last report as of that day or before it has printed, and an empty list where "
                "none was released.",
            ),
            *(
                OpenApiParameter(
                    name,
                    OpenApiTypes.STR,
                    description=f"Only people whose first registration has this {name}, by code. "
                    "Inside the programme only: others get 400. Answers, and what is not told by "
                    "that part, are left out.",
                )
                for name in ("office", "country", "group")
            ),
        ],
        responses=IndicatorsOut,
    )
    def list(self, request: Any) -> Response:
        self.refuse_unknown_parameters()
        asked = IndicatorsIn(data=request.query_params)
        asked.is_valid(raise_exception=True)
        programme = self._programme(asked.validated_data.get("programme"))
        day = asked.validated_data.get("as_of", today())
        try:
            part = part_of(asked.validated_data)
            figures = services.figures_for(request.user, programme, day, **part)
        except Contradiction as error:
            raise serializers.ValidationError({"as_of": [str(error)]}) from error
        audience = policies.audience_of(request.user, programme)
        slugs = [slug for slug in BY_SLUG if figures and slug in figures.totals]
        return Response(
            {
                "programme": programme.code,
                "as_of": figures.as_of if figures else None,
                "audience": audience,
                "indicators": [indicator_body(figures, slug) for slug in slugs],
            }
        )

    def _programme(self, code: str | None) -> Programme:
        rows = list(policies.countable_programmes(self.request.user))
        if code is None and len(rows) > 1:
            raise serializers.ValidationError(
                {"programme": [_("Name the programme whose figures you want.")]}
            )
        for row in rows:
            if code in (None, row.code):
                return row
        raise Http404


# --- reports --------------------------------------------------------------------------------------
class ReportRunOut(serializers.ModelSerializer):
    programme = serializers.CharField(source="programme.code")
    snapshot = serializers.CharField(source="snapshot.reference", default=None)
    snapshot_sha256 = serializers.CharField(source="snapshot.sha256", default=None)
    released_on = serializers.DateField(source="standing_release.released_on", default=None)

    class Meta:
        model = ReportRun
        fields = (
            "reference",
            "status",
            "progress",
            "message",
            "programme",
            "as_of",
            "language",
            "audience",
            "snapshot",
            "snapshot_sha256",
            "template_version",
            "pdf_sha256",
            "requested_at",
            "finished_at",
            "released_on",
        )


class OwnProgramme(serializers.SlugRelatedField):
    """A programme one prepares reports of, by its code."""

    def get_queryset(self) -> Any:
        return policies.preparable_programmes(self.context["request"].user)


class ReportRunIn(InputSerializer):
    programme = OwnProgramme(slug_field="code", queryset=Programme.objects.none())
    as_of = DateField()
    language = serializers.ChoiceField(services.LANGUAGES)
    snapshot = VisibleField(slug_field="reference", queryset=Snapshot.objects.all(), required=False)


class ReleaseIn(InputSerializer):
    reason = serializers.CharField(max_length=500)


class ReportRunViewSet(ListMixin, RetrieveMixin, RecordViewSet):
    """Reports: asked for, followed, downloaded, released (R238)."""

    model = ReportRun
    serializer_class = ReportRunOut
    filterset_class = filters.ReportFilter
    ordering = ("-requested_at", "-id")
    permissions = {
        "list": P.READ_RELEASED_REPORTS,
        "retrieve": P.READ_RELEASED_REPORTS,
        "create": P.PREPARE_REPORTS,
        "pdf": P.READ_RELEASED_REPORTS,
        "release": P.RELEASE_REPORTS,
    }

    @extend_schema(request=ReportRunIn, responses={201: ReportRunOut})
    def create(self, request: Any) -> Response:
        return self.act(
            ReportRunIn,
            lambda **data: services.request_report(by=request.user, **data),
            code=status.HTTP_201_CREATED,
        )

    @extend_schema(responses={(200, "application/pdf"): OpenApiTypes.BINARY})
    @action(detail=True)
    def pdf(self, request: Any, reference: str = "") -> Any:
        return pdf_response(self.get_object(), request.user)

    @extend_schema(request=ReleaseIn, responses=ReportRunOut)
    @action(detail=True, methods=["post"])
    def release(self, request: Any, reference: str = "") -> Response:
        def perform(run: ReportRun, reason: str) -> ReportRun:
            services.release(run, reason=reason, by=request.user)
            return run

        return self.act(ReleaseIn, perform, obj=self.get_object())


ROUTES = (("indicators", IndicatorViewSet), ("report-runs", ReportRunViewSet))
