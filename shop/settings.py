"""The one settings file. Everything that differs between machines is read from the environment.

`PRODUCTION=1` turns every demo default off: a setting that production needs and does not have is a clear
error at start. Without it the site runs as the demo does, with a database and secrets of its own in `VAR_DIR`.
README.md, "Going live", lists what production sets.
"""

import logging
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _
from environs import Env
from oscar.defaults import *  # noqa: F403 -- Oscar's way to have its defaults

from shop import embedded_postgres

BASE_DIR = Path(__file__).resolve().parent.parent

env = Env()

PRODUCTION = env.bool("PRODUCTION", False)
DEBUG = env.bool("DEBUG", False)
if PRODUCTION and DEBUG:
    raise ImproperlyConfigured("DEBUG shows the inside of the site to everybody: it cannot be set in production.")
VAR_DIR = Path(env.str("VAR_DIR", str(BASE_DIR / "var"))).resolve()
VAR_DIR.mkdir(parents=True, exist_ok=True)


def _required_in_production(name: str, otherwise: str = "") -> str:
    value = env.str(name, "")
    if value:
        return value
    if PRODUCTION:
        raise ImproperlyConfigured(f"{name} must be set in production. README.md, 'Going live', says to what.")
    return otherwise


def _secret_of_this_copy() -> str:
    """A secret key made once and kept in `VAR_DIR`, so that the demo's links outlive a restart."""
    path = VAR_DIR / "secret_key"
    if not path.exists():
        path.write_text(secrets.token_urlsafe(50))
        path.chmod(0o600)
    return path.read_text()


SECRET_KEY = _required_in_production("SECRET_KEY") or _secret_of_this_copy()
ALLOWED_HOSTS = _required_in_production("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]").replace(" ", "").split(",")

# The address that visitors use. Mails are built from it, never from a request.
SITE_URL = _required_in_production("SITE_URL", "http://localhost:8000").rstrip("/")

# -- The organization: printed on pages, mails and receipts. The defaults are plain placeholders.
ORGANIZATION = {
    "name": env.str("ORGANIZATION_NAME", "PACT"),
    "formerly": env.str("ORGANIZATION_FORMERLY", "ECPAT-USA"),
    "legal_name": _required_in_production("ORGANIZATION_LEGAL_NAME", "[legal name: not set]"),
    "ein": _required_in_production("ORGANIZATION_EIN", "[EIN: not set]"),
    "address": _required_in_production("ORGANIZATION_ADDRESS", "[postal address: not set]"),
    "contact_email": _required_in_production("ORGANIZATION_CONTACT_EMAIL", "contact@example.org"),
    # Where staff are told of what needs a person.
    "staff_email": _required_in_production("ORGANIZATION_STAFF_EMAIL", "staff@example.org"),
}
LEAVE_SITE_URL = env.str("LEAVE_SITE_URL", "https://www.weather.gov/")

# -- Rooms
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sites",
    "django.contrib.flatpages",
    "django.contrib.postgres",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "csp",
    "procrastinate.contrib.django",
    "shop.apps.ShopConfig",
    "shop.stripe_payments.apps.StripePaymentsConfig",
    "shop.stock.apps.StockConfig",
    "shop.fulfilment.apps.FulfilmentConfig",
    "shop.accounts.apps.AccountsConfig",
    "shop.card_testing.apps.CardTestingConfig",
    "shop.awareness.apps.AwarenessConfig",
    "donations.apps.DonationsConfig",
    # Oscar: our forks, and the apps that we take as they are.
    "oscar.config.Shop",
    "shop.apps.AnalyticsConfig",
    "shop.checkout.apps.CheckoutConfig",
    "oscar.apps.address.apps.AddressConfig",
    "shop.shipping.apps.ShippingConfig",
    "shop.catalogue.apps.CatalogueConfig",
    "oscar.apps.catalogue.reviews.apps.CatalogueReviewsConfig",
    "shop.communication.apps.CommunicationConfig",
    "shop.partner.apps.PartnerConfig",
    "shop.basket.apps.BasketConfig",
    "oscar.apps.payment.apps.PaymentConfig",
    "oscar.apps.offer.apps.OfferConfig",
    "shop.order.apps.OrderConfig",
    "shop.customer.apps.CustomerConfig",
    "shop.search.apps.SearchConfig",
    "oscar.apps.voucher.apps.VoucherConfig",
    "oscar.apps.wishlists.apps.WishlistsConfig",
    "shop.dashboard.apps.DashboardConfig",
    "oscar.apps.dashboard.reports.apps.ReportsDashboardConfig",
    "oscar.apps.dashboard.users.apps.UsersDashboardConfig",
    "shop.dashboard.orders.apps.OrdersDashboardConfig",
    "shop.dashboard.catalogue.apps.CatalogueDashboardConfig",
    "oscar.apps.dashboard.offers.apps.OffersDashboardConfig",
    "oscar.apps.dashboard.partners.apps.PartnersDashboardConfig",
    "oscar.apps.dashboard.pages.apps.PagesDashboardConfig",
    "oscar.apps.dashboard.ranges.apps.RangesDashboardConfig",
    "oscar.apps.dashboard.reviews.apps.ReviewsDashboardConfig",
    "oscar.apps.dashboard.vouchers.apps.VouchersDashboardConfig",
    "oscar.apps.dashboard.communications.apps.CommunicationsDashboardConfig",
    "oscar.apps.dashboard.shipping.apps.ShippingDashboardConfig",
    "widget_tweaks",
    "haystack",
    "treebeard",
    "sorl.thumbnail",
    "django_tables2",
]
SITE_ID = 1
ROOT_URLCONF = "shop.urls"
WSGI_APPLICATION = "shop.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
SILENCED_SYSTEM_CHECKS = [
    "security.W003",  # cross-site requests are refused by shop.same_origin, a subclass of Django's middleware
]

# Oscar's models that are unchanged keep Oscar's own migrations.
MIGRATION_MODULES = {
    app: f"oscar.apps.{app}.migrations"
    for app in ("basket", "catalogue", "communication", "customer", "order", "shipping")
}

MIDDLEWARE = [
    "shop.page_cache.PageCacheMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "shop.security_headers.SecurityHeadersMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "shop.same_origin.SameOriginMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "shop.basket.middleware.BasketMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "oscar.core.context_processors.metadata",
                "shop.site_context.site",
                "shop.awareness.context_processors.hotlines",
            ],
        },
    },
]

# -- Data
DATABASE_URL = _required_in_production("DATABASE_URL") or embedded_postgres.start(VAR_DIR)
DATABASES = {"default": Env().dj_db_url("DATABASE_URL", DATABASE_URL, conn_max_age=60, conn_health_checks=True)}
DATABASES["default"]["ATOMIC_REQUESTS"] = False

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_URL = "/media/"
MEDIA_ROOT = Path(env.str("MEDIA_ROOT", str(VAR_DIR / "media")))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True

# -- People
AUTHENTICATION_BACKENDS = [
    "oscar.apps.customer.auth_backends.EmailBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "/accounts/login/"
LOGIN_REDIRECT_URL = "/accounts/"

# Not "en-us": Oscar's American texts call the basket a cart.
LANGUAGE_CODE = "en"
# The organization's own zone: it decides to which year a gift belongs.
TIME_ZONE = env.str("TIME_ZONE", "America/New_York")
USE_TZ = True

# -- Cookies and headers. A cookie is set only after a visitor has acted.
_cookie_prefix = "__Host-" if PRODUCTION else ""
SESSION_COOKIE_NAME = f"{_cookie_prefix}session"
SESSION_COOKIE_SECURE = PRODUCTION
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 14 * 24 * 60 * 60
CSRF_COOKIE_NAME = f"{_cookie_prefix}csrf"
CSRF_COOKIE_SECURE = PRODUCTION
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "shop.error_pages.cross_site_request"
OSCAR_BASKET_COOKIE_OPEN = f"{_cookie_prefix}basket"
OSCAR_BASKET_COOKIE_SECURE = PRODUCTION
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

SECURE_SSL_REDIRECT = PRODUCTION
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = PRODUCTION
SECURE_HSTS_PRELOAD = PRODUCTION
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
# "same-origin" and not "no-referrer": browsers then send a true Origin with our own forms.
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if env.bool("BEHIND_TLS_PROXY", False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# -- Stripe. Without STRIPE_API_BASE the SDK speaks to Stripe itself.
STRIPE_SECRET_KEY = _required_in_production("STRIPE_SECRET_KEY", "sk_test_demo")
STRIPE_WEBHOOK_SECRETS = _required_in_production("STRIPE_WEBHOOK_SECRETS", "whsec_demo").split(",")
STRIPE_API_BASE = env.str("STRIPE_API_BASE", "")
STRIPE_CHECKOUT_ORIGINS = env.list(
    "STRIPE_CHECKOUT_ORIGINS", ["https://checkout.stripe.com", "https://billing.stripe.com"]
)
STATEMENT_DESCRIPTOR_SUFFIX = env.str("STATEMENT_DESCRIPTOR_SUFFIX", "")
# Who is told what became of the money: payment purpose -> module.
PAYMENT_PURPOSES = {
    "order": "shop.order.payments",
    "gift": "donations.giving",
}
# Who is told what became of a subscription and of its invoices: subscription purpose -> module.
SUBSCRIPTION_PURPOSES = {"monthly_gift": "donations.recurring"}

# -- Giving, in cents. A frequency that has amounts here is offered.
GIVING_AMOUNTS_MINOR = {
    "once": env.list("GIVING_AMOUNTS_MINOR", [2500, 5000, 10000, 25000], subcast=int),
    "monthly": env.list("GIVING_MONTHLY_AMOUNTS_MINOR", [1000, 2500, 5000, 10000], subcast=int),
}
GIVING_SUGGESTED_MINOR = {
    "once": env.int("GIVING_SUGGESTED_MINOR", 5000),
    "monthly": env.int("GIVING_MONTHLY_SUGGESTED_MINOR", 2500),
}
# A smallest gift keeps thieves from trying stolen cards with a few cents.
GIVING_LEAST_MINOR = env.int("GIVING_LEAST_MINOR", 500)
GIVING_MOST_MINOR = env.int("GIVING_MOST_MINOR", 2_500_000)

# -- Card testing: thieves try stolen cards where a little money can be paid. shop/card_testing/limits.py explains.
# Who is told of declined cards: modules with `note_declined(*, payment, attempt, now)`.
DECLINE_WATCHERS = ["shop.card_testing.alarm"]
# "auto", "always" or "never", until staff choose on the Protection page.
CARD_TESTING_CHALLENGE = env.str("CARD_TESTING_CHALLENGE", "auto")
# "gift", "order" or both: closed, whatever staff chose.
CARD_TESTING_CLOSED = env.list("CARD_TESTING_CLOSED", [])
# A form is good from so many seconds after its page was made, for so many minutes.
CARD_TESTING_LEAST_SECONDS = env.int("CARD_TESTING_LEAST_SECONDS", 3)
CARD_TESTING_TOKEN_MINUTES = env.int("CARD_TESTING_TOKEN_MINUTES", 60)
# Starts that were not paid: more than the first number ask for a calculation, more than the second for a mailbox.
CARD_TESTING_ADDRESS_PER_MINUTE = env.int("CARD_TESTING_ADDRESS_PER_MINUTE", 3)
CARD_TESTING_ADDRESS_PER_HOUR = env.int("CARD_TESTING_ADDRESS_PER_HOUR", 10)
CARD_TESTING_EMAIL_PER_HOUR = env.int("CARD_TESTING_EMAIL_PER_HOUR", 5)
CARD_TESTING_EMAIL_PER_DAY = env.int("CARD_TESTING_EMAIL_PER_DAY", 10)
# Payment pages that may stand open at once for visitors who showed nothing yet, and as many more who showed a
# calculation; each payment of the last day adds to both.
CARD_TESTING_OPEN_PAGES = env.int("CARD_TESTING_OPEN_PAGES", 5)
CARD_TESTING_OPEN_PAGES_PER_PAYMENT = env.int("CARD_TESTING_OPEN_PAGES_PER_PAYMENT", 2)
# A payment page is closed after so many declined cards. A donor who mistypes four times still gives.
CARD_TESTING_CARDS_PER_PAGE = env.int("CARD_TESTING_CARDS_PER_PAGE", 5)
# So many declined cards within so many minutes, and this share of all cards, raise what is asked of everybody.
CARD_TESTING_ALARM_DECLINES = env.int("CARD_TESTING_ALARM_DECLINES", 5)
CARD_TESTING_ALARM_PERCENT = env.int("CARD_TESTING_ALARM_PERCENT", 50)
CARD_TESTING_ALARM_MINUTES = env.int("CARD_TESTING_ALARM_MINUTES", 60)
# So many declined cards within that time are forgiven as typing errors once their page is paid, and one more for each
# ten payments: a thief with one good card is not forgiven the others.
CARD_TESTING_FORGIVEN = env.int("CARD_TESTING_FORGIVEN", 4)
# Steps of the calculation at its easiest: about a second on a phone.
CARD_TESTING_WORK = env.int("CARD_TESTING_WORK", 200)
# Links that are mailed: to one address, on behalf of one place, and in all, each in an hour.
CARD_TESTING_LINKS_TO_ONE = env.int("CARD_TESTING_LINKS_TO_ONE", 3)
CARD_TESTING_LINKS_BY_ADDRESS = env.int("CARD_TESTING_LINKS_BY_ADDRESS", 6)
CARD_TESTING_LINKS_IN_ALL = env.int("CARD_TESTING_LINKS_IN_ALL", 60)
# So many challenges in one minute, and staff are told.
CARD_TESTING_ALERT_CHALLENGES = env.int("CARD_TESTING_ALERT_CHALLENGES", 30)

_nothing, _self = "'none'", "'self'"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [_nothing],
        "script-src": [_self],
        "style-src": [_self],
        "img-src": [_self, "data:"],
        "font-src": [_self],
        "connect-src": [_self],
        "manifest-src": [_self],
        "form-action": [_self, *STRIPE_CHECKOUT_ORIGINS],
        "base-uri": [_nothing],
        "frame-ancestors": [_nothing],
        "object-src": [_nothing],
    }
}

# -- Mail
EMAIL = Env().dj_email_url("EMAIL_URL", _required_in_production("EMAIL_URL", "smtp://localhost:8003"))
EMAIL_HOST = EMAIL["EMAIL_HOST"]
EMAIL_PORT = EMAIL["EMAIL_PORT"]
EMAIL_HOST_USER = EMAIL["EMAIL_HOST_USER"]
EMAIL_HOST_PASSWORD = EMAIL["EMAIL_HOST_PASSWORD"]
EMAIL_USE_TLS = EMAIL["EMAIL_USE_TLS"]
EMAIL_USE_SSL = EMAIL["EMAIL_USE_SSL"]
EMAIL_BACKEND = EMAIL["EMAIL_BACKEND"]
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", f"{ORGANIZATION['name']} <{ORGANIZATION['contact_email']}>")
OSCAR_FROM_EMAIL = DEFAULT_FROM_EMAIL

# -- Oscar
OSCAR_SHOP_NAME = ORGANIZATION["name"]
OSCAR_SHOP_TAGLINE = ""
OSCAR_HOMEPAGE = "/"
OSCAR_DEFAULT_CURRENCY = "USD"
OSCAR_ALLOW_ANON_CHECKOUT = True
OSCAR_ALLOW_GUEST_CHECKOUT_WITH_ACCOUNT = True
OSCAR_ALLOW_ANON_REVIEWS = False
OSCAR_MODERATE_REVIEWS = True
OSCAR_HIDDEN_FEATURES = ["reviews", "wishlists"]
OSCAR_REQUIRED_ADDRESS_FIELDS = ("first_name", "line1", "line4", "postcode", "country")
OSCAR_MAX_BASKET_QUANTITY_THRESHOLD = 500
OSCAR_PRODUCTS_PER_PAGE = 12
OSCAR_RECENTLY_VIEWED_PRODUCTS = 0
OSCAR_EAGER_ALERTS = False
OSCAR_SAVE_SENT_EMAILS_TO_DB = False
OSCAR_URL_SCHEMA = SITE_URL.split(":")[0]
OSCAR_SLUG_ALLOW_UNICODE = False
OSCAR_DELETE_IMAGE_FILES = False
OSCAR_INITIAL_ORDER_STATUS = "Awaiting payment"
OSCAR_INITIAL_LINE_STATUS = "Awaiting payment"
OSCAR_ORDER_STATUS_PIPELINE = {
    "Awaiting payment": ("Paid", "Cancelled"),
    "Paid": ("Packed", "Refunded"),
    "Packed": ("Shipped", "Refunded"),
    "Shipped": ("Delivered", "Returned"),
    "Delivered": ("Returned",),
    "Returned": ("Refunded",),
    "Cancelled": ("Paid", "Refunded"),
    "Refunded": (),
}
OSCAR_LINE_STATUS_PIPELINE = OSCAR_ORDER_STATUS_PIPELINE
OSCAR_ORDER_STATUS_CASCADE = {status: status for status in OSCAR_ORDER_STATUS_PIPELINE}


def _may(permission: str) -> Callable[..., bool]:
    """For pages that are not Oscar's: who sees their entry in the staff's navigation."""
    return lambda user, *url: user.has_perm(permission)


def _entry(label: Any, url_name: str, permission: str) -> dict[str, Any]:
    return {"label": label, "url_name": url_name, "access_fn": _may(permission)}


OSCAR_DASHBOARD_NAVIGATION = [
    {"label": _("Overview"), "icon": "fas fa-list", "url_name": "dashboard:index"},
    {"label": _("Orders"), "icon": "fas fa-shopping-cart", "url_name": "dashboard:order-list"},
    {
        "label": _("Goods"),
        "icon": "fas fa-tag",
        "children": [
            {"label": _("Products"), "url_name": "dashboard:catalogue-product-list"},
            {"label": _("Stock"), "url_name": "dashboard:stock-list"},
            {"label": _("Categories"), "url_name": "dashboard:catalogue-category-list"},
            {"label": _("Product types"), "url_name": "dashboard:catalogue-class-list"},
            {"label": _("Shipping charges"), "url_name": "dashboard:shipping-method-list"},
            {"label": _("Sales tax"), "url_name": "dashboard:sales-tax-list"},
        ],
    },
    {
        "label": _("Gifts"),
        "icon": "fas fa-heart",
        "access_fn": _may("donations.view_gift"),
        "children": [
            _entry(_("All gifts"), "donations-dashboard:gift-list", "donations.view_gift"),
            _entry(_("Monthly gifts"), "donations-dashboard:monthly-list", "donations.view_monthlygift"),
            _entry(_("Programs and texts"), "donations-dashboard:program-list", "donations.change_program"),
        ],
    },
    {
        "label": _("Money"),
        "icon": "fas fa-dollar-sign",
        "access_fn": _may("stripe_payments.view_payment"),
        "children": [
            _entry(_("Payments"), "money-dashboard:payment-list", "stripe_payments.view_payment"),
            _entry(_("Disputes"), "money-dashboard:dispute-list", "stripe_payments.view_dispute"),
            _entry(_("Warnings of fraud"), "money-dashboard:warning-list", "stripe_payments.view_fraudwarning"),
            _entry(_("Payouts"), "money-dashboard:payout-list", "stripe_payments.view_payout"),
            _entry(_("Books"), "money-dashboard:month-list", "stripe_payments.view_balanceentry"),
            _entry(_("Stripe’s events"), "money-dashboard:event-list", "stripe_payments.view_stripeevent"),
            _entry(
                _("Comparison with Stripe"), "money-dashboard:comparison-list", "stripe_payments.view_reconciliation"
            ),
        ],
    },
    {
        "label": _("Awareness"),
        "icon": "fas fa-book-open",
        "access_fn": _may("awareness.view_topic"),
        "children": [
            _entry(_("Topics"), "awareness-dashboard:topic-list", "awareness.view_topic"),
            _entry(_("Sources"), "awareness-dashboard:source-list", "awareness.view_source"),
            _entry(_("Numbers to call"), "awareness-dashboard:hotline-list", "awareness.view_hotline"),
            _entry(_("Topics on products"), "awareness-dashboard:placement-list", "awareness.view_producttopic"),
        ],
    },
    {"label": _("Customers"), "icon": "fas fa-users", "url_name": "dashboard:users-index"},
    {
        "icon": "fas fa-shield-alt",
        **_entry(_("Protection"), "card-testing-dashboard:protection", "card_testing.view_switch"),
    },
]
HAYSTACK_CONNECTIONS = {"default": {"ENGINE": "haystack.backends.simple_backend.SimpleEngine"}}
HAYSTACK_SIGNAL_PROCESSOR = "haystack.signals.BaseSignalProcessor"

# -- Pages for visitors who have done nothing yet are kept whole in memory this long.
PAGE_CACHE_SECONDS = env.int("PAGE_CACHE_SECONDS", 10)


def _is_news(record: logging.LogRecord) -> bool:
    """Why a job failed that will be tried again is told at INFO, among much of the worker that goes well."""
    return not record.name.startswith(_WORKER) or record.levelno >= logging.WARNING or bool(record.exc_info)


_WORKER = "procrastinate.worker"


LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"news": {"()": lambda: _is_news}},
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["news"]}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", "WARNING")},
    "loggers": {
        "django.request": {"level": "ERROR"},
        _WORKER: {"level": "INFO"},
    },
}
