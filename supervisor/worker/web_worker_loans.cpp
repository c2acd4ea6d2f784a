#include "supervisor/worker/web_worker_loans.hpp"

#include <system_error>
#include <utility>

#include <asio/redirect_error.hpp>

namespace indrik::supervisor {

Task<> BorrowedSlots::follow() {
    bool is_over = false;
    while (!is_over) {
        std::error_code error;
        co_await channel_.async_wait(asio::posix::descriptor_base::wait_read,
                                     asio::redirect_error(use_task, error));
        if (error) co_return;
        while (auto received = receive_message(channel_.native_handle(), is_over))
            handle(std::move(*received));
    }
}

void BorrowedSlots::handle(ReceivedMessage received) {
    const unsigned slot = received.message.slot;
    for (const unsigned listener : listeners_[slot]) runner_.stop_listening(listener);
    listeners_.erase(slot);
    if (received.message.kind != ChannelMessage::ServeSlot) return;
    for (UniqueFd& socket : received.sockets)
        listeners_[slot].push_back(runner_.listen(std::move(socket)));
}

}  // namespace indrik::supervisor
