"""What every answer carries, and what no request can do."""

import gzip

import pytest
from structlog.contextvars import merge_contextvars
from structlog.testing import capture_logs

from civic.kernel.pages import way_back


@pytest.fixture
def client(app, database):
    return app.test_client()


class TestHeaders:
    def test_the_content_policy_has_a_nonce_and_nothing_unsafe(self, client):
        policies = []
        for _ in range(2):
            with client.application.app_context():
                policies.append(client.get("/about").headers["Content-Security-Policy"])
        assert all("unsafe" not in policy and "default-src 'none'" in policy for policy in policies)
        assert policies[0] != policies[1], "a nonce is used once"

    def test_every_answer_has_a_request_id(self, client):
        assert client.get("/about").headers["X-Request-Id"]

    def test_a_refused_form_has_one_of_its_own(self, client, monkeypatch):
        monkeypatch.setitem(client.application.config, "WTF_CSRF_ENABLED", True)
        with capture_logs([merge_contextvars]) as lines:
            numbers = [client.post("/sign-in").headers["X-Request-Id"] for _ in range(2)]
        assert len({*numbers} - {""}) == 2
        assert [line["request_id"] for line in lines if line["event"] == "request"] == numbers

    def test_no_request_leaves_the_house(self, client):
        page = client.get("/about").text
        assert "https://" not in page.replace("https://civic.test", "")


class TestHosts:
    def test_a_foreign_host_is_refused(self, client):
        with capture_logs() as lines:
            assert client.get("/about", headers={"Host": "evil.example"}).status_code == 400
        assert [line["event"] for line in lines] == ["request"], "nothing else went wrong"


class TestCompression:
    def test_pages_are_compressed_for_those_who_can(self, client):
        answer = client.get("/about", headers={"Accept-Encoding": "gzip"})
        assert answer.headers["Content-Encoding"] == "gzip"
        assert b"</html>" in gzip.decompress(answer.data)
        assert "Accept-Encoding" in answer.headers["Vary"]

    def test_static_files_are_kept_for_ever_under_their_fingerprint(self, app, client):
        url = app.extensions["assets"].url("css/app.css")
        answer = client.get(url)
        assert answer.status_code == 200
        assert "immutable" in answer.headers["Cache-Control"]
        assert client.get("/static/css/app.css").status_code == 404


class TestWayBack:
    @pytest.mark.parametrize(
        ("target", "leads_to"),
        [
            ("/about", "/about"),
            ("/a/x?tab=done", "/a/x?tab=done"),
            ("https://evil.example/", "/"),
            ("//evil.example/about", "/"),
            ("/\\evil.example", "/"),
            ("/no/such/page", "/"),
            ("javascript:alert(1)", "/"),
            ("", "/"),
            (None, "/"),
        ],
    )
    def test_only_to_a_page_of_ours(self, app, target, leads_to):
        with app.test_request_context():
            assert way_back(target, "/").endswith(leads_to)
            assert "evil" not in way_back(target, "/")


class TestErrorPages:
    def test_missing(self, client):
        answer = client.get("/nowhere")
        assert answer.status_code == 404
        assert "<h1>" in answer.text

    def test_a_wrong_method_has_a_page_too(self, client):
        assert client.post("/about").status_code in {400, 405}

    def test_our_own_mistake_needs_no_database(self, app, client, monkeypatch):
        def broken(*_args, **_kwargs):
            raise RuntimeError("the database is gone")

        monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
        monkeypatch.setitem(app.config, "TESTING", False)
        monkeypatch.setattr("civic.kernel.db.db.session.execute", broken)
        answer = client.get("/healthz")
        assert answer.status_code == 500
        assert "<h1>" in answer.text
        assert "database is gone" not in answer.text

    def test_not_even_to_ask_who_is_signed_in(self, app, browser, rosa, monkeypatch):
        def broken(*_args, **_kwargs):
            raise RuntimeError("the database is gone")

        browser.sign_in(rosa)
        monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
        monkeypatch.setitem(app.config, "TESTING", False)
        monkeypatch.setattr(app.login_manager, "_user_callback", broken)
        page = browser.get("/me", status=500)
        assert page.select_one("h1").text == "اشکالی از سوی ما پیش آمد"
