#include "indrik/websocket/deflate_agreement.hpp"

#include <string>

#include <gtest/gtest.h>

#include "indrik/websocket/errors.hpp"

namespace indrik::websocket {
namespace {

DeflateOptions rich() {
    DeflateOptions options;
    options.memory_budget_bytes = 1024 * 1024;
    return options;
}

/// The answer to a field, "declined" if there is none.
std::string answer(std::string_view field, const DeflateOptions& options = rich()) {
    const auto offers = parse_extensions(field);
    if (!offers) return "malformed";
    const auto response = answer_deflate_offers(*offers, options);
    return response ? response->extension : "declined";
}

struct Offer {
    const char* offer;
    const char* answer;
};

class DeflateOffers : public testing::TestWithParam<Offer> {};

TEST_P(DeflateOffers, AreAnswered) {
    EXPECT_EQ(answer(GetParam().offer), GetParam().answer);
}

INSTANTIATE_TEST_SUITE_P(
    Offers,
    DeflateOffers,
    testing::Values(
        Offer{"", "declined"},
        Offer{"x-webkit-deflate-frame", "declined"},
        Offer{"permessage-deflate", "permessage-deflate"},
        Offer{"Permessage-Deflate", "permessage-deflate"},
        Offer{"permessage-deflate; client_max_window_bits", "permessage-deflate"},
        Offer{"permessage-deflate; client_max_window_bits=10",
              "permessage-deflate; client_max_window_bits=10"},
        Offer{"permessage-deflate; server_max_window_bits=\"8\"",
              "permessage-deflate; server_max_window_bits=8"},
        Offer{"permessage-deflate; server_max_window_bits=15",
              "permessage-deflate; server_max_window_bits=15"},
        Offer{"permessage-deflate; server_no_context_takeover",
              "permessage-deflate; server_no_context_takeover"},
        Offer{"permessage-deflate; client_no_context_takeover",
              "permessage-deflate; client_no_context_takeover"},
        Offer{"permessage-deflate;server_no_context_takeover ; client_max_window_bits = 9;"
              "client_no_context_takeover;server_max_window_bits=12",
              "permessage-deflate; server_no_context_takeover; client_no_context_takeover; "
              "server_max_window_bits=12; client_max_window_bits=9"},
        // Declined, each for one thing; the next offer is taken.
        Offer{"permessage-deflate; unknown", "declined"},
        Offer{"permessage-deflate; unknown=1, permessage-deflate", "permessage-deflate"},
        Offer{"permessage-deflate; server_max_window_bits", "declined"},
        Offer{"permessage-deflate; server_max_window_bits=7", "declined"},
        Offer{"permessage-deflate; server_max_window_bits=16", "declined"},
        Offer{"permessage-deflate; server_max_window_bits=08", "declined"},
        Offer{"permessage-deflate; server_max_window_bits=1a", "declined"},
        Offer{"permessage-deflate; client_max_window_bits=100", "declined"},
        Offer{"permessage-deflate; server_no_context_takeover=1", "declined"},
        Offer{"permessage-deflate; client_no_context_takeover=true", "declined"},
        Offer{"permessage-deflate; server_no_context_takeover; server_no_context_takeover",
              "declined"},
        Offer{"permessage-deflate; client_max_window_bits; client_max_window_bits=9", "declined"},
        Offer{"permessage-deflate; server_max_window_bits=9; server_max_window_bits=9", "declined"},
        Offer{"foo, bar; baz=2, permessage-deflate; client_max_window_bits=7, "
              "permessage-deflate; client_max_window_bits=8",
              "permessage-deflate; client_max_window_bits=8"}));

TEST(DeflateOffers, EveryWindowIsHonoured) {
    for (int server = 8; server <= 15; ++server) {
        for (int client = 8; client <= 15; ++client) {
            const std::string offer =
                "permessage-deflate; server_max_window_bits=" + std::to_string(server) +
                "; client_max_window_bits=" + std::to_string(client);
            EXPECT_EQ(answer(offer), offer);
            const auto modest = answer_deflate_offers(*parse_extensions(offer), DeflateOptions());
            ASSERT_TRUE(modest);
            EXPECT_LE(modest->agreement.server_max_window_bits, server);
            EXPECT_LE(modest->agreement.client_max_window_bits, client);
        }
    }
}

TEST(DeflateOffers, ABudgetMakesWindowsSmaller) {
    EXPECT_EQ(answer("permessage-deflate; client_max_window_bits", DeflateOptions()),
              "permessage-deflate; server_max_window_bits=12; client_max_window_bits=14");
    EXPECT_EQ(answer("permessage-deflate", DeflateOptions()),
              "permessage-deflate; server_max_window_bits=11")
        << "a client that does not offer client_max_window_bits is not limited";
}

TEST(DeflateOffers, ASmallBudgetKeepsNoContext) {
    DeflateOptions options;
    options.memory_budget_bytes = 0;
    EXPECT_EQ(answer("permessage-deflate", options),
              "permessage-deflate; server_no_context_takeover; client_no_context_takeover; "
              "server_max_window_bits=9");
}

TEST(DeflateOffers, WithoutTakeoverBothEndsForget) {
    DeflateOptions options;
    options.context_takeover = false;
    EXPECT_EQ(answer("permessage-deflate; client_max_window_bits", options),
              "permessage-deflate; server_no_context_takeover; client_no_context_takeover");
}

std::string read_answer(std::string_view field, const DeflateOptions& options = rich()) {
    const auto result = read_deflate_answer(*parse_extensions(field), options);
    if (!result) return result.error().message();
    if (!*result) return "none";
    const DeflateAgreement& agreement = **result;
    return std::string(agreement.server_no_context_takeover ? "S" : "s") +
           std::to_string(agreement.server_max_window_bits) +
           (agreement.client_no_context_takeover ? " C" : " c") +
           std::to_string(agreement.client_max_window_bits);
}

TEST(DeflateAnswers, AreReadByClients) {
    EXPECT_EQ(format_deflate_offer(rich()), "permessage-deflate; client_max_window_bits");
    EXPECT_EQ(read_answer(""), "none");
    EXPECT_EQ(read_answer("permessage-deflate"), "s15 c15");
    EXPECT_EQ(read_answer("permessage-deflate; server_max_window_bits=8; client_max_window_bits=9;"
                          "server_no_context_takeover; client_no_context_takeover"),
              "S8 C9");
    const std::string refused = make_error_code(Error::UnofferedExtension).message();
    EXPECT_EQ(read_answer("permessage-deflate; client_max_window_bits"), refused);
    EXPECT_EQ(read_answer("permessage-deflate; other"), refused);
    EXPECT_EQ(read_answer("other"), refused);
    EXPECT_EQ(read_answer("permessage-deflate, permessage-deflate"), refused);
}

TEST(DeflateAnswers, MustKeepToTheOffer) {
    DeflateOptions options;
    options.context_takeover = false;
    options.max_window_bits = 10;
    EXPECT_EQ(format_deflate_offer(options),
              "permessage-deflate; server_no_context_takeover; client_no_context_takeover; "
              "server_max_window_bits=10; client_max_window_bits=10");
    const std::string refused = make_error_code(Error::UnofferedExtension).message();
    EXPECT_EQ(
        read_answer("permessage-deflate; server_no_context_takeover; server_max_window_bits=10",
                    options),
        "S10 C10");
    EXPECT_EQ(read_answer("permessage-deflate; server_max_window_bits=10", options), refused);
    EXPECT_EQ(read_answer("permessage-deflate; server_no_context_takeover", options), refused);
    EXPECT_EQ(
        read_answer("permessage-deflate; server_no_context_takeover; server_max_window_bits=11",
                    options),
        refused);
}

}  // namespace
}  // namespace indrik::websocket
