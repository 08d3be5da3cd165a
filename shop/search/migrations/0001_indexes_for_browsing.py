"""The indexes along which lists are read. No table changes: they belong to how this shop looks for its goods."""

from django.db import migrations

INDEXES = {
    "browse_featured": "catalogue_product (priority DESC, id) WHERE parent_id IS NULL AND is_public",
    "browse_newest": "catalogue_product (date_created DESC, id DESC) WHERE parent_id IS NULL AND is_public",
    "search_document": (
        "catalogue_product USING gin ((setweight(to_tsvector('english'::regconfig, COALESCE(title, '')), 'A') "
        "|| setweight(to_tsvector('english'::regconfig, COALESCE(description, '')), 'B')))"
    ),
}


class Migration(migrations.Migration):
    initial = True
    dependencies = (
        ("catalogue", "0032_category_exclude_from_menu_category_long_description"),
        ("partner", "0008_sales_tax_and_stock_checks"),
    )
    operations = tuple(
        migrations.RunSQL(f"CREATE INDEX {name} ON {definition}", f"DROP INDEX {name}")
        for name, definition in INDEXES.items()
    )
