"""Records named in a request, among those the user may choose."""

from typing import Any

from rest_framework import serializers

from training import policies


class Chosen(serializers.SlugRelatedField):
    """A record named by its reference or code, among those the user may see."""

    def get_queryset(self) -> Any:
        queryset = super().get_queryset()
        scoped = getattr(queryset, "visible_to", None)
        return scoped(self.context["request"].user) if scoped else queryset


def chosen(model: Any, field: str, **kwargs: Any) -> Chosen:
    return Chosen(slug_field=field, queryset=model.objects.all(), **kwargs)


class StaffMember(serializers.SlugRelatedField):
    """One of our own staff, by e-mail address (R053)."""

    def get_queryset(self) -> Any:
        return policies.own_staff()


class Approver(serializers.SlugRelatedField):
    """Somebody else who may approve an exception, by e-mail address."""

    def get_queryset(self) -> Any:
        return policies.approvers(self.context["request"].user)
