// What the kernel knows of this process (proc(5)).
#include <dirent.h>
#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <string>

#include "platform/observe/metrics.hpp"

namespace lastmile::observe {
namespace {

double open_files() {
    DIR* folder = ::opendir("/proc/self/fd");
    if (!folder) return 0;
    int count = -3;   // `.`, `..`, and the folder's own
    while (::readdir(folder)) ++count;
    ::closedir(folder);
    return count;
}

double seconds(const timeval& time) { return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6; }

double threads() {
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);)
        if (line.starts_with("Threads:")) return std::stod(line.substr(8));
    return 0;
}

}  // namespace

void add_process_metrics(Metrics& metrics) {
    auto& resident = metrics.gauge("process_resident_memory_bytes", "Resident memory size in bytes.");
    auto& files = metrics.gauge("process_open_fds", "Number of open file descriptors.");
    auto& allowed = metrics.gauge("process_max_fds", "Maximum number of open file descriptors.");
    auto& running = metrics.gauge("process_threads", "Number of threads.");
    auto& processor = metrics.gauge("process_cpu_seconds_total", "User and system CPU time spent in seconds.");
    metrics.gauge("process_start_time_seconds", "Start time of the process since unix epoch in seconds.")
        .set(std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count());
    metrics.before_scrape([&] {
        std::ifstream statm("/proc/self/statm");
        double total = 0, pages = 0;
        statm >> total >> pages;
        resident.set(pages * static_cast<double>(::sysconf(_SC_PAGESIZE)));
        files.set(open_files());
        rlimit limit{};
        if (::getrlimit(RLIMIT_NOFILE, &limit) == 0) allowed.set(static_cast<double>(limit.rlim_cur));
        running.set(threads());
        rusage usage{};
        if (::getrusage(RUSAGE_SELF, &usage) == 0) processor.set(seconds(usage.ru_utime) + seconds(usage.ru_stime));
    });
}

}  // namespace lastmile::observe
