"""What visitors learn: topics made of sourced passages, the numbers to call, and which topic stands on which product."""

from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

PATH_ON_THIS_SITE = r"^/([^/\\].*)?$"
PATH_OR_SECURE_ADDRESS = r"^(/([^/\\].*)?|https://.+)$"
PHONE_NUMBER = r"^[0-9][0-9-]{2,19}$"


class FromDataFiles(models.Model):
    """What `load_awareness` brings from data files. Once staff have edited it, loading leaves it alone."""

    edited_at = models.DateTimeField(_("edited by staff"), null=True, editable=False)

    class Meta:
        abstract = True


class Source(FromDataFiles):
    """Where a statement comes from, and when somebody last looked whether it still says so."""

    key = models.SlugField(_("key"), unique=True, help_text=_("A short name for staff, such as inhope-dont-look-away."))
    publisher = models.CharField(_("publisher"), max_length=120)
    title = models.CharField(_("title"), max_length=200)
    url = models.URLField(_("web address"), max_length=400)
    published_year = models.PositiveSmallIntegerField(
        _("year of publication"), null=True, blank=True, help_text=_("Leave empty for a page without a date.")
    )
    checked_date = models.DateField(_("last checked"), help_text=_("The day when somebody last read the source."))

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        constraints = [
            models.CheckConstraint(condition=~Q(publisher="") & ~Q(title=""), name="awareness_source_is_named"),
            models.CheckConstraint(condition=Q(url__regex=r"^https?://"), name="awareness_source_has_web_address"),
        ]

    def __str__(self) -> str:
        return f"{self.publisher}: {self.title}"

    @property
    def full_title(self) -> str:
        year = f", {self.published_year}" if self.published_year else ""
        return f"{self.publisher}: {self.title}{year}"


class TopicQuerySet(models.QuerySet["Topic"]):
    def published(self) -> "TopicQuerySet":
        return self.filter(is_published=True)

    def in_order(self) -> "TopicQuerySet":
        return self.order_by("number")


class Topic(FromDataFiles):
    """One page under /learn/. What it states stands in its passages, each with a source; the texts here only lead."""

    class Offer(models.TextChoices):
        GOODS = "goods", _("A product")
        GIFT = "gift", _("A gift")

    slug = models.SlugField(_("address"), unique=True, help_text=_("The last part of the page's address."))
    number = models.PositiveSmallIntegerField(_("number"), unique=True)
    title = models.CharField(_("title"), max_length=120)
    summary = models.CharField(
        _("summary"), max_length=240, help_text=_("One line for lists. It states nothing that needs a source.")
    )
    introduction = models.TextField(
        _("introduction"), help_text=_("Leads into the page. It states nothing that needs a source.")
    )
    action_text = models.CharField(_("one thing to do"), max_length=300)
    action_link_text = models.CharField(_("its link says"), max_length=80)
    action_url = models.CharField(
        _("its link leads to"),
        max_length=400,
        validators=[RegexValidator(PATH_OR_SECURE_ADDRESS, _("Start with / for this site, or with https://."))],
        help_text=_("A path on this site, such as /learn/, or a web address with https://."),
    )
    offer = models.CharField(_("offer beside it"), max_length=8, choices=Offer, default=Offer.GOODS)
    offer_text = models.CharField(_("the offer says"), max_length=200)
    product = models.ForeignKey(
        "catalogue.Product",
        verbose_name=_("product"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("The product that is offered. Empty: all goods."),
    )
    gift_program = models.SlugField(
        _("program"), blank=True, help_text=_("The program that a gift is offered for, by its address. Empty: any.")
    )
    checked_date = models.DateField(_("last checked"))
    is_published = models.BooleanField(_("shown to visitors"), default=True)
    is_default = models.BooleanField(
        _("stands on products that have no topic of their own"), default=False, db_default=False
    )

    objects = TopicQuerySet.as_manager()

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
        constraints = [
            models.CheckConstraint(condition=Q(number__gte=1), name="awareness_topic_is_numbered"),
            models.CheckConstraint(
                condition=~Q(title="") & ~Q(summary="") & ~Q(action_text="") & ~Q(action_link_text=""),
                name="awareness_topic_is_written",
            ),
            models.CheckConstraint(
                condition=Q(action_url__regex=PATH_OR_SECURE_ADDRESS), name="awareness_topic_action_leads_somewhere"
            ),
            models.CheckConstraint(condition=Q(offer__in=["goods", "gift"]), name="awareness_topic_offer_is_known"),
            models.UniqueConstraint(
                fields=("is_default",), condition=Q(is_default=True), name="awareness_one_default_topic"
            ),
            models.CheckConstraint(
                condition=Q(is_default=False) | Q(is_published=True), name="awareness_default_topic_is_shown"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("awareness:topic", args=[self.slug])

    @property
    def is_action_elsewhere(self) -> bool:
        return not self.action_url.startswith("/")

    @property
    def offer_url(self) -> str:
        if self.offer == self.Offer.GIFT:
            wish = f"?{urlencode({'program': self.gift_program})}" if self.gift_program else ""
            return reverse("donations:donate") + wish
        if self.product is not None:
            return self.product.get_absolute_url()
        return reverse("catalogue:index")


class Passage(models.Model):
    """One statement, sign or piece of advice. None without a source."""

    class Kind(models.TextChoices):
        STATEMENT = "statement", _("Statement")
        ESTIMATE = "estimate", _("Estimate")
        SIGN = "sign", _("Sign to notice")
        DO = "do", _("What to do")
        DONT = "dont", _("What not to do")

    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="passages")
    position = models.PositiveSmallIntegerField(_("position"))
    kind = models.CharField(_("kind"), max_length=12, choices=Kind, default=Kind.STATEMENT)
    text = models.TextField(_("text"))
    source = models.ForeignKey(Source, verbose_name=_("source"), on_delete=models.PROTECT, related_name="passages")
    is_on_products = models.BooleanField(
        _("on product pages"), default=False, help_text=_("Short enough to stand on a product page too.")
    )

    class Meta:
        verbose_name = _("passage")
        verbose_name_plural = _("passages")
        constraints = [
            # Checked at commit, so that staff can let two passages change places.
            models.UniqueConstraint(
                fields=("topic", "position"),
                name="awareness_passage_has_its_place",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.CheckConstraint(condition=~Q(text=""), name="awareness_passage_says_something"),
            models.CheckConstraint(
                condition=Q(kind__in=["statement", "estimate", "sign", "do", "dont"]),
                name="awareness_passage_kind_is_known",
            ),
            # A number without a primary source never stands alone on a product page.
            models.CheckConstraint(
                condition=~Q(kind="estimate", is_on_products=True), name="awareness_no_estimate_on_products"
            ),
        ]

    def __str__(self) -> str:
        return self.text[:80]

    def clean(self) -> None:
        if self.kind == self.Kind.ESTIMATE and self.is_on_products:
            raise ValidationError({"is_on_products": _("An estimate stays on its topic's page.")})


class HotlineQuerySet(models.QuerySet["Hotline"]):
    def shown(self) -> "HotlineQuerySet":
        return self.filter(is_shown=True).order_by("position")


class Hotline(FromDataFiles):
    """A number to call. It is data with a date, never text in a template."""

    class Purpose(models.TextChoices):
        REPORT = "report", _("Takes reports")
        SUPPORT = "support", _("Gives support, takes no reports")

    key = models.SlugField(_("key"), unique=True)
    position = models.PositiveSmallIntegerField(_("position"), unique=True)
    name = models.CharField(_("name"), max_length=120)
    purpose = models.CharField(_("purpose"), max_length=8, choices=Purpose, default=Purpose.REPORT)
    phone = models.CharField(
        _("phone"),
        max_length=20,
        blank=True,
        validators=[RegexValidator(PHONE_NUMBER, _("Digits and hyphens, such as 1-800-555-0100."))],
    )
    text_to = models.CharField(
        _("number for text messages"),
        max_length=20,
        blank=True,
        validators=[RegexValidator(PHONE_NUMBER, _("Digits and hyphens, such as 233733."))],
    )
    url = models.URLField(_("web address"), max_length=400, blank=True)
    note = models.CharField(_("what it is for"), max_length=200, blank=True)
    checked_date = models.DateField(_("last checked"))
    is_shown = models.BooleanField(
        _("shown to visitors"), default=True, help_text=_("Hide a number until somebody has confirmed it.")
    )

    objects = HotlineQuerySet.as_manager()

    class Meta:
        verbose_name = _("hotline")
        verbose_name_plural = _("hotlines")
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="awareness_hotline_is_named"),
            models.CheckConstraint(
                condition=~Q(phone="") | ~Q(text_to="") | ~Q(url=""), name="awareness_hotline_can_be_reached"
            ),
            models.CheckConstraint(
                condition=Q(purpose__in=["report", "support"]), name="awareness_hotline_purpose_is_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def phone_link(self) -> str:
        """`tel:` with the country's code, so that it also works from a phone abroad; short numbers as they are."""
        digits = self.phone.replace("-", "")
        return f"tel:+{digits}" if len(digits) == 11 and digits.startswith("1") else f"tel:{digits}"

    @property
    def text_link(self) -> str:
        return f"sms:{self.text_to.replace('-', '')}"

    @property
    def host(self) -> str:
        """`report.cybertip.org` for `https://report.cybertip.org/`: what a person reads."""
        return self.url.partition("//")[2].strip("/").removeprefix("www.")


class ProductTopic(models.Model):
    """A topic that stands on a product's page. A variant without any takes its parent's."""

    product = models.ForeignKey("catalogue.Product", on_delete=models.CASCADE, related_name="awareness_topics")
    topic = models.ForeignKey(Topic, verbose_name=_("topic"), on_delete=models.PROTECT, related_name="placements")
    position = models.PositiveSmallIntegerField(_("position"))

    class Meta:
        verbose_name = _("topic on a product")
        verbose_name_plural = _("topics on products")
        constraints = [
            models.UniqueConstraint(fields=("product", "topic"), name="awareness_topic_once_on_a_product"),
            models.UniqueConstraint(
                fields=("product", "position"),
                name="awareness_product_topic_has_its_place",
                deferrable=models.Deferrable.DEFERRED,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product_id}: {self.topic_id}"
