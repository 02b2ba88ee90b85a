"""One resource of every kind, so that tests can request each route with ids that exist."""

from api.rest import create

MARK = "SAMPLE"


def create_samples(daemon):
    """Create the samples as the administrator; return their ids and names by kind or path parameter."""
    display = create(daemon, "/displays", {"name": f"{MARK} display", "columns": [{"field": "name"}]})
    source = create(daemon, "/backends/personal/sources", {"name": f"{MARK} source"})
    services = {"lookup": {"sources": [{"uuid": source["uuid"]}]}}
    profile = create(
        daemon,
        "/profiles",
        {"name": f"{MARK} profile", "display": {"uuid": display["uuid"]}, "services": services},
    )
    phonebook = create(daemon, "/phonebooks", {"name": f"{MARK} phonebook"})
    contacts = f"/phonebooks/{phonebook['uuid']}/contacts"
    contact = create(daemon, contacts, {"name": f"{MARK} contact"})
    book = create(daemon, "/backends/phonebook/sources", {"phonebook_uuid": phonebook["uuid"]})
    personal = create(daemon, "/personal", {"firstname": f"{MARK} personal"})
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


def path_value(samples, path, name):
    """Return the value of a path parameter that leads to a sample; None if there is none."""
    if name in {"uuid", "source_uuid"}:
        kind = path.split("/")[2] if path.startswith("/backends/") else path.split("/")[1].rstrip("s")
        return samples.get(kind)
    if name == "profile":
        return samples["profile_name"]
    return samples.get(name)
