#include <gtest/gtest.h>

#include "features/pods/pod_assets.hpp"
#include "features/pods/pod_cut.hpp"
#include "platform/crypto/hash.hpp"
#include "platform/crypto/text_coding.hpp"
#include "platform/events/log.hpp"
#include "platform/store/testing/stores.hpp"

namespace lastmile {
namespace {

const crypto::Keyring& keys() {
    static const auto ring = crypto::Keyring::parse("old:" + crypto::to_base64(std::string(32, 'a')) + "\nnew:" + crypto::to_base64(std::string(32, 'b')));
    return ring;
}

PodContent some_content(std::uint8_t n = 1) {
    PodContent content;
    content.pod_id.bytes[15] = n, content.delivery_id.bytes[15] = 1, content.stop_id.bytes[15] = 2;
    content.number = n, content.outcome = PodOutcome::delivered, content.registered_by = "driver:x";
    content.assets = {{{}, AssetKind::photo, "image/png", 3, std::string(64, 'c')}};
    content.previous = no_previous_pod;
    return content;
}

TEST(Seal, CanonicalJsonSortsMembersAndHasNoSpace) {
    EXPECT_EQ(canonical_json(schema::parse_json(R"({ "b": [1, {"z": null, "a": "é\n\u001f"}], "a": {}, "B": true })").value()),
              "{\"B\":true,\"a\":{},\"b\":[1,{\"a\":\"é\\n\\u001f\",\"z\":null}]}");
}

TEST(Seal, EveryChangeShows) {
    const PodSealer sealer(keys());
    const auto pod = sealer.seal(some_content());
    EXPECT_EQ(pod.key_id, "new");
    EXPECT_EQ(verify_seal(sealer, pod, no_previous_pod), SealVerdict::intact);
    EXPECT_EQ(verify_seal(sealer, pod, std::string(64, '1')), SealVerdict::chain_broken);
    auto changed = pod;
    changed.content.replace(changed.content.find("delivered"), 9, "failed");
    EXPECT_EQ(verify_seal(sealer, changed, no_previous_pod), SealVerdict::content_changed);
    changed.hash = crypto::to_hex(crypto::view(crypto::sha256(changed.content)));
    EXPECT_EQ(verify_seal(sealer, changed, no_previous_pod), SealVerdict::signature_wrong);
    changed = pod;
    changed.delivery_id.bytes[0] ^= 1;
    EXPECT_EQ(verify_seal(sealer, changed, no_previous_pod), SealVerdict::columns_changed);
    changed = pod;
    changed.key_id = "gone";
    EXPECT_EQ(verify_seal(sealer, changed, no_previous_pod), SealVerdict::key_unknown);
    changed.key_id = "old";
    EXPECT_EQ(verify_seal(sealer, changed, no_previous_pod), SealVerdict::signature_wrong);
}

TEST(AssetUrl, OursAreReadAndForeignOnesAreNot) {
    Id<Asset> id;
    id.bytes[15] = 9;
    for (const auto& url : {asset_url(id), id.text(), "https://here:1" + asset_url(id)}) EXPECT_EQ(parse_asset_url(url, "here:1"), id) << url;
    for (const auto& url : {"https://there" + asset_url(id), "https://here:1.evil.example" + asset_url(id), std::string("/v1/lastmile/blobs/x"), asset_url(id) + "/.."})
        EXPECT_FALSE(parse_asset_url(url, "here:1")) << url;
}

constexpr std::int64_t declared_long_ago = 1000LL * 3600 * 24 * 60;

class Chain : public store::testing::EachStore {
protected:
    void run(const std::function<void(store::Tx&)>& body) {
        Origin origin;
        origin.actor = {"system", "test", {}};
        origin.source = "system";
        store->run(live, origin, body);
    }
    std::optional<BrokenSeal> broken() {
        std::optional<BrokenSeal> found;
        store->look(live, [&](store::Read& read) { found = verify_pods(read, sealer); });
        return found;
    }
    std::int64_t count(store::Sql sql) {
        std::int64_t n = 0;
        store->look(live, [&](store::Read& read) { n = read.query(sql).at(0)[0].integer(); });
        return n;
    }
    PodSealer sealer{keys()};
};
LASTMILE_EACH_STORE(Chain);

TEST_P(Chain, LinksProofsAndShowsWhatWasTouched) {
    events::Log log(*store);
    EXPECT_FALSE(broken());
    for (std::uint8_t n = 1; n <= 3; ++n) run([&](store::Tx& tx) { create_pod(tx, sealer, some_content(n)); });
    EXPECT_FALSE(broken());
    run([](store::Tx& tx) { tx.bookkeeping().write(1, "update pods set key_id = 'old' where partition = $1 and number = 2", {}); });
    EXPECT_EQ(broken()->number, 2);
    EXPECT_EQ(broken()->verdict, SealVerdict::signature_wrong);
    run([](store::Tx& tx) { tx.bookkeeping().write(1, "update pods set key_id = 'new' where partition = $1 and number = 2", {}); });
    EXPECT_FALSE(broken());
    run([](store::Tx& tx) { tx.bookkeeping().write(1, "delete from pods where partition = $1 and number = 3", {}); });
    EXPECT_EQ(broken()->number, 3) << "the end is missing";
    run([](store::Tx& tx) { tx.bookkeeping().write(1, "delete from pods where partition = $1 and number = 1", {}); });
    EXPECT_EQ(broken()->verdict, SealVerdict::chain_broken);
}

TEST_P(Chain, IsCutAtASignedCheckpoint) {
    events::Log log(*store);
    for (std::uint8_t n = 1; n <= 5; ++n) run([&](store::Tx& tx) { create_pod(tx, sealer, some_content(n)); });
    PodAsset asset{{}, {}, {}, AssetKind::photo, "image/png", 3, std::string(64, 'c'), from_unix_ms(1)};
    run([&](store::Tx& tx) {
        add_pod_asset(tx, asset);
        // Proof 4 is young: what comes after it stays, however old.
        tx.bookkeeping().write(4, "update pods set created_at = 1000 where partition = $1 and number <> 4", {});
    });
    std::int64_t gone = 0;
    run([&](store::Tx& tx) { gone = forget_pods(tx, sealer, from_unix_ms(declared_long_ago), 2); });
    EXPECT_EQ(gone, 3) << "two proofs and a file";
    run([&](store::Tx& tx) { gone = forget_pods(tx, sealer, from_unix_ms(declared_long_ago), 2); });
    EXPECT_EQ(gone, 1);
    run([&](store::Tx& tx) { gone = forget_pods(tx, sealer, from_unix_ms(declared_long_ago), 2); });
    EXPECT_EQ(gone, 0);
    EXPECT_EQ(count("select min(number) from pods where partition = $1"), 4);
    EXPECT_EQ(count("select count(*) from jobs where partition = $1 and type = 'files.erase'"), 1);
    run([](store::Tx& tx) { tx.bookkeeping().write(1, "update pods set created_at = $2 where partition = $1 and number = 5", {tx.now().business}); });
    const auto verdict = broken();
    EXPECT_EQ(verdict->number, 5) << "its columns were changed above; 4 hangs on the checkpoint";
    run([](store::Tx& tx) { tx.bookkeeping().write(1, "update pod_checkpoints set hash = replace(hash, substr(hash, 1, 1), 'z') where partition = $1 and number = 3", {}); });
    EXPECT_EQ(broken()->verdict, SealVerdict::signature_wrong);
}

TEST_P(Chain, ViewsAreCountedAndToldAtPowersOfTen) {
    events::Log log(*store);
    for (int i = 0; i < 11; ++i) run([](store::Tx& tx) { note_view(tx, {}, {}, "key:a"); });
    run([](store::Tx& tx) { note_view(tx, {}, {}, "key:b"); });
    EXPECT_EQ(count("select sum(views) from pod_views where partition = $1"), 12);
    const auto told = count("select count(*) from events where partition = $1 and type = 'pod.viewed'");
    EXPECT_TRUE(told == 3 || told == 4) << told << " (an hour may have begun meanwhile)";
}

}  // namespace
}  // namespace lastmile
