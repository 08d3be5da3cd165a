"""The form field for pictures that staff upload."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile

from shop.catalogue import product_pictures, tasks


class PictureField(forms.FileField):
    """Takes a JPEG, PNG or WebP by its content, and gives its master (see shop.catalogue.product_pictures)."""

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return super().widget_attrs(widget) | {"accept": product_pictures.ACCEPTED_TYPES}

    def to_python(self, data: Any) -> ContentFile | None:
        upload = super().to_python(data)
        if upload is None:
            return None
        try:
            return product_pictures.accept(upload)
        except product_pictures.UnacceptablePicture as error:
            raise ValidationError(str(error), code="unacceptable") from error


def keep_new_picture(form: forms.ModelForm, field: str, *, is_first: bool) -> None:
    """Before a form is saved: store a picture that was just uploaded, and have its renditions made."""
    master = form.cleaned_data.get(field)
    if isinstance(master, ContentFile):
        name = product_pictures.keep(master)
        setattr(form.instance, field, name)
        tasks.make_renditions_soon(name, is_first=is_first)
