#include "app/vrp_progress.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <iostream>

namespace lastmile::app {

SolveProgress::SolveProgress(bool told, const std::string& trace) : told_(told), terminal_(::isatty(2) != 0) {
    if (trace.empty()) return;
    trace_.open(trace);
    if (!trace_) throw std::runtime_error("cannot write the trace " + trace);
    trace_ << "seconds\tcost\tvehicles\tleft_out\n";
}

SolveProgress::~SolveProgress() {
    if (told_ && terminal_ && last_told_ >= 0) std::cerr << '\n';
}

double SolveProgress::seconds() const { return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count(); }

void SolveProgress::note(const vrp::Progress& p) {
    const double now = seconds();
    if (trace_.is_open() && (last_left_out_ < 0 || p.cost != last_cost_ || p.left_out != last_left_out_)) {
        trace_ << fmt::format("{:.3f}\t{:.6f}\t{}\t{}\n", now, p.cost, p.vehicles, p.left_out);
        last_cost_ = p.cost, last_left_out_ = p.left_out;
    }
    if (!told_ || (last_told_ >= 0 && now - last_told_ < (terminal_ ? 0.1 : 1.0))) return;
    last_told_ = now;
    const auto bar = static_cast<std::size_t>(std::min(1.0, std::max(0.0, p.fraction)) * 20);
    const std::string line = fmt::format("{:6.1f} s [{:<20}] cost {:.2f}  vehicles {}  left out {}  iterations {}", now, std::string(bar, '#'), p.cost,
                                         p.vehicles, p.left_out, p.iterations);
    std::cerr << (terminal_ ? "\r\033[K" + line : line + "\n") << std::flush;
}

}  // namespace lastmile::app
