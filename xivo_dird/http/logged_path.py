"""The path of a request in the log, without the ids of contacts, which may be phone numbers or mail addresses."""

from flask import current_app, request

from xivo_dird.http.path_arguments import fill_path

HIDDEN_ARGUMENTS = frozenset({"contact", "contact_id"})
"""Arguments whose texts the owner of a contact or of a directory chooses."""


def logged_path() -> str:
    """Return the path of the current request, with the names of hidden arguments instead of their texts.

    Of a path without a resource, or for which the method is wrong, only segments of known paths are shown.
    """
    arguments, rule = request.view_args or {}, request.url_rule
    if rule is None:
        known = {segment for rule in current_app.url_map.iter_rules() for segment in rule.rule.split("/")}
        return "/".join(segment if segment in known else "…" for segment in request.path.split("/"))
    if not HIDDEN_ARGUMENTS & arguments.keys():
        return request.path
    return fill_path(
        rule.rule, lambda name: f"<{name}>" if name in HIDDEN_ARGUMENTS else str(arguments[name])
    )
