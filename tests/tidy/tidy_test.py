"""A rule that cannot fail is no rule: each one is shown text that breaks it."""

import unittest
from pathlib import Path

import tidy


class TidyTest(unittest.TestCase):
    def setUp(self):
        self.found = []

    def report(self, path, line, rule, message):
        self.found.append((path, line, rule, message))

    def rules(self):
        return [(line, rule) for _, line, rule, _ in self.found]

    def test_banned_calls_are_found_but_not_in_comments_or_strings(self):
        text = '// std::mutex in a comment\nconst char* s = "std::mutex";\nstd::mutex m;\n'
        tidy.check_banned("src/net/x.cc", text, self.report)
        self.assertEqual(self.rules(), [(3, "banned")])
        self.assertIn("MutexLock", self.found[0][3])

    def test_base_may_use_what_it_wraps(self):
        tidy.check_banned("src/base/mutex.h", "std::mutex m;\n", self.report)
        self.assertEqual(self.found, [])

    def test_undeclared_include(self):
        modules = {"net": ({"base"}, set()), "storage": ({"base"}, set()), "base": (set(), set())}
        tidy.check_includes("src/net/x.cc", '#include "base/a.h"\n#include "storage/s.h"\n', modules, self.report)
        self.assertEqual(self.rules(), [(2, "include")])

    def test_nested_module_owns_its_folder(self):
        modules = {"iceberg": (set(), set()), "iceberg/model": (set(), set())}
        self.assertEqual(tidy.module_of("iceberg/model/schema.h", modules), "iceberg/model")
        self.assertEqual(tidy.module_of("iceberg/scan/plan.h", modules), "iceberg")

    def test_fenced_header(self):
        tidy.check_fences("src/catalog/server/x.cc", "#include <boost/beast/http.hpp>\n", self.report)
        self.assertEqual(self.rules(), [(1, "fence")])

    def test_long_file_and_function(self):
        body = "int F(int a) {\n" + "  a++;\n" * 100 + "}\n"
        tidy.check_lengths("src/net/x.cc", body, {}, set(), self.report)
        self.assertEqual(self.rules(), [(1, "length")])
        self.found.clear()
        tidy.check_lengths("src/net/x.cc", "int a;\n" * 900, {}, set(), self.report)
        self.assertEqual(self.rules(), [(900, "length")])

    def test_ratchet_allows_and_must_shrink(self):
        used = set()
        tidy.check_lengths("src/net/x.cc", "int a;\n" * 900, {"src/net/x.cc": 900}, used, self.report)
        self.assertEqual((self.found, used), ([], {"src/net/x.cc"}))
        tidy.check_lengths("src/net/x.cc", "int a;\n" * 100, {"src/net/x.cc": 900}, used, self.report)
        self.assertEqual(self.rules(), [(1, "ratchet")])

    def test_guard_and_opening_comment(self):
        tidy.check_header("src/net/http.h", "#pragma once\n", self.report)
        self.assertEqual([rule for _, rule in self.rules()], ["guard", "header"])

    def test_docs_name_existing_paths(self):
        root = Path(__file__).resolve().parents[2]
        tidy.check_docs("docs/x.md", "see `src/base/nothing.h` and [this](missing.md), `src/base/status.h`\n", root,
                        self.report)
        self.assertEqual([rule for _, rule in self.rules()], ["docs", "docs"])

    def test_machine_path(self):
        tidy.check_banned("docs/x.md", "see " + "/home" + "/me/x\n", self.report)
        self.assertEqual(self.rules(), [(1, "banned")])


if __name__ == "__main__":
    unittest.main()
