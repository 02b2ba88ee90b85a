"""One resource of every kind, so that a test can aim at each route with ids that exist."""

from api.rest import created

MARK = "PLANTED"


def plant(daemon):
    """Create them as the administrator; answer the path values that lead to them, by parameter name."""
    display = created(daemon, "/displays", {"name": f"{MARK} display", "columns": [{"field": "name"}]})
    source = created(daemon, "/backends/personal/sources", {"name": f"{MARK} source"})
    services = {"lookup": {"sources": [{"uuid": source["uuid"]}]}}
    profile = created(
        daemon,
        "/profiles",
        {"name": f"{MARK} profile", "display": {"uuid": display["uuid"]}, "services": services},
    )
    phonebook = created(daemon, "/phonebooks", {"name": f"{MARK} phonebook"})
    contacts = f"/phonebooks/{phonebook['uuid']}/contacts"
    contact = created(daemon, contacts, {"name": f"{MARK} contact"})
    book = created(daemon, "/backends/phonebook/sources", {"phonebook_uuid": phonebook["uuid"]})
    personal = created(daemon, "/personal", {"firstname": f"{MARK} personal"})
    favorite = daemon.request("PUT", f"/0.1/directories/favorites/crew/{MARK}-17")
    assert favorite.status_code == 204
    return {
        "display": display["uuid"],
        "personal": source["uuid"],
        "phonebook": book["uuid"],
        "profile": profile["uuid"],
        "profile_name": profile["name"],
        "phonebook_uuid": phonebook["uuid"],
        "phonebook_id": str(phonebook["id"]),
        "contact_uuid": contact["id"],
        "contact_id": personal["id"],
        "directory": "crew",
        "contact": f"{MARK}-17",
        "tenant": "main",
    }


def value_for(planted, path, name):
    """Answer the value of a path parameter that leads to what was planted, None if there is none."""
    if name in {"uuid", "source_uuid"}:
        kind = path.split("/")[2] if path.startswith("/backends/") else path.split("/")[1].rstrip("s")
        return planted.get(kind)
    if name == "profile":
        return planted["profile_name"]
    return planted.get(name)
