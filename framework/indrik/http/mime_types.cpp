#include "indrik/http/mime_types.hpp"

#include <algorithm>
#include <iterator>

#include "indrik/http/tokens.hpp"

namespace indrik::http {

namespace {

struct Row {
    std::string_view extension;
    std::string_view media_type;
};

constexpr bool operator<(const Row& left, const Row& right) {
    return left.extension < right.extension;
}

// clang-format off
constexpr Row kTypes[] = {
    {"7z", "application/x-7z-compressed"},
    {"aac", "audio/aac"},
    {"abw", "application/x-abiword"},
    {"ai", "application/postscript"},
    {"aif", "audio/aiff"},
    {"aiff", "audio/aiff"},
    {"apk", "application/vnd.android.package-archive"},
    {"apng", "image/apng"},
    {"appcache", "text/cache-manifest"},
    {"arc", "application/x-freearc"},
    {"asc", "text/plain"},
    {"atom", "application/atom+xml"},
    {"avi", "video/x-msvideo"},
    {"avif", "image/avif"},
    {"azw", "application/vnd.amazon.ebook"},
    {"bash", "application/x-sh"},
    {"bin", "application/octet-stream"},
    {"bmp", "image/bmp"},
    {"bz2", "application/x-bzip2"},
    {"c", "text/x-c"},
    {"cc", "text/x-c"},
    {"cer", "application/pkix-cert"},
    {"cfg", "text/plain"},
    {"cjs", "text/javascript"},
    {"class", "application/java-vm"},
    {"conf", "text/plain"},
    {"cpp", "text/x-c"},
    {"crl", "application/pkix-crl"},
    {"crt", "application/x-x509-ca-cert"},
    {"css", "text/css"},
    {"csv", "text/csv"},
    {"cur", "image/x-icon"},
    {"cxx", "text/x-c"},
    {"deb", "application/vnd.debian.binary-package"},
    {"der", "application/x-x509-ca-cert"},
    {"diff", "text/x-diff"},
    {"dmg", "application/x-apple-diskimage"},
    {"doc", "application/msword"},
    {"docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
    {"dtd", "application/xml-dtd"},
    {"eot", "application/vnd.ms-fontobject"},
    {"eps", "application/postscript"},
    {"epub", "application/epub+zip"},
    {"exe", "application/octet-stream"},
    {"flac", "audio/flac"},
    {"flv", "video/x-flv"},
    {"gif", "image/gif"},
    {"glb", "model/gltf-binary"},
    {"gltf", "model/gltf+json"},
    {"go", "text/x-go"},
    {"gpx", "application/gpx+xml"},
    {"gz", "application/gzip"},
    {"h", "text/x-c"},
    {"heic", "image/heic"},
    {"heif", "image/heif"},
    {"hpp", "text/x-c"},
    {"htm", "text/html"},
    {"html", "text/html"},
    {"ico", "image/x-icon"},
    {"ics", "text/calendar"},
    {"img", "application/octet-stream"},
    {"ini", "text/plain"},
    {"iso", "application/x-iso9660-image"},
    {"jar", "application/java-archive"},
    {"java", "text/x-java-source"},
    {"jfif", "image/jpeg"},
    {"jp2", "image/jp2"},
    {"jpeg", "image/jpeg"},
    {"jpg", "image/jpeg"},
    {"js", "text/javascript"},
    {"json", "application/json"},
    {"json5", "application/json5"},
    {"jsonl", "application/jsonl"},
    {"jsonld", "application/ld+json"},
    {"jxl", "image/jxl"},
    {"key", "application/octet-stream"},
    {"kml", "application/vnd.google-earth.kml+xml"},
    {"kmz", "application/vnd.google-earth.kmz"},
    {"less", "text/x-less"},
    {"log", "text/plain"},
    {"lz", "application/x-lzip"},
    {"m3u", "audio/mpegurl"},
    {"m3u8", "application/vnd.apple.mpegurl"},
    {"m4a", "audio/mp4"},
    {"m4s", "video/iso.segment"},
    {"m4v", "video/mp4"},
    {"map", "application/json"},
    {"markdown", "text/markdown"},
    {"md", "text/markdown"},
    {"mid", "audio/midi"},
    {"midi", "audio/midi"},
    {"mjs", "text/javascript"},
    {"mkv", "video/matroska"},
    {"mng", "video/x-mng"},
    {"mov", "video/quicktime"},
    {"mp3", "audio/mpeg"},
    {"mp4", "video/mp4"},
    {"mpd", "application/dash+xml"},
    {"mpeg", "video/mpeg"},
    {"mpg", "video/mpeg"},
    {"ndjson", "application/x-ndjson"},
    {"odp", "application/vnd.oasis.opendocument.presentation"},
    {"ods", "application/vnd.oasis.opendocument.spreadsheet"},
    {"odt", "application/vnd.oasis.opendocument.text"},
    {"oga", "audio/ogg"},
    {"ogg", "audio/ogg"},
    {"ogv", "video/ogg"},
    {"opus", "audio/ogg"},
    {"otf", "font/otf"},
    {"p12", "application/x-pkcs12"},
    {"patch", "text/x-diff"},
    {"pdf", "application/pdf"},
    {"pem", "application/x-pem-file"},
    {"php", "application/x-httpd-php"},
    {"png", "image/png"},
    {"ppt", "application/vnd.ms-powerpoint"},
    {"pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation"},
    {"ps", "application/postscript"},
    {"psd", "image/vnd.adobe.photoshop"},
    {"py", "text/x-python"},
    {"qt", "video/quicktime"},
    {"rar", "application/vnd.rar"},
    {"rdf", "application/rdf+xml"},
    {"rpm", "application/x-rpm"},
    {"rs", "text/x-rust"},
    {"rss", "application/rss+xml"},
    {"rst", "text/x-rst"},
    {"rtf", "application/rtf"},
    {"sass", "text/x-sass"},
    {"scss", "text/x-scss"},
    {"sh", "application/x-sh"},
    {"sql", "application/sql"},
    {"srt", "application/x-subrip"},
    {"svg", "image/svg+xml"},
    {"svgz", "image/svg+xml"},
    {"tar", "application/x-tar"},
    {"tex", "application/x-tex"},
    {"tgz", "application/gzip"},
    {"tif", "image/tiff"},
    {"tiff", "image/tiff"},
    {"toml", "application/toml"},
    {"torrent", "application/x-bittorrent"},
    {"ts", "video/mp2t"},
    {"tsv", "text/tab-separated-values"},
    {"ttc", "font/collection"},
    {"ttf", "font/ttf"},
    {"txt", "text/plain"},
    {"usdz", "model/vnd.usdz+zip"},
    {"vcf", "text/vcard"},
    {"vtt", "text/vtt"},
    {"war", "application/java-archive"},
    {"wasm", "application/wasm"},
    {"wav", "audio/wav"},
    {"weba", "audio/webm"},
    {"webm", "video/webm"},
    {"webmanifest", "application/manifest+json"},
    {"webp", "image/webp"},
    {"wmv", "video/x-ms-wmv"},
    {"woff", "font/woff"},
    {"woff2", "font/woff2"},
    {"xhtml", "application/xhtml+xml"},
    {"xls", "application/vnd.ms-excel"},
    {"xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
    {"xml", "application/xml"},
    {"xsd", "application/xml"},
    {"xsl", "application/xslt+xml"},
    {"xslt", "application/xslt+xml"},
    {"xz", "application/x-xz"},
    {"yaml", "application/yaml"},
    {"yml", "application/yaml"},
    {"zip", "application/zip"},
    {"zst", "application/zstd"},
};
// clang-format on

static_assert(std::is_sorted(std::begin(kTypes), std::end(kTypes)));

constexpr std::size_t kMaxExtensionBytes = 11;

/// Cuts the extension off the end of `file_name`; "" if there is none. A dot at the very beginning
/// makes no extension.
std::string_view take_extension(std::string_view& file_name) {
    const std::size_t dot = file_name.rfind('.');
    if (dot == std::string_view::npos || dot == 0) return {};
    const std::string_view extension = file_name.substr(dot + 1);
    file_name = file_name.substr(0, dot);
    return extension;
}

std::string_view find_type(std::string_view extension) {
    if (extension.empty() || extension.size() > kMaxExtensionBytes) return {};
    char lower[kMaxExtensionBytes];
    std::transform(extension.begin(), extension.end(), lower, [](char c) { return to_lower(c); });
    const Row wanted{{lower, extension.size()}, {}};
    const Row* const row = std::lower_bound(std::begin(kTypes), std::end(kTypes), wanted);
    const bool found = row != std::end(kTypes) && row->extension == wanted.extension;
    return found ? row->media_type : std::string_view();
}

std::optional<ContentCoding> find_coding(std::string_view extension) {
    if (equal_ignoring_case(extension, "gz")) return ContentCoding::Gzip;
    if (equal_ignoring_case(extension, "br")) return ContentCoding::Brotli;
    if (equal_ignoring_case(extension, "zst")) return ContentCoding::Zstd;
    return std::nullopt;
}

std::string_view behind_slash(std::string_view path) {
    return path.substr(path.rfind('/') + 1);
}

}  // namespace

std::string_view media_type_of(std::string_view path) {
    std::string_view name = behind_slash(path);
    const std::string_view type = find_type(take_extension(name));
    return type.empty() ? kUnknownMediaType : type;
}

FileType file_type_of(std::string_view path) {
    std::string_view name = behind_slash(path);
    const std::string_view last = take_extension(name);
    if (equal_ignoring_case(last, "svgz")) return {find_type(last), ContentCoding::Gzip};
    const auto coding = find_coding(last);
    if (!coding) return {media_type_of(path), ContentCoding::Identity};
    const std::string_view type = find_type(take_extension(name));
    if (!type.empty()) return {type, *coding};
    const std::string_view archive = find_type(last);
    return {archive.empty() ? kUnknownMediaType : archive, ContentCoding::Identity};
}

std::string_view extension_of(ContentCoding coding) {
    switch (coding) {
        case ContentCoding::Gzip:
            return ".gz";
        case ContentCoding::Brotli:
            return ".br";
        case ContentCoding::Zstd:
            return ".zst";
        case ContentCoding::Deflate:
        case ContentCoding::Identity:
            break;
    }
    return {};
}

}  // namespace indrik::http
