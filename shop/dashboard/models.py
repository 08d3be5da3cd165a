from oscar.apps.dashboard.models import *  # noqa: F403 -- an Oscar fork carries all of its app's models
