"""Recompute the search texts and keys of all stored contacts, so that numbers with rarer signs are found.

The index of texts gets numbers that are written with `~`, a backslash or tabs; the keys get company blocks with several
blanks around their hyphen.
"""

from alembic import op

from xivo_dird.database.contact_keys import keys_of
from xivo_dird.database.contact_recompute import recompute_keys, recompute_texts
from xivo_dird.database.contact_texts import search_text

revision = "0008"
down_revision = "0007"

TABLES = ("phonebook_contact", "personal_contact")


def upgrade() -> None:
    """Compute the search texts and keys of today."""
    for table in TABLES:
        recompute_texts(op.get_bind(), table, search_text)
        recompute_keys(op.get_bind(), table, keys_of)


def downgrade() -> None:
    """Keep the search texts and keys: the revision before finds with them what it found without them."""
