"""Errors in Stripe's shape. Source: https://docs.stripe.com/api/errors"""

from typing import Any


class StripeError(Exception):
    """An answer that is an error. `is_saved` tells whether an idempotency key remembers it, `keeps_work` whether what was done
    stays done, as a charge that the bank declined does.

    Stripe forgets an answer when validation failed, since "no API endpoint began the execution"
    (https://docs.stripe.com/api/idempotent_requests). `is_of_contract`: no such request exists, or the sandbox does not imitate it.
    """

    def __init__(
        self,
        message: str,
        *,
        status: int = 400,
        type: str = "invalid_request_error",
        code: str | None = None,
        param: str | None = None,
        is_saved: bool = False,
        keeps_work: bool = False,
        **more: Any,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.status = status
        self.type = type
        self.code = code
        self.param = param
        self.is_saved = is_saved
        self.keeps_work = keeps_work
        self.is_of_contract = status == 501
        self.more = more

    def body(self) -> dict[str, Any]:
        error: dict[str, Any] = {"message": self.message, "type": self.type, **self.more}
        if self.code:
            error["code"] = self.code
            error["doc_url"] = f"https://docs.stripe.com/error-codes/{self.code.replace('_', '-')}"
        if self.param:
            error["param"] = self.param
        return {"error": error}


def invalid(message: str, *, param: str | None = None, code: str | None = None) -> StripeError:
    """The request itself is wrong."""
    return StripeError(message, param=param, code=code)


def missing_object(kind: str, id: str, *, param: str = "id") -> StripeError:
    return StripeError(
        f"No such {kind.replace('.', ' ').replace('_', ' ')}: '{id}'",
        status=404,
        code="resource_missing",
        param=param,
        is_saved=True,
    )


def refused(message: str, *, code: str | None = None, param: str | None = None) -> StripeError:
    """The request is well formed, but the object's state does not allow it."""
    return StripeError(message, code=code, param=param, is_saved=True)


def not_built(what: str, *, param: str | None = None) -> StripeError:
    """Stripe can do this and the sandbox cannot: said aloud instead of silently ignored."""
    return StripeError(
        f"The sandbox does not imitate {what}. Stripe may well know it; nothing was done.",
        status=501,
        type="api_error",
        code="sandbox_not_implemented",
        param=param,
    )


def declined(code: str, decline_code: str, message: str, *, keeps_work: bool = True, **more: Any) -> StripeError:
    """The bank said no. Source: https://docs.stripe.com/error-handling#payment-errors"""
    return StripeError(
        message,
        status=402,
        type="card_error",
        code=code,
        is_saved=True,
        keeps_work=keeps_work,
        decline_code=decline_code,
        **more,
    )
