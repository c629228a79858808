from itertools import batched

from django.db import migrations

from consultations.models.search import ends_of, words_of


def fill(apps, schema_editor):
    """The index of files that were there before it."""
    clients = apps.get_model("consultations", "Client")._base_manager.filter(voided_at=None).order_by("pk")
    tails = apps.get_model("consultations", "SearchTail")
    for some in batched(clients.iterator(chunk_size=500), 500):
        tails.objects.bulk_create(
            (tails(client=client, **end) for client in some for end in ends_of(words_of(client))),
            batch_size=2000,
        )


class Migration(migrations.Migration):

    dependencies = [
        ("consultations", "0007_search_tails"),
    ]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
