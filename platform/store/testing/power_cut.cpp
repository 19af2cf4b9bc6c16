#include "platform/store/testing/power_cut.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <mutex>

namespace lastmile::store::testing {
namespace {

struct Disk {
    sqlite3_vfs vfs{};
    sqlite3_vfs* real = nullptr;
    std::string name;
    std::mutex mutex;
    std::map<std::string, std::string> durable;  // path → what the disk surely holds
    std::atomic<bool> cut = false;
    std::atomic<int> writes_left = -1, syncs = 0;
};

/// SQLite's file object: ours, then the real one.
struct File {
    sqlite3_file base;
    Disk* disk;
    std::string* path;
};
File& of(sqlite3_file* file) { return *reinterpret_cast<File*>(file); }
sqlite3_file* real(sqlite3_file* file) { return reinterpret_cast<sqlite3_file*>(reinterpret_cast<File*>(file) + 1); }

int close_file(sqlite3_file* file) {
    const int code = real(file)->pMethods ? real(file)->pMethods->xClose(real(file)) : SQLITE_OK;
    delete of(file).path;
    return code;
}
int read_file(sqlite3_file* f, void* to, int size, sqlite3_int64 at) { return real(f)->pMethods->xRead(real(f), to, size, at); }
int write_file(sqlite3_file* f, const void* from, int size, sqlite3_int64 at) {
    auto& left = of(f).disk->writes_left;
    if (left == 0) return SQLITE_FULL;
    if (left > 0) --left;
    return real(f)->pMethods->xWrite(real(f), from, size, at);
}
int truncate_file(sqlite3_file* f, sqlite3_int64 size) { return real(f)->pMethods->xTruncate(real(f), size); }
int sync_file(sqlite3_file* f, int flags) {
    auto& file = of(f);
    const int code = real(f)->pMethods->xSync(real(f), flags);
    std::lock_guard lock(file.disk->mutex);
    if (code != SQLITE_OK || file.disk->cut) return code;
    std::ifstream in(*file.path, std::ios::binary);
    file.disk->durable[*file.path].assign(std::istreambuf_iterator<char>(in), {});
    ++file.disk->syncs;
    return code;
}
int file_size(sqlite3_file* f, sqlite3_int64* size) { return real(f)->pMethods->xFileSize(real(f), size); }
int lock_file(sqlite3_file* f, int level) { return real(f)->pMethods->xLock(real(f), level); }
int unlock_file(sqlite3_file* f, int level) { return real(f)->pMethods->xUnlock(real(f), level); }
int check_lock(sqlite3_file* f, int* held) { return real(f)->pMethods->xCheckReservedLock(real(f), held); }
int control(sqlite3_file* f, int what, void* argument) { return real(f)->pMethods->xFileControl(real(f), what, argument); }
int sector(sqlite3_file* f) { return real(f)->pMethods->xSectorSize(real(f)); }
int traits(sqlite3_file* f) { return real(f)->pMethods->xDeviceCharacteristics(real(f)); }
int map_shared(sqlite3_file* f, int page, int size, int extend, void volatile** at) {
    return real(f)->pMethods->xShmMap(real(f), page, size, extend, at);
}
int lock_shared(sqlite3_file* f, int at, int count, int flags) { return real(f)->pMethods->xShmLock(real(f), at, count, flags); }
void barrier(sqlite3_file* f) { real(f)->pMethods->xShmBarrier(real(f)); }
int unmap_shared(sqlite3_file* f, int remove) { return real(f)->pMethods->xShmUnmap(real(f), remove); }

const sqlite3_io_methods methods{2,           close_file,  read_file,    write_file, truncate_file, sync_file, file_size,
                                 lock_file,   unlock_file, check_lock,   control,    sector,        traits,    map_shared,
                                 lock_shared, barrier,     unmap_shared, nullptr,    nullptr};

Disk& disk_of(sqlite3_vfs* vfs) { return *static_cast<Disk*>(vfs->pAppData); }

int open_file(sqlite3_vfs* vfs, const char* name, sqlite3_file* f, int flags, int* out) {
    auto& disk = disk_of(vfs);
    f->pMethods = nullptr;
    real(f)->pMethods = nullptr;
    const int code = disk.real->xOpen(disk.real, name, real(f), flags, out);
    if (code != SQLITE_OK) return code;
    of(f).disk = &disk;
    of(f).path = new std::string(name ? name : "");
    f->pMethods = &methods;
    return SQLITE_OK;
}

int remove_file(sqlite3_vfs* vfs, const char* name, int sync_folder) {
    auto& disk = disk_of(vfs);
    {
        std::lock_guard lock(disk.mutex);
        if (!disk.cut) disk.durable.erase(name);
    }
    return disk.real->xDelete(disk.real, name, sync_folder);
}

}  // namespace

struct PowerCut::Impl : Disk {};

PowerCut::PowerCut() : impl_(std::make_unique<Impl>()) {
    static std::atomic<int> number = 0;
    impl_->real = sqlite3_vfs_find(nullptr);
    impl_->name = fmt::format("power-cut-{}", ++number);
    impl_->vfs = *impl_->real;
    impl_->vfs.szOsFile = static_cast<int>(sizeof(File)) + impl_->real->szOsFile;
    impl_->vfs.zName = impl_->name.c_str();
    impl_->vfs.pAppData = static_cast<Disk*>(impl_.get());
    impl_->vfs.xOpen = open_file;
    impl_->vfs.xDelete = remove_file;
    // The rest is the real one's and looks at its own pAppData: hand it that.
    impl_->vfs.xAccess = [](sqlite3_vfs* vfs, const char* n, int flags, int* out) {
        return disk_of(vfs).real->xAccess(disk_of(vfs).real, n, flags, out);
    };
    impl_->vfs.xFullPathname = [](sqlite3_vfs* vfs, const char* n, int size, char* out) {
        return disk_of(vfs).real->xFullPathname(disk_of(vfs).real, n, size, out);
    };
    sqlite3_vfs_register(&impl_->vfs, 0);
}

PowerCut::~PowerCut() { sqlite3_vfs_unregister(&impl_->vfs); }

const std::string& PowerCut::vfs() const { return impl_->name; }

void PowerCut::cut() {
    std::lock_guard lock(impl_->mutex);
    impl_->cut = true;
}

bool PowerCut::is_cut() const { return impl_->cut; }

void PowerCut::restore() {
    for (const auto& [path, content] : impl_->durable) {
        std::ofstream(path, std::ios::binary | std::ios::trunc) << content;
        const bool main = !path.ends_with("-wal");
        std::filesystem::remove(path + "-shm");
        if (main && !impl_->durable.contains(path + "-wal")) std::filesystem::remove(path + "-wal");
    }
}

void PowerCut::writes_left(int count) { impl_->writes_left = count; }
int PowerCut::syncs() const { return impl_->syncs; }

}  // namespace lastmile::store::testing
