"""The one form field for a mail address.

Note [One address, one spelling]
PostgreSQL's UPPER, its LOWER and Python's casefold disagree about some letters: the Kelvin sign is "k" to two of them.
Django's own field lets four such letters through, and one person's address could then look like another's, or be
found by one query and missed by the next. So an address is kept in ASCII, where all three agree: the part behind the
@ as the network spells it (bücher.example becomes xn--bcher-kva.example), and other letters before the @ are refused;
few mail servers take them.
"""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

LONGEST = 254


class MailAddressField(forms.EmailField):
    """One plain mail address, in ASCII; see Note [One address, one spelling]."""

    default_error_messages = {
        "invalid": _("Enter a valid email address."),
        "letters": _("Before the @ a mail address has plain letters only, without accents."),
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=LONGEST, **kwargs)

    def clean(self, value: Any) -> str:
        address = super().clean(value)
        if address.isascii():
            return address
        local, _at, domain = address.rpartition("@")
        if not local.isascii():
            raise ValidationError(self.error_messages["letters"], code="letters")
        try:
            spelled = f"{local}@{domain.encode('idna').decode('ascii')}"
        except UnicodeError:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from None
        self.run_validators(spelled)
        return spelled
