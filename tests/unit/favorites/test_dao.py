"""The table of favorites."""

from sqlalchemy import MetaData, Table

from xivo_dird.favorites.dao import FavoriteRow


def described(table, dialect):
    columns = {
        (column.name, column.type.compile(dialect), column.nullable, column.primary_key)
        for column in table.columns
    }
    keys = {(key.parent.name, key.target_fullname, key.ondelete) for key in table.foreign_keys}
    return columns, keys, {tuple(index.columns.keys()) for index in table.indexes}


def test_the_table_is_mapped_as_migrations_create_it(database):
    engine = database.engine
    migrated = Table(FavoriteRow.__tablename__, MetaData(), autoload_with=engine)
    assert described(FavoriteRow.metadata.tables["favorite"], engine.dialect) == described(
        migrated, engine.dialect
    )
