"""Base of the REST API: the same scope, filters and services as the pages (design §6.3)."""

import json
from collections.abc import Callable
from typing import Any, ClassVar

from django.core.exceptions import (
    BadRequest,
    PermissionDenied,
    ValidationError,
)
from django.db import models, transaction
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import exceptions, serializers, status, viewsets
from rest_framework.response import Response
from rest_framework.views import exception_handler

from core import audit, problems, records
from core.exceptions import KeyReused, Refused, Stale
from core.idempotency import digest, once
from core.pagination import paginate
from core.text import clean_text

MAX_PAGE_SIZE = 100
DEFAULT_PAGE_SIZE = 50
PAGE_PARAMETERS = {"cursor", "page_size", "count", "format"}
OBJECT_PARAMETERS = {"format"}


class PreconditionRequired(exceptions.APIException):
    status_code = status.HTTP_428_PRECONDITION_REQUIRED
    default_detail = gettext_lazy("Send the version you read as If-Match.")
    default_code = "precondition_required"


class Conflict(exceptions.APIException):
    status_code = status.HTTP_409_CONFLICT
    default_code = "stale"

    def __init__(self, current: dict[str, Any], sent: dict[str, Any]) -> None:
        super().__init__(_("The record changed since you read it."))
        self.extra = {"current": current, "sent": sent}


class InputSerializer(serializers.Serializer):
    """Shape of an input: unknown fields are an error, texts are clean; rules live in services."""

    def to_internal_value(self, data: Any) -> Any:
        unknown = set(data) - set(self.fields) if isinstance(data, dict) else set()
        if unknown:
            raise serializers.ValidationError(
                {name: [_("This field is not known here.")] for name in sorted(unknown)}
            )
        return super().to_internal_value(data)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        for name, value in attrs.items():
            if isinstance(value, str):
                try:
                    clean_text(value)
                except ValidationError as error:
                    raise serializers.ValidationError({name: error.messages}) from error
        return attrs


class RecordViewSet(viewsets.GenericViewSet):
    """Scope, declared permissions, strict parameters, audit, keys and versions for one noun."""

    model: ClassVar[type[models.Model]]
    permissions: ClassVar[dict[str, Any]] = {}
    ordering: ClassVar[tuple[str, ...]] = ("-id",)
    lookup_field = "reference"
    lookup_value_regex = "[^/]+"
    filterset_class: ClassVar[Any] = None

    def get_queryset(self) -> models.QuerySet:
        queryset = self.model._default_manager.visible_to(self.request.user)  # type: ignore[attr-defined]
        return queryset.with_list_data() if hasattr(queryset, "with_list_data") else queryset

    def clean_lookup(self, value: str) -> str:
        """How the address names the record."""
        return value

    def get_object(self) -> Any:
        value = self.clean_lookup(self.kwargs[self.lookup_url_kwarg or self.lookup_field])
        try:
            obj = self.get_queryset().get(**{self.lookup_field: value})
        except (self.model.DoesNotExist, ValueError, ValidationError) as error:
            raise Http404 from error
        self.check_object_permissions(self.request, obj)
        self.refuse_parameters()
        return obj

    def allowed_parameters(self) -> set[str]:
        names = set(PAGE_PARAMETERS)
        if self.filterset_class:
            names |= set(self.filterset_class.get_filters())
        return names

    def refuse_parameters(self) -> None:
        """One record, what belongs to it and a new one are asked for without parameters."""
        self._refuse(set(self.request.query_params) - OBJECT_PARAMETERS)

    def refuse_unknown_parameters(self) -> None:
        self._refuse(set(self.request.query_params) - self.allowed_parameters())

    @staticmethod
    def _refuse(unknown: set[str]) -> None:
        if unknown:
            raise serializers.ValidationError(
                {name: [_("This parameter is not known here.")] for name in sorted(unknown)}
            )

    def filtered(self) -> models.QuerySet:
        self.refuse_unknown_parameters()
        if not self.filterset_class:
            return self.get_queryset()
        filterset = self.filterset_class(
            self.request.query_params,
            queryset=self.get_queryset(),
            request=self.request,
        )
        if not filterset.is_valid():
            raise serializers.ValidationError(filterset.errors)
        return filterset.qs

    @transaction.atomic
    def page_response(self, queryset: models.QuerySet) -> Response:
        """One keyset page: ``next`` and ``previous`` are addresses; ``?count=1`` adds the total."""
        parameters = self.request.query_params
        try:
            size = int(parameters.get("page_size", DEFAULT_PAGE_SIZE))
        except ValueError:
            size = 0
        if not 1 <= size <= MAX_PAGE_SIZE:
            raise serializers.ValidationError(
                {"page_size": [_("Ask for 1 to %(max)s rows.") % {"max": MAX_PAGE_SIZE}]}
            )
        page = paginate(
            queryset, ordering=self.ordering, size=size, cursor=parameters.get("cursor")
        )
        audit.listed(self.request.user, page.rows)
        body: dict[str, Any] = {
            "next": self._address(page.next),
            "previous": self._address(page.previous),
            "results": self.get_serializer(page.rows, many=True).data,
        }
        if parameters.get("count") == "1":
            body["count"] = queryset.count()
        return Response(body)

    def _address(self, cursor: str | None) -> str | None:
        if cursor is None:
            return None
        query = self.request.query_params.copy()
        query["cursor"] = cursor
        return self.request.build_absolute_uri(f"{self.request.path}?{query.urlencode()}")

    def respond(self, obj: models.Model, code: int = status.HTTP_200_OK) -> Response:
        """One record with its version as ETag."""
        response = Response(self.get_serializer(obj).data, status=code)
        if hasattr(obj, "version"):
            response["ETag"] = f'"{obj.version}"'
        return response

    def act(
        self,
        input_class: type[serializers.Serializer],
        perform: Callable[..., models.Model],
        *,
        obj: models.Model | None = None,
        code: int = status.HTTP_200_OK,
    ) -> Response:
        """Read the input, check key and version, call one service, answer with what it returns.

        ``perform(**validated_data)`` for a collection, ``perform(obj, **validated_data)`` for an
        object, which is locked at the version of If-Match.
        """
        self.refuse_parameters()
        given = input_class(data=self.request.data, context=self.get_serializer_context())
        given.is_valid(raise_exception=True)
        data = dict(given.validated_data)

        def write() -> dict[str, Any]:
            if obj is None:
                result = perform(**data)
            else:
                result = perform(self._locked(obj), **data)
            fresh = self.get_queryset().filter(pk=result.pk).first() or result
            body = json.loads(json.dumps(self.get_serializer(fresh).data, default=str))
            return {
                "body": body,
                "code": code,
                "version": getattr(fresh, "version", None),
            }

        try:
            answer = self.once(write)
        except Stale as stale:
            audit.read(self.request.user, stale.current)
            current = self.get_serializer(stale.current).data
            raise Conflict(dict(current), dict(self.request.data)) from stale
        response = Response(answer["body"], status=answer["code"])
        if answer["version"] is not None:
            response["ETag"] = f'"{answer["version"]}"'
        return response

    def open(
        self, input_class: type[serializers.Serializer], service: Callable[..., models.Model]
    ) -> Response:
        """Open a record by one service, ``service(by=user, **data)``."""
        user = self.request.user
        return self.act(
            input_class, lambda **data: service(by=user, **data), code=status.HTTP_201_CREATED
        )

    def verb(
        self, input_class: type[serializers.Serializer], service: Callable[..., models.Model]
    ) -> Response:
        """One service on the record of the address, ``service(record, by=user, **data)``."""
        user = self.request.user
        return self.act(
            input_class,
            lambda record, **data: service(record, by=user, **data),
            obj=self.get_object(),
        )

    def once(self, write: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """Run ``write`` in a transaction, once per Idempotency-Key where one was sent."""
        key = self.request.headers.get("Idempotency-Key", "")
        if not key:
            with transaction.atomic():
                return write()
        answer, _repeated = once(
            self.request.user,
            key[:64],
            path=self.request.path,
            body_hash=digest(json.dumps(self.request.data, default=str).encode()),
            write=write,
        )
        return answer

    def keyed(
        self, perform: Callable[[], models.Model], output: type[serializers.Serializer]
    ) -> dict[str, Any]:
        """Perform once and give the row in its output form."""
        return self.once(lambda: json.loads(json.dumps(output(perform()).data, default=str)))

    def _locked(self, obj: models.Model) -> models.Model:
        if not hasattr(obj, "version"):
            return records.lock(obj)
        return records.lock(obj, version=self.sent_version())

    def sent_version(self) -> int:
        """The version of If-Match. Raises PreconditionRequired without one."""
        sent = self.request.headers.get("If-Match", "").strip().strip('"')
        if not sent:
            raise PreconditionRequired
        if not sent.isdigit():
            raise serializers.ValidationError({"If-Match": [_("Send the version as a number.")]})
        return int(sent)


class ListMixin:
    def list(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        return self.page_response(self.filtered())  # type: ignore[attr-defined]


class RetrieveMixin:
    @transaction.atomic
    def retrieve(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        obj = self.get_object()  # type: ignore[attr-defined]
        audit.read(request.user, obj)
        return self.respond(obj)  # type: ignore[attr-defined]


def problem_details(error: Exception, context: dict[str, Any]) -> Response | None:
    """Every error as RFC 9457 problem details, with ``errors`` by field."""
    if isinstance(error, ValidationError):
        error = serializers.ValidationError(_by_field(error))
    elif isinstance(error, Refused):
        audit.refused(context["request"].user, error.obj, str(error))
        error = exceptions.PermissionDenied(str(error))
    elif isinstance(error, KeyReused):
        return _problem(422, _("This key was used with another body."), {})
    elif isinstance(error, BadRequest):
        error = exceptions.ParseError(str(error))
    response = exception_handler(error, context)
    if response is None:
        return None
    if isinstance(error, (Http404, PermissionDenied)):
        detail, fields = response.data["detail"], {}
    elif isinstance(error, exceptions.ValidationError):
        detail = _("Some values are not accepted.")
        data = response.data
        fields = data if isinstance(data, dict) else {"non_field_errors": data}
    else:
        detail, fields = response.data.get("detail", ""), {}
    problem = _problem(response.status_code, str(detail), fields)
    problem.data |= getattr(error, "extra", {})
    for name, value in response.items():
        if name not in problem:
            problem[name] = value
    return problem


def _by_field(error: ValidationError) -> dict[str, Any]:
    if hasattr(error, "error_dict"):
        return {
            "non_field_errors" if name == "__all__" else name: messages
            for name, messages in error.message_dict.items()
        }
    return {"non_field_errors": error.messages}


def _problem(code: int, detail: str, fields: dict[str, Any]) -> Response:
    body = problems.body(code, detail, fields)
    return Response(body, status=code, content_type=problems.CONTENT_TYPE)
