"""Search texts and keys by which names are found in every spelling; revision 0008 computes them.

The index of texts gets letter forms, digits and blanks in one form, numbers without punctuation, and words as they are
typed on a keypad.
"""

from alembic import op

from xivo_dird.database.contact_recompute import recompute_keys, recompute_texts
from xivo_dird.database.former_contact_forms import former_keys, former_search_text

revision = "0007"
down_revision = "0006"

TABLES = ("phonebook_contact", "personal_contact")


def upgrade() -> None:
    """Leave the work to revision 0008, which replaces the same search texts and keys."""


def downgrade() -> None:
    """Restore the search texts and keys of the revisions before."""
    for table in TABLES:
        recompute_texts(op.get_bind(), table, former_search_text)
        recompute_keys(op.get_bind(), table, former_keys)
