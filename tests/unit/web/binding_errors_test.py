#!/usr/bin/env python3
"""What the compiler says about handlers that are none: the first error is ours, and there is no other.

    binding_errors_test.py COMPILER FLAG...
"""

import concurrent.futures
import os
import pathlib
import subprocess
import sys
import unittest

COMMAND = []

# What the only error of each case of binding_errors.cpp must hold.
MESSAGES = {
    1: "with indrik/web/binding.hpp, it may take and return more",
    2: "for 'nothing', return http::Status::NoContent",
    3: "for 'nothing', return http::Status::NoContent",
    4: "a handler takes, in any order: web::Request&, web::Query<T>",
    5: "a handler returns, or returns an indrik::Task of: web::Response",
    6: "a handler returns, or returns an indrik::Task of: web::Response",
    7: "a request has one body",
    8: "a handler takes web::Request& by reference, and all else by value",
    9: "a handler takes web::Request& by reference, and all else by value",
    10: "one operator() that is no template",
    11: "the T of web::Query<T> and web::Form<T> is a struct that INDRIK_DESCRIBE describes",
    12: "a parameter is a text, number, boolean, enumeration, time or UUID",
    13: "this type has no JSON form",
    14: "this type has no JSON form",
    15: "a handler is a function or an object with one operator() that is no template",
    16: "for 'nothing', return http::Status::NoContent",
    17: "neither static, nor overloaded, nor a template",
    18: "a handler takes, in any order: web::Request&, web::Query<T>",
}


def errors_of(case):
    """The lines of errors, and everything that was said."""
    source = pathlib.Path(__file__).with_name("binding_errors.cpp")
    done = subprocess.run([*COMMAND, "-fsyntax-only", f"-DCASE={case}", str(source)], capture_output=True, text=True,
                          timeout=60, check=False)
    lines = [line for line in done.stderr.splitlines() if "error:" in line]
    return lines, done.stderr


class BindingErrors(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            cases = [0, *MESSAGES]
            cls.outcomes = dict(zip(cases, pool.map(errors_of, cases)))

    def test_a_good_handler_compiles(self):
        self.assertEqual([], self.outcomes[0][0], self.outcomes[0][1])

    def test_the_first_error_says_what_a_handler_may_look_like(self):
        for case, message in MESSAGES.items():
            with self.subTest(case=case):
                errors, text = self.outcomes[case]
                self.assertTrue(errors, "it compiles")
                self.assertIn("static assertion failed", errors[0], text)
                self.assertIn(message, errors[0], text)

    def test_there_is_no_second_error(self):
        for case in MESSAGES:
            with self.subTest(case=case):
                self.assertEqual(1, len(self.outcomes[case][0]), self.outcomes[case][1])


if __name__ == "__main__":
    COMMAND = sys.argv[1:]
    unittest.main(argv=sys.argv[:1])
