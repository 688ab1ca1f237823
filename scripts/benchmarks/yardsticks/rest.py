"""A list as the REST framework's tutorial writes it: model serializer, cursor, filter, no login."""

from typing import Any

from django_filters.rest_framework import DjangoFilterBackend
from rest_framework import generics, pagination, serializers

from cases.models import Case, Person
from cases.presenters import clock_of, usual_window


class PersonSerializer(serializers.ModelSerializer):
    class Meta:
        model = Person
        fields = ("family_name", "given_name", "sex", "birth_on", "nationality")


class CaseSerializer(serializers.ModelSerializer):
    person = PersonSerializer()
    office: Any = serializers.SlugRelatedField(slug_field="code", read_only=True)
    programme: Any = serializers.SlugRelatedField(slug_field="code", read_only=True)
    registered_by: Any = serializers.SlugRelatedField(slug_field="name", read_only=True)
    destination = serializers.CharField(source="destination_id")
    reporting_group = serializers.CharField()
    clock = serializers.SerializerMethodField()

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
            "registered_by",
            "referral_source",
            "referred_on",
            "closed_on",
            "wished_travel_on",
            "children_in_care",
            "is_unaccompanied_child",
            "reporting_group",
            "clock",
            "handed_over_at",
        )

    def get_clock(self, case: Case) -> Any:
        clock = clock_of(case, self.context["usual_window"])
        return clock and {"day": clock.day, "window": clock.window, "took": clock.took}


class Cursor(pagination.CursorPagination):
    page_size = 50
    ordering = ("-registered_on", "-id")


class CaseList(generics.ListAPIView):
    queryset = Case.objects.select_related(
        "person", "office", "programme", "registered_by"
    ).with_departed_on()
    serializer_class = CaseSerializer
    pagination_class = Cursor
    filter_backends = (DjangoFilterBackend,)
    filterset_fields = ("status", "country", "office__code", "is_restricted")
    authentication_classes = ()
    permission_classes = ()
    throttle_classes = ()

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "usual_window": usual_window()}
