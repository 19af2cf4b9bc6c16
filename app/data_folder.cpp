#include "app/data_folder.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <stdexcept>

namespace lastmile::app {
namespace {

[[noreturn]] void fail(const std::string& what, const std::string& path) {
    throw std::runtime_error(fmt::format("{} \"{}\": {}", what, path, std::system_category().message(errno)));
}

}  // namespace

DataFolder::DataFolder(std::string path) : path_(std::move(path)) {
    std::error_code fault;
    std::filesystem::create_directories(path_, fault);
    if (fault) throw std::runtime_error(fmt::format("cannot make the data folder \"{}\": {}", path_, fault.message()));
    ::chmod(path_.c_str(), 0700);
    lock_ = ::open(file("lock").c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0600);
    if (lock_ < 0) fail("cannot write in the data folder", path_);
    if (::flock(lock_, LOCK_EX | LOCK_NB) != 0) {
        ::close(lock_);
        throw std::runtime_error(fmt::format("the data folder \"{}\" is in use by another running server; stop it, or give another --data", path_));
    }
}

DataFolder::~DataFolder() {
    if (announced_) ::unlink(file("listen").c_str());
    if (lock_ >= 0) ::close(lock_);
}

void DataFolder::announce(const std::string& url) {
    const auto target = file("listen"), fresh = target + ".new";
    const int out = ::open(fresh.c_str(), O_CREAT | O_WRONLY | O_TRUNC | O_CLOEXEC, 0644);
    if (out < 0) fail("cannot write", fresh);
    const auto written = ::write(out, url.data(), url.size());
    ::close(out);
    if (written != static_cast<ssize_t>(url.size())) fail("cannot write", fresh);
    if (::rename(fresh.c_str(), target.c_str()) != 0) fail("cannot write", target);
    announced_ = true;
}

}  // namespace lastmile::app
