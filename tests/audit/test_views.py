class TestIndex:
    def test_an_auditor_reads_who_did_what(self, browser, ada, written):
        page = browser.sign_in(ada).get("audit.index")
        assert len(page.select("tbody tr")) == 3
        assert "زنجیره" in page.select_one(".note--success").text

    def test_others_are_refused(self, browser, milo):
        browser.sign_in(milo).get("audit.index", status=403)

    def test_without_the_second_factor_there_is_no_reading(self, browser, ada):
        browser.sign_in(ada, second_factor=False).get("audit.index", status=303)

    def test_the_list_can_be_narrowed(self, browser, ada, written):
        page = browser.sign_in(ada).get("audit.index", event="box:close", htmx=True)
        assert page.select_one("html") is None
        assert not page.select("tbody tr")

    def test_few_statements_whatever_the_rows(self, browser, ada, written, statements):
        browser.sign_in(ada)
        with statements() as seen:
            browser.get("audit.index")
        assert len(seen) <= 8, seen


class TestLog:
    def test_the_whole_log_can_be_taken_home(self, browser, ada, written):
        answer = browser.sign_in(ada).get("audit.log")
        lines = answer.response.text.strip().splitlines()
        assert len(lines) == 3
        assert written[2].hash.hex() in lines[2]
