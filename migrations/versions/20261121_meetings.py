"""Reviews become meetings: what people say of items, fixes, verified answers; posts can be edited in place."""

from collections.abc import Sequence

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision: str = "20261121_meetings"
down_revision: str | None = "20261121_inbox"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    _add_meetings()
    _add_fixes()
    _add_truth()
    _add_columns()


def _add_meetings() -> None:
    op.create_table(
        "error_kinds",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("created_by", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("created_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("merged_into", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["merged_into"], ["error_kinds.id"], name=op.f("fk_error_kinds_merged_into")),
        sa.ForeignKeyConstraint(["product_id"], ["products.id"], name=op.f("fk_error_kinds_product_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_error_kinds")),
        sa.UniqueConstraint("product_id", "folded", name=op.f("uq_error_kinds_product_id_folded")),
    )
    op.create_table(
        "expert_questions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("asked_by", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("expert", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("asked_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("acceptable", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["item_id"], ["review_items.id"], name=op.f("fk_expert_questions_item_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_expert_questions")),
    )
    with op.batch_alter_table("expert_questions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_expert_questions_expert"), ["expert"], unique=False)
        batch_op.create_index(batch_op.f("ix_expert_questions_item_id"), ["item_id"], unique=False)
    op.create_table(
        "review_overrides",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("what", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("user_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("overridden_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["review_items.id"], name=op.f("fk_review_overrides_item_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_overrides")),
        sa.UniqueConstraint("item_id", "what", "about", name=op.f("uq_review_overrides_item_id_what_about")),
    )
    op.create_table(
        "review_settlements",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("part", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("verdict", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("user_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("settled_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["review_items.id"], name=op.f("fk_review_settlements_item_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_settlements")),
        sa.UniqueConstraint("item_id", "part", name=op.f("uq_review_settlements_item_id_part")),
    )
    op.create_table(
        "review_words",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("part", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("user_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("verdict", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("said_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["review_items.id"], name=op.f("fk_review_words_item_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_words")),
        sa.UniqueConstraint("item_id", "part", "user_id", name=op.f("uq_review_words_item_id_part_user_id")),
    )


def _add_fixes() -> None:
    op.create_table(
        "fixes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("review_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("impact", sa.Integer(), nullable=True),
        sa.Column("feasibility", sa.Integer(), nullable=True),
        sa.Column("risk", sa.Integer(), nullable=True),
        sa.Column("alignment", sa.Integer(), nullable=True),
        sa.Column("this_week", sa.Boolean(), nullable=False),
        sa.Column("owner", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("state", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("created_by", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("created_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("shipped_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["product_id"], ["products.id"], name=op.f("fk_fixes_product_id")),
        sa.ForeignKeyConstraint(["review_id"], ["reviews.id"], name=op.f("fk_fixes_review_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fixes")),
    )
    with op.batch_alter_table("fixes", schema=None) as batch_op:
        batch_op.create_index("ix_fixes_product_id_state", ["product_id", "state"], unique=False)
        batch_op.create_index(batch_op.f("ix_fixes_review_id"), ["review_id"], unique=False)
    op.create_table(
        "fix_events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("fix_id", sa.Integer(), nullable=False),
        sa.Column("at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("user_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("what", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("detail", sa.JSON(none_as_null=True), nullable=False),
        sa.ForeignKeyConstraint(["fix_id"], ["fixes.id"], name=op.f("fk_fix_events_fix_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fix_events")),
    )
    with op.batch_alter_table("fix_events", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_fix_events_fix_id"), ["fix_id"], unique=False)
    op.create_table(
        "fix_items",
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("fix_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["fix_id"], ["fixes.id"], name=op.f("fk_fix_items_fix_id")),
        sa.ForeignKeyConstraint(["item_id"], ["review_items.id"], name=op.f("fk_fix_items_item_id")),
        sa.PrimaryKeyConstraint("item_id", name=op.f("pk_fix_items")),
    )
    with op.batch_alter_table("fix_items", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_fix_items_fix_id"), ["fix_id"], unique=False)


def _add_truth() -> None:
    op.create_table(
        "feedback",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("prediction_id", sa.Text(), nullable=False),
        sa.Column("model_version", sa.Text(), nullable=False),
        sa.Column("given_by", sa.Text(), nullable=False),
        sa.Column("feedback", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("correction", sa.Text(), nullable=True),
        sa.Column("final_output", sa.Text(), nullable=True),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.Column("given_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["product_id"], ["products.id"], name=op.f("fk_feedback_product_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback")),
        sa.UniqueConstraint(
            "product_id",
            "prediction_id",
            "model_version",
            "given_by",
            name=op.f("uq_feedback_product_id_prediction_id_model_version_given_by"),
        ),
    )
    op.create_table(
        "truths",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("prediction_row_id", sa.Integer(), nullable=False),
        sa.Column("origin", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("proposal", sa.Text(), nullable=False),
        sa.Column("proposed_by", sa.Text(), nullable=False),
        sa.Column("proposed_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("state", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("decided_by", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("decided_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["prediction_row_id"], ["predictions.id"], name=op.f("fk_truths_prediction_row_id")),
        sa.ForeignKeyConstraint(["product_id"], ["products.id"], name=op.f("fk_truths_product_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_truths")),
        sa.UniqueConstraint(
            "prediction_row_id", "origin", "proposed_by", name=op.f("uq_truths_prediction_row_id_origin_proposed_by")
        ),
    )
    with op.batch_alter_table("truths", schema=None) as batch_op:
        batch_op.create_index("ix_truths_product_id_state", ["product_id", "state"], unique=False)
    op.create_table(
        "golden",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("prediction_row_id", sa.Integer(), nullable=False),
        sa.Column("golden_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("truth_id", sa.Integer(), nullable=True),
        sa.Column("picked_by", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("picked_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("dropped_by", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("dropped_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["prediction_row_id"], ["predictions.id"], name=op.f("fk_golden_prediction_row_id")),
        sa.ForeignKeyConstraint(["product_id"], ["products.id"], name=op.f("fk_golden_product_id")),
        sa.ForeignKeyConstraint(["truth_id"], ["truths.id"], name=op.f("fk_golden_truth_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_golden")),
        sa.UniqueConstraint("product_id", "prediction_row_id", name=op.f("uq_golden_product_id_prediction_row_id")),
    )
    op.create_table(
        "reports",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("prediction_row_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("channel", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("ts", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("reported_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["item_id"], ["review_items.id"], name=op.f("fk_reports_item_id")),
        sa.ForeignKeyConstraint(["prediction_row_id"], ["predictions.id"], name=op.f("fk_reports_prediction_row_id")),
        sa.ForeignKeyConstraint(["product_id"], ["products.id"], name=op.f("fk_reports_product_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reports")),
        sa.UniqueConstraint(
            "product_id", "channel", "ts", "user_id", name=op.f("uq_reports_product_id_channel_ts_user_id")
        ),
    )


def _add_columns() -> None:
    _add_review_columns()
    with op.batch_alter_table("inbox", schema=None) as batch_op:
        batch_op.add_column(sa.Column("not_before", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))
    with op.batch_alter_table("posts", schema=None) as batch_op:
        batch_op.add_column(sa.Column("revision", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("shown", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("edit_attempts", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("edit_not_before", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))
        batch_op.create_index(
            "ix_posts_stale",
            ["workspace", "id"],
            unique=False,
            sqlite_where=sa.text("shown < revision"),
            postgresql_where=sa.text("shown < revision"),
        )


def _add_review_columns() -> None:
    with op.batch_alter_table("review_items", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("why", sqlmodel.sql.sqltypes.AutoString(), nullable=False, server_default="worst")
        )
        batch_op.add_column(sa.Column("back_from", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("left_from", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("kind_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("quick", sqlmodel.sql.sqltypes.AutoString(), nullable=True))
        batch_op.add_column(sa.Column("quick_by", sqlmodel.sql.sqltypes.AutoString(), nullable=True))
        batch_op.add_column(sa.Column("quick_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))
        batch_op.add_column(sa.Column("reviewed_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_review_items_back_from"), "fixes", ["back_from"], ["id"])
        batch_op.create_foreign_key(batch_op.f("fk_review_items_kind_id"), "error_kinds", ["kind_id"], ["id"])
        batch_op.create_foreign_key(batch_op.f("fk_review_items_left_from"), "review_items", ["left_from"], ["id"])
    with op.batch_alter_table("reviews", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("state", sqlmodel.sql.sqltypes.AutoString(), nullable=False, server_default="open")
        )
        batch_op.add_column(sa.Column("head_key", sqlmodel.sql.sqltypes.AutoString(), nullable=True))
        batch_op.add_column(sa.Column("place", sa.Integer(), nullable=False, server_default="1"))
        batch_op.add_column(sa.Column("started_by", sqlmodel.sql.sqltypes.AutoString(), nullable=True))
        batch_op.add_column(sa.Column("started_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))
        batch_op.add_column(sa.Column("finished_by", sqlmodel.sql.sqltypes.AutoString(), nullable=True))
        batch_op.add_column(sa.Column("finished_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))
        batch_op.add_column(sa.Column("most_help", sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    _drop_columns()
    _drop_truth()
    _drop_fixes()
    _drop_meetings()


def _drop_columns() -> None:
    _drop_review_columns()
    with op.batch_alter_table("posts", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_posts_stale", sqlite_where=sa.text("shown < revision"), postgresql_where=sa.text("shown < revision")
        )
        batch_op.drop_column("edit_not_before")
        batch_op.drop_column("edit_attempts")
        batch_op.drop_column("shown")
        batch_op.drop_column("revision")
    with op.batch_alter_table("inbox", schema=None) as batch_op:
        batch_op.drop_column("not_before")


def _drop_review_columns() -> None:
    with op.batch_alter_table("reviews", schema=None) as batch_op:
        batch_op.drop_column("most_help")
        batch_op.drop_column("finished_at")
        batch_op.drop_column("finished_by")
        batch_op.drop_column("started_at")
        batch_op.drop_column("started_by")
        batch_op.drop_column("place")
        batch_op.drop_column("head_key")
        batch_op.drop_column("state")
    with op.batch_alter_table("review_items", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_review_items_left_from"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_review_items_kind_id"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_review_items_back_from"), type_="foreignkey")
        batch_op.drop_column("reviewed_at")
        batch_op.drop_column("quick_at")
        batch_op.drop_column("quick_by")
        batch_op.drop_column("quick")
        batch_op.drop_column("kind_id")
        batch_op.drop_column("left_from")
        batch_op.drop_column("back_from")
        batch_op.drop_column("why")


def _drop_truth() -> None:
    op.drop_table("reports")
    op.drop_table("golden")
    with op.batch_alter_table("truths", schema=None) as batch_op:
        batch_op.drop_index("ix_truths_product_id_state")
    op.drop_table("truths")
    op.drop_table("feedback")


def _drop_fixes() -> None:
    with op.batch_alter_table("fix_items", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_fix_items_fix_id"))
    op.drop_table("fix_items")
    with op.batch_alter_table("fix_events", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_fix_events_fix_id"))
    op.drop_table("fix_events")
    with op.batch_alter_table("fixes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_fixes_review_id"))
        batch_op.drop_index("ix_fixes_product_id_state")
    op.drop_table("fixes")


def _drop_meetings() -> None:
    op.drop_table("review_words")
    op.drop_table("review_settlements")
    op.drop_table("review_overrides")
    with op.batch_alter_table("expert_questions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_expert_questions_item_id"))
        batch_op.drop_index(batch_op.f("ix_expert_questions_expert"))
    op.drop_table("expert_questions")
    op.drop_table("error_kinds")
