"""Base of the REST API: the same scope, filters and services as the pages (design §6.3)."""

import contextlib
import datetime
import json
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any, ClassVar

from django.core.exceptions import (
    BadRequest,
    PermissionDenied,
    ValidationError,
)
from django.db import models, transaction
from django.http import Http404, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import exceptions, serializers, status, viewsets
from rest_framework.relations import MANY_RELATION_KWARGS
from rest_framework.response import Response
from rest_framework.views import exception_handler

from core import audit, problems, records
from core.exceptions import KeyReused, Refused, Stale
from core.forms import require_usual_year
from core.idempotency import digest, once
from core.models import IdempotencyKey
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


class DateField(serializers.DateField):
    """A day of an input, in the years that forms accept."""

    def to_internal_value(self, value: Any) -> datetime.date:
        day: datetime.date = super().to_internal_value(value)
        require_usual_year(day)
        return day


class DateTimeField(serializers.DateTimeField):
    """A moment of an input, in the years that forms accept."""

    def to_internal_value(self, value: Any) -> datetime.datetime:
        try:
            moment: datetime.datetime = super().to_internal_value(value)
        except OverflowError:  # in our time zone it lies before the first or after the last year
            self.fail("overflow")
        require_usual_year(moment)
        return moment


class VisibleField(serializers.SlugRelatedField):
    """A record named by its reference or code, among those the caller may see.

    Where several are named, in a list or in the rows of one, they are looked up together.
    """

    found: dict[str, Any] | None = None

    @classmethod
    def many_init(cls, *args: Any, **kwargs: Any) -> "VisibleFields":
        own = {name: kwargs[name] for name in MANY_RELATION_KWARGS if name in kwargs}
        return VisibleFields(child_relation=cls(*args, **kwargs), **own)

    def get_queryset(self) -> Any:
        return super().get_queryset().visible_to(self.context["request"].user)

    def read(self, text: str) -> str:
        """How the record is named."""
        return text

    def look_up(self, names: Iterable[Any]) -> None:
        """Read the records that rows name, in one query."""
        wanted = {self.read(name) for name in names if isinstance(name, str)}
        rows = self.get_queryset().filter(**{f"{self.slug_field}__in": wanted})
        self.found = {getattr(row, self.slug_field): row for row in rows}

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, str):
            self.fail("invalid")
        if self.found is None:
            return super().to_internal_value(self.read(data))
        row = self.found.get(self.read(data))
        if row is None:
            self.fail("does_not_exist", slug_name=self.slug_field, value=data)
        return row


class VisibleFields(serializers.ManyRelatedField):
    """Several records, each named by its reference or code."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, list):
            self.child_relation.look_up(data)
        return super().to_internal_value(data)


class InputRows(serializers.ListSerializer):
    """Rows of an input; the records that they name are looked up once for all."""

    def to_internal_value(self, data: Any) -> Any:
        rows = [row for row in data if isinstance(row, dict)] if isinstance(data, list) else []
        for name, field in self.child.fields.items():
            if isinstance(field, VisibleField):
                field.look_up(row.get(name) for row in rows)
        return super().to_internal_value(data)


class InputSerializer(serializers.Serializer):
    """Shape of an input: unknown fields are an error, texts are clean; rules live in services."""

    class Meta:
        list_serializer_class = InputRows

    def to_internal_value(self, data: Any) -> Any:
        """Texts are looked at before any field reads them: no database takes a NUL."""
        if isinstance(data, dict):
            sent = as_sent(data)
            wrong = {
                _shown(name): [_("This field is not known here.")]
                for name in sorted(set(sent) - set(self.fields))
            }
            for name in set(sent) & set(self.fields):
                try:
                    for text in _texts(sent[name]):
                        clean_text(text)
                except ValidationError as error:
                    wrong[name] = error.messages
            if wrong:
                raise serializers.ValidationError(wrong)
        return super().to_internal_value(data)


class DecisionIn(InputSerializer):
    """A yes, to which a few words may be added."""

    answer = serializers.CharField(max_length=500, required=False, allow_blank=True, default="")


class RefusalIn(InputSerializer):
    """A no, with its reason."""

    answer = serializers.CharField(max_length=500)


def as_sent(data: Any) -> Any:
    """A body with all its values; of a form, each field is a list of them."""
    return dict(data.lists()) if isinstance(data, QueryDict) else data


def _texts(value: Any) -> Iterator[str]:
    """Every text in what was sent, however deep; the names of its parts too."""
    waiting = [value]
    while waiting:
        part = waiting.pop()
        if isinstance(part, str):
            yield part
        elif isinstance(part, dict):
            waiting += [*part, *part.values()]
        elif isinstance(part, list):
            waiting += part


def _shown(name: str) -> str:
    """A name that was sent, fit for an answer."""
    return name.encode(errors="replace").decode()


class RecordViewSet(viewsets.GenericViewSet):
    """Scope, declared permissions, strict parameters, audit, keys and versions for one noun."""

    model: ClassVar[type[models.Model]]
    permissions: ClassVar[dict[str, Any]] = {}
    ordering: ClassVar[tuple[str, ...]] = ("-id",)
    lookup_field = "reference"
    lookup_value_regex = "[^/]+"
    filterset_class: ClassVar[Any] = None
    #: Actions that leave a trace in the audit when they are tried without the permission (R138).
    logs_refusal: ClassVar[frozenset[str]] = frozenset()

    def check_permissions(self, request: Any) -> None:
        with self.refusal_logged(request, self.model):
            super().check_permissions(request)

    def check_object_permissions(self, request: Any, obj: Any) -> None:
        with self.refusal_logged(request, obj):
            super().check_object_permissions(request, obj)

    @contextlib.contextmanager
    def refusal_logged(self, request: Any, obj: Any) -> Iterator[None]:
        try:
            yield
        except exceptions.PermissionDenied:
            if self.action in self.logs_refusal:
                audit.not_permitted(request.user, obj)
            raise

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
        key = self.sent_key()
        if not key:
            with transaction.atomic():
                return write()
        fields = json.dumps(as_sent(self.request.data), default=str)
        answer, _repeated = once(
            self.request.user,
            key,
            path=self.request.path,
            body_hash=digest(fields, self.request.FILES),
            write=write,
        )
        return answer

    def sent_key(self) -> str:
        """The Idempotency-Key, if one was sent. Raises ValidationError for one that is too long."""
        key: str = self.request.headers.get("Idempotency-Key", "")
        longest = IdempotencyKey._meta.get_field("key").max_length
        if len(key) > longest:
            text = _("A key has at most %(max)s characters.") % {"max": longest}
            raise serializers.ValidationError({"Idempotency-Key": [text]})
        return key

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
        if not re.fullmatch(r"[0-9]{1,9}", sent):
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
