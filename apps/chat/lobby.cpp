#include "lobby.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include <indrik/core/timeout.hpp>
#include <indrik/json/described.hpp>
#include <unistd.h>

namespace chat {

namespace json = indrik::json;
namespace pubsub = indrik::pubsub;
using namespace std::chrono_literals;

namespace {

constexpr std::string_view kRoomPrefix = "chat:room:";
constexpr std::string_view kMessageStart = R"({"type":"message")";
constexpr auto kPatience = 500ms;

/// Between workers.
struct Letter {
    static constexpr json::StructOptions json_options = json::StructOptions().keep_defaults();
    std::string type;  // "ask", "room", or "done"
    pubsub::NodeID from = 0;
    std::string room;
    std::vector<Entry> entries;
};
INDRIK_DESCRIBE(Letter, type, from, room, entries)

struct Hello {
    std::string type = "hello";
    std::int64_t worker = 0;
    std::vector<Entry> entries;
};
INDRIK_DESCRIBE(Hello, type, worker, entries)

struct Person {
    std::string name;
    std::uint64_t windows = 0;
};
INDRIK_DESCRIBE(Person, name, windows)

struct People {
    std::string type = "people";
    std::vector<Person> people;
};
INDRIK_DESCRIBE(People, type, people)

struct Typing {
    std::string type = "typing";
    std::string name;
};
INDRIK_DESCRIBE(Typing, type, name)

std::string letters_of(pubsub::NodeID worker) {
    return "chat:worker:" + std::to_string(worker);
}

std::int64_t milliseconds_now() {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

}  // namespace

Lobby::Lobby(pubsub::Topics& topics) : topics_(topics) {
    topics_.on_presence([this](const std::string& topic) { tell_people(topic); });
}

// ---- the start, and the end

Task<> Lobby::open() {
    const indrik::LoopExecutor executor = co_await asio::this_coro::executor;
    pubsub::SubscribeOptions options;
    options.hidden().queue_limit(10'000);
    tasks_.emplace(executor);
    pubsub::Subscription messages = co_await topics_.subscribe_pattern("chat:room:*", options);
    messages_.emplace(std::move(messages));
    pubsub::Subscription letters = co_await topics_.subscribe(letters_of(topics_.node()), options);
    letters_.emplace(std::move(letters));
    tasks_->spawn(keep_history());
    tasks_->spawn(read_letters());
    ask_siblings();
    if (answers_due_ == 0) co_return;
    try {
        co_await indrik::with_timeout(kPatience, answered_.wait());
    } catch (const indrik::TimeoutError&) {  // what comes later is taken all the same
    }
}

Task<> Lobby::close() {
    if (!tasks_) co_return;
    if (messages_) messages_->close();
    if (letters_) letters_->close();
    co_await tasks_->join();
}

// ---- history

Task<> Lobby::keep_history() {
    while (auto delivery = co_await messages_->next()) take(*delivery);
}

/// What waits in the queue counts as said.
void Lobby::collect() {
    while (const auto delivery = messages_->try_next()) take(*delivery);
}

void Lobby::take(const pubsub::Delivery& delivery) {
    if (delivery.is_gap()) {
        ask_siblings();
        return;
    }
    if (!delivery.data().starts_with(kMessageStart)) return;
    json::Decoded<Entry> entry = json::from_text<Entry>(delivery.data());
    if (entry) history_.add(delivery.topic().substr(kRoomPrefix.size()), std::move(*entry));
}

void Lobby::ask_siblings() {
    Letter letter;
    letter.type = "ask";
    letter.from = topics_.node();
    for (const pubsub::NodeID sibling : topics_.nodes()) {
        ++answers_due_;
        topics_.publish_now(pubsub::Message::text(letters_of(sibling), json::to_text(letter)));
    }
}

Task<> Lobby::read_letters() {
    while (auto delivery = co_await letters_->next()) {
        if (!delivery->is_gap()) read_letter(delivery->data());
    }
}

void Lobby::read_letter(std::string_view text) {
    json::Decoded<Letter> letter = json::from_text<Letter>(text);
    if (!letter) return;
    if (letter->type == "ask") answer(letter->from);
    for (const Entry& entry : letter->entries) {
        const bool is_new = history_.add(letter->room, entry);
        // Who is here already has missed it as well.
        if (is_new)
            topics_.publish_here(
                pubsub::Message::text(topic_of(letter->room), json::to_text(entry)));
    }
    if (letter->type == "done" && answers_due_ != 0 && --answers_due_ == 0) answered_.set();
}

void Lobby::answer(pubsub::NodeID sibling) {
    collect();
    const std::string topic = letters_of(sibling);
    Letter letter;
    letter.type = "room";
    letter.from = topics_.node();
    for (const std::string& room : history_.rooms()) {
        letter.room = room;
        letter.entries = history_.since(room, {});
        topics_.publish_now(pubsub::Message::text(topic, json::to_text(letter)));
    }
    Letter done;
    done.type = "done";
    done.from = topics_.node();
    topics_.publish_now(pubsub::Message::text(topic, json::to_text(done)));
}

// ---- rooms

std::string Lobby::hello(const std::string& room, std::string_view last_id) {
    collect();
    Hello hello;
    hello.worker = ::getpid();
    hello.entries = history_.since(room, last_id);
    return json::to_text(hello);
}

Task<> Lobby::say(std::string room, std::string name, std::string key, std::string text) {
    collect();
    if (history_.knows(room, key)) co_return;
    last_time_ = std::max(last_time_ + 1, milliseconds_now());
    Entry entry;
    entry.id = make_id(last_time_, topics_.node());
    entry.key = std::move(key);
    entry.name = std::move(name);
    entry.text = std::move(text);
    entry.at = last_time_;
    std::string said = json::to_text(entry);
    co_await topics_.publish(topic_of(room), std::move(said));
}

void Lobby::typing(std::string_view room, const std::string& name) {
    Typing typing;
    typing.name = name;
    topics_.publish_now(pubsub::Message::text(topic_of(room), json::to_text(typing)));
}

/// Each worker knows who is where, and tells its own.
void Lobby::tell_people(const std::string& topic) {
    if (!topic.starts_with(kRoomPrefix)) return;
    People people;
    for (const auto& [name, windows] : topics_.presence(topic).names) {
        Person person;
        person.name = name;
        person.windows = windows;
        people.people.push_back(std::move(person));
    }
    topics_.publish_here(pubsub::Message::text(topic, json::to_text(people)));
}

}  // namespace chat
