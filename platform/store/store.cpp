#include "platform/store/store.hpp"

#include <future>

#include "platform/base/reasons.hpp"
#include "platform/store/failpoint.hpp"
#include "platform/store/session.hpp"

namespace lastmile::store {
namespace {

void must_not_wait_here() {
    if (on_store_thread) throw std::logic_error("a command or a read waits for the store from inside the store: use its Tx");
}

}  // namespace

void Store::run(Partition partition, const Origin& origin, const std::function<void(Tx&)>& body, Lane lane) {
    must_not_wait_here();
    std::promise<Answer> answered;
    std::exception_ptr fault;
    std::optional<Error> refused;
    Command command{.partition = partition, .origin = origin, .lane = lane};
    command.body = [&](Tx& tx) -> Answer {
        fault = nullptr;
        try {
            body(tx);
        } catch (const Refusal&) {
            throw;
        } catch (const std::exception&) {
            fault = std::current_exception();
            throw;
        }
        return {};
    };
    command.render = [&](const Error& error) {
        refused = error;
        return Answer{error.reason->status, {}, {}};
    };
    command.done = [&](Answer answer) { answered.set_value(std::move(answer)); };
    this->command(std::move(command));
    answered.get_future().get();
    if (refused && refused->reason == &reasons::internal && fault) std::rethrow_exception(fault);
    if (refused) throw Refusal(std::move(*refused));
}

void Store::look(Partition partition, const std::function<void(Read&)>& body) {
    must_not_wait_here();
    std::promise<void> answered;
    read({partition, body, [&](std::exception_ptr fault) { fault ? answered.set_exception(fault) : answered.set_value(); }});
    answered.get_future().get();
}

std::unique_ptr<Store> open(const Options& options) {
    failpoints::arm_from_environment();
    if (options.url.empty()) return open_sqlite(options);
    if (options.url.starts_with("postgresql://") || options.url.starts_with("postgres://")) return open_postgres(options);
    throw std::runtime_error("The store's url must begin with postgresql:// (leave it out to use SQLite in the data folder).");
}

}  // namespace lastmile::store
