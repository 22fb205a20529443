"""What the module remembers: plans, their versions, and what each version says of each section."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from parvis.kernel.ids import new_public_id
from parvis.plan import rules


class Kind(models.TextChoices):
    """What a section is."""

    PILLAR = "pillar", _("Pillar")
    AXIS = "axis", _("Axis")
    ACTION = "action", _("Action")


class WrittenIn(models.TextChoices):
    """The language of words."""

    FRENCH = "fr", _("French")
    ENGLISH = "en", _("English")


class Origin(models.TextChoices):
    """How a version came about."""

    FILE = "file", _("Loaded from the city's file")
    AMENDMENT = "amendment", _("Amended by the City")


class Plan(models.Model):
    """A plan of the city, under a name that never changes."""

    slug = models.SlugField(max_length=60, unique=True)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "plan_plan"

    def __str__(self) -> str:
        return self.slug


class PlanVersion(models.Model):
    """One state of a plan. Once published, triggers keep it and all it holds as they are."""

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    horizon = models.PositiveSmallIntegerField()
    dated = models.DateField()
    origin = models.CharField(max_length=10, choices=Origin)
    fingerprint = models.CharField(max_length=64)
    published_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "plan_version"
        constraints = [
            models.UniqueConstraint(fields=["plan", "number"], name="one_plan_version_per_number"),
            models.CheckConstraint(
                condition=models.Q(number__gte=1), name="plan_versions_are_counted_from_one"
            ),
            models.CheckConstraint(
                condition=models.Q(fingerprint__regex=r"^[0-9a-f]{64}$"),
                name="plan_fingerprint_is_a_sha256",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan_id} v{self.number}"


class PlanText(models.Model):
    """What a version says of the plan as a whole, in one language."""

    version = models.ForeignKey(PlanVersion, on_delete=models.PROTECT, related_name="texts")
    language = models.CharField(max_length=2, choices=WrittenIn)
    title = models.CharField(max_length=200)
    subtitle = models.CharField(max_length=200, blank=True)
    lead = models.TextField(blank=True)
    note = models.TextField(blank=True)
    source_title = models.CharField(max_length=200, blank=True)
    translated = models.BooleanField()

    class Meta:
        db_table = "plan_version_text"
        constraints = [
            models.UniqueConstraint(
                fields=["version", "language"], name="one_plan_text_per_language"
            )
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.language})"


class Section(models.Model):
    """A pillar, an axis or an action: the number it bears for ever, whatever versions say of it."""

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="sections")
    number = models.CharField(max_length=6)
    kind = models.CharField(max_length=6, choices=Kind)

    class Meta:
        db_table = "plan_section"
        constraints = [
            models.UniqueConstraint(fields=["plan", "number"], name="one_plan_section_per_number"),
            models.CheckConstraint(
                condition=models.Q(kind=Kind.PILLAR, number__regex=f"^{rules.NUMBERS['pillar']}$")
                | models.Q(kind=Kind.AXIS, number__regex=f"^{rules.NUMBERS['axis']}$")
                | models.Q(kind=Kind.ACTION, number__regex=f"^{rules.NUMBERS['action']}$"),
                name="plan_section_number_tells_its_kind",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"


class Placement(models.Model):
    """Where a version puts a section: its rank in reading order, its axis, who chose that."""

    version = models.ForeignKey(PlanVersion, on_delete=models.PROTECT, related_name="placements")
    section = models.ForeignKey(Section, on_delete=models.PROTECT, related_name="placements")
    axis = models.ForeignKey(Section, on_delete=models.PROTECT, null=True, related_name="+")
    position = models.PositiveSmallIntegerField()
    quoted = models.BooleanField()
    placed_by = models.CharField(max_length=20, blank=True)

    class Meta:
        db_table = "plan_placement"
        constraints = [
            models.UniqueConstraint(
                fields=["version", "section"], name="plan_section_stands_once_in_a_version"
            ),
            models.UniqueConstraint(
                fields=["version", "position"], name="one_plan_section_per_position"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version_id}/{self.position}"


class SectionText(models.Model):
    """What a version says in a section, in one language."""

    placement = models.ForeignKey(Placement, on_delete=models.PROTECT, related_name="texts")
    language = models.CharField(max_length=2, choices=WrittenIn)
    title = models.CharField(max_length=200)
    text = models.TextField()
    mark = models.TextField(blank=True)
    translated = models.BooleanField()

    class Meta:
        db_table = "plan_section_text"
        constraints = [
            models.UniqueConstraint(
                fields=["placement", "language"], name="one_plan_section_text_per_language"
            ),
            models.CheckConstraint(
                condition=~models.Q(title="") & ~models.Q(text=""),
                name="plan_section_has_words",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.language})"
