#include "platform/store/testing/stores.hpp"

#include <fmt/format.h>

#include <future>

#include "platform/store/testing/postgres.hpp"

namespace lastmile::store::testing {

Folder::Folder() {
    auto pattern = (std::filesystem::temp_directory_path() / "lastmile-test-XXXXXX").string();
    if (!mkdtemp(pattern.data())) throw std::runtime_error("no temporary folder");
    path_ = pattern;
}

Folder::~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

Database::Database(std::string_view dialect) {
    options.data_folder = folder_.path();
    if (dialect == "postgresql") {
        name_ = Postgres::shared().create();
        options.url = Postgres::shared().url(name_);
    }
}

Database::~Database() {
    if (!name_.empty()) Postgres::shared().drop(name_);
}

void EachStore::SetUp() {
    if (!sqlite() && !postgres_available()) GTEST_SKIP() << "postgresql-15 is not installed";
    database = std::make_unique<Database>(GetParam());
    options = database->options;
    open();
}

void EachStore::open() {
    store.reset();
    store = store::open(options);
    live = ensure_partition(*store, {"acme", false});
}

Answer EachStore::answer(Command command) {
    std::promise<Answer> answered;
    command.done = [&](Answer answer) { answered.set_value(std::move(answer)); };
    if (!command.render)
        command.render = [](const Error& error) { return Answer{error.reason->status, {}, std::string(error.reason->slug)}; };
    store->command(std::move(command));
    return answered.get_future().get();
}

}  // namespace lastmile::store::testing
