"""Forms of accounts: they check shape; the rules are in the services."""

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import Assignment, Office, OfficeKind, User
from accounts.permissions import PERMISSION_LABELS, ROLE_PERMISSIONS, Permission, Role
from core.clock import today
from core.forms import ActionForm, ActionModelForm, DateField
from reference.models import Country, Place


class IdentityForm(ActionForm):
    """Who holds an account."""

    name = forms.CharField(label=_("Name"), max_length=120)
    email = forms.EmailField(
        label=_("E-mail address"),
        help_text=_("The holder signs in with it and gets the mail of the system there."),
    )
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)


class OpenAccountForm(IdentityForm):
    """A new account, of a person or of a partner's machine."""

    is_machine = forms.BooleanField(
        label=_("This account is for a partner's machine"),
        required=False,
        help_text=_("It works through the interface with keys that you issue, not on these pages."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"] = scope_field("organisation", self.user, User)
        self.fields["organisation"].help_text = _("For partners, referrers and machines.")
        self.order_fields(["name", "email", "language", "organisation", "is_machine"])


class LanguageForm(ActionForm):
    """The own language."""

    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)


def scope_field(name: str, user: User, model: type[Any] = Assignment) -> Any:
    """The field of a scope whose table lies in an app above: what ``user`` may see and is in use.

    The column names its table as a text (ADR 0003), so the field is made from the column.
    """
    field = model._meta.get_field(name).formfield(required=False)
    field.queryset = field.queryset.visible_to(user)
    if any(f.name == "is_active" for f in field.queryset.model._meta.fields):
        field.queryset = field.queryset.filter(is_active=True)
    return field


class GiveRoleForm(ActionForm):
    """A role over a scope between dates (R002, R007)."""

    role = forms.ChoiceField(label=_("Role"), choices=[("", "---------"), *Role.choices])
    office = forms.ModelChoiceField(
        label=_("Office"), queryset=Office.objects.none(), required=False
    )
    country = forms.ModelChoiceField(
        label=_("Country of origin"), queryset=Country.objects.none(), required=False
    )
    supervises = forms.BooleanField(
        label=_("Supervises the caseworkers of the office"), required=False
    )
    starts_on = DateField(label=_("First day"))
    ends_on = DateField(
        label=_("Last day"),
        required=False,
        help_text=_("The role ends with this day, at midnight of the place it is held at."),
    )

    SCOPE = ("office", "country", "programme", "organisation")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offices = Office.objects.visible_to(self.user).active().in_host_country()
        self.fields["office"].queryset = offices
        origins = Office.objects.active().filter(kind=OfficeKind.COUNTRY_OFFICE)
        countries = Country.objects.active().filter(pk__in=origins.values("country"))
        self.fields["country"].queryset = countries.by_label()
        for name in ("programme", "organisation"):
            self.fields[name] = scope_field(name, self.user)
        self.order_fields(["role", *self.SCOPE, "supervises", "starts_on", "ends_on"])
        self.fields["starts_on"].initial = today


class OfficeForm(ActionModelForm):
    """What changes about an office; where it is in the organisation stays."""

    class Meta:
        model = Office
        fields: tuple[str, ...] = (
            "name",
            "place",
            "host_organisation",
            "is_transit",
            "time_zone",
            "phone",
            "is_active",
        )
        help_texts = {
            "is_transit": _("People rarely stay long here: planning a course asks for a reason."),
            "is_active": _("Offices no longer in use stay on old records and are not offered."),
        }

    def __init__(self, *args: Any, record: Any = None, **kwargs: Any) -> None:
        if record is not None:
            kwargs["instance"] = record
        super().__init__(*args, record=record, **kwargs)
        places = Place.objects.offered(keeping=[self.instance.place_id]).with_path()
        if record is not None:
            places = places.filter(country=record.country_id)
        self.fields["place"].queryset = places.order_by("country", "name")
        self.fields["place"].label_from_instance = lambda place: place.path

    def clean_time_zone(self) -> str:
        zone: str = self.cleaned_data["time_zone"]
        if zone not in available_timezones():
            raise ValidationError(_("Enter a time zone such as Africa/Casablanca."))
        return zone


class NewOfficeForm(OfficeForm):
    """An office with its code, kind and country, which stay."""

    class Meta(OfficeForm.Meta):
        fields = ("code", "kind", "country", "parent", *OfficeForm.Meta.fields)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["country"].queryset = Country.objects.active().by_label()
        self.fields["parent"].queryset = Office.objects.active().filter(kind=OfficeKind.MISSION)
        self.fields["parent"].help_text = _("The mission of an orientation point.")


class LastDayForm(ActionForm):
    """The last day of a role."""

    ends_on = DateField(label=_("Last day"), help_text=_("The role ends with this day."))


class KeyForm(ActionForm):
    """A key of a machine account (R012)."""

    label = forms.CharField(
        label=_("Label"), max_length=100, help_text=_("Where the key will be used.")
    )
    permissions = forms.MultipleChoiceField(
        label=_("Limited to"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Without a choice the key may do all that the roles of the account allow."),
    )
    expires_on = DateField(label=_("Last day"), help_text=_("At most a year from today."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        granted: set[Permission] = set()
        for role in self.record.roles:
            granted |= ROLE_PERMISSIONS[role]
        self.fields["permissions"].choices = [
            (p.value, PERMISSION_LABELS[p]) for p in Permission if p in granted
        ]
