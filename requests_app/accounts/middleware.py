"""The doorkeeper and the headers that every answer carries."""

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.contrib.sessions.exceptions import SessionInterrupted
from django.contrib.sessions.middleware import SessionMiddleware
from django.core.exceptions import PermissionDenied
from django.db import Error, InterfaceError, OperationalError
from django.utils import timezone

from requests_app.accounts import access, reads, services, watch
from requests_app.accounts.views import (
    bad_request,
    cannot_be_opened,
    gone,
    lost_afterwards,
    no_witness,
    not_yet_witnessed,
    shows_only,
    unavailable,
)
from requests_app.ledger import services as ledger
from requests_app.vault import ring
from requests_app.vault.sealing import CannotBeOpened, Destroyed

# Answers that mean that somebody tried a door in vain.
IN_VAIN = (403, 404, 405)
SAFE = ("GET", "HEAD", "OPTIONS", "TRACE")


# Of allauth: what they show opens the account without its second factor.
SHOW_CODES = ("mfa_view_recovery_codes", "mfa_download_recovery_codes")


class Sessions(SessionMiddleware):
    """Lengthens a session by what its reader does, not by what scripts ask."""

    def process_response(self, request, response):
        match = request.resolver_match
        if match is not None and match.url_name in access.ASKED_BY_SCRIPTS:
            return response
        try:
            return super().process_response(request, response)
        except SessionInterrupted as error:
            if _is_of_a_lost_database(error):
                return lost_afterwards(request)
            raise


def _is_of_a_lost_database(error: BaseException | None) -> bool:
    """Whether what could not be done failed for want of the database itself."""
    while error is not None:
        if isinstance(error, OperationalError | InterfaceError):
            return True
        error = error.__cause__ or error.__context__
    return False


class Doors:
    """Asks `accounts.access` before any view runs; no row, no answer."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        match = request.resolver_match
        if match is not None and self._shows_codes(response, match):
            return self._record_codes_shown(request, response)
        if match is None or not self._is_denial(request, response, match):
            return response
        # By now the view's transaction is over, rolled back or not: what is recorded
        # here stands on its own, and without it the refusal is not given either.
        try:
            services.record_denial(
                user=request.user if request.user.is_authenticated else None,
                door=match.url_name,
                method=request.method,
                status=response.status_code,
                about=next(iter(match.kwargs.values()), ""),
                at=timezone.now(),
            )
        except Error:
            return unavailable(request)
        return response

    @staticmethod
    def _shows_codes(response, match) -> bool:
        """Whether recovery codes are on the page: not when they are starred out."""
        if match.url_name not in SHOW_CODES or response.status_code != 200:
            return False
        shown = response.context_data
        return bool(shown["unused_codes"]) and shown.get("can_view_codes", True)

    @staticmethod
    def _record_codes_shown(request, response):
        try:
            services.record_change(
                user=request.user, fields=["recovery_codes_shown"], at=timezone.now()
            )
        except Error:
            return unavailable(request)
        return response

    @staticmethod
    def _is_denial(request, response, match) -> bool:
        """Whether a door was tried in vain: by somebody, or at a record by nobody."""
        if request.user.is_authenticated:
            return response.status_code in IN_VAIN
        row = access.ACCESS.get(match.url_name, frozenset())
        return bool(match.kwargs) and row != access.ANYONE

    def process_view(self, request, view, args, kwargs):
        url_name = request.resolver_match.url_name
        row = access.ACCESS.get(url_name, frozenset())
        if request.user.is_authenticated:
            request.standing = access.Standing.of(
                request.user, on=timezone.localdate(timezone.now())
            )
        if row == access.ANYONE:
            return None
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if not access.admits(url_name, roles=request.standing.roles, is_signed_in=True):
            raise PermissionDenied(access.refusal(row))
        return None


class ShowsOnly:
    """After a verification that found a difference nothing is changed any more.

    Reading and signing in go on. It stands behind Doors, so that somebody without a
    role learns nothing here.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        door = request.resolver_match.url_name
        is_change = request.method not in SAFE and door not in access.CHANGES_NO_RECORD
        if not is_change and door not in access.BEGINS_A_DRAFT:
            return None
        return shows_only(request) if watch.is_read_only() else None


class Witnessed:
    """A decision is taken, and answered, only while a witness vouches for the history.

    It stands behind Doors. Before a decision it asks that nothing older than a minute
    waits to be signed. After the commit, which is over when the view returns, it waits
    until a checkpoint covers the decision, which the witness file has before the
    database. The decision stands then; without a witness the answer says so.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if not self._is_decision(request) or response.status_code >= 400:
            return response
        if ledger.await_witness(seconds=access.WITNESS_SECONDS):
            return response
        return not_yet_witnessed(request)

    def process_view(self, request, view, args, kwargs):
        if self._is_decision(request) and ledger.is_unwitnessed():
            return no_witness(request)
        return None

    @staticmethod
    def _is_decision(request) -> bool:
        match = request.resolver_match
        return (
            settings.LEDGER_WAITS_FOR_WITNESS
            and request.method not in SAFE
            and match is not None
            and match.url_name in access.DECIDES
        )


class NoEntryNoAnswer:
    """Where the history or the database fails, nothing is shown and nothing is done."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, exception):
        if isinstance(exception, reads.Unrecorded | OperationalError):
            return unavailable(request)
        return None


class Unopened:
    """Answers in words when a sealed record is destroyed, or is not what was sealed."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        # What one reader's keys opened, they open for nobody else.
        ring.forget_all()
        return self.get_response(request)

    def process_exception(self, request, exception):
        if not isinstance(exception, CannotBeOpened):
            return None
        is_destroyed = isinstance(exception, Destroyed)
        # The view's transaction is over: what is recorded here stands on its own.
        services.record_unopened(
            user=request.user,
            door=request.resolver_match.url_name,
            about=next(iter(request.resolver_match.kwargs.values()), ""),
            outcome="shredded" if is_destroyed else "failed",
            at=timezone.now(),
        )
        if is_destroyed:
            return gone(request, exception.authority)
        return cannot_be_opened(request)


class Utf8Only:
    """Refuses a form in another encoding: its bytes could mean anything."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        charset = request.content_params.get("charset", "utf-8").lower()
        if charset not in ("utf-8", "utf8"):
            return bad_request(request)
        return self.get_response(request)


class ResponseHeaders:
    """No page of a signed-in person is kept by a browser or a proxy."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if not request.path.startswith("/static/"):
            response.setdefault("Cache-Control", "no-store")
        response.setdefault(
            "Permissions-Policy",
            "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
        )
        response.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response
