#pragma once
// Content-Disposition: of the parts of a form (RFC 7578 section 4.2) and of responses (RFC 6266).
//
//   parse_content_disposition("form-data; name=\"a\"; filename=\"b.txt\"")->file_name;   // "b.txt"
//   headers.set(Field::ContentDisposition, format_attachment("naïve.txt"));

#include <optional>
#include <string>
#include <string_view>

namespace indrik::http {

/// Names are as the peer sent them, in UTF-8 or whatever it took for that: see base_name.
struct ContentDisposition {
    std::string type;  // in lower case: "form-data", "attachment", "inline"
    std::optional<std::string> name;
    std::optional<std::string> file_name;

    bool is_form_data() const { return type == "form-data"; }
    friend bool operator==(const ContentDisposition&, const ContentDisposition&) = default;
};

/// Nothing if the text is malformed or repeats a parameter.
///
/// In quotes a backslash counts before a quote or another backslash only, as old browsers send
/// paths ("C:\file"), and not before the quote at the very end. Browsers write a quote, CR and LF
/// within names of forms as %22, %0D and %0A, which is undone here. filename* (RFC 8187) is
/// preferred to filename, except in forms, where RFC 7578 forbids it: there it counts only if there
/// is no filename.
std::optional<ContentDisposition> parse_content_disposition(std::string_view text);

/// The file's name without folders (behind the last '/' or '\'), control characters and dots and
/// spaces at its end; "" if nothing is left. Still no name to give a file on this machine unasked.
std::string base_name(std::string_view file_name);

/// `form-data; name="..."`, escaped as browsers do.
std::string format_form_disposition(std::string_view name);
std::string format_form_disposition(std::string_view name, std::string_view file_name);
/// `attachment; filename="..."`, and filename* besides if the name is not ASCII.
std::string format_attachment(std::string_view file_name);
/// The same for what the browser is to show itself.
std::string format_inline(std::string_view file_name);

}  // namespace indrik::http
