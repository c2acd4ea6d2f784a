#include "indrik/core/stack_trace.hpp"

#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <signal.h>

#include "indrik/core/safe_text.hpp"
#include "tests/support/co_test.hpp"

namespace indrik::tests {
namespace {

using testing::HasSubstr;

[[gnu::noinline]] void throw_error(int value) {
    if (value != 0) throw std::runtime_error("thrown here");
}

[[gnu::noinline]] void call_thrower(int value) {
    throw_error(value);
    asm volatile("");  // no tail call
}

template <class Function>
std::exception_ptr caught(Function function) {
    try {
        function();
    } catch (...) {
        return std::current_exception();
    }
    return nullptr;
}

TEST(ThrowRecorder, RemembersWhereAnExceptionWasThrown) {
    const ThrowRecorder recorder;
    const auto exception = caught([] { call_thrower(1); });
    const std::vector<StackFrame> frames = trace_of(exception).frames();
    ASSERT_GE(frames.size(), 2u);
    EXPECT_THAT(frames[0].function, HasSubstr("throw_error"));
    EXPECT_THAT(frames[1].function, HasSubstr("call_thrower"));
    EXPECT_THAT(frames[0].file, HasSubstr("stack_trace_test.cpp"));
    EXPECT_EQ(frames[0].line, 21);
    EXPECT_THAT(format_frames(frames), HasSubstr("stack_trace_test.cpp:21\n#1 "));
}

TEST(ThrowRecorder, KeepsThemApartAndForgetsTheOldest) {
    const ThrowRecorder recorder;
    const auto first = caught([] { call_thrower(1); });
    const auto second = caught([] { throw std::logic_error("another"); });
    EXPECT_THAT(trace_of(first).frames()[0].function, HasSubstr("throw_error"));
    EXPECT_THAT(trace_of(second).frames()[0].function, testing::Not(HasSubstr("throw_error")));
    for (int i = 0; i < 20; ++i) caught([] { throw std::logic_error("more"); });
    EXPECT_TRUE(trace_of(first).empty());
}

TEST(ThrowRecorder, KnowsExceptionsThatWereThrownAgain) {
    const ThrowRecorder recorder;
    const auto first = caught([] { call_thrower(1); });
    const auto again = caught([&] { std::rethrow_exception(first); });
    EXPECT_THAT(trace_of(again).frames()[0].function, HasSubstr("throw_error"));
}

TEST(ThrowRecorder, NotesWhatTheStandardLibraryThrows) {
    const ThrowRecorder recorder;
    const auto exception = caught([] { static_cast<void>(std::vector<int>().at(3)); });
    EXPECT_FALSE(trace_of(exception).empty());
}

Task<> fail_in_coroutine() {
    throw std::runtime_error("in a coroutine");
    co_return;
}

Task<> await_failure() {
    co_await fail_in_coroutine();
}

CO_TEST(ThrowRecorder, NamesCoroutines) {
    const ThrowRecorder recorder;
    std::exception_ptr exception;
    try {
        co_await await_failure();
    } catch (...) {
        exception = std::current_exception();
    }
    const std::vector<StackFrame> frames = trace_of(exception).frames();
    EXPECT_FALSE(frames.empty());
    if (!frames.empty()) {
        EXPECT_THAT(frames[0].function, HasSubstr("fail_in_coroutine"));
    }
}

TEST(ThrowRecorder, IgnoresWhatIsNoError) {
    const ThrowRecorder recorder;
    ThrowRecorder::ignore(typeid(std::runtime_error));
    EXPECT_TRUE(trace_of(caught([] { throw std::range_error("derived"); })).empty());
    EXPECT_FALSE(trace_of(caught([] { throw std::logic_error("other"); })).empty());
}

TEST(ThrowRecorder, WithoutOneNothingIsNoted) {
    EXPECT_TRUE(trace_of(caught([] { call_thrower(1); })).empty());
    EXPECT_TRUE(trace_of(nullptr).empty());
    const ThrowRecorder recorder;
    std::exception_ptr other;
    std::thread([&] { other = caught([] { call_thrower(1); }); }).join();
    EXPECT_TRUE(trace_of(other).empty());
}

TEST(ThrowRecorder, MayEndInAnotherThread) {
    auto recorder = std::make_unique<ThrowRecorder>();
    std::thread([&] { recorder.reset(); }).join();
    EXPECT_EQ(recorder, nullptr);
    const ThrowRecorder another;
    EXPECT_FALSE(trace_of(caught([] { call_thrower(1); })).empty());
}

TEST(StackTrace, IsThatOfTheCaller) {
    const std::vector<StackFrame> frames = StackTrace::here().frames();
    ASSERT_FALSE(frames.empty());
    EXPECT_THAT(frames[0].function, HasSubstr("IsThatOfTheCaller"));
}

StackTrace interrupted;

[[gnu::noinline]] void interrupt_here() {
    ::raise(SIGUSR1);
    asm volatile("");
}

TEST(StackTrace, OfInterruptedCodeLeavesOutTheHandler) {
    ::signal(SIGUSR1, [](int) { interrupted = StackTrace::of_interrupted(); });
    interrupt_here();
    ::signal(SIGUSR1, SIG_DFL);
    const std::string text = format_frames(interrupted.frames());
    EXPECT_THAT(text, HasSubstr("interrupt_here"));
    EXPECT_THAT(text, testing::Not(HasSubstr("of_interrupted")));
}

TEST(StackTrace, IsTheSameTextWithoutAllocation) {
    const StackTrace trace = StackTrace::here();
    std::vector<char> buffer(64 * 1024);
    SafeText text(buffer);
    trace.append_to(text);
    EXPECT_THAT(std::string(text.view()), HasSubstr("IsTheSameTextWithoutAllocation"));
    std::vector<char> small(20);
    SafeText cut(small);
    trace.append_to(cut);
    EXPECT_EQ(cut.view(), text.view().substr(0, 20));
}

}  // namespace
}  // namespace indrik::tests
