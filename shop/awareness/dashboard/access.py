"""Who may edit what visitors learn."""

from typing import Any

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser


def may_edit_topics(user: AbstractBaseUser | AnonymousUser, *_about_the_page: Any) -> bool:
    """For the dashboard's navigation: whether this person sees its awareness entries."""
    return bool(getattr(user, "is_staff", False) and user.has_perm("awareness.change_topic"))  # type: ignore[union-attr]
