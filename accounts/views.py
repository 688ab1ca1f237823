"""Pages of accounts, roles and keys; one's own account; the offices."""

from typing import Any, ClassVar

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts import filters, forms, policies, presenters, services
from accounts.models import Assignment, MachineKey, Office, User
from accounts.permissions import Permission as P
from accounts.permissions import Role
from core import records
from core.forms import ReasonForm
from core.views import (
    SIGNED_IN,
    FormPage,
    Page,
    RecordAction,
    RecordCreate,
    RecordDetail,
    RecordList,
)


# --- accounts -----------------------------------------------------------------------------------
class AccountList(RecordList):
    model = User
    required_permission = P.MANAGE_ACCOUNTS
    template_name = "accounts/list.html"
    title = _("Accounts")
    filterset_class = filters.AccountFilter
    ordering = ("name", "id")


class AccountDetail(RecordDetail):
    model = User
    required_permission = P.MANAGE_ACCOUNTS
    slug_field = "pk"
    context_object_name = "account"
    template_name = "accounts/detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        account, user = self.object, self.request.user
        return super().get_context_data(
            title=account.name,
            roles=presenters.held_roles(account, viewer=user),
            keys=presenters.keys_of(account),
            can_manage=policies.can_manage(user, account),
            can_give_roles=policies.can_give_roles(user, account),
            **kwargs,
        )


class OpenAccount(RecordCreate):
    required_permission = P.MANAGE_ACCOUNTS
    title = _("Open an account")
    intro = _("The holder gets a message that says how to choose a password.")
    form_class = forms.OpenAccountForm
    submit_label = _("Open the account")
    success_message = _("The account is open. Give it a role: without one it may do nothing.")

    def get_cancel_url(self) -> str:
        return reverse("accounts:list")

    def perform(self, form: Any) -> User:
        return services.open_account(by=self.request.user, **form.values())


class AccountAction(RecordAction):
    """A verb on one account."""

    model = User
    required_permission = P.MANAGE_ACCOUNTS
    slug_field = "pk"
    context_object_name = "account"

    def get_success_url(self, result: Any) -> str:
        return self.object.get_absolute_url()


class ChangeAccount(AccountAction):
    title = _("Change the account")
    form_class = forms.IdentityForm
    success_message = _("The account is changed.")

    def get_initial(self) -> dict[str, Any]:
        return {name: getattr(self.object, name) for name in ("name", "email", "language")}

    def perform(self, form: Any) -> User:
        data = form.cleaned_data
        return services.change_account(
            self.object,
            email=data["email"],
            name=data["name"],
            language=data["language"],
            by=self.request.user,
        )


class Deactivate(AccountAction):
    title = _("Close the account")
    intro = _(
        "The holder is signed out everywhere at once and cannot sign in again. What the holder did "
        "stays on record."
    )
    form_class = ReasonForm
    submit_label = _("Close the account")
    danger = True
    success_message = _("The account is closed.")

    def perform(self, form: Any) -> User:
        return services.deactivate(
            self.object, reason=form.cleaned_data["reason"], by=self.request.user
        )


class Reactivate(AccountAction):
    title = _("Open the account again")
    intro = _("Roles that have not ended are in force again.")
    form_class = ReasonForm
    submit_label = _("Open the account again")
    success_message = _("The account is open again.")

    def perform(self, form: Any) -> User:
        return services.reactivate(
            self.object, reason=form.cleaned_data["reason"], by=self.request.user
        )


class EndSignIns(AccountAction):
    """For a lost laptop or phone."""

    title = _("Sign the holder out everywhere")
    intro = _("For a lost device. The holder can sign in again with the password.")
    submit_label = _("Sign out everywhere")
    danger = True

    def perform(self, form: Any) -> int:
        return services.end_sign_ins(self.object)

    def get_success_message(self, result: int) -> str:
        return ended_message(result)


def ended_message(count: int) -> str:
    return ngettext("%(count)d sign-in was ended.", "%(count)d sign-ins were ended.", count) % {
        "count": count
    }


# --- roles --------------------------------------------------------------------------------------
class GiveRole(AccountAction):
    template_name = "accounts/give_role.html"
    title = _("Give a role")
    form_class = forms.GiveRoleForm
    submit_label = _("Give the role")
    success_message = _("The role is given. It applies from its first day on.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(guide=presenters.role_guide(), **kwargs)

    def perform(self, form: Any) -> Assignment:
        return services.assign(user=self.object, by=self.request.user, **form.values())


class AssignmentAction(RecordAction):
    """A verb on one role of somebody."""

    model = Assignment
    required_permission = P.MANAGE_ACCOUNTS
    slug_field = "pk"
    context_object_name = "assignment"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        held = self.object
        facts = [
            (_t("Account"), held.user.name),
            (_t("Role"), held.get_role_display()),
            (_t("Held over"), held.scope_label or _t("The whole installation")),
        ]
        return super().get_context_data(facts=facts, **kwargs)


class ChangeLastDay(AssignmentAction):
    title = _("Change the last day of a role")
    form_class = forms.LastDayForm
    success_message = _("The last day is changed.")

    def get_initial(self) -> dict[str, Any]:
        return {"ends_on": self.object.ends_on}

    def perform(self, form: Any) -> Assignment:
        return services.end_assignment(
            self.object, ends_on=form.cleaned_data["ends_on"], by=self.request.user
        )


class TakeBackRole(AssignmentAction):
    title = _("Take back a role")
    intro = _("For a role given by mistake. What was given stays in the history.")
    form_class = ReasonForm
    submit_label = _("Take back")
    danger = True
    success_message = _("The role was taken back.")

    def perform(self, form: Any) -> User:
        return services.take_back(
            self.object, reason=form.cleaned_data["reason"], by=self.request.user
        )


class RoleOverview(Page):
    """Which role may do what, as the code says."""

    required_permission = P.MANAGE_ACCOUNTS
    template_name = "accounts/roles.html"
    title = _("Roles and what they may do")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            roles=[role.label for role in Role],
            table=presenters.permission_table(),
            guide=presenters.role_guide(),
            rivals=presenters.rival_roles(),
            **kwargs,
        )


# --- keys ---------------------------------------------------------------------------------------
class IssueKey(AccountAction):
    """A key is shown on the page that answers the form, and never again (R012)."""

    title = _("Issue a key")
    intro = _("The key is shown once, on the next page. Have a safe place ready for it.")
    form_class = forms.KeyForm
    submit_label = _("Issue the key")
    key = ""

    def perform(self, form: Any) -> MachineKey:
        row, self.key = services.issue_key(
            user=self.object,
            label=form.cleaned_data["label"],
            permissions=form.cleaned_data["permissions"],
            expires_on=form.cleaned_data["expires_on"],
            by=self.request.user,
        )
        return row

    def post(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        response = super().post(request, *args, **kwargs)
        if not self.key:
            return response
        self.template_name = "accounts/key_issued.html"
        return self.render_to_response(
            Page.get_context_data(self, key=self.key, account=self.object)
        )


class RevokeKey(RecordAction):
    model = MachineKey
    required_permission = P.MANAGE_ACCOUNTS
    slug_field = "prefix"
    title = _("Revoke a key")
    intro = _("Whoever uses the key is refused from the next request on. This cannot be undone.")
    submit_label = _("Revoke the key")
    danger = True
    success_message = _("The key is revoked.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        facts = [(_t("Account"), self.object.user.name), (_t("Key"), str(self.object))]
        return super().get_context_data(facts=facts, **kwargs)

    def perform(self, form: Any) -> MachineKey:
        return services.revoke_key(self.object, by=self.request.user)


# --- one's own account --------------------------------------------------------------------------
class Me(Page):
    """One's own account: language, password, second sign-in step, roles, other devices."""

    required_permission = SIGNED_IN
    template_name = "accounts/me.html"
    title = _("My account")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = self.request.user
        return super().get_context_data(
            account=user, roles=presenters.held_roles(user, viewer=user), **kwargs
        )


class OwnAction(FormPage):
    """A verb on one's own account."""

    required_permission = SIGNED_IN

    def get_success_url(self, result: Any) -> str:
        return reverse("accounts:me")

    def get_cancel_url(self) -> str:
        return reverse("accounts:me")


class ChooseLanguage(OwnAction):
    title = _("My language")
    form_class = forms.LanguageForm
    success_message = _("Your language is saved.")

    def get_initial(self) -> dict[str, Any]:
        return {"language": self.request.user.language}

    def perform(self, form: Any) -> User:
        language = form.cleaned_data["language"]
        return services.choose_language(self.request.user, language=language)

    def post(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        """The language of this browser follows."""
        response = super().post(request, *args, **kwargs)
        if response.status_code == 302:
            response.set_cookie(
                settings.LANGUAGE_COOKIE_NAME,
                request.POST["language"],
                max_age=settings.LANGUAGE_COOKIE_AGE,
                path=settings.LANGUAGE_COOKIE_PATH,
                domain=settings.LANGUAGE_COOKIE_DOMAIN,
                secure=settings.LANGUAGE_COOKIE_SECURE,
                httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
                samesite=settings.LANGUAGE_COOKIE_SAMESITE,
            )
        return response


class EndOtherSignIns(OwnAction):
    title = _("Sign out of all other devices")
    intro = _("You stay signed in here. Everywhere else your sign-in ends at once.")
    submit_label = _("Sign out of the others")
    danger = True

    def perform(self, form: Any) -> int:
        return services.end_sign_ins(self.request.user, keep=self.request.session.session_key)

    def get_success_message(self, result: int) -> str:
        return ended_message(result)


# --- offices ------------------------------------------------------------------------------------
class OfficeList(RecordList):
    """Offices with their hosts and with who does what in their city (R016, R087, R203)."""

    model = Office
    required_permission = P.VIEW_REFERENCE
    template_name = "accounts/offices.html"
    title = _("Offices")
    filterset_class = filters.OfficeFilter
    ordering = ("name", "id")
    audited = False

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user: Any = self.request.user
        may_change = user.has_permission(P.MANAGE_REFERENCE)
        context = super().get_context_data(may_change=may_change, **kwargs)
        context["offices"] = [presenters.duties_at(office) for office in context["rows"]]
        return context


class OfficePage(FormPage):
    """What administrators change about offices: one row, saved with its audit (R269)."""

    required_permission = P.MANAGE_REFERENCE
    form_class: ClassVar[Any] = forms.OfficeForm

    def perform(self, form: Any) -> Office:
        return records.save(form.instance, by=self.request.user)

    def get_cancel_url(self) -> str:
        return reverse("accounts:offices")

    def get_success_url(self, result: Any) -> str:
        return self.get_cancel_url()


class AddOffice(OfficePage, RecordCreate):
    form_class = forms.NewOfficeForm
    title = _("Add an office")
    success_message = _("The office is added.")


class ChangeOffice(OfficePage, RecordAction):
    model = Office
    slug_field = "code"
    title = _("Change an office")
    success_message = _("The office is changed.")
