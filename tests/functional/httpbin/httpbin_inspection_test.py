"""apps/httpbin tells requests back."""

import base64
import json
import unittest
import zlib

from httpbin_case import HttpbinTest

FORM = "application/x-www-form-urlencoded"


class Inspection(HttpbinTest):
    def test_get_tells_the_request_back(self):
        path = "/get?a=1&b=x%20y&a=2&empty=&bare"
        answer = self.answer("GET", path, headers={"x-custom-HEADER": "z", "Accept-Encoding": "identity"})
        self.assertEqual({
            "args": {"a": ["1", "2"], "b": "x y", "empty": "", "bare": ""},
            "headers": {"Host": self.host(), "X-Custom-Header": "z", "Accept-Encoding": "identity"},
            "origin": "127.0.0.1",
            "url": f"http://{self.host()}{path}",
        }, answer)

    def test_three_values_of_one_name_are_one_list(self):
        self.assertEqual({"a": ["1", "2", "3"]}, self.answer("GET", "/get?a=1&a=2&a=3")["args"])

    def test_text_that_is_not_utf8_is_still_json(self):
        answer = self.answer("GET", "/get?a=%FF%C3%BC", headers={"X-Name": b"caf\xe9"})
        self.assertEqual("\u00ff\u00c3\u00bc", answer["args"]["a"])
        self.assertEqual("caf\u00e9", answer["headers"]["X-Name"])
        self.assertEqual("\u00fc", self.answer("GET", "/get?a=%C3%BC")["args"]["a"])

    def test_a_form_is_taken_apart(self):
        answer = self.answer("POST", "/post?q=1", "k=v&k=w&l=a+b", {"Content-Type": FORM})
        self.assertEqual({"k": ["v", "w"], "l": "a b"}, answer["form"])
        self.assertEqual(("", None, {}, {"q": "1"}),
                         (answer["data"], answer["json"], answer["files"], answer["args"]))

    def test_a_multipart_form_is_taken_apart(self):
        body = ("--X\r\nContent-Disposition: form-data; name=k\r\n\r\nv\r\n"
                "--X\r\nContent-Disposition: form-data; name=f; filename=n.txt\r\n\r\ntext\r\n--X--\r\n")
        answer = self.answer("POST", "/post", body, {"Content-Type": "multipart/form-data; boundary=X"})
        self.assertEqual(({"k": "v"}, {"f": "text"}, ""), (answer["form"], answer["files"], answer["data"]))

    def test_json_is_parsed_and_kept_as_text(self):
        text = '{"a": [1, 2.5, null, true, "\u00fc"]}'
        answer = self.answer("PUT", "/put", text.encode(), {"Content-Type": "application/json"})
        self.assertEqual((text, json.loads(text), {}), (answer["data"], answer["json"], answer["form"]))

    def test_broken_json_is_only_data(self):
        answer = self.answer("PATCH", "/patch", b"{bad", {"Content-Type": "application/json"})
        self.assertEqual(("{bad", None), (answer["data"], answer["json"]))

    def test_binary_data_is_a_data_url(self):
        body = b"\xff\xfe\x00abc"
        answer = self.answer("POST", "/post", body, {"Content-Type": "application/octet-stream"})
        self.assertEqual("data:application/octet-stream;base64," + base64.b64encode(body).decode(), answer["data"])

    def test_a_chunked_body_arrives(self):
        answer = self.answer("POST", "/post", iter([b"one ", b"two"]))  # http.client sends it chunked
        self.assertEqual("one two", answer["data"])

    def test_delete_needs_no_body(self):
        answer = self.answer("DELETE", "/delete")
        self.assertEqual({"args", "data", "files", "form", "headers", "json", "origin", "url"}, set(answer))
        self.assertEqual(("", None), (answer["data"], answer["json"]))

    def test_a_file_that_is_no_text_is_a_data_url_of_its_type(self):
        body = (b"--X\r\nContent-Disposition: form-data; name=f; filename=a\r\nContent-Type: image/png\r\n\r\n\xff\r\n"
                b"--X\r\nContent-Disposition: form-data; name=f; filename=b\r\n\r\ntext\r\n--X--\r\n")
        answer = self.answer("POST", "/post", body, {"Content-Type": "multipart/form-data; boundary=X"})
        self.assertEqual({"f": ["data:image/png;base64,/w==", "text"]}, answer["files"])

    def test_what_proxies_add_is_shown_on_request_only(self):
        fields = {"Via": "1.1 proxy", "X-Request-Id": "7", "X-Forwarded-For": "192.0.2.7", "X-Other": "z"}
        answer = self.answer("GET", "/get", headers=fields)
        self.assertEqual({"Host", "Accept-Encoding", "X-Other"}, set(answer["headers"]))
        self.assertEqual("192.0.2.7", answer["origin"])  # the test comes from an address that may say so
        self.assertLessEqual(set(fields), set(self.answer("GET", "/headers?show_env", headers=fields)["headers"]))

    def test_the_codings_are_used_whatever_the_client_takes(self):
        for path, coding, mark in (("/gzip", "gzip", "gzipped"), ("/deflate", "deflate", "deflated")):
            status, fields, body = self.get(path)
            self.assertEqual((200, coding, "application/json"), (status, fields["Content-Encoding"], fields["Content-Type"]))
            answer = json.loads(zlib.decompress(body, 47))
            self.assertEqual((True, "GET", "127.0.0.1"), (answer[mark], answer["method"], answer["origin"]))
            self.assertEqual(self.host(), answer["headers"]["Host"])
        self.assertEqual(b"\x28\xb5\x2f\xfd", self.get("/zstd")[2][:4])  # RFC 8878
        self.assertEqual(("zstd", "br"), tuple(self.get(path)[1]["Content-Encoding"] for path in ("/zstd", "/brotli")))

    def test_anything_answers_every_method_and_path(self):
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE", "TRACE"):
            self.assertEqual(method, self.answer(method, "/anything")["method"])
        answer = self.answer("POST", "/anything/some/where?x=1", b"raw", {"Content-Type": "text/plain"})
        self.assertEqual(("raw", {"x": "1"}, f"http://{self.host()}/anything/some/where?x=1"),
                         (answer["data"], answer["args"], answer["url"]))

    def test_headers_ip_and_user_agent(self):
        answer = self.answer("GET", "/headers", headers={"User-Agent": "test/1"})
        self.assertEqual("test/1", answer["headers"]["User-Agent"])
        self.assertEqual({"origin": "127.0.0.1"}, self.answer("GET", "/ip"))
        self.assertEqual({"user-agent": "test/1"}, self.answer("GET", "/user-agent", headers={"User-Agent": "test/1"}))
        self.assertEqual({"user-agent": None}, self.answer("GET", "/user-agent"))

    def test_echo_answers_with_exactly_the_body(self):
        body = bytes(range(256)) * 1000
        status, headers, answered = self.server.request("POST", "/echo", body, {"Content-Type": "image/x-test"})
        self.assertEqual((200, "image/x-test", body), (status, headers["Content-Type"], answered))
        status, headers, answered = self.server.request("POST", "/echo", b"")
        self.assertEqual((200, "application/octet-stream", b""), (status, headers["Content-Type"], answered))

    def test_a_body_beyond_the_limit_is_refused(self):
        self.assertEqual(413, self.server.request("POST", "/post", b"x" * (1024 * 1024 + 1))[0])

    def test_the_wrong_method_is_refused(self):
        self.assertEqual(405, self.server.request("GET", "/post")[0])
        self.assertEqual(405, self.server.request("POST", "/get", b"")[0])
        self.assertEqual(404, self.server.request("GET", "/nothing/here")[0])

    def test_scripts_of_other_origins_may_call(self):
        for path in ("/get", "/stream/1", "/static/style.css", "/no/such"):
            fields = self.get(path, {"Origin": "http://example.com"})[1]
            self.assertEqual(("http://example.com", "true"), (fields["Access-Control-Allow-Origin"],
                                                              fields["Access-Control-Allow-Credentials"]), path)
        self.assertEqual("*", self.get("/get")[1]["Access-Control-Allow-Origin"])
        status, fields, body = self.server.request("OPTIONS", "/put", headers={"Access-Control-Request-Headers": "x-a, x-b"})
        self.assertEqual((200, "PUT,OPTIONS", b""), (status, fields["Allow"], body))
        self.assertEqual(("x-a, x-b", "3600"), (fields["Access-Control-Allow-Headers"], fields["Access-Control-Max-Age"]))
        self.assertEqual("GET,HEAD,OPTIONS", self.server.request("POST", "/get", b"")[1]["Allow"])
        self.assertEqual(404, self.server.request("OPTIONS", "/nothing/here")[0])


del HttpbinTest  # only its children are tests

if __name__ == "__main__":
    unittest.main()
