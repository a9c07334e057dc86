"""The shop has its tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "catalogue_syncs",
        sa.Column("provider", sa.String(), nullable=False),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("succeeded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("prices", sa.Integer(), nullable=False),
        sa.Column("error", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("provider", name=op.f("pk_catalogue_syncs")),
    )
    op.create_table(
        "countries",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("iso2", sa.String(), nullable=True),
        sa.Column("iso3", sa.String(), nullable=True),
        sa.Column("calling_code", sa.String(), nullable=True),
        sa.Column("flag", sa.String(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_countries")),
    )
    op.create_table(
        "gateway_notices",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("gateway", sa.String(), nullable=False),
        sa.Column("external_id", sa.String(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("handled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gateway_notices")),
        sa.UniqueConstraint("gateway", "external_id", name=op.f("uq_gateway_notices_gateway_external_id")),
    )
    op.create_index(
        "ix_gateway_notices_handled_at_next_attempt_at",
        "gateway_notices",
        ["handled_at", "next_attempt_at"],
        unique=False,
    )
    op.create_table(
        "inbox_updates",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("update_id", sa.BigInteger(), nullable=False),
        sa.Column("lane", sa.BigInteger(), nullable=False),
        sa.Column("payload", sa.String(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbox_updates")),
        sa.UniqueConstraint("update_id", name=op.f("uq_inbox_updates_update_id")),
    )
    op.create_index("ix_inbox_updates_done_at", "inbox_updates", ["done_at"], unique=False)
    op.create_index(
        "ix_inbox_updates_pending",
        "inbox_updates",
        ["lane", "id"],
        unique=False,
        sqlite_where=sa.text("done_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL"),
    )
    op.create_table(
        "provider_pauses",
        sa.Column("provider", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("balance_needed", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("provider", name=op.f("pk_provider_pauses")),
    )
    op.create_table(
        "shop_rules",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_shop_rules")),
    )
    op.create_table(
        "sms_services",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("price_per_otp", sa.BigInteger(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("policy", sa.String(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("policy IN ('allow', 'review', 'block')", name=op.f("ck_sms_services_policy")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sms_services")),
        sa.UniqueConstraint("code", name=op.f("uq_sms_services_code")),
    )
    op.create_table(
        "upstream_strangers",
        sa.Column("provider", sa.String(), nullable=False),
        sa.Column("upstream_id", sa.String(), nullable=False),
        sa.Column("first_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("provider", "upstream_id", name=op.f("pk_upstream_strangers")),
    )
    op.create_table(
        "users",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("username", sa.String(), nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("email_hash", sa.String(), nullable=True),
        sa.Column("password_hash", sa.String(), nullable=True),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("credits", sa.BigInteger(), nullable=False),
        sa.Column("telegram_id", sa.BigInteger(), nullable=True),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("terms_version", sa.String(), nullable=True),
        sa.Column("terms_accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("banned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("banned_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ban_reason", sa.String(), nullable=True),
        sa.Column("indebted_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("unreachable_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("role IN ('admin', 'client')", name=op.f("ck_users_role")),
        sa.CheckConstraint("credits >= 0 OR indebted_since IS NOT NULL", name=op.f("ck_users_credits")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("email_hash", name=op.f("uq_users_email_hash")),
        sa.UniqueConstraint("telegram_id", name=op.f("uq_users_telegram_id")),
        sa.UniqueConstraint("username", name=op.f("uq_users_username")),
    )
    op.create_index("ix_users_role", "users", ["role"], unique=False)
    op.create_table(
        "audit_log",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(), nullable=True),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["users.id"], name=op.f("fk_audit_log_actor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_log")),
        sa.UniqueConstraint("key", name=op.f("uq_audit_log_key")),
    )
    op.create_index(op.f("ix_audit_log_actor_id"), "audit_log", ["actor_id"], unique=False)
    op.create_index("ix_audit_log_at", "audit_log", ["at"], unique=False)
    op.create_table(
        "cases",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resolved_by", sa.Uuid(), nullable=True),
        sa.Column("resolution", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["resolved_by"], ["users.id"], name=op.f("fk_cases_resolved_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cases")),
    )
    op.create_index(
        "ix_cases_open",
        "cases",
        ["kind", "subject"],
        unique=True,
        sqlite_where=sa.text("resolved_at IS NULL"),
        postgresql_where=sa.text("resolved_at IS NULL"),
    )
    op.create_index(op.f("ix_cases_resolved_by"), "cases", ["resolved_by"], unique=False)
    op.create_table(
        "offers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("sms_service_id", sa.Uuid(), nullable=False),
        sa.Column("country_id", sa.Integer(), nullable=False),
        sa.Column("operator", sa.String(), nullable=True),
        sa.Column("provider", sa.String(), nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=False),
        sa.Column("cap", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("price > 0 AND cap > 0", name=op.f("ck_offers_amounts")),
        sa.ForeignKeyConstraint(["country_id"], ["countries.id"], name=op.f("fk_offers_country_id")),
        sa.ForeignKeyConstraint(
            ["sms_service_id"], ["sms_services.id"], name=op.f("fk_offers_sms_service_id")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_offers_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offers")),
    )
    op.create_index(op.f("ix_offers_country_id"), "offers", ["country_id"], unique=False)
    op.create_index("ix_offers_expires_at", "offers", ["expires_at"], unique=False)
    op.create_index(op.f("ix_offers_sms_service_id"), "offers", ["sms_service_id"], unique=False)
    op.create_index("ix_offers_user_id", "offers", ["user_id"], unique=False)
    op.create_table(
        "outbox_facts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("arguments", sa.JSON(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("blocked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_outbox_facts_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_facts")),
    )
    op.create_index(
        "ix_outbox_facts_pending",
        "outbox_facts",
        ["priority", "id"],
        unique=False,
        sqlite_where=sa.text("sent_at IS NULL AND blocked_at IS NULL"),
        postgresql_where=sa.text("sent_at IS NULL AND blocked_at IS NULL"),
    )
    op.create_index("ix_outbox_facts_user_id", "outbox_facts", ["user_id"], unique=False)
    op.create_table(
        "price_rules",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sms_service_id", sa.Uuid(), nullable=True),
        sa.Column("country_id", sa.Integer(), nullable=True),
        sa.Column("markup_percent", sa.BigInteger(), nullable=True),
        sa.Column("fixed_price", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(markup_percent IS NULL) <> (fixed_price IS NULL)",
            name=op.f("ck_price_rules_markup_or_fixed_price"),
        ),
        sa.ForeignKeyConstraint(["country_id"], ["countries.id"], name=op.f("fk_price_rules_country_id")),
        sa.ForeignKeyConstraint(
            ["sms_service_id"], ["sms_services.id"], name=op.f("fk_price_rules_sms_service_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_price_rules")),
    )
    op.create_index("ix_price_rules_country_id", "price_rules", ["country_id"], unique=False)
    op.create_index("ix_price_rules_target", "price_rules", ["sms_service_id", "country_id"], unique=True)
    op.create_table(
        "provider_countries",
        sa.Column("provider", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("country_id", sa.Integer(), nullable=False),
        sa.Column("operators", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["country_id"], ["countries.id"], name=op.f("fk_provider_countries_country_id")
        ),
        sa.PrimaryKeyConstraint("provider", "code", name=op.f("pk_provider_countries")),
    )
    op.create_index(
        op.f("ix_provider_countries_country_id"), "provider_countries", ["country_id"], unique=False
    )
    op.create_table(
        "provider_prices",
        sa.Column("provider", sa.String(), nullable=False),
        sa.Column("sms_service_id", sa.Uuid(), nullable=False),
        sa.Column("country_id", sa.Integer(), nullable=False),
        sa.Column("cost", sa.BigInteger(), nullable=False),
        sa.Column("stock", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["country_id"], ["countries.id"], name=op.f("fk_provider_prices_country_id")),
        sa.ForeignKeyConstraint(
            ["sms_service_id"], ["sms_services.id"], name=op.f("fk_provider_prices_sms_service_id")
        ),
        sa.PrimaryKeyConstraint("provider", "sms_service_id", "country_id", name=op.f("pk_provider_prices")),
    )
    op.create_index("ix_provider_prices_country_id", "provider_prices", ["country_id"], unique=False)
    op.create_index(
        "ix_provider_prices_sms_service_id_country_id",
        "provider_prices",
        ["sms_service_id", "country_id"],
        unique=False,
    )
    op.create_table(
        "provider_services",
        sa.Column("provider", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("sms_service_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["sms_service_id"], ["sms_services.id"], name=op.f("fk_provider_services_sms_service_id")
        ),
        sa.PrimaryKeyConstraint("provider", "code", name=op.f("pk_provider_services")),
    )
    op.create_index(
        op.f("ix_provider_services_sms_service_id"), "provider_services", ["sms_service_id"], unique=False
    )
    op.create_table(
        "spoken_messages",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=False),
        sa.Column("spoken_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_spoken_messages_user_id")),
        sa.PrimaryKeyConstraint("user_id", "kind", "subject", name=op.f("pk_spoken_messages")),
    )
    op.create_table(
        "topups",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("gateway", sa.String(), nullable=False),
        sa.Column("order_id", sa.String(), nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("gateway_amount", sa.BigInteger(), nullable=True),
        sa.Column("gateway_currency", sa.String(), nullable=True),
        sa.Column("credits", sa.BigInteger(), nullable=False),
        sa.Column("bonus", sa.BigInteger(), nullable=False),
        sa.Column("link", sa.String(), nullable=True),
        sa.Column("copy_code", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("wanted_service_id", sa.Uuid(), nullable=True),
        sa.Column("wanted_country_id", sa.Integer(), nullable=True),
        sa.Column("next_check_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("checks", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('draft', 'open', 'paid', 'expired', 'cancelled', 'failed', 'review')",
            name=op.f("ck_topups_state"),
        ),
        sa.CheckConstraint("amount > 0 AND credits > 0 AND bonus >= 0", name=op.f("ck_topups_amounts")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_topups_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_topups")),
        sa.UniqueConstraint("gateway", "order_id", name=op.f("uq_topups_gateway_order_id")),
    )
    op.create_index("ix_topups_state_next_check_at", "topups", ["state", "next_check_at"], unique=False)
    op.create_index("ix_topups_user_id_created_at", "topups", ["user_id", "created_at"], unique=False)
    op.create_table(
        "transactions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("gateway", sa.String(), nullable=False),
        sa.Column("transaction_id_gateway", sa.String(), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("topup_id", sa.Uuid(), nullable=True),
        sa.Column("reverses_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(type IN ('sms_sent', 'sms_received', 'refund', 'chargeback') AND amount < 0) OR (type IN ('credit_purchase', 'bonus', 'promotion', 'referral') AND amount > 0) OR (type = 'adjustment' AND amount <> 0)",
            name=op.f("ck_transactions_sign"),
        ),
        sa.CheckConstraint(
            "status IN ('pending', 'completed', 'failed')", name=op.f("ck_transactions_status")
        ),
        sa.CheckConstraint(
            "type IN ('credit_purchase', 'sms_sent', 'sms_received', 'refund', 'chargeback', 'adjustment', 'bonus', 'promotion', 'referral')",
            name=op.f("ck_transactions_type"),
        ),
        sa.ForeignKeyConstraint(["actor_id"], ["users.id"], name=op.f("fk_transactions_actor_id")),
        sa.ForeignKeyConstraint(
            ["reverses_id"], ["transactions.id"], name=op.f("fk_transactions_reverses_id")
        ),
        sa.ForeignKeyConstraint(["topup_id"], ["topups.id"], name=op.f("fk_transactions_topup_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_transactions_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transactions")),
        sa.UniqueConstraint(
            "gateway",
            "transaction_id_gateway",
            "type",
            name=op.f("uq_transactions_gateway_transaction_id_gateway_type"),
        ),
    )
    op.create_index(op.f("ix_transactions_actor_id"), "transactions", ["actor_id"], unique=False)
    op.create_index(op.f("ix_transactions_reverses_id"), "transactions", ["reverses_id"], unique=False)
    op.create_index("ix_transactions_status_type", "transactions", ["status", "type"], unique=False)
    op.create_index(op.f("ix_transactions_topup_id"), "transactions", ["topup_id"], unique=False)
    op.create_index(
        "ix_transactions_user_id_created_at", "transactions", ["user_id", "created_at"], unique=False
    )
    op.create_table(
        "active_numbers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("sms_service_id", sa.Uuid(), nullable=False),
        sa.Column("phone_number", sa.Text(), nullable=True),
        sa.Column("phone_hash", sa.String(), nullable=True),
        sa.Column("start_time", sa.DateTime(timezone=True), nullable=True),
        sa.Column("end_time", sa.DateTime(timezone=True), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("last_message_received_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("country_id", sa.Integer(), nullable=False),
        sa.Column("operator", sa.String(), nullable=True),
        sa.Column("offer_id", sa.Uuid(), nullable=False),
        sa.Column("charge_id", sa.Uuid(), nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=False),
        sa.Column("provider", sa.String(), nullable=False),
        sa.Column("upstream_id", sa.String(), nullable=True),
        sa.Column("cap", sa.BigInteger(), nullable=False),
        sa.Column("cost", sa.BigInteger(), nullable=True),
        sa.Column("cost_currency", sa.String(), nullable=True),
        sa.Column("baseline_id", sa.String(), nullable=True),
        sa.Column("tried", sa.String(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("unknown_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("unknown_reason", sa.String(), nullable=True),
        sa.Column("rejection", sa.String(), nullable=True),
        sa.Column("can_repeat", sa.Boolean(), nullable=False),
        sa.Column("asking", sa.Integer(), nullable=False),
        sa.Column("codes", sa.Integer(), nullable=False),
        sa.Column("ended_by", sa.String(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_check_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("checks", sa.Integer(), nullable=False),
        sa.Column("closed_upstream_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "ended_by IN ('person', 'expiry', 'upstream', 'operator')",
            name=op.f("ck_active_numbers_ended_by"),
        ),
        sa.CheckConstraint(
            "status IN ('intent', 'sent', 'unknown', 'rejected', 'active', 'cancelling', 'finished', 'expired', 'cancelled')",
            name=op.f("ck_active_numbers_status"),
        ),
        sa.CheckConstraint(
            "status NOT IN ('active', 'cancelling', 'finished') OR (upstream_id IS NOT NULL AND phone_number IS NOT NULL AND end_time IS NOT NULL)",
            name=op.f("ck_active_numbers_bought"),
        ),
        sa.ForeignKeyConstraint(["charge_id"], ["transactions.id"], name=op.f("fk_active_numbers_charge_id")),
        sa.ForeignKeyConstraint(["country_id"], ["countries.id"], name=op.f("fk_active_numbers_country_id")),
        sa.ForeignKeyConstraint(["offer_id"], ["offers.id"], name=op.f("fk_active_numbers_offer_id")),
        sa.ForeignKeyConstraint(
            ["sms_service_id"], ["sms_services.id"], name=op.f("fk_active_numbers_sms_service_id")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_active_numbers_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_active_numbers")),
        sa.UniqueConstraint("charge_id", name=op.f("uq_active_numbers_charge_id")),
        sa.UniqueConstraint("offer_id", name=op.f("uq_active_numbers_offer_id")),
        sa.UniqueConstraint("provider", "upstream_id", name=op.f("uq_active_numbers_provider_upstream_id")),
    )
    op.create_index(
        "ix_active_numbers_close_due", "active_numbers", ["closed_upstream_at", "status"], unique=False
    )
    op.create_index(op.f("ix_active_numbers_country_id"), "active_numbers", ["country_id"], unique=False)
    op.create_index("ix_active_numbers_phone_hash", "active_numbers", ["phone_hash"], unique=False)
    op.create_index(
        op.f("ix_active_numbers_sms_service_id"), "active_numbers", ["sms_service_id"], unique=False
    )
    op.create_index(
        "ix_active_numbers_status_end_time", "active_numbers", ["status", "end_time"], unique=False
    )
    op.create_index(
        "ix_active_numbers_status_next_check_at", "active_numbers", ["status", "next_check_at"], unique=False
    )
    op.create_index(
        "ix_active_numbers_user_id_created_at", "active_numbers", ["user_id", "created_at"], unique=False
    )
    op.create_table(
        "sms_messages",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("from_number", sa.Text(), nullable=True),
        sa.Column("to_number", sa.Text(), nullable=True),
        sa.Column("message_body", sa.Text(), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("api_message_id", sa.String(), nullable=True),
        sa.Column("cost", sa.BigInteger(), nullable=True),
        sa.Column("service_code", sa.String(), nullable=False),
        sa.Column("reactivation_count", sa.Integer(), nullable=False),
        sa.Column("cancelled", sa.Boolean(), nullable=False),
        sa.Column("cancellation_time", sa.DateTime(timezone=True), nullable=True),
        sa.Column("active_number_id", sa.Uuid(), nullable=True),
        sa.Column("dedupe_key", sa.String(), nullable=True),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("is_call", sa.Boolean(), nullable=False),
        sa.Column("is_withheld", sa.Boolean(), nullable=False),
        sa.Column("ended_by", sa.String(), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "ended_by IN ('person', 'expiry', 'upstream', 'operator')", name=op.f("ck_sms_messages_ended_by")
        ),
        sa.CheckConstraint(
            "status IN ('sent', 'delivered', 'failed', 'pending', 'received')",
            name=op.f("ck_sms_messages_status"),
        ),
        sa.CheckConstraint("type IN ('sent', 'received')", name=op.f("ck_sms_messages_type")),
        sa.ForeignKeyConstraint(
            ["active_number_id"], ["active_numbers.id"], name=op.f("fk_sms_messages_active_number_id")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_sms_messages_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sms_messages")),
        sa.UniqueConstraint(
            "active_number_id", "dedupe_key", name=op.f("uq_sms_messages_active_number_id_dedupe_key")
        ),
    )
    op.create_index("ix_sms_messages_api_message_id", "sms_messages", ["api_message_id"], unique=False)
    op.create_index(
        "ix_sms_messages_user_id_created_at", "sms_messages", ["user_id", "created_at"], unique=False
    )


def downgrade() -> None:
    op.drop_index("ix_sms_messages_user_id_created_at", table_name="sms_messages")
    op.drop_index("ix_sms_messages_api_message_id", table_name="sms_messages")
    op.drop_table("sms_messages")
    op.drop_index("ix_active_numbers_user_id_created_at", table_name="active_numbers")
    op.drop_index("ix_active_numbers_status_next_check_at", table_name="active_numbers")
    op.drop_index("ix_active_numbers_status_end_time", table_name="active_numbers")
    op.drop_index(op.f("ix_active_numbers_sms_service_id"), table_name="active_numbers")
    op.drop_index("ix_active_numbers_phone_hash", table_name="active_numbers")
    op.drop_index(op.f("ix_active_numbers_country_id"), table_name="active_numbers")
    op.drop_index("ix_active_numbers_close_due", table_name="active_numbers")
    op.drop_table("active_numbers")
    op.drop_index("ix_transactions_user_id_created_at", table_name="transactions")
    op.drop_index(op.f("ix_transactions_topup_id"), table_name="transactions")
    op.drop_index("ix_transactions_status_type", table_name="transactions")
    op.drop_index(op.f("ix_transactions_reverses_id"), table_name="transactions")
    op.drop_index(op.f("ix_transactions_actor_id"), table_name="transactions")
    op.drop_table("transactions")
    op.drop_index("ix_topups_user_id_created_at", table_name="topups")
    op.drop_index("ix_topups_state_next_check_at", table_name="topups")
    op.drop_table("topups")
    op.drop_table("spoken_messages")
    op.drop_index(op.f("ix_provider_services_sms_service_id"), table_name="provider_services")
    op.drop_table("provider_services")
    op.drop_index("ix_provider_prices_sms_service_id_country_id", table_name="provider_prices")
    op.drop_index("ix_provider_prices_country_id", table_name="provider_prices")
    op.drop_table("provider_prices")
    op.drop_index(op.f("ix_provider_countries_country_id"), table_name="provider_countries")
    op.drop_table("provider_countries")
    op.drop_index("ix_price_rules_target", table_name="price_rules")
    op.drop_index("ix_price_rules_country_id", table_name="price_rules")
    op.drop_table("price_rules")
    op.drop_index("ix_outbox_facts_user_id", table_name="outbox_facts")
    op.drop_index(
        "ix_outbox_facts_pending",
        table_name="outbox_facts",
        sqlite_where=sa.text("sent_at IS NULL AND blocked_at IS NULL"),
        postgresql_where=sa.text("sent_at IS NULL AND blocked_at IS NULL"),
    )
    op.drop_table("outbox_facts")
    op.drop_index("ix_offers_user_id", table_name="offers")
    op.drop_index(op.f("ix_offers_sms_service_id"), table_name="offers")
    op.drop_index("ix_offers_expires_at", table_name="offers")
    op.drop_index(op.f("ix_offers_country_id"), table_name="offers")
    op.drop_table("offers")
    op.drop_index(op.f("ix_cases_resolved_by"), table_name="cases")
    op.drop_index(
        "ix_cases_open",
        table_name="cases",
        sqlite_where=sa.text("resolved_at IS NULL"),
        postgresql_where=sa.text("resolved_at IS NULL"),
    )
    op.drop_table("cases")
    op.drop_index("ix_audit_log_at", table_name="audit_log")
    op.drop_index(op.f("ix_audit_log_actor_id"), table_name="audit_log")
    op.drop_table("audit_log")
    op.drop_index("ix_users_role", table_name="users")
    op.drop_table("users")
    op.drop_table("upstream_strangers")
    op.drop_table("sms_services")
    op.drop_table("shop_rules")
    op.drop_table("provider_pauses")
    op.drop_index(
        "ix_inbox_updates_pending",
        table_name="inbox_updates",
        sqlite_where=sa.text("done_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL"),
    )
    op.drop_index("ix_inbox_updates_done_at", table_name="inbox_updates")
    op.drop_table("inbox_updates")
    op.drop_index("ix_gateway_notices_handled_at_next_attempt_at", table_name="gateway_notices")
    op.drop_table("gateway_notices")
    op.drop_table("countries")
    op.drop_table("catalogue_syncs")
