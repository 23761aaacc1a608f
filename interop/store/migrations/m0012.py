"""Step 12: which cases are parts of one joint application."""

from sqlalchemy import Column, Connection, ForeignKey, MetaData, String, Table


def shape(metadata: MetaData) -> None:
    """Declare the table."""
    Table(
        "joint_part",
        metadata,
        # Keyed digest of the window and its number for the joint application.
        Column("lookup", String, primary_key=True),
        Column(
            "case_number",
            String,
            ForeignKey("case_file.number"),
            primary_key=True,
            nullable=False,
        ),
    )


def migrate(connection: Connection, metadata: MetaData) -> None:
    """Create it; what was filed before belongs to none."""
    metadata.tables["joint_part"].create(connection)
