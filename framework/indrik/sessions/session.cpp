#include "indrik/sessions/session.hpp"

#include "indrik/json/text_writer.hpp"
#include "indrik/sessions/csrf.hpp"
#include "indrik/sessions/detail/exchange.hpp"
#include "indrik/sessions/detail/value_text.hpp"

namespace indrik::sessions {

std::optional<std::string_view> Session::text_of(std::string_view name) const {
    return exchange_->data.text(name);
}

void Session::set_text(std::string_view name, std::string text) {
    exchange_->data.set_text(name, std::move(text));
}

void Session::set_string(std::string_view name, std::string_view value) {
    std::string text;
    json::append_string(text, value);
    set_text(name, std::move(text));
}

void Session::set_value(std::string_view name, const json::Value& value) {
    std::string text;
    detail::append_value(text, value);
    set_text(name, std::move(text));
}

bool Session::erase(std::string_view name) {
    return exchange_->data.erase(name);
}

const json::Value* Session::find(std::string_view name) const {
    return exchange_->data.value(name);
}

json::Value& Session::operator[](std::string_view name) {
    return exchange_->data.lend(name);
}

std::vector<std::string> Session::names() const {
    return exchange_->data.names();
}

bool Session::empty() const {
    return exchange_->data.size() == 0;
}

std::size_t Session::size() const {
    return exchange_->data.size();
}

void Session::clear() {
    exchange_->data.clear();
}

std::string Session::to_json() const {
    return exchange_->data.to_text();
}

void Session::changed() {
    exchange_->data.mark_changed();
}

bool Session::is_new() const {
    return exchange_->is_new;
}

Time Session::created() const {
    return exchange_->record.created;
}

const std::string& Session::identity() const {
    return exchange_->record.identity;
}

std::optional<Seconds> Session::max_age() const {
    return exchange_->max_age();
}

void Session::set_max_age(Seconds age) {
    if (exchange_->record.own_max_age == age) return;
    exchange_->record.own_max_age = age;
    changed();
}

void Session::invalidate() {
    exchange_->invalidate();
}

void Session::rotate() {
    erase(kCSRFSecretName);
    exchange_->wants_new_identity = true;
    changed();
}

}  // namespace indrik::sessions
