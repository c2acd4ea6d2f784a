#pragma once
// How the page of the debug mode looks, in light and in dark.

#include <string_view>

namespace indrik::web {

inline constexpr std::string_view kDebugPageStyle =
    ":root{color-scheme:light dark;--ink:#1f2328;--faint:#656d76;--paper:#fff;--sheet:#f6f8fa;"
    "--line:#d1d9e0;--alarm:#b3261e;--glow:#fff1c2}"
    "@media(prefers-color-scheme:dark){:root{--ink:#e6edf3;--faint:#9198a1;--paper:#0d1117;"
    "--sheet:#161b22;--line:#3d444d;--alarm:#ff7b72;--glow:#4d3b00}}"
    "*{box-sizing:border-box}"
    "body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,sans-serif}"
    "header{background:var(--sheet);border-bottom:1px solid var(--line);padding:2rem}"
    "header>*,main{max-width:70rem;margin-left:auto;margin-right:auto}"
    ".line{margin:0 auto;color:var(--faint);font-family:ui-monospace,monospace;font-size:.9rem;"
    "overflow-wrap:anywhere}"
    "h1{color:var(--alarm);font-size:1.7rem;margin:.4rem auto;overflow-wrap:anywhere}"
    ".text{font-size:1.15rem;margin:0 auto;white-space:pre-wrap;overflow-wrap:anywhere}"
    "main{padding:0 2rem 3rem}h2{font-size:1.05rem;margin:2rem 0 .6rem}"
    "details{border:1px solid var(--line);border-radius:6px;margin:.35rem 0;overflow:hidden}"
    "summary{padding:.45rem .8rem;cursor:pointer;font:.87rem/1.5 ui-monospace,monospace;"
    "overflow-wrap:anywhere}"
    "details:not(.own) summary{color:var(--faint)}details.own summary{font-weight:600}"
    "summary small{display:block;font-weight:400;color:var(--faint)}"
    "ol{margin:0;padding:.5rem 0;background:var(--sheet);border-top:1px solid var(--line);"
    "overflow-x:auto;font:.84rem/1.55 ui-monospace,monospace;list-style-position:outside}"
    "li{margin-left:3.6rem;padding-left:.7rem;color:var(--faint);border-left:1px solid var(--line)}"
    "li code{white-space:pre;color:var(--ink);font:inherit;tab-size:4}"
    "li.here{background:var(--glow);font-weight:600}"
    "table{border-collapse:collapse;width:100%;font-size:.9rem}"
    "th,td{text-align:left;vertical-align:top;padding:.3rem .8rem .3rem 0;"
    "border-bottom:1px solid var(--line);overflow-wrap:anywhere}"
    "th{font-weight:500;width:16rem;color:var(--faint)}"
    "td{font-family:ui-monospace,monospace;font-size:.85rem}"
    ".note{color:var(--faint);font-size:.85rem;margin-top:2rem}";

}  // namespace indrik::web
