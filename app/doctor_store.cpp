// The store: reachable, of which schema, with settings that keep what was answered.
#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>

#include "app/doctor.hpp"
#include "platform/base/clock.hpp"
#include "platform/store/migrations.hpp"
#include "platform/store/postgres_connection.hpp"
#include "platform/store/sqlite_connection.hpp"

namespace lastmile::app {
namespace {

/// What a start would do, without doing it: counts what is missing, throws what `migrate` throws.
void examine_schema(std::string_view dialect, std::vector<std::string> applied, Diagnoses& found) {
    int missing = 0;
    const auto known = applied.size();
    try {
        store::migrate({dialect, [&] { return std::move(applied); }, [&](const store::Migration&) { ++missing; }}, store::embedded_migrations());
        if (missing == 0) return found.push_back({"schema", Verdict::ok, fmt::format("all {} migrations are applied", known)});
        found.push_back({"schema", Verdict::ok, fmt::format("{} migrations are applied, {} more are on the next start", known, missing)});
    } catch (const std::exception& fault) {
        found.push_back({"schema", Verdict::wrong, fault.what(), "start the binary that wrote the database, or restore the backup made before it"});
    }
}

std::vector<std::string> lines(const store::Rows& rows) {
    std::vector<std::string> list;
    for (const auto& row : rows) list.push_back(row[0].text());
    return list;
}

constexpr auto applied_sql = "select module || ' ' || number || ' ' || checksum from schema_migrations";

void examine_sqlite(const std::string& folder, Diagnoses& found) {
    const auto path = folder + "/lastmile.db";
    std::error_code fault;
    if (!std::filesystem::exists(path, fault)) return found.push_back({"store", Verdict::ok, "the embedded store is made on the first start"});
    try {
        store::SqliteConnection db(path, false, {}, 4096);
        const auto size = std::filesystem::file_size(path, fault);
        const auto check = size > (1u << 30) ? std::string("not walked: over 1 GiB") : db.query("pragma quick_check(1)").at(0)[0].text();
        if (check != "ok" && !check.starts_with("not walked"))
            return found.push_back({"store", Verdict::wrong, "lastmile.db is damaged: " + check, "stop the server and restore the backup"});
        found.push_back({"store", Verdict::ok, fmt::format("lastmile.db, {} MiB, {}", size / (1024 * 1024), check == "ok" ? "intact" : check)});
        if (!db.query("select 1 from sqlite_master where name = 'schema_migrations'").empty()) examine_schema("sqlite", lines(db.query(applied_sql)), found);
    } catch (const std::exception& broken) {
        found.push_back({"store", Verdict::wrong, broken.what(), "see that lastmile.db belongs to the user that serves; restore the backup if it is damaged"});
    }
}

void examine_settings(store::PostgresConnection& db, const Config& config, Diagnoses& found) {
    const auto setting = [&](const std::string& name) { return db.script("select current_setting('" + name + "')").at(0)[0].text(); };
    const auto version = std::atoi(setting("server_version_num").c_str()) / 10000;
    if (version < 15) found.push_back({"postgresql", Verdict::wrong, fmt::format("version {}", version), "upgrade to PostgreSQL 15 or later"});
    else found.push_back({"postgresql", Verdict::ok, "version " + setting("server_version")});
    if (setting("fsync") != "on" || setting("full_page_writes") != "on")
        found.push_back({"durability", Verdict::wrong, "fsync or full_page_writes is off: a power cut loses or damages what was answered", "set both to on"});
    else if (setting("synchronous_commit") == "off")
        found.push_back({"durability", Verdict::wrong, "synchronous_commit is off: a crash loses what was answered", "alter database … set synchronous_commit = on"});
    else
        found.push_back({"durability", Verdict::ok, "commits are on disk before they are answered"});
    if (setting("server_encoding") != "UTF8")
        found.push_back({"encoding", Verdict::wrong, "the database is in " + setting("server_encoding"), "create it anew: createdb -E UTF8"});
    const auto most = std::atoi(setting("max_connections").c_str());
    const auto wanted = config.whole("store.connections") + 4;  // signals, the stamper, migrations, a person
    if (wanted > most)
        found.push_back({"connections", Verdict::wrong, fmt::format("this node needs {} and max_connections is {}", wanted, most),
                         "raise max_connections, or lower store.connections"});
    else
        found.push_back({"connections", Verdict::ok, fmt::format("up to {} of max_connections = {}", wanted, most)});
    const auto theirs = db.script("select cast(extract(epoch from clock_timestamp()) * 1000 as bigint)::text").at(0)[0].text();
    const auto apart = std::abs(std::atoll(theirs.c_str()) - to_unix_ms(machine_now()));
    if (apart > 5000)
        found.push_back({"clocks", Verdict::warning, fmt::format("the database's clock is {} s from this machine's", apart / 1000),
                         "let both follow a time server (chrony)"});
}

void examine_postgres(const Config& config, Diagnoses& found) {
    try {
        store::PostgresConnection db(config.text("db"));
        found.push_back({"store", Verdict::ok, "PostgreSQL answers"});
        examine_settings(db, config, found);
        const bool there = db.script("select coalesce(cast(to_regclass('schema_migrations') as text), '')").at(0)[0].text() != "";
        if (!there) return found.push_back({"schema", Verdict::ok, "it is made on the first start"});
        examine_schema("postgres", lines(db.script(applied_sql)), found);
    } catch (const std::exception& fault) {
        std::string why = fault.what();
        while (!why.empty() && why.back() == '\n') why.pop_back();
        for (auto& c : why)
            if (c == '\n') c = ' ';
        found.push_back({"store", Verdict::wrong, "PostgreSQL cannot be used: " + why, "see that it runs, and that db names its host, database, user and password"});
    }
}

}  // namespace

void examine_store(const Config& config, Diagnoses& found) {
    if (config.has("db")) return examine_postgres(config, found);
    examine_sqlite(config.text("data_folder"), found);
}

}  // namespace lastmile::app
