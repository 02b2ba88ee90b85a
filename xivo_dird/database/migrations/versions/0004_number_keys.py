"""Recompute the keys of all stored contacts, so that a phone number is found in any spelling."""

from alembic import op

from xivo_dird.database.contact_recompute import recompute_keys
from xivo_dird.database.former_contact_forms import former_keys, keys_of_exact_texts

revision = "0004"
down_revision = "0003"

TABLES = ("phonebook_contact", "personal_contact")


def upgrade() -> None:
    """Compute keys whose high bits are common to all spellings of a phone number."""
    for table in TABLES:
        recompute_keys(op.get_bind(), table, former_keys)


def downgrade() -> None:
    """Restore the keys that stand for one text each."""
    for table in TABLES:
        recompute_keys(op.get_bind(), table, keys_of_exact_texts)
