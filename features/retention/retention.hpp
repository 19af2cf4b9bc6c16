#pragma once
// How long things are kept, by the policies `retention.*` of each partition. A pass goes through all partitions in bounded commands.
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

#include "features/pods/seal.hpp"
#include "features/policies/policy.hpp"
#include "platform/crypto/keyring.hpp"
#include "platform/store/store.hpp"

namespace lastmile {

/// What one pass took away.
struct Forgotten {
    std::int64_t events = 0;
    std::int64_t positions = 0;
    std::int64_t answers = 0;
    std::int64_t device_reports = 0;
    std::int64_t payloads = 0;
    std::int64_t callbacks = 0;  // of partners, by which a repeated one is known
    std::int64_t proofs = 0;  // and their files
    std::int64_t all() const { return events + positions + answers + device_reports + payloads + callbacks + proofs; }
    void add(const Forgotten& step);
};

/// One bounded step of one partition; 0 of all: nothing is over its time.
Forgotten forget_some(store::Tx& tx, const crypto::Keyring& keys, const PodSealer& sealer, const RetentionPolicy& policy, int limit = 1000);

/// Passes in the background, hourly.
class Retention {
public:
    Retention(store::Store& store, const crypto::Keyring& keys, const PodSealer& sealer) : store_(store), keys_(keys), sealer_(sealer) {}
    ~Retention();
    void start();
    /// All partitions to the end, or until it is closed. What fails in one partition does not hold the others.
    Forgotten pass();
    /// Of the last pass, for health.
    std::string last() const;

private:
    void work();
    store::Store& store_;
    const crypto::Keyring& keys_;
    const PodSealer& sealer_;
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::string last_ = "no pass has been made yet";
    std::atomic<bool> closing_ = false;
    std::thread thread_;
};

}  // namespace lastmile
