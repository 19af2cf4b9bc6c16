// Remembered answers about recipients: readable while all of them are known, on both stores.
// Seen failing with one key for all (an erasure reached nothing) and with the partition left out of the seal.
#include "features/recipients/answer_seal.hpp"

#include "features/recipients/recipient_store.hpp"
#include "platform/store/partitions.hpp"
#include "platform/store/testing/stores.hpp"

namespace lastmile {
namespace {

class AnswerSealTest : public store::testing::EachStore {
protected:
    void SetUp() override {
        EachStore::SetUp();
        if (!store) return;
        live = store::ensure_partition(*store, {"acme", false});
    }
    PersonalData named(const char* name) {
        PersonalData data;
        data.recipient.emplace();
        data.recipient->name = Text<1, 200>(name);
        return data;
    }
    /// The sealed answer of a command that wrote so many recipients.
    std::optional<std::string> answer(int recipients) {
        std::optional<std::string> sealed;
        store->run(live, {}, [&](store::Tx& tx) {
            made.clear();
            for (int i = 0; i < recipients; ++i) made.push_back(add_recipient(tx, vault, tx.new_id<Delivery>(), named("Jane")));
            sealed = seal.seal(tx, "Jane and the others");
        });
        return sealed;
    }
    std::optional<std::string> opened(const std::string& sealed, Partition in) {
        std::optional<std::string> plain;
        store->look(in, [&](store::Read& read) { plain = seal.open(read, sealed); });
        return plain;
    }

    const crypto::Keyring keys = crypto::Keyring::parse("k1:MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=\n");
    const Vault vault{keys};
    const AnswerSeal seal{keys, vault};
    Partition live;
    std::vector<Id<Recipient>> made;
};

TEST_P(AnswerSealTest, GoesWithTheFirstOfThoseItShows) {
    const auto sealed = answer(3).value();
    EXPECT_EQ(sealed.find("Jane"), std::string::npos);
    EXPECT_EQ(opened(sealed, live), "Jane and the others");
    EXPECT_FALSE(opened(sealed.substr(0, sealed.size() - 1), live));
    store->run(live, {}, [&](store::Tx& tx) { erase_recipient(tx, made.at(1)); });
    EXPECT_FALSE(opened(sealed, live));
}

TEST_P(AnswerSealTest, OfNobodyStaysReadableAndOfTooManyIsNotKept) {
    const auto nobody = answer(0).value();
    EXPECT_EQ(opened(nobody, live), "Jane and the others");
    EXPECT_FALSE(opened(nobody, store::ensure_partition(*store, {"acme", true}))) << "of another partition";
    EXPECT_TRUE(answer(64));
    EXPECT_FALSE(answer(65));
}

TEST_P(AnswerSealTest, WhoseDataIsOnlyReadCountsAsWell) {
    answer(1);
    const auto reader = made.at(0);
    std::string sealed;
    store->run(live, {}, [&](store::Tx& tx) {
        EXPECT_TRUE(personal_data(tx, vault, reader));
        sealed = seal.seal(tx, "read").value();
    });
    EXPECT_EQ(opened(sealed, live), "read");
    store->run(live, {}, [&](store::Tx& tx) { erase_recipient(tx, reader); });
    EXPECT_FALSE(opened(sealed, live));
}

LASTMILE_EACH_STORE(AnswerSealTest);

}  // namespace
}  // namespace lastmile
