"""Step 8: which cases rest on which certificate, so that they are told when it falls."""

from sqlalchemy import Column, Connection, MetaData, String, Table


def shape(metadata: MetaData) -> None:
    """Declare the table; a certificate stands in it by a keyed digest alone."""
    Table(
        "certificate_use",
        metadata,
        Column("lookup", String, primary_key=True),
        Column("case_number", String, primary_key=True, index=True),
    )


def migrate(connection: Connection, metadata: MetaData) -> None:
    """Create the table; cases of before stand in it once they are looked at anew."""
    metadata.tables["certificate_use"].create(connection)
