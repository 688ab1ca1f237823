"""Base pages: every page declares its permission, starts from what its user may see, and audits."""

import enum
import json
from typing import Any, ClassVar

from django.contrib import messages
from django.core.exceptions import (
    ImproperlyConfigured,
    PermissionDenied,
    ValidationError,
)
from django.db import models, transaction
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
    HttpResponseServerError,
)
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.csrf import requires_csrf_token
from django.views.generic.base import TemplateResponseMixin

from core import audit, problems, records
from core.downloads import attachment
from core.exceptions import KeyReused, Refused, Stale
from core.forms import KEY_FIELD, LABELS, VERSION_FIELD, ActionForm, ConfirmForm
from core.idempotency import digest, once, recall
from core.pagination import paginate


class Access(enum.Enum):
    """Pages that need no permission of their own."""

    PUBLIC = "public"
    SIGNED_IN = "signed_in"


PUBLIC = Access.PUBLIC
SIGNED_IN = Access.SIGNED_IN


def problem_page(request: HttpRequest, status: int, message: str = "") -> HttpResponse:
    """A translated error page; problem details for a program."""
    if problems.is_api(request):
        return problems.answer(status, message)
    return render(request, f"{status}.html", {"message": message}, status=status)


def resume_page(request: HttpRequest, *, status: int) -> HttpResponse:
    """The typed text of a form whose sign-in has expired, ready to be sent again (F12)."""
    skipped = {
        "csrfmiddlewaretoken",
        "password",
        "password1",
        "password2",
        "oldpassword",
    }
    fields = [
        (name, value)
        for name, values in request.POST.lists()
        if name not in skipped
        for value in values
    ]
    context = {
        "fields": fields,
        "labels": sent_labels(request.POST.get(LABELS, "")),
        "action": request.get_full_path(),
        "has_files": bool(request.FILES),
    }
    return render(request, "core/resume.html", context, status=status)


def sent_labels(text: str) -> dict[str, str]:
    """What the form called its fields, as it sent it along; it may hold anything."""
    try:
        labels = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    if not isinstance(labels, dict):
        return {}
    return {name: label for name, label in labels.items() if isinstance(label, str)}


@requires_csrf_token
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A stale token after signing in again in another tab must not lose the text either."""
    if request.POST:
        return resume_page(request, status=403)
    return problem_page(request, 403)


class Page(TemplateResponseMixin, View):
    """A page. ``required_permission`` is a Permission, PUBLIC or SIGNED_IN; none refuses to run."""

    required_permission: ClassVar[Any] = None
    #: A form sent without the permission leaves its trace in the audit (R138).
    logs_refusal: ClassVar[bool] = False
    title: Any = ""
    object: Any = None

    @classmethod
    def as_view(cls, **initkwargs: Any) -> Any:
        view = super().as_view(**initkwargs)
        view.required_permission = cls.required_permission
        view.login_required = cls.required_permission is not PUBLIC
        return view

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        if self.required_permission is None:
            raise ImproperlyConfigured(f"{type(self).__name__} declares no required_permission")
        if request.method.lower() in self.http_method_names:
            self.find(request)
            self.check_permission(request)
        return super().dispatch(request, *args, **kwargs)

    def find(self, request: Any) -> None:
        """Load the page's object: 404 comes before 403."""

    def check_permission(self, request: Any) -> None:
        if isinstance(self.required_permission, Access) or request.user.has_permission(
            self.required_permission
        ):
            return
        if self.logs_refusal and request.method == "POST" and self.object is not None:
            audit.not_permitted(request.user, self.object)
        raise PermissionDenied

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {"view": self, "title": self.title} | kwargs

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data())


class ScopedObject(Page):
    """A page about one record, found among those its user may see."""

    model: ClassVar[type[models.Model]]
    slug_field: ClassVar[str] = "reference"
    context_object_name: ClassVar[str] = "object"

    def get_queryset(self) -> models.QuerySet:
        return self.model._default_manager.visible_to(self.request.user)  # type: ignore[attr-defined]

    def clean_slug(self, value: str) -> str:
        """How the address names the record; references are read forgivingly."""
        return value

    def find(self, request: Any) -> None:
        value = self.kwargs[self.slug_field]
        try:
            self.object = self.get_queryset().get(**{self.slug_field: self.clean_slug(value)})
        except (self.model.DoesNotExist, ValueError, ValidationError) as error:
            raise Http404 from error

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**{self.context_object_name: self.object}, **kwargs)


class RecordDetail(ScopedObject):
    """One record; the read is audited before anything is shown."""

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        with transaction.atomic():
            audit.read(request.user, self.object)
            return self.render_to_response(self.get_context_data()).render()


class RecordFile(RecordDetail):
    """The stored file itself; the read is audited before it leaves."""

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        with transaction.atomic():
            audit.read(request.user, self.object)
        return attachment(self.object)


class RecordList(Page):
    """A list by keyset, filtered by the query string, its shown records audited."""

    model: ClassVar[type[models.Model]]
    filterset_class: ClassVar[Any] = None
    ordering: ClassVar[tuple[str, ...]] = ("-id",)
    page_size: ClassVar[int] = 50
    audited: ClassVar[bool] = True

    def get_queryset(self) -> models.QuerySet:
        queryset = self.model._default_manager.visible_to(self.request.user)  # type: ignore[attr-defined]
        return queryset.with_list_data() if hasattr(queryset, "with_list_data") else queryset

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        queryset = self.get_queryset()
        filterset = None
        if self.filterset_class:
            filterset = self.filterset_class(
                self.request.GET or None, queryset=queryset, request=self.request
            )
            queryset = (
                filterset.qs if filterset.is_valid() or not filterset.is_bound else queryset.none()
            )
        page = paginate(
            queryset,
            ordering=self.ordering,
            size=self.page_size,
            cursor=self.request.GET.get("cursor"),
        )
        return super().get_context_data(
            page=page,
            rows=page.rows,
            filter=filterset,
            next_url=self._with_cursor(page.next),
            previous_url=self._with_cursor(page.previous),
            **kwargs,
        )

    def _with_cursor(self, cursor: str | None) -> str | None:
        if cursor is None:
            return None
        query = self.request.GET.copy()
        query["cursor"] = cursor
        return f"{self.request.path}?{query.urlencode()}"

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        with transaction.atomic():
            context = self.get_context_data()
            if self.audited:
                audit.listed(request.user, context["rows"])
            return self.render_to_response(context).render()


class FormPage(Page):
    """A form page that writes once: keyed, versioned, with the typed text kept on every error.

    Subclasses name ``form_class`` (none: a confirm button) and call one service in ``perform``.
    """

    template_name = "core/action.html"
    form_class: ClassVar[type[ActionForm]] = ConfirmForm
    submit_label: Any = ""
    intro: Any = ""
    danger: ClassVar[bool] = False
    success_message: Any = ""

    def refusal(self) -> str:
        """Why a rule refuses this user the verb now, whatever their role; empty: it does not.

        The page is then 403 with these words. A form filled in before comes back with its text and
        the try is audited; one that was done already gets its answer again.
        """
        return ""

    def check_permission(self, request: Any) -> None:
        super().check_permission(request)
        if request.method in ("GET", "HEAD") and (why := self.refusal()):
            raise PermissionDenied(why)

    def perform(self, form: Any) -> Any:
        """Call the service with ``form.values()``; return what it returns."""
        raise ImproperlyConfigured(f"{type(self).__name__} does not say what it performs")

    def writer(self) -> Any:
        """In whose name the form is kept from being done twice."""
        return self.request.user

    def get_success_url(self, result: Any) -> str:
        """Where to go after ``perform``; ``result`` is what it returned."""
        return result.get_absolute_url()

    def get_success_message(self, result: Any) -> str:
        return str(self.success_message)

    def get_cancel_url(self) -> str:
        return self.object.get_absolute_url() if self.object is not None else "/"

    def get_initial(self) -> dict[str, Any]:
        """First values; the query string may bring some of them (``?country=GN``)."""
        return {}

    def get_form_kwargs(self) -> dict[str, Any]:
        return {
            "user": self.request.user,
            "record": self.object,
            "version": getattr(self.object, "version", None),
            "initial": self.get_initial(),
        }

    def get_form(self) -> Any:
        kwargs = self.get_form_kwargs()
        if self.request.method == "POST":
            kwargs |= {"data": self.request.POST, "files": self.request.FILES}
        return self.form_class(**kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            intro=self.intro,
            submit_label=self.submit_label or _("Save"),
            cancel_url=self.get_cancel_url(),
            danger=self.danger,
            **kwargs,
        )

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        with transaction.atomic():
            if self.object is not None:
                audit.read(request.user, self.object)
            return self.render_to_response(self.get_context_data(form=self.get_form())).render()

    def post(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.get_form()
        sent = {"path": request.path, "body_hash": self.body_hash(request)}

        def write() -> dict[str, Any]:
            self.require_allowed()
            return self.write(form)

        try:
            if not form.is_valid():
                key = form.cleaned_data.get(KEY_FIELD)
                if key and (kept := recall(self.writer(), key, **sent)):
                    return self.done(kept, repeated=True)
                self.require_allowed()
                return self.again(form)
            answer, repeated = once(
                self.writer(), form.cleaned_data[KEY_FIELD], write=write, **sent
            )
        except ValidationError as error:
            form.add_service_error(error)
            return self.again(form)
        except Refused as error:
            audit.refused(request.user, error.obj, str(error))
            form.add_error(None, str(error))
            return self.again(form, status=403)
        except Stale as stale:
            return self.stale(form, stale.current)
        except KeyReused:
            return self.again(
                form,
                error=_("This form was already saved with other content. Open the page afresh."),
            )
        return self.done(answer, repeated=repeated)

    def require_allowed(self) -> None:
        """Raises Refused where a rule refuses the verb."""
        if why := self.refusal():
            raise Refused(why, self.object)

    def done(self, answer: dict[str, Any], *, repeated: bool) -> HttpResponse:
        """On to where the write leads, the same place for the same form sent twice."""
        text = (
            _("This was already saved; nothing was done twice.") if repeated else answer["message"]
        )
        if text:
            messages.success(self.request, text)
        return HttpResponseRedirect(answer["url"])

    def write(self, form: Any) -> dict[str, Any]:
        """Inside the write's transaction: lock at the version the user saw, perform, answer."""
        if self.object is not None:
            self.object = records.lock(self.object, version=form.cleaned_data.get(VERSION_FIELD))
        result = self.perform(form)
        return {
            "url": self.get_success_url(result),
            "message": self.get_success_message(result),
        }

    @staticmethod
    def body_hash(request: Any) -> str:
        skipped = {"csrfmiddlewaretoken", KEY_FIELD, LABELS}
        pairs = [
            (k, v)
            for k in sorted(request.POST)
            if k not in skipped
            for v in request.POST.getlist(k)
        ]
        return digest(json.dumps(pairs), request.FILES)

    def again(self, form: Any, *, status: int = 422, error: str = "") -> HttpResponse:
        """The form with its errors, its text and its files."""
        if error:
            form.add_error(None, error)
        form.stage_files()
        return self.shown_again(status, form=form)

    def stale(self, form: Any, current: models.Model) -> HttpResponse:
        """Both versions, field by field; the form stays and carries the current version (F11)."""
        compared = []
        for name in form.fields:
            if name in (KEY_FIELD, VERSION_FIELD) or not hasattr(current, name):
                continue
            theirs, yours = getattr(current, name), form.cleaned_data.get(name)
            compared.append(
                {
                    "label": form.fields[name].label or form[name].label,
                    "theirs": theirs,
                    "yours": yours,
                    "differs": str(theirs or "") != str(yours or ""),
                }
            )
        form.data = form.data.copy()
        form.data[VERSION_FIELD] = current.version  # type: ignore[attr-defined]
        form.add_error(
            None,
            _(
                "Somebody else changed this record while you were typing. Compare both versions, "
                "then save again to keep yours."
            ),
        )
        form.stage_files()
        return self.shown_again(409, form=form, stale_fields=compared)

    def shown_again(self, status: int, **context: Any) -> HttpResponse:
        """The page with what was typed; it shows the record, so that this is a read too."""
        with transaction.atomic():
            if self.object is not None:
                audit.read(self.request.user, self.object)
            page = self.render_to_response(self.get_context_data(**context), status=status)
            return page.render()


class RecordAction(FormPage, ScopedObject):
    """A verb on one record: ``/cases/<reference>/close/``."""

    context_object_name = "object"


class RecordCreate(FormPage):
    """A page that opens a new record."""


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Out of scope and absent look the same."""
    return problem_page(request, 404)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """With the reason where a rule of the record refuses, not the role."""
    return problem_page(request, 403, str(exception or ""))


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return problem_page(request, 400, str(exception or ""))


def server_error(request: HttpRequest) -> HttpResponse:
    """Without context processors: whatever failed may fail again there."""
    if problems.is_api(request):
        return problems.answer(500)
    return HttpResponseServerError(render_to_string("500.html"))
