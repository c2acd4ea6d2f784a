#pragma once
// The media types of files by their names: a table of what the web uses, the same on every machine.
//
//   media_type_of("a/logo.SVG");                 // "image/svg+xml"
//   file_type_of("app.js.gz");                   // "text/javascript", gzip
//
// No charset is given: who serves text knows it.

#include <string_view>

#include "indrik/http/compression.hpp"

namespace indrik::http {

/// What a file is whose name says nothing.
inline constexpr std::string_view kUnknownMediaType = "application/octet-stream";

/// By the last extension, without regard to case. Lifetime: static.
std::string_view media_type_of(std::string_view path);

struct FileType {
    std::string_view media_type;
    ContentCoding coding;

    friend bool operator==(const FileType&, const FileType&) = default;
};

/// The same, but .gz, .br and .zst behind another known extension are the coding in which the file
/// is; .svgz is SVG in gzip. An archive ("a.gz") is what it is, without coding.
FileType file_type_of(std::string_view path);

/// What the name of a precompressed file has behind that of the original: ".gz", ".br", ".zst"; ""
/// for codings in which files are not kept.
std::string_view extension_of(ContentCoding coding);

}  // namespace indrik::http
