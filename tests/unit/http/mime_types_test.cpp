#include "indrik/http/mime_types.hpp"

#include <gtest/gtest.h>

#include "indrik/http/mime.hpp"

namespace indrik::http::tests {
namespace {

TEST(MediaTypeOf, GoesByTheLastExtension) {
    EXPECT_EQ(media_type_of("index.html"), "text/html");
    EXPECT_EQ(media_type_of("a.b/c.d.PNG"), "image/png");
    EXPECT_EQ(media_type_of("app.webmanifest"), "application/manifest+json");
    EXPECT_EQ(media_type_of("a.7z"), "application/x-7z-compressed");
    EXPECT_EQ(media_type_of("a.zst"), "application/zstd");
    EXPECT_EQ(media_type_of("app.js.gz"), "application/gzip");
}

TEST(MediaTypeOf, DoesNotGuess) {
    for (const char* path : {"",
                             ".",
                             "html",
                             ".html",
                             "a/.html",
                             "a.html/b",
                             "a.",
                             "a.htmlx",
                             "a.ht",
                             "a.averylongextension",
                             "a.\xff"}) {
        EXPECT_EQ(media_type_of(path), kUnknownMediaType) << path;
    }
}

TEST(FileTypeOf, TellsTheCodingFromTheType) {
    const auto identity = ContentCoding::Identity;
    EXPECT_EQ(file_type_of("app.js.gz"), (FileType{"text/javascript", ContentCoding::Gzip}));
    EXPECT_EQ(file_type_of("x/a.css.BR"), (FileType{"text/css", ContentCoding::Brotli}));
    EXPECT_EQ(file_type_of("a.svg.zst"), (FileType{"image/svg+xml", ContentCoding::Zstd}));
    EXPECT_EQ(file_type_of("a.svgz"), (FileType{"image/svg+xml", ContentCoding::Gzip}));
    EXPECT_EQ(file_type_of("a.tar.gz"), (FileType{"application/x-tar", ContentCoding::Gzip}));
    EXPECT_EQ(file_type_of("a.gz"), (FileType{"application/gzip", identity}));
    EXPECT_EQ(file_type_of("a.br"), (FileType{kUnknownMediaType, identity}));
    EXPECT_EQ(file_type_of("a.unknown.gz"), (FileType{"application/gzip", identity}));
    EXPECT_EQ(file_type_of("a.html"), (FileType{"text/html", identity}));
    EXPECT_EQ(file_type_of(".gz"), (FileType{kUnknownMediaType, identity}));
}

TEST(ExtensionOf, IsUndoneByFileTypeOf) {
    for (const ContentCoding coding :
         {ContentCoding::Gzip, ContentCoding::Brotli, ContentCoding::Zstd}) {
        const std::string name = "a.txt" + std::string(extension_of(coding));
        EXPECT_EQ(file_type_of(name), (FileType{"text/plain", coding}));
    }
    EXPECT_EQ(extension_of(ContentCoding::Deflate), "");
}

}  // namespace
}  // namespace indrik::http::tests
