"""Security headers of every response, errors included."""

from flask import Flask, Response

from companion.web.static_files import is_of_this_version

DIRECTIVES = (
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "worker-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
)
CONTENT_SECURITY_POLICY = "; ".join(DIRECTIVES)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Not no-referrer: over https the CSRF check compares the Referer with our own origin.
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
YEAR = 365 * 24 * 60 * 60
FOREVER = f"public, max-age={YEAR}, immutable"


def init_app(app: Flask, *, is_https: bool) -> None:
    @app.after_request
    def set_headers(response: Response) -> Response:
        response.headers.update(HEADERS)
        if is_https:
            response.headers["Strict-Transport-Security"] = f"max-age={YEAR * 2}; includeSubDomains"
        response.headers["Cache-Control"] = _may_keep(response)
        return response


def _may_keep(response: Response) -> str:
    """Browsers keep files of ours, which name nobody, under their own version; they keep no page."""
    return FOREVER if response.status_code in {200, 304} and is_of_this_version() else "no-store"
