#pragma once
// A SQLite VFS over the usual one that can lose power and run out of space. Register once per test; give its name to Options::sqlite_vfs.
#include <atomic>
#include <memory>
#include <string>

namespace lastmile::store::testing {

class PowerCut {
public:
    PowerCut();
    ~PowerCut();
    const std::string& vfs() const;

    /// From now on nothing becomes durable, whatever the program believes.
    void cut();
    bool is_cut() const;
    /// After the store was closed: makes every file what it was at its last sync before the cut. Then open it with the usual VFS.
    void restore();

    /// The disk takes this many more writes, then is full; -1: no end.
    void writes_left(int count);
    int syncs() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace lastmile::store::testing
