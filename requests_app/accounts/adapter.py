"""What allauth is told about this portal: nobody signs up, and every sign-in counts."""

import time

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.reauthentication import (
    reauthenticate_by_password,
)
from allauth.account.internal.stagekit import get_pending_stage
from allauth.core import context, ratelimit
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.usersessions.adapter import DefaultUserSessionsAdapter
from django.utils import timezone

from requests_app.accounts import services
from requests_app.accounts.models import User
from requests_app.vault import services as vault

SECOND_FACTOR = "second factor"

# The mail that allauth would send when somebody changes his or her own account, and
# what has changed: the one place that hears of all of them.
CHANGED = {
    "account/email/password_changed": "password",
    "account/email/password_reset": "password",
    "account/email/password_set": "password",
    "mfa/email/totp_activated": "second_factor",
    "mfa/email/totp_deactivated": "second_factor",
    "mfa/email/recovery_codes_generated": "recovery_codes",
}


def signed_in_lately(request) -> bool:
    """Whether the reader proved who he or she is within the configured time.

    Somebody without a password has no second way to prove it here.
    """
    if not request.user.has_usable_password():
        return True
    records = get_authentication_records(request, request.user)
    newest = max((one["at"] for one in records), default=0)
    return time.time() - newest < app_settings.REAUTHENTICATION_TIMEOUT


def accept_password(request, password: str) -> bool:
    """Whether it is the reader's own; then the sign-in is recent again.

    A wrong one is a refused sign-in, and few are tried in a while.
    """
    may_try = ratelimit.consume(request, action="reauthenticate", user=request.user)
    if may_try and request.user.check_password(password):
        reauthenticate_by_password(request)
        return True
    services.record_session(
        "session.refused", user=request.user, by=None, at=timezone.now()
    )
    return False


class AccountAdapter(DefaultAccountAdapter):
    """Sign-up is closed; what becomes of a sign-in is recorded in the history."""

    def is_open_for_signup(self, request) -> bool:
        return False

    def login(self, request, user) -> None:
        super().login(request, user)
        services.record_session("session.began", user=user, by=user, at=timezone.now())

    def authentication_failed(self, request, **credentials) -> None:
        named = User.objects.filter(username__iexact=credentials.get("username", ""))
        services.record_session(
            "session.refused", user=named.first(), by=None, at=timezone.now()
        )

    def add_message(self, request, level, message_template=None, *args, **kwargs):
        super().add_message(request, level, message_template, *args, **kwargs)
        # The one place where a person's own page tells that it changed the account.
        if message_template == "account/messages/primary_email_set.txt":
            services.record_change(
                user=request.user, fields=["email"], at=timezone.now()
            )

    def confirm_email(self, request, email_address) -> bool:
        before = User.objects.get(pk=email_address.user_id).email
        confirmed = super().confirm_email(request, email_address)
        user = User.objects.get(pk=email_address.user_id)
        if user.email != before:
            services.record_change(user=user, fields=["email"], at=timezone.now())
        return confirmed

    def send_notification_mail(self, template_prefix, user, context=None, email=None):
        super().send_notification_mail(template_prefix, user, context, email)
        if template_prefix in CHANGED:
            services.record_change(
                user=user, fields=[CHANGED[template_prefix]], at=timezone.now()
            )

    def respond_user_inactive(self, request, user):
        services.record_session(
            "session.refused", user=user, by=None, at=timezone.now()
        )
        return super().respond_user_inactive(request, user)

    def logout(self, request) -> None:
        user = request.user
        super().logout(request)
        services.record_session("session.ended", user=user, by=user, at=timezone.now())


class SessionsAdapter(DefaultUserSessionsAdapter):
    """A session that its own person ends elsewhere is recorded like a sign-out."""

    def end_sessions(self, sessions) -> None:
        for session in sessions:
            session.end()
            services.record_session(
                "session.ended", user=session.user, by=session.user, at=timezone.now()
            )


class SecondFactorAdapter(DefaultMFAAdapter):
    """A wrong second factor is a refused sign-in, and recorded as one.

    The secrets are stored sealed by a key outside the database.
    """

    def encrypt(self, text: str) -> str:
        return vault.seal_text(text, about=SECOND_FACTOR)

    def decrypt(self, encrypted_text: str) -> str:
        return vault.open_text(encrypted_text, about=SECOND_FACTOR)

    def validation_error(self, code, *args):
        stage = get_pending_stage(context.request)
        if code == "incorrect_code" and stage is not None:
            services.record_session(
                "session.refused", user=stage.login.user, by=None, at=timezone.now()
            )
        return super().validation_error(code, *args)
