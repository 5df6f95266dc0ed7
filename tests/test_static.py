"""The static files: whatever a style sheet names is there."""

import tempfile
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.test import SimpleTestCase, override_settings
from whitenoise.storage import MissingFileError

from requests_app.templatetags.desk import FLAGS

STATIC = Path(settings.BASE_DIR) / "static"
VENDOR = STATIC / "vendor" / "uswds"
TYPES = {path.suffix.lstrip(".") for path in STATIC.rglob("*") if path.suffix}


def collect(*folders: Path) -> Path:
    """Collect as production does, without the slow compression."""
    target = Path(tempfile.mkdtemp())
    with override_settings(
        STORAGES=settings.STORAGES
        | {
            "staticfiles": {
                "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
            }
        },
        STATIC_ROOT=target,
        STATICFILES_DIRS=list(folders),
        WHITENOISE_SKIP_COMPRESS_EXTENSIONS=sorted(TYPES),
    ):
        call_command("collectstatic", interactive=False, verbosity=0)
    return target


class CollectTests(SimpleTestCase):
    def test_finds_every_file_that_a_style_sheet_names(self):
        target = collect(STATIC)

        self.assertTrue((target / "staticfiles.json").exists())

    def test_refuses_a_style_sheet_that_names_a_missing_file(self):
        folder = Path(tempfile.mkdtemp())
        (folder / "broken.css").write_text("p { background: url(nowhere.png) }")

        with self.assertRaisesMessage(MissingFileError, "nowhere.png"):
            collect(folder)


class VendorTests(SimpleTestCase):
    def test_names_no_source_map(self):
        for path in [*VENDOR.rglob("*.js"), *VENDOR.rglob("*.css")]:
            with self.subTest(path=path.name):
                self.assertNotIn("sourceMappingURL", path.read_text())

    def test_states_version_and_licence(self):
        self.assertIn("@uswds/uswds 3.", (VENDOR / "VERSION").read_text())
        self.assertIn("SIL Open Font License", (VENDOR / "LICENSE.md").read_text())

    def test_has_every_icon_that_a_template_names(self):
        sprite = (VENDOR / "img" / "sprite.svg").read_text()

        for word, icon, _ in FLAGS.values():
            with self.subTest(flag=word):
                self.assertIn(f'id="{icon}"', sprite)
