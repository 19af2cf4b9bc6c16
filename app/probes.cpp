#include "app/probes.hpp"

namespace lastmile::app {
namespace {

constexpr auto interval = std::chrono::seconds(2);

}  // namespace

Probes::~Probes() {
    {
        const std::lock_guard lock(mutex_);
        closing_ = true;
    }
    changed_.notify_one();
    if (thread_.joinable()) thread_.join();
}

void Probes::add(std::string name, bool vital, std::function<Finding()> probe) {
    health_.expect(name, vital);
    probes_.push_back({std::move(name), std::move(probe)});
}

void Probes::start() {
    look();
    thread_ = std::thread([this] {
        std::unique_lock lock(mutex_);
        while (!changed_.wait_for(lock, interval, [this] { return closing_; })) {
            lock.unlock();
            look();
            lock.lock();
        }
    });
}

void Probes::look() {
    for (const auto& probe : probes_) {
        const auto began = std::chrono::steady_clock::now();
        Finding finding;
        try {
            finding = probe.look();
        } catch (const std::exception& fault) {
            finding = {observe::Condition::down, fault.what()};
        }
        const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - began);
        health_.report(probe.name, finding.condition, machine_now(), std::move(finding.detail), took);
    }
}

}  // namespace lastmile::app
