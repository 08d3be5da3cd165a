"""Names the steps that were written down before, and lets the database guard history and sums."""

from typing import Any

from django.db import migrations

WHAT_OF_STATUS = {
    "open": "asked_for",
    "processing": "processing",
    "paid": "paid",
    "expired": "expired",
    "failed": "failed",
    "partly_refunded": "refund_succeeded",
    "refunded": "refund_succeeded",
    "disputed": "dispute_opened",
}

APPEND_ONLY = """
CREATE FUNCTION stripe_payments_refuse_rewriting() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- The one change allowed: the account of a member of staff was deleted.
    IF TG_OP = 'UPDATE' AND NEW.made_by_id IS NULL
       AND to_jsonb(NEW) - 'made_by_id' = to_jsonb(OLD) - 'made_by_id' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'the history of a payment is never rewritten' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER payment_change_is_append_only BEFORE UPDATE OR DELETE ON stripe_payments_paymentchange
    FOR EACH ROW EXECUTE FUNCTION stripe_payments_refuse_rewriting();
"""

NO_LONGER_APPEND_ONLY = """
DROP TRIGGER payment_change_is_append_only ON stripe_payments_paymentchange;
DROP FUNCTION stripe_payments_refuse_rewriting();
"""

# Checked when the transaction ends, since payment and lines are written one after another.
SUMS = """
CREATE FUNCTION stripe_payments_check_sums() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    payment_number bigint;
    is_right boolean;
BEGIN
    payment_number := CASE TG_TABLE_NAME
        WHEN 'stripe_payments_payment' THEN (to_jsonb(NEW) ->> 'id')::bigint
        ELSE (to_jsonb(NEW) ->> 'payment_id')::bigint
    END;
    SELECT (payment.amount_minor, payment.refunded_minor, payment.disputed_minor)
           = (sum(line.amount_minor), sum(line.refunded_minor), sum(line.disputed_minor))
      INTO is_right
      FROM stripe_payments_payment payment JOIN stripe_payments_paymentline line ON line.payment_id = payment.id
     WHERE payment.id = payment_number
     GROUP BY payment.id;
    IF is_right IS FALSE THEN
        RAISE EXCEPTION 'the lines of payment % do not add up to it', payment_number
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER payment_equals_its_lines AFTER INSERT OR UPDATE ON stripe_payments_payment
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION stripe_payments_check_sums();
CREATE CONSTRAINT TRIGGER lines_equal_their_payment AFTER INSERT OR UPDATE ON stripe_payments_paymentline
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION stripe_payments_check_sums();
"""

NO_SUMS = """
DROP TRIGGER payment_equals_its_lines ON stripe_payments_payment;
DROP TRIGGER lines_equal_their_payment ON stripe_payments_paymentline;
DROP FUNCTION stripe_payments_check_sums();
"""


def name_the_steps(apps: Any, schema_editor: Any) -> None:
    change = apps.get_model("stripe_payments", "PaymentChange")
    for status, what in WHAT_OF_STATUS.items():
        change.objects.filter(what="", to_status=status).update(what=what)


class Migration(migrations.Migration):
    dependencies = [("stripe_payments", "0002_ledger_of_every_fact")]

    operations = [
        migrations.RunPython(name_the_steps, migrations.RunPython.noop),
        migrations.RunSQL(APPEND_ONLY, NO_LONGER_APPEND_ONLY),
        migrations.RunSQL(SUMS, NO_SUMS),
    ]
