#include "pages.hpp"

#include <functional>
#include <map>
#include <string>
#include <utility>

namespace login {
namespace {

constexpr const char* kHome = R"html(<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Sessions</title>
<style>
  :root { color-scheme: light dark; --ink: #1c2430; --paper: #f4f1ea; --card: #fffdf8; --line: #d9d2c3; --accent: #2f5d50; }
  @media (prefers-color-scheme: dark) {
    :root { --ink: #e8e4da; --paper: #16191d; --card: #20252b; --line: #38404a; --accent: #8fc7b4; }
  }
  * { box-sizing: border-box; }
  body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1.5rem;
         background: var(--paper); color: var(--ink); font: 1.05rem/1.55 Georgia, "Times New Roman", serif; }
  main { width: min(26rem, 100%); padding: 2rem; background: var(--card); border: 1px solid var(--line);
         border-radius: .75rem; box-shadow: 0 1.5rem 3rem -2rem rgb(0 0 0 / .35); }
  h1 { margin: 0 0 .25rem; font-weight: normal; font-size: 1.9rem; }
  p { margin: 0 0 1.25rem; }
  .count { font-variant-numeric: tabular-nums; font-weight: bold; }
  label { display: block; margin-bottom: .9rem; font-size: .95rem; }
  input { display: block; width: 100%; margin-top: .25rem; padding: .55rem .7rem; font: inherit; color: inherit;
          background: transparent; border: 1px solid var(--line); border-radius: .4rem; }
  button { padding: .55rem 1.3rem; font: inherit; color: var(--card); background: var(--accent); border: 0;
           border-radius: .4rem; cursor: pointer; }
  input:focus-visible, button:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
  .message { margin: 0 0 1rem; padding: .6rem .8rem; border-left: .25rem solid var(--line); background: var(--paper); }
  .success { border-color: #3f9b6b; } .error { border-color: #c0492f; }
</style>
</head>
<body>
<main>
{% for category, text in get_flashed_messages(with_categories=true) %}
  <p class="message {{ category }}" role="status">{{ text }}</p>
{% endfor %}
{% if user %}
  <h1>Hello, {{ user }}</h1>
  <p>This page was shown to you <span class="count">{{ visits }}</span> time{{ "" if visits == 1 else "s" }}.</p>
  <form method="post" action="/log-out">{{ csrf_field() }}<button>Log out</button></form>
{% else %}
  <h1>Who are you?</h1>
  <p>Any name will do; the password is the name. This page was shown to you
     <span class="count">{{ visits }}</span> time{{ "" if visits == 1 else "s" }}.</p>
  <form method="post" action="/log-in">
    {{ csrf_field() }}
    <label>Name <input name="name" autocomplete="username" required maxlength="40"></label>
    <label>Password <input name="password" type="password" autocomplete="current-password" required></label>
    <button>Log in</button>
  </form>
{% endif %}
</main>
</body>
</html>
)html";

}  // namespace

std::shared_ptr<const indrik::templates::Loader> templates() {
    std::map<std::string, std::string, std::less<>> sources;
    sources.emplace("home.html", kHome);
    return std::make_shared<indrik::templates::DictLoader>(std::move(sources));
}

}  // namespace login
