"""The kernel as Django knows it."""

from django.apps import AppConfig


class KernelConfig(AppConfig):
    """Registers the system checks."""

    name = "komatsu_support"
    verbose_name = "共通"

    def ready(self) -> None:
        """Load what registers itself."""
        from komatsu_support import checks  # noqa: F401
