// What is over its time goes, what is not stays, on both stores.
#include "features/retention/retention.hpp"

#include <gtest/gtest.h>

#include "platform/crypto/text_coding.hpp"
#include "platform/events/log.hpp"
#include "platform/store/partitions.hpp"
#include "platform/store/testing/stores.hpp"

namespace lastmile {
namespace {

store::Bytes new_id_of(Instant then) {
    SystemRandom random;
    const auto id = new_id_bytes(then, random);
    return {id.begin(), id.end()};
}

class RetentionTest : public store::testing::EachStore {
protected:
    std::int64_t count(store::Sql sql) {
        std::int64_t n = 0;
        store->look(live, [&](store::Read& read) { n = read.query(sql).at(0)[0].integer(); });
        return n;
    }
    /// One of each, `age` days old.
    void put(int age) {
        store->run(live, {}, [&](store::Tx& tx) {
            const auto then = tx.now().machine - std::chrono::hours(24 * age);
            auto& writer = tx.bookkeeping();
            const store::Bytes key(16, static_cast<std::uint8_t>(age));
            writer.write(1, "insert into positions (partition, driver_id, from_ms, hash, to_ms, pings, received_at) values ($1, $2, $3, $2, $3, '[]', $3)", {key, then});
            writer.write(1, "insert into driver_events (partition, driver_id, event_id, action, applied, http_status, problem, recorded_at) "
                            "values ($1, $2, 'e', 'scan', 1, 200, '', $3)", {key, then});
            writer.write(1, "insert into idempotency_keys (partition, key, fingerprint, kind, status, headers, expires_at) values ($1, $2, $2, 'current', 200, '', $3)",
                         {key, then + store::remembered_at_most});
            writer.write(1, "insert into partner_payloads (partition, id, delivery_id, partner_id, at, operation, status, took_ms, sealed) "
                            "values ($1, $2, $2, $2, $3, 'quote', 200, 1, $2)", {new_id_of(then), then});
            writer.write(1, "insert into partner_events_heard (partition, partner_id, event_hash, at) values ($1, $2, $2, $3)", {key, then});
            // Proofs are numbered in the order that they are made in: the oldest first.
            writer.write(1, "insert into pods (partition, id, number, delivery_id, stop_id, created_at, content, hash, signature, key_id) "
                            "select $1, $2, 1 + count(*), $2, $2, $3, '{}', 'h', 's', 'k' from pods where partition = $1", {key, then});
        });
    }
    const crypto::Keyring keys = crypto::Keyring::parse("one:" + crypto::to_base64(std::string(32, 'a')));
    const PodSealer sealer{keys};
};
LASTMILE_EACH_STORE(RetentionTest);

TEST_P(RetentionTest, WhatIsOverItsTimeGoes) {
    events::Log log(*store);
    for (const int age : {731, 366, 91, 29, 8, 6, 0}) put(age);
    Retention retention(*store, keys, sealer);
    const auto gone = retention.pass();
    EXPECT_EQ(gone.positions, 3) << "91, 366 and 731 days";
    EXPECT_EQ(gone.payloads, 2) << "366 and 731 days";
    EXPECT_EQ(gone.callbacks, 2);
    EXPECT_EQ(gone.proofs, 1) << "731 days";
    EXPECT_EQ(count("select count(*) from partner_events_heard where partition = $1"), 5);
    EXPECT_EQ(count("select min(number) from pods where partition = $1"), 2);
    EXPECT_EQ(gone.device_reports, 1) << "731 days";
    EXPECT_EQ(gone.answers, 5) << "all but those of today and of 6 days ago";
    EXPECT_EQ(count("select count(*) from positions where partition = $1"), 4);
    EXPECT_EQ(count("select count(*) from idempotency_keys where partition = $1"), 2);
    EXPECT_EQ(retention.pass().all(), 0);
    EXPECT_NE(retention.last().find("took 0 events"), std::string::npos);
}

TEST_P(RetentionTest, GoesInBoundedSteps) {
    events::Log log(*store);
    for (int age = 100; age < 110; ++age) put(age);
    RetentionPolicy policy;
    std::int64_t gone = 0;
    store->run(live, {}, [&](store::Tx& tx) { gone = forget_some(tx, keys, sealer, policy, 3).positions; });
    EXPECT_EQ(gone, 3);
    EXPECT_EQ(count("select count(*) from positions where partition = $1"), 7);
}

}  // namespace
}  // namespace lastmile
