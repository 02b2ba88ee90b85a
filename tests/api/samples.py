"""One resource of every kind, so that tests can request each route with ids that exist."""

from api.rest import create

MARK = "SAMPLE"

BODIES = {
    "/displays": {"name": "taken", "columns": [{"field": "name"}]},
    "/profiles": {"name": "taken", "services": {}},
    "/personal": {"firstname": "taken"},
    "/phonebooks": {"name": "taken"},
    "/tenants": {"name": "taken"},
    "/backends/personal": {"name": "taken"},
    "/directories/reverse": {"extens": ["2045"]},
}
CONTACT = {"name": "taken"}


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


def routes(daemon):
    described = daemon.get("/api/openapi.json", token=None).json
    return [(path, method) for path, methods in described["paths"].items() for method in methods]


def fill_path(samples, path):
    """Replace the parameters of a path by the ids and names of samples."""
    parts = []
    for part in path.split("/"):
        value = path_value(samples, path, part.strip("{}")) if part.startswith("{") else part
        parts.append("unknown" if value is None else value)
    return "/".join(parts)


def body_for(samples, path):
    if path.startswith("/backends/phonebook"):
        return {"phonebook_uuid": samples["phonebook_uuid"]}
    if "/contacts" in path:
        return CONTACT
    return next((body for start, body in BODIES.items() if path.startswith(start)), {})


def all_resources(daemon):
    """Return everything that the administrator owns."""
    paths = ["/displays", "/profiles", "/sources", "/phonebooks", "/personal"]
    listed = [daemon.get(path).json["items"] for path in paths]
    marked_book = next(book for book in listed[3] if MARK in book["name"])
    contacts = daemon.get(f"/phonebooks/{marked_book['uuid']}/contacts").json["items"]
    favorites = daemon.get("/directories/favorites/default").json["results"]
    return listed, contacts, favorites
