"""Addresses of accounts, of one's own account and of the offices; included at the root."""

from django.urls import path

from accounts import views

app_name = "accounts"

urlpatterns = [
    path("users/", views.AccountList.as_view(), name="list"),
    path("users/new/", views.OpenAccount.as_view(), name="open"),
    path("users/roles/", views.RoleOverview.as_view(), name="roles"),
    path("users/<int:pk>/", views.AccountDetail.as_view(), name="detail"),
    path("users/<int:pk>/change/", views.ChangeAccount.as_view(), name="change"),
    path("users/<int:pk>/deactivate/", views.Deactivate.as_view(), name="deactivate"),
    path("users/<int:pk>/reactivate/", views.Reactivate.as_view(), name="reactivate"),
    path("users/<int:pk>/sign-out/", views.EndSignIns.as_view(), name="sign-out"),
    path("users/<int:pk>/roles/new/", views.GiveRole.as_view(), name="give-role"),
    path("users/<int:pk>/keys/new/", views.IssueKey.as_view(), name="issue-key"),
    path("assignments/<int:pk>/end/", views.ChangeLastDay.as_view(), name="change-last-day"),
    path("assignments/<int:pk>/take-back/", views.TakeBackRole.as_view(), name="take-back-role"),
    path("machine-keys/<slug:prefix>/revoke/", views.RevokeKey.as_view(), name="revoke-key"),
    path("me/", views.Me.as_view(), name="me"),
    path("me/language/", views.ChooseLanguage.as_view(), name="language"),
    path("me/sign-out-others/", views.EndOtherSignIns.as_view(), name="sign-out-others"),
    path("offices/", views.OfficeList.as_view(), name="offices"),
    path("offices/new/", views.AddOffice.as_view(), name="office-add"),
    path("offices/<slug:code>/change/", views.ChangeOffice.as_view(), name="office-change"),
]
