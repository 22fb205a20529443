"""How often something was done of late."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("kernel", "0006_texts")]

    operations = [
        migrations.CreateModel(
            name="Count",
            fields=[
                ("key", models.CharField(max_length=200, primary_key=True, serialize=False)),
                ("number", models.PositiveIntegerField()),
                ("ends_at", models.DateTimeField(db_index=True)),
            ],
            options={"db_table": "kernel_count"},
        ),
    ]
