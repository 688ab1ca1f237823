"""What the OpenAPI document says of signing in."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension


class MachineKeyScheme(OpenApiAuthenticationExtension):
    """Names the scheme in the OpenAPI document."""

    target_class = "accounts.authentication.MachineKeyAuthentication"
    name = "machineKey"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer"}
