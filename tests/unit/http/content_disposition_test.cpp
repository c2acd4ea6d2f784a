#include "indrik/http/content_disposition.hpp"

#include <gtest/gtest.h>

#include "indrik/http/tokens.hpp"

namespace indrik::http::tests {
namespace {

std::string name_in(std::string_view text) {
    const auto disposition = parse_content_disposition(text);
    if (!disposition) return "malformed";
    return disposition->name.value_or("none");
}

std::string file_name_in(std::string_view text) {
    const auto disposition = parse_content_disposition(text);
    if (!disposition) return "malformed";
    return disposition->file_name.value_or("none");
}

TEST(ContentDisposition, IsTakenApart) {
    const auto disposition =
        parse_content_disposition(" Form-Data; NAME=\"a b\" ; filename=\"c;d.txt\"; x=y");
    ASSERT_TRUE(disposition);
    EXPECT_TRUE(disposition->is_form_data());
    EXPECT_EQ(disposition->name, "a b");
    EXPECT_EQ(disposition->file_name, "c;d.txt");
}

TEST(ContentDisposition, TellsEmptyNamesFromMissingOnes) {
    const auto disposition = parse_content_disposition("form-data; name=\"\"; filename=\"\"");
    ASSERT_TRUE(disposition);
    EXPECT_EQ(disposition->name, "");
    EXPECT_EQ(disposition->file_name, "");
    EXPECT_FALSE(parse_content_disposition("form-data")->name);
    EXPECT_EQ(parse_content_disposition("attachment")->type, "attachment");
}

TEST(ContentDisposition, UndoesTheEscapesOfBrowsersInForms) {
    EXPECT_EQ(name_in("form-data; name=\"a%22b%0d%0Ac%20%2\""), "a\"b\r\nc%20%2");
    EXPECT_EQ(file_name_in("form-data; filename=\"%22.txt\""), "\".txt");
    EXPECT_EQ(file_name_in("attachment; filename=\"%22.txt\""), "%22.txt");
}

TEST(ContentDisposition, TakesBackslashesAsOldAndNewClientsMeanThem) {
    EXPECT_EQ(file_name_in("form-data; filename=\"a\\\"b\\\\c\""), "a\"b\\c");
    EXPECT_EQ(file_name_in("form-data; filename=\"C:\\dir\\file.txt\""), "C:\\dir\\file.txt");
    EXPECT_EQ(file_name_in("form-data; filename=\"dir\\\""), "dir\\");
}

TEST(ContentDisposition, ReadsExtendedFileNames) {
    EXPECT_EQ(file_name_in("attachment; filename=x; filename*=UTF-8''%e2%82%ac%20rates"),
              "\xe2\x82\xac rates");
    EXPECT_EQ(file_name_in("attachment; filename*=iso-8859-1'en'%A3"), "\xc2\xa3");
    EXPECT_EQ(file_name_in("attachment; filename=x; filename*=utf-16''%00"), "x");
    EXPECT_EQ(file_name_in("attachment; filename=x; filename*=UTF-8''%zz"), "x");
    EXPECT_EQ(file_name_in("attachment; filename=x; filename*=UTF-8'"), "x");
    EXPECT_EQ(file_name_in("form-data; filename=x; filename*=UTF-8''y"), "x");
    EXPECT_EQ(file_name_in("form-data; filename*=UTF-8''y"), "y");
}

TEST(ContentDisposition, RefusesWhatIsNone) {
    for (const char* text : {"",
                             "; name=a",
                             "form-data name=a",
                             "form-data; name",
                             "form-data; name=\"a",
                             "form-data; name=\"a\"b",
                             "form-data; =a",
                             "form-data; name=a b",
                             "form-data; name=\"a\x01\"",
                             "form-data; name=a; name=b",
                             "form-data; name=a; filename=b; FileName=c"}) {
        EXPECT_FALSE(parse_content_disposition(text)) << text;
    }
}

TEST(BaseName, HasNeitherFoldersNorControls) {
    EXPECT_EQ(base_name("C:\\dir\\a.txt"), "a.txt");
    EXPECT_EQ(base_name("../../etc/passwd"), "passwd");
    EXPECT_EQ(base_name("a\r\n\x7f.txt"), "a.txt");
    EXPECT_EQ(base_name(".."), "");
    EXPECT_EQ(base_name("dir/"), "");
    EXPECT_EQ(base_name("a.txt. ."), "a.txt");
    EXPECT_EQ(base_name(".profile"), ".profile");
}

TEST(FormDisposition, IsReadBack) {
    const std::string text = format_form_disposition("a\"\r\nb", "\xe2\x82\xac\".txt");
    EXPECT_EQ(text, "form-data; name=\"a%22%0D%0Ab\"; filename=\"\xe2\x82\xac%22.txt\"");
    EXPECT_EQ(name_in(text), "a\"\r\nb");
    EXPECT_EQ(file_name_in(text), "\xe2\x82\xac\".txt");
    EXPECT_TRUE(is_field_value(format_form_disposition(std::string_view("\0\x01", 2))));
}

TEST(Attachment, IsReadBack) {
    EXPECT_EQ(format_attachment("a b.txt"), "attachment; filename=\"a b.txt\"");
    EXPECT_EQ(format_inline("\xe2\x82\xac.txt"),
              "inline; filename=\"___.txt\"; filename*=UTF-8''%E2%82%AC.txt");
    for (const std::string name : {"a\"b\\c", "\xe2\x82\xac", "100%", "a\r\nSet-Cookie: x"}) {
        EXPECT_EQ(file_name_in(format_attachment(name)), name);
        EXPECT_TRUE(is_field_value(format_attachment(name)));
    }
}

}  // namespace
}  // namespace indrik::http::tests
