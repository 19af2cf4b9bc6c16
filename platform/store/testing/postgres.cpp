#include "platform/store/testing/postgres.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <grp.h>
#include <libpq-fe.h>
#include <pwd.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <stdexcept>
#include <thread>
#include <vector>

#include "platform/store/testing/stores.hpp"

namespace lastmile::store::testing {
namespace {

constexpr const char* binaries = "/usr/lib/postgresql/15/bin/";

/// PostgreSQL refuses to run as root: then the package's own account runs it.
const passwd* account() { return geteuid() == 0 ? getpwnam("postgres") : nullptr; }

pid_t start(std::vector<std::string> arguments, const std::string& log) {
    const pid_t parent = getpid();
    const pid_t child = fork();
    if (child < 0) throw std::runtime_error("fork failed");
    if (child > 0) return child;
    if (const auto* user = account()) {
        if (setgroups(0, nullptr) != 0 || setgid(user->pw_gid) != 0 || setuid(user->pw_uid) != 0) _exit(126);
    }
    // A test program that is killed must not leave its server behind (SIGQUIT: PostgreSQL's immediate shutdown).
    prctl(PR_SET_PDEATHSIG, SIGQUIT);
    if (getppid() != parent) _exit(126);
    const int out = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    dup2(out, 1);
    dup2(out, 2);
    if (chdir("/") != 0) _exit(126);
    std::vector<char*> argv;
    for (auto& argument : arguments) argv.push_back(argument.data());
    argv.push_back(nullptr);
    execv(argv[0], argv.data());
    _exit(127);
}

}  // namespace

bool postgres_available() { return std::filesystem::exists(std::string(binaries) + "postgres") && (geteuid() != 0 || account()); }

Postgres& Postgres::shared() {
    static Postgres server;
    return server;
}

Postgres::Postgres() {
    auto pattern = (std::filesystem::temp_directory_path() / "lastmile-pg-XXXXXX").string();
    if (!mkdtemp(pattern.data())) throw std::runtime_error("no temporary folder for PostgreSQL");
    folder_ = pattern;
    if (const auto* user = account())
        if (chown(folder_.c_str(), user->pw_uid, user->pw_gid) != 0) throw std::runtime_error("the folder cannot be given to postgres");
    const auto log = folder_ + "/log";
    int status = 0;
    const pid_t init = start({std::string(binaries) + "initdb", "-D", folder_ + "/data", "-U", "lastmile", "-A", "trust", "-N", "-E",
                              "UTF8", "--locale=C.UTF-8"},
                             log);
    waitpid(init, &status, 0);
    if (status != 0) throw std::runtime_error("initdb failed: see " + log);
    server_ =
        start({std::string(binaries) + "postgres", "-D", folder_ + "/data", "-k", folder_, "-c", "listen_addresses=", "-c", "fsync=off",
               "-c", "max_connections=200", "-c", "shared_buffers=64MB", "-c", "log_statement=none", "-c", "deadlock_timeout=50ms"},
              log);
    const auto url = this->url("postgres");
    for (int i = 0; i < 600; ++i) {  // until it takes connections
        if (PQping(url.c_str()) == PQPING_OK) return;
        if (waitpid(server_, &status, WNOHANG) == server_) throw std::runtime_error("PostgreSQL did not start: see " + log);
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    throw std::runtime_error("PostgreSQL did not start within 30 s: see " + log);
}

Postgres::~Postgres() {
    if (server_ > 0) {
        kill(server_, SIGQUIT);
        waitpid(server_, nullptr, 0);
    }
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
}

std::string Postgres::url(const std::string& name) const { return fmt::format("postgresql:///{}?host={}&user=lastmile", name, folder_); }

void Postgres::admin(const std::string& sql) {
    std::unique_ptr<PGconn, void (*)(PGconn*)> connection(PQconnectdb(url("postgres").c_str()), PQfinish);
    std::unique_ptr<PGresult, void (*)(PGresult*)> result(PQexec(connection.get(), sql.c_str()), PQclear);
    if (PQresultStatus(result.get()) != PGRES_COMMAND_OK) throw std::runtime_error(PQerrorMessage(connection.get()));
}

std::string Postgres::create() {
    // All tables are made once, in a template; each test copies it.
    if (made_ == 0) {
        admin("create database lastmile_template");
        Options options;
        options.url = url("lastmile_template");
        options.connections = 1;
        open(options)->close();
    }
    auto name = fmt::format("test_{}", ++made_);
    admin(fmt::format("create database {} template lastmile_template strategy file_copy", name));
    return name;
}

std::string Postgres::create_empty() {
    auto name = fmt::format("empty_{}", ++empty_);
    admin(fmt::format("create database {} strategy file_copy", name));
    return name;
}

void Postgres::drop(const std::string& name) { admin(fmt::format("drop database if exists {} with (force)", name)); }

}  // namespace lastmile::store::testing
