#include "platform/events/log.hpp"

#include <algorithm>
#include <future>

namespace lastmile::events {
namespace {

std::string random_name() {
    SystemRandom random;
    return print_id("node", new_id_bytes(machine_now(), random));
}

}  // namespace

struct Log::Hook final : store::CommitHook {
    Hook(store::Store& store, Stamper* stamper) : store_(store), stamper_(stamper) {}
    std::vector<std::int64_t> stamp(store::Tx& group, const std::vector<store::Appended>& events) override {
        return stamp_group(group, events);
    }
    void appended() override {
        std::lock_guard lock(mutex_);
        if (closed_) return;
        if (stamper_) stamper_->appended();
        else store_.signal("log");
    }
    void close() {
        std::lock_guard lock(mutex_);
        closed_ = true;
    }

private:
    store::Store& store_;
    Stamper* stamper_;
    std::mutex mutex_;
    bool closed_ = false;
};

Log::Log(store::Store& store) : store_(store), tail_(store) {
    if (store.dialect() == "postgresql") stamper_ = std::make_unique<Stamper>(store, random_name());
    hook_ = std::make_shared<Hook>(store, stamper_.get());
    store.attach(hook_);
}

Log::~Log() {
    {
        std::lock_guard lock(mutex_);
        readers_.clear();
    }
    store_.attach(nullptr);
    hook_->close();
}

void Log::add(Reader reader) {
    std::lock_guard lock(mutex_);
    for (const auto& known : readers_)
        if (known->name() == reader.name) throw std::logic_error("two readers of the log are named " + reader.name);
    readers_.push_back(std::make_unique<ReaderRunner>(store_, std::move(reader)));
}

std::vector<Lag> Log::lag() {
    std::lock_guard lock(mutex_);
    std::vector<Lag> all;
    for (const auto& reader : readers_) std::ranges::move(reader->lag(), std::back_inserter(all));
    return all;
}

std::int64_t Log::wait_for(Partition partition, std::int64_t position, std::chrono::milliseconds patience) {
    std::promise<std::int64_t> reached;
    when(partition, position, patience, [&](std::int64_t sequence) { reached.set_value(sequence); });
    return reached.get_future().get();
}

bool Log::drain(Partition partition) {
    std::vector<ReaderRunner*> readers;
    {
        std::lock_guard lock(mutex_);
        for (const auto& reader : readers_) readers.push_back(reader.get());
    }
    const auto head = [&] {
        if (stamper_) stamper_->drain();
        std::int64_t position = 0;
        store_.look(partition, [&](store::Read& read) { position = read.log_position(); });
        return position;
    };
    bool fine = true;
    for (auto before = head();; ) {
        for (auto* reader : readers) fine = reader->drain(partition) && fine;
        const auto now = head();
        if (now == before || !fine) return fine;
        before = now;
    }
}

}  // namespace lastmile::events
