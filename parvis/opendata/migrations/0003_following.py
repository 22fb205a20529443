from __future__ import annotations

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("opendata", "0002_harvesting")]
    operations = []
