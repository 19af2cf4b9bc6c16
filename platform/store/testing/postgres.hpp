#pragma once
// One PostgreSQL 15 for a test program, in a temporary folder, on a socket of its own.
#include <sys/types.h>

#include <memory>
#include <string>

namespace lastmile::store::testing {

class Postgres {
public:
    /// Started at the first call; stopped when the program ends.
    static Postgres& shared();
    /// A new database; its name.
    std::string create();
    /// The same without our tables.
    std::string create_empty();
    void drop(const std::string& name);
    std::string url(const std::string& name) const;
    ~Postgres();

private:
    Postgres();
    void admin(const std::string& sql);
    std::string folder_;
    pid_t server_ = 0;
    int made_ = 0, empty_ = 0;
};

}  // namespace lastmile::store::testing
