"""Doors of the room review."""

from django.urls import path, re_path

from requests_app.review import desk_urls
from requests_app.review.views import (
    asking,
    deciding,
    lists,
    live,
    messages,
    notes,
    opening,
    outcomes,
    papers,
    reasons,
    rehearsals,
    requests,
    saved,
    statute,
    worklist,
)

_ID = r"[A-Za-z0-9_-]{22}"
_DOCUMENT = rf"requests/(?P<request_id>{_ID})/documents/(?P<document_id>{_ID})"

urlpatterns = [
    path("worklist/", worklist.worklist, name="worklist"),
    path("worklist/news/", live.worklist_news, name="worklist_news"),
    path("requests/", lists.request_list, name="request_list"),
    path("requests/search/", lists.request_search, name="request_search"),
    path("requests/find/", lists.request_find, name="request_find"),
    path("views/", saved.view_list, name="view_list"),
    path("columns/", saved.column_choice, name="column_choice"),
    path("views/new/", saved.view_save, name="view_save"),
    re_path(rf"^views/(?P<view_id>{_ID})/$", saved.view_edit, name="view_edit"),
    re_path(
        rf"^views/(?P<view_id>{_ID})/remove/$", saved.view_remove, name="view_remove"
    ),
    re_path(
        rf"^requests/(?P<request_id>{_ID})/documents/new/$",
        papers.document_add,
        name="document_add",
    ),
    re_path(
        rf"^{_DOCUMENT}/$",
        papers.document_detail,
        name="document_detail",
    ),
    re_path(
        rf"^{_DOCUMENT}/pages/(?P<number>[0-9]{{1,3}})/$",
        papers.document_page,
        name="document_page",
    ),
    re_path(
        rf"^{_DOCUMENT}/thumbnails/(?P<number>[0-9]{{1,3}})/$",
        papers.document_thumbnail,
        name="document_thumbnail",
    ),
    re_path(
        rf"^{_DOCUMENT}/original/$",
        papers.document_original,
        name="document_original",
    ),
    re_path(
        rf"^{_DOCUMENT}/misplaced/$",
        papers.document_misplace,
        name="document_misplace",
    ),
    path("messages/", messages.message_list, name="message_list"),
    path("messages/read/", messages.message_read, name="message_read"),
    path("messages/count/", messages.message_count, name="message_count"),
    re_path(
        rf"^requests/(?P<request_id>{_ID})/next/$",
        lists.request_next,
        name="request_next",
    ),
    re_path(
        rf"^requests/(?P<request_id>{_ID})/looking/$", live.looking, name="looking"
    ),
    re_path(
        rf"^requests/(?P<request_id>{_ID})/notes/new/$",
        notes.note_add,
        name="note_add",
    ),
    re_path(
        rf"^requests/(?P<request_id>{_ID})/notes/(?P<note_id>{_ID})/$",
        notes.note_edit,
        name="note_edit",
    ),
    path(
        "requests/unreconciled/",
        outcomes.unreconciled_list,
        name="unreconciled_list",
    ),
    path("requests/questions/", asking.question_list, name="question_list"),
    path("requests/patterns/", outcomes.pattern_list, name="patterns"),
    path("reasons/", reasons.reason_texts, name="reason_texts"),
    re_path(
        rf"^requests/(?P<request_id>{_ID})/changes/$",
        outcomes.request_changes,
        name="request_changes",
    ),
    re_path(
        rf"^requests/(?P<request_id>{_ID})/return/$",
        asking.request_return,
        name="request_return",
    ),
    re_path(
        rf"^requests/(?P<request_id>{_ID})/questions/new/$",
        asking.question_new,
        name="question_new",
    ),
    re_path(
        rf"^requests/(?P<request_id>{_ID})/questions/(?P<question_id>{_ID})/$",
        asking.question_answer,
        name="question_answer",
    ),
    re_path(
        rf"^requests/(?P<request_id>{_ID})/questions/(?P<question_id>{_ID})/withdraw/$",
        asking.question_withdraw,
        name="question_withdraw",
    ),
    re_path(
        rf"^requests/(?P<request_id>{_ID})/asks/(?P<ask_id>{_ID})/reopen/$",
        asking.ask_reopen,
        name="ask_reopen",
    ),
    re_path(
        rf"^requests/(?P<request_id>{_ID})/$",
        requests.request_detail,
        name="request_detail",
    ),
    re_path(
        rf"^requests/(?P<request_id>{_ID})/open/$",
        opening.request_open,
        name="request_open",
    ),
    re_path(
        rf"^requests/(?P<request_id>{_ID})/print/$",
        requests.request_print,
        name="request_print",
    ),
    re_path(
        rf"^requests/(?P<request_id>{_ID})/close/$",
        requests.assignment_close,
        name="assignment_close",
    ),
    re_path(
        rf"^requests/(?P<request_id>{_ID})/asks/(?P<ask_id>{_ID})/determine/$",
        deciding.ask_determine,
        name="ask_determine",
    ),
    re_path(
        rf"^requests/(?P<request_id>{_ID})/overrides/(?P<determination_id>{_ID})/$",
        deciding.override_countersign,
        name="override_countersign",
    ),
    path("law/", statute.law_versions, name="law"),
    path("law/offences/", statute.law_offences, name="law_offences"),
    re_path(
        r"^law/offences/(?P<section>[0-9a-z-]{3,12})/propose/$",
        statute.law_offence_propose,
        name="law_offence_propose",
    ),
    re_path(
        rf"^law/rulings/(?P<ruling_id>{_ID})/$",
        statute.law_offence_rule,
        name="law_offence_rule",
    ),
    path("law/rehearsals/", rehearsals.rehearsal_list, name="rehearsal_list"),
    path("law/rehearsals/new/", rehearsals.rehearsal_new, name="rehearsal_new"),
    re_path(
        rf"^law/rehearsals/(?P<rehearsal_id>{_ID})/$",
        rehearsals.rehearsal_detail,
        name="rehearsal_detail",
    ),
    re_path(r"^law/(?P<version>\d{4})/$", statute.law_version, name="law_version"),
    *desk_urls.urlpatterns,
]
