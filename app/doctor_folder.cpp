// The data folder and what lies in it: permission, space, lock, keys, blobs.
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <system_error>

#include "app/admin_socket.hpp"
#include "app/doctor.hpp"
#include "app/storage.hpp"
#include "platform/crypto/keyring.hpp"

namespace lastmile::app {
namespace {

namespace fs = std::filesystem;

std::string why() { return std::system_category().message(errno); }

/// Tries it, since access() knows nothing of full disks and read-only mounts.
bool writable(const fs::path& folder) {
    const auto probe = folder / fmt::format(".doctor-{}", ::getpid());
    const int file = ::open(probe.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
    if (file < 0) return false;
    const bool written = ::write(file, "x", 1) == 1 && ::fsync(file) == 0;
    const int fault = errno;
    ::close(file);
    ::unlink(probe.c_str());
    errno = fault;
    return written;
}

/// The nearest folder above that is there.
fs::path standing(fs::path folder) {
    std::error_code fault;
    folder = fs::absolute(folder);
    while (!fs::exists(folder, fault) && folder.has_relative_path()) folder = folder.parent_path();
    return folder;
}

void examine_space(const fs::path& folder, Diagnoses& found) {
    std::error_code fault;
    const auto space = fs::space(folder, fault);
    if (fault) return found.push_back({"disk", Verdict::warning, "the free space is not known: " + fault.message(), "look at the file system by hand"});
    const auto mib = space.available / (1024 * 1024);
    const auto detail = fmt::format("{} MiB are free", mib);
    if (mib < 100) return found.push_back({"disk", Verdict::wrong, detail, "free some space: commands are refused with 503 when the disk is full"});
    if (mib < 1024) return found.push_back({"disk", Verdict::warning, detail, "free some space before it runs out"});
    found.push_back({"disk", Verdict::ok, detail});
}

void examine_lock(const fs::path& folder, Diagnoses& found) {
    const int lock = ::open((folder / "lock").c_str(), O_RDWR | O_CLOEXEC);
    if (lock < 0) return found.push_back({"lock", errno == ENOENT ? Verdict::ok : Verdict::wrong, errno == ENOENT ? "no server has run here yet" : "cannot be opened: " + why(),
                                          errno == ENOENT ? "" : "give the folder to the user that serves"});
    const bool free = ::flock(lock, LOCK_EX | LOCK_NB) == 0;
    ::close(lock);
    if (free) return found.push_back({"lock", Verdict::ok, "no server is running on this folder"});
    try {
        if (ask_admin(folder.string(), {{"verb", "ping"}})) return found.push_back({"lock", Verdict::ok, "a server is running on this folder"});
    } catch (const std::exception&) {
        return found.push_back({"lock", Verdict::ok, "a server is running on this folder"});  // it answered, though it knows no such verb
    }
    found.push_back({"lock", Verdict::wrong, "something holds the folder and does not answer", "look for a process that hangs (fuser lock), and end it"});
}

void examine_keys(const Config& config, const fs::path& folder, Diagnoses& found) {
    const auto file = folder / "master.key";
    const bool given = config.has("master_key");
    std::error_code fault;
    if (!given && !fs::exists(file, fault)) {
        const bool used = fs::exists(folder / "lastmile.db", fault) || config.has("db");
        if (!used) return found.push_back({"master key", Verdict::ok, "it is made on the first start"});
        return found.push_back({"master key", Verdict::wrong, "master.key is missing beside a store that may hold sealed data",
                                "restore it from the backup, or set master_key; a new one opens nothing that is there"});
    }
    try {
        if (given) {
            crypto::Keyring::parse(config.text("master_key"));
        } else {
            struct stat state {};
            if (::stat(file.c_str(), &state) != 0) throw std::runtime_error(why());
            if ((state.st_mode & 077) != 0)
                return found.push_back({"master key", Verdict::wrong, "others may read " + file.string(), "chmod 600 " + file.string()});
            std::ifstream in(file);
            std::stringstream text;
            text << in.rdbuf();
            if (!in) throw std::runtime_error("it cannot be read");
            crypto::Keyring::parse(text.str());
        }
        found.push_back({"master key", Verdict::ok, given ? "from the setting master_key" : "master.key can be read by its owner alone"});
    } catch (const std::exception& broken) {
        found.push_back({"master key", Verdict::wrong, broken.what(), "restore it from the backup: lines of id:base64, 32 bytes each"});
    }
}

void examine_bucket(const Config& config, Diagnoses& found) {
    const auto where = fmt::format("bucket {} of {}", config.text("s3.bucket"), config.text("s3.endpoint"));
    try {
        http::Client client;
        const auto listed = proof_bucket(config, client)->list("", "", 1);
        if (listed) return found.push_back({"blobs", Verdict::ok, where + " answers"});
        found.push_back({"blobs", Verdict::wrong, fmt::format("{}: {}", where, listed.error().detail), "check s3.endpoint, s3.bucket, the keys and what they may do"});
    } catch (const std::exception& fault) {
        found.push_back({"blobs", Verdict::wrong, fault.what(), "see `lastmile config --help`"});
    }
}

}  // namespace

void examine_folder(const Config& config, Diagnoses& found) {
    const fs::path folder = config.text("data_folder");
    std::error_code fault;
    if (!fs::exists(folder, fault)) {
        const auto above = standing(folder);
        const bool can = writable(above);
        const auto remedy = can ? "" : fmt::format("make it for the user that serves: install -d -m 700 -o $USER {}", folder.string());
        found.push_back({"data folder", can ? Verdict::ok : Verdict::wrong,
                         can ? folder.string() + " is made on the first start" : fmt::format("cannot be made in {}: {}", above.string(), why()), remedy});
        return examine_space(above, found);
    }
    struct stat state {};
    if (::stat(folder.c_str(), &state) != 0 || !S_ISDIR(state.st_mode))
        return found.push_back({"data folder", Verdict::wrong, folder.string() + " is no folder", "give another --data"});
    if (!writable(folder)) {
        found.push_back({"data folder", Verdict::wrong, fmt::format("cannot write in {}: {}", folder.string(), why()),
                         "give it to the user that serves (chown), or give another --data"});
    } else if ((state.st_mode & 077) != 0) {
        found.push_back({"data folder", Verdict::warning, "others may look into " + folder.string(), "chmod 700 " + folder.string()});
    } else {
        found.push_back({"data folder", Verdict::ok, folder.string() + " can be written, by its owner alone"});
    }
    examine_space(folder, found);
    examine_lock(folder, found);
    examine_keys(config, folder, found);
    if (config.has("s3.bucket")) return examine_bucket(config, found);
    const auto blobs = folder / "blobs";
    if (!fs::exists(blobs, fault))
        found.push_back({"blobs", Verdict::ok, "the folder is made on the first start"});
    else if (writable(blobs))
        found.push_back({"blobs", Verdict::ok, "pictures and files can be written"});
    else
        found.push_back({"blobs", Verdict::wrong, fmt::format("cannot write in {}: {}", blobs.string(), why()), "give it to the user that serves (chown -R)"});
}

}  // namespace lastmile::app
