// Answers that never change.

#include <string>
#include <string_view>

#include "handlers.hpp"

namespace httpbin {

namespace {

constexpr std::string_view kSlideshow = R"({
  "slideshow": {
    "author": "The Indrik Authors",
    "date": "2026-11-20",
    "slides": [
      {
        "title": "The beast that rules all beasts",
        "type": "all"
      },
      {
        "items": [
          "One <em>master</em>, many workers",
          "One loop a worker, many <em>coroutines</em>"
        ],
        "title": "How it is built",
        "type": "all"
      }
    ],
    "title": "Indrik in two slides"
  }
}
)";

constexpr std::string_view kStory = R"(<!DOCTYPE html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <title>The beast beneath the mountain</title>
</head>
<body>
  <h1>The beast beneath the mountain</h1>
  <div>
    <p>
      Old songs tell of Indrik, father of all beasts, who lives in the holy mountain and walks under the earth as the sun
      walks above it. Where he passes, springs break open and rivers find their beds; when he stirs, the ground trembles
      and every animal bows towards the mountain.
    </p>
    <p>
      He harms nobody. He only keeps the waters moving, which is all that anybody has ever asked of a good server.
    </p>
  </div>
</body>
</html>
)";

}  // namespace

web::Response json(web::Request&) {
    return web::Response().json_text(std::string(kSlideshow));
}

web::Response html(web::Request&) {
    return web::Response().html(std::string(kStory));
}

}  // namespace httpbin
