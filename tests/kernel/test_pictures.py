from io import BytesIO

import pytest
from PIL import Image

from civic.kernel.errors import RuleBroken
from civic.kernel.pictures import picture_path, store_picture


def photo(kind="JPEG", size=(2000, 1000), **more):
    out = BytesIO()
    Image.new("RGB", size, "teal").save(out, kind, **more)
    out.seek(0)
    return out


class TestStorePicture:
    def test_is_kept_small_and_under_its_hash(self, database):
        name = store_picture(photo())
        with Image.open(picture_path(name)) as kept:
            assert (kept.format, kept.size) == ("WEBP", (1280, 640))
        assert store_picture(photo()) == name

    def test_where_and_with_what_it_was_taken_is_forgotten(self, database):
        exif = Image.Exif()
        exif[0x0110] = "A camera of somebody"
        name = store_picture(photo(exif=exif))
        with Image.open(picture_path(name)) as kept:
            assert not kept.getexif()

    @pytest.mark.parametrize(
        "data",
        [
            pytest.param(b"", id="nothing"),
            pytest.param(b"<svg onload='alert(1)'/>", id="svg"),
            pytest.param(b"GIF89a" + bytes(100), id="another kind"),
            pytest.param(photo().getvalue()[:200], id="cut off"),
        ],
    )
    def test_what_is_no_picture_is_refused(self, database, data):
        with pytest.raises(RuleBroken, match="not a picture"):
            store_picture(BytesIO(data))

    def test_a_bomb_of_pixels_is_refused(self, database):
        with pytest.raises(RuleBroken, match="not a picture"):
            store_picture(photo("PNG", size=(9000, 9000)))

    def test_too_large_a_file_is_refused(self, database):
        with pytest.raises(RuleBroken, match="10 megabytes"):
            store_picture(BytesIO(bytes(11 * 1024 * 1024)))


@pytest.mark.parametrize("name", ["../../etc/passwd", "x.webp", "A" * 32 + ".webp", ""])
def test_a_name_that_is_not_ours_leads_nowhere(database, name):
    with pytest.raises(FileNotFoundError):
        picture_path(name)
