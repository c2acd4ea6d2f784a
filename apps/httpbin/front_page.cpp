// The front page: what there is, one line each.

#include <string>
#include <string_view>

#include "handlers.hpp"

namespace httpbin {

namespace {

constexpr std::string_view kPage = R"(<!DOCTYPE html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>httpbin on Indrik</title>
  <style>
    :root { color-scheme: light dark; --ink: #1c2430; --soft: #5d6b7e; --line: #e1e6ed; --page: #f6f8fa;
            --card: #ffffff; --accent: #0b6e5f; }
    @media (prefers-color-scheme: dark) {
      :root { --ink: #e4e9f0; --soft: #94a2b5; --line: #2c3644; --page: #12171e; --card: #1a212b; --accent: #4fc3ae; }
    }
    * { box-sizing: border-box; }
    body { margin: 0; background: var(--page); color: var(--ink);
           font: 16px/1.5 system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif; }
    main { max-width: 56rem; margin: 0 auto; padding: 3.5rem 1.5rem 3rem; }
    h1 { margin: 0; font-size: 2.4rem; letter-spacing: -0.02em; }
    h1 small { font-size: 1.1rem; font-weight: 400; letter-spacing: 0; color: var(--soft); }
    header p { margin: .5rem 0 0; color: var(--soft); max-width: 40rem; }
    section { margin-top: 2rem; background: var(--card); border: 1px solid var(--line); border-radius: .6rem;
              overflow: hidden; }
    h2 { margin: 0; padding: .7rem 1.2rem; font-size: .95rem; border-bottom: 1px solid var(--line); }
    dl { margin: 0; display: grid; grid-template-columns: 19.5rem 1fr; }
    dt, dd { margin: 0; padding: .45rem 1.2rem; }
    dt { font-family: ui-monospace, "DejaVu Sans Mono", monospace; font-size: .88rem; line-height: 1.7; white-space: nowrap; }
    dd { color: var(--soft); text-wrap: balance; }
    dt b { display: inline-block; min-width: 3.6rem; font-weight: 600; font-size: .75rem; color: var(--soft); }
    a { color: var(--accent); text-decoration: none; }
    a:hover { text-decoration: underline; }
    footer { margin-top: 2rem; color: var(--soft); font-size: .88rem; }
    @media (max-width: 40rem) { dl { grid-template-columns: 1fr; } dd { padding-top: 0; } }
  </style>
</head>
<body>
<main>
  <header>
    <h1>httpbin <small>on Indrik</small></h1>
    <p>A service for people who write HTTP clients: it tells you what you have sent, and answers as you ask for.</p>
  </header>

  <section>
    <h2>See what you have sent</h2>
    <dl>
      <dt><b>GET</b><a href="/get?name=indrik">/get</a></dt><dd>query, headers, address and URL as JSON</dd>
      <dt><b>POST</b>/post</dt><dd>the same, with the body as form, data and JSON</dd>
      <dt><b>PUT</b>/put</dt><dd>likewise</dd>
      <dt><b>PATCH</b>/patch</dt><dd>likewise</dd>
      <dt><b>DELETE</b>/delete</dt><dd>likewise</dd>
      <dt><b>ANY</b><a href="/anything/goes?here=1">/anything/{path}</a></dt><dd>likewise for every method, which it names</dd>
      <dt><b>GET</b><a href="/headers">/headers</a></dt><dd>the header fields</dd>
      <dt><b>GET</b><a href="/ip">/ip</a></dt><dd>the address you come from</dd>
      <dt><b>GET</b><a href="/user-agent">/user-agent</a></dt><dd>what your client calls itself</dd>
      <dt><b>POST</b>/echo</dt><dd>exactly the body, as it came</dd>
    </dl>
  </section>

  <section>
    <h2>Choose the answer</h2>
    <dl>
      <dt><b>ANY</b><a href="/status/418">/status/{code}</a></dt><dd>that status; one of several for 200,500 or 200:3,500:1</dd>
      <dt><b>GET</b><a href="/bytes/1024?seed=7">/bytes/{n}</a></dt><dd>n random bytes, at most 100 KiB; the same for the same ?seed=</dd>
      <dt><b>ANY</b><a href="/delay/1">/delay/{seconds}</a></dt><dd>an answer that takes its time, at most 10 seconds</dd>
      <dt><b>GET</b><a href="/json">/json</a></dt><dd>a JSON document</dd>
      <dt><b>GET</b><a href="/html">/html</a></dt><dd>an HTML document</dd>
    </dl>
  </section>

  <section>
    <h2>Redirects and cookies</h2>
    <dl>
      <dt><b>GET</b><a href="/redirect/3">/redirect/{n}</a></dt><dd>n redirects that end at /get; with full URLs for ?absolute=true</dd>
      <dt><b>GET</b><a href="/cookies">/cookies</a></dt><dd>the cookies you have sent</dd>
      <dt><b>GET</b><a href="/cookies/set?flavour=oat">/cookies/set?{name}={value}</a></dt><dd>sets cookies and shows them</dd>
      <dt><b>GET</b><a href="/cookies/delete?flavour">/cookies/delete?{name}</a></dt><dd>deletes cookies and shows the rest</dd>
    </dl>
  </section>

  <footer>Served by Indrik, a web framework and pre-forking server for C++20. The answers have the shape of the original httpbin's.</footer>
</main>
</body>
</html>
)";

}  // namespace

web::Response front_page(web::Request&) {
    return web::Response().html(std::string(kPage));
}

}  // namespace httpbin
