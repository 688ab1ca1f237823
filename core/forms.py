"""Forms that survive bad links: an idempotency key, a version, staged files (design §4.12)."""

import datetime
import json
import uuid
from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.core.files.base import File
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext_lazy as _

from core import uploads
from core.text import clean_text

KEY_FIELD = "idempotency_key"
VERSION_FIELD = "record_version"
#: Sent along with a form, not part of it: what its fields are called.
LABELS = "field_labels"
LONGEST_TEXT = 10_000


def require_usual_year(day: datetime.date) -> None:
    """A slip of the keyboard is no date: everything here happens between 1900 and 2100."""
    if not 1900 <= day.year <= 2100:
        raise ValidationError(_("Enter a date between 1900 and 2100."), code="out_of_range")


class DateField(forms.DateField):
    """A day, typed or picked; ISO on the wire in every language."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
        kwargs.setdefault("input_formats", ["%Y-%m-%d", "%d/%m/%Y"])
        kwargs.setdefault(
            "error_messages",
            {"invalid": _("This date does not exist. Enter day, month and year again.")},
        )
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> datetime.date | None:
        day = super().to_python(value)
        if day:
            require_usual_year(day)
        return day


class DateTimeField(forms.DateTimeField):
    """A day and time in the office's time zone."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault(
            "widget",
            forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        )
        kwargs.setdefault("input_formats", ["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"])
        kwargs.setdefault(
            "error_messages",
            {"invalid": _("This date and time do not exist. Enter them again.")},
        )
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> datetime.datetime | None:
        try:
            moment = super().to_python(value)
        except OverflowError:  # in our time zone it lies before the first or after the last year
            raise ValidationError(self.error_messages["invalid"], code="invalid") from None
        if moment:
            require_usual_year(moment)
        return moment


def reason_field(*, max_length: int = 500, **kwargs: Any) -> forms.CharField:
    """Why somebody does something that has to be explained later."""
    kwargs.setdefault("label", _("Reason"))
    kwargs.setdefault("help_text", _("It stays in the history with your name."))
    return forms.CharField(
        max_length=max_length, widget=forms.Textarea(attrs={"rows": 3}), **kwargs
    )


class StagedFileInput(forms.ClearableFileInput):
    """A file input that also carries the token of an already kept file."""

    template_name = "core/widgets/staged_file.html"
    kept: Any = None

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return files.get(name) or data.get(f"{name}_staged") or None

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, None, attrs)
        context["kept"] = self.kept
        context["staged_name"] = f"{name}_staged"
        return context

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return name not in files and f"{name}_staged" not in data


class StagedFileField(forms.FileField):
    """An uploaded file that is not lost when another field is wrong.

    Cleans to the columns of a StoredFile (``uploads.describe``) or None.
    """

    widget = StagedFileInput
    user: Any = None

    def clean(self, data: Any, initial: Any = None) -> Any:
        self.widget.kept = None
        if isinstance(data, str):
            row = uploads.staged(data, user=self.user)
            if row is None:
                raise ValidationError(_("The file is no longer kept. Choose it again."))
            self.widget.kept = row
            return {
                name: getattr(row, name)
                for name in ("original_name", "content_type", "size", "sha256")
            } | {"file": File(row.file.open(), name=row.original_name)}
        upload = super().clean(data, initial)
        return uploads.describe(upload) if upload else None


class ActionFormMixin:
    """What every form that writes shares. Pass ``user=``; choices start from what it may see."""

    user: Any
    fields: dict[str, forms.Field]
    confirmations: tuple[str, ...] = ()

    def __init__(
        self,
        *args: Any,
        user: Any,
        record: Any = None,
        version: int | None = None,
        **kwargs: Any,
    ) -> None:
        self.user = user
        self.record = record
        super().__init__(*args, **kwargs)
        self.fields[KEY_FIELD] = forms.CharField(
            widget=forms.HiddenInput, initial=lambda: uuid.uuid4().hex, max_length=64
        )
        if version is not None:
            self.fields[VERSION_FIELD] = forms.IntegerField(
                widget=forms.HiddenInput, initial=version
            )
        for field in self.fields.values():
            if isinstance(field, StagedFileField):
                field.user = self.user

    def clean(self) -> dict[str, Any]:
        """Texts hold no characters that nobody types, and none is endless."""
        cleaned = super().clean()  # type: ignore[misc]
        data = cleaned if cleaned is not None else self.cleaned_data  # type: ignore[attr-defined]
        for name, value in list(data.items()):
            if not isinstance(value, str):
                continue
            try:
                clean_text(value)
                MaxLengthValidator(LONGEST_TEXT)(value)
            except ValidationError as error:
                self.add_error(name, error)  # type: ignore[attr-defined]
        return data

    def values(self) -> dict[str, Any]:
        """What was entered, without the form's own key and version."""
        entered: dict[str, Any] = self.cleaned_data  # type: ignore[attr-defined]
        return {n: value for n, value in entered.items() if n not in (KEY_FIELD, VERSION_FIELD)}

    def labels(self) -> str:
        """What the fields are called on the page, for when its sign-in has expired (F12)."""
        shown = {field.html_name: str(field.label) for field in self.visible_fields()}  # type: ignore[attr-defined]
        return json.dumps(shown, ensure_ascii=False)

    def add_service_error(self, error: ValidationError) -> None:
        """Put a service's refusal at its fields; what names no field of ours goes to the top."""
        if not hasattr(error, "error_dict"):
            self.add_error(None, error)  # type: ignore[attr-defined]
            return
        for name, errors in error.error_dict.items():
            target = name if name in self.fields and name != NON_FIELD_ERRORS else None
            self.add_error(target, errors)  # type: ignore[attr-defined]

    def stage_files(self) -> None:
        """Keep the accepted files of a form that goes back with errors."""
        for name, field in self.fields.items():
            if isinstance(field, StagedFileField) and not self.errors.get(name):  # type: ignore[attr-defined]
                upload = self.files.get(self.add_prefix(name))  # type: ignore[attr-defined]
                if upload:
                    upload.seek(0)
                    field.widget.kept = uploads.stage(upload, user=self.user)


class ActionForm(ActionFormMixin, forms.Form):
    """A form of one verb."""


class ActionModelForm(ActionFormMixin, forms.ModelForm):
    """A form of one plain row, which it checks as a whole."""


class ServiceModelForm(ActionModelForm):
    """Columns of a row that a service fills and validates; here only their shape is checked."""

    def _post_clean(self) -> None:
        """The instance only brings first values."""


class ConfirmForm(ActionForm):
    """A button: nothing to fill in but the decision."""


class ReasonForm(ActionForm):
    """A verb that needs a reason and nothing else."""

    reason = reason_field()


class AnswerForm(ActionForm):
    """A verb to which a few words may be added."""

    answer = forms.CharField(
        label=_("Answer"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class RefusalForm(ActionForm):
    """A no, with its reason for whoever asked."""

    answer = forms.CharField(
        label=_("Why it is refused"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The person who asked reads this."),
    )
