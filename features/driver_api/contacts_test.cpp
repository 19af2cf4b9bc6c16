// How a recipient must have been tried before a visit may fail. Seen failing: with the wait left out, the second case passes at once.
#include "features/driver_api/contacts.hpp"

#include <gtest/gtest.h>

namespace lastmile::driver_api {
namespace {

const Instant noon = parse_rfc3339("2026-05-04T12:00:00Z").value();

ContactRule rule(ContactWhen when, ContactChannel channel, int times = 1, int wait_s = 0) { return {when, channel, times, wait_s}; }
std::vector<ContactWanted> wanted(std::vector<ContactRule> rules, const std::vector<ContactTry>& contacts, std::string_view reason, int failed_before = 0) {
    return contacts_wanted(rules, contacts, reason, failed_before, noon);
}

TEST(Contacts, OneCallAfterNoAnswerIsTheRuleOfTheHouse) {
    const ContactRule usual;
    EXPECT_EQ(wanted({usual}, {}, "no_one_home").size(), 1u);
    EXPECT_TRUE(wanted({usual}, {}, "refused").empty()) << "who refuses has answered";
    EXPECT_TRUE(wanted({usual}, {{ContactChannel::call, noon, false}}, "no_one_home").empty());
    EXPECT_EQ(wanted({usual}, {{ContactChannel::sms, noon, false}}, "no_one_home").size(), 1u) << "another channel";
}

TEST(Contacts, AnAnswerIsWaitedFor) {
    const auto sms = rule(ContactWhen::before_attempt, ContactChannel::sms, 1, 300);
    const auto early = wanted({sms}, {{ContactChannel::sms, noon - Seconds{120}, false}}, "refused");
    ASSERT_EQ(early.size(), 1u);
    EXPECT_EQ(early[0].left_s, 180);
    EXPECT_TRUE(wanted({sms}, {{ContactChannel::sms, noon - Seconds{300}, false}}, "refused").empty());
}

TEST(Contacts, AreCountedAndWhoWasReachedIsLeftInPeace) {
    const auto twice = rule(ContactWhen::after_no_answer, ContactChannel::call, 2);
    const auto once = wanted({twice}, {{ContactChannel::call, noon, false}}, "no_one_home");
    ASSERT_EQ(once.size(), 1u);
    EXPECT_EQ(once[0].made, 1);
    EXPECT_TRUE(wanted({twice}, {{ContactChannel::call, noon, true}}, "no_one_home").empty());
}

TEST(Contacts, AfterFailedAsksFromTheSecondAttemptOn) {
    const auto email = rule(ContactWhen::after_failed, ContactChannel::email);
    EXPECT_TRUE(wanted({email}, {}, "no_one_home", 0).empty());
    EXPECT_EQ(wanted({email}, {}, "no_one_home", 1).size(), 1u);
}

}  // namespace
}  // namespace lastmile::driver_api
