"""The errors for credentials that are wrong or not sufficient: what they tell the client (contract section 1.4)."""

from xivo_dird.exceptions import Unauthorized

MISSING_PERMISSION = "missing_permission_or_invalid_tenant"
"""The reason of an `Unauthorized` for credentials that are right, but not sufficient."""


def invalid_token(token: str, required_acl: str) -> Unauthorized:
    """Return the error for an unknown or expired token (contract section 1.4)."""
    return Unauthorized(
        "Unauthorized",
        {"invalid_token": token, "reason": "not_found_or_expired", "required_access": required_acl},
    )


def invalid_password(username: str, required_acl: str) -> Unauthorized:
    """Return the error for an unknown user or a wrong password; both look the same."""
    return Unauthorized(
        "Unauthorized",
        {"username": username, "reason": "invalid_username_or_password", "required_access": required_acl},
    )


def missing_permission(token: str, required_acl: str, tenant_uuid: str | None) -> Unauthorized:
    """Return the error for a missing permission or an inaccessible tenant (contract section 1.4)."""
    return Unauthorized(
        "Unauthorized",
        {
            "invalid_token": token,
            "reason": MISSING_PERMISSION,
            "required_access": required_acl,
            "tenant_uuid": tenant_uuid,
        },
    )


def missing_user_permission(username: str, required_acl: str, tenant_uuid: str | None) -> Unauthorized:
    """Return the error for a missing permission or an inaccessible tenant of a user with a password."""
    return Unauthorized(
        "Unauthorized",
        {
            "username": username,
            "reason": MISSING_PERMISSION,
            "required_access": required_acl,
            "tenant_uuid": tenant_uuid,
        },
    )


def without_token(error: Unauthorized) -> Unauthorized:
    """Return the error without the token in it, for a client that has not sent it in `X-Auth-Token`."""
    details = {name: detail for name, detail in error.details.items() if name != "invalid_token"}
    return Unauthorized(error.message, details)
