"""What staff type about topics, sources and hotlines."""

from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from oscar.core.loading import get_model

from shop.awareness.models import Hotline, Passage, Source, Topic

FEWEST_PASSAGES = 2
MOST_TOPICS_ON_A_PRODUCT = 3
EMPTY_PASSAGES = 2

_date = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
_web_address = [URLValidator(schemes=["https", "http"])]


class TopicForm(forms.ModelForm):
    # Not the model's own field: the tick may move here from another topic, which is a change and no clash.
    is_default = forms.BooleanField(
        label=_("Stands on products that have no topic of their own"), required=False, label_suffix=""
    )

    class Meta:
        model = Topic
        fields = (
            "slug",
            "number",
            "title",
            "summary",
            "introduction",
            "action_text",
            "action_link_text",
            "action_url",
            "offer",
            "offer_text",
            "product",
            "gift_program",
            "checked_date",
            "is_published",
        )
        widgets = {"checked_date": _date, "introduction": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        products = get_model("catalogue", "Product").objects.exclude(structure="child").order_by("title")
        cast(forms.ModelChoiceField, self.fields["product"]).queryset = products
        self.fields["is_default"].initial = self.instance.is_default
        if self.instance.pk:
            # Links to the page and the data files know the topic by its address.
            self.fields["slug"].disabled = True
        if self.instance.is_default:
            self.fields["is_default"].disabled = True
            self.fields["is_default"].help_text = _("To change this, tick it on another topic.")

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("is_default") and not cleaned.get("is_published"):
            self.add_error("is_published", _("The topic for all other products must be shown to visitors."))
        return cleaned


class PassageForm(forms.ModelForm):
    class Meta:
        model = Passage
        fields = ("kind", "text", "source", "is_on_products")
        widgets = {"text": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, source_choices: list[tuple[Any, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.ModelChoiceField, self.fields["source"]).choices = source_choices


class PassageFormSet(forms.BaseInlineFormSet):
    deletion_widget = forms.CheckboxInput

    @cached_property
    def source_choices(self) -> list[tuple[Any, str]]:
        """Asked for once, for all passages."""
        sources = Source.objects.order_by("publisher", "title")
        return [("", "---------"), *((source.pk, str(source)) for source in sources)]

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        return {**super().get_form_kwargs(index), "source_choices": self.source_choices}

    def clean(self) -> None:
        super().clean()
        if any(self.errors):
            return
        if len(self.kept_forms) < FEWEST_PASSAGES:
            raise ValidationError(_("A topic needs at least two passages, each with its source."))

    def has_fact_for_products(self) -> bool:
        return any(
            form.cleaned_data.get("kind") == Passage.Kind.STATEMENT and form.cleaned_data.get("is_on_products")
            for form in self.kept_forms
        )

    @property
    def kept_forms(self) -> list[forms.ModelForm]:
        """The passages that stay, in the order that staff gave them."""
        return list(self.ordered_forms)


passage_formset = forms.inlineformset_factory(
    Topic, Passage, form=PassageForm, formset=PassageFormSet, can_order=True, can_delete=True, extra=EMPTY_PASSAGES
)


class SourceForm(forms.ModelForm):
    url = forms.URLField(
        label=_("Web address"), max_length=400, assume_scheme="https", validators=_web_address, empty_value=""
    )

    class Meta:
        model = Source
        fields = ("key", "publisher", "title", "url", "published_year", "checked_date")
        widgets = {"checked_date": _date}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["key"].disabled = bool(self.instance.pk)


class HotlineForm(forms.ModelForm):
    url = forms.URLField(
        label=_("Web address"), max_length=400, assume_scheme="https", validators=_web_address, required=False
    )

    class Meta:
        model = Hotline
        fields = (
            "key",
            "position",
            "name",
            "purpose",
            "phone",
            "text_to",
            "url",
            "note",
            "checked_date",
            "is_shown",
        )
        widgets = {"checked_date": _date}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["key"].disabled = bool(self.instance.pk)

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or self.cleaned_data
        if not (cleaned.get("phone") or cleaned.get("text_to") or cleaned.get("url")) and not self.errors:
            self.add_error("phone", _("Give a phone number, a number for text messages, or a web address."))
        return cleaned


class PlacementForm(forms.Form):
    """The topics on one product's page, first one first. One at least: a product is never without a fact."""

    def __init__(self, *args: Any, placed: list[Topic], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for place in range(MOST_TOPICS_ON_A_PRODUCT):
            self.fields[f"topic_{place + 1}"] = forms.ModelChoiceField(
                label=_("Topic %(number)s") % {"number": place + 1},
                queryset=Topic.objects.published().in_order(),
                initial=placed[place] if place < len(placed) else None,
                required=place == 0,
            )

    def clean(self) -> dict[str, Any]:
        seen: set[Topic] = set()
        for name in self.fields:
            topic = self.cleaned_data.get(name)
            if topic is not None and topic in seen:
                self.add_error(name, _("This topic is already chosen above."))
            elif topic is not None:
                seen.add(topic)
        return self.cleaned_data

    @property
    def topics(self) -> list[Topic]:
        return [self.cleaned_data[name] for name in self.fields if self.cleaned_data.get(name)]
