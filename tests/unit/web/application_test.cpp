#include "indrik/web/application.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "indrik/web/exceptions.hpp"
#include "tests/support/co_test.hpp"

namespace indrik::web {
namespace {

const AppKey<std::string> kName{"name"};
const AppKey<int> kNumber{"number"};

/// Notes its destruction.
struct Noted {
    Noted(std::vector<std::string>& notes, std::string text)
        : list(&notes), name(std::move(text)) {}
    Noted(const Noted&) = delete;
    ~Noted() { list->push_back(name); }
    std::vector<std::string>* list;
    std::string name;
};
const AppKey<Noted> kFirst{"first"};
const AppKey<Noted> kSecond{"second"};

TEST(TypedStorage, KeepsOneValuePerKey) {
    TypedStorage storage;
    EXPECT_EQ(storage.find(kName), nullptr);
    storage.emplace(kName, "a");
    storage.emplace(kNumber, 7);
    storage.get(kName) += "b";
    EXPECT_EQ(storage.get(kName), "ab");
    EXPECT_EQ(*storage.find(kNumber), 7);
    storage.emplace(kName, "new");
    EXPECT_EQ(storage.get(kName), "new");
}

TEST(TypedStorage, KeysOfTheSameNameAreDifferent) {
    const AppKey<int> other{"number"};
    TypedStorage storage;
    storage.emplace(kNumber, 1);
    EXPECT_EQ(storage.find(other), nullptr);
}

TEST(TypedStorage, MissingValueIsAnErrorThatNamesTheKey) {
    const TypedStorage storage;
    try {
        storage.get(kNumber);
        FAIL();
    } catch (const std::out_of_range& error) {
        EXPECT_STREQ(error.what(), "nothing is stored under the key 'number'");
    }
}

TEST(TypedStorage, DestroysTheNewestFirst) {
    std::vector<std::string> gone;
    {
        TypedStorage storage;
        storage.emplace(kFirst, gone, "first");
        storage.emplace(kSecond, gone, "second");
        const TypedStorage moved = std::move(storage);
        EXPECT_TRUE(gone.empty());
    }
    EXPECT_EQ(gone, (std::vector<std::string>{"second", "first"}));
}

TEST(MatchInfo, FindsByNameAndDecodes) {
    MatchInfo info;
    info.add("plain", "a");
    info.add("encoded", "a%2Fb");
    info.add("malformed", "100%");
    info.add("empty", "");
    EXPECT_EQ(info.size(), 4u);
    EXPECT_EQ(info.find("plain"), "a");
    EXPECT_EQ(info.find("encoded"), "a/b");
    EXPECT_EQ(info.find("malformed"), "100%");
    EXPECT_NE(info.find("empty").data(), nullptr);
    EXPECT_EQ(info.find("unknown").data(), nullptr);
    info.clear();
    EXPECT_TRUE(info.empty());
}

TEST(MatchInfo, ConvertsValues) {
    MatchInfo info;
    info.add("id", "12");
    info.add("price", "1.5");
    info.add("large", "4294967296");
    info.add("word", "a%20b");
    EXPECT_EQ(info.get<int>("id"), 12);
    EXPECT_EQ(info.get<std::uint8_t>("id"), 12);
    EXPECT_EQ(info.get<double>("price"), 1.5);
    EXPECT_EQ(info.get<std::int64_t>("large"), 4294967296);
    EXPECT_EQ(info.get<std::string>("word"), "a b");
    EXPECT_EQ(info.get<std::string_view>("word"), "a b");
    EXPECT_EQ(info.try_get<int>("word"), std::nullopt);
    EXPECT_EQ(info.try_get<int>("large"), std::nullopt);
    EXPECT_THROW(info.get<int>("word"), HTTPNotFound);
    EXPECT_THROW(info.get<int>("large"), HTTPNotFound);
    EXPECT_THROW(info.get<int>("price"), HTTPNotFound);
    EXPECT_THROW(info.get<int>("unknown"), std::out_of_range);
    EXPECT_THROW(info.try_get<int>("unknown"), std::out_of_range);
}

TEST(MatchInfo, ValuesStayWhereTheyAreWhileMoreAreAdded) {
    MatchInfo info;
    info.add("0", "%41");
    const std::string_view first = info.find("0");
    std::vector<std::string> names;
    for (int i = 1; i < 100; ++i) names.push_back(std::to_string(i));
    for (const std::string& name : names) info.add(name, "%42");
    EXPECT_EQ(first, "A");
}

TEST(Application, IsMovableWithItsStateAndRoutes) {
    Application app;
    int& number = app.emplace(kNumber, 3);
    app.set(kName, std::string("n"));
    app.add_route(get("/", [](Request&) { return Response(); }));
    const Application moved = std::move(app);
    EXPECT_EQ(&moved.get(kNumber), &number);
    EXPECT_EQ(moved.get(kName), "n");
    EXPECT_EQ(moved.router().resources().size(), 1u);
}

TEST(Application, CannotBeChangedOnceFrozen) {
    Application app;
    app.freeze();
    EXPECT_THROW(app.add_route(get("/", [](Request&) { return Response(); })), std::logic_error);
    EXPECT_THROW(app.add_middleware([](Request& request, Next next) { return next(request); }),
                 std::logic_error);
    EXPECT_THROW(app.on_startup().append([](Application&) -> Task<> { co_return; }),
                 std::logic_error);
    EXPECT_THROW(app.on_cleanup().append([](Application&) -> Task<> { co_return; }),
                 std::logic_error);
    EXPECT_THROW(app.on_shutdown().append([](Application&) -> Task<> { co_return; }),
                 std::logic_error);
    EXPECT_THROW(app.on_response_prepare().append([](Request&, Response&) -> Task<> { co_return; }),
                 std::logic_error);
}

TEST(Application, StoresNothingNewOnceItHasStarted) {
    Application app;
    app.on_startup().append([](Application& starting) -> Task<> {
        starting.set(kNumber, 1);
        co_return;
    });
    app.freeze();
    test::TestLoop loop;
    loop.run(app.startup());
    app.get(kNumber) = 2;
    EXPECT_EQ(app.get(kNumber), 2);
    try {
        app.set(kName, std::string("late"));
        FAIL();
    } catch (const std::logic_error& error) {
        EXPECT_STREQ(error.what(), "the value 'name' cannot be stored once the application runs");
    }
}

TEST(Application, RefusesAnEmptyMiddleware) {
    Application app;
    EXPECT_THROW(app.add_middleware({}), std::invalid_argument);
}

}  // namespace
}  // namespace indrik::web
