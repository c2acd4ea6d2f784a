#pragma once
// How templates are written: the delimiters and the treatment of white space. The defaults are Jinja2's.

#include <string>

namespace indrik::templates {

struct Syntax {
    std::string block_start = "{%";
    std::string block_end = "%}";
    std::string variable_start = "{{";
    std::string variable_end = "}}";
    std::string comment_start = "{#";
    std::string comment_end = "#}";
    /// Empty: there are none.
    std::string line_statement_prefix;
    std::string line_comment_prefix;
    /// The newline behind a block tag is removed.
    bool trim_blocks = false;
    /// White space before a block tag is removed if nothing else precedes it on its line.
    bool lstrip_blocks = false;
    bool keep_trailing_newline = false;
    /// What every newline of the template becomes.
    std::string newline_sequence = "\n";
};

}  // namespace indrik::templates
