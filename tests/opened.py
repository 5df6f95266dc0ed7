"""Pages of requests, as whoever gives a reason for opening them sees them."""

from django.test import Client

from requests_app.docket.models import IceRequest
from requests_app.review.views.opening import OPENED


def remember(client: Client) -> Client:
    """Have the session know a reason for every request there is."""
    ids = IceRequest.objects.values_list("public_id", flat=True)
    session = client.session
    session[OPENED] = list(ids)
    session.save()
    return client


def opened(client: Client, url: str):
    """The answer at an address, after a reason where one is asked for."""
    answer = client.get(url)
    if answer.status_code == 302 and "/open/?back=" in answer.url:
        client.post(answer.url, {"reason": "covering"})
        answer = client.get(url)
    return answer
