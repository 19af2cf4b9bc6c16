// `lastmile audit verify`: proves that nothing in the log was changed, removed or put in between.
#include <CLI/CLI.hpp>
#include <iostream>

#include "app/admin_socket.hpp"
#include "app/audit_chain.hpp"
#include "app/data_folder.hpp"
#include "app/keys.hpp"
#include "app/verbs.hpp"
#include "features/pods/pod_store.hpp"
#include "platform/crypto/text_coding.hpp"
#include "platform/events/cut.hpp"
#include "platform/store/partitions.hpp"

namespace lastmile::app {
namespace {

void verify(const Config& config, const std::string& tenant) {
    const auto& folder = config.text("data_folder");
    auto answer = ask_admin(folder, {{"verb", "audit.verify"}, {"tenant", tenant}});
    if (!answer) {
        const DataFolder held(folder);
        const auto store = store::open(store_options(config));
        SystemRandom random;
        answer = verify_audit(*store, master_keys(config, held, random), tenant);
        store->close();
    }
    bool broken = false;
    for (const auto& item : answer->at("partitions").as_array()) {
        const auto& one = item.as_object();
        std::cout << one.at("tenant").as_string().c_str() << ' ' << one.at("partition").as_string().c_str() << ": " << one.at("events").as_int64() << " events, ";
        if (const auto* at = one.if_contains("broken_at")) {
            broken = true;
            std::cout << "BROKEN at " << at->as_int64() << ": " << one.at("why").as_string().c_str() << '\n';
        } else {
            if (const auto after = one.at("begins_after").as_int64(); after > 0) std::cout << "from the signed checkpoint at " << after << " on, ";
            std::cout << "intact, head " << one.at("link").as_string().c_str() << '\n';
        }
        if (const auto* proof = one.if_contains("broken_proof")) {
            broken = true;
            std::cout << "  its chain of proofs is BROKEN at " << proof->as_int64() << ": " << one.at("proof_verdict").as_string().c_str() << '\n';
        }
    }
    if (broken) throw std::runtime_error("the audit trail was changed");
}

}  // namespace

boost::json::object verify_audit(store::Store& store, const crypto::Keyring& keys, const std::string& tenant) {
    std::vector<std::pair<Partition, PartitionName>> partitions;
    store.look({}, [&](store::Read& read) { partitions = store::all_partitions(read); });
    boost::json::array list;
    for (const auto& [partition, name] : partitions) {
        if (!tenant.empty() && name.tenant != tenant) continue;
        events::LogVerdict verdict;
        std::optional<BrokenSeal> seal;
        store.look(partition, [&](store::Read& read) { verdict = events::verify_log(read, keys), seal = verify_pods(read, PodSealer(keys)); });
        boost::json::object one{{"tenant", name.tenant}, {"partition", name.test ? "test" : "live"}, {"events", verdict.checked},
                                {"begins_after", verdict.begins_after}};
        one["link"] = crypto::to_hex(std::string(verdict.link.begin(), verdict.link.end()));
        if (verdict.broken_at) one["broken_at"] = *verdict.broken_at, one["why"] = verdict.why;
        if (seal) one["broken_proof"] = seal->number, one["proof_verdict"] = schema::wire_name(seal->verdict);
        list.push_back(std::move(one));
    }
    return {{"partitions", std::move(list)}};
}

void add_audit_verb(CLI::App& app) {
    auto* audit = app.add_subcommand("audit", "the audit trail");
    audit->require_subcommand(1);
    auto* verb = audit->add_subcommand("verify", "prove that nothing in the log or in the proofs of delivery was changed: walk their hash chains");
    auto flags = std::make_shared<ConfigFlags>(*verb);
    auto tenant = std::make_shared<std::string>();
    verb->add_option("--tenant", *tenant, "this tenant only");
    verb->callback([flags, tenant] { verify(flags->config(), *tenant); });
}

}  // namespace lastmile::app
